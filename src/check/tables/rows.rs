//! Rows: each line of an inline table or record of a CSV file becomes a row, or one row for each heading of a crosstab.

use super::cell_text::{self, Ends};
use super::csv::{Csv, Record};
use super::known::Known;
use super::layout::{Heading, Layout, Source, headings_of};
use super::{Builder, Problem, Spec};
use crate::diagnostic::{Diagnostic, codes};
use crate::program::Period;
use crate::source::{FileId, Span};
use crate::syntax::ast;
use crate::table::{Cell, Origin, Role};
use crate::types::Type;
use crate::value::Number;
use std::sync::Arc;

/// A cell's text without the blanks around it, and its place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Raw<'r> {
    pub(super) text: &'r str,
    pub(super) span: Span,
}

/// What a row is besides its cells.
#[derive(Debug, Clone, Copy)]
pub(super) struct About {
    pub(super) number: u32,
    pub(super) span: Span,
    pub(super) period: Option<Period>,
}

impl Builder<'_, '_> {
    /// The heading has a double bar between the keys and the values; rows are held against it one by one.
    fn check_bars(&mut self, specs: &[Spec], heading: &ast::Row) {
        let Some(value) = specs.iter().find(|spec| spec.role == Role::Value) else { return };
        if heading.split == heading.cells.len() {
            let problem = Problem::new(codes::BARS, "`||` stands between the keys and the values");
            let help = format!("write `||` before the cell of `{}`, here and in each row", value.name);
            self.report(problem.help(help).at(heading.span, "no `||` in this line"));
        }
    }

    pub(super) fn read_inline(&mut self, specs: &[Spec], declaration: &ast::Table, period: Option<Period>) {
        let Some(heading) = &declaration.heading else { return };
        let headings = headings_of(heading);
        let Some(layout) = self.layout(specs, declaration, &headings, heading.split) else { return };
        self.check_bars(specs, heading);
        for (row, number) in declaration.rows.iter().zip(1..) {
            let about = About { number, span: row.span, period };
            let cells: Vec<Raw<'_>> =
                row.cells.iter().map(|cell| Raw { text: trim(&cell.text), span: cell.span }).collect();
            if cells.first().is_some_and(|cell| cell.text == "otherwise") {
                let (keys, values) = cells.split_at(row.split.min(cells.len()));
                self.otherwise_inline(specs, &layout, keys, values, about);
            } else if row.split != layout.split && row.cells.len() == layout.width {
                let problem = Problem::new(codes::RAGGED_ROW, "`||` stands in another place than in the heading");
                let help = "put `||` between the keys and the values, as in the heading";
                self.report(problem.help(help).at(row.span, "this row"));
            } else {
                self.read_row(specs, &layout, &cells, about);
            }
        }
    }

    pub(super) fn read_file(
        &mut self,
        specs: &[Spec],
        declaration: &ast::Table,
        file: &ast::Text,
        period: Option<Period>,
    ) {
        let written = || declaration.heading.iter().chain(&declaration.rows);
        if let Some(row) = written().find(|row| row.cells.first().is_none_or(|cell| cell.text.trim() != "otherwise")) {
            let problem = Problem::new(codes::BAD_COLUMN, "rows here, and a file of rows");
            let help = "keep the rows in the file or in the table, not in both; only a row `otherwise` may stand here";
            self.report(problem.help(help).at(row.span, "this row"));
            return;
        }
        let Some((id, text)) = self.load(file) else { return };
        self.known = Known::of(text.clone(), specs.len());
        let mut csv = Csv::new(&text);
        let mut record = Record::default();
        let Some(headings) = self.file_headings(&mut csv, &mut record, id, file) else { return };
        let keys = specs.iter().filter(|spec| spec.role != Role::Value).count();
        let Some(layout) = self.layout(specs, declaration, &headings, keys) else { return };
        let mut number = 0_u32;
        loop {
            number = number.saturating_add(1);
            match csv.next(&mut record) {
                Ok(false) => break,
                Ok(true) => {
                    let about = About { number, span: at(id, record.place()), period };
                    let cells: Vec<Raw<'_>> =
                        record.cells().map(|(text, place)| Raw { text, span: at(id, place) }).collect();
                    if cells.first().is_some_and(|cell| cell.text == "otherwise") && cells.len() == layout.width {
                        self.otherwise_file(specs, &layout, &cells, about);
                    } else {
                        self.read_row(specs, &layout, &cells, about);
                    }
                }
                Err((problem, place)) => self.report(problem.at(at(id, place), "in this cell")),
            }
        }
        if number == 1 {
            let problem = Problem::new(codes::NO_ROWS, format!("\"{}\" has headings and no rows", file.text));
            self.report(problem.at(file.span, "this file"));
        }
        self.known = Known::default();
        for row in written() {
            self.otherwise_beside_file(specs, &layout, row, About { number, span: row.span, period });
        }
    }

    /// The text of a CSV file, registered for its spans.
    fn load(&mut self, file: &ast::Text) -> Option<(FileId, Arc<str>)> {
        let Some(path) = crate::check::load::join_path(self.context.folder, &file.text) else {
            let problem = Problem::new(codes::CANNOT_READ, "this path cannot be used");
            let help = "write a relative path with `/`, such as `\"tables/zones.csv\"`";
            self.report(problem.help(help).at(file.span, "not a path inside the folder of the rules"));
            return None;
        };
        match self.context.loader.load(&path) {
            Ok(text) => {
                let id = self.context.sources.add(&path, &text);
                let text = self.context.sources.file(id).map(|source| source.text.clone())?;
                Some((id, text))
            }
            Err(reason) => {
                let problem = Problem::new(codes::CANNOT_READ, format!("\"{}\" cannot be read: {reason}", file.text));
                self.report(problem.at(file.span, "this file"));
                None
            }
        }
    }

    fn file_headings<'t>(
        &mut self,
        csv: &mut Csv<'t>,
        record: &mut Record<'t>,
        id: FileId,
        file: &ast::Text,
    ) -> Option<Vec<Heading>> {
        match csv.next(record) {
            Ok(true) if let Some(problem) = record.semicolons() => {
                self.report(problem.at(at(id, record.place()), "the headings"));
                None
            }
            Ok(true) => {
                let heading = |(text, place): (&str, _)| Heading { text: text.to_string(), span: at(id, place) };
                Some(record.cells().map(heading).collect())
            }
            Ok(false) => {
                let problem = Problem::new(codes::NO_ROWS, format!("\"{}\" is empty", file.text));
                self.report(problem.help("its first line names the columns").at(file.span, "this file"));
                None
            }
            Err((problem, place)) => {
                self.report(problem.at(at(id, place), "in this heading"));
                None
            }
        }
    }

    /// Reads a row that is not `otherwise`.
    pub(super) fn read_row(&mut self, specs: &[Spec], layout: &Layout, cells: &[Raw<'_>], about: About) {
        if let Some(otherwise) = self.otherwise {
            let problem = Problem::new(codes::OTHERWISE_PLACE, "a row after the row `otherwise`");
            let diagnostic = problem.help("`otherwise` is the last row").at(about.span, "this row");
            self.report(diagnostic.also(otherwise, "`otherwise` is here"));
            return;
        }
        if cells.len() != layout.width {
            let count = if cells.len() == 1 { "1 cell".into() } else { format!("{} cells", cells.len()) };
            let title = format!("a row with {count} under {} headings", layout.width);
            let help = if cells.len() < layout.width {
                "add the cells that are missing; a cell may be empty"
            } else {
                "take the extra cells out; a comma inside a cell needs quotes around the cell"
            };
            self.report(Problem::new(codes::RAGGED_ROW, title).help(help).at(about.span, "this row"));
            return;
        }
        let mut row = std::mem::take(&mut self.row);
        let whole = self.read_cells(specs, layout, cells, &mut row);
        let because = layout.because.and_then(|place| cells.get(place)).and_then(|raw| self.because_of(*raw));
        if whole {
            self.push_rows(specs, layout, cells, &mut row, because, about);
        }
        self.row = row;
    }

    /// Reads the cells of a row's columns and puts their numbers into `row`; whether all could be read.
    fn read_cells(&mut self, specs: &[Spec], layout: &Layout, cells: &[Raw<'_>], row: &mut Vec<u32>) -> bool {
        row.clear();
        let mut whole = true;
        for (column, (spec, source)) in specs.iter().zip(&layout.sources).enumerate() {
            let id = match *source {
                Source::Cell(place) => cells.get(place).and_then(|raw| self.cell_id(column, spec, *raw)),
                Source::Ends(low, high) => self.ends_id(column, spec, [low, high], cells),
                Source::Heading | Source::Crossed => Some(0),
            };
            whole = whole && id.is_some();
            row.push(id.unwrap_or_default());
        }
        whole
    }

    /// Adds a row whose cells were read, or in a crosstab a row for each of its values.
    fn push_rows(
        &mut self,
        specs: &[Spec],
        layout: &Layout,
        cells: &[Raw<'_>],
        row: &mut [u32],
        because: Option<Arc<str>>,
        about: About,
    ) {
        if layout.across.is_empty() {
            self.push_row(row, because, about);
            return;
        }
        for (place, key) in &layout.across {
            let Some(raw) = cells.get(*place) else { continue };
            let Some(value) = self.crossed(specs, layout, *raw) else { continue };
            for (column, (id, source)) in row.iter_mut().zip(&layout.sources).enumerate() {
                match source {
                    Source::Heading => *id = self.intern(column, key.clone()),
                    Source::Crossed => *id = value,
                    Source::Cell(_) | Source::Ends(..) => {}
                }
            }
            self.push_row(row, because.clone(), about);
        }
    }

    /// A cell under the headings of a crosstab. An empty one is no row, unless a nearer row would silently serve in its stead.
    fn crossed(&mut self, specs: &[Spec], layout: &Layout, raw: Raw<'_>) -> Option<u32> {
        let at = |wanted: Source| layout.sources.iter().position(|source| *source == wanted);
        let (value, key) = (at(Source::Crossed)?, at(Source::Heading)?);
        let spec = specs.get(value)?;
        let optional = self.column_type(value).is_some_and(|ty| matches!(ty, Type::Optional(_)));
        if raw.text.is_empty() && !optional {
            let nearest = specs
                .get(key)
                .is_some_and(|spec| matches!(spec.role, Role::Break | Role::NextRow | Role::LongestPrefix));
            if nearest {
                let problem =
                    Problem::new(codes::EMPTY_CELL, "an empty cell, in whose stead its neighbour would be found");
                self.report(problem.help("write the value").at(raw.span, format!("no `{}`", spec.name)));
            }
            return None;
        }
        self.cell_id(value, spec, raw)
    }

    pub(super) fn column_type(&self, column: usize) -> Option<&Type> {
        let place = self.places.get(column)?;
        self.table.columns.get(*place).map(|column| &column.ty)
    }

    /// The number of a cell in its column.
    pub(super) fn intern(&mut self, column: usize, cell: Cell) -> u32 {
        self.places.get(column).map_or(0, |place| self.rows.intern(*place, cell))
    }

    /// Reads a cell, unless its text is known in the column; the cell's number there.
    pub(super) fn cell_id(&mut self, column: usize, spec: &Spec, raw: Raw<'_>) -> Option<u32> {
        self.known_or(column, [raw.span, Span::default()], |this| this.read_cell(column, spec, raw))
    }

    fn ends_id(
        &mut self,
        column: usize,
        spec: &Spec,
        ends: [Option<(usize, bool)>; 2],
        cells: &[Raw<'_>],
    ) -> Option<u32> {
        let span = |end: Option<(usize, bool)>| {
            end.and_then(|(place, _)| cells.get(place)).map_or(Span::default(), |raw| raw.span)
        };
        self.known_or(column, ends.map(span), |this| this.read_ends(column, spec, ends, cells))
    }

    /// The number of the cell that was read from these places; only what was read without a word about it is known afterwards.
    fn known_or(
        &mut self,
        column: usize,
        spans: [Span; 2],
        read: impl FnOnce(&mut Self) -> Option<Cell>,
    ) -> Option<u32> {
        if let Some(number) = self.known.number(column, spans) {
            return Some(number);
        }
        let said = (self.errors, self.warnings);
        let cell = read(self)?;
        let number = self.intern(column, cell);
        if said == (self.errors, self.warnings) {
            self.known.learn(column, spans, number);
        }
        Some(number)
    }

    /// Reads one cell; a problem is reported and gives `None`.
    pub(super) fn read_cell(&mut self, column: usize, spec: &Spec, raw: Raw<'_>) -> Option<Cell> {
        let trimmed = trim(raw.text);
        if trimmed != raw.text {
            let problem =
                Problem::new(codes::BAD_CELL, "a blank stands before or after the text of this cell").edit(trimmed);
            self.report(
                problem.help("take the blank out").in_cell(raw.text).at(raw.span, format!("in column `{}`", spec.name)),
            );
            return None;
        }
        let reader = self.readers.get_mut(column)?;
        match reader.read(raw.text, self.context.units) {
            Ok(read) => {
                if let Some(meant) = read.suspicious {
                    let problem = many_decimals(&spec.name, raw.span, &meant);
                    let alone = Number::parse_literal(raw.text).is_ok();
                    self.report(if alone { problem.edit(raw.span, meant) } else { problem });
                }
                Some(read.cell)
            }
            Err(problem) => {
                self.report(problem.at(raw.span, format!("in column `{}`", spec.name)));
                None
            }
        }
    }

    /// Reads a range whose ends stand in two cells; an empty cell is an open end.
    fn read_ends(
        &mut self,
        column: usize,
        spec: &Spec,
        [low, high]: [Option<(usize, bool)>; 2],
        cells: &[Raw<'_>],
    ) -> Option<Cell> {
        let raw = |end: Option<(usize, bool)>| end.and_then(|(place, included)| Some((*cells.get(place)?, included)));
        let written = [raw(low), raw(high)];
        let [low, high] = written
            .map(|end| end.filter(|(raw, _)| !trim(raw.text).is_empty()).map(|(raw, included)| (raw.text, included)));
        let span = written.into_iter().flatten().map(|(raw, _)| raw.span).reduce(Span::to).unwrap_or_default();
        let reader = self.readers.get_mut(column)?;
        let mut suspicious = None;
        let read = match spec.role {
            Role::Valid => reader.period(Ends { low, high }, self.context.units),
            _ => reader.range(Ends { low, high }, "", self.context.units, &mut suspicious),
        };
        if let Some(meant) = suspicious {
            self.report(many_decimals(&spec.name, span, &meant));
        }
        let problem = match read {
            Ok(cell) => return Some(cell),
            Err(problem) => problem,
        };
        // Of one end by itself it is said where that end stands.
        for (raw, included) in written.into_iter().flatten().filter(|(raw, _)| !trim(raw.text).is_empty()) {
            let alone = Ends { low: Some((raw.text, included)), high: None };
            if let Some(Err(problem)) =
                self.readers.get_mut(column).map(|reader| reader.range(alone, raw.text, self.context.units, &mut None))
            {
                self.report(problem.in_cell(raw.text).at(raw.span, format!("an end of `{}`", spec.name)));
                return None;
            }
        }
        self.report(Problem { edit: None, ..problem }.at(span, format!("the ends of `{}`", spec.name)));
        None
    }

    pub(super) fn because_of(&mut self, raw: Raw<'_>) -> Option<Arc<str>> {
        match cell_text::unquote(trim(raw.text)) {
            Some(word) => (!word.text.is_empty()).then(|| (*word.text).into()),
            None => {
                let problem = Problem::new(codes::BAD_CELL, "a reason whose quotes do not close");
                self.report(problem.at(raw.span, "in column `because`"));
                None
            }
        }
    }

    /// Adds a row by the numbers of its cells, which are in the order of the declared columns.
    pub(super) fn push_row(&mut self, ids: &[u32], because: Option<Arc<str>>, about: About) {
        let mut placed = std::mem::take(&mut self.placed);
        placed.clear();
        for column in 0..self.table.columns.len() {
            let own = self.places.binary_search(&column).ok().and_then(|declared| ids.get(declared)).copied();
            placed.push(match about.period.filter(|_| self.period_column == Some(column)) {
                Some(period) => {
                    let period = match own.and_then(|id| self.rows.interned(column, id)) {
                        Some(Cell::Period(own)) => own.within(period),
                        _ => period,
                    };
                    self.rows.intern(column, Cell::Period(period))
                }
                None => own.unwrap_or_else(|| self.rows.intern(column, Cell::Any)),
            });
        }
        self.rows.push_ids(placed.iter().copied(), Origin { number: about.number, span: about.span, because });
        self.placed = placed;
    }
}

/// The text without the blanks around it; a no-break space is no blank but a mistake.
pub(super) fn trim(text: &str) -> &str {
    text.trim_matches([' ', '\t'])
}

fn many_decimals(column: &str, span: Span, meant: &str) -> Diagnostic {
    let title = format!("a number with very many decimals in column `{column}`");
    let diagnostic = Diagnostic::warning(codes::MANY_DECIMALS, title, span, "used as it stands, to the last digit");
    diagnostic.help(format!("a binary fraction that was written out looks like this; was `{meant}` meant?"))
}

fn at(file: FileId, place: std::ops::Range<usize>) -> Span {
    let offset = |byte: usize| u32::try_from(byte).unwrap_or(u32::MAX);
    Span::new(file, offset(place.start), offset(place.end))
}
