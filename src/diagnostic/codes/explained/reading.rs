//! 01xx: reading a file.

use super::{Explanation, explain};
use crate::diagnostic::Code;
use crate::diagnostic::codes::*;

pub(super) const EXPLAINED: &[(Code, Explanation)] = &[
    (
        SYNTAX,
        explain(
            "The text cannot be read at this place. The message says what was expected; what is really missing often stands \
             just before. The rest of the file is read all the same.",
            "charge BASE 3 USD",
            "charge BASE = 3 USD",
        ),
    ),
    (
        STRAY_CHARACTER,
        explain(
            "The character is no part of the language. It often comes along when text is pasted from a document: curly quotes, \
             a long dash, a multiplication cross.",
            "charge BASE = 3 × 2 USD",
            "charge BASE = 3 * 2 USD",
        ),
    ),
    (
        TEXT_NOT_CLOSED,
        explain(
            "A text begins and ends with `\"` on one line. A quote within a text is written `\\\"`.",
            "charge BASE \"Transportation = 3 USD",
            "charge BASE \"Transportation\" = 3 USD",
        ),
    ),
    (
        BAD_DATE,
        explain(
            "A date is written `2026-01-05` and is a day of the calendar; a time of day is written `08:00` or `08:00:30`.",
            "let day = 2026-02-30\ncharge BASE = 1 USD * year(day)",
            "let day = 2026-02-28\ncharge BASE = 1 USD * year(day)",
        ),
    ),
    (
        TEXT_TOO_LONG,
        explain(
            "A text is at most some thousands of characters long, so that no file can exhaust the machine that reads it. The message says the limit.",
            "",
            "",
        ),
    ),
    (
        NAME_TOO_LONG,
        explain(
            "A name is at most some dozens of characters long. The message says the limit. What needs more words is a label: `charge BASE \"Transportation to the door\"`.",
            "",
            "",
        ),
    ),
    (
        TOO_DEEP,
        explain(
            "Parentheses and lists stand within each other up to a fixed depth, equal on every machine. Give parts of the expression names with `let`.",
            "",
            "",
        ),
    ),
    (
        CHAIN_TOO_LONG,
        explain(
            "A chain such as `a + b + c + …` has a fixed limit, equal on every machine. Use `sum of (…)` or a list, or give parts of it names with `let`.",
            "",
            "",
        ),
    ),
    (
        FILE_TOO_LARGE,
        explain(
            "A rule file has a fixed limit of size. Large tables belong into CSV files: `table rates from \"rates.csv\" { … }`.",
            "",
            "",
        ),
    ),
    (
        UNREADABLE,
        explain(
            "The program failed to read a text that its own grammar accepts. That is a fault of the program, not of the text; please report it with the text.",
            "",
            "",
        ),
    ),
    (
        BAD_NUMBER,
        explain(
            "A number is digits with `_` between them where they help reading, and a point: `10_240`, `0.085`. Calendar months come in whole numbers: half a year is `6 months`.",
            "let term = 1.5 months\ncharge BASE = 1 USD when 2026-01-31 + term > 2026-03-01",
            "let term = 2 months\ncharge BASE = 1 USD when 2026-01-31 + term > 2026-03-01",
        ),
    ),
    (
        UNEXPECTED,
        explain(
            "What stands here has no place there. Often the end of what stands before is missing, or a word that the language has for something else is used as a name; in backticks it can be one: `` `when` ``.",
            "charge BASE = 3 USD )",
            "charge BASE = 3 USD",
        ),
    ),
    (
        NOT_CLOSED,
        explain(
            "A bracket that is opened is closed: `( )`, `[ ]`, `{ }`. The message shows where it was opened and where its end was missed.",
            "charge BASE = (1 USD + 2 USD",
            "charge BASE = (1 USD + 2 USD)",
        ),
    ),
    (
        UNKNOWN_ITEM,
        explain(
            "A file is a list of items, and each begins with its word: `let`, `table`, `charge`, `input`, `test` and so on. No item begins like this.",
            "chrage BASE = 3 USD",
            "charge BASE = 3 USD",
        ),
    ),
    (
        HEADER_MISSING,
        explain(
            "A file begins by saying what it is: `ruleset its.name \"Its title\" { currency USD }`, or `module its.name` for definitions that rule sets import.",
            "# file main.rules\ncharge BASE = 3 USD",
            "ruleset example { currency USD }\ncharge BASE = 3 USD",
        ),
    ),
    (
        HEADER_MISPLACED,
        explain(
            "One file holds one rule set or one module, and its header is the first thing in it.",
            "charge BASE = 3 USD\nmodule more",
            "charge BASE = 3 USD",
        ),
    ),
    (
        UNKNOWN_ESCAPE,
        explain(
            "In a text, a backslash stands before a quote, another backslash or an `n` for a new line; before anything else it means nothing.",
            "charge BASE \"Box \\ bag\" = 3 USD",
            "charge BASE \"Box \\\\ bag\" = 3 USD",
        ),
    ),
    (
        BAD_FILL,
        explain(
            "In messages and reasons `{expression}` is filled in. A brace itself is written twice, `{{` or `}}`, and a text within the braces gets a name by `let` first.",
            "charge BASE = 3 USD because \"rate {A\"",
            "charge BASE = 3 USD because \"rate {{A\"",
        ),
    ),
    (
        LOOSE_VALUES,
        explain(
            "Several values in parentheses stand after `least of`, `greatest of`, `sum of` and `is one of`. A list that stands alone is written in brackets.",
            "let steps = (1 USD, 2 USD)\ncharge BASE = sum of steps",
            "let steps = [1 USD, 2 USD]\ncharge BASE = sum of steps",
        ),
    ),
    (
        NOT_A_CHARGE,
        explain(
            "Only charges are applied or not. Of any other value ask what it is, or whether it is given.",
            "input { weight : mass in lb }\ncharge BASE = 3 USD when (weight + 1 lb) is applied",
            "input { weight : mass in lb }\ncharge BASE = 3 USD when (weight + 1 lb) > 3 lb",
        ),
    ),
    (
        MISPLACED_IF_ANY,
        explain(
            "`if any` belongs to the aggregate of a list that may be empty, which it makes absent instead of an error. Parentheses show which one is meant.",
            "input { prices : list of money }\ncharge BASE = greatest of prices + 1 USD if any",
            "input { prices : list of money }\ncharge BASE = 1 USD + ((greatest of prices if any) otherwise 0 USD)",
        ),
    ),
    (
        SAID_TWICE,
        explain(
            "A clause is written once: a charge has one condition, one reason, one set of tags.",
            "charge BASE = 3 USD because \"rate sheet 1\" because \"rate sheet 2\"",
            "charge BASE = 3 USD because \"rate sheet 1\"",
        ),
    ),
    (
        CLAUSE_OUT_OF_PLACE,
        explain(
            "Before `->` stand the keys of a table, with how they match; after it the values, which match nothing.",
            "table t { zone : integer -> price : money by range\n  | zone || price |\n  | any || 2.00 | }\ncharge BASE = t[1].price",
            "table t { zone : integer by range -> price : money\n  | zone || price |\n  | any || 2.00 | }\ncharge BASE = t[1].price",
        ),
    ),
    (
        CROSSTAB_SHAPE,
        explain(
            "In a crosstab exactly one key runs `across` the columns, and there is one value. In a plain table no key does.",
            "table t { across zone : integer -> price : money\n  | zone || price |\n  | any || 2.00 | }\ncharge BASE = t[1].price",
            "table t { zone : integer -> price : money\n  | zone || price |\n  | any || 2.00 | }\ncharge BASE = t[1].price",
        ),
    ),
];
