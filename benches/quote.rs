//! How quick a quote is, beside the same prices written by hand: `cargo bench --bench quote`.
//!
//! First every version is checked against the others on every input. Then a table of medians is measured with the versions of a
//! workload interleaved in short turns, so that their ratios hold on a busy machine; then criterion measures each on its own.
#![allow(
    missing_docs,
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::type_complexity,
    reason = "a benchmark stops where its data are wrong, and prints what it measured"
)]

mod turns;
mod workloads;

use criterion::Criterion;
use ratewright::eval::{Hosts, Limits, Scratch, Silent, price};
use ratewright::value::Value;
use ratewright::{Quote, RuleSet};
use std::hint::black_box;
use turns::Contest;
use workloads::{billing, expression, freight};

const INPUTS: usize = 2_000;

/// The quotes of one rule set for one list of inputs, the next with each call: from a struct, and from values in slots.
fn quotes<'a, I: serde::Serialize>(rules: &'a RuleSet, inputs: &'a [I]) -> impl FnMut() + 'a {
    let mut context = rules.context();
    let mut next = inputs.iter().cycle();
    move || drop(black_box(rules.quote_in(&mut context, black_box(next.next().unwrap())).unwrap()))
}

/// The same without reading the input.
fn evaluations<'a>(rules: &'a RuleSet, slots: &'a [Vec<Value>]) -> impl FnMut() + 'a {
    let (hosts, limits, mut scratch) = (Hosts::default(), Limits::default(), Scratch::new());
    let mut quote = Quote::default();
    let mut next = slots.iter().cycle();
    move || {
        let slots = black_box(next.next().unwrap());
        price(rules.program(), &hosts, slots, &limits, &mut scratch, &mut quote, &mut Silent).unwrap();
        black_box(&quote);
    }
}

/// A version by hand, on the next input with each call.
fn by_hand<'a, I, R>(inputs: &'a [I], mut version: impl FnMut(&I) -> R + 'a) -> impl FnMut() + 'a {
    let mut next = inputs.iter().cycle();
    move || drop(black_box(version(black_box(next.next().unwrap()))))
}

fn main() {
    let rules = expression::rules();
    let (inputs, small) = expression::inputs(INPUTS);
    expression::check(&rules, &inputs, &small);
    let slots: Vec<_> = inputs.iter().map(expression::slots).collect();
    let mut w1 = Contest::new("W1 expression");
    w1.add("rust_decimal", by_hand(&inputs, expression::decimal));
    w1.add("i64", by_hand(&small, expression::scaled));
    w1.add("ratewright, from a struct", quotes(&rules, &inputs));
    w1.add("ratewright, evaluation alone", evaluations(&rules, &slots));

    let prices = freight::Prices::new();
    let rules = prices.rules();
    let (inputs, small) = freight::inputs(INPUTS);
    freight::check(&rules, &prices, &inputs, &small);
    let slots: Vec<_> = inputs.iter().map(freight::slots).collect();
    let mut key = freight::key();
    let mut w2 = Contest::new("W2 freight quote");
    w2.add("rust_decimal", by_hand(&inputs, |shipment| freight::decimal(&prices, shipment, &mut key)));
    w2.add("i64", by_hand(&small, |shipment| freight::scaled(&prices, shipment)));
    w2.add("ratewright, from a struct", quotes(&rules, &inputs));
    w2.add("ratewright, evaluation alone", evaluations(&rules, &slots));

    let rules = billing::rules();
    let (inputs, small) = billing::inputs(INPUTS / 10);
    billing::check(&rules, &inputs, &small);
    let mut w3 = Contest::new("W3 billing, 20 lines");
    w3.add("rust_decimal", by_hand(&inputs, billing::decimal));
    w3.add("i64", by_hand(&small, |lines| billing::scaled(lines)));
    w3.add("ratewright, from a struct", quotes(&rules, &inputs));

    // `--turns` stops after the table; a name that criterion filters by skips it.
    let mut contests = [w1, w2, w3];
    let only_turns = std::env::args().any(|argument| argument == "--turns");
    contests.iter_mut().for_each(Contest::print_table);
    if only_turns {
        return;
    }
    let mut criterion = Criterion::default().configure_from_args();
    for contest in &mut contests {
        contest.measure(&mut criterion);
    }
    criterion.final_summary();
}
