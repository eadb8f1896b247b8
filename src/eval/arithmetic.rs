//! Numbers, conditions and stages: the expressions whose value is computed from one or two others.

use super::evaluator::Evaluator;
use super::failure::{Failure, Outcome};
use super::{Note, Observer};
use crate::program::{Arithmetic, Comparison, Expr, RoundStep, RoundTo};
use crate::value::{Number, RoundingMode, Value};

impl<'p, O: Observer<'p>> Evaluator<'p, '_, O> {
    pub(super) fn arithmetic(&mut self, operation: Arithmetic, left: &'p Expr, right: &'p Expr) -> Outcome<Value> {
        let left = self.number(left)?;
        let tiers = self.scratch.tiers.len();
        let right = self.number(right)?;
        let result = match operation {
            Arithmetic::Add => left.add(&right),
            Arithmetic::Subtract => {
                if self.breakdown {
                    self.scratch.tiers.iter_mut().skip(tiers).for_each(|line| line.amount = line.amount.neg());
                }
                left.sub(&right)
            }
            Arithmetic::Multiply => left.mul(&right),
            Arithmetic::Divide => left.div(&right),
        };
        Ok(Value::Number(result?))
    }

    pub(super) fn scale(&mut self, value: &'p Expr, factor: &Number) -> Outcome<Value> {
        Ok(Value::Number(self.number(value)?.mul(factor)?))
    }

    #[inline(never)]
    pub(super) fn negate(&mut self, value: &'p Expr) -> Outcome<Value> {
        let tiers = self.scratch.tiers.len();
        let value = self.evaluate(value)?;
        if self.breakdown {
            self.scratch.tiers.iter_mut().skip(tiers).for_each(|line| line.amount = line.amount.neg());
        }
        match value {
            Value::Number(number) => Ok(Value::Number(number.neg())),
            Value::Months(months) => Ok(Value::Months(months.saturating_neg())),
            _ => Err(Failure::mismatch("a number")),
        }
    }

    pub(super) fn not(&mut self, value: &'p Expr) -> Outcome<Value> {
        Ok(Value::YesNo(!self.yes_no(value)?))
    }

    pub(super) fn and(&mut self, left: &'p Expr, right: &'p Expr) -> Outcome<Value> {
        Ok(Value::YesNo(self.yes_no(left)? && self.yes_no(right)?))
    }

    pub(super) fn or(&mut self, left: &'p Expr, right: &'p Expr) -> Outcome<Value> {
        Ok(Value::YesNo(self.yes_no(left)? || self.yes_no(right)?))
    }

    pub(super) fn branch(&mut self, condition: &'p Expr, then: &'p Expr, otherwise: &'p Expr) -> Outcome<Value> {
        if self.condition(Some(condition))? { self.evaluate(then) } else { self.evaluate(otherwise) }
    }

    pub(super) fn compare(&mut self, comparison: Comparison, left: &'p Expr, right: &'p Expr) -> Outcome<Value> {
        let left = self.evaluate(left)?;
        let right = self.evaluate(right)?;
        Ok(Value::YesNo(match comparison {
            Comparison::Less => left < right,
            Comparison::AtMost => left <= right,
            Comparison::Greater => left > right,
            Comparison::AtLeast => left >= right,
            Comparison::Is => left == right,
            Comparison::IsNot => left != right,
        }))
    }

    #[inline(never)]
    pub(super) fn is_given(&mut self, value: &'p Expr) -> Outcome<Value> {
        Ok(Value::YesNo(!self.evaluate(value)?.is_absent()))
    }

    #[inline(never)]
    pub(super) fn otherwise(&mut self, value: &'p Expr, otherwise: &'p Expr) -> Outcome<Value> {
        match self.evaluate(value)? {
            Value::Absent => self.evaluate(otherwise),
            value => Ok(value),
        }
    }

    #[inline(never)]
    pub(super) fn one_of(&mut self, value: &'p Expr, values: &'p [Expr]) -> Outcome<Value> {
        let value = self.evaluate(value)?;
        for candidate in values {
            if self.evaluate(candidate)? == value {
                return Ok(Value::YesNo(true));
            }
        }
        Ok(Value::YesNo(false))
    }

    #[inline(never)]
    pub(super) fn in_list(&mut self, value: &'p Expr, list: &'p Expr) -> Outcome<Value> {
        let value = self.evaluate(value)?;
        for element in self.elements(list)?.iter() {
            self.step()?;
            if *element == value {
                return Ok(Value::YesNo(true));
            }
        }
        Ok(Value::YesNo(false))
    }

    #[inline(never)]
    pub(super) fn in_range(
        &mut self,
        value: &'p Expr,
        low: Option<&'p (Expr, bool)>,
        high: Option<&'p (Expr, bool)>,
    ) -> Outcome<Value> {
        let value = self.evaluate(value)?;
        if let Some((low, included)) = low {
            let low = self.evaluate(low)?;
            if value < low || (value == low && !included) {
                return Ok(Value::YesNo(false));
            }
        }
        if let Some((high, included)) = high {
            let high = self.evaluate(high)?;
            if value > high || (value == high && !included) {
                return Ok(Value::YesNo(false));
            }
        }
        Ok(Value::YesNo(true))
    }

    #[inline(never)]
    pub(super) fn contained_in(&mut self, percent: &'p Expr, value: &'p Expr) -> Outcome<Value> {
        let percent = self.number(percent)?;
        let value = self.number(value)?;
        Ok(Value::Number(value.mul(&percent)?.div(&Number::ONE.add(&percent)?)?))
    }

    #[inline(never)]
    pub(super) fn per_step(&mut self, amount: &'p Expr, step: &'p Expr, of: &'p Expr, started: bool) -> Outcome<Value> {
        let of = self.number(of)?;
        if !of.is_positive() {
            return Ok(Value::Number(Number::ZERO));
        }
        let step = self.number(step)?;
        let steps = steps_of(&of, &step, started)?;
        Ok(Value::Number(self.number(amount)?.mul(&steps)?))
    }

    /// Rounds a number; the observer is told from what to what.
    pub(super) fn rounded(&mut self, number: &Number, how: &'p RoundTo) -> Outcome<Number> {
        let step = self.round_step(how)?;
        let result = number.round_to(&step, how.mode)?;
        self.note(Note::Rounded(how, number, &result));
        Ok(result)
    }

    /// The step of a rounding, in the unit of what is rounded.
    pub(super) fn round_step(&mut self, how: &'p RoundTo) -> Outcome<Number> {
        match &how.step {
            RoundStep::Fixed(step) => Ok(step.clone()),
            RoundStep::Expr(step) => {
                let step = self.number(step)?;
                if step.is_negative() {
                    return Err(Failure::input(format!("the step of a rounding is below zero: {step}")));
                }
                Ok(step)
            }
            RoundStep::MinorOf(slot) => match self.inputs.get(*slot as usize) {
                Some(Value::Currency(currency)) => Ok(currency.minor_unit()),
                _ => Err(Failure::mismatch("a currency")),
            },
        }
    }
}

/// How many steps a positive quantity has: started ones, or whole ones.
pub(super) fn steps_of(quantity: &Number, step: &Number, started: bool) -> Outcome<Number> {
    if step.is_negative() {
        return Err(Failure::input("the step is below zero"));
    }
    let mode = if started { RoundingMode::Ceiling } else { RoundingMode::Floor };
    Ok(quantity.div(step)?.round_to(&Number::ONE, mode)?)
}
