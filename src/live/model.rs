//! Every order in which the threads of a book can meet, by loom: `RUSTFLAGS="--cfg ratewright_model" cargo test --lib live::model`.
//!
//! The book is the one that ships; only what its threads meet in is loom's (`sync`). Editions are compiled once, outside of the models.
#![cfg(ratewright_model)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use super::{Book, Edition, LiveContext, Publication, Published, Reason, Refused, RolledBack, Shelf, Watcher};
use crate::quote::Quote;
use crate::rule_set::RuleSet;
use loom::thread::JoinHandle;
use std::sync::{Arc, Mutex};

/// The stack of a thread in words: quoting needs more than loom gives.
const STACK: usize = 1 << 17;

/// Editions of two rule sets, with the quote that each gives alone.
struct Editions {
    parcel: Vec<Edition>,
    freight: Vec<Edition>,
    alone: Vec<Quote>,
}

impl Editions {
    fn new() -> Editions {
        let edition = |name: &str, number: usize| {
            let text = format!(
                "ruleset {name} \"{name}\" version \"{number}\" {{ currency USD }}\ncharge A = {number} USD\noutput edition = {number}"
            );
            Edition::new(RuleSet::compile(&text).unwrap())
        };
        let of = |name: &str| -> Vec<Edition> { (0..4).map(|number| edition(name, number)).collect() };
        let (parcel, freight) = (of("parcel"), of("freight"));
        let alone = parcel.iter().chain(&freight).map(|edition| edition.quote_json("{}").unwrap()).collect();
        Editions { parcel, freight, alone }
    }

    /// The number of the edition that a quote says it is of, which gives exactly this quote alone.
    fn whole(&self, quote: &Quote) -> usize {
        let alone = self.alone.iter().find(|alone| alone.edition() == quote.edition());
        assert_eq!(Some(quote), alone, "this is no edition's quote");
        quote.version().unwrap().parse().unwrap()
    }

    /// Lets a rule set have exactly this edition.
    fn parcel(&self, number: usize) -> Publication {
        Publication::new().replace_rule_set("parcel", [self.parcel[number].clone()])
    }

    fn freight(&self, number: usize) -> Publication {
        Publication::new().replace_rule_set("freight", [self.freight[number].clone()])
    }

    /// A shelf with one edition of each, of one number.
    fn both(&self, number: usize) -> Shelf {
        Shelf::builder().with(self.parcel[number].clone()).with(self.freight[number].clone()).build().unwrap()
    }

    /// A book whose generation 1 has edition 1 of each, and generation 0 edition 0.
    fn book(&self) -> Book {
        let book = Book::new(self.both(0));
        book.publish(self.both(1)).unwrap();
        book
    }

    /// The numbers of the editions on a shelf, of `parcel` and of `freight`.
    fn on(&self, shelf: &Shelf) -> (usize, usize) {
        let number = |name: &str| shelf.newest(name).unwrap().version().unwrap().parse().unwrap();
        (number("parcel"), number("freight"))
    }

    /// The generations that a book holds, and what is on the shelf of each.
    fn held(&self, book: &Book) -> Vec<(u64, (usize, usize))> {
        let numbers = |editions: &[Edition]| {
            let of = |name: &str| editions.iter().find(|edition| edition.name() == name).unwrap();
            let number = |name: &str| of(name).version().unwrap().parse().unwrap();
            (number("parcel"), number("freight"))
        };
        book.held().iter().map(|held| (held.generation, numbers(&held.editions))).collect()
    }
}

fn spawn<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> JoinHandle<T> {
    loom::thread::Builder::new().stack_size(STACK).spawn(work).unwrap()
}

/// Runs a scene in every order in which its threads can meet.
fn in_every_order(scene: impl Fn(&Arc<Editions>) + Send + Sync + 'static) {
    in_orders(loom::model::Builder::new(), scene);
}

fn in_orders(builder: loom::model::Builder, scene: impl Fn(&Arc<Editions>) + Send + Sync + 'static) {
    let (scene, editions) = (Arc::new(scene), Arc::new(Editions::new()));
    let orders = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let counted = orders.clone();
    builder.check(move || {
        counted.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let (scene, editions) = (scene.clone(), editions.clone());
        spawn(move || scene(&editions)).join().unwrap();
    });
    let orders = orders.load(std::sync::atomic::Ordering::Relaxed);
    assert!(orders > 1, "the threads never met");
}

fn overtaken(outcome: &Result<Published, Refused>) -> Option<u64> {
    match outcome.as_ref().map_err(Refused::reasons) {
        Err([Reason::Overtaken { by }]) => Some(*by),
        Err(reasons) => panic!("{reasons:?}"),
        Ok(_) => None,
    }
}

#[test]
fn a_reader_meets_whole_editions_in_the_order_of_their_generations() {
    in_every_order(|editions| {
        let book = Arc::new(Book::new(editions.both(0)));
        let (read, known) = (book.clone(), editions.clone());
        let reader = spawn(move || {
            let (mut context, mut quote) = (LiveContext::new(), Quote::default());
            let mut last = (0, 0);
            for name in ["parcel", "freight"] {
                let before = read.generation();
                read.quote_json_into(&mut context, name, "{}", &mut quote).unwrap();
                let met = (before, known.whole(&quote));
                assert!(before as usize <= met.1 && last <= met, "{met:?} after {last:?}");
                last = met;
            }
        });
        for number in 1..=2 {
            assert_eq!(book.publish(editions.both(number)).unwrap().generation, number as u64);
        }
        reader.join().unwrap();
        assert_eq!(editions.held(&book), [(0, (0, 0)), (1, (1, 1)), (2, (2, 2))]);
    });
}

#[test]
fn a_pinned_shelf_stays_as_it_is() {
    in_every_order(|editions| {
        let book = Arc::new(Book::new(editions.both(0)).holding(1));
        let (read, known) = (book.clone(), editions.clone());
        let reader = spawn(move || {
            let pinned = read.pin();
            let number = pinned.generation() as usize;
            assert_eq!(known.on(&pinned), (number, number));
            for name in ["parcel", "freight", "parcel"] {
                assert_eq!(known.whole(&pinned.quote_json(name, "{}").unwrap()), number);
                assert!(read.generation() >= pinned.generation());
            }
        });
        for number in 1..=2 {
            book.publish(editions.both(number)).unwrap();
        }
        reader.join().unwrap();
        assert_eq!(editions.held(&book), [(2, (2, 2))]);
    });
}

#[test]
fn of_two_publications_at_once_neither_is_lost() {
    in_every_order(|editions| {
        let book = Arc::new(editions.book());
        let (other, known) = (book.clone(), editions.clone());
        let publisher = spawn(move || other.publish(known.freight(2)).unwrap());
        let one = book.publish(editions.parcel(2)).unwrap();
        let two = publisher.join().unwrap();
        let between = if one.generation < two.generation { (2, 1) } else { (1, 2) };
        assert_eq!(one.generation + two.generation, 5);
        assert_eq!(editions.held(&book), [(0, (0, 0)), (1, (1, 1)), (2, between), (3, (2, 2))]);
    });
}

#[test]
fn who_goes_back_is_never_undone_by_what_was_tested_before() {
    in_every_order(|editions| {
        let book = Arc::new(editions.book());
        let (operator, reader) = (book.clone(), book.clone());
        let back = spawn(move || operator.roll_back(0).unwrap());
        let known = editions.clone();
        let reads = spawn(move || {
            let seen: Vec<u64> = (0..2).map(|_| reader.generation()).collect();
            assert!(seen.is_sorted(), "{seen:?}");
            known.whole(&reader.quote_json("parcel", "{}").unwrap());
        });
        let outcome = book.publish(editions.parcel(2));
        let back = back.join().unwrap();
        reads.join().unwrap();
        let held = editions.held(&book);
        match (overtaken(&outcome), &outcome) {
            // Tested beside what the operator left: refused, and told by which generation.
            (Some(by), _) => {
                assert_eq!((by, back), (2, RolledBack { generation: 2, to: 0, from: 1 }));
                assert_eq!(held, [(0, (0, 0)), (1, (1, 1)), (2, (0, 0))]);
            }
            // Tested and stored before, or tested beside what the operator wanted.
            (None, Ok(published)) if published.generation == 2 => {
                assert_eq!(back, RolledBack { generation: 3, to: 0, from: 2 });
                assert_eq!(held, [(0, (0, 0)), (1, (1, 1)), (2, (2, 1)), (3, (0, 0))]);
            }
            (None, _) => assert_eq!(held, [(0, (0, 0)), (1, (1, 1)), (2, (0, 0)), (3, (2, 0))]),
        }
    });
}

#[test]
fn what_is_prepared_is_stored_beside_what_it_was_tested_with_or_not_at_all() {
    in_every_order(|editions| {
        let book = Arc::new(editions.book());
        let (other, known) = (book.clone(), editions.clone());
        let publisher = spawn(move || other.publish(known.freight(2)));
        let outcome = book.prepare(editions.parcel(2)).and_then(|prepared| book.swap(prepared));
        let published = publisher.join().unwrap();
        let held = editions.held(&book);
        match (overtaken(&outcome), overtaken(&published)) {
            (None, None) => {
                let between = if outcome.unwrap().generation == 2 { (2, 1) } else { (1, 2) };
                assert_eq!(held, [(0, (0, 0)), (1, (1, 1)), (2, between), (3, (2, 2))]);
            }
            (Some(2), None) => assert_eq!(held, [(0, (0, 0)), (1, (1, 1)), (2, (1, 2))]),
            (None, Some(2)) => assert_eq!(held, [(0, (0, 0)), (1, (1, 1)), (2, (2, 1))]),
            both => panic!("{both:?}"),
        }
    });
}

#[test]
fn of_two_that_swap_at_once_one_is_stored() {
    in_every_order(|editions| {
        let book = Arc::new(editions.book());
        let (one, two) = (book.prepare(editions.parcel(2)).unwrap(), book.prepare(editions.freight(2)).unwrap());
        let other = book.clone();
        let swapper = spawn(move || other.swap(one));
        let two = book.swap(two);
        let one = swapper.join().unwrap();
        let now = match (overtaken(&one), overtaken(&two)) {
            (None, Some(2)) => (2, 1),
            (Some(2), None) => (1, 2),
            both => panic!("{both:?}"),
        };
        assert_eq!(editions.held(&book), [(0, (0, 0)), (1, (1, 1)), (2, now)]);
    });
}

#[test]
fn whatever_meets_every_change_is_a_generation_and_every_quote_is_whole() {
    let mut builder = loom::model::Builder::new();
    // With four threads there are too many orders: those in which no more than two threads are interrupted, where nothing else is said.
    builder.preemption_bound = builder.preemption_bound.or(Some(2));
    in_orders(builder, |editions| {
        let book = Arc::new(editions.book().holding(6));
        let (publisher, operator, reader) = (book.clone(), book.clone(), book.clone());
        let known = editions.clone();
        let publisher = spawn(move || publisher.publish(known.freight(2)));
        let operator = spawn(move || operator.roll_back(0).unwrap());
        let known = editions.clone();
        let reader = spawn(move || {
            let before = reader.generation();
            known.whole(&reader.quote_json("parcel", "{}").unwrap());
            assert!(before <= reader.generation());
        });
        let prepared = book.prepare(editions.parcel(2));
        let swapped = prepared.and_then(|prepared| book.swap(prepared));
        let (published, back) = (publisher.join().unwrap(), operator.join().unwrap());
        reader.join().unwrap();
        let held = editions.held(&book);
        // Whatever was stored follows from the generation before it alone.
        let on = |generation: u64| held[generation as usize].1;
        for (generation, numbers) in held.iter().skip(2) {
            let before = on(generation - 1);
            let expected = match *generation {
                one if one == back.generation => (0, 0),
                one if published.as_ref().is_ok_and(|published| published.generation == one) => (before.0, 2),
                _ => (2, before.1),
            };
            assert_eq!(*numbers, expected, "{held:?}");
        }
        let stored = [overtaken(&published), overtaken(&swapped)].iter().filter(|by| by.is_none()).count();
        assert_eq!((held.len(), book.generation()), (3 + stored, 2 + stored as u64));
    });
}

/// Goes back as soon as anything is published, and publishes something else when it has gone back.
struct Guard {
    book: Mutex<Option<Arc<Book>>>,
    editions: Arc<Editions>,
}

impl Watcher for Guard {
    fn swapped(&self, published: &Published) {
        let book = self.book.lock().unwrap().clone();
        if let (Some(book), true) = (book, published.loaded.iter().any(|edition| edition.name() == "parcel")) {
            book.roll_back(0).unwrap();
        }
    }

    fn rolled_back(&self, _: &RolledBack) {
        let book = self.book.lock().unwrap().clone().unwrap();
        // It may be overtaken by the other publisher.
        overtaken(&book.publish(self.editions.freight(3)));
    }
}

#[test]
fn a_watcher_may_change_the_book_and_nobody_waits_for_ever() {
    in_every_order(|editions| {
        let guard = Arc::new(Guard { book: Mutex::new(None), editions: editions.clone() });
        let book = Arc::new(Book::new(editions.both(0)).watched_by(guard.clone()));
        *guard.book.lock().unwrap() = Some(book.clone());
        let (other, known) = (book.clone(), editions.clone());
        let publisher = spawn(move || overtaken(&other.publish(known.freight(2))));
        assert_eq!(overtaken(&book.publish(editions.parcel(1))), None);
        publisher.join().unwrap();
        guard.book.lock().unwrap().take();
        let held = editions.held(&book);
        assert!(held.windows(2).all(|pair| pair[0].0 + 1 == pair[1].0), "{held:?}");
        assert!(held.iter().any(|(_, (parcel, _))| *parcel == 1), "{held:?}");
        assert_eq!(held.last().unwrap().1.0, 0, "{held:?}");
    });
}
