//! Words that spreadsheets and programs use, and how the same is said here.
//!
//! An author who writes `round(x, 2)` or `true` means something that the language has. The answer is its form, not advice to
//! define a function of that name.

/// How the value called `name` elsewhere is written, where it has another name here.
pub(super) fn value(name: &str) -> Option<&'static str> {
    Some(match name.to_ascii_lowercase().as_str() {
        "true" => "yes",
        "false" => "no",
        _ => return None,
    })
}

/// The type that is called `name` elsewhere.
pub(super) fn type_name(name: &str) -> Option<&'static str> {
    Some(match name.to_ascii_lowercase().as_str() {
        "string" | "str" | "char" | "varchar" => "text",
        "bool" | "boolean" => "yes/no",
        "int" | "long" => "integer",
        "decimal" | "float" | "double" | "numeric" => "number",
        "datetime" | "timestamp" => "instant",
        "percentage" => "percent",
        _ => return None,
    })
}

/// The code of a currency that is named in words.
pub(super) fn currency(name: &str) -> Option<&'static str> {
    Some(match name.to_ascii_lowercase().as_str() {
        "dollar" | "dollars" => "USD",
        "euro" | "euros" => "EUR",
        "pounds_sterling" | "sterling" => "GBP",
        "yen" => "JPY",
        _ => return None,
    })
}

/// What to write instead of a call of `name`, a function of spreadsheets and programs.
pub(super) fn function(name: &str) -> Option<&'static str> {
    Some(match name.to_ascii_lowercase().as_str() {
        "round" | "mround" => "write `… rounded to 0.01 USD`, with the step after `to`",
        "roundup" | "ceil" | "ceiling" => "write `… rounded up to 1 lb`, with the step after `to`",
        "rounddown" | "floor" | "int" | "trunc" => "write `… rounded down to 1 lb`, with the step after `to`",
        "max" | "maximum" => "write `greatest of (a, b)`, or `… minimum 5 USD` for a floor",
        "min" | "minimum" => "write `least of (a, b)`, or `… maximum 5 USD` for a cap",
        "sum" | "sumif" | "sumifs" => "write `sum of line.amount for each line in lines where …`",
        "count" | "countif" | "countifs" | "len" | "length" => {
            "write `count of lines`, or `count of each line in lines where …`"
        }
        "vlookup" | "hlookup" | "xlookup" | "lookup" | "index" => {
            "declare a `table`, and look its row up: `rates[zone, weight].price`"
        }
        "if" | "iif" | "ifs" | "switch" => "write `if a then b else c`, or a table",
        "abs" => "write `absolute(…)`",
        "mod" => "write `remainder(a, b)`",
        "ucase" => "write `upper(…)`",
        "lcase" => "write `lower(…)`",
        "isblank" | "isnull" | "coalesce" | "ifnull" | "iferror" => "write `x is given`, or `x otherwise 0`",
        "today" | "now" => "a rule set knows no clock: take the date from the caller in `input { … }`",
        "edate" => "write `date + 1 month`",
        "eomonth" => "write `end_of_month(date)`",
        "datedif" => "write `days from a until b`, or `months_between(a, b)`",
        _ => return None,
    })
}
