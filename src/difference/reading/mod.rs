//! Expressions of a program as forms.
//!
//! A reading keeps a number beside each form: the value of the expression is that number times what the form means. So a weight
//! in pounds and one in kilograms are one form with two numbers, and a conversion between units is no part of a form. Where
//! values of one unit meet (in sums, comparisons, stages) they are counted in base units; everywhere else the number is written
//! into the form, which is always right.

mod arithmetic;
mod lists;
mod operations;
mod parts;
mod references;

use super::Kind;
use super::form::{Form, Head, Order};
use super::names::Names;
use crate::program::{Arithmetic, Expr, ExprKind, Program};
use crate::source::Span;
use crate::types::{Type, UnitExpr};
use crate::value::{Number, Value};
use std::collections::HashMap;

/// A form, and what it is multiplied by.
struct Scaled {
    by: Number,
    form: Form,
}

/// Reads the expressions of one program.
pub(super) struct Reading<'p> {
    pub program: &'p Program,
    pub names: &'p Names,
    /// Local slots: how deep they were bound, and what one of their unit is in base units.
    locals: HashMap<u16, (usize, Number)>,
    depth: usize,
}

impl<'p> Reading<'p> {
    pub fn new(program: &'p Program, names: &'p Names) -> Self {
        Reading { program, names, locals: HashMap::new(), depth: 0 }
    }

    /// A reading in which the first locals are parameters of these types.
    pub fn with_parameters<'t>(program: &'p Program, names: &'p Names, types: impl Iterator<Item = &'t Type>) -> Self {
        let mut reading = Reading::new(program, names);
        for (slot, ty) in types.enumerate() {
            reading.bind(slot as u16, ty);
        }
        reading
    }

    /// Makes a local known, one deeper than those before it.
    pub fn bind(&mut self, slot: u16, ty: &Type) {
        let factor = self.factor(ty);
        self.locals.insert(slot, (self.depth, factor));
        self.depth = self.depth.saturating_add(1);
    }

    /// What an expression means, numbers in the base units of its type.
    pub fn form(&mut self, expr: &Expr) -> Form {
        self.counted(expr, &self.factor(&expr.ty))
    }

    /// What one of the type's unit is in base units.
    pub fn factor(&self, ty: &Type) -> Number {
        match ty.present() {
            Type::In(unit) => self.unit_factor(unit),
            _ => Number::ONE,
        }
    }

    fn unit_factor(&self, unit: &UnitExpr) -> Number {
        self.program.units.factor(unit).ok().filter(|factor| !factor.is_zero()).unwrap_or(Number::ONE)
    }

    /// The form of an expression whose value is multiplied by `unit`.
    fn counted(&mut self, expr: &Expr, unit: &Number) -> Form {
        let Scaled { by, form } = self.read(expr);
        times(form, &by, unit)
    }

    /// The value itself, as an operation takes it that knows its unit.
    fn raw(&mut self, expr: &Expr) -> Form {
        self.counted(expr, &Number::ONE)
    }

    fn named(&self, kind: Kind, name: String, declared: &Type, span: Span) -> Scaled {
        let form = Form::new(Head::Named(kind, name), Order::Fixed, Vec::new(), span);
        self.in_unit(form, declared)
    }

    /// A form that means base units, as a value in the unit of a type.
    fn in_unit(&self, form: Form, ty: &Type) -> Scaled {
        Scaled { by: reciprocal(&self.factor(ty)), form }
    }

    /// A node whose parts are of one unit and whose value is in it.
    fn alike(&mut self, word: &str, parts: &[&Expr], span: Span) -> Scaled {
        let unit = parts.first().map_or(Number::ONE, |part| self.factor(&part.ty));
        let parts = parts.iter().map(|part| self.counted(part, &unit)).collect();
        Scaled { by: reciprocal(&unit), form: Form::of(word, parts, span) }
    }

    /// A node whose parts are values as they are.
    fn plain(&mut self, word: impl Into<String>, parts: &[&Expr], span: Span) -> Scaled {
        let parts = parts.iter().map(|part| self.raw(part)).collect();
        exactly(Form::of(word, parts, span))
    }

    fn read(&mut self, expr: &Expr) -> Scaled {
        let span = expr.span();
        match &expr.kind {
            ExprKind::Constant(value) => {
                let form = self.constant(value, &expr.ty, span);
                self.in_unit(form, if matches!(value, Value::Number(_)) { &expr.ty } else { &Type::Text })
            }
            ExprKind::Scale(inner, factor) => {
                let Scaled { by, form } = self.read(inner);
                match by.mul(factor) {
                    Ok(by) => Scaled { by, form: form.at(span) },
                    Err(_) => exactly(Form::of(format!("× {factor} × {by}"), vec![form], span)),
                }
            }
            ExprKind::Local(slot) => match self.locals.get(slot) {
                Some((depth, factor)) => {
                    Scaled { by: reciprocal(factor), form: Form::leaf(format!("local {depth}"), span) }
                }
                None => exactly(Form::leaf(format!("slot {slot}"), span)),
            },
            ExprKind::Arithmetic(Arithmetic::Multiply | Arithmetic::Divide, _, _) => self.product(expr),
            ExprKind::Arithmetic(Arithmetic::Add | Arithmetic::Subtract, _, _) => self.sum(expr),
            ExprKind::And(..) => self.chain(expr, "and"),
            ExprKind::Or(..) => self.chain(expr, "or"),
            ExprKind::Stages(inner, stages) => self.stages(inner, stages, span),
            _ => self.reference(expr).or_else(|| self.list(expr)).unwrap_or_else(|| self.operation(expr)),
        }
    }
}

fn exactly(form: Form) -> Scaled {
    Scaled { by: Number::ONE, form }
}

fn reciprocal(number: &Number) -> Number {
    Number::ONE.div(number).unwrap_or(Number::ONE)
}

/// The form times two numbers; a constant takes them in.
fn times(form: Form, a: &Number, b: &Number) -> Form {
    let Ok(by) = a.mul(b) else {
        let span = form.span;
        return Form::of(format!("× {a} × {b}"), vec![form], span);
    };
    if by == Number::ONE {
        return form;
    }
    let span = form.span;
    if let Head::Number(number, dimension) = &form.head
        && let Ok(product) = number.mul(&by)
    {
        return Form::number(product, dimension.clone(), span);
    }
    Form::of(format!("× {by}"), vec![form], span)
}
