//! What one cell says about one key: whether it accepts it, and which of two accepting cells is the closer one.
//!
//! Everything here is exact comparison of values in the column's type and unit. An absent key is accepted by `any` alone.
//! The index gives the same answers faster; this module says what they are.

use super::{Cell, Ends, Role};
use crate::value::Value;
use std::cmp::Ordering;

impl Cell {
    /// The range between two ends, each with whether it is included.
    pub fn range(low: Option<(Value, bool)>, high: Option<(Value, bool)>) -> Cell {
        Cell::Range(Box::new(Ends { low, high }))
    }

    /// Whether the cell of a column with this role accepts the key. For `by break` and `by next row` it says whether the row
    /// is a candidate; which candidate is meant is a choice among rows.
    pub fn accepts(&self, role: Role, key: &Value) -> bool {
        if matches!(self, Cell::Any) {
            return true;
        }
        if key.is_absent() {
            return false;
        }
        match (self, role) {
            (Cell::Value(value), Role::Break) => value <= key,
            (Cell::Value(value), Role::NextRow) => value >= key,
            (Cell::Value(value), Role::LongestPrefix) => match (value.as_text(), key.as_text()) {
                (Some(prefix), Some(text)) => text.starts_with(prefix),
                _ => false,
            },
            (Cell::Value(value), _) => value == key,
            (Cell::OneOf(values), _) => values.contains(key),
            (Cell::Range(ends), _) => {
                let Ends { low, high } = &**ends;
                low.as_ref().is_none_or(|(value, included)| if *included { value <= key } else { value < key })
                    && high.as_ref().is_none_or(|(value, included)| if *included { key <= value } else { key < value })
            }
            (Cell::Exactly(text), _) => key.as_text() == Some(text),
            (Cell::Period(period), _) => key.as_date().is_some_and(|day| period.contains(day)),
            (Cell::Any, _) => true,
        }
    }

    /// Of two cells of one column that accept the same key, which is closer to it: `Greater` where this one is.
    pub fn closeness(&self, other: &Cell, role: Role) -> Ordering {
        match (self, other) {
            (Cell::Any, Cell::Any) => return Ordering::Equal,
            (Cell::Any, _) => return Ordering::Less,
            (_, Cell::Any) => return Ordering::Greater,
            _ => {}
        }
        match role {
            Role::Break => self.one().cmp(&other.one()),
            Role::NextRow => other.one().cmp(&self.one()),
            Role::LongestPrefix => self.prefix_length().cmp(&other.prefix_length()),
            Role::Range => self.is_point().cmp(&other.is_point()),
            Role::Exact | Role::Valid | Role::Value => Ordering::Equal,
        }
    }

    /// Whether a cell of a range column accepts one key only.
    pub fn is_point(&self) -> bool {
        match self {
            Cell::Value(_) => true,
            Cell::Range(ends) => match &**ends {
                Ends { low: Some((low, true)), high: Some((high, true)) } => low == high,
                _ => false,
            },
            _ => false,
        }
    }

    fn one(&self) -> Option<&Value> {
        match self {
            Cell::Value(value) => Some(value),
            _ => None,
        }
    }

    /// The length of a prefix in bytes, and whether it is the whole text; of two prefixes of one text the longer is greater.
    fn prefix_length(&self) -> (usize, bool) {
        match self {
            Cell::Value(Value::Text(text)) => (text.len(), false),
            Cell::Exactly(text) => (text.len(), true),
            _ => (0, false),
        }
    }
}

/// A column of a million different values keeps as many cells: one is as large as the value in it.
#[cfg(target_pointer_width = "64")]
const _: () = assert!(size_of::<Cell>() == size_of::<Value>() && size_of::<Value>() == 24);
