//! Why mismatches differ, gathered while a file is replayed: some are collected, explained on all threads, and put into clusters in the order
//! of the file. So findings are the same for any number of threads, and for a run in several parts.

use super::Replay;
use crate::load;
use crate::outcome::{Outcome, Result};
use ratewright::RuleSet;
use ratewright::live::Edition;
use ratewright::migrate::cause::{Learned, Searched};
use ratewright::migrate::cluster::FieldValues;
use ratewright::migrate::{CauseFinder, Cluster, Clusters, Comparison, KeptCase, Measure};
use ratewright::value::Date;
use ratewright_migration::findings::{Days, Differing, Explaining, day_of};
use ratewright_migration::recorded::Case;
use ratewright_migration::redacting::Storable;
use serde::{Deserialize, Serialize};

/// How many mismatches are explained at once.
const AT_ONCE: usize = 1_024;

/// How many bytes of inputs wait at most before they are explained.
const MOST_BYTES: usize = 8 * 1024 * 1024;

/// What was found so far, as a run that goes on later needs it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Found {
    /// What cases came to day by day.
    pub days: Days,
    /// Mismatches by their cause.
    clusters: Clusters,
    /// What explained mismatches before.
    learned: Learned,
}

/// What was found, and what waits to be explained.
pub struct Explained {
    found: Found,
    explaining: Explaining,
    waiting: Vec<Waiting>,
    bytes: usize,
    rules: RuleSet,
}

/// A mismatch that waits, and what may be stored of it.
struct Waiting {
    differing: Differing,
    storable: Storable,
    key: String,
    line: u64,
    day: Option<Date>,
}

impl AsRef<Differing> for Waiting {
    fn as_ref(&self) -> &Differing {
        &self.differing
    }
}

/// The other editions that are tried, or what keeps one from being used.
pub fn other_editions(arguments: &Replay) -> Result<std::result::Result<Vec<Edition>, Outcome>> {
    let mut editions = Vec::new();
    for path in &arguments.other_edition {
        match load::usable(path)? {
            Ok(rules) => editions.push(Edition::new(rules)),
            Err(outcome) => return Ok(Err(outcome)),
        }
    }
    Ok(Ok(editions))
}

impl Explained {
    /// From where an earlier run has come to, or from the beginning.
    pub fn start(
        arguments: &Replay,
        (edition, others): (&Edition, &[Edition]),
        measure: &Measure,
        threads: usize,
        before: Option<Found>,
    ) -> Explained {
        let finder = CauseFinder::new(edition, measure.clone()).with_editions(others);
        let found = before.unwrap_or_else(|| Found {
            days: Days::default(),
            clusters: Clusters::sampling(arguments.sample),
            learned: Learned::default(),
        });
        let explaining = Explaining::new(&finder, threads).going_on(found.learned.clone());
        Explained { found, explaining, waiting: Vec::new(), bytes: 0, rules: edition.rules().clone() }
    }

    /// Takes in a case that was compared, after waivers.
    pub fn compared(&mut self, case: &Case, comparison: &Comparison) {
        self.found.days.add(day(case), comparison);
    }

    /// Takes in what may be told of one that agrees: its fields, and the charges that both sides have.
    pub fn agrees(&mut self, fields: &FieldValues, charges: &[String]) {
        self.found.clusters.agrees(fields, charges.iter().map(String::as_str));
    }

    /// Takes in one that differs: as it was recorded, and what may be stored of it.
    pub fn differs(&mut self, case: &Case, comparison: &Comparison, storable: Storable) {
        let Some(legacy) = case.answer.clone() else { return };
        let differing = Differing { input: case.input.to_json(), legacy, comparison: comparison.clone() };
        let key = match &case.id {
            Some(id) => storable.words(id).into_owned(),
            None => format!("line {}", case.line),
        };
        self.bytes = self.bytes.saturating_add(differing.input.len());
        self.waiting.push(Waiting { differing, storable, key, line: case.line, day: day(case) });
        if self.waiting.len() >= AT_ONCE || self.bytes >= MOST_BYTES {
            self.explain();
        }
    }

    /// Explains what waits.
    fn explain(&mut self) {
        let Explained { found, explaining, waiting, bytes, rules } = self;
        explaining.explain(waiting.drain(..), |waiting, searched| {
            let Waiting { differing, storable, key, line, day } = waiting;
            let Searched { finding, candidate, explanation, .. } = searched;
            found.clusters.add(&storable.finding(finding), &key, line, day, || {
                let explanation = explanation.map(|told| storable.explanation(&told.to_text(), rules));
                let (legacy, candidate) = (storable.answer(&differing.legacy), storable.answer(&candidate));
                let (input, redacted) = (storable.input().to_owned(), storable.paths());
                KeptCase { input, legacy, candidate, explanation, redacted }
            });
        });
        *bytes = 0;
    }

    /// All that was found; nothing waits then.
    pub fn found(&mut self) -> &Found {
        self.explain();
        self.found.learned = self.explaining.learned().clone();
        &self.found
    }

    /// Mismatches by their cause, the most money first.
    pub fn clusters(&self) -> Vec<Cluster> {
        self.found.clusters.read()
    }
}

fn day(case: &Case) -> Option<Date> {
    case.time.as_deref().and_then(day_of)
}
