//! 0930 and above: warnings about what is allowed and looks unlikely.

use super::{Explanation, explain};
use crate::diagnostic::Code;
use crate::diagnostic::codes::*;

pub(super) const EXPLAINED: &[(Code, Explanation)] = &[
    (
        RATE_ODD,
        explain(
            "The rate breaks the order that its neighbours have, along the bands of a table, from tier to tier or within a grid; or it \
             is many times as large as they are, or a small part of them. Mostly its decimal point moved, or two digits changed places. \
             It is only said where all others agree.",
            "input { weight : mass in lb }\ntable rates {\n    weight : mass in lb by range\n    -> price : money\n    | weight           || price |\n    | up to 1          || 7.10  |\n    | over 1 up to 5   || 9.40  |\n    | over 5 up to 10  || 119.0 |\n    | over 10 up to 20 || 14.80 |\n    | over 20          || 19.20 |\n}\ncharge BASE = rates[weight].price",
            "input { weight : mass in lb }\ntable rates {\n    weight : mass in lb by range\n    -> price : money\n    | weight           || price |\n    | up to 1          || 7.10  |\n    | over 1 up to 5   || 9.40  |\n    | over 5 up to 10  || 11.90 |\n    | over 10 up to 20 || 14.80 |\n    | over 20          || 19.20 |\n}\ncharge BASE = rates[weight].price",
        ),
    ),
    (
        BREAK_ODD,
        explain(
            "Breaks are written from the lowest to the highest, and this one is not; or one lane of a sheet has a break that no other \
             has, in place of one that all others have. Mostly it is mistyped, or in another unit.",
            "input { diesel : USD per gal }\ntable fuel {\n    diesel : USD per gal by break\n    -> surcharge : percent\n    | diesel || surcharge |\n    | 2.00   || 15%       |\n    | 2.50   || 19%       |\n    | 0.30   || 23%       |\n    | 3.50   || 26%       |\n    | 4.00   || 30%       |\n}\ncharge FUEL = fuel[diesel].surcharge of 100 USD",
            "input { diesel : USD per gal }\ntable fuel {\n    diesel : USD per gal by break\n    -> surcharge : percent\n    | diesel || surcharge |\n    | 2.00   || 15%       |\n    | 2.50   || 19%       |\n    | 3.00   || 23%       |\n    | 3.50   || 26%       |\n    | 4.00   || 30%       |\n}\ncharge FUEL = fuel[diesel].surcharge of 100 USD",
        ),
    ),
    (
        UNIT_ODD,
        explain(
            "Units of one dimension convert by themselves, so that one number in another unit than those beside it is computed as it \
             stands. Mostly the unit is mistyped.",
            "input { used : data in GiB }\ntiers egress graduated over data in GiB {\n    up to 10_240  0.09 USD per GiB\n    up to 51_200  0.08 USD per MiB\n    above         0.07 USD per GiB\n}\ncharge EGRESS = egress(used)",
            "input { used : data in GiB }\ntiers egress graduated over data in GiB {\n    up to 10_240  0.09 USD per GiB\n    up to 51_200  0.08 USD per GiB\n    above         0.07 USD per GiB\n}\ncharge EGRESS = egress(used)",
        ),
    ),
    (
        DATE_ODD,
        explain(
            "A value comes into force long after the rule set has ended, or a calendar ends on 28 February and so leaves the leap day \
             out. Mostly a year is mistyped, or nobody thought of the 29th.",
            "input { day : date }\ncalendar winter { 1 December through 28 February }\ncharge HEATING = 5 USD when day is within winter",
            "input { day : date }\ncalendar winter { 1 December through 29 February }\ncharge HEATING = 5 USD when day is within winter",
        ),
    ),
    (
        CHARGE_TWICE,
        explain(
            "Two charges have the same amount and the same condition: whoever pays one pays both. Mostly a charge was entered twice, \
             or copied and only its code was changed.",
            "input { residential : yes/no }\ncharge RESIDENTIAL = 5.55 USD when residential\ncharge HOME = 5.55 USD when residential",
            "input { residential : yes/no }\ncharge RESIDENTIAL = 5.55 USD when residential",
        ),
    ),
    (
        LABEL_TWICE,
        explain(
            "Two lines of a quote would be called the same, so that nobody can tell them apart. Mostly a charge was copied and kept the \
             label of the other.",
            "input { signature : yes/no }\ncharge BASE \"Transportation\" = 9 USD\ncharge SIGNATURE \"Transportation\" = 6 USD when signature",
            "input { signature : yes/no }\ncharge BASE \"Transportation\" = 9 USD\ncharge SIGNATURE \"Signature\" = 6 USD when signature",
        ),
    ),
    (
        COUNTED_TWICE,
        explain(
            "A sum of charges names one of them twice. Mostly another one was meant.",
            "charge BASE = 9 USD\ncharge LIFT = 3 USD\ncharge FUEL = 10% of sum of applied (BASE, BASE)",
            "charge BASE = 9 USD\ncharge LIFT = 3 USD\ncharge FUEL = 10% of sum of applied (BASE, LIFT)",
        ),
    ),
    (
        STAGE_TWICE,
        explain(
            "The same discount is taken off twice, within one charge or in two, or an amount is rounded and at once rounded again. The \
             second rounding sees what the first has left.",
            "parameter discount = 38%\ncharge BASE = 100 USD less discount less discount",
            "parameter discount = 38%\ncharge BASE = 100 USD less discount",
        ),
    ),
    (
        AMOUNT_ODD,
        explain(
            "The amount is one that nobody means: a minimum above the maximum, a discount or a surcharge of more than 100%, a line of \
             nothing, or a price that turns into a payment where less is used than is included.",
            "input { used : duration in h from 0 h }\ncharge OVERTIME = 30 USD per h * (used - 8 h)",
            "input { used : duration in h from 0 h }\ncharge OVERTIME = 30 USD per h * (used - 8 h minimum 0 h)",
        ),
    ),
    (
        NEVER_ROUNDED,
        explain(
            "The rule set says `rounding none`, and an amount that is computed is not rounded by itself either: a bill would have \
             fractions of a cent.",
            "ruleset example { currency USD  rounding none }\ninput { weight : mass in lb }\ncharge BASE \"Transportation\" = 0.333 USD per lb * weight\ncharge FUEL \"Fuel surcharge\" = 18.5% of BASE\ncharge LIFT \"Liftgate\" = 9 USD",
            "ruleset example { currency USD  rounding half up to 0.01 USD }\ninput { weight : mass in lb }\ncharge BASE \"Transportation\" = 0.333 USD per lb * weight\ncharge FUEL \"Fuel surcharge\" = 18.5% of BASE\ncharge LIFT \"Liftgate\" = 9 USD",
        ),
    ),
    (
        CURRENCY_ODD,
        explain(
            "One charge is an amount in a currency that no other charge has. It is no part of the total of the others, but gets a total of \
             its own. Mostly the currency is mistyped.",
            "charge BASE = 9 USD\ncharge LIFT = 3 USD\ncharge CUSTOMS \"Customs papers\" = 40 EUR",
            "charge BASE = 9 USD\ncharge LIFT = 3 USD\ncharge CUSTOMS \"Customs papers\" = 40 USD",
        ),
    ),
    (
        LIMIT_ODD,
        explain(
            "Two charges share a limit, one below it and one above it. Exactly on the limit neither of them holds, or both do.",
            "input { goods : money }\ncharge SHIPPING = 4.90 USD when goods < 50 USD\ncharge INSURED = 1.50 USD when goods > 50 USD",
            "input { goods : money }\ncharge SHIPPING = 4.90 USD when goods < 50 USD\ncharge INSURED = 1.50 USD when goods >= 50 USD",
        ),
    ),
    (
        TEXT_ODD,
        explain(
            "A condition asks for a code that none of the tables has in which the same input is looked up, or a table has a code that the \
             pattern of the input does not let through. Mostly one of the two is mistyped.",
            "input { state : text }\ntable tax {\n    state : text\n    -> rate : percent\n    | state     || rate  |\n    | CA        || 7.25% |\n    | NY        || 4%    |\n    | TX        || 6.25% |\n    | MN        || 6.8%  |\n    | otherwise || 0%    |\n}\ncharge TAX = tax[state].rate of 100 USD\ncharge FEE = 0.50 USD when state is \"NM\"",
            "input { state : text }\ntable tax {\n    state : text\n    -> rate : percent\n    | state     || rate  |\n    | CA        || 7.25% |\n    | NY        || 4%    |\n    | TX        || 6.25% |\n    | MN        || 6.8%  |\n    | otherwise || 0%    |\n}\ncharge TAX = tax[state].rate of 100 USD\ncharge FEE = 0.50 USD when state is \"MN\"",
        ),
    ),
    (
        KEYS_SWAPPED,
        explain(
            "A table is looked up with its keys in each other's place, by their names; or a column is multiplied with an input that has \
             the name of another column.",
            "input { origin : text, destination : text }\ntable lane {\n    origin      : text\n    destination : text\n    -> price : money\n    | origin | destination || price |\n    | FRA    | JFK         || 40    |\n    | JFK    | FRA         || 35    |\n}\ncharge BASE = lane[destination, origin].price",
            "input { origin : text, destination : text }\ntable lane {\n    origin      : text\n    destination : text\n    -> price : money\n    | origin | destination || price |\n    | FRA    | JFK         || 40    |\n    | JFK    | FRA         || 35    |\n}\ncharge BASE = lane[origin, destination].price",
        ),
    ),
    (
        WORDS_ODD,
        explain(
            "A label or message says a number with a unit, and the rule has another number in that unit; or a charge that is called as an \
             input applies where the input is `no`. One of the two is wrong.",
            "input { weight : mass in lb }\ncharge HEAVY \"Over 50 lb\" = 20 USD when weight > 70 lb",
            "input { weight : mass in lb }\ncharge HEAVY \"Over 50 lb\" = 20 USD when weight > 50 lb",
        ),
    ),
    (
        EACH_OF_ALL,
        explain(
            "The charge books a line for each element of a list, and each line is taken of the whole list: with ten pieces the whole is \
             paid ten times.",
            "record Piece { weight : mass in lb }\ninput { pieces : list of Piece }\ncharge FEE for each piece in pieces = 0.10 USD per lb * sum of other.weight for each other in pieces",
            "record Piece { weight : mass in lb }\ninput { pieces : list of Piece }\ncharge FEE for each piece in pieces = 0.10 USD per lb * piece.weight",
        ),
    ),
    (
        UNREAD,
        explain(
            "Nothing reads this column of the table, or this field of the records in the input, while others are read. Mostly another \
             one is read in its place.",
            "input { service : text }\ntable rates {\n    service : text\n    -> price   : money\n    -> minimum : money\n    | service || price | minimum |\n    | ground  || 9.12  | 5.00    |\n    | air     || 31.00 | 20.00   |\n}\ncharge BASE = rates[service].price",
            "input { service : text }\ntable rates {\n    service : text\n    -> price   : money\n    -> minimum : money\n    | service || price | minimum |\n    | ground  || 9.12  | 5.00    |\n    | air     || 31.00 | 20.00   |\n}\ncharge BASE = rates[service].price minimum rates[service].minimum",
        ),
    ),
    (
        TEST_EMPTY,
        explain(
            "A test without an expectation passes whatever the rules say.",
            "input { weight : mass in lb }\ncharge BASE = 2 USD per lb * weight\ntest \"three pounds\" { given weight = 3 lb }",
            "input { weight : mass in lb }\ncharge BASE = 2 USD per lb * weight\ntest \"three pounds\" { given weight = 3 lb  expect total is 6 USD }",
        ),
    ),
    (
        TEST_NAME,
        explain(
            "Two tests have one name, so that a report does not tell which of them failed. Mostly one was copied.",
            "input { weight : mass in lb }\ncharge BASE = 2 USD per lb * weight\ntest \"a parcel\" { given weight = 3 lb  expect total is 6 USD }\ntest \"a parcel\" { given weight = 4 lb  expect total is 8 USD }",
            "input { weight : mass in lb }\ncharge BASE = 2 USD per lb * weight\ntest \"a parcel\" { given weight = 3 lb  expect total is 6 USD }\ntest \"a heavy one\" { given weight = 4 lb  expect total is 8 USD }",
        ),
    ),
    (
        OVERRIDES_SAME,
        explain(
            "The row of an overriding table has the values that the row of the base has, so that nothing changes. Mostly the negotiated \
             price was not entered.",
            "ruleset contract extends example from \"base.rules\" \"ACME\" { }\noverride table rates { | B || 3.00 | }\n# file base.rules\nruleset example { currency USD }\ninput { zone : text }\ntable rates {\n    zone : text\n    -> price : money\n    | zone || price |\n    | A    || 2.00  |\n    | B    || 3.00  |\n}\ncharge BASE = rates[zone].price",
            "ruleset contract extends example from \"base.rules\" \"ACME\" { }\noverride table rates { | B || 2.70 | }\n# file base.rules\nruleset example { currency USD }\ninput { zone : text }\ntable rates {\n    zone : text\n    -> price : money\n    | zone || price |\n    | A    || 2.00  |\n    | B    || 3.00  |\n}\ncharge BASE = rates[zone].price",
        ),
    ),
];
