//! The keys that a row of a table takes: what its cells say → values at its ends, inside, and each of several; and which rows of a large table are looked for.

use super::places::{number, of_number};
use crate::eval::path::fold;
use crate::table::{Cell, Role, Table};
use crate::value::{Number, RoundingMode, Value};
use std::collections::{BTreeSet, HashMap, HashSet};

/// Which of the keys that a row takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Variant {
    Low,
    High,
    /// Not at an end, where there is anything else.
    Inside,
}

/// The keys that are wanted, and the day; none where any will do.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Keys {
    pub(super) keys: Vec<Option<Value>>,
    pub(super) day: Option<Value>,
}

/// The numbers and days at which what a row says of a key begins or ends.
pub(super) fn ends_of(table: &Table, row: u32, column: usize, role: Role) -> Vec<Value> {
    match u16::try_from(column).ok().and_then(|column| table.cell(row, column)) {
        Some(Cell::Value(value)) if matches!(role, Role::Break | Role::NextRow) => vec![value.clone()],
        Some(Cell::Range(ends)) => [&ends.low, &ends.high].into_iter().flatten().map(|end| end.0.clone()).collect(),
        _ => Vec::new(),
    }
}

/// The keys that a row takes: at the lower ends of what it says, at the upper ends where there are others, and each of several values.
pub(super) fn wants(table: &Table, row: u32) -> Vec<Keys> {
    let mut all = vec![keys_of(table, row, Variant::Low, 0)];
    let high = keys_of(table, row, Variant::High, 0);
    all.push(high);
    let most = table.keys().filter_map(|(column, _)| match table.cell(row, u16::try_from(column).ok()?) {
        Some(Cell::OneOf(values)) => Some(values.len()),
        _ => None,
    });
    let most = most.max().unwrap_or(0);
    all.extend((1..most).map(|member| keys_of(table, row, Variant::Low, member)));
    let mut seen = HashSet::new();
    all.retain(|keys| seen.insert(keys.clone()));
    all
}

pub(super) fn keys_of(table: &Table, row: u32, variant: Variant, member: usize) -> Keys {
    let mut keys = Keys { keys: Vec::new(), day: None };
    for (at, column) in (0_u16..).zip(&table.columns).filter(|(_, column)| column.role != Role::Value) {
        let value = match table.cell(row, at) {
            None | Some(Cell::Any) => None,
            Some(Cell::Value(value)) => match (variant, column.role) {
                (Variant::Inside, Role::Break) => inside(Some(value), None),
                (Variant::Inside, Role::NextRow) => inside(None, Some(value)),
                _ => Some(value.clone()),
            },
            Some(Cell::Exactly(text)) => Some(Value::Text(text.clone())),
            Some(Cell::OneOf(values)) => values.get(member.checked_rem(values.len()).unwrap_or(0)).cloned(),
            Some(Cell::Range(ends)) => {
                let own =
                    |end: &Option<(Value, bool)>| end.as_ref().filter(|(_, own)| *own).map(|(end, _)| end.clone());
                let (low, high) = (own(&ends.low), own(&ends.high));
                let inside = || inside(ends.low.as_ref().map(|end| &end.0), ends.high.as_ref().map(|end| &end.0));
                match variant {
                    Variant::Low => low.or(high).or_else(inside),
                    Variant::High => high.or_else(inside).or(low),
                    Variant::Inside => inside().or(low).or(high),
                }
            }
            Some(Cell::Period(period)) => {
                let (first, last) = (period.from, period.until.and_then(|until| until.add_days(-1)));
                let day = if variant == Variant::Low { first.or(last) } else { last.or(first) };
                day.map(Value::Date)
            }
        };
        match column.role {
            Role::Valid => keys.day = value,
            _ => keys.keys.push(value),
        }
    }
    keys
}

/// A value between two ends, or beyond the only one.
fn inside(low: Option<&Value>, high: Option<&Value>) -> Option<Value> {
    let like = low.or(high)?;
    let (low, high) = (low.and_then(number), high.and_then(number));
    let inside = match (low, high) {
        (Some(low), Some(high)) => {
            let middle = low.add(&high).ok()?.div(&Number::from_i64(2)).ok()?;
            let whole = middle.round_to(&Number::ONE, RoundingMode::Floor).ok()?;
            if whole > low && whole < high { whole } else { middle }
        }
        (Some(low), None) => low.add(&Number::ONE).ok()?,
        (None, Some(high)) => high.sub(&Number::ONE).ok()?,
        (None, None) => return None,
    };
    of_number(like, &inside)
}

/// Of a table with more rows than are wanted those that are looked for: the first and the last, those at which a break of a column
/// begins and ends, and of the others those with the smallest digests of their places.
pub(super) fn chosen(table: &Table, most: usize) -> BTreeSet<u32> {
    let all = table.len() as u32;
    if table.len() <= most {
        return (0..all).collect();
    }
    let mut chosen: BTreeSet<u32> = [0, all.saturating_sub(1)].into();
    for (column, _) in table.keys() {
        let Ok(column) = u16::try_from(column) else { continue };
        let mut seen: HashMap<u32, (u32, u32)> = HashMap::new();
        for (row, cell) in (0..).zip(table.rows.cell_ids(column)) {
            seen.entry(*cell).and_modify(|(_, last)| *last = row).or_insert((row, row));
        }
        if seen.len() <= most / 4 {
            chosen.extend(seen.into_values().flat_map(|(first, last)| [first, last]));
        }
    }
    let mut others: Vec<(u64, u32)> = (0..all).map(|row| (fold(u64::from(row), 1), row)).collect();
    others.sort_unstable();
    for (_, row) in others {
        if chosen.len() >= most {
            break;
        }
        chosen.insert(row);
    }
    chosen
}
