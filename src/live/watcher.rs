//! Who is told what happens to a book: counters, logs, alerts.

use super::{Edition, Published, Refused, RolledBack};

/// Is told what happens to a [`Book`](super::Book), after it has happened, by whoever made it happen and holding no lock: it may ask
/// the book and change it. Of a publication that changes nothing it is not told. Of changes that are made at the same time the number
/// of the generation tells the order. A panic in it changes nothing for the book or for other watchers.
///
/// ```
/// use ratewright::{RuleSet, live::{Book, Edition, Published, Watcher}};
/// use std::sync::{Arc, atomic::{AtomicU64, Ordering}};
///
/// #[derive(Default)]
/// struct Swaps(AtomicU64);
/// impl Watcher for Swaps {
///     fn swapped(&self, _: &Published) {
///         self.0.fetch_add(1, Ordering::Relaxed);
///     }
/// }
///
/// let swaps = Arc::new(Swaps::default());
/// let book = Book::default().watched_by(swaps.clone());
/// book.publish(Edition::new(RuleSet::compile("ruleset parcel \"Parcels\" { currency USD }\ncharge BASE = 10 USD")?))?;
/// assert_eq!(swaps.0.load(Ordering::Relaxed), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Watcher: Send + Sync {
    /// The book has taken an edition that it did not have; the call of [`Watcher::swapped`] follows.
    fn loaded(&self, _edition: &Edition) {}

    /// A publication was refused; what ran before still runs.
    fn refused(&self, _refused: &Refused) {}

    /// A publication is in use.
    fn swapped(&self, _published: &Published) {}

    /// The book has gone back.
    fn rolled_back(&self, _rolled_back: &RolledBack) {}
}
