//! All ways through the index that keys lead: open keys, rows that say `any`, ranges that overlap, prefixes.

use super::codes::{Code, Level};
use super::keys::Choose;
use super::reach::Reach;
use super::{Branch, Form, Index, LIST, NOWHERE, ONE, ROW, Shape};
use crate::table::hits::Hits;
use crate::table::key::Key;
use crate::table::{Role, Table};

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
    pub(in crate::table) fn collect<'k>(
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
        let mut search = Search { index: self, table, key: &key, choose, codes, found };
        let code = |level: u16| codes.get(level as usize).copied().unwrap_or(Code::Open);
        match self.join.find(code) {
            Some(branch) => search.visit(branch),
            None => self.join.each(code, &mut |branch| search.visit(branch)),
        }
    }
}

impl Search<'_, '_> {
    fn visit(&mut self, branch: Branch) {
        let at = branch.at as usize;
        match branch.shape {
            NOWHERE => {}
            ROW => self.found.push(branch.at),
            ONE if self.accepts(branch.at) => self.found.push(branch.at),
            ONE => {}
            LIST => {
                let index = self.index;
                let Some((count, rows)) = index.rows.get(at..).and_then(<[u32]>::split_first) else { return };
                for row in rows.iter().take(*count as usize) {
                    if self.accepts(*row) {
                        self.found.push(*row);
                    }
                }
            }
            shape => {
                if let Some(shape) = self.index.shapes.get(shape as usize) {
                    self.visit_node(shape, branch.at);
                }
            }
        }
    }

    /// Whether the cells accept the keys that were not joined.
    fn accepts(&self, row: u32) -> bool {
        let mut levels = self.index.levels.iter().zip(self.codes).filter(|(level, _)| !level.joined);
        levels.all(|(level, code)| level.accepts(self.table, row, *code, (self.key)(level.place)))
    }

    fn visit_node(&mut self, shape: &Shape, node: u32) {
        let before = self.found.len();
        let Some(level) = self.index.levels.get(shape.level as usize) else { return };
        let code = self.codes.get(shape.level as usize).copied().unwrap_or(Code::Open);
        let choose = self.choose.at(level.role) && code != Code::Open;
        match code {
            Code::Open => (0..shape.count as usize).for_each(|way| self.visit_way(shape, node, way)),
            Code::Absent => {}
            Code::At(code) => self.visit_matching((shape, node), level, code, choose),
        }
        if !(choose && self.found.len() > before) {
            self.visit(self.index.any(shape, node));
        }
    }

    /// Visits the branches that may hold rows for the key, closest first; where the level chooses, until there are rows.
    fn visit_matching(&mut self, (shape, node): (&Shape, u32), level: &Level, code: u32, choose: bool) {
        let before = self.found.len();
        let index = self.index;
        match (shape.form, level.role) {
            (Form::Overlapping, _) => {
                let (lows, highs) = index.ends(shape);
                let furthest = index.run(shape.numbers.saturating_add(shape.count.saturating_mul(2)), shape.count);
                let reach = Reach { lows, highs, furthest };
                let point = reach.point(code).filter(|_| level.is_point(code));
                if let Some(point) = point {
                    self.visit_way(shape, node, point);
                    if choose && self.found.len() > before {
                        return;
                    }
                }
                reach.stab(code, &mut |at| {
                    if Some(at) != point {
                        self.visit_way(shape, node, at);
                    }
                });
            }
            (_, Role::Range | Role::Valid) => {
                if let Some(at) = index.stretch(shape, code) {
                    self.visit_way(shape, node, at);
                }
            }
            (_, Role::Break) => {
                let _ = (0..index.below(shape, code)).rev().any(|way| self.finds(shape, node, way, choose));
            }
            (_, Role::NextRow) => {
                let ways = index.below(shape, code)..shape.count as usize;
                let _ = ways.into_iter().any(|way| self.finds(shape, node, way, choose));
            }
            (_, Role::LongestPrefix) => {
                let text = (self.key)(level.place).as_text().unwrap_or_default();
                level.starts(self.table, text, &mut |cell| {
                    index.place(shape, cell).is_some_and(|way| self.finds(shape, node, way, choose))
                });
            }
            (_, Role::Exact | Role::Value) => {
                if let Some(at) = index.place(shape, code) {
                    self.visit_way(shape, node, at);
                }
            }
        }
    }

    fn visit_way(&mut self, shape: &Shape, node: u32, way: usize) {
        self.visit(self.index.way(shape, node, way));
    }

    /// Visits a branch; whether that is enough.
    fn finds(&mut self, shape: &Shape, node: u32, way: usize, choose: bool) -> bool {
        let before = self.found.len();
        self.visit_way(shape, node, way);
        choose && self.found.len() > before
    }
}
