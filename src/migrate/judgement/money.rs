//! How much of the money differs at most: draws of evidence held against a policy, for the release and, to be shown, for each rule.
//!
//! A part of the money is a bound of its own: a rule may differ rarely and in what is dear. Invariant: money that was not drawn is not known,
//! and where a part is demanded nothing is ready then.

use super::{Gate, MoneyFigures, Readiness, Reason, number};
use crate::migrate::bounds::Confidence;
use crate::migrate::evidence::{Counts, Evidence, MoneyBounds};
use crate::migrate::{Policy, Stratum};
use crate::value::{Currency, Number};
use std::collections::{BTreeMap, BTreeSet};

impl Policy {
    /// What is known of the money in each currency in which something was billed: by draws of the stratum that has most, since strata are never added up; or, where a
    /// bound on it is demanded, that nobody drew it.
    pub(super) fn money_of_release(&self, evidence: &Evidence) -> Option<Reason> {
        let intervals = &evidence.counting().intervals;
        let confidence = self.sure_of_each(1);
        let billed = evidence.release().iter().flat_map(|(_, counts)| counts.money.keys().copied());
        let currencies: BTreeSet<Currency> = billed.collect();
        let reasons: Vec<Reason> = currencies
            .into_iter()
            .filter_map(|currency| match intervals.get(&currency) {
                Some(interval) => self.money_reason(evidence, currency, interval, confidence),
                // No data is no success: what nobody demands and nobody knows has no mark.
                None if self.money_rate_at_most.is_none() => None,
                None => {
                    let words =
                        format!("nobody drew the money in {currency}: gather with an interval of about a typical bill");
                    Some(Reason::plain(Gate::Money, Readiness::InsufficientEvidence, words))
                }
            })
            .collect();
        if reasons.is_empty() && self.money_rate_at_most.is_some() {
            let words = "nothing was billed, so that nothing is known of the money".to_owned();
            return Some(Reason::plain(Gate::Money, Readiness::InsufficientEvidence, words));
        }
        // One demand: the worst of its currencies says how ready it is.
        let words: Vec<&str> = reasons.iter().map(|reason| reason.words.as_str()).collect();
        let words = words.join("; ");
        let worst = reasons.into_iter().max_by_key(|reason| (reason.readiness, reason.found))?;
        Some(Reason { words, ..worst })
    }

    fn money_reason(
        &self,
        evidence: &Evidence,
        currency: Currency,
        interval: &Number,
        confidence: Confidence,
    ) -> Option<Reason> {
        let drawn = |stratum: &Stratum| {
            let counts = evidence.release().of(*stratum);
            (*stratum, counts.money_bounds_of_distinct(currency, interval, confidence))
        };
        let best = self.strata.iter().map(drawn).max_by_key(|(_, bounds)| bounds.draws);
        let (stratum, MoneyBounds { draws, differ, bounds }) = best?;
        let found = u64::from(bounds.watched.hundred_millionths());
        let mut words = format!(
            "at most {} of the money in {currency} differs in {stratum}, by {} draws of {} {currency} on distinct cases, of which {} may fall on what differs",
            bounds.watched,
            number(draws),
            interval,
            number(differ)
        );
        let Some(most) = self.money_rate_at_most else {
            let told = Reason { found: Some(found), ..Reason::plain(Gate::Money, Readiness::Ready, words) };
            return (draws > 0).then_some(told);
        };
        let wanted = u64::from(most.millionths()).saturating_mul(100);
        words += &format!("; {most} may differ");
        let readiness = match found <= wanted && draws > 0 {
            true => Readiness::Ready,
            false => {
                words += ": gather more cases, or with a smaller interval";
                Readiness::InsufficientEvidence
            }
        };
        Some(Reason::numbers(Gate::Money, readiness, words, found, wanted))
    }
}

/// The bounds on the money of one stratum, in each currency that is drawn and in which something was billed.
pub(super) fn money_figures(
    counts: &Counts,
    intervals: &BTreeMap<Currency, Number>,
    confidence: Confidence,
) -> Vec<MoneyFigures> {
    let billed = intervals.iter().filter(|(currency, _)| counts.money.contains_key(currency));
    let figures = billed.map(|(currency, interval)| MoneyFigures {
        currency: *currency,
        interval: interval.clone(),
        bounds: counts.money_bounds_of_distinct(*currency, interval, confidence),
    });
    figures.collect()
}
