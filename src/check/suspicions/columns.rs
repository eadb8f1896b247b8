//! The numbers of a table's value column, line by line: along one key, with all other keys the same.

use crate::program::ExprKind as K;
use crate::table::{Cell, Role, Table};
use crate::types::Type;
use crate::value::{Number, Value};
use std::collections::BTreeMap;

/// Larger tables are not looked through.
const MOST_ROWS: usize = 50_000;

/// Numbers and the rows that they stand in.
#[derive(Debug, Clone, Default)]
pub(super) struct Line {
    pub(super) rows: Vec<u32>,
    pub(super) values: Vec<Number>,
    /// The keys of the line's rows along its axis.
    pub(super) keys: Vec<Value>,
}

/// For each key column that has an order, the lines along it: each by rising key, without zeros.
pub(super) fn lines(table: &Table, value: u16) -> Vec<(Role, Vec<Line>)> {
    let mut found = Vec::new();
    if table.matchable() > MOST_ROWS {
        return found;
    }
    for (axis, column) in table.keys() {
        let Ok(axis) = u16::try_from(axis) else { continue };
        let ordered = match column.role {
            Role::Range | Role::Break | Role::NextRow => column.ty.present() != &Type::Text,
            Role::Exact => column.ty.present().is_numeric(),
            Role::LongestPrefix | Role::Valid | Role::Value => false,
        };
        if ordered {
            found.push((column.role, along(table, axis, value)));
        }
    }
    found
}

/// The lines along a key column.
pub(super) fn along(table: &Table, axis: u16, value: u16) -> Vec<Line> {
    let others: Vec<u16> = (0_u16..)
        .zip(&table.columns)
        .filter(|(at, column)| *at != axis && column.role != Role::Value)
        .map(|(at, _)| at)
        .collect();
    let mut groups: BTreeMap<Vec<u32>, Vec<(Value, u32, Number)>> = BTreeMap::new();
    for row in 0..table.matchable() as u32 {
        let key = table.cell(row, axis).and_then(first_key);
        let number = match table.value(row, value) {
            Some(Value::Number(number)) if !number.is_zero() => number,
            _ => continue,
        };
        let group: Option<Vec<u32>> = others.iter().map(|other| table.cell_id(row, *other)).collect();
        if let Some((key, group)) = key.zip(group) {
            groups.entry(group).or_default().push((key, row, number));
        }
    }
    let mut lines = Vec::new();
    for mut group in groups.into_values() {
        group.sort_by(|a, b| a.0.cmp(&b.0));
        let mut line = Line::default();
        for (key, row, number) in group {
            line.keys.push(key);
            line.rows.push(row);
            line.values.push(number);
        }
        lines.push(line);
    }
    lines
}

/// The numbers of a table whose keys have no order and no band, in one crowd; nothing of others, and of those with zeros alone.
pub(super) fn crowd(table: &Table, value: u16) -> Option<Line> {
    let mut keys = table.keys();
    let plain = |role: Role| matches!(role, Role::Exact | Role::LongestPrefix);
    let (_, key) = keys.next()?;
    if keys.next().is_some() || !plain(key.role) || table.is_dated() || table.matchable() > MOST_ROWS {
        return None;
    }
    let mut line = Line::default();
    for row in 0..table.matchable() as u32 {
        if let Some(Value::Number(number)) = table.value(row, value)
            && !number.is_zero()
        {
            line.rows.push(row);
            line.values.push(number);
        }
    }
    Some(line)
}

/// The key of a cell by which its band stands among others.
fn first_key(cell: &Cell) -> Option<Value> {
    match cell {
        Cell::Value(value) => Some(value.clone()),
        Cell::Range(ends) => match (&ends.low, &ends.high) {
            (Some((low, _)), _) => Some(low.clone()),
            (None, Some(_)) => Some(Value::Number(Number::from_i64(i64::MIN))),
            (None, None) => None,
        },
        Cell::Any | Cell::OneOf(_) | Cell::Exactly(_) | Cell::Period(_) => None,
    }
}

/// The number that an expression is written as.
pub(super) fn number(kind: &K) -> Option<&Number> {
    match kind {
        K::Constant(Value::Number(number)) => Some(number),
        _ => None,
    }
}
