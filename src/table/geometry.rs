//! What the rows of a table are to each other: rows that meet, holes between bands, rows that never win.
//!
//! A row is a box: the product of what its cells accept. Two rows meet where their boxes share a key at which the hit policy cannot
//! choose between them. Everything found comes with keys that show it; what cannot be decided within the budget is said to be so.

use super::analysis::Witness;
use super::axis::{example, whole};
use super::index::{Choose, places};
use super::interval::{Cut, depth, stretch};
use super::key::Key;
use super::{Cell, HitPolicy, Role, Table};
use crate::types::Type;
use crate::value::Value;
use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};

/// How many pairs of rows are compared at most.
const MOST_PAIRS: usize = 4_000_000;

/// How many rows are visited at most by look-ups, each of which may visit every row.
const MOST_VISITED: usize = 100_000_000;

/// The lower and the upper cut of a stretch of keys.
type Bounds = (Cut, Cut);

/// Two rows that match the same keys.
#[derive(Debug, Clone)]
pub(crate) struct Meeting {
    /// The one that comes first.
    pub(crate) first: u32,
    /// The one that comes later.
    pub(crate) second: u32,
    /// Keys that both match.
    pub(crate) at: Witness,
}

/// A stretch of keys between two bands that no row matches.
#[derive(Debug, Clone)]
pub(crate) struct Hole {
    /// The column of the bands.
    pub(crate) column: usize,
    /// The row whose band ends before the hole.
    pub(crate) below: u32,
    /// The row whose band begins after it.
    pub(crate) above: u32,
    /// Keys that no row matches.
    pub(crate) at: Witness,
}

/// What was found, and whether everything was looked at.
#[derive(Debug, Clone)]
pub(crate) struct Findings<T> {
    pub(crate) found: Vec<T>,
    pub(crate) complete: bool,
}

impl Table {
    /// Pairs of rows between which the hit policy cannot choose at some key, at most `most` of them.
    pub(crate) fn meetings(&self, most: usize) -> Findings<Meeting> {
        let choose = Choose::of(&self.policy);
        let mut search =
            Search { table: self, choose, budget: MOST_PAIRS, most, seen: HashSet::new(), found: Vec::new() };
        let column = |at: usize| u16::try_from(at).unwrap_or(u16::MAX);
        let keys = self.columns.iter().enumerate().filter(|(_, c)| c.role != Role::Value);
        let (spread, grouped): (Vec<_>, Vec<_>) = keys.partition(|(_, c)| matches!(c.role, Role::Range | Role::Valid));
        let spread: Vec<u16> = spread.into_iter().map(|(at, _)| column(at)).collect();
        let grouped: Vec<u16> = grouped.into_iter().map(|(at, _)| column(at)).collect();
        search.within((0..self.matchable() as u32).collect(), &grouped, &spread);
        let mut found = search.found;
        found.sort_by_key(|meeting| (meeting.second, meeting.first));
        Findings { found, complete: search.budget > 0 }
    }

    /// Holes between neighbouring bands of the rows that agree in their other keys. Bands of texts always leave some.
    pub(crate) fn holes(&self) -> Findings<Hole> {
        let bands =
            self.columns.iter().enumerate().filter(|(_, c)| c.role == Role::Range && c.ty.present() != &Type::Text);
        let mut holes = Findings { found: Vec::new(), complete: true };
        for (column, _) in bands {
            self.holes_of(column, &mut holes);
        }
        holes.found.sort_by_key(|hole| (hole.column, hole.above));
        holes
    }

    /// How many look-ups may be made.
    fn most_look_ups(&self) -> usize {
        MOST_VISITED.checked_div(self.matchable()).unwrap_or(MOST_VISITED)
    }

    fn holes_of(&self, column: usize, holes: &mut Findings<Hole>) {
        let mut look_ups = self.most_look_ups();
        let mut groups: HashMap<Vec<&Cell>, Vec<u32>> = HashMap::new();
        for row in 0..self.matchable() as u32 {
            let cells = self.cells(row).zip(&self.columns).enumerate();
            let others = cells.filter(|(other, (_, c))| *other != column && c.role != Role::Value);
            groups.entry(others.map(|(_, (cell, _))| cell).collect()).or_default().push(row);
        }
        for rows in groups.into_values() {
            self.holes_between(column, &rows, &mut look_ups, holes);
        }
    }

    fn holes_between(&self, column: usize, rows: &[u32], look_ups: &mut usize, holes: &mut Findings<Hole>) {
        let Some(ty) = self.columns.get(column).map(|c| &c.ty) else { return };
        let band = |row: &u32| Some((bounds(self.cell(*row, column as u16)?, ty)?, *row));
        let mut bands: Vec<(Bounds, u32)> = rows.iter().filter_map(band).collect();
        bands.sort();
        let mut bands = bands.into_iter();
        let Some(((_, mut reach), mut below)) = bands.next() else { return };
        for ((low, high), above) in bands {
            if low > reach {
                let Some(left) = look_ups.checked_sub(1) else {
                    holes.complete = false;
                    return;
                };
                *look_ups = left;
                let at = self.unmatched(column, below, &reach, &low);
                holes.found.extend(at.map(|at| Hole { column, below, above, at }));
            }
            if high > reach {
                (reach, below) = (high, above);
            }
        }
    }

    /// Keys between the cuts, and else those of the row, if no row matches them.
    fn unmatched(&self, column: usize, row: u32, low: &Cut, high: &Cut) -> Option<Witness> {
        let between = example(low, high)?;
        let mut at = self.point(row);
        *at.get_mut(column)? = Some(between);
        self.candidates_at(&at).is_empty().then_some(at)
    }

    /// Rows that can never be found because an earlier row accepts all their keys: each with that row. For the policy `first`.
    pub(crate) fn never_first(&self) -> Findings<(u32, u32)> {
        let mut dead = Vec::new();
        let (rows, most) = (self.matchable(), self.most_look_ups());
        for row in 0..rows.min(most) as u32 {
            // Where this row says `any`, only `any` covers it, and that is what an absent key finds.
            let keys = self.point(row).into_iter().map(|key| Some(key.unwrap_or(Value::Absent))).collect();
            let covering = self.candidates_at(&keys).into_iter().take_while(|other| *other < row);
            if let Some(other) = covering.into_iter().find(|other| self.covers(*other, row)) {
                dead.push((row, other));
            }
        }
        Findings { found: dead, complete: rows <= most }
    }

    fn covers(&self, one: u32, other: u32) -> bool {
        let mut cells =
            self.columns.iter().zip(self.cells(one).zip(self.cells(other))).filter(|(c, _)| c.role != Role::Value);
        cells.all(|(column, (one, other))| match column.role {
            // The closer one is chosen before the order of the rows counts.
            Role::Break | Role::NextRow | Role::LongestPrefix => one == other,
            Role::Range | Role::Valid => match (bounds(one, &column.ty), bounds(other, &column.ty)) {
                (Some((low, high)), Some((other_low, other_high))) => low <= other_low && other_high <= high,
                _ => false,
            },
            Role::Exact | Role::Value => match (one, other) {
                (Cell::Any, _) => true,
                (_, Cell::Any) => false,
                _ => members(other).iter().all(|value| members(one).contains(value)),
            },
        })
    }

    /// Keys that the row matches, one for each column that is no value; `None` where it says `any`.
    fn point(&self, row: u32) -> Witness {
        let cells = self.columns.iter().zip(self.cells(row)).filter(|(c, _)| c.role != Role::Value);
        cells
            .map(|(column, cell)| match cell {
                Cell::Any => None,
                Cell::Range(_) | Cell::Period(_) => {
                    bounds(cell, &column.ty).and_then(|(low, high)| example(&low, &high))
                }
                Cell::Exactly(text) => Some(Value::Text(text.clone())),
                cell => members(cell).first().cloned(),
            })
            .collect()
    }

    /// All rows whose cells accept the keys, one for each column that is no value, in order.
    pub(super) fn candidates_at(&self, at: &Witness) -> Vec<u32> {
        let key = |of: Option<u16>| {
            let found = places(self).zip(at).find(|((_, _, place), _)| *place == of);
            found.and_then(|(_, key)| key.as_ref())
        };
        let day = key(None).and_then(Value::as_date);
        let keys: Vec<Key<'_>> =
            (0..at.len()).map(|place| key(u16::try_from(place).ok()).map_or(Key::Open, Key::of)).collect();
        let key = |place: usize| keys.get(place).copied().unwrap_or(Key::Open);
        self.candidates(key, day, Choose::Nothing).rows().to_vec()
    }
}

/// The search for rows that meet.
struct Search<'a> {
    table: &'a Table,
    choose: Choose,
    budget: usize,
    most: usize,
    seen: HashSet<(u32, u32)>,
    found: Vec<Meeting>,
}

impl Search<'_> {
    /// Looks for meetings among the rows: group by group in the `grouped` columns, then by a sweep along one of the `spread`.
    fn within(&mut self, rows: Vec<u32>, grouped: &[u16], spread: &[u16]) {
        self.budget = self.budget.saturating_sub(rows.len());
        if rows.len() < 2 || self.budget == 0 || self.found.len() >= self.most {
            return;
        }
        let Some((column, grouped)) = grouped.split_first() else { return self.sweep(&rows, spread) };
        let mut groups: HashMap<&Value, Vec<u32>> = HashMap::new();
        let mut whole: HashMap<&str, Vec<u32>> = HashMap::new();
        let mut any = Vec::new();
        for row in rows {
            match self.table.cell(row, *column) {
                Some(Cell::Exactly(text)) => whole.entry(text).or_default().push(row),
                Some(cell @ (Cell::Value(_) | Cell::OneOf(_))) => {
                    for value in members(cell) {
                        groups.entry(value).or_default().push(row);
                    }
                }
                _ => any.push(row),
            }
        }
        // Where the column chooses, a value and `any` never stand against each other.
        let role = self.table.columns.get(*column as usize).map_or(Role::Exact, |c| c.role);
        let apart = self.choose.at(role);
        for mut group in groups.into_values().chain(whole.into_values()) {
            if !apart {
                group.extend(&any);
            }
            self.within(group, grouped, spread);
        }
        self.within(any, grouped, spread);
    }

    fn sweep(&mut self, rows: &[u32], spread: &[u16]) {
        let table = self.table;
        let depth = |column: &u16| depth(rows.iter().filter_map(|row| table.cell(*row, *column)));
        let Some(column) = spread.iter().min_by_key(|column| depth(column)) else {
            for (at, row) in rows.iter().enumerate() {
                for other in rows.iter().skip(at.saturating_add(1)) {
                    self.compare(*row, *other);
                }
            }
            return;
        };
        let bounds_of = |row: u32, column: u16| {
            let ty = &table.columns.get(column as usize)?.ty;
            bounds(table.cell(row, column)?, ty)
        };
        // The bounds in the column of the sweep, the row, and the bounds in the other columns.
        let others = spread.iter().copied().filter(|other| other != column);
        let band = |row: &u32| {
            let rest: Option<Vec<Bounds>> = others.clone().map(|other| bounds_of(*row, other)).collect();
            Some((bounds_of(*row, *column)?, *row, rest?))
        };
        let mut bands: Vec<_> = rows.iter().filter_map(band).collect();
        bands.sort();
        let mut open: Vec<(&Cut, u32, &[Bounds])> = Vec::new();
        for ((low, high), row, rest) in &bands {
            open.retain(|(end, ..)| *end > low);
            for (_, other, other_rest) in &open {
                if self.budget == 0 || self.found.len() >= self.most {
                    return;
                }
                self.budget = self.budget.saturating_sub(1);
                let mut pairs = rest.iter().zip(*other_rest);
                if pairs.all(|((low, high), (other_low, other_high))| low < other_high && other_low < high) {
                    self.compare(*other, *row);
                }
            }
            open.push((high, *row, rest));
        }
    }

    fn compare(&mut self, one: u32, other: u32) {
        self.budget = self.budget.saturating_sub(1);
        let (first, second) = (one.min(other), one.max(other));
        if let Some(at) = self.meet(first, second)
            && (self.table.policy != HitPolicy::Any || !self.table.agree(first, second))
            && self.seen.insert((first, second))
        {
            self.found.push(Meeting { first, second, at });
        }
    }

    /// Keys at which neither row is preferred.
    fn meet(&self, first: u32, second: u32) -> Option<Witness> {
        let mut at = Vec::new();
        for (column, (a, b)) in self.table.columns.iter().zip(self.table.cells(first).zip(self.table.cells(second))) {
            if column.role == Role::Value {
                continue;
            }
            if self.choose.at(column.role) && a.closeness(b, column.role) != Ordering::Equal {
                return None;
            }
            at.push(shared(a, b, column.role, &column.ty)?);
        }
        Some(at)
    }
}

/// A key that both cells accept: `Some(None)` for any key, `None` where there is none.
fn shared(a: &Cell, b: &Cell, role: Role, ty: &Type) -> Option<Option<Value>> {
    match role {
        Role::Range | Role::Valid => {
            let ((a_low, a_high), (b_low, b_high)) = (bounds(a, ty)?, bounds(b, ty)?);
            let (low, high) = (a_low.max(b_low), a_high.min(b_high));
            (low < high).then(|| example(&low, &high))
        }
        _ => match (a, b) {
            (Cell::Any, Cell::Any) => Some(None),
            (Cell::Any, cell) | (cell, Cell::Any) => Some(members(cell).first().cloned()),
            (Cell::Exactly(a), Cell::Exactly(b)) => (a == b).then(|| Some(Value::Text(a.clone()))),
            _ => members(a).iter().find(|value| members(b).contains(value)).map(|value| Some(value.clone())),
        },
    }
}

/// The values that a cell lists.
fn members(cell: &Cell) -> &[Value] {
    match cell {
        Cell::Value(value) => std::slice::from_ref(value),
        Cell::OneOf(values) => values,
        _ => &[],
    }
}

/// The cuts of a cell; where keys are whole (integers, days) every cut stands just before one. `None` where nothing lies between.
fn bounds(cell: &Cell, ty: &Type) -> Option<Bounds> {
    let (low, high) = stretch(cell)?;
    let (low, high) = (whole(low, ty), whole(high, ty));
    (low < high).then_some((low, high))
}
