//! What a recorder and a subscriber of the program get to see of a folder that is kept: what was done is counted by hand.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use metrics::{Counter, CounterFn, Gauge, GaugeFn, Histogram, Key, KeyName, Metadata, Recorder, SharedString, Unit};
use ratewright::live::Book;
use ratewright_sources::telemetry::{Metrics, Tracing};
use ratewright_sources::{Directory, Keeper};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tracing::field::{Field, Visit};

/// Numbers by their names and labels, and which names were described.
#[derive(Clone, Default)]
struct Numbers {
    all: Arc<Mutex<BTreeMap<String, f64>>>,
    described: Arc<Mutex<BTreeMap<String, Option<Unit>>>>,
}

struct One(Numbers, String);

impl Numbers {
    fn get(&self, name: &str) -> Option<f64> {
        self.all.lock().unwrap().get(name).copied()
    }

    fn describe(&self, name: KeyName, unit: Option<Unit>) {
        self.described.lock().unwrap().insert(name.as_str().to_owned(), unit);
    }

    fn one(&self, key: &Key) -> Arc<One> {
        let labels: Vec<String> = key.labels().map(|label| format!("{}={}", label.key(), label.value())).collect();
        Arc::new(One(self.clone(), format!("{}{{{}}}", key.name(), labels.join(","))))
    }
}

impl One {
    fn change(&self, change: impl FnOnce(&mut f64)) {
        change(self.0.all.lock().unwrap().entry(self.1.clone()).or_default());
    }
}

impl CounterFn for One {
    fn increment(&self, by: u64) {
        self.change(|value| *value += by as f64);
    }

    fn absolute(&self, to: u64) {
        self.change(|value| *value = to as f64);
    }
}

impl GaugeFn for One {
    fn increment(&self, by: f64) {
        self.change(|value| *value += by);
    }

    fn decrement(&self, by: f64) {
        self.change(|value| *value -= by);
    }

    fn set(&self, to: f64) {
        self.change(|value| *value = to);
    }
}

impl Recorder for Numbers {
    fn describe_counter(&self, name: KeyName, unit: Option<Unit>, _: SharedString) {
        self.describe(name, unit);
    }

    fn describe_gauge(&self, name: KeyName, unit: Option<Unit>, _: SharedString) {
        self.describe(name, unit);
    }

    fn describe_histogram(&self, name: KeyName, unit: Option<Unit>, _: SharedString) {
        self.describe(name, unit);
    }

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        Counter::from_arc(self.one(key))
    }

    fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::from_arc(self.one(key))
    }

    fn register_histogram(&self, _: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::noop()
    }
}

/// Lines as `LEVEL message field=value …`.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<String>>>);

struct Line(String, String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        match field.name() {
            "message" => self.0 = format!("{value:?}"),
            name => self.1 += &format!(" {name}={value:?}"),
        }
    }
}

impl tracing::Subscriber for Lines {
    fn enabled(&self, metadata: &tracing::Metadata<'_>) -> bool {
        metadata.target() == "ratewright" && *metadata.level() <= tracing::Level::INFO
    }

    fn new_span(&self, _: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        tracing::span::Id::from_u64(1)
    }

    fn record(&self, _: &tracing::span::Id, _: &tracing::span::Record<'_>) {}

    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}

    fn event(&self, event: &tracing::Event<'_>) {
        let mut line = Line(String::new(), String::new());
        event.record(&mut line);
        self.0.lock().unwrap().push(format!("{} {}{}", event.metadata().level(), line.0, line.1));
    }

    fn enter(&self, _: &tracing::span::Id) {}

    fn exit(&self, _: &tracing::span::Id) {}
}

fn parcel(version: &str, price: &str) -> String {
    format!("ruleset parcel \"Parcels\" version \"{version}\" {{ currency USD }}\ncharge BASE = {price} USD\n")
}

fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < Duration::from_secs(60), "{what} has not come");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// One test, for there is one recorder and one subscriber in a program.
#[test]
fn what_happens_is_counted_and_logged() {
    let (numbers, lines) = (Numbers::default(), Lines::default());
    metrics::set_global_recorder(numbers.clone()).unwrap_or_else(|_| panic!("another recorder"));
    tracing::subscriber::set_global_default(lines.clone()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let rules = folder.path().join("parcel.rules");
    std::fs::write(&rules, parcel("1", "10")).unwrap();

    let (metrics, logs) = (Arc::new(Metrics::new()), Arc::new(Tracing));
    let book = Arc::new(Book::default().watched_by(metrics.clone()).watched_by(logs.clone()));
    let source = Directory::new(folder.path());
    let keeper = Keeper::new(book.clone()).source(source).every(Duration::from_millis(50));
    let keeping = keeper.watched_by(metrics.clone()).watched_by(logs).start().unwrap();
    let name = format!("source=the folder {}", folder.path().display());
    let of_source = |what: &str| numbers.get(&format!("{what}{{{name}}}"));
    // The first looks find that the folder has not been at rest yet.
    let swapped = format!("ratewright_looks_total{{{name},outcome=swapped}}");
    until("the first edition", || numbers.get(&swapped) == Some(1.0));
    assert_eq!(of_source("ratewright_trouble"), Some(0.0));
    assert_eq!(numbers.get("ratewright_swaps_total{rule_set=parcel}"), Some(1.0));
    assert_eq!(numbers.get("ratewright_generation{}"), Some(1.0));
    assert_eq!(of_source("ratewright_refusals_total"), None);

    std::fs::write(&rules, "ruleset parcel \"Parcels\" { currency USD }\ncharge BASE = weigth\n").unwrap();
    until("the refusal", || of_source("ratewright_trouble") == Some(1.0));
    until("more looks", || {
        numbers.get(&format!("ratewright_looks_total{{{name},outcome=refused}}")).is_some_and(|looks| looks > 3.0)
    });
    assert_eq!(of_source("ratewright_refusals_total"), Some(1.0), "one cause, however often it is seen");
    assert!(of_source("ratewright_staleness_seconds").unwrap() > 0.0);
    assert_eq!(
        numbers.get("ratewright_refused_publications_total{}"),
        None,
        "the compiler refused it, and not the book"
    );

    // A test beside the rules that fails: that is for the book to say.
    std::fs::write(&rules, parcel("2", "12") + "test \"base\" { expect total is 10 USD }\n").unwrap();
    until("the refusal of the book", || numbers.get("ratewright_refused_publications_total{}") == Some(1.0));
    std::fs::write(&rules, parcel("2", "12")).unwrap();
    until("the second edition", || of_source("ratewright_trouble") == Some(0.0));
    assert_eq!(numbers.get("ratewright_swaps_total{rule_set=parcel}"), Some(2.0));
    assert_eq!(of_source("ratewright_taken_back"), Some(0.0));
    book.roll_back(1).unwrap();
    assert_eq!(numbers.get("ratewright_rollbacks_total{}"), Some(1.0));
    assert_eq!(numbers.get("ratewright_generation{}"), Some(3.0));
    until("the warning that it was taken back", || of_source("ratewright_warnings") == Some(1.0));
    assert_eq!(of_source("ratewright_taken_back"), Some(1.0));

    // A thread that hangs sets nothing, but the page does.
    let mut page = keeping.status();
    keeping.stop();
    page[0].staleness = Duration::from_secs(3600);
    metrics.record(&page);
    assert_eq!(of_source("ratewright_staleness_seconds"), Some(3600.0));

    let described = numbers.described.lock().unwrap();
    let seen = numbers.all.lock().unwrap();
    for name in seen.keys().map(|name| name.split('{').next().unwrap()) {
        assert!(described.get(name).is_some_and(Option::is_some), "{name} says nothing of itself");
    }
    assert_eq!(described["ratewright_staleness_seconds"], Some(Unit::Seconds));
    let lines = lines.0.lock().unwrap();
    let said = |start: &str| lines.iter().filter(|line| line.starts_with(start)).count();
    assert_eq!(said("INFO an edition is new in the book rule_set=\"parcel\" version=\"1\" digest="), 1);
    assert_eq!(said("INFO something new is in use"), 2);
    assert_eq!(said("ERROR what is there cannot run; what runs goes on"), 2, "{lines:#?}");
    assert!(lines.iter().any(|line| line.contains("parcel.rules:2:15: RW0201")), "{lines:#?}");
    assert_eq!(said("WARN a publication was refused; what ran goes on why=the test \"base\""), 1);
    assert_eq!(said("INFO what was wrong is over"), 1);
    assert_eq!(said("WARN the book was taken back generation=3 to=1 from=2"), 1);
    assert_eq!(said("WARN pricing goes on"), 1);
}
