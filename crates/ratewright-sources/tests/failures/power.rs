//! The power goes at every step of keeping, with everything lost that was not brought to the medium, or any part of it: the next start finds
//! a whole generation, none older than one that priced.

use crate::disks::Medium;
use crate::world::{World, moment, noon, pointer, price, refusal, tariff};
use ratewright::digest::Digest;
use ratewright::live::{Book, Published, Watcher};
use ratewright_sources::channel::{LARGEST_POINTER, Pointer, SignedPointer};
use ratewright_sources::disk::Disk;
use ratewright_sources::{Look, Outcome, Source};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// What a store shows one after the other; the price is that of its epoch. The fourth is announced, and goes live at the fifth look; of
/// the last the bundle is missing.
struct Story {
    shown: Vec<Vec<u8>>,
}

const PRICES: [u64; 7] = [10, 11, 10, 12, 13, 11, 14];

impl Story {
    fn new(world: &World) -> Story {
        let shown = (1..).zip(PRICES).map(|(epoch, price)| {
            let tariff = tariff(&price.to_string(), price);
            if epoch < 7 {
                world.put(&tariff);
            }
            let mut pointer = pointer(epoch, &[&tariff]);
            pointer.not_before = (epoch == 4).then(|| moment("2026-04-03T12:00:00Z"));
            world.signed(&pointer)
        });
        Story { shown: shown.collect() }
    }

    fn price(epoch: u64) -> String {
        format!("{}.00 USD", PRICES[epoch as usize - 1])
    }

    /// Runs a client until the power goes. Gives the last epochs that it saw and that priced while there was power.
    fn run(&self, world: &World, medium: &Medium) -> (u64, u64) {
        let pricing = Arc::new(Pricing { medium: medium.clone(), shown: AtomicU64::new(0), priced: AtomicU64::new(0) });
        let (book, mut seen) = (Book::default().watched_by(pricing.clone()), 0);
        let mut channel = world.unkept().kept_on(medium.clone(), "/kept");
        channel.start(&book, noon());
        let later = moment("2026-04-03T12:00:00Z");
        let looks = (1..).zip(&self.shown).flat_map(|(epoch, file)| {
            let times = if epoch == 4 { vec![noon(), later] } else { vec![noon()] };
            times.into_iter().map(move |now| (epoch, file, now))
        });
        for (epoch, file, now) in looks {
            world.show(file);
            pricing.shown.store(epoch, Ordering::SeqCst);
            let Look { outcome, warnings, .. } = channel.look(&book, now);
            assert_eq!(matches!(outcome, Outcome::Refused { .. }), epoch == 7, "{outcome:?}");
            if !medium.has_power() {
                break;
            }
            assert_eq!(warnings, Vec::<String>::new());
            seen = epoch;
        }
        (seen, pricing.priced.load(Ordering::SeqCst))
    }
}

/// Notes by which epoch was priced last while there was power.
struct Pricing {
    medium: Medium,
    shown: AtomicU64,
    priced: AtomicU64,
}

impl Watcher for Pricing {
    fn swapped(&self, _: &Published) {
        if self.medium.has_power() {
            self.priced.store(self.shown.load(Ordering::SeqCst), Ordering::SeqCst);
        }
    }
}

/// Each generation that counts has all of its bundles in its own folder.
fn assert_whole(medium: &Medium, at: &str) {
    for place in ["live", "announced"] {
        let place = Path::new("/kept/production/parcel").join(place);
        for name in medium.names(&place).unwrap() {
            let folder = place.join(name);
            let Ok(file) = medium.read(&folder.join("pointer.json"), LARGEST_POINTER) else { continue };
            let pointer: Pointer = serde_json::from_str(&SignedPointer::read(&file).unwrap().pointer).unwrap();
            for named in &pointer.editions {
                let bytes = medium.read(&folder.join(named.sha256.to_string()), named.size).expect(at);
                assert_eq!(Digest::of_bytes(&bytes), named.sha256, "{at}");
            }
        }
    }
}

#[test]
fn when_the_power_fails_at_any_step_a_whole_generation_is_left_and_none_older_than_what_priced() {
    let world = World::new();
    let story = Story::new(&world);
    let whole = Medium::default();
    assert_eq!(story.run(&world, &whole), (7, 6));
    let steps = whole.steps();
    assert!(steps > 60, "only {steps}");
    let mut fallen_back = 0;
    for stop in 1..=steps + 1 {
        let medium = Medium::default().with_power_until(stop);
        world.store.memory.fail(None);
        let (seen, priced) = story.run(&world, &medium);
        world.store.memory.fail(Some("gone"));
        for choice in 0..12 {
            let after = medium.after_power_failed(choice);
            assert_whole(&after, &format!("step {stop} of {steps}, lot {choice}"));
            let (book, mut channel) = (Book::default(), world.unkept().kept_on(after, "/kept"));
            let look = channel.start(&book, noon());
            let at = format!("step {stop} of {steps}, lot {choice}, seen {seen}, priced {priced}: {look:?}");
            let running = channel.running().epoch;
            match running {
                Some(epoch) => assert_eq!(price(&book), Story::price(epoch), "{at}"),
                None => assert!(price(&book).contains("no rule set"), "{at}"),
            }
            assert!(running.unwrap_or(0) >= priced && running.unwrap_or(0) <= priced + 1, "{at}");
            let broken = look.warnings.iter().any(|warning| warning.contains("left out"));
            assert!(!broken, "what counts is whole: {at}");
            fallen_back += u64::from(look.warnings.iter().any(|warning| warning.contains("was seen before")));
            // What was seen is still known: the one before it is refused.
            if seen > 1 {
                world.store.memory.fail(None);
                world.show(&story.shown[seen as usize - 2]);
                assert!(refusal(channel.look(&book, noon())).contains("was seen before"), "{at}");
                world.store.memory.fail(Some("gone"));
            }
        }
    }
    assert!(fallen_back > 0, "it never happened between the mark and what is kept");
}
