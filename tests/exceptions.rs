//! Exceptions that are written in terms of what they replace.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use ratewright::RuleSet;
use ratewright::digest::RuleKind;

fn lines(rules: &str, input: &str) -> Vec<String> {
    let text = format!("ruleset r \"R\" {{ currency EUR }}\n{rules}");
    let rule_set = RuleSet::compile(&text).unwrap_or_else(|rejected| panic!("{rejected}"));
    let quote = rule_set.quote_json(input).unwrap_or_else(|error| panic!("{error}"));
    quote.charges().map(|line| format!("{} {}", line.code(), line.money())).collect()
}

const DISCOUNT: &str = r#"
input { gold : yes/no   staff : yes/no = no   weight : mass in kg }
charge BASE "Delivery" = 2.00 EUR per kg * weight when weight < 100 kg
charge FUEL "Fuel" = 10% of sum of applied (BASE)
exception gold_price to BASE "gold customers" = BASE less 10% when gold or staff
exception to gold_price "our own people" = BASE less 50% when staff
"#;

#[test]
fn the_name_of_what_is_replaced_is_its_value_without_exceptions() {
    assert_eq!(lines(DISCOUNT, r#"{"gold": false, "weight": 10}"#), ["BASE 20.00 EUR", "FUEL 2.00 EUR"]);
    assert_eq!(lines(DISCOUNT, r#"{"gold": true, "weight": 10}"#), ["BASE 18.00 EUR", "FUEL 1.80 EUR"]);
    assert_eq!(lines(DISCOUNT, r#"{"gold": true, "staff": true, "weight": 10}"#), ["BASE 10.00 EUR", "FUEL 1.00 EUR"]);
    assert_eq!(lines(DISCOUNT, r#"{"gold": true, "weight": 100}"#), ["FUEL 0.00 EUR"]);
}

#[test]
fn a_let_and_an_output_can_be_replaced_in_their_own_terms() {
    let rules = r#"
        input { express : yes/no }
        let rate = 3.00 EUR
        exception to rate "express" = rate * 2 when express
        charge BASE = rate
        output shown = rate
        exception to shown "rounded for the web" = shown rounded up to 5 EUR when express
    "#;
    let text = format!("ruleset r \"R\" {{ currency EUR }}\n{rules}");
    let quote = RuleSet::compile(&text).unwrap().quote_json(r#"{"express": true}"#).unwrap();
    assert_eq!(quote.charges().next().unwrap().money().to_string(), "6.00 EUR");
    let outputs: Vec<_> = quote.outputs().collect();
    assert!(serde_json::to_string(&outputs).unwrap().contains("10.00"), "{outputs:?}");
}

#[test]
fn what_an_exception_replaces_keeps_its_own_circles() {
    let text = "ruleset r \"R\" { currency EUR }\ninput { gold : yes/no }\ncharge A = B\ncharge B = 1 EUR\n\
        exception to B = A less 10% when gold\n";
    let rejected = RuleSet::compile(text).unwrap_err();
    assert!(rejected.to_string().contains("RW0400"), "{rejected}");
}

#[test]
fn the_value_instead_is_rounded_once() {
    let rules = r#"
        input { gold : yes/no   exact : yes/no = no }
        charge OWN = 1.234567 EUR rounded to 0.1 EUR
        exception cheap to OWN = 0.987654 EUR when gold
        exception to cheap = 0.987654 EUR rounded to 0.001 EUR when exact
        charge USUAL = 1.234567 EUR
        exception to USUAL = 0.987654 EUR rounded to 0.001 EUR when gold
    "#;
    assert_eq!(lines(rules, r#"{"gold": false}"#), ["OWN 1.20 EUR", "USUAL 1.23 EUR"]);
    assert_eq!(lines(rules, r#"{"gold": true}"#), ["OWN 0.99 EUR", "USUAL 0.988 EUR"]);
    assert_eq!(lines(rules, r#"{"gold": true, "exact": true}"#), ["OWN 0.988 EUR", "USUAL 0.988 EUR"]);
}

#[test]
fn how_charges_are_rounded_is_a_matter_of_what_replaces_them_too() {
    let text = |rounding: &str| {
        format!(
            "ruleset r \"R\" {{ currency EUR  rounding {rounding} }}\ninput {{ gold : yes/no }}\n\
             charge OWN = 1.234567 EUR rounded to 0.1 EUR\nexception cheap to OWN = 0.987654 EUR when gold\n"
        )
    };
    let [up, down] =
        ["half up to 0.01 EUR", "down to 0.01 EUR"].map(|rounding| RuleSet::compile(&text(rounding)).unwrap());
    let amount =
        |rules: &RuleSet| rules.quote_json(r#"{"gold": true}"#).unwrap().charges().next().unwrap().money().to_string();
    assert_eq!([amount(&up), amount(&down)], ["0.99 EUR", "0.98 EUR"]);
    // The exception is another rule then, and a difference says so, although the amount that it replaces rounds itself.
    let digest = |rules: &RuleSet| {
        let digests = rules.rule_digests();
        digests.into_iter().find(|rule| rule.kind == RuleKind::Exception).unwrap().digest
    };
    assert_ne!(digest(&up), digest(&down));
    let difference = up.difference(&down);
    let of_own = difference.changes.iter().find(|change| change.name == "OWN").unwrap();
    let said: Vec<_> =
        of_own.details.iter().map(|one| (one.aspect.as_str(), one.before.as_deref(), one.after.as_deref())).collect();
    assert_eq!(said, [("rounding of exceptions", Some("half up to 0.01 EUR"), Some("down to 0.01 EUR"))]);
}
