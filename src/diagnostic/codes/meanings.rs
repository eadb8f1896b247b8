//! What each code of names, types and definitions means, with the smallest wrong example and its fix.

use super::Explanation;

/// The explanations of the codes 200 to 499 and 900 to 999, by number.
pub(super) const MEANINGS: &[(u16, Explanation)] = &[
    (
        200,
        Explanation {
            text: "The file that is named here could not be read. Paths are relative to the folder of the file that names them, use `/`, and stay inside the folder of the rules.",
            wrong: "import \"shared/unit.rules\"",
            right: "# import a file that exists, such as:\n# import \"shared/units.rules\"\ncharge BASE = 1 USD",
        },
    ),
    (
        202,
        Explanation {
            text: "Every name is defined once. Two definitions of one name would leave it open which of them is meant. To replace something of a base rule set write `override`; to replace it under a condition write `exception to`.",
            wrong: "charge BASE = 1 USD\ncharge BASE = 2 USD",
            right: "charge BASE = 1 USD\ncharge LIFT = 2 USD",
        },
    ),
    (
        203,
        Explanation {
            text: "The name could mean several things here, and the rule set would price differently with each. Say which one is meant.",
            wrong: "enum Speed { fast, slow }\nenum Track { fast, loose }\nlet chosen = fast\ncharge BASE = 1 USD when chosen is Speed.slow",
            right: "enum Speed { fast, slow }\nenum Track { fast, loose }\nlet chosen = Speed.fast\ncharge BASE = 1 USD when chosen is Speed.slow",
        },
    ),
    (
        204,
        Explanation {
            text: "The name is known, but it stands for something that has no value by itself: a table has rows that are looked up, a function takes values, a calendar is asked about a date.",
            wrong: "table rates {\n    zone : integer\n    -> price : money\n\n    | zone || price |\n    | 1    || 2.00  |\n}\ncharge BASE = rates",
            right: "table rates {\n    zone : integer\n    -> price : money\n\n    | zone || price |\n    | 1    || 2.00  |\n}\ncharge BASE = rates[1].price",
        },
    ),
    (
        205,
        Explanation {
            text: "A module holds shared definitions and prices nothing by itself. A rule set imports it.",
            wrong: "module shared \"Shared\"\nlet limit = 30 kg",
            right: "ruleset parcels \"Parcels\" { currency USD }\ncharge BASE = 1 USD",
        },
    ),
    (
        206,
        Explanation {
            text: "Only modules can be imported. To build on another rule set, extend it: `ruleset contracts.acme extends freight.parcel from \"parcel.rules\"`.",
            wrong: "import \"other_ruleset.rules\"",
            right: "ruleset contracts.acme extends freight.parcel from \"parcel.rules\" \"ACME\" { }",
        },
    ),
    (
        207,
        Explanation {
            text: "A module is shared by several rule sets, so it holds no inputs, charges, outputs, refusals or tests: those belong to one rule set.",
            wrong: "module shared \"Shared\"\ncharge BASE = 1 USD",
            right: "module shared \"Shared\"\nparameter base = 1 USD",
        },
    ),
    (
        208,
        Explanation {
            text: "The file that the base is read from holds a rule set with another name. Name the one that it holds, or the right file.",
            wrong: "ruleset contracts.acme extends freight.parcle from \"parcel.rules\" \"ACME\" { }",
            right: "ruleset contracts.acme extends freight.parcel from \"parcel.rules\" \"ACME\" { }",
        },
    ),
    (
        209,
        Explanation {
            text: "An `override` or `remove` must find what it names in the base. When the base was changed so that it no longer does, the contract would silently stop having an effect; so it is an error.",
            wrong: "remove charge HANDLIGN\ncharge BASE = 1 USD",
            right: "charge BASE = 1 USD",
        },
    ),
    (
        300,
        Explanation {
            text: "Every value has a type, and what is written here needs another one. Units of one dimension convert by themselves; numbers, percents, amounts of money and quantities do not turn into each other.",
            wrong: "let weight : mass in lb = 3\ncharge BASE = 1 USD per lb * weight",
            right: "let weight : mass in lb = 3 lb\ncharge BASE = 1 USD per lb * weight",
        },
    ),
    (
        301,
        Explanation {
            text: "The types are number, integer, percent, money, date, time, instant, months, zone, text, yes/no, dimensions with their unit (`mass in lb`), units (`USD per cwt`), and the enumerations and records of the rule set.",
            wrong: "let weight : decimal = 3\ncharge BASE = weight * 1 USD",
            right: "let weight : number = 3\ncharge BASE = weight * 1 USD",
        },
    ),
    (
        302,
        Explanation {
            text: "The unit is not one of those known from the start, no ISO 4217 currency, and not declared in the rule set.",
            wrong: "let limit = 3 sack\ncharge BASE = 1 USD per sack * limit",
            right: "unit sack\nlet limit = 3 sack\ncharge BASE = 1 USD per sack * limit",
        },
    ),
    (
        303,
        Explanation {
            text: "A dimension says what is measured, not in what. The unit is part of the type, so that a bare number in an input or a table can have only one meaning.",
            wrong: "input { weight : mass }\ncharge BASE = 1 USD per lb * weight",
            right: "input { weight : mass in lb }\ncharge BASE = 1 USD per lb * weight",
        },
    ),
    (
        304,
        Explanation {
            text: "The unit measures something else than the type says.",
            wrong: "input { weight : mass in ft }\ncharge BASE = 1 USD per lb * weight",
            right: "input { weight : mass in lb }\ncharge BASE = 1 USD per lb * weight",
        },
    ),
    (
        305,
        Explanation {
            text: "Missing is not zero. A value that may be absent must be asked for, or given a value for the case that it is.",
            wrong: "input { declared : money? }\ncharge COVER = 1% of declared",
            right: "input { declared : money? }\ncharge COVER = 1% of (declared otherwise 0 USD)",
        },
    ),
    (
        306,
        Explanation {
            text: "The two sides do not go together: different dimensions or currencies are not added, a percent is taken `of` something, an amount is not multiplied by an amount.",
            wrong: "charge BASE = 3 USD + 2 EUR",
            right: "charge BASE = 3 USD + 2 EUR * 1.10 USD per EUR",
        },
    ),
    (
        307,
        Explanation {
            text: "The record or row has no field of this name.",
            wrong: "record Line { weight : mass in lb }\ninput { line : Line }\ncharge BASE = 1 USD per lb * line.wieght",
            right: "record Line { weight : mass in lb }\ninput { line : Line }\ncharge BASE = 1 USD per lb * line.weight",
        },
    ),
    (
        308,
        Explanation {
            text: "A record that is written out has all its fields, but for those that may be absent or have a default.",
            wrong: "record Line { weight : mass in lb  count : integer }\nlet line : Line = { weight = 3 lb }\ncharge BASE = line.count * 1 USD",
            right: "record Line { weight : mass in lb  count : integer }\nlet line : Line = { weight = 3 lb, count = 2 }\ncharge BASE = line.count * 1 USD",
        },
    ),
    (
        309,
        Explanation {
            text: "What stands here is one value, and a list is needed: a list of the input, `list of … for each …`, `rows of TABLE[…]` or `[a, b]`.",
            wrong: "input { weight : mass in lb }\ncharge BASE = 1 USD * count of weight",
            right: "input { weights : list of mass in lb }\ncharge BASE = 1 USD * count of weights",
        },
    ),
    (
        310,
        Explanation {
            text: "Only functions, tiers and the functions of the library take values in parentheses. A table is looked up with brackets.",
            wrong: "let rate = 3 USD\ncharge BASE = rate(2)",
            right: "let rate = 3 USD\ncharge BASE = rate * 2",
        },
    ),
    (
        311,
        Explanation {
            text: "The function takes another number of values.",
            wrong: "function double(x : money) = x * 2\ncharge BASE = double(1 USD, 2 USD)",
            right: "function double(x : money) = x * 2\ncharge BASE = double(1 USD)",
        },
    ),
    (
        312,
        Explanation {
            text: "The conversions are `percent as number`, `number as percent`, `quantity as number in UNIT` and `number as UNIT`. Currencies convert only by a rate.",
            wrong: "charge BASE = 3 EUR as USD",
            right: "parameter rate = 1.10 USD per EUR\ncharge BASE = 3 EUR * rate",
        },
    ),
    (
        313,
        Explanation {
            text: "The value is never absent, so the question has only one answer.",
            wrong: "input { weight : mass in lb }\ncharge BASE = 1 USD when weight is given",
            right: "input { weight : mass in lb? }\ncharge BASE = 1 USD when weight is given",
        },
    ),
    (
        314,
        Explanation {
            text: "A charge is booked in a currency, so its value must be an amount of money.",
            wrong: "input { weight : mass in lb }\ncharge BASE = weight * 2",
            right: "input { weight : mass in lb }\ncharge BASE = weight * 2 USD per lb",
        },
    ),
    (
        315,
        Explanation {
            text: "Zones are named as in the IANA database, which is part of the engine, such as `Europe/London`. Abbreviations such as `CET` shift with the season and are not used.",
            wrong: "windows peak in zone \"Europe/Londn\" { every day 08:00 until 20:00 }\ninput { start : instant }\ncharge BASE = 1 USD when start is within peak",
            right: "windows peak in zone \"Europe/London\" { every day 08:00 until 20:00 }\ninput { start : instant }\ncharge BASE = 1 USD when start is within peak",
        },
    ),
    (
        316,
        Explanation {
            text: "A parameter with dated values says its type once, so that every line can be held against it.",
            wrong: "parameter fuel { from 2026-01-05 18.5% }\ncharge BASE = fuel of 10 USD",
            right: "parameter fuel = 18.5%\ncharge BASE = fuel of 10 USD",
        },
    ),
    (
        400,
        Explanation {
            text: "A definition that needs itself has no value. The message shows the way round.",
            wrong: "let a = b + 1\nlet b = a + 1\ncharge BASE = a * 1 USD",
            right: "let a = 2\nlet b = a + 1\ncharge BASE = b * 1 USD",
        },
    ),
    (
        401,
        Explanation {
            text: "A charge whose condition does not hold is absent: it has no amount, not even zero. Say what counts then.",
            wrong: "input { residential : yes/no }\ncharge RESI = 5 USD when residential\ncharge FUEL = 10% of RESI",
            right: "input { residential : yes/no }\ncharge RESI = 5 USD when residential\ncharge FUEL = 10% of sum of applied (RESI)",
        },
    ),
    (
        402,
        Explanation {
            text: "Values of parameters, defaults, ranges and tests are written out, so that a reader sees them and a tool can compare them. What is computed belongs in a `let`.",
            wrong: "input { weight : mass in lb }\nparameter limit = weight\ncharge BASE = 1 USD per lb * limit",
            right: "input { weight : mass in lb }\nlet limit = weight\ncharge BASE = 1 USD per lb * limit",
        },
    ),
    (
        403,
        Explanation {
            text: "Dated values are read on the date that the rule set is `priced on`, or on the one that is named with `on`. Here there is neither, or there is nothing dated.",
            wrong: "parameter fuel : percent { from 2026-01-05 18.5% }\ncharge BASE = fuel of 10 USD",
            right: "input { ship_date : date }\nparameter fuel : percent { from 2026-01-05 18.5% }\ncharge BASE = (fuel on ship_date) of 10 USD",
        },
    ),
    (
        404,
        Explanation {
            text: "The range ends before it begins, so nothing lies in it.",
            wrong: "input { weight : mass in lb from 150 lb through 1 lb }\ncharge BASE = 1 USD per lb * weight",
            right: "input { weight : mass in lb from 1 lb through 150 lb }\ncharge BASE = 1 USD per lb * weight",
        },
    ),
    (
        405,
        Explanation {
            text: "The pattern after `matching` is a regular expression that the whole text must match.",
            wrong: "input { code : text matching \"[0-9\" }\ncharge BASE = 1 USD when code is \"1\"",
            right: "input { code : text matching \"[0-9]+\" }\ncharge BASE = 1 USD when code is \"1\"",
        },
    ),
    (
        406,
        Explanation {
            text: "A rounding goes to multiples of its step, so the step is above zero.",
            wrong: "charge BASE = 1.234 USD rounded to 0 USD",
            right: "charge BASE = 1.234 USD rounded to 0.01 USD",
        },
    ),
    (
        407,
        Explanation {
            text: "Lines always add up to the total. So a total has a minimum or a maximum, each of which books a visible line; everything else is a charge of its own.",
            wrong: "charge BASE = 1 USD\ntotal less 10%",
            right: "charge BASE = 1 USD\ncharge DISCOUNT = -10% of BASE",
        },
    ),
    (
        408,
        Explanation {
            text: "An exception without a condition would replace the definition always. Then change the definition.",
            wrong: "charge BASE = 1 USD\nexception to BASE = 2 USD",
            right: "input { gold : yes/no }\ncharge BASE = 1 USD\nexception to BASE = 2 USD when gold",
        },
    ),
    (
        409,
        Explanation {
            text: "On some days in the rule set's period the parameter has no value. A silent default does not exist.",
            wrong: "input { day : date }\nparameter fuel : percent {\n    from 2026-01-05 until 2026-02-01 18.5%\n    from 2026-02-02 17.75%\n}\ncharge BASE = (fuel on day) of 10 USD",
            right: "input { day : date }\nparameter fuel : percent {\n    from 2026-01-05 18.5%\n    from 2026-02-02 17.75%\n}\ncharge BASE = (fuel on day) of 10 USD",
        },
    ),
    (
        410,
        Explanation {
            text: "Two values hold on one day.",
            wrong: "input { day : date }\nparameter fuel : percent {\n    from 2026-01-05 through 2026-03-01 18.5%\n    from 2026-02-02 17.75%\n}\ncharge BASE = (fuel on day) of 10 USD",
            right: "input { day : date }\nparameter fuel : percent {\n    from 2026-01-05 18.5%\n    from 2026-02-02 17.75%\n}\ncharge BASE = (fuel on day) of 10 USD",
        },
    ),
    (
        411,
        Explanation {
            text: "The bounds of tiers rise from the first to the last, and `above` comes at the end.",
            wrong: "tiers price graduated over number {\n    up to 100 2 USD\n    up to 50 1 USD\n    above 0.5 USD\n}\ncharge BASE = price(3)",
            right: "tiers price graduated over number {\n    up to 50 2 USD\n    up to 100 1 USD\n    above 0.5 USD\n}\ncharge BASE = price(3)",
        },
    ),
    (
        412,
        Explanation {
            text: "A quantity above the last bound has no price, and a quote that meets one fails.",
            wrong: "tiers price graduated over number { up to 50 2 USD }\ncharge BASE = price(3)",
            right: "tiers price graduated over number {\n    up to 50 2 USD\n    above 1 USD\n}\ncharge BASE = price(3)",
        },
    ),
    (
        413,
        Explanation {
            text: "A look-up gives one value for each key of the table, in the order of its columns.",
            wrong: "table rates {\n    zone : integer\n    -> price : money\n\n    | zone || price |\n    | 1    || 2.00  |\n}\ncharge BASE = rates[1, 2].price",
            right: "table rates {\n    zone : integer\n    -> price : money\n\n    | zone || price |\n    | 1    || 2.00  |\n}\ncharge BASE = rates[1].price",
        },
    ),
    (
        414,
        Explanation {
            text: "Definitions may build on each other up to a fixed depth, equal on every machine, so that no quote can exhaust one.",
            wrong: "let a = 1 + a1\n# … and so on through more than 256 definitions\nlet a1 = 1\ncharge BASE = a * 1 USD",
            right: "charge BASE = 1 USD * sum of x for each x in numbers(1, 300)",
        },
    ),
    (
        600,
        Explanation {
            text: "The first line of a test book says what each column gives or expects. An empty file says nothing, and a test that checks nothing proves nothing.",
            wrong: "test \"the book\" from \"empty.csv\"\ncharge BASE = 1 USD",
            right: "test \"one dollar\" { expect total is 1 USD }\ncharge BASE = 1 USD",
        },
    ),
    (
        601,
        Explanation {
            text: "Each row of a test book has one cell for each heading. An empty cell expects nothing.",
            wrong: "# book.csv:  name,total\n#            one dollar\ntest \"the book\" from \"book.csv\"\ncharge BASE = 1 USD",
            right: "# book.csv:  name,total\n#            one dollar,1 USD\ncharge BASE = 1 USD",
        },
    ),
    (
        602,
        Explanation {
            text: "The headings of a test book are `name`, `given FIELD`, `charge CODE`, `total`, `flag CODE`, `refusal`, `error` and `expect EXPRESSION`.",
            wrong: "# book.csv:  name,amount\n#            one dollar,1 USD\ntest \"the book\" from \"book.csv\"\ncharge BASE = 1 USD",
            right: "# book.csv:  name,total\n#            one dollar,1 USD\ncharge BASE = 1 USD",
        },
    ),
    (
        900,
        Explanation {
            text: "Nothing uses this definition or input. It may be a slip of the pen in the place that was meant to use it.",
            wrong: "let handling = 3 USD\ncharge BASE = 1 USD",
            right: "let handling = 3 USD\ncharge BASE = 1 USD + handling",
        },
    ),
];
