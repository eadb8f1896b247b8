//! An old pointer, signed as it should be, is shown again: by an attacker, or by a cache.

use crate::world::{World, noon, price, refusal, tariff};
use ratewright::live::Book;
use ratewright_sources::{Outcome, Source};

#[test]
fn an_old_pointer_is_refused_also_after_a_restart() {
    let (world, book) = (World::new(), Book::default());
    let first = world.publish(1, &[&tariff("1", 10)]);
    let mut channel = world.started(&book);
    let second = world.publish(2, &[&tariff("2", 11)]);
    channel.look(&book, noon());
    let expected = "memory shows epoch 1, and epoch 2 was seen before: an old pointer was put in its place, or the store was restored from a backup; \
                    what is to run must be published above epoch 2: `ratewright bundle publish`, or `rollback`, with `--least-epoch 3`";
    world.show(&first);
    for _ in 0..3 {
        assert_eq!(refusal(channel.look(&book, noon())), expected);
    }
    for _ in 0..2 {
        let book = Book::default();
        let mut restarted = world.channel();
        restarted.start(&book, noon());
        assert_eq!(refusal(restarted.look(&book, noon())), expected);
        assert_eq!((price(&book).as_str(), restarted.running().epoch), ("11.00 USD", Some(2)));
        assert_eq!(restarted.running().highest_seen, Some(2));
    }
    // One whose start nobody called knows it, too; and one of which only the mark is left.
    assert_eq!(refusal(world.channel().look(&Book::default(), noon())), expected);
    std::fs::remove_dir_all(world.folder().join("production/parcel/live")).unwrap();
    let book = Book::default();
    assert_eq!(refusal(world.channel().look(&book, noon())), expected);
    assert!(price(&book).contains("no rule set `parcel`"));

    world.show(&second);
    let look = channel.look(&book, noon());
    assert!(!matches!(look.outcome, Outcome::Refused { .. }), "{look:?}");
}

#[test]
fn an_epoch_that_was_seen_and_never_ran_counts_after_a_restart() {
    let (world, book) = (World::new(), Book::default());
    let first = world.publish(1, &[&tariff("1", 10)]);
    let mut channel = world.started(&book);
    let missing = tariff("2", 11);
    world.show(&world.signed(&crate::world::pointer(2, &[&missing])));
    refusal(channel.look(&book, noon()));
    world.show(&first);
    let book = Book::default();
    let mut restarted = world.channel();
    let look = restarted.start(&book, noon());
    assert_eq!((price(&book).as_str(), look.warnings.len()), ("10.00 USD", 1), "{look:?}");
    let running = restarted.running();
    assert_eq!((running.epoch, running.highest_seen), (Some(1), Some(2)), "above which to publish");
    assert!(refusal(restarted.look(&book, noon())).contains("epoch 2 was seen before"));
    world.publish(2, &[&missing]);
    // The same epoch with other words for people is another pointer; the one that was seen still may run.
    assert_eq!(world.store.given().len(), 4);
    let look = restarted.look(&book, noon());
    assert!(matches!(look.outcome, Outcome::Swapped(_)), "{look:?}");
    assert_eq!(price(&book), "11.00 USD");
}

#[test]
fn where_the_marks_are_lost_what_was_kept_tells() {
    let (world, book) = (World::new(), Book::default());
    let first = world.publish(1, &[&tariff("1", 10)]);
    let mut channel = world.started(&book);
    world.publish(2, &[&tariff("2", 11)]);
    channel.look(&book, noon());
    std::fs::remove_dir_all(world.folder().join("production/parcel/seen")).unwrap();
    world.show(&first);
    assert!(refusal(world.channel().look(&Book::default(), noon())).contains("epoch 2 was seen before"));
}
