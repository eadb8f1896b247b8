//! Tables: the columns, hit policy and rows of a declaration become a [`Table`] whose cells are values in the columns' units.
//!
//! Rows stand in the rule file between bars or in a CSV file; both go through the same readers and the same checks. Several
//! declarations of one name with a period each become one table whose rows carry the period. A problem is told with the place
//! of the cell, in whichever file that is, and a table tells at most [`MOST_PROBLEMS`].

mod cell_text;
mod cells;
mod checks;
mod csv;
mod gaps;
mod known;
mod layout;
mod numbers;
mod otherwise;
mod overriding;
mod region;
mod rows;
mod trial;
mod zeros;

pub(super) use csv::{Csv, Record};
pub(crate) use overriding::override_rows;
pub(super) use region::show;
pub use trial::{CellFault, CellTrial, TriedCell};

use crate::check::Loader;
use crate::diagnostic::{Code, Diagnostic, codes, did_you_mean};
use crate::program::{EnumType, Period};
use crate::source::{SourceMap, Span};
use crate::syntax::ast::{self, Collect};
use crate::table::{Column, Default as Miss, HitPolicy, Index, Role, Rows, RowsBuilder, Table};
use crate::types::{Type, Units};
use crate::value::Value;
use cells::CellReader;
use known::Known;
use std::ops::Range;

/// How many problems are told of one table; more are counted.
const MOST_PROBLEMS: usize = 20;

/// What reading a table needs to know of the rule set.
pub(crate) struct TableContext<'a> {
    /// Units for cells that write one.
    pub(crate) units: &'a mut Units,
    /// The enumerations, by their identity.
    pub(crate) enums: &'a [EnumType],
    /// Where the text of a CSV file is kept for its spans.
    pub(crate) sources: &'a mut SourceMap,
    /// Where CSV files come from.
    pub(crate) loader: &'a dyn Loader,
    /// The folder of the rule file inside the loader's root: empty, or `a/b`.
    pub(crate) folder: &'a str,
    /// Where problems go.
    pub(crate) diagnostics: &'a mut Vec<Diagnostic>,
    /// Where gaps go that are none for look-ups which say `if any`.
    pub(crate) gaps: &'a mut Vec<LeftOut>,
}

/// Keys that no row of a table matches, said if a look-up in it makes them a problem.
#[derive(Debug, Clone)]
pub(crate) struct LeftOut {
    /// The table's name.
    pub(crate) table: String,
    /// What is said.
    pub(crate) diagnostic: Diagnostic,
}

/// A problem whose place is not known yet.
#[derive(Debug, Clone)]
pub(super) struct Problem {
    code: Code,
    title: String,
    help: Option<String>,
    edit: Option<String>,
    /// The part of the cell's text that it is about, and so what its edit replaces.
    part: Option<Range<u32>>,
    /// The length of the cell's text; in a file its place is longer where it stands in quotes.
    cell: Option<u32>,
}

impl Problem {
    fn new(code: Code, title: impl Into<String>) -> Self {
        Problem { code, title: title.into(), help: None, edit: None, part: None, cell: None }
    }

    fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(text.into());
        self
    }

    fn edit(mut self, text: impl Into<String>) -> Self {
        self.edit = Some(text.into());
        self
    }

    pub(super) fn at(self, span: Span, label: impl Into<String>) -> Diagnostic {
        let mut diagnostic = Diagnostic::error(self.code, self.title, span, label);
        diagnostic.help = self.help;
        match (self.edit, edited(span, self.part, self.cell)) {
            (Some(text), Some(span)) => diagnostic.edit(span, text),
            _ => diagnostic,
        }
    }

    /// It is about the text of a whole cell, unless a part of it was told already.
    fn in_cell(mut self, cell: &str) -> Self {
        let length = u32::try_from(cell.len()).unwrap_or(u32::MAX);
        self.part = self.part.or(Some(0..length));
        self.cell = Some(length);
        self
    }

    /// It is about one part of the cell; where that is no part of it, nothing can be proposed.
    fn in_part(mut self, part: &str, cell: &str) -> Self {
        let place = || {
            let start = part.as_ptr().addr().checked_sub(cell.as_ptr().addr())?;
            let end = start.checked_add(part.len()).filter(|end| *end <= cell.len())?;
            Some(u32::try_from(start).ok()?..u32::try_from(end).ok()?)
        };
        match place() {
            Some(place) => self.part = Some(place),
            None => self.edit = None,
        }
        self
    }
}

/// The place of a part of the cell at `span`: the cell's text stands there as it is, or between quotes. `None` where it is written otherwise.
fn edited(span: Span, part: Option<Range<u32>>, cell: Option<u32>) -> Option<Span> {
    let (Some(part), Some(cell)) = (part, cell) else { return Some(span) };
    let quote = match span.end.checked_sub(span.start)?.checked_sub(cell)? {
        0 => 0,
        2 => 1,
        _ => return None,
    };
    let start = span.start.checked_add(quote)?;
    Some(Span::new(span.file, start.checked_add(part.start)?, start.checked_add(part.end)?))
}

/// The value of a cell outside a table, such as one of a test book.
pub(super) fn read_value(text: &str, ty: &Type, enums: &[EnumType], units: &mut Units) -> Result<Value, Problem> {
    match CellReader::new(Role::Value, ty, enums).read(text, units)?.cell {
        crate::table::Cell::Value(value) => Ok(value),
        _ => Err(Problem::new(codes::BAD_CELL, "one value is wanted here")),
    }
}

/// A declared column, as one declaration of the table writes it.
struct Spec {
    name: String,
    role: Role,
    heading: String,
    ends: Option<ast::ColumnEnds>,
    span: Span,
}

/// A table while its rows are read.
struct Builder<'b, 'a> {
    context: &'b mut TableContext<'a>,
    /// A reader for each declared column.
    readers: Vec<CellReader<'b>>,
    /// The place in the table's rows of each declared column, ascending.
    places: Vec<usize>,
    /// The column that holds the period of a declaration.
    period_column: Option<usize>,
    table: Table,
    /// The rows of the table that were read.
    rows: RowsBuilder,
    /// What was read of the file that is being read.
    known: Known,
    /// The memory of one row: the numbers of its cells as declared, and in the order of the table.
    row: Vec<u32>,
    placed: Vec<u32>,
    /// The `otherwise` row.
    otherwise: Option<Span>,
    /// The periods of the declarations, and where they are written.
    editions: Vec<(Period, Span)>,
    /// It was declared as a crosstab, whose empty cells are no rows.
    crosstab: bool,
    errors: usize,
    warnings: usize,
}

/// Builds the table that the declarations of one name make. `types` are those of the first declaration's columns, in their order,
/// `None` for `valid`; `periods` are the declarations' own. Problems are reported; where one is an error the table serves only to find more of them.
///
/// A table with a period has a column of role `valid` before its values even where none is declared. `None` without a declaration.
/// Cost: O(n log n) in the number of rows, and more for the comparison of rows that overlap in many columns, up to a bound.
pub(crate) fn build(
    context: &mut TableContext<'_>,
    declarations: &[&ast::Table],
    types: &[Option<Type>],
    periods: &[Option<Period>],
) -> Option<Table> {
    let first = *declarations.first()?;
    let enums = context.enums;
    let columns: Vec<Column> = first
        .columns
        .iter()
        .zip(types.iter().chain(std::iter::repeat(&None)))
        .map(|(column, ty)| Column {
            name: column.name.text.clone(),
            role: column.role,
            ty: ty.clone().unwrap_or(if column.role == Role::Valid { Type::Date } else { Type::Unknown }),
            span: column.span,
        })
        .collect();
    let unknown = columns.iter().any(|column| column.ty.present() == &Type::Unknown);
    let readers = columns.iter().map(|column| CellReader::new(column.role, &column.ty, enums)).collect();
    let mut builder = Builder::new(context, first, columns, readers, declarations);
    let columns_fit = builder.check_columns(first);
    builder.take_policy(first);
    let written = |table: &ast::Table| table.effective.as_ref().map_or(table.name.span, |range| range.span);
    let editions = declarations.iter().zip(periods).filter_map(|(table, period)| Some(((*period)?, written(table))));
    builder.editions = editions.collect();
    if columns_fit && !unknown {
        for (declaration, period) in declarations.iter().zip(periods) {
            builder.read(first, declaration, *period);
        }
        builder.finish(first);
    } else {
        builder.table.index_rows();
    }
    builder.count_the_rest(first.name.span);
    Some(builder.table)
}

impl<'b, 'a> Builder<'b, 'a> {
    fn new(
        context: &'b mut TableContext<'a>,
        first: &ast::Table,
        mut columns: Vec<Column>,
        readers: Vec<CellReader<'b>>,
        declarations: &[&ast::Table],
    ) -> Self {
        let mut places: Vec<usize> = (0..columns.len()).collect();
        let mut period_column = columns.iter().position(|column| column.role == Role::Valid);
        let has_period = declarations.iter().any(|declaration| declaration.effective.is_some());
        if has_period && period_column.is_none() {
            let at = columns.iter().position(|column| column.role == Role::Value).unwrap_or(columns.len());
            let span = first.effective.as_ref().map_or(first.name.span, |range| range.span);
            columns.insert(at, Column { name: "valid".into(), role: Role::Valid, ty: Type::Date, span });
            places.iter_mut().filter(|place| **place >= at).for_each(|place| *place = place.saturating_add(1));
            period_column = Some(at);
        }
        let table = Table {
            name: first.name.text.clone(),
            columns,
            policy: HitPolicy::Unique,
            rows: Rows::default(),
            default: Miss::Error,
            index: Index::default(),
            span: first.name.span,
        };
        let rows = RowsBuilder::new(table.columns.len());
        let known = Known::default();
        Builder {
            context,
            readers,
            places,
            period_column,
            table,
            rows,
            known,
            row: Vec::new(),
            placed: Vec::new(),
            otherwise: None,
            editions: Vec::new(),
            crosstab: first.crosstab,
            errors: 0,
            warnings: 0,
        }
    }

    /// Reports a problem, unless the table has had its share.
    fn report(&mut self, diagnostic: Diagnostic) {
        let count = match diagnostic.severity {
            crate::diagnostic::Severity::Error => &mut self.errors,
            crate::diagnostic::Severity::Warning => &mut self.warnings,
        };
        *count = count.saturating_add(1);
        if *count <= MOST_PROBLEMS {
            self.context.diagnostics.push(diagnostic);
        }
    }

    fn count_the_rest(&mut self, span: Span) {
        let name = &self.table.name;
        let errors = self.errors.saturating_sub(MOST_PROBLEMS);
        if errors > 0 {
            let title = format!("and {errors} more problems in the table `{name}`");
            let diagnostic = Diagnostic::error(codes::MORE_PROBLEMS, title, span, "this table");
            self.context
                .diagnostics
                .push(diagnostic.help("mend the first ones; the others are often of the same kind"));
        }
        let warnings = self.warnings.saturating_sub(MOST_PROBLEMS);
        if warnings > 0 {
            let title = format!("and {warnings} more warnings about the table `{name}`");
            self.context.diagnostics.push(Diagnostic::warning(codes::MORE_WARNINGS, title, span, "this table"));
        }
    }

    /// Whether the columns can be those of a table.
    fn check_columns(&mut self, declaration: &ast::Table) -> bool {
        let before = self.errors;
        let mut seen: Vec<&ast::Column> = Vec::new();
        for (column, reader) in declaration.columns.iter().zip(0..) {
            let place = self.places.get(reader).copied().unwrap_or(reader);
            let ty = self.table.columns.get(place).map_or(Type::Unknown, |column| column.ty.clone());
            if let Some(problem) = column_problem(column, &ty) {
                self.report(problem.at(column.span, "this column"));
            }
            if let Some(twin) = seen.iter().find(|other| other.name.text == column.name.text) {
                let title = format!("two columns are called `{}`", column.name.text);
                let diagnostic = Diagnostic::error(codes::DEFINED_TWICE, title, column.name.span, "the second");
                self.report(diagnostic.also(twin.name.span, "the first"));
            }
            seen.push(column);
        }
        let keys = declaration.columns.iter().filter(|c| !matches!(c.role, Role::Value | Role::Valid)).count();
        let values = declaration.columns.iter().filter(|c| c.role == Role::Value).count();
        let fault = match (declaration.crosstab, keys, values) {
            (_, _, 0) => {
                Some(("a table without a column of values", "add one after the keys, such as `-> price : money`"))
            }
            (true, 0, _) => {
                Some(("a crosstab without a key to go across", "declare it: `across weight : mass in lb by break`"))
            }
            (true, _, 2..) => {
                Some(("a crosstab with several columns of values", "a crosstab has one; write the table row by row"))
            }
            _ => None,
        };
        if let Some((title, help)) = fault {
            self.report(Diagnostic::error(codes::BAD_COLUMN, title, declaration.name.span, "this table").help(help));
        }
        self.errors == before
    }

    fn take_policy(&mut self, declaration: &ast::Table) {
        let Some((policy, span)) = &declaration.policy else { return };
        self.table.policy = match policy {
            ast::HitPolicy::Unique => HitPolicy::Unique,
            ast::HitPolicy::First => HitPolicy::First,
            ast::HitPolicy::Any => HitPolicy::Any,
            ast::HitPolicy::MostSpecific => HitPolicy::MostSpecific,
            ast::HitPolicy::Collect(collect) => {
                self.check_collect(*collect, *span);
                HitPolicy::Collect(*collect)
            }
            ast::HitPolicy::Priority(highest, name) => match self.priority_column(name) {
                Some(column) => HitPolicy::Priority(*highest, column),
                None => HitPolicy::First,
            },
        };
    }

    fn check_collect(&mut self, collect: Collect, span: Span) {
        let word = match collect {
            Collect::Sum => "sum",
            Collect::Min => "min",
            Collect::Max => "max",
            Collect::Count | Collect::List => return,
        };
        let numeric =
            |column: &&Column| column.role == Role::Value && column.ty != Type::Unknown && !column.ty.is_numeric();
        if let Some(column) = self.table.columns.iter().find(numeric) {
            let title = format!("`collect {word}` needs columns of numbers, and `{}` is none", column.name);
            let diagnostic = Diagnostic::error(codes::BAD_POLICY, title, span, "this policy");
            let diagnostic = diagnostic.also(column.span, "not a column of numbers that are always there");
            self.report(diagnostic.help("take the column out, or use `collect list`"));
        }
    }

    fn priority_column(&mut self, name: &ast::Name) -> Option<u16> {
        let values = || self.table.columns.iter().enumerate().filter(|(_, column)| column.role == Role::Value);
        let found = values().find(|(_, column)| column.name == name.text);
        let problem = match found {
            Some((at, column)) if column.ty.is_ordered() || column.ty == Type::Unknown => {
                return u16::try_from(at).ok();
            }
            Some((_, column)) => Diagnostic::error(
                codes::BAD_POLICY,
                format!("`{}` has no highest and lowest", column.name),
                name.span,
                "its values have no order",
            )
            .help("name a column of numbers or dates"),
            None => {
                let title = format!("the table has no column of values called `{}`", name.text);
                let diagnostic = Diagnostic::error(codes::BAD_POLICY, title, name.span, "not a column after `->`");
                match did_you_mean(&name.text, values().map(|(_, column)| column.name.as_str())) {
                    Some(near) => diagnostic.help(format!("did you mean `{near}`?")).edit(name.span, near),
                    None => diagnostic,
                }
            }
        };
        self.report(problem);
        None
    }

    /// The columns as a declaration writes them; `None` where they are not those of the first.
    fn specs(&mut self, first: &ast::Table, declaration: &ast::Table) -> Option<Vec<Spec>> {
        let same = |a: &ast::Column, b: &ast::Column| a.name.text == b.name.text && a.role == b.role;
        let pairs = || first.columns.iter().zip(&declaration.columns);
        if first.columns.len() != declaration.columns.len() || !pairs().all(|(a, b)| same(a, b)) {
            let differing = pairs().find(|(a, b)| !same(a, b)).map_or(declaration.name.span, |(_, column)| column.span);
            let title = format!("`{}` has other columns than where it was declared first", declaration.name.text);
            let diagnostic = Diagnostic::error(codes::COLUMNS_DIFFER, title, differing, "differs");
            self.report(
                diagnostic
                    .also(first.name.span, "declared first here")
                    .help("declare the same columns in the same order for each period"),
            );
            return None;
        }
        let spec = |column: &ast::Column| Spec {
            name: column.name.text.clone(),
            role: column.role,
            heading: column.heading.as_ref().map_or_else(|| column.name.text.clone(), |heading| heading.text.clone()),
            ends: column.ends.clone(),
            span: column.span,
        };
        Some(declaration.columns.iter().map(spec).collect())
    }

    fn read(&mut self, first: &ast::Table, declaration: &ast::Table, period: Option<Period>) {
        let Some(specs) = self.specs(first, declaration) else { return };
        match &declaration.file {
            Some(file) => self.read_file(&specs, declaration, file, period),
            None => self.read_inline(&specs, declaration, period),
        }
    }

    /// Gives the table the rows that were read.
    fn take_rows(&mut self) {
        let read = std::mem::replace(&mut self.rows, RowsBuilder::new(0));
        self.table.rows = read.build();
    }

    fn finish(&mut self, declaration: &ast::Table) {
        self.take_rows();
        if self.table.is_empty() && self.errors == 0 && !matches!(self.table.default, Miss::Refuse(..)) {
            let diagnostic =
                Diagnostic::error(codes::NO_ROWS, "a table without rows", declaration.name.span, "no row was found");
            self.report(
                diagnostic.help("add a row; a table that is still to be filled can have `| otherwise || … |` alone"),
            );
        }
        self.table.index_rows();
        if self.errors == 0 {
            self.check_rows();
            self.check_zeros();
        }
    }
}

/// What is wrong with a column by itself.
fn column_problem(column: &ast::Column, ty: &Type) -> Option<Problem> {
    let name = &column.name.text;
    let bad = |title: String, help: &str| Some(Problem::new(codes::BAD_COLUMN, title).help(help));
    let plain = !matches!(ty.present(), Type::Record(_) | Type::Row(_) | Type::List(_));
    if !plain {
        return bad(
            format!("the column `{name}` cannot be read from a cell"),
            "a column has a plain type: a number, a quantity, a text, a date, a member",
        );
    }
    if ty.present() == &Type::Unknown {
        return None;
    }
    let ends_fit = matches!(column.role, Role::Range | Role::Valid);
    if column.ends.is_some() && !ends_fit {
        return bad(
            format!("the column `{name}` has two ends and is not matched by range"),
            "write `by range` before `from`",
        );
    }
    match column.role {
        Role::Range | Role::Break | Role::NextRow if !ty.present().is_ordered() => bad(
            format!("the values of `{name}` have no order, so it cannot be matched by range or break"),
            "match it exactly",
        ),
        Role::LongestPrefix if ty.present() != &Type::Text => {
            bad(format!("`{name}` is not a text, so it has no prefixes"), "declare it as `text`")
        }
        _ => None,
    }
}
