//! Where a value of one type is wanted as another: exact unit conversion, whole numbers as numbers, given values as optional ones.

use super::Checker;
use crate::diagnostic::{Diagnostic, codes};
use crate::program::{Expr, ExprKind};
use crate::source::Span;
use crate::types::{RecordType, Type, UnitExpr};
use crate::value::{Number, Value};
use std::sync::Arc;

impl Checker<'_> {
    /// The expression as a value of `to`, or an error that names both types. `what` says what it is: `the value of charge BASE`.
    pub(crate) fn coerce(&mut self, expr: Expr, to: &Type, what: &str) -> Expr {
        match self.try_coerce(expr, to) {
            Ok(expr) => expr,
            Err(expr) => {
                self.mismatch(&expr, to, what);
                self.broken(expr.span())
            }
        }
    }

    fn mismatch(&mut self, expr: &Expr, to: &Type, what: &str) {
        let (found, wanted) = (self.show_type(&expr.ty), self.show_type(to));
        if matches!(expr.ty, Type::Optional(_)) && self.clone_coercible(expr, to) {
            let text = self.sources.text(expr.span()).to_string();
            self.report(
                Diagnostic::error(codes::MAYBE_ABSENT, format!("{what} may be absent"), expr.span(), format!("this is {found}"))
                    .help(format!("give a value for the case that it is absent: `{text} otherwise …`, or ask first: `if {text} is given then … else …`")),
            );
            return;
        }
        let mut diagnostic = Diagnostic::error(
            codes::TYPE_MISMATCH,
            format!("{what} must be {wanted}, and is {found}"),
            expr.span(),
            format!("this is {found}"),
        );
        if let Some((help, member)) = self.quoted_member(expr, to) {
            diagnostic = diagnostic.help(help);
            if let Some(member) = member {
                diagnostic = diagnostic.edit(expr.span(), member);
            }
        } else if let Some(help) = self.conversion_help(&expr.ty, to) {
            diagnostic = diagnostic.help(help);
        }
        self.report(diagnostic);
    }

    fn clone_coercible(&self, expr: &Expr, to: &Type) -> bool {
        let present = expr.ty.present().clone();
        self.try_coerce(expr.clone().with_type(present), to).is_ok()
    }

    fn conversion_help(&self, from: &Type, to: &Type) -> Option<String> {
        match (from, to.present()) {
            (Type::Number | Type::Integer, Type::In(unit)) => {
                Some(format!("give the number its unit: write `… {}` after it, or `(…) as {0}`", self.units.show(unit)))
            }
            (Type::Number | Type::Integer, Type::Percent) => {
                Some("write a percent with its sign, such as `18.5%`".to_string())
            }
            (Type::Percent, Type::Number) => {
                Some("write `… as number` for the fraction, or `… of x` for a part of x".to_string())
            }
            (Type::In(unit), Type::Number | Type::Integer) => Some(format!(
                "divide by a quantity, or take the number with `… as number in {}`",
                self.units.show(unit)
            )),
            (Type::In(a), Type::In(b)) => match (self.units.currency(a), self.units.currency(b)) {
                (Some(_), Some(_)) => Some(format!(
                    "convert with a rate: multiply by an amount of `{} per {}`",
                    self.units.show(b),
                    self.units.show(a)
                )),
                _ => Some(format!("such as {}", self.example_of(to.present())?)),
            },
            (Type::Number, Type::Integer) => Some("round it first: `(…) rounded to 1`".to_string()),
            (_, wanted) => Some(format!("such as {}", self.example_of(wanted)?)),
        }
    }

    /// How a value of a type is written; `None` where an example would say nothing.
    fn example_of(&self, ty: &Type) -> Option<String> {
        let text = match ty {
            Type::Number => "`2.5`",
            Type::Integer => "`2`",
            Type::Percent => "`18.5%`",
            Type::In(unit) => return Some(format!("`3 {}`", self.units.show(unit))),
            Type::YesNo => "`x > 3`, `x is given` or `yes`",
            Type::Text => "`\"AB\"`, a text in quotes",
            Type::Date => "`2026-01-05`",
            Type::Time => "`08:00`",
            Type::Instant => "`2026-01-05T08:00:00Z`",
            Type::Months => "`3 months`",
            Type::Zone => "`\"Europe/London\"`",
            Type::Enum(id) => {
                let (member, _) = self.enums.get(id.0 as usize)?.members.first()?;
                return Some(format!("`{member}`"));
            }
            Type::List(element) => {
                let element = self.example_of(element)?;
                return Some(format!("`[{}]`", element.split('`').nth(1)?));
            }
            Type::Record(record) => {
                let field = &record.fields.first()?.name;
                return Some(format!("`{{ {field} = …, … }}`"));
            }
            Type::Currency | Type::Row(_) | Type::Optional(_) | Type::Unknown => return None,
        };
        Some(text.to_string())
    }

    /// The expression as a value of `to`, where that needs no decision of the author's.
    pub(crate) fn try_coerce(&self, expr: Expr, to: &Type) -> Result<Expr, Expr> {
        match (&expr.ty, to) {
            (from, to) if from == to => Ok(expr),
            (Type::Unknown, _) | (_, Type::Unknown) => Ok(expr),
            (Type::Integer, Type::Number) => Ok(expr.with_type(Type::Number)),
            (Type::In(from), Type::In(unit)) => match self.units.conversion(from, unit) {
                Some(factor) => {
                    let unit = unit.clone();
                    Ok(scaled(expr, factor, Type::In(unit)))
                }
                None => Err(expr),
            },
            (Type::Optional(_), Type::Optional(inner)) => {
                let from = expr.ty.present().clone();
                self.optional_coerce(expr, &from, inner)
            }
            (_, Type::Optional(inner)) => {
                let inner = inner.clone();
                Ok(self.try_coerce(expr, &inner)?.with_type(to.clone()))
            }
            (Type::Record(_), Type::Record(wanted)) => self.coerce_record(expr, &wanted.clone()),
            (Type::List(_), Type::List(wanted)) => self.coerce_list(expr, &wanted.clone()),
            _ => Err(expr),
        }
    }

    /// An optional value as another optional type: only where the present value needs no arithmetic.
    fn optional_coerce(&self, expr: Expr, from: &Type, to: &Arc<Type>) -> Result<Expr, Expr> {
        let free = match (from, to.as_ref()) {
            (Type::Integer, Type::Number) => true,
            (Type::In(a), Type::In(b)) => self.units.conversion(a, b) == Some(Number::ONE),
            (a, b) => a == b,
        };
        if free { Ok(expr.with_type(Type::Optional(to.clone()))) } else { Err(expr) }
    }

    fn coerce_record(&self, expr: Expr, wanted: &Arc<RecordType>) -> Result<Expr, Expr> {
        let Type::Record(found) = expr.ty.clone() else { return Err(expr) };
        let ExprKind::Record(values) = &expr.kind else { return Err(expr) };
        if found.fields.iter().any(|field| wanted.field(&field.name).is_none()) {
            return Err(expr);
        }
        let mut fields = Vec::new();
        for field in &wanted.fields {
            match found.field(&field.name).and_then(|(at, _)| values.get(at)) {
                Some(value) => match self.try_coerce(value.clone(), &field.ty) {
                    Ok(value) => fields.push(value),
                    Err(_) => return Err(expr),
                },
                None => match self.absent_field(wanted, &field.name, &field.ty, expr.span()) {
                    Some(value) => fields.push(value),
                    None => return Err(expr),
                },
            }
        }
        Ok(Expr::new(ExprKind::Record(fields.into()), Type::Record(wanted.clone()), expr.span()))
    }

    /// What a field that is not written has: its default, or nothing where it is optional.
    fn absent_field(&self, record: &RecordType, name: &str, ty: &Type, span: Span) -> Option<Expr> {
        let declared = self.records.iter().position(|(known, _)| *known == record.name);
        let default = declared
            .and_then(|at| self.record_fields.get(at))
            .and_then(|fields| fields.iter().find(|field| field.name == name).and_then(|field| field.default.clone()));
        match (default, ty) {
            (Some(default), _) => Some(default),
            (None, Type::Optional(_)) => Some(Expr::new(ExprKind::Constant(Value::Absent), ty.clone(), span)),
            (None, _) => None,
        }
    }

    fn coerce_list(&self, expr: Expr, wanted: &Arc<Type>) -> Result<Expr, Expr> {
        let ExprKind::List(elements) = &expr.kind else {
            // A list of whole numbers is a list of numbers as it is.
            return match (&expr.ty, wanted.as_ref()) {
                (Type::List(element), Type::Number) if **element == Type::Integer => {
                    Ok(expr.with_type(Type::List(wanted.clone())))
                }
                _ => Err(expr),
            };
        };
        let mut list = Vec::new();
        for element in elements {
            match self.try_coerce(element.clone(), wanted) {
                Ok(element) => list.push(element),
                Err(_) => return Err(expr),
            }
        }
        Ok(Expr::new(ExprKind::List(list.into()), Type::List(wanted.clone()), expr.span()))
    }

    /// The type that values of both types have, in the left one's unit.
    pub(crate) fn common(&self, left: &Type, right: &Type) -> Option<Type> {
        match (left, right) {
            (Type::Unknown, other) | (other, Type::Unknown) => Some(other.clone()),
            (a, b) if a == b => Some(a.clone()),
            (Type::Integer, Type::Number) | (Type::Number, Type::Integer) => Some(Type::Number),
            (Type::In(a), Type::In(b)) => self.units.conversion(b, a).map(|_| left.clone()),
            (Type::Optional(a), b) | (b, Type::Optional(a)) => Some(self.common(a, b.present())?.optional()),
            (Type::List(a), Type::List(b)) => match (a.as_ref(), b.as_ref()) {
                (Type::Unknown, _) => Some(right.clone()),
                (_, Type::Unknown) => Some(left.clone()),
                (a, b) => Some(Type::List(Arc::new(self.common(a, b)?))),
            },
            _ => None,
        }
    }
}

/// The expression times an exact factor, with the type that it has then.
pub(crate) fn scaled(expr: Expr, factor: Number, ty: Type) -> Expr {
    let span = expr.span();
    if factor == Number::ONE {
        return expr.with_type(ty);
    }
    if let ExprKind::Constant(Value::Number(number)) = &expr.kind
        && let Ok(product) = number.mul(&factor)
    {
        return Expr::new(ExprKind::Constant(Value::Number(product)), ty, span);
    }
    Expr::new(ExprKind::Scale(expr, factor), ty, span)
}

/// The type of a number counted in a unit expression, which is plain where the expression is empty.
pub(crate) fn in_unit(unit: UnitExpr) -> Type {
    if unit.parts().is_empty() { Type::Number } else { Type::In(unit) }
}

/// The value of an expression that needs no input: literals, their negatives, records and lists of them.
pub(crate) fn constant(expr: &Expr) -> Option<Value> {
    match &expr.kind {
        ExprKind::Constant(value) => Some(value.clone()),
        ExprKind::Negate(inner) => match constant(inner)? {
            Value::Number(number) => Some(Value::Number(number.neg())),
            _ => None,
        },
        ExprKind::Scale(inner, factor) => match constant(inner)? {
            Value::Number(number) => number.mul(factor).ok().map(Value::Number),
            _ => None,
        },
        ExprKind::Record(fields) => Some(Value::record(fields.iter().map(constant).collect::<Option<Vec<_>>>()?)),
        ExprKind::List(elements) => Some(Value::list(elements.iter().map(constant).collect::<Option<Vec<_>>>()?)),
        _ => None,
    }
}
