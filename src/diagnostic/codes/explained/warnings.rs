//! 09xx: warnings.

use super::{Explanation, explain};
use crate::diagnostic::Code;
use crate::diagnostic::codes::*;

pub(super) const EXPLAINED: &[(Code, Explanation)] = &[
    (
        UNUSED,
        explain(
            "Nothing uses this definition. It may be left over, or the place that should use it names something else.",
            "input { weight : mass in lb }\ncharge BASE = 3 USD",
            "input { weight : mass in lb }\ncharge BASE = 3 USD + weight * 1 USD per lb",
        ),
    ),
    (
        BRANCH_NEVER_TAKEN,
        explain(
            "The alternatives before it take everything: this branch, option, refusal or `else` never gets its turn, \
             whatever the input is. Mostly a wide condition stands before a narrow one. Enumerations, ranges and the \
             declared bounds of inputs are followed; nothing is said unless it is certain.",
            "input { weight : mass in lb }\ncharge FEE = if weight > 50 lb then 20 USD else if weight > 70 lb then 30 USD else 5 USD",
            "input { weight : mass in lb }\ncharge FEE = if weight > 70 lb then 30 USD else if weight > 50 lb then 20 USD else 5 USD",
        ),
    ),
    (
        CONDITION_NEVER,
        explain(
            "No input meets this condition: it contradicts itself, the conditions around it, or what is declared of an \
             input. What depends on it never happens.",
            "input { weight : mass in lb from 0 lb through 150 lb }\ncharge HEAVY = 30 USD when weight > 200 lb",
            "input { weight : mass in lb from 0 lb through 150 lb }\ncharge HEAVY = 30 USD when weight > 120 lb",
        ),
    ),
    (
        CONDITION_ALWAYS,
        explain(
            "Every input meets this condition, so that it decides nothing. It may compare with the wrong limit, or say `or` \
             where `and` is meant.",
            "input { weight : mass in lb }\ncharge FEE = 30 USD when weight > 20 lb or weight < 50 lb",
            "input { weight : mass in lb }\ncharge FEE = 30 USD when weight > 20 lb and weight < 50 lb",
        ),
    ),
    (
        EXCEPTIONS_MEET,
        explain(
            "Two exceptions to one thing hold for the same input, and neither is an exception to the other: a quote for it \
             would fail, for the rules do not say which one is meant.",
            "input { weight : mass in lb, gold : yes/no }\ncharge BASE = 10 USD\nexception heavy to BASE = 20 USD when weight > 50 lb\nexception loyal to BASE = 5 USD when gold",
            "input { weight : mass in lb, gold : yes/no }\ncharge BASE = 10 USD\nexception heavy to BASE = 20 USD when weight > 50 lb\nexception loyal to BASE = 5 USD when gold and weight <= 50 lb",
        ),
    ),
];
