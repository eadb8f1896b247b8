//! A program and an input give a quote: the one evaluator.
//!
//! [`price`] runs a checked program; with another [`Observer`] the same code explains a quote or measures what tests cover.
//! Names are slots, units are gone, and nothing is computed that is not needed. No type error can happen here: what can is the
//! closed list [`ErrorKind`], always with its place.

mod allocate;
mod arithmetic;
mod bounds;
mod charge;
mod coverage;
pub mod error;
mod evaluator;
pub mod explain;
mod failure;
mod form;
mod held;
mod host;
mod known_tiers;
mod library;
mod limits;
mod list;
mod look_up;
mod machine;
mod nearest;
mod num;
mod observe;
pub mod path;
mod price;
mod priced;
mod scratch;
pub mod show;
mod tiers;
mod time;
mod total;
mod walk;
mod windows;
mod word;

pub use coverage::Coverage;
pub use error::{ErrorKind, EvalError};
pub use explain::{Explanation, Tracer};
pub use host::{HostFunction, Hosts};
pub use limits::Limits;
pub use nearest::{NearRow, Wanted};
pub use observe::{AtBound, Node, Note, Observer, Silent};
pub(crate) use path::{Edge, Scout, Sights, Watch};
pub use path::{Edges, Path};
pub use price::{evaluate, price};
pub use scratch::Scratch;
pub use show::show;
pub use tiers::TierLine;
pub use total::ROUNDING_CODE;

#[cfg(test)]
mod properties;
