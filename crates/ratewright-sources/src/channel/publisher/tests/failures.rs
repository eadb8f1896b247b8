//! Publishers that die, stores that fail, and two who publish at once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use super::*;
use crate::store::{Folder, Tag};
use std::sync::atomic::{AtomicU64, Ordering};

/// A store whose writer dies, or that fails once: at the write of a number, before or after it is done.
#[derive(Debug)]
struct Failing<'s> {
    inner: &'s Memory,
    writes: AtomicU64,
    at: u64,
    is_done: bool,
    dies: bool,
}

impl Failing<'_> {
    fn error(path: &str) -> StoreError {
        StoreError::Failed {
            path: path.to_owned(),
            place: "here".to_owned(),
            why: "power failed".to_owned(),
            wait: None,
        }
    }

    fn write(&self, path: &str, write: impl Fn() -> Result<bool, StoreError>) -> Result<bool, StoreError> {
        let number = self.writes.fetch_add(1, Ordering::Relaxed);
        if number < self.at || (number > self.at && !self.dies) {
            return write();
        }
        if number == self.at && self.is_done {
            write().unwrap();
        }
        Err(Failing::error(path))
    }
}

impl Store for Failing<'_> {
    fn place(&self) -> String {
        "here".to_owned()
    }

    fn read(&self, path: &str, unless: Option<&Tag>, most: u64) -> Result<Answer, StoreError> {
        match self.dies && self.writes.load(Ordering::Relaxed) > self.at {
            true => Err(Failing::error(path)),
            false => self.inner.read(path, unless, most),
        }
    }
}

impl WritableStore for Failing<'_> {
    fn create(&self, path: &str, bytes: &[u8]) -> Result<bool, StoreError> {
        self.write(path, || self.inner.create(path, bytes))
    }

    fn replace(&self, path: &str, expected: Option<&Tag>, bytes: &[u8]) -> Result<bool, StoreError> {
        self.write(path, || self.inner.replace(path, expected, bytes))
    }
}

/// The first half is published; then somebody publishes the second with a failure. What the failure left, and what came of it.
fn after_failure(at: u64, is_done: bool, dies: bool) -> (Memory, Result<NewEpoch, PublishError>) {
    let store = Memory::default();
    let (first, second) = halves();
    unsigned(&store).publish(PARCEL, &put(&[&first]), &by("Ada"), now()).unwrap();
    let failing = Failing { inner: &store, writes: AtomicU64::new(0), at, is_done, dies };
    let outcome = unsigned(&failing).publish(PARCEL, &put(&[&second]), &by("Bob"), now());
    (store, outcome)
}

#[test]
fn a_publisher_that_dies_anywhere_hinders_nobody_and_shows_nothing_half() {
    // Two bundles, the epoch, the current pointer.
    for (at, is_done) in (0..4).flat_map(|at| [(at, false), (at, true)]) {
        let (store, outcome) = after_failure(at, is_done, true);
        let taken = (at, is_done) >= (2, true);
        assert!(outcome.is_err(), "{at} {is_done}");
        let error = outcome.unwrap_err();
        let expected = match at {
            0 | 1 => matches!(error, PublishError::Store(_)),
            2 => matches!(error, PublishError::Unknown { epoch: 2, .. }),
            _ => matches!(error, PublishError::Unfinished { epoch: 2, .. }),
        };
        assert!(expected, "{at} {is_done}: {error}");
        let seen = if (at, is_done) == (3, true) { is(2, &["1", "2"]) } else { is(1, &["1"]) };
        assert_eq!(found(&store), seen, "{at} {is_done}");

        // Somebody else corrects the first half. What the dead one took stays.
        let corrected = edition("1", "2026-01-01 through 2026-06-30", "11");
        unsigned(&store).publish(PARCEL, &put(&[&corrected]), &by("Eve"), now()).unwrap();
        let expected = if taken { is(3, &["2", "1"]) } else { is(2, &["1"]) };
        assert_eq!(found(&store), expected, "{at} {is_done}");
    }
}

#[test]
fn a_store_that_fails_once_is_told_of_or_makes_no_difference() {
    for (at, is_done) in (0..4).flat_map(|at| [(at, false), (at, true)]) {
        let (store, outcome) = after_failure(at, is_done, false);
        match (at, is_done) {
            (0 | 1, _) | (2, false) => {
                assert!(outcome.is_err(), "{at} {is_done}");
                assert_eq!(found(&store), is(1, &["1"]), "{at} {is_done}");
            }
            // The epoch was taken though nobody said so, and the current pointer is tried again.
            _ => {
                assert_eq!(outcome.unwrap().pointer.epoch, 2, "{at} {is_done}");
                assert_eq!(found(&store), is(2, &["1", "2"]), "{at} {is_done}");
            }
        }
    }
}

#[test]
fn a_slow_publisher_does_not_bring_an_old_pointer_back() {
    let (store, outcome) = after_failure(3, false, true);
    assert!(matches!(outcome.unwrap_err(), PublishError::Unfinished { .. }));
    let of_bob = match store.read(&epoch_path("production", PARCEL, 2), None, 1 << 20).unwrap() {
        Answer::File { bytes, .. } => bytes,
        Answer::Unchanged => panic!("unchanged"),
    };
    unsigned(&store).publish(PARCEL, &put(&[]), &by("Eve"), now()).unwrap();
    // Bob wakes up.
    let bob = SignedPointer::read(&of_bob).unwrap().open(&Trust::Unsigned, "production", PARCEL).unwrap().0;
    let mut warnings = Vec::new();
    unsigned(&store).make_current(&bob, &of_bob, &mut warnings).unwrap();
    assert_eq!((found(&store), warnings.len()), (is(3, &["1", "2"]), 1));
}

/// Two publishers, each of whom publishes eight times, and again wherever the other was first.
fn race(store: &(dyn WritableStore + Sync)) {
    let (first, _) = halves();
    let publish_all = |signer: &str| -> Vec<u64> {
        let publisher = unsigned(store);
        let mut taken = Vec::new();
        while taken.len() < 8 {
            match publisher.publish(PARCEL, &put(&[&first]), &by(signer), now()) {
                Ok(published) => taken.push(published.pointer.epoch),
                Err(PublishError::Conflict { .. }) => {}
                Err(error) => panic!("{error}"),
            }
        }
        taken
    };
    let (one, other) = std::thread::scope(|scope| {
        let one = scope.spawn(|| publish_all("Ada"));
        let other = publish_all("Bob");
        (one.join().unwrap(), other)
    });
    let mut all: Vec<u64> = one.iter().chain(&other).copied().collect();
    all.sort_unstable();
    assert_eq!(all, (1..=16).collect::<Vec<u64>>());
    assert_eq!(found(store), is(16, &["1"]));
    let told = history(store, "production", PARCEL, &Trust::Unsigned, 100).unwrap();
    assert_eq!((told.current, told.entries.len(), told.problems.len()), (Some(16), 16, 0));
    for entry in told.entries {
        let signer = if one.contains(&entry.epoch) { "Ada" } else { "Bob" };
        assert_eq!(entry.pointer.unwrap().signer.as_deref(), Some(signer), "{}", entry.epoch);
    }
}

#[test]
fn of_two_publishers_one_takes_each_epoch() {
    race(&Memory::default());
    let folder = tempfile::tempdir().unwrap();
    race(&Folder::new(folder.path()));
}

#[test]
fn a_store_that_was_lost_goes_on_above_what_clients_have_seen() {
    let store = Memory::default();
    let (first, second) = halves();
    let from = |epoch: u64| Options { least_epoch: Some(epoch), ..Options::default() };
    let failing = Failing { inner: &store, writes: AtomicU64::new(0), at: 2, is_done: false, dies: true };
    // It dies after the epoch: nothing says that there is one but its file.
    assert!(unsigned(&failing).publish(PARCEL, &put(&[&first]), &from(413), now()).is_err());
    assert_eq!(found(&store), None);
    let published = unsigned(&store).publish(PARCEL, &put(&[&second]), &from(413), now()).unwrap();
    assert_eq!(published.pointer.epoch, 414);
    assert_eq!(found(&store), is(414, &["1", "2"]));
    unsigned(&store).publish(PARCEL, &put(&[]), &from(413), now()).unwrap();
    assert_eq!(found(&store), is(415, &["1", "2"]));
}

#[test]
fn the_history_tells_what_was_published_and_what_is_wrong() {
    let (store, outcome) = after_failure(3, false, true);
    assert!(outcome.is_err());
    let told = |most| history(&store, "production", PARCEL, &Trust::Unsigned, most).unwrap();
    let history = told(10);
    assert_eq!(
        history.problems,
        [
            "epoch 2 is taken, and clients find epoch 1: whoever published it has not finished, or somebody has put an old pointer back; publishing anew, without bundles, lets it run"
        ]
    );
    let shown: Vec<_> = history.entries.iter().map(|entry| (entry.epoch, entry.is_current)).collect();
    assert_eq!((shown, history.current, history.earlier), (vec![(2, false), (1, true)], Some(1), 0));
    let (first, _) = halves();
    unsigned(&store).publish(PARCEL, &put(&[&first]), &by("Eve"), now()).unwrap();
    let history = told(2);
    assert_eq!((history.problems.len(), history.entries.len(), history.earlier), (0, 2, 1));

    store.put(&epoch_path("production", PARCEL, 2), b"{}");
    store.remove(&epoch_path("production", PARCEL, 1));
    let history = told(10);
    let problems: Vec<_> = history.entries.iter().map(|entry| entry.problem.as_deref()).collect();
    assert_eq!(problems[0], None);
    assert!(problems[1].unwrap().starts_with("the pointer cannot be read"), "{problems:?}");
    assert!(problems[2].unwrap().starts_with("there is no file of this epoch"), "{problems:?}");
    store.put(&pointer_path("production", PARCEL), b"{}");
    let history = told(10);
    assert!(history.problems[0].contains("cannot be relied on"), "{:?}", history.problems);
}
