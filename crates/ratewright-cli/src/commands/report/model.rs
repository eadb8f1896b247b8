//! What a report tells, whichever way it is written: the judgement, what it rests on, and what was found.
//!
//! It owns all of it; the writers only read.

use super::facts::WrittenFacts;
use super::gates::GateLine;
use super::next::Step;
use super::rules::Rule;
use super::waivers::{Together, together};
use crate::figures::count_of;
use ratewright::digest::Digest;
use ratewright::live::Edition;
use ratewright::migrate::log::Verified;
use ratewright::migrate::{Cluster, Evidence, Policy, Readiness};
use ratewright::value::Date;
use ratewright_migration::findings::Findings;
use std::path::PathBuf;

/// Everything.
pub struct Report {
    /// The file of the rules, as it was named.
    pub path: PathBuf,
    /// The rules.
    pub edition: Edition,
    /// The day of the judgement.
    pub today: Date,
    /// What is demanded.
    pub policy: Policy,
    /// What is known beside the evidence, as it was written.
    pub written_facts: WrittenFacts,
    /// How many cases were offered for comparison, and how many of them were dropped, as they were judged: the worst that any file says.
    pub offered_and_dropped: (u64, u64),
    /// The files of evidence, in the order named.
    pub evidence_files: Vec<EvidenceFile>,
    /// All of it, as far as it is of these rules.
    pub evidence: Evidence,
    /// The demands on the release: those of the policy, and what the files themselves show.
    pub gates: Vec<GateLine>,
    /// Rows, values and tiers to which no case came, in words; none where there are none.
    pub never_compared: Option<String>,
    /// How ready it all is: the worst of the gates.
    pub readiness: Readiness,
    /// The rules, in the order of the judgement.
    pub rules: Vec<Rule>,
    /// What differs and why, those of this edition first.
    pub found: Vec<Found>,
    /// The log of stages.
    pub stages: Option<StageLog>,
    /// What to do next, in order.
    pub next: Vec<Step>,
}

/// A file of evidence.
pub struct EvidenceFile {
    /// As it was named.
    pub path: PathBuf,
    /// The edition that it is of.
    pub edition: Digest,
    /// How many of the rules it has evidence of that counts: those that are the same in this edition.
    pub same_rules: usize,
    /// Whether it is of another edition than the rules, and was carried over.
    pub carried_over: bool,
}

/// A file of findings.
pub struct Found {
    /// As it was named.
    pub path: PathBuf,
    /// What is in it.
    pub findings: Findings,
    /// Whether it is of the edition of the rules.
    pub is_of_this_edition: bool,
    /// The number of its first cluster among all.
    pub first_cluster: usize,
}

impl Found {
    /// That `--limit` stopped the replay, in words.
    pub fn stopped(&self) -> Option<String> {
        let records = self.findings.stopped?;
        Some(format!(
            "`{}` is of a replay that `--limit` stopped after {}: nothing behind {} was compared",
            self.path.display(),
            count_of(records, "record", "records"),
            if records == 1 { "it" } else { "them" }
        ))
    }
}

/// A log of stages.
pub struct StageLog {
    /// As it was named.
    pub path: PathBuf,
    /// What is in it.
    pub verified: Verified,
    /// The digest of the last record that was known, where one was named.
    pub head: Option<Digest>,
}

impl Report {
    /// `parcel 7`
    pub fn name(&self) -> String {
        match self.edition.version() {
            Some(version) => format!("{} {version}", self.edition.name()),
            None => self.edition.name().to_owned(),
        }
    }

    /// How many rules are as ready as this.
    pub fn count(&self, readiness: Readiness) -> usize {
        self.rules.iter().filter(|rule| rule.judgement.readiness == readiness).count()
    }

    /// Each waiver once, as all runs together have used it.
    pub fn waivers(&self) -> Vec<Together> {
        together(self.found.iter().flat_map(|found| &found.findings.waivers))
    }

    /// All clusters with their numbers from 1, and what they are of.
    pub fn clusters(&self) -> impl Iterator<Item = (usize, &Found, &Cluster)> {
        self.found.iter().flat_map(|found| {
            let numbered = (found.first_cluster..).zip(&found.findings.clusters);
            numbered.map(move |(number, cluster)| (number, found, cluster))
        })
    }
}
