//! What `instructions.sh` runs under callgrind: each version of a workload prices the same inputs once within one function, whose
//! instructions are counted; nothing else is. A line on standard output says what was counted, in the order of the counts.
#![allow(
    missing_docs,
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a benchmark stops where its data are wrong, and prints what it counts"
)]

mod workloads;

use ratewright::Quote;
use std::hint::black_box;
use workloads::calls::{Unused, by_hand, evaluations, quotes, quotes_into, watched};
use workloads::{Exact, billing, expression, freight, lanes};

/// How many inputs of a workload are priced, each once.
const INPUTS: usize = 200;

/// The script counts what happens in here, by this name.
#[inline(never)]
fn counted_by_callgrind(calls: usize, quote: &mut dyn FnMut()) {
    (0..calls).for_each(|_| quote());
}

/// Has as many quotes counted as there are inputs, after as many that are not.
fn count(workload: &str, version: &str, inputs: usize, mut quote: impl FnMut()) {
    (0..inputs).for_each(|_| quote());
    counted_by_callgrind(black_box(inputs), &mut quote);
    println!("{workload}\t{version}\t{inputs}");
}

fn main() {
    // Given by cargo to every bench, and by the script; `cargo test --benches` must not take long.
    if !std::env::args().any(|argument| argument == "--count") {
        return;
    }
    one_expression();
    freight_quotes();
    invoices();
    look_ups();
}

fn one_expression() {
    let rules = expression::rules();
    let (inputs, small) = expression::inputs(INPUTS);
    expression::check(&rules, &inputs[..50], &small[..50]);
    let slots: Vec<_> = inputs.iter().map(expression::slots).collect();
    count("W1 expression", "i64", INPUTS, by_hand(&small, expression::scaled));
    count("W1 expression", "rust_decimal", INPUTS, by_hand(&inputs, expression::decimal));
    count("W1 expression", "evaluation alone", INPUTS, evaluations(&rules, &slots));
    let exact: Vec<_> = inputs.iter().map(expression::Input::exact).collect();
    count("W1 expression", "from a struct", INPUTS, quotes(&rules, &exact));
    count("W1 expression", "from a struct, decimals by their texts", INPUTS, quotes(&rules, &inputs));
}

fn freight_quotes() {
    let (prices, mut key) = (freight::Prices::new(), freight::key());
    let rules = prices.rules();
    let (inputs, small) = freight::inputs(INPUTS);
    freight::check(&rules, &prices, &inputs[..50], &small[..50]);
    let slots: Vec<_> = inputs.iter().map(freight::slots).collect();
    let pairs: Vec<_> = inputs.iter().zip(&small).collect();
    let texts: Vec<String> = inputs.iter().map(freight::json).collect();
    let (mut context, mut reading, mut buffer) = (rules.context(), rules.context(), Vec::new());
    let [mut quote, mut written] = [Quote::default(), Quote::default()];
    let of_numbers =
        |(texts, small): &(&_, &_)| rules.quote_into(&mut context, &freight::own_numbers(texts, small), &mut quote);
    let to_json = |text: &String| {
        buffer.clear();
        rules.quote_json_into(&mut reading, text, &mut written).unwrap();
        serde_json::to_writer(&mut buffer, &written)
    };
    let name = "W2 freight quote";
    count(name, "i64", INPUTS, by_hand(&small, |shipment| freight::scaled(&prices, shipment)));
    count(name, "rust_decimal", INPUTS, by_hand(&inputs, |input| freight::decimal(&prices, input, &mut key)));
    count(name, "evaluation alone", INPUTS, evaluations(&rules, &slots));
    count(name, "evaluation alone, another unused observer", INPUTS, watched(&rules, &slots, || Unused));
    let exact: Vec<_> = inputs.iter().map(|input| input.with(Exact)).collect();
    count(name, "from a struct", INPUTS, quotes(&rules, &exact));
    count(name, "from a struct, in its own memory again", INPUTS, quotes_into(&rules, &exact));
    count(
        name,
        "from a struct, decimals by their texts, in its own memory again",
        INPUTS,
        quotes_into(&rules, &inputs),
    );
    count(name, "from whole numbers by a struct", INPUTS, by_hand(&pairs, of_numbers));
    count(name, "from JSON text to JSON text", INPUTS, by_hand(&texts, to_json));
}

fn invoices() {
    let rules = billing::rules();
    let (inputs, small) = billing::inputs(INPUTS / 5);
    billing::check(&rules, &inputs[..10], &small[..10]);
    let slots: Vec<_> = inputs.iter().map(billing::slots).collect();
    let (name, inputs_of_it) = ("W3 billing, 20 lines", inputs.len());
    count(name, "i64", inputs_of_it, by_hand(&small, |lines| billing::scaled(lines)));
    count(name, "rust_decimal", inputs_of_it, by_hand(&inputs, billing::decimal));
    count(name, "evaluation alone", inputs_of_it, evaluations(&rules, &slots));
    let exact: Vec<_> = inputs.iter().map(billing::Invoice::exact).collect();
    count(name, "from a struct", inputs_of_it, quotes(&rules, &exact));
    count(name, "from a struct, decimals by their texts", inputs_of_it, quotes(&rules, &inputs));
}

fn look_ups() {
    for (rows, name) in [(10, "W4 look-up, 10 rows"), (10_000, "W4 look-up, 10,000 rows")] {
        let (rates, mut key) = (lanes::Rates::new(rows), freight::key());
        let rules = rates.rules();
        let (queries, small) = rates.queries(INPUTS);
        rates.check(&rules, &queries, &small);
        let (slots, table) = (queries.iter().map(lanes::slots).collect::<Vec<_>>(), lanes::table(&rules));
        count(name, "i64", INPUTS, by_hand(&small, |query| rates.scaled(query)));
        count(name, "rust_decimal", INPUTS, by_hand(&queries, |query| rates.decimal(query, &mut key)));
        count(name, "look-up alone", INPUTS, by_hand(&slots, |keys| table.look_up(keys, None)));
        count(name, "a quote of it, evaluation alone", INPUTS, evaluations(&rules, &slots));
        count(name, "a quote of it, from a struct", INPUTS, quotes(&rules, &queries));
    }
}
