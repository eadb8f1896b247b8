//! What a value may be: dimensions, units and currencies, records, enumerations.
//!
//! A unit belongs to the *type*: a value of type `mass in lb` is a bare number of pounds, and the checker writes the exact
//! conversion wherever two units of one dimension meet. The evaluator never sees a unit. Currencies are units whose dimension
//! is the currency itself, so that an exchange rate is the quotient `JPY per EUR`.

pub mod units;

use crate::value::Currency;
use std::sync::Arc;
pub use units::{Dimension, UnitExpr, UnitId, Units};

/// The identity of an enumeration of a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EnumId(pub u32);

/// The identity of a table of a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TableId(pub u32);

/// The type of a value.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Type {
    /// A number without a unit.
    Number,
    /// A whole number; it is a [`Type::Number`] wherever one is wanted.
    Integer,
    /// A percent; its value is the fraction.
    Percent,
    /// A quantity, an amount of money or a rate, counted in a unit.
    In(UnitExpr),
    /// `yes` or `no`.
    YesNo,
    /// Text.
    Text,
    /// A member of an enumeration.
    Enum(EnumId),
    /// A day.
    Date,
    /// A time of day.
    Time,
    /// A point in time.
    Instant,
    /// A count of calendar months.
    Months,
    /// A time zone.
    Zone,
    /// A currency chosen by the input.
    Currency,
    /// Named fields; two record types are the same when their fields are.
    Record(Arc<RecordType>),
    /// A row of a table: its value columns and the keys that a row holds as one value.
    Row(TableId),
    /// A list.
    List(Arc<Type>),
    /// A value that may be absent.
    Optional(Arc<Type>),
    /// The type of something already reported as wrong: it fits everywhere, so that one mistake is reported once.
    Unknown,
}

/// The fields of a record type, in order.
#[derive(Debug, Clone)]
pub struct RecordType {
    /// The name it was declared with; empty for a record that was only written.
    pub name: String,
    /// The fields.
    pub fields: Vec<FieldType>,
}

impl PartialEq for RecordType {
    fn eq(&self, other: &Self) -> bool {
        self.fields == other.fields
    }
}

impl Eq for RecordType {}

impl std::hash::Hash for RecordType {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.fields.hash(state);
    }
}

/// One field of a record type.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct FieldType {
    /// Its name in rules.
    pub name: String,
    /// Its type.
    pub ty: Type,
}

impl RecordType {
    /// The position and type of a field.
    pub fn field(&self, name: &str) -> Option<(usize, &FieldType)> {
        self.fields.iter().enumerate().find(|(_, field)| field.name == name)
    }
}

impl Type {
    /// The type without its outermost `?`.
    pub fn present(&self) -> &Type {
        match self {
            Type::Optional(inner) => inner,
            other => other,
        }
    }

    /// The type that also allows absence; an optional type stays itself.
    pub fn optional(self) -> Type {
        match self {
            Type::Optional(_) | Type::Unknown => self,
            other => Type::Optional(Arc::new(other)),
        }
    }

    /// Whether it is not known, or not known of what it is a list, as with `[]`. The fields of records are not looked at.
    pub fn is_partly_unknown(&self) -> bool {
        match self {
            Type::Unknown => true,
            Type::List(inner) | Type::Optional(inner) => inner.is_partly_unknown(),
            _ => false,
        }
    }

    /// Whether values of it are numbers at run time.
    pub fn is_numeric(&self) -> bool {
        matches!(self, Type::Number | Type::Integer | Type::Percent | Type::In(_))
    }

    /// Whether values of it have an order (`<`).
    pub fn is_ordered(&self) -> bool {
        self.is_numeric() || matches!(self, Type::Date | Type::Time | Type::Instant | Type::Months | Type::Text)
    }
}

/// What a unit's dimension is made of: one of the fixed dimensions, a currency, or one that the author declared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Base {
    /// Mass, in kilograms.
    Mass,
    /// Length, in metres.
    Length,
    /// Time, in seconds.
    Time,
    /// Energy, in kilowatt-hours.
    Energy,
    /// Data, in bytes.
    Data,
    /// Money of one currency.
    Money(Currency),
    /// Money of the currency that the input field with this index chooses.
    Chosen(u32),
    /// Declared by `unit NAME`, by its unit.
    Declared(UnitId),
}
