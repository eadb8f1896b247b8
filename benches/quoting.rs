//! How long a rule set takes to compile and to quote: `cargo bench`.
//!
//! Each line is the median of 15 rounds, on one thread: a small tariff and the household goods tariff with its tables of 21 000 rows,
//! quoted with a context that is used again and again, and with an explanation. Nothing is asserted, since times differ by machine.
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs, reason = "a measurement that people read")]

use ratewright::RuleSet;
use std::hint::black_box;
use std::time::{Duration, Instant};

const ROUNDS: usize = 15;

const PARCEL: (&str, &str) =
    ("docs/parcel.rules", r#"{"ship_date": "2026-01-20", "weight": "48 oz", "residential": true}"#);

const HOUSEHOLD_GOODS: (&str, &str) = (
    "rules/freight/household_goods.rules",
    r#"{"move_date": "2020-06-15", "weight": 6250, "miles": 1120, "origin_area": 56, "destination_area": 184, "discount": "58.5%"}"#,
);

/// The median time of one call.
fn measure(what: &str, calls: u32, mut call: impl FnMut()) {
    let round = |call: &mut dyn FnMut()| {
        let start = Instant::now();
        (0..calls).for_each(|_| call());
        start.elapsed() / calls
    };
    round(&mut call);
    let mut rounds: Vec<Duration> = (0..ROUNDS).map(|_| round(&mut call)).collect();
    rounds.sort();
    println!("{what:<60} {:>12.2?}", rounds.get(ROUNDS / 2).copied().unwrap_or_default());
}

fn main() {
    for (path, input) in [PARCEL, HOUSEHOLD_GOODS] {
        let rules = RuleSet::from_file(path).unwrap();
        let mut context = rules.context();
        measure(&format!("{path}: compile"), 1, || drop(black_box(RuleSet::from_file(path).unwrap())));
        measure(&format!("{path}: quote"), 200, || drop(black_box(rules.quote_json_in(&mut context, input).unwrap())));
        measure(&format!("{path}: quote and explain"), 50, || drop(black_box(rules.explain_json(input).unwrap())));
    }
}
