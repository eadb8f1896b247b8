//! Operators between values: which types go together, and the exact unit conversion where they do.

use super::Checker;
use super::convert::{in_unit, scaled};
use super::expression::yes_no;
use super::scope::Scope;
use crate::diagnostic::{Diagnostic, codes};
use crate::program::{Arithmetic, DateArithmetic, Expr, ExprKind};
use crate::source::Span;
use crate::syntax::ast::{self, BinaryOp};
use crate::types::{Base, Dimension, Type, UnitExpr};
use crate::value::{Number, Value};

impl Checker<'_> {
    pub(super) fn negate(&mut self, inner: &ast::Expr, span: Span, expected: Option<&Type>, scope: &mut Scope) -> Expr {
        let inner = self.expression(inner, expected, scope);
        match inner.ty {
            Type::Unknown => inner,
            Type::Number | Type::Integer | Type::Percent | Type::In(_) => {
                let ty = inner.ty.clone();
                if let ExprKind::Constant(Value::Number(number)) = &inner.kind {
                    return super::expression::number(number.neg(), ty, span);
                }
                Expr::new(ExprKind::Negate(inner), ty, span)
            }
            _ => {
                let shown = self.show_type(&inner.ty);
                self.report(
                    Diagnostic::error(
                        codes::TYPE_MISMATCH,
                        format!("{shown} has no negative"),
                        inner.span(),
                        format!("this is {shown}"),
                    )
                    .help("take the `-` out"),
                );
                self.broken(span)
            }
        }
    }

    pub(super) fn binary(
        &mut self,
        op: BinaryOp,
        left: &ast::Expr,
        right: &ast::Expr,
        span: Span,
        expected: Option<&Type>,
        scope: &mut Scope,
    ) -> Expr {
        match op {
            BinaryOp::And | BinaryOp::Or => self.and_or(op, left, right, span, scope),
            BinaryOp::Otherwise => self.otherwise(left, right, span, expected, scope),
            BinaryOp::Is
            | BinaryOp::IsNot
            | BinaryOp::Less
            | BinaryOp::AtMost
            | BinaryOp::Greater
            | BinaryOp::AtLeast => self.comparison(op, left, right, span, scope),
            BinaryOp::Of | BinaryOp::ContainedIn => self.percent_of(op, left, right, span, scope),
            BinaryOp::Add | BinaryOp::Subtract | BinaryOp::Multiply | BinaryOp::Divide => {
                let left = self.expression(left, None, scope);
                let right = self.expression(right, None, scope);
                self.arithmetic(op, left, right, span)
            }
        }
    }

    fn and_or(&mut self, op: BinaryOp, left: &ast::Expr, right: &ast::Expr, span: Span, scope: &mut Scope) -> Expr {
        let and = op == BinaryOp::And;
        let first = self.condition(left, scope);
        let mark = scope.mark();
        scope.learn(self.facts(left, and));
        let second = self.condition(right, scope);
        scope.reset(mark);
        yes_no(if and { ExprKind::And(first, second) } else { ExprKind::Or(first, second) }, span)
    }

    fn otherwise(
        &mut self,
        left: &ast::Expr,
        right: &ast::Expr,
        span: Span,
        expected: Option<&Type>,
        scope: &mut Scope,
    ) -> Expr {
        let left = self.expression(left, expected, scope);
        if !matches!(left.ty, Type::Optional(_) | Type::Unknown) {
            let shown = self.show_type(&left.ty);
            self.report(
                Diagnostic::error(
                    codes::ALWAYS_GIVEN,
                    "this is always given",
                    left.span(),
                    format!("this is {shown}, never absent"),
                )
                .also(right.span, "never used")
                .help("take `otherwise …` out"),
            );
            return self.broken(span);
        }
        let inner = left.ty.present().clone();
        let right = self.expression(right, Some(&inner), scope);
        let ty = if matches!(right.ty, Type::Optional(_)) { inner.clone().optional() } else { inner.clone() };
        let ty = if inner == Type::Integer && right.ty == Type::Number { Type::Number } else { ty };
        let right = self.coerce(right, &ty, "the value for the case that it is absent");
        Expr::new(ExprKind::Otherwise(left, right), ty, span)
    }

    /// `18.5% of x` and `20% contained in x`.
    fn percent_of(&mut self, op: BinaryOp, left: &ast::Expr, right: &ast::Expr, span: Span, scope: &mut Scope) -> Expr {
        let percent = self.expect(left, &Type::Percent, "what stands before `of`", scope);
        let whole = self.expression(right, None, scope);
        if percent.ty == Type::Unknown || whole.ty == Type::Unknown {
            return self.broken(span);
        }
        if matches!(whole.ty, Type::Optional(_)) {
            return self.absent_operand(&whole, span);
        }
        if !whole.ty.is_numeric() {
            let shown = self.show_type(&whole.ty);
            self.report(
                Diagnostic::error(
                    codes::TYPE_MISMATCH,
                    format!("there is no percent of {shown}"),
                    whole.span(),
                    format!("this is {shown}"),
                )
                .also(percent.span(), "a percent of it")
                .help("take a percent of a number, an amount or a quantity"),
            );
            return self.broken(span);
        }
        let ty = if whole.ty == Type::Integer { Type::Number } else { whole.ty.clone() };
        let kind = match op {
            BinaryOp::ContainedIn => ExprKind::ContainedIn(percent, whole),
            _ => ExprKind::Arithmetic(Arithmetic::Multiply, percent, whole),
        };
        Expr::new(kind, ty, span)
    }

    /// `a + b` and so on between checked sides. The table of types is in `docs/language/operators.md`.
    pub(super) fn arithmetic(&mut self, op: BinaryOp, left: Expr, right: Expr, span: Span) -> Expr {
        use BinaryOp::{Add, Divide, Multiply, Subtract};
        use Type::{Date, In, Instant, Integer, Months, Number, Percent};
        match (op, left.ty.clone(), right.ty.clone()) {
            (_, Type::Unknown, _) | (_, _, Type::Unknown) => self.broken(span),
            (_, Type::Optional(_), _) => self.absent_operand(&left, span),
            (_, _, Type::Optional(_)) => self.absent_operand(&right, span),
            (Add | Subtract | Multiply, Integer, Integer) => plain(op, left, right, Integer, span),
            (_, Integer | Number, Integer | Number) => plain(op, left, right, Number, span),
            (Add | Subtract, Percent, Percent) => plain(op, left, right, Percent, span),
            (Multiply, Percent, Integer | Number)
            | (Multiply, Integer | Number, Percent)
            | (Divide, Percent, Integer | Number) => plain(op, left, right, Percent, span),
            (Divide, Percent, Percent) => plain(op, left, right, Number, span),
            (Add | Subtract, In(unit), In(_)) => match self.try_coerce(right, &In(unit.clone())) {
                Ok(right) => plain(op, left, right, In(unit), span),
                Err(right) => self.no_operator(op, &left, &right, span),
            },
            (Multiply | Divide, In(unit), Integer | Number) => plain(op, left, right, In(unit), span),
            (Multiply, Integer | Number, In(unit)) => plain(op, left, right, In(unit), span),
            (Divide, Integer | Number, In(unit)) => {
                self.product(op, left, UnitExpr::new(Vec::new()), right, unit, span)
            }
            (Multiply | Divide, In(a), In(b)) => self.product(op, left, a, right, b, span),
            (Multiply, Months, Integer) => date_arithmetic(DateArithmetic::TimesMonths, left, right, Months, span),
            (Multiply, Integer, Months) => date_arithmetic(DateArithmetic::TimesMonths, right, left, Months, span),
            (Add, Months, Months) => date_arithmetic(DateArithmetic::SumMonths, left, right, Months, span),
            (Add | Subtract, Date, Months) => {
                let right = if op == Subtract { negative_months(right) } else { right };
                date_arithmetic(DateArithmetic::AddMonths, left, right, Date, span)
            }
            (Subtract, Date, Date) => {
                let days = self.unit_named("day");
                date_arithmetic(DateArithmetic::DaysBetween, left, right, in_unit(days), span)
            }
            (Subtract, Instant, Instant) => {
                let seconds = self.unit_named("s");
                date_arithmetic(DateArithmetic::SecondsBetween, left, right, in_unit(seconds), span)
            }
            (Add | Subtract, Date, In(_)) => self.shift(op, left, right, "day", DateArithmetic::AddDays, span),
            (Add | Subtract, Instant, In(_)) => self.shift(op, left, right, "s", DateArithmetic::AddSeconds, span),
            _ => self.no_operator(op, &left, &right, span),
        }
    }

    pub(super) fn absent_operand(&mut self, operand: &Expr, span: Span) -> Expr {
        let text = self.sources.text(operand.span()).to_string();
        self.report(
            Diagnostic::error(
                codes::MAYBE_ABSENT,
                format!("`{text}` may be absent"),
                operand.span(),
                "cannot be computed with where it is absent",
            )
            .help(format!(
                "give a value for that case: `({text} otherwise …)`, or ask first: `if {text} is given then … else …`"
            )),
        );
        self.broken(span)
    }

    /// A date and days, or an instant and a duration.
    fn shift(&mut self, op: BinaryOp, left: Expr, right: Expr, unit: &str, kind: DateArithmetic, span: Span) -> Expr {
        let unit = self.unit_named(unit);
        match self.try_coerce(right, &in_unit(unit)) {
            Ok(mut right) => {
                if op == BinaryOp::Subtract {
                    let (ty, span) = (right.ty.clone(), right.span());
                    right = Expr::new(ExprKind::Negate(right), ty, span);
                }
                let ty = left.ty.clone();
                date_arithmetic(kind, left, right, ty, span)
            }
            Err(right) => self.no_operator(op, &left, &right, span),
        }
    }

    fn product(&mut self, op: BinaryOp, left: Expr, a: UnitExpr, right: Expr, b: UnitExpr, span: Span) -> Expr {
        match self.units.product(&a, &b, op == BinaryOp::Divide) {
            Ok((unit, factor)) => {
                let ty = in_unit(unit);
                scaled(plain(op, left, right, ty.clone(), span), factor, ty)
            }
            Err(_) => self.no_operator(op, &left, &right, span),
        }
    }

    fn no_operator(&mut self, op: BinaryOp, left: &Expr, right: &Expr, span: Span) -> Expr {
        let (sign, verb) = match op {
            BinaryOp::Add => ("+", "added"),
            BinaryOp::Subtract => ("-", "subtracted"),
            BinaryOp::Multiply => ("*", "multiplied"),
            _ => ("/", "divided"),
        };
        let (a, b) = (self.show_type(&left.ty), self.show_type(&right.ty));
        let mut diagnostic = Diagnostic::error(
            codes::NO_OPERATOR,
            format!("{a} and {b} cannot be {verb}"),
            right.span(),
            format!("this is {b}"),
        )
        .also(left.span(), format!("this is {a}"));
        let (x, y) = (self.sources.text(left.span()).to_string(), self.sources.text(right.span()).to_string());
        diagnostic = match (&left.ty, &right.ty, op) {
            (Type::Percent, other, BinaryOp::Multiply) if other.is_numeric() => {
                diagnostic.help(format!("write `{x} of {y}`")).edit(span, format!("{x} of {y}"))
            }
            (other, Type::Percent, BinaryOp::Multiply) if other.is_numeric() => {
                diagnostic.help(format!("write `{y} of {x}`")).edit(span, format!("{y} of {x}"))
            }
            (other, Type::Percent, BinaryOp::Add) if other.is_numeric() => {
                diagnostic.help(format!("write `{x} plus {y}`"))
            }
            (other, Type::Percent, BinaryOp::Subtract) if other.is_numeric() => {
                diagnostic.help(format!("write `{x} less {y}`"))
            }
            (Type::In(a), Type::In(b), _) if self.units.currency(a).is_some() && self.units.currency(b).is_some() => {
                diagnostic.help(format!(
                    "convert one of them with a rate, such as `{y} * rate` where the rate is in {} per {}",
                    self.units.show(a),
                    self.units.show(b)
                ))
            }
            (Type::Number | Type::Integer, Type::In(unit), _) => {
                diagnostic.help(format!("give `{x}` its unit, such as `{x} {}`", self.units.show(unit)))
            }
            (Type::In(unit), Type::Number | Type::Integer, _) => {
                diagnostic.help(format!("give `{y}` its unit, such as `{y} {}`", self.units.show(unit)))
            }
            (Type::Date | Type::Instant, _, BinaryOp::Add | BinaryOp::Subtract)
            | (Type::Time, _, _)
            | (Type::Text, _, _)
            | (Type::Months, _, _)
            | (_, Type::Months, _) => diagnostic.help(time_help(&left.ty, &right.ty, &y)),
            (Type::In(_), Type::In(_), _) => {
                diagnostic.help("look which of the two is meant; units of one dimension convert by themselves")
            }
            _ => diagnostic
                .help(format!("`{sign}` does not go between these two; name the number or amount that is meant")),
        };
        self.report(diagnostic);
        self.broken(span)
    }

    /// The unit expression of one built-in unit.
    pub(super) fn unit_named(&mut self, name: &str) -> UnitExpr {
        UnitExpr::new(self.units.find(name).map(|id| (id, 1)).into_iter().collect())
    }

    pub(super) fn is_duration(&self, ty: &Type) -> bool {
        matches!(ty, Type::In(unit) if self.units.dimension(unit) == Dimension(vec![(Base::Time, 1)]))
    }

    pub(super) fn per_step(
        &mut self,
        amount: &ast::Expr,
        step: &ast::Expr,
        of: &ast::Expr,
        started: bool,
        span: Span,
        scope: &mut Scope,
    ) -> Expr {
        let amount = self.expression(amount, None, scope);
        let of = self.expression(of, None, scope);
        let step = self.expression(step, None, scope);
        for part in [&amount, &of] {
            if matches!(part.ty, Type::Optional(_)) {
                return self.absent_operand(part, span);
            }
        }
        if !amount.ty.is_numeric() && amount.ty != Type::Unknown {
            let shown = self.show_type(&amount.ty);
            self.report(
                Diagnostic::error(
                    codes::TYPE_MISMATCH,
                    format!("{shown} cannot be charged per step"),
                    amount.span(),
                    format!("this is {shown}"),
                )
                .help("such as `1.45 USD per started 100 USD of x`"),
            );
            return self.broken(span);
        }
        if !of.ty.is_numeric() && of.ty != Type::Unknown {
            let shown = self.show_type(&of.ty);
            self.report(
                Diagnostic::error(
                    codes::TYPE_MISMATCH,
                    format!("{shown} cannot be counted in steps"),
                    of.span(),
                    format!("this is {shown}"),
                )
                .help("such as `1.45 USD per started 100 USD of x`"),
            );
            return self.broken(span);
        }
        let of = as_number(of);
        let step = self.coerce(step, &of.ty.clone(), "the step");
        if [&amount, &step, &of].iter().any(|e| e.ty == Type::Unknown) {
            return self.broken(span);
        }
        let ty = amount.ty.clone();
        Expr::new(ExprKind::PerStep { parts: Box::new([amount, step, of]), started }, ty, span)
    }
}

/// A whole number as a number, so that what it is compared with may be a fraction.
pub(super) fn as_number(expr: Expr) -> Expr {
    if expr.ty == Type::Integer { expr.with_type(Type::Number) } else { expr }
}

/// What to write instead of an operator on dates, times, months and text that does not exist.
fn time_help(left: &Type, right: &Type, written: &str) -> String {
    match (left, right) {
        (Type::Date, Type::Number | Type::Integer) => format!("say of what: `{written} day`, or `{written} months`"),
        (Type::Date, Type::Date) => "the days between two dates are `later - earlier`".to_string(),
        (Type::Date, _) => "to a date go days and months, such as `3 day` or `3 months`".to_string(),
        (Type::Instant, Type::Number | Type::Integer) => format!("say of what: `{written} s`, or `{written} h`"),
        (Type::Instant, Type::Months) => "take its day first: `date of … in zone …`".to_string(),
        (Type::Instant, _) => "to an instant goes a duration, such as `90 min`".to_string(),
        (Type::Time, _) => {
            "a time of day has no day to run over into; make an instant of it: `instant of … at … in zone …`"
                .to_string()
        }
        (Type::Text, _) => "texts are put together in messages, such as `because \"{a} {b}\"`".to_string(),
        _ => "months are added to a date, and multiplied by whole numbers".to_string(),
    }
}

fn plain(op: BinaryOp, left: Expr, right: Expr, ty: Type, span: Span) -> Expr {
    let op = match op {
        BinaryOp::Add => Arithmetic::Add,
        BinaryOp::Subtract => Arithmetic::Subtract,
        BinaryOp::Multiply => Arithmetic::Multiply,
        _ => Arithmetic::Divide,
    };
    Expr::new(ExprKind::Arithmetic(op, left, right), ty, span)
}

fn date_arithmetic(kind: DateArithmetic, left: Expr, right: Expr, ty: Type, span: Span) -> Expr {
    Expr::new(ExprKind::DateArithmetic(kind, left, right), ty, span)
}

fn negative_months(months: Expr) -> Expr {
    let span = months.span();
    let minus_one = super::expression::number(Number::from_i64(-1), Type::Integer, span);
    date_arithmetic(DateArithmetic::TimesMonths, months, minus_one, Type::Months, span)
}
