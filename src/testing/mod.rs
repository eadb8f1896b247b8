//! The tests that stand beside the rules: each prices its input and compares; together they show what no test reaches.
//!
//! [`run`] takes a checked program to a [`TestReport`]: plain data, rendered elsewhere. A test runs through the same reading of
//! defaults and domains as an input from outside, and through the one evaluator with an observer.

mod case;
mod coverage;
#[cfg(test)]
mod tests;

pub use coverage::{Coverage, Missed, Reach};

use crate::eval::{self, Hosts, Limits};
use crate::program::Program;
use crate::source::Span;

/// What the tests of a rule set gave.
#[derive(Debug, Clone)]
pub struct TestReport {
    /// The tests in the order written, those of a CSV file row by row.
    pub results: Vec<TestResult>,
    /// What no test reached.
    pub coverage: Coverage,
}

impl TestReport {
    /// Whether every test passed.
    pub fn passed(&self) -> bool {
        self.results.iter().all(|result| result.outcome == Outcome::Passed)
    }

    /// The tests that failed.
    pub fn failed(&self) -> impl Iterator<Item = &TestResult> {
        self.results.iter().filter(|result| result.outcome == Outcome::Failed)
    }
}

/// How a test ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// Everything was as expected.
    Passed,
    /// Something was not.
    Failed,
}

/// One test and how it ended.
#[derive(Debug, Clone)]
pub struct TestResult {
    /// Its name.
    pub name: String,
    /// Its name in the rules, or its row in a CSV file.
    pub place: Span,
    /// How it ended.
    pub outcome: Outcome,
    /// What was not as expected; empty where it passed.
    pub failures: Vec<Failure>,
}

/// One expectation that was not met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The expectation; the test where the quote itself was not expected.
    pub span: Span,
    /// What was expected: `charge BASE is 10.44 USD`.
    pub expected: String,
    /// What was found: `10.43 USD`.
    pub found: String,
    /// How far apart two amounts are, found less expected: `-0.01 USD`.
    pub difference: Option<String>,
    /// How the charge that it is about came about, for people; lines of text.
    pub explanation: Option<String>,
}

/// Runs the tests of a program.
pub fn run(program: &Program, hosts: &Hosts, limits: &Limits) -> TestReport {
    let mut reached = eval::Coverage::new();
    let results = program.tests.iter().map(|test| case::run(program, hosts, limits, test, &mut reached)).collect();
    TestReport { results, coverage: coverage::of(program, &reached) }
}
