//! All clusters of a comparison of many cases, while they are gathered and when they are read.
//!
//! Gathered, cases lie apart by all causes that would explain them; read, of cases that differ alike the cause that explains most takes all
//! that it explains. Neither depends on the order of cases, nor on how they were shared out before they were joined.

use super::alike::Agreeing;
use super::gathered::{Gathered, Rank, minor_units, size};
use super::shared::Sharing;
use super::values::FieldValues;
use super::{Cluster, ClusterKey, Direction, Example, KeptCase, MOST_BYTES, MOST_KINDS, SAMPLING};
use crate::digest::Digest;
use crate::migrate::cause::{Cause, Finding};
use crate::migrate::comparison::Verdict;
use crate::quote::Money;
use crate::value::Date;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// All clusters of a comparison of many cases.
///
/// ```
/// use ratewright::{RuleSet, live::Edition, migrate::{Answer, CauseFinder, Clusters, Measure, Prices, cause::Cause}};
/// use ratewright::value::Date;
///
/// let rules = RuleSet::compile("ruleset r { currency USD }\ninput { weight : mass in lb }\ncharge BASE = 2.50 USD per lb * weight")?;
/// let mut finder = CauseFinder::new(&Edition::new(rules.clone()), Measure::exact());
/// let mut clusters = Clusters::sampling(5);
/// for weight in 1..=100_u64 {
///     let input = format!(r#"{{"weight": "{weight}.25"}}"#);
///     let legacy: Answer = Prices::new().line("BASE", "-1.00 USD".parse()?).into(); // never right
///     let (finding, candidate) = (finder.find(&input, &legacy), Answer::from(&rules.quote_json(&input)));
///     let day = Date::new(2026, 11, if weight % 2 == 0 { 20 } else { 21 });
///     clusters.add(&finding, &weight.to_string(), weight, day, || (input, legacy, candidate, None));
/// }
/// let found = clusters.read();
/// assert_eq!(found.iter().map(|cluster| cluster.cases).sum::<u64>(), 100);
/// assert!(found.iter().all(|cluster| cluster.key.causes == [Cause::Unexplained] && cluster.sample.len() <= 5));
/// assert!(found.iter().all(|cluster| cluster.days.values().map(|day| day.cases).sum::<u64>() == cluster.cases));
///
/// // What is stored goes on as if it had never been put away.
/// let stored = serde_json::to_string(&clusters)?;
/// assert_eq!(serde_json::from_str::<Clusters>(&stored)?, clusters);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clusters {
    pub(super) sampled: usize,
    /// So many kinds are kept apart.
    pub(super) most: usize,
    /// How many bytes its examples have.
    pub(super) bytes: usize,
    /// By what they have in common, and all causes that would explain every case.
    pub(super) found: BTreeMap<Place, Gathered>,
    /// In what cases are alike that agree.
    pub(super) agreeing: Agreeing,
}

impl Default for Clusters {
    fn default() -> Self {
        Clusters::sampling(0)
    }
}

impl Clusters {
    /// No cases yet; of each cluster so many are sampled. [`MOST_KINDS`] kinds are kept apart.
    pub fn sampling(sampled: usize) -> Self {
        let (found, agreeing) = (BTreeMap::new(), Agreeing::default());
        Clusters { sampled, most: MOST_KINDS, bytes: 0, found, agreeing }
    }

    /// Keeps so many kinds of cases apart. Cases of further kinds are counted, with their money, days and causes, in one cluster for all others
    /// ([`ClusterKey::is_others`]); which kinds are kept apart depends then on the order of cases.
    #[must_use]
    pub fn at_most(mut self, kinds: usize) -> Self {
        self.most = kinds;
        self
    }

    /// Where a case is filed: by itself, or with the others where there are too many kinds or too many bytes of examples.
    fn place(&self, place: Place) -> Place {
        let has_room = self.found.len() < self.most && self.bytes < MOST_BYTES;
        if has_room || self.found.contains_key(&place) { place } else { (ClusterKey::others(), Vec::new()) }
    }

    /// How many cases of a cluster are sampled now.
    fn sampled(&self) -> usize {
        if self.bytes < MOST_BYTES { self.sampled } else { 0 }
    }

    /// Adds a case that is a mismatch, with its key, its place among all, and the day on which it was asked. `kept` is asked where the case is
    /// to be kept: for the input as it may be stored, the two answers, and the explanation, or a [`KeptCase`].
    pub fn add<K: Into<KeptCase>>(
        &mut self,
        finding: &Finding,
        key: &str,
        sequence: u64,
        day: Option<Date>,
        kept: impl FnOnce() -> K,
    ) {
        if finding.comparison.verdict() != Verdict::Mismatch {
            return;
        }
        let changes = finding.comparison.changes();
        let largest = changes.iter().filter_map(minor_units).max().unwrap_or_default();
        let cluster_key = ClusterKey {
            charges: finding.charges(),
            rules: finding.digests(),
            direction: direction(&changes),
            size: size(&largest),
            causes: finding.causes(),
        };
        let whole = finding.whole_causes();
        let causes = if whole.is_empty() { cluster_key.causes.clone() } else { whole.clone() };
        let (place, sampled) = (self.place((cluster_key, whole)), self.sampled());
        let cluster_key = place.0.clone();
        let gathered = self.found.entry(place).or_insert_with(|| Gathered::new(cluster_key));
        gathered.count(day, &changes, &finding.fields);
        finding.follows.iter().for_each(|one| gathered.follows(one.clone(), 1));
        for cause in causes {
            let count = gathered.cluster.explained_by.entry(cause).or_default();
            *count = count.saturating_add(1);
        }
        let digest = Digest::of_parts(&[SAMPLING.as_bytes(), &[0], key.as_bytes()]);
        let rank = Rank { sequence, largest: &largest, digest };
        if gathered.wants(rank, sampled) {
            let KeptCase { input, legacy, candidate, explanation, redacted } = kept().into();
            let factors = finding.guess.iter().chain(&finding.others).cloned().collect();
            let (key, comparison) = (key.to_owned(), finding.comparison.clone());
            let example =
                Example { key, sequence, day, input, redacted, legacy, candidate, comparison, explanation, factors };
            let before = gathered.bytes();
            gathered.keep(example, rank, sampled);
            self.bytes = self.bytes.saturating_sub(before).saturating_add(gathered.bytes());
        }
    }

    /// Takes in a case that agrees, with the charges that both sides have: beside such cases it shows what those of a cluster have in common
    /// ([`Cluster::shared`]). Where none is told, nothing is said of that.
    pub fn agrees<'c>(&mut self, fields: &FieldValues, charges: impl IntoIterator<Item = &'c str>) {
        self.agreeing.add(fields, charges);
    }

    /// How many cases were added.
    pub fn cases(&self) -> u64 {
        self.found.values().fold(0, |sum, gathered| sum.saturating_add(gathered.cluster.cases))
    }

    /// Joins what another thread found, as if its cases had been added here.
    pub fn join(&mut self, other: Clusters) {
        for (place, mut gathered) in other.found {
            let (place, sampled) = (self.place(place), self.sampled());
            gathered.cluster.key = place.0.clone();
            let own = self.found.entry(place).or_insert_with_key(|(key, _)| Gathered::new(key.clone()));
            let before = own.bytes();
            own.join(gathered, sampled);
            self.bytes = self.bytes.saturating_sub(before).saturating_add(own.bytes());
        }
        self.agreeing.join(other.agreeing);
    }

    /// The clusters, those with the most money first: of all causes that explain cases which differ alike, the one that explains most of
    /// them takes all that it explains; of equals the most specific; and so on for the rest.
    pub fn read(&self) -> Vec<Cluster> {
        let mut alike: BTreeMap<ClusterKey, Vec<Alike<'_>>> = BTreeMap::new();
        for ((key, whole), gathered) in &self.found {
            // What is compared is the charges alone: one quirk shows in several sizes and rules.
            let family = ClusterKey {
                rules: Vec::new(),
                direction: Direction::Mixed,
                size: 0,
                causes: Vec::new(),
                ..key.clone()
            };
            alike.entry(family).or_default().push((whole, gathered));
        }
        let mut read: BTreeMap<ClusterKey, Gathered> = BTreeMap::new();
        for mut left in alike.into_values() {
            while !left.is_empty() {
                let most = explains_most(&left);
                let takes = |(whole, _): &Alike<'_>| most.is_none_or(|most| whole.contains(&most));
                let (taken, rest): (Vec<Alike<'_>>, Vec<Alike<'_>>) = left.into_iter().partition(takes);
                left = rest;
                for (_, gathered) in taken {
                    let mut gathered = gathered.clone();
                    if let Some(most) = most {
                        gathered.cluster.key.causes = vec![most];
                    }
                    match read.get_mut(&gathered.cluster.key) {
                        Some(own) => own.join(gathered, self.sampled),
                        None => drop(read.insert(gathered.cluster.key.clone(), gathered)),
                    }
                }
            }
        }
        let sharing = Sharing::of(read.values(), &self.agreeing);
        let mut read: Vec<Cluster> = read.into_values().map(|gathered| sharing.told(gathered)).collect();
        let money = |cluster: &Cluster| {
            let sums = cluster.differences.iter().filter_map(|one| minor_units(&one.absolute));
            sums.max().unwrap_or_default()
        };
        read.sort_by(|one, other| money(other).cmp(&money(one)).then_with(|| other.cases.cmp(&one.cases)));
        read
    }
}

/// What cases that are kept together have in common, and all causes that would explain every one.
type Place = (ClusterKey, Vec<Cause>);

/// Cases that differ in the same charges: all causes that would explain them, and what was gathered.
type Alike<'c> = (&'c Vec<Cause>, &'c Gathered);

/// The cause that explains most cases.
fn explains_most(clusters: &[Alike<'_>]) -> Option<Cause> {
    let mut counts: BTreeMap<Cause, u64> = BTreeMap::new();
    for (whole, gathered) in clusters {
        for cause in *whole {
            let count = counts.entry(*cause).or_default();
            *count = count.saturating_add(gathered.cluster.cases);
        }
    }
    counts.into_iter().max_by_key(|(cause, count)| (*count, Reverse(*cause))).map(|(cause, _)| cause)
}

fn direction(changes: &[Money]) -> Direction {
    let (less, more) =
        (changes.iter().any(|one| one.amount.is_negative()), changes.iter().any(|one| one.amount.is_positive()));
    match (less, more) {
        (true, false) => Direction::Less,
        (false, true) => Direction::More,
        _ => Direction::Mixed,
    }
}
