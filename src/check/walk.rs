//! Walks with carried state, and what shares a quantity out: draw-downs, allocations, increments.

use super::Checker;
use super::lists::record;
use super::scope::Scope;
use crate::diagnostic::{Diagnostic, codes};
use crate::program::{Expr, ExprKind, Walk, WalkStep};
use crate::source::Span;
use crate::syntax::ast::{self, Aggregate, AggregateOver};
use crate::types::Type;
use std::sync::Arc;

impl Checker<'_> {
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
                None if value.ty == Type::Integer => value.node_mut().ty = Type::Number,
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
        if !self.check_fields_in_all(&ty, span) {
            return self.broken(span);
        }
        let state = state.into_iter().map(|(_, slot, value)| (slot, value)).collect();
        Expr::new(ExprKind::Walk(Box::new(Walk { each, state, steps })), ty, span)
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
                    pool.span(),
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
        Expr::new(ExprKind::Draw(pool, from.into()), record(&fields), span)
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
                &AggregateOver::Each(Box::new(by.clone()), Box::new(each.clone())),
                false,
                by.span,
                None,
                scope,
            ),
            None => self.expression(by, None, scope),
        };
        if let Some(element) = self.element_type(&weights) {
            self.aggregate_type(Aggregate::Sum, &element, weights.span(), false);
        }
        let loose = if amount.ty == Type::Integer { Type::Number } else { amount.ty.clone() };
        if !loose.is_numeric() && loose != Type::Unknown {
            let shown = self.show_type(&loose);
            self.report(
                Diagnostic::error(
                    codes::TYPE_MISMATCH,
                    format!("{shown} cannot be shared out"),
                    amount.span(),
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
        Expr::new(
            ExprKind::Allocate { parts: Box::new([amount, weights]), round: Box::new(round), remainder },
            ty,
            span,
        )
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
                    of.span(),
                    format!("this is {shown}"),
                )
                .help("such as `increments of duration first 30 s then 6 s`"),
            );
            return self.broken(span);
        }
        let part = record(&[("start", ty.clone()), ("length", ty)]);
        Expr::new(ExprKind::Increments(Box::new([of, first, then])), Type::List(Arc::new(part)), span)
    }
}
