//! How long many small rules take to load, and what is kept of them: `cargo bench --bench load`.
//!
//! 10 to 10,000 rules, as charges and as the rows of a table; with `-- --long`, also 30,000. Reading alone, checking (which reads as
//! well) and compiling (which checks as well) take turns; each time is the median of its turns, in seconds that the one thread was on
//! a processor (on Linux; elsewhere those that passed). Bytes are counted as they are allocated: what the compiled rule set keeps, its
//! text included. With `-- --once=1000` so many rules are compiled once in each form, and nothing is
//! printed: for callgrind. Before anything is timed, quotes are compared with the same rules applied by hand.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::print_stdout, missing_docs, reason = "a measurement")]

mod turns;
mod workloads;

use allocation_counter::measure;
use ratewright::source::FileId;
use ratewright::{Compiler, RuleSet, check, syntax};
use std::hint::black_box;
use turns::{Stopwatch, median};
use workloads::rules::{Form, Rule, due, rules};

/// How many turns each version takes; a turn loads at least 5,000 rules.
const TURNS: usize = 9;

fn main() {
    if let Some(count) = std::env::args().find_map(|argument| argument.strip_prefix("--once=")?.parse().ok()) {
        return once(count);
    }
    let long = std::env::args().any(|argument| argument == "--long");
    let only = std::env::args().find_map(|argument| argument.strip_prefix("--form=").map(str::to_string));
    for form in Form::ALL.into_iter().filter(|form| only.as_ref().is_none_or(|only| format!("{form:?}") == *only)) {
        println!("\n| {} | read | check | all | of which reading | a rule | bytes a rule | text |", form.words());
        println!("|---|---:|---:|---:|---:|---:|---:|---:|");
        for count in [10, 100, 1_000, 10_000, 30_000].into_iter().filter(|count| long || *count <= 10_000) {
            row(form, &rules(count));
        }
    }
}

/// Compiles each form once, for whoever counts instructions.
fn once(count: usize) {
    for form in Form::ALL {
        let compiler = Compiler::new().source("load.rules", &form.text(&rules(count)));
        loaded_once(&compiler);
    }
}

#[inline(never)]
fn loaded_once(compiler: &Compiler) {
    drop(black_box(compiler.compile("load.rules").unwrap()));
}

/// Prints one line of the table.
fn row(form: Form, rules: &[Rule]) {
    let text = form.text(rules);
    let compiler = Compiler::new().source("load.rules", &text);
    let mut compiled = None;
    let memory = measure(|| compiled = Some(compiler.compile("load.rules").unwrap()));
    compare(form, &compiled.unwrap(), rules);
    let calls = 5_000_usize.div_ceil(rules.len());
    let mut times = [const { Vec::new() }; 3];
    for _ in 0..TURNS {
        let mut time = |at: usize, work: &mut dyn FnMut()| {
            let watch = Stopwatch::start();
            (0..calls).for_each(|_| work());
            times[at].push(watch.seconds() / calls as f64);
        };
        time(0, &mut || drop(black_box(syntax::parse(FileId::default(), &text))));
        time(1, &mut || drop(black_box(check::check("load.rules", &compiler))));
        time(2, &mut || drop(black_box(compiler.compile("load.rules").unwrap())));
    }
    let [read, checked, all] = times.map(median);
    let each = |sum: f64| sum / rules.len() as f64;
    println!(
        "| {} | {:.2} ms | {:.2} ms | {:.2} ms | {:.0} % | {:.1} µs | {:.0} | {:.0} |",
        rules.len(),
        read * 1e3,
        (checked - read) * 1e3,
        all * 1e3,
        read / all * 100.0,
        each(all) * 1e6,
        each(memory.bytes_current as f64),
        each(text.len() as f64),
    );
}

/// Compares quotes with the rules applied by hand. One charge for all rows rounds their sum, so only its presence is compared.
fn compare(form: Form, compiled: &RuleSet, rules: &[Rule]) {
    for rule in rules.iter().step_by(rules.len().div_ceil(20)) {
        for amount in [rule.low * 100, rule.high * 100 - 1, rule.high * 100] {
            let (dollars, cents, country) = (amount / 100, amount % 100, rule.countries[1]);
            let input = format!(r#"{{"tier":"{}","amount":"{dollars}.{cents:02}","country":"{country}"}}"#, rule.tier);
            let (quote, due) = (compiled.quote_json(&input), due(rules, rule.tier, amount, country));
            match (form, quote) {
                (Form::Charges, quote) => assert_eq!(
                    quote.unwrap().totals().first().map_or("0.00 USD".to_string(), ToString::to_string),
                    format!("{}.{:02} USD", due / 100, due % 100),
                    "{input}"
                ),
                (Form::Table, quote) => {
                    assert_eq!(quote.is_ok_and(|quote| quote.charges().next().is_some()), due > 0, "{input}")
                }
            }
        }
    }
}
