//! Every test of every shipped rule set is explained: watching changes nothing, and the parts add up.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod eval;

use eval::{Case, inputs_of};
use ratewright::value::Number;
use ratewright::{ErrorKind, EvalError, RuleSet};
use std::path::{Path, PathBuf};

fn rule_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rule_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rules") {
            found.push(path);
        }
    }
}

fn sum<'n>(numbers: impl Iterator<Item = &'n Number>) -> Number {
    numbers.fold(Number::ZERO, |sum, number| sum.add(number).unwrap())
}

/// Explains one input and returns whether it has a quote.
fn check(case: &Case, name: &str) -> bool {
    let silent = case.price();
    let (watched, explanation) = case.explain();
    // Explaining changes nothing, but that a refusal names the rows that came closest.
    let watched = watched.map_err(|error| match error.kind {
        ErrorKind::Refused => EvalError { nearest: Vec::new(), ..error },
        _ => error,
    });
    assert_eq!(silent, watched, "{name}");
    let text = explanation.to_text();
    assert!(text.lines().all(|line| line.chars().count() <= 110), "{name}");
    let Ok(quote) = silent else { return false };
    for total in quote.totals() {
        let lines = quote.charges().filter(|line| line.currency() == total.currency);
        assert_eq!(sum(lines.map(|line| line.amount())), total.amount, "{name}");
    }
    for charge in explanation.charges().iter().filter(|charge| charge.amount.is_some()) {
        assert_eq!(Some(&sum(charge.addends.iter().map(|addend| addend.amount))), charge.amount, "{name}: {charge:?}");
    }
    for line in quote.charges() {
        let booked = |c: ratewright::eval::explain::Explained<'_>| c.name == line.code() && c.amount.is_some();
        let own = line.tags().len() == 0 && !explanation.charges().iter().any(|c| c.name == line.code());
        assert!(own || explanation.charges().iter().any(booked), "{name}: {} is not explained", line.code());
    }
    true
}

#[test]
fn every_test_of_the_shipped_rules_is_explained() {
    let mut files = Vec::new();
    rule_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("rules"), &mut files);
    let mut quotes = 0;
    for file in files {
        let Ok(rules) = RuleSet::from_file(&file) else { continue };
        for test in &rules.program().tests {
            let program = rules.program().clone();
            let inputs = inputs_of(&program, test);
            let case = Case { program, inputs };
            quotes += usize::from(check(&case, &format!("{}: {}", file.display(), test.name)));
        }
    }
    assert!(quotes > 50, "{quotes}");
}
