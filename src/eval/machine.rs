//! The loop over operations.
//!
//! What registers alone decide is done on their words, in one place, [`fast`]; everything else goes to the evaluator, which comes
//! to the same result the long way: a number that does not fit a word, a text, a form. An observer is told what stands before an
//! operation; without one, the loop knows nothing of it.

use super::evaluator::Evaluator;
use super::failure::{Failure, Outcome};
use super::word::{Kind, Word};
use super::{ErrorKind, Node, Note, Observer};
use crate::program::code::{Entry, Event, Op, Reg};
use crate::program::{Comparison, ExprKind};
use crate::value::number::Lane;
use crate::value::{Number, NumberError, RoundingMode, Value};
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
    if let (Some(a), Some(b)) = (word(words, a).lane(), word(words, b).lane())
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
        Op::Nothing => Next::On,
        Op::Jump(goal) => Next::To(goal),
        Op::JumpIf(a, goal) => jump_where(word(words, a).answer(), true, goal),
        Op::JumpUnless(a, goal) => jump_where(word(words, a).answer(), false, goal),
        Op::JumpIfGiven(a, goal) if word(words, a).kind() != Kind::Absent => Next::To(goal),
        Op::JumpIfGiven(..) => Next::On,
        Op::JumpUnlessPositive(a, goal) => {
            jump_where(word(words, a).lane().map(|number| number.mantissa > 0), false, goal)
        }
        Op::Move(to, from) => match word(words, from) {
            elsewhere if elsewhere.kind() == Kind::Elsewhere => Next::Slow,
            here => put(words, to, here),
        },
        Op::Add(to, a, b) => two(words, (to, a, b), Lane::add),
        Op::Subtract(to, a, b) => two(words, (to, a, b), Lane::sub),
        Op::Multiply(to, a, b) => two(words, (to, a, b), Lane::mul),
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
        Op::IsGiven(to, a) => {
            let given = word(words, a).kind() != Kind::Absent;
            put(words, to, Word::yes_no(given))
        }
        Op::Define(own, ..) | Op::Charge(own, ..) if word(words, own).kind() != Kind::Unknown => Next::On,
        _ => Next::Slow,
    }
}

impl<'p, O: Observer<'p>> Evaluator<'p, '_, O> {
    /// Runs operations from `start` on to the end of their piece of code.
    pub(super) fn run(&mut self, start: u32) -> Outcome<()> {
        let floor = self.scratch.returns.len();
        let code = self.code;
        let mut at = start;
        loop {
            let Some(op) = code.ops.get(at as usize) else { return Err(Failure::mismatch("an operation")) };
            if O::ENABLED {
                self.tell(at);
                self.tell_if_known(op);
            }
            let next = match fast(&mut self.scratch.words, op) {
                Next::Slow if matches!(op, Op::Return) && self.scratch.returns.len() <= floor => return Ok(()),
                Next::Slow => self.control(op, at),
                next => Ok(next),
            };
            at = match next {
                Ok(Next::To(goal)) => goal,
                Ok(_) => at.saturating_add(1),
                Err(failure) => return Err(self.placed(failure, at)),
            };
        }
    }

    /// Attaches the place of an operation to a failure that has none.
    #[cold]
    #[inline(never)]
    fn placed(&self, failure: Failure, at: u32) -> Failure {
        match self.marks().spans.get(at as usize) {
            Some(span) => failure.at(*span),
            None => failure,
        }
    }

    /// Goes to a definition, charge or function, to come back after this operation.
    #[inline(always)]
    fn go(&mut self, at: u32, entry: Entry, level: u16) -> Outcome<Next> {
        let depth = self.depth;
        self.step()?;
        self.enter_depth(level, entry.depth)?;
        self.scratch.returns.push(Return {
            at: at.saturating_add(1),
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
    fn control(&mut self, op: &'p Op, at: u32) -> Outcome<Next> {
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
                if O::ENABLED {
                    let amount = self.value(self.code.charge(id));
                    self.observer.leave(Some(&amount).filter(|amount| !amount.is_absent()));
                }
                Ok(self.come_back())
            }
            Op::Call(id, level) => {
                let entry = self.code.functions.get(id as usize).map(|(entry, _)| *entry).unwrap_or_default();
                self.go(at, entry, level)
            }
            Op::Return => Ok(self.come_back()),
            _ => self.slow(op),
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
    fn rare(&mut self, op: &'p Op) -> Outcome<Next> {
        match *op {
            Op::JumpIf(a, goal) => return Ok(jump_where(Some(self.yes_no(a)?), true, goal)),
            Op::JumpUnless(a, goal) => return Ok(jump_where(Some(self.yes_no(a)?), false, goal)),
            Op::JumpUnlessPositive(a, goal) => {
                return Ok(jump_where(Some(self.number(a)?.is_positive()), false, goal));
            }
            Op::Move(to, from) => self.copy(to, from),
            Op::Add(to, a, b) => self.calculate(to, a, b, Number::add)?,
            Op::Subtract(to, a, b) => self.calculate(to, a, b, Number::sub)?,
            Op::Multiply(to, a, b) => self.calculate(to, a, b, Number::mul)?,
            Op::Divide(to, a, b) => self.calculate(to, a, b, Number::div)?,
            Op::Greatest(to, a, b) => self.calculate(to, a, b, |a, b| Ok(if b > a { b.clone() } else { a.clone() }))?,
            Op::Least(to, a, b) => self.calculate(to, a, b, |a, b| Ok(if b < a { b.clone() } else { a.clone() }))?,
            Op::Round(to, a, step, mode) => self.calculate(to, a, step, |a, step| a.round_to(step, mode))?,
            Op::CheckStep(step) => {
                super::arithmetic::check_step(&self.number(step)?)?;
            }
            Op::MinorUnit(to, chosen) => {
                let unit = self.minor_unit(chosen)?;
                self.set(to, Value::Number(unit));
            }
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
                let order = self.order(a, b);
                self.set_word(to, Word::yes_no(holds(comparison, order)));
            }
            Op::Amount(to, id) => self.amount(to, id)?,
            Op::IsApplied(to, id) => {
                let applied = self.is_applied(id);
                self.set_word(to, Word::yes_no(applied));
            }
            Op::Breakdown(on) => self.breakdown = on,
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
        operation: impl FnOnce(&Number, &Number) -> Result<Number, NumberError>,
    ) -> Outcome<()> {
        let result = operation(&self.number(a)?, &self.number(b)?)?;
        self.set(to, Value::Number(result));
        Ok(())
    }

    /// Tells the observer what stands before an operation.
    #[inline(never)]
    fn tell(&mut self, at: u32) {
        let marks = self.marks();
        let from = marks.starts.get(at as usize).copied().unwrap_or_default() as usize;
        let to = marks.starts.get(at as usize + 1).copied().unwrap_or_default() as usize;
        for event in marks.events.get(from..to).unwrap_or_default() {
            self.tell_event(event);
        }
    }

    fn tell_event(&mut self, event: &'p Event) {
        match event {
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
            Event::Known(id) => self.observer.note(Note::KnownDefinition(*id)),
            Event::Constant(id) => self.observer.note(Note::DatedValue(*id, 0)),
            Event::Row(table, row) => match self.word(*row).table_row() {
                Some((_, row)) => self.observer.note(Note::Row(*table, row)),
                None => self.observer.note(Note::NoRow(*table)),
            },
        }
    }

    /// A definition or charge that is asked for again is told by name.
    fn tell_if_known(&mut self, op: &Op) {
        match *op {
            Op::Define(own, id, _) if self.word(own).kind() != Kind::Unknown => {
                self.observer.note(Note::KnownDefinition(id));
            }
            Op::Charge(own, id, level) if level > 0 && self.word(own).kind() != Kind::Unknown => {
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
