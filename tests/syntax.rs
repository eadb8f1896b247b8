//! Reading and writing rule files: cases, properties, and texts that nobody should write.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

#[path = "syntax/robust.rs"]
mod robust;

use ratewright::source::SourceMap;
use ratewright::syntax::{self, ast};

/// One line for each problem: code, place, title, what the label says, and the help.
pub fn problems_of(text: &str) -> Vec<String> {
    let mut map = SourceMap::default();
    let id = map.add("case.rules", text);
    let (_, problems) = syntax::parse(id, text);
    let file = map.file(id).unwrap();
    problems
        .iter()
        .map(|problem| {
            let place = file.place(problem.primary.span.start);
            let help = problem.help.as_deref().map(|help| format!(" | {help}")).unwrap_or_default();
            format!(
                "{} {}:{} {} | {}{help}",
                problem.code, place.line, place.column, problem.title, problem.primary.text
            )
        })
        .collect()
}

/// The tree of a text that must have no problems.
#[track_caller]
pub fn tree_of(text: &str) -> ast::File {
    let problems = problems_of(text);
    assert!(problems.is_empty(), "{problems:#?}\n{text}");
    let mut map = SourceMap::default();
    let id = map.add("case.rules", text);
    syntax::parse(id, text).0
}
