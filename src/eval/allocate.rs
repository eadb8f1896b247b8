//! Allocation: an amount divided by weights into rounded parts that add up to it exactly.
//!
//! Every part is rounded by itself; what is then missing or too much goes where the rules say. With `to largest` all parts are
//! first cut toward zero, then one step each goes to the parts with the largest cut-off remainders (of equals, the earlier
//! one); what is left of an amount that is no multiple of the step goes to the part that would be next.

use super::evaluator::Evaluator;
use super::failure::{Failure, Outcome};
use super::{Note, Observer};
use crate::program::Remainder;
use crate::program::code::Reg;
use crate::value::{Number, RoundingMode, Value};

impl<'p, O: Observer<'p>> Evaluator<'p, '_, O> {
    pub(super) fn allocate(
        &mut self,
        (amount, weights): (Reg, Reg),
        step: Reg,
        mode: RoundingMode,
        remainder: Remainder,
    ) -> Outcome<Value> {
        let amount = self.number(amount)?;
        let weights = self.elements(weights)?;
        let step = self.number(step)?;
        let mut numbers = Vec::with_capacity(weights.len());
        for weight in weights.iter() {
            self.step()?;
            match weight {
                Value::Number(number) => numbers.push(number.clone()),
                _ => return Err(Failure::mismatch("a list of weights")),
            }
        }
        let parts = allocate(&amount, &numbers, &step, mode, remainder)?;
        if O::ENABLED {
            for (index, part) in parts.iter().enumerate() {
                self.observer.enter(super::Node::Element(index));
                let exact = share(&amount, &numbers, index)?;
                self.observer.note(Note::Rounded(&exact, part));
                self.observer.leave(Some(&Value::Number(part.clone())));
            }
        }
        Ok(Value::list(parts.into_iter().map(Value::Number)))
    }
}

/// The exact share of one part.
fn share(amount: &Number, weights: &[Number], index: usize) -> Outcome<Number> {
    let total = total_of(weights)?;
    match weights.get(index) {
        Some(weight) if !total.is_zero() => Ok(amount.mul(weight)?.div(&total)?),
        _ => Ok(Number::ZERO),
    }
}

fn total_of(weights: &[Number]) -> Outcome<Number> {
    let mut total = Number::ZERO;
    for weight in weights {
        total = total.add(weight)?;
    }
    Ok(total)
}

/// The parts of `amount` by `weights`, which add up to it. Fails where a weight is below zero, or all are zero and the amount is not.
pub(super) fn allocate(
    amount: &Number,
    weights: &[Number],
    step: &Number,
    mode: RoundingMode,
    remainder: Remainder,
) -> Outcome<Vec<Number>> {
    if let Some(weight) = weights.iter().find(|weight| weight.is_negative()) {
        return Err(Failure::input(format!("a weight of the allocation is below zero: {weight}")));
    }
    let total = total_of(weights)?;
    if total.is_zero() {
        if amount.is_zero() {
            return Ok(vec![Number::ZERO; weights.len()]);
        }
        return Err(Failure::input("an amount cannot be allocated: all weights are zero"));
    }
    let mode = if remainder == Remainder::Largest { RoundingMode::Down } else { mode };
    let mut parts = Vec::with_capacity(weights.len());
    let mut cut_off = Vec::with_capacity(weights.len());
    let mut left = amount.clone();
    for weight in weights {
        let exact = amount.mul(weight)?.div(&total)?;
        let part = exact.round_to(step, mode)?;
        left = left.sub(&part)?;
        cut_off.push(exact.sub(&part)?.abs());
        parts.push(part);
    }
    match remainder {
        Remainder::First => give(parts.first_mut(), &left)?,
        Remainder::Last => give(parts.last_mut(), &left)?,
        Remainder::Largest => {
            let mut order: Vec<usize> = (0..parts.len()).collect();
            order.sort_by(|left, right| cut_off.get(*right).cmp(&cut_off.get(*left)));
            let step = if left.is_negative() { step.abs().neg() } else { step.abs() };
            for index in order {
                let portion = if left.abs() < step.abs() { left.clone() } else { step.clone() };
                left = left.sub(&portion)?;
                give(parts.get_mut(index), &portion)?;
            }
        }
    }
    Ok(parts)
}

fn give(part: Option<&mut Number>, portion: &Number) -> Outcome<()> {
    if let Some(part) = part {
        *part = part.add(portion)?;
    }
    Ok(())
}
