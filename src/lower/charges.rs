//! Definitions, functions, tiers, charges, and what a quote says besides: each with registers of its own.

use super::Lowering;
use super::registers::Owner;
use super::shared::Shared;
use crate::program::code::*;
use crate::program::{
    Charge, ChargeAmount, ChargeId, DefinitionId, Exception, ExpectKind, Expr, ExprKind, FunctionId, Notice, RoundStep,
    RoundTo, Stage, StageKind,
};
use crate::quote::ChargeWords;
use crate::types::{Base, UnitExpr};
use crate::value::{Currency, Number, Value};

impl Lowering<'_> {
    pub(super) fn need_definition(&mut self, id: DefinitionId) -> u32 {
        let program = self.program;
        if self.main.has_definition(id) {
            return 0;
        }
        let Some(definition) = program.definitions.get(id.0 as usize) else { return 0 };
        self.need_owner(Owner::Definition(id.0), |this| {
            let mut parts = Vec::new();
            definition.parts(&mut |part| parts.push(part));
            let (entry, frame) = this.within(&parts, definition.locals, |this| {
                this.span = definition.span;
                let start = this.here();
                let value = if definition.exceptions.is_empty() {
                    this.expression(&definition.value)
                } else {
                    let exceptions = this.exceptions(&definition.exceptions);
                    let value = this.source(&definition.value);
                    this.form(Form::Excepted(id, exceptions, value))
                };
                let own = this.code.definition(id);
                this.emit(Op::Defined(own, id, value));
                Entry { start, depth: this.frame.depth }
            });
            if let Some(place) = this.code.definitions.get_mut(id.0 as usize) {
                *place = entry;
            }
            frame
        })
    }

    pub(super) fn need_function(&mut self, id: FunctionId) -> u32 {
        let program = self.program;
        let Some(function) = program.functions.get(id.0 as usize) else { return 0 };
        self.need_owner(Owner::Function(id.0), |this| {
            let (lowered, frame) = this.within(&[&function.body], function.locals, |this| {
                this.parameters.insert(Owner::Function(id.0), this.local(0).0);
                this.span = function.span;
                let start = this.here();
                let value = this.expression(&function.body);
                // A parameter or an input as the whole body stays where it is.
                this.emit(Op::Return);
                (Entry { start, depth: this.frame.depth }, value)
            });
            if let Some(place) = this.code.functions.get_mut(id.0 as usize) {
                *place = lowered;
            }
            frame
        })
    }

    fn exceptions(&mut self, exceptions: &[Exception]) -> Box<[ExceptionForm]> {
        let lower = |exception: &Exception| {
            let when = self.source(&exception.when);
            let value = self.source(&exception.value);
            let booking = exception.booking.as_ref().map(|how| self.round_form(how));
            let because = exception.because.as_ref().map(|because| self.text(because));
            ExceptionForm { when, value, booking, because, exceptions: self.exceptions(&exception.exceptions) }
        };
        exceptions.iter().map(lower).collect()
    }

    /// A rounding whose step is computed when it is its turn.
    pub(super) fn round_form(&mut self, how: &RoundTo) -> RoundForm {
        let (step, minor_of, own) = match &how.step {
            RoundStep::Fixed(step) => (self.known_source(Value::Number(step.clone())), None, None),
            RoundStep::MinorOf(slot) => (self.known_source(Value::Absent), Some(Reg(u32::from(*slot))), None),
            RoundStep::OwnOf(slot, own, step) => (self.source(step), Some(Reg(u32::from(*slot))), Some(*own)),
            RoundStep::Expr(step) => (self.source(step), None, None),
        };
        RoundForm { step, mode: how.mode, minor_of, own }
    }

    fn known_source(&mut self, value: Value) -> Source {
        Source { value: self.constant(value), code: None, root: u32::MAX }
    }

    /// The charges and definitions that something asked for in the course of the quote, and that do not stand there.
    pub(super) fn outside_charges(&mut self) {
        for id in 0..self.program.definitions.len() as u32 {
            self.need_definition(DefinitionId(id));
        }
        for id in 0..self.program.charges.len() as u32 {
            self.need_charge(ChargeId(id));
        }
    }

    pub(super) fn need_charge(&mut self, id: ChargeId) -> u32 {
        let program = self.program;
        if self.main.has_charge(id) {
            return 0;
        }
        let Some(charge) = program.charges.get(id.0 as usize) else { return 0 };
        self.need_owner(Owner::Charge(id.0), |this| {
            let mut parts = Vec::new();
            charge.parts(&mut |part| parts.push(part));
            let ((entry, form), frame) = this.within(&parts, charge.locals, |this| this.whole_charge(id, charge));
            if let Some(place) = this.code.charges.get_mut(id.0 as usize) {
                *place = entry;
            }
            if let Some(place) = this.code.charge_forms.get_mut(id.0 as usize) {
                *place = form;
            }
            frame
        })
    }

    fn whole_charge(&mut self, id: ChargeId, charge: &Charge) -> (Entry, ChargeForm) {
        self.span = charge.span;
        let start = self.here();
        let form = self.each_line(id, charge);
        self.emit(Op::Charged(id));
        (Entry { start, depth: self.frame.depth }, form)
    }

    /// The line of a charge, or one for each element of its list.
    pub(super) fn each_line(&mut self, id: ChargeId, charge: &Charge) -> ChargeForm {
        let Some(each) = &charge.each else { return self.line(id, charge) };
        let (each, (line, form)) = self.each(each, false, |this| this.aside(|this| this.line(id, charge)));
        self.form(Form::BookEach(id, each, line));
        form
    }

    /// One line of a charge: whether it applies, its amount, its booking.
    fn line(&mut self, id: ChargeId, charge: &Charge) -> ChargeForm {
        let Some(when) = &charge.when else { return self.booked_line(id, charge) };
        let answer = self.condition(when);
        let never = self.jump_unless(answer);
        let form = self.sometimes(|this| this.booked_line(id, charge));
        self.land(&[never]);
        form
    }

    fn booked_line(&mut self, id: ChargeId, charge: &Charge) -> ChargeForm {
        let (currency, chosen, factor) = self.currency(&charge.unit);
        let mut form = ChargeFormDetails { chosen, factor, ..ChargeFormDetails::default() };
        if charge.listed {
            form.label = charge.label.as_ref().filter(|label| label.fixed().is_none()).map(|label| self.text(label));
            form.because = charge.because.as_ref().map(|because| self.text(because));
            form.shown = charge.shown.as_ref().map(|(quantity, price)| {
                let quantity = self.source(quantity);
                (quantity, price.as_ref().map(|price| self.source(price)))
            });
        }
        match &charge.amount {
            ChargeAmount::Expr(amount) if charge.exceptions.is_empty() && !books_lines(amount) => {
                let amount = self.plain_amount(charge, amount);
                self.emit(Op::Book(id, amount));
            }
            _ => {
                form.special = Some(Box::new(self.special(charge)));
                let amount = self.form(Form::Price(id));
                let given = self.jump(|goal| Op::JumpIfGiven(amount, goal));
                let nothing = self.jump(Op::Jump);
                self.land(&[given]);
                self.emit(Op::Book(id, amount));
                self.land(&[nothing]);
            }
        }
        let details = (form != ChargeFormDetails::default()).then(|| Box::new(form));
        let mut form = ChargeForm { plain: None, currency, details };
        form.plain = self.plain_line(id, charge, &form);
        form
    }

    /// What the lines of a charge say, where that is fixed but for the amount.
    fn plain_line(&self, id: ChargeId, charge: &Charge, form: &ChargeForm) -> Option<(ChargeWords, Currency)> {
        let details = form.details();
        let is_made =
            details.label.is_some() || charge.because.as_ref().is_some_and(|because| because.fixed().is_none());
        let is_plain = !is_made && details.shown.is_none() && details.special.is_none() && details.factor.is_none();
        match form.currency {
            Some(currency) if charge.listed && is_plain => Some((self.program.texts.charge(id), currency)),
            _ => None,
        }
    }

    fn plain_amount(&mut self, charge: &Charge, amount: &Expr) -> Reg {
        let tiers = charge.listed && self.has_tiers(amount);
        if tiers {
            self.emit(Op::Breakdown);
        }
        let (before, bounds) = match &amount.kind {
            ExprKind::Stages(value, stages) => {
                let value = self.expression(value);
                self.stages(amount, value, stages)
            }
            _ => (self.expression(amount), Vec::new()),
        };
        let rounding = charge.booking.as_ref().map(|how| (self.round_step(how), how.mode));
        let booked = match rounding {
            Some((step, mode)) => self.rounded_to(before, step, mode),
            None => before,
        };
        self.tell_bounds(bounds, rounding);
        self.tell(|| Event::Booked(before, booked));
        booked
    }

    fn special(&mut self, charge: &Charge) -> SpecialForm {
        let exceptions = self.exceptions(&charge.exceptions);
        let (amount, options, stages): (_, _, &[Stage]) = match &charge.amount {
            ChargeAmount::Expr(expr) => match &expr.kind {
                ExprKind::Stages(value, stages) => (Some(self.source(value)), Box::default(), stages),
                _ => (Some(self.source(expr)), Box::default(), &[]),
            },
            ChargeAmount::Group(group) => {
                let options = group.options.iter().map(|option| {
                    let when = option.when.as_ref().map(|when| self.source(when));
                    (when, self.source(&option.amount))
                });
                (None, options.collect(), &group.stages)
            }
        };
        let stages = stages.iter().map(|stage| self.stage_form(stage)).collect();
        let booking = charge.booking.as_ref().map(|how| self.round_form(how));
        SpecialForm { exceptions, amount, options, stages, booking }
    }

    fn stage_form(&mut self, stage: &Stage) -> StageForm {
        let span = std::mem::replace(&mut self.span, stage.span);
        let form = match &stage.kind {
            StageKind::LessPercent(percent) => StageForm::LessPercent(self.source(percent)),
            StageKind::LessAmount(amount) => StageForm::LessAmount(self.source(amount)),
            StageKind::PlusPercent(percent) => StageForm::PlusPercent(self.source(percent)),
            StageKind::PlusAmount(amount) => StageForm::PlusAmount(self.source(amount)),
            StageKind::Minimum(bound, _) => StageForm::Minimum(self.source(bound)),
            StageKind::Maximum(bound, _) => StageForm::Maximum(self.source(bound)),
            StageKind::Rounded(how) => StageForm::Rounded(self.round_form(how)),
        };
        self.span = span;
        form
    }

    /// The currency of a unit of money, the input that chooses it, and how much of it one of the unit is.
    pub(super) fn currency(&self, unit: &UnitExpr) -> (Option<Currency>, Option<Reg>, Option<Number>) {
        let Ok(Some((base, factor))) = self.program.units.currency_and_factor(unit) else { return (None, None, None) };
        let factor = (factor != Number::ONE).then_some(factor);
        match base {
            Base::Money(currency) => (Some(currency), None, factor),
            Base::Chosen(slot) => (None, Some(Reg(slot)), factor),
            _ => (None, None, factor),
        }
    }

    /// What a quote asks for besides its charges.
    pub(super) fn asked_later(&mut self) {
        let program = self.program;
        for output in &program.outputs {
            self.need_definition(output.definition);
            self.shared = Shared::default();
            let start = self.here();
            self.code.outputs.push(start);
            self.define(output.definition);
            self.emit(Op::Return);
        }
        if let Some(priced_on) = &program.priced_on {
            let (source, _) = self.within(&[priced_on], program.locals, |this| this.source(priced_on));
            self.code.priced_on = Some(source);
        }
        self.code.refusals = program.refusals.iter().map(|notice| self.notice(notice)).collect();
        self.code.flags = program.flags.iter().map(|notice| self.notice(notice)).collect();
        self.code.total = Vec::with_capacity(program.total.len());
        for stage in &program.total {
            let (bound, _) = self.within(&[&stage.bound], stage.locals, |this| {
                this.span = stage.span;
                this.source(&stage.bound)
            });
            self.code.total.push(bound);
        }
        if let Some(how) = &program.round_total {
            let mut parts = Vec::new();
            how.parts(&mut |part| parts.push(part));
            let (round, _) = self.within(&parts, 0, |this| this.round_form(how));
            self.code.round_total = Some(round);
        }
    }

    fn notice(&mut self, notice: &Notice) -> NoticeForm {
        let mut parts = vec![&notice.when];
        notice.message.parts(&mut |part| parts.push(part));
        let lower = |this: &mut Self| {
            this.span = notice.span;
            NoticeForm { when: this.source(&notice.when), message: this.text(&notice.message) }
        };
        self.within(&parts, notice.locals, lower).0
    }

    /// Defaults of inputs, what tests give and expect, and an expression from elsewhere.
    pub(super) fn asked(&mut self, other: Option<&(Expr, u16)>) {
        let program = self.program;
        let fields = program.inputs.iter().chain(program.record_fields.iter().flatten());
        let defaults = fields.filter_map(|field| field.default.as_ref()).map(|default| (default, program.locals));
        let tests = program.tests.iter().flat_map(|test| {
            let given = test.given.iter().map(|(_, value)| value);
            let expected = test.expects.iter().filter_map(|expect| match &expect.kind {
                ExpectKind::Charge { amount, .. } | ExpectKind::Line(_, amount) => amount.as_ref(),
                ExpectKind::Total(_, amount) | ExpectKind::That(amount) => Some(amount),
                _ => None,
            });
            given.chain(expected).map(|expr| (expr, test.locals.max(program.locals)))
        });
        let other = other.map(|(expr, locals)| (expr, *locals));
        for (expr, locals) in defaults.chain(tests).chain(other) {
            self.ask(expr, locals);
        }
        self.code.asked.sort_by_key(|(expr, _)| expr.address());
    }

    fn ask(&mut self, expr: &Expr, locals: u16) {
        if matches!(expr.kind, ExprKind::Constant(_)) {
            return;
        }
        let (source, _) = self.within(&[expr], locals, |this| {
            this.span = expr.span();
            this.source(expr)
        });
        self.code.asked.push((expr.clone(), source));
    }
}

/// Whether a stage of an amount books a line of its own.
fn books_lines(amount: &Expr) -> bool {
    let ExprKind::Stages(_, stages) = &amount.kind else { return false };
    stages.iter().any(|stage| matches!(stage.kind, StageKind::Minimum(_, Some(_)) | StageKind::Maximum(_, Some(_))))
}
