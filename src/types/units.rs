//! Units: dimension, exact factor, names, and the algebra of unit expressions.
//!
//! A [`UnitExpr`] is a product of units with exponents in one canonical order. No kind of quantity occurs in it through two
//! units: [`Units::product`] folds `lb / cwt` into a number, which the checker writes into the program as a factor.

use super::Base;
use crate::value::{Currency, Number, NumberError};
use std::collections::HashMap;
use std::sync::Arc;

/// The identity of a unit in [`Units`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UnitId(pub u32);

/// A product of base dimensions with exponents, sorted, without zeros. Empty is a plain number.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Dimension(pub Vec<(Base, i8)>);

/// One unit.
#[derive(Debug, Clone)]
pub struct Unit {
    /// The name shown.
    pub name: String,
    /// Its dimension: one base with a power.
    pub base: Base,
    /// The power of the base: 3 for a unit of volume.
    pub power: i8,
    /// How many of the base unit to that power one of it is.
    pub factor: Number,
}

/// A product of units with exponents, such as `USD^1 cwt^-1`: the unit of a type. Never empty in a [`super::Type::In`].
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct UnitExpr(Parts);

/// One unit, which most are, takes no memory of its own.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Parts {
    One((UnitId, i8)),
    Others(Arc<Vec<(UnitId, i8)>>),
}

impl UnitExpr {
    /// The product of these units, each with its exponent, those above first; of none it is a plain number.
    pub fn new(parts: Vec<(UnitId, i8)>) -> Self {
        match parts.as_slice() {
            [one] => UnitExpr(Parts::One(*one)),
            _ => UnitExpr(Parts::Others(Arc::new(parts))),
        }
    }

    /// The unit itself.
    pub fn one(unit: UnitId) -> Self {
        UnitExpr(Parts::One((unit, 1)))
    }

    /// The units with their exponents.
    pub fn parts(&self) -> &[(UnitId, i8)] {
        match &self.0 {
            Parts::One(one) => std::slice::from_ref(one),
            Parts::Others(parts) => parts,
        }
    }
}

/// All units of a program, by name.
#[derive(Debug, Clone)]
pub struct Units {
    units: Vec<Unit>,
    names: HashMap<String, UnitId>,
}

/// The highest power of a unit. No price needs it; it keeps the dimension of a product of such units exact.
const HIGHEST_POWER: u8 = 20;

/// The units known from the start: names, base, power, factor as a fraction.
/// Sources: international yard and pound agreement of 1959, US gallon of 231 in3, SI, IEC 80000-13.
const BUILT_IN: &[(&str, Base, i8, i64, i64)] = &[
    ("kg", Base::Mass, 1, 1, 1),
    ("g", Base::Mass, 1, 1, 1_000),
    ("mg", Base::Mass, 1, 1, 1_000_000),
    ("t tonne tonnes", Base::Mass, 1, 1_000, 1),
    ("lb lbs", Base::Mass, 1, 45_359_237, 100_000_000),
    ("oz", Base::Mass, 1, 45_359_237, 1_600_000_000),
    ("cwt", Base::Mass, 1, 45_359_237, 1_000_000),
    ("ton tons", Base::Mass, 1, 45_359_237, 50_000),
    ("m", Base::Length, 1, 1, 1),
    ("km", Base::Length, 1, 1_000, 1),
    ("cm", Base::Length, 1, 1, 100),
    ("mm", Base::Length, 1, 1, 1_000),
    ("in inch inches", Base::Length, 1, 254, 10_000),
    ("ft foot feet", Base::Length, 1, 3_048, 10_000),
    ("yd", Base::Length, 1, 9_144, 10_000),
    ("mi mile miles", Base::Length, 1, 1_609_344, 1_000),
    ("nmi", Base::Length, 1, 1_852, 1),
    ("m2", Base::Length, 2, 1, 1),
    ("cm2", Base::Length, 2, 1, 10_000),
    ("ft2", Base::Length, 2, 9_290_304, 100_000_000),
    ("in2", Base::Length, 2, 64_516, 100_000_000),
    ("m3", Base::Length, 3, 1, 1),
    ("cm3", Base::Length, 3, 1, 1_000_000),
    ("in3", Base::Length, 3, 16_387_064, 1_000_000_000_000),
    ("ft3", Base::Length, 3, 28_316_846_592, 1_000_000_000_000),
    ("L", Base::Length, 3, 1, 1_000),
    ("mL", Base::Length, 3, 1, 1_000_000),
    ("gal", Base::Length, 3, 3_785_411_784, 1_000_000_000_000),
    ("s sec second seconds", Base::Time, 1, 1, 1),
    ("min minute minutes", Base::Time, 1, 60, 1),
    ("h hour hours", Base::Time, 1, 3_600, 1),
    ("day days", Base::Time, 1, 86_400, 1),
    ("week weeks", Base::Time, 1, 604_800, 1),
    ("kWh", Base::Energy, 1, 1, 1),
    ("Wh", Base::Energy, 1, 1, 1_000),
    ("MWh", Base::Energy, 1, 1_000, 1),
    ("J", Base::Energy, 1, 1, 3_600_000),
    ("kJ", Base::Energy, 1, 1, 3_600),
    ("MJ", Base::Energy, 1, 10, 36),
    ("B", Base::Data, 1, 1, 1),
    ("kB", Base::Data, 1, 1_000, 1),
    ("MB", Base::Data, 1, 1_000_000, 1),
    ("GB", Base::Data, 1, 1_000_000_000, 1),
    ("TB", Base::Data, 1, 1_000_000_000_000, 1),
    ("KiB", Base::Data, 1, 1 << 10, 1),
    ("MiB", Base::Data, 1, 1 << 20, 1),
    ("GiB", Base::Data, 1, 1 << 30, 1),
    ("TiB", Base::Data, 1, 1 << 40, 1),
];

impl Default for Units {
    fn default() -> Self {
        let mut units = Units { units: Vec::new(), names: HashMap::new() };
        for (names, base, power, top, bottom) in BUILT_IN {
            let mut names = names.split(' ');
            let factor = Number::ratio(*top, *bottom).unwrap_or(Number::ONE);
            let id = units.add(names.next().unwrap_or_default(), *base, *power, factor);
            for other in names {
                units.alias(other, id);
            }
        }
        units
    }
}

impl Units {
    /// Adds a unit and returns its identity. A name that exists is replaced.
    pub fn add(&mut self, name: &str, base: Base, power: i8, factor: Number) -> UnitId {
        let id = UnitId(self.units.len() as u32);
        self.units.push(Unit { name: name.to_string(), base, power, factor });
        self.names.insert(name.to_string(), id);
        id
    }

    /// Declares a dimension of the author's own with its first unit.
    pub fn declare(&mut self, name: &str) -> UnitId {
        let id = UnitId(self.units.len() as u32);
        self.add(name, Base::Declared(id), 1, Number::ONE)
    }

    /// Gives a unit another name.
    pub fn alias(&mut self, name: &str, id: UnitId) {
        self.names.insert(name.to_string(), id);
    }

    /// The unit with this name; a currency enters the table when it is first asked for.
    pub fn find(&mut self, name: &str) -> Option<UnitId> {
        if let Some(id) = self.names.get(name) {
            return Some(*id);
        }
        let currency = Currency::parse(name)?;
        Some(self.add(name, Base::Money(currency), 1, Number::ONE))
    }

    /// The unit with this name, where it is one that the program already knows.
    pub fn named(&self, name: &str) -> Option<UnitId> {
        self.names.get(name).copied()
    }

    /// The unit of a currency.
    pub fn money(&mut self, currency: Currency) -> UnitExpr {
        let name = currency.to_string();
        let id = self.names.get(&name).copied();
        let id = id.unwrap_or_else(|| self.add(&name, Base::Money(currency), 1, Number::ONE));
        UnitExpr::one(id)
    }

    /// The unit with this identity.
    pub fn get(&self, id: UnitId) -> Option<&Unit> {
        self.units.get(id.0 as usize)
    }

    /// All names of units, for suggestions.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.keys().map(String::as_str)
    }

    /// The dimension of a unit expression.
    pub fn dimension(&self, expr: &UnitExpr) -> Dimension {
        let mut dimension = Dimension::default();
        for (id, exponent) in expr.parts() {
            if let Some(unit) = self.get(*id) {
                dimension.multiply(unit.base, unit.power.saturating_mul(*exponent));
            }
        }
        dimension
    }

    /// How many base units one of the expression is. Fails only on overflow.
    pub fn factor(&self, expr: &UnitExpr) -> Result<Number, NumberError> {
        expr.parts().iter().try_fold(Number::ONE, |factor, (id, exponent)| match self.get(*id) {
            Some(unit) => factor.mul(&power(&unit.factor, *exponent)?),
            None => Ok(factor),
        })
    }

    /// The number by which a value in `from` is multiplied to be a value in `to`; `None` where the dimensions differ.
    pub fn conversion(&self, from: &UnitExpr, to: &UnitExpr) -> Option<Number> {
        if self.dimension(from) != self.dimension(to) {
            return None;
        }
        self.factor(from).ok()?.div(&self.factor(to).ok()?).ok()
    }

    /// The product (or, with `divide`, the quotient) of two unit expressions: the unit of the result, empty for a plain number,
    /// and the number by which the plain product must be multiplied because units of one dimension met
    /// (`lb * USD per cwt` is USD, times 1/100).
    pub fn product(&self, left: &UnitExpr, right: &UnitExpr, divide: bool) -> Result<(UnitExpr, Number), NumberError> {
        let mut parts = left.parts().to_vec();
        let mut factor = Number::ONE;
        for (id, exponent) in right.parts() {
            let exponent = if divide { checked(exponent.checked_neg())? } else { *exponent };
            factor = factor.mul(&self.fold(&mut parts, *id, exponent)?)?;
            parts.retain(|(_, exponent)| *exponent != 0);
        }
        factor = factor.mul(&self.cancel(&mut parts)?)?;
        parts.sort_by_key(|(id, exponent)| (std::cmp::Reverse(*exponent), *id));
        Ok((UnitExpr::new(parts), factor))
    }

    /// Multiplies `parts` by a unit to an exponent, counting in the unit of the same kind that is already there, if any.
    /// A length and a volume stay apart, so that miles per gallon are miles per gallon.
    fn fold(&self, parts: &mut Vec<(UnitId, i8)>, id: UnitId, exponent: i8) -> Result<Number, NumberError> {
        let Some(unit) = self.get(id) else { return Ok(Number::ONE) };
        let there = parts.iter_mut().find_map(|(there_id, there_exponent)| {
            let there = self.get(*there_id)?;
            (there.base == unit.base && there.power == unit.power).then_some((there, there_exponent))
        });
        match there {
            Some((there, there_exponent)) => {
                *there_exponent = checked(there_exponent.checked_add(exponent))?;
                power(&unit.factor, exponent)?.div(&power(&there.factor, exponent)?)
            }
            None => {
                parts.push((id, exponent));
                Ok(Number::ONE)
            }
        }
    }

    /// Takes out the units of each base that cancels over several of them, such as `in·in·in per in3`.
    fn cancel(&self, parts: &mut Vec<(UnitId, i8)>) -> Result<Number, NumberError> {
        let dimension = self.dimension(&UnitExpr::new(parts.clone()));
        let mut factor = Number::ONE;
        let mut kept = Vec::with_capacity(parts.len());
        for (id, exponent) in parts.drain(..) {
            match self.get(id) {
                Some(unit) if !dimension.0.iter().any(|(base, _)| *base == unit.base) => {
                    factor = factor.mul(&power(&unit.factor, exponent)?)?;
                }
                _ => kept.push((id, exponent)),
            }
        }
        *parts = kept;
        Ok(factor)
    }

    /// The unit as authors write it: `USD per cwt`, `in3`.
    pub fn show(&self, expr: &UnitExpr) -> String {
        let mut text = String::new();
        self.write(expr, &mut text);
        text
    }

    /// Appends what [`Units::show`] gives.
    pub(crate) fn write(&self, expr: &UnitExpr, text: &mut String) {
        let name = |id: &UnitId| self.get(*id).map_or("?", |u| u.name.as_str());
        let start = text.len();
        for (id, exponent) in expr.parts().iter().filter(|(_, e)| *e > 0) {
            for _ in 0..*exponent {
                if text.len() > start {
                    text.push('·');
                }
                text.push_str(name(id));
            }
        }
        if text.len() == start {
            text.push('1');
        }
        for (id, exponent) in expr.parts().iter().filter(|(_, e)| *e < 0) {
            for _ in 0..exponent.unsigned_abs() {
                text.push_str(" per ");
                text.push_str(name(id));
            }
        }
    }

    /// The base of an expression that is plain money, be it counted in the currency or in a part of it such as `cent`.
    pub fn currency(&self, expr: &UnitExpr) -> Option<Base> {
        match self.dimension(expr).0.as_slice() {
            [(base @ (Base::Money(_) | Base::Chosen(_)), 1)] => Some(*base),
            _ => None,
        }
    }

    /// The currency of a unit of money, and how much of it one of the unit is; `None` for a unit of anything else.
    ///
    /// # Errors
    /// The factor is too large or too finely divided.
    pub fn currency_and_factor(&self, expr: &UnitExpr) -> Result<Option<(Base, Number)>, NumberError> {
        let found = match expr.parts() {
            [(id, 1)] => self.get(*id).map(|unit| (unit.base, unit.factor.clone())),
            _ => match self.currency(expr) {
                Some(base) => Some((base, self.factor(expr)?)),
                None => None,
            },
        };
        Ok(found.filter(|(base, _)| matches!(base, Base::Money(_) | Base::Chosen(_))))
    }
}

/// An exponent, unless it is beyond what a unit can have.
fn checked(exponent: Option<i8>) -> Result<i8, NumberError> {
    exponent.filter(|exponent| exponent.unsigned_abs() <= HIGHEST_POWER).ok_or(NumberError::Overflow)
}

fn power(number: &Number, exponent: i8) -> Result<Number, NumberError> {
    (0..exponent.unsigned_abs())
        .try_fold(Number::ONE, |result, _| if exponent > 0 { result.mul(number) } else { result.div(number) })
}

impl Dimension {
    /// Multiplies by `base` to the power `exponent`.
    pub fn multiply(&mut self, base: Base, exponent: i8) {
        match self.0.binary_search_by_key(&base, |(b, _)| *b) {
            Ok(at) => {
                if let Some(part) = self.0.get_mut(at) {
                    part.1 = part.1.saturating_add(exponent);
                }
                self.0.retain(|(_, e)| *e != 0);
            }
            Err(at) if exponent != 0 => self.0.insert(at, (base, exponent)),
            Err(_) => {}
        }
    }

    /// The dimension in words: `mass`, `volume`, `money in USD per mass`.
    pub fn show(&self) -> String {
        if self.0.is_empty() {
            return "a number".to_string();
        }
        let tops: Vec<_> =
            self.0.iter().filter(|(_, e)| *e > 0).map(|(b, e)| dimension_word(b, e.unsigned_abs())).collect();
        let mut text = if tops.is_empty() { "1".to_string() } else { tops.join(" times ") };
        for (base, exponent) in self.0.iter().filter(|(_, e)| *e < 0) {
            text.push_str(" per ");
            text.push_str(&dimension_word(base, exponent.unsigned_abs()));
        }
        text
    }
}

fn dimension_word(base: &Base, exponent: u8) -> String {
    let word = match (base, exponent) {
        (Base::Length, 2) => return "area".to_string(),
        (Base::Length, 3) => return "volume".to_string(),
        (Base::Mass, _) => "mass".to_string(),
        (Base::Length, _) => "length".to_string(),
        (Base::Time, _) => "duration".to_string(),
        (Base::Energy, _) => "energy".to_string(),
        (Base::Data, _) => "data".to_string(),
        (Base::Money(currency), _) => format!("money in {currency}"),
        (Base::Chosen(_), _) => "money in the chosen currency".to_string(),
        (Base::Declared(_), _) => "a declared unit".to_string(),
    };
    if exponent == 1 { word } else { format!("{word} to the power {exponent}") }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn unit(units: &mut Units, parts: &[(&str, i8)]) -> UnitExpr {
        UnitExpr::new(parts.iter().map(|(name, exponent)| (units.find(name).unwrap(), *exponent)).collect())
    }

    #[track_caller]
    fn product(left: &[(&str, i8)], right: &[(&str, i8)], divide: bool, shown: &str, factor: &str) {
        let mut units = Units::default();
        let (left, right) = (unit(&mut units, left), unit(&mut units, right));
        let (expr, found) = units.product(&left, &right, divide).unwrap();
        assert_eq!((units.show(&expr), found.to_string()), (shown.to_string(), factor.to_string()));
    }

    #[test]
    fn units_of_one_kind_become_a_factor() {
        product(&[("lb", 1)], &[("USD", 1), ("cwt", -1)], false, "USD", "0.01");
        product(&[("lb", 1)], &[("kg", 1)], true, "1", "0.45359237");
        product(&[("kg", 1)], &[("USD", 1), ("lb", -1)], false, "USD", "100000000/45359237");
        product(&[("in", 3)], &[("in3", 1)], true, "1", "1");
        product(&[("in", 3)], &[("in3", 1), ("lb", -1)], true, "lb", "1");
        product(&[("m2", 1), ("m", 1)], &[("m3", 1)], true, "1", "1");
    }

    #[test]
    fn a_length_and_a_volume_stay_apart() {
        product(&[("mi", 1)], &[("gal", 1)], true, "mi per gal", "1");
        product(&[("mi", 1)], &[("mi", 1), ("gal", -1)], true, "gal", "1");
    }
}
