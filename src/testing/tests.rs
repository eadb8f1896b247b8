//! What each kind of expectation says when it is not met, and what coverage counts.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use super::*;
use crate::RuleSet;

const RULES: &str = r#"
ruleset parcel "Parcels" { currency USD }
enum Service { ground, air }
record Line { weight : mass in lb from 0 lb }
input { service : Service  lines : list of Line  note : text = "none"  insured : yes/no = no }
table rates unique {
  service : Service
  -> rate : USD per lb
  | service || rate |
  | ground  || 2.00 |
  | air     || 5.00 |
}
tiers handling graduated over mass in lb { up to 10  0.10 USD per lb  above  0.05 USD per lb }
let weight = sum of line.weight for each line in lines
let rate = rates[service].rate
charge BASE "Transportation" = rate * weight
charge EACH for each line in lines = 1.00 USD minimum 1.50 USD as TRUE_UP "Minimum"
charge EXTRA = first of { SIZE 3 USD when weight > 50 lb  NOTE 4 USD when note is "fragile" }
charge HANDLING = handling(weight) when insured
exception airborne to HANDLING = 0 USD when service is air
flag HEAVY "heavy" when weight > 50 lb
refuse NOTHING "nothing to send" when lines is []
"#;

/// Runs one test; each failure as `expected / found / difference`.
#[track_caller]
fn failures(test: &str) -> Vec<String> {
    let text = format!("{RULES}test \"t\" {{\n{test}\n}}\n");
    let rules = RuleSet::compile(&text).unwrap_or_else(|rejected| panic!("{rejected}"));
    let report = rules.test();
    assert_eq!(report.results.len(), 1);
    let result = &report.results[0];
    assert_eq!(result.outcome == Outcome::Passed, result.failures.is_empty());
    let show = |failure: &Failure| {
        let difference = failure.difference.iter().map(|difference| format!(" / {difference}"));
        format!("{} / {}{}", failure.expected, failure.found, difference.collect::<String>())
    };
    result.failures.iter().map(show).collect()
}

const GIVEN: &str = "given service = ground, lines = [{ weight = 3 lb }, { weight = 9 lb }]";

#[test]
fn what_is_met_is_not_reported() {
    let expects = "
        expect charge BASE is 24.00 USD by rates row 1
        expect charge EACH is [1.00 USD, 1.00 USD]
        expect charge EACH is 2.00 USD
        expect charge TRUE_UP is [0.50 USD, 0.50 USD]
        expect no charge HANDLING
        expect no charge EXTRA
        expect total is 27.00 USD
        expect weight is 12 lb
        expect no flag HEAVY
        expect explanation of BASE has \"row 1\"";
    assert_eq!(failures(&format!("{GIVEN}{expects}")), [] as [&str; 0]);
    assert_eq!(failures("given service = ground, lines = []\nexpect refusal NOTHING"), [] as [&str; 0]);
    assert_eq!(
        failures("given service = ground, lines = [{ weight = -1 lb }]\nexpect error input not accepted"),
        [] as [&str; 0]
    );
    let fragile = format!(
        "{GIVEN}, note = \"fragile\"\nexpect charge EXTRA is 4 USD\nexpect charge NOTE is 4 USD\nexpect no charge SIZE"
    );
    assert_eq!(failures(&fragile), [] as [&str; 0]);
}

#[test]
fn what_is_not_met_says_what_was_found() {
    for (expect, words) in [
        ("charge BASE is 24.50 USD", "charge BASE is 24.50 USD / 24.00 USD / -0.50 USD"),
        ("charge BASE by rates row 2", "charge BASE by rates row 2 / row 1"),
        ("charge EACH by rates row 1", "charge EACH by rates row 1 / no row of rates"),
        ("charge EACH is [1 USD]", "charge EACH is [1.00 USD] / [1.00 USD, 1.00 USD]"),
        ("charge HANDLING", "charge HANDLING / it is not charged"),
        ("charge HANDLING is 1 USD", "charge HANDLING / it is not charged"),
        ("charge SIZE", "a line SIZE / there is none"),
        ("no charge BASE", "no charge BASE / 24.00 USD"),
        ("no charge TRUE_UP", "no line TRUE_UP / 0.50 USD"),
        ("total is 26.99 USD", "total is 26.99 USD / 27.00 USD / 0.01 USD"),
        ("weight is 13 lb", "weight is 13 lb / weight is 12 lb / -1 lb"),
        ("weight > 13 lb", "weight > 13 lb / weight is 12 lb / -1 lb"),
        ("note is \"x\"", "note is \"x\" / note is \"none\""),
        ("insured", "insured / it does not hold"),
        ("flag HEAVY", "flag HEAVY / it is not raised"),
        ("refusal NOTHING", "refusal NOTHING / a quote of 27.00 USD"),
        ("error no row matched", "error no row matched / a quote of 27.00 USD"),
        ("explanation of BASE has \"row 2\"", "explanation of BASE has \"row 2\" / it does not"),
    ] {
        assert_eq!(failures(&format!("{GIVEN}\nexpect {expect}")), [words], "{expect}");
    }
}

#[test]
fn a_quote_that_fails_is_reported_once() {
    let found = failures("given service = ground, lines = []\nexpect total is 0 USD\nexpect charge BASE is 0 USD");
    assert_eq!(found, ["a quote / refused: NOTHING: nothing to send (main.rules:22)"]);
    let found = failures("given service = ground\nexpect total is 0 USD");
    assert_eq!(found, ["a quote / input not accepted: `lines`: missing; expected a list (main.rules:5)"]);
    let found = failures("given service = ground, lines = [{ weight = -1 lb }]\nexpect total is 0 USD");
    assert_eq!(
        found,
        ["a quote / input not accepted: `lines[0].weight`: must be from 0 lb, found -1 lb (main.rules:4)"]
    );
}

#[test]
fn a_failure_brings_the_explanation_of_its_charge() {
    let rules = RuleSet::compile(&format!("{RULES}test \"t\" {{ {GIVEN} expect charge BASE is 1 USD }}")).unwrap();
    let report = rules.test();
    assert!(!report.passed());
    let explanation = report.results[0].failures[0].explanation.as_deref().unwrap();
    assert!(explanation.contains("24.00 USD") && explanation.contains("row 1"), "{explanation}");
}

#[test]
fn coverage_counts_what_no_test_reached() {
    let rules = RuleSet::compile(&format!("{RULES}test \"t\" {{ {GIVEN}, insured = yes }}")).unwrap();
    let Coverage { charges, rows, branches, exceptions, tiers } = rules.test().coverage;
    let missed = |reach: &Reach| reach.missed.iter().map(|missed| missed.name.clone()).collect::<Vec<_>>();
    assert_eq!((charges.total, missed(&charges)), (4, vec!["EXTRA".to_string()]));
    assert_eq!((rows.total, missed(&rows)), (2, vec!["row 2 of rates".to_string()]));
    assert_eq!((exceptions.total, missed(&exceptions)), (1, vec!["airborne".to_string()]));
    assert_eq!((tiers.total, tiers.reached()), (2, 2));
    // Two options, `when insured`, the flag and the refusal: each met and not met; only one side of each was seen.
    assert_eq!((branches.total, branches.reached()), (10, 5));
}
