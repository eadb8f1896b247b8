//! Rule sets that change while they are used: compiled rule sets → editions in time → the quote of the edition that is in force.
//!
//! An [`Edition`] is a rule set with its digest, and every quote that it makes carries the digest. A [`Shelf`] holds editions by name
//! and in time. Nothing here knows a clock, a file or a thread: which edition prices an input is decided by what the input says, and
//! whoever embeds the engine decides when to look for a new one.

mod choice;
mod edition;
mod error;
mod memory;
mod problem;
mod quoting;
mod shelf;
mod timeline;

pub use choice::Choice;
pub use edition::Edition;
pub use error::LiveError;
pub use memory::LiveContext;
pub use problem::{ShelfProblem, ShelfProblems};
pub use shelf::{Shelf, ShelfBuilder};
