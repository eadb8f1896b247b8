//! Literals of the tree, read out digit by digit, and types: what unit a bare number of a type has.

use super::civil;
use super::number::{Rational, decimal_or_fraction, whole};
use super::rules::Rules;
use super::units::Unit;
use super::value::{Answer, Problems, Value};
use num_bigint::BigInt;
use ratewright::syntax::ast::{Literal, TypeExpr, TypeKind, UnitExpr};
use ratewright::value::{Date, Instant, Number};

/// The fraction that a number of the tree stands for; literals are decimals.
pub(crate) fn rational(number: &Number) -> Rational {
    decimal_or_fraction(&number.to_string()).unwrap_or_else(|| whole(0))
}

/// The day that a date of the tree stands for.
pub(crate) fn day(date: &Date) -> civil::Day {
    civil::day(date.year().into(), date.month().into(), date.day().into()).unwrap_or(0)
}

fn seconds(instant: &Instant) -> Rational {
    let billion = Rational::from_integer(BigInt::from(1_000_000_000));
    Rational::from_integer(BigInt::from(instant.unix_nanoseconds())) / billion
}

impl Rules {
    /// The value of a literal.
    pub(crate) fn literal(&self, literal: &Literal) -> Answer<Value> {
        Ok(match literal {
            Literal::Number(number, None) => Value::number(rational(number)),
            Literal::Number(number, Some(unit)) => Value::Number(rational(number), self.unit(unit)?),
            Literal::Percent(number) => Value::Percent(rational(number)),
            Literal::Months(months) => Value::Months((*months).into()),
            Literal::Date(date) => Value::Date(day(date)),
            Literal::Time(time) => Value::Time(time.seconds().into()),
            Literal::Instant(instant) => Value::Instant(seconds(instant)),
            Literal::Text(text) => Value::Text(text.clone()),
            Literal::YesNo(answer) => Value::YesNo(*answer),
        })
    }

    /// The unit that is written.
    pub(crate) fn unit(&self, written: &UnitExpr) -> Answer<Unit> {
        let name =
            |name: &str| self.units.name(name).ok_or_else(|| Problems::mistaken(&format!("there is no unit {name}")));
        let mut unit = Unit(vec![(name(&written.top.text)?, 1)]);
        for below in &written.per {
            unit.0.push((name(&below.text)?, -1));
        }
        Ok(unit)
    }

    /// The unit of a type's values; none for a plain number and for what is no quantity.
    pub(crate) fn unit_of(&self, ty: &TypeExpr) -> Answer<Unit> {
        match &ty.kind {
            TypeKind::In(_, unit) | TypeKind::Unit(unit) => self.unit(unit),
            TypeKind::Optional(inner) => self.unit_of(inner),
            TypeKind::Name(name) if name == "money" => Ok(self.currency.as_deref().map(Unit::one).unwrap_or_default()),
            TypeKind::Name(name) if self.is_unit_type(name) => {
                Ok(self.units.name(name).map(|name| Unit::one(&name)).unwrap_or_default())
            }
            _ => Ok(Unit::default()),
        }
    }

    /// Whether a type of one word is a unit.
    pub(crate) fn is_unit_type(&self, name: &str) -> bool {
        let plain = ["number", "integer", "percent", "money", "date", "time", "instant", "months", "zone", "text"];
        !plain.contains(&name) && !self.enums.contains_key(name) && !self.records.contains_key(name)
    }
}
