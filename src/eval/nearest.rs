//! The rows that came closest to a look-up that found none, in words: which row, where it stands, what it wants instead.
//!
//! A table, the keys and the day → up to three [`NearRow`]s for an error and for explanations. Only a miss pays for this.

use super::show;
use crate::program::Program;
use crate::table::{Cell, Column, Ends, Role, Table};
use crate::types::Type;
use crate::value::{Date, Value};
use std::fmt;

/// How many values of one cell are shown.
const SHOWN_VALUES: usize = 6;

/// A row that nearly matched, and why it did not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NearRow {
    /// Its number in its table, from 1: the data row of a CSV file.
    pub row: u32,
    /// Its place: `rates.csv:15`.
    pub place: String,
    /// The cells that did not accept their keys, in the order of the columns; at least one.
    pub wants: Vec<Wanted>,
}

/// What a cell of a row asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The name of the column.
    pub column: String,
    /// What its cell accepts, as an author would write it, with the unit: `over 1 up to 10 lb`.
    pub cell: String,
}

/// `row 14 (rates.csv:15) wants zone 2 through 4`
impl fmt::Display for NearRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "row {} ({}) wants ", self.row, self.place)?;
        for (place, wanted) in self.wants.iter().enumerate() {
            let and = if place > 0 { " and " } else { "" };
            write!(f, "{and}{} {}", wanted.column, wanted.cell)?;
        }
        Ok(())
    }
}

/// The rows of a table that came closest to the keys of a look-up that no row matched.
pub(super) fn nearest(
    program: &Program,
    inputs: &[Value],
    table: &Table,
    keys: &[Value],
    day: Option<Date>,
) -> Vec<NearRow> {
    let near = table.nearest(keys, day).into_iter().map(|near| {
        let wants = near.columns.iter().filter_map(|place| {
            let column = table.columns.get(*place as usize)?;
            let cell = cell_in_words(program, inputs, table.cell(near.row, *place)?, column);
            Some(Wanted { column: column.name.clone(), cell })
        });
        NearRow {
            row: table.row_number(near.row).unwrap_or_default(),
            place: table.row_span(near.row).map_or_else(String::new, |span| program.sources.line_of(span)),
            wants: wants.collect(),
        }
    });
    near.collect()
}

/// `; nearest: row 14 (rates.csv:15) wants zone 2 through 4; row 22 …`, or nothing.
pub(super) fn in_words(near: &[NearRow]) -> String {
    let rows: Vec<String> = near.iter().map(NearRow::to_string).collect();
    if rows.is_empty() { String::new() } else { format!("; nearest: {}", rows.join("; ")) }
}

/// What a cell of a key accepts.
fn cell_in_words(program: &Program, inputs: &[Value], cell: &Cell, column: &Column) -> String {
    let shown = |value: &Value| show::show_in(program, inputs, value, &column.ty);
    match (cell, column.role) {
        (Cell::Any, _) => "any".to_string(),
        (Cell::Value(value), Role::Break) => format!("from {}", shown(value)),
        (Cell::Value(value), Role::NextRow) => format!("up to {}", shown(value)),
        (Cell::Value(value), Role::LongestPrefix) => format!("beginning with {}", shown(value)),
        (Cell::Value(value), _) => shown(value),
        (Cell::OneOf(values), _) => {
            let mut words: Vec<String> = values.iter().take(SHOWN_VALUES).map(shown).collect();
            if values.len() > SHOWN_VALUES {
                words.push(format!("… {} more", values.len() - SHOWN_VALUES));
            }
            words.join(", ")
        }
        (Cell::Range(ends), _) => range_in_words(program, inputs, ends, &column.ty),
        (Cell::Exactly(text), _) => format!("exactly {text:?}"),
        (Cell::Period(period), _) => {
            let last = period.until.and_then(|until| until.add_days(-1));
            match (period.from, last) {
                (Some(from), Some(last)) => format!("{from} through {last}"),
                (Some(from), None) => format!("from {from}"),
                (None, Some(last)) => format!("up to {last}"),
                (None, None) => "any".to_string(),
            }
        }
    }
}

/// A range as an author would write it; the unit stands once, after the last number.
fn range_in_words(program: &Program, inputs: &[Value], ends: &Ends, ty: &Type) -> String {
    let whole = |value: &Value| show::show_in(program, inputs, value, ty);
    let bare = |value: &Value| match value {
        Value::Number(number) => {
            let (number, unit) = show::quantity(program, inputs, number, ty);
            let text = show::decimal(&number, 0);
            if unit == "%" { show::join(&text, &unit) } else { text }
        }
        value => whole(value),
    };
    match (&ends.low, &ends.high) {
        (Some((low, true)), Some((high, true))) if low == high => whole(low),
        (Some((low, true)), Some((high, true))) => format!("{} through {}", bare(low), whole(high)),
        (Some((low, true)), Some((high, false))) => format!("{} until {}", bare(low), whole(high)),
        (Some((low, false)), Some((high, true))) => format!("over {} up to {}", bare(low), whole(high)),
        (Some((low, false)), Some((high, false))) => format!("over {} until {}", bare(low), whole(high)),
        (Some((low, true)), None) => format!("from {}", whole(low)),
        (Some((low, false)), None) => format!("over {}", whole(low)),
        (None, Some((high, true))) => format!("up to {}", whole(high)),
        (None, Some((high, false))) => format!("under {}", whole(high)),
        (None, None) => "any".to_string(),
    }
}
