//! Rule sets that change while they are used: compiled rule sets → editions in time → the quote of the edition that is in force.
//!
//! An [`Edition`] is a rule set with its digest, and every quote that it makes carries the digest. A [`Shelf`] holds editions by name
//! and in time, and a [`Book`] replaces its shelf while others quote from it. Nothing here knows a clock, a file or a thread: which edition prices an input is decided by what the input says, and
//! whoever embeds the engine decides when to look for a new one.

mod book;
mod choice;
mod compatible;
mod doors;
mod edition;
mod error;
mod golden;
mod memory;
#[cfg(test)]
mod model;
mod prepared;
mod problem;
mod publication;
mod quoting;
mod shelf;
#[cfg(not(all(test, ratewright_model)))]
mod swap;
mod sync;
mod timeline;
mod watcher;

pub(crate) use sync::Swap;

pub use book::{Book, Held, NotHeld, Pinned, RolledBack};
pub use choice::Choice;
pub use compatible::InputBreak;
pub use edition::Edition;
pub use error::LiveError;
pub use golden::Golden;
pub use memory::LiveContext;
pub use prepared::Prepared;
pub use problem::{ShelfProblem, ShelfProblems};
pub use publication::{Break, Publication, Published, Reason, Refused};
pub use shelf::{Shelf, ShelfBuilder};
pub use watcher::Watcher;

/// The example of the page about live rule sets runs.
#[cfg(doctest)]
#[doc = include_str!("../../docs/live.md")]
struct Page;
