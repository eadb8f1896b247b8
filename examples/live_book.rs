//! Prices that change while others quote: `cargo run --release --example live_book`.
//!
//! Three threads quote without a pause while the main thread publishes an edition every few milliseconds, is refused once, and goes back. A
//! bill run that was pinned before keeps its prices. At the end stands how many quotes each edition made, and that none was made of two.
#![allow(clippy::print_stdout, reason = "an example")]

use ratewright::live::{Book, Edition, LiveContext, Publication, Published, Refused, RolledBack, Watcher};
use ratewright::{Quote, RuleSet};
use std::collections::BTreeMap;
use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

/// An edition for 2026 that corrects the one before from a day on; every charge of it is its own.
fn edition(number: u32, test: &str) -> Result<Edition, Box<dyn Error>> {
    let corrects = match number {
        1 => String::new(),
        _ => format!("supersedes \"2026.{}\" from 2026-03-{number:02}", number - 1),
    };
    let text = format!(
        r#"ruleset parcel "Parcels" version "2026.{number}" {{
            currency USD  priced on shipped  effective 2026-01-01 through 2026-12-31  {corrects}
        }}
        input {{ shipped : date  weight : mass in lb }}
        charge BASE "Transportation" = {number} USD + weight * 2.50 USD per lb
        charge FUEL "Fuel" = 10% of BASE
        {test}"#
    );
    Ok(Edition::new(RuleSet::compile(&text)?))
}

/// Says what happens to the book.
struct Log;

impl Watcher for Log {
    fn swapped(&self, published: &Published) {
        println!("generation {}: {} loaded", published.generation, published.loaded.len());
    }
    fn refused(&self, refused: &Refused) {
        println!("refused: {refused}");
    }
    fn rolled_back(&self, rolled_back: &RolledBack) {
        println!("generation {}: as generation {}", rolled_back.generation, rolled_back.to);
    }
}

/// Quotes until it is told to stop; gives how many quotes each edition made, and fails on one that is not whole.
fn quotes(book: &Book, stop: &AtomicBool) -> Result<BTreeMap<String, u64>, String> {
    let (mut context, mut quote, mut made) = (LiveContext::new(), Quote::default(), BTreeMap::new());
    while !stop.load(Ordering::Relaxed) {
        let fields = [("shipped", "2026-03-20"), ("weight", "4")];
        book.quote_fields_into(&mut context, "parcel", &fields, &mut quote).map_err(|error| error.to_string())?;
        let version = quote.version().unwrap_or("").to_string();
        let base = version.trim_start_matches("2026.").parse::<u32>().map_err(|error| error.to_string())? + 10;
        let expected = format!("{base}.00 USD");
        if quote.lines("BASE").any(|line| line.money().to_string() != expected) {
            return Err(format!("a quote of {version} is torn: {quote:?}"));
        }
        *made.entry(version).or_default() += 1;
    }
    Ok(made)
}

fn main() -> Result<(), Box<dyn Error>> {
    let book = Book::default().watched_by(Arc::new(Log));
    book.publish(edition(1, "")?)?;
    let bill_run = book.pin();
    let stop = AtomicBool::new(false);
    let made = thread::scope(|scope| -> Result<_, Box<dyn Error>> {
        let readers: Vec<_> = (0..3).map(|_| scope.spawn(|| quotes(&book, &stop))).collect();
        let published = publish_some(&book);
        stop.store(true, Ordering::Relaxed);
        let made: Result<Vec<_>, String> =
            readers.into_iter().map(|reader| reader.join().map_err(|_| "a reader panicked".to_string())?).collect();
        published?;
        Ok(made?)
    })?;
    let mut sums = BTreeMap::new();
    for (version, count) in made.into_iter().flatten() {
        *sums.entry(version).or_insert(0) += count;
    }
    for (version, count) in sums {
        println!("{version}: {count} quotes");
    }
    let billed = bill_run.quote_fields("parcel", &[("shipped", "2026-03-20"), ("weight", "4")])?;
    println!("the bill run is still by {}", billed.version().unwrap_or(""));
    Ok(())
}

/// Publishes editions, one that fails its own test among them, and goes back by two.
fn publish_some(book: &Book) -> Result<(), Box<dyn Error>> {
    let pause = || thread::sleep(Duration::from_millis(50));
    for number in 2..=5 {
        book.publish(edition(number, "")?)?;
        pause();
    }
    let wrong = edition(6, "test \"a pound\" { given shipped = 2026-03-20, weight = 1 lb  expect BASE is 1.00 USD }")?;
    if book.publish(Publication::from(wrong)).is_ok() {
        return Err("an edition whose test fails was published".into());
    }
    book.roll_back(book.generation() - 2)?;
    pause();
    Ok(())
}
