//! The codes of one column: a key becomes a number once in a look-up, and from then on only numbers are compared.
//!
//! - exact: the number of the value among those of the column, found by `exact`;
//! - range, `valid`: how many of the ends of all ranges lie before the key; a range is then a stretch of such numbers;
//! - break, next row: how many of the column's values lie at or before the key, or before it;
//! - prefix: the numbers of the prefixes that the key starts with.
//!
//! Invariant: [`Level::accepts`] says of a row what [`Cell::accepts`] says of its cell.

use super::super::interval::{Cut, stretch};
use super::super::key::Key;
use super::super::slots::Slots;
use super::cuts::Cuts;
use super::exact::Exact;
use crate::table::{Cell, Role, Table};
use crate::value::Value;

/// The code of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Code {
    /// Every key.
    Open,
    /// The key is absent; only `any` accepts it.
    Absent,
    At(u32),
}

/// The code of a value that stands nowhere in its column.
pub(super) const NOWHERE: u32 = u32::MAX;

/// One key column.
#[derive(Debug, Clone)]
pub(super) struct Level {
    pub(super) column: u16,
    /// The place of its key among the keys; `None` for the day.
    pub(super) place: Option<u16>,
    pub(super) role: Role,
    /// The number of its cell `any`.
    pub(super) any: Option<u32>,
    pub(super) codes: Codes,
    /// Whether its numbers are joined with those of other columns.
    pub(super) joined: bool,
}

#[derive(Debug, Clone)]
pub(super) enum Codes {
    Exact(Exact),
    /// The ends of all ranges in order, and the stretch of each distinct cell.
    Stretches {
        cuts: Cuts,
        cells: Box<[(u32, u32)]>,
    },
    /// The values in order, and the place in that order of each distinct cell.
    Ordered {
        values: Cuts,
        ranks: Box<[u32]>,
    },
    /// The numbers of the cells by their text; the lengths of prefixes, longest first.
    Prefixes {
        slots: Slots,
        lengths: Box<[u32]>,
    },
}

impl Level {
    /// The codes of a column, whose key stands at a place among the keys.
    pub(super) fn new(table: &Table, column: u16, place: Option<u16>, role: Role) -> Level {
        let cells = table.distinct(column);
        let any = cells.iter().position(|cell| *cell == Cell::Any).map(|at| at as u32);
        let codes = match role {
            Role::Exact | Role::Value => Codes::Exact(Exact::new(cells)),
            Role::Range | Role::Valid => stretches(cells),
            Role::Break | Role::NextRow => ordered(cells, role),
            Role::LongestPrefix => prefixes(cells),
        };
        Level { column, place, role, any, codes, joined: false }
    }

    /// The code of a key of the column.
    #[inline(always)]
    pub(super) fn code(&self, table: &Table, key: Key<'_>) -> Code {
        let found = match (&self.codes, key) {
            (Codes::Exact(exact), key) => exact.find_quickly(key),
            (Codes::Stretches { cuts, .. } | Codes::Ordered { values: cuts, .. }, key) => cuts.before_quickly(key),
            _ => None,
        };
        found.map_or_else(|| self.code_of_any(table, key), Code::At)
    }

    #[inline(never)]
    fn code_of_any(&self, table: &Table, key: Key<'_>) -> Code {
        match key {
            Key::Open => return Code::Open,
            Key::Absent | Key::Other(Value::Absent) => return Code::Absent,
            _ => {}
        }
        Code::At(match &self.codes {
            Codes::Exact(exact) => exact.find(table.distinct(self.column), key.plain()).unwrap_or(NOWHERE),
            Codes::Stretches { cuts, .. } => cuts.before(key.plain()),
            Codes::Ordered { values, .. } => values.before(key.plain()),
            Codes::Prefixes { .. } => 0,
        })
    }

    /// Whether the row's cell accepts the key with this code.
    pub(super) fn accepts(&self, table: &Table, row: u32, code: Code, key: Key<'_>) -> bool {
        let code = match code {
            Code::Open => return true,
            Code::Absent => return self.any.is_some() && table.cell_id(row, self.column) == self.any,
            Code::At(code) => code,
        };
        let Some(cell) = table.cell_id(row, self.column) else { return false };
        if Some(cell) == self.any {
            return true;
        }
        match &self.codes {
            Codes::Exact(exact) => cell == code || (exact.has_lists() && self.lists(table, row, key)),
            Codes::Stretches { cells, .. } => {
                cells.get(cell as usize).is_some_and(|(low, high)| *low <= code && code < *high)
            }
            Codes::Ordered { ranks, .. } => {
                let rank = ranks.get(cell as usize).copied().unwrap_or(NOWHERE);
                if self.role == Role::Break { rank < code } else { rank >= code && rank != NOWHERE }
            }
            Codes::Prefixes { .. } => match table.cell(row, self.column).and_then(prefix_of) {
                Some((true, text)) => key.as_text() == Some(text),
                Some((false, prefix)) => key.as_text().is_some_and(|key| key.starts_with(prefix)),
                None => false,
            },
        }
    }

    fn lists(&self, table: &Table, row: u32, key: Key<'_>) -> bool {
        match table.cell(row, self.column) {
            Some(Cell::OneOf(values)) => values.iter().any(|value| key.is(value)),
            _ => false,
        }
    }

    /// Whether the stretch with this one number is that of one value.
    pub(super) fn is_point(&self, code: u32) -> bool {
        matches!(&self.codes, Codes::Stretches { cuts, .. } if cuts.is_point(code))
    }

    /// Gives the numbers of the cells that a text starts with, the whole text first and then the longest, until `visit` says that
    /// it is enough.
    pub(super) fn starts(&self, table: &Table, text: &str, visit: &mut dyn FnMut(u32) -> bool) {
        let Codes::Prefixes { slots, lengths } = &self.codes else { return };
        let cells = table.distinct(self.column);
        let find = |whole: bool, text: &str| {
            slots.find(slots.hash(&(whole, text)), |at| {
                cells.get(at as usize).and_then(prefix_of) == Some((whole, text))
            })
        };
        if find(true, text).is_some_and(&mut *visit) {
            return;
        }
        for length in lengths {
            let prefix = text.get(..*length as usize).and_then(|prefix| find(false, prefix));
            if prefix.is_some_and(&mut *visit) {
                return;
            }
        }
    }

    /// How many codes its values have in an exact column of so many cells.
    pub(super) fn codes_count(&self, cells: usize) -> u32 {
        match &self.codes {
            Codes::Exact(exact) => cells.saturating_add(exact.listed()) as u32,
            _ => 0,
        }
    }

    /// The codes of the values that a cell lists.
    pub(super) fn codes_of<'a>(&'a self, table: &'a Table, values: &'a [Value]) -> impl Iterator<Item = u32> {
        values.iter().map(|value| match self.code(table, Key::of(value)) {
            Code::At(code) => code,
            _ => NOWHERE,
        })
    }
}

fn stretches(cells: &[Cell]) -> Codes {
    let bounds: Vec<Option<(Cut, Cut)>> = cells.iter().map(stretch).collect();
    let ends = bounds.iter().flatten().flat_map(|(low, high)| [low, high]);
    let mut cuts: Vec<Cut> = ends.filter(|cut| !matches!(cut, Cut::Start | Cut::End)).cloned().collect();
    cuts.sort_unstable();
    cuts.dedup();
    // After `before` cuts stand the keys that lie behind the cut itself.
    let low = |cut: &Cut| match cut {
        Cut::Start => 0,
        cut => (cuts.partition_point(|other| other < cut) as u32).saturating_add(1),
    };
    let high = |cut: &Cut| match cut {
        Cut::End => (cuts.len() as u32).saturating_add(1),
        cut => (cuts.partition_point(|other| other < cut) as u32).saturating_add(1),
    };
    let cells = bounds.iter().map(|bounds| bounds.as_ref().map_or((0, 0), |bounds| (low(&bounds.0), high(&bounds.1))));
    Codes::Stretches { cells: cells.collect(), cuts: Cuts::new(cuts) }
}

fn ordered(cells: &[Cell], role: Role) -> Codes {
    let value = |at: &u32| match cells.get(*at as usize) {
        Some(Cell::Value(value)) => Some(value),
        _ => None,
    };
    let mut order: Vec<u32> = (0..cells.len() as u32).filter(|at| value(at).is_some()).collect();
    order.sort_unstable_by(|a, b| value(a).cmp(&value(b)));
    let mut ranks = vec![NOWHERE; cells.len()];
    for (rank, cell) in (0..).zip(&order) {
        if let Some(place) = ranks.get_mut(*cell as usize) {
            *place = rank;
        }
    }
    // A break lies before its own value, a next row after it.
    let cut = |value: &Value| Cut::At(value.clone(), role == Role::NextRow);
    Codes::Ordered { values: Cuts::new(order.iter().filter_map(value).map(cut).collect()), ranks: ranks.into() }
}

fn prefixes(cells: &[Cell]) -> Codes {
    let mut slots = Slots::with_capacity(cells.len());
    let mut lengths = Vec::new();
    for (at, (whole, text)) in (0_u32..).zip(cells).filter_map(|(at, cell)| Some((at, prefix_of(cell)?))) {
        slots.insert(slots.hash(&(whole, text)), at, |slots, at| {
            cells.get(at as usize).and_then(prefix_of).map_or(0, |prefix| slots.hash(&prefix))
        });
        if !whole {
            lengths.push(text.len() as u32);
        }
    }
    lengths.sort_unstable_by(|a, b| b.cmp(a));
    lengths.dedup();
    Codes::Prefixes { slots, lengths: lengths.into() }
}

/// The text of a cell of a prefix column, and whether it is the whole text.
fn prefix_of(cell: &Cell) -> Option<(bool, &str)> {
    match cell {
        Cell::Value(Value::Text(text)) => Some((false, text)),
        Cell::Exactly(text) => Some((true, text)),
        _ => None,
    }
}
