//! The index of a table: rows found without a scan.
//!
//! A tree with one level for each key column. A level on an exact column is a hash of its values; on a range (or period)
//! a sorted run of intervals; on a break or next row a sorted run of values; on a prefix a hash for each length. Rows that
//! say `any` hang on a branch of their own. A branch with few rows is a plain list, and its rows are compared cell by cell.
//!
//! Invariant: the rows collected for a set of keys are exactly those that a scan of all rows finds; where the level is one of
//! choice (a break, a prefix), all the best ones among them, and perhaps more, which the caller narrows.

use super::hits::{Fold, Hits};
use super::interval::Intervals;
use super::{Cell, HitPolicy, Role, Table};
use crate::value::Value;
use std::collections::HashMap;
use std::hash::BuildHasherDefault;
use std::sync::Arc;

/// A branch with at most this many rows is a list.
const LIST: usize = 4;

/// How rows are found; built once from the rows.
#[derive(Debug, Clone, Default)]
pub struct Index {
    nodes: Vec<Node>,
    lists: Vec<u32>,
    root: Branch,
}

/// Where a branch leads: to a level of its own, or to a stretch of `lists`.
#[derive(Debug, Clone, Copy)]
enum Branch {
    Node(u32),
    List(u32, u32),
}

impl Default for Branch {
    fn default() -> Self {
        Branch::List(0, 0)
    }
}

#[derive(Debug, Clone)]
struct Node {
    /// The place of its key among the keys; `None` for the day.
    key: Option<u16>,
    role: Role,
    branches: Branches,
    any: Option<Branch>,
}

type Map = HashMap<Value, Branch, BuildHasherDefault<Fold>>;
type Texts = HashMap<Arc<str>, Branch, BuildHasherDefault<Fold>>;

#[derive(Debug, Clone)]
enum Branches {
    /// One branch for each value of an exact key.
    Equal(Map),
    /// One branch for each distinct interval.
    Intervals(Intervals, Box<[Branch]>),
    /// One branch for each value, ascending; `true` for next row.
    Sorted(Box<[(Value, Branch)]>, bool),
    /// One branch for each prefix and each whole text; the lengths of the prefixes, longest first.
    Prefixes { exactly: Texts, prefixes: Texts, lengths: Box<[u32]> },
}

/// The keys of one look-up.
#[derive(Clone, Copy)]
pub(super) struct Keys<'a> {
    pub(super) given: Given<'a>,
    /// The day for `valid` columns.
    pub(super) day: Option<&'a Value>,
    /// Whether a level of choice may stop at its best branch that has rows.
    pub(super) choose: Choose,
}

/// The keys as the caller holds them, in the order of the key columns.
#[derive(Clone, Copy)]
pub(super) enum Given<'a> {
    All(&'a [Value]),
    Some(&'a [Option<Value>]),
}

/// Which levels choose.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Choose {
    /// None: every row that is a candidate.
    Nothing,
    /// Breaks, next rows and prefixes.
    Closest,
    /// Every column, from the left.
    MostSpecific,
}

impl Choose {
    /// What a hit policy chooses by itself.
    pub(super) fn of(policy: &HitPolicy) -> Choose {
        if *policy == HitPolicy::MostSpecific { Choose::MostSpecific } else { Choose::Closest }
    }

    pub(super) fn at(self, role: Role) -> bool {
        match self {
            Choose::Nothing => false,
            Choose::Closest => matches!(role, Role::Break | Role::NextRow | Role::LongestPrefix),
            Choose::MostSpecific => !matches!(role, Role::Valid | Role::Value),
        }
    }
}

impl<'a> Keys<'a> {
    /// The key at a place among the keys (`None` is the day), where one is given.
    fn at(&self, place: Option<u16>) -> Option<&'a Value> {
        let Some(place) = place else { return self.day };
        match self.given {
            Given::All(keys) => keys.get(place as usize),
            Given::Some(keys) => keys.get(place as usize)?.as_ref(),
        }
    }

    /// The columns of the keys with their positions and the keys given for them.
    pub(super) fn columns(self, table: &'a Table) -> impl Iterator<Item = (usize, Role, Option<&'a Value>)> {
        let columns = table.columns.iter().enumerate().filter(|(_, column)| column.role != Role::Value);
        columns.scan(0, move |next: &mut u16, (at, column)| {
            let place = (column.role != Role::Valid).then_some(*next);
            *next = next.saturating_add(u16::from(place.is_some()));
            Some((at, column.role, self.at(place)))
        })
    }
}

/// The place of a column among the keys; `None` for `valid`.
fn place(table: &Table, column: u16) -> Option<u16> {
    let at = column as usize;
    let role = |c: &super::Column| c.role != Role::Valid;
    table.columns.get(at).is_some_and(role).then(|| table.columns.iter().take(at).filter(|c| role(c)).count() as u16)
}

impl Index {
    /// Builds the index of the first `count` rows of a table.
    pub(super) fn build(table: &Table, count: usize) -> Index {
        let mut builder = Builder {
            table,
            index: Index::default(),
            // A row with several values stands in several branches; past this many entries, branches stay lists.
            budget: count.saturating_mul(16).saturating_add(1 << 16),
        };
        let rows: Vec<u32> = (0..count as u32).collect();
        let (filters, choices) = levels(table);
        builder.index.root = builder.branch(rows, &filters, &choices);
        builder.index
    }

    /// Adds the rows that match to `found`, as the module's invariant says. A row may be added twice where a key is open.
    pub(super) fn collect(&self, table: &Table, keys: Keys<'_>, found: &mut Hits) {
        self.visit(self.root, table, keys, found);
    }

    fn visit(&self, branch: Branch, table: &Table, keys: Keys<'_>, found: &mut Hits) {
        match branch {
            Branch::List(start, end) => {
                for &row in self.lists.get(start as usize..end as usize).unwrap_or(&[]) {
                    if table.accepts(row, keys) {
                        found.push(row);
                    }
                }
            }
            Branch::Node(node) => {
                if let Some(node) = self.nodes.get(node as usize) {
                    self.visit_node(node, table, keys, found);
                }
            }
        }
    }

    fn visit_node(&self, node: &Node, table: &Table, keys: Keys<'_>, found: &mut Hits) {
        let before = found.len();
        let Some(key) = keys.at(node.key) else {
            node.branches.each(|branch| self.visit(branch, table, keys, found));
            return node.any.into_iter().for_each(|branch| self.visit(branch, table, keys, found));
        };
        let choose = keys.choose.at(node.role);
        if !key.is_absent() {
            node.branches.matching(key, &mut |branch| {
                self.visit(branch, table, keys, found);
                choose && found.len() > before
            });
        }
        if let Some(any) = node.any
            && !(choose && found.len() > before)
        {
            self.visit(any, table, keys, found);
        }
    }
}

/// The columns in the order of the levels: those that only filter, and those whose order matters.
fn levels(table: &Table) -> (Vec<u16>, Vec<u16>) {
    let columns = || table.columns.iter().enumerate().filter(|(_, c)| c.role != Role::Value);
    let choose = Choose::of(&table.policy);
    let mut filters: Vec<_> = columns().filter(|(_, c)| !choose.at(c.role)).collect();
    filters.sort_by_key(|(_, c)| c.role != Role::Exact);
    let choices = columns().filter(|(_, c)| choose.at(c.role));
    (filters.into_iter().map(|(i, _)| i as u16).collect(), choices.map(|(i, _)| i as u16).collect())
}

struct Builder<'a> {
    table: &'a Table,
    index: Index,
    budget: usize,
}

impl Builder<'_> {
    fn branch(&mut self, rows: Vec<u32>, filters: &[u16], choices: &[u16]) -> Branch {
        let used = self.index.lists.len().saturating_add(rows.len());
        if rows.len() <= LIST || used > self.budget || (filters.is_empty() && choices.is_empty()) {
            return self.list(&rows);
        }
        let column = self.next(&rows, filters).or_else(|| choices.first().copied());
        let Some(column) = column else { return self.list(&rows) };
        let filters: Vec<u16> = filters.iter().copied().filter(|c| *c != column).collect();
        let choices: Vec<u16> = choices.iter().copied().filter(|c| *c != column).collect();
        let (any, rest): (Vec<u32>, Vec<u32>) =
            rows.into_iter().partition(|row| matches!(self.cell(*row, column), Cell::Any));
        if rest.is_empty() {
            return self.branch(any, &filters, &choices);
        }
        let role = self.table.columns.get(column as usize).map_or(Role::Exact, |c| c.role);
        let branches = match role {
            Role::Range | Role::Valid => self.intervals(rest, column, &filters, &choices),
            Role::Break | Role::NextRow => {
                let mut sorted: Vec<_> = self.by_value(rest, column, &filters, &choices).into_iter().collect();
                sorted.sort_by(|(a, _), (b, _)| a.cmp(b));
                Branches::Sorted(sorted.into(), role == Role::NextRow)
            }
            Role::LongestPrefix => {
                let (whole, parts): (Vec<u32>, Vec<u32>) =
                    rest.into_iter().partition(|row| matches!(self.cell(*row, column), Cell::Exactly(_)));
                let exactly = texts(self.by_value(whole, column, &filters, &choices));
                let prefixes = texts(self.by_value(parts, column, &filters, &choices));
                let mut lengths: Vec<u32> = prefixes.keys().map(|prefix| prefix.len() as u32).collect();
                lengths.sort_unstable_by(|a, b| b.cmp(a));
                lengths.dedup();
                Branches::Prefixes { exactly, prefixes, lengths: lengths.into() }
            }
            Role::Exact | Role::Value => Branches::Equal(self.by_value(rest, column, &filters, &choices)),
        };
        let any = (!any.is_empty()).then(|| self.branch(any, &filters, &choices));
        self.index.nodes.push(Node { key: place(self.table, column), role, branches, any });
        Branch::Node(self.index.nodes.len().saturating_sub(1) as u32)
    }

    fn list(&mut self, rows: &[u32]) -> Branch {
        let start = self.index.lists.len() as u32;
        self.index.lists.extend(rows);
        Branch::List(start, self.index.lists.len() as u32)
    }

    /// The filter to branch on next: exact keys first; of several intervals the one where fewest hold at one key.
    fn next(&self, rows: &[u32], filters: &[u16]) -> Option<u16> {
        let role = |column: &u16| self.table.columns.get(*column as usize).map(|c| c.role);
        let (first, rest) = filters.split_first()?;
        if role(first) == Some(Role::Exact) || rest.is_empty() {
            return Some(*first);
        }
        filters.iter().copied().min_by_key(|column| {
            let intervals = rows.iter().map(|row| self.cell(*row, *column));
            Intervals::depth(intervals)
        })
    }

    fn cell(&self, row: u32, column: u16) -> &Cell {
        self.table.cell(row, column).unwrap_or(&Cell::Any)
    }

    fn by_value(&mut self, rows: Vec<u32>, column: u16, filters: &[u16], choices: &[u16]) -> Map {
        let mut groups: HashMap<Value, Vec<u32>, BuildHasherDefault<Fold>> = HashMap::default();
        for row in rows {
            match self.cell(row, column) {
                Cell::Value(value) => groups.entry(value.clone()).or_default().push(row),
                Cell::Exactly(text) => groups.entry(Value::Text(text.clone())).or_default().push(row),
                Cell::OneOf(values) => {
                    for value in values {
                        let group = groups.entry(value.clone()).or_default();
                        if group.last() != Some(&row) {
                            group.push(row);
                        }
                    }
                }
                _ => {}
            }
        }
        groups.into_iter().map(|(value, rows)| (value, self.branch(rows, filters, choices))).collect()
    }

    fn intervals(&mut self, rows: Vec<u32>, column: u16, filters: &[u16], choices: &[u16]) -> Branches {
        let (intervals, groups) = Intervals::of(rows.iter().map(|row| (*row, self.cell(*row, column))));
        let branches: Vec<Branch> = groups.into_iter().map(|rows| self.branch(rows, filters, choices)).collect();
        Branches::Intervals(intervals, branches.into())
    }
}

impl Branches {
    fn each(&self, mut visit: impl FnMut(Branch)) {
        match self {
            Branches::Equal(map) => map.values().for_each(|branch| visit(*branch)),
            Branches::Intervals(_, branches) => branches.iter().for_each(|branch| visit(*branch)),
            Branches::Sorted(values, _) => values.iter().for_each(|(_, branch)| visit(*branch)),
            Branches::Prefixes { exactly, prefixes, .. } => {
                exactly.values().chain(prefixes.values()).for_each(|branch| visit(*branch));
            }
        }
    }

    /// Gives the branches that may hold rows for the key, closest first, until `visit` says that it is enough.
    fn matching(&self, key: &Value, visit: &mut dyn FnMut(Branch) -> bool) {
        match self {
            Branches::Equal(map) => {
                if let Some(branch) = map.get(key) {
                    visit(*branch);
                }
            }
            Branches::Intervals(intervals, branches) => {
                let mut at = |index: usize| branches.get(index).is_some_and(|branch| visit(*branch));
                let point = intervals.point(key);
                if point.is_some_and(&mut at) {
                    return;
                }
                intervals.stab(key, &mut |index| {
                    if Some(index) != point {
                        at(index);
                    }
                });
            }
            Branches::Sorted(values, false) => {
                let end = values.partition_point(|(value, _)| value <= key);
                let _ = values.iter().take(end).rev().any(|(_, branch)| visit(*branch));
            }
            Branches::Sorted(values, true) => {
                let start = values.partition_point(|(value, _)| value < key);
                let _ = values.iter().skip(start).any(|(_, branch)| visit(*branch));
            }
            Branches::Prefixes { exactly, prefixes, lengths } => {
                let Some(text) = key.as_text() else { return };
                if let Some(branch) = exactly.get(text)
                    && visit(*branch)
                {
                    return;
                }
                for length in lengths {
                    let found = text.get(..*length as usize).and_then(|prefix| prefixes.get(prefix));
                    if let Some(branch) = found
                        && visit(*branch)
                    {
                        return;
                    }
                }
            }
        }
    }
}

impl Table {
    /// Whether every cell of the row accepts its key.
    pub(super) fn accepts(&self, row: u32, keys: Keys<'_>) -> bool {
        if row as usize >= self.len() {
            return false;
        }
        let accepts = |(at, role, key): (usize, Role, Option<&Value>)| {
            key.is_none_or(|key| self.cell(row, at as u16).is_none_or(|cell| cell.accepts(role, key)))
        };
        keys.columns(self).all(accepts)
    }
}

/// The branches of a prefix column, by text.
fn texts(map: Map) -> Texts {
    let text = |(value, branch)| if let Value::Text(text) = value { Some((text, branch)) } else { None };
    map.into_iter().filter_map(text).collect()
}
