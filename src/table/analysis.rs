//! What the rows of a table are to each other: gaps, overlaps, rows that never win, columns that never decide, rows that could be one.
//!
//! All of it is read off the diagram of the table. Everything found comes with the keys that show it, and is looked for only where
//! keys can lie, as the domains say. What takes more steps than allowed is said to be undecided, and nothing is then claimed.

use super::axis::{Axis, Domain};
use super::diagram::{Arena, Edge, Memo, Ref, spans};
use super::difference::Outcomes;
use super::hits::Secret;
use super::sweep::{Level, Sets, Space, Sweep};
use super::{Cell, HitPolicy, Role, Table};
use crate::table::interval::Cut;
use crate::value::Value;
use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::hash::BuildHasher;
use std::ops::Range;

/// Keys that show something, one for each column that holds no values; `None` is any key that is given.
pub type Witness = Vec<Option<Value>>;

/// A part of the keys of one column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stretch {
    /// The absent key.
    Absent,
    /// The keys between two cuts.
    Between(Cut, Cut),
}

/// A part of all keys: for each column that holds no values the stretches of it; `None` is every key.
pub type Region = Vec<Option<Vec<Stretch>>>;

/// How far a table is looked at.
#[derive(Debug, Clone, Copy)]
pub struct Effort {
    /// How many steps may be taken; a step looks at one row in one column.
    pub steps: usize,
    /// How many findings of each kind are told.
    pub findings: usize,
    /// Whether columns that never decide and rows that could be one are looked for as well, which takes as long as all the rest.
    pub hints: bool,
}

impl Default for Effort {
    fn default() -> Self {
        Effort { steps: 16_000_000, findings: 20, hints: true }
    }
}

/// What was found out about a table.
#[derive(Debug, Clone, Default)]
pub struct Analysis {
    /// Whether everything was looked at; where not, there are no findings.
    pub decided: bool,
    /// Rows between which the hit policy has to decide, and may not be able to, by the later row and then the earlier one.
    pub overlaps: Vec<Overlap>,
    /// Keys that no row matches.
    pub gaps: Vec<Gap>,
    /// Whether there are more gaps than are told.
    pub more_gaps: bool,
    /// Rows that no key finds.
    pub never: Vec<Never>,
    /// Columns that change nothing: their keys never decide what is found.
    pub idle: Vec<usize>,
    /// Pairs of rows that could be one, in the order of the first.
    pub joinable: Vec<Joinable>,
}

/// Two rows that match the same keys, and neither is closer to them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overlap {
    /// The one that comes first.
    pub first: u32,
    /// The one that comes later.
    pub second: u32,
    /// Whether their values are the same.
    pub agree: bool,
    /// Keys that both match.
    pub at: Witness,
}

/// Keys that no row matches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// All of them: for each column one stretch, or every key.
    pub region: Region,
    /// One of them.
    pub at: Witness,
    /// The column, by its place in the table, in which rows end and begin around the gap.
    pub column: usize,
    /// A row that ends where the gap begins, and otherwise matches the same keys.
    pub below: Option<u32>,
    /// A row that begins where it ends.
    pub above: Option<u32>,
}

/// A row that no key finds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Never {
    /// The row.
    pub row: u32,
    /// Rows that are found instead of it, a few of them; none where no key can match it at all.
    pub by: Vec<u32>,
}

/// Two rows with the same values whose keys differ in one column only, where one begins as the other ends, or both list keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Joinable {
    /// The one that comes first.
    pub first: u32,
    /// The one that comes later.
    pub second: u32,
    /// The column in which they differ.
    pub column: usize,
}

/// The slabs taken at each level on a way through a diagram.
type Path = Vec<(u16, Range<u32>)>;

/// How each place of a diagram was come to first: each node by its place, and each outcome of several rows.
struct Ways {
    nodes: Vec<Option<Step>>,
    outcomes: Memo<Ref, Step>,
}

/// A step from a place by the slabs of its level.
type Step = (Ref, u16, Range<u32>);

impl Ways {
    /// The step by which a place was come to.
    fn to(&self, place: Ref) -> Option<&Step> {
        match place.as_node() {
            Some(node) => self.nodes.get(node)?.as_ref(),
            None => self.outcomes.get(&place),
        }
    }

    /// Keeps how a place was come to; whether it was come to first.
    fn keep(&mut self, place: Ref, step: Step) -> bool {
        let kept = match place.as_node() {
            Some(node) => self.nodes.get_mut(node).filter(|kept| kept.is_none()).map(|kept| *kept = Some(step)),
            None => match self.outcomes.entry(place) {
                Entry::Vacant(kept) => Some(_ = kept.insert(step)),
                Entry::Occupied(_) => None,
            },
        };
        kept.is_some()
    }
}

/// How many rows are named that take the keys of a row that is never found.
const MOST_NAMED: usize = 4;

impl Table {
    /// Looks for all that [`Analysis`] tells. `domains` has one for each column that holds no values, in order; see [`Domain::of`].
    pub fn analyse(&self, domains: &[Domain], effort: Effort) -> Analysis {
        let Some(space) = Space::new(&[self], domains) else { return Analysis::default() };
        let mut arena = Arena::default();
        let Some((root, sets)) = Sweep::diagram(self, 0, &space, &mut arena, effort.steps) else {
            return Analysis::default();
        };
        let missing = if space.has_open_behind() {
            match Sweep::open(self, &space, &mut arena, effort.steps) {
                Some(open) => Some(missing(&mut arena, root, open)),
                None => return Analysis::default(),
            }
        } else {
            None
        };
        let reader =
            Reader { table: self, space: &space, arena: &arena, sets: &sets, effort, told_apart: missing.is_some() };
        let (overlaps, found) = reader.overlaps(root);
        let (gaps, more_gaps) = reader.gaps(missing.unwrap_or(root));
        let never = reader.never(root, &found);
        let mut analysis = Analysis { decided: true, overlaps, gaps, more_gaps, never, ..Analysis::default() };
        if effort.hints {
            analysis.idle = idle(self, &space, &mut arena, root, &sets);
            analysis.joinable = self.joinable(&space, effort);
        }
        analysis
    }

    /// Pairs of neighbouring rows that could be one: each row with the nearest after it.
    fn joinable(&self, space: &Space<'_>, effort: Effort) -> Vec<Joinable> {
        let mut found = BTreeMap::new();
        // Rows whose cells are equal but for one column have the same mark without that column's part.
        let columns = 0..self.columns.len() as u16;
        let secret = Secret::default();
        let mark = |row: u32| columns.clone().map(|column| self.mark(secret, row, column)).fold(0, u64::wrapping_add);
        let marks: Vec<u64> = (0..self.matchable() as u32).map(mark).collect();
        for level in &space.levels {
            if !matches!(
                self.columns.get(level.column as usize).map(|c| c.role),
                Some(Role::Exact | Role::Range | Role::Valid)
            ) {
                continue;
            }
            let mut groups: Memo<u64, Vec<u32>> = Memo::default();
            for (row, whole) in (0..).zip(&marks) {
                let others = whole.wrapping_sub(self.mark(secret, row, level.column));
                groups.entry(others).or_default().push(row);
            }
            for rows in groups.into_values().filter(|rows| rows.len() > 1) {
                let mut spans: Vec<(&Range<u32>, u32)> = Vec::new();
                for row in rows {
                    spans.extend(level.accepted(self, 0, row).into_iter().flatten().map(|span| (span, row)));
                }
                spans.sort_unstable_by_key(|(span, row)| (span.start, *row));
                for pair in spans.windows(2) {
                    let &[(one, a), (other, b)] = pair else { continue };
                    let (first, second) = (a.min(b), a.max(b));
                    let beside = one.end == other.start && first != second;
                    let same =
                        || columns.clone().all(|c| c == level.column || self.cell_id(a, c) == self.cell_id(b, c));
                    if beside && same() && (self.policy != HitPolicy::First || first.saturating_add(1) == second) {
                        found.entry((first, second)).or_insert(level.column as usize);
                    }
                }
            }
        }
        let joinable = |((first, second), column)| Joinable { first, second, column };
        found.into_iter().take(effort.findings).map(joinable).collect()
    }
}

impl Table {
    /// A number that stands for a row's cell in a column; the sum over columns stands for its cells.
    fn mark(&self, secret: Secret, row: u32, column: u16) -> u64 {
        secret.hash_one((column, self.cell_id(row, column).unwrap_or(u32::MAX)))
    }
}

/// The diagram with another outcome than nothing where no row has the keys of the open columns.
fn missing(arena: &mut Arena, root: Ref, open: Ref) -> Ref {
    arena.combine(root, open, &mut Memo::default(), &mut |found, open| {
        if open == Ref::NOTHING {
            Some(Ref::NOWHERE)
        } else if found != Ref::NOTHING && (found.as_outcome().is_some() || open.as_outcome().is_some()) {
            Some(found)
        } else {
            open.as_outcome().map(|_| Ref::NOTHING).filter(|_| found == Ref::NOTHING)
        }
    })
}

/// A diagram that is read, with the table it is of.
struct Reader<'a> {
    table: &'a Table,
    space: &'a Space<'a>,
    arena: &'a Arena,
    sets: &'a Sets,
    effort: Effort,
    /// Whether the diagram of the gaps itself tells which keys of open columns are looked at.
    told_apart: bool,
}

impl<'a> Reader<'a> {
    fn level(&self, level: u16) -> Option<&'a Level<'a>> {
        self.space.levels.get(level as usize)
    }

    /// The ways on from a node where gaps are looked for, each with its level and slabs.
    fn inside(&self, place: Ref) -> impl Iterator<Item = (u16, Range<u32>, Ref)> {
        self.ways(place, |axis, span, to| axis.inside(span, self.told_apart || to != Ref::NOTHING))
    }

    /// The ways on from a node where keys can lie.
    fn possible(&self, place: Ref) -> impl Iterator<Item = (u16, Range<u32>, Ref)> {
        self.ways(place, |axis, span, _| axis.possible(span))
    }

    fn ways<I: Iterator<Item = Range<u32>>>(
        &self,
        place: Ref,
        parts: impl Fn(&Axis<'_>, Range<u32>, Ref) -> I,
    ) -> impl Iterator<Item = (u16, Range<u32>, Ref)> {
        let node = self.arena.get(place).and_then(|(number, edges)| Some((number, edges, self.level(number)?)));
        let ways = node.map(|(number, edges, level)| {
            spans(edges).flat_map(move |(span, to)| parts(&level.axis, span, to).map(move |part| (number, part, to)))
        });
        ways.into_iter().flatten()
    }

    /// Rows of one outcome, pair by pair, and for each row whether it is found at all.
    fn overlaps(&self, root: Ref) -> (Vec<Overlap>, Vec<bool>) {
        let mut found = vec![false; self.table.len()];
        let mut pairs: BTreeMap<(u32, u32), Overlap> = BTreeMap::new();
        let mut from = Ways { nodes: vec![None; self.arena.len()], outcomes: Memo::default() };
        let mut open = vec![root];
        // Of rows that all match one key there are as many pairs as rows times rows.
        let most = self.effort.findings.saturating_mul(8);
        let counts = matches!(self.table.policy, HitPolicy::Unique | HitPolicy::Any | HitPolicy::MostSpecific);
        while let Some(place) = open.pop() {
            for (level, part, to) in self.possible(place) {
                match to.as_outcome().map(|outcome| self.sets.rows(outcome)) {
                    // Nearly all that is found is one row.
                    Some([row]) => found.get_mut(*row as usize).into_iter().for_each(|found| *found = true),
                    _ if from.keep(to, (place, level, part)) => open.push(to),
                    _ => {}
                }
            }
            let rows = place.as_outcome().map_or(&[][..], |outcome| self.sets.rows(outcome));
            for row in rows {
                found.get_mut(*row as usize).into_iter().for_each(|found| *found = true);
            }
            if !counts || rows.len() < 2 || pairs.len() >= most {
                continue;
            }
            let at = self.witness(&way(place, &from));
            let room = most.saturating_sub(pairs.len());
            let both = rows
                .iter()
                .enumerate()
                .flat_map(|(before, second)| rows.iter().take(before).map(move |first| (first, second)));
            for (first, second) in both.take(room) {
                let agree = || self.table.agree(*first, *second);
                let overlap = || Overlap { first: *first, second: *second, agree: agree(), at: at.clone() };
                pairs.entry((*second, *first)).or_insert_with(overlap);
            }
        }
        (pairs.into_values().collect(), found)
    }

    /// Keys on a way.
    fn witness(&self, path: &[(u16, Range<u32>)]) -> Witness {
        let mut keys = vec![None; self.space.levels.len()];
        for (level, span) in path {
            if let Some(level) = self.level(*level)
                && let Some(key) = keys.get_mut(level.key)
            {
                *key = level.axis.example(span);
            }
        }
        keys
    }

    fn gaps(&self, root: Ref) -> (Vec<Gap>, bool) {
        let known = vec![None; self.arena.len()];
        let mut search = Gaps { known, path: Vec::new(), found: Vec::new(), more: false };
        self.gaps_from(root, None, &mut search);
        (search.found, search.more)
    }

    /// Whether a gap can be reached from here.
    fn has_gap(&self, place: Ref, known: &mut [Option<bool>]) -> bool {
        let Some(node) = place.as_node() else { return place == Ref::NOTHING };
        if let Some(Some(known)) = known.get(node) {
            return *known;
        }
        let has = self.inside(place).any(|(_, _, to)| self.has_gap(to, known));
        known.get_mut(node).into_iter().for_each(|known| *known = Some(has));
        has
    }

    fn gaps_from(&self, place: Ref, around: Option<(Option<u32>, Option<u32>)>, search: &mut Gaps) {
        if search.more || !self.has_gap(place, &mut search.known) {
            return;
        }
        if place == Ref::NOTHING {
            let Some((last, _)) = search.path.last() else { return };
            if search.found.len() >= self.effort.findings {
                search.more = true;
                return;
            }
            let column = self.level(*last).map_or(0, |level| level.column as usize);
            let (below, above) = around.unwrap_or_default();
            let (region, at) = (self.region(&search.path), self.witness(&search.path));
            search.found.push(Gap { region, at, column, below, above });
            return;
        }
        let parts: Vec<_> = self.inside(place).collect();
        for (at, (level, part, to)) in parts.iter().enumerate() {
            let row = |place: Option<usize>| self.some_row(parts.get(place?)?.2);
            let around = (*to == Ref::NOTHING).then(|| (row(at.checked_sub(1)), row(at.checked_add(1))));
            search.path.push((*level, part.clone()));
            self.gaps_from(*to, around, search);
            search.path.pop();
        }
    }

    /// A row that is found from here.
    fn some_row(&self, mut place: Ref) -> Option<u32> {
        loop {
            if let Some(outcome) = place.as_outcome() {
                return self.sets.rows(outcome).first().copied();
            }
            let (_, edges) = self.arena.get(place)?;
            place = edges.iter().find(|edge| edge.to != Ref::NOTHING)?.to;
        }
    }

    fn region(&self, path: &[(u16, Range<u32>)]) -> Region {
        let mut region = vec![None; self.space.levels.len()];
        for (level, span) in path {
            if let Some(level) = self.level(*level)
                && let Some(keys) = region.get_mut(level.key)
            {
                *keys = Some(stretches(&level.axis, span).collect());
            }
        }
        region
    }

    /// The rows that are never found, each with what is found at its keys instead.
    fn never(&self, root: Ref, found: &[bool]) -> Vec<Never> {
        if matches!(self.table.policy, HitPolicy::Collect(_)) {
            return Vec::new();
        }
        let never = (0..self.table.matchable() as u32).filter(|row| found.get(*row as usize) == Some(&false));
        never.map(|row| Never { row, by: self.instead_of(row, root) }).take(self.effort.findings).collect()
    }

    fn instead_of(&self, row: u32, root: Ref) -> Vec<u32> {
        let can_match = |level: &Level<'_>| match level.accepted(self.table, 0, row) {
            Some(spans) => spans.iter().any(|span| level.axis.possible(span.clone()).next().is_some()),
            None => level.axis.possible(0..level.axis.slabs()).next().is_some(),
        };
        if !self.space.levels.iter().all(can_match) {
            return Vec::new();
        }
        let mut rows = BTreeSet::new();
        let mut seen = HashSet::new();
        let mut open = vec![root];
        while let Some(place) = open.pop() {
            if !seen.insert(place) || rows.len() >= MOST_NAMED {
                continue;
            }
            if let Some(outcome) = place.as_outcome() {
                rows.extend(self.sets.rows(outcome).iter().copied().take(MOST_NAMED));
            }
            let meets = |(level, part, _): &(u16, Range<u32>, Ref)| {
                let accepted = self.level(*level).and_then(|level| level.accepted(self.table, 0, row));
                accepted.is_none_or(|spans| spans.iter().any(|span| span.start < part.end && part.start < span.end))
            };
            open.extend(self.possible(place).filter(meets).map(|(.., to)| to));
        }
        rows.into_iter().take(MOST_NAMED).collect()
    }
}

/// The slabs taken on the way to a place.
fn way(mut place: Ref, from: &Ways) -> Path {
    let mut path = Vec::new();
    while let Some((before, level, part)) = from.to(place) {
        path.push((*level, part.clone()));
        place = *before;
    }
    path
}

/// A search for gaps.
struct Gaps {
    /// For each node whether a gap can be reached from it, where that was found out.
    known: Vec<Option<bool>>,
    path: Path,
    found: Vec<Gap>,
    more: bool,
}

/// A stretch of slabs as people name it.
pub(super) fn stretches(axis: &Axis, span: &Range<u32>) -> impl Iterator<Item = Stretch> {
    let absent = axis.has_absent(span).then_some(Stretch::Absent);
    let rest = axis.between(span).map(|(low, high)| Stretch::Between(low, high));
    absent.into_iter().chain(rest)
}

/// The columns, by their places in the table, whose keys never change what is found, where the rows do say something in them.
fn idle(table: &Table, space: &Space<'_>, arena: &mut Arena, root: Ref, sets: &Sets) -> Vec<usize> {
    if table.matchable() < 2 {
        return Vec::new();
    }
    let mut outcomes = Outcomes::default();
    let root = arena.map(root, &mut Memo::default(), &mut |set| outcomes.number(0, table, sets.rows(set)));
    let root = restricted(space, arena, root, &mut Memo::default());
    let mut deciding = HashSet::new();
    let mut seen: Memo<Ref, ()> = Memo::default();
    let mut open = vec![root];
    while let Some(place) = open.pop() {
        if let Some((level, edges)) = arena.get(place)
            && seen.insert(place, ()).is_none()
        {
            deciding.insert(level);
            open.extend(edges.iter().map(|edge| edge.to));
        }
    }
    let levels = (0_u16..).zip(&space.levels).filter(|(level, _)| !deciding.contains(level));
    let says = |column: u16| table.distinct(column).iter().any(|cell| *cell != Cell::Any);
    let mut idle: Vec<usize> =
        levels.filter(|(_, level)| says(level.column)).map(|(_, level)| level.column as usize).collect();
    idle.sort_unstable();
    idle
}

/// The diagram with what lies where no key can lie made equal to what lies beside it.
pub(super) fn restricted(space: &Space<'_>, arena: &mut Arena, place: Ref, known: &mut Memo<Ref, Ref>) -> Ref {
    if let Some(known) = known.get(&place) {
        return *known;
    }
    let Some((number, edges)) = arena.get(place) else { return place };
    let edges = edges.to_vec();
    let axis = space.levels.get(number as usize).map(|level| &level.axis);
    let mut made = Vec::new();
    for (span, to) in spans(&edges) {
        let Some(axis) = axis else { continue };
        // What lies before a part where keys can lie becomes one with it.
        for part in axis.possible(span) {
            let to = restricted(space, arena, to, known);
            made.push(Edge { until: part.end, to });
        }
    }
    if let (Some(last), Some(end)) = (made.last_mut(), edges.last()) {
        last.until = end.until;
    }
    let made = arena.node(number, &mut made);
    known.insert(place, made);
    made
}
