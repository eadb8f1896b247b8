//! The cases, run with this engine: each rule set is compiled once, and each input priced once.

use crate::cases::{Case, Expect, folder};
use ratewright::diagnostic::{Diagnostic, Severity};
use ratewright::eval::EvalError;
use ratewright::source::SourceMap;
use ratewright::testing::Outcome;
use ratewright::value::{Number, Value as RuleValue};
use ratewright::{Compiler, Directory, Rejected, RuleSet};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};

/// A rule set, and what came of the inputs it was asked so far.
struct Compiled {
    rules: Result<RuleSet, Rejected>,
    quotes: HashMap<String, Result<Value, EvalError>>,
    /// Whether it was told already that it is rejected, which is not to be said of each of its cases.
    told: bool,
}

/// The cases that do not give what they say, in words.
pub fn problems(cases: &[Case]) -> Vec<String> {
    let mut compiled: BTreeMap<&str, Compiled> = BTreeMap::new();
    let mut problems = Vec::new();
    for case in cases {
        let entry = compiled.entry(&case.rules).or_insert_with(|| Compiled {
            rules: compile(&case.rules),
            quotes: HashMap::new(),
            told: false,
        });
        let mut found = Vec::new();
        entry.look(case, &mut found);
        problems.extend(found.into_iter().map(|(expected, got)| {
            format!(
                "{} “{}” ({}, {})\n  expected {expected}\n  got      {got}",
                case.paragraph, case.name, case.place, case.rules
            )
        }));
    }
    problems
}

/// The two host functions of the suite, which its README defines.
fn compile(path: &str) -> Result<RuleSet, Rejected> {
    let (folder_name, name) = path.split_once('/').unwrap();
    Compiler::new()
        .loader(Directory::new(folder().join(folder_name)))
        .host("distance", |_: &[RuleValue]| Ok(RuleValue::Number(Number::from_i64(120))))
        .host("failing", |_: &[RuleValue]| Err("the server does not answer".to_string()))
        .compile(name)
}

/// The codes with their places: `RW0306:4`, or `RW0506:zones.csv:3` in another file than the first.
fn codes(diagnostics: &[Diagnostic], sources: &SourceMap, main: &str, severity: Severity) -> Vec<String> {
    let told = diagnostics.iter().filter(|diagnostic| diagnostic.severity == severity);
    let mut all: Vec<String> = told
        .map(|diagnostic| {
            let file = sources.file(diagnostic.primary.span.file).unwrap();
            let line = file.place(diagnostic.primary.span.start).line;
            if *file.name == *main {
                format!("{}:{line}", diagnostic.code)
            } else {
                format!("{}:{}:{line}", diagnostic.code, file.name)
            }
        })
        .collect();
    all.sort();
    all
}

type Found = Vec<(String, String)>;

impl Compiled {
    fn look(&mut self, case: &Case, found: &mut Found) {
        let main = case.rules.split_once('/').unwrap().1;
        let expect = &case.expect;
        let rules = match (&self.rules, &expect.rejected) {
            (Err(Rejected { sources, diagnostics }), Some(expected)) => {
                return same(found, &sorted(expected), &codes(diagnostics, sources, main, Severity::Error));
            }
            (Err(_), None) if self.told => return,
            (Err(rejected), None) => {
                self.told = true;
                return found.push(("a rule set that is accepted".to_string(), rejected.to_string()));
            }
            (Ok(_), Some(expected)) => {
                return found.push((format!("{expected:?}"), "a rule set that is accepted".to_string()));
            }
            (Ok(rules), None) => rules,
        };
        if let Some(expected) = &expect.warned {
            let wants_unused = expected.iter().any(|code| code.starts_with("RW0900"));
            let mut got = codes(rules.warnings(), rules.sources(), main, Severity::Warning);
            got.retain(|code| wants_unused || !code.starts_with("RW0900"));
            same(found, &sorted(expected), &got);
        }
        if let Some(expected) = &expect.tests {
            let word = |outcome| if outcome == Outcome::Passed { "passed" } else { "failed" }.to_string();
            let got: BTreeMap<String, String> =
                rules.test().results.into_iter().map(|result| (result.name, word(result.outcome))).collect();
            same(found, expected, &got);
        }
        if expect.is_about_a_quote() {
            let asked = asked(case);
            let quote = self.quotes.entry(asked).or_insert_with(|| price(rules, case));
            match quote {
                Ok(quote) => expect.of_quote(quote, found),
                Err(error) => expect.of_error(error, found),
            }
        }
    }
}

fn asked(case: &Case) -> String {
    match (&case.input, &case.input_text, &case.fields) {
        (Some(input), None, None) => input.get().to_string(),
        (None, Some(text), None) => text.clone(),
        (None, None, Some(fields)) => format!("{fields:?}"),
        (None, None, None) => "{}".to_string(),
        _ => panic!("{}: “{}” has several inputs", case.place, case.name),
    }
}

fn price(rules: &RuleSet, case: &Case) -> Result<Value, EvalError> {
    let quote = match &case.fields {
        Some(fields) => {
            let fields: Vec<(&str, &str)> = fields.iter().map(|(name, text)| (&**name, &**text)).collect();
            rules.quote_fields(&fields)
        }
        None => rules.quote_json(&asked(case)),
    }?;
    let mut text = Vec::new();
    quote.write_json(&mut text);
    Ok(serde_json::from_slice(&text).unwrap())
}

fn sorted(codes: &[String]) -> Vec<String> {
    let mut all = codes.to_vec();
    all.sort();
    all
}

fn same<T: PartialEq + std::fmt::Debug>(found: &mut Found, expected: &T, got: &T) {
    if expected != got {
        found.push((format!("{expected:?}"), format!("{got:?}")));
    }
}

/// `10.44 USD`.
fn money(value: &Value) -> String {
    format!("{} {}", value["amount"].as_str().unwrap(), value["currency"].as_str().unwrap())
}

/// The elements of a list of the quote, which is left out where it is empty.
fn elements<'v>(quote: &'v Value, name: &str) -> &'v [Value] {
    quote.get(name).and_then(Value::as_array).map_or(&[], |all| all)
}

impl Expect {
    fn is_about_a_quote(&self) -> bool {
        let amounts = self.lines.is_some() || self.totals.is_some() || self.charges.is_some();
        let words = self.outputs.is_some() || self.flags.is_some() || self.messages.is_some();
        amounts || words || self.refused.is_some() || self.failed.is_some()
    }

    fn of_quote(&self, quote: &Value, found: &mut Found) {
        if let Some(code) = &self.refused {
            return found.push((format!("the refusal {code}"), quote.to_string()));
        }
        if let Some(words) = &self.failed {
            return found.push((format!("the error `{words}`"), quote.to_string()));
        }
        let charges = elements(quote, "charges");
        if let Some(expected) = &self.lines {
            let text = |value: &Value| value.as_str().unwrap().to_string();
            let got = charges.iter().map(|line| (text(&line["code"]), money(&line["amount"]))).collect();
            same(found, expected, &got);
        }
        if let Some(expected) = &self.totals {
            same(found, expected, &elements(quote, "totals").iter().map(money).collect());
        }
        for (name, expected) in self.outputs.iter().flatten() {
            match elements(quote, "outputs").iter().find(|output| output["name"] == **name) {
                Some(output) if output["value"] == *expected => {}
                Some(output) => found.push((format!("{name} = {expected}"), output["value"].to_string())),
                None => found.push((format!("{name} = {expected}"), "no such output".to_string())),
            }
        }
        let flags = elements(quote, "flags");
        if let Some(expected) = &self.flags {
            same(found, expected, &flags.iter().map(|flag| flag["code"].as_str().unwrap().to_string()).collect());
        }
        for (code, expected) in self.messages.iter().flatten() {
            let got = flags
                .iter()
                .find(|flag| flag["code"] == **code)
                .map_or("no such flag", |flag| flag["message"].as_str().unwrap());
            same(found, expected, &got.to_string());
        }
        if let Some(expected) = &self.charges {
            same(found, &expected.len(), &charges.len());
            for (fields, line) in expected.iter().zip(charges) {
                for (name, value) in fields {
                    // A field that is left out of a quote is told as null.
                    same(found, value, line.get(name).unwrap_or(&Value::Null));
                }
            }
        }
    }

    fn of_error(&self, error: &EvalError, found: &mut Found) {
        match (&self.refused, &self.failed) {
            (Some(code), _) => {
                same(found, &Some(code), &error.code.as_ref());
                if let Some(message) = &self.message {
                    same(found, message, &error.message);
                }
            }
            (None, Some(words)) => {
                if error.kind.words() != words {
                    found.push((format!("the error `{words}`"), error.to_string()));
                }
                if self.path.is_some() {
                    same(found, &self.path, &error.path);
                }
            }
            (None, None) => found.push(("a quote".to_string(), error.to_string())),
        }
    }
}
