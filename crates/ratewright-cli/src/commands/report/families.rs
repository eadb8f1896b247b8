//! Clusters that a reader takes for one: of one cause, and different in the same charges. They are apart since they differ in size, direction
//! or rows; charts and steps put them together, while each stands with its own example.

use super::model::Found;
use ratewright::migrate::Cluster;
use ratewright::migrate::cluster::{Difference, Shared};
use ratewright::value::{Currency, Number};
use std::cmp::Reverse;

/// Clusters of one cause that differ in the same charges, the one with most money first.
pub struct Family<'r> {
    /// Their numbers among all.
    pub numbers: Vec<usize>,
    /// The clusters.
    pub clusters: Vec<&'r Cluster>,
}

/// All of a file of findings, in the order of their first clusters.
pub fn families(found: &Found) -> Vec<Family<'_>> {
    let mut families: Vec<Family<'_>> = Vec::new();
    for (number, cluster) in (found.first_cluster..).zip(&found.findings.clusters) {
        let is_like = |family: &&mut Family<'_>| {
            family
                .clusters
                .first()
                .is_some_and(|first| first.key.causes == cluster.key.causes && first.key.charges == cluster.key.charges)
        };
        match families.iter_mut().find(is_like) {
            Some(family) => {
                family.numbers.push(number);
                family.clusters.push(cluster);
            }
            None => families.push(Family { numbers: vec![number], clusters: vec![cluster] }),
        }
    }
    families
}

impl Family<'_> {
    /// `cluster 1`, `clusters 1, 2 and 5`, `12 clusters from 1 on`
    pub fn name(&self) -> String {
        let numbers: Vec<String> = self.numbers.iter().map(ToString::to_string).collect();
        match numbers.as_slice() {
            [] => String::new(),
            [one] => format!("cluster {one}"),
            [before @ .., last] if before.len() < 4 => format!("clusters {} and {last}", before.join(", ")),
            [first, ..] => format!("{} clusters from {first} on", numbers.len()),
        }
    }

    /// The cause alone.
    pub fn cause(&self) -> String {
        let causes = self.clusters.first().into_iter().flat_map(|cluster| &cluster.key.causes);
        causes.map(ToString::to_string).collect::<Vec<_>>().join(" and ")
    }

    /// What cases have in common, and how many of the family these are: all of them, or else those of the cluster with most cases, if these are most
    /// of them.
    pub fn shared(&self) -> (u64, &[Shared]) {
        let (all, most) =
            (self.cases(), self.clusters.iter().max_by_key(|cluster| (cluster.cases, Reverse(cluster.key.size))));
        match (self.clusters.as_slice(), most) {
            ([alone], _) => (all, &alone.shared),
            ([first, ..], _) if !first.shared_in_family.is_empty() => (all, &first.shared_in_family),
            (_, Some(most)) if most.cases > all / 2 => (most.cases, &most.shared),
            _ => (all, &[]),
        }
    }

    /// How many cases they are.
    pub fn cases(&self) -> u64 {
        self.clusters.iter().fold(0, |sum, cluster| sum.saturating_add(cluster.cases))
    }

    /// By how much they differ, in each currency.
    pub fn differences(&self) -> Vec<Difference> {
        let mut sums: Vec<Difference> = Vec::new();
        for more in self.clusters.iter().flat_map(|cluster| &cluster.differences) {
            let plus = |sum: &Number, more: &Number| sum.add(more).unwrap_or_else(|_| sum.clone());
            match sums.iter_mut().find(|sum| sum.signed.currency == more.signed.currency) {
                Some(sum) => {
                    sum.signed.amount = plus(&sum.signed.amount, &more.signed.amount);
                    sum.absolute.amount = plus(&sum.absolute.amount, &more.absolute.amount);
                }
                None => sums.push(more.clone()),
            }
        }
        sums
    }

    /// By how much they differ in a currency.
    pub fn in_currency(&self, currency: Currency) -> Option<Difference> {
        self.differences().into_iter().find(|one| one.signed.currency == currency)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn cluster(cases: u64, shared: &str, in_family: &str) -> Cluster {
        let one =
            |field: &str| format!(r#"{{"field": "{field}", "have": {{"one_of": ["x"]}}, "agree": 9, "alike": 0}}"#);
        let all = |fields: &str| fields.split_whitespace().map(one).collect::<Vec<_>>().join(", ");
        let text = format!(
            r#"{{"key": {{"charges": [["FUEL", "amount"]], "rules": [], "direction": "more", "size": 3, "causes": ["rounding"]}}, "cases": {cases},
            "differences": [], "explained_by": {{}}, "shared": [{}], "shared_in_family": [{}], "first": null, "largest": null, "sample": []}}"#,
            all(shared),
            all(in_family)
        );
        serde_json::from_str(&text).unwrap()
    }

    #[test]
    fn a_family_shares_what_all_share_or_else_most_of_its_cases() {
        let told = |clusters: &[Cluster]| {
            let family = Family { numbers: Vec::new(), clusters: clusters.iter().collect() };
            let (cases, shared) = family.shared();
            (cases, shared.iter().map(|one| one.field.clone()).collect::<Vec<_>>().join(" "))
        };
        assert_eq!(told(&[cluster(4, "zone", "")]), (4, "zone".to_owned()));
        assert_eq!(told(&[cluster(4, "", "zone"), cluster(31, "zone day", "zone")]), (35, "zone".to_owned()));
        assert_eq!(told(&[cluster(4, "", ""), cluster(31, "zone day", "")]), (31, "zone day".to_owned()));
        // Half of them are not most of them.
        assert_eq!(told(&[cluster(10, "day", ""), cluster(10, "zone", "")]), (20, String::new()));
    }

    fn of(numbers: &[usize]) -> String {
        Family { numbers: numbers.to_vec(), clusters: Vec::new() }.name()
    }

    #[test]
    fn a_family_is_called_by_its_clusters() {
        assert_eq!([of(&[3]), of(&[1, 2]), of(&[1, 2, 5])], ["cluster 3", "clusters 1 and 2", "clusters 1, 2 and 5"]);
        assert_eq!(of(&[2, 3, 5, 7, 11, 13]), "6 clusters from 2 on");
    }
}
