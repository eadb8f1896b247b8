//! What a table means, from the words of grammar/README.md alone: cell by cell, row by row, key by key. No index, no diagram.

use ratewright::syntax::ast::Collect;
use ratewright::table::analysis::{Region, Stretch};
use ratewright::table::interval::Cut;
use ratewright::table::{Cell, Default, HitPolicy, Role, Table};
use ratewright::value::Value;
use std::cmp::Ordering;

/// Whether the cell of a column with this role accepts the key. An absent key is accepted by `any` alone.
pub fn accepts(role: Role, cell: &Cell, key: &Value) -> bool {
    if let Cell::Any = cell {
        return true;
    }
    if let Value::Absent = key {
        return false;
    }
    match (cell, role) {
        (Cell::Value(v), Role::Break) => key >= v,
        (Cell::Value(v), Role::NextRow) => key <= v,
        (Cell::Value(v), Role::LongestPrefix) => key.as_text().unwrap().starts_with(v.as_text().unwrap()),
        (Cell::Value(v), _) => key == v,
        (Cell::OneOf(vs), _) => vs.iter().any(|v| key == v),
        (Cell::Exactly(text), _) => key.as_text() == Some(&**text),
        (Cell::Period(period), _) => {
            let day = key.as_date().unwrap();
            period.from.is_none_or(|from| day >= from) && period.until.is_none_or(|until| day < until)
        }
        (Cell::Range(ends), _) => {
            let above = ends.low.as_ref().is_none_or(|(low, included)| key > low || (*included && key == low));
            let below = ends.high.as_ref().is_none_or(|(high, included)| key < high || (*included && key == high));
            above && below
        }
        (Cell::Any, _) => true,
    }
}

/// Which of two cells that accept one key is closer to it.
fn closer(role: Role, a: &Cell, b: &Cell) -> Ordering {
    let specific = |cell: &Cell| match (role, cell) {
        (_, Cell::Any) => 0,
        // A range that holds one key is as good as that key.
        (Role::Range, Cell::Range(ends)) => match (&ends.low, &ends.high) {
            (Some((low, true)), Some((high, true))) if low == high => 2,
            _ => 1,
        },
        (Role::LongestPrefix, Cell::Value(_)) => 1,
        _ => 2,
    };
    let length = |cell: &Cell| match cell {
        Cell::Value(Value::Text(text)) => text.len(),
        _ => 0,
    };
    specific(a).cmp(&specific(b)).then_with(|| match (role, a, b) {
        (Role::Break, Cell::Value(a), Cell::Value(b)) => a.cmp(b),
        (Role::NextRow, Cell::Value(a), Cell::Value(b)) => b.cmp(a),
        (Role::LongestPrefix, a, b) => length(a).cmp(&length(b)),
        _ => Ordering::Equal,
    })
}

/// What the caller of a look-up gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meaning {
    Nothing,
    /// With the code and the message.
    Refused(String, String),
    Values(Vec<Value>),
    /// All values of a collecting table; in the order of the rows only where that can be seen.
    Many(Vec<Vec<Value>>),
    /// What they come to, column by column.
    Collected(Vec<Value>),
    Count(Value),
    Conflict,
}

/// A table and, for each of its key columns, the keys of a small world.
pub struct World<'t> {
    pub table: &'t Table,
    pub keys: Vec<Vec<Value>>,
    /// The table's columns that are keys, `valid` among them.
    pub columns: Vec<usize>,
    /// For each column and key the rows that accept it, as bits.
    accepting: Vec<Vec<u64>>,
}

impl<'t> World<'t> {
    pub fn new(table: &'t Table, keys: Vec<Vec<Value>>) -> World<'t> {
        assert!(table.matchable() <= 64);
        let columns: Vec<usize> =
            (0..table.columns.len()).filter(|at| table.columns[*at].role != Role::Value).collect();
        let rows_of = |column: usize, key: &Value| {
            let fits = |row: &u32| accepts(table.columns[column].role, table.cell(*row, column as u16).unwrap(), key);
            (0..table.matchable() as u32).filter(fits).fold(0, |rows, row| rows | 1 << row)
        };
        let accepting =
            columns.iter().zip(&keys).map(|(column, keys)| keys.iter().map(|key| rows_of(*column, key)).collect());
        World { table, accepting: accepting.collect(), keys, columns }
    }

    /// Every combination of keys, by their numbers.
    pub fn all(&self) -> impl Iterator<Item = Vec<usize>> {
        let sizes: Vec<usize> = self.keys.iter().map(Vec::len).collect();
        let all: usize = sizes.iter().product();
        (0..all).map(move |mut at| {
            let digit = |size: &usize| {
                let digit = at % size;
                at /= size;
                digit
            };
            sizes.iter().map(digit).collect()
        })
    }

    pub fn key(&self, at: &[usize]) -> Vec<Value> {
        at.iter().zip(&self.keys).map(|(at, keys)| keys[*at].clone()).collect()
    }

    /// The rows that accept a key of one column, as bits.
    pub fn accepting(&self, column: usize, key: usize) -> u64 {
        self.accepting[column][key]
    }

    /// The rows that accept the keys, before any is preferred.
    pub fn candidates(&self, at: &[usize]) -> u64 {
        at.iter().enumerate().fold(u64::MAX, |rows, (column, key)| rows & self.accepting[column][*key])
            & (u64::MAX >> (64 - self.table.matchable().max(1)))
            & if self.table.matchable() == 0 { 0 } else { u64::MAX }
    }

    /// The rows between which the hit policy has to decide; where it always can, the one that it takes.
    pub fn winners(&self, at: &[usize]) -> Vec<u32> {
        let bits = self.candidates(at);
        let rows = (0..64).filter(|row| bits & (1 << row) != 0).collect();
        winners(self.table, &self.columns, rows)
    }
}

/// Of rows that all accept the keys, those that are left when the closer ones are preferred and the policy has chosen.
fn winners(table: &Table, columns: &[usize], mut rows: Vec<u32>) -> Vec<u32> {
    for &column in columns {
        let role = table.columns[column].role;
        let chooses = match role {
            Role::Break | Role::NextRow | Role::LongestPrefix => true,
            Role::Exact | Role::Range => table.policy == HitPolicy::MostSpecific,
            Role::Valid | Role::Value => false,
        };
        if chooses && rows.len() > 1 {
            let cell = |row: u32| table.cell(row, column as u16).unwrap();
            let beaten = |row: &u32| rows.iter().any(|other| closer(role, cell(*other), cell(*row)).is_gt());
            rows = rows.iter().copied().filter(|row| !beaten(row)).collect();
        }
    }
    let value = |row: &u32, column: u16| match table.cell(*row, column) {
        Some(Cell::Value(value)) => value.clone(),
        other => panic!("{other:?}"),
    };
    match &table.policy {
        HitPolicy::First => rows.truncate(1),
        HitPolicy::Priority(highest, column) => {
            let values: Vec<Value> = rows.iter().map(|row| value(row, *column)).collect();
            let best = if *highest { values.iter().max() } else { values.iter().min() };
            let first = best.and_then(|best| values.iter().position(|value| value == best));
            rows = first.map(|at| rows[at]).into_iter().collect();
        }
        _ => {}
    }
    rows
}

/// The rows that are left at any keys, in the order of the key columns.
pub fn winners_at(table: &Table, columns: &[usize], keys: &[Value]) -> Vec<u32> {
    let fits = |row: &u32| {
        let mut cells = columns.iter().zip(keys);
        cells.all(|(c, key)| accepts(table.columns[*c].role, table.cell(*row, *c as u16).unwrap(), key))
    };
    winners(table, columns, (0..table.matchable() as u32).filter(fits).collect())
}

/// The values of a row.
pub fn values(table: &Table, row: u32) -> Vec<Value> {
    let columns = (0..table.columns.len()).filter(|at| table.columns[*at].role == Role::Value);
    let value = |at: usize| match table.cell(row, at as u16) {
        Some(Cell::Value(value)) => value.clone(),
        other => panic!("{other:?}"),
    };
    columns.map(value).collect()
}

/// What the caller gets where these rows are left.
pub fn meaning(table: &Table, rows: &[u32]) -> Meaning {
    let otherwise = [table.matchable() as u32];
    let rows = match (&table.default, rows, &table.policy) {
        (Default::Row, [], _) => &otherwise,
        (Default::Refuse(code, message, _), [], _) => return Meaning::Refused(code.to_string(), message.to_string()),
        (Default::Error, [], HitPolicy::Collect(_)) => rows,
        (Default::Error, [], _) => return Meaning::Nothing,
        _ => rows,
    };
    let mut all: Vec<Vec<Value>> = rows.iter().map(|row| values(table, *row)).collect();
    match &table.policy {
        HitPolicy::Collect(Collect::List) => Meaning::Many(all),
        HitPolicy::Collect(_) => {
            all.sort();
            Meaning::Many(all)
        }
        HitPolicy::Any if all.iter().all(|values| *values == all[0]) => Meaning::Values(all.remove(0)),
        _ if all.len() == 1 => Meaning::Values(all.remove(0)),
        _ => Meaning::Conflict,
    }
}

/// As [`meaning`], where a table that adds up, finds the least or the greatest, or counts, means what its rows come to. All values are whole numbers.
pub fn collected(table: &Table, rows: &[u32]) -> Meaning {
    let HitPolicy::Collect(how) = table.policy else { return meaning(table, rows) };
    let rows = match meaning(table, rows) {
        Meaning::Many(rows) if how != Collect::List => rows,
        other => return other,
    };
    let whole = |row: &Vec<Value>, column: usize| -> i64 {
        row[column].as_number().and_then(|number| number.to_string().parse().ok()).expect("a whole number")
    };
    let columns = rows.first().map_or(0, Vec::len);
    let column = |column: usize| {
        let values = rows.iter().map(|row| whole(row, column));
        let value = match how {
            Collect::Sum => values.sum(),
            Collect::Min => values.min().expect("a row"),
            _ => values.max().expect("a row"),
        };
        super::random::number(value)
    };
    match how {
        Collect::Count => Meaning::Count(super::random::number(rows.len() as i64)),
        _ if rows.is_empty() => Meaning::Nothing,
        _ => Meaning::Collected((0..columns).map(column).collect()),
    }
}

/// Whether a value lies between two cuts.
pub fn between(low: &Cut, high: &Cut, key: &Value) -> bool {
    !matches!(key, Value::Absent) && is_before(low, key) && !is_before(high, key)
}

fn is_before(cut: &Cut, key: &Value) -> bool {
    match cut {
        Cut::Start => true,
        Cut::End => false,
        Cut::At(value, false) => value <= key,
        Cut::At(value, true) => value < key,
        Cut::Beyond(prefix) => {
            let text = key.as_text().unwrap();
            !text.starts_with(&**prefix) && text > &**prefix
        }
    }
}

/// Whether keys lie in a region.
pub fn contains(region: &Region, keys: &[Value]) -> bool {
    region.iter().zip(keys).all(|(stretches, key)| {
        stretches.as_ref().is_none_or(|stretches| {
            stretches.iter().any(|stretch| match stretch {
                Stretch::Absent => matches!(key, Value::Absent),
                Stretch::Between(low, high) => between(low, high, key),
            })
        })
    })
}
