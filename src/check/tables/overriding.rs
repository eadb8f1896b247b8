//! `override table` in a contract: rows whose values replace those of the base's rows with the same keys.

use super::cells::CellReader;
use super::layout::{Layout, Source, headings_of};
use super::rows::{About, Raw, trim};
use super::{Builder, Spec, TableContext};
use crate::diagnostic::{Diagnostic, codes};
use crate::syntax::ast;
use crate::table::{Cell, Column, Default as Miss, Role, Table};

/// Replaces the values of the base's rows by those of the override's. Each of its rows must have the keys of exactly one row of the
/// base, period aside where the override states none; `otherwise` replaces the base's. The columns stand as in the base, or as
/// their headings say. Problems are reported.
pub(crate) fn override_rows(context: &mut TableContext<'_>, base: &mut Table, rows: &ast::Table) {
    let enums = context.enums;
    let widths: Vec<usize> = rows.rows.iter().chain(&rows.heading).map(|row| row.split).collect();
    let keys = base.columns.iter().filter(|column| column.role != Role::Value).count();
    let dated = base.is_dated();
    // Periods may be left out, where one row has the other keys.
    let with_period = !dated || widths.contains(&keys);
    let columns: Vec<Column> =
        base.columns.iter().filter(|column| with_period || column.role != Role::Valid).cloned().collect();
    let specs: Vec<Spec> = columns
        .iter()
        .map(|column| Spec {
            name: column.name.clone(),
            role: column.role,
            heading: column.name.clone(),
            ends: None,
            span: rows.name.span,
        })
        .collect();
    let readers = columns.iter().map(|column| CellReader::new(column.role, &column.ty, enums)).collect();
    let mut builder = Builder::new(context, rows, columns, readers, &[]);
    if let Some(column) = rows.columns.first() {
        let diagnostic =
            Diagnostic::error(codes::BAD_COLUMN, "an override declares no columns", column.span, "a column");
        builder.report(diagnostic.help("write its rows alone, with the columns of the base table"));
        return;
    }
    match &rows.file {
        Some(file) => builder.read_file(&specs, rows, file, None),
        None => builder.read_override(&specs, rows),
    }
    builder.take_rows();
    let default = std::mem::replace(&mut builder.table.default, Miss::Error);
    let last = matches!(default, Miss::Row).then(|| builder.table.len().saturating_sub(1) as u32);
    for row in 0..builder.table.len() as u32 {
        if last == Some(row) {
            builder.replace_default(base, row);
        } else {
            builder.replace(base, row, with_period);
        }
    }
    if let Miss::Refuse(..) = default {
        if matches!(base.default, Miss::Row) {
            base.rows.drop_last();
        }
        base.default = default;
    }
    base.index_rows();
    builder.count_the_rest(rows.name.span);
}

impl Builder<'_, '_> {
    /// Reads rows between bars; a heading is not needed.
    fn read_override(&mut self, specs: &[Spec], rows: &ast::Table) {
        let split = specs.iter().filter(|spec| spec.role != Role::Value).count();
        let mut lines: Vec<&ast::Row> = rows.heading.iter().chain(&rows.rows).collect();
        let headings = lines.first().map(|row| headings_of(row)).unwrap_or_default();
        let headed = !headings.is_empty()
            && headings
                .iter()
                .all(|heading| heading.text == "because" || specs.iter().any(|spec| spec.name == heading.text));
        let layout = if headed {
            lines.remove(0);
            self.layout(specs, rows, &headings, split)
        } else {
            let width = lines.iter().map(|row| row.cells.len()).max().unwrap_or(0);
            let because = (width > specs.len()).then_some(specs.len());
            let sources = (0..specs.len()).map(Source::Cell).collect();
            let width = specs.len().saturating_add(usize::from(because.is_some()));
            Some(Layout { sources, because, width, split, across: Vec::new() })
        };
        let Some(layout) = layout else { return };
        for (row, number) in lines.into_iter().zip(1..) {
            let about = About { number, span: row.span, period: None };
            let mut cells: Vec<Raw<'_>> =
                row.cells.iter().map(|cell| Raw { text: trim(&cell.text), span: cell.span }).collect();
            if cells.first().is_some_and(|cell| cell.text == "otherwise") {
                let (keys, values) = cells.split_at(row.split.min(cells.len()));
                self.otherwise_inline(specs, &layout, keys, values, about);
                continue;
            }
            // A row without a reason may leave its cell out.
            if layout.because == Some(cells.len()) {
                cells.push(Raw { text: "", span: row.span });
            }
            self.read_row(specs, &layout, &cells, about);
        }
    }

    /// The columns of the base, each with the cell of this row: none for the period where the override leaves periods out.
    fn beside(&self, base: &Table, row: u32, with_period: bool) -> Vec<(u16, Role, Option<Cell>)> {
        let mut own = self.table.cells(row).cloned();
        let cell = |(at, column): (u16, &Column)| {
            let stated = with_period || column.role != Role::Valid;
            (at, column.role, if stated { own.next() } else { None })
        };
        (0..).zip(&base.columns).map(cell).collect()
    }

    /// Replaces the values of the base's row that has the keys of this row.
    fn replace(&mut self, base: &mut Table, row: u32, with_period: bool) {
        let cells = self.beside(base, row, with_period);
        let keys = cells.iter().filter(|(_, role, _)| *role != Role::Value);
        let keys: Option<Vec<(u16, u32)>> = keys
            .filter_map(|(at, _, cell)| Some((*at, cell.as_ref()?)))
            .map(|(at, cell)| Some((at, base.rows.id_of(at, cell)?)))
            .collect();
        let same = |other: &u32| {
            keys.as_ref().is_some_and(|keys| keys.iter().all(|(at, id)| base.cell_id(*other, *at) == Some(*id)))
        };
        let found: Vec<u32> = (0..base.matchable() as u32).filter(same).collect();
        match found.as_slice() {
            [one] => {
                self.warn_of_the_same(base, *one, row, &cells);
                for (at, _, cell) in cells.into_iter().filter(|(_, role, _)| *role == Role::Value) {
                    if let Some(cell) = cell {
                        base.rows.replace(*one, at, cell);
                    }
                }
                self.replace_origin(base, *one, row);
            }
            [] => {
                let span = self.table.row_span(row).unwrap_or_default();
                let title = "this row is not in the base table";
                let diagnostic =
                    Diagnostic::error(codes::NO_BASE_ROW, title, span, "no row of the base has these keys");
                let help =
                    "write the keys as they stand in the base table; an override changes values and adds no rows";
                self.report(diagnostic.also(base.span, "the base table").help(help));
            }
            [first, second, ..] => {
                let span = self.table.row_span(row).unwrap_or_default();
                let title = "this row stands for several rows of the base table";
                let mut diagnostic = Diagnostic::error(codes::NO_BASE_ROW, title, span, "several rows have these keys");
                for other in [first, second].into_iter().filter_map(|at| base.row_span(*at)) {
                    diagnostic = diagnostic.also(other, "has these keys");
                }
                self.report(diagnostic.help("write the period of the row as well"));
            }
        }
    }

    /// A row that has the values which the base's row has already changes nothing.
    fn warn_of_the_same(&mut self, base: &Table, target: u32, row: u32, cells: &[(u16, Role, Option<Cell>)]) {
        let mut values = cells.iter().filter(|(_, role, _)| *role == Role::Value);
        let same = values.all(|(at, _, cell)| cell.as_ref().is_none_or(|cell| base.cell(target, *at) == Some(cell)));
        let Some(span) = self.table.row_span(row).filter(|_| same) else { return };
        let title = "this row has the values that the base has";
        let mut diagnostic = Diagnostic::warning(codes::OVERRIDES_SAME, title, span, "changes nothing");
        if let Some(other) = base.row_span(target) {
            diagnostic = diagnostic.also(other, "the row of the base");
        }
        self.report(diagnostic.help("enter what was agreed, or take the row out"));
    }

    /// The base's row stands where this row stands, for its reason if it has one.
    fn replace_origin(&self, base: &mut Table, target: u32, row: u32) {
        if let Some(span) = self.table.row_span(row) {
            base.rows.replace_origin(target, span, self.table.because(row).cloned());
        }
    }

    fn replace_default(&mut self, base: &mut Table, row: u32) {
        if !matches!(base.default, Miss::Row) {
            let span = self.table.row_span(row).unwrap_or_default();
            let title = "the base table has no row `otherwise` with values";
            let diagnostic = Diagnostic::error(codes::NO_BASE_ROW, title, span, "overrides nothing");
            self.report(diagnostic.also(base.span, "the base table"));
            return;
        }
        let values = |table: &Table| -> Vec<u16> {
            (0..).zip(&table.columns).filter(|(_, column)| column.role == Role::Value).map(|(at, _)| at).collect()
        };
        let target = base.matchable() as u32;
        for (to, from) in values(base).into_iter().zip(values(&self.table)) {
            if let Some(cell) = self.table.cell(row, from) {
                base.rows.replace(target, to, cell.clone());
            }
        }
        self.replace_origin(base, target, row);
    }
}
