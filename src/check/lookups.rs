//! Look-ups in tables and parameters on a date.

use super::scope::Scope;
use super::{Checker, Progress, Symbol};
use crate::diagnostic::{Diagnostic, codes, counted, did_you_mean};
use crate::program::{Expr, ExprKind};
use crate::source::Span;
use crate::syntax::ast::{self, Collect};
use crate::table::{Default as Miss, HitPolicy, Role, Table};
use crate::types::{FieldType, RecordType, TableId, Type};
use std::sync::Arc;

/// What the checker must know of a table to check a look-up.
struct Shape {
    keys: Vec<(String, Type)>,
    dated: bool,
    policy: HitPolicy,
    values: Vec<(String, Type)>,
    span: Span,
}

fn shape(table: &Table) -> Shape {
    let values =
        table.columns.iter().filter(|c| c.role == Role::Value).map(|c| (c.name.clone(), c.ty.clone())).collect();
    Shape {
        keys: table.keys().map(|(_, c)| (c.name.clone(), c.ty.clone())).collect(),
        dated: table.is_dated(),
        policy: table.policy.clone(),
        values,
        span: table.span,
    }
}

impl Checker<'_> {
    fn table_shape(&mut self, index: usize) -> Option<Shape> {
        self.need_table(index);
        match self.tables.get(index) {
            Some(Progress::Done(Some(table))) => Some(shape(table)),
            _ => None,
        }
    }

    #[allow(clippy::too_many_arguments, reason = "the parts of one sentence of the language")]
    pub(super) fn look_up(
        &mut self,
        name: &ast::Name,
        keys: &[Option<ast::Expr>],
        on: Option<&ast::Expr>,
        if_any: bool,
        rows: bool,
        span: Span,
        scope: &mut Scope,
    ) -> Expr {
        let index = match self.find_symbol(name) {
            Some(Symbol::Table(index)) => index,
            _ => {
                self.unknown_table(name);
                for key in keys.iter().flatten() {
                    self.expression(key, None, scope);
                }
                return self.broken(span);
            }
        };
        let Some(shape) = self.table_shape(index) else { return self.broken(span) };
        if keys.len() != shape.keys.len() {
            let names: Vec<&str> = shape.keys.iter().map(|(n, _)| n.as_str()).collect();
            self.report(
                Diagnostic::error(
                    codes::WRONG_KEYS,
                    format!(
                        "`{}` is looked up with {}, and {} are given",
                        name.text,
                        counted(names.len(), "key"),
                        keys.len()
                    ),
                    span,
                    "not the table's keys",
                )
                .also(shape.span, format!("its keys are {}", names.join(", ")))
                .help(format!("write `{}[{}]`", name.text, names.join(", "))),
            );
            return self.broken(span);
        }
        let mut checked = Vec::new();
        for (key, (column, ty)) in keys.iter().zip(&shape.keys) {
            checked.push(match key {
                Some(key) => {
                    // A key may be fractional where the column holds whole numbers, except when it must equal them.
                    let wanted = if *ty == Type::Integer { Type::Number } else { ty.clone() };
                    Some(self.expect(key, &wanted, &format!("the key `{column}` of {}", name.text), scope))
                }
                None => {
                    if !rows {
                        self.report(
                            Diagnostic::error(
                                codes::WRONG_KEYS,
                                format!("the key `{column}` is needed to find one row"),
                                span,
                                "`any` finds many rows",
                            )
                            .help(format!("give the key, or ask for all of them: `rows of {}[…]`", name.text)),
                        );
                    }
                    None
                }
            });
        }
        let on = match (shape.dated, on) {
            (true, Some(date)) => Some(self.expect(date, &Type::Date, "the date of the look-up", scope)),
            (true, None) => match self.pricing_date(span, &format!("the rows of `{}` have periods", name.text)) {
                Some(date) => Some(date),
                None => return self.broken(span),
            },
            (false, Some(date)) => {
                self.report(
                    Diagnostic::error(
                        codes::NO_DATE,
                        format!("the rows of `{}` have no periods", name.text),
                        date.span,
                        "no date is needed",
                    )
                    .help("take `on …` out, or give the table a `valid` column"),
                );
                None
            }
            (false, None) => None,
        };
        let id = TableId(index as u32);
        // With keys that are written out it is known which row is found.
        let written = checked.iter().flatten().all(|key| super::convert::constant(key).is_some());
        if !if_any && !rows && !written {
            self.sure_of_a_row.insert(index);
        }
        let ty = self.look_up_type(id, &shape, if_any, rows);
        Expr::new(ExprKind::Lookup { table: id, keys: checked.into(), on, if_any, rows }, ty, span)
    }

    fn look_up_type(&self, id: TableId, shape: &Shape, if_any: bool, rows: bool) -> Type {
        let row = Type::Row(id);
        if rows {
            return Type::List(Arc::new(row));
        }
        let ty = match &shape.policy {
            HitPolicy::Collect(Collect::List) => return Type::List(Arc::new(row)),
            HitPolicy::Collect(Collect::Count) => return Type::Integer,
            HitPolicy::Collect(_) => {
                let fields =
                    shape.values.iter().map(|(name, ty)| FieldType { name: name.clone(), ty: ty.clone() }).collect();
                Type::Record(Arc::new(RecordType { name: String::new(), fields }))
            }
            _ => row,
        };
        if if_any { ty.optional() } else { ty }
    }

    fn unknown_table(&mut self, name: &ast::Name) {
        let tables: Vec<String> =
            self.symbols.iter().filter(|(_, (s, _))| matches!(s, Symbol::Table(_))).map(|(n, _)| n.clone()).collect();
        let mut diagnostic = Diagnostic::error(
            codes::UNKNOWN_NAME,
            format!("there is no table `{}`", name.text),
            name.span,
            "not a table",
        );
        diagnostic = match did_you_mean(&name.text, tables.iter().map(String::as_str)) {
            Some(near) => diagnostic.help(format!("did you mean `{near}`?")).edit(name.span, near),
            None => diagnostic.help(format!("declare it: `table {} {{ … }}`", name.text)),
        };
        self.report(diagnostic);
    }

    /// A column of a row: a value, or a key that the row holds as one value.
    pub(super) fn column_of(&mut self, row: Expr, id: TableId, field: &ast::Name, span: Span) -> Expr {
        let Some(Progress::Done(Some(table))) = self.tables.get(id.0 as usize) else { return self.broken(span) };
        let found = table.columns.iter().enumerate().find(|(_, column)| column.name == field.text);
        let Some((at, column)) = found else {
            let names: Vec<String> =
                table.columns.iter().filter(|c| c.role == Role::Value).map(|c| c.name.clone()).collect();
            let name = table.name.clone();
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            self.no_such_field(&format!("a row of {name}"), field, &names);
            return self.broken(span);
        };
        let ty = column.ty.clone();
        let broken = self.broken_tables.contains(&(id.0 as usize));
        let single = broken
            || table
                .distinct(at as u16)
                .iter()
                .all(|cell| matches!(cell, crate::table::Cell::Value(_) | crate::table::Cell::Exactly(_)));
        let key_of_default = matches!(table.default, Miss::Row) && column.role != Role::Value;
        if column.role != Role::Value && (!single || key_of_default) {
            let place = column.span;
            self.report(
                Diagnostic::error(
                    codes::UNKNOWN_FIELD,
                    format!("a row has no single `{}`", field.text),
                    field.span,
                    "not one value in each row",
                )
                .also(place, "this column holds ranges, several values, `any` or an `otherwise` row")
                .help("add a value column after `->` that holds what is wanted"),
            );
            return self.broken(span);
        }
        Expr::new(ExprKind::Column(row, at as u16), ty, span)
    }

    pub(super) fn parameter_on(&mut self, name: &ast::Name, date: &ast::Expr, span: Span, scope: &mut Scope) -> Expr {
        let date = self.expect(date, &Type::Date, "the date", scope);
        match self.find_symbol(name) {
            Some(Symbol::Parameter(index)) => self.parameter(index, Some(date), span),
            _ => {
                self.report(
                    Diagnostic::error(
                        codes::UNKNOWN_NAME,
                        format!("there is no parameter `{}`", name.text),
                        name.span,
                        "not a parameter",
                    )
                    .help("only dated parameters and look-ups are read on a date"),
                );
                self.broken(span)
            }
        }
    }
}
