//! The header of a rule set: its period, its pricing date and how its charges are rounded.

use super::scope::Scope;
use super::{Checker, Progress};
use crate::diagnostic::{Diagnostic, codes};
use crate::program::{RoundStep, RoundTo};
use crate::source::Span;
use crate::syntax::ast;
use crate::types::{Base, Type, UnitExpr};
use crate::value::{Number, RoundingMode, Value};
use std::sync::Arc;

impl Checker<'_> {
    /// Effective period, pricing date and rounding.
    pub(super) fn check_header(&mut self) {
        for setting in self.settings() {
            match setting {
                ast::Setting::Effective(range) => {
                    self.effective_span = Some(range.span);
                    self.effective = self.period_of(&range);
                }
                ast::Setting::Published(day, _) => self.published = Some(day),
                ast::Setting::Supersedes(version, from, span) => self.supersedes = Some((version, from, span)),
                ast::Setting::Currency(_) | ast::Setting::PricedOn(_) | ast::Setting::Rounding(_) => {}
            }
        }
        self.check_supersedes();
        // The rounding first: a pricing date may be computed from a charge, which is booked by it.
        match self.booking_written.clone() {
            Some(ast::Rounding { how: None, .. }) => self.booking = None,
            Some(ast::Rounding { how: Some(how), on_total, .. }) => {
                self.round_total = on_total;
                let mode = how.mode.unwrap_or(RoundingMode::HalfUp);
                let step = how.step.as_ref().map(|step| self.header_step(step, on_total));
                self.booking = Some(RoundTo { mode, step: step.unwrap_or(RoundStep::Fixed(Number::ZERO)) });
            }
            None => self.booking = Some(RoundTo { mode: RoundingMode::HalfUp, step: RoundStep::Fixed(Number::ZERO) }),
        }
        if let Some(written) = self.priced_on_written.clone() {
            let mut scope = Scope::default();
            let expr = self.expression(&written, Some(&Type::Date), &mut scope);
            let expr = self.coerce(expr, &Type::Date, "the pricing date");
            self.base_locals = self.base_locals.max(scope.slots());
            self.priced_on = Some(expr);
        }
    }

    /// What an edition replaces from a day on has to lie in its own period, and to be another edition.
    fn check_supersedes(&mut self) {
        let Some((version, from, span)) = self.supersedes.clone() else { return };
        let own = self.header.as_ref().and_then(|header| header.version.as_ref());
        let (title, label, help) = if own.is_some_and(|own| own.text == version.text) {
            ("an edition cannot supersede itself", "this is its own version", "name the version that it replaces")
        } else if own.is_none() {
            (
                "an edition that supersedes another needs a version",
                "of which version?",
                "write `version \"…\"` after the title",
            )
        } else if !self.effective.contains(from) {
            (
                "it supersedes another from a day on which it is not in force",
                "outside its own period",
                "write a day of its `effective` period",
            )
        } else {
            return;
        };
        self.report(Diagnostic::error(codes::SUPERSEDES, title, span, label).help(help));
    }

    /// The step of the header's rounding, with its unit; a zero stands for the minor unit of whatever currency is booked.
    fn header_step(&mut self, step: &ast::Expr, on_total: bool) -> RoundStep {
        let expr = self.expression(step, None, &mut Scope::default());
        let expr = match self.currency {
            Some(currency) => {
                let own = Type::In(self.units.money(currency));
                self.coerce(expr, &own, "the step of the rounding")
            }
            None => expr,
        };
        let is_money = matches!(&expr.ty, Type::In(unit) if self.units.currency(unit).is_some());
        let (code, title, help) = if expr.ty == Type::Unknown {
            return RoundStep::Expr(expr);
        } else if !is_money {
            let title = "charges are rounded to an amount of money";
            (codes::TYPE_MISMATCH, title, "such as `rounding half up to 0.01 USD`, or `to minor unit`")
        } else if on_total && self.currency.is_none() && !self.currency_is_lost {
            let title = "of which currency are the totals that are rounded to this?";
            (codes::TYPE_MISMATCH, title, "say `currency USD` in the rule set's braces")
        } else if self.charges.iter().any(|charge| !matches!(charge, Progress::Waiting)) {
            let title = "the step to which charges are rounded depends on a charge";
            (codes::CIRCLE, title, "write an amount, such as `0.01 USD`")
        } else if matches!(super::convert::constant(&expr), Some(Value::Number(number)) if !number.is_positive()) {
            let title = "the step of a rounding must be above zero";
            (codes::BAD_STEP, title, "such as `0.01 USD`; `rounding none` books amounts as they are")
        } else {
            return RoundStep::Expr(expr);
        };
        self.report(Diagnostic::error(code, title, step.span, "not a step for this").help(help));
        RoundStep::Expr(expr)
    }

    /// How a charge in this unit is rounded when it is booked.
    pub(super) fn booking_for(&mut self, unit: &UnitExpr, span: Span) -> Option<Arc<RoundTo>> {
        if let Some((_, known)) = self.last_booking.as_ref().filter(|(other, _)| other == unit) {
            return Some(known.clone());
        }
        let booking = self.booking.clone()?;
        let step = match &booking.step {
            RoundStep::Expr(expr) => match self.try_coerce(expr.clone(), &Type::In(unit.clone())) {
                Ok(expr) => RoundStep::Expr(expr),
                // Where the caller chooses the rule set's own currency, amounts are rounded as those of it are.
                Err(_) => match (self.minor_unit(unit, span)?, self.currency) {
                    (RoundStep::MinorOf(slot), Some(own)) => RoundStep::OwnOf(slot, own, expr.clone()),
                    (minor, _) => minor,
                },
            },
            _ => self.minor_unit(unit, span)?,
        };
        let booking = Arc::new(RoundTo { mode: booking.mode, step });
        self.last_booking = Some((unit.clone(), booking.clone()));
        Some(booking)
    }

    /// The minor unit of the currency that amounts in this unit are of.
    pub(super) fn minor_unit(&mut self, unit: &UnitExpr, span: Span) -> Option<RoundStep> {
        match self.units.currency(unit) {
            Some(Base::Money(currency)) => {
                let digits = currency.digits();
                let minor = Number::from_scaled(1, digits)?;
                let factor = self.units.factor(unit).ok()?;
                Some(RoundStep::Fixed(minor.div(&factor).ok()?))
            }
            Some(Base::Chosen(slot)) => Some(RoundStep::MinorOf(slot as u16)),
            _ => {
                let shown = self.units.show(unit);
                self.report(
                    Diagnostic::error(
                        codes::TYPE_MISMATCH,
                        format!("`{shown}` has no minor unit"),
                        span,
                        "not an amount of money",
                    )
                    .help("write the step, such as `rounded up to 0.5 kg`"),
                );
                None
            }
        }
    }
}
