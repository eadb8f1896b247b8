//! What all cases of a cluster have in common, and cases that agree do not: counts of both → the few fields that set them apart.
//!
//! Told is what is hardly chance: that cases which agree would be so by themselves has a chance below one in a thousand, and at most half of
//! them are. All counts are exact; what nobody counted comes last, and says so.

use super::alike::{Agreeing, Alike, OfField};
use super::gathered::Gathered;
use super::values::Said;
use super::{Cluster, ClusterKey};
use crate::migrate::cause::Cause;
use crate::migrate::comparison::Kind;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// So many fields are told.
const TOLD: usize = 3;

/// From so many cases on one value is told where nobody counted that of the cases that agree.
const ENOUGH: u64 = 5;

/// A field in which all cases of a cluster are alike, as cases that agree are not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shared {
    /// The field, as rules write it.
    pub field: String,
    /// What all cases have.
    pub have: Have,
    /// The charge with which these cases agree beside which the cluster stands; none where all are that agree.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub charge: Option<String>,
    /// How many cases agree.
    pub agree: u64,
    /// How many of them have the same; none where they have too many different values to be counted.
    pub alike: Option<u64>,
}

/// What all cases have in a field, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Have {
    /// One of few values, each of which some case has.
    OneOf(Vec<String>),
    /// A value from the first through the second, which both come.
    Within(String, String),
}

/// `5`, `2 or 5`, `2026-06-22 through 2026-07-10`
impl fmt::Display for Have {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Have::OneOf(values) => match values.split_last() {
                Some((last, [])) => f.write_str(last),
                Some((last, before)) => write!(f, "{} or {last}", before.join(", ")),
                None => Ok(()),
            },
            Have::Within(from, through) => write!(f, "{from} through {through}"),
        }
    }
}

/// What cases have in common that are kept together, by themselves and in families: clusters that differ in the same charges by the same causes.
pub(super) struct Sharing<'a> {
    agreeing: &'a Agreeing,
    families: BTreeMap<Family, (usize, Alike)>,
}

/// What the clusters of a family have in common.
type Family = (Vec<(String, Kind)>, Vec<Cause>);

impl<'a> Sharing<'a> {
    /// Of these clusters, beside cases that agree.
    pub(super) fn of<'g>(all: impl IntoIterator<Item = &'g Gathered>, agreeing: &'a Agreeing) -> Self {
        let mut families: BTreeMap<Family, (usize, Alike)> = BTreeMap::new();
        for gathered in all {
            let (clusters, alike) = families.entry(family(&gathered.cluster.key)).or_default();
            *clusters = clusters.saturating_add(1);
            alike.join(gathered.alike.clone());
        }
        Sharing { agreeing, families }
    }

    /// A cluster with what its cases have in common.
    pub(super) fn told(&self, gathered: Gathered) -> Cluster {
        let Gathered { mut cluster, alike, .. } = gathered;
        if !cluster.key.is_others() {
            let of_family = self.families.get(&family(&cluster.key)).filter(|(clusters, _)| *clusters > 1);
            let told = |alike: &Alike| shared(&cluster.key, alike, self.agreeing);
            (cluster.shared, cluster.shared_in_family) =
                (told(&alike), of_family.map(|(_, alike)| told(alike)).unwrap_or_default());
        }
        cluster
    }
}

fn family(key: &ClusterKey) -> Family {
    (key.charges.clone(), key.causes.clone())
}

fn shared(key: &ClusterKey, alike: &Alike, agreeing: &Agreeing) -> Vec<Shared> {
    let charges = key.charges.iter().flat_map(|(names, _)| names.split(" + "));
    let (charge, beside) = agreeing.beside(charges);
    let of_all = alike.fields.iter().filter(|field| field.told == alike.cases);
    let mut found: Vec<(u128, Shared)> = of_all
        .filter_map(|field| {
            let other = beside.fields.iter().find(|other| other.name == field.name && other.told == beside.cases)?;
            let (have, same) = apart(field, other, alike.cases)?;
            let part = u128::from(same.unwrap_or(0)).saturating_mul(MILLION).checked_div(u128::from(beside.cases))?;
            let (field, charge) = (field.name.path.clone(), charge.map(str::to_owned));
            Some((part, Shared { field, have, charge, agree: beside.cases, alike: same }))
        })
        .collect();
    // One value says more than several, and these more than a range, of which one is told: a day and its time say the same. What nobody counted
    // of the cases that agree comes last.
    found.sort_by_key(|(part, shared)| match &shared.have {
        Have::OneOf(values) => (shared.alike.is_none(), values.len(), *part),
        Have::Within(..) => (shared.alike.is_none(), usize::MAX, *part),
    });
    let mut ranges = 0_usize;
    let told = found.into_iter().map(|(_, shared)| shared).filter(|shared| {
        ranges = ranges.saturating_add(usize::from(matches!(shared.have, Have::Within(..))));
        ranges < 2 || !matches!(shared.have, Have::Within(..))
    });
    told.take(TOLD).collect()
}

const MILLION: u128 = 1_000_000;

/// What all cases have in a field that sets them apart from others, and how many of these have it.
fn apart(field: &OfField, other: &OfField, cases: u64) -> Option<(Have, Option<u64>)> {
    let words = |said: &Said| field.name.words(said);
    if let Some(values) = field.values() {
        let values: Vec<&Said> = values.collect();
        let have = Have::OneOf(values.iter().map(|said| words(said)).collect());
        let each: Option<Vec<u64>> = values.iter().map(|said| other.between(said, said)).collect();
        match (each, values.as_slice()) {
            (Some(each), _) => {
                let same = each.into_iter().fold(0, u64::saturating_add);
                if is_apart(cases, Chosen::Values(values.len()), (same, other.told)) {
                    return Some((have, Some(same)));
                }
            }
            // Nothing, an empty text and zero are what most cases say that have nothing to say.
            (None, [said]) if cases >= ENOUGH && !said.is_nothing_much() => return Some((have, None)),
            (None, _) => {}
        }
    }
    let (from, through) = field.range().filter(|(from, through)| from < through)?;
    let same = other.between(from, through)?;
    is_apart(cases, Chosen::Range, (same, other.told)).then(|| (Have::Within(words(from), words(through)), Some(same)))
}

/// What is asked for was chosen by the cases themselves.
#[derive(Clone, Copy)]
enum Chosen {
    /// The values that some case has, so many.
    Values(usize),
    /// From the least value through the most.
    Range,
}

impl Chosen {
    /// How many cases chose it, and in how many ways it could be these.
    fn by(self, cases: u64) -> (u64, u128) {
        let choices = |of: u64, taken: u64| {
            (0..taken).fold(1_u128, |ways, at| {
                let next = ways.saturating_mul(u128::from(of.saturating_sub(at)));
                next.checked_div(u128::from(at.saturating_add(1))).unwrap_or(next)
            })
        };
        match self {
            Chosen::Values(values) => {
                (values as u64, choices(cases.saturating_sub(1), (values as u64).saturating_sub(1)))
            }
            Chosen::Range => (2, u128::from(cases)),
        }
    }
}

/// Whether it is hardly chance, of cases that have nothing to do with each other, that all are as so many of the others are: those that chose what is
/// asked for may be anything, and each further one is so too.
fn is_apart(cases: u64, chosen: Chosen, (same, others): (u64, u64)) -> bool {
    if others == 0 || same.saturating_mul(2) > others {
        return false;
    }
    let (same, others) = (u128::from(same.saturating_add(1)), u128::from(others.saturating_add(1)));
    let (chosen, ways) = chosen.by(cases);
    let mut chance = MILLION.saturating_mul(MILLION).saturating_mul(MILLION);
    for _ in chosen..cases.min(64) {
        chance = chance.saturating_mul(same).checked_div(others).unwrap_or(chance);
    }
    chance.saturating_mul(ways) <= MILLION.saturating_mul(MILLION).saturating_mul(1_000)
}
