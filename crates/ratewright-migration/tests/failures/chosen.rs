//! Beside the call where comparing is quick, in the ring where it is not: chosen by what a clock measures, without an answer or a count lost.

use crate::world::{door, price};
use ratewright::migrate::MigrationContext;
use ratewright_migration::{Ring, RingLimits};
use ratewright_sources::ManualClock;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

fn us(microseconds: u64) -> Duration {
    Duration::from_micros(microseconds)
}

fn until(holds: impl Fn() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < Duration::from_secs(120), "it never came");
        std::thread::yield_now();
    }
}

#[test]
fn cases_are_compared_beside_the_call_while_that_is_quick_and_handed_on_while_it_is_not() {
    let clock = Arc::new(ManualClock::at(crate::world::noon()));
    let limits = RingLimits { share: 1_000, handed_above: us(5), beside_below: us(2), ..RingLimits::default() };
    let ring = Ring::with_clock(limits, clock.clone());
    // Each price takes as long as is said here, and tells in which thread it was asked for.
    let (takes, in_ring) = (Arc::new(AtomicU64::new(1)), Arc::new(AtomicU64::new(0)));
    let (time, count) = (takes.clone(), in_ring.clone());
    let door = door(Some(ring.clone()), move || {
        clock.pass(us(time.load(Ordering::SeqCst)));
        count.fetch_add(u64::from(std::thread::current().name() == Some("ratewright comparing")), Ordering::SeqCst);
        1
    });
    let worker = ring.start(door.clone()).unwrap();
    let mut context = MigrationContext::default();
    // How many of so many cases of a cost went through the ring, one after the other.
    let mut handed = |cost: u64, cases: u64| {
        takes.store(cost, Ordering::SeqCst);
        let before = in_ring.load(Ordering::SeqCst);
        for _ in 0..cases {
            assert_eq!(price(&door, &mut context), 999);
            while ring.waiting().0 > 0 {
                std::thread::yield_now();
            }
        }
        in_ring.load(Ordering::SeqCst) - before
    };
    // Before anything was measured all are handed on, until the average of 1 and 5 µs is below 2: 4 × (31/32)ⁿ < 1 for n = 44.
    assert_eq!(handed(1, 100), 44);
    // What is between the limits changes nothing.
    assert_eq!(handed(4, 300), 0);
    // From 4 towards 8 above 5: after ten cases beside the call.
    assert_eq!(handed(8, 100), 90);
    assert_eq!(handed(4, 300), 300);
    assert!(!ring.is_beside() && ring.cost() == us(4), "{:?}", ring.cost());
    // Back, and one case of 300 µs is enough to hand on the next.
    assert!(handed(1, 200) < 100 && ring.is_beside());
    assert_eq!((handed(300, 1), handed(1, 1)), (0, 1));
    worker.finish();
    // Of a ring that has ended nothing is compared, as before.
    assert_eq!(price(&door, &mut context), 999);
    let counts = door.counts();
    assert_eq!((counts.offered, counts.compared, counts.all_dropped(), counts.pending), (1_003, 1_002, 1, 0));
}

#[test]
fn of_a_candidate_that_never_comes_back_beside_a_call_no_other_call_waits() {
    let clock = Arc::new(ManualClock::at(crate::world::noon()));
    let ring = Ring::with_clock(RingLimits { share: 1_000, ..RingLimits::default() }, clock);
    // The candidate waits, once, until it is let go.
    let [waits, is_in, let_go] = [(); 3].map(|()| Arc::new(AtomicBool::new(false)));
    let (once, entered, open) = (waits.clone(), is_in.clone(), let_go.clone());
    let door = door(Some(ring.clone()), move || {
        if once.swap(false, Ordering::SeqCst) {
            entered.store(true, Ordering::SeqCst);
            until(|| open.load(Ordering::SeqCst));
        }
        1
    });
    let worker = ring.start(door.clone()).unwrap();
    let mut context = MigrationContext::default();
    // The clock stands still: nothing costs anything.
    while !ring.is_beside() {
        assert_eq!(price(&door, &mut context), 999);
        until(|| ring.waiting().0 == 0);
    }
    std::thread::scope(|scope| {
        waits.store(true, Ordering::SeqCst);
        let held = scope.spawn(|| price(&door, &mut MigrationContext::default()));
        until(|| is_in.load(Ordering::SeqCst));
        // These come back although the candidate has not: it is let go after the last of them.
        (0..100).for_each(|_| assert_eq!(price(&door, &mut context), 999));
        assert!(!held.is_finished());
        let_go.store(true, Ordering::SeqCst);
        assert_eq!(held.join().unwrap(), 999);
    });
    worker.finish();
    let counts = door.counts();
    assert_eq!((counts.offered, counts.pending), (counts.compared + counts.all_dropped(), 0));
}

#[test]
fn a_candidate_that_panics_beside_the_call_is_contained_and_one_that_is_left_alone_is_not_quick() {
    let clock = Arc::new(ManualClock::at(crate::world::noon()));
    let limits = RingLimits { share: 1_000, ..RingLimits::default() };
    let ring = Ring::with_clock(limits, clock);
    let asked = AtomicU64::new(0);
    let door = door(Some(ring.clone()), move || match asked.fetch_add(1, Ordering::SeqCst) {
        0..100 => 1,
        _ => panic!("the host is broken"),
    });
    let worker = ring.start(door.clone()).unwrap();
    let mut context = MigrationContext::default();
    // The clock stands still: nothing costs anything.
    while !ring.is_beside() {
        assert_eq!(price(&door, &mut context), 999);
        while ring.waiting().0 > 0 {
            std::thread::yield_now();
        }
    }
    assert!(door.counts().compared < 100);
    for _ in 0..200 {
        assert_eq!(price(&door, &mut context), 999);
    }
    worker.finish();
    let counts = door.counts();
    assert_eq!((counts.panics, counts.breaker_opened, counts.pending), (3, 1, 0));
    assert_eq!((counts.offered, counts.compared), (counts.by_legacy, 103));
    assert_eq!(counts.offered, counts.compared + counts.all_dropped());
}

/// One thread at a time compares beside its call, the others hand on, and the ring ends in the middle of all of them.
#[test]
fn many_threads_beside_and_through_a_ring_that_ends_in_the_middle_lose_no_count() {
    for round in 1..=3 {
        let clock = Arc::new(ManualClock::at(crate::world::noon()));
        let ring =
            Ring::with_clock(RingLimits { share: 1_000, cases: 64, every: us(50), ..RingLimits::default() }, clock);
        let [beside, in_ring] = [(); 2].map(|()| Arc::new(AtomicU64::new(0)));
        let counts = [beside.clone(), in_ring.clone()];
        let door = door(Some(ring.clone()), move || {
            let is_in_ring = std::thread::current().name() == Some("ratewright comparing");
            counts[usize::from(is_in_ring)].fetch_add(1, Ordering::SeqCst);
            (0..20).for_each(|_| std::thread::yield_now()); // so that others come meanwhile
            1
        });
        let worker = ring.start(door.clone()).unwrap();
        let mut context = MigrationContext::default();
        // The clock stands still: nothing costs anything.
        while !ring.is_beside() {
            assert_eq!(price(&door, &mut context), 999);
            until(|| ring.waiting().0 == 0);
        }
        let before = door.counts();
        let [beside_now, in_ring_now] = [&beside, &in_ring].map(|count| || count.load(Ordering::SeqCst));
        let (enough, priced) = (AtomicBool::new(false), AtomicU64::new(0));
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    let mut context = MigrationContext::default();
                    let mut after = 0;
                    while after < 50 {
                        assert_eq!(price(&door, &mut context), 999);
                        priced.fetch_add(1, Ordering::SeqCst);
                        after += u64::from(enough.load(Ordering::SeqCst));
                    }
                });
            }
            until(|| beside_now() > 5 * round && in_ring_now() > before.compared + 5 * round);
            enough.store(true, Ordering::SeqCst);
            drop(worker);
        });
        // Of a ring that has ended nothing is compared, neither way.
        let ended = door.counts();
        assert_eq!(price(&door, &mut context), 999);
        let counts = door.counts();
        assert_eq!(counts.compared, ended.compared);
        assert_eq!((counts.offered, counts.pending), (before.offered + priced.into_inner() + 1, 0), "{counts:?}");
        assert_eq!(counts.offered, counts.compared + counts.all_dropped(), "{counts:?}");
        assert_eq!(beside_now() + in_ring_now(), counts.compared, "each is compared once");
        drop(ring);
        assert_eq!(door.counts().pending, 0);
    }
}
