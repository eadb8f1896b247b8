//! What was counted of one rule in one stratum: cases, distinct ones, edges, mismatches and money. Sums and unions alone, so that the
//! order in which they were gathered or put together means nothing.

use crate::migrate::Verdict;
use crate::migrate::bounds::{Confidence, Rate};
use crate::value::{Currency, Number, RoundingMode};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::{BTreeMap, HashSet};
use std::fmt;

/// Where cases come from. Populations that differ are never pooled: a rate in one says nothing of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stratum {
    /// Live traffic, taken as it comes or by a share of it.
    Traffic,
    /// Live traffic that was taken because its rules lacked evidence.
    Adaptive,
    /// Inputs that were made to meet edges.
    Probe,
    /// Recorded traffic.
    Replay,
}

impl Stratum {
    /// All of them.
    pub const ALL: [Stratum; 4] = [Stratum::Traffic, Stratum::Adaptive, Stratum::Probe, Stratum::Replay];

    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            Stratum::Traffic => "traffic",
            Stratum::Adaptive => "adaptive",
            Stratum::Probe => "probe",
            Stratum::Replay => "replay",
        }
    }
}

impl fmt::Display for Stratum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// How many different things were seen: exactly, until their number reaches a limit; from then on it is known to be at least that, and no
/// more is counted. Never more than there were.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Distinct {
    /// How many there were at least before the way of telling them apart changed, or the limit was reached.
    least: u64,
    known: HashSet<u64>,
    full: bool,
}

impl Distinct {
    /// How many; at least so many where it is [full](Distinct::is_full).
    pub fn count(&self) -> u64 {
        self.least.max(self.known.len() as u64)
    }

    /// Whether the limit was reached.
    pub fn is_full(&self) -> bool {
        self.full
    }

    /// How many of them were not seen there; none where the limit was reached here or there, and nobody can tell.
    pub fn beyond(&self, there: &Distinct) -> u64 {
        let is_known = !self.full && !there.full;
        if is_known { self.known.difference(&there.known).count() as u64 } else { 0 }
    }

    /// Whether it is known that one was seen: where the limit was reached, nobody knows.
    pub(super) fn has(&self, signature: u64) -> bool {
        self.known.contains(&signature)
    }

    /// Those that are known one by one.
    pub(super) fn known(&self) -> impl Iterator<Item = u64> + '_ {
        self.known.iter().copied()
    }

    pub(super) fn insert(&mut self, signature: u64, limit: u64) {
        if !self.full {
            self.known.insert(signature);
            self.fill(limit);
        }
    }

    pub(super) fn merge(&mut self, other: &Distinct, limit: u64) {
        self.least = self.least.max(other.least);
        self.full |= other.full;
        if !self.full {
            self.known.extend(&other.known);
        }
        self.fill(limit);
    }

    /// Lets go what is known one by one, where there is enough of it.
    fn fill(&mut self, limit: u64) {
        if self.full || self.count() >= limit {
            (self.full, self.least, self.known) = (true, self.least.max(limit), HashSet::new());
        }
    }

    /// More of them are told apart from now on. What was let go is not known one by one any more: its count stays as what it is at least.
    pub(super) fn raise(&mut self, limit: u64) {
        self.full &= self.least >= limit;
    }

    /// What was seen can no longer be told from what will be: the count stays as what it is at least.
    pub(super) fn forget(&mut self) {
        (self.least, self.known) = (self.count(), HashSet::new());
    }

    pub(super) fn retain(&mut self, keep: &HashSet<u64>) {
        self.known.retain(|one| keep.contains(one));
        if self.full {
            // Which ones there were is not known any more, so nothing is.
            *self = Distinct::default();
        }
    }

    fn is_empty(&self) -> bool {
        self.count() == 0
    }
}

/// `["0f…", …]` where they are known one by one; else `{"least": 16384, "known": […], "full": true}`.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenDistinct {
    #[serde(default, skip_serializing_if = "is_zero")]
    least: u64,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    full: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    known: Vec<String>,
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// A signature as it is written.
pub(super) fn digits(signature: u64) -> String {
    format!("{signature:016x}")
}

/// The signature that is written so.
pub(super) fn of_digits(text: &str) -> Option<u64> {
    let is_one = text.len() == 16 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    u64::from_str_radix(text, 16).ok().filter(|_| is_one)
}

impl Serialize for Distinct {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut known: Vec<u64> = self.known.iter().copied().collect();
        known.sort_unstable();
        let known = known.into_iter().map(digits).collect();
        WrittenDistinct { least: self.least, full: self.full, known }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Distinct {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let WrittenDistinct { least, full, known } = WrittenDistinct::deserialize(deserializer)?;
        let count = known.len();
        let known: Option<HashSet<u64>> = known.iter().map(|text| of_digits(text)).collect();
        let known = known.ok_or_else(|| D::Error::custom("a signature is no 16 hexadecimal digits"))?;
        if known.len() != count || (full && count > 0) {
            return Err(D::Error::custom("signatures that contradict each other"));
        }
        Ok(Distinct { least, known, full })
    }
}

/// Money that was seen, in one currency. Amounts are counted without their signs, so that a discount does not hide a charge.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Money {
    /// How much was billed in lines that the rule bears on: what the candidate books, and what the legacy side alone does.
    pub seen: Number,
    /// How much of it differs, in mismatches.
    pub differed: Number,
    /// How much differs within a tolerance, or is waived.
    pub allowed: Number,
    /// How many draws fall at most on amounts that differ: of each mismatch, the larger of both amounts divided by the interval, rounded up.
    pub draws_that_differ: u64,
}

/// What was counted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counts {
    /// Cases that exercised the rule, or in which it differs.
    pub cases: u64,
    /// Cases with a mismatch, which nobody has waived.
    pub unexplained: u64,
    /// Cases that differ as somebody has agreed to.
    pub waived: u64,
    /// Cases that differ within a written tolerance.
    pub within_tolerance: u64,
    /// Different inputs among the cases. The way through the rules follows from the input, so that an input and its way count once.
    #[serde(default, skip_serializing_if = "Distinct::is_empty")]
    pub distinct: Distinct,
    /// Edges that were met; always none where a whole release is counted.
    #[serde(default, skip_serializing_if = "Distinct::is_empty")]
    pub edges: Distinct,
    /// Money, by currency.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub money: BTreeMap<Currency, Money>,
}

/// The upper bounds on how often a rule differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Bounds {
    /// Which holds although somebody watches and stops when it pleases.
    pub watched: Rate,
    /// Which holds where the number of cases was fixed beforehand.
    pub fixed: Rate,
}

/// The upper bounds on how much of the money differs, and what they are of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct MoneyBounds {
    /// How many draws there were.
    pub draws: u64,
    /// How many of them fall at most on what differs.
    pub differ: u64,
    /// The bounds on the part that differs.
    #[serde(flatten)]
    pub bounds: Bounds,
}

impl Bounds {
    fn of(mismatches: u64, cases: u64, confidence: Confidence) -> Bounds {
        let (watched, fixed) =
            (Rate::watched(mismatches, cases, confidence), Rate::fixed(mismatches, cases, confidence));
        Bounds { watched, fixed }
    }
}

impl Counts {
    /// The bounds on the rate of mismatches among distinct cases: repeats show nothing new, while every mismatch counts. Both are 100% where
    /// nothing was seen.
    pub fn bounds(&self, confidence: Confidence) -> Bounds {
        Bounds::of(self.unexplained, self.distinct.count(), confidence)
    }

    /// The bounds on the part of the money in a currency that differs, as auditors draw it: one draw for each full interval of all that was seen, whichever amounts
    /// the draws fall on. A mismatch counts as if as many draws as can had fallen on it, and all of its amount as wrong.
    pub fn money_bounds(&self, currency: Currency, interval: &Number, confidence: Confidence) -> MoneyBounds {
        let (draws, differ) = match self.money.get(&currency) {
            Some(money) => (whole(&money.seen, interval, RoundingMode::Floor), money.draws_that_differ),
            None => (0, 0),
        };
        MoneyBounds { draws, differ, bounds: Bounds::of(differ, draws, confidence) }
    }

    /// The same with no more draws than there are distinct cases: many draws on the same parcel, in one case or in repeats, show nothing new.
    pub fn money_bounds_of_distinct(
        &self,
        currency: Currency,
        interval: &Number,
        confidence: Confidence,
    ) -> MoneyBounds {
        let MoneyBounds { draws, differ, .. } = self.money_bounds(currency, interval, confidence);
        let draws = draws.min(self.distinct.count());
        MoneyBounds { draws, differ, bounds: Bounds::of(differ, draws, confidence) }
    }

    pub(super) fn count(&mut self, verdict: Verdict) {
        self.cases = self.cases.saturating_add(1);
        let differing = match verdict {
            Verdict::Match => return,
            Verdict::WithinTolerance => &mut self.within_tolerance,
            Verdict::Waived => &mut self.waived,
            Verdict::Mismatch => &mut self.unexplained,
        };
        *differing = differing.saturating_add(1);
    }

    pub(super) fn merge(&mut self, other: &Counts, (distinct, edges): (u64, u64)) {
        for (own, more) in [
            (&mut self.cases, other.cases),
            (&mut self.unexplained, other.unexplained),
            (&mut self.waived, other.waived),
            (&mut self.within_tolerance, other.within_tolerance),
        ] {
            *own = own.saturating_add(more);
        }
        self.distinct.merge(&other.distinct, distinct);
        self.edges.merge(&other.edges, edges);
        for (currency, more) in &other.money {
            let own = self.money.entry(*currency).or_default();
            own.seen = plus(&own.seen, &more.seen);
            own.differed = plus(&own.differed, &more.differed);
            own.allowed = plus(&own.allowed, &more.allowed);
            own.draws_that_differ = own.draws_that_differ.saturating_add(more.draws_that_differ);
        }
    }

    /// Whether its numbers can belong together.
    pub(super) fn is_possible(&self) -> bool {
        let differing =
            self.unexplained.checked_add(self.waived).and_then(|sum| sum.checked_add(self.within_tolerance));
        let amounts = |money: &Money| ![&money.seen, &money.differed, &money.allowed].iter().any(|n| n.is_negative());
        differing.is_some_and(|sum| sum <= self.cases)
            && self.distinct.count() <= self.cases
            && self.money.values().all(amounts)
    }

    pub(super) fn is_nothing(&self) -> bool {
        *self == Counts::default()
    }
}

/// A sum. One beyond all numbers, which takes more than 10³⁰⁰ of a currency, stays what it was.
pub(super) fn plus(a: &Number, b: &Number) -> Number {
    a.add(b).unwrap_or_else(|_| a.clone())
}

/// How many intervals an amount has.
pub(super) fn whole(amount: &Number, interval: &Number, mode: RoundingMode) -> u64 {
    let parts = amount.div(interval).and_then(|parts| parts.round_to(&Number::ONE, mode));
    parts.ok().and_then(|parts| parts.to_i128()).and_then(|parts| u64::try_from(parts).ok()).unwrap_or_default()
}
