//! What must hold of every rule set, each as a check of one random program and its inputs.
//!
//! A check gets a [`Trial`] and says in words what does not hold. [`run`] makes programs and inputs from a seed, on several threads, counts
//! what it saw, and makes the first counterexample small. The same plan gives the same programs whatever the threads are.

mod agreement;
mod digest;
mod explained;
mod meaning;
mod runner;
mod tables;

pub use digest::digest;
pub use runner::{Counterexample, Plan, Report, run};

use crate::generate::{Choices, Program};
use ratewright::{Compiler, EvalError, Quote, Rejected, RuleSet};
use serde_json::Value;
use std::collections::BTreeMap;

/// What programs a property is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// Well typed ones.
    Typed,
    /// Two thirds well typed, one third raw.
    Mixed,
    /// One table each, looked up with its keys as inputs.
    Tables,
}

/// A property.
#[derive(Clone, Copy)]
pub struct Property {
    /// Its name on the command line.
    pub name: &'static str,
    /// What it says.
    pub says: &'static str,
    /// What programs it is about.
    pub about: About,
    check: fn(&mut Trial<'_>) -> Result<(), String>,
}

impl std::fmt::Debug for Property {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

/// All properties.
pub const ALL: &[Property] = &[
    Property {
        name: "agreement",
        says: "engine = oracle in result, refusal, failure, rows, tiers and the values that an explanation tells",
        about: About::Typed,
        check: agreement::agreement,
    },
    Property {
        name: "accepted",
        says: "what is accepted prices, refuses or fails in a listed way, at a place, always the same, and explains itself",
        about: About::Mixed,
        check: agreement::accepted,
    },
    Property {
        name: "format",
        says: "formatting keeps the meaning, and does nothing the second time",
        about: About::Mixed,
        check: meaning::format,
    },
    Property {
        name: "bundle",
        says: "compile, bundle, open = compile: quotes are the same bytes",
        about: About::Typed,
        check: meaning::bundle,
    },
    Property {
        name: "difference",
        says: "where diff finds no change of meaning, all sampled quotes are the same",
        about: About::Typed,
        check: meaning::difference,
    },
    Property {
        name: "shadow",
        says: "a rule set compared with its own answers never mismatches",
        about: About::Typed,
        check: meaning::shadow,
    },
    Property {
        name: "index",
        says: "a look-up finds the row that a scan finds, in whatever order unique rows stand",
        about: About::Tables,
        check: tables::index,
    },
    Property {
        name: "complete",
        says: "a table that nothing is said against never misses on a key",
        about: About::Tables,
        check: tables::complete,
    },
];

/// A program and its inputs, and what is counted of them.
pub struct Trial<'t> {
    /// The program.
    pub program: &'t Program,
    /// The inputs.
    pub inputs: &'t [Value],
    /// What a check chooses besides.
    pub choices: Choices,
    /// What is counted.
    pub counts: &'t mut BTreeMap<String, u64>,
}

impl Trial<'_> {
    /// Counts something.
    pub fn count(&mut self, what: &str) {
        self.count_many(what, 1);
    }

    /// Counts so many of something.
    pub fn count_many(&mut self, what: &str, many: usize) {
        let count = self.counts.entry(what.to_owned()).or_default();
        *count = count.saturating_add(many as u64);
    }

    /// The compiled program, where it compiles.
    pub fn compiled(&mut self) -> Option<RuleSet> {
        match compile(&self.program.files) {
            Ok(rules) => {
                self.count("programs that compile");
                Some(rules)
            }
            Err(_) => {
                self.count("programs that are rejected");
                None
            }
        }
    }

    /// Counts what pricing came to.
    pub fn count_answer(&mut self, answer: &Result<Quote, EvalError>) {
        self.count(match answer {
            Ok(_) => "priced",
            Err(error) => error.kind.words(),
        });
        self.count("pairs");
    }
}

/// Compiles the first of the files, with the others beside it.
///
/// # Errors
/// What the checker rejects.
pub fn compile(files: &[(String, String)]) -> Result<RuleSet, Rejected> {
    let main = files.first().map_or("", |file| file.0.as_str());
    let compiler = files.iter().fold(Compiler::new(), |compiler, (path, text)| compiler.source(path, text));
    compiler.compile(main)
}

/// The answer as text: the JSON of a quote, the words of an error.
pub fn words(answer: &Result<Quote, EvalError>) -> String {
    match answer {
        Ok(quote) => serde_json::to_string(quote).unwrap_or_else(|error| error.to_string()),
        Err(error) => format!("{error:?}"),
    }
}
