//! Slips of typing that explained cases, of whatever kind: what was written for which number → what is tried first for that number in other cases.
//!
//! A slip that one case leads to explains others that lead to none: those in which a minimum or maximum lies between, or that differ by a cent.
//! What is known is fixed by the number of a case among all that differ: up to the eighth all that was found before it, and then what was found up to
//! the last quarter of the way from one power of two to the next; beyond 1,024 up to the last 256th case. So, as in `learned`, neither threads nor stops
//! change anything.

use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

/// So many slips of one number are tried: those that explained most.
const MOST: usize = 3;

/// Of so many numbers slips are known.
const MOST_NUMBERS: usize = 1_000;

/// Beyond so many cases what is known changes with every 256th alone.
const LONGEST: u64 = 1_024;

/// What was written for a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Slip {
    /// The number and its place, in words.
    pub(super) number: String,
    pub(super) figures: String,
}

/// The slips that are tried: by the number, those that explained most first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "OfNumbers", into = "OfNumbers")]
pub(super) struct Known(Arc<OfNumbers>);

type OfNumbers = BTreeMap<String, Vec<String>>;

impl From<OfNumbers> for Known {
    fn from(slips: OfNumbers) -> Known {
        Known(Arc::new(slips))
    }
}

impl From<Known> for OfNumbers {
    fn from(known: Known) -> OfNumbers {
        Arc::unwrap_or_clone(known.0)
    }
}

impl Known {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The figures to try for a number.
    pub(super) fn of(&self, number: &str) -> &[String] {
        self.0.get(number).map_or(&[], Vec::as_slice)
    }
}

/// The slips that were found, and those that are tried.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Slips {
    /// How many cases were planned, and how many of them were taken in.
    planned: u64,
    taken: u64,
    /// By the number, how many cases each slip explained.
    found: BTreeMap<String, BTreeMap<String, u64>>,
    known: Known,
}

impl Slips {
    /// What is tried for the next case; none where what was planned before must be taken in first.
    pub(super) fn known(&mut self) -> Option<Known> {
        if begins_anew(self.planned) {
            if self.taken < self.planned {
                return None;
            }
            let most = |slips: &BTreeMap<String, u64>| {
                let mut slips: Vec<(&String, &u64)> = slips.iter().collect();
                slips.sort_by_key(|(figures, cases)| (Reverse(**cases), *figures));
                slips.into_iter().take(MOST).map(|(figures, _)| figures.clone()).collect()
            };
            self.known =
                self.found.iter().map(|(number, all)| (number.clone(), most(all))).collect::<OfNumbers>().into();
        }
        Some(self.known.clone())
    }

    /// A case was planned.
    pub(super) fn planned(&mut self) {
        self.planned = self.planned.saturating_add(1);
    }

    /// Takes in what was found of a case.
    pub(super) fn take(&mut self, slips: &[Slip]) {
        self.taken = self.taken.saturating_add(1);
        for Slip { number, figures } in slips {
            if self.found.len() < MOST_NUMBERS || self.found.contains_key(number) {
                let cases = self.found.entry(number.clone()).or_default().entry(figures.clone()).or_default();
                *cases = cases.saturating_add(1);
            }
        }
    }
}

/// Whether more is known of a case with this number among all than of the one before it.
fn begins_anew(number: u64) -> bool {
    let power = number.min(LONGEST).checked_ilog2().unwrap_or_default();
    number.is_multiple_of(1 << power.saturating_sub(2))
}
