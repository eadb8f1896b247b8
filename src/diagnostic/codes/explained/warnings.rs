//! 09xx: warnings.

use super::{Explanation, explain};
use crate::diagnostic::Code;
use crate::diagnostic::codes::*;

pub(super) const EXPLAINED: &[(Code, Explanation)] = &[(
    UNUSED,
    explain(
        "Nothing uses this definition. It may be left over, or the place that should use it names something else.",
        "input { weight : mass in lb }\ncharge BASE = 3 USD",
        "input { weight : mass in lb }\ncharge BASE = 3 USD + weight * 1 USD per lb",
    ),
)];
