//! The evaluator's state, its limits, and the dispatch over expressions.
//!
//! [`Evaluator::evaluate`] is the one place that counts depth, tells the observer, and attaches places to errors. The arms of
//! the dispatch only delegate, so that a frame stays small and deep expressions fit a small stack.

use super::failure::{Failure, Outcome};
use super::{Hosts, Limits, Node, Note, Observer, Scratch};
use crate::program::{Expr, ExprKind as K, Program};
use crate::quote::Quote;
use crate::value::{Number, Value};
use std::sync::Arc;

/// One evaluation of a program on an input.
pub(super) struct Evaluator<'p, 'r, O> {
    /// The program.
    pub(super) program: &'p Program,
    /// The host's functions.
    pub(super) hosts: &'r Hosts,
    /// The input, a value for each slot.
    pub(super) inputs: &'r [Value],
    /// The limits.
    pub(super) limits: &'r Limits,
    /// Slots and known values.
    pub(super) scratch: &'r mut Scratch,
    /// What the input is made into.
    pub(super) quote: &'r mut Quote,
    /// Who watches.
    pub(super) observer: &'r mut O,
    /// Where the current frame of local slots begins.
    pub(super) base: usize,
    /// How deep expressions are nested now.
    pub(super) depth: u32,
    /// Whether tiers belong to the breakdown of the charge that is being computed.
    pub(super) breakdown: bool,
}

impl<'p, O: Observer<'p>> Evaluator<'p, '_, O> {
    /// The value of an expression.
    pub(super) fn evaluate(&mut self, expr: &'p Expr) -> Outcome<Value> {
        if self.depth >= self.limits.depth {
            return Err(depth_reached(self.limits.depth).at(expr.span));
        }
        self.depth += 1;
        if O::ENABLED {
            self.observer.enter(Node::Expr(expr));
        }
        let outcome = self.compute(expr);
        self.depth -= 1;
        if O::ENABLED {
            self.observer.leave(outcome.as_ref().ok());
        }
        match outcome {
            Err(failure) => Err(failure.at(expr.span)),
            value => value,
        }
    }

    fn compute(&mut self, expr: &'p Expr) -> Outcome<Value> {
        match &expr.kind {
            K::Constant(value) => Ok(value.clone()),
            K::Input(slot) => self.input(*slot),
            K::Local(slot) => self.local(*slot),
            K::Definition(id) => self.definition(*id),
            K::Charge(id) => self.charge_amount(*id),
            K::Arithmetic(operation, left, right) => self.arithmetic(*operation, left, right),
            K::Scale(value, factor) => self.scale(value, factor),
            K::Compare(comparison, left, right) => self.compare(*comparison, left, right),
            K::And(left, right) => self.and(left, right),
            K::Or(left, right) => self.or(left, right),
            K::Not(value) => self.not(value),
            K::If(condition, then, otherwise) => self.branch(condition, then, otherwise),
            K::Field(record, field) => self.field(record, *field),
            K::Column(row, column) => self.column(row, *column),
            K::Stages(value, stages) => self.staged(value, stages),
            K::Lookup { .. } => self.look_up(expr),
            K::Call(id, arguments) => self.call(*id, arguments),
            K::Tiers(id, arguments) => self.tiers(*id, arguments),
            _ => self.compute_rarer(expr),
        }
    }

    #[inline(never)]
    fn compute_rarer(&mut self, expr: &'p Expr) -> Outcome<Value> {
        match &expr.kind {
            K::IsApplied(id) => self.is_applied(*id),
            K::SumApplied(ids) => self.sum_applied(ids),
            K::Parameter(id, on) => self.parameter(*id, on.as_ref()),
            K::Record(fields) => self.record(fields),
            K::List(elements) => self.list(elements),
            K::Negate(value) => self.negate(value),
            K::DateArithmetic(operation, left, right) => self.date_arithmetic(*operation, left, right),
            K::IsGiven(value) => self.is_given(value),
            K::Otherwise(value, otherwise) => self.otherwise(value, otherwise),
            K::OneOf(value, values) => self.one_of(value, values),
            K::InList(value, list) => self.in_list(value, list),
            K::InRange { value, low, high } => self.in_range(value, low.as_ref(), high.as_ref()),
            K::WithinWindows(instant, id) => self.within_windows(instant, *id),
            K::WithinCalendar(date, id) => self.within_calendar(date, *id),
            K::ContainedIn(percent, value) => self.contained_in(percent, value),
            K::PerStep { amount, step, of, started } => self.per_step(amount, step, of, *started),
            K::Host(id, arguments) => self.host(*id, arguments),
            K::Library(function, arguments) => self.library(*function, arguments),
            K::Aggregate { kind, each, body, if_any } => self.aggregate(*kind, each, body, *if_any, expr),
            K::AggregateValues(kind, values) => self.aggregate_values(*kind, values, expr),
            K::AggregateList(kind, list, if_any) => self.aggregate_list(*kind, list, *if_any, expr),
            K::Count(list) => self.count(list),
            K::CountEach(each) => self.count_each(each),
            K::Quantified(any, each, condition) => self.quantified(*any, each, condition),
            K::FirstLast(first, list, if_any) => self.first_last(*first, list, *if_any),
            K::The { each, greatest, by, tie_last, if_any } => self.the(each, *greatest, by, *tie_last, *if_any),
            K::Group(each, by) => self.group(each, by),
            K::Walk(walk) => self.walk(walk),
            K::Draw(pool, wants) => self.draw(pool, wants),
            K::Allocate { amount, weights, round, remainder } => self.allocate(amount, weights, round, *remainder),
            K::Days { from, to, inclusive, thirty_360 } => self.days(from, to, *inclusive, *thirty_360),
            K::DateOf(instant, zone) => self.date_of(instant, zone),
            K::TimeOf(instant, zone) => self.time_of(instant, zone),
            K::InstantOf(date, time, zone) => self.instant_of(date, time, zone),
            K::Split(start, end, id) => self.split(start, end, *id),
            K::Increments(total, first, then) => self.increments(total, first, then),
            K::Template(template) => self.filled(template),
            _ => Err(Failure::mismatch("an expression")),
        }
    }

    fn input(&self, slot: u16) -> Outcome<Value> {
        self.inputs.get(slot as usize).cloned().ok_or_else(|| Failure::mismatch("a value for each input"))
    }

    fn local(&self, slot: u16) -> Outcome<Value> {
        self.scratch.locals.get(self.base + slot as usize).cloned().ok_or_else(|| Failure::mismatch("a local value"))
    }

    /// Sets a local slot of the current frame.
    pub(super) fn set(&mut self, slot: u16, value: Value) -> Outcome<()> {
        match self.scratch.locals.get_mut(self.base + slot as usize) {
            Some(place) => {
                *place = value;
                Ok(())
            }
            None => Err(Failure::mismatch("room for a local value")),
        }
    }

    /// Opens a frame of local slots whose first ones were pushed from `start` on, and returns the base of the old frame.
    pub(super) fn open(&mut self, start: usize, locals: u16) -> usize {
        self.scratch.locals.resize(start + locals as usize, Value::Absent);
        std::mem::replace(&mut self.base, start)
    }

    /// Closes the frame.
    pub(super) fn close(&mut self, old_base: usize) {
        self.scratch.locals.truncate(self.base);
        self.base = old_base;
    }

    /// Opens a frame above everything pushed so far.
    pub(super) fn open_new(&mut self, locals: u16) -> usize {
        let start = self.scratch.locals.len();
        self.open(start, locals)
    }

    /// Pushes the values of expressions on the stack of locals, and returns where the first of them lies.
    pub(super) fn push_all(&mut self, exprs: &'p [Expr]) -> Outcome<usize> {
        let start = self.scratch.locals.len();
        for expr in exprs {
            let value = self.evaluate(expr)?;
            self.scratch.locals.push(value);
        }
        Ok(start)
    }

    /// Counts one step.
    pub(super) fn step(&mut self) -> Outcome<()> {
        self.scratch.steps += 1;
        if self.scratch.steps > self.limits.steps {
            return Err(steps_reached(self.limits.steps));
        }
        Ok(())
    }

    /// Checks the length of a list that the rules make.
    pub(super) fn check_length(&self, length: usize) -> Outcome<()> {
        if length > self.limits.list {
            return Err(list_reached(self.limits.list));
        }
        Ok(())
    }

    /// Tells the observer something, where there is one.
    #[inline]
    pub(super) fn note(&mut self, note: Note<'p, '_>) {
        if O::ENABLED {
            self.observer.note(note);
        }
    }

    /// Tells the observer that a node begins, where there is one.
    #[inline]
    pub(super) fn enter(&mut self, node: Node<'p>) {
        if O::ENABLED {
            self.observer.enter(node);
        }
    }

    /// Tells the observer that a node ends, where there is one.
    #[inline]
    pub(super) fn leave(&mut self, value: Option<&Value>) {
        if O::ENABLED {
            self.observer.leave(value);
        }
    }

    /// A number.
    pub(super) fn number(&mut self, expr: &'p Expr) -> Outcome<Number> {
        match self.evaluate(expr)? {
            Value::Number(number) => Ok(number),
            _ => Err(Failure::mismatch("a number")),
        }
    }

    /// Yes or no.
    pub(super) fn yes_no(&mut self, expr: &'p Expr) -> Outcome<bool> {
        match self.evaluate(expr)? {
            Value::YesNo(answer) => Ok(answer),
            _ => Err(Failure::mismatch("yes or no")),
        }
    }

    /// A condition of a charge, an exception, an option: yes where none is written. The observer is told how it was decided.
    pub(super) fn condition(&mut self, expr: Option<&'p Expr>) -> Outcome<bool> {
        let Some(expr) = expr else { return Ok(true) };
        let answer = self.yes_no(expr)?;
        self.note(Note::Condition(expr, answer));
        Ok(answer)
    }

    /// The elements of a list.
    pub(super) fn elements(&mut self, expr: &'p Expr) -> Outcome<Arc<[Value]>> {
        match self.evaluate(expr)? {
            Value::List(elements) => Ok(elements),
            _ => Err(Failure::mismatch("a list")),
        }
    }
}

#[cold]
#[inline(never)]
fn depth_reached(depth: u32) -> Failure {
    Failure::limit(format!("expressions are nested more than {depth} deep"))
}

#[cold]
#[inline(never)]
fn steps_reached(steps: u64) -> Failure {
    Failure::limit(format!("the quote takes more than {steps} steps"))
}

#[cold]
#[inline(never)]
fn list_reached(length: usize) -> Failure {
    Failure::limit(format!("a list has more than {length} elements"))
}
