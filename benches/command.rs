//! What the command takes for a file of parcels, and how much of that is reading, pricing and writing: `cargo bench --bench command`.
//!
//! 200,000 shipments of W2 as JSON lines and as CSV. The command is the one that `cargo build --release -p ratewright-cli` made; its
//! output goes nowhere. Seconds are those on processors (on Linux), so that other work on the machine counts little. Beside it, in
//! this process and on one thread: what each step takes alone for the same JSON lines.
#![allow(
    missing_docs,
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a benchmark stops where its data are wrong, and prints what it measured"
)]

mod turns;
mod workloads;

use ratewright::Quote;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;
use workloads::freight::{self, Prices, Shipment};

const ROWS: usize = 200_000;
const ROUNDS: usize = 3;

fn main() {
    // Given by cargo to every bench; `cargo test --benches` must not take long.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("command");
    let (prices, (shipments, _)) = (Prices::new(), freight::inputs(ROWS));
    write_files(&folder, &prices, &shipments);
    steps(&prices, &folder);
    match command() {
        Some(command) => runs(&command, &folder),
        None => println!("\nthe command is not there: cargo build --release -p ratewright-cli"),
    }
}

fn write_files(folder: &Path, prices: &Prices, shipments: &[Shipment]) {
    fs::create_dir_all(folder).unwrap();
    for (name, text) in prices.files() {
        fs::write(folder.join(name), text).unwrap();
    }
    let (mut json, mut csv) = (String::new(), String::new());
    for shipment in shipments {
        let line = freight::json(shipment);
        let fields: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&line).unwrap();
        if csv.is_empty() {
            csv = fields.keys().cloned().collect::<Vec<_>>().join(",") + "\n";
        }
        let cell = |value: &serde_json::Value| match value {
            serde_json::Value::String(text) => text.clone(),
            serde_json::Value::Bool(answer) => if *answer { "yes" } else { "no" }.to_string(),
            other => other.to_string(),
        };
        csv += &(fields.values().map(cell).collect::<Vec<_>>().join(",") + "\n");
        writeln!(json, "{line}").unwrap();
    }
    fs::write(folder.join("rows.jsonl"), json).unwrap();
    fs::write(folder.join("rows.csv"), csv).unwrap();
}

/// Each step alone, for all lines.
fn steps(prices: &Prices, folder: &Path) {
    let (rules, text) = (prices.rules(), fs::read_to_string(folder.join("rows.jsonl")).unwrap());
    let (mut context, mut quote, mut out) = (rules.context(), Quote::default(), Vec::new());
    println!("\n| 200,000 JSON lines, one thread | a row | rows/s |\n|---|---:|---:|");
    let all = |name: &str, row: &mut dyn FnMut(&str)| {
        let seconds = turns::median(
            (0..ROUNDS)
                .map(|_| {
                    let start = Instant::now();
                    text.lines().for_each(&mut *row);
                    start.elapsed().as_secs_f64()
                })
                .collect(),
        );
        println!("| {name} | {} | {:.0} |", turns::in_words(seconds * 1e9 / ROWS as f64), ROWS as f64 / seconds);
    };
    all("serde_json into a dynamic value, nothing priced", &mut |line| {
        serde_json::from_str::<serde_json::Value>(line).unwrap();
    });
    all("read into slots", &mut |line| {
        rules.read_json_in(&mut context, line).unwrap();
    });
    all("read and priced", &mut |line| rules.quote_json_into(&mut context, line, &mut quote).unwrap());
    all("read, priced and written", &mut |line| {
        rules.quote_json_into(&mut context, line, &mut quote).unwrap();
        out.clear();
        quote.write_json(&mut out);
    });
}

fn command() -> Option<PathBuf> {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent()?;
    Some(target.join("release/ratewright")).filter(|command| command.exists())
}

fn runs(command: &Path, folder: &Path) {
    println!("\n| `ratewright quote`, 200,000 rows | on processors | passed | rows/s |\n|---|---:|---:|---:|");
    for (input, output, threads) in
        [("jsonl", "jsonl", 1), ("jsonl", "jsonl", 2), ("csv", "jsonl", 1), ("csv", "csv", 1), ("csv", "csv", 2)]
    {
        let run = || {
            let (start, before) = (Instant::now(), children());
            let status = Command::new(command)
                .arg("quote")
                .args([folder.join("freight.rules"), folder.join(format!("rows.{input}"))])
                .args(["--format", output, "--threads", &threads.to_string()])
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status()
                .unwrap();
            assert!(status.success());
            (start.elapsed().as_secs_f64(), before.and_then(|before| Some(children()? - before)))
        };
        let rounds: Vec<(f64, Option<f64>)> = (0..ROUNDS).map(|_| run()).collect();
        let passed = turns::median(rounds.iter().map(|(passed, _)| *passed).collect());
        let working = turns::median(rounds.iter().map(|(passed, working)| working.unwrap_or(*passed)).collect());
        println!(
            "| {input} to {output}, --threads {threads} | {working:.2} s | {passed:.2} s | {:.0} |",
            ROWS as f64 / passed
        );
    }
}

/// Seconds that ended children of this process were on processors, where the system says so: Linux, in hundredths.
fn children() -> Option<f64> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    let fields: Vec<&str> = stat.rsplit(')').next()?.split_whitespace().collect();
    Some((fields.get(13)?.parse::<f64>().ok()? + fields.get(14)?.parse::<f64>().ok()?) / 100.0)
}
