//! What each code means, with the smallest wrong example and its fix, in one file for each hundred of codes.
//!
//! An example without a header stands in `ruleset example { currency USD }`. Where it needs a second file, a line
//! `# file base.rules` begins that.

mod definitions;
mod names;
mod reading;
mod suspicions;
mod tables;
mod types;
mod warnings;

use super::{Code, Explanation};

/// The explanation of a code.
pub(super) fn of(code: Code) -> Option<Explanation> {
    let families = [
        reading::EXPLAINED,
        names::EXPLAINED,
        types::EXPLAINED,
        definitions::EXPLAINED,
        tables::EXPLAINED,
        warnings::EXPLAINED,
        suspicions::EXPLAINED,
    ];
    families.into_iter().flatten().find(|(known, _)| *known == code).map(|(_, explanation)| *explanation)
}

/// One explanation, in the order text, wrong, right.
const fn explain(text: &'static str, wrong: &'static str, right: &'static str) -> Explanation {
    Explanation { text, wrong, right }
}
