//! Walks, pools that are used up, and increments: lists made in order, with state.

use super::Observer;
use super::evaluator::Evaluator;
use super::failure::{Failure, Outcome};
use crate::program::{Expr, Walk, WalkStep};
use crate::value::{Number, Value};

impl<'p, O: Observer<'p>> Evaluator<'p, '_, O> {
    /// A walk: its record of kept rows and final states. Next values are computed from the old state and set together.
    #[inline(never)]
    pub(super) fn walk(&mut self, walk: &'p Walk) -> Outcome<Value> {
        // All first values are computed before any is set: a list in one of them may use the slot of another meanwhile.
        let mut initial = Vec::with_capacity(walk.state.len());
        for (slot, value) in &walk.state {
            initial.push((*slot, self.evaluate(value)?));
        }
        for (slot, value) in initial {
            self.set(slot, value)?;
        }
        let mut rows = Vec::new();
        let mut next: Vec<(u16, Value)> = Vec::with_capacity(walk.state.len());
        self.visit(&walk.each, &mut |evaluator, _| {
            for step in &walk.steps {
                match step {
                    WalkStep::Let(slot, value) => {
                        let value = evaluator.evaluate(value)?;
                        evaluator.set(*slot, value)?;
                    }
                    WalkStep::Keep(value, when) => {
                        if evaluator.condition(when.as_ref())? {
                            rows.push(evaluator.evaluate(value)?);
                            evaluator.check_length(rows.len())?;
                        }
                    }
                    WalkStep::Next(slot, value) => next.push((*slot, evaluator.evaluate(value)?)),
                }
            }
            for (slot, value) in next.drain(..) {
                evaluator.set(slot, value)?;
            }
            Ok(true)
        })?;
        let base = self.base;
        let state =
            |(slot, _): &(u16, Expr)| self.scratch.locals.get(base + *slot as usize).cloned().unwrap_or_default();
        let last = Value::record(walk.state.iter().map(state));
        Ok(Value::record([Value::List(rows.into()), last]))
    }

    /// `draw P from (a, b) in order`: what each takes of the pool and what it still needs, then what is left of the pool.
    /// A want below zero takes nothing, and a pool below zero gives nothing.
    #[inline(never)]
    pub(super) fn draw(&mut self, pool: &'p Expr, wants: &'p [Expr]) -> Outcome<Value> {
        let mut left = self.number(pool)?;
        let mut parts = Vec::with_capacity(wants.len() + 1);
        for want in wants {
            self.step()?;
            let want = self.number(want)?;
            let taken =
                if want.is_positive() && left.is_positive() { want.clone().min(left.clone()) } else { Number::ZERO };
            left = left.sub(&taken)?;
            let rest = want.sub(&taken)?;
            parts.push(Value::record([Value::Number(taken), Value::Number(rest)]));
        }
        parts.push(Value::Number(left));
        Ok(Value::record(parts))
    }

    /// `increments of x first 30 s then 6 s`: where each increment begins and how long it is, the last one whole.
    #[inline(never)]
    pub(super) fn increments(&mut self, total: &'p Expr, first: &'p Expr, then: &'p Expr) -> Outcome<Value> {
        let total = self.number(total)?;
        let first = self.number(first)?;
        let then = self.number(then)?;
        if first.is_negative() || !then.is_positive() {
            return Err(Failure::input("increments must be longer than nothing"));
        }
        let mut start = Number::ZERO;
        let mut increments = Vec::new();
        while start < total {
            self.step()?;
            let length = if increments.is_empty() && first.is_positive() { &first } else { &then };
            increments.push(Value::record([Value::Number(start.clone()), Value::Number(length.clone())]));
            self.check_length(increments.len())?;
            start = start.add(length)?;
        }
        Ok(Value::List(increments.into()))
    }
}
