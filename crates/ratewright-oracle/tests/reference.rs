//! Every priced example of `docs/language` gives what stands beside its lines: the oracle read the reference as its readers do.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::print_stdout)]

mod examples;

use examples::{Example, Mark};
use ratewright_oracle::oracle::Case;
use ratewright_oracle::outcome::Money;
use ratewright_oracle::{Oracle, Outcome};

#[test]
fn every_priced_example_gives_what_it_says() {
    let (mut count, mut marks, mut problems) = (0, 0, Vec::new());
    for example in examples::examples() {
        if example.marks.iter().any(|(_, mark)| *mark == Mark::Code)
            || example.files.iter().any(|(_, text)| text.contains("# ! RW"))
        {
            continue;
        }
        count += 1;
        marks += example.marks.len();
        problems.extend(
            run(&example).into_iter().map(|problem| format!("{}:{}: {problem}", example.document, example.line)),
        );
    }
    println!("{count} examples with {marks} marks");
    assert!(problems.is_empty(), "{} problems:\n{}", problems.len(), problems.join("\n"));
    assert!(count >= 130 && marks >= 500, "only {count} examples with {marks} marks were found");
}

fn run(example: &Example) -> Vec<String> {
    let files: Vec<(&str, &str)> = example.files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let oracle = match Oracle::read(&files) {
        Ok(oracle) => oracle.host("distance", Some(120)).host("failing", None),
        Err(problem) => return vec![problem],
    };
    let mut problems = Vec::new();
    if !example.marks.is_empty() {
        let names = oracle.names();
        let (given, lines) = (example.given.then_some("(given)"), Lines::new(example, names));
        let checked = oracle.case(given, |case| check(example, &lines, &case));
        problems.extend(checked.unwrap_or_else(|| vec!["it broke off".to_string()]));
    }
    if example.tests {
        for result in oracle.test() {
            problems.extend(result.failures.iter().map(|failure| format!("test {}: {failure}", result.name)));
        }
    }
    problems
}

/// Which item stands on which line of an example.
struct Lines(Vec<(usize, String)>);

impl Lines {
    fn new(example: &Example, names: Vec<(String, ratewright::source::Span)>) -> Self {
        let text = &example.files[0].1;
        let line = |at: u32| text[..at as usize].matches('\n').count() + 1 - example.before;
        Lines(names.into_iter().map(|(name, span)| (line(span.start), name)).collect())
    }

    /// The item that starts last at or before a line, and whether it starts there.
    fn at(&self, line: usize) -> Option<(&str, bool)> {
        let found = self.0.iter().filter(|(start, _)| *start <= line).max_by_key(|(start, _)| *start)?;
        Some((&found.1, found.0 == line))
    }
}

fn check(example: &Example, lines: &Lines, case: &Case<'_>) -> Vec<String> {
    let outcome = case.price().outcome;
    let mut problems = Vec::new();
    for (line, mark) in &example.marks {
        if let Err(problem) = check_mark(*line, mark, lines, case, &outcome) {
            problems.push(format!("line {line}: {problem}"));
        }
    }
    problems
}

fn check_mark(line: usize, mark: &Mark, lines: &Lines, case: &Case<'_>, outcome: &Outcome) -> Result<(), String> {
    let same = |found: String, expected: &str| {
        if found == expected { Ok(()) } else { Err(format!("expected {expected}, found {found}")) }
    };
    let quote = || if let Outcome::Quote(quote) = outcome { Ok(quote) } else { Err(outcome.to_string()) };
    let of_code = |code: &str| -> Result<String, String> {
        let found = quote()?.lines.iter().filter(|line| line.code == code).map(|line| show(&line.amount));
        let found: Vec<String> = found.collect();
        Ok(if found.is_empty() { "no line".to_string() } else { found.join(", ") })
    };
    let is_charge = |name: &str| name.chars().next().is_some_and(char::is_uppercase) && name.to_uppercase() == *name;
    match mark {
        Mark::Value(expected) => match lines.at(line).ok_or("no item stands here")? {
            (name, _) if is_charge(name) => same(of_code(name)?, expected),
            (name, _) => same(case.shown(name)?, expected),
        },
        Mark::Error(words) => match lines.at(line) {
            Some((name, true)) if !is_charge(name) => match case.shown(name) {
                Err(found) => same(found, words),
                Ok(value) => Err(format!("expected {words}, found {value}")),
            },
            _ => match outcome {
                Outcome::Failed(found) => same(found.clone(), words),
                other => Err(format!("expected {words}, found {other}")),
            },
        },
        Mark::Total(expected) => same(quote()?.totals.iter().map(show).collect::<Vec<_>>().join(", "), expected),
        Mark::Line(code, expected) => same(of_code(code)?, expected),
        Mark::NoLine(code) => same(of_code(code)?, "no line"),
        Mark::Refused(code) => match outcome {
            Outcome::Refused { code: found, .. } => same(found.clone(), code),
            other => Err(other.to_string()),
        },
        Mark::Flag(code, raised) => {
            same(quote()?.flags.iter().any(|(found, _)| found == code).to_string(), &raised.to_string())
        }
        Mark::Part(..) | Mark::Code => Ok(()),
    }
}

/// An amount with the decimals of its currency, as the examples write it.
fn show(money: &Money) -> String {
    let json = format!("{{\"amount\": \"{}\", \"currency\": \"{}\"}}", money.amount, money.currency);
    let read: ratewright::quote::Money = serde_json::from_str(&json).expect("an amount");
    read.to_string()
}
