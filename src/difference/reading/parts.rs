//! Constants, roundings, stages and messages.

use super::super::Kind;
use super::super::form::{Form, Head, Order};
use super::{Reading, times};
use crate::program::{RoundStep, RoundTo, Stage, StageKind, Template, TemplatePiece};
use crate::source::Span;
use crate::types::{Base, Type, UnitExpr};
use crate::value::{Number, Value};

impl Reading<'_> {
    /// A stage of a value that is multiplied by `unit`.
    pub fn stage(&mut self, stage: &Stage, unit: &Number) -> Form {
        let span = stage.span;
        let (word, amount) = match &stage.kind {
            StageKind::LessPercent(percent) => ("less percent".to_string(), self.raw(percent)),
            StageKind::PlusPercent(percent) => ("plus percent".to_string(), self.raw(percent)),
            StageKind::LessAmount(amount) => ("less".to_string(), self.counted(amount, unit)),
            StageKind::PlusAmount(amount) => ("plus".to_string(), self.counted(amount, unit)),
            StageKind::Minimum(amount, line) | StageKind::Maximum(amount, line) => {
                let minimum = matches!(stage.kind, StageKind::Minimum(..));
                let code = line.as_ref().map_or_else(String::new, |line| format!(" as {} {:?}", line.code, line.label));
                let word = if minimum { "minimum" } else { "maximum" };
                (format!("{word}{code}"), self.counted(amount, unit))
            }
            StageKind::Rounded(round) => ("rounded".to_string(), self.rounding(round, unit, span)),
        };
        Form::of(word, vec![amount], span)
    }

    /// A rounding of a value that is multiplied by `unit`.
    pub fn rounding(&mut self, round: &RoundTo, unit: &Number, span: Span) -> Form {
        let step = match &round.step {
            RoundStep::Expr(step) => self.counted(step, unit),
            RoundStep::Fixed(step) => times(Form::number(step.clone(), String::new(), span), &Number::ONE, unit),
            RoundStep::OwnOf(slot, own, step) => {
                let name = self.names.of(Kind::Input, u32::from(*slot));
                Form::of(format!("in {own}, else minor unit of {name}"), vec![self.counted(step, unit)], span)
            }
            RoundStep::MinorOf(slot) => {
                let name = self.names.of(Kind::Input, u32::from(*slot));
                Form::leaf(format!("minor unit of {name}"), span)
            }
        };
        // A step has no dimension of its own: it has that of what is rounded.
        let step = match step.head {
            Head::Number(number, _) => Form::number(number, String::new(), step.span),
            _ => step,
        };
        Form::of(format!("to {:?}", round.mode), vec![step], span)
    }

    /// A text with what is filled in.
    pub fn template(&mut self, template: &Template) -> Form {
        let piece = |piece: &TemplatePiece| match piece {
            TemplatePiece::Text(text) => Form::leaf(format!("text {text:?}"), template.span),
            TemplatePiece::Fill(expr) => {
                let unit = match expr.ty.present() {
                    Type::In(unit) => self.program.units.show(unit),
                    _ => String::new(),
                };
                Form::of(format!("fill {unit}"), vec![self.form(expr)], template.span)
            }
        };
        let parts: Vec<Form> = template.pieces.iter().map(piece).collect();
        Form::of("message", parts, template.span)
    }

    /// A constant, in base units where it is a quantity.
    pub fn constant(&self, value: &Value, ty: &Type, span: Span) -> Form {
        match (value, ty.present()) {
            (Value::Number(number), ty) => {
                let dimension = match ty {
                    Type::In(unit) => self.dimension(unit),
                    _ => String::new(),
                };
                let number = number.mul(&self.factor(ty)).unwrap_or_else(|_| number.clone());
                Form::number(number, dimension, span)
            }
            (Value::Member(member), Type::Enum(id)) => {
                let (name, member) = self.names.member(*id, *member);
                Form::new(Head::Named(Kind::Enumeration, name), Order::Fixed, vec![Form::leaf(member, span)], span)
            }
            (Value::List(values), Type::List(element)) => {
                Form::run("list", values.iter().map(|value| self.constant(value, element, span)).collect(), span)
            }
            (Value::Record(values), Type::Record(record)) => {
                let field = |(field, value): (&crate::types::FieldType, &Value)| {
                    Form::of(format!("field {}", field.name), vec![self.constant(value, &field.ty, span)], span)
                };
                Form::free("record", record.fields.iter().zip(values.iter()).map(field).collect(), span)
            }
            (value, _) => Form::leaf(format!("{value:?}"), span),
        }
    }

    /// The dimension of a unit, declared ones by the name of their first unit.
    pub fn dimension(&self, unit: &UnitExpr) -> String {
        let units = &self.program.units;
        let mut words: Vec<String> = units
            .dimension(unit)
            .0
            .iter()
            .map(|(base, power)| {
                let base = match base {
                    Base::Declared(id) => units.get(*id).map_or_else(String::new, |unit| unit.name.clone()),
                    Base::Chosen(slot) => format!("chosen by {}", self.names.of(Kind::Input, *slot)),
                    Base::Money(currency) => currency.code().to_string(),
                    other => format!("{other:?}"),
                };
                if *power == 1 { base } else { format!("{base}^{power}") }
            })
            .collect();
        words.sort();
        words.join("·")
    }
}
