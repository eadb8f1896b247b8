//! What a restart goes on from: a text with a checksum ↔ what was gathered of each edition, and what was not before there was any.
//!
//! Invariant: what was altered, or was compared or counted in another way, is not gone on from.

use super::classes::Classes;
use crate::findings::{Days, PricedBy};
use crate::replay::Tally;
use ratewright::digest::Digest;
use ratewright::migrate::{Clusters, Counting, Evidence, Stratum, WaiverUses};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// What a restart goes on from.
#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Stored {
    /// How many cases were taken in.
    pub(super) seen: u64,
    pub(super) uses: WaiverUses,
    pub(super) classes: Classes,
    /// The one that was met last at the end.
    pub(super) editions: Vec<OfEdition>,
    /// What was not compared, or not gathered, before any edition priced: the first one that does takes it over.
    #[serde(default)]
    pub(super) before: BTreeMap<String, u64>,
    /// How often each edition went that was gathered before, by its digest.
    #[serde(default)]
    pub(super) parts: BTreeMap<String, u64>,
}

/// What was gathered of one edition.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OfEdition {
    pub(super) rules: PricedBy,
    #[serde(with = "written")]
    pub(super) evidence: Evidence,
    pub(super) traffic: Sums,
    pub(super) adaptive: Sums,
    /// What was not compared, or not gathered, while it was the last that was met.
    pub(super) dropped: BTreeMap<String, u64>,
    /// How often it was gathered before and went: each time has files of its own.
    #[serde(default)]
    pub(super) part: u64,
}

/// What cases of one stratum came to.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sums {
    pub(super) tally: Tally,
    pub(super) days: Days,
    pub(super) clusters: Clusters,
    /// How many cases have a difference that no sum can hold.
    #[serde(default)]
    pub(super) beyond: u64,
}

impl OfEdition {
    /// What cases of a stratum came to.
    pub(super) fn sums(&mut self, stratum: Stratum) -> &mut Sums {
        if stratum == Stratum::Adaptive { &mut self.adaptive } else { &mut self.traffic }
    }
}

impl Sums {
    /// Of no cases yet; of each cluster so many are sampled.
    pub(super) fn sampling(sampled: usize) -> Sums {
        Sums { tally: Tally::default(), days: Days::default(), clusters: Clusters::sampling(sampled), beyond: 0 }
    }
}

/// Evidence as its own file has it.
mod written {
    use ratewright::migrate::Evidence;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(evidence: &Evidence, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&evidence.to_json())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Evidence, D::Error> {
        Evidence::from_json(&String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

const FORMAT: &str = "ratewright gathered 1";

/// The file: what is stored, with the digest of its bytes.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StateFile<'f> {
    format: String,
    sha256: Digest,
    #[serde(borrow)]
    gathered: &'f RawValue,
}

impl Stored {
    /// Reads what [`Stored::to_json`] wrote.
    pub(super) fn read(text: &str) -> Result<Stored, String> {
        let file: StateFile<'_> = serde_json::from_str(text).map_err(|error| error.to_string())?;
        if file.format != FORMAT {
            return Err(format!("its format is `{}`, and `{FORMAT}` is read", file.format));
        }
        if Digest::of_bytes(file.gathered.get().as_bytes()) != file.sha256 {
            return Err("its checksum is not that of what stands in it".to_owned());
        }
        serde_json::from_str(file.gathered.get()).map_err(|error| error.to_string())
    }
}

impl Stored {
    /// Whether all of it was compared and counted in a way; why not.
    pub(super) fn is_by(&self, counting: &Counting) -> Result<(), String> {
        let mut known = self.editions.iter().map(|one| one.evidence.counting());
        match known.find(|known| *known != counting) {
            None => Ok(()),
            Some(known) => {
                let other = match known.measure == counting.measure {
                    true => "counted by other limits of distinct cases or intervals of money",
                    false => "compared by another measure",
                };
                Err(format!("it was {other}: gather into another folder, or remove it to begin anew"))
            }
        }
    }

    /// As a file.
    pub(super) fn to_json(&self) -> String {
        // Maps with plain keys, texts and numbers: nothing of it can fail.
        let gathered = serde_json::value::to_raw_value(self).unwrap_or_default();
        let sha256 = Digest::of_bytes(gathered.get().as_bytes());
        let file = StateFile { format: FORMAT.to_owned(), sha256, gathered: &gathered };
        serde_json::to_string(&file).unwrap_or_default()
    }
}
