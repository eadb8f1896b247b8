//! Totals: one for each currency, bounds on them, and their rounding, each with a visible line.

use super::evaluator::Evaluator;
use super::failure::Outcome;
use super::{Node, Observer};
use crate::program::{RoundStep, RoundTo, TotalStage};
use crate::quote::{ChargeLine, Money};
use crate::value::{Currency, Number, Value};
use std::sync::Arc;

/// The code of the line that books the rounding of a total.
pub const ROUNDING_CODE: &str = "ROUNDING";

impl<'p, O: Observer<'p>> Evaluator<'p, '_, O> {
    /// The totals of the lines, in the order in which their currencies occur; bounds and roundings book lines of their own.
    ///
    /// A bound on a total that no line belongs to starts from zero. Where there is no line at all, the total of the rule set's
    /// currency is zero.
    pub(super) fn totals(&mut self, lines: &mut Vec<ChargeLine>) -> Outcome<Vec<Money>> {
        let mut totals: Vec<Money> = Vec::new();
        for line in lines.iter() {
            add(&mut totals, &line.amount.amount, line.amount.currency)?;
        }
        for (index, stage) in self.program.total.iter().enumerate() {
            self.enter(Node::TotalStage(index));
            let added = self.total_stage(stage, &mut totals, lines).map_err(|failure| failure.at(stage.span))?;
            self.leave(added.map(Value::Number).as_ref());
        }
        if let (true, Some(currency)) = (totals.is_empty(), self.program.currency) {
            add(&mut totals, &Number::ZERO, currency)?;
        }
        if let Some(how) = &self.program.round_total {
            for total in &mut totals {
                self.round_total(how, total, lines)?;
            }
        }
        Ok(totals)
    }

    /// Applies a bound to its total and returns what it added, if anything.
    fn total_stage(
        &mut self,
        stage: &'p TotalStage,
        totals: &mut Vec<Money>,
        lines: &mut Vec<ChargeLine>,
    ) -> Outcome<Option<Number>> {
        let (currency, factor) = self.currency(&stage.unit)?;
        let old = self.open_new(stage.locals);
        let bound = self.number(&stage.bound);
        self.close(old);
        let bound = bound?.mul(&factor)?;
        let now =
            totals.iter().find(|total| total.currency == currency).map_or(Number::ZERO, |total| total.amount.clone());
        let within = if stage.maximum { now <= bound } else { now >= bound };
        if within {
            return Ok(None);
        }
        let added = bound.sub(&now)?;
        let amount = Money { amount: added.clone(), currency };
        lines.push(ChargeLine::new(stage.code.clone(), stage.label.clone(), amount));
        add(totals, &added, currency)?;
        Ok(Some(added))
    }

    /// Rounds a total. A step that the rules write is for the rule set's own currency; other totals round to their minor unit.
    fn round_total(&mut self, how: &'p RoundTo, total: &mut Money, lines: &mut Vec<ChargeLine>) -> Outcome<()> {
        let own = self.program.currency == Some(total.currency);
        let step = match &how.step {
            RoundStep::Expr(_) | RoundStep::MinorOf(_) if own => self.round_step(how)?,
            RoundStep::Fixed(step) if own => step.clone(),
            _ => total.currency.minor_unit(),
        };
        let rounded = total.amount.round_to(&step, how.mode)?;
        let difference = rounded.sub(&total.amount)?;
        if !difference.is_zero() {
            let amount = Money { amount: difference, currency: total.currency };
            lines.push(ChargeLine::new(Arc::from(ROUNDING_CODE), Some(Arc::from("Rounding")), amount));
            total.amount = rounded;
        }
        Ok(())
    }
}

/// Adds an amount to the total of its currency.
fn add(totals: &mut Vec<Money>, amount: &Number, currency: Currency) -> Outcome<()> {
    match totals.iter_mut().find(|total| total.currency == currency) {
        Some(total) => total.amount = total.amount.add(amount)?,
        None => totals.push(Money { amount: amount.clone(), currency }),
    }
    Ok(())
}
