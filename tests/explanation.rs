//! What a quote says about itself, and what tests cover.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod eval;

use eval::case;
use ratewright::value::Number;

const RULES: &str = r#"ruleset t "t" { currency USD  priced on day }
input { day : date  weight : mass in lb  data : data in GiB  member : yes/no = no }
parameter fuel : percent { from 2026-01-01 10% because "Index 1"  from 2026-02-01 12.5% because "Index 2" }
tiers egress graduated over data in GiB {
  up to 10  0.085 USD per GiB
  up to 50  0.065 USD per GiB plus 5.00 USD flat
  above     0.045 USD per GiB
}
let billed = weight rounded up to 1 lb
let base = if billed > 5 lb then 2.115 USD per lb * billed else 9 USD
charge BASE "Transport" = base + 1.111 USD less 10% minimum 8 USD as BASE_MIN
charge EGRESS "Egress" = egress(data)
charge FUEL = fuel of BASE
charge OFF = 1 USD when not (billed > 0 lb)
exception members to EGRESS "members use it free" = 0 USD when member because "Terms 4"
"#;

const GIVEN: &str = "given day = 2026-02-15, weight = 7.2 lb, data = 30 GiB";

#[test]
fn the_text_reads_from_the_charge_down_to_its_inputs() {
    let (quote, explanation) = case(RULES, GIVEN).explain();
    let text = explanation.to_text();
    // 2.115 × 8 = 16.92; + 1.111 = 18.031; less 10% = 16.2279; booked 16.23; fuel 12.5% = 2.02875.
    // egress: 10 × 0.085 = 0.85; 20 × 0.065 + 5 = 6.30
    assert_eq!(eval::summary(&quote.unwrap()), "BASE 16.23 USD; EGRESS 7.15 USD; FUEL 2.03 USD; total 25.41 USD");
    let wanted = [
        "BASE \"Transport\" = 16.23 USD  (main.rules:11)",
        "base = 16.92 USD",
        "if billed > 5 lb (yes) = 16.92 USD",
        "weight = 7.2 lb (input)",
        "rounded up to 1 lb = 8 lb (+0.8 from 7.2)",
        "less 10% = 16.2279 USD",
        "rounded when booked = 16.23 USD (+0.0021 from 16.2279)",
        "0 to 10 GiB = 0.85 USD (10 GiB at 0.085 USD per GiB)",
        "10 to 50 GiB = 6.30 USD (20 GiB at 0.065 USD per GiB)",
        "fuel = 12.5% (from 2026-02-01, main.rules:3, because Index 2)",
        "OFF does not apply",
    ];
    for words in wanted {
        assert!(text.contains(words), "`{words}` is missing in\n{text}");
    }
    assert!(!text.contains("else"), "the branch not taken is not shown\n{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 110));
}

#[test]
fn the_addends_of_a_charge_add_up_to_it() {
    for given in [
        GIVEN,
        "given day = 2026-01-15, weight = 1 lb, data = 60.3 GiB",
        "given day = 2026-01-15, weight = 1 lb, data = 0 GiB, member = yes",
    ] {
        let (quote, explanation) = case(RULES, given).explain();
        let quote = quote.unwrap();
        for charge in explanation.charges().iter().filter(|charge| charge.amount.is_some()) {
            let sum = charge.addends.iter().fold(Number::ZERO, |sum, addend| sum.add(addend.amount).unwrap());
            assert_eq!(Some(&sum), charge.amount, "{charge:?}");
            let lines = quote.charges().filter(|line| line.code().starts_with(charge.name));
            let booked = lines.fold(Number::ZERO, |sum, line| sum.add(line.amount()).unwrap());
            assert_eq!(sum, booked, "{charge:?}");
        }
    }
}

#[test]
fn exceptions_and_definitions_are_explained() {
    let given = "given day = 2026-01-15, weight = 1 lb, data = 3 GiB, member = yes";
    let (_, explanation) = case(RULES, given).explain();
    let text = explanation.charge_text("EGRESS").unwrap();
    assert!(
        text.contains("exception members = 0.00 USD (members use it free, because \"Terms 4\", main.rules:15)"),
        "{text}"
    );
    let text = explanation.definition_text("base").unwrap();
    assert!(text.contains("if billed > 5 lb (no) = 9.00 USD"), "{text}");
    let json = serde_json::to_value(&explanation).unwrap();
    assert_eq!(json["charges"][0]["name"], "BASE");
    assert_eq!(json["charges"][0]["amount"], "9.1"); // (9 + 1.111) × 0.9 = 9.0999
}

#[test]
fn an_error_is_explained_up_to_its_place() {
    let rules = "ruleset t \"t\" { currency USD }\ninput { n : number }\ncharge A = 1 USD / n";
    let (quote, explanation) = case(rules, "given n = 0").explain();
    assert!(quote.is_err());
    assert!(explanation.to_text().contains("n = 0 (input)"));
}

#[test]
fn coverage_says_what_was_reached() {
    let first = case(RULES, GIVEN);
    let coverage = first.coverage();
    let names: Vec<&str> = coverage.charges.iter().map(|id| &*first.program.charges[id.0 as usize].code).collect();
    assert_eq!(names, ["BASE", "EGRESS", "FUEL"]);
    assert_eq!(coverage.tiers.len(), 2);
    assert!(coverage.exceptions.is_empty());
    let words = |yes, no| {
        let found = coverage.conditions.iter().filter(move |(_, answers)| **answers == (yes, no));
        found.map(|(span, _)| first.program.sources.text(*span)).collect::<Vec<_>>()
    };
    assert_eq!(words(true, false), ["billed > 5 lb"]);
    assert_eq!(words(false, true), ["not (billed > 0 lb)", "member"]);
}
