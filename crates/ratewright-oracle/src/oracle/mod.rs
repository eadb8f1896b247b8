//! The naive evaluator: the files of a rule set and an input as JSON go in, what pricing comes to goes out.
//!
//! It reads `docs/language` literally and keeps nothing from one quote to the next. Names are looked up in maps when they are met, a
//! definition is computed when it is needed and kept for that quote. The rule set is one that the engine's checker has accepted; of another
//! one nothing is promised.

mod cell;
mod charge;
mod civil;
mod csv;
mod exception;
mod explained;
mod expression;
mod flat;
mod kind;
mod library;
mod list;
mod literal;
mod look_up;
pub(crate) mod number;
mod operator;
mod pricing;
mod rules;
mod share;
mod show;
mod stage;
mod table;
mod testing;
mod tiers;
mod time;
mod total;
mod typed;
mod units;
mod value;
mod walk;
mod wire;
mod zone;

use crate::outcome::Outcome;
pub use explained::{Explained, Named, ToldTier};
use rules::Rules;
pub use testing::{Case, TestResult};

/// How much stack a quote may take: definitions that build on each other are walked in each other.
const STACK: usize = 256 << 20;

/// A rule set that is read and can be priced.
#[derive(Debug)]
pub struct Oracle {
    rules: Rules,
}

/// What pricing comes to, and what else could be said instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The answer.
    pub outcome: Outcome,
    /// Where pricing fails for several reasons and the reference does not say which comes first: all of them, this one included.
    pub equally: Vec<Outcome>,
    /// What an explanation of it says.
    pub explained: Explained,
}

impl Oracle {
    /// Reads a rule set: the main file first, then those that it imports, extends or reads, each with the path that they are named by.
    ///
    /// # Errors
    /// In words, what cannot be read. A rule set that the checker accepts can be.
    pub fn read(files: &[(&str, &str)]) -> Result<Self, String> {
        let Some((main, _)) = files.first() else { return Err("there is no file".to_string()) };
        Oracle::load(main, &|path| files.iter().find(|(name, _)| *name == path).map(|(_, text)| (*text).to_string()))
    }

    /// Reads a rule set whose main file is at `main`; `load` gives the text of a path.
    ///
    /// # Errors
    /// In words, what cannot be read.
    pub fn load(main: &str, load: &dyn Fn(&str) -> Option<String>) -> Result<Self, String> {
        Ok(Oracle { rules: rules::read(main, load)? })
    }

    /// Says what a host function answers, whatever it is asked: a number of its declared unit, or that it fails.
    pub fn host(mut self, name: &str, answer: Option<i64>) -> Self {
        self.rules.hosts.insert(name.to_string(), answer);
        self
    }

    /// Runs the tests that stand in the rule set, but for those in books.
    pub fn test(&self) -> Vec<TestResult> {
        with_stack(|| testing::run(&self.rules)).unwrap_or_default()
    }

    /// The input that a test of the rule set gives, as `what` is to see it; without a name, the input with nothing given.
    pub fn case<T: Send>(&self, test: Option<&str>, what: impl FnOnce(Case<'_>) -> T + Send) -> Option<T> {
        let test = test.and_then(|name| self.rules.tests.iter().find(|test| test.name.text == name));
        with_stack(|| what(Case::of_test(&self.rules, test)))
    }

    /// The names of the tests that the rule set writes out.
    pub fn test_names(&self) -> Vec<String> {
        let written = self.rules.tests.iter().filter(|test| test.file.is_none());
        written.map(|test| test.name.text.clone()).collect()
    }

    /// The definitions, parameters and charges of the main file, each with its place.
    pub fn names(&self) -> Vec<(String, ratewright::source::Span)> {
        rules::names(&self.rules)
    }

    /// Prices an input.
    pub fn price(&self, input: &serde_json::Value) -> Answer {
        self.price_json(&input.to_string())
    }

    /// Prices an input that is JSON text; its numbers are taken digit by digit.
    pub fn price_json(&self, input: &str) -> Answer {
        self.price_read(wire::parse(input))
    }

    /// The same on the stack of the thread that asks, which must be one of [`with_stack`].
    pub fn price_here(&self, input: &str) -> Answer {
        pricing::price(&self.rules, wire::parse(input))
    }

    /// Prices an input of flat fields, each with its heading.
    pub fn price_fields(&self, fields: &[(&str, &str)]) -> Answer {
        self.price_read(Some(flat::object(&self.rules, fields)))
    }

    fn price_read(&self, input: Option<wire::Json>) -> Answer {
        let priced = with_stack(|| pricing::price(&self.rules, input));
        priced.unwrap_or_else(|| {
            let outcome = Outcome::Failed("oracle: it broke off".to_string());
            Answer { outcome: outcome.clone(), equally: vec![outcome], explained: Explained::default() }
        })
    }
}

/// Does work with a stack that is large enough for any quote; nothing where it broke off.
pub fn with_stack<T: Send>(work: impl FnOnce() -> T + Send) -> Option<T> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work);
        thread.ok().and_then(|thread| thread.join().ok())
    })
}
