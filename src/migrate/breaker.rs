//! When the candidate is left alone: faults among calls → open or not.
//!
//! A fault is a panic of the candidate, of a comparison or of what reads answers, or pricing that reached the limit of its work. The
//! window is counted in calls of the candidate, since the engine knows no clock: so many faults within so many calls open the breaker, and it stays open
//! until somebody closes it or changes the stages.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

/// How many faults within how many calls of the candidate are too many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BreakerLimit {
    /// So many faults. One at least.
    pub faults: usize,
    /// Within so many calls.
    pub calls: u64,
}

impl Default for BreakerLimit {
    /// Three within ten thousand.
    fn default() -> Self {
        BreakerLimit { faults: 3, calls: 10_000 }
    }
}

/// Counts calls and faults.
#[derive(Debug)]
pub(super) struct Breaker {
    limit: BreakerLimit,
    calls: AtomicU64,
    is_open: AtomicBool,
    /// At which calls the last faults were.
    faults: Mutex<Vec<u64>>,
}

impl Breaker {
    pub(super) fn new(limit: BreakerLimit) -> Self {
        Breaker { limit, calls: AtomicU64::new(0), is_open: AtomicBool::new(false), faults: Mutex::new(Vec::new()) }
    }

    pub(super) fn is_open(&self) -> bool {
        self.is_open.load(Ordering::Relaxed)
    }

    /// The candidate is about to be asked.
    pub(super) fn call(&self) {
        self.calls.fetch_add(1, Ordering::Relaxed);
    }

    /// Takes note of a fault; says whether it is the one that opens the breaker.
    pub(super) fn fault(&self) -> bool {
        let now = self.calls.load(Ordering::Relaxed);
        let mut faults = self.faults.lock().unwrap_or_else(PoisonError::into_inner);
        faults.retain(|then| now.saturating_sub(*then) < self.limit.calls);
        faults.push(now);
        faults.len() >= self.limit.faults && !self.is_open.swap(true, Ordering::Relaxed)
    }

    pub(super) fn close(&self) {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner).clear();
        self.is_open.store(false, Ordering::Relaxed);
    }
}
