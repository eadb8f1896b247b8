//! The source `Channel` where all goes well: what it fetches, compiles, keeps and announces. Where it does not: `tests/failures`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

#[allow(dead_code)]
#[path = "failures/world.rs"]
mod world;

use ratewright::live::Book;
use ratewright_sources::channel::{bundle_path, pointer_path};
use ratewright_sources::{AnnouncedEpoch, Limits, Origin, Outcome, Source};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use world::{CHANNEL, RULE_SET, World, bundle, moment, noon, pointer, price, refusal, signed_by, tariff, trust};

#[test]
fn what_the_pointer_names_runs_and_an_unchanged_one_costs_nothing() {
    let (world, book) = (World::new(), Book::default());
    let tariff = tariff("1", 10);
    world.publish(1, &[&tariff]);
    let mut channel = world.channel();
    let look = channel.start(&book, noon());
    assert!(
        matches!(&look.outcome, Outcome::Nothing { why } if why.contains("`parcel` is not priced before memory gives it")),
        "{look:?}"
    );
    assert_eq!((channel.running().origin, channel.running().rule_set.as_deref()), (Origin::Nothing, Some(RULE_SET)));

    let look = channel.look(&book, noon());
    assert!(matches!(look.outcome, Outcome::Swapped(_)) && look.warnings.is_empty(), "{look:?}");
    assert_eq!(price(&book), "10.00 USD");
    let running = channel.running();
    assert_eq!((running.origin, running.epoch, running.since), (Origin::Source, Some(1), Some(noon())));
    assert_eq!(running.editions[0].digest, tariff.manifest().digest);
    assert_eq!(world.store.given(), [pointer_path(CHANNEL, RULE_SET), bundle_path(tariff.digest())]);

    let generation = book.generation();
    for _ in 0..3 {
        let look = channel.look(&book, noon());
        assert!(matches!(look.outcome, Outcome::Unchanged) && look.warnings.is_empty(), "{look:?}");
    }
    assert_eq!((world.store.given(), book.generation()), (Vec::new(), generation));
    assert_eq!(channel.name(), "parcel on production from memory");
}

#[test]
fn an_edition_more_is_one_bundle_more_and_compiled_alone() {
    let (world, book) = (World::new(), Book::default());
    let year = |year: u32, price: u32| {
        bundle(&format!(
            "ruleset parcel \"Parcels\" version \"{year}\" {{ currency USD priced on day effective {year}-01-01 through {year}-12-31 }}
             input {{ day : date }}
             charge BASE = {price} USD"
        ))
    };
    let (first, second) = (year(2026, 10), year(2027, 11));
    let compiled = Arc::new(AtomicU64::new(0));
    let counting = compiled.clone();
    let mut channel = world.channel().compiler(move || {
        counting.fetch_add(1, Ordering::Relaxed);
        ratewright::Compiler::new()
    });
    world.publish(1, &[&first]);
    channel.look(&book, noon());
    world.store.given();
    world.publish(2, &[&first, &second]);
    channel.look(&book, noon());
    assert_eq!(world.store.given(), [pointer_path(CHANNEL, RULE_SET), bundle_path(second.digest())]);
    assert_eq!((compiled.load(Ordering::Relaxed), channel.running().editions.len()), (2, 2));
    assert_eq!(book.quote_json(RULE_SET, r#"{"day": "2026-05-01"}"#).unwrap().totals()[0].to_string(), "10.00 USD");
    assert_eq!(book.quote_json(RULE_SET, r#"{"day": "2027-05-01"}"#).unwrap().totals()[0].to_string(), "11.00 USD");

    // Going back is a new epoch; what is kept is not fetched again, not even by another process.
    world.publish(3, &[&first]);
    channel.look(&book, noon());
    world.publish(4, &[&first, &second]);
    let (mut other, other_book) = (world.channel(), Book::default());
    other.start(&other_book, noon());
    world.store.given();
    other.look(&other_book, noon());
    assert_eq!(world.store.given(), [pointer_path(CHANNEL, RULE_SET)]);
    assert_eq!((other.running().epoch, other.running().editions.len()), (Some(4), 2));
}

#[test]
fn what_is_announced_goes_live_by_the_clock_even_without_the_store_and_after_a_restart() {
    let (world, book) = (World::new(), Book::default());
    let new_year = moment("2027-01-01T00:00:00Z");
    world.publish(1, &[&tariff("1", 10)]);
    let mut channel = world.started(&book);
    let (second, mut second_pointer) = (tariff("2", 12), pointer(2, &[&tariff("2", 12)]));
    second_pointer.not_before = Some(new_year);
    world.put(&second);
    world.show(&world.signed(&second_pointer));
    let look = channel.look(&book, noon());
    assert!(matches!(look.outcome, Outcome::Announced { not_before } if not_before == new_year), "{look:?}");
    assert_eq!((look.again_at, price(&book).as_str(), channel.running().epoch), (Some(new_year), "10.00 USD", Some(1)));
    let running = channel.running();
    assert_eq!(running.announced, Some(AnnouncedEpoch { epoch: 2, not_before: Some(new_year) }));
    assert_eq!(running.highest_seen, Some(2));

    let look = channel.look(&book, moment("2026-12-31T23:59:59Z"));
    assert!(matches!(look.outcome, Outcome::Unchanged) && look.again_at == Some(new_year) && look.warnings.is_empty());
    assert_eq!(price(&book), "10.00 USD");

    world.store.memory.fail(Some("the cable is cut"));
    // One that was started again in between, without the store, knows of it too.
    let (mut again, again_book) = (world.channel(), Book::default());
    let look = again.start(&again_book, moment("2026-12-31T23:59:59Z"));
    assert_eq!((look.again_at, price(&again_book).as_str()), (Some(new_year), "10.00 USD"));
    let (late_book, mut late) = (Book::default(), world.channel());
    late.start(&late_book, new_year);
    assert_eq!((price(&late_book).as_str(), late.running().epoch), ("12.00 USD", Some(2)));

    for (channel, book) in [(&mut channel, &book), (&mut again, &again_book)] {
        let look = channel.look(book, new_year);
        assert!(matches!(look.outcome, Outcome::Swapped(_)) && look.again_at.is_none(), "{look:?}");
        assert!(look.warnings[0].contains("the cable is cut"), "{look:?}");
        assert_eq!((price(book).as_str(), channel.running().epoch), ("12.00 USD", Some(2)));
        assert_eq!(channel.running().announced, None);
        // The clock is put back: what is live stays live, also after a restart.
        channel.look(book, noon());
        assert_eq!(price(book), "12.00 USD");
    }
    let restarted = Book::default();
    world.channel().start(&restarted, noon());
    assert_eq!(price(&restarted), "12.00 USD");
}

#[test]
fn a_later_pointer_takes_the_place_of_what_was_announced() {
    let (world, book) = (World::new(), Book::default());
    let new_year = moment("2027-01-01T00:00:00Z");
    world.publish(1, &[&tariff("1", 10)]);
    let mut channel = world.started(&book);
    let announced = |epoch, tariff: &ratewright_sources::Bundle| {
        let mut announced = pointer(epoch, &[tariff]);
        announced.not_before = Some(new_year);
        world.put(tariff);
        world.publish_pointer(&announced);
    };
    announced(2, &tariff("2", 120));
    channel.look(&book, noon());
    announced(3, &tariff("3", 12));
    let look = channel.look(&book, noon());
    assert!(matches!(look.outcome, Outcome::Announced { .. }), "{look:?}");
    channel.look(&book, new_year);
    assert_eq!((price(&book).as_str(), channel.running().epoch), ("12.00 USD", Some(3)));

    // Also where the later one cannot run: the publisher no longer wants what was announced.
    let new_year = moment("2028-01-01T00:00:00Z");
    let mut fourth = pointer(4, &[&tariff("4", 130)]);
    fourth.not_before = Some(new_year);
    world.put(&tariff("4", 130));
    world.publish_pointer(&fourth);
    channel.look(&book, noon());
    let missing = tariff("5", 13);
    world.publish_pointer(&pointer(5, &[&missing]));
    assert!(refusal(channel.look(&book, noon())).contains("epoch 5 does not run: there is no `bundles/"));
    let (restarted, restarted_book) = (&mut world.channel(), Book::default());
    restarted.start(&restarted_book, new_year);
    for (channel, book) in [(&mut channel, &book), (restarted, &restarted_book)] {
        channel.look(book, new_year);
        assert_eq!((price(book).as_str(), channel.running().epoch), ("12.00 USD", Some(3)));
    }
    world.put(&missing);
    channel.look(&book, new_year);
    assert_eq!((price(&book).as_str(), channel.running().epoch), ("13.00 USD", Some(5)));
}

#[test]
fn what_is_at_hand_of_an_epoch_that_cannot_be_finished_is_not_fetched_again() {
    let (world, book) = (World::new(), Book::default());
    let year = |year: u32| {
        bundle(&format!(
            "ruleset parcel \"Parcels\" version \"{year}\" {{ currency USD priced on day effective {year}-01-01 through {year}-12-31 }}
             input {{ day : date }}
             charge BASE = 10 USD"
        ))
    };
    let (first, second) = (year(2026), year(2027));
    world.put(&first);
    world.show(&world.signed(&pointer(1, &[&first, &second])));
    let mut channel = world.channel();
    for _ in 0..3 {
        assert!(refusal(channel.look(&book, noon())).contains("there is no `bundles/"));
    }
    let of_first = world.store.given().iter().filter(|path| **path == bundle_path(first.digest())).count();
    assert_eq!(of_first, 1);
    world.put(&second);
    channel.look(&book, noon());
    assert_eq!(channel.running().editions.len(), 2);
}

#[test]
fn a_pointer_signed_anew_is_kept_in_its_new_form() {
    let (world, book, new_key) = (World::new(), Book::default(), world::key());
    let tariff = tariff("1", 10);
    world.publish(1, &[&tariff]);
    let both = trust(&[&world.key, &new_key], &[]);
    let channel = |trust| {
        ratewright_sources::channel::Channel::new(world.store.clone(), CHANNEL, RULE_SET, trust).kept_in(world.folder())
    };
    let mut first = channel(both);
    first.look(&book, noon());
    world.show(&signed_by(&new_key, &pointer(1, &[&tariff])));
    let look = first.look(&book, noon());
    assert!(matches!(look.outcome, Outcome::Unchanged), "{look:?}");
    world.store.memory.fail(Some("gone"));
    let restarted = Book::default();
    channel(trust(&[&new_key], &[&world.key])).start(&restarted, noon());
    assert_eq!(price(&restarted), "10.00 USD");
}

#[test]
fn what_the_program_brings_along_runs_until_the_channel_says_something() {
    let (world, book) = (World::new(), Book::default());
    let mut channel = world.channel().embedded(tariff("0", 9).as_bytes());
    let look = channel.start(&book, noon());
    assert!(matches!(look.outcome, Outcome::Swapped(_)), "{look:?}");
    assert_eq!((price(&book).as_str(), channel.running().origin), ("9.00 USD", Origin::Embedded));
    let look = channel.look(&book, noon());
    assert!(matches!(&look.outcome, Outcome::Nothing { why } if why.starts_with("there is no `channels/")), "{look:?}");
    assert_eq!(price(&book), "9.00 USD");
    world.publish(1, &[&tariff("1", 10)]);
    channel.look(&book, noon());
    assert_eq!((price(&book).as_str(), channel.running().origin), ("10.00 USD", Origin::Source));

    // From then on a restart begins with what was kept.
    let restarted = Book::default();
    let mut channel = world.channel().embedded(tariff("0", 9).as_bytes());
    channel.start(&restarted, noon());
    assert_eq!((price(&restarted).as_str(), channel.running().origin), ("10.00 USD", Origin::Kept));
}

#[test]
fn what_is_expired_runs_with_a_warning() {
    let (world, book) = (World::new(), Book::default());
    let tariff = tariff("1", 10);
    let mut expiring = pointer(1, &[&tariff]);
    expiring.expires = Some(moment("2026-05-01T00:00:00Z"));
    world.put(&tariff);
    world.show(&world.signed(&expiring));
    let mut channel = world.started(&book);
    assert!(channel.look(&book, moment("2026-04-30T23:59:59Z")).warnings.is_empty());
    let look = channel.look(&book, moment("2026-05-01T00:00:00Z"));
    assert_eq!(
        look.warnings,
        ["epoch 1 was to be followed by another until 2026-05-01T00:00:00Z: newer ones may be held back"]
    );
    assert_eq!(price(&book), "10.00 USD");
}

#[test]
fn a_rule_set_that_nobody_is_to_be_priced_by_is_gone_where_that_was_allowed() {
    let (world, book) = (World::new(), Book::default());
    world.publish(1, &[&tariff("1", 10)]);
    let mut channel = world.started(&book);
    world.publish(2, &[]);
    assert!(refusal(channel.look(&book, noon())).contains("there would be no edition of `parcel` any more"));
    assert_eq!(price(&book), "10.00 USD");
    let mut allowed = pointer(3, &[]);
    allowed.breaking = Some(3);
    world.show(&world.signed(&allowed));
    channel.look(&book, noon());
    assert!(price(&book).contains("no rule set `parcel`"), "{}", price(&book));
    let restarted = Book::default();
    let mut channel = world.channel();
    channel.start(&restarted, noon());
    assert_eq!((channel.running().origin, channel.running().epoch), (Origin::Kept, Some(3)));
}

#[test]
fn what_another_engine_or_rule_set_is_needed_for_does_not_run() {
    let (world, book) = (World::new(), Book::default());
    world.publish(1, &[&tariff("1", 10)]);
    let mut channel = world.started(&book);
    let (second, mut later) = (tariff("2", 11), pointer(2, &[&tariff("2", 11)]));
    world.put(&second);
    for (needed, why) in [
        ("0.99.0", "epoch 2 does not run: it needs the engine 0.99.0 or later, and this is 0.1.0"),
        ("newest", "epoch 2 does not run: `newest` is no version of an engine, such as 0.1.0"),
    ] {
        later.min_engine = Some(needed.to_owned());
        later.epoch = 2;
        world.show(&world.signed(&later));
        let mut channel = world.unkept();
        assert_eq!(refusal(channel.look(&book, noon())), why);
        let _ = channel.look(&book, noon());
    }
    let other = bundle("ruleset letters \"Letters\" { currency USD }\ncharge BASE = 1 USD");
    world.publish(3, &[&other]);
    let why = refusal(channel.look(&book, noon()));
    assert!(why.ends_with("the bundle is one of `letters`, and not of `parcel`"), "{why}");
    world.publish(4, &[&second]);
    let mut limits = Limits::default();
    limits.bundle = 10;
    let why = refusal(world.unkept().limits(limits).look(&Book::default(), noon()));
    assert!(why.contains("bytes, and 10 are allowed"), "{why}");
    assert_eq!(price(&book), "10.00 USD");
    channel.look(&book, noon());
    assert_eq!(price(&book), "11.00 USD");
}

#[test]
fn sources_of_one_book_do_not_lose_what_the_others_publish() {
    let (world, book) = (World::new(), Book::default());
    world.publish(1, &[&tariff("1", 10)]);
    let other = tariff("letters", 1);
    let letters = bundle("ruleset letters \"Letters\" version \"1\" { currency USD }\ncharge BASE = 1 USD");
    let (mut pointer, mut soon) = (pointer(1, &[&letters]), noon());
    (pointer.rule_set, soon) = ("letters".to_owned(), soon + std::time::Duration::from_secs(60));
    pointer.not_before = Some(soon);
    world.put(&letters);
    world.store.memory.put(&pointer_path(CHANNEL, "letters"), &world.signed(&pointer));
    let mut letters = ratewright_sources::channel::Channel::new(world.store.clone(), CHANNEL, "letters", world.trust());
    letters.look(&book, noon());
    // What was announced was tested beside a book that has changed since.
    let mut parcels = world.started(&book);
    letters.look(&book, soon);
    assert_eq!(book.quote_json("letters", "{}").unwrap().totals()[0].to_string(), "1.00 USD");
    assert_eq!(price(&book), "10.00 USD");
    world.publish(2, &[&other]);
    parcels.look(&book, soon);
    assert_eq!((price(&book).as_str(), book.pin().names().count()), ("1.00 USD", 2));
}

#[test]
fn the_pointer_of_a_store_in_a_folder_is_watched() {
    let folder = tempfile::tempdir().unwrap();
    let store = ratewright_sources::store::Folder::new(folder.path());
    let world = World::new();
    let channel = ratewright_sources::channel::Channel::new(Arc::new(store), CHANNEL, RULE_SET, world.trust());
    assert_eq!(channel.hints(), [folder.path().join("channels/production/parcel.json")]);
    assert!(world.channel().hints().is_empty());
}
