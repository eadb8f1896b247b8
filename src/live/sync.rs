//! What the threads of a book meet in: the mutexes of the standard library and the cell of `swap`.
//!
//! With `--cfg ratewright_model` the unit tests are compiled with loom's mutexes and a cell of its atomics instead, and `model` lets loom
//! try every order in which threads can meet in the very same code of the book.

#[cfg(not(all(test, ratewright_model)))]
pub(crate) use super::swap::Swap;
#[cfg(all(test, ratewright_model))]
pub(super) use loom::sync::{Mutex, MutexGuard};
#[cfg(all(test, ratewright_model))]
pub(crate) use modelled::Swap;
#[cfg(not(all(test, ratewright_model)))]
pub(super) use std::sync::{Mutex, MutexGuard};

/// The cell as its users may rely on it: who takes the value sees one that was stored, and not an older one than what this thread has
/// seen or knows of through a mutex; but perhaps not yet the newest.
#[cfg(all(test, ratewright_model))]
#[allow(clippy::expect_used)]
mod modelled {
    use loom::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::{Arc, Mutex, PoisonError};

    /// All values that were ever stored, and which of them is the current one.
    pub(crate) struct Swap<T> {
        stored: Mutex<Vec<Arc<T>>>,
        current: AtomicUsize,
    }

    impl<T> Swap<T> {
        pub(crate) fn new(value: Arc<T>) -> Self {
            Swap { stored: Mutex::new(vec![value]), current: AtomicUsize::new(0) }
        }

        pub(crate) fn take(&self) -> Arc<T> {
            let current = self.current.load(Ordering::Acquire);
            let stored = self.stored.lock().unwrap_or_else(PoisonError::into_inner);
            stored.get(current).cloned().expect("only what is stored is current")
        }

        pub(crate) fn hold(&self) -> Arc<T> {
            self.take()
        }

        pub(crate) fn store(&self, value: Arc<T>) {
            let place = {
                let mut stored = self.stored.lock().unwrap_or_else(PoisonError::into_inner);
                stored.push(value);
                stored.len() - 1
            };
            self.current.store(place, Ordering::Release);
        }
    }
}
