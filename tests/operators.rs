//! Every operator between every pair of types is accepted or refused as the table of `docs/language/operators.md` says, with its type.
//!
//! The table is the reference: its rows are read from the document, and units are multiplied and divided here independently.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::print_stdout)]

use ratewright::check::{Loader, check};
use ratewright::diagnostic::Severity;
use ratewright::eval::show;
use std::collections::BTreeMap;

/// A kind of operand: its name in the table, its type as written, and its unit as dimensions with the unit's name.
struct Operand {
    name: &'static str,
    written: &'static str,
    unit: &'static [(&'static str, &'static str, i32)],
}

const fn plain(name: &'static str, written: &'static str) -> Operand {
    Operand { name, written, unit: &[] }
}

const fn quantity(name: &'static str, unit: &'static [(&'static str, &'static str, i32)]) -> Operand {
    Operand { name, written: name, unit }
}

const OPERANDS: &[Operand] = &[
    plain("number", "number"),
    plain("integer", "integer"),
    plain("percent", "percent"),
    quantity("USD", &[("USD", "USD", 1)]),
    quantity("EUR", &[("EUR", "EUR", 1)]),
    quantity("lb", &[("mass", "lb", 1)]),
    quantity("kg", &[("mass", "kg", 1)]),
    quantity("in", &[("length", "in", 1)]),
    quantity("USD per lb", &[("USD", "USD", 1), ("mass", "lb", -1)]),
    quantity("h", &[("time", "h", 1)]),
    plain("date", "date"),
    plain("months", "months"),
    plain("instant", "instant"),
    plain("time", "time"),
    plain("text", "text"),
    plain("yes/no", "yes/no"),
    plain("enum", "Colour"),
    plain("optional number", "number?"),
    plain("list of number", "list of number"),
];

const OPERATORS: &[&str] = &[
    "+",
    "-",
    "*",
    "/",
    "<",
    "<=",
    ">",
    ">=",
    "is",
    "is not",
    "is one of",
    "is one of list",
    "and",
    "or",
    "of",
    "contained in",
    "otherwise",
    "per started",
    "per whole",
];

/// A row of the table of the document.
struct Row {
    operators: Vec<String>,
    left: Vec<String>,
    right: Vec<String>,
    gives: String,
}

fn table() -> Vec<Row> {
    let text = include_str!("../docs/language/operators.md");
    let start = text.find("| operator | left | right | gives |").expect("the table");
    text[start..]
        .lines()
        .skip(2)
        .take_while(|line| line.starts_with('|'))
        .map(|line| {
            let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
            let [operators, left, right, gives] = cells[..] else { panic!("not four cells: {line}") };
            let words = |cell: &str| cell.split(", ").map(str::to_string).collect();
            Row {
                operators: operators.split('`').skip(1).step_by(2).map(str::to_string).collect(),
                left: words(left),
                right: words(right),
                gives: gives.to_string(),
            }
        })
        .collect()
}

/// Whether an operand is what a word of the table means.
fn is_a(operand: &Operand, word: &str) -> bool {
    match word {
        "quantity" => !operand.unit.is_empty(),
        "duration" => operand.name == "h",
        _ => operand.name == word,
    }
}

fn dimension(operand: &Operand) -> BTreeMap<&str, i32> {
    operand.unit.iter().map(|(dimension, _, power)| (*dimension, *power)).collect()
}

/// The unit of a product or quotient: powers by the name of the unit, the left one's name where a dimension meets itself.
fn combined(left: &Operand, right: &Operand, sign: i32) -> BTreeMap<String, i32> {
    let mut powers: BTreeMap<&str, (&str, i32)> = BTreeMap::new();
    for (dimension, unit, power) in left.unit {
        powers.insert(dimension, (unit, *power));
    }
    for (dimension, unit, power) in right.unit {
        powers.entry(dimension).or_insert((unit, 0)).1 += sign * power;
    }
    powers.values().filter(|(_, power)| *power != 0).map(|(unit, power)| (unit.to_string(), *power)).collect()
}

/// The powers of the units in a type as it is shown: `USD·lb per in per in`.
fn powers_of(shown: &str) -> BTreeMap<String, i32> {
    let mut parts = shown.split(" per ");
    let mut powers = BTreeMap::new();
    for unit in parts.next().unwrap().split('·').filter(|unit| *unit != "1" && *unit != "number") {
        *powers.entry(unit.to_string()).or_default() += 1;
    }
    for unit in parts {
        *powers.entry(unit.to_string()).or_default() -= 1;
    }
    powers
}

/// What the table says about a cell: nothing where it is refused.
fn expected(rows: &[Row], operator: &str, left: &Operand, right: &Operand) -> Option<String> {
    let row = rows.iter().find(|row| {
        let right_fits = row.right.iter().any(|word| match word.as_str() {
            "the same dimension" => !right.unit.is_empty() && dimension(left) == dimension(right),
            "the same type" => left.name == right.name,
            word => is_a(right, word),
        });
        row.operators.iter().any(|o| o == operator) && row.left.iter().any(|word| is_a(left, word)) && right_fits
    })?;
    Some(match row.gives.as_str() {
        "the left type" => left.name.to_string(),
        "the right type" => right.name.to_string(),
        "the product of the units" => "*".to_string(),
        "the quotient of the units" => "/".to_string(),
        other => other.to_string(),
    })
}

struct Text(String);

impl Loader for Text {
    fn load(&self, _: &str) -> Result<String, String> {
        Ok(self.0.clone())
    }
}

fn expression(operator: &str, left: &str, right: &str) -> String {
    match operator {
        "is one of" => format!("{left} is one of ({right}, {right})"),
        "is one of list" => format!("{left} is one of {right}"),
        "per started" | "per whole" => format!("{left} {operator} {right} of {right}"),
        other => format!("{left} {other} {right}"),
    }
}

/// A rule set with a `let` for each of the right sides, a line each.
fn rule_set(operator: &str, left: usize, rights: &[usize]) -> String {
    let mut text = "ruleset cell { currency USD } enum Colour { red, green } input {".to_string();
    for (index, operand) in OPERANDS.iter().enumerate() {
        text.push_str(&format!(" o{index} : {},", operand.written));
    }
    text.push_str(" }\n");
    for right in rights {
        let value = expression(operator, &format!("o{left}"), &format!("o{right}"));
        text.push_str(&format!("let r{right} = {value}\n"));
    }
    text
}

/// The types that the checker gives to the cells with a left side, as they are shown; nothing where it refuses one.
fn found(operator: &str, left: usize) -> Vec<Option<String>> {
    let every: Vec<usize> = (0..OPERANDS.len()).collect();
    let checked = check("cell.rules", &Text(rule_set(operator, left, &every)));
    let errors = checked.diagnostics.iter().filter(|d| d.severity == Severity::Error);
    let refused: Vec<usize> = errors
        .map(|d| checked.sources.file(d.primary.span.file).unwrap().place(d.primary.span.start).line as usize - 2)
        .collect();
    let accepted: Vec<usize> = every.iter().copied().filter(|right| !refused.contains(right)).collect();
    let mut types = vec![None; OPERANDS.len()];
    let checked = check("cell.rules", &Text(rule_set(operator, left, &accepted)));
    let program = checked.program.expect("what is not refused is accepted");
    for (definition, right) in program.definitions.iter().zip(accepted) {
        types[right] = Some(match show::show_type(&program, &definition.value.ty).as_str() {
            "number?" => "optional number".to_string(),
            "Colour" => "enum".to_string(),
            shown => shown.to_string(),
        });
    }
    types
}

#[test]
fn every_cell_is_as_the_reference_says() {
    let rows = table();
    assert!(rows.len() > 25, "the table of operators.md was not read");
    let mut problems = Vec::new();
    let (mut cells, mut accepted) = (0, 0);
    for operator in OPERATORS {
        for (index, left) in OPERANDS.iter().enumerate() {
            for (right, found) in OPERANDS.iter().zip(found(operator, index)) {
                cells += 1;
                let wanted = expected(&rows, operator, left, right);
                accepted += usize::from(wanted.is_some());
                let same = match (&wanted, &found) {
                    (Some(product), Some(found)) if product == "*" || product == "/" => {
                        let sign = if product == "*" { 1 } else { -1 };
                        powers_of(found) == combined(left, right, sign)
                    }
                    (wanted, found) => wanted == found,
                };
                if !same {
                    let cell = expression(operator, left.name, right.name);
                    problems.push(format!("{cell}: the reference says {wanted:?}, the checker {found:?}"));
                }
            }
        }
    }
    println!("{cells} cells, {accepted} of them accepted");
    assert!(problems.is_empty(), "{} of {cells} cells differ:\n{}", problems.len(), problems.join("\n"));
}

#[test]
fn every_row_and_word_of_the_reference_is_used() {
    for row in table() {
        assert!(row.operators.iter().all(|o| OPERATORS.contains(&o.as_str())), "{:?}", row.operators);
        let known = |word: &String| word.starts_with("the same ") || OPERANDS.iter().any(|operand| is_a(operand, word));
        assert!(row.left.iter().chain(&row.right).all(known), "{:?} {:?}", row.left, row.right);
    }
}
