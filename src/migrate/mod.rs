//! Moving charges out of old code while both run: who is priced by which, and how sure one may be of the rules.
//!
//! - [`bucket`]: which customers belong to a percentage, the same ones for ever;
//! - [`stage`]: who is priced by which side, and whether the other is asked too;
//! - [`log`]: each change of stages, chained so that nothing can be altered unnoticed;
//! - [`bounds`]: how rare mismatches are at most, from how many cases were compared.

pub mod bounds;
pub mod bucket;
mod fields;
pub mod log;
mod plan;
pub mod stage;
