//! Every example of `docs/language` is compiled and priced, and gives what stands beside its lines.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::print_stdout)]

mod documentation;

use documentation::{Example, documents, examples, run};
use std::collections::{BTreeMap, BTreeSet};

#[test]
fn every_example_gives_what_it_says() {
    let mut count = 0;
    let mut problems = Vec::new();
    for (document, text) in documents() {
        let found = examples(&document, &text);
        count += found.len();
        for example in found {
            problems.extend(run(&example));
        }
    }
    println!("{count} examples of docs/language run");
    assert!(problems.is_empty(), "{} of {count} examples' marks do not hold:\n{}", problems.len(), problems.join("\n"));
    assert!(count >= 180, "only {count} examples were found");
}

fn example(text: &str) -> Example {
    Example {
        document: "here".to_string(),
        line: 0,
        text: text.to_string(),
        files: BTreeMap::new(),
        tags: BTreeSet::new(),
    }
}

#[test]
fn an_example_without_an_expectation_fails() {
    assert_eq!(run(&example("charge BASE = 1 USD\n")).len(), 1);
}

#[test]
fn a_wrong_value_a_missing_diagnostic_and_a_surplus_one_fail() {
    assert_eq!(run(&example("let x = 1 + 1 # = 2\n")), Vec::<String>::new());
    assert_eq!(run(&example("let x = 1 + 1 # = 3\n")).len(), 1);
    assert_eq!(run(&example("let x = 1 + 1 # ! RW0306\n")).len(), 1);
    assert_eq!(run(&example("let x = 1 USD + 1 EUR # ! RW0306\n")), Vec::<String>::new());
    assert_eq!(run(&example("let y = 1 # = 1\nlet x = 1 USD + 1 EUR\n")).len(), 1);
    assert_eq!(run(&example("let x = 1 / (1 - 1) # ! division by zero\n")), Vec::<String>::new());
    assert_eq!(run(&example("let x = 1 / 1 # ! division by zero\n")).len(), 1);
}

#[test]
fn a_mark_without_an_item_and_an_input_that_is_not_given_fail() {
    assert_eq!(run(&example("# = 2\n")).len(), 1);
    assert_eq!(run(&example("input { a : number }\nlet x = a # = 2\n")).len(), 1);
    assert_eq!(run(&example("# given a = 2\ninput { a : number }\nlet x = a # = 2\n")), Vec::<String>::new());
}

#[test]
fn a_failing_test_within_an_example_fails() {
    assert_eq!(run(&example("charge A = 1 USD\ntest \"t\" {\n  expect charge A is 2 USD\n}\n")).len(), 1);
    assert_eq!(run(&example("charge A = 1 USD\ntest \"t\" {\n  expect charge A is 1 USD\n}\n")), Vec::<String>::new());
}
