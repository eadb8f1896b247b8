//! All clients are started again while the store is down: they price at once, by what they kept.

use crate::world::{World, noon, price, tariff};
use ratewright::live::Book;
use ratewright_sources::{Origin, Outcome, Source};

#[test]
fn a_restart_without_the_store_begins_with_what_was_kept() {
    let (world, book, mut channel) = World::running();
    world.publish(2, &[&tariff("2", 11)]);
    channel.look(&book, noon());
    drop((channel, book));

    world.store.memory.fail(Some("connection refused"));
    let asked = world.store.memory.reads();
    for _ in 0..20 {
        let (book, mut channel) = (Book::default(), world.channel().embedded(tariff("0", 9).as_bytes()));
        let look = channel.start(&book, noon());
        assert!(matches!(look.outcome, Outcome::Swapped(_)) && look.warnings.is_empty(), "{look:?}");
        assert_eq!((price(&book).as_str(), channel.running().origin), ("11.00 USD", Origin::Kept));
        assert_eq!((channel.running().epoch, channel.running().since), (Some(2), Some(noon())));
        assert_eq!(channel.running().published, Some(noon()), "as old as that it may be");
    }
    assert_eq!(world.store.memory.reads(), asked, "a start waits for no store");

    let (book, mut channel) = (Book::default(), world.channel());
    channel.start(&book, noon());
    let look = channel.look(&book, noon());
    assert!(
        matches!(&look.outcome, Outcome::Unreachable { why, .. } if why.contains("connection refused")),
        "{look:?}"
    );
    assert_eq!(price(&book), "11.00 USD");
    // It answers again: nothing is new, and nothing is fetched but the pointer.
    world.store.memory.fail(None);
    world.store.given();
    let look = channel.look(&book, noon());
    assert!(matches!(look.outcome, Outcome::Unchanged) && look.warnings.is_empty(), "{look:?}");
    assert_eq!((world.store.given().len(), book.generation()), (1, 1));
}

#[test]
fn with_nothing_kept_and_nothing_brought_along_nobody_is_priced() {
    let (world, book) = (World::new(), Book::default());
    world.store.memory.fail(Some("connection refused"));
    let mut channel = world.channel();
    let look = channel.start(&book, noon());
    let Outcome::Nothing { why } = look.outcome else { panic!("{look:?}") };
    assert!(why.ends_with("the program brought nothing along: `parcel` is not priced before memory gives it"), "{why}");
    channel.look(&book, noon());
    assert!(price(&book).contains("no rule set `parcel`"), "{}", price(&book));
    assert_eq!(channel.running().origin, Origin::Nothing);
}

#[test]
fn of_what_was_kept_the_newest_that_is_whole_runs_with_a_warning() {
    let (world, book, mut channel) = World::running();
    for (epoch, price) in [(2, 11), (3, 12), (4, 13)] {
        world.publish(epoch, &[&tariff(&epoch.to_string(), price)]);
        channel.look(&book, noon());
    }
    world.store.memory.fail(Some("connection refused"));
    let live = world.folder().join("production/parcel/live");
    let folder_of = |epoch: u64| {
        let found = std::fs::read_dir(&live).unwrap().map(|entry| entry.unwrap().path());
        found.into_iter().find(|path| path.file_name().unwrap().to_string_lossy().starts_with(&format!("{epoch:020}.")))
    };
    std::fs::write(folder_of(4).unwrap().join("pointer.json"), "").unwrap();
    std::fs::remove_file(folder_of(3).unwrap().join(tariff("3", 12).digest().to_string())).unwrap();
    let (book, mut channel) = (Book::default(), world.channel().embedded(tariff("0", 9).as_bytes()));
    let look = channel.start(&book, noon());
    assert_eq!((price(&book).as_str(), channel.running().epoch), ("11.00 USD", Some(2)));
    let [fourth, third, last] = &look.warnings[..] else { panic!("{look:?}") };
    assert!(fourth.starts_with("epoch 4 was kept, and is left out: ") && fourth.contains("cannot be read"), "{fourth}");
    assert!(
        third.starts_with("epoch 3 was kept, and is left out: the bundle ") && third.contains("damaged"),
        "{third}"
    );
    assert_eq!(last, "it begins with epoch 2, and epoch 4 was seen before");
    assert!(folder_of(1).is_none(), "three are kept");

    for epoch in [2, 3, 4] {
        std::fs::remove_dir_all(folder_of(epoch).unwrap()).unwrap();
    }
    let (book, mut channel) = (Book::default(), world.channel().embedded(tariff("0", 9).as_bytes()));
    let look = channel.start(&book, noon());
    assert_eq!((price(&book).as_str(), channel.running().origin), ("9.00 USD", Origin::Embedded));
    assert_eq!(look.warnings, ["it begins with nothing of a pointer, and epoch 4 was seen before"]);
}
