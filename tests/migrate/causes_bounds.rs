//! Holds: a minimum or maximum that old code does not have is found by leaving it out, wherever it stands, with amounts worked out by hand.

use super::causes::{edition, found, is};
use super::comparison::priced;
use ratewright::migrate::cause::Cause;
use ratewright::migrate::{CauseFinder, Measure};

const COLD: &str = r#"
ruleset cold "Cold" { currency USD }
input {
  weight : mass in lb
  cold   : yes/no = no
  stops  : integer = 1
  lift   : yes/no = no
}
let of_stops = 35.00 USD * (stops - 1) maximum 100.00 USD
charge HAUL = weight * 20.00 USD per cwt maximum 500.00 USD as CAP "Cap"
charge COLD = 9% of HAUL minimum 25.00 USD when cold
charge STOP = of_stops when stops > 1
charge LIFT = cheapest of {
  GATE 10% of HAUL minimum 30.00 USD when lift
  DOCK 90.00 USD when lift
} maximum 45.00 USD
"#;

#[track_caller]
fn without(input: &str, legacy: &str, words: &str) {
    is(&found(COLD, &format!("{{{input}}}"), legacy), &[Cause::ExtraBound], words);
}

#[test]
fn of_a_charge() {
    // 200 lb are 40.00, and 9 % of that 3.60; the rules charge 25.00.
    let words = "extra minimum or maximum: it vanishes without `minimum 25.00 USD`";
    without(r#""weight": 200, "cold": true"#, "HAUL 40.00 USD, COLD 3.60 USD", words);
    // Where old code has another minimum, it does not vanish.
    let other = found(COLD, r#"{"weight": 200, "cold": true}"#, "HAUL 40.00 USD, COLD 17.30 USD");
    is(&other, &[Cause::Unexplained], "unexplained");
}

#[test]
fn that_books_a_line_of_its_own() {
    // 3,000 lb are 600.00, of which the rules take 100.00 back; 9 % of what is left are 45.00, of all of it 54.00.
    let cap = "without `maximum 500.00 USD as CAP \"Cap\"`";
    without(r#""weight": 3000"#, "HAUL 600.00 USD", cap);
    without(r#""weight": 3000, "cold": true"#, "HAUL 600.00 USD, COLD 54.00 USD", cap);
}

#[test]
fn of_a_named_value_of_an_option_and_of_a_group() {
    // Four more stops at 35.00 are 140.00; the rules charge 100.00.
    without(r#""weight": 200, "stops": 5"#, "HAUL 40.00 USD, STOP 140.00 USD", "without `maximum 100.00 USD`");
    // 10 % of 40.00 are 4.00, and the rules charge 30.00; of 500.00 they are 50.00, and the rules charge 45.00.
    without(r#""weight": 200, "lift": true"#, "HAUL 40.00 USD, LIFT 4.00 USD", "without `minimum 30.00 USD`");
    without(r#""weight": 2500, "lift": true"#, "HAUL 500.00 USD, LIFT 50.00 USD", "without `maximum 45.00 USD`");
}

#[test]
fn of_a_total() {
    let rules = "ruleset r { currency USD }\ninput { w : mass in lb }\ncharge BASE = 2.00 USD per lb * w\n";
    let of_total = |total: &str, legacy: &str, words: &str| {
        is(&found(&format!("{rules}{total}\n"), r#"{"w": 5}"#, legacy), &[Cause::ExtraBound], words);
    };
    // 5 lb are 10.00. Alone, and beside a maximum.
    let words = "without `minimum 12.00 USD as LEAST` of the total";
    of_total("total minimum 12.00 USD as LEAST", "BASE 10.00 USD; 10.00 USD", words);
    of_total("total minimum 12.00 USD as LEAST maximum 90 USD as MOST", "BASE 10.00 USD; 10.00 USD", words);
    of_total(
        "total minimum 3 USD as LEAST\n  maximum 9.00 USD as MOST",
        "BASE 10.00 USD; 10.00 USD",
        "without `maximum 9.00 USD as MOST`",
    );
}

#[test]
fn the_other_order_of_two_stages_is_more_specific() {
    let rules = "ruleset r { currency USD }\ninput { w : mass in lb }\ncharge BASE = 2.00 USD per lb * w less 10% minimum 19.00 USD";
    // 10 lb are 20.00, less 10 % 18.00: so also where the minimum comes first, 20.00, and then 10 % are taken off.
    let both = found(rules, r#"{"w": 10}"#, "BASE 18.00 USD");
    is(&both, &[Cause::OrderOfStages], "with `minimum 19.00 USD` before `less 10%`");
    assert!(both.others.iter().any(|one| one.cause == Cause::ExtraBound));
    // 5 lb are 10.00, less 10 % 9.00: the minimum first would give 17.10.
    is(&found(rules, r#"{"w": 5}"#, "BASE 9.00 USD"), &[Cause::ExtraBound], "without `minimum 19.00 USD`");
}

#[test]
fn where_totals_alone_are_compared() {
    let mut finder = CauseFinder::new(&edition(COLD), Measure::exact().totals_only());
    // 40.00 and 3.60.
    let finding = finder.find(r#"{"weight": 200, "cold": true}"#, &priced("; 43.60 USD"));
    is(&finding, &[Cause::ExtraBound], "without `minimum 25.00 USD`");
}
