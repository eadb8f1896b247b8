//! Signed, whole, compiled, and wrong: a golden case or a test that stands beside the rules fails.

use crate::world::{World, bundle, noon, price, refusal, tariff};
use ratewright::Compiler;
use ratewright::live::{Book, Golden};
use ratewright_sources::{Origin, Outcome, Source};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

fn golden() -> Golden {
    Golden::total("a parcel", "parcel", "{}", "10 USD")
}

#[test]
fn what_fails_a_golden_case_runs_nowhere_and_is_not_kept() {
    let (world, book) = (World::new(), Book::default());
    world.publish(1, &[&tariff("1", 10)]);
    let compiled = Arc::new(AtomicU64::new(0));
    let counting = compiled.clone();
    let mut channel = world.channel().golden(golden()).compiler(move || {
        counting.fetch_add(1, Ordering::Relaxed);
        Compiler::new()
    });
    channel.start(&book, noon());
    channel.look(&book, noon());
    world.publish(2, &[&tariff("2", 1000)]);
    let why = "epoch 2 does not run: the golden case \"a parcel\" fails: expected a total of 10 USD, found 1000.00 USD";
    assert_eq!(refusal(channel.look(&book, noon())), why);
    world.store.given();
    for _ in 0..3 {
        assert_eq!(refusal(channel.look(&book, noon())), why, "the same words: one alert");
    }
    // Neither fetched nor compiled nor tested again while the pointer stays the same.
    assert_eq!((world.store.given(), compiled.load(Ordering::Relaxed)), (Vec::new(), 2));
    assert_eq!((price(&book).as_str(), channel.running().epoch, book.generation()), ("10.00 USD", Some(1), 1));

    world.store.memory.fail(Some("gone"));
    let restarted = Book::default();
    let mut again = world.channel();
    again.start(&restarted, noon());
    assert_eq!((price(&restarted).as_str(), again.running().origin), ("10.00 USD", Origin::Kept));
    let live = std::fs::read_dir(world.folder().join("production/parcel/live")).unwrap();
    assert_eq!(live.count(), 1);
    world.store.memory.fail(None);
    world.publish(3, &[&tariff("1", 10)]);
    assert!(matches!(channel.look(&book, noon()).outcome, Outcome::Unchanged), "what runs is published again");
    assert_eq!(channel.running().epoch, Some(3));
}

#[test]
fn what_fails_its_own_test_runs_nowhere() {
    let (world, book, mut channel) = World::running();
    let failing = bundle(
        "ruleset parcel \"Parcels\" version \"2\" { currency USD }\ncharge BASE = 11 USD\ntest \"base\" {\n  expect total is 12 USD\n}",
    );
    world.publish(2, &[&failing]);
    let why = refusal(channel.look(&book, noon()));
    assert!(why.starts_with("epoch 2 does not run: the test \"base\" of `parcel` \"2\" fails: expected "), "{why}");
    assert_eq!(price(&book), "10.00 USD");
}

#[test]
fn what_breaks_callers_waits_until_that_is_allowed() {
    let (world, book, mut channel) = World::running();
    let breaking = bundle(
        "ruleset parcel \"Parcels\" version \"1\" { currency USD }\ninput { weight : mass in kg }\ncharge BASE = 2 USD per kg * weight",
    );
    world.publish(2, &[&breaking]);
    let why = refusal(channel.look(&book, noon()));
    assert!(why.contains("would refuse what callers of `parcel` \"1\" send"), "{why}");
    assert_eq!(price(&book), "10.00 USD");
    // The epoch after it says so: those who slept through it go along, too.
    let mut allowed = crate::world::pointer(4, &[&breaking]);
    allowed.breaking = Some(3);
    world.show(&world.signed(&allowed));
    channel.look(&book, noon());
    assert_eq!(book.quote_json("parcel", r#"{"weight": 3}"#).unwrap().totals()[0].to_string(), "6.00 USD");
}

#[test]
fn what_was_kept_runs_only_while_it_passes_the_cases_of_the_program() {
    let (world, book, mut channel) = World::running();
    world.publish(2, &[&tariff("2", 11)]);
    channel.look(&book, noon());
    world.store.memory.fail(Some("gone"));
    let book = Book::default();
    let look = world.channel().golden(golden()).start(&book, noon());
    assert_eq!(price(&book), "10.00 USD");
    assert!(look.warnings[0].contains("epoch 2 was kept, and is left out: the golden case"), "{look:?}");

    let book = Book::default();
    let look = world.unkept().golden(golden()).embedded(tariff("0", 9).as_bytes()).start(&book, noon());
    let why = refusal(look);
    assert!(why.starts_with("what the program brought along does not run: the golden case"), "{why}");
    assert!(price(&book).contains("no rule set `parcel`"));
}

/// What was tested when it was announced is tested again where the book has changed since.
#[test]
fn what_was_announced_and_fails_when_its_time_comes_is_not_kept() {
    let (world, book, mut channel) = World::running();
    let mut announced = crate::world::pointer(2, &[&tariff("2", 11)]);
    announced.not_before = Some(crate::world::moment("2026-05-01T00:00:00Z"));
    world.put(&tariff("2", 11));
    world.show(&world.signed(&announced));
    channel.look(&book, noon());
    // By hand somebody publishes what has other callers; the announced edition would break them.
    let by_hand = bundle(
        "ruleset parcel \"Parcels\" version \"by hand\" { currency USD }\ninput { weight : mass in kg = 1 kg }\ncharge BASE = 2 USD per kg * weight",
    );
    let edition = by_hand.edition(Compiler::new()).unwrap();
    book.publish(ratewright::live::Publication::new().replace_rule_set("parcel", [edition]).allow_breaking()).unwrap();
    let why = refusal(channel.look(&book, crate::world::moment("2026-05-01T00:00:00Z")));
    assert!(why.contains("would refuse what callers of `parcel` \"by hand\" send"), "{why}");
    assert_eq!(refusal(channel.look(&book, crate::world::moment("2026-05-01T00:00:01Z"))), why);
    assert_eq!(price(&book), "2.00 USD");
    let restarted = Book::default();
    world.channel().start(&restarted, noon());
    assert_eq!(price(&restarted), "10.00 USD");
}
