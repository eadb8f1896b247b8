//! A bill run: many parcel quotes on one and on two threads, from typed structs, reading them counted: `cargo bench --bench many`.
//!
//! 100,000 shipments in memory, and with `-- --long` ten times around them. Every version adds the totals of its itemised quotes up;
//! the sums must be equal. With `--features parallel` also what `RuleSet::quote_each` does on all cores. Versions take turns; a figure is the median of five runs: rows for a second of one thread on a
//! processor (on Linux; elsewhere for one that passed), and rows for a second that passed, where other work on the machine counts.
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

use ratewright::value::Number;
use ratewright::{Quote, RuleSet};
use rust_decimal::Decimal;
use std::ops::Range;
use std::time::Instant;
use turns::Stopwatch;
use workloads::Exact;
use workloads::freight::{self, Prices, Scaled, Shipment};

const SHIPMENTS: usize = 100_000;
const ROUNDS: usize = 5;

/// Prices the shipments with these numbers; gives the sum of their totals.
type Version<'a> = (&'static str, Box<dyn Fn(Range<usize>) -> Decimal + Sync + 'a>);

/// Seconds that one run took: of all threads on processors, and from its start to its end.
#[derive(Clone, Copy)]
struct Took {
    working: f64,
    passed: f64,
}

/// The shipments `part`, `times` over, on this thread; how long it worked, and the sum.
fn work(version: &Version<'_>, part: Range<usize>, times: usize) -> (f64, Decimal) {
    let watch = Stopwatch::start();
    let sum = (0..times).map(|_| (version.1)(part.clone())).sum();
    (watch.seconds(), sum)
}

fn run(version: &Version<'_>, threads: usize, times: usize) -> (Took, Decimal) {
    let start = Instant::now();
    let each = SHIPMENTS / threads;
    let (working, sum) = std::thread::scope(|scope| {
        let spawn = |number| scope.spawn(move || work(version, number * each..(number + 1) * each, times));
        let handles: Vec<_> = (0..threads).map(spawn).collect();
        let parts = handles.into_iter().map(|handle| handle.join().unwrap());
        parts.fold((0.0, Decimal::ZERO), |(working, sum), part| (working + part.0, sum + part.1))
    });
    (Took { working, passed: start.elapsed().as_secs_f64() }, sum)
}

fn versions<'a>(
    prices: &'a Prices,
    rules: &'a RuleSet,
    (inputs, small): (&'a [Shipment], &'a [Scaled]),
) -> Vec<Version<'a>> {
    let by_decimals = move |part: Range<usize>| {
        let mut key = freight::key();
        inputs[part].iter().map(|shipment| freight::decimal(prices, shipment, &mut key).total).sum()
    };
    let by_whole_numbers = move |part: Range<usize>| {
        workloads::cents(small[part].iter().map(|shipment| freight::scaled(prices, shipment).total).sum())
    };
    let quotes = move |part: Range<usize>| {
        let (mut context, mut quote, mut sum) = (rules.context(), Quote::default(), Number::ZERO);
        for shipment in &inputs[part] {
            rules.quote_into(&mut context, &shipment.with(Exact), &mut quote).unwrap();
            sum = sum.add(&quote.totals()[0].amount).unwrap();
        }
        sum.to_decimal().unwrap()
    };
    let quotes_of_numbers = move |part: Range<usize>| {
        let (mut context, mut quote, mut sum) = (rules.context(), Quote::default(), Number::ZERO);
        for (texts, small) in inputs[part.clone()].iter().zip(&small[part]) {
            rules.quote_into(&mut context, &freight::own_numbers(texts, small), &mut quote).unwrap();
            sum = sum.add(&quote.totals()[0].amount).unwrap();
        }
        sum.to_decimal().unwrap()
    };
    vec![
        ("rust_decimal", Box::new(by_decimals)),
        ("i64", Box::new(by_whole_numbers)),
        ("ratewright, a struct of `Decimal`s, a context and a quote for each thread", Box::new(quotes)),
        ("ratewright, whole numbers by a struct of `Number`s", Box::new(quotes_of_numbers)),
    ]
}

fn main() {
    let times = if std::env::args().any(|argument| argument == "--long") { 10 } else { 1 };
    let prices = Prices::new();
    let rules = prices.rules();
    let (inputs, small) = freight::inputs(SHIPMENTS);
    freight::check(&rules, &prices, &inputs[..2_000], &small[..2_000]);
    let versions = versions(&prices, &rules, (&inputs, &small));

    let mut took = vec![[Vec::new(), Vec::new()]; versions.len()];
    for round in 0..=ROUNDS {
        let mut sums = Vec::new();
        for (version, took) in versions.iter().zip(&mut took) {
            for threads in [1, 2] {
                let (spent, sum) = run(version, threads, times);
                sums.push(sum);
                // The first round warms up.
                if round > 0 {
                    took[threads - 1].push(spent);
                }
            }
        }
        assert!(sums.iter().all(|sum| *sum == sums[0]), "{sums:?}");
    }
    print(&versions, &took, (SHIPMENTS * times) as f64);
    let expected = run(&versions[0], 1, times).1;
    on_all_cores(&rules, &inputs, times, expected);
    if let Ok(load) = std::fs::read_to_string("/proc/loadavg") {
        println!("\nload {}", load.split(' ').next().unwrap_or_default());
    }
}

/// The same shipments by `RuleSet::quote_each`, which hands over the quotes in their order.
#[cfg(feature = "parallel")]
fn on_all_cores(rules: &RuleSet, inputs: &[Shipment], times: usize, expected: Decimal) {
    let once = || {
        let (start, mut sum) = (Instant::now(), Number::ZERO);
        for _ in 0..times {
            rules
                .quote_each(inputs.iter().map(|shipment| shipment.with(Exact)), |_, quote| {
                    sum = sum.add(&quote.unwrap().totals()[0].amount)?;
                    Ok::<(), ratewright::value::NumberError>(())
                })
                .unwrap();
        }
        assert_eq!(sum.to_decimal(), Some(expected));
        (inputs.len() * times) as f64 / start.elapsed().as_secs_f64()
    };
    let rows = turns::median((0..ROUNDS).map(|_| once()).collect());
    println!("\n`RuleSet::quote_each` on all cores, a struct of `Decimal`s: {} rows/s", thousands(rows));
}

#[cfg(not(feature = "parallel"))]
fn on_all_cores(_: &RuleSet, _: &[Shipment], _: usize, _: Decimal) {}

fn print(versions: &[Version<'_>], took: &[[Vec<Took>; 2]], rows: f64) {
    let median = |of: &[Took], seconds: fn(&Took) -> f64| turns::median(of.iter().map(seconds).collect());
    println!(
        "\n| W6, {rows:.0} shipments | rows/s of a thread | × rust_decimal | one thread | two threads | two beside one |"
    );
    println!("|---|---:|---:|---:|---:|---:|");
    let base = rows / median(&took[0][0], |took| took.working);
    for ((name, _), [one, two]) in versions.iter().zip(took) {
        let of_a_thread = rows / median(one, |took| took.working);
        let passed = [one, two].map(|took| rows / median(took, |took| took.passed));
        let ratio = passed[1] / passed[0];
        let [of_a_thread_in_words, one, two] = [of_a_thread, passed[0], passed[1]].map(thousands);
        println!("| {name} | {of_a_thread_in_words} | {:.2} | {one} | {two} | {ratio:.2} |", of_a_thread / base);
    }
}

/// `1,450,000`: four digits that mean something.
fn thousands(rows: f64) -> String {
    let rounded = (rows / 1_000.0).round() as u64;
    match rounded {
        ..1_000 => format!("{rounded},000"),
        _ => format!("{},{:03},000", rounded / 1_000, rounded % 1_000),
    }
}
