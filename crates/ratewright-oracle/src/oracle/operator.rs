//! Operators between two values, comparisons, and what is counted in steps.
//!
//! Quantities of one dimension meet in the unit of the left one; products cancel units exactly.

use super::civil;
use super::expression::sized;
use super::number::{Rational, whole};
use super::pricing::Pricing;
use super::units::Unit;
use super::value::{Answer, Problems, Value};
use num_traits::{Signed, Zero};
use ratewright::syntax::ast::BinaryOp;
use std::cmp::Ordering;

impl Pricing<'_> {
    /// A value without a sign becomes one with it.
    pub(crate) fn negative(&self, value: Value) -> Answer<Value> {
        Ok(match value {
            Value::Number(number, unit) => Value::Number(-number, unit),
            Value::Percent(number) => Value::Percent(-number),
            Value::Months(months) => Value::Months(-months),
            _ => return Err(Problems::mistaken("what has no sign is negated")),
        })
    }

    /// The value of `left operator right`, both of which are computed.
    pub(crate) fn operate(&self, operator: BinaryOp, left: &Value, right: &Value) -> Answer<Value> {
        match operator {
            BinaryOp::Add => self.add(left, right, &whole(1)),
            BinaryOp::Subtract => self.add(left, right, &whole(-1)),
            BinaryOp::Multiply => self.multiply(left, right),
            BinaryOp::Divide => self.divide(left, right),
            BinaryOp::Of => self.share(left, right, false),
            BinaryOp::ContainedIn => self.share(left, right, true),
            BinaryOp::Is => Ok(Value::YesNo(self.equal(left, right)?)),
            BinaryOp::IsNot => Ok(Value::YesNo(!self.equal(left, right)?)),
            _ => {
                let order = self.order(left, right)?;
                Ok(Value::YesNo(match operator {
                    BinaryOp::Less => order == Ordering::Less,
                    BinaryOp::AtMost => order != Ordering::Greater,
                    BinaryOp::Greater => order == Ordering::Greater,
                    _ => order != Ordering::Less,
                }))
            }
        }
    }

    /// `left + right`, or with the sign −1 `left - right`.
    pub(crate) fn add(&self, left: &Value, right: &Value, sign: &Rational) -> Answer<Value> {
        let months = |months: i64| if sign.is_negative() { -months } else { months };
        match (left, right) {
            (Value::Number(a, unit), Value::Number(b, other)) => {
                let b = self.rules.units.convert(b, other, unit)?;
                Ok(Value::Number(sized(a + b * sign)?, unit.clone()))
            }
            (Value::Percent(a), Value::Percent(b)) => Ok(Value::Percent(sized(a + b * sign)?)),
            (Value::Date(day), Value::Months(count)) => {
                let later = civil::add_months(*day, months(*count));
                later.map(|(day, _)| Value::Date(day)).ok_or_else(|| Problems::failed("overflow"))
            }
            (Value::Date(day), Value::Number(duration, unit)) => {
                let days = self.rules.units.convert(duration, unit, &Unit::one("day"))? * sign;
                if !days.fract().is_zero() {
                    return Err(Problems::failed("input not accepted"));
                }
                let days = i64::try_from(days.to_integer()).ok().and_then(|days| day.checked_add(days));
                days.and_then(civil::existing).map(Value::Date).ok_or_else(|| Problems::failed("overflow"))
            }
            (Value::Date(a), Value::Date(b)) => Ok(Value::of_unit(whole(a - b), "day")),
            (Value::Instant(moment), Value::Number(duration, unit)) => {
                let seconds = self.rules.units.convert(duration, unit, &Unit::one("s"))? * sign;
                self.moment(moment + seconds)
            }
            (Value::Instant(a), Value::Instant(b)) => Ok(Value::of_unit(a - b, "s")),
            (Value::Months(a), Value::Months(b)) => self.months(a.checked_add(months(*b))),
            _ => Err(Problems::mistaken("two values that do not add")),
        }
    }

    fn months(&self, count: Option<i64>) -> Answer<Value> {
        let count = count.filter(|count| i32::try_from(*count).is_ok());
        count.map(Value::Months).ok_or_else(|| Problems::failed("overflow"))
    }

    fn multiply(&self, left: &Value, right: &Value) -> Answer<Value> {
        match (left, right) {
            (Value::Number(a, unit), Value::Number(b, other)) => {
                let (factor, unit) = self.rules.units.product(unit, other);
                Ok(Value::Number(sized(a * b * factor)?, unit))
            }
            (Value::Percent(a), Value::Number(b, _)) | (Value::Number(b, _), Value::Percent(a)) => {
                Ok(Value::Percent(sized(a * b)?))
            }
            (Value::Months(months), number @ Value::Number(..))
            | (number @ Value::Number(..), Value::Months(months)) => {
                self.months(months.checked_mul(self.whole_number(number)?))
            }
            _ => Err(Problems::mistaken("two values that do not multiply")),
        }
    }

    fn divide(&self, left: &Value, right: &Value) -> Answer<Value> {
        let by = |number: &Rational| {
            if number.is_zero() { Err(Problems::failed("division by zero")) } else { Ok(number.recip()) }
        };
        match (left, right) {
            (Value::Number(a, unit), Value::Number(b, other)) => {
                let (factor, unit) = self.rules.units.product(unit, &other.inverse());
                Ok(Value::Number(sized(a * by(b)? * factor)?, unit))
            }
            (Value::Percent(a), Value::Number(b, _)) => Ok(Value::Percent(sized(a * by(b)?)?)),
            (Value::Percent(a), Value::Percent(b)) => Ok(Value::number(sized(a * by(b)?)?)),
            _ => Err(Problems::mistaken("two values that do not divide")),
        }
    }

    /// `18.5% of x`, or the part that a percent contained in x makes up.
    pub(crate) fn share(&self, percent: &Value, of: &Value, contained: bool) -> Answer<Value> {
        let Value::Percent(percent) = percent else { return Err(Problems::mistaken("a share that is no percent")) };
        let mut part = percent.clone();
        if contained {
            let whole = whole(1) + percent;
            if whole.is_zero() {
                return Err(Problems::failed("division by zero"));
            }
            part /= whole;
        }
        self.scaled(of, &part)
    }

    /// A number, percent or quantity times a plain number.
    pub(crate) fn scaled(&self, value: &Value, by: &Rational) -> Answer<Value> {
        match value {
            Value::Number(number, unit) => Ok(Value::Number(sized(number * by)?, unit.clone())),
            Value::Percent(number) => Ok(Value::Percent(sized(number * by)?)),
            _ => Err(Problems::mistaken("what is no number is taken in parts")),
        }
    }

    /// The quotient of two values of one kind.
    pub(crate) fn ratio(&self, above: &Value, below: &Value) -> Answer<Rational> {
        match self.divide(above, below)? {
            Value::Number(number, unit) if unit.is_none() => Ok(number),
            _ => Err(Problems::mistaken("two values that are not of one kind")),
        }
    }

    /// So much for each started, or each whole, step of what is counted; nothing where it is zero or less.
    pub(crate) fn per_step(&self, amount: &Value, step: &Value, of: &Value, started: bool) -> Answer<Value> {
        let (Value::Number(counted, _) | Value::Percent(counted)) = of else {
            return Err(Problems::mistaken("what is no number is counted in steps"));
        };
        if matches!(step, Value::Number(size, _) | Value::Percent(size) if size.is_negative()) {
            return Err(Problems::failed("input not accepted"));
        }
        if matches!(step, Value::Number(size, _) | Value::Percent(size) if size.is_zero()) {
            return Err(Problems::failed("division by zero"));
        }
        if !counted.is_positive() {
            return self.scaled(amount, &whole(0));
        }
        let steps = self.ratio(of, step)?;
        self.scaled(amount, &if started { steps.ceil() } else { steps.floor() })
    }

    /// Which of two values comes first.
    pub(crate) fn order(&self, left: &Value, right: &Value) -> Answer<Ordering> {
        Ok(match (left, right) {
            (Value::Number(a, unit), Value::Number(b, other)) => a.cmp(&self.rules.units.convert(b, other, unit)?),
            (Value::Percent(a), Value::Percent(b)) => a.cmp(b),
            (Value::Text(a), Value::Text(b)) => a.cmp(b),
            (Value::Date(a), Value::Date(b)) => a.cmp(b),
            (Value::Time(a), Value::Time(b)) => a.cmp(b),
            (Value::Instant(a), Value::Instant(b)) => a.cmp(b),
            (Value::Months(a), Value::Months(b)) => a.cmp(b),
            _ => return Err(Problems::mistaken(&format!("{left:?} and {right:?} have no order"))),
        })
    }

    /// Whether two values are equal.
    pub(crate) fn equal(&self, left: &Value, right: &Value) -> Answer<bool> {
        match (left, right) {
            (Value::List(a), Value::List(b)) => {
                let same = a.iter().zip(b).try_fold(true, |same, (a, b)| Ok(same && self.equal(a, b)?))?;
                Ok(same && a.len() == b.len())
            }
            (Value::Record(a), Value::Record(b)) => {
                a.iter().zip(b).try_fold(a.len() == b.len(), |same, ((_, a), (_, b))| Ok(same && self.equal(a, b)?))
            }
            (Value::Number(..), Value::Number(..)) => Ok(self.order(left, right)? == Ordering::Equal),
            _ => Ok(left == right),
        }
    }
}
