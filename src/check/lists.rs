//! Lists: written, summed, chosen from, grouped, walked, drawn from, shared out.

use super::Checker;
use super::convert::in_unit;
use super::expression::yes_no;
use super::scope::{Mark, Scope};
use crate::diagnostic::{Diagnostic, codes};
use crate::program::{Each, Expr, ExprKind, Walk, WalkStep};
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
        Expr { kind: ExprKind::List(elements), ty: Type::List(Arc::new(ty)), span }
    }

    /// Binds the names of `for each`; the caller resets the scope to the mark when the body is checked.
    fn each(&mut self, each: &ast::Each, scope: &mut Scope) -> Option<(Each, Mark)> {
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
                Some(Box::new(checked))
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
                        key.span,
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
    fn element_type(&mut self, list: &Expr) -> Option<Type> {
        match &list.ty {
            Type::List(element) => Some(element.as_ref().clone()),
            Type::Unknown => None,
            Type::Optional(inner) if matches!(inner.as_ref(), Type::List(_)) => {
                let text = self.sources.text(list.span).to_string();
                self.report(
                    Diagnostic::error(
                        codes::MAYBE_ABSENT,
                        format!("`{text}` may be absent"),
                        list.span,
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
                        list.span,
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
                let Some(ty) = self.aggregate_type(kind, &body.ty.clone(), body.span, if_any) else {
                    return self.broken(span);
                };
                Expr { kind: ExprKind::Aggregate { kind, each, body: Box::new(body), if_any }, ty, span }
            }
            AggregateOver::List(list) => {
                let list = self.expression(list, None, scope);
                let Some(element) = self.element_type(&list) else { return self.broken(span) };
                let Some(ty) = self.aggregate_type(kind, &element, list.span, if_any) else { return self.broken(span) };
                Expr { kind: ExprKind::AggregateList(kind, Box::new(list), if_any), ty, span }
            }
            AggregateOver::Values(values) => {
                let list = self.list(values, span, None, scope);
                let (Type::List(element), ExprKind::List(values)) = (list.ty.clone(), list.kind) else {
                    return self.broken(span);
                };
                let Some(ty) = self.aggregate_type(kind, &element, span, false) else { return self.broken(span) };
                Expr { kind: ExprKind::AggregateValues(kind, values), ty, span }
            }
        }
    }

    /// What an aggregate of elements of this type gives; `None` after saying that it does not go.
    fn aggregate_type(&mut self, kind: Aggregate, element: &Type, span: Span, if_any: bool) -> Option<Type> {
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
            Some(_) => Expr { kind: ExprKind::Count(Box::new(list)), ty: Type::Integer, span },
            None => self.broken(span),
        }
    }

    pub(super) fn count_each(&mut self, each: &ast::Each, span: Span, scope: &mut Scope) -> Expr {
        let Some((each, mark)) = self.each(each, scope) else { return self.broken(span) };
        scope.reset(mark);
        Expr { kind: ExprKind::CountEach(each), ty: Type::Integer, span }
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
        yes_no(ExprKind::Quantified(some, each, Box::new(body)), span)
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
        Expr { kind: ExprKind::FirstLast(first, Box::new(list), if_any), ty, span }
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
        if self.aggregate_type(Aggregate::Least, &by.ty.clone(), by.span, false).is_none() {
            return self.broken(span);
        }
        let ty = if if_any { element.optional() } else { element };
        Expr { kind: ExprKind::The { each, greatest, by: Box::new(by), tie_last, if_any }, ty, span }
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
        Expr { kind: ExprKind::Group(each, Box::new(key)), ty: Type::List(Arc::new(group)), span }
    }

    pub(super) fn walk(&mut self, walk: &ast::Walk, span: Span, scope: &mut Scope) -> Expr {
        let outer = scope.mark();
        let mut state = Vec::new();
        let mut initial = Vec::new();
        for (name, ty, value) in &walk.state {
            let ty = ty.as_ref().map(|ty| self.resolve_type(ty));
            let mut value = self.expression(value, ty.as_ref(), scope);
            match ty {
                Some(ty) => value = self.coerce(value, &ty, &format!("the first value of `{}`", name.text)),
                // A carried whole number may become a fraction; only a stated type keeps it whole.
                None if value.ty == Type::Integer => value.ty = Type::Number,
                None => {}
            }
            initial.push((name, value));
        }
        for (name, value) in initial {
            let slot = scope.bind(&name.text, value.ty.clone());
            state.push((name.text.clone(), slot, value));
        }
        let Some((each, _)) = self.each(&walk.each, scope) else {
            scope.reset(outer);
            return self.broken(span);
        };
        let (steps, kept) = self.walk_steps(&walk.steps, &state, scope);
        scope.reset(outer);
        let finals: Vec<(&str, Type)> =
            state.iter().map(|(name, _, value)| (name.as_str(), value.ty.clone())).collect();
        let rows = Type::List(Arc::new(kept.unwrap_or_else(|| record(&[]))));
        let ty = record(&[("rows", rows), ("final", record(&finals))]);
        let state = state.into_iter().map(|(_, slot, value)| (slot, value)).collect();
        Expr { kind: ExprKind::Walk(Box::new(Walk { each, state, steps })), ty, span }
    }

    fn walk_steps(
        &mut self,
        written: &[ast::WalkStep],
        state: &[(String, u16, Expr)],
        scope: &mut Scope,
    ) -> (Vec<WalkStep>, Option<Type>) {
        let mut steps = Vec::new();
        let mut kept: Option<Type> = None;
        for step in written {
            match step {
                ast::WalkStep::Let(name, value) => {
                    let value = self.expression(value, None, scope);
                    let slot = scope.bind(&name.text, value.ty.clone());
                    steps.push(WalkStep::Let(slot, value));
                }
                ast::WalkStep::Keep(row, when) => {
                    let mark = scope.mark();
                    let when = when.as_ref().map(|when| {
                        let checked = self.condition(when, scope);
                        scope.learn(self.facts(when, true));
                        checked
                    });
                    let row = self.expression(row, kept.as_ref(), scope);
                    scope.reset_facts(mark);
                    let row = match &kept {
                        Some(kept) => self.coerce(row, kept, "what is kept"),
                        None => {
                            kept = Some(row.ty.clone());
                            row
                        }
                    };
                    steps.push(WalkStep::Keep(row, when));
                }
                ast::WalkStep::Next(name, value) => match state.iter().find(|(known, _, _)| *known == name.text) {
                    Some((_, slot, first)) => {
                        let (slot, ty) = (*slot, first.ty.clone());
                        let value = self.expect(value, &ty, &format!("the next `{}`", name.text), scope);
                        steps.push(WalkStep::Next(slot, value));
                    }
                    None => {
                        let known: Vec<String> = state.iter().map(|(known, _, _)| format!("`{known}`")).collect();
                        self.report(
                            Diagnostic::error(
                                codes::UNKNOWN_NAME,
                                format!("`{}` is not carried by this walk", name.text),
                                name.span,
                                "not carried",
                            )
                            .help(format!(
                                "it carries {}; add `carrying {} = …`",
                                known.join(", "),
                                name.text
                            )),
                        );
                    }
                },
            }
        }
        (steps, kept)
    }

    pub(super) fn draw(&mut self, pool: &ast::Expr, names: &[ast::Name], span: Span, scope: &mut Scope) -> Expr {
        let pool = self.expression(pool, None, scope);
        if !pool.ty.is_numeric() && pool.ty != Type::Unknown {
            let shown = self.show_type(&pool.ty);
            self.report(
                Diagnostic::error(
                    codes::TYPE_MISMATCH,
                    format!("{shown} cannot be drawn from"),
                    pool.span,
                    format!("this is {shown}"),
                )
                .help("draw a number, an amount or a quantity, such as `draw 100 GiB from (a, b)`"),
            );
            return self.broken(span);
        }
        let ty = if pool.ty == Type::Integer { Type::Number } else { pool.ty.clone() };
        let mut from = Vec::new();
        let part = record(&[("taken", ty.clone()), ("rest", ty.clone())]);
        let mut fields: Vec<(&str, Type)> = Vec::new();
        for name in names {
            if name.text == "left" || fields.iter().any(|(known, _)| *known == name.text) {
                self.report(
                    Diagnostic::error(
                        codes::DEFINED_TWICE,
                        format!("`.{}` would mean two things here", name.text),
                        name.span,
                        if name.text == "left" {
                            "what is left of the pool has this name"
                        } else {
                            "drawn for already"
                        },
                    )
                    .help(format!("give it another name: `let another = {}`", name.text)),
                );
                return self.broken(span);
            }
            let value = self.name(&name.text, name.span, None, scope);
            from.push(self.coerce(value, &ty, &format!("`{}`", name.text)));
            fields.push((&name.text, part.clone()));
        }
        if pool.ty == Type::Unknown || from.iter().any(|e| e.ty == Type::Unknown) {
            return self.broken(span);
        }
        fields.push(("left", ty));
        Expr { kind: ExprKind::Draw(Box::new(pool), from), ty: record(&fields), span }
    }

    #[allow(clippy::too_many_arguments, reason = "the parts of one sentence of the language")]
    pub(super) fn allocate(
        &mut self,
        amount: &ast::Expr,
        by: &ast::Expr,
        each: Option<&ast::Each>,
        round: &ast::RoundTo,
        remainder: ast::Remainder,
        span: Span,
        scope: &mut Scope,
    ) -> Expr {
        let amount = self.expression(amount, None, scope);
        let weights = match each {
            Some(each) => self.aggregate(
                Aggregate::List,
                &AggregateOver::Each(Box::new(by.clone()), each.clone()),
                false,
                by.span,
                None,
                scope,
            ),
            None => self.expression(by, None, scope),
        };
        if let Some(element) = self.element_type(&weights) {
            self.aggregate_type(Aggregate::Sum, &element, weights.span, false);
        }
        let loose = if amount.ty == Type::Integer { Type::Number } else { amount.ty.clone() };
        if !loose.is_numeric() && loose != Type::Unknown {
            let shown = self.show_type(&loose);
            self.report(
                Diagnostic::error(
                    codes::TYPE_MISMATCH,
                    format!("{shown} cannot be shared out"),
                    amount.span,
                    format!("this is {shown}"),
                )
                .help("share out a number, an amount or a quantity"),
            );
            return self.broken(span);
        }
        let Some(round) = self.round_to(&loose, round, scope) else { return self.broken(span) };
        if loose == Type::Unknown || weights.ty == Type::Unknown {
            return self.broken(span);
        }
        let ty = Type::List(Arc::new(loose));
        Expr {
            kind: ExprKind::Allocate { amount: Box::new(amount), weights: Box::new(weights), round, remainder },
            ty,
            span,
        }
    }

    pub(super) fn increments(
        &mut self,
        of: &ast::Expr,
        first: &ast::Expr,
        then: &ast::Expr,
        span: Span,
        scope: &mut Scope,
    ) -> Expr {
        let of = self.expression(of, None, scope);
        let ty = if of.ty == Type::Integer { Type::Number } else { of.ty.clone() };
        let of = self.coerce(of, &ty, "what is counted in increments");
        let first = self.expect(first, &ty, "the first increment", scope);
        let then = self.expect(then, &ty, "the next increments", scope);
        if [&of, &first, &then].iter().any(|e| e.ty == Type::Unknown) {
            return self.broken(span);
        }
        if !ty.is_numeric() {
            let shown = self.show_type(&ty);
            self.report(
                Diagnostic::error(
                    codes::TYPE_MISMATCH,
                    format!("{shown} has no increments"),
                    of.span,
                    format!("this is {shown}"),
                )
                .help("such as `increments of duration first 30 s then 6 s`"),
            );
            return self.broken(span);
        }
        let part = record(&[("start", ty.clone()), ("length", ty)]);
        Expr {
            kind: ExprKind::Increments(Box::new(of), Box::new(first), Box::new(then)),
            ty: Type::List(Arc::new(part)),
            span,
        }
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
