//! Ratewright beside other engines, in one process: `cargo run --release --manifest-path benches/peers/Cargo.toml`.
//!
//! Every engine gets its rules as someone who knows it would write them (keyed maps instead of scans, sums of lower tiers worked out
//! beforehand), and inputs that are made beforehand in its own form. What it answers is compared with Ratewright's on every input;
//! where it computes with binary floats, the share of quotes with another cent is counted. Then all take turns of half a
//! millisecond, and medians are printed as Markdown.
#![allow(dead_code, reason = "workloads are shared with other benches, which use other parts of them")]

mod cel;
mod datalogic;
mod load;
mod ours;
mod rhai;
mod tiers;
#[path = "../../turns.rs"]
mod turns;
#[path = "../../workloads/mod.rs"]
mod workloads;
mod zen;

use turns::{Contest, in_words};
use workloads::{billing, freight, lanes};

/// An itemised answer in the smallest unit: cents, or ten-thousandths for a rate. `None` where an amount is not a whole number of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub lines: Vec<(String, Option<i64>)>,
    pub total: Option<i64>,
}

/// An engine with the rules of a workload and its inputs.
pub trait Peer {
    fn name(&self) -> &'static str;

    /// Prices the input with this number.
    fn quote(&mut self, input: usize);

    /// The same, and reads what came out.
    fn answer(&mut self, input: usize) -> Answer;
}

/// A decimal in units of `10^-digits`.
pub fn exact(value: rust_decimal::Decimal, digits: u32) -> Option<i64> {
    let scaled = value * rust_decimal::Decimal::from(10_i64.pow(digits));
    (scaled.fract().is_zero()).then(|| scaled.trunc().mantissa() as i64)
}

/// A binary float in units of `10^-digits`: the nearest.
pub fn nearest(value: f64, digits: i32) -> Option<i64> {
    Some((value * 10_f64.powi(digits)).round() as i64)
}

/// Versions that are compared: first `rust_decimal` by hand, whose answers need no check here, then Ratewright, then the others.
fn compare<'a>(
    name: &str,
    inputs: usize,
    by_hand: Vec<(&'static str, Box<dyn FnMut() + 'a>)>,
    mut ours: ours::Ours<'a>,
    mut peers: Vec<Box<dyn Peer + 'a>>,
) {
    let wrong: Vec<usize> = peers
        .iter_mut()
        .map(|peer| (0..inputs).filter(|input| differs(&mut **peer, &mut ours, *input)).count())
        .collect();
    let mut contest = Contest::new(name);
    for (name, version) in by_hand {
        contest.add(name, version);
    }
    let own = [contest.versions().count(), contest.versions().count() + 1];
    contest.add("ratewright, from a struct", ours.quote);
    contest.add("ratewright, evaluation alone", ours.evaluate);
    for peer in &mut peers {
        let mut next = (0..inputs).cycle();
        contest.add(peer.name(), move || peer.quote(next.next().unwrap_or_default()));
    }
    let medians = contest.medians();
    let (base, own_time) = (medians[0].1, medians[own[0]].1);
    println!("\n| {name} | median | × {} | × ratewright | another cent |\n|---|---:|---:|---:|---:|", medians[0].0);
    for (at, (name, time)) in medians.iter().enumerate() {
        let share = match at.checked_sub(own[1] + 1) {
            Some(peer) if wrong[peer] > 0 => format!("{:.1} % of quotes", 100.0 * wrong[peer] as f64 / inputs as f64),
            _ => "none".to_string(),
        };
        println!("| {name} | {} | {:.2} | {:.2} | {share} |", in_words(*time), time / base, time / own_time);
    }
}

/// Whether the answers differ; shows the first that differ in more than a cent, which is a mistake of this comparison.
fn differs(peer: &mut dyn Peer, ours: &mut ours::Ours<'_>, input: usize) -> bool {
    let (expected, found) = (ours.answer(input), peer.answer(input));
    let near = |a: Option<i64>, b: Option<i64>| a.zip(b).is_some_and(|(a, b)| (a - b).abs() <= 3);
    let alike = expected.lines.len() == found.lines.len()
        && expected.lines.iter().zip(&found.lines).all(|(a, b)| a.0 == b.0 && near(a.1, b.1))
        && near(expected.total, found.total);
    assert!(alike, "{}, input {input}:\n{expected:?}\n{found:?}", peer.name());
    expected != found
}

fn main() {
    let asked = |name: &str| std::env::args().count() == 1 || std::env::args().any(|argument| argument == name);
    if asked("w2") {
        freight_quotes();
    }
    if asked("w3") {
        invoices();
    }
    if asked("w4") {
        [10, 1_000, 100_000].into_iter().for_each(look_ups);
    }
    if asked("w5") {
        load::print();
    }
    if let Ok(load) = std::fs::read_to_string("/proc/loadavg") {
        println!("\nload {}", load.split(' ').next().unwrap_or_default());
    }
}

fn freight_quotes() {
    let prices = freight::Prices::new();
    let rules = prices.rules();
    let (inputs, small) = freight::inputs(2_000);
    freight::check(&rules, &prices, &inputs, &small);
    let mut key = freight::key();
    let by_hand: Vec<(&'static str, Box<dyn FnMut()>)> = vec![
        (
            "rust_decimal",
            Box::new(workloads::calls::by_hand(&inputs, |input| freight::decimal(&prices, input, &mut key))),
        ),
        ("i64", Box::new(workloads::calls::by_hand(&small, |small| freight::scaled(&prices, small)))),
    ];
    let exact: Vec<_> = inputs.iter().map(|input| input.with(workloads::Exact)).collect();
    let ours = ours::Ours::new(&rules, &exact, inputs.iter().map(freight::slots).collect());
    let root = cel::root();
    let root = cel::freight_root(root, &prices);
    let arena = datalogic::Arena::new();
    let peers: Vec<Box<dyn Peer>> = vec![
        Box::new(zen::Graph::freight(&prices, &inputs)),
        Box::new(zen::Expressions::freight(&prices, &inputs)),
        Box::new(rhai::Script::freight(&prices, &inputs)),
        Box::new(cel::Programs::freight(&root, &inputs)),
        Box::new(datalogic::Rules::freight(&arena, &prices, &inputs)),
    ];
    compare("W2 freight quote, 1,000 rows", inputs.len(), by_hand, ours, peers);
}

fn invoices() {
    let rules = billing::rules();
    let (inputs, small) = billing::inputs(500);
    billing::check(&rules, &inputs, &small);
    let by_hand: Vec<(&'static str, Box<dyn FnMut()>)> = vec![
        ("rust_decimal", Box::new(workloads::calls::by_hand(&inputs, billing::decimal))),
        ("i64", Box::new(workloads::calls::by_hand(&small, |small| billing::scaled(small)))),
    ];
    let exact: Vec<_> = inputs.iter().map(billing::Invoice::exact).collect();
    let ours = ours::Ours::new(&rules, &exact, inputs.iter().map(billing::slots).collect()).without("TRUE_UP");
    let root = cel::root();
    let arena = datalogic::Arena::new();
    let peers: Vec<Box<dyn Peer>> = vec![
        Box::new(zen::Graph::billing(&inputs)),
        Box::new(zen::Expressions::billing(&inputs)),
        Box::new(rhai::Script::billing(&inputs)),
        Box::new(cel::Programs::billing(&root, &inputs)),
        Box::new(datalogic::Rules::billing(&arena, &inputs)),
    ];
    compare("W3 billing, 20 lines", inputs.len(), by_hand, ours, peers);
}

fn look_ups(rows: usize) {
    let rates = lanes::Rates::new(rows);
    let rules = rates.rules();
    let (queries, small) = rates.queries(2_000);
    rates.check(&rules, &queries, &small);
    let mut key = freight::key();
    let by_hand: Vec<(&'static str, Box<dyn FnMut()>)> = vec![
        ("rust_decimal", Box::new(workloads::calls::by_hand(&queries, |query| rates.decimal(query, &mut key)))),
        ("i64", Box::new(workloads::calls::by_hand(&small, |small| rates.scaled(small)))),
    ];
    let ours = ours::Ours::new(&rules, &queries, queries.iter().map(lanes::slots).collect());
    let root = cel::root();
    let root = cel::lanes_root(root, &rates);
    let arena = datalogic::Arena::new();
    let peers: Vec<Box<dyn Peer>> = vec![
        Box::new(zen::Graph::lanes(&rates, &queries)),
        Box::new(zen::Expressions::lanes(&rates, &queries)),
        Box::new(rhai::Script::lanes(&rates, &queries)),
        Box::new(cel::Programs::lanes(&root, &queries)),
        Box::new(datalogic::Rules::lanes(&arena, &rates, &queries)),
    ];
    let rows = if rows == 10 {
        "10 rows"
    } else if rows == 1_000 {
        "1,000 rows"
    } else {
        "100,000 rows"
    };
    compare(&format!("W4 look-up, {rows}"), queries.len(), by_hand, ours, peers);
}
