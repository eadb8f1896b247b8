//! Lists: written, summed, chosen from, grouped, walked, drawn from, shared out.

use super::Checker;
use super::convert::in_unit;
use super::expression::yes_no;
use super::scope::{Mark, Scope};
use crate::diagnostic::{Diagnostic, codes};
use crate::program::{Each, Expr, ExprKind};
use crate::source::Span;
use crate::syntax::ast::{self, Aggregate, AggregateOver};
use crate::types::{FieldType, RecordType, Type};
use std::sync::Arc;

impl Checker<'_> {
    pub(super) fn list(
        &mut self,
        elements: &[ast::Expr],
        span: Span,
        expected: Option<&Type>,
        scope: &mut Scope,
    ) -> Expr {
        let mut hint = match expected.map(Type::present) {
            Some(Type::List(element)) => Some(element.as_ref().clone()),
            _ => None,
        };
        let mut checked: Vec<Expr> = Vec::new();
        for element in elements {
            let element = self.expression(element, hint.as_ref(), scope);
            if element.ty == Type::Unknown {
                return self.broken(span);
            }
            hint = match (&hint, checked.first()) {
                (Some(hint), Some(first)) => match self.common(hint, &element.ty) {
                    Some(common) => Some(common),
                    None => {
                        let first = first.clone();
                        self.two_types("a list holds values of one type", &first, &element);
                        return self.broken(span);
                    }
                },
                (Some(hint), None) if self.try_coerce(element.clone(), hint).is_ok() => Some(hint.clone()),
                _ => Some(element.ty.clone()),
            };
            checked.push(element);
        }
        let ty = hint.unwrap_or(Type::Unknown);
        let elements = checked.into_iter().map(|element| self.coerce(element, &ty, "this element")).collect();
        Expr::new(ExprKind::List(elements), Type::List(Arc::new(ty)), span)
    }

    /// Binds the names of `for each`; the caller resets the scope to the mark when the body is checked.
    pub(super) fn each(&mut self, each: &ast::Each, scope: &mut Scope) -> Option<(Each, Mark)> {
        let mark = scope.mark();
        let mut lists = Vec::new();
        for (name, list) in &each.binders {
            let list = self.expression(list, None, scope);
            let element = self.element_type(&list)?;
            lists.push((name, list, element));
        }
        let binders = lists.into_iter().map(|(name, list, element)| (scope.bind(&name.text, element), list)).collect();
        let filter = match &each.filter {
            Some(filter) => {
                let checked = self.condition(filter, scope);
                scope.learn(self.facts(filter, true));
                Some(checked)
            }
            None => None,
        };
        let mut sort = Vec::new();
        for (key, descending) in &each.sort {
            let key = self.expression(key, None, scope);
            if !key.ty.is_ordered() && key.ty != Type::Unknown {
                let shown = self.show_type(&key.ty);
                self.report(
                    Diagnostic::error(
                        codes::TYPE_MISMATCH,
                        format!("{shown} has no order to sort by"),
                        key.span(),
                        format!("this is {shown}"),
                    )
                    .help("sort by a number, an amount, a date or a text"),
                );
            }
            sort.push((key, *descending));
        }
        Some((Each { binders, filter, sort }, mark))
    }

    pub(super) fn charge_each(&mut self, each: &ast::Each, scope: &mut Scope) -> Option<Each> {
        self.each(each, scope).map(|(each, _)| each)
    }

    /// The type of the elements, or `None` after saying that it is no list.
    pub(super) fn element_type(&mut self, list: &Expr) -> Option<Type> {
        match &list.ty {
            Type::List(element) => Some(element.as_ref().clone()),
            Type::Unknown => None,
            Type::Optional(inner) if matches!(inner.as_ref(), Type::List(_)) => {
                let text = self.sources.text(list.span()).to_string();
                self.report(
                    Diagnostic::error(
                        codes::MAYBE_ABSENT,
                        format!("`{text}` may be absent"),
                        list.span(),
                        "no list where it is absent",
                    )
                    .help(format!("give a list for that case: `({text} otherwise [])`")),
                );
                None
            }
            other => {
                let shown = self.show_type(other);
                self.report(
                    Diagnostic::error(
                        codes::NOT_A_LIST,
                        "a list is wanted here",
                        list.span(),
                        format!("this is {shown}"),
                    )
                    .help("name a list of the input, `list of … for each …`, `rows of TABLE[…]` or `[a, b]`"),
                );
                None
            }
        }
    }

    pub(super) fn aggregate(
        &mut self,
        kind: Aggregate,
        over: &AggregateOver,
        if_any: bool,
        span: Span,
        expected: Option<&Type>,
        scope: &mut Scope,
    ) -> Expr {
        let hint = match (kind, expected.map(Type::present)) {
            (Aggregate::List | Aggregate::Distinct, Some(Type::List(element))) => Some(element.as_ref().clone()),
            (Aggregate::List | Aggregate::Distinct, _) => None,
            (_, other) => other.cloned(),
        };
        match over {
            AggregateOver::Each(body, each) => {
                let Some((each, mark)) = self.each(each, scope) else { return self.broken(span) };
                let mut body = self.expression(body, hint.as_ref(), scope);
                scope.reset(mark);
                if let (Some(hint), Aggregate::List) = (&hint, kind) {
                    body = match self.try_coerce(body, hint) {
                        Ok(body) | Err(body) => body,
                    };
                }
                let Some(ty) = self.aggregate_type(kind, &body.ty.clone(), body.span(), if_any) else {
                    return self.broken(span);
                };
                Expr::new(ExprKind::Aggregate { kind, each: Box::new(each), body, if_any }, ty, span)
            }
            AggregateOver::List(list) => {
                let list = self.expression(list, None, scope);
                let Some(element) = self.element_type(&list) else { return self.broken(span) };
                let Some(ty) = self.aggregate_type(kind, &element, list.span(), if_any) else {
                    return self.broken(span);
                };
                Expr::new(ExprKind::AggregateList(kind, list, if_any), ty, span)
            }
            AggregateOver::Values(values) => {
                let list = self.list(values, span, None, scope);
                let (Type::List(element), ExprKind::List(values)) = (list.ty.clone(), list.into_node().kind) else {
                    return self.broken(span);
                };
                let Some(ty) = self.aggregate_type(kind, &element, span, false) else { return self.broken(span) };
                Expr::new(ExprKind::AggregateValues(kind, values), ty, span)
            }
        }
    }

    /// What an aggregate of elements of this type gives; `None` after saying that it does not go.
    pub(super) fn aggregate_type(&mut self, kind: Aggregate, element: &Type, span: Span, if_any: bool) -> Option<Type> {
        let (fits, what) = match kind {
            Aggregate::Sum => (element.is_numeric(), "summed"),
            Aggregate::Least | Aggregate::Greatest => (element.is_ordered(), "compared"),
            Aggregate::List | Aggregate::Distinct => (true, ""),
        };
        if *element == Type::Unknown {
            return None;
        }
        if !fits {
            let shown = self.show_type(element);
            let (code, help) = if matches!(element, Type::Optional(_)) {
                let help = "leave the absent ones out: `… where x is given`, or give them a value: `(x otherwise …)`";
                (codes::MAYBE_ABSENT, help)
            } else {
                let help = "name the number, amount or quantity that is meant, such as `line.weight`";
                (codes::TYPE_MISMATCH, help)
            };
            self.report(
                Diagnostic::error(code, format!("{shown} cannot be {what}"), span, format!("this is {shown}"))
                    .help(help),
            );
            return None;
        }
        let ty = match kind {
            Aggregate::List | Aggregate::Distinct => Type::List(Arc::new(element.clone())),
            _ => element.clone(),
        };
        Some(if if_any && matches!(kind, Aggregate::Least | Aggregate::Greatest) { ty.optional() } else { ty })
    }

    pub(super) fn count(&mut self, list: &ast::Expr, span: Span, scope: &mut Scope) -> Expr {
        let list = self.expression(list, None, scope);
        match self.element_type(&list) {
            Some(_) => Expr::new(ExprKind::Count(list), Type::Integer, span),
            None => self.broken(span),
        }
    }

    pub(super) fn count_each(&mut self, each: &ast::Each, span: Span, scope: &mut Scope) -> Expr {
        let Some((each, mark)) = self.each(each, scope) else { return self.broken(span) };
        scope.reset(mark);
        Expr::new(ExprKind::CountEach(Box::new(each)), Type::Integer, span)
    }

    pub(super) fn quantified(
        &mut self,
        some: bool,
        each: &ast::Each,
        body: &ast::Expr,
        span: Span,
        scope: &mut Scope,
    ) -> Expr {
        let Some((each, mark)) = self.each(each, scope) else { return self.broken(span) };
        let body = self.condition(body, scope);
        scope.reset(mark);
        yes_no(ExprKind::Quantified(some, Box::new(each), body), span)
    }

    pub(super) fn first_last(
        &mut self,
        first: bool,
        list: &ast::Expr,
        if_any: bool,
        span: Span,
        scope: &mut Scope,
    ) -> Expr {
        let list = self.expression(list, None, scope);
        let Some(element) = self.element_type(&list) else { return self.broken(span) };
        let ty = if if_any { element.optional() } else { element };
        Expr::new(ExprKind::FirstLast(first, list, if_any), ty, span)
    }

    #[allow(clippy::too_many_arguments, reason = "the parts of one sentence of the language")]
    pub(super) fn the_element(
        &mut self,
        each: &ast::Each,
        greatest: bool,
        by: &ast::Expr,
        tie_last: bool,
        if_any: bool,
        span: Span,
        scope: &mut Scope,
    ) -> Expr {
        let Some((each, mark)) = self.each(each, scope) else { return self.broken(span) };
        let by = self.expression(by, None, scope);
        scope.reset(mark);
        let element = each.binders.first().map_or(Type::Unknown, |(_, list)| match &list.ty {
            Type::List(element) => element.as_ref().clone(),
            _ => Type::Unknown,
        });
        if self.aggregate_type(Aggregate::Least, &by.ty.clone(), by.span(), false).is_none() {
            return self.broken(span);
        }
        let ty = if if_any { element.optional() } else { element };
        Expr::new(ExprKind::The { each: Box::new(each), greatest, by, tie_last, if_any }, ty, span)
    }

    pub(super) fn group(&mut self, each: &ast::Each, key: &ast::Expr, span: Span, scope: &mut Scope) -> Expr {
        let Some((each, mark)) = self.each(each, scope) else { return self.broken(span) };
        let key = self.expression(key, None, scope);
        scope.reset(mark);
        if key.ty == Type::Unknown {
            return self.broken(span);
        }
        let items = each.binders.first().map_or(Type::Unknown, |(_, list)| list.ty.clone());
        let group = record(&[("key", key.ty.clone()), ("items", items)]);
        if !self.check_fields_in_all(&group, span) {
            return self.broken(span);
        }
        Expr::new(ExprKind::Group(Box::new(each), key), Type::List(Arc::new(group)), span)
    }

    /// The type of the pieces that `split` gives.
    pub(super) fn piece_type(&mut self) -> Type {
        let seconds = self.unit_named("s");
        record(&[
            ("start", Type::Instant),
            ("end", Type::Instant),
            ("length", in_unit(seconds)),
            ("inside", Type::YesNo),
        ])
    }
}

/// A record type that was not declared.
pub(super) fn record(fields: &[(&str, Type)]) -> Type {
    let fields = fields.iter().map(|(name, ty)| FieldType { name: name.to_string(), ty: ty.clone() }).collect();
    Type::Record(Arc::new(RecordType { name: String::new(), fields }))
}
