//! What is taken away: callers who are left to the edition before may break, and what was announced is withdrawn.

use super::*;

/// "1", and "2", which supersedes it from March on and takes a field more.
fn one_that_supersedes() -> (Bundle, Bundle) {
    let first = rules("version \"1\" { currency USD effective from 2026-01-01", "", "10", "");
    let head = "version \"2\" { currency USD effective from 2026-01-01 supersedes \"1\" from 2026-03-01";
    let second = rules(head, " extra : text?", "12", "");
    (Bundle::build(&first).unwrap(), Bundle::build(&second).unwrap())
}

#[test]
fn callers_who_are_left_to_the_edition_before_break_only_where_they_may() {
    let store = Memory::default();
    let publisher = unsigned(&store);
    let (first, second) = one_that_supersedes();
    let options = Options::default();
    publisher.publish(PARCEL, &put(&[&first]), &options, now()).unwrap();
    publisher.publish(PARCEL, &put(&[&second]), &options, now()).unwrap();

    let words = "`parcel` \"1\" would refuse what callers of `parcel` \"2\" send, or read it otherwise: `extra`: it is no longer read";
    refused(&store, &remove("2"), &options, words);
    refused(&store, &Change::Only(vec![first]), &options, words);
    let allowed = Options { allow_breaking: true, ..Options::default() };
    let plan = publisher.plan(PARCEL, &remove("2"), &allowed, now()).unwrap();
    assert_eq!((plan.breaks().len(), plan.pointer().breaking), (1, Some(3)));

    // Going back is not hindered, and says it.
    let back = publisher.publish(PARCEL, &Change::Again(1), &options, now()).unwrap();
    assert_eq!((back.breaks.len(), back.pointer.breaking, found(&store)), (1, Some(3), is(3, &["1"])));
    assert!(back.warnings.iter().any(|warning| warning.contains(words)), "{:?}", back.warnings);
}

#[test]
fn what_is_announced_is_withdrawn_with_a_warning() {
    let store = Memory::default();
    let publisher = unsigned(&store);
    let (first, second) = halves();
    let options = Options::default();
    publisher.publish(PARCEL, &put(&[&first]), &options, now()).unwrap();
    let in_may: Moment = "2026-05-01T00:00:00Z".parse().unwrap();
    let announced = Options { not_before: Some(in_may), ..Options::default() };
    publisher.publish(PARCEL, &put(&[&second]), &announced, now()).unwrap();

    let words = "epoch 2, which is announced for 2026-05-01T00:00:00Z, is withdrawn by this one: publish it anew, if it is still wanted";
    for change in [Change::Again(1), Change::Only(vec![first.clone()])] {
        let told = |options: &Options, now: Moment| {
            let plan = publisher.plan(PARCEL, &change, options, now).unwrap();
            plan.warnings().iter().any(|warning| warning == words)
        };
        assert!(told(&options, now()), "{change:?}");
        // Also where it goes live at the same time, for it names other editions.
        assert!(told(&announced, now()), "{change:?}");
        // What lives is replaced, and not withdrawn.
        assert!(!told(&options, in_may), "{change:?}");
    }
    publisher.publish(PARCEL, &Change::Again(1), &options, now()).unwrap();
    let plan = publisher.plan(PARCEL, &Change::Only(vec![first]), &options, now()).unwrap();
    assert!(plan.warnings().iter().all(|warning| !warning.contains("withdrawn")), "{:?}", plan.warnings());
}
