//! How much memory a quote takes: `cargo bench --bench allocations` prints how often it allocates and how many bytes, the mean over
//! all inputs, in a context that has seen them before. `tests/allocations.rs` holds bounds.
#![allow(
    missing_docs,
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a benchmark stops where its data are wrong, and prints what it measured"
)]

mod workloads;

use allocation_counter::measure;
use workloads::calls::{evaluations, quotes, quotes_into};
use workloads::{Exact, billing, expression, freight};

const INPUTS: usize = 500;

/// Prints the mean of as many calls as there are inputs, after as many that are not counted.
fn report(words: &str, mut quote: impl FnMut()) {
    (0..INPUTS).for_each(|_| quote());
    let made = measure(|| (0..INPUTS).for_each(|_| quote()));
    let each = |count: u64| count as f64 / INPUTS as f64;
    println!("| {words} | {:.1} | {:.0} |", each(made.count_total), each(made.bytes_total));
}

fn main() {
    println!("\n| allocations | of a quote | bytes |\n|---|---:|---:|");
    let rules = expression::rules();
    let inputs = expression::inputs(INPUTS).0;
    let slots: Vec<_> = inputs.iter().map(expression::slots).collect();
    let exact: Vec<_> = inputs.iter().map(expression::Input::exact).collect();
    report("W1 expression, from a struct", quotes(&rules, &exact));
    report("the same, the quote in its own memory again", quotes_into(&rules, &exact));
    report("decimals by their texts, the quote in its own memory again", quotes_into(&rules, &inputs));
    report("evaluation alone, into a quote that is used again", evaluations(&rules, &slots));

    let prices = freight::Prices::new();
    let rules = prices.rules();
    let inputs = freight::inputs(INPUTS).0;
    let slots: Vec<_> = inputs.iter().map(freight::slots).collect();
    let exact: Vec<_> = inputs.iter().map(|input| input.with(Exact)).collect();
    report("W2 freight quote, from a struct", quotes(&rules, &exact));
    report("the same, the quote in its own memory again", quotes_into(&rules, &exact));
    report("decimals by their texts, the quote in its own memory again", quotes_into(&rules, &inputs));
    report("evaluation alone, into a quote that is used again", evaluations(&rules, &slots));

    let rules = billing::rules();
    let inputs = billing::inputs(INPUTS).0;
    let slots: Vec<_> = inputs.iter().map(billing::slots).collect();
    let exact: Vec<_> = inputs.iter().map(billing::Invoice::exact).collect();
    report("W3 billing, 20 lines, from a struct", quotes(&rules, &exact));
    report("the same, the quote in its own memory again", quotes_into(&rules, &exact));
    report("decimals by their texts, the quote in its own memory again", quotes_into(&rules, &inputs));
    report("evaluation alone, into a quote that is used again", evaluations(&rules, &slots));
}
