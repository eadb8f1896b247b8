//! A key that is revoked counts for nothing: what it signs, what it has signed, and what was kept of it.

use crate::world::{
    CHANNEL, RULE_SET, World, bundle, key, moment, noon, pointer, price, refusal, signed_by, tariff, trust,
};
use minisign::KeyPair;
use ratewright::live::Book;
use ratewright_sources::channel::{Channel, Trust};
use ratewright_sources::{KeyFiles, Origin, Outcome, Source};
use std::path::PathBuf;

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

/// A file of keys, as an operator writes it.
struct Keys(tempfile::TempDir);

impl Keys {
    fn of(text: &str) -> Keys {
        let keys = Keys(tempfile::tempdir().unwrap());
        keys.write(text);
        keys
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("trusted.keys")
    }

    fn write(&self, text: &str) {
        std::fs::write(self.path(), text).unwrap();
    }

    fn trust(&self) -> Trust {
        Trust::Files(KeyFiles::read([self.path()]).unwrap())
    }
}

fn line(key: &KeyPair) -> String {
    key.pk.to_box().unwrap().into_string() + "\n"
}

fn revoked(key: &KeyPair) -> String {
    let id = ratewright_sources::TrustedKeys::new().add(&key.pk.to_base64(), None).unwrap();
    format!("revoked {id}  # lost\n")
}

#[test]
fn a_key_that_is_added_to_the_file_counts_at_the_next_look() {
    let (world, book, new) = (World::new(), Book::default(), key());
    let keys = Keys::of(&line(&world.key));
    world.publish(1, &[&tariff("1", 10)]);
    let mut channel = channel(&world, keys.trust());
    channel.look(&book, noon());
    let second = tariff("2", 12);
    world.put(&second);
    world.show(&signed_by(&new, &pointer(2, &[&second])));
    for _ in 0..2 {
        assert!(refusal(channel.look(&book, noon())).contains("which is not trusted"));
    }
    keys.write(&(line(&world.key) + &line(&new)));
    let look = channel.look(&book, noon());
    assert!(matches!(look.outcome, Outcome::Swapped(_)) && look.warnings.is_empty(), "{look:?}");
    assert_eq!(price(&book), "12.00 USD");
}

/// The thief has signed the highest epoch that there is; the publisher goes on from the last one that counts, and says that callers may break.
#[test]
fn a_key_that_is_revoked_in_the_file_counts_for_nothing_from_the_next_look_on() {
    for is_kept in [true, false] {
        let (world, book, lost) = (World::new(), Book::default(), key());
        let keys = Keys::of(&(line(&world.key) + &line(&lost)));
        world.publish(1, &[&tariff("1", 10)]);
        let unkept = Channel::new(world.store.clone(), CHANNEL, RULE_SET, keys.trust());
        let mut channel = if is_kept { unkept.kept_in(world.folder()) } else { unkept };
        channel.start(&book, noon());
        channel.look(&book, noon());
        let cheap = tariff("cheap", 1);
        world.put(&cheap);
        world.show(&signed_by(&lost, &pointer(u64::MAX, &[&cheap])));
        assert_eq!(channel.look(&book, noon()).warnings, Vec::<String>::new());
        assert_eq!(price(&book), "1.00 USD");

        keys.write(&(line(&world.key) + &revoked(&lost)));
        for _ in 0..2 {
            let look = channel.look(&book, noon());
            assert!(look.warnings[0].contains(" runs, and would not be taken any more: "), "{look:?}");
            assert_eq!(look.warnings.len(), 1, "{look:?}");
            assert!(refusal(look).contains("is revoked"));
            assert_eq!(price(&book), "1.00 USD", "it goes on, and somebody is told");
        }
        let second = bundle(
            "ruleset parcel \"Parcels\" version \"2\" { currency USD }\ninput { weight : mass in kg }\ncharge BASE = 12 USD",
        );
        let mut breaking = pointer(2, &[&second]);
        breaking.breaking = Some(2);
        world.put(&second);
        world.publish_pointer(&breaking);
        let look = channel.look(&book, noon());
        assert!(matches!(look.outcome, Outcome::Swapped(_)) && look.warnings.is_empty(), "{look:?}");
        assert_eq!(channel.running().epoch, Some(2));
        // Taking the revocation out again does not let the key count: that takes a restart.
        keys.write(&(line(&world.key) + &line(&lost)));
        world.show(&signed_by(&lost, &pointer(u64::MAX, &[&cheap])));
        assert!(refusal(channel.look(&book, noon())).contains("is revoked"));
    }
}

#[test]
fn what_a_key_announced_that_is_revoked_since_never_goes_live() {
    let (world, book, lost) = (World::new(), Book::default(), key());
    let keys = Keys::of(&(line(&world.key) + &line(&lost)));
    world.publish(1, &[&tariff("1", 10)]);
    let mut running = channel(&world, keys.trust());
    running.look(&book, noon());
    let (cheap, new_year) = (tariff("cheap", 1), moment("2027-01-01T00:00:00Z"));
    let mut announced = pointer(2, &[&cheap]);
    announced.not_before = Some(new_year);
    world.put(&cheap);
    world.show(&signed_by(&lost, &announced));
    assert!(matches!(running.look(&book, noon()).outcome, Outcome::Announced { .. }));
    world.store.memory.fail(Some("gone"));
    keys.write(&(line(&world.key) + &revoked(&lost)));
    let look = running.look(&book, new_year);
    assert!(look.warnings[0].starts_with("epoch 2, which was announced, will not run: "), "{look:?}");
    assert_eq!((price(&book).as_str(), look.again_at), ("10.00 USD", None));
    let book = Book::default();
    channel(&world, trust(&[&world.key, &lost], &[])).start(&book, new_year);
    assert_eq!(price(&book), "10.00 USD", "nor is it kept");
}

#[test]
fn a_file_of_keys_that_is_gone_or_wrong_keeps_those_that_count_and_is_told_of() {
    let (world, book) = (World::new(), Book::default());
    let keys = Keys::of(&line(&world.key));
    world.publish(1, &[&tariff("1", 10)]);
    let mut channel = channel(&world, keys.trust());
    channel.look(&book, noon());
    let secret = world.key.sk.to_box(None).unwrap().into_string();
    for (epoch, (text, told)) in
        (2..).zip([("", "no key counts"), ("RWQ", "line 1 is no key"), (&secret, "secret key")])
    {
        keys.write(text);
        world.publish(epoch, &[&tariff(&epoch.to_string(), epoch)]);
        let look = channel.look(&book, noon());
        assert!(look.warnings[0].contains(told), "{look:?}");
        assert!(look.warnings[0].ends_with("; the keys that were read before go on counting"), "{look:?}");
        assert_eq!(price(&book), format!("{epoch}.00 USD"));
    }
    std::fs::remove_file(keys.path()).unwrap();
    assert!(channel.look(&book, noon()).warnings[0].starts_with("cannot read `"));
    // Without any other key a lost one is revoked all the same.
    keys.write(&revoked(&world.key));
    let look = channel.look(&book, noon());
    assert!(look.warnings[0].starts_with("nothing new can run: no key counts"), "{look:?}");
    assert!(refusal(look).contains("is revoked"));
    assert!(KeyFiles::read([keys.path()]).is_err(), "and nothing starts by it");
}
