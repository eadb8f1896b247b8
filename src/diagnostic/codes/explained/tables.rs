//! 05xx: tables, and the warnings about them.

use super::Explanation;
use crate::diagnostic::Code;
use crate::diagnostic::codes::*;

pub(super) const EXPLAINED: &[(Code, Explanation)] = &[
    (
        NO_SUCH_COLUMN,
        Explanation {
            text: "Every declared column is looked for under its name, or under the heading that `column \"…\"` gives, letter by letter. This one is not among the headings.",
            wrong: "table zones {\n    origin : text\n    -> zone : integer\n    | orign || zone |\n    | AB    || 2    |\n}",
            right: "table zones {\n    origin : text\n    -> zone : integer\n    | origin || zone |\n    | AB     || 2    |\n}",
        },
    ),
    (
        COLUMN_NOT_DECLARED,
        Explanation {
            text: "A column that is added to a price list often changes what its rows mean. So each column of the file is either declared or ignored by name; a column `because` holds the reasons of rows.",
            wrong: "table zones from \"zones.csv\" {\n    origin : text\n    -> zone : integer\n}\n# file zones.csv\norigin,zone,service\nAB,2,ground\n",
            right: "table zones from \"zones.csv\" {\n    origin : text\n    -> zone : integer\n    ignoring \"service\"\n}\n# file zones.csv\norigin,zone,service\nAB,2,ground\n",
        },
    ),
    (
        HEADING_TWICE,
        Explanation {
            text: "Columns are found by their headings, so no two may have the same.",
            wrong: "table rates {\n    zone : integer\n    -> price : money\n    | zone || price | price |\n    | 1    || 2.00  | 3.00  |\n}",
            right: "table rates {\n    zone : integer\n    -> price : money\n    | zone || price |\n    | 1    || 2.00  |\n}",
        },
    ),
    (
        RAGGED_ROW,
        Explanation {
            text: "Each row has one cell for each heading. In a CSV file a comma inside a cell needs quotes around the cell, and thousands marks are such commas.",
            wrong: "table rates {\n    zone : integer\n    -> price : money\n    | zone || price |\n    | 1    || 2.00  | 3.00 |\n}",
            right: "table rates {\n    zone : integer\n    -> price : money\n    | zone || price |\n    | 1    || 2.00  |\n}",
        },
    ),
    (
        BAD_CSV,
        Explanation {
            text: "A cell of a CSV file stands bare or in quotes. In quotes it may hold commas and line ends, and a quote is written twice; the closing quote ends the cell.",
            wrong: "table sizes from \"sizes.csv\" {\n    size : text\n    -> price : money\n}\n# file sizes.csv\nsize,price\n6\" pipe,2.00\n",
            right: "table sizes from \"sizes.csv\" {\n    size : text\n    -> price : money\n}\n# file sizes.csv\nsize,price\n\"6\"\" pipe\",2.00\n",
        },
    ),
    (
        NO_ROWS,
        Explanation {
            text: "A table without rows has no answer to any question; mostly the file is empty or is not the one that was meant.",
            wrong: "table rates {\n    zone : integer\n    -> price : money\n    | zone || price |\n}",
            right: "table rates {\n    zone : integer\n    -> price : money\n    | zone || price |\n    | 1    || 2.00  |\n}",
        },
    ),
    (
        BAD_CELL,
        Explanation {
            text: "The text of a cell is read as the type of its column says, and nothing is guessed: no thousands marks, footnotes, exponents, decimal commas or invisible characters in numbers, dates as `2026-01-05`, members by their name or label.",
            wrong: "table rates {\n    zone : integer\n    -> price : money\n    | zone || price    |\n    | 1    || 1,665.25 |\n}",
            right: "table rates {\n    zone : integer\n    -> price : money\n    | zone || price   |\n    | 1    || 1665.25 |\n}",
        },
    ),
    (
        EMPTY_CELL,
        Explanation {
            text: "An empty cell could mean every key, no value, or that somebody forgot. Write `any` for every key; declare a column of values with `?` where a value may be absent. In a crosstab an empty cell is no row, but not where a neighbour would be found in its stead.",
            wrong: "table rates {\n    zone : integer\n    kind : text\n    -> price : money\n    | zone | kind || price |\n    | 1    |      || 2.00  |\n}",
            right: "table rates {\n    zone : integer\n    kind : text\n    -> price : money\n    | zone | kind || price |\n    | 1    | any  || 2.00  |\n}",
        },
    ),
    (
        PERCENT_MISSING,
        Explanation {
            text: "In a column of percents every cell has its `%`: 0.185 could be meant as 18.5% or as 0.185%. A column of fractions is declared as `number`, and `… as percent` makes percents of them.",
            wrong: "table fuel {\n    band : integer\n    -> rate : percent\n    | band || rate  |\n    | 1    || 0.185 |\n}",
            right: "table fuel {\n    band : integer\n    -> rate : percent\n    | band || rate  |\n    | 1    || 18.5% |\n}",
        },
    ),
    (
        CELL_UNIT,
        Explanation {
            text: "A cell may leave its unit out or write another one of the same dimension, which is converted exactly. Currencies are never converted, and weights are not lengths.",
            wrong: "table rates {\n    zone : integer\n    -> price : money\n    | zone || price    |\n    | 1    || 2.00 EUR |\n}",
            right: "table rates {\n    zone : integer\n    -> price : money in EUR\n    | zone || price    |\n    | 1    || 2.00 EUR |\n}",
        },
    ),
    (
        ROWS_OVERLAP,
        Explanation {
            text: "At some key both rows match, and the hit policy does not say which of them holds. Let one end where the other begins, or choose another policy: `first`, `priority`, `most specific`, `collect`.",
            wrong: "table rates {\n    weight : mass in lb by range\n    -> price : money\n    | weight         || price |\n    | 0 through 10   || 2.00  |\n    | 10 through 100 || 3.00  |\n}",
            right: "table rates {\n    weight : mass in lb by range\n    -> price : money\n    | weight            || price |\n    | 0 through 10      || 2.00  |\n    | over 10 up to 100 || 3.00  |\n}",
        },
    ),
    (
        SAME_KEYS,
        Explanation {
            text: "Two rows have the same keys, so one of them would never be found. Mostly a line was copied and not changed.",
            wrong: "table rates {\n    zone : integer\n    -> price : money\n    | zone || price |\n    | 1    || 2.00  |\n    | 1    || 3.00  |\n}",
            right: "table rates {\n    zone : integer\n    -> price : money\n    | zone || price |\n    | 1    || 2.00  |\n    | 2    || 3.00  |\n}",
        },
    ),
    (
        OTHERWISE_PLACE,
        Explanation {
            text: "`otherwise` holds where no other row does, so it is the last row, there is one, and it has no keys of its own.",
            wrong: "table rates {\n    zone : integer\n    -> price : money\n    | zone || price |\n    | otherwise || 9.00 |\n    | 1    || 2.00  |\n}",
            right: "table rates {\n    zone : integer\n    -> price : money\n    | zone || price |\n    | 1    || 2.00  |\n    | otherwise || 9.00 |\n}",
        },
    ),
    (
        BAD_POLICY,
        Explanation {
            text: "`collect sum`, `min` and `max` need columns of numbers that are always there; `priority` needs a column of values that have an order.",
            wrong: "table notes collect sum {\n    zone : integer\n    -> note : text\n    | zone || note   |\n    | 1    || island |\n}",
            right: "table notes collect list {\n    zone : integer\n    -> note : text\n    | zone || note   |\n    | 1    || island |\n}",
        },
    ),
    (
        BAD_COLUMN,
        Explanation {
            text: "A column is of a plain type that a cell can hold. Ranges, breaks and next rows need values with an order, prefixes need text, a crosstab has one column of values, and every table has at least one.",
            wrong: "table rates {\n    rush : yes/no by range\n    -> price : money\n    | rush || price |\n    | yes  || 2.00  |\n}",
            right: "table rates {\n    rush : yes/no\n    -> price : money\n    | rush || price |\n    | yes  || 2.00  |\n    | no   || 1.00  |\n}",
        },
    ),
    (
        NO_BASE_ROW,
        Explanation {
            text: "A contract changes values in rows that its base has; it adds none, so a slip in a key does not go unseen. The keys are written as in the base table, with the period where rows differ in nothing else.",
            wrong: "ruleset contracts.acme extends freight.parcel from \"parcel.rules\" \"ACME\" { }\noverride table rates { | 3 || 8.00 | }\n# file parcel.rules\nruleset freight.parcel { currency USD }\ntable rates {\n    zone : integer\n    -> price : money\n    | zone || price |\n    | 1    || 2.00  |\n}\n",
            right: "ruleset contracts.acme extends freight.parcel from \"parcel.rules\" \"ACME\" { }\noverride table rates { | 1 || 8.00 | }\n# file parcel.rules\nruleset freight.parcel { currency USD }\ntable rates {\n    zone : integer\n    -> price : money\n    | zone || price |\n    | 1    || 2.00  |\n}\n",
        },
    ),
    (
        COLUMNS_DIFFER,
        Explanation {
            text: "Declarations of one table for several periods make one table, so they have the same columns in the same order.",
            wrong: "table rates effective 2026-01-01 until 2026-07-01 {\n    zone : integer\n    -> price : money\n    | zone || price |\n    | 1    || 2.00  |\n}\ntable rates effective 2026-07-01 until 2027-01-01 {\n    area : integer\n    -> price : money\n    | area || price |\n    | 1    || 3.00  |\n}",
            right: "table rates effective 2026-01-01 until 2026-07-01 {\n    zone : integer\n    -> price : money\n    | zone || price |\n    | 1    || 2.00  |\n}\ntable rates effective 2026-07-01 until 2027-01-01 {\n    zone : integer\n    -> price : money\n    | zone || price |\n    | 1    || 3.00  |\n}",
        },
    ),
    (
        BARS,
        Explanation {
            text: "The double bar shows a reader where the keys end and the values begin. It stands in the heading and in each row, at the same place.",
            wrong: "table rates {\n    zone : integer\n    -> price : money\n    | zone | price |\n    | 1    | 2.00  |\n}",
            right: "table rates {\n    zone : integer\n    -> price : money\n    | zone || price |\n    | 1    || 2.00  |\n}",
        },
    ),
    (
        HOLE,
        Explanation {
            text: "Between two bands that are otherwise for the same keys no row matches, and a key that falls there fails the quote. Bands such as `up to 0.010` and `from 0.011` leave one hole for each thousandth in between. Whole numbers and days have no hole between neighbours.",
            wrong: "table rates {\n    weight : mass in kg by range\n    -> price : money\n    | weight        || price |\n    | 0 through 10  || 2.00  |\n    | 11 through 20 || 3.00  |\n}",
            right: "table rates {\n    weight : mass in kg by range\n    -> price : money\n    | weight           || price |\n    | 0 through 10     || 2.00  |\n    | over 10 up to 20 || 3.00  |\n}",
        },
    ),
    (
        GAP,
        Explanation {
            text: "A member of an enumeration, `yes` or `no`, or several of them together have no row at all although a look-up counts on finding one. A quote with such keys would fail. Names and codes that are only texts leave no gap by being left out; a table in which every look-up says `if any` may have gaps.",
            wrong: "enum Service { ground, air }\ninput { service : Service }\ntable rates {\n    service : Service\n    -> price : money\n    | service || price |\n    | ground  || 2.00  |\n}\ncharge BASE = rates[service].price",
            right: "enum Service { ground, air }\ninput { service : Service }\ntable rates {\n    service : Service\n    -> price : money\n    | service   || price |\n    | ground    || 2.00  |\n    | otherwise || refuse \"NO_RATE\" \"no rate for {service}\" |\n}\ncharge BASE = rates[service].price",
        },
    ),
    (
        HOLE_REFUSED,
        Explanation {
            text: "A key between two bands that are otherwise for the same keys is refused by the `otherwise` row. That is as intended where nothing is offered in between; mostly a band was meant to begin where the one before it ends.",
            wrong: "table rates {\n    weight : mass in kg by range\n    -> price : money\n    | weight        || price |\n    | 0 through 10  || 2.00  |\n    | 11 through 20 || 3.00  |\n    | otherwise     || refuse \"HEAVY\" \"over 20 kg\" |\n}",
            right: "table rates {\n    weight : mass in kg by range\n    -> price : money\n    | weight           || price |\n    | 0 through 10     || 2.00  |\n    | over 10 up to 20 || 3.00  |\n    | otherwise        || refuse \"HEAVY\" \"over 20 kg\" |\n}",
        },
    ),
    (
        PERIODS_APART,
        Explanation {
            text: "Between two periods of rows with the same keys there are days on which none is in force. That is as intended for what is offered in one season only; mostly a date is a day off.",
            wrong: "table rates {\n    zone : integer\n    valid\n    -> price : money\n    | zone | valid                         || price |\n    | 1    | 2026-01-01 through 2026-03-30 || 2.00  |\n    | 1    | from 2026-04-01               || 3.00  |\n}",
            right: "table rates {\n    zone : integer\n    valid\n    -> price : money\n    | zone | valid                         || price |\n    | 1    | 2026-01-01 through 2026-03-31 || 2.00  |\n    | 1    | from 2026-04-01               || 3.00  |\n}",
        },
    ),
    (
        BANDS_END,
        Explanation {
            text: "For some keys the bands end earlier, or begin later, than for others, or a service has rows for some places only, and a look-up counts on finding a row: a quote for the others would fail. Say what holds there in an `otherwise` row, which may refuse.",
            wrong: "input { zone : text, weight : mass in lb }\ntable rates {\n    zone   : text\n    weight : mass in lb by range\n    -> price : money\n    | zone | weight     || price |\n    | A    | 0 until 50 || 2.00  |\n    | B    | 0 until 20 || 3.00  |\n}\ncharge BASE = rates[zone, weight].price",
            right: "input { zone : text, weight : mass in lb }\ntable rates {\n    zone   : text\n    weight : mass in lb by range\n    -> price : money\n    | zone      | weight     || price |\n    | A         | 0 until 50 || 2.00  |\n    | B         | 0 until 20 || 3.00  |\n    | otherwise || refuse \"HEAVY\" \"too heavy for zone {zone}\" |\n}\ncharge BASE = rates[zone, weight].price",
        },
    ),
    (
        INPUT_BEYOND,
        Explanation {
            text: "An input within its declared bounds, or a day within the rule set's period, lies beyond all bands or periods of a table, and no refusal or condition on the way to the look-up keeps it out: the quote would fail. Of inputs without declared bounds nothing is said.",
            wrong: "input { weight : mass in lb from 0 lb through 150 lb }\ntable rates {\n    weight : mass in lb by range\n    -> price : money\n    | weight       || price |\n    | 0 until 50   || 2.00  |\n    | 50 until 100 || 3.00  |\n}\ncharge BASE = rates[weight].price",
            right: "input { weight : mass in lb from 0 lb through 150 lb }\ntable rates {\n    weight : mass in lb by range\n    -> price : money\n    | weight       || price |\n    | 0 until 50   || 2.00  |\n    | 50 until 100 || 3.00  |\n}\nrefuse HEAVY \"100 lb and over\" when weight >= 100 lb\ncharge BASE = rates[weight].price",
        },
    ),
    (
        COLUMN_IDLE,
        Explanation {
            text: "Whatever its key is, the table finds the same: the column makes no difference. It may be left over, or a cell says something else than was meant. Nothing is said of tables in files, where a price list may have a column that makes no difference this year.",
            wrong: "table rates {\n    rush : yes/no\n    zone : integer by range\n    -> price : money\n    | rush | zone        || price |\n    | yes  | 1 through 3 || 2.00  |\n    | no   | 1 through 3 || 2.00  |\n    | yes  | 4 through 9 || 3.00  |\n    | no   | 4 through 9 || 3.00  |\n}",
            right: "table rates {\n    rush : yes/no\n    zone : integer by range\n    -> price : money\n    | rush | zone        || price |\n    | yes  | 1 through 3 || 4.00  |\n    | no   | 1 through 3 || 2.00  |\n    | yes  | 4 through 9 || 6.00  |\n    | no   | 4 through 9 || 3.00  |\n}",
        },
    ),
    (
        ROW_NEVER_USED,
        Explanation {
            text: "Under the policy `first` an earlier row takes all the keys of this one, so it is never used. Put the narrower row first.",
            wrong: "table rates first {\n    zone : text\n    -> price : money\n    | zone || price |\n    | any  || 2.00  |\n    | AK   || 9.00  |\n}",
            right: "table rates first {\n    zone : text\n    -> price : money\n    | zone || price |\n    | AK   || 9.00  |\n    | any  || 2.00  |\n}",
        },
    ),
    (
        NOT_DECIDED,
        Explanation {
            text: "So many rows of this table could overlap that they were not all compared. Where two of them match one key, the quote fails and says which. A key that is matched exactly makes the comparison quick.",
            wrong: "# a table of many thousand rows with wide ranges in several columns",
            right: "# the same, with a column such as the service or the year matched exactly",
        },
    ),
    (
        EDITIONS_MEET,
        Explanation {
            text: "Two of the files checked together are editions of one rule set, by their names, and both say that they hold on some days. An edition that `supersedes` another holds from the day that it says on. Unless it is the other one of these two that it names, nothing says which of them prices such a day, and a service refuses the two together. So it does where the version that it names is in none of the files.",
            wrong: "# parcel_2026.rules: effective 2026-01-05 through 2026-12-31\n# parcel_2027.rules: effective 2026-12-01 through 2027-12-31",
            right: "# parcel_2026.rules: effective 2026-01-05 through 2026-11-30\n# parcel_2027.rules: effective 2026-12-01 through 2027-12-31",
        },
    ),
    (
        EDITIONS_APART,
        Explanation {
            text: "The files checked together are editions of one rule set, by their names, and on some days between two of them none holds: nothing that is priced on such a day has a price.",
            wrong: "# parcel_2026.rules: effective 2026-01-05 through 2026-11-30\n# parcel_2027.rules: effective 2027-01-01 through 2027-12-31",
            right: "# parcel_2026.rules: effective 2026-01-05 through 2026-12-31\n# parcel_2027.rules: effective 2027-01-01 through 2027-12-31",
        },
    ),
    (
        EDITION_UNDATED,
        Explanation {
            text: "The files checked together are editions of one rule set, by their names. Which of them prices an input is decided by the day of the event that it tells of, and this one does not say which day that is: write `priced on` and a date of the input into the braces of the header. A service refuses the editions together until each of them says so.",
            wrong: "# parcel_2027.rules: ruleset parcel { currency USD  effective 2027-01-01 through 2027-12-31 }",
            right: "# parcel_2027.rules: ruleset parcel { currency USD  effective 2027-01-01 through 2027-12-31  priced on shipped }",
        },
    ),
    (
        EDITIONS_CONFUSED,
        Explanation {
            text: "The files checked together are editions of one rule set, by their names. Two of them have one version, so that nobody can say which one is meant, or each says that it `supersedes` the other, itself or through others. A service refuses them together.",
            wrong: "# parcel_2026.rules: ruleset parcel version \"2026.1\"\n# parcel_2027.rules: ruleset parcel version \"2026.1\"",
            right: "# parcel_2026.rules: ruleset parcel version \"2026.1\"\n# parcel_2027.rules: ruleset parcel version \"2027.1\"",
        },
    ),
    (
        LOST_ZEROS,
        Explanation {
            text: "Texts of digits in this column begin with zeros and have one length, and this one is shorter: a spreadsheet that took it for a number may have dropped its zeros. A look-up compares texts as they stand, and `7040` is not `07040`.",
            wrong: "table zones {\n    origin : text\n    -> zone : integer\n    | origin || zone |\n    | 07030  || 1    |\n    | 7040   || 2    |\n}",
            right: "table zones {\n    origin : text\n    -> zone : integer\n    | origin || zone |\n    | 07030  || 1    |\n    | 07040  || 2    |\n}",
        },
    ),
    (
        MANY_DECIMALS,
        Explanation {
            text: "The number has so many decimals that it looks like a binary fraction which a spreadsheet wrote out. It is used exactly as it stands.",
            wrong: "table rates {\n    zone : integer\n    -> price : money\n    | zone || price              |\n    | 1    || 33.800000000000004 |\n}",
            right: "table rates {\n    zone : integer\n    -> price : money\n    | zone || price |\n    | 1    || 33.80 |\n}",
        },
    ),
    (
        NOTHING_IGNORED,
        Explanation {
            text: "The file has no column of this name, so there is nothing to ignore. Mostly the file has changed.",
            wrong: "table zones from \"zones.csv\" {\n    origin : text\n    -> zone : integer\n    ignoring \"service\"\n}\n# file zones.csv\norigin,zone\nAB,2\n",
            right: "table zones from \"zones.csv\" {\n    origin : text\n    -> zone : integer\n}\n# file zones.csv\norigin,zone\nAB,2\n",
        },
    ),
    (
        MORE_PROBLEMS,
        Explanation {
            text: "A table tells its first problems, and counts the rest: the same mistake in a thousand rows is one mistake.",
            wrong: "",
            right: "",
        },
    ),
    (
        MORE_WARNINGS,
        Explanation { text: "A table tells its first warnings, and counts the rest.", wrong: "", right: "" },
    ),
];
