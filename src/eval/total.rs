//! Totals: one for each currency, bounds on them, and their rounding, each with a visible line.

use super::evaluator::Evaluator;
use super::failure::Outcome;
use super::num::Num;
use super::{Node, Observer};
use crate::program::code::{RoundForm, Source};
use crate::program::{RoundStep, RoundTo, TotalStage};
use crate::quote::{self, LineParts, Money, TextId, Words};
use crate::value::{Number, Value};

/// The code of the line that books the rounding of a total.
pub const ROUNDING_CODE: &str = quote::ROUNDING_CODE;

impl<'p, O: Observer<'p>> Evaluator<'p, '_, O> {
    /// The totals of the lines, in the order in which their currencies occur; bounds and roundings book lines of their own.
    ///
    /// A bound on a total that no line belongs to starts from zero. Where there is no line at all, the total of the rule set's
    /// currency is zero.
    pub(super) fn totals(&mut self) -> Outcome<()> {
        self.quote.sum()?;
        for (index, (stage, bound)) in self.program.total.iter().zip(&self.code.total).enumerate() {
            self.enter(Node::TotalStage(index));
            let added = self.total_stage(stage, *bound).map_err(|failure| failure.at(stage.span))?;
            self.leave(added.map(Value::Number).as_ref());
        }
        if let (true, Some(currency)) = (self.quote.totals().is_empty(), self.program.currency) {
            self.quote.has_total(currency)?;
        }
        if let (Some(how), Some(form)) = (&self.program.round_total, self.code.round_total) {
            let mut index = 0;
            while let Some(total) = self.quote.totals().get(index).cloned() {
                self.round_total(how, form, total)?;
                index += 1;
            }
        }
        Ok(())
    }

    /// Applies a bound to its total and returns what it added, if anything.
    fn total_stage(&mut self, stage: &'p TotalStage, bound: Source) -> Outcome<Option<Number>> {
        let (currency, factor) = self.currency(&stage.unit)?;
        let bound = self.number_of(bound)?.mul(&factor)?;
        let now = self.quote.total(currency).cloned().unwrap_or_default();
        if O::EDGES {
            let (now, bound) = (Num::from(now.clone()), Num::from(bound.clone()));
            let sides = if stage.maximum { (&bound, &now) } else { (&now, &bound) };
            self.tell_bound(stage.span, sides, &None);
        }
        let within = if stage.maximum { now <= bound } else { now >= bound };
        if within {
            return Ok(None);
        }
        let added = bound.sub(&now)?;
        let texts = &self.program.texts;
        let (code, label) = (texts.find(&stage.code), texts.find_optional(stage.label.as_deref()));
        self.quote.add(LineParts::new(LineParts::LAST, code, label, added.clone(), currency))?;
        Ok(Some(added))
    }

    /// Rounds a total. A step that the rules write is for the rule set's own currency; other totals round to their minor unit.
    fn round_total(&mut self, how: &'p RoundTo, form: RoundForm, total: Money) -> Outcome<()> {
        let own = self.program.currency == Some(total.currency);
        let step = match &how.step {
            RoundStep::Expr(_) | RoundStep::MinorOf(_) | RoundStep::OwnOf(..) if own => self.step_of(form)?.to_number(),
            RoundStep::Fixed(step) if own => step.clone(),
            _ => total.currency.minor_unit(),
        };
        let rounded = total.amount.round_to(&step, how.mode)?;
        let difference = rounded.sub(&total.amount)?;
        if !difference.is_zero() {
            let (code, label) = (TextId::ROUNDING_CODE, Words::Fixed(TextId::ROUNDING_LABEL));
            self.quote.add(LineParts::new(LineParts::LAST, code, label, difference, total.currency))?;
        }
        Ok(())
    }
}
