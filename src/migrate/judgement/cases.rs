//! Whether a rule was seen often enough, and which rules need more because much money passes through them.

use super::{Approval, Facts, Gate, Readiness, Reason, number};
use crate::digest::RuleKind;
use crate::migrate::evidence::{Counts, Evidence, RuleEvidence};
use crate::migrate::{Policy, Stratum};
use crate::value::{Currency, Number};
use std::collections::{BTreeMap, BTreeSet, HashSet};

impl Policy {
    /// The stratum that counts in which most is known.
    pub(super) fn best<'e>(&self, known: &'e RuleEvidence) -> (Stratum, &'e Counts) {
        let counting = self.strata.iter().map(|stratum| (*stratum, known.strata.of(*stratum)));
        let best = counting.max_by_key(|(stratum, counts)| (counts.distinct.count(), std::cmp::Reverse(*stratum)));
        best.unwrap_or((Stratum::Traffic, known.strata.of(Stratum::Traffic)))
    }

    /// Enough cases, or all edges and an approver.
    pub(super) fn cases(&self, known: &RuleEvidence, high_revenue: bool, limit: u64, facts: &Facts) -> Reason {
        let wanted = match high_revenue {
            true => self.distinct_cases_of_high_revenue.max(self.distinct_cases_per_rule),
            false => self.distinct_cases_per_rule,
        };
        let (stratum, counts) = self.best(known);
        let found = counts.distinct.count();
        let revenue = if high_revenue { ", since much money passes through it" } else { "" };
        if found >= wanted && counts.cases > 0 {
            let words = format!("{} distinct cases in {stratum} of {} that are wanted", number(found), number(wanted));
            return Reason::numbers(Gate::Cases, Readiness::Ready, words, found, wanted);
        }
        let mut words = format!("{} of {} distinct cases in {stratum}{revenue}", number(found), number(wanted));
        words += &missing(wanted.saturating_sub(found), found, stratum, facts);
        if counts.distinct.is_full() {
            words += &beyond_the_limit(limit);
        }
        if high_revenue || !self.edges_with_approver {
            return Reason::numbers(Gate::Cases, Readiness::InsufficientEvidence, words, found, wanted);
        }
        let (stratum, met) = most_edges(known);
        let approval = approval(known, facts);
        let all = met.cases > 0 && !met.edges.is_full() && met.edges.count() >= known.edges;
        let (met, edges) = (number(met.edges.count()), number(known.edges));
        let (readiness, words) = match (all, approval) {
            (true, Some(Approval { approver, .. })) => {
                (Readiness::Ready, format!("all {edges} edges met in {stratum}, and {approver} approves"))
            }
            (true, None) => {
                let instead = format!("; all {edges} edges were met in {stratum}: name an approver instead");
                (Readiness::InsufficientEvidence, words + &instead)
            }
            (false, _) => {
                let instead = format!(
                    "; or all edges and an approver, and {met} of {edges} edges were met in {stratum}: probe it"
                );
                (Readiness::InsufficientEvidence, words + &instead)
            }
        };
        Reason::numbers(Gate::Cases, readiness, words, found, wanted)
    }

    /// Which rules, in the order of [`Evidence::rules`], lack distinct cases: in each stratum that counts, and in `adaptive`, which is there to
    /// fill in what they lack. Those that no quote may exercise, or that nothing compares, lack nothing.
    pub fn lacking(&self, evidence: &Evidence) -> Vec<bool> {
        let high = self.high_revenue(evidence);
        let lacks = |(at, known): (usize, &RuleEvidence)| {
            let wanted = match high.contains(&at) {
                true => self.distinct_cases_of_high_revenue.max(self.distinct_cases_per_rule),
                false => self.distinct_cases_per_rule,
            };
            let mut counting = self.strata.iter().copied().chain([Stratum::Adaptive]);
            known.used && known.compared && !counting.any(|stratum| known.strata.of(stratum).distinct.count() >= wanted)
        };
        evidence.rules().iter().enumerate().map(lacks).collect()
    }

    /// The rules through which as much money passes as through the smallest of the charges that make up the wanted part of all of it,
    /// in one of the strata that count. Each is ranked by itself: a little live money hides nothing that much recorded money shows.
    pub(super) fn high_revenue(&self, evidence: &Evidence) -> HashSet<usize> {
        let mut high = HashSet::new();
        for stratum in &self.strata {
            let seen = |known: &RuleEvidence| -> BTreeMap<Currency, Number> {
                let money = known.strata.of(*stratum).money.iter();
                money.map(|(currency, money)| (*currency, money.seen.clone())).collect()
            };
            let amounts: Vec<BTreeMap<Currency, Number>> = evidence.rules().iter().map(seen).collect();
            let currencies: BTreeSet<Currency> = amounts.iter().flat_map(|amounts| amounts.keys().copied()).collect();
            for currency in &currencies {
                let charges =
                    evidence.rules().iter().zip(&amounts).filter(|(known, _)| known.rule.kind == RuleKind::Charge);
                let charges = charges.filter_map(|(_, amounts)| amounts.get(currency).cloned()).collect();
                let Some(least) = self.least_of_high(charges) else { continue };
                let passes =
                    |amounts: &BTreeMap<Currency, Number>| amounts.get(currency).is_some_and(|own| *own >= least);
                high.extend(amounts.iter().enumerate().filter(|(_, amounts)| passes(amounts)).map(|(at, _)| at));
            }
        }
        high
    }

    /// The smallest of the largest amounts that make up the wanted part of all; none where there is no money.
    fn least_of_high(&self, mut amounts: Vec<Number>) -> Option<Number> {
        amounts.sort_by(|one, other| other.cmp(one));
        let add = |sum: Number, more: &Number| sum.add(more).unwrap_or_default();
        let all = amounts.iter().fold(Number::ZERO, add);
        let part = Number::from_scaled(i128::from(self.high_revenue.millionths()), 6)?;
        let wanted = all.mul(&part).ok().filter(Number::is_positive)?;
        let mut sum = Number::ZERO;
        amounts.into_iter().find(|amount| {
            sum = add(sum.clone(), amount);
            sum >= wanted
        })
    }
}

/// Who approves of a rule as it is.
pub(super) fn approval<'f>(known: &RuleEvidence, facts: &'f Facts) -> Option<&'f Approval> {
    facts.approvals.iter().find(|approval| {
        approval.rule == known.rule.digest && approval.name == known.rule.name && !approval.approver.trim().is_empty()
    })
}

/// The stratum in which most edges were met.
fn most_edges(known: &RuleEvidence) -> (Stratum, &Counts) {
    let best = known
        .strata
        .iter()
        .max_by_key(|(stratum, counts)| (counts.edges.count(), counts.cases > 0, *stratum == Stratum::Probe));
    best.unwrap_or((Stratum::Probe, known.strata.of(Stratum::Probe)))
}

/// More distinct cases than were told apart show nothing more; what to do then.
pub(super) fn beyond_the_limit(limit: u64) -> String {
    format!(
        "; no more than {} are told apart: gather anew with a higher limit, `ratewright replay --distinct-per-rule N`",
        number(limit)
    )
}

/// How much more is missing: `: 260 more, 65 days at this rate`. Only live traffic has a rate.
pub(super) fn missing(more: u64, found: u64, stratum: Stratum, facts: &Facts) -> String {
    let days = facts.shadow_days();
    let at_this_rate = more.checked_mul(days).map(|product| product.div_ceil(found.max(1)));
    match at_this_rate {
        Some(days_more) if stratum == Stratum::Traffic && found > 0 && days > 0 => {
            format!(": {} more, {} days at this rate", number(more), number(days_more))
        }
        _ => format!(": {} more", number(more)),
    }
}
