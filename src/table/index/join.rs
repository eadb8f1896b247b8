//! The numbers of all exact columns joined into one, and where it leads.
//!
//! A joined number counts like a clock: the last column's numbers go fastest. Where most joined numbers lead somewhere they are places in
//! an array; else the ones that do are kept in order and found by their hash. Without such a column the number is always 0.

use super::codes::Code;
use super::{Branch, NOWHERE};
use crate::table::slots::Slots;
use std::ops::Range;

/// An array may have three times as many places as lead somewhere, and so many more.
const SPARE: u64 = 256;

/// Joined numbers and where they lead.
#[derive(Debug, Clone, Default)]
pub(super) struct Join {
    columns: Box<[Column]>,
    ways: Ways,
}

/// A column that is joined.
#[derive(Debug, Clone, Copy)]
struct Column {
    level: u16,
    /// Its numbers are below this.
    count: u32,
    /// By how much the joined number goes up from one of its numbers to the next.
    step: u64,
}

#[derive(Debug, Clone)]
enum Ways {
    /// The numbers below a count lead to nodes of one shape, or to rows, at equal distances: a full grid in its order.
    Even {
        shape: u32,
        first: u32,
        apart: u32,
        count: u32,
    },
    /// All lead to nodes of one shape, or to rows.
    Same(u32, Box<[u32]>),
    Array(Box<[Branch]>),
    /// Ascending, with their places by hash.
    Sorted(Box<[(u64, Branch)]>, Slots),
}

impl Default for Ways {
    fn default() -> Self {
        Ways::Array(Box::default())
    }
}

impl Join {
    /// Joins the columns of levels that have so many numbers, as far as joined numbers fit a word; the levels left out come back.
    pub(super) fn new(levels: impl Iterator<Item = (u16, u32)>) -> (Join, Vec<u16>) {
        let (mut taken, mut left) = (Vec::new(), Vec::new());
        let mut all = 1_u64;
        for (level, count) in levels {
            match all.checked_mul(u64::from(count.max(1))).filter(|all| *all < u64::MAX / 4) {
                Some(more) => {
                    all = more;
                    taken.push((level, count.max(1)));
                }
                None => left.push(level),
            }
        }
        let mut step = 1_u64;
        let mut columns: Vec<Column> = Vec::new();
        for (level, count) in taken.into_iter().rev() {
            columns.push(Column { level, count, step });
            step = step.saturating_mul(u64::from(count));
        }
        columns.reverse();
        (Join { columns: columns.into(), ways: Ways::default() }, left)
    }

    /// The levels that are joined, in order.
    pub(super) fn levels(&self) -> impl Iterator<Item = u16> {
        self.columns.iter().map(|column| column.level)
    }

    /// The joined number of numbers, one for each column.
    pub(super) fn number(&self, numbers: impl Iterator<Item = u32>) -> u64 {
        let each = self.columns.iter().zip(numbers);
        each.fold(0, |all, (column, number)| all.saturating_add(column.step.saturating_mul(u64::from(number))))
    }

    /// Says where the joined numbers lead, which are given in order, each once.
    pub(super) fn lead(&mut self, ways: Vec<(u64, Branch)>) {
        if let Some(even) = even(&ways) {
            self.ways = even;
            return;
        }
        let all = self.columns.first().map_or(1, |first| first.step.saturating_mul(u64::from(first.count)));
        if all <= (ways.len() as u64).saturating_mul(3).saturating_add(SPARE) {
            let shape = ways.first().map_or(NOWHERE, |(_, branch)| branch.shape);
            let same = ways.iter().all(|(_, branch)| branch.shape == shape && branch.at != NOWHERE);
            self.ways = match same {
                true => {
                    Ways::Same(shape, array(all, ways.iter().map(|(number, branch)| (*number, branch.at)), NOWHERE))
                }
                false => Ways::Array(array(all, ways.into_iter(), Branch::NOWHERE)),
            };
            return;
        }
        let mut slots = Slots::with_capacity(ways.len());
        let number = |at: u32| ways.get(at as usize).map_or(0, |(number, _)| *number);
        for at in 0..ways.len() as u32 {
            slots.insert(slots.hash(&number(at)), at, |slots, other| slots.hash(&number(other)));
        }
        self.ways = Ways::Sorted(ways.into(), slots);
    }

    /// Where the keys of the columns lead; `None` where one is open.
    #[inline]
    pub(super) fn find(&self, code: impl Fn(u16) -> Code) -> Option<Branch> {
        let mut number = 0_u64;
        let mut nowhere = false;
        for column in &self.columns {
            match code(column.level) {
                Code::At(code) if code < column.count => {
                    number = number.wrapping_add(column.step.wrapping_mul(u64::from(code)));
                }
                Code::At(_) | Code::Absent => nowhere = true,
                Code::Open => return None,
            }
        }
        Some(if nowhere { Branch::NOWHERE } else { self.at(number) })
    }

    #[inline]
    fn at(&self, number: u64) -> Branch {
        match &self.ways {
            Ways::Even { shape, first, apart, count } => match u32::try_from(number) {
                Ok(number) if number < *count => {
                    Branch { shape: *shape, at: first.wrapping_add(apart.wrapping_mul(number)) }
                }
                _ => Branch::NOWHERE,
            },
            Ways::Same(shape, array) => match array.get(number as usize) {
                Some(&at) if at != NOWHERE => Branch { shape: *shape, at },
                _ => Branch::NOWHERE,
            },
            Ways::Array(array) => array.get(number as usize).copied().unwrap_or_default(),
            Ways::Sorted(ways, slots) => {
                let is = |at: u32| ways.get(at as usize).is_some_and(|(other, _)| *other == number);
                let at = slots.find(slots.hash(&number), is);
                at.and_then(|at| ways.get(at as usize)).map_or(Branch::NOWHERE, |(_, branch)| *branch)
            }
        }
    }

    /// Gives everything that keys lead to of which some are open.
    pub(super) fn each(&self, code: impl Fn(u16) -> Code, visit: &mut dyn FnMut(Branch)) {
        let mut numbers: Vec<Range<u32>> = Vec::with_capacity(self.columns.len());
        for column in &self.columns {
            numbers.push(match code(column.level) {
                Code::Open => 0..column.count,
                Code::At(code) if code < column.count => code..code.saturating_add(1),
                Code::At(_) | Code::Absent => return,
            });
        }
        let of = |at: usize| numbers.get(at).cloned().unwrap_or_default();
        let fixed = (0..numbers.len()).take_while(|at| of(*at).len() == 1).count();
        let low = self.number(numbers.iter().map(|numbers| numbers.start));
        match &self.ways {
            Ways::Even { .. } | Ways::Same(..) | Ways::Array(_) => {
                self.each_number(0, 0, &numbers, &mut |number| visit(self.at(number)))
            }
            Ways::Sorted(ways, _) => {
                // The columns that are given before the first open one leave a stretch of numbers.
                let start = fixed.checked_sub(1).and_then(|last| self.columns.get(last));
                let (from, to) = match start {
                    Some(column) => {
                        let start = low.saturating_sub(low.checked_rem(column.step).unwrap_or(0));
                        (start, start.saturating_add(column.step))
                    }
                    None => (0, u64::MAX),
                };
                let first = ways.partition_point(|(number, _)| *number < from);
                let end = ways.partition_point(|(number, _)| *number < to);
                let within = ways.get(first..end).unwrap_or_default();
                let combinations = numbers.iter().fold(1_u64, |all, one| all.saturating_mul(one.len() as u64));
                if combinations < within.len() as u64 / 4 {
                    self.each_number(0, 0, &numbers, &mut |number| visit(self.at(number)));
                    return;
                }
                let has = |number: u64| {
                    self.columns.iter().zip(&numbers).all(|(column, numbers)| {
                        let own = number.checked_div(column.step).and_then(|n| n.checked_rem(u64::from(column.count)));
                        own.is_some_and(|own| numbers.contains(&(own as u32)))
                    })
                };
                within.iter().filter(|(number, _)| has(*number)).for_each(|(_, branch)| visit(*branch));
            }
        }
    }

    fn each_number(&self, at: usize, before: u64, numbers: &[Range<u32>], visit: &mut dyn FnMut(u64)) {
        match (self.columns.get(at), numbers.get(at)) {
            (Some(column), Some(own)) => {
                for number in own.clone() {
                    let so_far = before.saturating_add(column.step.saturating_mul(u64::from(number)));
                    self.each_number(at.saturating_add(1), so_far, numbers, visit);
                }
            }
            _ => visit(before),
        }
    }
}

/// Ways that are all alike and at equal distances.
fn even(ways: &[(u64, Branch)]) -> Option<Ways> {
    let (_, Branch { shape, at: first }) = *ways.first()?;
    let apart = ways.get(1).map_or(Some(0), |(_, second)| second.at.checked_sub(first))?;
    let count = u32::try_from(ways.len()).ok()?;
    let expected = (0..u64::from(count)).scan(first, |at, number| {
        let this = (number, Branch { shape, at: *at });
        *at = at.checked_add(apart).unwrap_or(u32::MAX);
        Some(this)
    });
    ways.iter().copied().eq(expected).then_some(Ways::Even { shape, first, apart, count })
}

/// What stands at numbers, in an array of so many places.
fn array<T: Copy>(places: u64, each: impl Iterator<Item = (u64, T)>, nothing: T) -> Box<[T]> {
    let mut array = vec![nothing; places as usize];
    for (number, thing) in each {
        if let Some(place) = array.get_mut(number as usize) {
            *place = thing;
        }
    }
    array.into()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::indexing_slicing)]
    use super::*;
    use crate::table::index::{ONE, ROW};
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #[test]
        fn joined_numbers_lead_where_a_scan_leads(
            counts in proptest::collection::vec(1..40_u32, 0..4), some in proptest::collection::vec(proptest::collection::vec(0..40_u32, 4), 0..60),
            keys in proptest::collection::vec(proptest::collection::vec(proptest::option::of(0..40_u32), 4), 20)
        ) {
            let (mut join, left) = Join::new((0..).zip(counts.iter().copied()));
            prop_assert!(left.is_empty());
            // Many numbers in two columns, and few where there are three, lie far apart.
            let of = |some: &[u32]| some.iter().zip(&counts).map(|(number, count)| number % count).collect::<Vec<u32>>();
            let ways: BTreeMap<Vec<u32>, u32> = some.iter().map(|some| of(some)).zip(0..).collect();
            let kinds = if some.len() % 2 == 0 { [ROW, ROW] } else { [ROW, ONE] };
            let branch = |row: u32| Branch { shape: kinds[row as usize % 2], at: row };
            let numbered = ways.iter().map(|(numbers, row)| (join.number(numbers.iter().copied()), branch(*row)));
            join.lead(numbered.collect());
            let known = some.iter().map(|some| some.iter().copied().map(Some).collect());
            let half = some.iter().map(|some| some.iter().zip([true, false, true, false]).map(|(n, given)| given.then_some(*n)).collect());
            for key in keys.into_iter().chain(known).chain(half) {
                let key: Vec<Option<u32>> = key;
                let code = |level: u16| key[level as usize].map_or(Code::Open, Code::At);
                let fits = |numbers: &[u32]| numbers.iter().zip(&key).all(|(number, key)| key.is_none_or(|key| key == *number));
                let mut expected: Vec<u32> = ways.iter().filter(|(numbers, _)| fits(numbers)).map(|(_, row)| *row).collect();
                let mut found: Vec<u32> = Vec::new();
                join.each(code, &mut |branch| if branch != Branch::NOWHERE { found.push(branch.at) });
                found.sort_unstable();
                expected.sort_unstable();
                prop_assert_eq!(&found, &expected, "{:?}", key);
                match join.find(code) {
                    Some(found) => prop_assert_eq!(found, expected.first().map_or(Branch::NOWHERE, |row| branch(*row))),
                    None => prop_assert!(key.iter().take(counts.len()).any(Option::is_none)),
                }
            }
        }
    }

    #[test]
    fn a_full_grid_in_its_order_leads_as_it_did() {
        for (grid, even) in [(vec![7, 12, 17, 22, 27], true), (vec![7, 12, 17, 22, 28], false), (vec![9], true)] {
            let (mut join, _) = Join::new((0..).zip([3, 2]));
            join.lead((0..).zip(grid.iter().map(|row| Branch::row(*row))).collect());
            assert_eq!(matches!(join.ways, Ways::Even { .. }), even);
            for (number, row) in (0..7).zip(grid.iter().map(|row| Some(*row)).chain(std::iter::repeat(None))) {
                assert_eq!(join.at(number), row.map_or(Branch::NOWHERE, Branch::row), "{number} in {grid:?}");
            }
            let mut found = Vec::new();
            join.each(|_| Code::Open, &mut |branch| found.extend((branch != Branch::NOWHERE).then_some(branch.at)));
            assert_eq!(found, grid);
        }
    }

    #[test]
    fn columns_are_joined_while_the_number_fits() {
        let (join, left) = Join::new((0..).zip([u32::MAX, 5, u32::MAX, 3]));
        assert_eq!((join.levels().collect::<Vec<_>>(), left), (vec![0, 1, 3], vec![2]));
    }
}
