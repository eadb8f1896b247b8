//! Test results as JUnit's XML: a suite for each rule set, a case for each test.

use super::Tested;
use crate::outcome::Result;
use crate::render::junit::{self, Case, Suite};
use ratewright::testing::{Failure, Outcome};
use std::io::Write;

/// Writes one test suite for each rule set.
pub fn write(tested: &[Tested], out: &mut impl Write) -> Result<()> {
    let suites: Vec<Suite> = tested.iter().map(suite).collect();
    junit::write(&suites, out)
}

fn suite(one: &Tested) -> Suite {
    let failure = |failure: &Failure| junit::Failure {
        sort: None,
        message: format!("expected {}", failure.expected),
        text: words(one, failure),
    };
    let cases = one.report.results.iter().map(|result| Case {
        name: result.name.clone(),
        place: Some(one.line_of(result.place)),
        failures: match result.outcome {
            Outcome::Passed => Vec::new(),
            _ => result.failures.iter().map(failure).collect(),
        },
    });
    Suite { name: one.rules.name().to_owned(), cases: cases.collect() }
}

fn words(one: &Tested, failure: &Failure) -> String {
    let mut text = format!("{}\nexpected {}\nfound {}", one.line_of(failure.span), failure.expected, failure.found);
    for (word, more) in [("difference ", &failure.difference), ("", &failure.explanation)] {
        if let Some(more) = more {
            text.push_str(&format!("\n{word}{more}"));
        }
    }
    text
}
