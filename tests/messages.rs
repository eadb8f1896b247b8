//! What an author is told who writes as spreadsheets, programs and rate sheets do: one problem, and the form that is meant.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use ratewright::RuleSet;
use ratewright::diagnostic::Severity;

/// The errors of a rule set with these lines, each as `text it points at: title | help`.
fn errors(lines: &str) -> Vec<String> {
    let head =
        "ruleset t { currency USD }\ninput { weight : mass in lb  residential : yes/no  lines : list of number }\n";
    let rejected = RuleSet::compile(&format!("{head}{lines}\n")).expect_err(lines);
    let wrong = rejected.diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error);
    wrong
        .map(|diagnostic| {
            let place = rejected.sources.text(diagnostic.primary.span);
            format!("{place}: {} | {}", diagnostic.title, diagnostic.help.as_deref().unwrap_or(""))
        })
        .collect()
}

/// One error, that names the words in its text, title or help.
#[track_caller]
fn told(lines: &str, words: &[&str]) {
    let errors = errors(lines);
    let [only] = errors.as_slice() else { panic!("{lines}: {errors:#?}") };
    for part in words {
        assert!(only.contains(part), "{lines}: {only}");
    }
}

#[test]
fn functions_of_spreadsheets_are_answered_with_the_form_here() {
    told("let a = round(2.5, 0)", &["round: ", "`… rounded to 0.01 USD`"]);
    told("let a = MAX(1, 2)", &["`greatest of (a, b)`"]);
    told("let a = Sum(lines)", &["`sum of line.amount for each line in lines where …`"]);
    told("let a = today()", &["a rule set knows no clock"]);
    told("let a = abs(1)", &["`absolute(…)`"]);
    told("let a = conatins(\"ab\", \"b\")", &["did you mean `contains`?"]);
}

#[test]
fn true_and_false_are_yes_and_no() {
    told("charge A = 5 USD when residential is true", &["true: ", "write `yes`"]);
    told("let a = residential is FALSE", &["FALSE: ", "write `no`"]);
}

#[test]
fn currencies_in_words_are_their_codes() {
    told("charge A = 5 dollars", &["dollars: ", "did you mean `USD`?"]);
    told("charge A = 5 Euros", &["did you mean `EUR`?"]);
}

#[test]
fn a_bare_number_against_a_quantity_is_given_its_unit() {
    told("charge A = if weight > 10 then 5 USD else 3 USD", &["10: ", "`10 lb`"]);
    told("charge A = if 10 < weight then 5 USD else 3 USD", &["`10 lb`"]);
}

#[test]
fn what_is_half_read_is_reported_once() {
    told("charge A = 5 USD when weight = 3 lb", &["=: ", "values are compared with `is`"]);
    told("charge A = 1,200.00 USD", &["set off with `_`"]);
    told("charge A = €5.00", &["`12.50 EUR`"]);
    told("let a = 18.5 % of weight\nlet b : mass in lb = a", &["a percent is written without a space"]);
}

#[test]
fn a_row_is_not_an_amount() {
    let table =
        "table t {\n  weight : mass in lb by break\n  -> price : money\n  | weight || price |\n  | 0 || 1.00 |\n}\n";
    told(&format!("{table}charge A = t[weight]"), &["the charge A is a row of t", "say which value of the row"]);
}

#[test]
fn ranges_of_rate_sheets_are_written_out() {
    for (cell, range) in [
        ("0-10", "0 through 10"),
        ("0 - 10", "0 through 10"),
        ("0 to 10", "0 through 10"),
        ("11+", "from 11"),
        ("<5", "under 5"),
        ("<= 5", "up to 5"),
        (">5", "over 5"),
        (">=5", "from 5"),
    ] {
        let table = format!(
            "table t {{\n  weight : mass in lb by range\n  -> price : money\n  | weight || price |\n  | {cell} || 1.00 |\n}}"
        );
        told(&table, &[&format!("{cell}: a range is written in words | write `{range}`")]);
    }
    told(
        "table t {\n  weight : mass in lb by range\n  -> price : money\n  | weight || price |\n  | heavy || 1.00 |\n}",
        &["heavy: this is not a number of lb"],
    );
}
