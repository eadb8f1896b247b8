//! Parameters, tables, functions and tiers.

use super::scope::Scope;
use super::tables::{TableContext, build, override_rows};
use super::{Checker, MOST_NAMES, Progress};
use crate::diagnostic::{Diagnostic, Severity, codes};
use crate::program::{DatedValue, Function, Parameter, Period};
use crate::source::Span;
use crate::syntax::ast;
use crate::table::Table;
use crate::types::Type;
use crate::value::Value;
use std::rc::Rc;

impl Checker<'_> {
    pub(super) fn need_parameter(&mut self, index: usize) {
        if !matches!(self.parameters.get(index), Some(Progress::Waiting)) {
            return;
        }
        let Some(item) = self.parameter_entries.get(index).copied().and_then(|entry| self.entry_item(entry)) else {
            return;
        };
        let ast::ItemKind::Parameter(parameter) = &item.kind else { return };
        let stated = parameter.ty.as_ref().map(|ty| self.resolve_type(ty));
        let checked = match &parameter.values {
            ast::ParameterValues::Constant(value, because) => {
                self.constant_parameter(parameter, stated, value, because.as_ref())
            }
            ast::ParameterValues::Dated(values) => self.dated_parameter(parameter, stated, values),
        };
        if let Some(place) = self.parameters.get_mut(index) {
            *place = Progress::Done(checked);
        }
    }

    fn constant_parameter(
        &mut self,
        parameter: &ast::Parameter,
        stated: Option<Type>,
        value: &ast::Expr,
        because: Option<&ast::Text>,
    ) -> Parameter {
        let name = &parameter.name;
        let checked = self.expression(value, stated.as_ref(), &mut Scope::default());
        let ty = stated.unwrap_or_else(|| checked.ty.clone());
        let checked = self.coerce(checked, &ty, &format!("`{}`", name.text));
        let constant = super::convert::constant(&checked);
        if constant.is_none() && checked.ty != Type::Unknown {
            self.report(
                Diagnostic::error(
                    codes::NOT_CONSTANT,
                    format!("the value of `{}` must be written out", name.text),
                    value.span,
                    "this is computed",
                )
                .help(format!("write a value, or define it as `let {} = …`", name.text)),
            );
        }
        let value = DatedValue {
            period: Period::default(),
            value: constant.unwrap_or(Value::Absent),
            because: because.map(|b| b.text.clone()),
            span: value.span,
        };
        Parameter {
            name: name.text.clone(),
            ty: checked.ty.clone(),
            values: vec![value],
            constant: true,
            span: name.span,
        }
    }

    fn dated_parameter(
        &mut self,
        parameter: &ast::Parameter,
        stated: Option<Type>,
        written: &[ast::DatedValue],
    ) -> Parameter {
        let name = &parameter.name;
        let ty = stated.unwrap_or_else(|| {
            self.report(
                Diagnostic::error(
                    codes::TYPE_MISSING,
                    format!("the dated parameter `{}` states its type", name.text),
                    name.span,
                    "of which type?",
                )
                .help(format!("such as `parameter {} : percent {{ … }}`", name.text)),
            );
            Type::Unknown
        });
        let mut values: Vec<DatedValue> = Vec::new();
        let mut broken = self.unread_within(name.span);
        for line in written {
            let period = self.period_of(&line.period);
            let empty = matches!((period.from, period.until), (Some(from), Some(until)) if until <= from);
            let Some(value) = self.constant_of(&line.value, &ty, &format!("a value of `{}`", name.text)) else {
                broken = true;
                continue;
            };
            broken |= empty;
            values.push(DatedValue {
                period,
                value,
                because: line.because.as_ref().map(|b| b.text.clone()),
                span: line.span,
            });
        }
        values.sort_by_key(|value| value.period.from);
        if !broken {
            self.close_series(&name.text, &mut values);
        }
        if values.is_empty() && !broken {
            self.report(
                Diagnostic::error(codes::GAP_IN_DATES, format!("`{}` has no value", name.text), name.span, "no line")
                    .help("write `from 2026-01-01 …`"),
            );
        }
        if !broken {
            self.check_series(&name.text, name.span, &values);
        }
        Parameter { name: name.text.clone(), ty, values, constant: false, span: name.span }
    }

    /// A value without an end holds until the next begins; two that hold at once are an error.
    fn close_series(&mut self, name: &str, values: &mut [DatedValue]) {
        let starts: Vec<_> = values.iter().map(|value| (value.period.from, value.span)).collect();
        for (at, value) in values.iter_mut().enumerate() {
            let Some((next, place)) = starts.get(at.saturating_add(1)) else { continue };
            if value.period.until.is_none() && value.period.from != *next {
                value.period.until = *next;
            }
            let overlaps = value.period.until.is_none_or(|until| next.is_none_or(|next| next < until));
            if overlaps {
                let span = value.span;
                self.diagnostics.push(
                    Diagnostic::error(
                        codes::OVERLAPPING_DATES,
                        format!("two values of `{name}` hold at once"),
                        *place,
                        "begins before the other ends",
                    )
                    .also(span, "still holds then")
                    .help("end the earlier one before the later begins, or take one out"),
                );
            }
        }
    }

    /// A hole between two values, or in the rule set's period, is an error: a silent default is none.
    fn check_series(&mut self, name: &str, span: Span, values: &[DatedValue]) {
        let mut holes = Vec::new();
        for (value, next) in values.iter().zip(values.iter().skip(1)) {
            if let (Some(until), Some(from)) = (value.period.until, next.period.from)
                && until < from
            {
                holes.push((value.span, format!("from {until} until {from}")));
            }
        }
        if let (Some(first), Some(start)) = (values.first(), self.effective.from)
            && let Some(from) = first.period.from.filter(|from| *from > start)
        {
            holes.push((first.span, format!("from {start}, where the rule set begins, until {from}")));
        }
        if let (Some(last), Some(end)) = (values.last(), self.effective.until)
            && let Some(until) = last.period.until.filter(|until| *until < end)
        {
            holes.push((last.span, format!("from {until} until {end}, where the rule set ends")));
        }
        for (place, hole) in holes {
            self.report(
                Diagnostic::error(
                    codes::GAP_IN_DATES,
                    format!("`{name}` has no value {hole}"),
                    place,
                    "next to the hole",
                )
                .also(span, "in this parameter")
                .help("add a line for those days, or move a neighbour's date"),
            );
        }
    }

    /// Whether a line in the braces after a name could not be read, so that not all lines are known.
    fn unread_within(&self, name: Span) -> bool {
        let Some(file) = self.sources.file(name.file) else { return false };
        let length = file.text.get(name.end as usize..).and_then(|rest| rest.find('}')).unwrap_or(0);
        let end = name.end.saturating_add(length as u32);
        self.diagnostics.iter().any(|problem| {
            let span = problem.primary.span;
            problem.code.0 < 200 && span.file == name.file && (name.end..end).contains(&span.start)
        })
    }

    pub(super) fn need_table(&mut self, index: usize) {
        if !matches!(self.tables.get(index), Some(Progress::Waiting)) {
            return;
        }
        let entries = self.table_entries.get(index).cloned().unwrap_or_default();
        let items: Vec<(Rc<ast::Item>, bool, Rc<str>)> = entries
            .iter()
            .filter_map(|entry| self.entries.get(*entry))
            .map(|entry| (entry.item.clone(), entry.overrides, entry.folder.clone()))
            .collect();
        let tables = |overrides: bool| {
            items.iter().filter(move |(_, o, _)| *o == overrides).filter_map(|(item, _, folder)| match &item.kind {
                ast::ItemKind::Table(table) => Some((table, folder)),
                _ => None,
            })
        };
        let versions: Vec<&ast::Table> = tables(false).map(|(table, _)| table).collect();
        let folder = tables(false).next().map_or_else(|| Rc::from(""), |(_, folder)| folder.clone());
        let types: Vec<Option<Type>> = match versions.first() {
            Some(first) if first.columns.len() > MOST_NAMES => {
                self.check_count(first.columns.len(), first.name.span, "columns in one table");
                return;
            }
            Some(first) => first.columns.iter().map(|c| c.ty.as_ref().map(|ty| self.resolve_type(ty))).collect(),
            None => return,
        };
        let periods: Vec<Option<Period>> =
            versions.iter().map(|version| version.effective.as_ref().map(|range| self.period_of(range))).collect();
        let known = types.iter().all(|ty| *ty != Some(Type::Unknown)) & self.same_types(&versions, &types);
        let before = self.diagnostics.len();
        let mut table: Option<Table> =
            if known { build(&mut self.table_context(&folder), &versions, &types, &periods) } else { None };
        for (rows, folder) in tables(true) {
            if let Some(table) = &mut table {
                override_rows(&mut self.table_context(folder), table, rows);
            }
        }
        if self.diagnostics.iter().skip(before).any(|problem| problem.severity == Severity::Error) {
            self.broken_tables.insert(index);
        }
        if let Some(place) = self.tables.get_mut(index) {
            *place = Progress::Done(table);
        }
    }

    /// Whether the columns of all versions of a table have the types of the first; where not, it is said.
    fn same_types(&mut self, versions: &[&ast::Table], types: &[Option<Type>]) -> bool {
        let mut same = true;
        for version in versions.iter().skip(1) {
            for (column, wanted) in version.columns.iter().zip(types) {
                let found = column.ty.as_ref().map(|ty| self.resolve_type(ty));
                if found == *wanted {
                    continue;
                }
                same = false;
                if let (Some(found), Some(wanted)) = (&found, wanted)
                    && *found != Type::Unknown
                {
                    let (found, wanted) = (self.show_type(found), self.show_type(wanted));
                    let title =
                        format!("`{}` is of another type than where the table was declared first", column.name.text);
                    self.report(
                        Diagnostic::error(codes::COLUMNS_DIFFER, title, column.span, format!("this is {found}"))
                            .help(format!("declare it as {wanted}, as in the first version of the table")),
                    );
                }
            }
        }
        same
    }

    pub(super) fn table_context<'c>(&'c mut self, folder: &'c str) -> TableContext<'c> {
        TableContext {
            units: &mut self.units,
            enums: &self.enums,
            sources: &mut self.sources,
            loader: self.loader,
            folder,
            diagnostics: &mut self.diagnostics,
            gaps: &mut self.gaps,
        }
    }

    pub(super) fn need_function(&mut self, index: usize) {
        if !matches!(self.functions.get(index), Some(Progress::Waiting)) {
            return;
        }
        if let Some(place) = self.functions.get_mut(index) {
            *place = Progress::Begun;
        }
        let Some(item) = self.function_entries.get(index).copied().and_then(|entry| self.entry_item(entry)) else {
            return;
        };
        let ast::ItemKind::Function { name, params, result, body } = &item.kind else { return };
        let mut scope = Scope::default();
        let params = self.bind_params(params, &mut scope);
        let stated = result.as_ref().map(|ty| self.resolve_type(ty));
        let mut checked = self.expression(body, stated.as_ref(), &mut scope);
        if let Some(stated) = &stated {
            checked = self.coerce(checked, stated, &format!("the result of {}", name.text));
        }
        let function =
            Function { name: name.text.clone(), params, body: checked, locals: scope.slots(), span: name.span };
        if let Some(place) = self.functions.get_mut(index) {
            *place = Progress::Done(function);
        }
    }

    pub(super) fn bind_params(&mut self, params: &[ast::Param], scope: &mut Scope) -> Vec<(String, Type)> {
        params
            .iter()
            .map(|param| {
                let ty = self.resolve_type(&param.ty);
                scope.bind(&param.name.text, ty.clone());
                (param.name.text.clone(), ty)
            })
            .collect()
    }
}
