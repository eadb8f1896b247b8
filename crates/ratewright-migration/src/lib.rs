//! The edge of a migration: what `ratewright::migrate` decides and compares without files, clocks or threads meets them here.
//!
//! - [`kept`]: mismatches in files, to be looked at;
//! - [`log`]: each change of stages, on a disk before it counts;
//! - [`recorded`]: what old code answered, from files;
//! - [`replay`]: recorded cases priced again and compared;
//! - [`findings`]: the file of what all cases came to, and why those that differ do;
//! - [`redacting`]: what of a case may be stored;
//! - [`gatherer`]: the same of a running service, with evidence, and which cases are wanted;
//! - [`watched`]: the file of stages that people edit while a service runs;
//! - [`guarding`]: limits on what runs, and going back when they are passed;
//! - [`waiting`]: old code that is waited for, asynchronously;
//! - [`ring`]: cases that are compared beside the call while that is quick, and else wait for a thread of their own.

mod budget;
pub mod findings;
pub mod gatherer;
pub mod guarding;
pub mod kept;
pub mod log;
pub mod recorded;
pub mod redacting;
pub mod replay;
pub mod ring;
pub mod waiting;
pub mod watched;

pub use gatherer::{Gatherer, GathererCounts, GathererError, GathererLimits, GathererWorker, Gathering, KeptEvidence};
pub use guarding::Guarding;
pub use kept::{Kept, KeptCounts, KeptLimits};
pub use log::{Log, LogError};
pub use ring::{Ring, RingLimits, RingWorker};
pub use waiting::{Contexts, price_async};
pub use watched::{Look, NoStages, Opened, StageFile, Watching};
