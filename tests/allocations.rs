//! Memory of a quote: a context that is used again allocates the quote and nothing else.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, missing_docs)]

#[path = "../benches/workloads/mod.rs"]
mod workloads;

use allocation_counter::measure;
use ratewright::RuleSet;
use serde::Serialize;
use workloads::{billing, expression, freight};

/// The most allocations of a quote in a used context beyond those of a copy of the quote, over all inputs.
fn most_beyond_the_quote<I: Serialize>(rules: &RuleSet, inputs: &[I]) -> i64 {
    let mut context = rules.context();
    // The first round fills the context: its slots, the lines of each charge, and the texts that occur.
    inputs.iter().for_each(|input| drop(rules.quote_in(&mut context, input).unwrap()));
    let beyond = |input: &I| {
        let (mut quote, mut copy) = (None, None);
        let made = measure(|| quote = rules.quote_in(&mut context, input).ok());
        let copied = measure(|| copy = quote.clone());
        assert!(copy.is_some() && copied.count_total > 2, "{copied:?}");
        made.count_total as i64 - copied.count_total as i64
    };
    inputs.iter().map(beyond).max().unwrap()
}

#[test]
fn an_expression_allocates_no_more_than_the_quote() {
    let (inputs, _) = expression::inputs(300);
    assert_eq!(most_beyond_the_quote(&expression::rules(), &inputs), 0);
}

#[test]
fn a_freight_quote_allocates_no_more_than_the_quote() {
    let (inputs, _) = freight::inputs(300);
    assert_eq!(most_beyond_the_quote(&freight::Prices::new().rules(), &inputs), 0);
}

/// The list of an input, its records and the units of its tiers are still allocated: at most 12 for each of the 20 lines.
#[test]
fn an_invoice_allocates_a_little_more_for_each_line() {
    let (inputs, _) = billing::inputs(60);
    let most = most_beyond_the_quote(&billing::rules(), &inputs);
    assert!(most <= 12 * 20, "{most}");
}

#[test]
fn the_versions_by_hand_agree() {
    let (inputs, small) = expression::inputs(300);
    expression::check(&expression::rules(), &inputs, &small);
    let (prices, (inputs, small)) = (freight::Prices::new(), freight::inputs(300));
    freight::check(&prices.rules(), &prices, &inputs, &small);
    let (inputs, small) = billing::inputs(60);
    billing::check(&billing::rules(), &inputs, &small);
}
