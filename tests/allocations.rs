//! Memory of a quote: in a context that is used again nothing but the quote is allocated, and into a quote that is used again
//! nothing at all; writing it as JSON allocates nothing either.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, missing_docs)]

#[path = "../benches/workloads/mod.rs"]
mod workloads;

use allocation_counter::measure;
use ratewright::{Quote, RuleSet};
use serde::Serialize;
use std::collections::BTreeMap;
use workloads::{Exact, billing, expression, freight};

/// The most allocations over all inputs: of a quote made anew in a used context, of one in its own used memory, and of its JSON.
fn most<I: Serialize>(rules: &RuleSet, inputs: &[I]) -> [u64; 3] {
    let (mut context, mut quote, mut json) = (rules.context(), Quote::default(), Vec::new());
    // The first round fills the memory: slots, lines, and the texts that occur.
    for input in inputs {
        rules.quote_into(&mut context, input, &mut quote).unwrap();
        serde_json::to_writer(&mut json, &quote).unwrap();
        json.clear();
    }
    let mut most = [0; 3];
    for input in inputs {
        let mut made = None;
        let anew = measure(|| made = rules.quote_in(&mut context, input).ok());
        let again = measure(|| rules.quote_into(&mut context, input, &mut quote).unwrap());
        assert_eq!(made.as_ref(), Some(&quote));
        json.clear();
        let written = measure(|| serde_json::to_writer(&mut json, &quote).unwrap());
        assert_eq!(json, serde_json::to_vec(&made).unwrap());
        let mut at_once = Vec::with_capacity(json.len());
        assert_eq!(measure(|| quote.write_json(&mut at_once)).count_total, 0);
        assert_eq!(json, at_once);
        for (most, measured) in most.iter_mut().zip([anew, again, written]) {
            *most = (*most).max(measured.count_total);
        }
    }
    most
}

/// What a quote consists of: its list of lines.
#[test]
fn an_expression_allocates_the_quote_and_nothing_else() {
    let (inputs, _) = expression::inputs(300);
    assert_eq!(most(&expression::rules(), &inputs), [1, 0, 0]);
}

#[test]
fn a_freight_quote_allocates_the_quote_and_nothing_else() {
    let (inputs, _) = freight::inputs(300);
    assert_eq!(most(&freight::Prices::new().rules(), &inputs), [1, 0, 0]);
}

/// Which rules a case exercised is taken down in memory that is used again.
#[test]
fn a_traced_quote_allocates_nothing() {
    let (inputs, _) = freight::inputs(300);
    let edition = ratewright::live::Edition::new(freight::Prices::new().rules());
    let tracing = ratewright::migrate::Tracing::new(&edition);
    let (mut context, mut quote, mut path) =
        (edition.context(), Quote::default(), ratewright::migrate::Path::default());
    for round in 0..2 {
        for input in &inputs {
            let made = measure(|| tracing.quote_into(&mut context, input, &mut quote, &mut path).unwrap());
            assert!(round == 0 || made.count_total == 0, "{made:?}");
        }
    }
}

/// The most allocations of reading an input in a used context, from a struct and from JSON, over all inputs.
fn most_of_reading<I: Serialize>(rules: &RuleSet, inputs: &[I]) -> (u64, u64) {
    let texts: Vec<_> = inputs.iter().map(|input| serde_json::to_string(input).unwrap()).collect();
    let mut context = rules.context();
    inputs.iter().for_each(|input| assert!(rules.read_in(&mut context, input).is_ok()));
    let structs = inputs.iter().map(|input| measure(|| assert!(rules.read_in(&mut context, input).is_ok())));
    let structs = structs.map(|made| made.count_total).max().unwrap();
    let texts = texts.iter().map(|text| measure(|| assert!(rules.read_json_in(&mut context, text).is_ok())));
    (structs, texts.map(|made| made.count_total).max().unwrap())
}

#[test]
fn reading_an_input_allocates_nothing() {
    let (rules, inputs) = (expression::rules(), expression::inputs(300).0);
    let exact: Vec<_> = inputs.iter().map(expression::Input::exact).collect();
    assert_eq!((most_of_reading(&rules, &inputs), most_of_reading(&rules, &exact)), ((0, 0), (0, 0)));
    let (rules, inputs) = (freight::Prices::new().rules(), freight::inputs(300).0);
    let exact: Vec<_> = inputs.iter().map(|input| input.with(Exact)).collect();
    assert_eq!((most_of_reading(&rules, &inputs), most_of_reading(&rules, &exact)), ((0, 0), (0, 0)));
}

#[test]
fn reading_lists_of_the_same_length_allocates_nothing() {
    let (rules, inputs) = (billing::rules(), billing::inputs(60).0);
    let exact: Vec<_> = inputs.iter().map(billing::Invoice::exact).collect();
    assert_eq!((most_of_reading(&rules, &inputs), most_of_reading(&rules, &exact)), ((0, 0), (0, 0)));
}

/// More fields than a word has bits, by their names.
#[test]
fn reading_a_long_record_allocates_nothing() {
    let names: Vec<_> = (0..150).map(|n| format!("f{n}")).collect();
    let text = format!("ruleset r {{ currency USD }} input {{ {} : integer }} charge A = 1 USD", names.join(", "));
    let inputs: Vec<BTreeMap<_, _>> = (0..3).map(|value| names.iter().map(|name| (name, value)).collect()).collect();
    assert_eq!(most_of_reading(&RuleSet::compile(&text).unwrap(), &inputs), (0, 0));
}

/// What the quote consists of grows as its lines and tiers are written.
#[test]
fn an_invoice_allocates_the_quote_and_hardly_anything_else() {
    let (inputs, _) = billing::inputs(60);
    let [anew, again, written] = most(&billing::rules(), &inputs);
    assert!(anew <= 12 && again <= 1 && written == 0, "{anew} {again} {written}");
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
