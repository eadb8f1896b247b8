//! 03xx: types and units.

use super::{Explanation, explain};
use crate::diagnostic::Code;
use crate::diagnostic::codes::*;

pub(super) const EXPLAINED: &[(Code, Explanation)] = &[
    (
        TYPE_MISMATCH,
        explain(
            "A value of one kind stands where another kind is needed: a text where an amount is, a number where yes or no is. \
             Nothing converts by itself but units of one dimension.",
            "input { pieces : number }\ncharge BASE = if pieces then 1 USD else 2 USD",
            "input { pieces : number }\ncharge BASE = if pieces > 2 then 1 USD else 2 USD",
        ),
    ),
    (
        UNKNOWN_TYPE,
        explain(
            "A type is a word such as `number`, `money`, `date` or `text`, a dimension with its unit such as `mass in lb`, a \
             unit, or the name of an `enum` or `record`. This is none of them.",
            "input { service : Service }\ncharge BASE = 1 USD",
            "enum Service { ground, express }\ninput { service : Service }\ncharge BASE = 1 USD when service is ground",
        ),
    ),
    (
        UNKNOWN_UNIT,
        explain(
            "Units known from the start are those of mass, length, area, volume, time, energy and data, and every currency of \
             ISO 4217. Others are declared: `unit seat`, `unit pallet = 48 carton`.",
            "input { seats : seat }\ncharge SEATS = seats * 2 USD per seat",
            "unit seat\ninput { seats : seat }\ncharge SEATS = seats * 2 USD per seat",
        ),
    ),
    (
        UNIT_MISSING,
        explain(
            "A mass, a length or an amount of money has a unit in its type, so that a plain number that comes in from outside \
             cannot be taken for pounds by one reader and kilograms by another.",
            "input { weight : mass }\ncharge BASE = weight * 2 USD per lb",
            "input { weight : mass in lb }\ncharge BASE = weight * 2 USD per lb",
        ),
    ),
    (
        WRONG_DIMENSION,
        explain(
            "The units do not fit together: pounds are no unit of length. Units of one dimension convert by themselves, and \
             exactly; between different dimensions there is no conversion.",
            "input { weight : mass in in }\ncharge BASE = 1 USD",
            "input { weight : mass in lb }\ncharge BASE = weight * 1 USD per lb",
        ),
    ),
    (
        MAYBE_ABSENT,
        explain(
            "A value of a type with `?` may be absent, and absent is neither zero nor empty. Say what holds then: ask `is given` \
             first, or give a value with `otherwise`.",
            "input { insured : money? }\ncharge COVER = 1 USD + insured",
            "input { insured : money? }\ncharge COVER = 1 USD + (insured otherwise 0 USD)",
        ),
    ),
    (
        NO_OPERATOR,
        explain(
            "These two values cannot be added, multiplied or the like: USD and EUR, pounds and inches, a percent and an amount. \
             A percent of an amount is written `2% of x`; a conversion between currencies needs a rate.",
            "charge BASE = 3 USD + 2 EUR",
            "parameter rate = 1.08 USD per EUR\ncharge BASE = 3 USD + 2 EUR * rate",
        ),
    ),
    (
        UNKNOWN_FIELD,
        explain(
            "A record, a row of a table or the state of a walk has the fields that were declared, and this is not one of them.",
            "record Box { weight : mass in lb }\ninput { box : Box }\ncharge BASE = box.wieght * 1 USD per lb",
            "record Box { weight : mass in lb }\ninput { box : Box }\ncharge BASE = box.weight * 1 USD per lb",
        ),
    ),
    (
        MISSING_FIELD,
        explain(
            "A record that is written out has all its fields, but for those that may be absent.",
            "record Step { limit : number rate : number }\nlet step : Step = { limit = 3 }\ncharge BASE = step.limit * 1 USD",
            "record Step { limit : number rate : number }\nlet step : Step = { limit = 3, rate = 2 }\n\
             charge BASE = step.limit * step.rate * 1 USD",
        ),
    ),
    (
        NOT_A_LIST,
        explain(
            "`sum of`, `count of`, `for each` and the like work on lists: a list of the input, `rows of` a table, the list of \
             another expression. A record of a shipment is not a list, its lines are.",
            "input { pieces : number }\ncharge BASE = sum of 1 USD for each piece in pieces",
            "record Piece { fee : money }\ninput { pieces : list of Piece }\n\
             charge BASE = sum of piece.fee for each piece in pieces",
        ),
    ),
    (
        NOT_A_FUNCTION,
        explain(
            "Only functions, tiers and functions of the library are called with `(…)`. A value is named without, and a table is \
             looked up with `[…]`.",
            "let rate = 2 USD\ncharge BASE = rate(3)",
            "let rate = 2 USD\ncharge BASE = rate * 3",
        ),
    ),
    (
        WRONG_ARGUMENTS,
        explain(
            "A function is called with exactly the values that it declares, in their order.",
            "function doubled(x : money) = x * 2\ncharge BASE = doubled(1 USD, 2)",
            "function doubled(x : money) = x * 2\ncharge BASE = doubled(1 USD)",
        ),
    ),
    (
        CANNOT_CONVERT,
        explain(
            "`as` converts in four ways only: a percent to a number and back, a quantity to a number (`q as number in lb`) and a \
             number to a quantity (`n as lb`). A conversion never rounds and never guesses.",
            "let day = \"2026-01-05\" as date\ncharge BASE = 1 USD * year(day)",
            "let day = 2026-01-05\ncharge BASE = 1 USD * year(day)",
        ),
    ),
    (
        ALWAYS_GIVEN,
        explain(
            "It is asked whether a value is given, or what holds otherwise, and the value cannot be absent. Either the question \
             can go, or the declaration lacks its `?`.",
            "input { insured : money }\ncharge COVER = 2% of (insured otherwise 0 USD)",
            "input { insured : money? }\ncharge COVER = 2% of (insured otherwise 0 USD)",
        ),
    ),
    (
        NOT_MONEY,
        explain(
            "A charge is an amount of money. A weight times a rate per hundredweight is one; a weight alone is not.",
            "input { weight : mass in lb }\ncharge BASE = weight",
            "input { weight : mass in lb }\ncharge BASE = weight * 0.40 USD per lb",
        ),
    ),
    (
        UNKNOWN_ZONE,
        explain(
            "Time zones are those of the IANA database, which is built in: `\"Europe/London\"`, not an abbreviation such as BST.",
            "input { at : instant }\ncharge BASE = 1 USD * day(date of at in zone \"London\")",
            "input { at : instant }\ncharge BASE = 1 USD * day(date of at in zone \"Europe/London\")",
        ),
    ),
    (
        TYPE_MISSING,
        explain(
            "The type cannot be told from the value alone: a dated series, an empty list. Write it.",
            "ruleset example { currency USD priced on day }\ninput { day : date }\n\
             parameter fuel { from 2026-01-01 18.5% }\ncharge FUEL = fuel of 100 USD",
            "ruleset example { currency USD priced on day }\ninput { day : date }\n\
             parameter fuel : percent { from 2026-01-01 18.5% }\ncharge FUEL = fuel of 100 USD",
        ),
    ),
];
