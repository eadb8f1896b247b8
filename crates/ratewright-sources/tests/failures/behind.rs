//! A client that has not seen every epoch, because it was started just now or was away, meets a pointer that does not run: announced for
//! later, or refused. It runs what all others run.

use crate::world::{CHANNEL, RULE_SET, World, key, moment, noon, pointer, price, refusal, signed_by, tariff};
use ratewright::live::{Book, Golden};
use ratewright_sources::channel::{Pointer, bundle_path, epoch_path, pointer_path};
use ratewright_sources::{Bundle, Moment, Outcome, Source};

const MAY: &str = "2026-05-01T00:00:00Z";

/// An epoch that goes live later.
fn later(world: &World, epoch: u64, tariff: &Bundle, made: Moment, not_before: &str) -> Pointer {
    world.put(tariff);
    Pointer { not_before: Some(moment(not_before)), made, ..pointer(epoch, &[tariff]) }
}

#[test]
fn a_client_that_starts_while_an_epoch_is_announced_runs_the_one_before() {
    let world = World::new();
    world.publish(1, &[&tariff("1", 10)]);
    let away = Book::default();
    drop(world.started(&away));
    for (epoch, price) in [(2, 11), (3, 12)] {
        world.publish(epoch, &[&tariff(&epoch.to_string(), price)]);
    }
    world.publish_pointer(&later(&world, 4, &tariff("4", 13), noon(), MAY));
    // One was never there, the other slept through two epochs.
    let (mut new, mut woken) = (world.unkept().embedded(tariff("0", 9).as_bytes()), world.channel());
    for channel in [&mut new, &mut woken] {
        let book = Book::default();
        channel.start(&book, noon());
        world.store.given();
        let look = channel.look(&book, noon());
        assert!(matches!(look.outcome, Outcome::Swapped(_)) && look.warnings.is_empty(), "{look:?}");
        assert_eq!((look.again_at, price(&book).as_str()), (Some(moment(MAY)), "12.00 USD"));
        assert_eq!(channel.running().epoch, Some(3));
        let fetched = [
            pointer_path(CHANNEL, RULE_SET),
            bundle_path(tariff("4", 13).digest()),
            epoch_path(CHANNEL, RULE_SET, 3),
            bundle_path(tariff("3", 12).digest()),
        ];
        assert_eq!(world.store.given(), fetched);
        assert!(matches!(channel.look(&book, noon()).outcome, Outcome::Unchanged));
        assert_eq!(world.store.given(), Vec::<String>::new());
        channel.look(&book, moment(MAY));
        assert_eq!((price(&book).as_str(), channel.running().epoch), ("13.00 USD", Some(4)));
    }
}

#[test]
fn what_was_announced_and_replaced_before_its_time_runs_nowhere() {
    let (world, book) = (World::new(), Book::default());
    world.publish(1, &[&tariff("1", 10)]);
    // Announced for May, and on the second of April replaced by what goes live in June.
    world.publish_pointer(&later(&world, 2, &tariff("2", 1000), noon(), MAY));
    world.publish_pointer(&later(&world, 3, &tariff("3", 12), noon(), "2026-06-01T00:00:00Z"));
    let mut channel = world.channel();
    channel.start(&book, moment("2026-05-15T00:00:00Z"));
    channel.look(&book, moment("2026-05-15T00:00:00Z"));
    assert_eq!((price(&book).as_str(), channel.running().epoch), ("10.00 USD", Some(1)));
    channel.look(&book, moment("2026-06-01T00:00:00Z"));
    assert_eq!(price(&book), "12.00 USD");

    // One that had gone live when the next was made is what the others run.
    let made = moment("2026-07-02T00:00:00Z");
    world.publish_pointer(&later(&world, 4, &tariff("4", 13), noon(), "2026-07-01T00:00:00Z"));
    world.publish_pointer(&later(&world, 5, &tariff("5", 14), made, "2026-08-01T00:00:00Z"));
    let book = Book::default();
    let mut channel = world.unkept();
    channel.look(&book, moment("2026-07-15T00:00:00Z"));
    assert_eq!((price(&book).as_str(), channel.running().epoch), ("13.00 USD", Some(4)));
}

#[test]
fn where_the_last_epoch_must_not_run_the_one_before_it_does() {
    let (world, book) = (World::new(), Book::default());
    let golden = || Golden::total("a parcel", "parcel", "{}", "10 USD");
    world.publish(1, &[&tariff("1", 10)]);
    world.publish(2, &[&tariff("2", 2000)]);
    world.publish(3, &[&tariff("3", 3000)]);
    let mut channel = world.channel().golden(golden()).embedded(tariff("0", 10).as_bytes());
    channel.start(&book, noon());
    let look = channel.look(&book, noon());
    assert!(matches!(look.outcome, Outcome::Swapped(_)), "{look:?}");
    let [second, third] = &look.warnings[..] else { panic!("{look:?}") };
    assert!(second.starts_with("epoch 2 does not run: the golden case") && third.starts_with("epoch 3 does not run: "));
    assert_eq!(channel.running().epoch, Some(1));
    // It is told that the last one does not run, and nothing is tried again.
    world.store.given();
    for _ in 0..3 {
        assert_eq!(refusal(channel.look(&book, noon())), *third);
    }
    assert_eq!((world.store.given(), price(&book).as_str()), (Vec::new(), "10.00 USD"));
    let restarted = Book::default();
    let mut channel = world.channel().golden(golden());
    let look = channel.start(&restarted, noon());
    assert_eq!(look.warnings, ["it begins with epoch 1, and epoch 3 was seen before"]);
    assert_eq!((refusal(channel.look(&restarted, noon())), price(&restarted)), (third.clone(), "10.00 USD".to_owned()));
}

#[test]
fn only_the_file_of_an_epoch_that_a_trusted_key_signed_counts() {
    let (world, book, stranger) = (World::new(), Book::default(), key());
    let first = world.publish(1, &[&tariff("1", 10)]);
    let cheap = tariff("cheap", 1);
    world.put(&cheap);
    world.publish_pointer(&later(&world, 5, &tariff("5", 14), noon(), MAY));
    let put = |epoch: u64, file: &[u8]| world.store.memory.put(&epoch_path(CHANNEL, RULE_SET, epoch), file);
    put(4, &signed_by(&stranger, &pointer(4, &[&cheap])));
    put(3, &first);
    put(2, b"{}");
    let mut channel = world.channel();
    let look = channel.look(&book, noon());
    let [fourth, third, second] = &look.warnings[..] else { panic!("{look:?}") };
    assert!(fourth.starts_with("epoch 4 is left out: ") && fourth.contains("is not trusted"), "{fourth}");
    assert_eq!(third, "`channels/production/parcel/3.json` holds the pointer of epoch 1");
    assert!(second.starts_with("epoch 2 is left out: the pointer cannot be read"), "{second}");
    assert_eq!((price(&book).as_str(), channel.running().epoch), ("10.00 USD", Some(1)));
}

#[test]
fn where_the_files_of_epochs_are_gone_that_is_told_until_they_are_there() {
    let (world, book) = (World::new(), Book::default());
    world.publish(1, &[&tariff("1", 10)]);
    world.publish_pointer(&later(&world, 2, &tariff("2", 11), noon(), MAY));
    let path = epoch_path(CHANNEL, RULE_SET, 1);
    world.store.memory.remove(&path);
    let mut channel = world.channel();
    let why =
        format!("epoch 2 does not run now, and which one others run cannot be told: there is no `{path}` in memory");
    for _ in 0..2 {
        let look = channel.look(&book, noon());
        assert_eq!(look.again_at, Some(moment(MAY)));
        assert_eq!(refusal(look), why);
    }
    let first = world.signed(&pointer(1, &[&tariff("1", 10)]));
    world.store.memory.put(&path, &first);
    // The bundle is damaged at first.
    world.store.memory.put(&bundle_path(tariff("1", 10).digest()), b"PK");
    assert!(refusal(channel.look(&book, noon())).starts_with("epoch 1 does not run: "));
    world.put(&tariff("1", 10));
    channel.look(&book, noon());
    assert_eq!((price(&book).as_str(), channel.running().epoch), ("10.00 USD", Some(1)));
    channel.look(&book, moment(MAY));
    assert_eq!(price(&book), "11.00 USD");
}
