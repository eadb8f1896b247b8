//! Large CSV tables: what a rule set keeps of them, and where their mistakes are.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

#[path = "../benches/workloads/mod.rs"]
mod workloads;

use allocation_counter::measure;
use ratewright::diagnostic::codes;
use ratewright::{Compiler, Loader};
use workloads::rates::Shape;

const ROWS: usize = 20_000;

/// Gives one CSV text.
struct Rates(String);

impl Loader for Rates {
    fn load(&self, _: &str) -> Result<String, String> {
        Ok(self.0.clone())
    }
}

fn compiler(shape: Shape, csv: String) -> Compiler {
    Compiler::new().source("main.rules", shape.rules()).loader(Rates(csv))
}

/// The text itself and the rest of the rule set included.
#[test]
fn a_row_is_kept_in_less_than_110_bytes() {
    for shape in Shape::ALL {
        let compiler = compiler(shape, shape.csv(ROWS));
        let mut rules = None;
        let memory = measure(|| rules = compiler.compile("main.rules").ok());
        let (input, rate) = shape.example(ROWS);
        let quote = rules.unwrap().quote_json(&input).unwrap();
        assert_eq!(quote.totals()[0].to_string(), format!("{rate} USD"));
        let each = memory.bytes_current / ROWS as i64;
        // The text of a row alone has 17 bytes or more.
        assert!((17..110).contains(&each), "{shape:?}: {each} bytes a row");
    }
}

/// Here no two rows have a range in common.
#[test]
fn a_row_with_a_range_of_its_own_is_kept_in_less_than_220_bytes() {
    let mut csv = String::from("code,low,high,day,rate\n");
    for row in 0..ROWS {
        csv.push_str(&format!("AA,{},{},2026-01-01,{row}.25\n", row * 10, row * 10 + 9));
    }
    let compiler = compiler(Shape::Bands, csv);
    let mut rules = None;
    let memory = measure(|| rules = compiler.compile("main.rules").ok());
    let quote = rules.unwrap().quote_json(r#"{"code": "AA", "weight": 12345, "day": "2026-03-01"}"#).unwrap();
    assert_eq!(quote.totals()[0].to_string(), "1234.25 USD");
    let each = memory.bytes_current / ROWS as i64;
    assert!((110..220).contains(&each), "{each} bytes a row");
}

#[test]
fn a_mistake_in_a_late_row_has_its_line_and_column() {
    let csv = Shape::Bands.csv(ROWS);
    let line = ROWS - 7;
    let mut lines: Vec<String> = csv.lines().map(str::to_string).collect();
    let cells: Vec<&str> = lines[line].split(',').collect();
    let wrong = format!("{},{},{},{},\"1,665.25\"", cells[0], cells[1], cells[2], cells[3]);
    let column = wrong.find('"').unwrap() as u32 + 1;
    lines[line] = wrong;
    let rejected = compiler(Shape::Bands, lines.join("\n")).compile("main.rules").unwrap_err();
    let [problem] = rejected.diagnostics.as_slice() else { panic!("{rejected}") };
    assert_eq!(
        (problem.code, problem.title.as_str()),
        (codes::BAD_CELL, "a number is written without thousands marks")
    );
    let file = rejected.sources.file(problem.primary.span.file).unwrap();
    let place = file.place(problem.primary.span.start);
    assert_eq!((&*file.name, place.line as usize, place.column), ("rates.csv", line + 1, column));
}

/// So many codes that it is not worth knowing them by their texts; and the first of them once more at the end.
#[test]
fn keys_are_the_same_however_many_others_lie_between() {
    let codes = 70_000;
    let mut csv = String::from("code,rate\n");
    (0..codes).for_each(|code| csv.push_str(&format!("C{code},{code}.5\n")));
    let rules = compiler(Shape::Codes, csv.clone()).compile("main.rules").unwrap();
    for code in [0, 7, 65_535, 65_536, codes - 1] {
        let quote = rules.quote_json(&format!(r#"{{"code": "C{code}"}}"#)).unwrap();
        assert_eq!(quote.totals()[0].to_string(), format!("{code}.50 USD"));
    }
    csv.push_str("C0,1\n");
    let rejected = compiler(Shape::Codes, csv).compile("main.rules").unwrap_err();
    let [problem] = rejected.diagnostics.as_slice() else { panic!("{rejected}") };
    let line = |span: ratewright::source::Span| rejected.sources.file(span.file).unwrap().place(span.start).line;
    assert_eq!(problem.code, codes::SAME_KEYS);
    assert_eq!((line(problem.primary.span), line(problem.secondary[0].span)), (codes as u32 + 2, 2));
}
