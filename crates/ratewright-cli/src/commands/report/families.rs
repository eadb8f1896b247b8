//! Clusters that a reader takes for one: of one cause, and different in the same charges. They are apart since they differ in size, direction
//! or rows; charts and steps put them together, while each stands with its own example.

use super::model::Found;
use super::words;
use ratewright::migrate::Cluster;
use ratewright::migrate::cluster::Difference;
use ratewright::value::{Currency, Number};

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

    /// The cause, and what differs.
    pub fn about(&self) -> String {
        self.clusters.first().map(|cluster| words::cluster(cluster)).unwrap_or_default()
    }

    /// The cause alone.
    pub fn cause(&self) -> String {
        let causes = self.clusters.first().into_iter().flat_map(|cluster| &cluster.key.causes);
        causes.map(ToString::to_string).collect::<Vec<_>>().join(" and ")
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
    use super::*;

    fn of(numbers: &[usize]) -> String {
        Family { numbers: numbers.to_vec(), clusters: Vec::new() }.name()
    }

    #[test]
    fn a_family_is_called_by_its_clusters() {
        assert_eq!([of(&[3]), of(&[1, 2]), of(&[1, 2, 5])], ["cluster 3", "clusters 1 and 2", "clusters 1, 2 and 5"]);
        assert_eq!(of(&[2, 3, 5, 7, 11, 13]), "6 clusters from 2 on");
    }
}
