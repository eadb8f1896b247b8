//! Which rows of two editions of a table can answer where anything changed.
//!
//! At keys that no changed row accepts, both tables hold the same rows, and so give the same answer. So only rows that share keys
//! with a changed one need to be looked at: none at all where nothing but the order and layout changed. Where an answer may rest on
//! more than the rows at hand (another `otherwise`, another order where the first row wins) all of them are.

use super::diagram::Memo;
use super::sweep::Space;
use super::{Collect, Default, HitPolicy, Role, Table};
use std::collections::{HashMap, VecDeque};
use std::ops::Range;

/// How many rows may have changed, and how many comparisons of their cells are worth it.
const MOST_CHANGED: usize = 4_096;
const MOST_COMPARED: usize = 4_000_000;

/// The rows of the older and of the newer table to look at.
pub(super) fn concerned(space: &Space<'_>, older: &Table, newer: &Table) -> [Vec<u32>; 2] {
    let all = || [older, newer].map(|table| (0..table.matchable() as u32).collect());
    let changed = if same_but_rows(older, newer) { changed(older, newer) } else { None };
    changed.and_then(|changed| sharing(space, [older, newer], &changed)).unwrap_or_else(all)
}

/// Whether the tables answer alike where no row matches, and choose alike between the same rows.
fn same_but_rows(older: &Table, newer: &Table) -> bool {
    let default = match (&older.default, &newer.default) {
        (Default::Error, Default::Error) => true,
        (Default::Refuse(code, message, _), Default::Refuse(other, other_message, _)) => {
            code == other && message == other_message
        }
        (Default::Row, Default::Row) => older.cells(older.matchable() as u32).eq(newer.cells(newer.matchable() as u32)),
        _ => false,
    };
    default && older.policy == newer.policy && older.columns.len() == newer.columns.len()
}

/// The rows that one table alone has, each with the side that it is on; `None` where too many are, or where rows that both have stand
/// in another order that may matter.
fn changed(older: &Table, newer: &Table) -> Option<Vec<(usize, u32)>> {
    let columns = 0..older.columns.len() as u16;
    // The cells of the newer table by their numbers in the older one; those that it lacks come behind.
    let numbers: Vec<Vec<u32>> = columns
        .clone()
        .map(|column| {
            let known: HashMap<_, u32> = older.distinct(column).iter().zip(0..).collect();
            let lacking = known.len() as u32;
            let number = |(cell, at): (_, u32)| known.get(cell).copied().unwrap_or(lacking.saturating_add(at));
            newer.distinct(column).iter().zip(0..).map(number).collect()
        })
        .collect();
    let cells = |table: &Table, row: u32| columns.clone().map(|c| table.cell_id(row, c).unwrap_or(u32::MAX)).collect();
    let mut unmatched: Memo<Vec<u32>, VecDeque<u32>> = Memo::default();
    for row in 0..older.matchable() as u32 {
        unmatched.entry(cells(older, row)).or_default().push_back(row);
    }
    let ordered = match &older.policy {
        HitPolicy::First | HitPolicy::Priority(..) => true,
        HitPolicy::Collect(how) => *how == Collect::List,
        HitPolicy::Unique | HitPolicy::Any | HitPolicy::MostSpecific => false,
    };
    let (mut changed, mut last) = (Vec::new(), None);
    for row in 0..newer.matchable() as u32 {
        let mut key: Vec<u32> = cells(newer, row);
        for (number, numbers) in key.iter_mut().zip(&numbers) {
            *number = numbers.get(*number as usize).copied().unwrap_or(u32::MAX);
        }
        match unmatched.get_mut(&key).and_then(VecDeque::pop_front) {
            Some(old) if ordered && last > Some(old) => return None,
            Some(old) => last = Some(old),
            None => changed.push((1, row)),
        }
    }
    changed.extend(unmatched.into_values().flatten().map(|row| (0, row)));
    (changed.len() <= MOST_CHANGED).then_some(changed)
}

/// The rows of both tables that share keys with a changed row; `None` where it is not worth finding out.
fn sharing(space: &Space<'_>, tables: [&Table; 2], changed: &[(usize, u32)]) -> Option<[Vec<u32>; 2]> {
    let distinct = |table: &Table| -> usize {
        let keys = (0..).zip(&table.columns).filter(|(_, column)| column.role != Role::Value);
        keys.map(|(column, _)| table.distinct(column).len()).sum()
    };
    let compared = tables.iter().map(|table| distinct(table)).sum::<usize>().saturating_mul(changed.len());
    if compared > MOST_COMPARED {
        return None;
    }
    let words = changed.len().div_ceil(64);
    let rows = |side: usize, table: &Table| -> Vec<u32> {
        // For each column and distinct cell, the changed rows that it shares keys with, as bits.
        let shared: Vec<Vec<Vec<u64>>> = space
            .levels
            .iter()
            .map(|level| {
                let theirs: Vec<_> = changed
                    .iter()
                    .map(|(side, row)| {
                        let table = tables.get(*side);
                        table.and_then(|table| level.accepted(table, *side, *row))
                    })
                    .collect();
                let bits = |cell: u32| {
                    let ours = level.spans(side, Some(cell));
                    let mut bits = vec![0_u64; words];
                    for (word, theirs) in bits.iter_mut().zip(theirs.chunks(64)) {
                        let meets = theirs.iter().enumerate().filter(|(_, theirs)| meet(ours, **theirs));
                        *word = meets.fold(0, |word, (at, _)| word | 1 << at);
                    }
                    bits
                };
                (0..table.distinct(level.column).len() as u32).map(bits).collect()
            })
            .collect();
        let shares = |row: &u32| {
            let cells: Vec<&Vec<u64>> = (space.levels.iter().zip(&shared))
                .filter_map(|(level, shared)| shared.get(table.cell_id(*row, level.column)? as usize))
                .collect();
            (0..words)
                .any(|word| cells.iter().fold(u64::MAX, |all, bits| all & bits.get(word).copied().unwrap_or(0)) != 0)
        };
        (0..table.matchable() as u32).filter(shares).collect()
    };
    let [older, newer] = tables;
    Some([rows(0, older), rows(1, newer)])
}

/// Whether two cells accept a key in common; `None` accepts all.
fn meet(one: Option<&[Range<u32>]>, other: Option<&[Range<u32>]>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => one.iter().any(|a| other.iter().any(|b| a.start < b.end && b.start < a.end)),
        // A cell that accepts nothing shares nothing, not even with `any`.
        (Some(one), None) | (None, Some(one)) => !one.is_empty(),
        (None, None) => true,
    }
}
