//! The rows that came closest to a look-up that found none, and which of their cells were in the way.
//!
//! Keys that no row matches → up to three rows that fail in the fewest columns and, among those, lie closest in them; of a hole
//! between bands both neighbours. Only a miss pays for this: it looks at a bounded number of rows.

use super::analysis::Witness;
use super::{Cell, Role, Table};
use crate::value::{Date, Number, Value};
use std::cmp::Ordering;

/// How many rows one search looks at in detail. A larger table is searched around the place where the row would stand.
const MOST_ROWS: usize = 100_000;

/// How many rows are named.
const MOST_NAMED: usize = 3;

/// A row that nearly matched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Near {
    /// Its place in the table's rows.
    pub row: u32,
    /// The columns whose cells do not accept their keys, in order.
    pub columns: Vec<u16>,
}

/// Where a cell lies that does not accept a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Side {
    /// What it accepts lies below the key.
    Below,
    /// What it accepts lies above the key.
    Above,
    /// The key has no order that could say so.
    Beside,
}

/// How far a cell is from accepting a key.
#[derive(Debug, Clone)]
struct Gap {
    side: Side,
    distance: Number,
    /// The end of the cell that is nearest to the key.
    edge: Value,
}

impl Gap {
    /// `Less` is nearer.
    fn order(&self, other: &Gap) -> Ordering {
        self.distance.cmp(&other.distance).then_with(|| match (self.side, other.side) {
            (Side::Below, Side::Below) => other.edge.cmp(&self.edge),
            (Side::Above, Side::Above) => self.edge.cmp(&other.edge),
            _ => Ordering::Equal,
        })
    }
}

impl Table {
    /// The rows that came closest to keys that no row matches: at most three, the `otherwise` row never. Both neighbours of a hole
    /// in one column come first. Cost: a look-up for each column and up to 100,000 rows compared.
    pub fn nearest(&self, keys: &[Value], on: Option<Date>) -> Vec<Near> {
        let mut keys = keys.iter();
        let columns = self.columns.iter().enumerate().filter(|(_, column)| column.role != Role::Value);
        let at: Vec<(u16, Option<Value>)> = columns
            .map(|(place, column)| {
                let key = if column.role == Role::Valid { on.map(Value::Date) } else { keys.next().cloned() };
                (place as u16, key)
            })
            .collect();
        match self.failing_in_one(&at) {
            near if near.is_empty() => self.failing_in_several(&at),
            near => near,
        }
    }

    /// Rows that one cell alone keeps from matching.
    fn failing_in_one(&self, at: &[(u16, Option<Value>)]) -> Vec<Near> {
        let mut found: Vec<(bool, bool, Near)> = Vec::new();
        for (open, (column, key)) in at.iter().enumerate() {
            let Some(key) = key else { continue };
            let keys: Witness = at.iter().map(|(_, key)| key.clone()).collect();
            let keys: Witness =
                keys.into_iter().enumerate().map(|(place, key)| key.filter(|_| place != open)).collect();
            let best = self.closest_on_each_side(*column, key, &self.candidates_at(&keys));
            let between = best.iter().any(|(_, gap)| gap.side == Side::Below)
                && best.iter().any(|(_, gap)| gap.side == Side::Above);
            found.extend(
                best.into_iter()
                    .map(|(row, gap)| (!between, gap.side == Side::Beside, Near { row, columns: vec![*column] })),
            );
        }
        // The sort is stable: columns keep their order.
        found.sort_by_key(|(apart, beside, _)| (*apart, *beside));
        found.into_iter().map(|(.., near)| near).take(MOST_NAMED).collect()
    }

    /// The closest row below, above and beside the key, in this order.
    fn closest_on_each_side(&self, column: u16, key: &Value, rows: &[u32]) -> Vec<(u32, Gap)> {
        let mut best: Vec<(u32, Gap)> = Vec::new();
        for row in self.around(column, key, rows) {
            let Some(gap) = self.gap(*row, column, key) else { continue };
            match best.iter_mut().find(|(_, known)| known.side == gap.side) {
                Some(known) if gap.order(&known.1) == Ordering::Less => *known = (*row, gap),
                Some(_) => {}
                None => best.push((*row, gap)),
            }
        }
        best.sort_by_key(|(_, gap)| gap.side);
        best
    }

    /// The rows, or where there are too many those around the place where a row for the key would stand in sorted rows.
    fn around<'r>(&self, column: u16, key: &Value, rows: &'r [u32]) -> &'r [u32] {
        if rows.len() <= MOST_ROWS {
            return rows;
        }
        let role = self.columns.get(column as usize).map_or(Role::Exact, |column| column.role);
        let place = rows.partition_point(|row| self.cell(*row, column).is_some_and(|cell| begins_by(cell, role, key)));
        let from = place.saturating_sub(MOST_ROWS / 2).min(rows.len().saturating_sub(MOST_ROWS));
        rows.get(from..from.saturating_add(MOST_ROWS)).unwrap_or_default()
    }

    /// Of the rows that fail in the fewest columns, the closest one for each set of columns.
    fn failing_in_several(&self, at: &[(u16, Option<Value>)]) -> Vec<Near> {
        let mut fewest = usize::MAX;
        let mut found: Vec<(Near, Vec<Gap>)> = Vec::new();
        let all: Vec<u32> = (0..self.matchable() as u32).collect();
        let rows = match at.first() {
            Some((column, Some(key))) => self.around(*column, key, &all),
            _ => all.get(..MOST_ROWS).unwrap_or(&all),
        };
        for row in rows {
            let fails =
                |(column, key): &&(u16, Option<Value>)| key.as_ref().is_some_and(|key| !self.fits(*row, *column, key));
            let count = at.iter().filter(fails).count();
            if count > fewest || count == 0 {
                continue;
            }
            if count < fewest {
                fewest = count;
                found.clear();
            }
            let failing =
                at.iter().filter_map(|(column, key)| Some((*column, self.gap(*row, *column, key.as_ref()?)?)));
            let (columns, gaps): (Vec<u16>, Vec<Gap>) = failing.unzip();
            match found.iter_mut().find(|(known, _)| known.columns == columns) {
                Some(known) if order(&gaps, &known.1) == Ordering::Less => *known = (Near { row: *row, columns }, gaps),
                Some(_) => {}
                None => found.push((Near { row: *row, columns }, gaps)),
            }
        }
        found.into_iter().map(|(near, _)| near).take(MOST_NAMED).collect()
    }

    fn fits(&self, row: u32, column: u16, key: &Value) -> bool {
        match (self.cell(row, column), self.columns.get(column as usize)) {
            (Some(cell), Some(column)) => cell.accepts(column.role, key),
            _ => false,
        }
    }

    /// How far a row's cell is from accepting the key; `None` where it accepts it.
    fn gap(&self, row: u32, column: u16, key: &Value) -> Option<Gap> {
        let role = self.columns.get(column as usize)?.role;
        let cell = self.cell(row, column)?;
        (!cell.accepts(role, key)).then(|| gap(cell, role, key))
    }
}

/// Column by column from the left.
fn order(one: &[Gap], other: &[Gap]) -> Ordering {
    let pairs = one.iter().zip(other).map(|(one, other)| one.order(other));
    pairs.fold(Ordering::Equal, Ordering::then)
}

/// Whether what the cell accepts begins at or below the key.
fn begins_by(cell: &Cell, role: Role, key: &Value) -> bool {
    match (cell, role) {
        (Cell::Value(value), Role::NextRow) => value < key,
        (Cell::Value(value), _) => value <= key,
        (Cell::OneOf(values), _) => values.iter().any(|value| value <= key),
        (Cell::Range(ends), _) => ends.low.as_ref().is_none_or(|(low, _)| low <= key),
        (Cell::Exactly(text), _) => key.as_text().is_some_and(|key| **text <= *key),
        (Cell::Period(period), _) => key.as_date().is_some_and(|day| period.from.is_none_or(|from| from <= day)),
        (Cell::Any, _) => true,
    }
}

/// How far a cell that does not accept the key is from doing so.
fn gap(cell: &Cell, role: Role, key: &Value) -> Gap {
    let beside = !is_ordered(key, role);
    let to = |edge: Value, side: Side| Gap {
        side: if beside { Side::Beside } else { side },
        distance: distance(&edge, key).unwrap_or_default(),
        edge,
    };
    let value = |value: &Value| to(value.clone(), if value < key { Side::Below } else { Side::Above });
    let nearest = match cell {
        Cell::Value(one) => Some(value(one)),
        Cell::OneOf(values) => values.iter().map(value).min_by(Gap::order),
        Cell::Exactly(text) => Some(value(&Value::Text(text.clone()))),
        Cell::Range(ends) => {
            let below = ends.low.as_ref().filter(|(low, included)| if *included { key < low } else { key <= low });
            match (below, &ends.high) {
                (Some((low, _)), _) => Some(to(low.clone(), Side::Above)),
                (None, Some((high, _))) => Some(to(high.clone(), Side::Below)),
                (None, None) => None,
            }
        }
        Cell::Period(period) => {
            let first = period.from.map(Value::Date).filter(|from| key < from);
            // The last day of a period is the one before its end.
            let last = period.until.and_then(|until| until.add_days(-1)).map(Value::Date);
            first.map(|first| to(first, Side::Above)).or_else(|| last.map(|last| to(last, Side::Below)))
        }
        Cell::Any => None,
    };
    nearest.unwrap_or(Gap { side: Side::Beside, distance: Number::ZERO, edge: Value::Absent })
}

/// Whether values lie below and above the key in a way that means something to people.
fn is_ordered(key: &Value, role: Role) -> bool {
    match key {
        Value::Number(_) | Value::Date(_) | Value::Time(_) | Value::Instant(_) | Value::Months(_) => true,
        Value::Text(_) => role == Role::Range,
        _ => false,
    }
}

/// How far two values are from each other: numbers as they are, dates in days, times in seconds, texts by the characters after
/// what they begin with in common.
fn distance(edge: &Value, key: &Value) -> Option<Number> {
    let apart = |a: i64, b: i64| a.checked_sub(b).map(|apart| Number::from_i64(apart.saturating_abs()));
    match (edge, key) {
        (Value::Number(edge), Value::Number(key)) => {
            if edge < key {
                key.sub(edge).ok()
            } else {
                edge.sub(key).ok()
            }
        }
        (Value::Date(edge), Value::Date(key)) => apart(edge.day_number().into(), key.day_number().into()),
        (Value::Time(edge), Value::Time(key)) => apart(edge.seconds().into(), key.seconds().into()),
        (Value::Instant(edge), Value::Instant(key)) => {
            Some(if edge < key { edge.seconds_until(*key) } else { key.seconds_until(*edge) })
        }
        (Value::Months(edge), Value::Months(key)) => apart(i64::from(*edge), i64::from(*key)),
        (Value::Text(edge), Value::Text(key)) => {
            let common = edge.chars().zip(key.chars()).take_while(|(a, b)| a == b).count();
            let longest = edge.chars().count().max(key.chars().count());
            Some(Number::from_i64(i64::try_from(longest.saturating_sub(common)).unwrap_or(i64::MAX)))
        }
        _ => None,
    }
}
