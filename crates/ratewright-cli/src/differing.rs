//! What differs and why, in the words that every command has for it: causes with their charges, cases, sums of money, and what all cases share.

use crate::figures::{amount, cases_of, grouped};
use ratewright::migrate::Cluster;
use ratewright::migrate::cluster::{Difference, Shared};
use ratewright::quote::Money;

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
    let all = format!("all {}", grouped(cluster.cases));
    cluster.shared.chunks(1).filter_map(|one| in_common(&all, one)).collect()
}

/// What some cases have in common, in one sentence: `all 35 have region west and shipped 2026-03-02 through 2026-03-15; of the 300 cases with FUEL
/// that agree 80 and 44 have the same`; none where that is nothing.
pub fn in_common(all: &str, shared: &[Shared]) -> Option<String> {
    let Shared { charge, agree, alike, .. } = shared.first()?;
    let with = charge.as_ref().map(|charge| format!(" with {charge}")).unwrap_or_default();
    let have = and(shared.iter().map(|one| format!("{} {}", one.field, one.have)));
    // What nobody counted comes last.
    let counted: Vec<u64> = shared.iter().filter_map(|one| one.alike).collect();
    let others = match (agree, alike, counted.as_slice()) {
        (1, Some(_), [_]) => format!("the one case{with} that agrees has not"),
        (1, Some(_), _) => format!("the one case{with} that agrees has none of it"),
        (_, None, _) => format!("the {}{with} that agree have too many different ones to be counted", cases_of(*agree)),
        (_, _, [0]) => format!("of the {}{with} that agree none has", cases_of(*agree)),
        (_, _, [1]) => format!("of the {}{with} that agree 1 has", cases_of(*agree)),
        (_, _, [one]) => format!("of the {}{with} that agree {} have", cases_of(*agree), grouped(*one)),
        (_, _, several) => {
            let each = several.iter().map(|count| if *count == 0 { "none".to_owned() } else { grouped(*count) });
            format!("of the {}{with} that agree {} have the same", cases_of(*agree), and(each))
        }
    };
    let rest = if alike.is_some() && counted.len() < shared.len() {
        ", and of the rest too many different ones to be counted"
    } else {
        ""
    };
    Some(format!("{all} have {have}; {others}{rest}"))
}

/// `one`, `one and two`, `one, two and three`
fn and(words: impl Iterator<Item = String>) -> String {
    let words: Vec<String> = words.collect();
    match words.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, before)) => format!("{} and {last}", before.join(", ")),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn told(agree: u64, fields: &str) -> String {
        let one = |field: &str| {
            let (name, alike) = field.split_once('=').unwrap();
            let text = format!(
                r#"{{"field": "{name}", "have": {{"one_of": ["x"]}}, "charge": "LIFT", "agree": {agree}, "alike": {alike}}}"#
            );
            serde_json::from_str(&text).unwrap()
        };
        let shared: Vec<Shared> = fields.split(' ').map(one).collect();
        in_common("all 1,200", &shared).unwrap()
    }

    #[test]
    fn what_cases_have_in_common_is_one_sentence() {
        let begin = "all 1,200 have zone x";
        for (agree, fields, words) in [
            (89, "zone=0", "; of the 89 cases with LIFT that agree none has"),
            (2_000, "zone=1", "; of the 2,000 cases with LIFT that agree 1 has"),
            (2_000, "zone=1000", "; of the 2,000 cases with LIFT that agree 1,000 have"),
            (1, "zone=0", "; the one case with LIFT that agrees has not"),
            (1, "zone=0 day=0", " and day x; the one case with LIFT that agrees has none of it"),
            (89, "zone=null", "; the 89 cases with LIFT that agree have too many different ones to be counted"),
            (89, "zone=30 day=0", " and day x; of the 89 cases with LIFT that agree 30 and none have the same"),
            (
                89,
                "zone=30 day=0 to=7",
                ", day x and to x; of the 89 cases with LIFT that agree 30, none and 7 have the same",
            ),
            (
                89,
                "zone=30 day=null",
                " and day x; of the 89 cases with LIFT that agree 30 have, and of the rest too many different ones to be counted",
            ),
        ] {
            assert_eq!(told(agree, fields), format!("{begin}{words}"));
        }
        assert_eq!(in_common("all 7", &[]), None);
    }
}
