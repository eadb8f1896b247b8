//! Candidates that panic, loop, are slow or want memory without end: in shadow, beside every call and in a thread of its own, each answer is what
//! the legacy says when it is called alone, and each case that was to be compared is compared or dropped. In the place of the legacy, too, the
//! legacy answers where they do not.

use crate::world::{Door, door_on};
use ratewright::live::{Book, Edition};
use ratewright::migrate::stage::Subject;
use ratewright::migrate::{By, Cause, MigrationContext, MigrationCounts};
use ratewright::value::Value;
use ratewright::{Compiler, Limits};
use ratewright_migration::{Ring, RingLimits};
use std::sync::Arc;

/// The old code: cents, and a refusal now and then.
fn legacy(n: i64) -> Result<i64, String> {
    match n % 7 {
        6 => Err(format!("no parcels of {n}")),
        rest => Ok(1_000 + 37 * n + rest),
    }
}

/// A book of rules with these lines, and whatever work is allowed to a quote.
fn book(lines: &str, limits: Limits) -> Arc<Book> {
    let text = format!("ruleset parcel \"Parcels\" {{ currency USD }}\ninput {{ n : integer }}\n{lines}");
    let compiler = Compiler::new().source("main.rules", &text).limits(limits);
    let breaks = |_: &[Value]| -> Result<Value, String> { panic!("the host is broken") };
    let compiler = if lines.contains("host function") { compiler.host("broken", breaks) } else { compiler };
    let book = Arc::new(Book::default());
    book.publish(Edition::new(compiler.compile("main.rules").unwrap())).unwrap();
    book
}

fn panicking() -> Arc<Book> {
    book("host function broken() -> integer\ncharge BASE = 10 USD * broken()", Limits::default())
}

/// Ten thousand million additions, were it let.
fn looping() -> Arc<Book> {
    let sum = "sum of (sum of x * y for each y in numbers(1, 100000)) for each x in numbers(1, 100000)";
    book(&format!("charge BASE = 1 USD * ({sum})"), Limits { steps: 20_000, ..Limits::default() })
}

/// About a thousand times the work of the quotes of the others.
fn slow() -> Arc<Book> {
    book("charge BASE = 0.001 USD * (sum of x for each x in numbers(1, 2000 + n))", Limits::default())
}

/// A list of 160 MB, were it let.
fn hungry() -> Arc<Book> {
    let list = "sum of x for each x in numbers(1, 10000000 + n)";
    book(&format!("charge BASE = 0.01 USD * ({list})"), Limits { list: 5_000, ..Limits::default() })
}

/// Prices the same inputs in two threads; each answer is that of the legacy alone.
fn answers_are_the_legacys(door: &Door, calls: i64) {
    std::thread::scope(|scope| {
        for thread in 0..2 {
            scope.spawn(move || {
                let mut context = MigrationContext::default();
                for n in (thread..calls).step_by(2) {
                    let customer = format!("customer {n}");
                    let input = serde_json::json!({ "n": n });
                    let priced = door.price(&mut context, &Subject::of(&customer), &input, || legacy(n));
                    assert_eq!((priced.answer, priced.by), (legacy(n), By::Legacy), "{n}");
                }
            });
        }
    });
}

fn assert_counted(counts: &MigrationCounts, offered: u64) {
    assert_eq!((counts.offered, counts.pending), (offered, 0), "{counts:?}");
    assert_eq!(counts.offered, counts.compared + counts.all_dropped(), "{counts:?}");
}

/// In shadow, beside each call and then through a ring.
fn in_shadow(book: &Arc<Book>, calls: i64) -> [MigrationCounts; 2] {
    let beside = door_on(book.clone(), "shadow");
    answers_are_the_legacys(&beside, calls);
    let ring = Ring::new(RingLimits { cases: 64, bytes: 64 << 10, ..RingLimits::default() });
    let door = Arc::new(door_on(book.clone(), "shadow").handing_to(ring.clone()));
    let worker = ring.start(door.clone()).unwrap();
    answers_are_the_legacys(&door, calls);
    assert!(ring.waiting().1 <= 64 << 10, "{:?}", ring.waiting());
    worker.finish();
    let counts = [beside.counts(), door.counts()];
    counts.iter().for_each(|counts| assert_counted(counts, calls as u64));
    counts
}

#[test]
fn a_candidate_that_panics_changes_no_answer_and_is_left_alone() {
    let counts = in_shadow(&panicking(), 300);
    for counts in &counts {
        // Three panics open the breaker; a thread may be in a fourth then.
        assert!((3..=4).contains(&counts.panics) && counts.breaker_opened == 1, "{counts:?}");
        assert!(counts.dropped.iter().any(|(cause, _)| *cause == Cause::Breaker), "{counts:?}");
    }
}

#[test]
fn a_candidate_that_loops_is_stopped_by_the_limit_of_its_work_and_left_alone() {
    let counts = in_shadow(&looping(), 300);
    for counts in &counts {
        assert!((3..=4).contains(&counts.exhausted) && counts.breaker_opened == 1, "{counts:?}");
        assert_eq!(counts.panics, 0);
    }
}

#[test]
fn a_candidate_that_wants_memory_without_end_is_stopped_by_the_limit_of_a_list_and_left_alone() {
    let counts = in_shadow(&hungry(), 300);
    for counts in &counts {
        assert!((3..=4).contains(&counts.exhausted) && counts.breaker_opened == 1, "{counts:?}");
    }
}

#[test]
fn a_slow_candidate_costs_comparisons_and_no_answer() {
    let [beside, ring] = in_shadow(&slow(), 1_000);
    assert_eq!((beside.compared, beside.dropped), (1_000, vec![]));
    // Of the ring as many are compared as there is room and time for; which of them, the machine says.
    assert!(ring.compared > 0 && ring.panics == 0, "{ring:?}");
}

#[test]
fn where_such_a_candidate_is_to_answer_the_legacy_does() {
    for book in [panicking(), looping(), hungry()] {
        for stage in ["primary", "complete"] {
            let door = door_on(book.clone(), stage);
            answers_are_the_legacys(&door, 20);
            let counts = door.counts();
            assert_eq!((counts.by_legacy, counts.fell_back, counts.by_candidate), (20, 20, 0), "{counts:?}");
            assert_counted(&counts, if stage == "primary" { 20 } else { 0 });
        }
    }
}
