//! Whether a release is ready: evidence and facts held against a policy → a judgement of each rule and of the release, with every reason in words
//! and its numbers.
//!
//! Invariant: where something is not known, nothing is ready. What is wrong goes before what is missing, and that before what is well.

mod cases;
mod gates;
mod money;
mod numbers;

use super::Stratum;
use super::evidence::{Bounds, MoneyBounds};
use crate::digest::{Digest, RuleDigest};
use crate::live::Edition;
use crate::value::{Currency, Date, Number};
use serde::Serialize;
use std::fmt;

/// How ready something is, from the best to the worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Readiness {
    /// All that is demanded was shown.
    Ready,
    /// Nothing is wrong, and not enough is known.
    InsufficientEvidence,
    /// Something is wrong.
    NotReady,
}

/// What a demand is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Gate {
    /// Unexplained mismatches.
    Mismatches,
    /// Distinct cases, or edges and an approver.
    Cases,
    /// Numbers of the sheet that cases came to: bounds, the value in force, and rows, values and tiers.
    Numbers,
    /// The bound on the rate of mismatches.
    Rate,
    /// The bound on the part of the money that differs.
    Money,
    /// The rules of a release.
    Rules,
    /// That the evidence is of the release's rules.
    Digests,
    /// What was dropped.
    Drops,
    /// How long both sides ran beside each other.
    Shadow,
    /// What the comparison adds to calls.
    Latency,
    /// That going back was practised.
    Drill,
}

/// One reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// What it is about.
    pub gate: Gate,
    /// How ready that leaves it.
    pub readiness: Readiness,
    /// What was found, what is demanded, and what to do.
    pub words: String,
    /// The number that was found, where it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub found: Option<u64>,
    /// The number that is demanded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wanted: Option<u64>,
}

/// What is known beside the evidence. What is not known is left out; nothing is ready then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// The day of the judgement.
    pub today: Date,
    /// The rules that are to be released.
    pub release: Vec<RuleDigest>,
    /// How many cases were offered for comparison, and how many of them were dropped.
    pub offered: u64,
    /// How many of them were dropped.
    pub dropped: u64,
    /// The first and the last day on which both sides ran beside each other. Days after the day of the judgement do not count.
    pub shadow: Option<(Date, Date)>,
    /// On how many of these days another edition came into force; no more than there are days.
    pub effective_dates: u32,
    /// What the comparison added to the slowest hundredth of calls, in microseconds.
    pub p99_microseconds: Option<u64>,
    /// When going back was last practised, and how many seconds it took.
    pub drill: Option<(Date, u64)>,
    /// Who approves of rules of which the edges were met.
    pub approvals: Vec<Approval>,
}

/// Somebody approves of a rule as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Approval {
    /// The digest of the rule: an approval does not outlast a change.
    pub rule: Digest,
    /// Its name, as in `Edition::rule_digests`.
    pub name: String,
    /// Who.
    pub approver: String,
}

impl Facts {
    /// Nothing is known yet but the edition that is to be released.
    pub fn new(today: Date, release: &Edition) -> Facts {
        Facts {
            today,
            release: release.rule_digests().to_vec(),
            offered: 0,
            dropped: 0,
            shadow: None,
            effective_dates: 0,
            p99_microseconds: None,
            drill: None,
            approvals: Vec::new(),
        }
    }

    /// The shadow as far as it is over: what is planned was not seen.
    fn shadow_so_far(&self) -> Option<(Date, Date)> {
        let (from, through) = self.shadow?;
        let through = through.min(self.today);
        (from <= through).then_some((from, through))
    }

    fn shadow_days(&self) -> u64 {
        let days = self.shadow_so_far().map(|(from, through)| from.days_until(through).saturating_add(1));
        days.and_then(|days| u64::try_from(days).ok()).unwrap_or_default()
    }

    /// On how many days of the shadow another edition came into force: on no more than it has.
    fn effective_days(&self) -> u64 {
        u64::from(self.effective_dates).min(self.shadow_days())
    }

    /// How many last days of months lie in the shadow.
    fn month_ends(&self) -> u64 {
        let Some((from, through)) = self.shadow_so_far() else { return 0 };
        let months = from.start_of_month().months_between(through.start_of_month());
        let whole = u64::from(through == through.end_of_month());
        u64::try_from(months).unwrap_or_default().saturating_add(whole)
    }
}

/// What was found of a rule in one stratum.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Figures {
    /// The stratum.
    pub stratum: Stratum,
    /// How many cases.
    pub cases: u64,
    /// How many distinct ones, at least.
    pub distinct: u64,
    /// How many edges were met, at least.
    pub edges: u64,
    /// How many mismatches.
    pub unexplained: u64,
    /// How many are waived.
    pub waived: u64,
    /// How many are within a tolerance.
    pub within_tolerance: u64,
    /// How often it differs at most.
    #[serde(flatten)]
    pub bounds: Bounds,
    /// How much of the money differs at most, in each currency that is drawn.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub money: Vec<MoneyFigures>,
}

/// How much of the money in a currency differs at most.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MoneyFigures {
    /// The currency.
    pub currency: Currency,
    /// Of how much money each draw stands for.
    pub interval: Number,
    /// The draws, and the bounds.
    #[serde(flatten)]
    pub bounds: MoneyBounds,
}

/// What is said of a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuleJudgement {
    /// The rule.
    #[serde(flatten)]
    pub rule: RuleDigest,
    /// Whether much money passes through it.
    pub high_revenue: bool,
    /// How ready it is.
    pub readiness: Readiness,
    /// Why: also what is well.
    pub reasons: Vec<Reason>,
    /// How many edges it has.
    pub edges: u64,
    /// How many rows of a table, values of a parameter or tiers it has.
    pub entries: u64,
    /// To how many of them no case came; none where nobody knows, since more edges were met than are told apart.
    pub never_compared: Option<u64>,
    /// What was found, in each stratum in which there is something.
    pub figures: Vec<Figures>,
}

/// What is said of a release. Shown, it is a line for the release, then its reasons, then each rule that is not ready.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Judgement {
    /// How ready it is.
    pub readiness: Readiness,
    /// Why: also what is well.
    pub reasons: Vec<Reason>,
    /// Each rule of the release.
    pub rules: Vec<RuleJudgement>,
}

impl Reason {
    fn plain(gate: Gate, readiness: Readiness, words: String) -> Reason {
        Reason { gate, readiness, words, found: None, wanted: None }
    }

    fn numbers(gate: Gate, readiness: Readiness, words: String, found: u64, wanted: u64) -> Reason {
        Reason { gate, readiness, words, found: Some(found), wanted: Some(wanted) }
    }
}

/// Whether a part of all is more than so many millionths.
pub(super) fn exceeds(part: u64, all: u64, millionths: u32) -> bool {
    u128::from(part).saturating_mul(1_000_000) > u128::from(all).saturating_mul(u128::from(millionths))
}

/// `300,000`
pub(super) fn number(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && digits.len().saturating_sub(place) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

impl fmt::Display for Readiness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Readiness::Ready => "ready",
            Readiness::InsufficientEvidence => "insufficient evidence",
            Readiness::NotReady => "not ready",
        })
    }
}

impl fmt::Display for Judgement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.readiness)?;
        for reason in &self.reasons {
            write!(f, "\n  {}: {}", reason.readiness, reason.words)?;
        }
        for rule in self.rules.iter().filter(|rule| rule.readiness != Readiness::Ready) {
            write!(f, "\n{}: {}", rule.rule.name, rule.readiness)?;
            for reason in rule.reasons.iter().filter(|reason| reason.readiness != Readiness::Ready) {
                write!(f, "\n  {}", reason.words)?;
            }
        }
        Ok(())
    }
}
