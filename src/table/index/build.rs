//! Building the index: the rows are grouped by the numbers that are joined, then the rows of a branch by their cells in one column,
//! group by group, until few are left.
//!
//! A column's cells fall into groups: an exact cell into that of each of its values, a range into that of its stretch, any other
//! cell into its own. The numbers of groups are what a key's code is compared with; stretches have their ends beside them.

use super::codes::{Codes, Level};
use super::join::Join;
use super::keys::{Choose, places};
use super::values::Values;
use super::{Branch, Ends, Form, Index, LIST, ONE, Shape, reach};
use crate::table::hits::Secret;
use crate::table::{Cell, Role, Table};
use std::collections::HashMap;
use std::hash::BuildHasher;

/// A branch with at most this many rows is a list, where more than one column is left.
const FEW: usize = 4;

/// The group of a cell that is in none or in several.
const NONE: u32 = u32::MAX;

/// The groups of one column's cells.
struct Groups {
    /// The group of each distinct cell.
    of_cell: Vec<u32>,
    /// The groups of cells that list several values.
    several: HashMap<u32, Vec<u32>>,
    /// The stretch of each group, where groups are stretches.
    stretches: Option<Vec<(u32, u32)>>,
}

struct Builder<'a> {
    table: &'a Table,
    groups: Vec<Groups>,
    index: Index,
    /// Where runs of numbers with a hash begin.
    known: HashMap<u64, u32>,
    secret: Secret,
    shapes: HashMap<Shape, u32>,
    /// A row with several values stands in several branches; past this many entries, branches stay lists.
    budget: usize,
    placed: usize,
}

impl Index {
    /// Builds the index of the first `count` rows of a table.
    pub(in crate::table) fn build(table: &Table, count: usize) -> Index {
        let levels: Vec<Level> = places(table)
            .map(|(column, role, place)| Level::new(table, u16::try_from(column).unwrap_or(u16::MAX), place, role))
            .collect();
        let groups = levels.iter().map(|level| groups(table, level)).collect();
        let index = Index { levels: levels.into(), values: Values::new(table), ..Index::default() };
        let budget = count.saturating_mul(16).saturating_add(1 << 16);
        let (known, shapes, secret) = (HashMap::new(), HashMap::new(), Secret::default());
        let mut builder = Builder { table, groups, index, known, secret, shapes, budget, placed: 0 };
        builder.join(count as u32);
        let mut index = builder.index;
        index.shapes.shrink_to_fit();
        index.numbers.shrink_to_fit();
        index.branches.shrink_to_fit();
        index.rows.shrink_to_fit();
        index
    }
}

/// The levels that are not joined, in the order of the tree: those that only filter, and those whose order matters.
fn order(table: &Table, levels: &[Level]) -> (Vec<u16>, Vec<u16>) {
    let choose = Choose::of(&table.policy);
    let numbered = || (0_u16..).zip(levels);
    let rest = || numbered().filter(|(_, level)| !level.joined);
    let mut filters: Vec<_> = rest().filter(|(_, level)| !choose.at(level.role)).collect();
    filters.sort_by_key(|(_, level)| level.role != Role::Exact);
    let choices = rest().filter(|(_, level)| choose.at(level.role));
    (filters.into_iter().map(|(at, _)| at).collect(), choices.map(|(at, _)| at).collect())
}

fn groups(table: &Table, level: &Level) -> Groups {
    let cells = table.distinct(level.column);
    let own = |at: u32| if Some(at) == level.any { NONE } else { at };
    let mut several = HashMap::new();
    match &level.codes {
        Codes::Stretches { cells: stretches, .. } => {
            // A stretch may hold nothing; its rows are found where the key is open.
            let mut distinct: Vec<(u32, u32)> = stretches.to_vec();
            distinct.sort_unstable();
            distinct.dedup();
            let group = |(at, stretch): (u32, &(u32, u32))| match own(at) {
                NONE => NONE,
                _ => distinct.binary_search(stretch).map_or(NONE, |group| group as u32),
            };
            let of_cell = (0..).zip(stretches).map(group).collect();
            Groups { of_cell, several, stretches: Some(distinct) }
        }
        Codes::Ordered { ranks, .. } => Groups { of_cell: ranks.to_vec(), several, stretches: None },
        Codes::Exact(_) | Codes::Prefixes { .. } => {
            let mut of_cell: Vec<u32> = (0..cells.len() as u32).map(own).collect();
            for ((at, cell), group) in (0_u32..).zip(cells).zip(&mut of_cell) {
                if let Cell::OneOf(values) = cell {
                    *group = NONE;
                    several.insert(at, level.codes_of(table, values).collect());
                }
            }
            Groups { of_cell, several, stretches: None }
        }
    }
}

impl Builder<'_> {
    /// Joins what can be joined, and builds the rest of the tree behind it.
    fn join(&mut self, count: u32) {
        let mut columns = self.plain_columns(count);
        let mut groups = self.joined(&columns, count);
        if groups.is_none() {
            columns.retain(|level| self.groups.get(*level as usize).is_some_and(|groups| groups.several.is_empty()));
            groups = self.joined(&columns, count);
        }
        let (mut join, numbered) = groups.unwrap_or_default();
        for level in join.levels() {
            self.index.levels.iter_mut().skip(level as usize).take(1).for_each(|level| level.joined = true);
        }
        let (filters, choices) = order(self.table, &self.index.levels);
        let rows: Vec<u32> = numbered.iter().map(|(_, row)| *row).collect();
        let (mut ways, mut start) = (Vec::new(), 0_usize);
        for group in numbered.chunk_by(|(one, _), (other, _)| one == other) {
            let end = start.saturating_add(group.len());
            let branch = self.branch(rows.get(start..end).unwrap_or(&[]), &filters, &choices);
            ways.extend(group.first().map(|(number, _)| (*number, branch)));
            start = end;
        }
        join.lead(ways);
        self.index.join = join;
    }

    /// The exact columns in which every row names its values.
    fn plain_columns(&self, count: u32) -> Vec<u16> {
        let plain = |level: &Level| {
            level.role == Role::Exact && {
                let ids = self.table.rows.cell_ids(level.column).iter().take(count as usize);
                !ids.into_iter().any(|id| Some(*id) == level.any)
            }
        };
        (0_u16..).zip(&self.index.levels).filter(|(_, level)| plain(level)).map(|(at, _)| at).collect()
    }

    /// The rows with their joined numbers, in the order of those and then of the table; `None` where they would be too many.
    fn joined(&self, columns: &[u16], count: u32) -> Option<(Join, Vec<(u64, u32)>)> {
        let codes = |level: &u16| {
            let level = self.index.levels.get(*level as usize);
            level.map_or(0, |level| level.codes_count(self.table.distinct(level.column).len()))
        };
        let (join, _) = Join::new(columns.iter().map(|level| (*level, codes(level))));
        let parts: Vec<(&Groups, &[u32])> = join
            .levels()
            .filter_map(|at| {
                let level = self.index.levels.get(at as usize)?;
                Some((self.groups.get(at as usize)?, self.table.rows.cell_ids(level.column)))
            })
            .collect();
        let mut numbered: Vec<(u64, u32)> = Vec::with_capacity(count as usize);
        let most = (count as usize).saturating_mul(4).saturating_add(1 << 10);
        let mut several: Vec<Vec<u32>> = Vec::new();
        for row in 0..count {
            let cell = |ids: &[u32]| ids.get(row as usize).copied().unwrap_or(NONE);
            if parts.iter().all(|(groups, ids)| !groups.several.contains_key(&cell(ids))) {
                let group =
                    |(groups, ids): &(&Groups, &[u32])| groups.of_cell.get(cell(ids) as usize).copied().unwrap_or(NONE);
                numbered.push((join.number(parts.iter().map(group)), row));
                continue;
            }
            several.clear();
            several.push(Vec::new());
            for (groups, ids) in &parts {
                let own = [groups.of_cell.get(cell(ids) as usize).copied().unwrap_or(NONE)];
                let own = groups.several.get(&cell(ids)).map_or(own.as_slice(), Vec::as_slice);
                let with = |before: &Vec<u32>, number: &u32| [before.as_slice(), &[*number]].concat();
                if several.len().saturating_mul(own.len()) > most {
                    return None;
                }
                several =
                    several.iter().flat_map(|before| own.iter().map(move |number| with(before, number))).collect();
            }
            numbered.extend(several.iter().map(|numbers| (join.number(numbers.iter().copied()), row)));
            if numbered.len() > most {
                return None;
            }
        }
        numbered.sort_unstable();
        numbered.dedup();
        Some((join, numbered))
    }

    fn branch(&mut self, rows: &[u32], filters: &[u16], choices: &[u16]) -> Branch {
        let left = filters.len().saturating_add(choices.len());
        match rows {
            [] => return Branch::NOWHERE,
            [row] if left != 1 => {
                self.placed = self.placed.saturating_add(1);
                return if left == 0 { Branch::row(*row) } else { Branch { shape: ONE, at: *row } };
            }
            _ => {}
        }
        let full = self.placed.saturating_add(rows.len()) > self.budget;
        let column = self.next(rows, filters).or_else(|| choices.first().copied());
        let Some(level) = column.filter(|_| (rows.len() > FEW || left == 1) && !full) else { return self.list(rows) };
        let filters: Vec<u16> = filters.iter().copied().filter(|other| *other != level).collect();
        let choices: Vec<u16> = choices.iter().copied().filter(|other| *other != level).collect();
        let (grouped, any) = self.grouped(rows, level);
        if grouped.is_empty() {
            return self.branch(&any, &filters, &choices);
        }
        let sorted: Vec<u32> = grouped.iter().map(|(_, row)| *row).collect();
        let mut found: Vec<(u32, Branch)> = Vec::new();
        let mut start = 0_usize;
        for group in grouped.chunk_by(|(one, _), (other, _)| one == other) {
            let end = start.saturating_add(group.len());
            let branch = self.branch(sorted.get(start..end).unwrap_or(&[]), &filters, &choices);
            found.extend(group.first().map(|(group, _)| (*group, branch)));
            start = end;
        }
        let any = self.branch(&any, &filters, &choices);
        self.node(level, &found, any)
    }

    /// The rows with the groups of their cells in the order of the groups, each group's in the order of the table; and the rows
    /// that say `any`.
    fn grouped(&self, rows: &[u32], level: u16) -> (Vec<(u32, u32)>, Vec<u32>) {
        let (mut grouped, mut any) = (Vec::with_capacity(rows.len()), Vec::new());
        let (Some(level), Some(groups)) = (self.index.levels.get(level as usize), self.groups.get(level as usize))
        else {
            return (grouped, any);
        };
        for row in rows {
            let cell = self.table.cell_id(*row, level.column).unwrap_or(NONE);
            match (groups.of_cell.get(cell as usize), groups.several.get(&cell)) {
                (_, Some(several)) => grouped.extend(several.iter().map(|group| (*group, *row))),
                (Some(&group), None) if group != NONE => grouped.push((group, *row)),
                _ if level.any == Some(cell) => any.push(*row),
                _ => {}
            }
        }
        grouped.sort_unstable();
        grouped.dedup();
        (grouped, any)
    }

    fn list(&mut self, rows: &[u32]) -> Branch {
        self.placed = self.placed.saturating_add(rows.len());
        let at = self.index.rows.len() as u32;
        self.index.rows.push(rows.len() as u32);
        self.index.rows.extend(rows);
        Branch { shape: LIST, at }
    }

    /// The filter to branch on next: exact keys first; of several ranges the one where fewest hold at one key.
    fn next(&self, rows: &[u32], filters: &[u16]) -> Option<u16> {
        let role = |level: &u16| self.index.levels.get(*level as usize).map(|level| level.role);
        let (first, rest) = filters.split_first()?;
        if role(first) == Some(Role::Exact) || rest.is_empty() || rows.len() <= FEW {
            return Some(*first);
        }
        filters.iter().copied().min_by_key(|level| self.depth(rows, *level))
    }

    /// The most rows whose stretches hold one number.
    fn depth(&self, rows: &[u32], level: u16) -> usize {
        let Some(level) = self.index.levels.get(level as usize) else { return 0 };
        let Codes::Stretches { cells, .. } = &level.codes else { return 0 };
        let mut ends = Vec::with_capacity(rows.len().saturating_mul(2));
        for row in rows {
            let stretch = self.table.cell_id(*row, level.column).and_then(|cell| cells.get(cell as usize));
            // Where one ends and another begins at a number, the end comes first.
            if let Some((low, high)) = stretch.filter(|(low, high)| low < high) {
                ends.push((*low, true));
                ends.push((*high, false));
            }
        }
        ends.sort_unstable();
        let (mut open, mut most) = (0_usize, 0);
        for (_, begins) in ends {
            open = if begins { open.saturating_add(1) } else { open.saturating_sub(1) };
            most = most.max(open);
        }
        most
    }

    /// A node with these groups, which are in order.
    fn node(&mut self, level: u16, found: &[(u32, Branch)], any: Branch) -> Branch {
        let (form, numbers) = self.form(level, found);
        let (ends, at) = self.ends(found, any);
        let shape = Shape { level, form, ends, any: any != Branch::NOWHERE, count: found.len() as u32, numbers };
        let next = self.index.shapes.len() as u32;
        let known = *self.shapes.entry(shape).or_insert(next);
        if known == next {
            self.index.shapes.push(shape);
        }
        Branch { shape: known, at }
    }

    /// How the numbers of groups are kept, and where.
    fn form(&mut self, level: u16, found: &[(u32, Branch)]) -> (Form, u32) {
        let stretches = self.groups.get(level as usize).and_then(|groups| groups.stretches.as_ref());
        let Some(stretches) = stretches else {
            let numbers: Vec<u32> = found.iter().map(|(group, _)| *group).collect();
            return match neighbours(&numbers) {
                Some(first) => (Form::Neighbours, first),
                None => (Form::Single, self.numbers(numbers)),
            };
        };
        let of = |group: u32| stretches.get(group as usize).copied().unwrap_or_default();
        let (lows, highs): (Vec<u32>, Vec<u32>) = found.iter().map(|(group, _)| of(*group)).unzip();
        let each = || lows.iter().zip(&highs);
        if let Some(first) = neighbours(&lows)
            && each().all(|(low, high)| low.checked_add(1) == Some(*high))
        {
            return (Form::Neighbours, first);
        }
        let apart = highs.iter().zip(lows.iter().skip(1)).all(|(high, low)| high <= low)
            && each().all(|(low, high)| low < high);
        let furthest = if apart { Vec::new() } else { reach::furthest(&highs) };
        (if apart { Form::Apart } else { Form::Overlapping }, self.numbers([lows, highs, furthest].concat()))
    }

    /// How the branches of a node are kept, and where.
    fn ends(&mut self, found: &[(u32, Branch)], any: Branch) -> (Ends, u32) {
        let branches = || found.iter().map(|(_, branch)| *branch);
        if any != Branch::NOWHERE || branches().any(|branch| branch != Branch::row(branch.at)) {
            let at = self.index.branches.len() as u32;
            self.index.branches.extend((any != Branch::NOWHERE).then_some(any));
            self.index.branches.extend(branches());
            return (Ends::Branches, at);
        }
        let first = branches().next().map_or(0, |branch| branch.at);
        if branches().zip(first..).all(|(branch, row)| branch.at == row) {
            return (Ends::Counted, first);
        }
        let at = self.index.rows.len() as u32;
        self.index.rows.extend(branches().map(|branch| branch.at));
        (Ends::Rows, at)
    }

    /// Where a run of numbers begins; one that is there already is used again.
    fn numbers(&mut self, run: Vec<u32>) -> u32 {
        let hashed = self.secret.hash_one(&run);
        let from = self.known.get(&hashed).copied();
        let known = from.filter(|from| self.index.run(*from, run.len() as u32) == run);
        known.unwrap_or_else(|| {
            let from = self.index.numbers.len() as u32;
            self.known.insert(hashed, from);
            self.index.numbers.extend(run);
            from
        })
    }
}

/// The first of numbers that follow one another.
fn neighbours(numbers: &[u32]) -> Option<u32> {
    let first = *numbers.first()?;
    numbers.iter().zip(first..).all(|(number, next)| *number == next).then_some(first)
}
