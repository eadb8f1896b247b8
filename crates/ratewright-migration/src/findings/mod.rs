//! The file of findings: what a comparison of many cases came to, and why those that differ do.
//!
//! A replay or a running service writes it, whole; `ratewright report` and whoever asks read it. Counts, sums by day, waivers, and the
//! clusters with the cases that are kept of them. Strict: a field that nobody knows, a text that is not what was written, or numbers that
//! contradict each other, are an error.
//! Amounts are exact, and what is to be redacted is redacted before it comes here.

mod days;
mod explaining;
#[cfg(test)]
mod tests;

pub use days::{Day, Days, day_of};
pub use explaining::{Differing, Explaining};

use crate::replay::Tally;
use ratewright::digest::Digest;
use ratewright::live::Edition;
use ratewright::migrate::{Cluster, Measure, Stratum, WaiverStanding, WaiverUses, Waivers};
use ratewright::quote::Money;
use ratewright::value::Date;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// The name of the format, with its version.
pub const FORMAT: &str = "ratewright findings 4";

/// What cases came to, and why those that differ do.
///
/// ```
/// use ratewright::migrate::{Answer, CauseFinder, Clusters, Measure, Prices, Stratum};
/// use ratewright::{RuleSet, live::Edition};
/// use ratewright_migration::findings::{Days, Findings, PricedBy, day_of};
///
/// let rules = RuleSet::compile("ruleset r { currency USD }\ninput { weight : mass in lb }\ncharge BASE = 2.50 USD per lb * weight")?;
/// let edition = Edition::new(rules);
/// let (mut findings, mut days) = (Findings::of(PricedBy::from(&edition), Stratum::Replay, &Measure::exact()), Days::default());
/// let (mut finder, mut clusters) = (CauseFinder::new(&edition, Measure::exact()), Clusters::sampling(20));
///
/// // 2.005 lb are 5.0125, and the old code said 5.02.
/// let (input, legacy) = (r#"{"weight": "2.005"}"#, Answer::from(Prices::new().line("BASE", "5.02 USD".parse()?)));
/// let (finding, day) = (finder.find(input, &legacy), day_of("2026-11-23T10:15:00Z"));
/// days.add(day, &finding.comparison);
/// let candidate = Answer::from(&edition.quote_json(input)?);
/// clusters.add(&finding, "S-1", 1, day, || (input.to_owned(), legacy, candidate, None));
///
/// (findings.records, findings.tally.compared, findings.tally.mismatches) = (1, 1, 1);
/// findings.set_days(days);
/// findings.clusters = clusters.read();
/// let text = findings.to_json();
/// assert_eq!(Findings::from_json(&text)?, findings);
/// assert_eq!(findings.clusters[0].to_string(), "rounding mode or moment: BASE (amount), 1 case, less by 0.01 USD in all");
///
/// let other = Findings::from_json(&text.replace("findings 4", "findings 5")).unwrap_err();
/// assert_eq!(other.to_string(), "the findings are of the format `ratewright findings 5`, and `ratewright findings 4` is read: use the release that wrote them, or find anew");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Findings {
    /// The rules with which was compared.
    pub rules: PricedBy,
    /// Where the cases come from.
    pub stratum: Stratum,
    /// How they were compared: what is left out, stands for what, and is tolerated.
    pub measure: Measure,
    /// How many were offered: records of a file, or cases of a service that were to be compared.
    pub records: u64,
    /// After how many records a replay was stopped, where it did not go on to the end of its file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stopped: Option<u64>,
    /// What those that were compared came to.
    pub tally: Tally,
    /// How many of them have a difference that no sum can hold, and are in the counts alone: the sums are too small then.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub beyond_sums: u64,
    /// The same day by day, by the time at which a case was asked.
    pub days: BTreeMap<Date, Day>,
    /// How many cases were compared of which no day is known.
    pub undated: u64,
    /// What a service did not compare, by the word of the cause; nothing for a replay.
    pub dropped: BTreeMap<String, u64>,
    /// The waivers, and what was used of them.
    pub waivers: Vec<UsedWaiver>,
    /// Mismatches by their cause, those with the most money first.
    pub clusters: Vec<Cluster>,
}

/// A rule set, and which edition of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PricedBy {
    /// Its name.
    pub name: String,
    /// Its version, where it says one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The digest of its meaning.
    pub edition: Digest,
}

/// A waiver, and what was used of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UsedWaiver {
    /// What it is called.
    pub id: String,
    /// Who answers for it.
    pub owner: String,
    /// Why the difference is right, or borne.
    pub reason: String,
    /// The last day on which it holds.
    pub expires: Date,
    /// Whether it still waives.
    pub standing: WaiverStanding,
    /// For how many cases it was used.
    pub cases: u64,
    /// For how many it holds at most.
    pub of_cases: u64,
    /// The differences that it waived, without their signs; none where it was not used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
    /// Up to which sum it holds.
    pub of_amount: Money,
}

/// Why a text is no file of findings.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FindingsError {
    /// It is something else, or not whole.
    #[error("this is no file of findings: {0}")]
    Unreadable(String),
    /// It is of another version of the format, or of another format.
    #[error(
        "the findings are of the format `{0}`, and `{FORMAT}` is read: use the release that wrote them, or find anew"
    )]
    Format(String),
    /// It is not what was written.
    #[error("the findings are damaged: {0}; take it from where it was written, or find anew")]
    Damaged(String),
    /// What it says cannot all be so.
    #[error("the findings contradict themselves: {0}; take them from where they were written, or find anew")]
    Contradiction(String),
}

#[derive(Deserialize)]
struct Head {
    format: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File<'a> {
    format: String,
    /// Of the bytes of `findings`.
    sha256: Digest,
    #[serde(borrow)]
    findings: &'a RawValue,
}

impl Findings {
    /// Of no cases yet.
    pub fn of(rules: PricedBy, stratum: Stratum, measure: &Measure) -> Findings {
        Findings {
            rules,
            stratum,
            measure: measure.clone(),
            records: 0,
            stopped: None,
            tally: Tally::default(),
            beyond_sums: 0,
            days: BTreeMap::new(),
            undated: 0,
            dropped: BTreeMap::new(),
            waivers: Vec::new(),
            clusters: Vec::new(),
        }
    }

    /// Takes in what cases came to day by day.
    pub fn set_days(&mut self, days: Days) {
        (self.days, self.undated) = (days.days, days.undated);
    }

    /// As a file: `{"format": "ratewright findings 4", "sha256": …, "findings": {…}}` on one line. The same findings give the same text.
    pub fn to_json(&self) -> String {
        // Maps with plain keys, texts and numbers: nothing of it can fail.
        let findings = serde_json::value::to_raw_value(self).unwrap_or_default();
        let sha256 = Digest::of_bytes(findings.get().as_bytes());
        let file = File { format: FORMAT.to_owned(), sha256, findings: &findings };
        let mut text = serde_json::to_string(&file).unwrap_or_default();
        text.push('\n');
        text
    }

    /// Reads what [`Findings::to_json`] wrote.
    ///
    /// # Errors
    /// It is something else, of another format, damaged, or contradicts itself.
    pub fn from_json(text: &str) -> Result<Findings, FindingsError> {
        let unreadable = |error: serde_json::Error| match text.trim().is_empty() {
            true => FindingsError::Unreadable("it is empty".to_owned()),
            false if error.is_eof() => FindingsError::Damaged("it is cut off in the middle".to_owned()),
            false => FindingsError::Unreadable(error.to_string()),
        };
        let head: Head = serde_json::from_str(text).map_err(unreadable)?;
        if head.format != FORMAT {
            return Err(FindingsError::Format(head.format));
        }
        let file: File<'_> = serde_json::from_str(text).map_err(unreadable)?;
        if Digest::of_bytes(file.findings.get().as_bytes()) != file.sha256 {
            return Err(FindingsError::Damaged("its checksum is not that of what stands in it".to_owned()));
        }
        let read = serde_json::from_str::<Findings>(file.findings.get());
        let findings = read.map_err(|error| FindingsError::Unreadable(error.to_string()))?;
        findings.check().map_err(FindingsError::Contradiction)?;
        Ok(findings)
    }

    /// What must hold of all that were written.
    fn check(&self) -> Result<(), String> {
        let sum = |counts: &mut dyn Iterator<Item = u64>| counts.fold(0_u64, u64::saturating_add);
        let tally = &self.tally;
        let of_days = sum(&mut self.days.values().map(|day| day.cases).chain([self.undated]));
        let by_verdict = sum(&mut [tally.matches, tally.within_tolerance, tally.waived, tally.mismatches].into_iter());
        let clustered = sum(&mut self.clusters.iter().map(|cluster| cluster.cases));
        if by_verdict != tally.compared {
            return Err(format!("{by_verdict} cases have a verdict, and {} were compared", tally.compared));
        }
        if tally.compared > self.records {
            return Err(format!("{} cases were compared, and {} were offered", tally.compared, self.records));
        }
        if self.beyond_sums > tally.compared {
            return Err(format!("{} cases are in no sum, and {} were compared", self.beyond_sums, tally.compared));
        }
        if of_days != tally.compared {
            return Err(format!("{of_days} cases are on a day or undated, and {} were compared", tally.compared));
        }
        if self.days.values().any(|day| day.mismatches > day.cases) {
            return Err("on one day more cases differ than were compared".to_owned());
        }
        if clustered > tally.mismatches {
            return Err(format!("{clustered} cases are in clusters, and {} differ", tally.mismatches));
        }
        Ok(())
    }
}

impl From<&Edition> for PricedBy {
    fn from(edition: &Edition) -> PricedBy {
        let version = edition.version().map(str::to_owned);
        PricedBy { name: edition.name().to_owned(), version, edition: edition.digest() }
    }
}

impl PricedBy {
    /// No edition: of cases that none priced. In place of a digest of rules stands that of no bytes.
    pub fn nothing() -> PricedBy {
        PricedBy { name: "no edition".to_owned(), version: None, edition: Digest::of_bytes(b"") }
    }
}

impl UsedWaiver {
    /// All waivers, with what was used of each, on a day.
    pub fn all(waivers: &Waivers, uses: &WaiverUses, day: Date) -> Vec<UsedWaiver> {
        let used = waivers.iter().map(|waiver| {
            let used = uses.of(&waiver.id);
            UsedWaiver {
                id: waiver.id.clone(),
                owner: waiver.owner.clone(),
                reason: waiver.reason.clone(),
                expires: waiver.expires,
                standing: waivers.standing(&waiver.id, uses, day).unwrap_or(WaiverStanding::Open),
                cases: used.map_or(0, |used| used.cases),
                of_cases: waiver.cases,
                amount: used.map(|used| used.amount.clone()),
                of_amount: waiver.amount.clone(),
            }
        });
        used.collect()
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "what serde asks for")]
fn is_zero(count: &u64) -> bool {
    *count == 0
}
