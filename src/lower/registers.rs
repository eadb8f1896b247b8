//! Which registers are whose.

use super::{CONSTANTS, Lowering, MAIN};
use crate::program::Expr;
use crate::program::ExprKind;
use crate::program::code::*;

/// What has registers of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Owner {
    Definition(u32),
    Charge(u32),
    Function(u32),
    Tiers(u32),
}

/// The registers of what is being lowered.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Frame {
    /// The first local slot.
    pub(super) locals: u32,
    /// The next free register.
    pub(super) next: u32,
    /// How deep the expression that is being lowered is nested.
    pub(super) level: u16,
    /// The deepest so far.
    pub(super) depth: u16,
    /// How many pieces surround it that not every way to what follows computes.
    pub(super) sometimes: u32,
    /// Whether something waits to be told before the next operation, if anybody watches.
    pub(super) waiting: bool,
}

impl Lowering<'_> {
    /// Lowers something with local slots of its own, above the registers of all that its parts refer to; gives where its registers end.
    pub(super) fn within<T>(&mut self, parts: &[&Expr], locals: u16, work: impl FnOnce(&mut Self) -> T) -> (T, Frame) {
        let mut base = self.code.charge_registers.saturating_add(self.program.charges.len() as u32);
        for part in parts {
            let mut all = Vec::new();
            self.every_part(part, &mut |expr| all.push(expr.clone()));
            base = all.iter().map(|expr| self.need(expr)).fold(base, u32::max);
        }
        let next = base.saturating_add(u32::from(locals));
        let own = Frame { locals: base, next, ..Frame::default() };
        let outer = std::mem::replace(&mut self.frame, own);
        let shared = std::mem::take(&mut self.shared);
        let span = self.span;
        let result = work(self);
        self.span = span;
        self.shared = shared;
        let own = std::mem::replace(&mut self.frame, outer);
        self.code.registers = self.code.registers.max(own.next);
        (result, own)
    }

    /// Visits an expression and all that it consists of, the zones of windows among it.
    pub(super) fn every_part(&self, expr: &Expr, visit: &mut dyn FnMut(&Expr)) {
        expr.walk(&mut |part| {
            visit(part);
            if let ExprKind::WithinWindows(_, id) | ExprKind::Split(_, _, id) = &part.kind
                && let Some(windows) = self.program.windows.get(id.0 as usize)
            {
                windows.zone.walk(&mut |part| visit(part));
            }
        });
    }

    /// Lowers what an expression itself refers to; gives where the registers of that end.
    fn need(&mut self, expr: &Expr) -> u32 {
        match &expr.kind {
            ExprKind::Definition(id) => self.need_definition(*id),
            ExprKind::Charge(id) | ExprKind::IsApplied(id) => self.need_charge(*id),
            ExprKind::SumApplied(ids) => ids.iter().map(|id| self.need_charge(*id)).max().unwrap_or(0),
            ExprKind::Call(id, _) => self.need_function(*id),
            ExprKind::Tiers(id, _) => self.need_tiers(*id),
            _ => 0,
        }
    }

    /// Where the registers of an owner end; computed once.
    pub(super) fn need_owner(&mut self, owner: Owner, lower: impl FnOnce(&mut Self) -> Frame) -> u32 {
        if let Some(end) = self.ends.get(&owner) {
            return *end;
        }
        // A checked program has no circles; should one come, it ends here.
        self.ends.insert(owner, 0);
        let end = lower(self).next;
        self.ends.insert(owner, end);
        end
    }

    /// The register of a local slot.
    pub(super) fn local(&self, slot: u16) -> Reg {
        let local = Reg(self.frame.locals.saturating_add(u32::from(slot)));
        self.arguments.get(&local).copied().unwrap_or(local)
    }

    /// A register that nothing else has.
    pub(super) fn temporary(&mut self) -> Reg {
        let reg = Reg(self.frame.next);
        self.frame.next = self.frame.next.saturating_add(1);
        reg
    }
}

/// Moves the registers of the quote's own code, of which there are `mains`, behind all others, and those of the constants behind them.
pub(super) fn place(code: &mut Code, marks: &mut Marks, mains: u32) {
    let main = code.registers.max(code.charge_registers.saturating_add(code.charges.len() as u32));
    let behind = main.saturating_add(mains);
    code.registers = behind;
    let place = &mut |reg: &mut Reg| {
        if let Some(constant) = reg.0.checked_sub(CONSTANTS) {
            reg.0 = behind.saturating_add(constant);
        } else if let Some(own) = reg.0.checked_sub(MAIN) {
            reg.0 = main.saturating_add(own);
        }
    };
    code.ops.iter_mut().for_each(|op| op.registers(place));
    code.forms.iter_mut().for_each(|form| form.registers(place));
    code.functions.iter_mut().for_each(|(_, result)| place(result));
    code.tiers.iter_mut().flatten().for_each(|tiers| tiers.registers(place));
    code.charge_forms.iter_mut().for_each(|charge| charge.registers(place));
    code.priced_on.iter_mut().for_each(|source| place(&mut source.value));
    for notice in code.refusals.iter_mut().chain(&mut code.flags) {
        place(&mut notice.when.value);
        notice.message.registers(place);
    }
    code.total.iter_mut().for_each(|source| place(&mut source.value));
    code.round_total.iter_mut().for_each(|round| round.registers(place));
    code.asked.iter_mut().for_each(|(_, source)| place(&mut source.value));
    let decided = marks.decided.iter_mut().flat_map(|(_, events)| events);
    marks.events.iter_mut().chain(decided).for_each(|event| event.registers(place));
}

pub(super) type Place<'a> = &'a mut dyn FnMut(&mut Reg);

impl Op {
    fn registers(&mut self, place: Place<'_>) {
        match self {
            Op::Nothing(_)
            | Op::Return
            | Op::Jump(_)
            | Op::Charged(_)
            | Op::Call(..)
            | Op::Deeper(..)
            | Op::Breakdown => {}
            Op::JumpIf(a, _)
            | Op::JumpUnless(a, _)
            | Op::JumpIfGiven(a, _)
            | Op::JumpUnlessPositive(a, _)
            | Op::CheckStep(a)
            | Op::Define(a, ..)
            | Op::Charge(a, ..)
            | Op::Book(_, a)
            | Op::IsApplied(a, _)
            | Op::CountTiers(a)
            | Op::NegateTiers(a)
            | Op::Choose(a, _)
            | Op::Form(a, _) => place(a),
            Op::Move(a, b)
            | Op::Defined(a, _, b)
            | Op::Amount(a, b, _)
            | Op::Negate(a, b)
            | Op::MinorUnit(a, b)
            | Op::Not(a, b)
            | Op::IsGiven(a, b)
            | Op::Field(a, b, _)
            | Op::Column(a, b, _)
            | Op::Tiers(a, b, ..) => {
                place(a);
                place(b);
            }
            Op::Add(a, b, c)
            | Op::Subtract(a, b, c)
            | Op::Multiply(a, b, c)
            | Op::Divide(a, b, c)
            | Op::Greatest(a, b, c)
            | Op::Least(a, b, c)
            | Op::Round(a, b, c, _)
            | Op::OwnStep(a, b, c, _)
            | Op::Steps(a, b, c, _)
            | Op::Compare(_, a, b, c)
            | Op::CompareJump(_, a, b, c, _) => {
                place(a);
                place(b);
                place(c);
            }
        }
    }
}

impl Event {
    pub(super) fn registers(&mut self, place: Place<'_>) {
        match self {
            Event::Enter(_)
            | Event::EnterStage(..)
            | Event::Known(_)
            | Event::KnownCharge(_)
            | Event::Constant(_)
            | Event::EnterDefinition(_)
            | Event::EnterCharge(_) => {}
            Event::Leave(a)
            | Event::LeaveCharge(a)
            | Event::LeaveStage(a)
            | Event::Condition(_, a)
            | Event::Row(_, a) => place(a),
            Event::Rounded(a, b) | Event::Booked(a, b) => {
                place(a);
                place(b);
            }
            Event::Bound(_, (a, b), rounding) => {
                place(a);
                place(b);
                rounding.iter_mut().for_each(|(step, _)| place(step));
            }
        }
    }
}

impl EachForm {
    fn registers(&mut self, place: Place<'_>) {
        for binder in &mut self.binders {
            place(&mut binder.element);
            place(&mut binder.list.value);
            binder.fields.iter_mut().for_each(|(_, field)| place(field));
        }
        self.filter.iter_mut().for_each(|filter| place(&mut filter.value));
        self.sort.iter_mut().for_each(|(key, _)| place(&mut key.value));
    }
}

impl TextForm {
    fn registers(&mut self, place: Place<'_>) {
        for piece in &mut self.pieces {
            if let TextPiece::Fill(source, _) = piece {
                place(&mut source.value);
            }
        }
    }
}

impl RoundForm {
    fn registers(&mut self, place: Place<'_>) {
        place(&mut self.step.value);
        self.minor_of.iter_mut().for_each(place);
    }
}

impl StageForm {
    fn registers(&mut self, place: Place<'_>) {
        match self {
            StageForm::LessPercent(source)
            | StageForm::LessAmount(source)
            | StageForm::PlusPercent(source)
            | StageForm::PlusAmount(source)
            | StageForm::Minimum(source)
            | StageForm::Maximum(source) => place(&mut source.value),
            StageForm::Rounded(round) => round.registers(place),
        }
    }
}

impl ExceptionForm {
    fn registers(&mut self, place: Place<'_>) {
        place(&mut self.when.value);
        place(&mut self.value.value);
        self.booking.iter_mut().for_each(|round| round.registers(place));
        self.because.iter_mut().for_each(|text| text.registers(place));
        self.exceptions.iter_mut().for_each(|exception| exception.registers(place));
    }
}

impl TierForm {
    fn registers(&mut self, place: Place<'_>) {
        self.bound.iter_mut().for_each(|(bound, _)| place(&mut bound.value));
        for part in &mut self.parts {
            match part {
                TierPartForm::Rate(rate, _) => place(&mut rate.value),
                TierPartForm::Flat(flat) => place(&mut flat.value),
                TierPartForm::PerStep(amount, step, _) => {
                    place(&mut amount.value);
                    place(&mut step.value);
                }
            }
        }
    }
}

impl TiersForm {
    fn registers(&mut self, place: Place<'_>) {
        match &mut self.rows {
            TierRowsForm::Written(rows) => rows.iter_mut().for_each(|tier| tier.registers(place)),
            TierRowsForm::Each(list, element, tier) => {
                place(&mut list.value);
                place(element);
                tier.registers(place);
            }
        }
        self.each_rounded.iter_mut().for_each(|round| round.registers(place));
    }
}

impl ChargeForm {
    fn registers(&mut self, place: Place<'_>) {
        self.details.iter_mut().for_each(|details| details.registers(place));
    }
}

impl ChargeFormDetails {
    fn registers(&mut self, place: Place<'_>) {
        self.chosen.iter_mut().for_each(&mut *place);
        self.label.iter_mut().chain(&mut self.because).for_each(|text| text.registers(place));
        if let Some((quantity, price)) = &mut self.shown {
            place(&mut quantity.value);
            price.iter_mut().for_each(|price| place(&mut price.value));
        }
        if let Some(special) = &mut self.special {
            special.exceptions.iter_mut().for_each(|exception| exception.registers(place));
            special.amount.iter_mut().for_each(|amount| place(&mut amount.value));
            for (when, amount) in &mut special.options {
                when.iter_mut().for_each(|when| place(&mut when.value));
                place(&mut amount.value);
            }
            special.stages.iter_mut().for_each(|stage| stage.registers(place));
            special.booking.iter_mut().for_each(|round| round.registers(place));
        }
    }
}

impl Form {
    fn registers(&mut self, place: Place<'_>) {
        match self {
            Form::SumApplied(_) | Form::Price(_) => {}
            Form::Parameter(_, a)
            | Form::OneOf(a, _)
            | Form::WithinCalendar(a, _)
            | Form::AggregateList(_, a, _, _)
            | Form::Count(a)
            | Form::FirstLast(_, a, _) => place(a),
            Form::LookUp { keys, on, .. } => keys.iter_mut().flatten().chain(on).for_each(place),
            Form::Record(all) | Form::List(all) | Form::Host(_, all) | Form::AggregateValues(_, all) => {
                all.iter_mut().for_each(place)
            }
            Form::Library(_, all, _) => all.iter_mut().for_each(place),
            Form::DateArithmetic(_, a, b)
            | Form::InList(a, b)
            | Form::WithinWindows(a, _, b)
            | Form::Days(a, b, _, _)
            | Form::DateOf(a, b)
            | Form::TimeOf(a, b) => [a, b].into_iter().for_each(place),
            Form::Allocate(a, b, c, _, _)
            | Form::InstantOf(a, b, c)
            | Form::Split(a, b, _, c)
            | Form::Increments(a, b, c) => [a, b, c].into_iter().for_each(place),
            Form::Draw(pool, wants) => {
                place(pool);
                wants.iter_mut().for_each(place);
            }
            Form::Aggregate(_, each, body, _, _) | Form::Quantified(_, each, body) | Form::Group(each, body) => {
                each.registers(place);
                place(&mut body.value);
            }
            Form::The(each, by, ..) => {
                each.registers(place);
                place(&mut by.value);
            }
            Form::CountEach(each) | Form::BookEach(_, each, _) => each.registers(place),
            Form::Walk(each, state, steps) => {
                each.registers(place);
                for (reg, first) in state {
                    place(reg);
                    place(&mut first.value);
                }
                for step in steps {
                    match step {
                        StepForm::Let(reg, value) | StepForm::Next(reg, value) => {
                            place(reg);
                            place(&mut value.value);
                        }
                        StepForm::Keep(value, when) => {
                            place(&mut value.value);
                            when.iter_mut().for_each(|when| place(&mut when.value));
                        }
                    }
                }
            }
            Form::Text(text) => text.registers(place),
            Form::Excepted(_, exceptions, value) => {
                exceptions.iter_mut().for_each(|exception| exception.registers(place));
                place(&mut value.value);
            }
        }
    }
}
