//! Looking rows up: candidates from the index, the choice of break, next row and prefix, then the hit policy.
//!
//! A row is a candidate where every cell accepts its key. Then each `by break`, `by next row` and `by longest prefix` column,
//! from the left, keeps the candidates closest to its key; under `most specific` every column does. What is left goes to the policy.

use super::hits::Hits;
use super::index::{Choose, Walk, places};
use super::key::Key;
use super::{Cell, Default, HitPolicy, Index, Role, Table};
use crate::value::{Date, Value};
use std::cmp::Ordering;

/// What a look-up found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// One row, or the `otherwise` row.
    Row(u32),
    /// The rows of a collecting table, in the table's order: none where nothing matched and there is no `otherwise`, and the
    /// `otherwise` row alone where nothing else matched.
    Rows(Vec<u32>),
    /// Nothing matched, and there is no default row: [`Table::default`] says whether that is an error or a refusal.
    Nothing,
    /// Two rows where one may match, or whose values disagree; both numbers are places in the table's rows, the first first.
    Several(u32, u32),
}

impl Table {
    /// Builds the index anew. Every change of rows or columns needs it before the next look-up. O(n log n).
    pub fn index_rows(&mut self) {
        self.index = Index::build(self, self.matchable());
    }

    /// Finds the row for the keys, which are in the order of the key columns and in their types and units. An absent key is
    /// matched by `any` alone. Without a day, rows match whatever their period.
    ///
    /// Logarithmic in the number of rows, times the number of rows that match; allocates only where a table collects or very many match.
    pub fn look_up(&self, keys: &[Value], on: Option<Date>) -> Found {
        self.look_up_by(|place| keys.get(place).map_or(Key::Open, Key::of), on)
    }

    /// The same with keys that are given by their place among the key columns; nothing is copied.
    #[inline]
    pub(crate) fn look_up_by<'k>(&self, key: impl Fn(usize) -> Key<'k>, on: Option<Date>) -> Found {
        let choose = Choose::of(&self.policy);
        let day = on.map_or(Key::Open, Key::Date);
        let by_place = |place: Option<u16>| place.map_or(day, |place| key(usize::from(place)));
        match self.index.walk(self, by_place, choose) {
            Walk::Row(row) if matches!(self.policy, HitPolicy::Collect(_)) => Found::Rows(vec![row]),
            Walk::Row(row) => Found::Row(row),
            Walk::Nothing => self.nothing(),
            Walk::Unsure => self.search(&key, on, choose),
        }
    }

    /// A look-up in which several rows may have to be held against each other.
    #[inline(never)]
    fn search<'k>(&self, key: &dyn Fn(usize) -> Key<'k>, on: Option<Date>, choose: Choose) -> Found {
        self.decide(&self.candidates(key, on, choose))
    }

    /// The number in a value cell as digits, and how many of them stand after the point; `None` where the cell holds no number, or one
    /// that does not fit a machine word. Zeros may stand behind the last digit. Quicker than [`Table::value_ref`] in a large table.
    #[inline]
    pub fn digits(&self, row: u32, column: u16) -> Option<(i64, u8)> {
        self.index.digits(row, column).or_else(|| {
            let lane = self.value_ref(row, column)?.as_number()?.lane()?;
            Some((lane.mantissa, lane.scale))
        })
    }

    /// All rows that match the given keys (`None` is any key), in the table's order, without the `otherwise` row. Under `most
    /// specific` these are all the candidates; else breaks, next rows and prefixes that are given are chosen as in a look-up.
    pub fn matching(&self, keys: &[Option<Value>], on: Option<Date>) -> Vec<u32> {
        let key = |place: usize| keys.get(place).and_then(Option::as_ref).map_or(Key::Open, Key::of);
        self.matching_by(key, on)
    }

    /// The same with keys that are given by their place among the key columns, [`Key::Open`] for any key.
    pub(crate) fn matching_by<'k>(&self, key: impl Fn(usize) -> Key<'k>, on: Option<Date>) -> Vec<u32> {
        let choose = if self.policy == HitPolicy::MostSpecific { Choose::Nothing } else { Choose::Closest };
        self.candidates(key, on, choose).rows().to_vec()
    }

    /// The rows that match, after the choice, in order. Under [`Choose::Nothing`] every row whose cells accept the keys.
    pub(super) fn candidates<'k>(&self, key: impl Fn(usize) -> Key<'k>, on: Option<Date>, choose: Choose) -> Hits {
        let day = on.map_or(Key::Open, Key::Date);
        let key = |place: Option<u16>| place.map_or(day, |place| key(usize::from(place)));
        let mut found = Hits::default();
        self.index.collect(self, key, choose, &mut found);
        if found.rows().len() < 2 {
            return found;
        }
        found.in_order();
        if found.rows().len() < 2 || choose == Choose::Nothing {
            return found;
        }
        for (column, role, place) in places(self) {
            if choose.at(role) && !matches!(key(place), Key::Open) {
                self.keep_closest(&mut found, column, role);
            }
        }
        found
    }

    /// Drops the rows that another beats in one column.
    fn keep_closest(&self, found: &mut Hits, column: usize, role: Role) {
        let cell = |row: u32| self.cell(row, column as u16).unwrap_or(&Cell::Any);
        let closeness = |a: &u32, b: &u32| cell(*a).closeness(cell(*b), role);
        let Some(best) = found.rows().iter().copied().max_by(closeness) else { return };
        found.retain(|row| closeness(&row, &best) == Ordering::Equal);
    }

    fn decide(&self, found: &Hits) -> Found {
        let rows = found.rows();
        let Some(&first) = rows.first() else { return self.nothing() };
        match &self.policy {
            HitPolicy::Collect(_) => Found::Rows(rows.to_vec()),
            HitPolicy::First => Found::Row(first),
            HitPolicy::Unique | HitPolicy::MostSpecific => match rows.get(1) {
                Some(&second) => Found::Several(first, second),
                None => Found::Row(first),
            },
            HitPolicy::Any => match rows.iter().find(|row| !self.agree(first, **row)) {
                Some(&other) => Found::Several(first, other),
                None => Found::Row(first),
            },
            HitPolicy::Priority(highest, column) => {
                let value = |row: &u32| self.value_ref(*row, *column);
                // Of equals, `max_by` keeps the last and `min_by` the first.
                let best = match highest {
                    true => rows.iter().rev().max_by(|a, b| value(a).cmp(&value(b))),
                    false => rows.iter().min_by(|a, b| value(a).cmp(&value(b))),
                };
                Found::Row(best.copied().unwrap_or(first))
            }
        }
    }

    #[inline(never)]
    fn nothing(&self) -> Found {
        let collects = matches!(self.policy, HitPolicy::Collect(_));
        match self.default {
            Default::Row => {
                let row = self.matchable() as u32;
                if collects { Found::Rows(vec![row]) } else { Found::Row(row) }
            }
            Default::Error if collects => Found::Rows(Vec::new()),
            Default::Error | Default::Refuse(..) => Found::Nothing,
        }
    }

    /// Whether two rows have the same values.
    pub(crate) fn agree(&self, one: u32, other: u32) -> bool {
        let mut columns = (0_u16..).zip(&self.columns).filter(|(_, column)| column.role == Role::Value);
        columns.all(|(at, _)| self.cell_id(one, at) == self.cell_id(other, at))
    }
}
