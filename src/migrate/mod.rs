//! Moving charges out of old code while both run: who is priced by which, how the two differ and why, and how sure one may be of the rules.
//!
//! - [`bucket`]: which customers belong to a percentage, the same ones for ever;
//! - [`stage`]: who is priced by which side, and whether the other is asked too;
//! - [`log`]: each change of stages, chained so that nothing can be altered unnoticed;
//! - [`Answer`]: what either side says to one input; [`Measure`] says how two are compared, [`Comparison`] what came of it;
//! - [`CauseFinder`]: why the two differ, tried and not asserted; [`Clusters`]: the cases that have one cause, with some to look at;
//! - [`Waiver`]: a difference that somebody has agreed to, for a time; [`Redaction`]: what is taken out of an input before it is stored;
//! - [`bounds`]: how rare mismatches are at most, from how many cases were compared.

mod answer;
pub mod bounds;
pub mod bucket;
mod cause;
pub mod cluster;
mod comparing;
mod comparison;
mod fields;
pub mod log;
mod measure;
mod plan;
mod redaction;
pub mod stage;
mod waiver;

pub use answer::{Answer, Line, Prices, Said};
pub use cause::{Cause, CauseFinder, Evidence, Finding};
pub use cluster::{Cluster, ClusterKey, Clusters, Example};
pub use comparing::ComparisonMemory;
pub use comparison::{About, Comparison, Difference, Kind, Stated, Verdict, WaiverNote};
pub use measure::{Measure, Tolerance, WrittenMeasure};
pub use redaction::{NotAPath, NotKept, Redacted, Redaction, RedactionKey};
pub use waiver::{Used, Waiver, WaiverProblem, WaiverStanding, WaiverUses, Waivers};

/// The examples of the page about migration run.
#[cfg(doctest)]
#[doc = include_str!("../../docs/migration.md")]
struct Page;
