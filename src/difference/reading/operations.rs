//! Operations on values that are neither sums nor products, and go through no list.

use super::super::form::Form;
use super::{Reading, Scaled, exactly, reciprocal, times};
use crate::program::{Expr, ExprKind};
use crate::value::Number;

impl Reading<'_> {
    /// Everything else.
    pub(super) fn operation(&mut self, expr: &Expr) -> Scaled {
        let span = expr.span();
        match &expr.kind {
            ExprKind::Negate(inner) => match self.read(inner) {
                Scaled { by, form } if matches!(inner.kind, ExprKind::Constant(_)) => {
                    Scaled { by, form: times(form, &Number::ONE, &Number::from_i64(-1)) }
                }
                Scaled { by, form } => Scaled { by, form: Form::of("-", vec![form], span) },
            },
            ExprKind::Compare(comparison, a, b) => {
                let form = self.alike(&format!("{comparison:?}"), &[a, b], span).form;
                exactly(form)
            }
            ExprKind::If(parts) => {
                let [condition, a, b] = &**parts;
                let unit = self.factor(&a.ty);
                let parts = vec![self.raw(condition), self.counted(a, &unit), self.counted(b, &unit)];
                Scaled { by: reciprocal(&unit), form: Form::of("if", parts, span) }
            }
            ExprKind::Otherwise(a, b) => self.alike("otherwise", &[a, b], span),
            ExprKind::OneOf(value, values) => {
                let unit = self.factor(&value.ty);
                let value = self.counted(value, &unit);
                let values = values.iter().map(|value| self.counted(value, &unit)).collect();
                exactly(Form::of("is one of", vec![value, Form::free("values", values, span)], span))
            }
            ExprKind::InRange { value, low, high } => {
                let unit = self.factor(&value.ty);
                let mut parts = vec![self.counted(value, &unit)];
                for end in [low, high] {
                    parts.push(match end.as_deref() {
                        Some((end, included)) => {
                            Form::of(format!("end {included}"), vec![self.counted(end, &unit)], end.span())
                        }
                        None => Form::leaf("open", span),
                    });
                }
                exactly(Form::of("is from", parts, span))
            }
            ExprKind::ContainedIn(percent, of) => {
                let unit = self.factor(&of.ty);
                let parts = vec![self.raw(percent), self.counted(of, &unit)];
                Scaled { by: reciprocal(&unit), form: Form::of("contained in", parts, span) }
            }
            ExprKind::PerStep { parts, started } => {
                let [amount, step, of] = &**parts;
                let (money, unit) = (self.factor(&amount.ty), self.factor(&of.ty));
                let parts = vec![self.counted(amount, &money), self.counted(step, &unit), self.counted(of, &unit)];
                let word = if *started { "per started" } else { "per whole" };
                Scaled { by: reciprocal(&money), form: Form::of(word, parts, span) }
            }
            ExprKind::Draw(amount, from) => {
                let parts: Vec<&Expr> = std::iter::once(amount).chain(from).collect();
                exactly(self.alike("draw", &parts, span).form)
            }
            ExprKind::Allocate { parts, round, remainder } => {
                let [amount, weights] = &**parts;
                let unit = self.factor(&amount.ty);
                let parts = vec![self.counted(amount, &unit), self.raw(weights), self.rounding(round, &unit, span)];
                exactly(Form::of(format!("allocate {remainder:?}"), parts, span))
            }
            ExprKind::Increments(parts) => exactly(self.alike("increments", &parts.each_ref(), span).form),
            ExprKind::Template(template) => exactly(self.template(template)),
            ExprKind::Library(function, arguments) => {
                // A function may see in which unit its argument is counted, as `whole` does.
                let units: Vec<String> =
                    arguments.iter().map(|argument| self.factor(&argument.ty).to_string()).collect();
                let word = format!("{function:?} {}", units.join(" "));
                self.plain(word, &arguments.iter().collect::<Vec<_>>(), span)
            }
            ExprKind::Days { from, to, inclusive, thirty_360 } => {
                self.plain(format!("days {inclusive} {thirty_360}"), &[from, to], span)
            }
            ExprKind::DateArithmetic(how, a, b) => self.plain(format!("{how:?}"), &[a, b], span),
            other => {
                let mut parts = Vec::new();
                expr.parts(&mut |part| parts.push(part));
                self.plain(word_of(other), &parts, span)
            }
        }
    }
}

/// The word of an operation that is nothing but its parts.
fn word_of(kind: &ExprKind) -> &'static str {
    match kind {
        ExprKind::Not(_) => "not",
        ExprKind::IsGiven(_) => "is given",
        ExprKind::Count(_) => "count of",
        ExprKind::DateOf(..) => "date of",
        ExprKind::TimeOf(..) => "time of",
        ExprKind::InstantOf(..) => "instant of",
        _ => "operation",
    }
}
