//! What the thread is asked for, and whoever waits until it was done.
//!
//! Invariant: nobody waits for a thread that is not there.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread::Thread;
use std::time::{Duration, Instant};

/// What the thread is to do.
#[derive(Debug, Default)]
pub(super) struct Orders {
    /// Whether there is a thread.
    runs: AtomicBool,
    pub(super) thread: OnceLock<Thread>,
    pub(super) stop: AtomicBool,
    /// All that waits is to be gathered, and the files to be written.
    pub(super) written: Asked,
    /// The same, as far as there is time for it.
    pub(super) evidence: Asked,
}

/// How often something was asked for, and up to which of these it was done.
#[derive(Debug, Default)]
pub(super) struct Asked {
    asked: AtomicU64,
    done: AtomicU64,
}

impl Asked {
    /// What is to be done, if anything.
    pub(super) fn pending(&self) -> Option<u64> {
        let asked = self.asked.load(Ordering::Acquire);
        (asked > self.done.load(Ordering::Acquire)).then_some(asked)
    }

    pub(super) fn are_done(&self, asked: Option<u64>) {
        if let Some(asked) = asked {
            self.done.store(asked, Ordering::Release);
        }
    }
}

impl Orders {
    /// Asks for something and waits for it: up to a moment, or as long as there is a thread. Whether it was done.
    pub(super) fn ask(&self, what: &Asked, until: Option<Instant>) -> bool {
        let number = what.asked.fetch_add(1, Ordering::AcqRel).saturating_add(1);
        let is_done = || what.done.load(Ordering::Acquire) >= number;
        while !is_done() && self.runs() && until.is_none_or(|until| Instant::now() < until) {
            self.wake();
            std::thread::sleep(Duration::from_millis(1));
        }
        is_done()
    }

    /// Whether there is a thread.
    pub(super) fn runs(&self) -> bool {
        self.runs.load(Ordering::Acquire)
    }

    pub(super) fn wake(&self) {
        self.thread.get().into_iter().for_each(Thread::unpark);
    }
}

/// Says that there is a thread, until it is dropped.
pub(super) struct Runs(Arc<Orders>);

impl Runs {
    pub(super) fn begin(orders: Arc<Orders>) -> Runs {
        orders.runs.store(true, Ordering::Release);
        Runs(orders)
    }

    pub(super) fn orders(&self) -> &Orders {
        &self.0
    }
}

impl Drop for Runs {
    fn drop(&mut self) {
        self.0.runs.store(false, Ordering::Release);
    }
}
