//! What runs cannot be kept: the disk is full, read-only, or is none. It runs, and each look warns until it is kept.

use crate::disks::Stepwise;
use crate::world::{World, noon, price, tariff};
use ratewright::live::Book;
use ratewright_sources::{Look, Outcome, Source};
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

fn assert_warns_of(look: &Look, why: &str) {
    let kept = look
        .warnings
        .iter()
        .find(|warning| warning.starts_with("epoch 2 could not be kept, a restart would not find it"));
    assert!(kept.is_some_and(|warning| warning.contains(why)), "{look:?}");
}

#[test]
fn on_a_full_or_read_only_disk_it_runs_and_warns_until_it_is_kept() {
    for (kind, why) in [
        (io::ErrorKind::StorageFull, "the disk is full"),
        (io::ErrorKind::ReadOnlyFilesystem, "the disk is read-only"),
        (io::ErrorKind::PermissionDenied, "permission denied"),
    ] {
        let (world, book) = (World::new(), Book::default());
        let fails = Arc::new(AtomicBool::new(false));
        let failing = fails.clone();
        let disk = Stepwise(move |_: &_, _: &_| if failing.load(Ordering::SeqCst) { Err(kind.into()) } else { Ok(()) });
        let mut channel = world.unkept().kept_on(disk, world.folder());
        world.publish(1, &[&tariff("1", 10)]);
        channel.start(&book, noon());
        channel.look(&book, noon());
        fails.store(true, Ordering::SeqCst);
        world.publish(2, &[&tariff("2", 11)]);
        let look = channel.look(&book, noon());
        assert!(matches!(look.outcome, Outcome::Swapped(_)), "{look:?}");
        assert_warns_of(&look, why);
        assert!(
            look.warnings.contains(&"epoch 2 is not marked as seen: after a restart an older one might run".to_owned())
        );
        for _ in 0..3 {
            let again = channel.look(&book, noon());
            assert!(matches!(again.outcome, Outcome::Unchanged) && again.warnings == look.warnings, "{again:?}");
        }
        assert_eq!((price(&book).as_str(), channel.running().epoch), ("11.00 USD", Some(2)));

        // What was kept before is whole, and begins a restart without the store.
        world.store.memory.fail(Some("gone"));
        let restarted = Book::default();
        world.channel().start(&restarted, noon());
        assert_eq!(price(&restarted), "10.00 USD");
        // It is kept as soon as the disk takes it, without the store.
        fails.store(false, Ordering::SeqCst);
        assert_eq!(channel.look(&book, noon()).warnings, Vec::<String>::new());
        let restarted = Book::default();
        world.channel().start(&restarted, noon());
        assert_eq!(price(&restarted), "11.00 USD");
    }
}

#[test]
fn whichever_step_fails_it_runs_warns_and_is_kept_at_the_next_look() {
    let mut step = 0;
    loop {
        let (world, book) = (World::new(), Book::default());
        let (left, armed) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
        let (count, is_armed) = (left.clone(), armed.clone());
        // From this step on the disk is full, for as long as it is armed.
        let disk = Stepwise(move |_: &_, _: &_| {
            let is_full = is_armed.load(Ordering::SeqCst) && count.fetch_add(1, Ordering::SeqCst) >= step;
            if is_full { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
        });
        let mut channel = world.unkept().kept_on(disk, world.folder());
        for (epoch, price) in [(1, 9), (2, 9), (3, 9), (4, 10)] {
            world.publish(epoch, &[&tariff(&price.to_string(), price)]);
            channel.look(&book, noon());
        }
        armed.store(true, Ordering::SeqCst);
        world.publish(5, &[&tariff("11", 11)]);
        let look = channel.look(&book, noon());
        assert_eq!((price(&book).as_str(), channel.running().epoch), ("11.00 USD", Some(5)));
        if left.load(Ordering::SeqCst) <= step {
            assert!(look.warnings.is_empty() && step > 15, "{step}: {look:?}");
            break;
        }
        assert!(!look.warnings.is_empty(), "step {step}");
        let restarted = Book::default();
        world.store.memory.fail(Some("gone"));
        world.channel().start(&restarted, noon());
        assert!(["10.00 USD", "11.00 USD"].contains(&&*price(&restarted)), "step {step}: {}", price(&restarted));
        armed.store(false, Ordering::SeqCst);
        assert_eq!(channel.look(&book, noon()).warnings, Vec::<String>::new(), "step {step}");
        let restarted = Book::default();
        assert_eq!(world.channel().start(&restarted, noon()).warnings, Vec::<String>::new(), "step {step}");
        assert_eq!(price(&restarted), "11.00 USD", "step {step}");
        step += 1;
    }
}

/// Whoever the test runs as: no folder can be made below a file, and none in `/proc`.
#[test]
fn where_no_folder_can_be_it_runs_and_warns() {
    let world = World::new();
    world.publish(2, &[&tariff("1", 10)]);
    std::fs::write(world.folder(), b"a file").unwrap();
    let below_nothing = std::path::PathBuf::from("/proc/self/kept");
    let folders = [(world.folder(), "a file stands where a folder should"), (below_nothing, "`/proc/self/kept")];
    for (folder, why) in
        folders.into_iter().filter(|(folder, _)| !folder.starts_with("/proc") || cfg!(target_os = "linux"))
    {
        let book = Book::default();
        let mut channel = world.unkept().kept_in(folder);
        channel.start(&book, noon());
        for _ in 0..2 {
            assert_warns_of(&channel.look(&book, noon()), why);
        }
        assert_eq!(price(&book), "10.00 USD");
    }
}

#[test]
fn a_folder_that_somebody_took_away_is_made_again() {
    let (world, book, mut channel) = World::running();
    std::fs::remove_dir_all(world.folder()).unwrap();
    let look = channel.look(&book, noon());
    assert!(matches!(look.outcome, Outcome::Unchanged) && look.warnings.is_empty(), "{look:?}");
    world.store.memory.fail(Some("gone"));
    let restarted = Book::default();
    world.channel().start(&restarted, noon());
    assert_eq!(price(&restarted), "10.00 USD");
}
