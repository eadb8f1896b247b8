//! Clusters on their way, as they are stored between two parts of a run: with the digests of samples, so that what is read again goes on as
//! if it had never been put away. Strict: what could not have been gathered is refused.

use super::alike::{Agreeing, Alike};
use super::gathered::Gathered;
use super::{Cluster, Clusters, MOST_KINDS};
use crate::digest::Digest;
use crate::migrate::cause::Cause;
use crate::value::Number;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;
use std::collections::BTreeMap;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored<'c> {
    sampled: usize,
    #[serde(default = "usual")]
    most: usize,
    found: Vec<StoredCluster<'c>>,
    #[serde(default, skip_serializing_if = "is_none")]
    agreeing: Cow<'c, Agreeing>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredCluster<'c> {
    /// All causes that would explain every case.
    whole: Cow<'c, [Cause]>,
    cluster: Cow<'c, Cluster>,
    alike: Cow<'c, Alike>,
    /// The largest difference of a case, in minor units.
    largest: Number,
    /// The digests of the sample, in its order.
    digests: Cow<'c, [Digest]>,
}

#[expect(clippy::ptr_arg, reason = "what serde asks for")]
fn is_none(agreeing: &Cow<'_, Agreeing>) -> bool {
    agreeing.is_none()
}

fn usual() -> usize {
    MOST_KINDS
}

impl Serialize for Clusters {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let found = self.found.iter().map(|((_, whole), gathered)| StoredCluster {
            whole: Cow::Borrowed(whole),
            cluster: Cow::Borrowed(&gathered.cluster),
            alike: Cow::Borrowed(&gathered.alike),
            largest: gathered.largest.clone(),
            digests: Cow::Borrowed(&gathered.digests),
        });
        let (found, agreeing) = (found.collect(), Cow::Borrowed(&self.agreeing));
        Stored { sampled: self.sampled, most: self.most, found, agreeing }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Clusters {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Stored { sampled, most, found: stored, agreeing } = Stored::deserialize(deserializer)?;
        let mut found = BTreeMap::new();
        for one in stored {
            let StoredCluster { whole, cluster, alike, largest, digests } = one;
            let (cluster, alike) = (cluster.into_owned(), alike.into_owned());
            let gathered = Gathered { cluster, alike, largest, digests: digests.into_owned() };
            gathered.check(sampled).map_err(D::Error::custom)?;
            let place = (gathered.cluster.key.clone(), whole.into_owned());
            if found.insert(place, gathered).is_some() {
                return Err(D::Error::custom("two stored clusters have the same key"));
            }
        }
        let bytes = found.values().map(Gathered::bytes).fold(0, usize::saturating_add);
        Ok(Clusters { sampled, most, bytes, found, agreeing: agreeing.into_owned() })
    }
}

impl Gathered {
    /// Whether it could have been gathered.
    fn check(&self, sampled: usize) -> Result<(), &'static str> {
        let Cluster { cases, days, first, largest, sample, .. } = &self.cluster;
        let of_days = days.values().fold(0_u64, |sum, day| sum.saturating_add(day.cases));
        let places = self.digests.iter().zip(sample.iter().map(|example| example.sequence));
        if *cases == 0 || first.is_none() || largest.is_none() {
            return Err("a stored cluster has no case");
        }
        if self.alike.cases != *cases {
            return Err("a stored cluster knows the fields of other cases");
        }
        if of_days > *cases {
            return Err("a stored cluster has more cases on its days than in all");
        }
        if self.digests.len() != sample.len() || sample.len() > sampled || !places.is_sorted() {
            return Err("the sample of a stored cluster is not that of its digests");
        }
        Ok(())
    }
}
