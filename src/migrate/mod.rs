//! Moving charges out of old code while both run: who is priced by which, how the two differ and why, and how sure one may be of the rules.
//!
//! - [`bucket`]: which customers belong to a percentage, the same ones for ever;
//! - [`Migration`]: the door of a service; it calls the old code and the rules, and gives one answer;
//! - [`stage`]: who is priced by which side, and whether the other is asked too;
//! - [`log`]: each change of stages, chained so that nothing can be altered unnoticed;
//! - [`Answer`]: what either side says to one input; [`Measure`] says how two are compared, [`Comparison`] what came of it;
//! - [`CauseFinder`]: why the two differ, tried and not asserted; [`Clusters`]: the cases that have one cause, with some to look at;
//! - [`Waiver`]: a difference that somebody has agreed to, for a time; [`Redaction`]: what is taken out of an input before it is stored;
//! - [`Tracing`]: which rules a case exercised, and which of their edges;
//! - [`Wanting`]: which cases are compared beyond the sample, since their rules lack evidence;
//! - [`Evidence`]: what is known of each rule, from all cases that were compared;
//! - [`Policy`]: what a release must show, and a [`Judgement`] of it and of each rule; [`Guards`]: when to step back;
//! - [`Prober`]: inputs at the boundaries of rules, for old code to answer;
//! - [`bounds`]: how rare mismatches are at most, from how many cases were compared.

mod answer;
mod asked;
pub mod bounds;
mod breaker;
pub mod bucket;
pub mod cause;
pub mod cluster;
mod comparing;
mod comparison;
mod compose;
pub mod evidence;
mod fields;
mod guards;
pub mod judgement;
pub mod log;
mod measure;
mod migration;
mod observer;
mod plan;
mod policy;
pub mod probe;
mod redaction;
pub mod stage;
mod tally;
mod tracing;
mod turn;
mod waiver;
mod wanting;

pub use crate::eval::{Edges, Path};
pub use answer::{Answer, Line, Prices, Said};
pub use breaker::BreakerLimit;
pub use cause::{CauseFinder, Finding};
pub use cluster::{Cluster, ClusterKey, Clusters, Example, KeptCase};
pub use comparing::ComparisonMemory;
pub use comparison::{About, Comparison, Difference, Kind, Stated, Verdict, WaiverNote};
pub use compose::{Composed, ComposedLine, ComposedPrices};
pub use evidence::{Bounds, Case, Counting, Counts, Evidence, EvidenceError, MergeError, RuleEvidence, Stratum};
pub use guards::{Guard, Guards, Step, Trip, Window};
pub use judgement::{Approval, Facts, Judgement, Readiness, RuleJudgement};
pub use measure::{Measure, Tolerance, WrittenMeasure};
pub use migration::{By, Migration, MigrationContext, Part, Priced};
pub use observer::{Elsewhere, Handed, Observed, Observer, Spent, Standing};
pub use policy::{Policy, PolicyError};
pub use probe::{Prober, Probes};
pub use redaction::{NotAPath, NotKept, Redacted, Redaction, RedactionKey, UnknownField};
pub use tally::{Cause, MigrationCounts};
pub use tracing::Tracing;
pub use turn::{Begun, Beside, First, Turn};
pub use waiver::{Used, Waiver, WaiverProblem, WaiverStanding, WaiverUses, Waivers};
pub use wanting::{Wanted, Wanting};

/// The examples of the page about migration run.
#[cfg(doctest)]
#[doc = include_str!("../../docs/migration.md")]
struct Page;
