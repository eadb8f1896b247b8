//! Which mismatches of a rule come from another charge: a percentage of a line haul that is wrong is wrong with it, and the percentage is not.
//!
//! Clusters of mismatches, which say what follows from what → beside a rule how many of its mismatches follow, and the clusters that it bears on. Nothing is
//! told where clusters and evidence do not speak of the same cases.

use super::model::Found;
use super::rules::Rule;
use crate::figures::grouped;
use ratewright::digest::RuleDigest;
use ratewright::live::Edition;
use ratewright::migrate::cluster::Following;
use ratewright::migrate::{Cluster, Tracing};
use std::collections::{BTreeMap, BTreeSet};

/// The cases of the clusters that a rule bears on.
#[derive(Default)]
struct Cases {
    all: u64,
    /// Those in which all that it bears on follows from other charges.
    follow: u64,
    /// These charges.
    from: BTreeSet<String>,
    clusters: BTreeSet<usize>,
}

/// Says beside each rule which of its mismatches follow from another charge, and which clusters it bears on.
pub fn tell(edition: &Edition, found: &[Found], rules: &mut [Rule]) {
    let tracing = Tracing::new(edition);
    let mut known: BTreeMap<u32, Cases> = BTreeMap::new();
    for found in found.iter().filter(|found| found.is_of_this_edition) {
        for (number, cluster) in (found.first_cluster..).zip(&found.findings.clusters) {
            for (rule, charges) in borne_on(&tracing, cluster) {
                let cases = known.entry(rule).or_default();
                cases.clusters.insert(number);
                cases.add(cluster, &charges);
            }
        }
    }
    for rule in rules {
        let is_it = |digest: &RuleDigest| *digest == rule.judgement.rule;
        let at = edition.rule_digests().iter().position(is_it).and_then(|at| u32::try_from(at).ok());
        let Some(cases) = at.and_then(|at| known.remove(&at)) else { continue };
        let mismatches = rule.judgement.figures.iter().fold(0_u64, |sum, one| sum.saturating_add(one.unexplained));
        rule.follows = cases.words(mismatches);
        rule.bears_on = cases.clusters;
    }
}

/// The rules that bear on what differs in a cluster, each with the charges that it bears on.
fn borne_on<'c>(tracing: &Tracing, cluster: &'c Cluster) -> BTreeMap<u32, Vec<&'c str>> {
    let mut borne_on: BTreeMap<u32, Vec<&str>> = BTreeMap::new();
    for (charges, _) in &cluster.key.charges {
        let bearing = charges.split(" + ").flat_map(|code| tracing.edges().bearing_on(code).unwrap_or_default());
        let bearing: BTreeSet<u32> = bearing.copied().collect();
        bearing.into_iter().for_each(|rule| borne_on.entry(rule).or_default().push(charges));
    }
    borne_on
}

/// In how many cases of a cluster a charge follows, and from what.
fn following<'c>(cluster: &'c Cluster, charge: &str) -> impl Iterator<Item = &'c Following> {
    cluster.follows.iter().filter(move |one| one.follows.charge == charge)
}

impl Cases {
    /// Adds those of a cluster in which a rule bears on charges.
    fn add(&mut self, cluster: &Cluster, charges: &[&str]) {
        let not_following = |charge: &&str| {
            let following = following(cluster, charge).fold(0_u64, |sum, one| sum.saturating_add(one.cases));
            cluster.cases.saturating_sub(following)
        };
        // What follows in some cases and in others not need not be the same cases for each charge: no more is told than is sure.
        let own = charges.iter().map(not_following).fold(0, u64::saturating_add);
        self.all = self.all.saturating_add(cluster.cases);
        self.follow = self.follow.saturating_add(cluster.cases.saturating_sub(own));
        let from = charges.iter().flat_map(|charge| following(cluster, charge)).flat_map(|one| &one.follows.from);
        self.from.extend(from.cloned());
    }

    /// `219 of 254 follow from HAUL`
    fn words(&self, mismatches: u64) -> Option<String> {
        let verb = if self.follow == 1 { "follows" } else { "follow" };
        let from = self.from.iter().cloned().collect::<Vec<_>>().join(" and ");
        let words = format!("{} of {} {verb} from {from}", grouped(self.follow), grouped(mismatches));
        (self.follow > 0 && self.all == mismatches).then_some(words)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn cluster(cases: u64, follows: &str) -> Cluster {
        let one = |text: &str| {
            let (charge, cases) = text.split_once('=').unwrap();
            format!(r#"{{"follows": {{"charge": "{charge}", "from": ["HAUL"]}}, "cases": {cases}}}"#)
        };
        let follows = follows.split_whitespace().map(one).collect::<Vec<_>>().join(", ");
        let text = format!(
            r#"{{"key": {{"charges": [["FUEL", "amount"], ["COLD", "amount"]], "rules": [], "direction": "more", "size": 3, "causes": ["rounding"]}},
            "cases": {cases}, "differences": [], "explained_by": {{}}, "follows": [{follows}], "first": null, "largest": null, "sample": []}}"#
        );
        serde_json::from_str(&text).unwrap()
    }

    fn told(clusters: &[(u64, &str)], charges: &[&str], mismatches: u64) -> Option<String> {
        let mut known = Cases::default();
        clusters.iter().for_each(|(cases, follows)| known.add(&cluster(*cases, follows), charges));
        known.words(mismatches)
    }

    #[test]
    fn what_follows_is_told_where_all_mismatches_are_in_clusters() {
        let clusters = [(35, ""), (148, "FUEL=148"), (71, "FUEL=71")];
        assert_eq!(told(&clusters, &["FUEL"], 254).unwrap(), "219 of 254 follow from HAUL");
        assert_eq!(told(&clusters, &["FUEL"], 255), None);
        assert_eq!(told(&clusters[..1], &["FUEL"], 35), None);
        assert_eq!(told(&[(3, "FUEL=1")], &["FUEL"], 3).unwrap(), "1 of 3 follows from HAUL");
    }

    #[test]
    fn a_rule_that_bears_on_two_charges_follows_where_both_do() {
        let both = ["FUEL", "COLD"];
        assert_eq!(told(&[(10, "FUEL=10 COLD=10")], &both, 10).unwrap(), "10 of 10 follow from HAUL");
        // Of ten, two do not follow in one and three not in the other: five at least follow in both.
        assert_eq!(told(&[(10, "FUEL=8 COLD=7")], &both, 10).unwrap(), "5 of 10 follow from HAUL");
        assert_eq!(told(&[(10, "FUEL=10")], &both, 10), None);
    }
}
