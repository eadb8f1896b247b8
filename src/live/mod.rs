//! Rule sets that change while they are used: compiled rule sets → editions with an identity.
//!
//! An [`Edition`] is a rule set with its digest, and every quote that it makes carries the digest. Nothing here knows a clock, a file or
//! a thread: which edition prices an input is decided by what the input says, and whoever embeds the engine decides when to look for a new one.

mod edition;

pub use edition::Edition;
