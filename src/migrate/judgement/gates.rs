//! What a policy demands, demand by demand: of each rule, and of the release.

use super::cases::{approval, beyond_the_limit, missing};
use super::money::money_figures;
use super::numbers::never_compared;
use super::{Approval, Facts, Figures, Gate, Judgement, Readiness, Reason, RuleJudgement, exceeds, number};
use crate::digest::{RuleDigest, RuleKind};
use crate::migrate::bounds::{Confidence, Rate};
use crate::migrate::bucket::Share;
use crate::migrate::evidence::{Counts, Evidence, RuleEvidence};
use crate::migrate::{Policy, Stratum};
use std::collections::{HashMap, HashSet};

impl Policy {
    /// Whether a release is ready, by what is known of its rules.
    pub fn judge(&self, evidence: &Evidence, facts: &Facts) -> Judgement {
        let confidence = self.sure_of_each(facts.release.len());
        let high = self.high_revenue(evidence);
        let known: HashMap<&RuleDigest, (usize, &RuleEvidence)> =
            evidence.rules().iter().enumerate().map(|(at, known)| (&known.rule, (at, known))).collect();
        let rules: Vec<RuleJudgement> = facts
            .release
            .iter()
            .map(|rule| match known.get(rule) {
                Some((at, known)) => self.judge_rule(known, high.contains(at), confidence, evidence, facts),
                None => unknown(rule),
            })
            .collect();
        let mut reasons = vec![rules_reason(&rules), digests(evidence, facts), mismatches_of_release(evidence)];
        reasons.push(self.cases_of_release(evidence, facts));
        reasons.extend(self.numbers_of_release(&rules));
        reasons.extend(self.money_of_release(evidence));
        reasons.push(self.drops(facts));
        reasons.extend(self.shadow(facts));
        reasons.extend([self.latency(facts), self.drill(facts)]);
        Judgement { readiness: worst(&reasons), reasons, rules }
    }

    fn judge_rule(
        &self,
        known: &RuleEvidence,
        high_revenue: bool,
        confidence: Confidence,
        evidence: &Evidence,
        facts: &Facts,
    ) -> RuleJudgement {
        if !known.used {
            let words = "nothing that is priced refers to it, so that it changes no quote".to_owned();
            let reasons = vec![Reason::plain(Gate::Cases, Readiness::Ready, words)];
            return RuleJudgement { high_revenue, ..without_cases(&known.rule, reasons, known.edges) };
        }
        if !known.compared {
            let reasons = vec![not_compared(known, facts)];
            return without_cases(&known.rule, reasons, known.edges);
        }
        let limit = evidence.counting().distinct_per_rule;
        let mut reasons = vec![mismatches(&known.strata.iter().collect::<Vec<_>>(), 0)];
        reasons.push(self.cases(known, high_revenue, limit, facts));
        reasons.extend(self.numbers(known, facts));
        if let Some(most) = self.rate_at_most {
            let (stratum, counts) = self.best(known);
            let rate = counts.bounds(confidence).watched;
            let full = counts.distinct.is_full().then_some(limit);
            reasons.push(rate_reason(rate, most.millionths(), stratum, full));
        }
        let some = known.strata.iter().filter(|(_, counts)| **counts != Counts::default());
        let intervals = &evidence.counting().intervals;
        let figures = some.map(|(stratum, counts)| Figures {
            money: money_figures(counts, intervals, confidence),
            ..figures(stratum, counts, confidence)
        });
        let figures = figures.collect();
        let (rule, readiness) = (known.rule.clone(), worst(&reasons));
        let (edges, entries, never_compared) = (known.edges, known.entries, never_compared(known));
        RuleJudgement { rule, high_revenue, readiness, reasons, edges, entries, never_compared, figures }
    }

    fn cases_of_release(&self, evidence: &Evidence, facts: &Facts) -> Reason {
        let counting = self.strata.iter().map(|stratum| (evidence.release().of(*stratum).distinct.count(), *stratum));
        let (found, stratum) = counting.max().unwrap_or((0, Stratum::Traffic));
        let wanted = self.distinct_cases;
        let mut words = format!("{} of {} distinct cases in {stratum}", number(found), number(wanted));
        let readiness = match found >= wanted && found > 0 {
            true => Readiness::Ready,
            false => {
                words += &missing(wanted.saturating_sub(found), found, stratum, facts);
                Readiness::InsufficientEvidence
            }
        };
        Reason::numbers(Gate::Cases, readiness, words, found, wanted)
    }

    fn drops(&self, facts: &Facts) -> Reason {
        let Facts { offered, dropped, .. } = *facts;
        if offered == 0 {
            let words = "nothing was offered for comparison, or nobody has counted it".to_owned();
            return Reason::plain(Gate::Drops, Readiness::InsufficientEvidence, words);
        }
        let words =
            format!("{} of {} cases were dropped, and {} may be", number(dropped), number(offered), self.drops_at_most);
        match exceeds(dropped, offered, self.drops_at_most.millionths()) || dropped > offered {
            false => Reason::plain(Gate::Drops, Readiness::Ready, words),
            true => {
                let words = words + ": what was dropped may be just what differs; find out why, and gather anew";
                Reason::plain(Gate::Drops, Readiness::NotReady, words)
            }
        }
    }

    fn shadow(&self, facts: &Facts) -> [Reason; 3] {
        let ahead = facts.shadow.filter(|(_, through)| *through > facts.today);
        let ahead = ahead.map(|(_, through)| {
            format!("; the days after {} through {through} are still to come and do not count", facts.today)
        });
        let ahead = ahead.unwrap_or_default();
        let reason = |what: &str, found: u64, wanted: u32| {
            let enough = found >= u64::from(wanted);
            let readiness = if enough { Readiness::Ready } else { Readiness::InsufficientEvidence };
            let words = words_of_days(what, (found, wanted), enough) + &ahead;
            Reason::numbers(Gate::Shadow, readiness, words, found, wanted.into())
        };
        [
            reason("on days", facts.shadow_days(), self.shadow_days),
            reason("at ends of months", facts.month_ends(), self.shadow_month_ends),
            reason("on first days of another edition", facts.effective_days(), self.shadow_effective_dates),
        ]
    }

    fn latency(&self, facts: &Facts) -> Reason {
        let wanted = self.p99_microseconds;
        match facts.p99_microseconds {
            None => {
                let words = format!("nobody has measured what the comparison adds to calls; {wanted} µs are allowed");
                Reason::plain(Gate::Latency, Readiness::InsufficientEvidence, words)
            }
            Some(found) => {
                let words = format!(
                    "the comparison adds {found} µs to the slowest hundredth of calls, and {wanted} µs are allowed"
                );
                let readiness = if found <= wanted { Readiness::Ready } else { Readiness::NotReady };
                Reason::numbers(Gate::Latency, readiness, words, found, wanted)
            }
        }
    }

    fn drill(&self, facts: &Facts) -> Reason {
        let Some((day, seconds)) = facts.drill else {
            let words = "going back has not been practised: practise it".to_owned();
            return Reason::plain(Gate::Drill, Readiness::InsufficientEvidence, words);
        };
        let ago = day.days_until(facts.today);
        let words = format!("going back was practised on {day} and took {seconds} s");
        if seconds > self.drill_seconds {
            let words = format!("{words}, and {} s are allowed", self.drill_seconds);
            return Reason::numbers(Gate::Drill, Readiness::NotReady, words, seconds, self.drill_seconds);
        }
        match (0..=i64::from(self.drill_days)).contains(&ago) {
            true => Reason::plain(Gate::Drill, Readiness::Ready, words),
            false => {
                let words =
                    format!("{words}: that must be within the last {} days; practise it again", self.drill_days);
                Reason::plain(Gate::Drill, Readiness::InsufficientEvidence, words)
            }
        }
    }
}

/// `both sides ran beside each other on days: 13 of 30: let both run on`, `not demanded (0 days)`
fn words_of_days(what: &str, (found, wanted): (u64, u32), enough: bool) -> String {
    let ran = format!("both sides ran beside each other {what}: {found} of {wanted}");
    match (wanted, enough) {
        (0, _) => format!("not demanded ({found} {})", what.split_once(' ').map_or(what, |(_, days)| days)),
        (_, true) => ran,
        (_, false) => ran + ": let both run on",
    }
}

fn worst(reasons: &[Reason]) -> Readiness {
    reasons.iter().map(|reason| reason.readiness).max().unwrap_or(Readiness::InsufficientEvidence)
}

/// A rule of the release that the evidence does not know.
fn unknown(rule: &RuleDigest) -> RuleJudgement {
    let words = "the evidence knows no such rule: carry it over to this release, and gather more".to_owned();
    let reasons = vec![Reason::plain(Gate::Digests, Readiness::InsufficientEvidence, words)];
    without_cases(rule, reasons, 0)
}

/// A rule of which no cases are counted.
fn without_cases(rule: &RuleDigest, reasons: Vec<Reason>, edges: u64) -> RuleJudgement {
    RuleJudgement {
        rule: rule.clone(),
        high_revenue: false,
        readiness: worst(&reasons),
        reasons,
        edges,
        entries: 0,
        never_compared: Some(0),
        figures: Vec::new(),
    }
}

fn figures(stratum: Stratum, counts: &Counts, confidence: Confidence) -> Figures {
    Figures {
        stratum,
        cases: counts.cases,
        distinct: counts.distinct.count(),
        edges: counts.edges.count(),
        unexplained: counts.unexplained,
        waived: counts.waived,
        within_tolerance: counts.within_tolerance,
        bounds: counts.bounds(confidence),
        money: Vec::new(),
    }
}

/// A rule of which cases say nothing, however many there are: somebody looks at it and approves.
fn not_compared(known: &RuleEvidence, facts: &Facts) -> Reason {
    let why = match known.rule.kind {
        RuleKind::Output | RuleKind::Flag => "no answer of the old code states it",
        RuleKind::Charge | RuleKind::Total => "the measure leaves it out",
        _ => "it changes nothing that is compared",
    };
    match approval(known, facts) {
        Some(Approval { approver, .. }) => {
            let words = format!("it was not compared, since {why}, and {approver} approves");
            Reason::plain(Gate::Cases, Readiness::Ready, words)
        }
        None => {
            let words = format!("it was not compared, since {why}: look at it, and name an approver");
            Reason::plain(Gate::Cases, Readiness::InsufficientEvidence, words)
        }
    }
}

/// Mismatches in any stratum, and those that no rule could be made answerable for.
fn mismatches(strata: &[(Stratum, &Counts)], unattributed: u64) -> Reason {
    let differing: Vec<String> = strata
        .iter()
        .filter(|(_, counts)| counts.unexplained > 0)
        .map(|(stratum, counts)| format!("{} in {stratum}", number(counts.unexplained)))
        .collect();
    let found = strata.iter().fold(0_u64, |sum, (_, counts)| sum.saturating_add(counts.unexplained)).max(unattributed);
    let waived = strata.iter().fold(0_u64, |sum, (_, counts)| sum.saturating_add(counts.waived));
    let compared = strata.iter().any(|(_, counts)| counts.cases > 0);
    let (readiness, words) = match (found, compared) {
        (0, false) => (Readiness::InsufficientEvidence, "it was never compared".to_owned()),
        (0, true) if waived > 0 => (
            Readiness::Ready,
            format!("no mismatch; {} {} waived", number(waived), if waived == 1 { "is" } else { "are" }),
        ),
        (0, true) => (Readiness::Ready, "no mismatch".to_owned()),
        _ => {
            let (mismatches, them) = if found == 1 { ("mismatch", "it") } else { ("mismatches", "them") };
            let differing = differing.join(", ");
            let words = format!("{} {mismatches} ({differing}): mend the rules, or waive {them}", number(found));
            (Readiness::NotReady, words)
        }
    };
    Reason::numbers(Gate::Mismatches, readiness, words, found, 0)
}

fn mismatches_of_release(evidence: &Evidence) -> Reason {
    let unattributed =
        Stratum::ALL.iter().fold(0_u64, |sum, stratum| sum.saturating_add(evidence.unattributed(*stratum)));
    let mut reason = mismatches(&evidence.release().iter().collect::<Vec<_>>(), unattributed);
    if unattributed > 0 {
        reason.words += &format!("; {} of them no rule accounts for", number(unattributed));
    }
    reason
}

fn rate_reason(rate: Rate, most: u32, stratum: Stratum, full: Option<u64>) -> Reason {
    let wanted = u64::from(most).saturating_mul(100);
    let found = u64::from(rate.hundred_millionths());
    let limit = Share::of_millionths(most);
    let mut words = format!("it differs in at most {rate} of cases in {stratum}, and {limit} are allowed");
    let readiness = if found <= wanted { Readiness::Ready } else { Readiness::InsufficientEvidence };
    if let Some(counted) = full.filter(|_| readiness != Readiness::Ready) {
        words += &beyond_the_limit(counted);
    }
    Reason::numbers(Gate::Rate, readiness, words, found, wanted)
}

/// How the rules of the release stand.
fn rules_reason(rules: &[RuleJudgement]) -> Reason {
    let readiness = rules.iter().map(|rule| rule.readiness).max().unwrap_or(Readiness::InsufficientEvidence);
    let of = |wanted: Readiness| rules.iter().filter(|rule| rule.readiness == wanted).count() as u64;
    let (ready, all) = (of(Readiness::Ready), rules.len() as u64);
    let mut words =
        format!("{} of {} rules {} ready", number(ready), number(all), if ready == 1 { "is" } else { "are" });
    for (wanted, what) in
        [(Readiness::NotReady, "not ready"), (Readiness::InsufficientEvidence, "insufficient evidence")]
    {
        let mut names: Vec<&str> =
            rules.iter().filter(|rule| rule.readiness == wanted).map(|rule| rule.rule.name.as_str()).collect();
        let more = names.len().saturating_sub(5);
        names.truncate(5);
        if !names.is_empty() {
            words += &format!("; {what}: {}", names.join(", "));
        }
        if more > 0 {
            words += &format!(" and {more} more");
        }
    }
    Reason::numbers(Gate::Rules, readiness, words, ready, all)
}

/// Whether the evidence is of the rules that are to be released.
fn digests(evidence: &Evidence, facts: &Facts) -> Reason {
    let known: HashSet<&RuleDigest> = evidence.rules().iter().map(|known| &known.rule).collect();
    let wanted: HashSet<&RuleDigest> = facts.release.iter().collect();
    let same = wanted.intersection(&known).count() as u64;
    let (readiness, words) = match known == wanted && !wanted.is_empty() {
        true => (Readiness::Ready, "the evidence is of the rules of this release".to_owned()),
        false => {
            let words = format!(
                "the evidence is of other rules: {same} of {} are those of this release; carry it over",
                wanted.len()
            );
            (Readiness::InsufficientEvidence, words)
        }
    };
    Reason::numbers(Gate::Digests, readiness, words, same, wanted.len() as u64)
}
