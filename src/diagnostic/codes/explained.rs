//! What each code means, with the smallest wrong example and its fix.

use super::meanings::MEANINGS;
use super::tables::TABLES;
use super::{Code, Explanation};

/// The explanation of a code.
pub(super) fn of(code: Code) -> Option<Explanation> {
    EXPLAINED.iter().chain(MEANINGS).chain(TABLES).find(|(number, _)| *number == code.0).map(|(_, explanation)| *explanation)
}

const EXPLAINED: &[(u16, Explanation)] = &[(
    201,
    Explanation {
        text: "Every name is defined once, anywhere in the file or in a module that it imports. This one is defined nowhere. \
               Often it is a slip of the pen; the message then proposes the nearest name that is known.",
        wrong: "let billed = 3 lb\ncharge BASE = 2 USD per lb * biled",
        right: "let billed = 3 lb\ncharge BASE = 2 USD per lb * billed",
    },
)];
