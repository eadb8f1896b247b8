//! Constants and inputs as expressions: what many places have is kept once, and only its place is each one's own.
//!
//! A value of a type, or an input's slot → the expression of it. Rule sets of many rules name the same members, countries and
//! inputs over and over.

use crate::program::{Expr, ExprKind};
use crate::source::Span;
use crate::table::slots::Slots;
use crate::types::Type;
use crate::value::Value;

/// The leaves of a rule set's expressions.
#[derive(Debug, Default)]
pub(super) struct Leaves {
    slots: Slots,
    constants: Vec<Expr>,
    inputs: Vec<Option<Expr>>,
}

impl Leaves {
    /// A constant at a place.
    pub(super) fn constant(&mut self, value: Value, ty: Type, span: Span) -> Expr {
        let wanted = self.slots.hash(&(&value, &ty));
        let is = |at: u32| {
            self.constants.get(at as usize).is_some_and(
                |known| matches!(&known.kind, ExprKind::Constant(other) if *other == value && known.ty == ty),
            )
        };
        if let Some(known) = self.slots.find(wanted, is).and_then(|at| self.constants.get(at as usize)) {
            return known.clone().with_span(span);
        }
        let expr = Expr::new(ExprKind::Constant(value), ty, span);
        let constants = &self.constants;
        self.slots.insert(wanted, constants.len() as u32, |slots, at| match constants.get(at as usize) {
            Some(known) => match &known.kind {
                ExprKind::Constant(value) => slots.hash(&(value, &known.ty)),
                _ => 0,
            },
            None => 0,
        });
        self.constants.push(expr.clone());
        expr
    }

    /// An input at a place; an input has one type.
    pub(super) fn input(&mut self, slot: u16, ty: impl FnOnce() -> Type, span: Span) -> Expr {
        let at = usize::from(slot);
        if self.inputs.len() <= at {
            self.inputs.resize(at.saturating_add(1), None);
        }
        match self.inputs.get_mut(at) {
            Some(Some(known)) => known.clone().with_span(span),
            place => {
                let expr = Expr::new(ExprKind::Input(slot), ty(), span);
                place.into_iter().for_each(|place| *place = Some(expr.clone()));
                expr
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

    use crate::program::{ChargeAmount, ExprKind};
    use crate::rule_set::RuleSet;

    #[test]
    fn what_is_written_twice_is_kept_once_with_both_places() {
        let text =
            "ruleset r { currency USD }\ncharge A = 5.00 USD\ncharge B = 5 USD\ncharge C = 5 kg * 1 USD per kg\n";
        let rules = RuleSet::compile(text).unwrap();
        let amount = |at: usize| match &rules.program().charges[at].amount {
            ChargeAmount::Expr(amount) => amount.clone(),
            ChargeAmount::Group(_) => panic!("no group"),
        };
        let (first, second) = (amount(0), amount(1));
        assert_eq!(first.address().0, second.address().0);
        let written = [&first, &second].map(|expr| rules.sources().text(expr.span()));
        assert_eq!(written, ["5.00 USD", "5 USD"]);
        let ExprKind::Arithmetic(_, five, _) = &amount(2).kind else { panic!("no product") };
        assert_ne!(five.address().0, first.address().0, "five kilograms are not five dollars");
    }
}
