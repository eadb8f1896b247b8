//! What a rule computes with: exact numbers, dates and times, currencies, and the one type that holds any value.
//!
//! A value does not carry its type: that 12.5 is pounds or US dollars, or that a member belongs to an enumeration, is known to the
//! compiled program. Numbers are big rationals inside, dates are jiff's; neither library shows through.

pub mod currency;
pub mod date;
pub(crate) mod exact;
pub mod number;

use std::sync::Arc;

pub use currency::Currency;
pub use date::{Date, Instant, TimeOfDay, Zone, zone_database_version};
pub use number::{Number, NumberError, ParseNumberError, RoundingMode};

/// A value of a rule: of an input, a definition, a cell of a table.
///
/// A clone is cheap: it copies a few words or counts a reference. Two values are compared by kind first, and within one kind in the
/// order of its contents: numbers by size, texts by code point, dates and instants by time, members in the order of their
/// declaration, records and lists element by element. An order between different kinds exists only so that values can be sorted;
/// a rule cannot ask for it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Value {
    /// A number, a percent (as its fraction), or an amount, quantity or rate in the unit of its type.
    Number(Number),
    /// Yes or no.
    YesNo(bool),
    /// A text.
    Text(Arc<str>),
    /// A member of an enumeration, by its place in the declaration.
    Member(u32),
    /// A day of the calendar.
    Date(Date),
    /// A time of day.
    Time(TimeOfDay),
    /// A point of time.
    Instant(Instant),
    /// A number of calendar months.
    Months(i32),
    /// A time zone.
    Zone(Zone),
    /// A currency chosen by the caller.
    Currency(Currency),
    /// The fields of a record, in the order of its declaration.
    Record(Arc<[Value]>),
    /// The elements of a list.
    List(Arc<[Value]>),
    /// A row of a table of the program.
    Row {
        /// The table's place in the program.
        table: u32,
        /// The row's place in the table.
        row: u32,
    },
    /// An optional value that was not given.
    #[default]
    Absent,
}

impl Value {
    /// A text value.
    pub fn text(text: &str) -> Self {
        Value::Text(Arc::from(text))
    }

    /// A list value.
    pub fn list(elements: impl IntoIterator<Item = Value>) -> Self {
        Value::List(elements.into_iter().collect())
    }

    /// A record value, its fields in the order of the declaration.
    pub fn record(fields: impl IntoIterator<Item = Value>) -> Self {
        Value::Record(fields.into_iter().collect())
    }

    /// Puts another value in the place of this one: as an assignment, and quicker where nothing is to be freed.
    #[inline(always)]
    pub(crate) fn put(&mut self, value: Value) {
        match self {
            Value::Number(number) if number.lane().is_none() => *self = value,
            Value::Text(_) | Value::Zone(_) | Value::Record(_) | Value::List(_) => *self = value,
            _ => std::mem::forget(std::mem::replace(self, value)), // it owns nothing
        }
    }

    /// Whether the value is absent.
    pub fn is_absent(&self) -> bool {
        matches!(self, Value::Absent)
    }

    /// The number, if it is one.
    pub fn as_number(&self) -> Option<&Number> {
        match self {
            Value::Number(number) => Some(number),
            _ => None,
        }
    }

    /// Yes or no, if it is that.
    pub fn as_yes_no(&self) -> Option<bool> {
        match self {
            Value::YesNo(answer) => Some(*answer),
            _ => None,
        }
    }

    /// The text, if it is one.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The date, if it is one.
    pub fn as_date(&self) -> Option<Date> {
        match self {
            Value::Date(date) => Some(*date),
            _ => None,
        }
    }

    /// The elements of a list, if it is one.
    pub fn as_list(&self) -> Option<&[Value]> {
        match self {
            Value::List(elements) => Some(elements),
            _ => None,
        }
    }

    /// The fields of a record, if it is one.
    pub fn as_record(&self) -> Option<&[Value]> {
        match self {
            Value::Record(fields) => Some(fields),
            _ => None,
        }
    }
}

impl From<Number> for Value {
    fn from(number: Number) -> Self {
        Value::Number(number)
    }
}

impl From<bool> for Value {
    fn from(answer: bool) -> Self {
        Value::YesNo(answer)
    }
}

#[cfg(test)]
mod tests {
    use super::{Number, Value};

    #[test]
    fn a_value_takes_the_place_of_any_other() {
        let values = || {
            let wide = Number::ratio(1, 3).map_or(Value::Absent, Value::Number);
            [Value::Absent, Value::from(true), Value::from(Number::ONE), wide, Value::text("EC1"), Value::list([])]
        };
        for before in values() {
            for after in values() {
                let mut place = before.clone();
                place.put(after.clone());
                assert_eq!(place, after, "in the place of {before:?}");
            }
        }
    }
}
