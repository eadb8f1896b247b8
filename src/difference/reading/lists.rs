//! What goes through lists, records and rows.
//!
//! A list means base units: its elements are counted so whatever the unit of its type is.

use super::super::form::Form;
use super::{Reading, Scaled, exactly, reciprocal};
use crate::program::{Each, Expr, ExprKind, Walk, WalkStep};
use crate::source::Span;
use crate::types::Type;
use crate::value::Number;

impl Reading<'_> {
    /// What goes through lists.
    pub(super) fn list(&mut self, expr: &Expr) -> Option<Scaled> {
        let span = expr.span();
        let found = match &expr.kind {
            ExprKind::Aggregate { kind, each, body, if_any } => {
                let unit = self.factor(&body.ty);
                let parts = self.each(each, |reading| vec![reading.counted(body, &unit)], span);
                let by = if is_list(&expr.ty) { Number::ONE } else { reciprocal(&unit) };
                Scaled { by, form: Form::of(format!("{kind:?} {if_any}"), parts, span) }
            }
            ExprKind::AggregateValues(kind, values) => {
                let unit = values.first().map_or(Number::ONE, |value| self.factor(&value.ty));
                let parts = values.iter().map(|value| self.counted(value, &unit)).collect();
                let by = if is_list(&expr.ty) { Number::ONE } else { reciprocal(&unit) };
                let word = format!("{kind:?} of values");
                let free = matches!(kind, crate::program::Aggregate::List | crate::program::Aggregate::Distinct);
                Scaled { by, form: if free { Form::run(word, parts, span) } else { Form::free(word, parts, span) } }
            }
            ExprKind::AggregateList(kind, inner, if_any) => {
                let form = Form::of(format!("{kind:?} of list {if_any}"), vec![self.raw(inner)], span);
                if is_list(&expr.ty) { exactly(form) } else { self.element(form, &inner.ty) }
            }
            ExprKind::FirstLast(first, inner, if_any) => {
                let form = Form::of(format!("first {first} {if_any}"), vec![self.raw(inner)], span);
                self.element(form, &inner.ty)
            }
            ExprKind::CountEach(each) => exactly(Form::of("count", self.each(each, |_| Vec::new(), span), span)),
            ExprKind::Quantified(any, each, body) => {
                let parts = self.each(each, |reading| vec![reading.raw(body)], span);
                exactly(Form::of(if *any { "any has" } else { "every has" }, parts, span))
            }
            ExprKind::The { each, greatest, by, tie_last, if_any } => {
                let parts = self.each(each, |reading| vec![reading.form(by)], span);
                let form = Form::of(format!("the greatest {greatest} last {tie_last} {if_any}"), parts, span);
                match each.binders.first() {
                    Some((_, list)) => self.element(form, &list.ty),
                    None => exactly(form),
                }
            }
            ExprKind::Group(each, body) => {
                exactly(Form::of("group", self.each(each, |reading| vec![reading.form(body)], span), span))
            }
            ExprKind::Walk(walk) => exactly(self.walk(walk, span)),
            ExprKind::List(elements) => {
                exactly(Form::run("list", elements.iter().map(|element| self.form(element)).collect(), span))
            }
            ExprKind::Record(fields) => {
                let names = match expr.ty.present() {
                    Type::Record(record) => record.fields.iter().map(|field| field.name.clone()).collect(),
                    _ => Vec::new(),
                };
                let field = |(at, field): (usize, &Expr)| {
                    let name = names.get(at).cloned().unwrap_or_else(|| at.to_string());
                    Form::of(format!("field {name}"), vec![self.form(field)], field.span())
                };
                exactly(Form::free("record", fields.iter().enumerate().map(field).collect(), span))
            }
            ExprKind::InList(value, list) => {
                let unit = match list.ty.present() {
                    Type::List(element) => self.factor(element),
                    _ => Number::ONE,
                };
                exactly(Form::of("is in list", vec![self.counted(value, &unit), self.raw(list)], span))
            }
            ExprKind::Field(inner, at) | ExprKind::Column(inner, at) => self.field(inner, *at, span),
            _ => return None,
        };
        Some(found)
    }

    /// A field of a record or a column of a row, by its name.
    pub(super) fn field(&mut self, inner: &Expr, at: u16, span: Span) -> Scaled {
        let (name, ty) = match inner.ty.present() {
            Type::Record(record) => {
                record.fields.get(at as usize).map(|field| (field.name.clone(), field.ty.clone())).unzip()
            }
            Type::Row(id) => {
                let table = self.program.tables.get(id.0 as usize);
                let column = table.and_then(|table| table.columns.get(at as usize));
                column.map(|column| (column.name.clone(), column.ty.clone())).unzip()
            }
            _ => (None, None),
        };
        let word = format!("field {}", name.unwrap_or_else(|| at.to_string()));
        let form = Form::of(word, vec![self.raw(inner)], span);
        self.in_unit(form, &ty.unwrap_or(Type::Number))
    }

    /// An element of a list, whose values mean base units.
    pub(super) fn element(&self, form: Form, list: &Type) -> Scaled {
        match list.present() {
            Type::List(element) => self.in_unit(form, element),
            _ => exactly(form),
        }
    }

    /// The lists, filter and order, then the parts that see their elements.
    pub fn each(&mut self, each: &Each, body: impl FnOnce(&mut Self) -> Vec<Form>, span: Span) -> Vec<Form> {
        let depth = self.depth;
        let mut parts: Vec<Form> = each.binders.iter().map(|(_, list)| self.raw(list)).collect();
        for (slot, list) in &each.binders {
            match list.ty.present() {
                Type::List(element) => self.bind(*slot, element),
                _ => self.bind(*slot, &Type::Unknown),
            }
        }
        parts.push(match &each.filter {
            Some(filter) => self.raw(filter),
            None => Form::leaf("all", span),
        });
        for (key, descending) in &each.sort {
            let key = self.form(key);
            let key_span = key.span;
            let text = crate::syntax::on_one_line(self.program.sources.text(key_span));
            let around = format!("sorted by {text}{}", if *descending { " descending" } else { "" });
            parts.push(Form::of(format!("sorted {descending}"), vec![key], key_span).around(around));
        }
        parts.extend(body(self));
        self.depth = depth;
        parts
    }

    pub(super) fn walk(&mut self, walk: &Walk, span: Span) -> Form {
        let first: Vec<Form> = walk.state.iter().map(|(_, first)| self.form(first)).collect();
        let state = Form::run("carrying", first, span);
        let parts = self.each(
            &walk.each,
            |reading| {
                for (slot, first) in &walk.state {
                    reading.bind(*slot, &first.ty);
                }
                let steps = walk.steps.iter().map(|step| reading.walk_step(step)).collect();
                vec![Form::run("steps", steps, span)]
            },
            span,
        );
        Form::of("walk", parts.into_iter().chain([state]).collect(), span)
    }

    pub(super) fn walk_step(&mut self, step: &WalkStep) -> Form {
        match step {
            WalkStep::Let(slot, value) => {
                let form = self.form(value);
                self.bind(*slot, &value.ty);
                Form::of("let", vec![form], value.span())
            }
            WalkStep::Keep(row, when) => {
                let parts = std::iter::once(self.form(row)).chain(when.iter().map(|when| self.raw(when))).collect();
                Form::run("keep", parts, row.span())
            }
            WalkStep::Next(slot, value) => {
                let place = self.locals.get(slot).map_or(0, |(depth, _)| *depth);
                Form::of(format!("next {place}"), vec![self.form(value)], value.span())
            }
        }
    }
}

fn is_list(ty: &Type) -> bool {
    matches!(ty.present(), Type::List(_))
}
