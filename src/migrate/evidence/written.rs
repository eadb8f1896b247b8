//! Evidence as a file: JSON with a version and a checksum, so that a damaged one is not taken for less or more than there was.

use super::counts::{digits, of_digits};
use super::{Counting, Counts, Evidence, RuleEvidence, Strata, Stratum};
use crate::digest::{Digest, RuleDigest, RuleKind};
use crate::program::Period;
use crate::value::Date;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::collections::BTreeMap;

const FORMAT: &str = "ratewright evidence";
const VERSION: u32 = 3;

/// Why a text is no evidence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EvidenceError {
    /// It is something else.
    #[error("this is no file of evidence: {0}")]
    Unreadable(String),
    /// It was written by another version.
    #[error(
        "the evidence is of version {0} of its format, and version {VERSION} is read: use the release that wrote it, or gather it anew"
    )]
    Version(u32),
    /// It is not what was written.
    #[error("the evidence is damaged: {0}; take it from where it was written, or gather it anew")]
    Damaged(String),
}

#[derive(Deserialize)]
struct Head {
    format: String,
    version: u32,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File<'a> {
    format: String,
    version: u32,
    /// Of the bytes of `evidence`.
    sha256: Digest,
    #[serde(borrow)]
    evidence: &'a RawValue,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    rule_set: String,
    edition: Digest,
    signatures: String,
    counting: Counting,
    release: Written,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    unattributed: BTreeMap<Stratum, u64>,
    rules: Vec<WrittenRule>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenRule {
    kind: RuleKind,
    name: String,
    digest: Digest,
    edges: u64,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    unused: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    not_compared: bool,
    #[serde(default, skip_serializing_if = "is_zero")]
    entries: u64,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    bounds: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    values: Vec<WrittenValue>,
    strata: Written,
}

/// A value of a parameter: the first day, the day after the last one, and the edge that it was used.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenValue {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    from: Option<Date>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    until: Option<Date>,
    edge: String,
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// The strata of which something is known.
type Written = BTreeMap<Stratum, Counts>;

impl Evidence {
    /// As a file: `{"format": "ratewright evidence", "version": 3, "sha256": …, "evidence": {…}}`. The same evidence gives the same text.
    pub fn to_json(&self) -> String {
        let unattributed = Stratum::ALL.into_iter().map(|stratum| (stratum, self.unattributed(stratum)));
        let body = Body {
            rule_set: self.name.clone(),
            edition: self.edition,
            signatures: self.signature.clone(),
            counting: self.counting.clone(),
            release: written(&self.release),
            unattributed: unattributed.filter(|(_, count)| *count > 0).collect(),
            rules: self.rules.iter().map(WrittenRule::of).collect(),
        };
        // Maps with plain keys, texts and numbers: nothing of it can fail.
        let body = serde_json::value::to_raw_value(&body).unwrap_or_default();
        let sha256 = Digest::of_bytes(body.get().as_bytes());
        let file = File { format: FORMAT.to_owned(), version: VERSION, sha256, evidence: &body };
        serde_json::to_string(&file).unwrap_or_default()
    }

    /// Reads what [`Evidence::to_json`] wrote.
    ///
    /// # Errors
    /// It is something else, of another version, or not what was written.
    pub fn from_json(text: &str) -> Result<Evidence, EvidenceError> {
        let unreadable = |error: serde_json::Error| match text.trim().is_empty() {
            true => EvidenceError::Unreadable("it is empty".to_owned()),
            false if error.is_eof() => EvidenceError::Damaged("it is cut off in the middle".to_owned()),
            false => EvidenceError::Unreadable(error.to_string()),
        };
        let head: Head = serde_json::from_str(text).map_err(unreadable)?;
        if head.format != FORMAT {
            return Err(EvidenceError::Unreadable(format!("its format is `{}`, not `{FORMAT}`", head.format)));
        }
        if head.version != VERSION {
            return Err(EvidenceError::Version(head.version));
        }
        let file: File<'_> = serde_json::from_str(text).map_err(unreadable)?;
        let damaged = |words: &str| EvidenceError::Damaged(words.to_owned());
        if Digest::of_bytes(file.evidence.get().as_bytes()) != file.sha256 {
            return Err(damaged("its checksum is not that of what stands in it"));
        }
        let body: Body = serde_json::from_str(file.evidence.get()).map_err(|error| damaged(&error.to_string()))?;
        let all = body.rules.iter().flat_map(|rule| rule.strata.values()).chain(body.release.values());
        if !all.into_iter().all(Counts::is_possible) {
            return Err(damaged("it counts more mismatches or distinct cases than cases"));
        }
        if body.counting.intervals.values().any(|interval| !interval.is_positive()) {
            return Err(damaged("an interval of money is not above zero"));
        }
        let rules = body.rules.into_iter().map(WrittenRule::read).collect::<Option<_>>();
        let rules = rules.ok_or_else(|| damaged("a signature is no 16 hexadecimal digits"))?;
        let unattributed = Stratum::ALL.map(|stratum| body.unattributed.get(&stratum).copied().unwrap_or_default());
        Ok(Evidence {
            name: body.rule_set,
            edition: body.edition,
            signature: body.signatures,
            counting: body.counting,
            rules,
            release: read(body.release),
            unattributed,
            memory: super::Memory::default(),
        })
    }
}

impl WrittenRule {
    fn of(known: &RuleEvidence) -> WrittenRule {
        let RuleDigest { kind, name, digest } = known.rule.clone();
        let (unused, not_compared, strata) = (!known.used, !known.compared, written(&known.strata));
        let bounds = known.bounds.iter().copied().map(digits).collect();
        let value = |(Period { from, until }, edge): &(Period, u64)| WrittenValue {
            from: *from,
            until: *until,
            edge: digits(*edge),
        };
        let (values, entries) = (known.values.iter().map(value).collect(), known.entries);
        WrittenRule { kind, name, digest, edges: known.edges, unused, not_compared, entries, bounds, values, strata }
    }

    /// None where edges are not written as edges are.
    fn read(self) -> Option<RuleEvidence> {
        let WrittenRule { kind, name, digest, edges, unused, not_compared, entries, bounds, values, strata } = self;
        let (rule, strata) = (RuleDigest { kind, name, digest }, read(strata));
        let bounds = bounds.iter().map(|text| of_digits(text)).collect::<Option<_>>()?;
        let value = |value: WrittenValue| {
            let period = Period { from: value.from, until: value.until };
            Some((period, of_digits(&value.edge)?))
        };
        let values = values.into_iter().map(value).collect::<Option<_>>()?;
        Some(RuleEvidence { rule, edges, used: !unused, compared: !not_compared, entries, bounds, values, strata })
    }
}

fn written(strata: &Strata) -> Written {
    strata
        .iter()
        .filter(|(_, counts)| !counts.is_nothing())
        .map(|(stratum, counts)| (stratum, counts.clone()))
        .collect()
}

fn read(mut written: Written) -> Strata {
    Strata(Stratum::ALL.map(|stratum| written.remove(&stratum).unwrap_or_default()))
}
