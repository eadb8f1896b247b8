//! Rates that break the pattern of a whole grid: where all rows are in one proportion to each other but for one cell, and where the
//! way there costs as much as the way back but for one pair of places.

use super::Look;
use super::columns::{Line, along};
use crate::diagnostic::{Diagnostic, codes};
use crate::table::{Cell, Column, Role, Table};
use crate::value::{Number, Value};
use std::collections::BTreeMap;

/// Grids with more cells are not looked through.
const MOST_CELLS: usize = 400;

/// The least distance from the proportion that is told, in thousandths; and the most that all others may have.
const FAR: i64 = 60;
const NEAR: i64 = 15;

impl Look<'_> {
    pub(super) fn grids(&mut self) {
        for table in &self.program.tables {
            if table.matchable() > MOST_CELLS || table.is_dated() || self.disordered.contains(&table.span) {
                continue;
            }
            let keys: Vec<(u16, &Column)> =
                table.keys().filter_map(|(at, column)| Some((u16::try_from(at).ok()?, column))).collect();
            let [(rows, first), (columns, second)] = keys.as_slice() else { continue };
            for (at, column) in (0_u16..).zip(&table.columns).filter(|(_, column)| column.role == Role::Value) {
                if !column.ty.present().is_numeric() {
                    continue;
                }
                if first.role == Role::Exact && second.role == Role::Exact && first.ty == second.ty {
                    self.symmetry(table, (*rows, *columns), at);
                } else {
                    self.proportion(table, *columns, at);
                }
            }
        }
    }

    /// One cell that is out of the proportion in which all rows of a grid are.
    fn proportion(&mut self, table: &Table, axis: u16, value: u16) {
        let lines = along(table, axis, value);
        let Some(first) = lines.first() else { return };
        let whole = |line: &Line| line.keys == first.keys && line.values.iter().all(Number::is_positive);
        if lines.len() < 3 || first.keys.len() < 3 || !lines.iter().all(whole) {
            return;
        }
        let Some((row, column)) = odd_cell(&lines) else { return };
        let Some(line) = lines.get(row) else { return };
        let at = line.rows.get(column).and_then(|row| table.row_span(*row));
        let (Some(span), Some(value_there)) = (at, line.values.get(column)) else { return };
        let ty = &table.columns.get(usize::from(value)).map(|column| column.ty.clone());
        let Some(ty) = ty else { return };
        let shown = self.show(&Value::Number(value_there.clone()), ty);
        let title = format!("{shown} breaks the proportion of `{}`", table.name);
        let label = "all other rows are in one proportion to each other, in every column";
        let fitting = fitting(&lines, row, column).and_then(|number| {
            let step = Number::ratio(1, 100)?;
            number.round_to(&step, crate::value::RoundingMode::default()).ok()
        });
        let help = match fitting {
            Some(number) => format!("about {} would fit", self.show(&Value::Number(number), ty)),
            None => "compare it with the price list".to_string(),
        };
        self.say(Diagnostic::warning(codes::RATE_ODD, title, span, label).help(help));
    }

    /// One pair of places between which the two ways differ, where they are the same between all others.
    fn symmetry(&mut self, table: &Table, (from, to): (u16, u16), value: u16) {
        let mut cells: BTreeMap<(Value, Value), (Value, u32)> = BTreeMap::new();
        for row in 0..table.matchable() as u32 {
            let key = |column: u16| match table.cell(row, column) {
                Some(Cell::Value(value)) => Some(value.clone()),
                _ => None,
            };
            let (Some(from), Some(to), Some(value)) = (key(from), key(to), table.value(row, value)) else { return };
            cells.insert((from, to), (value, row));
        }
        let mut same = 0_usize;
        let mut differing = Vec::new();
        for ((from, to), (value, row)) in cells.iter().filter(|((from, to), _)| from < to) {
            match cells.get(&(to.clone(), from.clone())) {
                Some((back, _)) if back == value => same = same.saturating_add(1),
                Some((_, other)) => differing.push((*row, *other)),
                None => return,
            }
        }
        let [(there, back)] = differing.as_slice() else { return };
        if same < 3 {
            return;
        }
        let Some((span, other)) = table.row_span(*there).zip(table.row_span(*back)) else { return };
        let title = format!("one way there and back differ in `{}`, and no other", table.name);
        let diagnostic = Diagnostic::warning(codes::RATE_ODD, title, span, "one way")
            .also(other, "the other way")
            .help("all other pairs have one rate for both ways; compare this one with the price list");
        self.say(diagnostic);
    }
}

/// The cell with which every rectangle of the grid is out of proportion, and without which every one is in it.
fn odd_cell(lines: &[Line]) -> Option<(usize, usize)> {
    let columns = lines.first()?.values.len();
    let mut bad: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    let mut count = 0_usize;
    for (a, c) in (0..lines.len()).flat_map(|a| (0..a).map(move |c| (a, c))) {
        for (b, d) in (0..columns).flat_map(|b| (0..b).map(move |d| (b, d))) {
            let cell = |row: usize, column: usize| lines.get(row)?.values.get(column);
            let one = cell(a, b)?.mul(cell(c, d)?).ok()?;
            let other = cell(a, d)?.mul(cell(c, b)?).ok()?;
            let apart = one.sub(&other).ok()?.abs().mul(&Number::from_i64(1000)).ok()?;
            let less = one.min(other);
            if apart <= less.mul(&Number::from_i64(NEAR)).ok()? {
                continue;
            }
            if apart < less.mul(&Number::from_i64(FAR)).ok()? {
                return None; // no proportion at all
            }
            count = count.saturating_add(1);
            for corner in [(a, b), (c, d), (a, d), (c, b)] {
                let known = bad.entry(corner).or_default();
                *known = known.saturating_add(1);
            }
        }
    }
    let all = lines.len().saturating_sub(1).saturating_mul(columns.saturating_sub(1));
    let mut odd = bad.into_iter().filter(|(_, times)| *times == count && *times == all);
    let (cell, _) = odd.next()?;
    odd.next().is_none().then_some(cell)
}

/// What would fit at a place: in proportion to the row and column beside it.
fn fitting(lines: &[Line], row: usize, column: usize) -> Option<Number> {
    let other_row = if row == 0 { 1 } else { 0 };
    let other_column = if column == 0 { 1 } else { 0 };
    let cell = |row: usize, column: usize| lines.get(row)?.values.get(column);
    let product = cell(row, other_column)?.mul(cell(other_row, column)?).ok()?;
    product.div(cell(other_row, other_column)?).ok()
}
