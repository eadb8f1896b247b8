//! How much a rule set and one quote may cost: explicit numbers, the same on every host. `docs/limits.md` lists them all.

/// Limits that the embedding program sets. Reaching one while pricing is an error of kind [`super::ErrorKind::Limit`] that says
/// which; a file that is too large is a diagnostic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Steps: every element visited, look-up, call, day of a split and increment counts one. 10 000 000 by default.
    pub steps: u64,
    /// Elements of one list that the rules make. 100 000 by default.
    pub list: usize,
    /// Expressions nested in each other while they are computed, through definitions and functions. 300 by default, which rules
    /// that compile stay below, and for which a thread's stack of 2 MiB suffices in every build.
    pub depth: u32,
    /// Bytes of one text that the rules make. 100 000 by default.
    pub text: usize,
    /// Bytes of one file that a rule set is made of: rules, tables, test books. 256 MiB by default; a `.rules` file never has more
    /// than [`crate::syntax::limits::FILE_BYTES`].
    pub file: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { steps: 10_000_000, list: 100_000, depth: 300, text: 100_000, file: 256 * 1024 * 1024 }
    }
}
