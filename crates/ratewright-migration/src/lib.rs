//! The edge of a migration: what `ratewright::migrate` decides and compares without files, clocks or threads meets them here.
//!
//! - [`log`]: each change of stages, on a disk before it counts;
//! - [`recorded`]: what old code answered, from files;
//! - [`replay`]: recorded cases priced again and compared.

pub mod log;
pub mod recorded;
pub mod replay;

pub use log::{Log, LogError};
