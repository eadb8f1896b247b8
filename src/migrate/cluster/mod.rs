//! Mismatches that have one cause, kept together: how many, how much money, on which days, and a few cases to look at.
//!
//! Findings → clusters. Cases that differ in the same charges by the same kinds, by the same rules, in the same direction and order of
//! size, and for the same reasons, are one cluster; where one factor explains several of those, they are joined when they are read, so that
//! a case that something else would explain too, by chance, stands beside the others of its cause.
//!
//! Of a cluster the first case, the largest, and a fair sample are kept: the cases whose keys have the smallest digests, by
//! [`SAMPLING`]. So it is the same sample whatever the order in which cases come, and clusters of several threads are joined as if
//! one had seen all.

mod alike;
mod gathered;
mod gathering;
mod shared;
mod stored;
mod values;

pub use gathering::Clusters;
pub use shared::{Have, Shared};
pub use values::{FieldValues, InputFields};

use super::cause::{Cause, Factor, Follows};
use super::comparison::{Comparison, Kind};
use crate::digest::Digest;
use crate::migrate::answer::Answer;
use crate::quote::Money;
use crate::value::{Currency, Date};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// The name of the way in which a sample is drawn: of all cases the n with the smallest SHA-256(this name, a zero byte, key).
pub const SAMPLING: &str = "sha256-bottom-n-1";

/// So many kinds of cases are kept apart, where nothing else is said ([`Clusters::at_most`]); all others are counted together.
pub const MOST_KINDS: usize = 10_000;

/// Where the examples of all clusters have so many bytes of inputs and explanations, further kinds are counted with the others, and samples stay
/// as they are.
pub const MOST_BYTES: usize = 256 << 20;

/// In which direction the candidate differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// It charges less.
    Less,
    /// It charges more.
    More,
    /// Some less and some more, or not in money.
    Mixed,
}

/// What the cases of a cluster have in common.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClusterKey {
    /// What differs: charges with the kind of difference. None where it is that of all other kinds.
    pub charges: Vec<(String, Kind)>,
    /// The digests of the rules by which the candidate came to its amounts.
    pub rules: Vec<Digest>,
    /// In which direction.
    pub direction: Direction,
    /// How large differences are: the digits of the largest one in minor units before the point; 0 below one minor unit.
    pub size: u32,
    /// The guess; [`Cause::Unexplained`] alone where there is none.
    pub causes: Vec<Cause>,
}

impl ClusterKey {
    /// What cases have in common of which there are too many kinds: nothing.
    pub(super) fn others() -> ClusterKey {
        let (charges, rules, causes) = (Vec::new(), Vec::new(), vec![Cause::Unexplained]);
        ClusterKey { charges, rules, direction: Direction::Mixed, size: 0, causes }
    }

    /// Whether it is that of all other kinds, beyond those that are kept apart: of these cases nobody has looked for what they have in common.
    pub fn is_others(&self) -> bool {
        self.charges.is_empty()
    }
}

/// A case that is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// Its key, such as the number of a shipment.
    pub key: String,
    /// Its place among all cases: a row, a count.
    pub sequence: u64,
    /// The day on which it was asked, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day: Option<Date>,
    /// The input in JSON, as it may be stored.
    pub input: String,
    /// The paths of the fields that were taken out of it: `null` or a token stands there now.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub redacted: Vec<String>,
    /// What the legacy side says.
    pub legacy: Answer,
    /// What the candidate says.
    pub candidate: Answer,
    /// How they differ.
    pub comparison: Comparison,
    /// How the candidate came to its answer, as text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub explanation: Option<String>,
    /// What explains the difference, and what else would.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub factors: Vec<Factor>,
}

/// What is kept of a case, as it may be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptCase {
    /// The input in JSON.
    pub input: String,
    /// What the legacy side says.
    pub legacy: Answer,
    /// What the candidate says.
    pub candidate: Answer,
    /// How the candidate came to that, as text.
    pub explanation: Option<String>,
    /// The paths of the fields that were taken out of the input.
    pub redacted: Vec<String>,
}

/// Input, both answers and explanation of a case of which nothing was taken out.
impl From<(String, Answer, Answer, Option<String>)> for KeptCase {
    fn from((input, legacy, candidate, explanation): (String, Answer, Answer, Option<String>)) -> Self {
        KeptCase { input, legacy, candidate, explanation, redacted: Vec::new() }
    }
}

/// A sum of differences in one currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Difference {
    /// What the candidate charges more in all: negative where it charges less.
    pub signed: Money,
    /// The same without signs.
    pub absolute: Money,
}

/// What a cluster has of one day.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClusterDay {
    /// How many cases.
    pub cases: u64,
    /// By how much they differ, in each currency.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub differences: Vec<Difference>,
}

/// A charge that differs in cases of a cluster only because others do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Following {
    /// Which charge, and from which others it follows.
    pub follows: Follows,
    /// In how many cases.
    pub cases: u64,
}

/// Cases that differ for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cluster {
    /// What they have in common.
    pub key: ClusterKey,
    /// How many they are.
    pub cases: u64,
    /// By how much they differ, in each currency.
    pub differences: Vec<Difference>,
    /// The same day by day; cases of which no day is known are in none.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub days: BTreeMap<Date, ClusterDay>,
    /// How often each cause explained a case: the guess, and what would do as well.
    pub explained_by: BTreeMap<Cause, u64>,
    /// In how many cases a charge differs only because others do.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub follows: Vec<Following>,
    /// What all cases have in common, and cases that agree do not; nothing where that is nothing, or where nobody told of cases that agree.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shared: Vec<Shared>,
    /// The same of all clusters together that differ in the same charges by the same causes, of which this is one; nothing where there is no other.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shared_in_family: Vec<Shared>,
    /// The first case.
    pub first: Option<Example>,
    /// The case with the largest difference; of equals the first.
    pub largest: Option<Example>,
    /// A fair sample.
    pub sample: Vec<Example>,
}

impl Cluster {
    /// By how much the candidate charges more in a currency, in all.
    pub fn in_currency(&self, currency: Currency) -> Option<&Difference> {
        self.differences.iter().find(|one| one.signed.currency == currency)
    }

    /// The first and the last day of its cases.
    pub fn period(&self) -> Option<(Date, Date)> {
        Some((*self.days.keys().next()?, *self.days.keys().next_back()?))
    }
}

impl Difference {
    /// Adds differences of amounts to sums, one for each currency, in the order of their codes.
    pub fn add_to(sums: &mut Vec<Difference>, changes: &[Money]) {
        for change in changes {
            let absolute = Money { amount: change.amount.abs(), currency: change.currency };
            Difference::join_to(sums, &Difference { signed: change.clone(), absolute });
        }
    }

    /// Adds a sum to sums, one for each currency, in the order of their codes.
    pub fn join_to(sums: &mut Vec<Difference>, more: &Difference) {
        let code = more.signed.currency.code();
        match sums.binary_search_by(|sum| sum.signed.currency.code().cmp(code)) {
            // A sum beyond all numbers stays at the last one that there is.
            Ok(at) => {
                let Some(sum) = sums.get_mut(at) else { return };
                for (sum, more) in [(&mut sum.signed, &more.signed), (&mut sum.absolute, &more.absolute)] {
                    if let Ok(amount) = sum.amount.add(&more.amount) {
                        sum.amount = amount;
                    }
                }
            }
            Err(at) => sums.insert(at, more.clone()),
        }
    }
}

/// `boundary on the other side: HEAVY (missing), 17 cases, less by 527.00 USD in all`
impl fmt::Display for Cluster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |words: Vec<String>| words.join(", ");
        let causes = self.key.causes.iter().map(|cause| cause.to_string()).collect();
        let charges = self.key.charges.iter().map(|(charge, kind)| format!("{charge} ({kind})")).collect();
        let plural = if self.cases == 1 { "" } else { "s" };
        match self.key.is_others() {
            true => write!(f, "all other kinds, too many to keep apart: {} case{plural}", self.cases)?,
            false => write!(f, "{}: {}, {} case{plural}", list(causes), list(charges), self.cases)?,
        }
        for Difference { signed, absolute } in &self.differences {
            let net = signed.amount.abs();
            let word = if signed.amount.is_negative() { "less" } else { "more" };
            match net == absolute.amount {
                true => write!(f, ", {word} by {absolute} in all")?,
                false => {
                    write!(f, ", {word} by {} in all, {absolute} without signs", Money::new(net, signed.currency))?
                }
            }
        }
        Ok(())
    }
}
