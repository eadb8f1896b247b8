//! How long a service takes to price again after a restart while its store is gone: `cargo bench -p ratewright-sources --bench restart`.
//!
//! A client of a channel has kept what it runs. `start` is a new client and a new book, from nothing to editions that price: the pointer with its
//! signature, every byte of the bundle against its digest, compiling, the digest of the meaning, the tests that stand in the rule set. `compile` is
//! the same texts compiled from memory in the same run, and nothing else: the ratio tells what safety costs. They take turns; each
//! figure is a median, in seconds that the one thread was on a processor (on Linux), and for `start` also in those that passed.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::print_stdout, missing_docs, reason = "a measurement")]

#[path = "../../../benches/workloads/random.rs"]
mod random;
#[path = "../../../benches/workloads/rates.rs"]
mod rates;
#[path = "../../../benches/turns.rs"]
mod turns;

use random::Random; // `rates` draws with it
use rates::Shape;
use ratewright::live::Book;
use ratewright::{Compiler, RuleSet};
use ratewright_sources::channel::{Change, Channel, Options, Publisher, Trust};
use ratewright_sources::store::Memory;
use ratewright_sources::{Bundle, Moment, Origin, Source, TrustedKeys};
use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;
use turns::Stopwatch;

/// How often each takes its turn.
const TURNS: usize = 11;

fn main() {
    println!("| | MB | tests | compile | start | start / compile | start, by the clock |");
    println!("|---|---:|---:|---:|---:|---:|---:|");
    let freight = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rules/freight");
    for (words, file) in [
        ("household goods, on the 400NG tables", "household_goods.rules"),
        ("less than truckload, with deficit weight", "ltl_deficit_weight.rules"),
    ] {
        row(words, &RuleSet::from_file(freight.join(file)).unwrap(), None);
    }
    let rows = 100_000;
    for shape in Shape::ALL {
        let compiler = Compiler::new().source("main.rules", shape.rules()).source("rates.csv", &shape.csv(rows));
        let rules = compiler.compile("main.rules").unwrap();
        row(&format!("100,000 rows: {}", shape.words()), &rules, Some(shape.example(rows)));
    }
}

/// Prints the line of one rule set; where an example is given, what runs must price it so.
fn row(words: &str, rules: &RuleSet, example: Option<(String, String)>) {
    let bundle = Bundle::build_after(rules, Some(&rules.test())).unwrap();
    let tests = bundle.manifest().tests.unwrap().passed;
    let (name, texts) = (bundle.manifest().rule_set.clone(), texts_of(&bundle));
    let (store, folder) = (Arc::new(Memory::default()), tempfile::tempdir().unwrap());
    let pair = minisign::KeyPair::generate_unencrypted_keypair().unwrap();
    let mut keys = TrustedKeys::new();
    keys.add(&pair.pk.to_base64(), None).unwrap();
    let now: Moment = "2026-04-02T06:00:00Z".parse().unwrap();
    let client = || Channel::new(store.clone(), "production", &name, Trust::Keys(keys.clone())).kept_in(folder.path());

    let sign = |bytes: &[u8]| Ok(minisign::sign(None, &pair.sk, bytes, None, None).unwrap().into_string());
    let publisher = Publisher::signing(&*store, "production", keys.clone(), sign).unwrap();
    let (size, main) = (bundle.as_bytes().len(), bundle.manifest().main.clone());
    publisher.publish(&name, &Change::Only(vec![bundle]), &Options::default(), now).unwrap();
    let (book, mut first) = (Book::default(), client());
    first.start(&book, now);
    first.look(&book, now);
    assert_eq!(first.running().origin, Origin::Source);
    drop((book, first));
    store.fail(Some("gone"));

    let watch = Stopwatch::start();
    let (mut compile, mut start, mut passed) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..TURNS {
        let before = watch.seconds();
        let compiler = texts.iter().fold(Compiler::new(), |all, (path, text)| all.source(path, text));
        let compiled = compiler.compile(&main).unwrap();
        compile.push(watch.seconds() - before);
        drop(black_box(compiled));

        let (before, clock) = (watch.seconds(), Instant::now());
        let (book, mut channel) = (Book::default(), client());
        channel.start(&book, now);
        let quote = example.as_ref().map(|(input, _)| book.quote_json(&name, input).unwrap());
        start.push(watch.seconds() - before);
        passed.push(clock.elapsed().as_secs_f64());
        assert_eq!(channel.running().origin, Origin::Kept);
        if let (Some(quote), Some((_, rate))) = (quote, &example) {
            assert_eq!(quote.totals()[0].to_string(), format!("{rate} USD"));
        }
    }
    let [compile, start, passed] = [compile, start, passed].map(median);
    let megabytes = size as f64 / 1e6;
    println!(
        "| {words} | {megabytes:.2} | {tests} | {compile:.4} | {start:.4} | {:.2} | {passed:.3} |",
        start / compile
    );
}

fn texts_of(bundle: &Bundle) -> Vec<(String, String)> {
    bundle.texts().map(|(path, text)| (path.to_owned(), text.to_owned())).collect()
}

fn median(mut all: Vec<f64>) -> f64 {
    all.sort_by(f64::total_cmp);
    all[all.len() / 2]
}
