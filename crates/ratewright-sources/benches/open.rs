//! How long a service takes to open a bundle with a table of a million rows: `cargo bench -p ratewright-sources --bench open`.
//!
//! Steps take turns in one process, each time is the median, in seconds that the one thread was on a processor (on Linux; elsewhere
//! those that passed). `open` reads the frame and checks sizes and digests, `compile` makes the rule set, `verify` its semantic digest,
//! `sign` checks a signature of the whole file. `-- --rows=100000` measures another size, `-- --compile-only` compiles the same texts
//! without a bundle, for a profile beside which the rest can be seen.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::print_stdout, missing_docs, reason = "a measurement")]

#[path = "../../../benches/workloads/random.rs"]
mod random;
#[path = "../../../benches/workloads/rates.rs"]
mod rates;
#[path = "../../../benches/turns.rs"]
mod turns;

use random::Random; // `rates` draws with it
use rates::Shape;
use ratewright::{Compiler, RuleSet};
use ratewright_sources::{Bundle, Limits, TrustedKeys};
use std::hint::black_box;
use turns::Stopwatch;

/// How often each step takes its turn.
const TURNS: usize = 5;

fn main() {
    let rows = std::env::args().find_map(|argument| argument.strip_prefix("--rows=")?.parse().ok());
    let rows: usize = rows.unwrap_or(1_000_000);
    let only = std::env::args().find_map(|argument| argument.strip_prefix("--shape=").map(str::to_string));
    println!("| {rows} rows | MB | read | open | compile | verify | signature | read + open + compile | all |");
    println!("|---|---:|---:|---:|---:|---:|---:|---:|---:|");
    for shape in Shape::ALL.into_iter().filter(|s| only.as_ref().is_none_or(|only| format!("{s:?}") == *only)) {
        let compiler = Compiler::new().source("main.rules", shape.rules()).source("rates.csv", &shape.csv(rows));
        let rules = compiler.compile("main.rules").unwrap();
        let bundle = Bundle::build(&rules).unwrap();
        if std::env::args().any(|argument| argument == "--compile-only") {
            let texts: Vec<(String, String)> = bundle.texts().map(|(path, text)| (path.into(), text.into())).collect();
            let compiler = texts.iter().fold(Compiler::new(), |all, (path, text)| all.source(path, text));
            black_box(compiler.compile("main.rules").unwrap());
            continue;
        }
        drop((rules, compiler));
        row(shape, &bundle, rows);
    }
}

/// Prints the line of one table.
fn row(shape: Shape, bundle: &Bundle, rows: usize) {
    let watch = Stopwatch::start();
    let path = std::env::temp_dir().join(format!("ratewright-open-{}.zip", std::process::id()));
    std::fs::write(&path, bundle.as_bytes()).unwrap();
    let pair = minisign::KeyPair::generate_unencrypted_keypair().unwrap();
    let signature = minisign::sign(None, &pair.sk, bundle.as_bytes(), Some("bench"), None).unwrap().into_string();
    let mut trusted = TrustedKeys::new();
    trusted.add(&pair.pk.to_base64(), None).unwrap();
    let mut times = [const { Vec::new() }; 5];
    let mut last: Option<RuleSet> = None;
    for _ in 0..TURNS {
        drop(last.take());
        let mut now = watch.seconds();
        let mut spent = |at: usize| {
            let before = std::mem::replace(&mut now, watch.seconds());
            times[at].push(now - before);
        };
        let bytes = std::fs::read(&path).unwrap();
        spent(0);
        let opened = Bundle::open(bytes, &Limits::default()).unwrap();
        spent(1);
        let rules = opened.compile(Compiler::new()).unwrap();
        spent(2);
        opened.verify(&rules).unwrap();
        spent(3);
        trusted.verify(opened.as_bytes(), &signature).unwrap();
        spent(4);
        last = Some(rules);
    }
    std::fs::remove_file(&path).unwrap();
    let (input, rate) = shape.example(rows);
    let quote = last.unwrap().quote_json(&input).unwrap();
    assert_eq!(quote.totals()[0].to_string(), format!("{rate} USD"));
    let median = |at: usize| {
        let mut all: Vec<f64> = times[at].clone();
        all.sort_by(f64::total_cmp);
        all[all.len() / 2]
    };
    let [read, open, compile, verify, sign] = std::array::from_fn(median);
    println!(
        "| {} | {:.1} | {read:.3} | {open:.3} | {compile:.3} | {verify:.3} | {sign:.3} | {:.2} | {:.2} |",
        shape.words(),
        bundle.as_bytes().len() as f64 / 1e6,
        read + open + compile,
        read + open + compile + verify + sign,
    );
}
