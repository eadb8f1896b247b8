//! The index of a table: rows found without a scan.
//!
//! Each key becomes a number once (`codes`); then a tree of numbers alone is walked, with one level for each key column: an array
//! of neighbouring numbers, a sorted run of numbers, or a sorted run of stretches. Rows that say `any` hang on a branch of their
//! own, and a branch with few rows is a plain list. Runs of equal numbers are stored once for all branches that have them.
//!
//! Invariant: the rows collected for a set of keys are exactly those that a scan of all rows finds; where the level is one of
//! choice (a break, a prefix), all the best ones among them, and perhaps more, which the caller narrows.

mod build;
mod codes;
mod cuts;
mod exact;
mod keys;
mod reach;
mod steps;
mod texts;

pub(super) use keys::{Choose, places};

use super::hits::Hits;
use super::key::Key;
use super::{Role, Table};
use codes::{Code, Level};
use reach::Reach;

/// How rows are found; built once from the rows.
#[derive(Debug, Clone, Default)]
pub struct Index {
    levels: Box<[Level]>,
    nodes: Vec<Node>,
    /// The numbers of all nodes; nodes with the same numbers share them.
    numbers: Vec<u32>,
    branches: Vec<Branch>,
    /// The rows of all lists, and where each list begins; one more for the end.
    rows: Vec<u32>,
    lists: Vec<u32>,
    root: Branch,
}

/// Where a branch leads: nowhere, to a row, a list of rows, or a node. Its kind is in the two highest bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Branch(u32);

/// How many rows, lists or nodes there may be.
const MOST: u32 = 1 << 30;

impl Branch {
    const NOWHERE: Branch = Branch(u32::MAX);

    /// A row that all keys were held against on the way.
    fn row(row: u32) -> Branch {
        Branch(row)
    }

    /// A row whose keys are still to be compared.
    fn one(row: u32) -> Branch {
        Branch(row | MOST | (MOST << 1))
    }

    /// A list of rows whose keys are still to be compared.
    fn list(list: u32) -> Branch {
        Branch(list | MOST)
    }

    fn node(node: u32) -> Branch {
        Branch(node | (MOST << 1))
    }

    fn leads_to(self) -> Place {
        let at = (self.0 & (MOST.saturating_sub(1))) as usize;
        match self.0 >> 30 {
            0 => Place::Row(self.0),
            1 => Place::List(at),
            2 => Place::Node(at),
            _ if self == Branch::NOWHERE => Place::Nowhere,
            _ => Place::One(at as u32),
        }
    }
}

enum Place {
    Row(u32),
    One(u32),
    List(usize),
    Node(usize),
    Nowhere,
}

impl Default for Branch {
    fn default() -> Self {
        Branch::NOWHERE
    }
}

/// A level of one part of the tree: `count` branches from `branches` on.
#[derive(Debug, Clone, Copy)]
struct Node {
    level: u16,
    form: Form,
    /// Rows that say `any`.
    any: Branch,
    count: u32,
    branches: u32,
    /// The first of the node's numbers in `numbers`, or for neighbours the lowest number itself.
    numbers: u32,
}

/// What the numbers of a node are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// All from the lowest one on; a branch may lead nowhere.
    Neighbours,
    /// Single ones, ascending.
    Single,
    /// Stretches that do not overlap: lower ends, then upper ends.
    Apart,
    /// Stretches: lower ends, upper ends, and what a search for all that hold a number needs.
    Overlapping,
}

/// How many keys need no memory of their own.
const FEW: usize = 12;

/// One look-up.
struct Search<'a, 'k> {
    index: &'a Index,
    table: &'a Table,
    key: &'a dyn Fn(Option<u16>) -> Key<'k>,
    choose: Choose,
    codes: &'a [Code],
    found: &'a mut Hits,
}

impl Index {
    /// Adds the rows that match to `found`, as the module's invariant says. A row may be added twice where a key is open. A key is
    /// asked for by its place among the keys, the day without one.
    pub(super) fn collect<'k>(
        &self,
        table: &Table,
        key: impl Fn(Option<u16>) -> Key<'k>,
        choose: Choose,
        found: &mut Hits,
    ) {
        let code = |level: &Level| level.code(table, key(level.place));
        let mut few = [Code::Open; FEW];
        let many: Vec<Code>;
        let codes = match few.get_mut(..self.levels.len()) {
            Some(few) => {
                few.iter_mut().zip(&self.levels).for_each(|(place, level)| *place = code(level));
                &*few
            }
            None => {
                many = self.levels.iter().map(code).collect();
                &many
            }
        };
        Search { index: self, table, key: &key, choose, codes, found }.visit(self.root);
    }

    fn run(&self, from: u32, count: u32) -> &[u32] {
        let from = from as usize;
        self.numbers.get(from..from.saturating_add(count as usize)).unwrap_or(&[])
    }

    fn branches(&self, node: &Node) -> &[Branch] {
        let from = node.branches as usize;
        self.branches.get(from..from.saturating_add(node.count as usize)).unwrap_or(&[])
    }

    /// The lower and upper ends of a node's stretches.
    fn ends(&self, node: &Node) -> (&[u32], &[u32]) {
        (self.run(node.numbers, node.count), self.run(node.numbers.saturating_add(node.count), node.count))
    }

    /// The branch of one number.
    fn branch(&self, node: &Node, number: u32) -> Branch {
        let at = match node.form {
            Form::Neighbours => number.checked_sub(node.numbers).map(|at| at as usize),
            _ => self.run(node.numbers, node.count).binary_search(&number).ok(),
        };
        at.and_then(|at| self.branches(node).get(at)).copied().unwrap_or_default()
    }

    /// How many of a node's numbers are below the number.
    fn below(&self, node: &Node, number: u32) -> usize {
        match node.form {
            Form::Neighbours => number.saturating_sub(node.numbers).min(node.count) as usize,
            _ => self.run(node.numbers, node.count).partition_point(|other| *other < number),
        }
    }
}

impl Search<'_, '_> {
    fn visit(&mut self, branch: Branch) {
        match branch.leads_to() {
            Place::Nowhere => {}
            Place::Row(row) => self.found.push(row),
            Place::One(row) if self.accepts(row) => self.found.push(row),
            Place::One(_) => {}
            Place::List(list) => {
                let index = self.index;
                let end = |at: usize| index.lists.get(at).map_or(0, |end| *end as usize);
                let rows = index.rows.get(end(list)..end(list.saturating_add(1))).unwrap_or(&[]);
                for row in rows {
                    if self.accepts(*row) {
                        self.found.push(*row);
                    }
                }
            }
            Place::Node(node) => {
                if let Some(node) = self.index.nodes.get(node) {
                    self.visit_node(node);
                }
            }
        }
    }

    fn accepts(&self, row: u32) -> bool {
        let mut levels = self.index.levels.iter().zip(self.codes);
        levels.all(|(level, code)| level.accepts(self.table, row, *code, (self.key)(level.place)))
    }

    fn visit_node(&mut self, node: &Node) {
        let before = self.found.len();
        let Some(level) = self.index.levels.get(node.level as usize) else { return };
        let code = self.codes.get(node.level as usize).copied().unwrap_or(Code::Open);
        let choose = self.choose.at(level.role) && code != Code::Open;
        match code {
            Code::Open => self.index.branches(node).iter().for_each(|branch| self.visit(*branch)),
            Code::Absent => {}
            Code::At(code) => self.visit_matching(node, level, code, choose),
        }
        if !(choose && self.found.len() > before) {
            self.visit(node.any);
        }
    }

    /// Visits the branches that may hold rows for the key, closest first; where the level chooses, until there are rows.
    fn visit_matching(&mut self, node: &Node, level: &Level, code: u32, choose: bool) {
        let before = self.found.len();
        let index = self.index;
        match (node.form, level.role) {
            (Form::Apart, _) => {
                let (lows, highs) = index.ends(node);
                let last = lows.partition_point(|low| *low <= code).wrapping_sub(1);
                if highs.get(last).is_some_and(|high| *high > code) {
                    self.visit_at(node, last);
                }
            }
            (Form::Overlapping, _) => {
                let (lows, highs) = index.ends(node);
                let furthest = index.run(node.numbers.saturating_add(node.count.saturating_mul(2)), node.count);
                let reach = Reach { lows, highs, furthest };
                let point = reach.point(code).filter(|_| level.is_point(code));
                if let Some(point) = point {
                    self.visit_at(node, point);
                    if choose && self.found.len() > before {
                        return;
                    }
                }
                reach.stab(code, &mut |at| {
                    if Some(at) != point {
                        self.visit_at(node, at);
                    }
                });
            }
            (_, Role::Break) => {
                let branches = index.branches(node).iter().take(index.below(node, code)).rev();
                let _ = branches.copied().any(|branch| self.finds(branch, choose));
            }
            (_, Role::NextRow) => {
                let branches = index.branches(node).iter().skip(index.below(node, code));
                let _ = branches.copied().any(|branch| self.finds(branch, choose));
            }
            (_, Role::LongestPrefix) => {
                let text = (self.key)(level.place).as_text().unwrap_or_default();
                level.starts(self.table, text, &mut |cell| self.finds(index.branch(node, cell), choose));
            }
            _ => self.visit(index.branch(node, code)),
        }
    }

    fn visit_at(&mut self, node: &Node, at: usize) {
        if let Some(branch) = self.index.branches(node).get(at) {
            self.visit(*branch);
        }
    }

    /// Visits a branch; whether that is enough.
    fn finds(&mut self, branch: Branch, choose: bool) -> bool {
        let before = self.found.len();
        self.visit(branch);
        choose && self.found.len() > before
    }
}
