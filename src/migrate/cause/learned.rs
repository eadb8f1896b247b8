//! What explained cases so far, so that a million mismatches are not each searched anew.
//!
//! A kind of cases are those that differ in the same charges by the same kinds. The first 64 of a kind are searched for everything. From then on what
//! explained cases of the kind before is tried first, and the rest only where that does not do. What counts as before is fixed by the
//! number of a case within its kind: all up to the last of 64, 128, 256, 512, and then each 512. So what is found depends on the order of
//! cases alone: not on how many threads search, and not on where a run stops and goes on. Beyond 10,000 kinds all others are one.
//!
//! A slip of typing is in the rules and not in a kind of cases: what explained cases of any kind is tried for all (`slips`).

use super::Finding;
use super::slips::{Known, Slip, Slips};
use super::trials::Trial;
use crate::eval::Explanation;
use crate::migrate::answer::Answer;
use crate::migrate::comparison::{Comparison, Kind, Verdict};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// So many cases of a kind are searched for everything.
const THOROUGH: u64 = 64;

/// So many cases of a kind are searched by what was learned before, at most.
const LONGEST: u64 = 512;

/// So many kinds are learned apart, and all others together.
const MOST_KINDS: usize = 10_000;

/// What cases of one kind have in common: charges with the kind of difference.
type Alike = Vec<(String, Kind)>;

/// What explained cases so far, kind by kind.
///
/// Cases are planned one after the other in their order; what was planned may be searched by many threads; what was found is taken in the same
/// order. It is stored as JSON between two parts of a run, when nothing that was planned is outstanding.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "Stored", from = "Stored")]
pub struct Learned {
    kinds: BTreeMap<Alike, OfKind>,
    slips: Slips,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct OfKind {
    planned: u64,
    taken: u64,
    /// What explained cases before those that are planned now.
    before: Arc<BTreeSet<Trial>>,
    /// What explained the others.
    since: BTreeSet<Trial>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    kinds: Vec<StoredKind>,
    slips: Slips,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredKind {
    charges: Alike,
    cases: u64,
    before: BTreeSet<Trial>,
    since: BTreeSet<Trial>,
}

/// How a case is to be searched.
#[derive(Debug, Clone)]
pub struct Plan {
    pub(super) kind: Alike,
    /// What is tried first; none where everything is tried.
    pub(super) first: Option<Arc<BTreeSet<Trial>>>,
    /// The slips that explained cases before.
    pub(super) slips: Known,
}

impl Plan {
    /// Everything is tried, and nothing is known.
    pub(super) fn of(kind: Alike) -> Plan {
        Plan { kind, first: None, slips: Known::default() }
    }
}

/// What was found of a case.
#[derive(Debug)]
pub struct Searched {
    /// Why it differs.
    pub finding: Finding,
    /// What the candidate says.
    pub candidate: Answer,
    /// How it came to that; none where it refuses or fails.
    pub explanation: Option<Explanation>,
    pub(super) kind: Alike,
    pub(super) explained_by: BTreeSet<Trial>,
    pub(super) slips: Vec<Slip>,
}

impl Learned {
    /// How the next case is to be searched; none where what was planned before must be taken in first.
    pub fn plan(&mut self, comparison: &Comparison) -> Option<Plan> {
        let mut kind = super::alike(comparison);
        if self.kinds.len() >= MOST_KINDS && !self.kinds.contains_key(&kind) {
            // No kind that differs is empty.
            kind = Alike::new();
        }
        if comparison.verdict() != Verdict::Mismatch {
            return Some(Plan::of(kind));
        }
        let slips = self.slips.known()?;
        let known = self.kinds.entry(kind.clone()).or_default();
        if begins_anew(known.planned) {
            if known.taken < known.planned {
                return None;
            }
            if !known.since.is_empty() {
                Arc::make_mut(&mut known.before).append(&mut known.since);
            }
        }
        let first = (known.planned >= THOROUGH).then(|| known.before.clone());
        known.planned = known.planned.saturating_add(1);
        self.slips.planned();
        Some(Plan { kind, first, slips })
    }

    /// Takes in what was found of a case that was planned.
    pub fn take(&mut self, searched: &Searched) {
        if searched.finding.comparison.verdict() != Verdict::Mismatch {
            return;
        }
        let known = self.kinds.entry(searched.kind.clone()).or_default();
        known.taken = known.taken.saturating_add(1);
        let new = searched.explained_by.iter().filter(|trial| !known.before.contains(*trial));
        known.since.extend(new.cloned());
        self.slips.take(&searched.slips);
    }
}

/// Whether a case with this number within its kind is searched by more than the case before it.
fn begins_anew(number: u64) -> bool {
    match number < LONGEST {
        true => number >= THOROUGH && number.is_power_of_two(),
        false => number.is_multiple_of(LONGEST),
    }
}

impl From<Stored> for Learned {
    fn from(stored: Stored) -> Self {
        let each = stored.kinds.into_iter().map(|StoredKind { charges, cases, before, since }| {
            (charges, OfKind { planned: cases, taken: cases, before: Arc::new(before), since })
        });
        Learned { kinds: each.collect(), slips: stored.slips }
    }
}

impl From<Learned> for Stored {
    fn from(learned: Learned) -> Self {
        let each = learned.kinds.into_iter().map(|(charges, known)| StoredKind {
            charges,
            cases: known.taken,
            before: Arc::unwrap_or_clone(known.before),
            since: known.since,
        });
        Stored { kinds: each.collect(), slips: learned.slips }
    }
}
