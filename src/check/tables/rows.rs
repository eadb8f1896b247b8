//! Rows: each line of an inline table or record of a CSV file becomes a row, or one row for each heading of a crosstab.

use super::cell_text::{self, Ends};
use super::csv::{Csv, Record};
use super::layout::{Heading, Layout, Source, headings_of};
use super::{Builder, Problem, Spec};
use crate::diagnostic::{Diagnostic, codes};
use crate::program::Period;
use crate::source::{FileId, Span};
use crate::syntax::ast;
use crate::table::message::{self, Piece};
use crate::table::{Cell, Default as Miss, Origin, Role};
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
        for row in written() {
            self.otherwise_beside_file(specs, &layout, row, About { number, span: row.span, period });
        }
    }

    /// Reads the row `otherwise` of a table whose rows are in a file: a refusal, or the values in the order of their declaration.
    fn otherwise_beside_file(&mut self, specs: &[Spec], layout: &Layout, row: &ast::Row, about: About) {
        let written = row.cells.iter().skip(row.split).map(|cell| Raw { text: cell.text.trim(), span: cell.span });
        let values: Vec<Raw<'_>> = written.collect();
        let mut cells = vec![Raw { text: "", span: about.span }; layout.width];
        let sources = specs.iter().zip(&layout.sources).filter(|(spec, _)| spec.role == Role::Value);
        for ((_, source), value) in sources.zip(&values) {
            if let Source::Cell(place) = source
                && let Some(cell) = cells.get_mut(*place)
            {
                *cell = *value;
            }
        }
        self.otherwise(specs, layout, &cells, &values, about);
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

    fn file_headings(
        &mut self,
        csv: &mut Csv<'_>,
        record: &mut Record,
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
        let mut read = Vec::with_capacity(specs.len());
        for (column, (spec, source)) in specs.iter().zip(&layout.sources).enumerate() {
            match *source {
                Source::Cell(place) => {
                    if let Some(raw) = cells.get(place) {
                        read.push(self.read_cell(column, spec, *raw));
                    }
                }
                Source::Ends(low, high) => read.push(self.read_ends(column, spec, [low, high], cells)),
                Source::Heading | Source::Crossed => read.push(Some(Cell::Any)),
            }
        }
        let because = layout.because.and_then(|place| cells.get(place)).and_then(|raw| self.because_of(*raw));
        if layout.across.is_empty() {
            if let Some(row) = read.into_iter().collect::<Option<Vec<Cell>>>() {
                self.push_row(row, because, about);
            }
            return;
        }
        let Some(row) = read.into_iter().collect::<Option<Vec<Cell>>>() else { return };
        for (place, key) in &layout.across {
            let Some(raw) = cells.get(*place) else { continue };
            let mut row = row.clone();
            let Some(value) = self.crossed(specs, layout, *raw) else { continue };
            for (cell, source) in row.iter_mut().zip(&layout.sources) {
                match source {
                    Source::Heading => *cell = key.clone(),
                    Source::Crossed => *cell = value.clone(),
                    Source::Cell(_) | Source::Ends(..) => {}
                }
            }
            self.push_row(row, because.clone(), About { span: about.span, ..about });
        }
    }

    /// A cell under the headings of a crosstab. An empty one is no row, unless a nearer row would silently serve in its stead.
    fn crossed(&mut self, specs: &[Spec], layout: &Layout, raw: Raw<'_>) -> Option<Cell> {
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
        self.read_cell(value, spec, raw)
    }

    pub(super) fn column_type(&self, column: usize) -> Option<&Type> {
        let place = self.places.get(column)?;
        self.table.columns.get(*place).map(|column| &column.ty)
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
        let end = |end: Option<(usize, bool)>| {
            let (place, included) = end?;
            let raw = cells.get(place)?;
            (!trim(raw.text).is_empty()).then_some((raw.text, included))
        };
        let span = [low, high].into_iter().flatten().filter_map(|(place, _)| cells.get(place)).map(|raw| raw.span);
        let span = span.reduce(Span::to).unwrap_or_default();
        let reader = self.readers.get_mut(column)?;
        let ends = Ends { low: end(low), high: end(high) };
        let mut suspicious = None;
        let read = match spec.role {
            Role::Valid => reader.period(ends, self.context.units),
            _ => reader.range(ends, "", self.context.units, &mut suspicious),
        };
        if let Some(meant) = suspicious {
            self.report(many_decimals(&spec.name, span, &meant));
        }
        read.map_err(|problem| {
            self.report(Problem { edit: None, ..problem }.at(span, format!("the ends of `{}`", spec.name)))
        })
        .ok()
    }

    fn because_of(&mut self, raw: Raw<'_>) -> Option<Arc<str>> {
        match cell_text::unquote(trim(raw.text)) {
            Some(word) => (!word.text.is_empty()).then(|| word.text.as_str().into()),
            None => {
                let problem = Problem::new(codes::BAD_CELL, "a reason whose quotes do not close");
                self.report(problem.at(raw.span, "in column `because`"));
                None
            }
        }
    }

    /// Adds a row whose cells are in the order of the declared columns.
    fn push_row(&mut self, cells: Vec<Cell>, because: Option<Arc<str>>, about: About) {
        let mut placed = vec![Cell::Any; self.table.columns.len()];
        for (cell, place) in cells.into_iter().zip(&self.places) {
            if let Some(target) = placed.get_mut(*place) {
                *target = cell;
            }
        }
        if let Some(period) = about.period
            && let Some(cell) = self.period_column.and_then(|column| placed.get_mut(column))
        {
            *cell = match cell {
                Cell::Period(own) => Cell::Period(Period {
                    from: own.from.max(period.from),
                    until: match (own.until, period.until) {
                        (Some(own), Some(until)) => Some(own.min(until)),
                        (own, until) => own.or(until),
                    },
                }),
                _ => Cell::Period(period),
            };
        }
        self.rows.push(placed, Origin { number: about.number, span: about.span, because });
    }

    pub(super) fn otherwise_inline(
        &mut self,
        specs: &[Spec],
        layout: &Layout,
        keys: &[Raw<'_>],
        values: &[Raw<'_>],
        about: About,
    ) {
        let (keys, values) = if values.is_empty() && keys.len() > 1 { keys.split_at(1) } else { (keys, values) };
        if let Some(extra) = keys.iter().skip(1).find(|cell| !cell.text.is_empty()) {
            let problem = Problem::new(codes::OTHERWISE_PLACE, "`otherwise` stands for all keys");
            self.report(problem.help("leave the other keys empty, or out").at(extra.span, "not needed"));
            return;
        }
        // The cells under the headings after `||`, with the keys left empty.
        let blank = Raw { text: "", span: about.span };
        let mut cells = vec![blank; layout.split];
        cells.extend(values);
        self.otherwise(specs, layout, &cells, values, about);
    }

    fn otherwise_file(&mut self, specs: &[Spec], layout: &Layout, cells: &[Raw<'_>], about: About) {
        let value = |source: &Source| matches!(source, Source::Cell(_));
        let sources =
            specs.iter().zip(&layout.sources).filter(|(spec, source)| spec.role == Role::Value && value(source));
        let places: Vec<usize> =
            sources.filter_map(|(_, source)| if let Source::Cell(at) = source { Some(*at) } else { None }).collect();
        let places = if layout.across.is_empty() { places } else { layout.across.iter().map(|(at, _)| *at).collect() };
        let filled = places.iter().filter_map(|at| cells.get(*at)).filter(|raw| !raw.text.is_empty());
        let values: Vec<Raw<'_>> = filled.copied().collect();
        self.otherwise(specs, layout, cells, &values, about);
    }

    /// A refusal fills in keys of the look-up, and nothing else.
    fn check_refusal(&mut self, specs: &[Spec], message: &str, span: Span) {
        let keys: Vec<&str> =
            specs.iter().filter(|s| !matches!(s.role, Role::Value | Role::Valid)).map(|s| s.name.as_str()).collect();
        for piece in message::pieces(message) {
            let Piece::Key(name) = piece else { continue };
            if !keys.contains(&name) {
                let problem = Problem::new(codes::UNKNOWN_NAME, format!("the table has no key `{name}` to fill in"));
                let help = format!("its keys are {}; a brace itself is written `{{{{`", keys.join(", "));
                self.report(problem.help(help).at(span, "in this message"));
            }
        }
    }

    /// Takes the `otherwise` row: a refusal, or the values of a miss. `values` are its cells after the keys that hold something.
    fn otherwise(&mut self, specs: &[Spec], layout: &Layout, cells: &[Raw<'_>], values: &[Raw<'_>], about: About) {
        if let Some(before) = self.otherwise.replace(about.span) {
            let problem = Problem::new(codes::OTHERWISE_PLACE, "two rows `otherwise`");
            self.report(
                problem.help("keep one, as the last row").at(about.span, "the second").also(before, "the first"),
            );
            return;
        }
        if let Some(first) = values.first()
            && first.text.starts_with("refuse ")
        {
            match cell_text::refusal(first.text) {
                Some((code, message)) => {
                    self.check_refusal(specs, &message, first.span);
                    self.table.default = Miss::Refuse(code.into(), message.into(), first.span);
                }
                None => {
                    let problem = Problem::new(codes::BAD_CELL, "a refusal that cannot be read");
                    self.report(problem.help("write `refuse \"CODE\" \"message\"`").at(first.span, "this refusal"));
                }
            }
            return;
        }
        let mut row = Vec::with_capacity(specs.len());
        for (column, (spec, source)) in specs.iter().zip(&layout.sources).enumerate() {
            let raw = match source {
                _ if spec.role != Role::Value => {
                    row.push(Some(Cell::Any));
                    continue;
                }
                Source::Cell(place) => cells.get(*place),
                _ => values.first(),
            };
            let Some(raw) = raw else {
                let problem = Problem::new(codes::RAGGED_ROW, format!("`otherwise` has no cell for `{}`", spec.name));
                self.report(
                    problem.help("write its values, or `refuse \"CODE\" \"message\"`").at(about.span, "this row"),
                );
                return;
            };
            row.push(self.read_cell(column, spec, *raw));
        }
        let because = layout.because.and_then(|place| cells.get(place)).and_then(|raw| self.because_of(*raw));
        if let Some(row) = row.into_iter().collect::<Option<Vec<Cell>>>() {
            self.push_row(row, because, About { period: None, ..about });
            self.table.default = Miss::Row;
        }
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
