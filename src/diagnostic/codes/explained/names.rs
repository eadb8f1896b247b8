//! 02xx: names and files.

use super::{Explanation, explain};
use crate::diagnostic::Code;
use crate::diagnostic::codes::*;

pub(super) const EXPLAINED: &[(Code, Explanation)] = &[
    (
        CANNOT_READ,
        explain(
            "A rule set names other files: modules that it imports, the base that it extends, CSV tables, books of tests. \
             Their paths are relative to the folder of the file that names them, use `/`, and stay within the folder of the \
             rules. This one could not be read.",
            "import \"shared/unit.rules\"",
            "import \"shared/units.rules\"\n# file shared/units.rules\nmodule shared.units\nunit seat",
        ),
    ),
    (
        UNKNOWN_NAME,
        explain(
            "Every name is defined once, anywhere in the file or in a module that it imports. This one is defined nowhere. \
             Often it is a slip of the pen; the message then proposes the nearest name that is known.",
            "let billed = 3 lb\ncharge BASE = 2 USD per lb * biled",
            "let billed = 3 lb\ncharge BASE = 2 USD per lb * billed",
        ),
    ),
    (
        DEFINED_TWICE,
        explain(
            "A name is defined once, as in a spreadsheet: there is no later definition that wins. To change a value under a \
             condition, write an `exception to` it; to change it in a contract, `override` it.",
            "let rate = 2 USD\nlet rate = 3 USD\ncharge BASE = rate",
            "let rate = 3 USD\ncharge BASE = rate",
        ),
    ),
    (
        AMBIGUOUS,
        explain(
            "What is written could mean two things, and nothing is guessed. A member of several enumerations is written with \
             the name of its enumeration, `Service.express`; `p less 2%` between two percents is either percentage points, \
             `p - 2%`, or a part of it.",
            "input { discount : percent }\ncharge BASE = (discount less 2%) of 100 USD",
            "input { discount : percent }\ncharge BASE = (discount - 2%) of 100 USD",
        ),
    ),
    (
        NOT_A_VALUE,
        explain(
            "Tables, tiers, calendars and types have names, too, but no value: a table is looked up, `zones[origin]`, tiers are \
             called with a quantity, `egress(data)`, a date is asked whether it `is within` a calendar.",
            "tiers egress graduated over data in GiB { above 0.10 USD per GiB }\ncharge DATA = egress",
            "tiers egress graduated over data in GiB { above 0.10 USD per GiB }\ncharge DATA = egress(3 GiB)",
        ),
    ),
    (
        NOT_A_RULE_SET,
        explain(
            "A module holds definitions that rule sets import. It prices nothing by itself, so it cannot be used where a rule \
             set is needed.",
            "module shared.rates\nlet handling = 3",
            "ruleset shared.rates { currency USD }\ncharge HANDLING = 3 USD",
        ),
    ),
    (
        NOT_A_MODULE,
        explain(
            "Only modules can be imported. A rule set is a whole tariff of its own; a contract that changes it says `extends`.",
            "import \"base.rules\"\n# file base.rules\nruleset base { currency USD }\ncharge BASE = 3 USD",
            "import \"base.rules\"\ncharge BASE = base_price\n# file base.rules\nmodule base\nlet base_price = 3 USD",
        ),
    ),
    (
        NOT_IN_A_MODULE,
        explain(
            "A module defines what several rule sets share: units, types, parameters, tables, tiers, functions. What is asked \
             and what is charged belongs to the rule set itself.",
            "import \"shared.rules\"\n# file shared.rules\nmodule shared\ncharge FEE = 3 USD",
            "import \"shared.rules\"\ncharge FEE = fee\n# file shared.rules\nmodule shared\nlet fee = 3 USD",
        ),
    ),
    (
        WRONG_BASE,
        explain(
            "A contract names the rule set that it extends and the file that it is in. That file holds a rule set of another \
             name; most likely one of the two is out of date.",
            "ruleset acme extends parcels from \"base.rules\"\n# file base.rules\nruleset parcel { currency USD }\n\
             charge BASE = 3 USD",
            "ruleset acme extends parcel from \"base.rules\"\n# file base.rules\nruleset parcel { currency USD }\n\
             charge BASE = 3 USD",
        ),
    ),
    (
        NOTHING_TO_OVERRIDE,
        explain(
            "`override` and `remove` change something that the base defines. The base has nothing of this name, or no row with \
             these keys. When a base changes, this is how its contracts notice.",
            "ruleset acme extends parcel from \"base.rules\"\noverride charge FUEL = 1 USD\n# file base.rules\n\
             ruleset parcel { currency USD }\ncharge BASE = 3 USD",
            "ruleset acme extends parcel from \"base.rules\"\noverride charge BASE = 1 USD\n# file base.rules\n\
             ruleset parcel { currency USD }\ncharge BASE = 3 USD",
        ),
    ),
];
