//! What a live book costs: `cargo bench --bench swap`.
//!
//! Taking the edition in force, for each quote: the same quotes by a rule set alone, by an edition, by a book whose one edition holds always, by
//! one of three editions in time for days of the newest and of the first. Versions take short turns in one process. Then how long an edition of
//! 10,000 charges, and one with a table of a million rows, takes from its texts to the first quote by it, in seconds that the one thread was on
//! a processor (on Linux; elsewhere those that passed), and of that its digests and the publication. `-- --rows 100000` is for another table.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::print_stdout, missing_docs, reason = "a measurement")]

mod turns;
mod workloads;

use ratewright::live::{Book, Edition, LiveContext, Publication};
use ratewright::{Compiler, Quote, RuleSet};
use std::hint::black_box;
use turns::{Contest, Stopwatch, in_words};
use workloads::rates::Shape;
use workloads::rules::{Form, rules};

fn main() {
    taking();
    println!("\n| an edition of | text to first quote | compile | digests | publish |\n|---|---:|---:|---:|---:|");
    for count in [100, 1_000, 10_000] {
        let compiler = Compiler::new().source("main.rules", &Form::Charges.text(&rules(count)));
        publishing(&format!("{count} charges"), &compiler, r#"{"tier":"GOLD","amount":"250.00","country":"DE"}"#);
    }
    let arguments: Vec<String> = std::env::args().collect();
    let rows = arguments.iter().position(|one| one == "--rows").and_then(|at| arguments.get(at + 1)?.parse().ok());
    let rows: usize = rows.unwrap_or(1_000_000);
    for shape in Shape::ALL {
        let compiler = Compiler::new().source("main.rules", shape.rules()).source("rates.csv", &shape.csv(rows));
        publishing(&format!("{rows} rows, {}", shape.words()), &compiler, &shape.example(rows).0);
    }
}

/// An edition of a year.
fn edition(year: u32) -> Edition {
    let text = format!(
        "ruleset parcel \"Parcels\" version \"{year}\" {{ currency USD  priced on shipped  effective {year}-01-01 through {year}-12-31 }}\n\
         input {{ shipped : date  weight : mass in lb }}\ncharge BASE = 2.50 USD per lb * weight\ncharge FUEL = 10% of BASE"
    );
    Edition::new(RuleSet::compile(&text).unwrap())
}

fn taking() {
    let one = || {
        let text = "ruleset parcel \"Parcels\" { currency USD }\ninput { shipped : date  weight : mass in lb }\n\
                    charge BASE = 2.50 USD per lb * weight\ncharge FUEL = 10% of BASE";
        Edition::new(RuleSet::compile(text).unwrap())
    };
    let always = one();
    let (single, several, mixed) = (Book::default(), Book::default(), Book::default());
    single.publish(always.clone()).unwrap();
    for book in [&several, &mixed] {
        book.publish((2025..=2027).fold(Publication::new(), |publication, year| publication.put(edition(year))))
            .unwrap();
    }
    let newest = edition(2027);
    let input = |year: u32| [("shipped", format!("{year}-05-04")), ("weight", "3".to_string())];
    let inputs = [input(2025), input(2026), input(2027)];
    let fields: Vec<[(&str, &str); 2]> =
        inputs.iter().map(|input| [(input[0].0, &*input[0].1), (input[1].0, &*input[1].1)]).collect();

    let mut contest = Contest::new("a quote of two charges, from flat fields");
    let (mut context, mut quote) = (always.context(), Quote::default());
    let rules = always.rules().clone();
    let (first, last) = (fields[0], fields[2]);
    contest.add("a rule set, always", move || {
        rules.quote_fields_into(&mut context, black_box(&last), &mut quote).unwrap()
    });
    let (mut context, mut quote) = (always.context(), Quote::default());
    contest.add("an edition, always", move || {
        always.quote_fields_into(&mut context, black_box(&last), &mut quote).unwrap();
    });
    let (mut context, mut quote) = (LiveContext::new(), Quote::default());
    contest.add("a book of one edition, always", move || {
        single.quote_fields_into(&mut context, "parcel", black_box(&last), &mut quote).unwrap();
    });
    let (mut context, mut quote) = (newest.context(), Quote::default());
    contest.add("a rule set of a year", move || {
        newest.rules().quote_fields_into(&mut context, black_box(&last), &mut quote).unwrap();
    });
    let (mut context, mut quote) = (LiveContext::new(), Quote::default());
    contest.add("a book of three years, days of one", move || {
        several.quote_fields_into(&mut context, "parcel", black_box(&first), &mut quote).unwrap();
    });
    let (mut context, mut quote, mut turn) = (LiveContext::new(), Quote::default(), 0);
    contest.add("a book of three years, days of each in turn", move || {
        turn = (turn + 1) % 3;
        mixed.quote_fields_into(&mut context, "parcel", black_box(&fields[turn]), &mut quote).unwrap();
    });
    contest.print_table();
}

fn publishing(words: &str, compiler: &Compiler, input: &str) {
    let mut times: Vec<[f64; 4]> = (0..5)
        .map(|_| {
            let book = Book::default();
            let watch = Stopwatch::start();
            let rules = compiler.compile("main.rules").unwrap();
            let compiled = watch.seconds();
            let edition = Edition::new(rules);
            let name = edition.name().to_string();
            let identified = watch.seconds();
            book.publish(edition).unwrap();
            let published = watch.seconds();
            black_box(book.quote_json(&name, input).unwrap());
            [watch.seconds(), compiled, identified - compiled, published - identified]
        })
        .collect();
    times.sort_by(|a, b| a[0].total_cmp(&b[0]));
    let [all, compiled, identified, published] = times[2].map(|seconds| in_words(seconds * 1e9));
    println!("| {words} | {all} | {compiled} | {identified} | {published} |");
}
