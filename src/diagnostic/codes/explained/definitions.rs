//! 04xx: definitions, charges, dates and tiers; 06xx: test books.

use super::{Explanation, explain};
use crate::diagnostic::Code;
use crate::diagnostic::codes::*;

pub(super) const EXPLAINED: &[(Code, Explanation)] = &[
    (
        CIRCLE,
        explain(
            "Definitions may stand in any order, and each is computed from others. These need each other, so none of them can \
             be computed first.",
            "let a = b + 1 USD\nlet b = a + 1 USD\ncharge BASE = a",
            "let a = b + 1 USD\nlet b = 2 USD\ncharge BASE = a",
        ),
    ),
    (
        TOO_MANY,
        explain(
            "A record or the input may have 10,000 fields, a table as many columns, and a definition may bind as many names. The limit \
             is the same on every machine. Values by the thousand belong in a table or a list.",
            "# an input of more than 10,000 fields",
            "# an input with a list of records",
        ),
    ),
    (
        MAYBE_NOT_APPLIED,
        explain(
            "A charge with `when` may not apply; it is then absent, not zero. Refer to it as `sum of applied (RESI)`, which is \
             zero without it, or ask `RESI is applied`.",
            "input { residential : yes/no }\ncharge RESI = 5 USD when residential\ncharge FUEL = 10% of RESI",
            "input { residential : yes/no }\ncharge RESI = 5 USD when residential\n\
             charge FUEL = 10% of sum of applied (RESI)",
        ),
    ),
    (
        NOT_CONSTANT,
        explain(
            "Values of parameters, defaults and bounds of inputs, cells of tables and values given in tests are written out. \
             What is computed is a `let`.",
            "input { weight : mass in lb }\nparameter handling = weight * 1 USD per lb\ncharge BASE = handling",
            "input { weight : mass in lb }\nlet handling = weight * 1 USD per lb\ncharge BASE = handling",
        ),
    ),
    (
        NO_DATE,
        explain(
            "A dated parameter, or a table with a `valid` column, is read on a day. The rule set has to say which: `priced on` in \
             its header, or `on` at the place of use.",
            "parameter fuel : percent { from 2026-01-01 18.5% }\ncharge FUEL = fuel of 100 USD",
            "ruleset example { currency USD priced on ship_date }\ninput { ship_date : date }\n\
             parameter fuel : percent { from 2026-01-01 18.5% }\ncharge FUEL = fuel of 100 USD",
        ),
    ),
    (
        EMPTY_RANGE,
        explain(
            "A range whose end comes before its beginning holds nothing, so nothing could ever lie in it.",
            "input { weight : mass in lb from 150 lb through 1 lb }\ncharge BASE = weight * 1 USD per lb",
            "input { weight : mass in lb from 1 lb through 150 lb }\ncharge BASE = weight * 1 USD per lb",
        ),
    ),
    (
        BAD_PATTERN,
        explain(
            "`matching` takes a regular expression for the whole text, and this one cannot be read.",
            "input { code : text matching \"[0-9\" }\ncharge BASE = 1 USD when code is \"1\"",
            "input { code : text matching \"[0-9]\" }\ncharge BASE = 1 USD when code is \"1\"",
        ),
    ),
    (
        BAD_STEP,
        explain(
            "A value is rounded to a step above zero: to cents with `0.01 USD`, to whole pounds with `1 lb`.",
            "charge BASE = 2.345 USD rounded to 0 USD",
            "charge BASE = 2.345 USD rounded to 0.01 USD",
        ),
    ),
    (
        BAD_TOTAL,
        explain(
            "The lines of a quote add up to its total, so a total can only have a `minimum` or a `maximum`, which books the \
             difference as a line of its own: `total minimum 10 USD as TRUE_UP`. A discount on everything is a charge.",
            "charge BASE = 9 USD\ntotal less 1 USD",
            "charge BASE = 9 USD\ncharge DISCOUNT = -1 USD",
        ),
    ),
    (
        EXCEPTION_ALWAYS,
        explain(
            "An exception says when it holds. One that always holds is not an exception but the definition.",
            "charge BASE = 5 USD\nexception to BASE = 3 USD",
            "input { member : yes/no }\ncharge BASE = 5 USD\nexception to BASE = 3 USD when member",
        ),
    ),
    (
        SUPERSEDES,
        explain(
            "An edition with `supersedes` replaces another version of the same rule set from a day on. It has a version of its own, names \
             another one, and is itself in force on that day.",
            "ruleset example \"Fees\" version \"2\" { currency USD effective 2026-01-01 through 2026-12-31 supersedes \"1\" from 2027-03-01 }\n\
             charge FEE = 1 USD",
            "ruleset example \"Fees\" version \"2\" { currency USD effective 2026-01-01 through 2026-12-31 supersedes \"1\" from 2026-03-01 }\n\
             charge FEE = 1 USD",
        ),
    ),
    (
        GAP_IN_DATES,
        explain(
            "Within the period of the rule set, a dated parameter has a value on every day. There are days without one.",
            "ruleset example { currency USD effective 2026-01-01 through 2026-12-31 priced on day }\ninput { day : date }\n\
             parameter fuel : percent { from 2026-02-01 18% }\ncharge FUEL = fuel of 100 USD",
            "ruleset example { currency USD effective 2026-01-01 through 2026-12-31 priced on day }\ninput { day : date }\n\
             parameter fuel : percent { from 2026-01-01 18% }\ncharge FUEL = fuel of 100 USD",
        ),
    ),
    (
        OVERLAPPING_DATES,
        explain(
            "On one day a parameter has one value. Two of its values hold on the same days.",
            "ruleset example { currency USD priced on day }\ninput { day : date }\nparameter fuel : percent {\n  \
             2026-01-01 through 2026-03-31 18%\n  2026-03-01 through 2026-12-31 17%\n}\ncharge FUEL = fuel of 100 USD",
            "ruleset example { currency USD priced on day }\ninput { day : date }\nparameter fuel : percent {\n  \
             2026-01-01 until 2026-03-01 18%\n  2026-03-01 through 2026-12-31 17%\n}\ncharge FUEL = fuel of 100 USD",
        ),
    ),
    (
        TIERS_NOT_RISING,
        explain(
            "Tiers are written from the lowest to the highest; each begins where the one before ends.",
            "tiers t graduated over data in GiB { up to 100 2 USD per GiB up to 10 1 USD per GiB above 0 USD per GiB }\n\
             charge DATA = t(3 GiB)",
            "tiers t graduated over data in GiB { up to 10 2 USD per GiB up to 100 1 USD per GiB above 0 USD per GiB }\n\
             charge DATA = t(3 GiB)",
        ),
    ),
    (
        TIERS_END,
        explain(
            "The last tier is `above`, so that every quantity has a price. Where a quantity is not sold beyond a limit, say so in \
             the input's range or with a refusal.",
            "tiers t graduated over data in GiB { up to 10 2 USD per GiB }\ncharge DATA = t(3 GiB)",
            "tiers t graduated over data in GiB { up to 10 2 USD per GiB above 1 USD per GiB }\ncharge DATA = t(3 GiB)",
        ),
    ),
    (
        WRONG_KEYS,
        explain(
            "A table is looked up with all its keys, in their order: `rate[service, zone]`. For all rows that match some of the \
             keys, write `rows of rate[service, any]`.",
            "table rate { zone : integer -> price : money\n  | zone || price |\n  | 1 || 2.00 |\n  | otherwise || 3.00 | }\n\
             charge BASE = rate[1, 2].price",
            "table rate { zone : integer -> price : money\n  | zone || price |\n  | 1 || 2.00 |\n  | otherwise || 3.00 | }\n\
             charge BASE = rate[1].price",
        ),
    ),
    (
        DEPTH,
        explain(
            "Definitions may build on each other up to a fixed depth, equal on every machine, so that no quote can exhaust one. \
             What is counted up step by step is a list: `sum of x for each x in numbers(1, 300)`.",
            "",
            "",
        ),
    ),
    (
        HOST_NOT_GIVEN,
        explain(
            "The rule set declares a `host function`, which the embedding program has to give when it compiles the rule set: \
             `Compiler::new().host(\"distance\", …)`. A tool that knows no such function cannot price by it.",
            "",
            "",
        ),
    ),
    (
        EMPTY_BOOK,
        explain(
            "The first line of a test book says what each column gives or expects, and each line below is a test. An empty file \
             proves nothing.",
            "charge BASE = 1 USD\ntest \"the book\" from \"book.csv\"\n# file book.csv\n",
            "charge BASE = 1 USD\ntest \"the book\" from \"book.csv\"\n# file book.csv\nname,total\none dollar,1 USD\n",
        ),
    ),
    (
        RAGGED_BOOK,
        explain(
            "Each test of a book has one cell for each heading. An empty cell gives or expects nothing.",
            "charge BASE = 1 USD\ntest \"the book\" from \"book.csv\"\n# file book.csv\nname,total\none dollar\n",
            "charge BASE = 1 USD\ntest \"the book\" from \"book.csv\"\n# file book.csv\nname,total\none dollar,1 USD\n",
        ),
    ),
    (
        UNKNOWN_HEADING,
        explain(
            "The headings of a test book are `name`, `given FIELD`, `charge CODE`, `total`, `flag CODE`, `refusal`, `error` and \
             `expect EXPRESSION`.",
            "charge BASE = 1 USD\ntest \"the book\" from \"book.csv\"\n# file book.csv\nname,amount\none dollar,1 USD\n",
            "charge BASE = 1 USD\ntest \"the book\" from \"book.csv\"\n# file book.csv\nname,total\none dollar,1 USD\n",
        ),
    ),
    (
        LINE_OUT_OF_PLACE,
        explain(
            "`minimum 8 USD as TOP_UP` books the difference as a line of the quote. Only a charge or a total books lines, so it \
             stands directly after the amount of a charge, and not in a `let` or within a larger expression, where the line \
             would be lost.",
            "let fee = 5 USD minimum 8 USD as TOP_UP\ncharge BASE = fee",
            "let fee = 5 USD\ncharge BASE = fee minimum 8 USD as TOP_UP",
        ),
    ),
];
