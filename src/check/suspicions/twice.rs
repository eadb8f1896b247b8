//! What is said twice: a charge under two codes, a label, a charge within a sum, a discount or a rounding.

use super::{Look, amount_of};
use crate::diagnostic::{Diagnostic, codes};
use crate::program::{Arithmetic, Charge, ChargeId, Expr, ExprKind as K, ParameterId, Stage, StageKind};
use crate::source::Span;
use std::collections::{BTreeMap, HashMap};

impl Look<'_> {
    pub(super) fn twice(&mut self) {
        self.same_charges();
        self.same_labels();
        self.same_parts();
        self.same_stages();
        self.discount_in_two_charges();
    }

    /// Two charges with the same condition and the same amount.
    fn same_charges(&mut self) {
        let mut known: HashMap<String, &Charge> = HashMap::new();
        for charge in self.charges() {
            let (Some(amount), Some(when)) = (amount_of(charge), &charge.when) else { continue };
            if !charge.exceptions.is_empty() {
                continue;
            }
            let each = charge.each.iter().flat_map(|each| &each.binders).map(|(_, list)| self.text(list.span()));
            let each = each.collect::<Vec<_>>().join(", ");
            let said = format!("{} when {} for {each}", self.text(amount.span()), self.text(when.span()));
            if let Some(first) = known.get(&said) {
                let title = format!("`{}` is the same charge as `{}`", charge.code, first.code);
                let diagnostic =
                    Diagnostic::warning(codes::CHARGE_TWICE, title, charge.span, "the same amount and condition")
                        .also(first.span, "as here")
                        .help("take one of them out, or correct what differs");
                self.say(diagnostic);
            } else {
                known.insert(said, charge);
            }
        }
    }

    fn same_labels(&mut self) {
        let mut known: HashMap<String, &Charge> = HashMap::new();
        for charge in self.charges() {
            let Some(label) = charge.label.as_ref().filter(|label| label.fixed().is_some()) else { continue };
            let text = self.text(label.span);
            if let Some(first) = known.get(&text) {
                let title = format!("`{}` and `{}` have one label", first.code, charge.code);
                let other = first.label.as_ref().map_or(first.span, |label| label.span);
                let diagnostic =
                    Diagnostic::warning(codes::LABEL_TWICE, title, label.span, "the same on both lines of a quote")
                        .also(other, "first here")
                        .help("was the charge copied? say what this one is for");
                self.say(diagnostic);
            } else {
                known.insert(text, charge);
            }
        }
    }

    /// `sum of applied (A, B, B)`, `A + B + B`.
    fn same_parts(&mut self) {
        let mut found: Vec<(Span, ChargeId)> = Vec::new();
        self.program.parts(&mut |whole: &Expr| {
            let mut inner = Vec::new();
            whole.walk(&mut |expr| match &expr.kind {
                K::SumApplied(ids) => found.extend(repeated(ids).map(|id| (expr.span(), id))),
                K::Arithmetic(Arithmetic::Add, left, right) if !inner.contains(&expr.address()) => {
                    let mut ids = Vec::new();
                    added(expr, &mut ids);
                    found.extend(repeated(&ids).map(|id| (expr.span(), id)));
                    chain(left, &mut inner);
                    chain(right, &mut inner);
                }
                _ => {}
            });
        });
        for (span, id) in found {
            let Some(charge) = self.program.charges.get(id.0 as usize) else { continue };
            let title = format!("`{}` is counted twice in one sum", charge.code);
            let help = "was another charge meant? to take it twice, write `2 *`";
            self.say(Diagnostic::warning(codes::COUNTED_TWICE, title, span, "added twice").help(help));
        }
    }

    /// `less discount less discount`, `rounded to 0.1 USD rounded to 0.01 USD`.
    fn same_stages(&mut self) {
        let mut found: Vec<(Span, Span, &str)> = Vec::new();
        self.program.parts(&mut |whole: &Expr| {
            whole.walk(&mut |expr| {
                let K::Stages(_, stages) = &expr.kind else { return };
                for (at, second) in stages.iter().enumerate() {
                    let before = stages.iter().take(at);
                    found.extend(before.enumerate().filter_map(|(other, first)| {
                        let adjacent = other.saturating_add(1) == at;
                        Some((second.span, first.span, self.repeats(first, second, adjacent)?))
                    }));
                }
            });
        });
        for (span, first, what) in found {
            let title = format!("{what} twice in a row");
            let diagnostic = Diagnostic::warning(codes::STAGE_TWICE, title, span, "again")
                .also(first, "the first time")
                .help("take one of them out");
            self.say(diagnostic);
        }
    }

    fn repeats(&self, first: &Stage, second: &Stage, adjacent: bool) -> Option<&'static str> {
        match (&first.kind, &second.kind) {
            (StageKind::Rounded(_), StageKind::Rounded(_)) if adjacent => Some("an amount is rounded"),
            (StageKind::LessPercent(a), StageKind::LessPercent(b)) if self.is_named_alike(a, b) => {
                Some("the same discount is taken off")
            }
            (StageKind::PlusPercent(a), StageKind::PlusPercent(b)) if self.is_named_alike(a, b) => {
                Some("the same percent is added")
            }
            _ => None,
        }
    }

    /// Two percents that have one name; `less 10% less 10%` may be two discounts.
    fn is_named_alike(&self, one: &Expr, other: &Expr) -> bool {
        matches!(one.kind, K::Parameter(..) | K::Definition(_)) && self.text(one.span()) == self.text(other.span())
    }

    /// A parameter that is taken off within one charge, and off that charge again by another.
    fn discount_in_two_charges(&mut self) {
        let mut less: BTreeMap<(ChargeId, ParameterId), Span> = BTreeMap::new();
        for (id, charge) in (0..).map(ChargeId).zip(&self.program.charges).filter(|(_, charge)| charge.listed) {
            let Some(K::Stages(_, stages)) = amount_of(charge).map(|amount| &amount.kind) else { continue };
            for stage in stages {
                if let StageKind::LessPercent(percent) = &stage.kind
                    && let K::Parameter(parameter, _) = &percent.kind
                {
                    less.insert((id, *parameter), stage.span);
                }
            }
        }
        for charge in self.charges() {
            let Some(K::Negate(inner)) = amount_of(charge).map(|amount| &amount.kind) else { continue };
            let K::Arithmetic(Arithmetic::Multiply, percent, of) = &inner.kind else { continue };
            let (K::Parameter(parameter, _), K::Charge(id)) = (&percent.kind, &of.kind) else { continue };
            if let Some(first) = less.get(&(*id, *parameter)) {
                let title = "a discount is taken off in two charges";
                let diagnostic = Diagnostic::warning(codes::STAGE_TWICE, title, charge.span, "taken off again")
                    .also(*first, "taken off here already")
                    .help("take it off in one of them");
                self.say(diagnostic);
            }
        }
    }
}

/// The first of these that occurs twice.
fn repeated(ids: &[ChargeId]) -> Option<ChargeId> {
    ids.iter().enumerate().find(|(at, id)| ids.iter().take(*at).any(|other| other == *id)).map(|(_, id)| *id)
}

/// The charges that are added up by an expression.
fn added(expr: &Expr, ids: &mut Vec<ChargeId>) {
    match &expr.kind {
        K::Arithmetic(Arithmetic::Add, left, right) => {
            added(left, ids);
            added(right, ids);
        }
        K::Charge(id) => ids.push(*id),
        _ => {}
    }
}

/// The additions that are part of a longer one.
fn chain(expr: &Expr, inner: &mut Vec<(usize, Span)>) {
    if let K::Arithmetic(Arithmetic::Add, left, right) = &expr.kind {
        inner.push(expr.address());
        chain(left, inner);
        chain(right, inner);
    }
}
