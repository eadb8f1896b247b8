//! Test books: a CSV file whose rows are tests of a rule set.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use ratewright::check::{Checked, Loader, check};
use ratewright::{Compiler, TestReport};
use std::collections::HashMap;

struct Files(HashMap<&'static str, String>);

impl Loader for Files {
    fn load(&self, path: &str) -> Result<String, String> {
        self.0.get(path).cloned().ok_or_else(|| "no such file".to_string())
    }
}

const RULES: &str = r#"
ruleset parcels "Parcels" { currency USD }
enum Service { ground, air "By air" }
input { service : Service = ground   weight : mass in lb   note : text? }
refuse HEAVY "{weight} is too heavy" when weight > 150 lb
flag WATCH "over 50 lb" when weight > 50 lb
charge BASE = 2 USD per lb * weight
charge AIR = 5 USD when service is air
test "book" from "book.csv"
"#;

fn files(book: &str) -> Files {
    Files(HashMap::from([("main.rules", RULES.to_string()), ("book.csv", book.to_string())]))
}

fn checked(book: &str) -> Checked {
    check("main.rules", &files(book))
}

fn run(book: &str) -> TestReport {
    Compiler::new().loader(files(book)).compile("main.rules").expect("the rule set is right").test()
}

#[test]
fn each_row_is_a_test() {
    let report = run("name,given weight,given service,charge BASE,charge AIR,total,flag WATCH,refusal,expect weight\n\
         light,3,,6.00,none,6.00 USD,no,,3 lb\n\
         by air,\"60\",By air,120 USD,5,125,yes,,60\n\
         too heavy,151,,,,,,HEAVY,\n");
    let failures: Vec<_> = report.results.iter().flat_map(|r| &r.failures).collect();
    assert!(failures.is_empty(), "{failures:#?}");
    let names: Vec<_> = report.results.iter().map(|r| r.name.as_str()).collect();
    assert_eq!(names, ["book: light", "book: by air", "book: too heavy"]);
}

#[test]
fn a_wrong_figure_fails_its_row_alone() {
    let report = run("given weight,total\n3,6\n4,9\n5,10\n");
    let failed: Vec<_> = report.results.iter().filter(|r| !r.failures.is_empty()).map(|r| r.name.as_str()).collect();
    assert_eq!(failed, ["book, row 2"]);
}

#[track_caller]
fn problem(book: &str, code: &str, text: &str) {
    let checked = checked(book);
    let found: Vec<_> =
        checked.diagnostics.iter().map(|d| (d.code.to_string(), checked.sources.text(d.primary.span))).collect();
    assert!(found.contains(&(code.to_string(), text)), "{found:?}");
    assert!(checked.program.is_none());
}

#[test]
fn problems_have_their_place_in_the_book() {
    problem("given wieght,total\n3,6\n", "RW0201", "wieght");
    problem("given weight,amount\n3,6\n", "RW0602", "amount");
    problem("given weight,total\n3\n", "RW0601", "3");
    problem("given weight,total\nthree,6\n", "RW0506", "three");
    problem("given weight,charge BSAE\n3,6\n", "RW0201", "BSAE");
    problem("", "RW0600", "\"book.csv\"");
}
