//! How long a large CSV table takes to load, check and index, and what it keeps: `cargo bench --bench large_table`.
//!
//! Tables of 100,000 rows; with `-- --long`, of a million. Seconds are those that the one thread was on a processor (on Linux;
//! elsewhere those that passed). Bytes are counted as they are allocated: what the rule set keeps once it is compiled, with the
//! text of the file, which diagnostics and explanations show, and without it; and the most at any moment.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::print_stdout, missing_docs, reason = "a measurement")]

mod turns;
mod workloads;

use allocation_counter::measure;
use ratewright::{Compiler, Loader};
use turns::Stopwatch;
use workloads::rates::Shape;

/// Gives one CSV text.
struct Rates(String);

impl Loader for Rates {
    fn load(&self, _: &str) -> Result<String, String> {
        Ok(self.0.clone())
    }
}

fn main() {
    let long = std::env::args().any(|argument| argument == "--long");
    let only = std::env::args().find_map(|argument| argument.strip_prefix("--shape=").map(str::to_string));
    let rows = if long { 1_000_000 } else { 100_000 };
    println!("{rows} rows{:>47} {:>14} {:>14} {:>14}", "seconds", "bytes a row", "without text", "most");
    for shape in Shape::ALL.into_iter().filter(|s| only.as_ref().is_none_or(|only| format!("{s:?}") == *only)) {
        let csv = shape.csv(rows);
        let text = csv.len();
        let compiler = Compiler::new().source("main.rules", shape.rules()).loader(Rates(csv));
        let (mut compiled, mut spent) = (None, 0.0);
        let memory = measure(|| {
            let watch = Stopwatch::start();
            compiled = Some(compiler.compile("main.rules").unwrap());
            spent = watch.seconds();
        });
        let (input, rate) = shape.example(rows);
        let quote = compiled.unwrap().quote_json(&input).unwrap();
        assert_eq!(quote.totals()[0].to_string(), format!("{rate} USD"));
        let each = |bytes: f64| bytes / rows as f64;
        println!(
            "{:<40} {spent:>20.2} {:>14.1} {:>14.1} {:>14.1}",
            shape.words(),
            each(memory.bytes_current as f64),
            each(memory.bytes_current as f64 - text as f64),
            each(memory.bytes_max as f64),
        );
    }
}
