//! Mismatches that have one cause, kept together: how many, how much money, and a few cases to look at.
//!
//! Findings → clusters. Cases that differ in the same charges by the same kinds, by the same rules, in the same direction and order of
//! size, and for the same reasons, are one cluster; where one factor explains several of those, they are joined when they are read, so that
//! a case that something else would explain too, by chance, stands beside the others of its cause.
//!
//! Of a cluster the first case, the largest, and a fair sample are kept: the cases whose keys have the smallest digests, by
//! [`SAMPLING`]. So it is the same sample whatever the order in which cases come, and clusters of several threads are joined as if
//! one had seen all.

use super::cause::{Cause, Factor, Finding};
use super::comparison::{Comparison, Kind};
use crate::digest::Digest;
use crate::migrate::answer::Answer;
use crate::quote::Money;
use crate::value::{Currency, Number};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// The name of the way in which a sample is drawn: of all cases the n with the smallest SHA-256(this name, a zero byte, key).
pub const SAMPLING: &str = "sha256-bottom-n-1";

/// In which direction the candidate differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// It charges less.
    Less,
    /// It charges more.
    More,
    /// Some less and some more, or not in money.
    Mixed,
}

/// What the cases of a cluster have in common.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ClusterKey {
    /// What differs: charges with the kind of difference.
    pub charges: Vec<(String, Kind)>,
    /// The digests of the rules by which the candidate came to its amounts.
    pub rules: Vec<Digest>,
    /// In which direction.
    pub direction: Direction,
    /// How large differences are: the digits of the largest one in minor units before the point; 0 below one minor unit.
    pub size: u32,
    /// The guess; [`Cause::Unexplained`] alone where there is none.
    pub causes: Vec<Cause>,
}

/// A case that is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Example {
    /// Its key, such as the number of a shipment.
    pub key: String,
    /// Its place among all cases: a row, a count.
    pub sequence: u64,
    /// The input in JSON, as it may be stored.
    pub input: String,
    /// What the legacy side says.
    pub legacy: Answer,
    /// What the candidate says.
    pub candidate: Answer,
    /// How they differ.
    pub comparison: Comparison,
    /// How the candidate came to its answer, as text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub explanation: Option<String>,
    /// What explains the difference, and what else would.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub factors: Vec<Factor>,
}

/// A sum of differences in one currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// What the candidate charges more in all: negative where it charges less.
    pub signed: Money,
    /// The same without signs.
    pub absolute: Money,
}

/// Cases that differ for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cluster {
    /// What they have in common.
    pub key: ClusterKey,
    /// How many they are.
    pub cases: u64,
    /// By how much they differ, in each currency.
    pub differences: Vec<Difference>,
    /// How often each cause explained a case: the guess, and what would do as well.
    pub explained_by: BTreeMap<Cause, u64>,
    /// The first case.
    pub first: Option<Example>,
    /// The case with the largest difference; of equals the first.
    pub largest: Option<Example>,
    /// A fair sample.
    pub sample: Vec<Example>,
    /// The largest difference in minor units, and the digests of the sample.
    #[serde(skip)]
    kept: Kept,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Kept {
    largest: Number,
    digests: Vec<Digest>,
}

/// All clusters of a comparison of many cases.
///
/// ```
/// use ratewright::{RuleSet, live::Edition, migrate::{Answer, CauseFinder, Clusters, Measure, Prices, cause::Cause}};
///
/// let rules = RuleSet::compile("ruleset r { currency USD }\ninput { weight : mass in lb }\ncharge BASE = 2.50 USD per lb * weight")?;
/// let mut finder = CauseFinder::new(&Edition::new(rules.clone()), Measure::exact());
/// let mut clusters = Clusters::sampling(5);
/// for weight in 1..=100_u64 {
///     let input = format!(r#"{{"weight": "{weight}.25"}}"#);
///     let legacy: Answer = Prices::new().line("BASE", "-1.00 USD".parse()?).into(); // never right
///     let (finding, candidate) = (finder.find(&input, &legacy), Answer::from(&rules.quote_json(&input)));
///     clusters.add(&finding, &weight.to_string(), weight, || (input, legacy, candidate, None));
/// }
/// let found = clusters.read();
/// assert_eq!(found.iter().map(|cluster| cluster.cases).sum::<u64>(), 100);
/// assert!(found.iter().all(|cluster| cluster.key.causes == [Cause::Unexplained] && cluster.sample.len() <= 5));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Clusters {
    sampled: usize,
    /// By what they have in common, and all causes that would explain every case.
    found: BTreeMap<(ClusterKey, Vec<Cause>), Cluster>,
}

impl Clusters {
    /// No cases yet; of each cluster so many are sampled.
    pub fn sampling(sampled: usize) -> Self {
        Clusters { sampled, found: BTreeMap::new() }
    }

    /// Adds a case with its key and its place among all. `kept` is asked where the case is to be kept: for the input as it may be
    /// stored, the two answers, and the explanation.
    pub fn add(
        &mut self,
        finding: &Finding,
        key: &str,
        sequence: u64,
        kept: impl FnOnce() -> (String, Answer, Answer, Option<String>),
    ) {
        if finding.comparison.is_match() {
            return;
        }
        let changes = finding.changes();
        let largest = changes.iter().filter_map(minor_units).max().unwrap_or_default();
        let cluster_key = ClusterKey {
            charges: finding.charges(),
            rules: finding.digests(),
            direction: direction(&changes),
            size: size(&largest),
            causes: finding.causes(),
        };
        let whole = finding.whole_causes();
        let place = (cluster_key.clone(), whole.clone());
        let cluster = self.found.entry(place).or_insert_with(|| Cluster::new(cluster_key));
        cluster.cases = cluster.cases.saturating_add(1);
        for change in &changes {
            cluster.count(&Difference {
                signed: change.clone(),
                absolute: Money { amount: change.amount.abs(), currency: change.currency },
            });
        }
        for cause in if whole.is_empty() { cluster.key.causes.clone() } else { whole } {
            let count = cluster.explained_by.entry(cause).or_default();
            *count = count.saturating_add(1);
        }
        let digest = Digest::of_parts(&[SAMPLING.as_bytes(), &[0], key.as_bytes()]);
        if cluster.wants(sequence, &largest, digest, self.sampled) {
            let (input, legacy, candidate, explanation) = kept();
            let factors = finding.guess.iter().chain(&finding.others).cloned().collect();
            let (key, comparison) = (key.to_owned(), finding.comparison.clone());
            let example = Example { key, sequence, input, legacy, candidate, comparison, explanation, factors };
            cluster.keep(example, largest, digest, self.sampled);
        }
    }

    /// Joins what another thread found, as if its cases had been added here.
    pub fn join(&mut self, other: Clusters) {
        for (place, cluster) in other.found {
            match self.found.get_mut(&place) {
                Some(own) => own.join(cluster, self.sampled),
                None => drop(self.found.insert(place, cluster)),
            }
        }
    }

    /// The clusters, those with the most money first: of all causes that explain cases which differ alike, the one that explains most of
    /// them takes all that it explains; of equals the most specific; and so on for the rest.
    pub fn read(&self) -> Vec<Cluster> {
        let mut alike: BTreeMap<ClusterKey, Vec<(&Vec<Cause>, &Cluster)>> = BTreeMap::new();
        for ((key, whole), cluster) in &self.found {
            // What is compared is the charges alone: one quirk shows in several sizes and rules.
            let family = ClusterKey {
                rules: Vec::new(),
                direction: Direction::Mixed,
                size: 0,
                causes: Vec::new(),
                ..key.clone()
            };
            alike.entry(family).or_default().push((whole, cluster));
        }
        let mut read: BTreeMap<ClusterKey, Cluster> = BTreeMap::new();
        for mut clusters in alike.into_values() {
            while !clusters.is_empty() {
                let mut counts: BTreeMap<Cause, u64> = BTreeMap::new();
                for (whole, cluster) in &clusters {
                    for cause in *whole {
                        let count = counts.entry(*cause).or_default();
                        *count = count.saturating_add(cluster.cases);
                    }
                }
                let most = counts.iter().max_by_key(|(cause, count)| (**count, std::cmp::Reverse(**cause)));
                let most = most.map(|(cause, _)| *cause);
                let takes = |whole: &Vec<Cause>| most.is_none_or(|most| whole.contains(&most));
                let (taken, rest) = clusters.into_iter().partition(|(whole, _)| takes(whole));
                clusters = rest;
                let taken: Vec<(&Vec<Cause>, &Cluster)> = taken;
                for (_, cluster) in taken {
                    let mut cluster = cluster.clone();
                    cluster.key.causes = most.map_or(cluster.key.causes, |most| vec![most]);
                    match read.get_mut(&cluster.key) {
                        Some(own) => own.join(cluster, self.sampled),
                        None => drop(read.insert(cluster.key.clone(), cluster)),
                    }
                }
            }
        }
        let mut read: Vec<Cluster> = read.into_values().collect();
        let money = |cluster: &Cluster| {
            let sums = cluster.differences.iter().filter_map(|one| minor_units(&one.absolute));
            sums.max().unwrap_or_default()
        };
        read.sort_by(|one, other| money(other).cmp(&money(one)).then_with(|| other.cases.cmp(&one.cases)));
        read
    }
}

impl Cluster {
    fn new(key: ClusterKey) -> Self {
        Cluster {
            key,
            cases: 0,
            differences: Vec::new(),
            explained_by: BTreeMap::new(),
            first: None,
            largest: None,
            sample: Vec::new(),
            kept: Kept::default(),
        }
    }

    /// By how much the candidate charges more in a currency, in all.
    pub fn in_currency(&self, currency: Currency) -> Option<&Difference> {
        self.differences.iter().find(|one| one.signed.currency == currency)
    }

    fn count(&mut self, more: &Difference) {
        let currency = more.signed.currency;
        match self.differences.iter_mut().find(|one| one.signed.currency == currency) {
            // A sum beyond all numbers stays at the last one that there is.
            Some(sum) => {
                sum.signed.amount = sum.signed.amount.add(&more.signed.amount).unwrap_or(sum.signed.amount.clone());
                sum.absolute.amount =
                    sum.absolute.amount.add(&more.absolute.amount).unwrap_or(sum.absolute.amount.clone());
            }
            None => self.differences.push(more.clone()),
        }
    }

    fn is_first(&self, sequence: u64) -> bool {
        self.first.as_ref().is_none_or(|first| sequence < first.sequence)
    }

    fn is_largest(&self, sequence: u64, size: &Number) -> bool {
        let before = self.largest.as_ref().map(|largest| (&self.kept.largest, std::cmp::Reverse(largest.sequence)));
        before.is_none_or(|before| (size, std::cmp::Reverse(sequence)) > before)
    }

    fn is_sampled(&self, digest: Digest, sampled: usize) -> bool {
        self.kept.digests.len() < sampled || self.kept.digests.last().is_some_and(|last| digest < *last)
    }

    fn wants(&self, sequence: u64, size: &Number, digest: Digest, sampled: usize) -> bool {
        self.is_first(sequence) || self.is_largest(sequence, size) || (sampled > 0 && self.is_sampled(digest, sampled))
    }

    fn keep(&mut self, example: Example, size: Number, digest: Digest, sampled: usize) {
        if self.is_first(example.sequence) {
            self.first = Some(example.clone());
        }
        if self.is_largest(example.sequence, &size) {
            (self.largest, self.kept.largest) = (Some(example.clone()), size);
        }
        if sampled > 0 && self.is_sampled(digest, sampled) {
            let place = self.kept.digests.partition_point(|other| *other < digest);
            self.kept.digests.insert(place, digest);
            self.sample.insert(place.min(self.sample.len()), example);
            self.kept.digests.truncate(sampled);
            self.sample.truncate(sampled);
        }
    }

    fn join(&mut self, other: Cluster, sampled: usize) {
        self.cases = self.cases.saturating_add(other.cases);
        other.differences.iter().for_each(|more| self.count(more));
        for (cause, count) in other.explained_by {
            let own = self.explained_by.entry(cause).or_default();
            *own = own.saturating_add(count);
        }
        if let Some(first) = other.first.filter(|first| self.is_first(first.sequence)) {
            self.first = Some(first);
        }
        if let Some(largest) = other.largest.filter(|largest| self.is_largest(largest.sequence, &other.kept.largest)) {
            (self.largest, self.kept.largest) = (Some(largest), other.kept.largest);
        }
        for (digest, example) in other.kept.digests.into_iter().zip(other.sample) {
            if self.is_sampled(digest, sampled) {
                let place = self.kept.digests.partition_point(|own| *own < digest);
                self.kept.digests.insert(place, digest);
                self.sample.insert(place.min(self.sample.len()), example);
            }
        }
        self.kept.digests.truncate(sampled);
        self.sample.truncate(sampled);
    }
}

/// An amount without its sign in minor units of its currency.
fn minor_units(money: &Money) -> Option<Number> {
    money.amount.abs().div(&money.currency.minor_unit()).ok()
}

/// The digits before the point.
fn size(minor_units: &Number) -> u32 {
    let (mut digits, mut bound) = (0_u32, Number::ONE);
    while *minor_units >= bound && digits < 60 {
        digits = digits.saturating_add(1);
        let Ok(next) = bound.mul(&Number::from_i64(10)) else { break };
        bound = next;
    }
    digits
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

/// `boundary on the other side: HEAVY (missing), 17 cases, less by 527.00 USD in all`
impl fmt::Display for Cluster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |words: Vec<String>| words.join(", ");
        let causes = self.key.causes.iter().map(|cause| cause.to_string()).collect();
        let charges = self.key.charges.iter().map(|(charge, kind)| format!("{charge} ({kind})")).collect();
        let plural = if self.cases == 1 { "" } else { "s" };
        write!(f, "{}: {}, {} case{plural}", list(causes), list(charges), self.cases)?;
        for Difference { signed, absolute } in &self.differences {
            let net = signed.amount.abs();
            let word = if signed.amount.is_negative() { "less" } else { "more" };
            match net == absolute.amount {
                true => write!(f, ", {word} by {absolute} in all")?,
                false => {
                    write!(f, ", {word} by {} in all, {absolute} without signs", Money::new(net, signed.currency))?
                }
            }
        }
        Ok(())
    }
}
