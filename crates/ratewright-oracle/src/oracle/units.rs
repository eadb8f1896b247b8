//! Units: what each is in terms of the base of its dimension, and how units multiply, cancel and convert, exactly.
//!
//! A unit of a value is a product of named units, such as `USD` by `cwt` to the power −1. Every currency is the base of a dimension of
//! its own, and so is a currency that the caller chooses. A word that is no declared unit and no three capitals is none.

use super::number::{Rational, decimal, whole};
use super::value::Problems;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Named units with their powers, none of them zero, in the order in which they came in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Unit(pub(crate) Vec<(String, i64)>);

/// Bases with their powers.
pub(crate) type Dimension = BTreeMap<String, i64>;

/// What one of a unit is: so much of a dimension's base.
#[derive(Debug, Clone)]
struct Definition {
    factor: Rational,
    dimension: Dimension,
}

/// All units of a rule set.
#[derive(Debug, Clone, Default)]
pub(crate) struct Units {
    known: BTreeMap<String, Definition>,
    plurals: BTreeMap<String, String>,
}

/// The units known from the start: name, base, its power, and how much of it one is.
const BUILT_IN: &[(&str, &str, i64, &str)] = &[
    ("kg", "mass", 1, "1"),
    ("g", "mass", 1, "0.001"),
    ("mg", "mass", 1, "0.000001"),
    ("t", "mass", 1, "1000"),
    ("lb", "mass", 1, "0.45359237"),
    ("oz", "mass", 1, "0.028349523125"),
    ("cwt", "mass", 1, "45.359237"),
    ("ton", "mass", 1, "907.18474"),
    ("m", "length", 1, "1"),
    ("km", "length", 1, "1000"),
    ("cm", "length", 1, "0.01"),
    ("mm", "length", 1, "0.001"),
    ("in", "length", 1, "0.0254"),
    ("ft", "length", 1, "0.3048"),
    ("yd", "length", 1, "0.9144"),
    ("mi", "length", 1, "1609.344"),
    ("nmi", "length", 1, "1852"),
    ("m2", "length", 2, "1"),
    ("cm2", "length", 2, "0.0001"),
    ("ft2", "length", 2, "0.09290304"),
    ("in2", "length", 2, "0.00064516"),
    ("m3", "length", 3, "1"),
    ("cm3", "length", 3, "0.000001"),
    ("in3", "length", 3, "0.000016387064"),
    ("ft3", "length", 3, "0.028316846592"),
    ("L", "length", 3, "0.001"),
    ("mL", "length", 3, "0.000001"),
    ("gal", "length", 3, "0.003785411784"),
    ("s", "duration", 1, "1"),
    ("min", "duration", 1, "60"),
    ("h", "duration", 1, "3600"),
    ("day", "duration", 1, "86400"),
    ("week", "duration", 1, "604800"),
    ("J", "energy", 1, "1"),
    ("kJ", "energy", 1, "1000"),
    ("MJ", "energy", 1, "1000000"),
    ("Wh", "energy", 1, "3600"),
    ("kWh", "energy", 1, "3600000"),
    ("MWh", "energy", 1, "3600000000"),
    ("B", "data", 1, "1"),
    ("kB", "data", 1, "1000"),
    ("MB", "data", 1, "1000000"),
    ("GB", "data", 1, "1000000000"),
    ("TB", "data", 1, "1000000000000"),
    ("KiB", "data", 1, "1024"),
    ("MiB", "data", 1, "1048576"),
    ("GiB", "data", 1, "1073741824"),
    ("TiB", "data", 1, "1099511627776"),
];

/// Other spellings of the units known from the start.
const SPELLINGS: &[(&str, &str)] = &[
    ("tonne", "t"),
    ("tonnes", "t"),
    ("lbs", "lb"),
    ("tons", "ton"),
    ("inch", "in"),
    ("inches", "in"),
    ("foot", "ft"),
    ("feet", "ft"),
    ("mile", "mi"),
    ("miles", "mi"),
    ("sec", "s"),
    ("second", "s"),
    ("seconds", "s"),
    ("minute", "min"),
    ("minutes", "min"),
    ("hour", "h"),
    ("hours", "h"),
    ("days", "day"),
    ("weeks", "week"),
];

impl Unit {
    /// One named unit.
    pub(crate) fn one(name: &str) -> Self {
        Unit(vec![(name.to_string(), 1)])
    }

    /// Whether there is none: a plain number.
    pub(crate) fn is_none(&self) -> bool {
        self.0.is_empty()
    }

    /// One unit above all others: `USD per cwt` is 1 by it.
    pub(crate) fn inverse(&self) -> Self {
        Unit(self.0.iter().map(|(name, power)| (name.clone(), -power)).collect())
    }

    /// `USD per cwt`, `m·m`; a plain number's is empty.
    pub(crate) fn shown(&self) -> String {
        let times = |name: &str, power: i64| vec![name.to_string(); usize::try_from(power).unwrap_or(0)];
        let above: Vec<String> = self.0.iter().flat_map(|(name, power)| times(name, *power)).collect();
        let below: Vec<String> = self.0.iter().flat_map(|(name, power)| times(name, -power)).collect();
        let mut text = above.join("·");
        for name in below {
            text.push_str(if text.is_empty() { "1 per " } else { " per " });
            text.push_str(&name);
        }
        text
    }
}

impl Units {
    /// The units known from the start.
    pub(crate) fn built_in() -> Self {
        let mut units = Units::default();
        for (name, base, power, factor) in BUILT_IN {
            let factor = decimal(factor).unwrap_or_else(|| whole(1));
            let dimension = Dimension::from([((*base).to_string(), *power)]);
            units.known.insert((*name).to_string(), Definition { factor, dimension });
        }
        for (spelling, name) in SPELLINGS {
            units.plurals.insert((*spelling).to_string(), (*name).to_string());
        }
        units
    }

    /// Declares a unit: so much of another, or the base of a dimension of its own.
    pub(crate) fn declare(&mut self, name: &str, plural: Option<&str>, one: Option<(Rational, Unit)>) {
        let definition = match one {
            Some((amount, unit)) => {
                Definition { factor: amount * self.factor(&unit), dimension: self.dimension(&unit) }
            }
            None => Definition { factor: whole(1), dimension: Dimension::from([(name.to_string(), 1)]) },
        };
        self.known.insert(name.to_string(), definition);
        if let Some(plural) = plural {
            self.plurals.insert(plural.to_string(), name.to_string());
        }
    }

    /// The name of a unit as it is written once, where there is such a unit.
    pub(crate) fn name(&self, written: &str) -> Option<String> {
        let name = self.plurals.get(written).map_or(written, String::as_str);
        (self.known.contains_key(name) || is_currency(name)).then(|| name.to_string())
    }

    fn definition(&self, name: &str) -> Cow<'_, Definition> {
        match self.known.get(name) {
            Some(known) => Cow::Borrowed(known),
            None => Cow::Owned(Definition { factor: whole(1), dimension: Dimension::from([(name.to_string(), 1)]) }),
        }
    }

    /// How many of its dimension's bases one of a unit is.
    pub(crate) fn factor(&self, unit: &Unit) -> Rational {
        unit.0.iter().fold(whole(1), |factor, (name, power)| factor * to_power(&self.definition(name).factor, *power))
    }

    /// The dimension of a unit; empty where units cancel.
    pub(crate) fn dimension(&self, unit: &Unit) -> Dimension {
        let mut dimension = Dimension::new();
        for (name, power) in &unit.0 {
            for (base, exponent) in &self.definition(name).dimension {
                *dimension.entry(base.clone()).or_insert(0) += exponent * power;
            }
        }
        dimension.retain(|_, power| *power != 0);
        dimension
    }

    /// A number of one unit in another of the same dimension.
    pub(crate) fn convert(&self, number: &Rational, from: &Unit, to: &Unit) -> Result<Rational, Problems> {
        if from == to {
            return Ok(number.clone());
        }
        if self.dimension(from) != self.dimension(to) {
            return Err(Problems::mistaken(&format!("{} is not of the dimension of {}", from.shown(), to.shown())));
        }
        Ok(number * self.factor(from) / self.factor(to))
    }

    /// The product of two units, and what the number is multiplied by where different units of one dimension meet.
    pub(crate) fn product(&self, left: &Unit, right: &Unit) -> (Rational, Unit) {
        let (mut factor, mut product) = (whole(1), left.clone());
        for (name, power) in &right.0 {
            let definition = self.definition(name);
            let known =
                product.0.iter_mut().find(|(known, _)| self.definition(known).dimension == definition.dimension);
            match known {
                Some((known, sum)) => {
                    let ratio = &definition.factor / &self.definition(known).factor;
                    factor *= to_power(&ratio, *power);
                    *sum += power;
                }
                None => product.0.push((name.clone(), *power)),
            }
            product.0.retain(|(_, power)| *power != 0);
        }
        let unit = self.without_cancelled(&mut factor, product);
        (factor, unit)
    }

    /// A unit without those that cancel each other though they differ, such as `in·in·in` and `in3`.
    fn without_cancelled(&self, factor: &mut Rational, mut unit: Unit) -> Unit {
        let total = self.dimension(&unit);
        let cancels = |name: &String| self.definition(name).dimension.keys().all(|base| !total.contains_key(base));
        let cancelled = Unit(unit.0.iter().filter(|(name, _)| cancels(name)).cloned().collect());
        unit.0.retain(|(name, _)| !cancels(name));
        *factor *= self.factor(&cancelled);
        unit
    }
}

/// A number to a whole power, which may be negative.
fn to_power(number: &Rational, power: i64) -> Rational {
    let size = num_traits::pow(number.clone(), usize::try_from(power.abs()).unwrap_or(0));
    if power < 0 { size.recip() } else { size }
}

/// Whether a word is the code of a currency: three capitals.
pub(crate) fn is_currency(name: &str) -> bool {
    name.len() == 3 && name.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// How many decimals the minor unit of a currency has, by ISO 4217.
pub(crate) fn minor_digits(currency: &str) -> u32 {
    match currency {
        "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF" | "UGX" | "UYI" | "VND"
        | "VUV" | "XAF" | "XOF" | "XPF" => 0,
        "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
        "CLF" | "UYW" => 4,
        _ => 2,
    }
}
