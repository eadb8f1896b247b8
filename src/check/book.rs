//! Test books: a test for each row of a CSV file, whose headings say what a column gives or expects.
//!
//! | heading | a cell holds |
//! |---|---|
//! | `name` | the name of the test |
//! | `given FIELD` | the field's value; empty leaves it out |
//! | `charge CODE` | the amount; `none` where it does not apply |
//! | `total` | the total |
//! | `flag CODE` | `yes` or `no` |
//! | `refusal`, `error` | the code; the kind's words |
//! | `expect EXPRESSION` | what the expression is |
//!
//! An empty cell expects nothing.

use super::Checker;
use super::scope::Scope;
use super::tables::{Csv, Record};
use crate::diagnostic::{Diagnostic, codes, counted};
use crate::program::{Expect, ExpectKind, Expr, ExprKind, Test};
use crate::source::{FileId, Span};
use crate::syntax::{self, ast};
use crate::types::{Type, UnitExpr};
use std::ops::Range;
use std::rc::Rc;

/// What a column gives or expects.
enum Column {
    Name,
    Given(u16),
    Charge(ast::Name, Option<UnitExpr>),
    Total,
    Flag(ast::Name),
    Refusal,
    Error,
    That(ast::Expr),
}

impl Checker<'_> {
    /// Reads a test book and adds its tests.
    pub(super) fn test_book(&mut self, test: &ast::Test, folder: &str) {
        let Some(path) = test.file.as_ref() else { return };
        let Some(full) = self.resolve_path(folder, path) else { return };
        let text: Rc<str> = match self.loader.load(&full) {
            Ok(text) => text.into(),
            Err(why) => {
                self.report(
                    Diagnostic::error(codes::CANNOT_READ, format!("cannot read `{full}`"), path.span, why)
                        .help("paths are relative to the folder of the file that names them"),
                );
                return;
            }
        };
        let file = self.sources.add(&full, &text);
        let mut csv = Csv::new(&text);
        let mut record = Record::default();
        let Some(headings) = self.next_record(&mut csv, &mut record, file) else {
            self.report(
                Diagnostic::error(codes::EMPTY_BOOK, "this test book has no headings", path.span, "an empty file")
                    .help("the first line says what each column gives or expects, such as `name,given weight,total`"),
            );
            return;
        };
        if let Some(problem) = record.semicolons() {
            self.report(problem.at(span_of(file, &record.place()), "the headings"));
            return;
        }
        let columns: Vec<Option<Column>> =
            headings.iter().map(|(heading, place)| self.book_column(heading, span_of(file, place))).collect();
        let mut row = 0u32;
        while let Some(cells) = self.next_record(&mut csv, &mut record, file) {
            row = row.saturating_add(1);
            if cells.len() != columns.len() {
                let place =
                    cells.first().map_or(0..0, |(_, first)| first.start..cells.last().map_or(0, |(_, l)| l.end));
                self.report(
                    Diagnostic::error(
                        codes::RAGGED_BOOK,
                        format!(
                            "this row has {} under {}",
                            counted(cells.len(), "cell"),
                            counted(columns.len(), "heading")
                        ),
                        span_of(file, &place),
                        "not one cell for each heading",
                    )
                    .help("write a cell for each heading; leave it empty to expect nothing"),
                );
                continue;
            }
            let test = self.book_row(&test.name.text, row, &columns, &cells, file);
            self.tests.push(test);
        }
    }

    fn next_record<'t>(
        &mut self,
        csv: &mut Csv<'t>,
        record: &mut Record<'t>,
        file: FileId,
    ) -> Option<Vec<(String, Range<usize>)>> {
        match csv.next(record) {
            Ok(true) => Some(record.cells().map(|(text, place)| (text.trim().to_string(), place)).collect()),
            Ok(false) => None,
            Err((problem, place)) => {
                self.report(problem.at(span_of(file, &place), "here"));
                None
            }
        }
    }

    fn book_column(&mut self, heading: &str, span: Span) -> Option<Column> {
        let (word, rest) = heading.split_once(' ').unwrap_or((heading, ""));
        let name = ast::Name { text: rest.trim().to_string(), span: self.part_of(span, rest.trim()) };
        match (word, rest.is_empty()) {
            ("name", true) => Some(Column::Name),
            ("total", true) => Some(Column::Total),
            ("refusal", true) => Some(Column::Refusal),
            ("error", true) => Some(Column::Error),
            ("given", false) => self.input_slot(&name).map(Column::Given),
            ("flag", false) => Some(Column::Flag(name)),
            ("charge", false) => {
                let unit = match self.charge_index(&name) {
                    Some(index) => Some(self.charge_unit(index, &name.text, span)?.0),
                    None => {
                        self.line_code(&name)?;
                        None
                    }
                };
                Some(Column::Charge(name, unit))
            }
            ("expect", false) => {
                let (expr, problems) = syntax::parse_expression(span.file, rest, self.part_of(span, rest).start);
                let fine = problems.is_empty();
                self.diagnostics.extend(problems);
                fine.then_some(Column::That(expr))
            }
            _ => {
                self.report(
                    Diagnostic::error(codes::UNKNOWN_HEADING, format!("a test book has no column `{heading}`"), span, "not a heading")
                        .help("the headings are `name`, `given FIELD`, `charge CODE`, `total`, `flag CODE`, `refusal`, `error` and `expect EXPRESSION`"),
                );
                None
            }
        }
    }

    fn book_row(
        &mut self,
        book: &str,
        row: u32,
        columns: &[Option<Column>],
        cells: &[(String, Range<usize>)],
        file: FileId,
    ) -> Test {
        let mut scope = Scope::default();
        let mut name = format!("{book}, row {row}");
        let mut given: Vec<(u16, Expr)> = Vec::new();
        let mut whole = Span::new(file, 0, 0);
        for (at, (column, (text, place))) in columns.iter().zip(cells).enumerate() {
            let span = span_of(file, place);
            whole = if at == 0 { span } else { whole.to(span) };
            match column {
                Some(Column::Name) if !text.is_empty() => name = format!("{book}: {text}"),
                Some(Column::Given(slot)) if !text.is_empty() => {
                    let ty = self.inputs.get(*slot as usize).map_or(Type::Unknown, |field| field.ty.clone());
                    if let Some(value) = self.book_value(text, &ty, span, &mut scope) {
                        given.push((*slot, value));
                    }
                }
                _ => {}
            }
        }
        self.chosen = super::tests::chosen_currencies(&given);
        let mut expects = Vec::new();
        for (column, (text, place)) in columns.iter().zip(cells) {
            let Some(column) = column.as_ref().filter(|_| !text.is_empty()) else { continue };
            let span = span_of(file, place);
            if let Some(kind) = self.book_expectation(column, text, span, &mut scope) {
                expects.push(Expect { kind, span });
            }
        }
        self.chosen.clear();
        Test { name, given, expects, locals: scope.slots(), span: whole }
    }

    fn book_expectation(&mut self, column: &Column, text: &str, span: Span, scope: &mut Scope) -> Option<ExpectKind> {
        let written = |text: &str| ast::Text { text: text.to_string(), span };
        let kind = match column {
            Column::Name | Column::Given(_) => return None,
            Column::Charge(code, _) if text == "none" => ast::ExpectKind::NoCharge(code.clone()),
            Column::Charge(code, unit) => {
                let amount = self.book_amount(text, unit.as_ref(), span)?;
                ast::ExpectKind::Charge { code: code.clone(), amount: Some(amount), by: None }
            }
            Column::Total => {
                let house = self.currency.map(|currency| self.units.money(currency));
                ast::ExpectKind::Total(self.book_amount(text, house.as_ref(), span)?)
            }
            Column::Flag(code) => ast::ExpectKind::Flag(code.clone(), text != "no"),
            Column::Refusal => ast::ExpectKind::Refusal(written(text)),
            Column::Error => ast::ExpectKind::Error(written(text)),
            Column::That(expr) => return self.book_equality(expr, text, span, scope),
        };
        self.expectation(&ast::Expect { kind, span }, scope).map(|expect| expect.kind)
    }

    fn book_equality(&mut self, expr: &ast::Expr, text: &str, span: Span, scope: &mut Scope) -> Option<ExpectKind> {
        scope.learn(self.all_facts());
        let found = self.expression(expr, None, scope);
        let wanted = self.book_value(text, &found.ty.clone(), span, scope)?;
        let (found, wanted) = self.same_kind(found, wanted, false)?;
        let kind = ExprKind::Compare(crate::program::Comparison::Is, found, wanted);
        Some(ExpectKind::That(Expr::new(kind, Type::YesNo, span)))
    }

    /// An amount in a cell as it would stand in a rule file: a bare number is one of the column's unit.
    fn book_amount(&mut self, text: &str, unit: Option<&UnitExpr>, span: Span) -> Option<ast::Expr> {
        let (mut expr, problems) = syntax::parse_expression(span.file, text, self.part_of(span, text).start);
        if !problems.is_empty() {
            self.diagnostics.extend(problems);
            return None;
        }
        if let (ast::ExprKind::Literal(ast::Literal::Number(_, place @ None)), Some(unit)) = (&mut expr.kind, unit) {
            *place = Some(Box::new(self.written_unit(unit, span)));
        }
        Some(expr)
    }

    /// The place of a part of a cell, without the quotes and blanks around it; the whole cell where it is not written as it reads.
    fn part_of(&self, cell: Span, part: &str) -> Span {
        let Some(at) = self.sources.text(cell).rfind(part) else { return cell };
        let start = cell.start.saturating_add(at as u32);
        Span::new(cell.file, start, start.saturating_add(part.len() as u32))
    }

    fn written_unit(&self, unit: &UnitExpr, span: Span) -> ast::UnitExpr {
        let name = |id| ast::Name { text: self.units.get(id).map(|u| u.name.clone()).unwrap_or_default(), span };
        let mut names = unit.parts().iter().map(|(id, _)| name(*id));
        let top = names.next().unwrap_or(ast::Name { text: String::new(), span });
        ast::UnitExpr { top, per: names.collect(), span }
    }

    /// A value in a cell, as in a table's cell; what a cell cannot hold is written as in a rule file.
    fn book_value(&mut self, text: &str, ty: &Type, span: Span, scope: &mut Scope) -> Option<Expr> {
        if matches!(ty.present(), Type::List(_) | Type::Record(_) | Type::Instant | Type::Months) {
            let (expr, problems) = syntax::parse_expression(span.file, text, self.part_of(span, text).start);
            if !problems.is_empty() {
                self.diagnostics.extend(problems);
                return None;
            }
            let checked = self.expect(&expr, ty, "this cell", scope);
            return (checked.ty != Type::Unknown).then_some(checked);
        }
        if ty.present() == &Type::Unknown {
            return None;
        }
        let span = self.part_of(span, text);
        match super::tables::read_value(text, ty, &self.enums, &mut self.units) {
            Ok(value) => Some(Expr::new(ExprKind::Constant(value), ty.clone(), span)),
            Err(problem) => {
                self.report(problem.at(span, "in this cell"));
                None
            }
        }
    }
}

fn span_of(file: FileId, place: &Range<usize>) -> Span {
    Span::new(file, place.start as u32, place.end as u32)
}
