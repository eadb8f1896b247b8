//! What is written: what was gathered → evidence and findings for people and `ratewright report`, and what a restart goes on from.
//!
//! Invariant: what was offered is what was compared and what was dropped for each cause, also before any edition priced.

use super::gathered::Gathered;
use super::stored::{OfEdition, Sums};
use crate::findings::{Findings, PricedBy, UsedWaiver};
use crate::replay::Tally;
use ratewright::migrate::Stratum;
use ratewright::value::Date;
use std::collections::BTreeMap;

/// The findings of no edition: what was not gathered before any priced.
pub(super) const OF_NONE: &str = "findings-none-traffic.json";

impl Gathered {
    /// Takes in what was not compared, or not gathered, since the last time.
    pub(super) fn dropped(&mut self, more: impl IntoIterator<Item = (String, u64)>) {
        add(self.kept.editions.last_mut().map_or(&mut self.kept.before, |last| &mut last.dropped), more);
    }

    /// The files for people and `ratewright report`, by name: evidence and findings of each edition.
    pub(super) fn files(&self, today: Option<Date>) -> Vec<(String, String)> {
        let mut files = Vec::new();
        if self.kept.editions.is_empty() {
            let mut findings = Findings::of(PricedBy::nothing(), Stratum::Traffic, &self.how.measure);
            self.add_dropped(&mut findings, &self.kept.before, today);
            files.push((OF_NONE.to_owned(), findings.to_json()));
        }
        let own = self.kept.editions.iter().flat_map(|own| self.files_of(own, today));
        files.extend(own);
        files
    }

    /// The files of one edition.
    fn files_of(&self, own: &OfEdition, today: Option<Date>) -> Vec<(String, String)> {
        let short = own.rules.edition.short();
        let mut files = vec![(evidence_of(own), own.evidence.to_json())];
        for (stratum, sums) in [(Stratum::Traffic, &own.traffic), (Stratum::Adaptive, &own.adaptive)] {
            if stratum == Stratum::Adaptive && sums.tally == Tally::default() {
                continue;
            }
            let findings = self.findings(own, stratum, sums, today);
            files.push((format!("findings-{short}-{stratum}.json"), findings.to_json()));
        }
        files
    }

    fn findings(&self, own: &OfEdition, stratum: Stratum, sums: &Sums, today: Option<Date>) -> Findings {
        let mut findings = Findings::of(own.rules.clone(), stratum, &self.how.measure);
        findings.tally = sums.tally.clone();
        findings.records = sums.tally.compared;
        findings.beyond_sums = sums.beyond;
        findings.set_days(sums.days.clone());
        findings.clusters = sums.clusters.read();
        if stratum == Stratum::Traffic {
            self.add_dropped(&mut findings, &own.dropped, today);
        }
        findings
    }

    /// What was dropped was offered too; and the waivers, once for all strata.
    fn add_dropped(&self, findings: &mut Findings, dropped: &BTreeMap<String, u64>, today: Option<Date>) {
        findings.records = dropped.values().fold(findings.records, |sum, count| sum.saturating_add(*count));
        findings.dropped = dropped.clone();
        if let Some(today) = today {
            findings.waivers = UsedWaiver::all(&self.how.waivers, &self.kept.uses, today);
        }
    }

    /// The file of the evidence of the edition that was met last.
    pub(super) fn evidence_file(&self) -> Option<String> {
        self.kept.editions.last().map(evidence_of)
    }

    /// How many cases have a difference that no sum can hold.
    pub(super) fn beyond_sums(&self) -> u64 {
        let each = self.kept.editions.iter().flat_map(|one| [one.traffic.beyond, one.adaptive.beyond]);
        each.fold(0, u64::saturating_add)
    }

    /// Whether there is anything to write.
    pub(super) fn has_any(&self) -> bool {
        self.has_edition() || !self.kept.before.is_empty()
    }

    /// Whether any edition has priced.
    pub(super) fn has_edition(&self) -> bool {
        !self.kept.editions.is_empty()
    }

    /// What a restart goes on from.
    pub(super) fn state(&self) -> String {
        self.kept.to_json()
    }
}

fn evidence_of(own: &OfEdition) -> String {
    format!("evidence-{}.json", own.rules.edition.short())
}

/// Adds counts to counts, cause by cause.
pub(super) fn add(counts: &mut BTreeMap<String, u64>, more: impl IntoIterator<Item = (String, u64)>) {
    for (cause, count) in more {
        let own = counts.entry(cause).or_default();
        *own = own.saturating_add(count);
    }
}
