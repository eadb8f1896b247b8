//! What a restart goes on from: a text with a checksum ↔ what was gathered of each edition, and what was not before there was any.
//!
//! Invariant: what was altered, or was compared or counted in another way, is not gone on from.

use super::classes::Classes;
use crate::findings::{Days, PricedBy};
use crate::replay::Tally;
use ratewright::digest::Digest;
use ratewright::migrate::{Clusters, Counting, Evidence, Stratum, WaiverUses};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::collections::{BTreeMap, BTreeSet};

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
    /// The editions of which what was gathered stands in files of its own: those met longest ago, where there were many.
    #[serde(default)]
    pub(super) shelved: BTreeSet<Digest>,
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
    /// The name of the file from which it is gone on, once it went.
    pub(super) fn file_of(edition: &Digest) -> String {
        format!("gathered-{}.json", edition.short())
    }

    /// As a file of its own.
    pub(super) fn to_json(&self) -> String {
        sealed(OF_EDITION, self)
    }

    /// Reads what [`OfEdition::to_json`] wrote of an edition.
    pub(super) fn read(text: &str, edition: Digest) -> Result<OfEdition, String> {
        let own: OfEdition = unsealed(OF_EDITION, text)?;
        match own.rules.edition == edition {
            true => Ok(own),
            false => Err(format!("it is of edition {}", own.rules.edition)),
        }
    }

    /// Goes on by a way of counting, telling more cases apart where it says so; why not.
    pub(super) fn go_on(&mut self, counting: &Counting) -> Result<(), String> {
        if self.evidence.raise_limits(counting) {
            return Ok(());
        }
        let other = match self.evidence.counting().measure == counting.measure {
            true => "counted by other intervals of money",
            false => "compared by another measure",
        };
        Err(format!("it was {other}: gather into another folder, or remove it to begin anew"))
    }

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

const FORMAT: &str = "ratewright gathered 3";
/// That of one edition.
const OF_EDITION: &str = "ratewright gathered edition 3";

/// The file: what is stored, with the digest of its bytes.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StateFile<'f> {
    format: String,
    sha256: Digest,
    #[serde(borrow)]
    gathered: &'f RawValue,
}

/// A value with the digest of its bytes.
fn sealed(format: &str, value: &impl Serialize) -> String {
    // Maps with plain keys, texts and numbers: nothing of it can fail.
    let gathered = serde_json::value::to_raw_value(value).unwrap_or_default();
    let sha256 = Digest::of_bytes(gathered.get().as_bytes());
    let file = StateFile { format: format.to_owned(), sha256, gathered: &gathered };
    serde_json::to_string(&file).unwrap_or_default()
}

/// Reads it, unless it was altered.
fn unsealed<T: DeserializeOwned>(format: &str, text: &str) -> Result<T, String> {
    let file: StateFile<'_> = serde_json::from_str(text).map_err(|error| error.to_string())?;
    if file.format != format {
        return Err(format!("its format is `{}`, and `{format}` is read", file.format));
    }
    if Digest::of_bytes(file.gathered.get().as_bytes()) != file.sha256 {
        return Err("its checksum is not that of what stands in it".to_owned());
    }
    serde_json::from_str(file.gathered.get()).map_err(|error| error.to_string())
}

impl Stored {
    /// Reads what [`Stored::to_json`] wrote.
    pub(super) fn read(text: &str) -> Result<Stored, String> {
        unsealed(FORMAT, text)
    }

    /// Goes on by a way of counting, telling more cases apart where it says so; why not.
    pub(super) fn go_on(&mut self, counting: &Counting) -> Result<(), String> {
        self.editions.iter_mut().try_for_each(|own| own.go_on(counting))
    }

    /// As a file.
    pub(super) fn to_json(&self) -> String {
        sealed(FORMAT, self)
    }
}
