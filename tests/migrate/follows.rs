//! Holds: a charge that differs only because another one does is said to follow from it, whatever the cause of that one is, with amounts worked
//! out by hand; one that is wrong itself is not.

use super::causes::{edition, found};
use super::comparison::priced;
use ratewright::migrate::cause::{Cause, Follows};
use ratewright::migrate::{Answer, CauseFinder, Clusters, Finding, Measure};

const RULES: &str = r#"
ruleset chain "Chain" { currency USD }
input { weight : mass in lb, homes : yes/no = no, stops : list of money = [] }
let moved = sum of applied (HAUL, HOME)
charge TAX "Tax" = 5% of (FUEL + moved)
charge FUEL = 20% of moved
charge HAUL "Haul" = (weight + 100 lb) * 10.00 USD per cwt minimum 30.00 USD  # of the sheet
charge HOME = 40.00 USD when homes
charge STOP for each stop in stops = stop
"#;

fn follows(input: &str, legacy: &str) -> Vec<(String, Vec<String>)> {
    told(&found(RULES, &format!("{{{input}}}"), legacy))
}

fn told(finding: &Finding) -> Vec<(String, Vec<String>)> {
    finding.follows.iter().map(|Follows { charge, from }| (charge.clone(), from.clone())).collect()
}

fn one(charge: &str, from: &[&str]) -> (String, Vec<String>) {
    (charge.to_owned(), from.iter().map(|&from| from.to_owned()).collect())
}

#[test]
fn what_is_computed_of_a_wrong_charge_follows_from_it() {
    // 900 lb and 100 lb are 100.00, fuel 20.00, tax 6.00. Old code has 97.13 for the haul, and of that 19.43 and 5.83 (of 116.56, 5.828).
    let finding = found(RULES, r#"{"weight": 900}"#, "HAUL 97.13 USD, FUEL 19.43 USD, TAX 5.83 USD");
    assert_eq!(told(&finding), [one("FUEL", &["HAUL"]), one("TAX", &["HAUL"])]);
    // Nothing explains the first of them.
    assert_eq!(finding.causes(), [Cause::Unexplained]);
}

#[test]
fn what_is_wrong_itself_follows_from_nothing() {
    // Of 97.13 the fuel is 19.43, and not 21.00; tax of 97.13 and 21.00 is 5.9065.
    let both = follows(r#""weight": 900"#, "HAUL 97.13 USD, FUEL 21.00 USD, TAX 5.91 USD");
    assert_eq!(both, [one("TAX", &["HAUL", "FUEL"])]);
    // Tax alone is wrong, and alone: there is nothing that it could follow from.
    assert_eq!(follows(r#""weight": 900"#, "HAUL 100.00 USD, FUEL 20.00 USD, TAX 7.77 USD"), []);
    // Fuel and tax both are, by themselves: tax of 100.00 and 21.00 is 6.05.
    assert_eq!(follows(r#""weight": 900"#, "HAUL 100.00 USD, FUEL 21.00 USD, TAX 7.77 USD"), []);
}

#[test]
fn from_a_charge_that_one_side_lacks() {
    // Old code does not charge 40.00 for homes: fuel of 100.00, and tax of 120.00.
    let extra = follows(r#""weight": 900, "homes": true"#, "HAUL 100.00 USD, FUEL 20.00 USD, TAX 6.00 USD");
    assert_eq!(extra, [one("FUEL", &["HOME"]), one("TAX", &["HOME"])]);
    // It charges 40.00 where the rules do not: fuel of 140.00 is 28.00, tax of 168.00 is 8.40.
    let missing = follows(r#""weight": 900"#, "HAUL 100.00 USD, HOME 40.00 USD, FUEL 28.00 USD, TAX 8.40 USD");
    assert_eq!(missing, [one("FUEL", &["HOME"]), one("TAX", &["HOME"])]);
    // Both: 97.13 and 40.00 are 137.13, fuel 27.43 (27.426), tax 8.23 (of 164.56, 8.228).
    let two = follows(r#""weight": 900"#, "HAUL 97.13 USD, HOME 40.00 USD, FUEL 27.43 USD, TAX 8.23 USD");
    assert_eq!(two, [one("FUEL", &["HAUL", "HOME"]), one("TAX", &["HAUL", "HOME"])]);
}

#[test]
fn clusters_count_how_often() {
    let edition = edition(RULES);
    let (mut finder, mut clusters) = (CauseFinder::new(&edition, Measure::exact()), Clusters::sampling(2));
    // Two with 97.13 for 100.00, and one whose fuel is wrong itself and differs as much.
    let cases = ["FUEL 19.43 USD, TAX 5.83 USD", "FUEL 19.43 USD, TAX 5.83 USD", "FUEL 19.40 USD, TAX 5.83 USD"];
    for (place, more) in (1..).zip(cases) {
        let (input, legacy) = (r#"{"weight": 900}"#.to_owned(), priced(&format!("HAUL 97.13 USD, {more}")));
        let (finding, candidate) = (finder.find(&input, &legacy), Answer::from(&edition.quote_json(&input)));
        clusters.add(&finding, &place.to_string(), place, None, || (input, legacy, candidate, None));
    }
    let read = clusters.read();
    let counts: Vec<(String, Vec<String>, u64)> = read
        .iter()
        .flat_map(|cluster| &cluster.follows)
        .map(|one| (one.follows.charge.clone(), one.follows.from.clone(), one.cases))
        .collect();
    let own = |charge: &str, from: &[&str], cases: u64| {
        let (charge, from) = one(charge, from);
        (charge, from, cases)
    };
    // Tax of 97.13 and 19.40 is 5.8265, and so 5.83.
    let expected = [own("FUEL", &["HAUL"], 2), own("TAX", &["HAUL"], 2), own("TAX", &["HAUL", "FUEL"], 1)];
    assert_eq!(counts, expected);
    let stored = serde_json::to_string(&clusters).unwrap();
    assert_eq!(serde_json::from_str::<Clusters>(&stored).unwrap(), clusters);
}
