//! `override table` in a contract: rows whose values replace those of the base's rows with the same keys.

use super::cells::CellReader;
use super::layout::{Layout, Source, headings_of};
use super::rows::{About, Raw, trim};
use super::{Builder, Spec, TableContext};
use crate::diagnostic::{Diagnostic, codes};
use crate::syntax::ast;
use crate::table::{Column, Default as Miss, Role, Row, Table};

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
    let span = rows.name.span;
    let read = std::mem::take(&mut builder.table.rows);
    let default = std::mem::replace(&mut builder.table.default, Miss::Error);
    let last = match default {
        Miss::Row => read.len().saturating_sub(1),
        Miss::Error | Miss::Refuse(..) => read.len(),
    };
    for (at, row) in read.into_iter().enumerate() {
        if at == last {
            builder.replace_default(base, row);
        } else {
            builder.replace(base, row, with_period);
        }
    }
    if let Miss::Refuse(..) = default {
        if matches!(base.default, Miss::Row) {
            base.rows.pop();
        }
        base.default = default;
        base.index_rows();
    }
    builder.count_the_rest(span);
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

    fn replace(&mut self, base: &mut Table, row: Row, with_period: bool) {
        let mut wanted = self.table.columns.iter().zip(&row.cells);
        // The base's cells beside the row's: its period has none where the override leaves periods out.
        let mut cells = Vec::new();
        for column in &base.columns {
            let cell =
                if with_period || column.role != Role::Valid { wanted.next().map(|(_, cell)| cell) } else { None };
            cells.push(cell);
        }
        let same = |other: &Row| {
            let mut pairs = base.columns.iter().zip(other.cells.iter().zip(&cells));
            pairs.all(|(column, (a, b))| column.role == Role::Value || b.is_none_or(|b| a == b))
        };
        let found: Vec<usize> = base
            .rows
            .iter()
            .take(base.matchable())
            .enumerate()
            .filter(|(_, other)| same(other))
            .map(|(at, _)| at)
            .collect();
        match found.as_slice() {
            [one] => {
                let values: Vec<_> = base
                    .columns
                    .iter()
                    .zip(&cells)
                    .enumerate()
                    .filter(|(_, (column, _))| column.role == Role::Value)
                    .filter_map(|(at, (_, cell))| Some((at, (*cell)?.clone())))
                    .collect();
                if let Some(target) = base.rows.get_mut(*one) {
                    for (at, value) in values {
                        if let Some(cell) = target.cells.get_mut(at) {
                            *cell = value;
                        }
                    }
                    target.because = row.because.or(target.because.take());
                    target.span = row.span;
                }
            }
            [] => {
                let diagnostic = Diagnostic::error(
                    codes::NO_BASE_ROW,
                    "this row is not in the base table",
                    row.span,
                    "no row of the base has these keys",
                );
                let help =
                    "write the keys as they stand in the base table; an override changes values and adds no rows";
                self.report(diagnostic.also(base.span, "the base table").help(help));
            }
            [first, second, ..] => {
                let title = "this row stands for several rows of the base table";
                let mut diagnostic =
                    Diagnostic::error(codes::NO_BASE_ROW, title, row.span, "several rows have these keys");
                for at in [first, second] {
                    if let Some(other) = base.rows.get(*at) {
                        diagnostic = diagnostic.also(other.span, "has these keys");
                    }
                }
                self.report(diagnostic.help("write the period of the row as well"));
            }
        }
    }

    fn replace_default(&mut self, base: &mut Table, row: Row) {
        let cells: Vec<_> = self
            .table
            .columns
            .iter()
            .zip(row.cells)
            .filter(|(column, _)| column.role == Role::Value)
            .map(|(_, cell)| cell)
            .collect();
        if !matches!(base.default, Miss::Row) {
            let diagnostic = Diagnostic::error(
                codes::NO_BASE_ROW,
                "the base table has no row `otherwise` with values",
                row.span,
                "overrides nothing",
            );
            self.report(diagnostic.also(base.span, "the base table"));
            return;
        }
        let values = base.columns.iter().enumerate().filter(|(_, column)| column.role == Role::Value).map(|(at, _)| at);
        if let Some(target) = base.rows.last_mut() {
            for (at, cell) in values.zip(cells) {
                if let Some(place) = target.cells.get_mut(at) {
                    *place = cell;
                }
            }
            target.because = row.because.or(target.because.take());
            target.span = row.span;
        }
    }
}
