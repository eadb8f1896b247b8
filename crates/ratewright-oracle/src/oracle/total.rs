//! The totals of a quote: one for each currency, and the lines that bounds and a rounding of the total add.

use super::charge::amount;
use super::number::whole;
use super::pricing::{Pricing, Scope};
use super::value::{Answer, Value};
use crate::outcome::{Line, Money};
use num_traits::Zero;
use ratewright::syntax::ast::StageKind;

impl Pricing<'_> {
    /// What bounds the totals, in the order written.
    pub(crate) fn bounds_of_totals(&self) -> Answer<Vec<Value>> {
        let stages =
            self.rules.totals.iter().flat_map(|(layer, stages)| stages.iter().map(move |stage| (layer, stage)));
        let bounds = stages.filter_map(|(layer, stage)| match &stage.kind {
            StageKind::Minimum(bound, _) | StageKind::Maximum(bound, _) => {
                Some(self.value(bound, &Scope::of_layer(*layer)))
            }
            _ => None,
        });
        super::value::all(bounds.collect::<Vec<_>>())
    }

    /// The totals of lines, one for each currency, and the lines that bounds and roundings of the total add.
    pub(crate) fn totals(&self, mut lines: Vec<Line>) -> Answer<(Vec<Line>, Vec<Money>)> {
        for (layer, stages) in &self.rules.totals {
            for stage in stages {
                let (StageKind::Minimum(bound, code) | StageKind::Maximum(bound, code)) = &stage.kind else { continue };
                let bound = self.value(bound, &Scope::of_layer(*layer))?;
                let currency = self.currency_of(&bound)?;
                let total = totals_of(&lines).into_iter().find(|total| total.currency == currency);
                let total = total.map_or_else(|| whole(0), |total| total.amount);
                let wanted = self.amount_of(&bound)?;
                let wrong = if matches!(stage.kind, StageKind::Minimum(..)) { total < wanted } else { total > wanted };
                if let (true, Some((code, label))) = (wrong, code) {
                    let amount = Money { amount: wanted - total, currency };
                    let label = label.as_ref().map(|label| label.text.clone());
                    lines.push(Line {
                        code: code.text.clone(),
                        label,
                        amount,
                        reason: None,
                        shown: None,
                        rows: None,
                        parts: Vec::new(),
                    });
                }
            }
        }
        if let Some(rounding) = self.rules.rounding.as_ref().filter(|rounding| rounding.on_total) {
            for total in totals_of(&lines) {
                let value = Value::of_unit(total.amount.clone(), &total.currency);
                let rounded = match &rounding.how {
                    Some(how) => self.rounded_as(value, how)?,
                    None => value,
                };
                let moved = amount(&rounded).unwrap_or_else(|| whole(0)) - &total.amount;
                if !moved.is_zero() {
                    let amount = Money { amount: moved, currency: total.currency };
                    let code = "ROUNDING".to_string();
                    lines.push(Line {
                        code,
                        label: Some("Rounding".to_string()),
                        amount,
                        reason: None,
                        shown: None,
                        rows: None,
                        parts: Vec::new(),
                    });
                }
            }
        }
        let mut totals = totals_of(&lines);
        // A quote without lines costs nothing, in the currency of the rule set.
        if let (true, Some(currency)) = (totals.is_empty(), &self.rules.currency) {
            totals.push(Money { amount: whole(0), currency: currency.clone() });
        }
        Ok((lines, totals))
    }
}

/// The sum of the lines of each currency, in the order in which currencies first occur.
fn totals_of(lines: &[Line]) -> Vec<Money> {
    let mut totals: Vec<Money> = Vec::new();
    for line in lines {
        match totals.iter_mut().find(|total| total.currency == line.amount.currency) {
            Some(total) => total.amount += &line.amount.amount,
            None => totals.push(line.amount.clone()),
        }
    }
    totals
}
