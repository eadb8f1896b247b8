//! Facts from the test suites of shipping systems and from carriers' guides, priced by rule sets.
//!
//! `vectors/freight-vectors.jsonl` says for each fact the tariff, the input and what is due; `vectors/freight/*.rules` prices the
//! constructs that occur. `plan` only says which numbers of a vector are which inputs of a rule set, in which units: every
//! calculation is in the rules.
//!
//! Three facts deserve a word; none is held to be wrong as an amount of its own source.
//!
//! - F002: `charge` is the exact 6370.57. Its source asserts 6370.56, because binary floats make 503550 × (1 − 0.67) cents
//!   166171.49999999997 instead of 166171.5; `source_float_value` is therefore not what is expected.
//! - F250: the page charges the next break's rate on the *actual* 490 lb, 490 × 90.00 ÷ 100 = 441.00. A carrier's deficit rule charges
//!   the pounds that are missing as well, 500 × 90.00 ÷ 100 = 450.00. `weight_breaks.rules` prices what the page says; the carriers'
//!   rule is that of `rules/freight/ltl_deficit_weight.rules`.
//! - F031, F032 state a relation; the amounts of their notes are asserted with it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::print_stdout)]

mod plan;

use plan::{plan_of, record};
use ratewright::RuleSet;
use rust_decimal::Decimal;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

/// The rule sets of this folder, each compiled once.
struct RuleSets {
    folder: PathBuf,
    compiled: BTreeMap<String, RuleSet>,
}

impl RuleSets {
    fn new() -> Self {
        RuleSets {
            folder: Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/freight"),
            compiled: BTreeMap::new(),
        }
    }

    fn get(&mut self, name: &str) -> &RuleSet {
        let file = self.folder.join(format!("{name}.rules"));
        let compile = || RuleSet::from_file(&file).unwrap_or_else(|e| panic!("{name}.rules:\n{e}"));
        self.compiled.entry(name.to_string()).or_insert_with(compile)
    }
}

fn vectors() -> Vec<Json> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/freight-vectors.jsonl");
    std::fs::read_to_string(file).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// What a rule set gives for an input: the quote as JSON, or the words of the error.
fn price(rules: &RuleSet, input: &Json) -> Result<Json, String> {
    let quote = rules.quote_json(&input.to_string()).map_err(|e| e.to_string())?;
    Ok(serde_json::to_value(&quote).unwrap())
}

fn total(quote: &Json) -> Decimal {
    let totals = quote["totals"].as_array().unwrap();
    assert!(totals.len() <= 1, "{quote}");
    totals.first().map_or(Decimal::ZERO, |money| number_of(money).unwrap())
}

fn output<'q>(quote: &'q Json, name: &str) -> &'q Json {
    let outputs = quote["outputs"].as_array().unwrap();
    let found = outputs.iter().find(|output| output["name"] == name);
    &found.unwrap_or_else(|| panic!("no output {name} in {quote}"))["value"]
}

/// The number of a plain number, an amount or a quantity.
fn number_of(value: &Json) -> Option<Decimal> {
    match value {
        Json::String(text) => text.parse().ok(),
        Json::Number(number) => number.to_string().parse().ok(),
        Json::Object(parts) => number_of(parts.get("amount").or(parts.get("value"))?),
        _ => None,
    }
}

fn same(expected: &Json, found: &Json) -> bool {
    match (expected, found) {
        (Json::Array(expected), Json::Array(found)) => {
            expected.len() == found.len() && expected.iter().zip(found).all(|(e, f)| same(e, f))
        }
        _ => match (number_of(expected), number_of(found)) {
            (Some(expected), Some(found)) => expected == found,
            _ => expected == found,
        },
    }
}

/// The differences between what a vector expects and what its rule set gives.
fn check(rule_sets: &mut RuleSets, vector: &Json) -> Vec<String> {
    let id = vector["id"].as_str().unwrap();
    let plan = plan_of(id);
    let rules = rule_sets.get(plan.rules);
    let input = record(&plan.input, vector);
    let priced = price(rules, &input);
    let mut wrong = Vec::new();
    for (name, expected) in vector["expected"].as_object().unwrap() {
        let quote = match (name.as_str(), &priced) {
            ("error", Err(error)) if error.starts_with("refused") => continue,
            ("error", _) | (_, Err(_)) => {
                wrong.push(format!("{id}: expected {name} {expected}, found {priced:?}"));
                continue;
            }
            (_, Ok(quote)) => quote,
        };
        let found = match name.as_str() {
            "charge" => json!(total(quote).to_string()),
            "source_float_value" => continue,
            "relation" => {
                wrong.extend(check_relation(id, rules, &input, total(quote)));
                continue;
            }
            _ => {
                let renamed =
                    plan.outputs.iter().find(|(expected, _)| expected == name).map_or(name.as_str(), |(_, o)| o);
                output(quote, renamed).clone()
            }
        };
        if !same(expected, &found) {
            wrong.push(format!("{id}: {name} should be {expected}, found {found}"));
        }
    }
    wrong
}

/// `charge(250) == charge(500) div 2`, in whole cents; and the amount that the vector's note gives.
fn check_relation(id: &str, rules: &RuleSet, input: &Json, found: Decimal) -> Option<String> {
    let (divisor, noted) = if id == "F031" { (2, "12949.78") } else { (5, "5179.91") };
    let mut full = input.clone();
    full["weight"] = json!("500");
    let full = total(&price(rules, &full).unwrap());
    let divided = (full * Decimal::from(100) / Decimal::from(divisor)).trunc() / Decimal::from(100);
    let agrees = found == divided && found == noted.parse::<Decimal>().unwrap();
    (!agrees).then(|| format!("{id}: should be {divided} and {noted}, found {found}"))
}

#[test]
fn every_vector_has_its_price() {
    let mut rule_sets = RuleSets::new();
    let vectors = vectors();
    let wrong: Vec<_> = vectors.iter().flat_map(|vector| check(&mut rule_sets, vector)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(vectors.len(), 136);
    // Past the capture of a passing test: how many were priced is part of the result.
    writeln!(std::io::stderr(), "{} freight vectors priced", vectors.len()).unwrap();
}

#[test]
fn the_windows_of_the_fuel_records_come_out() {
    let mut rule_sets = RuleSets::new();
    let mut windows = 0;
    for vector in vectors() {
        if vector["input"]["publication"].is_null() {
            continue;
        }
        let plan = plan_of(vector["id"].as_str().unwrap());
        let quote = price(rule_sets.get(plan.rules), &record(&plan.input, &vector)).unwrap();
        for end in ["effective_from", "effective_to"] {
            assert_eq!(output(&quote, end), &vector["input"][end], "{}", vector["id"]);
        }
        windows += 1;
    }
    assert_eq!(windows, 13);
}

#[test]
fn the_tests_beside_the_rules_pass() {
    let mut rule_sets = RuleSets::new();
    for file in std::fs::read_dir(rule_sets.folder.clone()).unwrap() {
        let path = file.unwrap().path();
        let report = rule_sets.get(path.file_stem().unwrap().to_str().unwrap()).test();
        let failed: Vec<_> = report.failed().collect();
        assert!(failed.is_empty(), "{}\n{failed:#?}", path.display());
    }
}
