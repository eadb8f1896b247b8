//! A publication in two steps, and publications that change nothing: what polls cannot push out what it could go back to.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

use ratewright::live::{Book, Choice, Edition, Golden, Publication, Published, Reason, Refused, Shelf, Watcher};
use ratewright::value::{Number, Value};
use ratewright::{Compiler, Limits, RuleSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

fn compiled(text: &str) -> Edition {
    Edition::new(RuleSet::compile(text).unwrap_or_else(|rejected| panic!("{rejected}\n{text}")))
}

/// The only edition of a rule set, which always costs this.
fn always(name: &str, price: u32) -> Edition {
    compiled(&format!("ruleset {name} \"Parcels\" {{ currency USD }}\ncharge A = {price} USD"))
}

/// An edition of a rule set for the days of a year.
fn of_year(name: &str, year: u32, price: u32) -> Edition {
    compiled(&format!(
        "ruleset {name} \"Parcels\" version \"{year}\" {{ currency USD  priced on day  effective {year}-01-01 through {year}-12-31 }}\n\
         input {{ day : date }}\ncharge A = {price} USD"
    ))
}

fn total(book: &Book, name: &str) -> String {
    book.quote_json(name, "{}").unwrap().totals()[0].to_string()
}

fn total_on(book: &Book, choice: Choice<'_>, day: &str) -> String {
    book.quote_fields(choice, &[("day", day)]).unwrap().totals()[0].to_string()
}

/// Whether two editions are one and the same compiled rule set.
fn is_one(edition: &Edition, other: &Edition) -> bool {
    std::ptr::eq(edition.rules().program(), other.rules().program())
}

#[derive(Default)]
struct Told(Mutex<Vec<String>>);

impl Told {
    fn all(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

impl Watcher for Told {
    fn loaded(&self, edition: &Edition) {
        self.0.lock().unwrap().push(format!("loaded {}", edition.name()));
    }
    fn refused(&self, refused: &Refused) {
        self.0.lock().unwrap().push(format!("refused {refused}"));
    }
    fn swapped(&self, published: &Published) {
        self.0.lock().unwrap().push(format!("swapped {}", published.generation));
    }
}

#[test]
fn what_is_prepared_runs_once_it_is_swapped() {
    let told = Arc::new(Told::default());
    let book = Book::default().watched_by(told.clone());
    let (one, two) = (always("parcel", 1), always("parcel", 2));
    book.publish(one.clone()).unwrap();
    assert_eq!(told.all(), ["loaded parcel", "swapped 1"]);

    let prepared = book.prepare(two.clone()).unwrap();
    assert_eq!((prepared.loaded(), prepared.removed()), (&[two.clone()][..], &[one.clone()][..]));
    assert!(prepared.changes_the_book() && prepared.breaks().is_empty());
    assert_eq!((total(&book, "parcel"), book.generation(), book.held().len()), ("1.00 USD".to_string(), 1, 2));
    assert_eq!(told.all(), [""; 0]);

    let published = book.swap(prepared).unwrap();
    assert_eq!((published.generation, published.loaded, published.removed), (2, vec![two], vec![one]));
    assert_eq!(total(&book, "parcel"), "2.00 USD");
    assert_eq!(told.all(), ["loaded parcel", "swapped 2"]);

    // What is dropped changes nothing, and what is refused is told of when it is prepared.
    drop(book.prepare(always("parcel", 3)).unwrap());
    let needs = compiled(
        "ruleset parcel \"Parcels\" { currency USD }\ninput { weight : mass in lb }\ncharge A = 1 USD per lb * weight",
    );
    let refused = book.prepare(needs.clone()).unwrap_err();
    assert!(matches!(refused.reasons(), [Reason::Breaks(_)]), "{refused}");
    assert_eq!(told.all(), [format!("refused {refused}")]);
    let allowed = book.prepare(Publication::new().put(needs).allow_breaking()).unwrap();
    assert_eq!(
        allowed.breaks()[0].fields[0].to_string(),
        "`weight`: it must now be sent; with a default, or `?` after its type, callers could leave it out"
    );
    assert_eq!((total(&book, "parcel"), book.generation()), ("2.00 USD".to_string(), 2));
}

#[test]
fn what_is_prepared_is_tested_once() {
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = asked.clone();
    let rules = Compiler::new()
        .source(
            "m",
            "ruleset parcel \"Parcels\" { currency USD }\nhost function one() -> integer\ncharge A = 1 USD * one()\n\
             test \"one\" { expect A is 1 USD }",
        )
        .host("one", move |_| {
            counted.fetch_add(1, Ordering::Relaxed);
            Ok(Value::Number(Number::ONE))
        })
        .compile("m")
        .unwrap();
    let book = Book::default();
    let prepared = book.prepare(Edition::new(rules)).unwrap();
    let tested = asked.load(Ordering::Relaxed);
    assert!(tested > 0);
    book.swap(prepared).unwrap();
    assert_eq!((asked.load(Ordering::Relaxed), book.generation()), (tested, 1));
}

#[test]
fn what_was_overtaken_is_refused() {
    let told = Arc::new(Told::default());
    let book = Book::default().watched_by(told.clone());
    book.publish(always("parcel", 1)).unwrap();
    book.publish(always("parcel", 2)).unwrap();
    // By a publication, by going back, and by a change that leaves the editions as they were.
    let changes: [&dyn Fn() -> u64; 3] = [
        &|| book.publish(always("freight", 7)).unwrap().generation,
        &|| book.roll_back(1).unwrap().generation,
        &|| book.roll_back(book.generation()).unwrap().generation,
    ];
    for change in changes {
        let prepared = book.prepare(always("parcel", 3)).unwrap();
        let unchanged = book.prepare(Publication::new()).unwrap();
        let by = change();
        let ran = total(&book, "parcel");
        told.all();
        let refused = book.swap(prepared).unwrap_err();
        assert_eq!(refused.reasons(), [Reason::Overtaken { by }]);
        assert_eq!(
            refused.to_string(),
            format!(
                "the book has gone to generation {by} since this was compared with what ran: publish it again, if it is still wanted"
            )
        );
        assert_eq!(told.all(), [format!("refused {refused}")]);
        // Also where nothing was to change: what it said of the book no longer holds.
        assert_eq!(book.swap(unchanged).unwrap_err().reasons(), [Reason::Overtaken { by }]);
        assert_eq!((total(&book, "parcel"), book.generation()), (ran, by));
    }
    let again = book.prepare(always("parcel", 3)).unwrap();
    book.swap(again).unwrap();
    assert_eq!(total(&book, "parcel"), "3.00 USD");
}

#[test]
fn what_was_prepared_for_another_book_is_refused() {
    let shelf = Shelf::builder().with(always("parcel", 1)).build().unwrap();
    let (book, other) = (Book::new(shelf.clone()), Book::new(shelf));
    for publication in [always("parcel", 2).into(), Publication::new()] {
        let refused = book.swap(other.prepare(publication).unwrap()).unwrap_err();
        assert_eq!(refused.reasons(), [Reason::OfAnotherBook]);
        assert_eq!(
            refused.to_string(),
            "this was prepared for another book: prepare it for the one in which it is to run"
        );
        assert_eq!((total(&book, "parcel"), book.generation()), ("1.00 USD".to_string(), 0));
    }
}

#[test]
fn the_editions_of_one_rule_set_become_exactly_these() {
    let book = Book::default();
    let shelf = Shelf::builder()
        .with(of_year("parcel", 2025, 5))
        .with(of_year("parcel", 2026, 6))
        .with(of_year("acme", 2026, 4))
        .contract_or_base("ACME", "acme")
        .base("parcel")
        .build()
        .unwrap();
    book.publish(shelf).unwrap();
    let running: Vec<Edition> = book.pin().all_editions().cloned().collect();

    // 2025 goes, 2026 stays although it was compiled anew, 2027 comes; the contract and the base stay.
    let replace = |name: &str, editions: Vec<Edition>| Publication::new().replace_rule_set(name, editions);
    let years = vec![of_year("parcel", 2027, 7), of_year("parcel", 2026, 6)];
    let published = book.publish(replace("parcel", years.clone())).unwrap();
    assert_eq!((&*published.loaded, published.removed.len()), (&years[..1], 1));
    assert_eq!(published.removed[0].version(), Some("2025"));
    assert!(is_one(book.pin().editions("parcel").next().unwrap(), &running[2]));
    assert!(is_one(book.pin().newest("acme").unwrap(), &running[0]));
    assert_eq!(total_on(&book, Choice::customer("ACME"), "2026-05-04"), "4.00 USD");
    assert_eq!(total_on(&book, Choice::customer("ACME"), "2027-05-04"), "7.00 USD");
    assert_eq!(total_on(&book, Choice::customer("Bolt"), "2026-05-04"), "6.00 USD");

    // One of another rule set is refused, whatever stands beside it and follows it.
    let (generation, stray) = (book.generation(), of_year("freight", 2026, 1));
    let with_stray = replace("parcel", vec![years[1].clone(), stray]);
    for publication in
        [with_stray.clone(), with_stray.clone().replace((*book.pin()).clone()), with_stray.put(years[0].clone())]
    {
        let refused = book.publish(publication).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "`freight` \"2026\" is no edition of `parcel`, whose editions it was given among: give it under its own name"
        );
        assert_eq!(book.generation(), generation);
    }
    let twice = book.publish(replace("parcel", vec![years[1].clone(), years[1].clone()])).unwrap_err();
    assert!(twice.to_string().starts_with("two editions are `parcel` \"2026\""), "{twice}");

    // Without editions the rule set is gone: which is a break, and leaves a contract without its rule set.
    let refused = book.publish(replace("acme", Vec::new())).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "the contract of customer `ACME` is `acme`, of which there is no edition; add an edition of it, or take the contract away first"
    );
    book.publish(replace("freight", vec![always("freight", 9)])).unwrap();
    let refused = book.publish(replace("freight", Vec::new())).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "there would be no edition of `freight` any more: where nobody is priced by it, publish with `allow_breaking()`"
    );
    let gone = book.publish(replace("freight", Vec::new()).allow_breaking()).unwrap();
    assert_eq!((gone.removed.len(), book.pin().newest("freight").is_none()), (1, true));
}

#[test]
fn who_is_left_to_the_edition_before_is_compared_too() {
    // "2" takes a field more than "1", and "3" follows it; "1" prices the days before March.
    let edition = |version: &str, head: &str, more: &str| {
        compiled(&format!(
            "ruleset parcel \"Parcels\" version \"{version}\" {{ currency USD  priced on day  effective from 2026-01-01 {head} }}\n\
             input {{ day : date  {more} }}\ncharge A = {version} USD"
        ))
    };
    let first = edition("1", "", "");
    let second = edition("2", "supersedes \"1\" from 2026-03-01", "extra : text?");
    let third = edition("3", "supersedes \"2\" from 2026-07-01", "extra : text?");
    let book = Book::default();
    for edition in [&first, &second, &third] {
        book.publish(edition.clone()).unwrap();
    }
    let march = r#"{"day": "2026-03-10", "extra": "x"}"#;
    assert_eq!(book.quote_json("parcel", march).unwrap().version(), Some("2"));

    let told = "`parcel` \"1\" would refuse what callers of `parcel` \"2\" send, or read it otherwise: `extra`: it is no longer read, \
                and whoever sends it is refused; let it take what they send, or publish with `allow_breaking()` once they send what it takes";
    let only = |editions: &[&Edition]| {
        Publication::new().replace_rule_set("parcel", editions.iter().map(|edition| (*edition).clone()))
    };
    // "3" without "2" supersedes nothing that is there, and both go.
    let both = only(&[&first]);
    let refused = book.publish(both.clone()).unwrap_err();
    assert_eq!(refused.to_string(), format!("{told}\n{}", told.replace("\"2\"", "\"3\"")));
    assert_eq!((book.generation(), book.quote_json("parcel", march).unwrap().version()), (3, Some("2")));
    // "2" is left, and takes what "3" took.
    assert_eq!(book.prepare(Publication::new().remove(third.digest())).unwrap().breaks(), []);

    let published = book.publish(both.allow_breaking()).unwrap();
    let [one, other] = &published.breaks[..] else { panic!("{published:?}") };
    assert_eq!((&one.running, one.new.as_ref(), &other.running), (&second, Some(&first), &third));
    let error = book.quote_json("parcel", march).unwrap_err();
    assert_eq!(error.pricing().and_then(|error| error.path.as_deref()), Some("extra"), "{error}");

    // What stands where it stood is compared with nothing: also an edition of which no day is left.
    let all = edition("2", "supersedes \"1\" from 2026-01-01", "must : text");
    book.publish(Publication::new().put(all.clone()).allow_breaking()).unwrap();
    assert_eq!(book.publish(always("freight", 7)).unwrap().breaks, []);
}

#[test]
fn what_changes_nothing_makes_no_generation() {
    let told = Arc::new(Told::default());
    let book = Book::default().watched_by(told.clone()).holding(2);
    book.publish(always("parcel", 1)).unwrap();
    book.publish(always("parcel", 2)).unwrap();
    let running = book.pin().newest("parcel").unwrap().clone();
    told.all();
    let golden = |amount: &str| Golden::total("two", "parcel", "{}", amount);
    let polls: [&dyn Fn() -> Publication; 6] = [
        &|| running.clone().into(),
        &|| always("parcel", 2).into(),
        &|| Publication::new().replace_rule_set("parcel", [always("parcel", 2)]),
        &|| (*book.pin()).clone().into(),
        &|| Shelf::builder().with(always("parcel", 2)).build().unwrap().into(),
        &|| Publication::new().put(always("parcel", 2)).golden(golden("2 USD")),
    ];
    for poll in polls {
        let published = book.publish(poll()).unwrap();
        assert_eq!((published.generation, published.loaded.len(), published.removed.len()), (2, 0, 0));
        let prepared = book.prepare(poll()).unwrap();
        assert!(!prepared.changes_the_book());
        assert_eq!(book.swap(prepared).unwrap().generation, 2);
        assert!(is_one(book.pin().newest("parcel").unwrap(), &running));
    }
    assert_eq!(told.all(), [""; 0]);
    // What must hold must still hold.
    let refused = book.publish(Publication::new().put(always("parcel", 2)).golden(golden("3 USD"))).unwrap_err();
    assert_eq!(refused.to_string(), "the golden case \"two\" fails: expected a total of 3 USD, found 2.00 USD");
    // What one could go back to is still there.
    assert_eq!(book.roll_back(1).unwrap().from, 2);
    assert_eq!(total(&book, "parcel"), "1.00 USD");
    // Going back has changed what runs.
    assert_eq!(book.publish(always("parcel", 2)).unwrap().generation, 4);
}

#[test]
fn what_differs_in_anything_is_another_edition() {
    let text = "ruleset parcel \"Parcels\" { currency USD }\nhost function one() -> integer\ncharge A = 1 USD * one()";
    let gives = |number: i64| move |_: &[Value]| Ok(Value::Number(Number::from_i64(number)));
    let compiler = |number: i64| Compiler::new().source("m", text).host("one", gives(number));
    let edition = |compiler: &Compiler| Edition::new(compiler.compile("m").unwrap());
    let (first, second) = (compiler(1), compiler(2));
    let book = Book::default();
    book.publish(edition(&first)).unwrap();
    assert_eq!(book.publish(edition(&first)).unwrap().generation, 1);
    // The digest does not know what a function of the host answers.
    assert_eq!(edition(&first).digest(), edition(&second).digest());
    assert_eq!(book.publish(edition(&second)).unwrap().generation, 2);
    assert_eq!(total(&book, "parcel"), "2.00 USD");

    let lenient = || compiler(2).limits(Limits { steps: 20_000_000, ..Limits::default() });
    assert_eq!(book.publish(edition(&lenient())).unwrap().generation, 3);

    // Comments and layout are no other meaning, but explanations and diagnostics show them.
    book.publish(always("freight", 9)).unwrap();
    let noted = compiled("ruleset freight \"Parcels\" { currency USD }\n\ncharge A = 9 USD  # agreed in May");
    assert_eq!(noted.digest(), always("freight", 9).digest());
    let published = book.publish(noted.clone()).unwrap();
    assert_eq!((published.generation, published.loaded.len(), published.removed.len()), (5, 1, 1));
    assert!(is_one(book.pin().newest("freight").unwrap(), &noted));

    // Neither is another contract or base another edition, but it is a change.
    let shelf = || (*book.pin()).clone().to_builder();
    let published = book.publish(shelf().contract("ACME", "freight").build().unwrap()).unwrap();
    assert_eq!((published.generation, published.loaded.len(), published.removed.len()), (6, 0, 0));
    assert_eq!(book.publish(shelf().contract_or_base("ACME", "freight").build().unwrap()).unwrap().generation, 7);
    assert_eq!(book.publish(shelf().base("parcel").build().unwrap()).unwrap().generation, 8);
    assert_eq!(book.publish(shelf().base("parcel").build().unwrap()).unwrap().generation, 8);
}
