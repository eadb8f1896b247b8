//! Taking down one case: its path, quote and comparison → counts of each rule that it exercised or in which it differs.
//!
//! A difference in a charge speaks of the charge, or of the exception that took the place of its amount, and of the tables, parameters and
//! exceptions that bear on its amount and were used. A difference of a whole answer speaks of every rule that took part. Costs a look-up in a set
//! for each rule that is exercised, and a sum for each pair of a line and a rule that bears on it; `benches/trace.rs` says how long that is beside
//! a quote.

use super::counts::{plus, whole};
use super::{Counts, Evidence, Stratum};
use crate::digest::RuleKind;
use crate::eval::path::bit;
use crate::migrate::{About, Comparison, Difference, Kind, Path, Stated, Tracing, Verdict};
use crate::quote::{self, Quote};
use crate::value::{Currency, Number, RoundingMode};

/// A case that was compared.
#[derive(Debug, Clone, Copy)]
pub struct Case<'a> {
    /// Where it comes from.
    pub stratum: Stratum,
    /// What the candidate exercised.
    pub path: &'a Path,
    /// The candidate's quote; none where it refused or failed.
    pub quote: Option<&'a Quote>,
    /// What came of the comparison, after waivers.
    pub comparison: &'a Comparison,
}

/// What recording uses again.
#[derive(Debug, Clone, Default)]
pub(super) struct Memory {
    /// How each rule's comparison ends.
    worst: Vec<Verdict>,
    /// The rules for which that is not a match.
    differing: Vec<u32>,
    /// For each stratum, which pairs of an edge and a rule are counted already.
    met: [Vec<u64>; 4],
}

impl Evidence {
    /// Takes down a case of the edition that the tracing is of; one of another edition is not this evidence's, and is left out.
    pub fn record(&mut self, tracing: &Tracing, case: Case<'_>) {
        if tracing.edition().digest() != self.edition || tracing.edges().rules() != self.rules.len() {
            return;
        }
        self.blame(tracing, case);
        self.count_release(case);
        let worst = &self.memory.worst;
        let verdict = |rule: usize| worst.get(rule).copied().unwrap_or_default();
        let differing =
            self.memory.differing.iter().map(|rule| *rule as usize).filter(|rule| !case.path.has_rule(*rule));
        for rule in case.path.rules().chain(differing) {
            let Some(known) = self.rules.get_mut(rule).filter(|known| known.compared) else { continue };
            let counts = known.strata.of_mut(case.stratum);
            counts.count(verdict(rule));
            counts.distinct.insert(case.path.input(), self.counting.distinct_per_rule);
        }
        self.count_edges(tracing, case);
        self.count_money(tracing, case);
    }

    /// Which rules each difference speaks of.
    fn blame(&mut self, tracing: &Tracing, case: Case<'_>) {
        let Memory { worst, differing, .. } = &mut self.memory;
        worst.resize(self.rules.len(), Verdict::Match);
        differing.drain(..).for_each(|rule| set(worst, rule, Verdict::Match));
        let mut blame = |rule: usize, verdict: Verdict| match worst.get_mut(rule) {
            Some(known) if *known == Verdict::Match => {
                *known = verdict;
                differing.push(rule as u32);
            }
            Some(known) => *known = verdict.max(*known),
            None => {}
        };
        let of_charges = case.comparison.differences.iter().filter(|difference| difference.about == About::Charge);
        let worst_of_charges = of_charges.map(|difference| difference.verdict).max();
        for difference in &case.comparison.differences {
            let (verdict, mut found) = (difference.verdict, false);
            let mut blame = |rule: usize| {
                if self.rules.get(rule).is_some_and(|known| known.compared) {
                    blame(rule, verdict);
                    found = true;
                }
            };
            for code in &difference.charges {
                let bearing = tracing.edges().bearing_on(code).unwrap_or_default();
                let books = |rule: u32| {
                    let kind = self.rules.get(rule as usize).map(|known| known.rule.kind);
                    // Where an exception took the place of the amount, and it was not computed for another line either, that is what differs.
                    let is_replaced = || {
                        let mut exceptions = tracing.edges().exceptions_of(rule);
                        !case.path.has_rule(rule as usize) && exceptions.any(|other| case.path.has_rule(other as usize))
                    };
                    matches!(kind, Some(RuleKind::Charge | RuleKind::Total)) && !is_replaced()
                };
                let spoken_of = bearing.iter().filter(|rule| books(**rule) || case.path.has_rule(**rule as usize));
                spoken_of.for_each(|rule| blame(*rule as usize));
            }
            match difference.about {
                // A total that differs as its charges do says nothing more; one that is a mismatch beside charges that are not does.
                About::Total if worst_of_charges.is_some_and(|of_charges| of_charges >= verdict) => found = true,
                About::Total => {
                    let is_total =
                        |rule: &usize| self.rules.get(*rule).is_some_and(|known| known.rule.kind == RuleKind::Total);
                    match case.path.rules().any(|rule| is_total(&rule)) {
                        true => case.path.rules().filter(is_total).for_each(&mut blame),
                        false => case.path.rules().for_each(&mut blame),
                    }
                }
                About::Answer if difference.kind != Kind::Order => {
                    case.path.rules().for_each(&mut blame);
                    if let Stated::Refused { code, .. } = &difference.legacy {
                        let refuses = |known: &super::RuleEvidence| {
                            known.rule.kind == RuleKind::Refusal && known.rule.name == *code
                        };
                        self.rules.iter().position(refuses).into_iter().for_each(&mut blame);
                    }
                }
                About::Answer | About::Charge => {}
            }
            if !found
                && verdict == Verdict::Mismatch
                && let Some(count) = self.unattributed.get_mut(case.stratum as usize)
            {
                *count = count.saturating_add(1);
            }
        }
    }

    fn count_release(&mut self, case: Case<'_>) {
        let verdict = case.comparison.verdict();
        let counts = self.release.of_mut(case.stratum);
        counts.count(verdict);
        counts.distinct.insert(case.path.input(), self.counting.distinct);
        for total in case.quote.map(Quote::totals).unwrap_or_default() {
            let money = counts.money.entry(total.currency).or_default();
            money.seen = plus(&money.seen, &total.amount.abs());
        }
        for more in &case.comparison.more {
            let seen = case.quote.into_iter().flat_map(Quote::totals).find(|total| total.currency == more.currency);
            let candidate = seen.map(|total| total.amount.clone()).unwrap_or_default();
            let legacy = candidate.sub(&more.amount).unwrap_or_default();
            differ(counts, &self.counting.intervals, verdict, more.currency, &more.amount, [&legacy, &candidate]);
        }
    }

    fn count_edges(&mut self, tracing: &Tracing, case: Case<'_>) {
        let program = tracing.edition().rules().program();
        let Some(met) = self.memory.met.get_mut(case.stratum as usize) else { return };
        met.resize(tracing.edges().pairs().div_ceil(64), 0);
        for edge in case.path.edges() {
            tracing.edges().owners(program, *edge, |pair, rule, own, id| {
                // An edge of a let says something of a rule only where the rule was exercised.
                if bit(met, pair) || !(own || case.path.has_rule(rule as usize)) {
                    return;
                }
                if let Some(word) = met.get_mut(pair / 64) {
                    *word |= 1 << (pair % 64);
                }
                if let Some(known) = self.rules.get_mut(rule as usize).filter(|known| known.compared) {
                    known.strata.of_mut(case.stratum).edges.insert(id(), self.counting.edges_per_rule);
                }
            });
        }
    }

    fn count_money(&mut self, tracing: &Tracing, case: Case<'_>) {
        for line in case.quote.into_iter().flat_map(Quote::charges) {
            let amount = line.amount().abs();
            for rule in tracing.edges().bearing_on(line.code()).unwrap_or_default() {
                if !case.path.has_rule(*rule as usize) {
                    continue;
                }
                if let Some(known) = self.rules.get_mut(*rule as usize).filter(|known| known.compared) {
                    let money = known.strata.of_mut(case.stratum).money.entry(line.currency()).or_default();
                    money.seen = plus(&money.seen, &amount);
                }
            }
        }
        let charges = case.comparison.differences.iter().filter(|difference| difference.about == About::Charge);
        charges.for_each(|difference| self.count_difference(tracing, case, difference));
    }

    /// The money of a charge that differs.
    fn count_difference(&mut self, tracing: &Tracing, case: Case<'_>, difference: &Difference) {
        let nothing = Number::ZERO;
        for more in difference.changes() {
            let stated = |stated| amount_in(stated, more.currency).unwrap_or(&nothing);
            let (legacy, candidate) = (stated(&difference.legacy), stated(&difference.candidate));
            let mut counted: Vec<u32> = Vec::new();
            for code in &difference.charges {
                for rule in tracing.edges().bearing_on(code).unwrap_or_default() {
                    let differs = self.memory.differing.contains(rule) && !counted.contains(rule);
                    let Some(known) = self.rules.get_mut(*rule as usize).filter(|_| differs) else { continue };
                    counted.push(*rule);
                    let counts = known.strata.of_mut(case.stratum);
                    if candidate.is_zero() {
                        // What the candidate does not book is not among its lines.
                        let money = counts.money.entry(more.currency).or_default();
                        money.seen = plus(&money.seen, &legacy.abs());
                    }
                    let (intervals, verdict) = (&self.counting.intervals, difference.verdict);
                    differ(counts, intervals, verdict, more.currency, &more.amount, [legacy, candidate]);
                }
            }
        }
    }
}

fn set(worst: &mut [Verdict], rule: u32, verdict: Verdict) {
    if let Some(known) = worst.get_mut(rule as usize) {
        *known = verdict;
    }
}

fn amount_in(stated: &Stated, currency: Currency) -> Option<&Number> {
    match stated {
        Stated::Amount(quote::Money { amount, currency: own }) if *own == currency => Some(amount),
        _ => None,
    }
}

/// Counts an amount that differs, and the draws that could fall on it.
fn differ(
    counts: &mut Counts,
    intervals: &std::collections::BTreeMap<Currency, Number>,
    verdict: Verdict,
    currency: Currency,
    difference: &Number,
    sides: [&Number; 2],
) {
    let money = counts.money.entry(currency).or_default();
    if verdict != Verdict::Mismatch {
        money.allowed = plus(&money.allowed, &difference.abs());
        return;
    }
    money.differed = plus(&money.differed, &difference.abs());
    if let Some(interval) = intervals.get(&currency) {
        let [one, other] = sides.map(Number::abs);
        let draws = whole(&one.max(other), interval, RoundingMode::Ceiling).max(1);
        money.draws_that_differ = money.draws_that_differ.saturating_add(draws);
    }
}
