//! The registry of codes is the truth: every code is explained, and its examples are compiled.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use ratewright::check::{Loader, check};
use ratewright::diagnostic::{Code, codes};
use std::collections::{BTreeSet, HashMap};

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
];

struct Texts(HashMap<String, String>);

impl Loader for Texts {
    fn load(&self, path: &str) -> Result<String, String> {
        self.0.get(path).cloned().ok_or_else(|| "no such file".to_owned())
    }
}

/// The codes that an example gives, with its files.
fn codes_of(example: &str) -> BTreeSet<String> {
    let mut files = example.split("# file ");
    let main = files.next().unwrap();
    let headed = main.is_empty() || main.starts_with("ruleset ") || main.starts_with("module ");
    let main = if headed { main.to_owned() } else { format!("ruleset example {{ currency USD }}\n{main}") };
    let mut texts = HashMap::from([("main.rules".to_owned(), main)]);
    for file in files {
        let (name, text) = file.split_once('\n').unwrap();
        texts.insert(name.trim().to_owned(), text.to_owned());
    }
    let diagnostics = check("main.rules", &Texts(texts)).diagnostics;
    diagnostics.iter().map(|diagnostic| format!("{} {}", diagnostic.code, diagnostic.title)).collect()
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
