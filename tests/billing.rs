//! The billing rule sets: each compiles without a warning, passes the tests written in it, and prices the worked examples of
//! `tests/vectors/billing-worked.jsonl` to the cent, step by step.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, clippy::print_stdout)]

#[path = "quoted/mod.rs"]
mod quoted;

use quoted::{Exact, Quoted};
use ratewright::RuleSet;
use serde_json::{Value as Json, json};
use std::collections::HashMap;

const RULE_SETS: &[&str] = &[
    "card_processing",
    "cloud_egress",
    "electricity",
    "multi_currency_invoice",
    "sales_tax",
    "seats",
    "telephone_call",
    "threshold_invoices",
];

fn rule_set(name: &str) -> RuleSet {
    RuleSet::from_file(format!("rules/billing/{name}.rules")).unwrap_or_else(|rejected| panic!("{name}: {rejected}"))
}

fn price(name: &str, input: Json) -> Quoted {
    price_by(&rule_set(name), name, input)
}

fn price_by(rule_set: &RuleSet, name: &str, input: Json) -> Quoted {
    let quote = rule_set.quote_json(&input.to_string()).unwrap_or_else(|error| panic!("{name}: {error}\n{input}"));
    let quote = Quoted::of(&quote);
    assert_eq!(quote.total(), quote.sum_of_lines(), "{name}: the lines add up to the total");
    quote
}

/// The input and the expected figures of a worked example.
fn worked(rule_set: &str, example: u64) -> (Json, Json) {
    let text = std::fs::read_to_string("tests/vectors/billing-worked.jsonl").unwrap();
    let mut examples = text.lines().map(|line| serde_json::from_str::<Json>(line).unwrap());
    let found = examples.find(|e| e["rule_set"] == rule_set && e["example"] == example).unwrap();
    (found["input"].clone(), found["expected"].clone())
}

#[track_caller]
fn equal(actual: Exact, expected: &Json) {
    assert_eq!(actual, Exact::of(expected));
}

#[track_caller]
fn all_equal(actual: &[Exact], expected: &Json) {
    assert_eq!(actual, expected.as_array().unwrap().iter().map(Exact::of).collect::<Vec<_>>());
}

/// `04-11` of 2026.
fn day(month_and_day: &str) -> String {
    format!("2026-{month_and_day}")
}

#[test]
fn every_rule_set_compiles_and_passes_its_tests() {
    let files = std::fs::read_dir("rules/billing").unwrap();
    let rules = files.filter(|f| f.as_ref().unwrap().path().extension().is_some_and(|e| e == "rules")).count();
    assert_eq!(rules, RULE_SETS.len(), "a rule set is missing from the list");
    for name in RULE_SETS {
        let rule_set = rule_set(name);
        let warnings: Vec<_> = rule_set.warnings().iter().map(|w| w.title.clone()).collect();
        assert!(warnings.is_empty(), "{name}: {warnings:#?}");
        let report = rule_set.test();
        let failed: Vec<_> = report.failed().map(|test| (&test.name, &test.failures)).collect();
        assert!(failed.is_empty(), "{name}: {failed:#?}");
        let coverage = report.coverage;
        let reaches = [coverage.charges, coverage.rows, coverage.branches, coverage.tiers];
        let missed: Vec<_> = reaches.into_iter().flat_map(|reach| reach.missed).map(|missed| missed.name).collect();
        assert!(missed.is_empty(), "{name}: no test reaches {missed:?}");
    }
}

#[test]
fn cloud_egress() {
    for example in [1, 2] {
        let (input, expected) = worked("H1", example);
        let gib = &input["GiB"];
        let quote = price(
            "cloud_egress",
            json!({ "group_a": gib["A"], "group_b": gib["B"], "group_c": gib["C"], "commitment": input["commit"] }),
        );
        for (group, code) in [("A", "EGRESS_A"), ("B", "EGRESS_B"), ("C", "EGRESS_C")] {
            equal(quote.sum(code), &expected["list_lines"][group]);
        }
        equal(quote.number("list_value"), &expected["list_total"]);
        equal(quote.sum("COMMITMENT"), &expected["commit_fee"]);
        equal(quote.number("on_demand"), &expected["on_demand"]);
        equal(quote.total(), &expected["invoice"]);
    }
}

#[test]
fn telephone_call() {
    for example in [1, 2] {
        let (input, expected) = worked("H2", example);
        let started = format!("{}Z", input["start_utc"].as_str().unwrap());
        let quote = price(
            "telephone_call",
            json!({ "destination": input["destination"], "started": started, "answered": input["seconds"] }),
        );
        assert_eq!(quote.output("prefix"), &expected["prefix"]);
        equal(quote.number("billed_peak"), &expected["billed"]["peak_s"]);
        equal(quote.number("billed_off_peak"), &expected["billed"]["off_s"]);
        equal(quote.number("uncapped"), &expected["uncapped"]);
        equal(quote.total(), &expected["charge"]);
    }
}

#[test]
fn seats() {
    for example in [1, 2] {
        let (input, expected) = worked("H3", example);
        let events: Vec<_> = input["events"].as_array().unwrap().iter().map(|e| e.as_str().unwrap()).collect();
        let change = |event: &&str| {
            let (on, seats) = event.split_once(": ").unwrap();
            json!({ "on": day(on), "seats": seats.trim_end_matches(" seats") })
        };
        let changes: Json = events.iter().map(change).collect();
        let quote = price(
            "seats",
            json!({ "first_of_month": "2026-04-01", "seats_on_first": input["seats on 1st"], "changes": changes }),
        );
        equal(quote.sum("ADVANCE"), &expected["advance"]);
        equal(quote.total(), &expected["april_total"]);
        let upgrades = quote.amounts("UPGRADE");
        match example {
            1 => equal(upgrades[0], &expected["upgrade_charge"]),
            _ => {
                for (at, key) in ["charge_04_11", "charge_04_15", "charge_04_21"].iter().enumerate() {
                    equal(upgrades[at], &expected[key]);
                }
                equal(quote.number("next_advance"), &expected["may_advance"]);
            }
        }
    }
}

#[test]
fn card_processing() {
    for example in [1, 2] {
        let (input, expected) = worked("H4", example);
        let payment =
            |t: &Json| json!({ "kind": if t[0] == "dom" { "domestic" } else { "international" }, "amount": t[1] });
        let payments: Json = input["transactions"].as_array().unwrap().iter().map(payment).collect();
        let quote = price("card_processing", json!({ "payments": payments }));
        all_equal(&quote.amounts("FEE"), &expected["fees"]);
        equal(quote.total(), &expected["month_fee"]);
        equal(quote.number("volume"), &expected["volume"]);
    }
}

/// 720 readings from local midnight (07:00 UTC in summer time) on, each with the energy of its hour's period.
fn readings(start: &str, hourly: &Json) -> Json {
    let first: jiff::Timestamp = format!("{start}T07:00:00Z").parse().unwrap();
    let reading = |n: i64| {
        let hour = first + jiff::SignedDuration::from_hours(n);
        // The cycles of the examples lie in summer time throughout: local time is seven hours behind.
        let period = match n % 24 {
            16..=20 => "peak",
            0..=5 => "super",
            _ => "off",
        };
        json!({ "hour": hour.to_string(), "energy": hourly[period] })
    };
    (0..720).map(reading).collect()
}

#[test]
fn electricity() {
    for example in [1, 2] {
        let (input, expected) = worked("H5", example);
        let (start, end) = (input["cycle"][0].as_str().unwrap(), input["cycle"][1].as_str().unwrap());
        let readings = readings(start, &input["hourly_kWh"]);
        let quote = price("electricity", json!({ "cycle_start": start, "cycle_end": end, "readings": readings }));
        equal(quote.number("hours"), &expected["hours"]);
        let days = quote.output("days_of_season").as_array().unwrap();
        let season = |letter: &str| if letter == "S" { "summer" } else { "winter" };
        for (letter, count) in expected["days"].as_object().unwrap() {
            let found = days.iter().find(|d| d["season"] == season(letter));
            equal(found.map_or(Exact::read("0"), |d| Exact::of(&d["days"])), count);
        }
        let lines = quote.output("energy_by_period").as_array().unwrap();
        assert_eq!(lines.len(), expected["energy_lines"].as_object().unwrap().len());
        let amounts = quote.amounts("ENERGY");
        for (at, line) in lines.iter().enumerate() {
            let period = match line["period"].as_str().unwrap() {
                "peak" => "peak",
                "off_peak" => "off",
                _ => "super",
            };
            let letter = if line["season"] == "summer" { "S" } else { "W" };
            let key = format!("{letter}/{period}");
            equal(Exact::of(&line["energy"]), &expected["kWh"][&key]);
            equal(amounts[at], &expected["energy_lines"][&key]);
        }
        for (at, day) in days.iter().enumerate() {
            let letter = if day["season"] == "summer" { "S" } else { "W" };
            equal(quote.amounts("BASELINE")[at], &expected["baseline_credit"][letter]);
        }
        assert_eq!(days.len(), expected["baseline_credit"].as_object().unwrap().len());
        equal(quote.sum("FIXED"), &expected["fixed"]);
        equal(quote.sum("MINIMUM"), &expected["minimum_adjustment"]);
        equal(quote.number("bill_before_taxes"), &expected["subtotal"]);
        equal(quote.sum("USERS_TAX"), &expected["utility_tax"]);
        equal(quote.sum("STATE_FEE"), &expected["state_fee"]);
        equal(quote.total(), &expected["bill"]);
    }
}

#[test]
fn sales_tax() {
    let (input, expected) = worked("H6", 1);
    let line = |l: &Json| {
        let (quantity, price) = l.as_str().unwrap().split_once(" x ").unwrap();
        json!({ "quantity": quantity, "unit_price": price })
    };
    let lines: Json = input["lines"].as_array().unwrap().iter().map(line).collect();
    for (moment, key) in [("per_document", "invoice_rounding"), ("per_line", "line_rounding")] {
        let quote = price("sales_tax", json!({ "lines": lines, "tax_rounding": moment }));
        equal(quote.number("invoice_subtotal"), &expected["subtotal"]);
        equal(quote.sum("GST"), &expected[key]["GST"]);
        equal(quote.sum("QST"), &expected[key]["QST"]);
        equal(quote.total(), &expected[key]["total"]);
    }

    let (_, expected) = worked("H6", 2);
    let quote = price("sales_tax", json!({ "lines": lines, "discount": "10.00", "method": "compound" }));
    let shares: Vec<_> = quote.output("discount_shares").as_array().unwrap().iter().map(Exact::of).collect();
    all_equal(&shares, &expected["discount_shares"]);
    equal(quote.number("taxable"), &expected["taxable"]);
    equal(quote.sum("GST"), &expected["GST"]);
    equal(quote.sum("QST"), &expected["QST"]);
    equal(quote.total(), &expected["total"]);
}

#[test]
fn multi_currency_invoice() {
    for example in [1, 2] {
        let (input, expected) = worked("H7", example);
        let line = |l: &Json| {
            let mut line = json!({ "kind": l[0], "amount": l[1], "currency": l[2] });
            if !l[3].is_null() {
                line["used_on"] = l[3].clone();
            }
            line
        };
        let lines: Json = input["lines"].as_array().unwrap().iter().map(line).collect();
        let quote = price(
            "multi_currency_invoice",
            json!({ "invoice_currency": input["currency"], "invoice_date": input["invoice_date"], "lines": lines }),
        );
        all_equal(&quote.amounts("LINE"), &expected["lines"]);
        equal(quote.total(), &expected["total"]);
        equal(quote.number("reporting_total"), &expected["total_EUR_for_reporting"]);
    }
}

#[test]
fn threshold_invoices() {
    let (input, expected) = worked("H10", 1);
    let usage = |e: &Json| json!({ "on": day(e[0].as_str().unwrap()), "calls": e[1] });
    let usage: Json = input["events"].as_array().unwrap().iter().map(usage).collect();
    let threshold = &input["threshold"];
    let known_on = |day: &str| {
        price(
            "threshold_invoices",
            json!({ "first_of_month": "2026-03-01", "as_of": day, "usage": usage, "threshold": threshold }),
        )
    };

    let quote = known_on("2026-04-01");
    let invoices = expected["invoices"].as_array().unwrap();
    let cut = quote.output("invoices").as_array().unwrap();
    assert_eq!(cut.len() + 1, invoices.len());
    for (invoice, expected) in cut.iter().zip(invoices) {
        assert_eq!(invoice["on"], day(expected[0].as_str().unwrap()));
    }
    let mut amounts = quote.amounts("INVOICE");
    amounts.extend(quote.amounts("REST"));
    all_equal(&amounts, &invoices.iter().map(|i| i[1].clone()).collect());
    assert_eq!(quote.lines("REST")[0]["reason"], "invoiced on 2026-04-01");
    equal(quote.total(), &expected["total"]);

    let (_, expected) = worked("H10", 2);
    let quote = known_on("2026-04-03");
    let rated = quote.output("rated").as_array().unwrap();
    let expected_rates = expected["rated"].as_array().unwrap();
    assert_eq!(rated.len(), expected_rates.len());
    for (rated, expected) in rated.iter().zip(expected_rates) {
        assert_eq!(rated["on"], day(expected[0].as_str().unwrap()));
        assert_eq!(rated["version"], expected[1]);
        equal(Exact::of(&rated["amount"]), &expected[2]);
    }
    equal(quote.number("month_total"), &expected["new_total"]);
    equal(quote.number("invoiced"), &expected["already_billed"]);
    equal(quote.sum("ADJUSTMENT"), &expected["adjustment"]);
    equal(quote.total(), &expected["new_total"]);
}

/// Inputs made at random, priced independently with exact fractions: every charge line and the total agree.
#[test]
fn generated_inputs_are_priced_as_by_an_independent_calculation() {
    let text = std::fs::read_to_string("tests/vectors/billing-generated.jsonl").unwrap();
    let rule_sets: HashMap<_, _> = RULE_SETS.iter().map(|name| (*name, rule_set(name))).collect();
    let mut found = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let case: Json = serde_json::from_str(line).unwrap();
        let name = case["rule_set"].as_str().unwrap();
        let quote = price_by(&rule_sets[name], name, case["input"].clone());
        for (code, amounts) in case["charges"].as_object().unwrap() {
            let expected: Vec<_> = amounts.as_array().unwrap().iter().map(Exact::of).collect();
            if quote.amounts(code) != expected {
                found.push(format!(
                    "line {}: {name} {code}: {:?}, expected {expected:?}",
                    number + 1,
                    quote.amounts(code)
                ));
            }
        }
        if quote.total() != Exact::of(&case["total"]) {
            found.push(format!("line {}: {name}: total {}, expected {}", number + 1, quote.total(), case["total"]));
        }
    }
    assert!(text.lines().count() >= 300);
    assert!(found.is_empty(), "{} differences\n{}", found.len(), found.join("\n"));
}
