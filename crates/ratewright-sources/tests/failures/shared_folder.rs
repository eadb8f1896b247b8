//! Processes that keep what they run in one folder, here as threads: none breaks what another has kept.

use crate::world::{World, noon, price, tariff};
use ratewright::live::Book;
use ratewright_sources::{Bundle, Outcome, Source};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

const EPOCHS: u64 = 40;

#[test]
fn whoever_starts_meanwhile_begins_with_a_whole_generation_and_none_older_than_what_priced() {
    let world = World::new();
    let tariffs: Vec<Bundle> = (0..4).map(|price| tariff(&price.to_string(), 10 + price)).collect();
    let of_epoch = |epoch: u64| format!("{}.00 USD", 10 + epoch % 4);
    // The last epoch that all look at, and the highest that priced anywhere.
    let (done, priced) = (AtomicBool::new(false), AtomicU64::new(0));
    // Where one fails, the others do not wait for it.
    let given_up = AtomicBool::new(false);
    let follow = || {
        let book = Book::default();
        let mut channel = world.channel();
        channel.start(&book, noon());
        while !done.load(Ordering::SeqCst) || channel.running().epoch != Some(EPOCHS) {
            assert!(!given_up.load(Ordering::SeqCst));
            let look = channel.look(&book, noon());
            // Where one tidied up what another was writing, that is warned of and done again.
            let Some(epoch) = channel.running().epoch else { continue };
            assert!(!matches!(look.outcome, Outcome::Refused { .. } | Outcome::Nothing { .. }), "{look:?}");
            assert_eq!(price(&book), of_epoch(epoch));
            if !look.warnings.iter().any(|warning| warning.contains("could not be kept")) {
                priced.fetch_max(epoch, Ordering::SeqCst);
            }
        }
        // At rest all is kept.
        assert_eq!(channel.look(&book, noon()).warnings, Vec::<String>::new());
    };
    let starts = std::thread::scope(|scope| {
        world.publish(1, &[&tariffs[1]]);
        let followers = [scope.spawn(follow), scope.spawn(follow)];
        let starting = scope.spawn(|| {
            let mut starts = 0;
            while !done.load(Ordering::SeqCst) && !given_up.load(Ordering::SeqCst) {
                let (at_least, book, mut channel) = (priced.load(Ordering::SeqCst), Book::default(), world.channel());
                let look = channel.start(&book, noon());
                let epoch = channel.running().epoch.unwrap_or(0);
                assert!(epoch >= at_least, "epoch {epoch} runs, and {at_least} priced before: {look:?}");
                if epoch > 0 {
                    assert_eq!(price(&book), of_epoch(epoch));
                }
                starts += 1;
            }
            starts
        });
        for epoch in 1..=EPOCHS {
            world.publish(epoch, &[&tariffs[(epoch % 4) as usize]]);
            while priced.load(Ordering::SeqCst) < epoch {
                if followers.iter().any(|follower| follower.is_finished()) || starting.is_finished() {
                    given_up.store(true, Ordering::SeqCst);
                    panic!("one has failed");
                }
                std::thread::yield_now();
            }
        }
        done.store(true, Ordering::SeqCst);
        followers.into_iter().for_each(|follower| follower.join().unwrap());
        starting.join().unwrap()
    });
    assert!(starts > 3, "{starts}");
    world.store.memory.fail(Some("gone"));
    let book = Book::default();
    let mut channel = world.channel();
    assert_eq!(channel.start(&book, noon()).warnings, Vec::<String>::new());
    assert_eq!((channel.running().epoch, price(&book)), (Some(EPOCHS), of_epoch(EPOCHS)));
}
