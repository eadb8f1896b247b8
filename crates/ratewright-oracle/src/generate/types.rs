//! The types that the generator directs its expressions by, and how rules write them.

use std::fmt;

/// A unit and what it measures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    pub name: String,
    /// The word of the dimension, or of a declared unit the unit that it comes down to.
    pub dimension: String,
    /// Whether the dimension is one that every rule set knows.
    pub known: bool,
}

/// Known units: dimension, and units with a first that is the plainest.
pub const DIMENSIONS: &[(&str, &[&str])] = &[
    ("mass", &["lb", "kg", "oz", "g", "cwt", "t"]),
    ("length", &["in", "cm", "ft", "m", "mi", "km"]),
    ("duration", &["min", "s", "h", "day", "week"]),
    ("data", &["GiB", "GB", "MiB", "TB"]),
    ("volume", &["L", "mL", "gal", "ft3", "m3"]),
    ("energy", &["kWh", "Wh", "MJ"]),
    ("area", &["m2", "ft2", "cm2"]),
];

/// A type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ty {
    Number,
    Integer,
    Percent,
    /// In a currency.
    Money(String),
    Quantity(Unit),
    /// Money in a currency per unit.
    Rate(String, Unit),
    Date,
    Time,
    Instant,
    Months,
    Zone,
    Text,
    YesNo,
    Enum(String),
    Record(String),
    /// A record without a name: a row, a group, what a walk keeps.
    Shape(Vec<(String, Ty)>),
    List(Box<Ty>),
    Optional(Box<Ty>),
}

impl Ty {
    pub fn list(self) -> Ty {
        Ty::List(Box::new(self))
    }

    pub fn optional(self) -> Ty {
        Ty::Optional(Box::new(self))
    }

    /// Whether it may stand where the other is wanted. Units of a dimension convert by themselves.
    pub fn fits(&self, wanted: &Ty) -> bool {
        match (self, wanted) {
            (Ty::Integer, Ty::Number) => true,
            (Ty::Quantity(one), Ty::Quantity(other)) => one.dimension == other.dimension,
            (Ty::Rate(money, one), Ty::Rate(other_money, other)) => {
                money == other_money && one.dimension == other.dimension
            }
            (one, other) => one == other,
        }
    }

    /// Whether it can be added, compared and rounded.
    pub fn is_magnitude(&self) -> bool {
        matches!(self, Ty::Number | Ty::Integer | Ty::Percent | Ty::Money(_) | Ty::Quantity(_) | Ty::Rate(..))
    }

    /// Whether its values have an order.
    pub fn is_ordered(&self) -> bool {
        self.is_magnitude() || matches!(self, Ty::Date | Ty::Time | Ty::Instant | Ty::Text)
    }

    /// Where thresholds of the type are noted.
    pub fn kind(&self) -> String {
        match self {
            Ty::Money(currency) => currency.clone(),
            Ty::Quantity(unit) => unit.dimension.clone(),
            Ty::Rate(currency, unit) => format!("{currency}/{}", unit.dimension),
            Ty::Optional(inner) => inner.kind(),
            Ty::Integer => "number".to_owned(),
            other => other.to_string(),
        }
    }

    /// The unit that its literals are written with.
    pub fn unit(&self) -> String {
        match self {
            Ty::Money(currency) => currency.clone(),
            Ty::Quantity(unit) => unit.name.clone(),
            Ty::Rate(currency, unit) => format!("{currency} per {}", unit.name),
            _ => String::new(),
        }
    }
}

impl fmt::Display for Ty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Ty::Number => f.write_str("number"),
            Ty::Integer => f.write_str("integer"),
            Ty::Percent => f.write_str("percent"),
            Ty::Money(currency) => write!(f, "money in {currency}"),
            Ty::Quantity(unit) if unit.known => write!(f, "{} in {}", unit.dimension, unit.name),
            Ty::Quantity(unit) => f.write_str(&unit.name),
            Ty::Rate(currency, unit) => write!(f, "{currency} per {}", unit.name),
            Ty::Date => f.write_str("date"),
            Ty::Time => f.write_str("time"),
            Ty::Instant => f.write_str("instant"),
            Ty::Months => f.write_str("months"),
            Ty::Zone => f.write_str("zone"),
            Ty::Text => f.write_str("text"),
            Ty::YesNo => f.write_str("yes/no"),
            Ty::Enum(name) | Ty::Record(name) => f.write_str(name),
            Ty::Shape(_) => f.write_str("record"),
            Ty::List(inner) => write!(f, "list of {inner}"),
            Ty::Optional(inner) => write!(f, "{inner}?"),
        }
    }
}
