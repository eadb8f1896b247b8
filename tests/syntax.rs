//! Reading and writing rule files: cases, properties, and texts that nobody should write.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

#[path = "syntax/cases.rs"]
mod cases;
#[path = "syntax/meaning.rs"]
mod meaning;
#[path = "syntax/properties.rs"]
mod properties;
#[path = "syntax/robust.rs"]
mod robust;

use ratewright::source::{FileId, SourceMap};
use ratewright::syntax::{self, ast};
use std::path::{Path, PathBuf};

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
    assert_eq!(problems_of(text), Vec::<String>::new(), "{text}");
    syntax::parse(FileId::default(), text).0
}

/// A text that must have no problems, in the one style.
#[track_caller]
pub fn format_of(text: &str) -> String {
    syntax::format(&tree_of(text), text)
}

/// A tree as text, without its places.
pub fn shape_of(file: &ast::File) -> String {
    let places = regex_lite::Regex::new(r"Span \{ file: FileId\(\d+\), start: \d+, end: \d+ \}").unwrap();
    places.replace_all(&format!("{:?} {:?}", file.header, file.items), "_").into_owned()
}

/// A folder of the repository.
pub fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// The rule files of a folder and those below it, in the order of their names.
pub fn texts_in(name: &str) -> Vec<(PathBuf, String)> {
    let mut folders = vec![folder(name)];
    let mut texts = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rules") {
                let text = std::fs::read_to_string(&path).unwrap();
                texts.push((path, text));
            }
        }
    }
    texts.sort();
    texts
}
