//! A key that is revoked counts for nothing: what it signs, what it has signed, and what was kept of it.

use crate::world::{CHANNEL, RULE_SET, World, key, noon, pointer, price, refusal, signed_by, tariff, trust};
use ratewright::live::Book;
use ratewright_sources::channel::{Channel, Trust};
use ratewright_sources::{Origin, Source};

fn channel(world: &World, trust: Trust) -> Channel {
    Channel::new(world.store.clone(), CHANNEL, RULE_SET, trust).kept_in(world.folder())
}

#[test]
fn a_valid_signature_of_a_revoked_key_is_refused() {
    let (world, book, lost) = (World::new(), Book::default(), key());
    world.publish(1, &[&tariff("1", 10)]);
    let mut channel = channel(&world, trust(&[&world.key, &lost], &[&lost]));
    channel.look(&book, noon());
    let second = tariff("2", 11);
    world.put(&second);
    world.show(&signed_by(&lost, &pointer(2, &[&second])));
    for _ in 0..2 {
        let why = refusal(channel.look(&book, noon()));
        assert!(
            why.starts_with("the pointer does not count: the file is signed by the key ") && why.contains("revoked")
        );
    }
    assert_eq!(price(&book), "10.00 USD");
    // What it signed was not seen either: the next epoch may have its number.
    world.publish(2, &[&tariff("2", 12)]);
    channel.look(&book, noon());
    assert_eq!(price(&book), "12.00 USD");
}

#[test]
fn what_a_key_signed_that_was_revoked_since_is_not_begun_with() {
    let (world, book, lost) = (World::new(), Book::default(), key());
    let before = trust(&[&world.key, &lost], &[]);
    let after = trust(&[&world.key, &lost], &[&lost]);
    world.publish(1, &[&tariff("1", 10)]);
    let mut first = channel(&world, before.clone());
    first.look(&book, noon());
    // Whoever has the key publishes a tariff of their own, and the highest epoch that there is, so that nothing would ever follow.
    let cheap = tariff("cheap", 1);
    world.put(&cheap);
    let stolen = signed_by(&lost, &pointer(u64::MAX, &[&cheap]));
    world.show(&stolen);
    first.look(&book, noon());
    assert_eq!(price(&book), "1.00 USD");

    world.store.memory.fail(Some("gone"));
    let book = Book::default();
    let mut restarted = channel(&world, before);
    restarted.start(&book, noon());
    assert_eq!(price(&book), "1.00 USD", "nobody knows yet");

    let book = Book::default();
    let mut restarted = channel(&world, after.clone());
    let look = restarted.start(&book, noon());
    assert_eq!((price(&book).as_str(), restarted.running().epoch), ("10.00 USD", Some(1)));
    assert!(look.warnings[0].contains("is left out") && look.warnings[0].contains("is revoked"), "{look:?}");
    world.store.memory.fail(None);
    assert!(refusal(restarted.look(&book, noon())).contains("is revoked"));
    world.publish(2, &[&tariff("2", 11)]);
    restarted.look(&book, noon());
    assert_eq!((price(&book).as_str(), restarted.running().epoch), ("11.00 USD", Some(2)));

    // Nor the next time, and the epochs of the others still count.
    let book = Book::default();
    let mut restarted = channel(&world, after);
    assert_eq!(restarted.start(&book, noon()).warnings, Vec::<String>::new());
    assert_eq!((price(&book).as_str(), restarted.running().origin), ("11.00 USD", Origin::Kept));
    world.publish(1, &[&tariff("1", 10)]);
    assert!(refusal(restarted.look(&book, noon())).contains("memory shows epoch 1, and epoch 2 was seen before"));
}
