//! Cases of `tests/cases/check`: what is accepted and gives its values, and what is reported, line by line.
//!
//! A case is an example as in `docs/language` (see `documentation`), with its other files after lines `# file NAME`. Beside each case of
//! `err` stands a snapshot of what is said, word by word; `UPDATE_SNAPSHOTS=1` writes it anew. Which code is said about which line
//! is written in the case itself and never taken from the program.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::print_stdout)]

mod documentation;

use documentation::{Example, Texts, run};
use ratewright::check::{Checked, check};
use ratewright::diagnostic::{Code, Diagnostic, Severity, codes};
use ratewright::types::Type;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};

fn cases(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/check").join(folder);
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut paths: Vec<PathBuf> = entries.filter(|path| path.extension().is_some_and(|e| e == "rules")).collect();
    paths.sort();
    paths
}

fn example(path: &Path) -> Example {
    let text = std::fs::read_to_string(path).unwrap();
    let mut parts = text.split("# file ");
    let main = parts.next().unwrap().to_string();
    let files: BTreeMap<String, String> = parts
        .map(|part| {
            let (name, text) = part.split_once('\n').unwrap();
            (name.trim().to_string(), text.to_string())
        })
        .collect();
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    Example { document: name, line: 0, text: main, files, tags: BTreeSet::new() }
}

/// The example as the checker reads it.
fn checked(example: &Example) -> (Checked, Texts) {
    let mut texts = Texts(example.files.clone());
    texts.0.insert("example.rules".to_string(), documentation::with_header(&example.text));
    (check("example.rules", &texts), texts)
}

#[test]
fn what_is_accepted_gives_its_values() {
    let paths = cases("ok");
    let problems: Vec<String> = paths.iter().flat_map(|path| run(&example(path))).collect();
    println!("{} accepted cases", paths.len());
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    assert!(paths.len() >= 40, "only {} cases", paths.len());
}

#[test]
fn what_is_wrong_is_reported_on_its_line() {
    let paths = cases("err");
    let problems: Vec<String> = paths.iter().flat_map(|path| run(&example(path))).collect();
    println!("{} rejected cases", paths.len());
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn what_is_said_is_known_word_by_word() {
    let mut differences = Vec::new();
    for path in cases("err") {
        let (checked, _) = checked(&example(&path));
        let mut said = String::new();
        for diagnostic in &checked.diagnostics {
            write_diagnostic(&mut said, &checked, diagnostic);
        }
        let snapshot = path.with_extension("txt");
        if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
            std::fs::write(&snapshot, &said).unwrap();
        }
        let known = std::fs::read_to_string(&snapshot).unwrap_or_default();
        for (line, (before, now)) in known.lines().zip(said.lines()).enumerate() {
            if before != now {
                differences.push(format!("{}:{}\n  - {before}\n  + {now}", snapshot.display(), line + 1));
            }
        }
        if known.lines().count() != said.lines().count() {
            differences.push(format!(
                "{}: {} lines, now {}",
                snapshot.display(),
                known.lines().count(),
                said.lines().count()
            ));
        }
    }
    let how = "if the words are better now: UPDATE_SNAPSHOTS=1 cargo test --test check_cases, and read the difference";
    assert!(differences.is_empty(), "{}\n{how}", differences.join("\n"));
}

fn write_diagnostic(said: &mut String, checked: &Checked, diagnostic: &Diagnostic) {
    let place = |span: ratewright::source::Span| {
        let file = checked.sources.file(span.file).unwrap();
        let place = file.place(span.start);
        format!("{}:{}:{} `{}`", file.name, place.line, place.column, checked.sources.text(span).replace('\n', "⏎"))
    };
    let kind = if diagnostic.severity == Severity::Error { "error" } else { "warning" };
    writeln!(said, "{kind} {}: {}", diagnostic.code, diagnostic.title).unwrap();
    writeln!(said, "  {}: {}", place(diagnostic.primary.span), diagnostic.primary.text).unwrap();
    for label in &diagnostic.secondary {
        writeln!(said, "  {}: {}", place(label.span), label.text).unwrap();
    }
    if let Some(help) = &diagnostic.help {
        writeln!(said, "  help: {help}").unwrap();
    }
    if let Some(edit) = &diagnostic.edit {
        writeln!(said, "  edit: {} → `{}`", place(edit.span), edit.text).unwrap();
    }
}

/// Every help that proposes an edit mends what it is about: the text with the edit no longer has that problem there, nor one of reading.
#[test]
fn proposed_edits_mend() {
    let mut problems = Vec::new();
    let mut count = 0;
    for path in cases("err") {
        let example = example(&path);
        let (before, texts) = checked(&example);
        let reading = |checked: &Checked| checked.diagnostics.iter().filter(|d| d.code.0 < 200).count();
        for diagnostic in &before.diagnostics {
            let Some(edit) = &diagnostic.edit else { continue };
            count += 1;
            let name = before.sources.file(edit.span.file).unwrap().name.to_string();
            let mut edited = texts.clone();
            let text = edited.0.get_mut(&name).unwrap();
            text.replace_range(edit.span.start as usize..edit.span.end as usize, &edit.text);
            let after = check("example.rules", &edited);
            let same = |d: &&Diagnostic| d.code == diagnostic.code && d.title == diagnostic.title;
            let still = after.diagnostics.iter().filter(same).count() >= before.diagnostics.iter().filter(same).count();
            if still || reading(&after) > reading(&before) {
                problems.push(format!("{}: {} is not mended by `{}`", path.display(), diagnostic.title, edit.text));
            }
        }
    }
    println!("{count} proposed edits");
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    assert!(count > 0);
}

/// A program holds no unknown types: what the checker gave up on, it has reported.
#[test]
fn nothing_is_given_up_in_silence() {
    for path in cases("ok") {
        let (checked, _) = checked(&example(&path));
        let Some(program) = checked.program else { continue };
        for definition in &program.definitions {
            assert_ne!(definition.value.ty, Type::Unknown, "{}: {}", path.display(), definition.name);
        }
        for charge in &program.charges {
            assert!(!charge.unit.parts().is_empty(), "{}: {}", path.display(), charge.code);
        }
    }
}

/// Limits of size that no case reaches in reasonable time, and what only the embedding program can do wrong. The codes of tables and
/// test books are held by their own tests.
const WITHOUT_CASE: &[Code] = &[
    codes::HOST_NOT_GIVEN,
    codes::TOO_MANY,
    codes::NOT_DECIDED,
    codes::MORE_WARNINGS,
    codes::EDITIONS_MEET,
    codes::EDITIONS_APART,
    codes::EDITION_UNDATED,
    codes::EDITIONS_CONFUSED,
];

#[test]
fn every_code_of_the_checker_has_a_case() {
    let texts: Vec<String> = cases("err").iter().map(|path| std::fs::read_to_string(path).unwrap()).collect();
    let missing: Vec<String> = codes::ALL
        .iter()
        .filter(|entry| {
            !(500..900).contains(&entry.code.0) && entry.code.0 >= 200 && !WITHOUT_CASE.contains(&entry.code)
        })
        .filter(|entry| !texts.iter().any(|text| text.contains(&format!("RW0{}", entry.code.0))))
        .map(|entry| format!("{} ({})", entry.code, entry.title))
        .collect();
    assert!(missing.is_empty(), "no case in tests/cases/check/err: {}", missing.join(", "));
}

#[test]
fn a_header_that_lacks_one_word_has_one_error() {
    let header = "ruleset parcel extends base from \"base.rules\" \"Parcels\" version \"2\" {\n    currency USD\n    \
                  effective 2026-01-01 through 2026-12-31\n    published 2026-04-02\n    supersedes \"1\" from 2026-03-01\n    \
                  priced on shipped\n    rounding half up to 0.01 USD\n}";
    let mut without_error = Vec::new();
    let words: Vec<&str> = header.split_whitespace().collect();
    let mut from = 0;
    for word in words {
        let at = from + header[from..].find(word).unwrap();
        from = at + word.len();
        let main = format!(
            "{}{}\ninput {{ shipped : date  value : money }}\ncharge A = value + fee\n",
            &header[..at],
            &header[from..]
        );
        let base = "ruleset base { currency USD }\nparameter fee = 1 USD\n";
        let texts =
            Texts([("main.rules", main.as_str()), ("base.rules", base)].map(|(a, b)| (a.into(), b.into())).into());
        let found = check("main.rules", &texts).diagnostics;
        let errors: Vec<_> = found.iter().filter(|one| one.severity == Severity::Error).collect();
        match errors.as_slice() {
            [] => without_error.push(word),
            [_] => {}
            more => panic!("without {word} at {at}: {more:?}"),
        }
    }
    // The title and the mode of a rounding need not be there.
    assert_eq!(without_error, ["\"Parcels\"", "half"]);
}
