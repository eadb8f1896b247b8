//! More cases than can be compared: nobody waits, what waits is capped in number and bytes, and each case is counted once.

use crate::world::{door, price};
use ratewright::migrate::{Cause, MigrationContext, MigrationCounts};
use ratewright_migration::{Ring, RingLimits};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Barrier};
use std::time::{Duration, Instant};

fn limits(cases: usize, bytes: usize) -> RingLimits {
    RingLimits { cases, bytes, share: 1_000, beside_below: Duration::ZERO, ..RingLimits::default() }
}

fn assert_counted(counts: &MigrationCounts) {
    assert_eq!(counts.offered, counts.compared + counts.all_dropped(), "{counts:?}");
    assert_eq!(counts.pending, 0);
}

fn wait_until(holds: impl Fn() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < Duration::from_secs(120), "it never came");
        std::thread::yield_now();
    }
}

#[test]
fn nobody_waits_for_a_candidate_that_never_answers_and_the_rest_is_counted() {
    // The candidate waits until it is let go, in the thread of the ring.
    let (let_go, is_in) = (Arc::new(AtomicBool::new(false)), Arc::new(Barrier::new(2)));
    let (open, entered) = (let_go.clone(), is_in.clone());
    let ring = Ring::new(limits(8, usize::MAX));
    let first = AtomicBool::new(true);
    let door = door(Some(ring.clone()), move || {
        if first.swap(false, Ordering::SeqCst) {
            entered.wait();
            wait_until(|| open.load(Ordering::SeqCst));
        }
        1
    });
    let worker = ring.start(door.clone()).unwrap();
    let mut context = MigrationContext::default();
    assert_eq!(price(&door, &mut context), 999);
    is_in.wait();
    // The thread is in the first case, which has left its place; eight wait, and all others find no room. None of these calls returns late: the candidate
    // answers only after the last of them.
    for _ in 0..100 {
        assert_eq!(price(&door, &mut context), 999);
    }
    let counts = door.counts();
    assert_eq!((counts.offered, counts.compared), (101, 0));
    assert_eq!(counts.dropped.iter().map(|(cause, _)| *cause).collect::<Vec<_>>(), [Cause::TooMany]);
    assert!(ring.waiting().0 <= 9, "{:?}", ring.waiting());
    let_go.store(true, Ordering::SeqCst);
    worker.finish();
    let counts = door.counts();
    assert_counted(&counts);
    assert_eq!((counts.compared + counts.all_dropped(), ring.waiting()), (101, (0, 0)));
    assert!((8..=9).contains(&counts.compared), "{counts:?}");
    // Once it has stopped nothing is taken any more.
    assert_eq!(price(&door, &mut context), 999);
    assert!(door.counts().dropped.contains(&(Cause::Stopped, 1)));
}

#[test]
fn what_waits_is_capped_in_bytes() {
    let ring = Ring::new(limits(1_000, 4_000));
    let door = door(Some(ring.clone()), || 1);
    let mut context = MigrationContext::default();
    for _ in 0..200 {
        assert_eq!(price(&door, &mut context), 999);
        assert!(ring.waiting().1 <= 4_000);
    }
    let (cases, bytes) = ring.waiting();
    assert!(cases > 1 && cases < 20 && bytes > 2_000, "{cases} cases of {bytes} bytes");
    let counts = door.counts();
    assert_eq!(
        (counts.pending, counts.dropped.as_slice()),
        (cases as u64, &[(Cause::TooLarge, 200 - cases as u64)][..])
    );
    ring.start(door.clone()).unwrap().finish();
    assert_counted(&door.counts());
    assert_eq!(door.counts().compared, cases as u64);
}

#[test]
fn the_memory_of_compared_cases_counts_until_it_is_freed() {
    let ring = Ring::new(limits(1_000, 4_000));
    let door = door(Some(ring.clone()), || 1);
    let worker = ring.start(door.clone()).unwrap();
    let mut context = MigrationContext::default();
    for _ in 0..20_000 {
        assert_eq!(price(&door, &mut context), 999);
        assert!(ring.waiting().1 <= 4_000);
    }
    let compared = door.counts().compared;
    worker.finish();
    assert_eq!(ring.waiting(), (0, 0));
    assert_counted(&door.counts());
    // Far more than find room at once: what was held for one case was given to another.
    assert!(compared > 20, "{compared}");
}

#[test]
fn many_threads_and_a_worker_that_is_stopped_in_the_middle_lose_no_count() {
    for round in 0..5 {
        let ring = Ring::new(limits(64, 1 << 20));
        let door = door(Some(ring.clone()), || 1);
        let worker = ring.start(door.clone()).unwrap();
        std::thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    let mut context = MigrationContext::default();
                    (0..400).for_each(|_| assert_eq!(price(&door, &mut context), 999));
                });
            }
            wait_until(|| door.counts().offered > 100 * round);
            drop(worker);
        });
        drop(ring);
        let counts = door.counts();
        assert_eq!((counts.offered, counts.by_legacy), (1_200, 1_200));
        // What came in while the ring was shut is still held by it; nothing else waits.
        assert_eq!(counts.pending, 0, "{counts:?}");
        assert_counted(&counts);
    }
}

#[test]
fn a_candidate_that_panics_in_the_worker_is_contained_until_it_is_left_alone() {
    let ring = Ring::new(limits(64, 1 << 20));
    let door = door(Some(ring.clone()), || panic!("the host is broken"));
    let mut context = MigrationContext::default();
    (0..10).for_each(|_| assert_eq!(price(&door, &mut context), 999));
    ring.start(door.clone()).unwrap().finish();
    let counts = door.counts();
    assert_eq!((counts.compared, counts.panics, counts.dropped.as_slice()), (3, 3, &[(Cause::Breaker, 7)][..]));
    assert!(door.breaker_is_open());
}
