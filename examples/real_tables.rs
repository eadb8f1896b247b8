//! What an analysis says of published rate tables that are not part of this repository:
//! `cargo run --release --example real_tables -- FOLDER`.
//!
//! The folder holds two CSV files. `royalmail_2016_prices_by_commit.csv`: weight bands of postal products, as an open source library
//! published them in 13 states (columns `commit, commit_date, method, min_kg, max_kg, price_gbp, compensation_gbp, size`).
//! `ups_2004_zone_charts.csv`: zones by origin chart and range of destinations (columns `chart_file, origin_zip_from, origin_zip_to,
//! dest_zip3_from, dest_zip3_to, ground, 3day_select, 2nd_day_air, 2nd_day_air_am, next_day_air_saver, next_day_air`).
//! The first holds values that are no numbers (`5.00016.95`) in its older states, so that as a whole it is refused; of its last state
//! every gap and overlap is printed, or with `--summary` only how many there are.
#![allow(
    missing_docs,
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a program that measures, and stops where the data are not what it was written for"
)]

use ratewright::table::analysis::{Analysis, Effort, Gap, Overlap, Stretch};
use ratewright::table::interval::Cut;
use ratewright::table::{Domain, HitPolicy, Role, Table};
use ratewright::value::Value;
use ratewright::{Compiler, RuleSet};
use std::path::Path;
use std::time::{Duration, Instant};

/// A file is read as a table that takes whatever it says: what is wrong with it is found by the analysis.
const POST: &str = r#"ruleset post { currency GBP }
table prices collect list from "prices.csv" {
  method : text
  weight : mass in kg by range from "min_kg" through "max_kg"
  -> price : money column "price_gbp"
  ignoring "commit", "commit_date", "compensation_gbp", "size"
}
"#;

const CHARTS: &str = r#"ruleset charts { currency USD }
table zones collect list from "ups_2004_zone_charts.csv" {
  chart : text column "chart_file"
  destination : text by range from "dest_zip3_from" through "dest_zip3_to"
  -> ground : text?
  -> next_day_air : text?
  ignoring "origin_zip_from", "origin_zip_to", "3day_select", "2nd_day_air", "2nd_day_air_am", "next_day_air_saver"
}
"#;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let folder = arguments.iter().find(|argument| !argument.starts_with("--"));
    let folder = Path::new(folder.expect("a folder with the two files, as the head of this example says"));
    let summary = arguments.iter().any(|argument| argument == "--summary");

    let prices = std::fs::read_to_string(folder.join("royalmail_2016_prices_by_commit.csv")).expect("the prices");
    let refused = Compiler::new().source("main.rules", POST).source("prices.csv", &prices).compile("main.rules");
    let refused = refused.expect_err("the older states hold values that are no numbers");
    println!("postal prices, all 13 states: refused, with the places of values that are no numbers, the first of them");
    refused
        .to_string()
        .lines()
        .filter(|line| line.starts_with("prices.csv"))
        .take(3)
        .for_each(|line| println!("    {line}"));

    let commit = prices.lines().last().and_then(|line| line.split(',').next()).unwrap();
    // A blank line for each of the others: places are those of the file.
    let is_last = |at: usize, line: &str| at == 0 || line.starts_with(commit);
    let lines = prices.lines().enumerate().map(|(at, line)| if is_last(at, line) { line } else { "" });
    let last = lines.collect::<Vec<_>>().join("\n");
    let (rules, compiled) = compile(Compiler::new().source("main.rules", POST).source("prices.csv", &last));
    let (table, analysis, analysed) = analyse(&rules);
    let (between, past): (Vec<&Gap>, Vec<&Gap>) =
        analysis.gaps.iter().filter(|gap| gap.below.is_some()).partition(|gap| gap.above.is_some());
    let neighbours = table.len() - table.distinct(0).len();
    println!("the last state: {} rows, read and checked in {compiled:.1?}, analysed in {analysed:.1?}", table.len());
    println!(
        "    {neighbours} pairs of neighbouring bands: {} gaps between them, {} overlaps; {} of {} products end below the heaviest band of all",
        between.len(),
        analysis.overlaps.len(),
        past.len(),
        table.distinct(0).len()
    );
    if !summary {
        between.iter().for_each(|gap| println!("    {}", gap_in_words(&table, &rules, gap)));
        analysis.overlaps.iter().for_each(|overlap| println!("    {}", overlap_in_words(&table, &rules, overlap)));
    }

    let charts = Compiler::new().source("main.rules", CHARTS).loader(ratewright::Directory::new(folder));
    let (rules, compiled) = compile(charts);
    let (table, analysis, analysed) = analyse(&rules);
    println!(
        "zone charts: {} rows in {} charts, read and checked in {compiled:.1?}, analysed in {analysed:.1?}: {} overlaps",
        table.len(),
        table.distinct(0).len(),
        analysis.overlaps.len()
    );
    analysis.overlaps.iter().take(20).for_each(|overlap| println!("    {}", overlap_in_words(&table, &rules, overlap)));
}

fn compile(compiler: Compiler) -> (RuleSet, Duration) {
    let start = Instant::now();
    let rules = compiler.compile("main.rules").unwrap_or_else(|why| panic!("{why}"));
    (rules, start.elapsed())
}

/// The table of a rule set as one in which one row may match, and what is found out about it.
fn analyse(rules: &RuleSet) -> (Table, Analysis, Duration) {
    let mut table = rules.program().tables[0].clone();
    table.policy = HitPolicy::Unique;
    let keys = table.columns.iter().filter(|column| column.role != Role::Value);
    let domains: Vec<Domain> = keys.map(|column| Domain::of(column.role, &column.ty, 0)).collect();
    let start = Instant::now();
    let analysis = table.analyse(&domains, Effort { findings: 100_000, ..Effort::default() });
    let spent = start.elapsed();
    assert!(analysis.decided && !analysis.more_gaps, "the table is too large for the steps allowed");
    (table, analysis, spent)
}

/// `WORLD_ZONE_EU_…: nothing from over 0.01 until 0.011 kg, between lines 3 and 4`
fn gap_in_words(table: &Table, rules: &RuleSet, gap: &Gap) -> String {
    let key = table.columns.iter().position(|column| column.name == "weight").unwrap();
    let Some([Stretch::Between(low, high)]) = gap.region[key].as_deref() else { panic!("{gap:?}") };
    let end = |cut: &Cut| match cut {
        Cut::At(value, _) => number(value),
        other => format!("{other:?}"),
    };
    let over = if matches!(low, Cut::At(_, true)) { "over " } else { "from " };
    let up_to = if matches!(high, Cut::At(_, true)) { "up to" } else { "until" };
    format!(
        "{}: nothing {over}{} {up_to} {} kg, between {} and {}",
        text(&gap.at[0]),
        end(low),
        end(high),
        place(table, rules, gap.below.unwrap()),
        place(table, rules, gap.above.unwrap())
    )
}

fn overlap_in_words(table: &Table, rules: &RuleSet, overlap: &Overlap) -> String {
    let keys: Vec<String> = overlap.at.iter().map(text).collect();
    let agree = if overlap.agree { "and agree" } else { "and disagree" };
    let (first, second) = (place(table, rules, overlap.first), place(table, rules, overlap.second));
    format!("{}: {first} and {second} both match, {agree}", keys.join(", "))
}

fn place(table: &Table, rules: &RuleSet, row: u32) -> String {
    let place = rules.sources().line_of(table.row_span(row).unwrap());
    format!("line {}", place.rsplit(':').next().unwrap())
}

fn text(key: &Option<Value>) -> String {
    key.as_ref().map_or_else(|| "any".to_string(), |key| key.as_text().map_or_else(|| number(key), str::to_string))
}

fn number(value: &Value) -> String {
    value.as_number().map_or_else(|| format!("{value:?}"), ToString::to_string)
}
