//! Comparisons: both sides in one type and unit.

use super::Checker;
use super::arithmetic::as_number;
use super::expression::{negated_unless, yes_no};
use super::scope::Scope;
use crate::diagnostic::{Diagnostic, codes};
use crate::program::{Comparison, Expr, ExprKind};
use crate::source::Span;
use crate::syntax::ast::{self, BinaryOp};
use crate::types::Type;
use std::sync::Arc;

impl Checker<'_> {
    pub(super) fn comparison(
        &mut self,
        op: BinaryOp,
        left: &ast::Expr,
        right: &ast::Expr,
        span: Span,
        scope: &mut Scope,
    ) -> Expr {
        // A bare name may be a member of the other side's enumeration, whichever side it stands on.
        let left_first = !matches!(&left.kind, ast::ExprKind::Name(name) if !self.symbols.contains_key(name) && scope.local(name).is_none());
        let (a, b) = if left_first {
            let a = self.expression(left, None, scope);
            let b = self.expression(right, Some(&a.ty.clone()), scope);
            (a, b)
        } else {
            let b = self.expression(right, None, scope);
            let a = self.expression(left, Some(&b.ty.clone()), scope);
            (a, b)
        };
        let ordered = !matches!(op, BinaryOp::Is | BinaryOp::IsNot);
        let Some((a, b)) = self.same_kind(a, b, ordered) else { return self.broken(span) };
        let comparison = match op {
            BinaryOp::Less => Comparison::Less,
            BinaryOp::AtMost => Comparison::AtMost,
            BinaryOp::Greater => Comparison::Greater,
            BinaryOp::AtLeast => Comparison::AtLeast,
            BinaryOp::IsNot => Comparison::IsNot,
            _ => Comparison::Is,
        };
        yes_no(ExprKind::Compare(comparison, a, b), span)
    }

    /// Both sides in one type and unit, so that they can be compared; `None` after saying why not.
    pub(super) fn same_kind(&mut self, a: Expr, b: Expr, ordered: bool) -> Option<(Expr, Expr)> {
        if a.ty == Type::Unknown || b.ty == Type::Unknown {
            return None;
        }
        for side in [&a, &b] {
            if matches!(side.ty, Type::Optional(_)) {
                let text = self.sources.text(side.span()).to_string();
                self.report(
                    Diagnostic::error(
                        codes::MAYBE_ABSENT,
                        format!("`{text}` may be absent"),
                        side.span(),
                        "cannot be compared where it is absent",
                    )
                    .help(format!(
                        "ask first: `{text} is given and …`, or say what holds then: `({text} otherwise …)`"
                    )),
                );
                return None;
            }
        }
        let Some(ty) = self.common(&a.ty, &b.ty) else {
            self.two_types("these cannot be compared", &a, &b);
            return None;
        };
        if (ordered && !ty.is_ordered()) || matches!(ty, Type::Row(_)) {
            let shown = self.show_type(&ty);
            self.report(
                Diagnostic::error(
                    codes::TYPE_MISMATCH,
                    format!("{shown} has no order"),
                    a.span(),
                    format!("this is {shown}"),
                )
                .help("compare it with `is` or `is one of`"),
            );
            return None;
        }
        let a = self.coerce(a, &ty, "the left side");
        let b = self.coerce(b, &ty, "the right side");
        Some((a, b))
    }

    pub(super) fn one_of(
        &mut self,
        inner: &ast::Expr,
        choices: &ast::OneOf,
        positive: bool,
        span: Span,
        scope: &mut Scope,
    ) -> Expr {
        let value = as_number(self.expression(inner, None, scope));
        let kind = match choices {
            ast::OneOf::List(list) => {
                let wanted = Type::List(Arc::new(value.ty.clone()));
                let list = self.expression(list, Some(&wanted), scope);
                let list = self.coerce(list, &wanted, "what follows `is one of`");
                ExprKind::InList(value, list)
            }
            ast::OneOf::Values(choices) => {
                let mut checked = Vec::new();
                for choice in choices {
                    let choice = self.expression(choice, Some(&value.ty.clone()), scope);
                    match self.same_kind(value.clone(), choice, false) {
                        Some((_, choice)) => match self.try_coerce(choice, &value.ty) {
                            Ok(choice) => checked.push(choice),
                            Err(_) => return self.broken(span),
                        },
                        None => return self.broken(span),
                    }
                }
                ExprKind::OneOf(value, checked.into())
            }
        };
        negated_unless(positive, yes_no(kind, span))
    }

    pub(super) fn in_range(
        &mut self,
        inner: &ast::Expr,
        range: &ast::Range,
        positive: bool,
        span: Span,
        scope: &mut Scope,
    ) -> Expr {
        let value = as_number(self.expression(inner, None, scope));
        let mut end = |checker: &mut Self, end: &Option<(Box<ast::Expr>, bool)>| -> Option<Option<Box<(Expr, bool)>>> {
            let Some((end, included)) = end else { return Some(None) };
            let end = checker.expression(end, Some(&value.ty), scope);
            let (_, end) = checker.same_kind(value.clone(), end, true)?;
            let end = checker.try_coerce(end, &value.ty).ok()?;
            Some(Some(Box::new((end, *included))))
        };
        let low = end(self, &range.low);
        let high = end(self, &range.high);
        match (low, high) {
            (Some(low), Some(high)) => negated_unless(positive, yes_no(ExprKind::InRange { value, low, high }, span)),
            _ => self.broken(span),
        }
    }
}
