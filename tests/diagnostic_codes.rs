//! The registry of codes is the truth: every code is explained, and its examples are compiled.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use ratewright::check::{Checked, Loader, check};
use ratewright::diagnostic::{Code, codes};
use ratewright::source::Span;
use std::collections::{BTreeSet, HashMap};
use std::fmt::Write;
use std::fs;
use std::path::Path;

/// Limits of size, which no small example can reach, and faults of the program itself.
const WITHOUT_EXAMPLE: &[Code] = &[
    codes::TEXT_TOO_LONG,
    codes::NAME_TOO_LONG,
    codes::TOO_DEEP,
    codes::CHAIN_TOO_LONG,
    codes::FILE_TOO_LARGE,
    codes::UNREADABLE,
    codes::DEPTH,
    codes::TOO_MANY,
    codes::HOST_NOT_GIVEN,
    codes::MORE_PROBLEMS,
    codes::NOT_DECIDED,
    codes::MORE_WARNINGS,
    codes::EDITIONS_MEET,
    codes::EDITIONS_APART,
    codes::EDITION_UNDATED,
    codes::EDITIONS_CONFUSED,
];

struct Texts(HashMap<String, String>);

impl Loader for Texts {
    fn load(&self, path: &str) -> Result<String, String> {
        self.0.get(path).cloned().ok_or_else(|| "no such file".to_owned())
    }
}

/// What is said about an example, with its files.
fn said_about(example: &str) -> Checked {
    let mut files = example.split("# file ");
    let main = files.next().unwrap();
    let headed = main.is_empty() || main.starts_with("ruleset ") || main.starts_with("module ");
    let main = if headed { main.to_owned() } else { format!("ruleset example {{ currency USD }}\n{main}") };
    let mut texts = HashMap::from([("main.rules".to_owned(), main)]);
    for file in files {
        let (name, text) = file.split_once('\n').unwrap();
        texts.insert(name.trim().to_owned(), text.to_owned());
    }
    check("main.rules", &Texts(texts))
}

/// The codes that an example gives.
fn codes_of(example: &str) -> BTreeSet<String> {
    let diagnostics = said_about(example).diagnostics;
    diagnostics.iter().map(|diagnostic| format!("{} {}", diagnostic.code, diagnostic.title)).collect()
}

/// An example and every word that is said about it, with places and edits.
fn words_of(example: &str) -> String {
    let checked = said_about(example);
    let mut words = format!("{}\n--------\n", example.trim_end());
    let place = |span: Span| match checked.sources.file(span.file) {
        Some(file) => format!(
            "{}:{}:{} `{}`",
            file.name,
            file.place(span.start).line,
            file.place(span.start).column,
            checked.sources.text(span).replace('\n', "⏎")
        ),
        None => "nowhere".to_owned(),
    };
    for found in &checked.diagnostics {
        writeln!(words, "{:?} {}: {}", found.severity, found.code, found.title).unwrap();
        writeln!(words, "  {}  {}", place(found.primary.span), found.primary.text).unwrap();
        for label in &found.secondary {
            writeln!(words, "  {}  {}", place(label.span), label.text).unwrap();
        }
        if let Some(help) = &found.help {
            writeln!(words, "  help: {help}").unwrap();
        }
        if let Some(edit) = &found.edit {
            writeln!(words, "  edit: {} → `{}`", place(edit.span), edit.text.replace('\n', "⏎")).unwrap();
        }
    }
    words
}

/// The words, places and edits of every code's example are known; `UPDATE_SNAPSHOTS=1` writes them anew.
#[test]
fn the_words_about_every_wrong_example_are_known() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/codes");
    let mut changed = Vec::new();
    for entry in codes::ALL.iter().filter(|entry| !WITHOUT_EXAMPLE.contains(&entry.code)) {
        let Some(explanation) = entry.explanation() else { continue };
        let (path, now) = (folder.join(format!("{}.txt", entry.code)), words_of(explanation.wrong));
        if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
            fs::create_dir_all(&folder).unwrap();
            fs::write(&path, &now).unwrap();
        }
        if fs::read_to_string(&path).unwrap_or_default() != now {
            changed.push(format!("{}:\n{now}", path.display()));
        }
    }
    assert!(changed.is_empty(), "{} differ\n\n{}", changed.len(), changed.join("\n"));
}

fn has(found: &BTreeSet<String>, code: Code) -> bool {
    found.iter().any(|line| line.starts_with(&code.to_string()))
}

#[test]
fn every_explanation_holds() {
    let mut wrong = Vec::new();
    for entry in codes::ALL {
        let Some(explanation) = entry.explanation() else {
            wrong.push(format!("{} ({}) is not explained", entry.code, entry.title));
            continue;
        };
        if WITHOUT_EXAMPLE.contains(&entry.code) {
            continue;
        }
        let found = codes_of(explanation.wrong);
        if !has(&found, entry.code) {
            wrong.push(format!(
                "{} is not said about its wrong example, but {found:?}:\n{}",
                entry.code, explanation.wrong
            ));
        }
        let mut found = codes_of(explanation.right);
        if entry.code != codes::UNUSED {
            found.retain(|line| !line.starts_with(&codes::UNUSED.to_string()));
        }
        if !found.is_empty() {
            wrong.push(format!("{}: the mended example has {found:?}:\n{}", entry.code, explanation.right));
        }
    }
    assert!(wrong.is_empty(), "{} problems\n\n{}", wrong.len(), wrong.join("\n\n"));
}

#[test]
fn codes_are_used_once() {
    let numbers: BTreeSet<Code> = codes::ALL.iter().map(|entry| entry.code).collect();
    assert_eq!(numbers.len(), codes::ALL.len());
    assert!(codes::ALL.iter().all(|entry| !entry.title.is_empty() && !entry.title.ends_with('.')));
}
