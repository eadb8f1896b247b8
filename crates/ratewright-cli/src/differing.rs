//! What differs and why, in the words that every command has for it: causes with their charges, cases, sums of money, and what all cases share.

use crate::figures::{amount, grouped};
use ratewright::migrate::Cluster;
use ratewright::migrate::cluster::{Difference, Shared};
use ratewright::quote::Money;

/// `1 case`, `1,204 cases`
pub fn cases(count: u64) -> String {
    format!("{} {}", grouped(count), if count == 1 { "case" } else { "cases" })
}

/// The cause of a cluster and what differs: `boundary on the other side: HEAVY (missing)`.
pub fn cluster(cluster: &Cluster) -> String {
    let charges = cluster.key.charges.iter().map(|(charge, kind)| format!("{charge} ({kind})"));
    let charges = charges.collect::<Vec<_>>().join(", ");
    causes(cluster).map_or_else(|| OTHERS.to_owned(), |causes| format!("{causes}: {charges}"))
}

/// The same with what charges are called: `boundary on the other side: Overlength (OVER), missing`.
pub fn labelled(cluster: &Cluster, called: impl Fn(&str) -> String) -> String {
    let charges = cluster.key.charges.iter().map(|(charge, kind)| format!("{}, {kind}", called(charge)));
    let charges = charges.collect::<Vec<_>>().join("; ");
    causes(cluster).map_or_else(|| OTHERS.to_owned(), |causes| format!("{causes}: {charges}"))
}

const OTHERS: &str = "all other kinds, too many to keep apart";

fn causes(cluster: &Cluster) -> Option<String> {
    let causes: Vec<String> = cluster.key.causes.iter().map(ToString::to_string).collect();
    (!cluster.key.is_others()).then(|| causes.join(" and "))
}

/// How much cases differ: `527.00 USD less`, with what that hides where some go up and some down; none where no amounts can be set against each other.
pub fn money(differences: &[Difference]) -> Option<String> {
    let each = differences.iter().map(|one| match one.signed.amount.abs() == one.absolute.amount {
        true => more_or_less(&one.signed),
        false => format!("{} in all, {} without signs", more_or_less(&one.signed), amount(&one.absolute)),
    });
    let each: Vec<String> = each.collect();
    (!each.is_empty()).then(|| each.join(" and "))
}

/// `527.00 USD less`
pub fn more_or_less(money: &Money) -> String {
    let way = if money.amount.is_negative() { "less" } else { "more" };
    format!("{} {way}", amount(&Money::new(money.amount.abs(), money.currency)))
}

/// `the rules charge 527.00 USD less in all`; none where all sums are nothing.
pub fn in_all(sums: &[Money]) -> Option<String> {
    let each: Vec<String> = sums.iter().filter(|sum| !sum.amount.is_zero()).map(more_or_less).collect();
    (!each.is_empty()).then(|| format!("the rules charge {} in all", each.join(", ")))
}

/// What all cases of a cluster have in common, a sentence for each field: `all 6 have zone 5; of the 89 cases with LIFT that agree none has`.
pub fn shared(cluster: &Cluster) -> Vec<String> {
    let sentence = |shared: &Shared| {
        let Shared { field, have, charge, agree, alike } = shared;
        let with = charge.as_ref().map(|charge| format!(" with {charge}")).unwrap_or_default();
        let (all, agree) = (grouped(cluster.cases), cases(*agree));
        let others = match alike {
            Some(0) => format!("of the {agree}{with} that agree none has"),
            Some(1) => format!("of the {agree}{with} that agree 1 has"),
            Some(alike) => format!("of the {agree}{with} that agree {} have", grouped(*alike)),
            None => format!("the {agree}{with} that agree have too many different ones to be counted"),
        };
        format!("all {all} have {field} {have}; {others}")
    };
    cluster.shared.iter().map(sentence).collect()
}
