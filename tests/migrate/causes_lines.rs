//! Holds: of a line that one side lacks it is said when the rules charge it, in their words; only what was priced again is called tried.

use super::causes::{edition, found, is};
use ratewright::migrate::cause::Cause;
use ratewright::migrate::{CauseFinder, Finding, Measure, Prices};

const FEES: &str = r#"
ruleset fees "Fees" { currency USD }
input { gold : yes/no, weight : mass in lb }
charge BASE = 2 USD per lb * weight
charge BIG = 7 USD when gold and weight > 20 lb
charge EACH = 1 USD
"#;

fn input(gold: bool, weight: u32) -> String {
    format!(r#"{{"gold": {gold}, "weight": {weight}}}"#)
}

#[test]
fn of_a_missing_line_the_part_of_the_condition_that_does_not_hold() {
    // The rules charge 7.00; old code 9.00, and not for gold alone.
    let finding = found(FEES, &input(false, 30), "BASE 60.00 USD, BIG 9.00 USD, EACH 1.00 USD");
    is(
        &finding,
        &[Cause::MissingSurcharge],
        "missing surcharge: BIG of 9.00 USD, which the rules charge only when gold",
    );
    let [factor] = finding.guess.as_slice() else { panic!("{finding}") };
    assert!(!factor.is_tried);
    // The other part.
    let finding = found(FEES, &input(true, 3), "BASE 6.00 USD, BIG 9.00 USD, EACH 1.00 USD");
    is(&finding, &[Cause::MissingSurcharge], "which the rules charge only when weight > 20 lb");
}

#[test]
fn a_missing_line_that_is_what_the_rules_would_charge_is_tried() {
    let finding = found(FEES, &input(false, 30), "BASE 60.00 USD, BIG 7.00 USD, EACH 1.00 USD");
    is(
        &finding,
        &[Cause::MissingSurcharge],
        "it vanishes with BIG charged although `gold and weight > 20 lb` does not hold",
    );
    assert!(finding.guess.iter().all(|factor| factor.is_tried));
    assert!(finding.others.iter().any(|factor| !factor.is_tried));
}

#[test]
fn of_an_extra_line_the_whole_condition() {
    let finding = found(FEES, &input(true, 30), "BASE 60.00 USD, EACH 1.00 USD");
    is(&finding, &[Cause::ExtraSurcharge], "extra surcharge: BIG, which the rules charge when gold and weight > 20 lb");
    let finding = found(FEES, &input(false, 30), "EACH 1.00 USD");
    is(&finding, &[Cause::ExtraSurcharge], "extra surcharge: BASE, which the rules always charge");
}

#[test]
fn a_line_is_not_tried_whatever_it_is_called_and_nothing_is_priced_for_it() {
    let found = |fees: &[&str]| {
        let usual = Prices::new().line("BASE", "6.00 USD".parse().unwrap()).line("EACH", "1.00 USD".parse().unwrap());
        let prices = fees.iter().fold(usual, |prices, fee| prices.line(*fee, "0.50 USD".parse().unwrap()));
        CauseFinder::new(&edition(FEES), Measure::exact()).find(&input(false, 3), &prices.into())
    };
    let finding = found(&["with tax"]);
    is(
        &finding,
        &[Cause::MissingSurcharge],
        "missing surcharge: with tax of 0.50 USD, for which the rules have no charge",
    );
    assert!(finding.guess.iter().all(|factor| !factor.is_tried));
    // It stays so when it is stored.
    let stored = serde_json::to_string(&finding).unwrap();
    assert_eq!(serde_json::from_str::<Finding>(&stored).unwrap(), finding);
    // Of two lines as much is priced as of one.
    let two = found(&["with tax", "and tip"]);
    assert_eq!((two.guess.len(), two.tries), (2, finding.tries));
}
