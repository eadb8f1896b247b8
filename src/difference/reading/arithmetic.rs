//! Sums as terms, products as factors, and chains of conditions as links.

use super::super::form::Form;
use super::{Reading, Scaled, exactly, reciprocal};
use crate::program::{Arithmetic, Expr, ExprKind, Stage};
use crate::source::Span;
use crate::value::Number;

impl Reading<'_> {
    /// A sum as the list of its terms, counted in base units.
    pub(super) fn sum(&mut self, expr: &Expr) -> Scaled {
        let mut terms = Vec::new();
        flatten_sum(expr, false, &mut terms);
        let unit = terms.first().map_or(Number::ONE, |(term, _)| self.factor(&term.ty));
        let parts = terms
            .iter()
            .map(|(term, minus)| {
                let form = self.counted(term, &unit);
                let span = form.span;
                if *minus { Form::of("minus", vec![form], span) } else { form }
            })
            .collect();
        Scaled { by: reciprocal(&unit), form: Form::free("sum of terms", parts, expr.span()) }
    }

    /// A product as the list of its factors; what they are multiplied by is kept outside.
    pub(super) fn product(&mut self, expr: &Expr) -> Scaled {
        let (mut by, mut parts, mut failed) = (Number::ONE, Vec::new(), false);
        let mut factors = Vec::new();
        flatten_product(expr, false, &mut factors);
        for factor in factors {
            let (factor, divides) = match factor {
                Factor::Number(number) => {
                    failed |= by.mul(number).map(|product| by = product).is_err();
                    continue;
                }
                Factor::Of(factor, divides) => (factor, divides),
            };
            let one = self.read(factor);
            let result = if divides { by.div(&one.by) } else { by.mul(&one.by) };
            failed |= result.map(|product| by = product).is_err();
            let span = one.form.span;
            parts.push(if divides { Form::of("divided by", vec![one.form], span) } else { one.form });
        }
        if failed {
            // Beyond what numbers can hold: compared as written.
            let mut parts = Vec::new();
            expr.parts(&mut |part| parts.push(part));
            let word = format!("{:?}", matches!(expr.kind, ExprKind::Arithmetic(Arithmetic::Divide, ..)));
            return self.plain(word, &parts, expr.span());
        }
        Scaled { by, form: Form::free("product", parts, expr.span()) }
    }

    pub(super) fn chain(&mut self, expr: &Expr, word: &str) -> Scaled {
        let mut links = Vec::new();
        flatten_chain(expr, word == "and", &mut links);
        let parts = links.into_iter().map(|link| self.raw(link)).collect();
        exactly(Form::run(word, parts, expr.span()))
    }

    pub(super) fn stages(&mut self, inner: &Expr, stages: &[Stage], span: Span) -> Scaled {
        let unit = self.factor(&inner.ty);
        let parts = std::iter::once(self.counted(inner, &unit))
            .chain(stages.iter().map(|stage| self.stage(stage, &unit)))
            .collect::<Vec<_>>();
        Scaled { by: reciprocal(&unit), form: Form::run("stages", parts, span) }
    }
}

enum Factor<'e> {
    /// A factor of its own: from a conversion between units.
    Number(&'e Number),
    /// An expression, and whether it divides.
    Of(&'e Expr, bool),
}

fn flatten_product<'e>(expr: &'e Expr, divides: bool, factors: &mut Vec<Factor<'e>>) {
    match &expr.kind {
        ExprKind::Arithmetic(Arithmetic::Multiply, a, b) => {
            flatten_product(a, divides, factors);
            flatten_product(b, divides, factors);
        }
        ExprKind::Arithmetic(Arithmetic::Divide, a, b) => {
            flatten_product(a, divides, factors);
            flatten_product(b, !divides, factors);
        }
        ExprKind::Scale(inner, factor) if !divides && matches!(inner.kind, ExprKind::Arithmetic(..)) => {
            factors.push(Factor::Number(factor));
            flatten_product(inner, divides, factors);
        }
        _ => factors.push(Factor::Of(expr, divides)),
    }
}

fn flatten_sum<'e>(expr: &'e Expr, minus: bool, terms: &mut Vec<(&'e Expr, bool)>) {
    match &expr.kind {
        ExprKind::Arithmetic(Arithmetic::Add, a, b) => {
            flatten_sum(a, minus, terms);
            flatten_sum(b, minus, terms);
        }
        ExprKind::Arithmetic(Arithmetic::Subtract, a, b) => {
            flatten_sum(a, minus, terms);
            flatten_sum(b, !minus, terms);
        }
        _ => terms.push((expr, minus)),
    }
}

fn flatten_chain<'e>(expr: &'e Expr, and: bool, links: &mut Vec<&'e Expr>) {
    match &expr.kind {
        ExprKind::And(a, b) if and => {
            flatten_chain(a, and, links);
            flatten_chain(b, and, links);
        }
        ExprKind::Or(a, b) if !and => {
            flatten_chain(a, and, links);
            flatten_chain(b, and, links);
        }
        _ => links.push(expr),
    }
}
