//! The book is taken back by hand under a channel: an old tariff prices, or none, and somebody is told for as long as it is so.

use crate::world::{RULE_SET, World, bundle, noon, pointer, price, tariff};
use ratewright::live::{Book, Published, Watcher};
use ratewright_sources::channel::{Change, Channel, Options, Publisher, Trust};
use ratewright_sources::store::Memory;
use ratewright_sources::{Bundle, Keeper, Outcome, Source};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

#[test]
fn an_old_tariff_that_runs_by_hand_is_warned_of_until_a_later_epoch_comes() {
    let (world, book, mut channel) = World::running();
    world.publish(2, &[&tariff("2", 12)]);
    assert_eq!(channel.look(&book, noon()).warnings, Vec::<String>::new());
    book.roll_back(1).unwrap();
    for store in [None, None, Some("gone"), None] {
        world.store.memory.fail(store);
        let look = channel.look(&book, noon());
        assert!(look.warnings[0].starts_with("`parcel` runs otherwise than epoch 2 says"), "{look:?}");
        assert_eq!((look.warnings.len(), price(&book).as_str()), (1, "10.00 USD"));
    }
    world.publish(3, &[&tariff("3", 13)]);
    assert_eq!(channel.look(&book, noon()).warnings, Vec::<String>::new());
    assert_eq!(price(&book), "13.00 USD");
}

#[test]
fn what_the_program_brought_along_is_missed_too() {
    let (world, book) = (World::new(), Book::default());
    let mut channel = world.unkept().embedded(tariff("0", 9).as_bytes());
    assert_eq!(channel.start(&book, noon()).warnings, Vec::<String>::new());
    book.roll_back(0).unwrap();
    let look = channel.look(&book, noon());
    let told = "nobody prices `parcel` any more, otherwise than what the program brought along says";
    assert!(look.warnings[0].starts_with(told), "{look:?}");
}

fn freight() -> Bundle {
    bundle("ruleset freight \"Freight\" version \"1\" { currency USD }\ncharge BASE = 100 USD")
}

fn publish(store: &Memory, rule_set: &str, bundle: Bundle) {
    let untested = Options { allow_untested: true, ..Options::default() };
    let publisher = Publisher::unsigned(store, "production").unwrap();
    publisher.publish(rule_set, &Change::Only(vec![bundle]), &untested, noon()).unwrap();
}

/// Going back takes all rule sets of the book back. Also the one that another channel gave, and that was not there yet.
#[test]
fn a_rule_set_that_went_with_another_is_missed_on_the_page_at_once() {
    let (store, book) = (Arc::new(Memory::default()), Arc::new(Book::default()));
    let channel = |rule_set: &str| Channel::new(store.clone(), "production", rule_set, Trust::Unsigned);
    publish(&store, RULE_SET, tariff("1", 10));
    let mut parcel = channel(RULE_SET);
    parcel.look(&book, noon());
    publish(&store, "freight", freight());
    let mut own = channel("freight");
    own.look(&book, noon());
    let an_hour = Duration::from_secs(3600);
    let keeper = Keeper::new(book.clone()).source(channel(RULE_SET)).source(channel("freight")).every(an_hour);
    let keeping = keeper.start().unwrap();
    let page = || {
        let status = keeping.status();
        let of = |at: usize| (status[at].taken_back.clone(), status[at].unpriced.clone(), status[at].is_priced_by());
        (of(0), of(1))
    };
    let well = (Vec::new(), Vec::new(), true);
    assert_eq!(page(), (well.clone(), well.clone()));
    book.roll_back(1).unwrap();
    let missed = vec!["freight".to_owned()];
    assert_eq!(page(), (well.clone(), (missed.clone(), missed, false)));
    assert_eq!(parcel.look(&book, noon()).warnings, Vec::<String>::new());
    let look = own.look(&book, noon());
    assert!(look.warnings[0].starts_with("nobody prices `freight` any more, otherwise than epoch 1 says"), "{look:?}");
    book.roll_back(2).unwrap();
    assert_eq!(page(), (well.clone(), well));
    keeping.stop();
}

#[test]
fn the_page_says_by_what_is_priced_instead() {
    let (world, book) = (World::new(), Arc::new(Book::default()));
    let (first, second) = (tariff("1", 10), tariff("2", 12));
    world.publish(1, &[&first]);
    world.started(&book);
    world.publish(2, &[&second]);
    let keeper = Keeper::new(book.clone()).source(world.channel()).every(Duration::from_secs(3600));
    let keeping = keeper.start().unwrap();
    let page = || serde_json::to_value(keeping.status()).unwrap()[0].clone();
    assert_eq!(page()["priced_instead"], serde_json::json!([]));
    assert_eq!(price(&book), "12.00 USD");
    book.roll_back(1).unwrap();
    let instead = serde_json::json!([{ "rule_set": RULE_SET, "version": "1", "digest": first.manifest().digest }]);
    assert_eq!(page()["priced_instead"], instead);
    assert_eq!(page()["running"]["editions"][0]["version"], "2", "what the channel says");
    keeping.stop();
}

/// Goes back as soon as it is told of the second generation.
#[derive(Default)]
struct GoesBack(OnceLock<std::sync::Weak<Book>>);

impl Watcher for GoesBack {
    fn swapped(&self, published: &Published) {
        if published.generation == 2 {
            self.0.get().unwrap().upgrade().unwrap().roll_back(1).unwrap();
        }
    }
}

#[test]
fn what_runs_is_what_was_published_and_not_what_somebody_made_of_the_book_since() {
    let (world, hasty) = (World::new(), Arc::new(GoesBack::default()));
    let book = Arc::new(Book::default().watched_by(hasty.clone()));
    hasty.0.set(Arc::downgrade(&book)).unwrap();
    world.publish(1, &[&tariff("1", 10)]);
    let mut channel = world.started(&book);
    let second = tariff("2", 12);
    world.publish(2, &[&second]);
    let look = channel.look(&book, noon());
    assert_eq!((channel.running().epoch, price(&book).as_str()), (Some(2), "10.00 USD"));
    assert_eq!(channel.running().editions[0].digest, second.manifest().digest);
    assert!(look.warnings[0].starts_with("`parcel` runs otherwise than epoch 2 says"), "{look:?}");
}

#[test]
fn across_an_epoch_that_broke_callers_the_next_one_runs() {
    let (world, book, mut channel) = World::running();
    let breaking = |version: &str, price: u32| {
        bundle(&format!(
            "ruleset parcel \"Parcels\" version \"{version}\" {{ currency USD }}\ninput {{ weight : mass in kg }}\n\
             charge BASE = {price} USD per kg * weight"
        ))
    };
    let publish = |epoch: u64, bundle: &Bundle| {
        let mut allowed = pointer(epoch, &[bundle]);
        allowed.breaking = Some(2);
        world.put(bundle);
        world.publish_pointer(&allowed);
    };
    publish(2, &breaking("2", 2));
    assert!(matches!(channel.look(&book, noon()).outcome, Outcome::Swapped(_)));
    book.roll_back(1).unwrap();
    publish(3, &breaking("3", 3));
    let look = channel.look(&book, noon());
    assert!(matches!(look.outcome, Outcome::Swapped(_)), "{look:?}");
    let quote = book.quote_json(RULE_SET, r#"{"weight": 3}"#).unwrap();
    assert_eq!(quote.totals()[0].to_string(), "9.00 USD");
    // What breaks them anew waits, as ever.
    let more = bundle(
        "ruleset parcel \"Parcels\" version \"4\" { currency USD }\ninput { weight : mass in kg  zone : text }\ncharge BASE = 4 USD",
    );
    publish(4, &more);
    assert!(matches!(channel.look(&book, noon()).outcome, Outcome::Refused { .. }));
}
