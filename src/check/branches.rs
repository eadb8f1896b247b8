//! Branches that are never taken, conditions that never or always hold, exceptions that get in each other's way.
//!
//! The typed program comes in, warnings go out. Conditions are read as formulas over subjects (`conditions`), whose values are told
//! apart as far as the tests do (`classes`), and decided case by case (`decide`). Only what is proved is said: a computed value may be
//! anything in what is said never to happen, and takes no part in what is said to happen. What the budget does not suffice for is
//! not said.

mod classes;
mod conditions;
mod days;
mod decide;
mod key;
mod reach;
mod walk;
mod words;

use crate::diagnostic::Diagnostic;
use crate::program::Program;
use crate::source::SourceMap;

/// Warnings about the conditions of a program without errors.
///
/// In a contract, only those that concern what the contract itself says: of its base they are told where that is checked.
///
/// Cost: linear in the size of the rules for ordinary conditions, and bounded by a budget for all others.
pub(super) fn findings(program: &Program, sources: &SourceMap) -> Vec<Diagnostic> {
    let mut walker = walk::Walker::new(program, sources);
    walker.program();
    let mut reach = reach::Reach::new(program);
    reach.program();
    let mut found = walker.diagnostics;
    found.append(&mut reach.diagnostics);
    let main = sources.files().next().map(|(id, _)| id);
    if program.extends.is_some() {
        found.retain(|diagnostic| {
            let mut spans = diagnostic.secondary.iter().chain([&diagnostic.primary]).map(|label| label.span);
            spans.any(|span| Some(span.file) == main)
        });
    }
    found
}
