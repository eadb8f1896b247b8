//! The edge of a migration: what `ratewright::migrate` decides and compares without files, clocks or threads meets them here.
//!
//! - [`log`]: each change of stages, on a disk before it counts.

pub mod log;

pub use log::{Log, LogError};
