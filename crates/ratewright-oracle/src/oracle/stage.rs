//! Stages after a value, each applied to everything before it: `less`, `plus`, `minimum`, `maximum`, `rounded`.

use super::number::{Rational, parts, power_of_ten, rounded, whole};
use super::pricing::{Pricing, Scope};
use super::units::{is_currency, minor_digits};
use super::value::{Answer, Problems, Value};
use num_traits::Zero;
use ratewright::syntax::ast::{Expr, RoundTo, Stage, StageKind};
use ratewright::value::RoundingMode;
use std::cmp::Ordering;

impl Pricing<'_> {
    /// A value after stages that book no lines.
    pub(crate) fn stages(&self, value: Value, stages: &[Stage], scope: &Scope) -> Answer<Value> {
        stages.iter().try_fold(value, |value, stage| self.stage(value, stage, scope))
    }

    /// A value after one stage.
    pub(crate) fn stage(&self, value: Value, stage: &Stage, scope: &Scope) -> Answer<Value> {
        match &stage.kind {
            StageKind::Less(part) => self.changed(&value, part, &whole(-1), scope),
            StageKind::Plus(part) => self.changed(&value, part, &whole(1), scope),
            StageKind::Minimum(bound, _) => self.bounded(value, bound, Ordering::Less, scope),
            StageKind::Maximum(bound, _) => self.bounded(value, bound, Ordering::Greater, scope),
            StageKind::Rounded(how) => self.rounded(value, how, scope),
        }
    }

    /// A percent is one of the value; an amount is added or taken off.
    fn changed(&self, value: &Value, part: &Expr, sign: &Rational, scope: &Scope) -> Answer<Value> {
        match self.value(part, scope)? {
            Value::Percent(percent) => self.scaled(value, &(whole(1) + percent * sign)),
            part => self.add(value, &part, sign),
        }
    }

    /// The bound where the value lies on its wrong side, in the value's unit.
    fn bounded(&self, value: Value, bound: &Expr, wrong: Ordering, scope: &Scope) -> Answer<Value> {
        let bound = self.value(bound, scope)?;
        if self.order(&value, &bound)? != wrong {
            return Ok(value);
        }
        self.like(bound, &value)
    }

    /// A quantity in the unit of another.
    pub(crate) fn like(&self, value: Value, other: &Value) -> Answer<Value> {
        match (value, other) {
            (Value::Number(number, from), Value::Number(_, to)) => {
                Ok(Value::Number(self.rules.units.convert(&number, &from, to)?, to.clone()))
            }
            (value, _) => Ok(value),
        }
    }

    /// A value after a rounding; half up where no mode is written.
    pub(crate) fn rounded(&self, value: Value, how: &RoundTo, scope: &Scope) -> Answer<Value> {
        let mode = how.mode.unwrap_or(RoundingMode::HalfUp);
        let step = match &how.step {
            Some(step) => self.like(self.value(step, scope)?, &value)?,
            None => self.minor_unit(&value)?,
        };
        let (Value::Number(size, _) | Value::Percent(size)) = &step else {
            return Err(Problems::mistaken("a step that is no number"));
        };
        if size.is_zero() {
            return Err(Problems::failed("division by zero"));
        }
        Ok(match value {
            Value::Number(number, unit) => Value::Number(rounded(&number, size, mode), unit),
            Value::Percent(number) => Value::Percent(rounded(&number, size, mode)),
            _ => return Err(Problems::mistaken("what is no number is rounded")),
        })
    }

    /// The minor unit of the currency of an amount.
    pub(crate) fn minor_unit(&self, amount: &Value) -> Answer<Value> {
        let Value::Number(_, unit) = amount else {
            return Err(Problems::mistaken("what is no money has no minor unit"));
        };
        let step = parts(1, 1) / Rational::from_integer(power_of_ten(minor_digits(&self.currency_of(amount)?)));
        Ok(Value::Number(step / self.rules.units.factor(unit), unit.clone()))
    }

    /// The currency of an amount; of one that the caller chooses, the chosen one.
    pub(crate) fn currency_of(&self, amount: &Value) -> Answer<String> {
        let not_money = || Problems::mistaken(&format!("{amount:?} is no money"));
        let Value::Number(_, unit) = amount else { return Err(not_money()) };
        let dimension = self.rules.units.dimension(unit);
        let Some((base, 1)) = dimension.iter().next().map(|(base, power)| (base, *power)) else {
            return Err(not_money());
        };
        match self.input.get(base) {
            Some(Value::Currency(chosen)) => Ok(chosen.clone()),
            _ if is_currency(base) && dimension.len() == 1 => Ok(base.clone()),
            _ => Err(not_money()),
        }
    }

    /// How much of its currency an amount is, whatever unit it is in.
    pub(crate) fn amount_of(&self, amount: &Value) -> Answer<Rational> {
        match amount {
            Value::Number(number, unit) => Ok(number * self.rules.units.factor(unit)),
            _ => Err(Problems::mistaken("what is no number is booked")),
        }
    }
}
