//! What it costs to know which rules a case exercised: `cargo bench --bench trace`.
//!
//! W2 (a parcel) and W3 (an invoice of tiered lines) are quoted from structs into a quote that is used again: plainly, and traced. The versions take turns in
//! one process; the figure is the median, and the ratio is to the plain quote. The last version takes each traced case down as evidence too, of a
//! comparison without a difference.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::print_stdout, missing_docs, reason = "a measurement")]

mod turns;
mod workloads;

use ratewright::live::Edition;
use ratewright::migrate::{Case, Comparison, Counting, Evidence, Path, Stratum, Tracing};
use ratewright::{Quote, RuleSet};
use std::hint::black_box;
use turns::Contest;
use workloads::{billing, calls, freight};

/// How many inputs take turns.
const INPUTS: usize = 512;

fn main() {
    println!("load of the machine {}", std::fs::read_to_string("/proc/loadavg").unwrap_or_default().trim());
    contest("W2, a parcel", &freight::Prices::new().rules(), &freight::inputs(INPUTS).0);
    contest("W3, an invoice", &billing::rules(), &billing::inputs(INPUTS).0);
}

fn contest<I: serde::Serialize>(name: &str, rules: &RuleSet, inputs: &[I]) {
    let tracing = Tracing::new(&Edition::new(rules.clone()));
    let mut contest = Contest::new(name);
    contest.add("plain", calls::quotes_into(rules, inputs));
    contest.add("traced", traced(&tracing, inputs));
    contest.add("traced and taken down", taken_down(&tracing, inputs));
    contest.print_table();
}

fn traced<'a, I: serde::Serialize>(tracing: &'a Tracing, inputs: &'a [I]) -> impl FnMut() + 'a {
    let (mut context, mut quote, mut path) = (tracing.edition().context(), Quote::default(), Path::default());
    calls::by_hand(inputs, move |input| {
        tracing.quote_into(&mut context, input, &mut quote, &mut path).unwrap();
        black_box((&quote, path.signature()));
    })
}

fn taken_down<'a, I: serde::Serialize>(tracing: &'a Tracing, inputs: &'a [I]) -> impl FnMut() + 'a {
    let (mut context, mut quote, mut path) = (tracing.edition().context(), Quote::default(), Path::default());
    let (mut evidence, comparison) = (Evidence::new(tracing, Counting::default()), Comparison::default());
    calls::by_hand(inputs, move |input| {
        tracing.quote_into(&mut context, input, &mut quote, &mut path).unwrap();
        let case =
            Case { stratum: Stratum::Replay, path: &path, quote: Some(&quote), comparison: black_box(&comparison) };
        evidence.record(tracing, case);
    })
}
