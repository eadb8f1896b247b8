//! A book changes while others quote from it: what is refused changes nothing, and no quote is made of two editions.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

use ratewright::live::{
    Book, Choice, Edition, Golden, LiveContext, Publication, Published, Reason, Refused, RolledBack, Shelf, Watcher,
};
use ratewright::value::{Number, Value};
use ratewright::{Compiler, Quote, RuleSet};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::ThreadId;

fn compiled(text: &str) -> Edition {
    Edition::new(RuleSet::compile(text).unwrap_or_else(|rejected| panic!("{rejected}\n{text}")))
}

/// An edition of `parcel` with these inputs and rules.
fn parcel(input: &str, rules: &str) -> Edition {
    compiled(&format!("ruleset parcel \"Parcels\" {{ currency USD }}\n{input}\n{rules}"))
}

fn total(book: &Book) -> String {
    book.quote_json("parcel", "{}").unwrap().totals()[0].to_string()
}

#[derive(Default)]
struct Told(Mutex<Vec<String>>);

impl Watcher for Told {
    fn loaded(&self, edition: &Edition) {
        self.0.lock().unwrap().push(format!("loaded {}", edition.digest()));
    }
    fn refused(&self, refused: &Refused) {
        self.0.lock().unwrap().push(format!("refused {refused}"));
    }
    fn swapped(&self, published: &Published) {
        self.0.lock().unwrap().push(format!("swapped {}", published.generation));
    }
    fn rolled_back(&self, rolled_back: &RolledBack) {
        self.0.lock().unwrap().push(format!("back {} {} {}", rolled_back.generation, rolled_back.to, rolled_back.from));
    }
}

#[test]
fn watchers_are_told_in_order_and_may_panic_or_change_the_book() {
    struct Broken;
    impl Watcher for Broken {
        fn swapped(&self, _: &Published) {
            panic!("this watcher is broken");
        }
    }
    let told = Arc::new(Told::default());
    let book = Book::default().watched_by(Arc::new(Broken)).watched_by(told.clone());
    let (one, two) = (parcel("", "charge A = 1 USD"), parcel("", "charge A = 2 USD"));
    book.publish(one.clone()).unwrap();
    book.publish(two.clone()).unwrap();
    book.publish(parcel("", "charge A = 3 USD\ntest \"two\" { expect A is 2 USD }")).unwrap_err();
    book.roll_back(1).unwrap();
    assert_eq!(
        *told.0.lock().unwrap(),
        [
            format!("loaded {}", one.digest()),
            "swapped 1".to_string(),
            format!("loaded {}", two.digest()),
            "swapped 2".to_string(),
            "refused the test \"two\" of ".to_string()
                + &parcel("", "charge A = 3 USD").to_string()
                + " fails: expected A is 2 USD, found A is 3.00 USD (main.rules:4)",
            "back 3 1 2".to_string(),
        ]
    );
    assert_eq!(total(&book), "1.00 USD");

    /// Goes back as soon as anything is published.
    struct Guard(Mutex<Option<Arc<Book>>>);
    impl Watcher for Guard {
        fn swapped(&self, published: &Published) {
            let book = self.0.lock().unwrap().clone();
            if let (Some(book), true) = (book, published.generation > 1) {
                book.roll_back(1).unwrap();
            }
        }
    }
    let guard = Arc::new(Guard(Mutex::new(None)));
    let book = Arc::new(Book::default().watched_by(guard.clone()));
    *guard.0.lock().unwrap() = Some(book.clone());
    book.publish(one).unwrap();
    book.publish(two).unwrap();
    assert_eq!((total(&book), book.generation()), ("1.00 USD".to_string(), 3));
    guard.0.lock().unwrap().take();
}

#[test]
fn what_is_refused_keeps_what_runs() {
    let book = Book::default();
    book.publish(parcel("", "charge A = 1 USD")).unwrap();
    let overlapping = compiled("ruleset parcel \"Parcels\" version \"2\" { currency USD }\ncharge A = 2 USD");
    let panicking = Compiler::new()
        .source(
            "main.rules",
            "ruleset parcel \"Parcels\" { currency USD }\nhost function miles() -> integer\ncharge A = 1 USD * miles()\n\
             test \"miles\" { expect A is 7 USD }",
        )
        .host("miles", |_| panic!("no map"))
        .compile("main.rules")
        .unwrap();
    let case = |golden: Golden| Publication::new().put(parcel("", "charge A = 3 USD")).golden(golden);
    let refusals: [(Publication, &str); 9] = [
        (overlapping.into(), "both hold always"),
        (parcel("input { weight : mass in lb }", "charge A = 2 USD").into(), "`weight`: it must now be sent"),
        (
            parcel("input { weight : mass in lb }", "charge A = 2 USD").into(),
            "; let it take what they send, or publish with `allow_breaking()` once they send what it takes",
        ),
        (parcel("", "charge A = 2 USD\ntest \"one\" { expect A is 1 USD }").into(), "the test \"one\" of"),
        (Edition::new(panicking).into(), "a function of the program panicked in a test: no map"),
        (case(Golden::total("one", "parcel", "{}", "1 USD")), "expected a total of 1 USD, found 3.00 USD"),
        (case(Golden::total("euro", "parcel", "{}", "3 EUR")), "expected a total of 3 EUR, found 3.00 USD"),
        (case(Golden::refusal("no", "parcel", "{}", "NO")), "expected the refusal NO, found 3.00 USD"),
        (Publication::new().replace(Shelf::default()), "there would be no edition of `parcel` any more"),
    ];
    for (publication, expected) in refusals {
        let refused = book.publish(publication).unwrap_err();
        assert!(refused.to_string().contains(expected), "{refused}");
        assert_eq!((total(&book), book.generation(), book.held().len()), ("1.00 USD".to_string(), 1, 2));
    }
    // And the book is none the worse for it.
    let quote = r#"{"ruleset": "parcel", "charges": [{"code": "A", "amount": {"amount": "3.00", "currency": "USD"}}],
        "totals": [{"amount": "3.00", "currency": "USD"}]}"#;
    book.publish(case(Golden::quote("three", "parcel", "{}", quote))).unwrap();
    assert_eq!(total(&book), "3.00 USD");
}

#[test]
fn what_callers_run_into_is_told_field_by_field() {
    let input = "enum Service { ground, air, sea }\nrecord Line { weight : mass in lb up to 100 lb  note : text? }\n\
                 input { service : Service  count : integer  zone : text  lines : list of Line  paid : yes/no = no \
                 limit : money from 0 USD through 50 USD = 1 USD }";
    let before = parcel(input, "charge A = 1 USD");
    let breaks = |changes: &[(&str, &str)]| {
        let changed = changes.iter().fold(input.to_string(), |text, (from, to)| {
            assert!(text.contains(from), "{from}");
            text.replace(from, to)
        });
        let book = Book::default();
        book.publish(before.clone()).unwrap();
        let new = parcel(&changed, "charge A = 2 USD");
        match book.publish(new.clone()) {
            Ok(_) => Vec::new(),
            Err(refused) => {
                let [Reason::Breaks(found)] = refused.reasons() else { panic!("{refused}") };
                assert_eq!((&found.running, found.new.as_ref()), (&before, Some(&new)));
                let told = book.publish(Publication::new().put(new.clone()).allow_breaking()).unwrap();
                assert_eq!(told.breaks, std::slice::from_ref(found));
                found.fields.iter().map(ToString::to_string).collect()
            }
        }
    };
    // What takes more is no break.
    assert_eq!(breaks(&[]), [""; 0]);
    assert_eq!(breaks(&[("sea }", "sea, rail }"), ("integer", "number"), ("100 lb", "200 lb")]), [""; 0]);
    assert_eq!(breaks(&[("zone : text", "zone : text?"), ("1 USD }", "1 USD  more : date? }")]), [""; 0]);
    assert_eq!(breaks(&[("100 lb", "1600 oz")]), [""; 0]);
    // What takes less, or something else, is one.
    assert_eq!(breaks(&[("air, ", "")]), ["`service`: it can no longer be air"]);
    assert_eq!(breaks(&[("count : integer", "")]), ["`count`: it is no longer read, and whoever sends it is refused"]);
    assert_eq!(breaks(&[("integer", "text")]), ["`count`: it is read as text, no longer as integer"]);
    assert_eq!(
        breaks(&[("mass in lb up to 100 lb", "mass in kg up to 100 kg")]),
        ["`lines[].weight`: it is read as kg, no longer as lb"]
    );
    // 100 lb are 45.36 kg.
    assert_eq!(
        breaks(&[("mass in lb up to 100 lb", "mass in kg up to 45 kg")]),
        [
            "`lines[].weight`: it is read as kg, no longer as lb",
            "`lines[].weight`: its range is narrower: up to 45 kg, where it was up to 100 lb"
        ]
    );
    assert_eq!(
        breaks(&[("100 lb", "1599 oz")]),
        ["`lines[].weight`: its range is narrower: up to 99.9375 lb, where it was up to 100 lb"]
    );
    let must = "it must now be sent; with a default, or `?` after its type, callers could leave it out";
    assert_eq!(breaks(&[("text?", "text")]), [format!("`lines[].note`: {must}")]);
    assert_eq!(breaks(&[("zone : text", "zone : text matching \"[0-9]+\"")]), ["`zone`: it must now match \"[0-9]+\""]);
    assert_eq!(
        breaks(&[(" = no", ""), ("50 USD", "49 USD")]),
        [
            format!("`paid`: {must}"),
            "`limit`: its range is narrower: from 0.00 USD through 49.00 USD, where it was from 0.00 USD through 50.00 USD"
                .to_string()
        ]
    );
}

#[test]
fn going_back_is_to_what_is_held() {
    let book = Book::default().holding(3);
    let editions: Vec<Edition> = (1..=4).map(|price| parcel("", &format!("charge A = {price} USD"))).collect();
    for edition in &editions {
        book.publish(edition.clone()).unwrap();
    }
    let held: Vec<u64> = book.held().iter().map(|held| held.generation).collect();
    assert_eq!(held, [2, 3, 4]);
    let error = book.roll_back(1).unwrap_err();
    assert_eq!(error.to_string(), "generation 1 is not held; what is held are the generations [2, 3, 4]");
    assert_eq!(total(&book), "4.00 USD");
    assert_eq!(book.roll_back(2).unwrap(), RolledBack { generation: 5, to: 2, from: 4 });
    assert_eq!(total(&book), "2.00 USD");
    assert_eq!(book.roll_back_to(editions[2].digest()).unwrap(), RolledBack { generation: 6, to: 3, from: 5 });
    assert_eq!(total(&book), "3.00 USD");
    assert_eq!(book.held().last().unwrap().again, Some(3));
    assert!(book.roll_back_to(editions[0].digest()).is_err());
}

#[test]
fn what_is_no_longer_held_is_freed() {
    let counted = Arc::new(());
    let edition = |price: u32| {
        let (counted, text) = (
            counted.clone(),
            format!(
                "ruleset parcel \"Parcels\" {{ currency USD }}\nhost function price() -> integer\ncharge A = 1 USD * price() + {price} USD"
            ),
        );
        let host = move |_: &[Value]| {
            let _held = &counted;
            Ok(Value::Number(Number::from_i64(1)))
        };
        Edition::new(Compiler::new().source("m", &text).host("price", host).compile("m").unwrap())
    };
    let book = Book::default().holding(2);
    let mut context = LiveContext::new();
    for price in 0..50 {
        book.publish(edition(price)).unwrap();
        book.quote_json_in(&mut context, "parcel", "{}").unwrap();
        assert!(Arc::strong_count(&counted) <= 3, "{} editions are held", Arc::strong_count(&counted) - 1);
    }
}

#[test]
fn no_quote_pays_for_freeing_an_edition() {
    /// Says on which thread it is freed.
    struct Freed(Arc<Mutex<Vec<ThreadId>>>);
    impl Drop for Freed {
        fn drop(&mut self) {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).push(std::thread::current().id());
        }
    }
    let freed = Arc::new(Mutex::new(Vec::new()));
    let edition = |price: u32| {
        let tells = Freed(freed.clone());
        let text = format!(
            "ruleset parcel \"Parcels\" {{ currency USD }}\nhost function one() -> integer\ncharge A = {price} USD * one()"
        );
        let host = move |_: &[Value]| {
            let _held = &tells;
            std::thread::yield_now();
            Ok(Value::Number(Number::ONE))
        };
        Edition::new(Compiler::new().source("m", &text).host("one", host).compile("m").unwrap())
    };
    // Every swap lets the edition go that others are quoting from.
    let book = Book::default().holding(1);
    book.publish(edition(1)).unwrap();
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                let (mut context, mut quote) = (LiveContext::new(), Quote::default());
                while !done.load(Ordering::Relaxed) {
                    book.quote_json_into(&mut context, "parcel", "{}", &mut quote).unwrap();
                }
            });
        }
        for price in 2..=300 {
            book.publish(edition(price)).unwrap();
        }
        done.store(true, Ordering::Relaxed);
    });
    // Who still quoted from an edition when it was let go is done now.
    drop(book.prepare(Publication::new()).unwrap());
    let freed = freed.lock().unwrap().clone();
    assert_eq!(freed.len(), 299);
    assert!(freed.iter().all(|thread| *thread == std::thread::current().id()));
}

#[test]
fn a_change_while_a_publication_is_tested_goes_before_it() {
    let book = Arc::new(Book::default());
    book.publish(parcel("", "charge A = 1 USD")).unwrap();
    book.publish(parcel("", "charge A = 2 USD")).unwrap();
    let other = book.clone();
    // The function stands for an operator who goes back while the tests of the next edition run.
    let went_back = AtomicBool::new(false);
    let rules = Compiler::new()
        .source(
            "m",
            "ruleset parcel \"Parcels\" { currency USD }\nhost function one() -> integer\ncharge A = 3 USD * one()\n\
             test \"three\" { expect A is 3 USD }",
        )
        .host("one", move |_| {
            if !went_back.swap(true, Ordering::SeqCst) {
                other.roll_back(1).unwrap();
            }
            Ok(Value::Number(Number::ONE))
        })
        .compile("m")
        .unwrap();
    let next = Edition::new(rules);
    assert_eq!(book.publish(next.clone()).unwrap_err().reasons(), [Reason::Overtaken { by: 3 }]);
    assert_eq!(total(&book), "1.00 USD");
    book.publish(next).unwrap();
    assert_eq!(total(&book), "3.00 USD");
}

#[test]
fn a_panic_in_a_quote_leaves_the_book_whole() {
    let rules = Compiler::new()
        .source(
            "m",
            "ruleset parcel \"Parcels\" { currency USD }\nhost function one() -> integer\ncharge A = 1 USD * one()",
        )
        .host("one", |_| panic!("no one"))
        .compile("m")
        .unwrap();
    let book = Book::default();
    book.publish(Edition::new(rules)).unwrap();
    let quoted = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| book.quote_json("parcel", "{}")));
    assert!(quoted.is_err());
    book.publish(parcel("", "charge A = 2 USD")).unwrap();
    assert_eq!(total(&book), "2.00 USD");
}

/// Two rule sets of two editions each, in which every charge and output says which edition it is of; the days of the first move.
fn generation(number: u32) -> Shelf {
    let of = |name: &str, version: u32, period: &str| {
        let charges: String =
            (0..10).map(|charge| format!("charge C{charge} = {version} USD + weight * 1 USD per lb\n")).collect();
        compiled(&format!(
            "ruleset {name} \"Parcels\" version \"{version}\" {{ currency USD  priced on shipped  effective {period} }}\n\
             input {{ shipped : date  weight : mass in lb }}\n{charges}output edition = {version}"
        ))
    };
    let day = 10 + number % 10;
    Shelf::builder()
        .with(of("parcel", 2 * number, &format!("2026-01-01 through 2026-03-{day}")))
        .with(of("parcel", 2 * number + 1, &format!("2026-03-{} through 2026-12-31", day + 1)))
        .with(of("freight", 1000 + number, "2026-01-01 through 2026-12-31"))
        .contract("ACME", "freight")
        .base("parcel")
        .build()
        .unwrap()
}

/// Whether a quote says one edition throughout: its version, output, all its charges and its total; and which.
fn whole(quote: &Quote, weight: u32) -> u32 {
    let version: u32 = quote.version().unwrap().parse().unwrap();
    assert_eq!(quote.output("edition").unwrap().to_string(), version.to_string());
    assert_eq!(quote.charges().len(), 10);
    for line in quote.charges() {
        assert_eq!(line.money().to_string(), format!("{}.00 USD", version + weight));
    }
    assert_eq!(quote.totals()[0].to_string(), format!("{}.00 USD", 10 * (version + weight)));
    version
}

#[test]
fn every_quote_is_that_of_its_own_edition_under_swaps() {
    let shelves: Vec<Shelf> = (0..10).map(generation).collect();
    let editions: Vec<Edition> =
        shelves.iter().flat_map(|shelf| shelf.all_editions().cloned().collect::<Vec<_>>()).collect();
    let alone = |quote: &Quote, input: &str| {
        let edition = editions.iter().find(|edition| Some(edition.digest()) == quote.edition()).unwrap();
        assert_eq!(*quote, edition.quote_json(input).unwrap());
    };
    let book = Book::new(shelves[0].clone());
    let (done, quoted) = (AtomicBool::new(false), AtomicUsize::new(0));
    let pinned = book.pin();
    std::thread::scope(|scope| {
        for thread in 0..4_u32 {
            let (book, done, quoted, pinned, alone) = (&book, &done, &quoted, &pinned, &alone);
            scope.spawn(move || {
                let (mut context, mut quote) = (LiveContext::new(), Quote::default());
                let mut turn = thread;
                while !done.load(Ordering::Relaxed) {
                    turn += 1;
                    let (day, weight) = (1 + turn % 28, turn % 7);
                    let input = format!(r#"{{"shipped": "2026-03-{day:02}", "weight": {weight}}}"#);
                    let choice = match turn % 3 {
                        0 => Choice::rule_set("parcel"),
                        1 => Choice::customer("ACME"),
                        _ => Choice::customer("Bolt"),
                    };
                    book.quote_json_into(&mut context, choice, &input, &mut quote).unwrap();
                    let version = whole(&quote, weight);
                    assert_eq!(version >= 1000, turn % 3 == 1);
                    if version < 1000 {
                        // Of one shelf: the edition is that which is in force there on the day.
                        let last = 10 + (version / 2) % 10;
                        assert_eq!(version.is_multiple_of(2), day <= last, "{version} on {day}");
                    }
                    if turn.is_multiple_of(16) {
                        alone(&quote, &input);
                    }
                    pinned.quote_json_into(&mut context, "parcel", &input, &mut quote).unwrap();
                    assert!(whole(&quote, weight) < 2, "a pinned run has met another shelf");
                    quoted.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        let mut swaps = 0_usize;
        while swaps < 300 || quoted.load(Ordering::Relaxed) < 2_000 {
            swaps += 1;
            if swaps.is_multiple_of(7) {
                book.roll_back(book.generation() - 1).unwrap();
            } else {
                book.publish(shelves[swaps % shelves.len()].clone()).unwrap();
            }
            std::thread::yield_now();
        }
        done.store(true, Ordering::Relaxed);
    });
    assert!(book.generation() >= 300);
}
