//! Sharing an amount out in proportion to weights, so that the rounded parts add up to it.

use super::number::{Rational, rounded, whole};
use super::pricing::{Pricing, Scope};
use super::value::{Answer, Problems, Value, all};
use num_traits::{Signed, Zero};
use ratewright::syntax::ast::{Remainder, RoundTo};
use ratewright::value::RoundingMode;

impl Pricing<'_> {
    /// The parts of an amount, each rounded, with what the rounding leaves over where it is to go.
    pub(crate) fn allocate(
        &self,
        amount: &Value,
        weights: &[Value],
        round: &RoundTo,
        to: Remainder,
        scope: &Scope,
    ) -> Answer<Value> {
        let Value::Number(total, unit) = amount else {
            return Err(Problems::mistaken("what is no amount is shared out"));
        };
        let nothing_to_go_by = || Problems::failed("input not accepted");
        let below_zero = |weight: &Value| matches!(weight, Value::Number(number, _) | Value::Percent(number) if number.is_negative());
        if weights.iter().any(below_zero) {
            return Err(nothing_to_go_by());
        }
        // Of nothing, each part is nothing, whatever the weights are.
        if total.is_zero() {
            let nothing = || Value::Number(whole(0), unit.clone());
            return Ok(Value::List(weights.iter().map(|_| nothing()).collect()));
        }
        let first = weights.first().ok_or_else(nothing_to_go_by)?;
        let weights = all(weights.iter().map(|weight| self.like(weight.clone(), first)))?;
        let weights: Vec<Rational> = weights.into_iter().filter_map(size).collect();
        let sum: Rational = weights.iter().sum();
        if sum.is_zero() {
            return Err(nothing_to_go_by());
        }
        let step = match &round.step {
            Some(step) => self.like(self.value(step, scope)?, amount)?,
            None => self.minor_unit(amount)?,
        };
        let step = size(step).filter(|step| !step.is_zero()).ok_or_else(|| Problems::failed("division by zero"))?;
        let mode = match to {
            Remainder::Largest => RoundingMode::Down,
            Remainder::First | Remainder::Last => round.mode.unwrap_or(RoundingMode::HalfUp),
        };
        let exact: Vec<Rational> = weights.iter().map(|weight| total * weight / &sum).collect();
        let mut parts: Vec<Rational> = exact.iter().map(|part| rounded(part, &step, mode)).collect();
        let left = total - parts.iter().sum::<Rational>();
        match to {
            Remainder::First => add_to(&mut parts, 0, &left),
            Remainder::Last => {
                let last = parts.len().saturating_sub(1);
                add_to(&mut parts, last, &left);
            }
            Remainder::Largest => to_largest(&mut parts, &exact, left, &step),
        }
        Ok(Value::List(parts.into_iter().map(|part| Value::Number(part, unit.clone())).collect()))
    }
}

fn size(value: Value) -> Option<Rational> {
    match value {
        Value::Number(number, _) | Value::Percent(number) => Some(number),
        _ => None,
    }
}

fn add_to(parts: &mut [Rational], place: usize, amount: &Rational) {
    if let Some(part) = parts.get_mut(place) {
        *part += amount;
    }
}

/// A step each to the parts that lost most, of equals to the earlier, until nothing is left.
fn to_largest(parts: &mut [Rational], exact: &[Rational], mut left: Rational, step: &Rational) {
    let mut lost: Vec<(usize, Rational)> =
        exact.iter().zip(parts.iter()).map(|(exact, part)| (exact - part).abs()).enumerate().collect();
    lost.sort_by(|(_, one), (_, other)| other.cmp(one));
    let sign = if left.is_negative() { whole(-1) } else { whole(1) };
    for (place, _) in lost {
        if left.is_zero() {
            return;
        }
        let given = if left.abs() < step.abs() { left.clone() } else { step.abs() * &sign };
        add_to(parts, place, &given);
        left -= given;
    }
}
