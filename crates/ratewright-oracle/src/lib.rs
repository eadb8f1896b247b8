//! A second evaluator of the rule language, to hold the engine against: an oracle.
//!
//! It is written from `docs/language`, `docs/wire-format.md` and `grammar/README.md` alone and shares the parser with the engine, and
//! nothing past the tree. It is plain on purpose: maps are cloned, tables are scanned row by row, every number is a fraction of any
//! length. Where the two differ, the engine, the oracle or the reference is wrong.

pub mod generate;
pub mod oracle;
pub mod outcome;
pub mod properties;

pub use oracle::Oracle;
pub use outcome::{Outcome, compare, differences};
