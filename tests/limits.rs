//! What one quote may cost: steps, lengths and the stack.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod eval;

use eval::{case, failure, value};
use ratewright::check::DEEPEST;
use ratewright::eval::Limits;

#[test]
fn work_is_bounded_by_steps() {
    let rules = "ruleset t \"t\" { currency USD }\ninput { n : integer }\noutput s = sum of (sum of x * y for each y in numbers(1, n)) for each x in numbers(1, n)";
    let case = case(rules, "given n = 100");
    let limits = Limits { steps: 5_000, ..Limits::default() };
    assert_eq!(
        case.price_within(&limits).unwrap_err().to_string(),
        "limit reached: the quote takes more than 5000 steps"
    );
    // 5050 × 5050
    assert_eq!(case.price().unwrap().output("s").unwrap().to_string(), "25502500");
}

#[test]
fn lists_and_texts_are_bounded() {
    assert_eq!(failure("count of numbers(1, 100_001)"), "limit reached: a list has more than 100000 elements");
    assert_eq!(value("count of numbers(1, 100_000)"), "100000");
    assert_eq!(
        failure("count of increments of 1 day first 0.1 s then 0.1 s"),
        "limit reached: a list has more than 100000 elements"
    );
    let rules = "ruleset t \"t\" { currency USD }\ninput { a : text }\nflag F \"{a}{a}{a}\" when characters(a) > 0";
    let case = case(rules, "given a = \"0123456789\"");
    let limits = Limits { text: 25, ..Limits::default() };
    assert_eq!(case.price_within(&limits).unwrap_err().to_string(), "limit reached: a text is longer than 25 bytes");
    assert_eq!(case.price().unwrap().flags().next().unwrap().message().len(), 30);
}

#[test]
fn numbers_overflow_with_a_place() {
    let rules = "ruleset t \"t\" { currency USD }\nlet a = 1_000_000_000_000_000_000_000_000_000_000\nlet b = a * a * a * a\nlet c = b * b * b\noutput x = c * c";
    let error = case(rules, "").price().unwrap_err();
    assert_eq!(error.to_string(), "overflow: the number is too large or too finely divided");
    assert!(error.span.is_some());
}

/// Rules as deep as the checker accepts: definitions on each other, each with nested conditions, in branches and in lists.
fn deep(levels: usize) -> String {
    let mut text = "ruleset t \"t\" { currency USD }\ninput { n : number }\nlet d0 = n\n".to_string();
    for level in 1..=levels {
        let before = format!("d{}", level - 1);
        text.push_str(&match level % 4 {
            0 => format!("let d{level} = sum of x + {before} for each x in [0]\n"),
            1 => format!("let d{level} = if n > 0 then ({before} less 0% rounded to 1) else 0\n"),
            2 => format!("let d{level} = (walk x in [1] carrying s = 0 {{ next s = {before} }}).final.s\n"),
            _ => format!("let d{level} = first of [{before}]\n"),
        });
    }
    text.push_str(&format!("charge A = d{levels} * 1 USD\n"));
    text
}

#[test]
fn the_deepest_rules_fit_a_stack_of_two_megabytes() {
    // The most levels that still compile.
    let compiles = |levels: usize| ratewright::RuleSet::compile(&deep(levels)).is_ok();
    let mut levels = 8;
    while compiles(levels + 4) {
        levels += 4;
        assert!(levels < DEEPEST as usize);
    }
    assert!(levels > 40, "{levels}");
    let work = move || {
        let case = case(&deep(levels), "given n = 3");
        assert_eq!(case.price().unwrap().totals()[0].to_string(), "3.00 USD");
        let (quote, explanation) = case.explain();
        assert!(quote.is_ok() && explanation.to_text().contains("n = 3 (input)"));
    };
    std::thread::Builder::new().stack_size(2 * 1024 * 1024).spawn(work).unwrap().join().unwrap();
}

#[test]
fn depth_is_bounded_where_the_host_wants_less() {
    let case = case(&deep(12), "given n = 3");
    let limits = Limits { depth: 10, ..Limits::default() };
    assert_eq!(
        case.price_within(&limits).unwrap_err().to_string(),
        "limit reached: expressions are nested more than 10 deep"
    );
}

#[test]
fn the_size_of_a_file_is_limited_where_the_program_says_so() {
    let rules = "ruleset r \"R\" { currency USD }\ncharge A = 1 USD\n";
    let compile = |file| {
        let limits = Limits { file, ..Limits::default() };
        ratewright::Compiler::new().source("r.rules", rules).limits(limits).compile("r.rules")
    };
    assert!(compile(rules.len()).is_ok());
    let rejected = compile(rules.len() - 1).unwrap_err();
    assert_eq!(rejected.diagnostics[0].code.to_string(), "RW0200");
    assert!(rejected.diagnostics[0].primary.text.contains("are allowed"), "{rejected:?}");
}
