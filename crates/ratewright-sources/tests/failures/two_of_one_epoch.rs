//! Two pointers of one epoch: two publishers at once, or a key in wrong hands.

use crate::world::{World, noon, pointer, price, refusal, tariff};
use ratewright::live::Book;
use ratewright_sources::{Outcome, Source};
use std::sync::Arc;

const BEGIN: &str = "there are two pointers of epoch 1: memory shows ";

#[test]
fn a_second_pointer_of_an_epoch_is_refused_also_after_a_restart() {
    let (world, book) = (World::new(), Book::default());
    let one = world.publish(1, &[&tariff("1", 10)]);
    let mut channel = world.started(&book);
    world.publish(1, &[&tariff("1", 12)]);
    let why = refusal(channel.look(&book, noon()));
    assert!(why.starts_with(BEGIN), "{why}");
    assert_eq!(refusal(channel.look(&book, noon())), why);
    let restarted_book = Book::default();
    let mut restarted = world.channel();
    restarted.start(&restarted_book, noon());
    assert_eq!(refusal(restarted.look(&restarted_book, noon())), why);
    for book in [&book, &restarted_book] {
        assert_eq!(price(book), "10.00 USD");
    }
    world.show(&one);
    let look = restarted.look(&restarted_book, noon());
    assert!(matches!(look.outcome, Outcome::Unchanged), "{look:?}");
    // A new epoch ends it.
    world.publish(2, &[&tariff("2", 13)]);
    for (channel, book) in [(&mut channel, &book), (&mut restarted, &restarted_book)] {
        channel.look(book, noon());
        assert_eq!(price(book), "13.00 USD");
    }
}

#[test]
fn it_is_found_where_nothing_is_left_but_the_mark_and_where_the_first_never_ran() {
    let (world, book) = (World::new(), Book::default());
    world.show(&world.signed(&pointer(1, &[&tariff("1", 10)])));
    refusal(world.started(&book).look(&book, noon()));
    world.publish(1, &[&tariff("1", 12)]);
    let book = Book::default();
    assert!(refusal(world.channel().look(&book, noon())).starts_with(BEGIN));
    assert!(price(&book).contains("no rule set `parcel`"));
}

#[test]
fn processes_that_share_a_folder_find_it_though_each_saw_one() {
    let world = World::new();
    let books = [Book::default(), Book::default()];
    let mut channels = [world.channel(), world.channel()];
    for (channel, book) in channels.iter_mut().zip(&books) {
        channel.start(book, noon());
    }
    world.publish(1, &[&tariff("1", 10)]);
    channels[0].look(&books[0], noon());
    world.publish(1, &[&tariff("1", 12)]);
    let why = refusal(channels[1].look(&books[1], noon()));
    assert!(why.starts_with(BEGIN), "{why}");
    assert_eq!(price(&books[0]), "10.00 USD");
    assert!(price(&books[1]).contains("no rule set `parcel`"));
}

#[test]
fn a_process_does_not_fall_behind_another_one_on_its_machine() {
    let world = World::new();
    let (book, late_book) = (Book::default(), Book::default());
    let old = world.publish(1, &[&tariff("1", 10)]);
    let (mut channel, mut late) = (world.started(&book), world.channel());
    late.start(&late_book, noon());
    world.publish(2, &[&tariff("2", 11)]);
    world.publish(3, &[&tariff("3", 12)]);
    channel.look(&book, noon());
    // A cache gives the other one what is older than what its neighbour saw.
    world.publish(2, &[&tariff("2", 11)]);
    let why = refusal(late.look(&late_book, noon()));
    assert!(why.starts_with("memory shows epoch 2, and epoch 3 was seen before"), "{why}");
    world.show(&old);
    assert!(refusal(late.look(&late_book, noon())).starts_with("memory shows epoch 1, and epoch 3 was seen before"));
    assert_eq!(price(&late_book), "10.00 USD");
}

#[test]
fn what_a_neighbour_saw_while_the_store_was_read_is_no_old_pointer() {
    let world = Arc::new(World::new());
    let (book, late_book) = (Book::default(), Book::default());
    world.publish(1, &[&tariff("1", 10)]);
    let (mut channel, mut late) = (world.started(&book), world.started(&late_book));
    world.publish(2, &[&tariff("2", 11)]);
    let publisher = Arc::clone(&world);
    world.store.after_the_next(move || {
        publisher.publish(3, &[&tariff("3", 12)]);
        channel.look(&book, noon());
    });
    let look = late.look(&late_book, noon());
    assert!(matches!(look.outcome, Outcome::Swapped(_)), "{look:?}");
    assert_eq!((price(&late_book), late.running().epoch), ("12.00 USD".to_owned(), Some(3)));
}
