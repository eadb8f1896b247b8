//! Moving charges out of old code while both run: who is priced by which, and how sure one may be of the rules.
//!
//! - [`bucket`]: which customers belong to a percentage, the same ones for ever;
//! - [`bounds`]: how rare mismatches are at most, from how many cases were compared.

pub mod bounds;
pub mod bucket;
