//! Looking rows up through an index.

use super::Table;
use crate::value::{Date, Value};

/// What a look-up found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// One row, or the `otherwise` row.
    Row(u32),
    /// The rows of a collecting table, in order.
    Rows(Vec<u32>),
    /// Nothing, and no default row.
    Nothing,
    /// Two rows where one may match, or whose values disagree.
    Several(u32, u32),
}

/// How rows are found; built once from the rows.
#[derive(Debug, Clone, Default)]
pub struct Index {}

impl Table {
    /// Finds the row for the keys, which are in the order of the key columns and in their types and units.
    pub fn look_up(&self, keys: &[Value], on: Option<Date>) -> Found {
        let _ = (keys, on);
        Found::Nothing
    }

    /// All rows that match the given keys (`None` is any key), in the table's order, without the `otherwise` row.
    pub fn matching(&self, keys: &[Option<Value>], on: Option<Date>) -> Vec<u32> {
        let _ = (keys, on);
        Vec::new()
    }
}
