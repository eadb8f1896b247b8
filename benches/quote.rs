//! How quick a quote is, beside the same prices written by hand: `cargo bench --bench quote`.
//!
//! First every version is checked against the others on every input. Then tables of medians are measured with the versions of a
//! workload taking short turns, so that their ratios hold on a busy machine; then criterion measures each on its own.
//! `-- --turns` stops after the tables.
#![allow(
    missing_docs,
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::panic,
    clippy::type_complexity,
    reason = "a benchmark stops where its data are wrong, and prints what it measured"
)]

mod turns;
mod workloads;

use criterion::Criterion;
use ratewright::eval::{Explanation, Tracer};
use ratewright::{Compiler, Quote, RuleSet};
use rust_decimal::Decimal;
use std::hint::black_box;
use turns::Contest;
use workloads::calls::{Counting, Unused, by_hand, evaluations, quotes, quotes_into, watched};
use workloads::{Exact, billing, expression, freight, lanes, rules};

const INPUTS: usize = 2_000;

fn main() {
    let only_turns = std::env::args().any(|argument| argument == "--turns");
    let mut criterion = (!only_turns).then(|| Criterion::default().configure_from_args());
    one_expression(&mut criterion);
    let prices = freight::Prices::new();
    let rules = prices.rules();
    let (inputs, small) = freight::inputs(INPUTS);
    freight::check(&rules, &prices, &inputs, &small);
    freight_quotes(&rules, &prices, (&inputs, &small), &mut criterion);
    json_to_json(&rules, &inputs, &mut criterion);
    observers(&rules, &inputs, &mut criterion);
    invoices(&mut criterion);
    look_ups(&mut criterion);
    bill_run(&rules, &prices, (&inputs[..1_000], &small[..1_000]), &mut criterion);
    if let Some(criterion) = &mut criterion {
        loads(criterion);
    }
    if let Some(criterion) = criterion {
        criterion.final_summary();
    }
}

/// Prints the table of a workload, and lets criterion measure its versions, to compare them with their last run.
fn measure(mut contest: Contest<'_>, criterion: &mut Option<Criterion>) {
    contest.print_table();
    let Some(criterion) = criterion else { return };
    let mut group = criterion.benchmark_group(contest.name.clone());
    for (name, quote) in contest.versions() {
        group.bench_function(name, |bencher| bencher.iter(&mut *quote));
    }
    group.finish();
}

fn one_expression(criterion: &mut Option<Criterion>) {
    let rules = expression::rules();
    let (inputs, small) = expression::inputs(INPUTS);
    expression::check(&rules, &inputs, &small);
    let slots: Vec<_> = inputs.iter().map(expression::slots).collect();
    let exact: Vec<_> = inputs.iter().map(expression::Input::exact).collect();
    let mut contest = Contest::new("W1 expression");
    contest.add("rust_decimal", by_hand(&inputs, expression::decimal));
    contest.add("i64", by_hand(&small, expression::scaled));
    contest.add("ratewright, from a struct", quotes(&rules, &exact));
    contest.add("the same, the quote in its own memory again", quotes_into(&rules, &exact));
    contest.add("decimals by their texts, in its own memory", quotes_into(&rules, &inputs));
    contest.add("ratewright, evaluation alone", evaluations(&rules, &slots));
    measure(contest, criterion);
}

fn freight_quotes(
    rules: &RuleSet,
    prices: &freight::Prices,
    (inputs, small): (&[freight::Shipment], &[freight::Scaled]),
    criterion: &mut Option<Criterion>,
) {
    let slots: Vec<_> = inputs.iter().map(freight::slots).collect();
    let pairs: Vec<_> = inputs.iter().zip(small).collect();
    let (mut key, mut context, mut quote) = (freight::key(), rules.context(), Quote::default());
    let exact: Vec<_> = inputs.iter().map(|input| input.with(Exact)).collect();
    let mut contest = Contest::new("W2 freight quote");
    contest.add("rust_decimal", by_hand(inputs, |shipment| freight::decimal(prices, shipment, &mut key)));
    contest.add("i64", by_hand(small, |shipment| freight::scaled(prices, shipment)));
    contest.add("ratewright, from a struct", quotes(rules, &exact));
    contest.add("the same, the quote in its own memory again", quotes_into(rules, &exact));
    contest.add("decimals by their texts, in its own memory", quotes_into(rules, inputs));
    let of_numbers = |(texts, small): &(&_, &_)| {
        rules.quote_into(&mut context, &freight::own_numbers(texts, small), &mut quote).unwrap();
        black_box(&quote);
    };
    contest.add("from whole numbers by a struct of `Number`s, in its own memory", by_hand(&pairs, of_numbers));
    contest.add("ratewright, evaluation alone", evaluations(rules, &slots));
    measure(contest, criterion);
}

/// The text of an input to the text of its quote, in a buffer that is used again.
fn json_to_json(rules: &RuleSet, inputs: &[freight::Shipment], criterion: &mut Option<Criterion>) {
    let texts: Vec<String> = inputs.iter().map(freight::json).collect();
    let (mut context, mut quote, mut buffer) = (rules.context(), Quote::default(), Vec::new());
    let mut reading = rules.context();
    let mut contest = Contest::new("W2 from JSON text to JSON text");
    let dynamic = |text: &String| serde_json::from_str::<serde_json::Value>(text).unwrap();
    contest.add("serde_json, the text into a dynamic value, no quote", by_hand(&texts, dynamic));
    let from_json = move |text: &String| rules.quote_json_in(&mut reading, text).unwrap();
    contest.add("ratewright, from a JSON text", by_hand(&texts, from_json));
    let to_json = move |text: &String| {
        buffer.clear();
        rules.quote_json_into(&mut context, text, &mut quote).unwrap();
        serde_json::to_writer(&mut buffer, &quote).unwrap();
        black_box(buffer.len())
    };
    contest.add("ratewright, from JSON text to JSON text", by_hand(&texts, to_json));
    measure(contest, criterion);
}

/// What watching an evaluation costs: nothing where the observer is not used.
fn observers(rules: &RuleSet, inputs: &[freight::Shipment], criterion: &mut Option<Criterion>) {
    let slots: Vec<_> = inputs.iter().map(freight::slots).collect();
    let mut contest = Contest::new("W2 with an observer, evaluation alone");
    contest.add("silent", evaluations(rules, &slots));
    contest.add("another that is not used", watched(rules, &slots, || Unused));
    contest.add("one that counts what it is told", watched(rules, &slots, Counting::default));
    contest.add("recorded for an explanation", watched(rules, &slots, Tracer::new));
    measure(contest, criterion);

    let mut contest = Contest::new("W2 with its explanation, from a struct");
    contest.add("not explained", quotes_into(rules, inputs));
    contest.add("explained, and the explanation not read", explained(rules, inputs, |_| 0));
    contest.add("explained, and the charges read", explained(rules, inputs, |it| it.charges().len()));
    let mut buffer = Vec::new();
    let as_json = move |explanation: &Explanation| {
        buffer.clear();
        serde_json::to_writer(&mut buffer, explanation).unwrap();
        buffer.len()
    };
    contest.add("explained, and the explanation written as JSON", explained(rules, inputs, as_json));
    contest.add("explained, and the explanation written as text", explained(rules, inputs, |it| it.to_text().len()));
    contest.add("the same without a context", by_hand(inputs, |input| rules.explain(input).unwrap().1.to_text()));
    measure(contest, criterion);
}

/// Quotes in memory that is used again, with their explanations, which are read in some way.
fn explained<'a>(
    rules: &'a RuleSet,
    inputs: &'a [freight::Shipment],
    mut read: impl FnMut(&Explanation) -> usize + 'a,
) -> impl FnMut() + 'a {
    let (mut context, mut quote) = (rules.context(), Quote::default());
    by_hand(inputs, move |input| {
        let explanation = rules.explain_into(&mut context, input, &mut quote).unwrap();
        black_box((&quote, read(&explanation)));
        explanation
    })
}

fn invoices(criterion: &mut Option<Criterion>) {
    let rules = billing::rules();
    let (inputs, small) = billing::inputs(INPUTS / 10);
    billing::check(&rules, &inputs, &small);
    let slots: Vec<_> = inputs.iter().map(billing::slots).collect();
    let exact: Vec<_> = inputs.iter().map(billing::Invoice::exact).collect();
    let mut contest = Contest::new("W3 billing, 20 lines");
    contest.add("rust_decimal", by_hand(&inputs, billing::decimal));
    contest.add("i64", by_hand(&small, |lines| billing::scaled(lines)));
    contest.add("ratewright, from a struct", quotes(&rules, &exact));
    contest.add("the same, the quote in its own memory again", quotes_into(&rules, &exact));
    contest.add("decimals by their texts, in its own memory", quotes_into(&rules, &inputs));
    contest.add("ratewright, evaluation alone", evaluations(&rules, &slots));
    measure(contest, criterion);
}

/// The look-up alone; `cargo bench --bench table` has more of it.
fn look_ups(criterion: &mut Option<Criterion>) {
    for (rows, name) in [(10, "W4 look-up, 10 rows"), (10_000, "W4 look-up, 10,000 rows")] {
        let (rates, mut key) = (lanes::Rates::new(rows), freight::key());
        let rules = rates.rules();
        let (queries, small) = rates.queries(INPUTS);
        rates.check(&rules, &queries, &small);
        let (slots, table) = (queries.iter().map(lanes::slots).collect::<Vec<_>>(), lanes::table(&rules));
        let mut contest = Contest::new(name);
        contest.add("rust_decimal", by_hand(&queries, |query| rates.decimal(query, &mut key)));
        contest.add("i64", by_hand(&small, |query| rates.scaled(query)));
        contest.add("ratewright", by_hand(&slots, |keys| table.look_up(keys, None)));
        measure(contest, criterion);
    }
}

/// A thousand shipments one after the other on this thread; `cargo bench --bench many` has more of them, and on more threads.
fn bill_run(
    rules: &RuleSet,
    prices: &freight::Prices,
    (inputs, small): (&[freight::Shipment], &[freight::Scaled]),
    criterion: &mut Option<Criterion>,
) {
    let (mut key, mut context, mut quote) = (freight::key(), rules.context(), Quote::default());
    let mut contest = Contest::new("W6, 1,000 shipments");
    contest.add("rust_decimal", || {
        black_box(inputs.iter().map(|shipment| freight::decimal(prices, shipment, &mut key).total).sum::<Decimal>());
    });
    contest.add("i64", || {
        black_box(small.iter().map(|shipment| freight::scaled(prices, shipment).total).sum::<i64>());
    });
    contest.add("ratewright, from a struct, a context and a quote for all", || {
        for shipment in inputs {
            rules.quote_into(&mut context, &shipment.with(Exact), &mut quote).unwrap();
            black_box(quote.totals());
        }
    });
    measure(contest, criterion);
}

/// Many small rules read, checked and compiled; `cargo bench --bench load` has more of them, and what is kept.
fn loads(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("W5 load, 1,000 rules");
    group.sample_size(10);
    for form in rules::Form::ALL {
        let compiler = Compiler::new().source("load.rules", &form.text(&rules::rules(1_000)));
        group.bench_function(form.words(), |bencher| bencher.iter(|| compiler.compile("load.rules").unwrap()));
    }
    group.finish();
}
