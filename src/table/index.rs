//! The index of a table: rows found without a scan.
//!
//! Each key becomes a number once (`codes`). The numbers of all exact columns in which every row names its values are joined into one,
//! which leads at once to the rows that have them (`join`). From there a tree of numbers alone is walked, with one level for each other
//! column: an array of neighbouring numbers, a sorted run of numbers, or a sorted run of stretches. Rows that say `any` hang on a branch
//! of their own, and a branch with few rows is a plain list. What many nodes have in common, their level and numbers, is a shape that is
//! stored once; and rows that follow one another, like the breaks of a lane, are stored as the first of them.
//!
//! Where each key leads one way the row is found by going it ([`Index::walk`]); else all ways are gone (`search`).
//!
//! Invariant: the rows collected for a set of keys are exactly those that a scan of all rows finds; where the level is one of
//! choice (a break, a prefix), all the best ones among them, and perhaps more, which the caller narrows.

mod build;
mod codes;
mod cuts;
mod exact;
mod join;
mod keys;
mod reach;
mod search;
mod steps;
mod texts;
mod values;

pub(super) use keys::{Choose, places};

use super::key::Key;
use super::{Role, Table};
use codes::{Code, Level};
use join::Join;
use values::Values;

/// How rows are found; built once from the rows.
#[derive(Debug, Clone, Default)]
pub struct Index {
    levels: Box<[Level]>,
    join: Join,
    shapes: Vec<Shape>,
    /// The numbers of all shapes; those with the same numbers share them.
    numbers: Vec<u32>,
    branches: Vec<Branch>,
    /// The rows at the ends of branches, and those of lists, each list behind its length.
    rows: Vec<u32>,
    values: Values,
}

/// Where a way leads: to a row, to rows, or to a node, which is a shape and where its branches stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Branch {
    /// A shape, or one of the four kinds below.
    shape: u32,
    at: u32,
}

impl Branch {
    const NOWHERE: Branch = Branch { shape: NOWHERE, at: 0 };

    /// A row that all keys were held against on the way.
    fn row(row: u32) -> Branch {
        Branch { shape: ROW, at: row }
    }
}

impl Default for Branch {
    fn default() -> Self {
        Branch::NOWHERE
    }
}

const NOWHERE: u32 = u32::MAX;
const ROW: u32 = u32::MAX - 1;
/// A row whose other keys are still to be compared.
const ONE: u32 = u32::MAX - 2;
/// A list of rows whose other keys are still to be compared.
const LIST: u32 = u32::MAX - 3;

/// What nodes have in common: their level, the numbers of their `count` branches, and how those are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Shape {
    level: u16,
    form: Form,
    ends: Ends,
    /// Whether rows say `any`: their branch stands before the others.
    any: bool,
    count: u32,
    /// The first of the numbers in `numbers`, or for neighbours the lowest number itself.
    numbers: u32,
}

/// What the numbers of a node are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Form {
    /// All from the lowest one on.
    Neighbours,
    /// Single ones, ascending.
    Single,
    /// Stretches that do not overlap: lower ends, then upper ends.
    Apart,
    /// Stretches: lower ends, upper ends, and what a search for all that hold a number needs.
    Overlapping,
}

/// What the branches of a node lead to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Ends {
    /// Rows one after the other; the node stands at the first of them.
    Counted,
    /// Rows.
    Rows,
    Branches,
}

/// Where the keys lead if each leads one way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Walk {
    /// To this row alone, choice included.
    Row(u32),
    Nothing,
    /// There may be several ways.
    Unsure,
}

impl Index {
    /// Goes the way of the keys while there is one.
    #[inline]
    pub(super) fn walk<'k>(&self, table: &Table, key: impl Fn(Option<u16>) -> Key<'k>, choose: Choose) -> Walk {
        let code = |level: &Level| level.code(table, key(level.place));
        let Some(mut branch) = self.join.find(|level| self.levels.get(level as usize).map_or(Code::Open, code)) else {
            return Walk::Unsure;
        };
        let mut nothing = Walk::Nothing;
        loop {
            match branch.shape {
                ROW => return Walk::Row(branch.at),
                NOWHERE => return nothing,
                ONE | LIST => return Walk::Unsure,
                _ => {}
            }
            let Some(shape) = self.shapes.get(branch.shape as usize) else { return Walk::Unsure };
            let Some(level) = self.levels.get(shape.level as usize) else { return Walk::Unsure };
            let Code::At(code) = code(level) else { return Walk::Unsure };
            let chooses = choose.at(level.role);
            if shape.any {
                if !chooses {
                    return Walk::Unsure;
                }
                nothing = Walk::Unsure;
            }
            let way = match level.role {
                Role::Exact | Role::Value => self.place(shape, code),
                Role::Range | Role::Valid => match shape.form {
                    Form::Overlapping => return Walk::Unsure,
                    _ => self.stretch(shape, code),
                },
                Role::Break | Role::NextRow if !chooses => return Walk::Unsure,
                Role::Break => self.below(shape, code).checked_sub(1),
                Role::NextRow => Some(self.below(shape, code)),
                Role::LongestPrefix => return Walk::Unsure,
            };
            if matches!(level.role, Role::Break | Role::NextRow) && shape.ends == Ends::Branches {
                // The next lower one may have what this one lacks.
                nothing = Walk::Unsure;
            }
            branch = way.map_or(Branch::NOWHERE, |way| self.way(shape, branch.at, way));
        }
    }

    /// The digits of the number in a value cell, and how many of them stand after the point, where they are at hand.
    #[inline]
    pub(super) fn digits(&self, row: u32, column: u16) -> Option<(i64, u8)> {
        self.values.get(row, column)
    }

    fn run(&self, from: u32, count: u32) -> &[u32] {
        let from = from as usize;
        self.numbers.get(from..from.saturating_add(count as usize)).unwrap_or(&[])
    }

    /// The lower and upper ends of a shape's stretches.
    fn ends(&self, shape: &Shape) -> (&[u32], &[u32]) {
        (self.run(shape.numbers, shape.count), self.run(shape.numbers.saturating_add(shape.count), shape.count))
    }

    /// The branch with a place among those of a node.
    #[inline]
    fn way(&self, shape: &Shape, node: u32, way: usize) -> Branch {
        if way >= shape.count as usize {
            return Branch::NOWHERE;
        }
        let at = (node as usize).saturating_add(way);
        match shape.ends {
            Ends::Counted => Branch::row(at as u32),
            Ends::Rows => self.rows.get(at).map_or(Branch::NOWHERE, |row| Branch::row(*row)),
            Ends::Branches => self.branches.get(at.saturating_add(usize::from(shape.any))).copied().unwrap_or_default(),
        }
    }

    /// The branch of the rows that say `any`.
    fn any(&self, shape: &Shape, node: u32) -> Branch {
        if shape.any { self.branches.get(node as usize).copied().unwrap_or_default() } else { Branch::NOWHERE }
    }

    /// The place of one number among a node's.
    #[inline]
    fn place(&self, shape: &Shape, number: u32) -> Option<usize> {
        match shape.form {
            Form::Neighbours => number.checked_sub(shape.numbers).map(|at| at as usize),
            _ => self.run(shape.numbers, shape.count).binary_search(&number).ok(),
        }
    }

    /// How many of a node's numbers are below the number.
    #[inline]
    fn below(&self, shape: &Shape, number: u32) -> usize {
        match shape.form {
            Form::Neighbours => number.saturating_sub(shape.numbers).min(shape.count) as usize,
            _ => self.run(shape.numbers, shape.count).partition_point(|other| *other < number),
        }
    }

    /// The place of the stretch that holds a number, where stretches do not overlap.
    #[inline]
    fn stretch(&self, shape: &Shape, number: u32) -> Option<usize> {
        if shape.form == Form::Neighbours {
            return number.checked_sub(shape.numbers).map(|at| at as usize);
        }
        let (lows, highs) = self.ends(shape);
        let last = lows.partition_point(|low| *low <= number).checked_sub(1)?;
        highs.get(last).is_some_and(|high| *high > number).then_some(last)
    }
}
