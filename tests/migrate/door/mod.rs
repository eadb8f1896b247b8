//! The door of a service: whatever the candidate, a comparison or an observer does, the answers are the right ones, the legacy is called
//! once where it is wanted, and every case that was to be compared is counted once.
//!
//! The legacy answers 10 USD for BASE and 1 USD for FUEL, the rules 10 USD and 2 USD, unless a test says otherwise.

mod answers;
mod composed;
mod handed;

use ratewright::live::{Book, Edition};
use ratewright::migrate::stage::{Because, Plan, Sample, Side, Stage, Stages, Step, Subject};
use ratewright::migrate::{
    Answer, Begun, BreakerLimit, By, Cause, Composed, Elsewhere, First, Handed, Measure, Migration, MigrationContext,
    MigrationCounts, Observed, Observer, Priced, Prices, Standing, Verdict,
};
use ratewright::value::{Number, Value};
use ratewright::{Compiler, Limits, RuleSet};
use std::cell::Cell;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

/// What the legacy answers: nothing that could be copied.
#[derive(Debug, PartialEq)]
struct Invoice {
    lines: Vec<(String, String)>,
    total: Option<String>,
    by: Option<Vec<Side>>,
}

type Door = Migration<Invoice, String>;

fn invoice(lines: &[(&str, &str)], total: Option<&str>) -> Invoice {
    let lines = lines.iter().map(|(code, amount)| ((*code).to_owned(), (*amount).to_owned())).collect();
    Invoice { lines, total: total.map(str::to_owned), by: None }
}

fn legacy() -> Result<Invoice, String> {
    Ok(invoice(&[("BASE", "10.00 USD"), ("FUEL", "1.00 USD")], Some("11.00 USD")))
}

fn reading(answer: Result<&Invoice, &String>) -> Answer {
    let invoice = match answer {
        Ok(invoice) => invoice,
        Err(words) => return Answer::refused("E17", words.clone()),
    };
    let lines = invoice.lines.iter();
    let prices = lines.fold(Prices::new(), |prices, (code, amount)| prices.line(code.clone(), amount.parse().unwrap()));
    match &invoice.total {
        Some(total) => prices.total(total.parse().unwrap()).into(),
        None => prices.into(),
    }
}

fn making(composed: &Composed<'_>) -> Option<Result<Invoice, String>> {
    Some(match composed {
        Composed::Refused { code, words } => Err(format!("{code}: {words}")),
        Composed::Priced(prices) => Ok(Invoice {
            lines: prices
                .lines
                .iter()
                .map(|line| {
                    let amount = ratewright::quote::Money { amount: line.amount.clone(), currency: line.currency };
                    (line.charge.to_owned(), amount.to_string())
                })
                .collect(),
            total: Some(prices.totals.iter().map(ToString::to_string).collect::<Vec<_>>().join(" and ")),
            by: Some(prices.lines.iter().map(|line| line.by).collect()),
        }),
    })
}

fn book(charges: &str) -> Arc<Book> {
    let book = Arc::new(Book::default());
    publish(&book, charges);
    book
}

fn publish(book: &Book, charges: &str) {
    let text = format!("ruleset parcel \"Parcels\" {{ currency USD }}\ninput {{ n : integer = 1 }}\n{charges}");
    book.publish(Edition::new(RuleSet::compile(&text).unwrap())).unwrap();
}

fn rules() -> Arc<Book> {
    book("charge BASE = 10 USD\ncharge FUEL = 2 USD")
}

fn stages(stage: Stage) -> Plan {
    let canary = vec![Step { segment: None, share: "50%".parse().unwrap() }];
    Plan { migration: "parcel".to_owned(), stage, canary, ..Plan::default() }
}

fn unsampled(plan: Plan) -> Plan {
    Plan { sample: Sample { shadow: "0%".parse().unwrap(), reverse: "0%".parse().unwrap() }, ..plan }
}

fn door(plan: Plan, book: Arc<Book>) -> Door {
    Migration::new(Stages::new(plan).unwrap(), book, "parcel", reading, making)
}

/// Prices once. Says how often the legacy was called, too.
fn priced(door: &Door, subject: Subject<'_>) -> (Priced<Invoice, String>, usize) {
    let calls = Cell::new(0);
    let called = || {
        calls.set(calls.get() + 1);
        legacy()
    };
    let priced = door.price(&mut MigrationContext::default(), &subject, &serde_json::json!({}), called);
    (priced, calls.get())
}

fn anyone() -> Subject<'static> {
    Subject::of("customer 17")
}

fn panicking(what: &'static str) -> Arc<Book> {
    let text = "ruleset parcel \"Parcels\" { currency USD }\nhost function one() -> integer\ncharge BASE = 10 USD * one()\ncharge FUEL = 2 USD";
    let rules = Compiler::new().source("m", text).host("one", move |_| panic!("{what}")).compile("m").unwrap();
    let book = Arc::new(Book::default());
    book.publish(Edition::new(rules)).unwrap();
    book
}

fn looping() -> Arc<Book> {
    let text = "ruleset parcel \"Parcels\" { currency USD }\ncharge BASE = 1 USD * (sum of (sum of x * y for each y in numbers(1, 100)) for each x in numbers(1, 100))";
    let limits = Limits { steps: 5_000, ..Limits::default() };
    let rules = Compiler::new().source("m", text).limits(limits).compile("m").unwrap();
    let book = Arc::new(Book::default());
    book.publish(Edition::new(rules)).unwrap();
    book
}

/// Keeps what it is told.
#[derive(Default)]
struct Told(Mutex<Vec<String>>);

impl Observer for Told {
    fn compared(&self, observed: &Observed<'_>) {
        let words = format!("{} | {}", observed.comparison, observed.input().unwrap());
        self.0.lock().unwrap().push(words);
    }

    fn stood_in(&self, standing: &Standing) {
        self.0.lock().unwrap().push(standing.to_string());
    }

    fn breaker_opened(&self, why: &str) {
        self.0.lock().unwrap().push(format!("opened: {why}"));
    }
}

impl Told {
    fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

fn dropped(counts: &MigrationCounts) -> Vec<(Cause, u64)> {
    assert_eq!(counts.offered, counts.compared + counts.all_dropped() + counts.pending);
    counts.dropped.clone()
}
