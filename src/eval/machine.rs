//! The loop over operations.
//!
//! What registers alone decide is done on their words, in one place, [`fast`]; everything else goes to the evaluator, which comes
//! to the same result the long way: a number that does not fit a word, a text, a form. An observer is told what stands before an
//! operation; without one, the loop knows nothing of it.

use super::evaluator::Evaluator;
use super::failure::{Failure, Outcome};
use super::num::Num;
use super::word::Word;
use super::{ErrorKind, Node, Note, Observer};
use crate::program::code::{Entry, Event, Op, Reg};
use crate::program::{Comparison, ExprKind};
use crate::value::number::Lane;
use crate::value::{RoundingMode, Value};
use std::cmp::Ordering;

/// A line that is for no element of a list.
pub(super) const NO_ITEM: u32 = u32::MAX;

/// How an operation ends.
enum Next {
    /// The next one follows.
    On,
    /// Another one follows.
    To(u32),
    /// The words do not decide it.
    Slow,
}

/// Where to go on when a definition, charge or function has been computed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Return {
    at: u32,
    depth: u32,
    tiers_from: u32,
    item: u32,
    breakdown: bool,
}

#[inline(always)]
fn word(words: &[Word], reg: Reg) -> Word {
    words.get(reg.index()).copied().unwrap_or(Word::ABSENT)
}

#[inline(always)]
fn put(words: &mut [Word], reg: Reg, word: Word) -> Next {
    if let Some(place) = words.get_mut(reg.index()) {
        *place = word;
    }
    Next::On
}

#[inline(always)]
fn two(words: &mut [Word], (to, a, b): (Reg, Reg, Reg), operation: impl FnOnce(Lane, Lane) -> Option<Lane>) -> Next {
    if let Some((a, b)) = word(words, a).lanes(word(words, b))
        && let Some(result) = operation(a, b)
    {
        return put(words, to, Word::number(result));
    }
    Next::Slow
}

#[inline(always)]
fn holds(comparison: Comparison, order: Ordering) -> bool {
    match comparison {
        Comparison::Less => order == Ordering::Less,
        Comparison::AtMost => order != Ordering::Greater,
        Comparison::Greater => order == Ordering::Greater,
        Comparison::AtLeast => order != Ordering::Less,
        Comparison::Is => order == Ordering::Equal,
        Comparison::IsNot => order != Ordering::Equal,
    }
}

#[inline(always)]
fn jump_where(answer: Option<bool>, wanted: bool, goal: u32) -> Next {
    match answer {
        Some(answer) if answer == wanted => Next::To(goal),
        Some(_) => Next::On,
        None => Next::Slow,
    }
}

/// How many started or whole steps a number has.
fn steps(of: Lane, step: Lane, started: bool) -> Option<Lane> {
    let mode = if started { RoundingMode::Ceiling } else { RoundingMode::Floor };
    if step.mantissa <= 0 { None } else { of.round_to(step, mode)?.div(step) }
}

/// An operation on words alone.
#[inline(always)]
fn fast(words: &mut [Word], op: &Op) -> Next {
    match *op {
        Op::Nothing(goal) => Next::To(goal),
        Op::Jump(goal) => Next::To(goal),
        Op::JumpIf(a, goal) => jump_where(word(words, a).answer(), true, goal),
        Op::JumpUnless(a, goal) => jump_where(word(words, a).answer(), false, goal),
        Op::JumpIfGiven(a, goal) if !word(words, a).is_absent() => Next::To(goal),
        Op::JumpIfGiven(..) => Next::On,
        Op::JumpUnlessPositive(a, goal) => {
            jump_where(word(words, a).lane().map(|number| number.mantissa > 0), false, goal)
        }
        Op::Move(to, from) => match word(words, from) {
            elsewhere if elsewhere.is_elsewhere() => Next::Slow,
            here => put(words, to, here),
        },
        Op::Amount(to, own, _) => match word(words, own).lane() {
            Some(amount) => put(words, to, Word::number(amount)),
            None => Next::Slow,
        },
        Op::Add(to, a, b) => two(words, (to, a, b), Lane::short_add),
        Op::Subtract(to, a, b) => two(words, (to, a, b), Lane::short_sub),
        Op::Multiply(to, a, b) => two(words, (to, a, b), Lane::short_mul),
        Op::Divide(to, a, b) => two(words, (to, a, b), Lane::div),
        Op::Greatest(to, a, b) => {
            two(words, (to, a, b), |a, b| Some(if b.compare(a) == Ordering::Greater { b } else { a }))
        }
        Op::Least(to, a, b) => two(words, (to, a, b), |a, b| Some(if b.compare(a) == Ordering::Less { b } else { a })),
        Op::Round(to, a, step, mode) => two(words, (to, a, step), |a, step| a.round_to(step, mode)),
        Op::Steps(to, of, step, started) => two(words, (to, of, step), |of, step| steps(of, step, started)),
        Op::Negate(to, a) => match word(words, a).lane() {
            Some(number) => put(words, to, Word::number(number.neg())),
            None => Next::Slow,
        },
        Op::Not(to, a) => match word(words, a).answer() {
            Some(answer) => put(words, to, Word::yes_no(!answer)),
            None => Next::Slow,
        },
        Op::Compare(comparison, to, a, b) => match word(words, a).order(word(words, b)) {
            Some(order) => put(words, to, Word::yes_no(holds(comparison, order))),
            None => Next::Slow,
        },
        Op::CompareJump(comparison, to, a, b, goal) => match word(words, a).order(word(words, b)) {
            Some(order) => {
                let answer = holds(comparison, order);
                put(words, to, Word::yes_no(answer));
                if answer { Next::On } else { Next::To(goal) }
            }
            None => Next::Slow,
        },
        Op::IsGiven(to, a) => {
            let given = !word(words, a).is_absent();
            put(words, to, Word::yes_no(given))
        }
        Op::Define(own, ..) | Op::Charge(own, ..) if !word(words, own).is_unknown() => Next::On,
        _ => Next::Slow,
    }
}

/// Runs operations on words alone; gives the first one that they do not decide.
#[inline(always)]
fn sprint<'c>(ops: &'c [Op], words: &mut [Word], at: &mut usize) -> Option<&'c Op> {
    loop {
        let op = ops.get(*at)?;
        match fast(words, op) {
            Next::On => *at = at.wrapping_add(1),
            Next::To(goal) => *at = goal as usize,
            Next::Slow => return Some(op),
        }
    }
}

impl<'p, O: Observer<'p>> Evaluator<'p, '_, O> {
    /// Runs operations from `start` on to the end of their piece of code.
    pub(super) fn run(&mut self, start: u32) -> Outcome<()> {
        let floor = self.scratch.returns.len();
        let code = self.code;
        let mut at = start as usize;
        loop {
            let op = match O::ENABLED {
                true => code.ops.get(at),
                false => sprint(&code.ops, &mut self.scratch.words, &mut at),
            };
            let Some(op) = op else { return Err(Failure::mismatch("an operation")) };
            if matches!(op, Op::Return) && self.scratch.returns.len() <= floor {
                self.tell(at);
                return Ok(());
            }
            let next = if O::ENABLED { self.watched(op, at) } else { self.control(op, at) };
            at = match next {
                Ok(Next::To(goal)) => goal as usize,
                Ok(_) => at.wrapping_add(1),
                Err(failure) => return Err(self.placed(failure, at)),
            };
        }
    }

    /// An operation that somebody watches.
    fn watched(&mut self, op: &'p Op, at: usize) -> Outcome<Next> {
        self.tell(at);
        self.tell_if_known(op);
        if let Op::Nothing(_) = op {
            return Ok(Next::On);
        }
        if O::EDGES {
            self.tell_equal(op, at);
        }
        if O::SIGHTS {
            self.tell_sides(op, at);
        }
        let Some((first, jump)) = op.halves() else {
            return match fast(&mut self.scratch.words, op) {
                Next::Slow => self.control(op, at),
                next => Ok(next),
            };
        };
        if let Next::Slow = fast(&mut self.scratch.words, &first) {
            self.rare(&first)?;
        }
        self.tell_decided(at);
        match fast(&mut self.scratch.words, &jump) {
            Next::Slow => self.rare(&jump),
            next => Ok(next),
        }
    }

    /// Attaches the place of an operation to a failure that has none.
    #[cold]
    #[inline(never)]
    fn placed(&self, failure: Failure, at: usize) -> Failure {
        match self.marks().spans.get(at) {
            Some(span) => failure.at(*span),
            None => failure,
        }
    }

    /// Goes to a definition, charge or function, to come back after this operation.
    #[inline(always)]
    fn go(&mut self, at: usize, entry: Entry, level: u16) -> Outcome<Next> {
        let depth = self.depth;
        self.step()?;
        self.enter_depth(level, entry.depth)?;
        self.scratch.returns.push(Return {
            at: at.wrapping_add(1) as u32,
            depth,
            tiers_from: self.tiers_from,
            item: self.item,
            breakdown: self.breakdown,
        });
        Ok(Next::To(entry.start))
    }

    #[inline(always)]
    fn come_back(&mut self) -> Next {
        match self.scratch.returns.pop() {
            Some(back) => {
                self.depth = back.depth;
                self.breakdown = back.breakdown;
                self.tiers_from = back.tiers_from;
                self.item = back.item;
                Next::To(back.at)
            }
            None => Next::On,
        }
    }

    /// An operation that goes to a piece of code or comes back from one; any other goes the long way.
    #[inline(always)]
    fn control(&mut self, op: &'p Op, at: usize) -> Outcome<Next> {
        match *op {
            Op::Define(_, id, level) => {
                self.enter(Node::Definition(id));
                let entry = self.code.definitions.get(id.0 as usize).copied().unwrap_or_default();
                let next = self.go(at, entry, level);
                self.breakdown = false;
                next
            }
            Op::Defined(own, _, from) => {
                self.copy(own, from);
                self.leave_with(own);
                Ok(self.come_back())
            }
            Op::Charge(own, id, level) => {
                self.enter(Node::Charge(id));
                let entry = self.code.charges.get(id.0 as usize).copied().unwrap_or_default();
                let next = self.go(at, entry, level);
                self.breakdown = false;
                self.tiers_from = self.scratch.tiers.len() as u32;
                self.item = NO_ITEM;
                self.set_word(own, Word::ABSENT);
                next
            }
            Op::Charged(id) => {
                if O::ENABLED && O::VALUES {
                    let amount = self.value(self.code.charge(id));
                    self.observer.leave(Some(&amount).filter(|amount| !amount.is_absent()));
                }
                Ok(self.come_back())
            }
            Op::Call(id, level) => {
                let entry = self.code.functions.get(id as usize).map(|(entry, _)| *entry).unwrap_or_default();
                self.go(at, entry, level)
            }
            Op::Deeper(level, depth) => {
                self.step()?;
                self.check_depth(level.saturating_add(1).saturating_add(depth))?;
                Ok(Next::On)
            }
            Op::Return => Ok(self.come_back()),
            Op::Choose(of, choice) => Ok(self.choose(of, choice)),
            Op::Book(id, amount) if self.book_plainly(id, amount) => Ok(Next::On),
            Op::Breakdown => {
                self.breakdown = true;
                Ok(Next::On)
            }
            Op::Tiers(to, quantity, id, level) => {
                self.tiers((to, quantity), id, level)?;
                Ok(Next::On)
            }
            Op::Column(to, row, column) if self.column_of_digits(to, row, column) => Ok(Next::On),
            _ => self.slow(op),
        }
    }

    /// Where the branch for a member begins; an observer sees every condition decided.
    #[inline(always)]
    fn choose(&self, of: Reg, choice: u32) -> Next {
        match (self.word(of).member(), self.code.choices.get(choice as usize)) {
            (Some(member), Some(choice)) if !O::ENABLED => {
                Next::To(choice.goals.get(member as usize).copied().flatten().unwrap_or(choice.otherwise))
            }
            _ => Next::On,
        }
    }

    /// An operation that words alone do not decide.
    #[inline(never)]
    fn slow(&mut self, op: &'p Op) -> Outcome<Next> {
        match *op {
            Op::Form(to, id) => match self.code.forms.get(id.0 as usize) {
                Some(form) => self.form(to, form)?,
                None => return Err(Failure::mismatch("a form")),
            },
            Op::Column(to, row, column) => self.column(to, row, column)?,
            Op::Field(to, record, field) => self.field(to, record, field)?,
            Op::Book(id, amount) => self.book(id, amount)?,
            _ => return self.rare(op),
        }
        Ok(Next::On)
    }

    #[inline(never)]
    fn rare(&mut self, op: &Op) -> Outcome<Next> {
        match *op {
            Op::JumpIf(a, goal) => return Ok(jump_where(Some(self.yes_no(a)?), true, goal)),
            Op::JumpUnless(a, goal) => return Ok(jump_where(Some(self.yes_no(a)?), false, goal)),
            Op::JumpUnlessPositive(a, goal) => {
                return Ok(jump_where(Some(self.number(a)?.is_positive()), false, goal));
            }
            Op::Move(to, from) => self.copy(to, from),
            Op::Add(to, a, b) => self.calculate(to, a, b, Num::add)?,
            Op::Subtract(to, a, b) => self.calculate(to, a, b, Num::sub)?,
            Op::Multiply(to, a, b) => self.calculate(to, a, b, Num::mul)?,
            Op::Divide(to, a, b) => self.calculate(to, a, b, Num::div)?,
            Op::Greatest(to, a, b) => self.calculate(to, a, b, |a, b| Ok(a.larger(b)))?,
            Op::Least(to, a, b) => self.calculate(to, a, b, |a, b| Ok(a.smaller(b)))?,
            Op::Round(to, a, step, mode) => self.calculate(to, a, step, |a, step| a.round_to(step, mode))?,
            Op::CheckStep(step) => {
                super::arithmetic::check_step(&self.number(step)?)?;
            }
            Op::MinorUnit(to, chosen) => {
                let unit = self.minor_unit(chosen)?;
                self.set(to, Value::Number(unit));
            }
            Op::OwnStep(to, chosen, step, own) => match self.is_currency(chosen, own) {
                true => self.copy(to, step),
                false => {
                    let unit = self.minor_unit(chosen)?;
                    self.set(to, Value::Number(unit));
                }
            },
            Op::Steps(to, of, step, started) => {
                let steps = super::arithmetic::steps_of(&self.number(of)?, &self.number(step)?, started)?;
                self.set(to, Value::Number(steps));
            }
            Op::Negate(to, a) => {
                let negative = match self.value(a) {
                    Value::Number(number) => Value::Number(number.neg()),
                    Value::Months(months) => Value::Months(months.saturating_neg()),
                    _ => return Err(Failure::mismatch("a number")),
                };
                self.set(to, negative);
            }
            Op::Compare(comparison, to, a, b) => {
                let answer = holds(comparison, self.compare(a, b)?);
                self.set_word(to, Word::yes_no(answer));
            }
            Op::CompareJump(comparison, to, a, b, goal) => {
                let answer = holds(comparison, self.compare(a, b)?);
                self.set_word(to, Word::yes_no(answer));
                return Ok(if answer { Next::On } else { Next::To(goal) });
            }
            Op::Amount(to, _, id) => self.amount(to, id)?,
            Op::IsApplied(to, id) => {
                let applied = self.is_applied(id);
                self.set_word(to, Word::yes_no(applied));
            }
            Op::CountTiers(to) => self.set_word(to, Word::count(self.scratch.tiers.len())),
            Op::NegateTiers(from) => {
                let from = self.word(from).as_count();
                if self.breakdown {
                    self.scratch.tiers.iter_mut().skip(from).for_each(|line| line.amount = line.amount.neg());
                }
            }
            _ => return Err(Failure::mismatch("an operation on other values")),
        }
        Ok(Next::On)
    }

    fn calculate(
        &mut self,
        to: Reg,
        a: Reg,
        b: Reg,
        operation: impl FnOnce(&Num, &Num) -> Outcome<Num>,
    ) -> Outcome<()> {
        let result = operation(&self.num(a)?, &self.num(b)?)?;
        self.set_num(to, result);
        Ok(())
    }

    /// Tells the observer, where there is one, what stands before an operation.
    #[inline]
    fn tell(&mut self, at: usize) {
        if !O::ENABLED {
            return;
        }
        let marks = self.marks();
        let from = marks.starts.get(at).copied().unwrap_or_default() as usize;
        let to = marks.starts.get(at.wrapping_add(1)).copied().unwrap_or_default() as usize;
        marks.events.get(from..to).unwrap_or_default().iter().for_each(|event| self.tell_event(event));
    }

    /// Tells the observer what stands between a comparison and its jump.
    fn tell_decided(&mut self, at: usize) {
        let marks = self.marks();
        if let Ok(found) = marks.decided.binary_search_by_key(&(at as u32), |(at, _)| *at)
            && let Some((_, events)) = marks.decided.get(found)
        {
            events.iter().for_each(|event| self.tell_event(event));
        }
    }

    fn tell_event(&mut self, event: &'p Event) {
        match event {
            Event::Enter(_)
            | Event::Leave(_)
            | Event::EnterStage(..)
            | Event::LeaveStage(_)
            | Event::Rounded(..)
            | Event::Booked(..)
                if !O::VALUES => {}
            Event::Bound(..) if !O::EDGES => {}
            Event::Enter(expr) => self.observer.enter(Node::Expr(expr)),
            Event::Leave(value) | Event::LeaveStage(value) => self.leave_with(*value),
            Event::EnterStage(expr, index) => {
                if let ExprKind::Stages(_, stages) = &expr.kind
                    && let Some(stage) = stages.get(usize::from(*index))
                {
                    self.observer.enter(Node::Stage(stage));
                }
            }
            Event::Condition(span, answer) => {
                let answer = self.word(*answer).answer() == Some(true);
                self.observer.note(Note::Condition(*span, answer));
            }
            Event::Rounded(before, after) => {
                if let (Ok(before), Ok(after)) = (self.number(*before), self.number(*after)) {
                    self.observer.note(Note::Rounded(&before, &after));
                }
            }
            Event::Booked(before, after) => {
                if let (Ok(before), Ok(after)) = (self.number(*before), self.number(*after)) {
                    self.observer.note(Note::Booked(&before, &after));
                }
            }
            Event::Bound(span, sides, rounding) => {
                let rounding = rounding.and_then(|(step, mode)| Some((self.num(step).ok()?, mode)));
                if let (Ok(first), Ok(second)) = (self.num(sides.0), self.num(sides.1)) {
                    self.tell_bound(*span, (&first, &second), &rounding);
                }
            }
            Event::KnownCharge(id) => self.observer.note(Note::KnownCharge(*id)),
            Event::EnterDefinition(id) => self.observer.enter(Node::Definition(*id)),
            Event::EnterCharge(id) => self.observer.enter(Node::Charge(*id)),
            Event::LeaveCharge(_) if !O::VALUES => {}
            Event::LeaveCharge(own) => {
                let amount = Some(self.value(*own)).filter(|amount| !amount.is_absent());
                self.observer.leave(amount.as_ref());
            }
            Event::Known(id) => self.observer.note(Note::KnownDefinition(*id)),
            Event::Constant(id) => self.observer.note(Note::DatedValue(*id, 0)),
            Event::Row(table, row) => match self.word(*row).table_row() {
                Some((_, row)) => self.observer.note(Note::Row(*table, row)),
                None => self.observer.note(Note::NoRow(*table)),
            },
        }
    }

    /// Tells where the two sides of a comparison by size are equal.
    #[inline(always)]
    fn tell_equal(&mut self, op: &Op, at: usize) {
        let Some((a, b)) = op.compared_by_size() else { return };
        let equal = match self.word(a).order(self.word(b)) {
            Some(order) => order == Ordering::Equal,
            None => self.order(a, b) == Ordering::Equal,
        };
        if equal && let Some(span) = self.marks().spans.get(at) {
            self.observer.note(Note::Equal(*span));
        }
    }

    /// What a comparison compares.
    fn tell_sides(&mut self, op: &Op, at: usize) {
        if let (Some((a, b)), Some(span)) = (op.compared(), self.marks().spans.get(at)) {
            let sides = (self.value(a), self.value(b));
            self.observer.note(Note::Compared(at as u32, *span, sides.0, sides.1));
        }
    }

    /// A definition or charge that is asked for again is told by name.
    fn tell_if_known(&mut self, op: &Op) {
        match *op {
            Op::Define(own, id, _) if !self.word(own).is_unknown() => {
                self.observer.note(Note::KnownDefinition(id));
            }
            Op::Charge(own, id, level) if level > 0 && !self.word(own).is_unknown() => {
                self.observer.note(Note::KnownCharge(id));
            }
            _ => {}
        }
    }
}

/// What is told where a charge is asked for that does not apply.
#[cold]
pub(super) fn does_not_apply(code: &str) -> Failure {
    Failure::new(ErrorKind::NoRow, format!("the charge `{code}` does not apply"))
}
