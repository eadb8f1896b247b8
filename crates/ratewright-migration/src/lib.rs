//! The edge of a migration: what `ratewright::migrate` decides and compares without files, clocks or threads meets them here.
//!
//! - [`log`]: each change of stages, on a disk before it counts;
//! - [`recorded`]: what old code answered, from files.

pub mod log;
pub mod recorded;

pub use log::{Log, LogError};
