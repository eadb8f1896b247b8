//! From the rows of a table to the diagram of what it answers.
//!
//! Column by column: a sweep along the axis of one column finds the rows that each slab keeps, and goes on with those in the next.
//! Columns that only filter come first. A column that chooses (a break, a next row, a prefix; under `most specific` every one)
//! lays what its closest rows say over what the others say. Equal sets of rows at one level are looked at once.
//!
//! An outcome is a set of rows: those between which the hit policy has to decide, and only the winner where it always can.

use super::axis::{Axis, Domain};
use super::diagram::{Arena, Edge, Memo, Ref};
use super::index::Choose;
use super::{Cell, HitPolicy, Role, Table};
use std::cmp::Reverse;
use std::ops::Range;

/// How many key columns a table may have to be looked at.
const MOST_COLUMNS: usize = 64;

/// The columns of one table, or of two that are compared, in the order in which diagrams look at them.
#[derive(Debug)]
pub(super) struct Space<'t> {
    pub(super) levels: Vec<Level<'t>>,
}

/// A column as a level of diagrams.
#[derive(Debug)]
pub(super) struct Level<'t> {
    /// Its place among the table's columns.
    pub(super) column: u16,
    /// Its place among those that hold no values.
    pub(super) key: usize,
    pub(super) axis: Axis<'t>,
    /// For each table, how it uses the column: its hit policy says so.
    ways: Vec<Way>,
    /// For each table the place of its first distinct cell among those of the axis.
    offsets: Vec<u32>,
}

/// How a level uses its cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// Rows are kept or not.
    Filter,
    /// The innermost of stretches that lie within each other wins.
    Innermost,
    /// A single value beats a range, and a range `any`.
    Specific,
}

impl<'t> Space<'t> {
    /// The axes of the key columns, which are the same in all tables. `domains` has one for each column that holds no values.
    /// `None` where there are too many columns.
    pub(super) fn new(tables: &[&'t Table], domains: &[Domain]) -> Option<Space<'t>> {
        let first = tables.first()?;
        let keys = first.columns.iter().enumerate().filter(|(_, column)| column.role != Role::Value);
        let mut levels = Vec::new();
        for (key, (at, column)) in keys.enumerate() {
            let at = u16::try_from(at).ok()?;
            let mut offsets = Vec::new();
            let mut cells: Vec<&'t Cell> = Vec::new();
            for table in tables {
                offsets.push(cells.len() as u32);
                cells.extend(table.distinct(at));
            }
            let domain = domains.get(key).unwrap_or(&Domain::Reach);
            let axis = Axis::new(&cells, column.role, &column.ty, domain);
            let way = |table: &&Table| match (Choose::of(&table.policy).at(column.role), column.role) {
                (false, _) => Way::Filter,
                (true, Role::Break | Role::NextRow | Role::LongestPrefix) => Way::Innermost,
                (true, Role::Exact | Role::Range | Role::Valid | Role::Value) => Way::Specific,
            };
            let ways = tables.iter().map(way).collect();
            levels.push((Level { column: at, key, axis, ways, offsets }, 0_u64));
        }
        if levels.len() > MOST_COLUMNS {
            return None;
        }
        // What only filters comes first: of that the open columns, so that a gap in another is missed for the keys that they have,
        // then where rows are least often split.
        for (level, split) in &mut levels {
            if level.only_filters() {
                let width = |(table, row)| level.width(table, level.cell(tables, table, row));
                let rows = tables
                    .iter()
                    .enumerate()
                    .flat_map(|(at, table)| (0..table.matchable() as u32).map(move |row| (at, row)));
                *split = rows.map(width).fold(1, u64::saturating_add);
            }
        }
        levels.sort_by_key(|(level, split)| match level.only_filters() {
            true => (false, !level.axis.is_open(), *split),
            // Columns that choose stay in their order.
            false => (true, false, 0),
        });
        Some(Space { levels: levels.into_iter().map(|(level, _)| level).collect() })
    }
}

impl Space<'_> {
    /// Whether the order of the columns alone does not bring out the gaps for keys that the open columns have: where one of them
    /// stands behind a column that is not open, or its key may be absent beside another.
    pub(super) fn has_open_behind(&self) -> bool {
        let open = |level: &&Level| level.axis.is_open();
        let optional = |level: &Level| level.axis.is_open() && level.axis.has_absent(&(0..1));
        self.levels.iter().skip_while(open).any(|level| open(&level))
            || (self.levels.iter().any(optional) && self.levels.iter().filter(open).count() > 1)
    }
}

impl Level<'_> {
    /// The distinct cell of a row of one of the tables, by its place on the axis.
    fn cell(&self, tables: &[&Table], table: usize, row: u32) -> Option<u32> {
        tables.get(table)?.cell_id(row, self.column)
    }

    fn way(&self, table: usize) -> Way {
        self.ways.get(table).copied().unwrap_or(Way::Filter)
    }

    /// Whether no table chooses by the column.
    fn only_filters(&self) -> bool {
        self.ways.iter().all(|way| *way == Way::Filter)
    }

    pub(super) fn spans(&self, table: usize, cell: Option<u32>) -> Option<&[Range<u32>]> {
        let offset = self.offsets.get(table).copied().unwrap_or(0);
        self.axis.spans(cell?.saturating_add(offset))
    }

    fn width(&self, table: usize, cell: Option<u32>) -> u64 {
        match self.spans(table, cell) {
            Some(spans) => spans.iter().map(|span| u64::from(span.end.saturating_sub(span.start))).sum(),
            None => u64::from(self.axis.slabs()),
        }
    }

    /// The stretches that a row accepts; `None` where it says `any`.
    pub(super) fn accepted<'a>(&'a self, table: &Table, at: usize, row: u32) -> Option<&'a [Range<u32>]> {
        self.spans(at, table.cell_id(row, self.column))
    }
}

/// The sets of rows that outcomes stand for: 0 is no row, then come the single rows, then sets of several.
#[derive(Debug)]
pub(super) struct Sets {
    rows: Box<[u32]>,
    several: Vec<Box<[u32]>>,
    known: Memo<Box<[u32]>, u32>,
}

impl Sets {
    fn new(rows: u32) -> Sets {
        Sets { rows: (0..rows).collect(), several: Vec::new(), known: Memo::default() }
    }

    fn number(&mut self, rows: &[u32]) -> u32 {
        match rows {
            [] => 0,
            [row] => row.saturating_add(1),
            _ => {
                if let Some(known) = self.known.get(rows) {
                    return *known;
                }
                let next = self.single().saturating_add(self.several.len() as u32).saturating_add(1);
                self.several.push(rows.into());
                self.known.insert(rows.into(), next);
                next
            }
        }
    }

    /// The rows of an outcome, in order.
    pub(super) fn rows(&self, outcome: u32) -> &[u32] {
        let Some(row) = outcome.checked_sub(1) else { return &[] };
        match row.checked_sub(self.single()) {
            Some(set) => self.several.get(set as usize).map_or(&[], |rows| rows),
            None => self.rows.get(row as usize..=row as usize).unwrap_or(&[]),
        }
    }

    /// How many outcomes are single rows.
    fn single(&self) -> u32 {
        self.rows.len() as u32
    }
}

/// The building of one table's diagram.
pub(super) struct Sweep<'a> {
    table: &'a Table,
    /// Its place among the tables of the space.
    at: usize,
    space: &'a Space<'a>,
    arena: &'a mut Arena,
    sets: Sets,
    known: Memo<(u16, Box<[u32]>), Ref>,
    laid: Memo<(Ref, Ref), Ref>,
    /// Where one row always wins: for each row its place in the order of winning; and the level from which on it says `any`.
    ranks: Option<Vec<(u32, u16)>>,
    /// Whether only the open columns count, and only that a row is there.
    open_only: bool,
    steps: usize,
}

impl<'a> Sweep<'a> {
    /// The diagram of a table, and what its outcomes stand for; `None` where it takes more than `steps` steps.
    pub(super) fn diagram(
        table: &'a Table,
        at: usize,
        space: &'a Space<'a>,
        arena: &'a mut Arena,
        steps: usize,
    ) -> Option<(Ref, Sets)> {
        Sweep::diagram_of(table, at, (0..table.matchable() as u32).collect(), space, arena, steps)
    }

    /// The same of some rows of the table, which are in order.
    pub(super) fn diagram_of(
        table: &'a Table,
        at: usize,
        rows: Vec<u32>,
        space: &'a Space<'a>,
        arena: &'a mut Arena,
        steps: usize,
    ) -> Option<(Ref, Sets)> {
        let (sets, known, laid) = (Sets::new(table.matchable() as u32), Memo::default(), Memo::default());
        let mut sweep = Sweep { table, at, space, arena, sets, known, laid, ranks: None, open_only: false, steps };
        sweep.ranks = sweep.ranks();
        let root = sweep.from(0, &rows, true)?;
        Some((root, sweep.sets))
    }

    /// The diagram of the keys that some row has in the open columns taken together, whatever it says in the others; an absent key is
    /// one of them. `None` where it takes more than `steps` steps.
    pub(super) fn open(table: &'a Table, space: &'a Space<'a>, arena: &'a mut Arena, steps: usize) -> Option<Ref> {
        let can_match = |row: &u32| {
            let mut spans = space.levels.iter().filter_map(|level| level.accepted(table, 0, *row));
            spans.all(|spans| !spans.is_empty())
        };
        let rows: Vec<u32> = (0..table.matchable() as u32).filter(can_match).collect();
        let (sets, known, laid) = (Sets::new(table.matchable() as u32), Memo::default(), Memo::default());
        Sweep { table, at: 0, space, arena, sets, known, laid, ranks: None, open_only: true, steps }
            .from(0, &rows, true)
    }

    fn ranks(&self) -> Option<Vec<(u32, u16)>> {
        let rows = 0..self.table.matchable() as u32;
        let mut order: Vec<u32> = rows.clone().collect();
        match self.table.policy {
            HitPolicy::First => {}
            HitPolicy::Priority(highest, column) => {
                // The sort is stable: of equals the first in the order written wins.
                let value = |row: &u32| self.table.value(*row, column);
                order.sort_by(|a, b| if highest { value(b).cmp(&value(a)) } else { value(a).cmp(&value(b)) });
            }
            _ => return None,
        }
        let mut ranks = vec![(0, 0); order.len()];
        for (rank, row) in (0..).zip(order) {
            ranks.get_mut(row as usize).into_iter().for_each(|place| place.0 = rank);
        }
        for row in rows {
            let says = |level: &Level<'_>| {
                level.way(self.at) != Way::Filter || level.accepted(self.table, self.at, row).is_some()
            };
            let last = self.space.levels.iter().rposition(says).map_or(0, |last| last.saturating_add(1));
            ranks.get_mut(row as usize).into_iter().for_each(|place| place.1 = last as u16);
        }
        Some(ranks)
    }

    fn rank(&self, row: u32) -> (u32, u16) {
        self.ranks.as_ref().and_then(|ranks| ranks.get(row as usize)).copied().unwrap_or((row, u16::MAX))
    }

    /// What the rows say from a level on. They come `once` where no other way from the first level leads to any of them.
    fn from(&mut self, mut level: usize, rows: &[u32], once: bool) -> Option<Ref> {
        self.steps = self.steps.checked_sub(rows.len().saturating_add(1))?;
        if rows.is_empty() {
            return Some(Ref::NOTHING);
        }
        let (mut rows, mut kept) = (rows, Vec::new());
        if rows.len() > 1 && self.ranks.is_some() {
            // A row that says `any` from here on leaves nothing to those that it beats.
            let settled = rows.iter().map(|row| self.rank(*row)).filter(|(_, from)| usize::from(*from) <= level);
            if let Some(best) = settled.map(|(rank, _)| rank).min() {
                kept.extend(rows.iter().filter(|row| self.rank(**row).0 <= best));
                rows = &kept;
            }
        }
        let space = self.space;
        let open_only = self.open_only;
        let all_any = |level: &Level<'_>| {
            let filters = level.way(self.at) == Way::Filter || open_only;
            (open_only && !level.axis.is_open())
                || filters && rows.iter().all(|row| level.accepted(self.table, self.at, *row).is_none())
        };
        while space.levels.get(level).is_some_and(all_any) {
            level = level.saturating_add(1);
        }
        let Some(at) = space.levels.get(level) else { return Some(self.outcome(rows)) };
        // Of what comes once nothing need be known. A single row comes once for each slab that it was found in; its nodes are soon made.
        let key = (!once && rows.len() > 1).then(|| (level as u16, Box::from(rows)));
        if let Some(known) = key.as_ref().and_then(|key| self.known.get(key)) {
            return Some(*known);
        }
        let made = match at.way(self.at) {
            _ if self.open_only => self.filter(level, rows, once)?,
            Way::Filter => self.filter(level, rows, once)?,
            Way::Innermost => self.innermost(level, rows, once)?,
            Way::Specific => self.specific(level, rows, once)?,
        };
        if let Some(key) = key {
            self.known.insert(key, made);
        }
        Some(made)
    }

    fn outcome(&mut self, rows: &[u32]) -> Ref {
        let number = if self.open_only {
            self.sets.number(&[0])
        } else if self.ranks.is_some() {
            let best = rows.iter().copied().min_by_key(|row| self.rank(*row));
            self.sets.number(best.as_slice())
        } else {
            self.sets.number(rows)
        };
        Ref::outcome(number)
    }

    /// A sweep along a column that keeps rows or not.
    fn filter(&mut self, level: usize, rows: &[u32], once: bool) -> Option<Ref> {
        let at = self.space.levels.get(level)?;
        let mut any = Vec::new();
        let mut starts: Vec<(u32, u32, u32)> = Vec::with_capacity(rows.len());
        let absent = self.open_only && at.axis.has_absent(&(0..1));
        // Whether each row accepts one stretch.
        let mut single = !absent;
        for row in rows {
            match at.accepted(self.table, self.at, *row) {
                None => any.push(*row),
                Some(spans) => {
                    single = single && spans.len() == 1;
                    starts.extend(spans.iter().map(|span| (span.start, *row, span.end)));
                    starts.extend(absent.then_some((0, *row, 1)));
                }
            }
        }
        starts.sort_unstable();
        let cuts = cuts(&starts, at.axis.slabs());
        let mut starts = starts.into_iter().peekable();
        // The rows that hold here, in order, with where each ends.
        let mut held: Vec<(u32, u32)> = Vec::new();
        let mut group = Vec::new();
        let mut edges = Vec::with_capacity(cuts.len());
        for cut in cuts.windows(2) {
            let &[from, until] = cut else { continue };
            held.retain(|(_, end)| *end > from);
            let new = held.is_empty();
            while let Some((_, row, end)) = starts.next_if(|(start, ..)| *start == from) {
                let place = held.partition_point(|(other, _)| *other < row);
                held.insert(place, (row, end));
            }
            self.steps = self.steps.checked_sub(held.len())?;
            let once = once && single && any.is_empty() && new && held.iter().all(|(_, end)| *end == until);
            merge(&any, &held, &mut group);
            let to = self.from(level.saturating_add(1), &group, once)?;
            edges.push(Edge { until, to });
        }
        Some(self.arena.node(level as u16, &mut edges))
    }

    /// A column of breaks, next rows or prefixes: stretches that lie within each other, of which the innermost that has rows wins.
    fn innermost(&mut self, level: usize, rows: &[u32], once: bool) -> Option<Ref> {
        let at = self.space.levels.get(level)?;
        let mut any = Vec::new();
        let mut stretches: Vec<(u32, Reverse<u32>, u32)> = Vec::with_capacity(rows.len());
        let mut single = true;
        for row in rows {
            match at.accepted(self.table, self.at, *row) {
                None => any.push(*row),
                Some(spans) => {
                    single = single && spans.len() == 1;
                    stretches.extend(spans.iter().map(|span| (span.start, Reverse(span.end), *row)));
                }
            }
        }
        stretches.sort_unstable();
        let once = once && single;
        let base = self.from(level.saturating_add(1), &any, once)?;
        let mut open: Vec<(u32, Ref)> = Vec::new();
        let mut edges: Vec<Edge> = Vec::new();
        // Up to `start` it is known which stretch is the innermost: those that end before it are closed.
        let close = |start: u32, open: &mut Vec<(u32, Ref)>, edges: &mut Vec<Edge>| {
            while let Some((until, to)) = open.pop_if(|(until, _)| *until <= start) {
                edges.push(Edge { until, to });
            }
            edges.push(Edge { until: start, to: open.last().map_or(base, |(_, to)| *to) });
        };
        let mut group = Vec::new();
        for same in stretches.chunk_by(|one, other| (one.0, one.1) == (other.0, other.1)) {
            let Some(&(start, Reverse(end), _)) = same.first() else { continue };
            close(start, &mut open, &mut edges);
            group.clear();
            group.extend(same.iter().map(|(_, _, row)| *row));
            let inner = self.from(level.saturating_add(1), &group, once)?;
            let outer = open.last().map_or(base, |(_, to)| *to);
            open.push((end, self.lay(inner, outer)?));
        }
        close(at.axis.slabs(), &mut open, &mut edges);
        // Edges that hold no slab were pushed where stretches share an end.
        let mut from = 0;
        edges.retain(|edge| {
            let holds = edge.until > from;
            from = from.max(edge.until);
            holds
        });
        Some(self.arena.node(level as u16, &mut edges))
    }

    /// A column under `most specific` that is no break, next row or prefix.
    fn specific(&mut self, level: usize, rows: &[u32], once: bool) -> Option<Ref> {
        let at = self.space.levels.get(level)?;
        let role = self.table.columns.get(at.column as usize)?.role;
        let cell = |row: &u32| self.table.cell(*row, at.column).unwrap_or(&Cell::Any);
        let (any, rest): (Vec<u32>, Vec<u32>) = rows.iter().partition(|row| *cell(row) == Cell::Any);
        let (points, ranges): (Vec<u32>, Vec<u32>) =
            rest.iter().partition(|row| role == Role::Exact || cell(row).is_point());
        let mut made = self.from(level.saturating_add(1), &any, once)?;
        for class in [ranges, points] {
            if !class.is_empty() {
                let closer = self.filter(level, &class, once)?;
                made = self.lay(closer, made)?;
            }
        }
        Some(made)
    }

    /// What `closer` says, and where it says nothing what `other` says.
    fn lay(&mut self, closer: Ref, other: Ref) -> Option<Ref> {
        let before = self.laid.len().saturating_add(self.arena.len());
        let made = self.arena.first_of(closer, other, &mut self.laid);
        let after = self.laid.len().saturating_add(self.arena.len());
        self.steps = self.steps.checked_sub(after.saturating_sub(before))?;
        Some(made)
    }
}

/// Where stretches begin and end, in order, and both ends of an axis of so many slabs.
fn cuts(starts: &[(u32, u32, u32)], slabs: u32) -> Vec<u32> {
    let mut cuts = Vec::with_capacity(starts.len().saturating_mul(2).saturating_add(2));
    cuts.push(0);
    let mut last = None;
    for (start, _, end) in starts {
        // Rows with the same stretch follow one another, so that stretches which do not overlap are in order already.
        if last.replace((*start, *end)) != Some((*start, *end)) {
            cuts.extend([*start, *end]);
        }
    }
    cuts.push(slabs);
    cuts.sort_unstable();
    cuts.dedup();
    cuts
}

/// Both lists of rows in order.
fn merge(any: &[u32], held: &[(u32, u32)], rows: &mut Vec<u32>) {
    rows.clear();
    let mut any = any.iter().copied().peekable();
    for (row, _) in held {
        while let Some(before) = any.next_if(|other| other < row) {
            rows.push(before);
        }
        rows.push(*row);
    }
    rows.extend(any);
}
