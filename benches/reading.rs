//! How quick an input is read into the slots of a rule set, through each door: `cargo bench --bench reading`.
//!
//! The parcel of W2 and the invoice of W3 in every form that a caller may have them in, each beside what serde_json takes to parse
//! the same text. First every form is checked to give the same slots; then all take short turns in one process.
#![allow(
    missing_docs,
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::type_complexity,
    reason = "a benchmark stops where its data are wrong, and prints what it measured"
)]

mod turns;
mod workloads;

use ratewright::value::Number;
use ratewright::{Context, EvalError, RuleSet, Value};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::hint::black_box;
use turns::Contest;
use workloads::freight::{self, Shipment};
use workloads::{Exact, billing};

const INPUTS: usize = 1_000;

/// What a caller would parse the text into who reads it himself.
#[derive(Deserialize)]
#[allow(dead_code, reason = "only parsed")]
struct Parsed<'a> {
    origin_zone: &'a str,
    dest_zone: &'a str,
    weight: Decimal,
    length: Decimal,
    width: Decimal,
    height: Decimal,
    service: &'a str,
    residential: bool,
    declared: Decimal,
    ship_date: &'a str,
    customer_tier: &'a str,
}

#[derive(Deserialize)]
#[allow(dead_code, reason = "only parsed")]
struct ParsedInvoice<'a> {
    #[serde(borrow)]
    lines: Vec<ParsedLine<'a>>,
}

#[derive(Deserialize)]
#[allow(dead_code, reason = "only parsed")]
struct ParsedLine<'a> {
    plan: &'a str,
    quantity: Decimal,
    discount: &'a str,
}

/// The slots of each input read in one context.
fn read<'a, I>(
    rules: &'a RuleSet,
    inputs: &'a [I],
    door: impl for<'c> Fn(&RuleSet, &'c mut Context, &I) -> Result<&'c [Value], EvalError> + 'a,
) -> impl FnMut() + 'a {
    let mut context = rules.context();
    let mut next = inputs.iter().cycle();
    move || {
        black_box(door(rules, &mut context, black_box(next.next().unwrap())).unwrap());
    }
}

fn structs<'a, I: Serialize>(rules: &'a RuleSet, inputs: &'a [I]) -> impl FnMut() + 'a {
    read(rules, inputs, |rules, context, input| rules.read_in(context, input))
}

/// What serde_json makes of each text.
fn parsed<'a, T: Deserialize<'a> + 'a>(texts: &'a [String]) -> impl FnMut() + 'a {
    let mut next = texts.iter().cycle();
    move || drop(black_box(serde_json::from_str::<T>(black_box(next.next().unwrap())).unwrap()))
}

/// Asserts that two forms of the same inputs are read as the same slots.
fn check<A: Serialize, B: Serialize>(rules: &RuleSet, a: &[A], b: &[B]) {
    let (mut one, mut other) = (rules.context(), rules.context());
    assert_eq!(a.len(), b.len());
    for (a, b) in a.iter().zip(b) {
        assert_eq!(rules.read_in(&mut one, a).unwrap(), rules.read_in(&mut other, b).unwrap());
    }
}

fn texts<I: Serialize>(rules: &RuleSet, inputs: &[I]) -> Vec<String> {
    let texts: Vec<_> = inputs.iter().map(|input| serde_json::to_string(input).unwrap()).collect();
    let (mut one, mut other) = (rules.context(), rules.context());
    for (input, text) in inputs.iter().zip(&texts) {
        assert_eq!(rules.read_in(&mut one, input).unwrap(), rules.read_json_in(&mut other, text).unwrap());
    }
    texts
}

fn parcels(rules: &RuleSet, shipments: &[Shipment]) {
    let exact: Vec<_> = shipments.iter().map(|s| s.with(Exact)).collect();
    let numbers: Vec<_> = shipments.iter().map(|s| s.with(Number::from_decimal)).collect();
    let texts = texts(rules, shipments);
    let bare: Vec<_> = texts.iter().map(|text| with_bare_numbers(text)).collect();
    let maps: Vec<BTreeMap<&str, serde_json::Value>> =
        texts.iter().map(|text| serde_json::from_str(text).unwrap()).collect();
    let cells: Vec<Vec<(String, String)>> = texts.iter().map(|text| cells(text)).collect();
    let cells: Vec<Vec<(&str, &str)>> =
        cells.iter().map(|row| row.iter().map(|(name, cell)| (name.as_str(), cell.as_str())).collect()).collect();
    check(rules, shipments, &exact);
    check(rules, shipments, &numbers);
    check(rules, shipments, &maps);
    let (mut one, mut other) = (rules.context(), rules.context());
    for (row, text) in cells.iter().zip(&bare) {
        assert_eq!(rules.read_fields_in(&mut one, row).unwrap(), rules.read_json_in(&mut other, text).unwrap());
    }
    println!("{}", texts[0]);

    let mut contest = Contest::new("W2, a parcel of 11 fields");
    contest.add("struct, `Decimal` in the exact form", structs(rules, &exact));
    contest.add("struct, `Number`", structs(rules, &numbers));
    contest.add("struct, `Decimal` by its text", structs(rules, shipments));
    contest.add("map", structs(rules, &maps));
    contest.add("JSON text, numbers in quotes", read(rules, &texts, |r, c, text| r.read_json_in(c, text)));
    contest.add("JSON text, bare numbers", read(rules, &bare, |r, c, text| r.read_json_in(c, text)));
    contest.add("flat fields", read(rules, &cells, |r, c, row| r.read_fields_in(c, row)));
    contest.add("serde_json into a struct of `Decimal`", parsed::<Parsed<'_>>(&texts));
    contest.add("serde_json into a `Value`", parsed::<serde_json::Value>(&texts));
    contest.print_table();
}

/// The JSON text with its numbers out of quotes.
fn with_bare_numbers(text: &str) -> String {
    let parts: Vec<_> = text.split('"').collect();
    let is_number = |at: usize| at % 2 == 1 && parts[at].parse::<Decimal>().is_ok();
    let mut bare = parts[0].to_string();
    for (at, part) in parts.iter().enumerate().skip(1) {
        if !is_number(at) && !is_number(at - 1) {
            bare.push('"');
        }
        bare.push_str(part);
    }
    bare
}

/// The JSON text as a row of a table.
fn cells(text: &str) -> Vec<(String, String)> {
    let object: serde_json::Map<String, serde_json::Value> = serde_json::from_str(text).unwrap();
    let cell = |value: serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_string);
    object.into_iter().map(|(name, value)| (name, cell(value))).collect()
}

fn invoices(rules: &RuleSet, invoices: &[billing::Invoice]) {
    let exact: Vec<_> = invoices.iter().map(billing::Invoice::exact).collect();
    check(rules, invoices, &exact);
    let texts = texts(rules, invoices);
    let mut contest = Contest::new("W3, an invoice of 20 lines");
    contest.add("struct, `Decimal` in the exact form", structs(rules, &exact));
    contest.add("struct, `Decimal` by its text", structs(rules, invoices));
    contest.add("JSON text, numbers in quotes", read(rules, &texts, |r, c, text| r.read_json_in(c, text)));
    contest.add("serde_json into a struct of `Decimal`", parsed::<ParsedInvoice<'_>>(&texts));
    contest.add("serde_json into a `Value`", parsed::<serde_json::Value>(&texts));
    contest.print_table();
}

/// Forms of one input that do nothing else, for a counter of instructions: `-- --only exact 100000`.
fn only(rules: &RuleSet, shipments: &[Shipment], form: &str, count: usize) {
    let exact: Vec<_> = shipments.iter().map(|s| s.with(Exact)).collect();
    let numbers: Vec<_> = shipments.iter().map(|s| s.with(Number::from_decimal)).collect();
    let texts = texts(rules, shipments);
    let mut reading: Box<dyn FnMut()> = match form {
        "exact" => Box::new(structs(rules, &exact)),
        "number" => Box::new(structs(rules, &numbers)),
        "text" => Box::new(structs(rules, shipments)),
        _ => Box::new(read(rules, &texts, |r, c, text| r.read_json_in(c, text))),
    };
    (0..count).for_each(|_| reading());
}

fn main() {
    let rules = freight::Prices::new().rules();
    let (shipments, _) = freight::inputs(INPUTS);
    let arguments: Vec<_> = std::env::args().collect();
    if let Some(at) = arguments.iter().position(|argument| argument == "--only") {
        return only(&rules, &shipments, &arguments[at + 1], arguments[at + 2].parse().unwrap());
    }
    parcels(&rules, &shipments);
    invoices(&billing::rules(), &billing::inputs(INPUTS / 10).0);
}
