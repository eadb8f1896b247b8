//! One value that is replaced as a whole while others read it: the only user of `arc_swap`.
//!
//! Readers never wait and never see parts of two values. A value that is replaced is dropped when the last who reads it is done.

use arc_swap::{ArcSwap, Guard};
use std::ops::Deref;
use std::sync::Arc;

/// A shared value that can be replaced.
pub(crate) struct Swap<T> {
    current: ArcSwap<T>,
}

/// The value as it was when it was asked for; it counts no reference. To be held for one quote.
pub(crate) struct Taken<T> {
    guard: Guard<Arc<T>>,
}

impl<T> Swap<T> {
    pub(crate) fn new(value: Arc<T>) -> Self {
        Swap { current: ArcSwap::new(value) }
    }

    /// The value now.
    #[inline]
    pub(crate) fn take(&self) -> Taken<T> {
        Taken { guard: self.current.load() }
    }

    /// The value now, to be held for longer.
    pub(crate) fn hold(&self) -> Arc<T> {
        self.current.load_full()
    }

    /// Replaces the value.
    pub(crate) fn store(&self, value: Arc<T>) {
        self.current.store(value);
    }
}

impl<T> Deref for Taken<T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        &self.guard
    }
}
