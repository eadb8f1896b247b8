//! Walks, pools that are used up, and increments: lists made in order, with state.

use super::Observer;
use super::evaluator::Evaluator;
use super::failure::{Failure, Outcome};
use crate::program::code::{EachForm, Reg, Source, StepForm};
use crate::value::{Number, Value};

impl<'p, O: Observer<'p>> Evaluator<'p, '_, O> {
    /// A walk: its record of kept rows and final states. Next values are computed from the old state and set together.
    pub(super) fn walk(
        &mut self,
        each: &'p EachForm,
        state: &[(Reg, Source)],
        steps: &'p [StepForm],
    ) -> Outcome<Value> {
        // All first values are computed before any is set: a list in one of them may use the register of another meanwhile.
        let mut initial = Vec::with_capacity(state.len());
        for (reg, value) in state {
            initial.push((*reg, self.value_of(*value)?));
        }
        for (reg, value) in initial {
            self.set(reg, value);
        }
        let mut rows = Vec::new();
        let mut next: Vec<(Reg, Value)> = Vec::with_capacity(state.len());
        self.visit(each, &mut |evaluator, _| {
            for step in steps {
                match step {
                    StepForm::Let(reg, value) => {
                        let value = evaluator.value_of(*value)?;
                        evaluator.set(*reg, value);
                    }
                    StepForm::Keep(value, when) => {
                        if evaluator.condition(*when)? {
                            rows.push(evaluator.value_of(*value)?);
                            evaluator.check_length(rows.len())?;
                        }
                    }
                    StepForm::Next(reg, value) => next.push((*reg, evaluator.value_of(*value)?)),
                }
            }
            for (reg, value) in next.drain(..) {
                evaluator.set(reg, value);
            }
            Ok(true)
        })?;
        let last = Value::record(state.iter().map(|(reg, _)| self.value(*reg)));
        let walked = Value::record([Value::List(rows.into()), last]);
        self.check_made(&walked)?;
        Ok(walked)
    }

    /// `draw P from (a, b) in order`: what each takes of the pool and what it still needs, then what is left of the pool.
    /// A want below zero takes nothing, and a pool below zero gives nothing.
    pub(super) fn draw(&mut self, pool: Reg, wants: &[Reg]) -> Outcome<Value> {
        let mut left = self.number(pool)?;
        let mut parts = Vec::with_capacity(wants.len() + 1);
        for want in wants {
            self.step()?;
            let want = self.number(*want)?;
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
    pub(super) fn increments(&mut self, total: Reg, first: Reg, then: Reg) -> Outcome<Value> {
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
