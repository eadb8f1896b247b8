//! Everything that the language must be able to say has its paragraph in `docs/language` and at least one example that is run.
//!
//! `tests/requirements.txt` lists them. A paragraph carries its mark, `**T4**`; an example counts where it stands after that mark and
//! before the next heading, or is a case file of `tests/cases/language` with a line `# case: T4`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::print_stdout)]

mod documentation;

use documentation::{documents, examples, tags_of};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The requirements by identity, with their words.
fn requirements() -> BTreeMap<String, String> {
    let text = include_str!("requirements.txt");
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let mut all = BTreeMap::new();
    for line in lines {
        let (mark, words) = line.split_once(' ').expect("an identity and words");
        assert!(all.insert(mark.to_string(), words.to_string()).is_none(), "{mark} stands twice");
    }
    all
}

/// The marks that case files name.
fn marks_of_cases() -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/language");
    let Ok(entries) = std::fs::read_dir(folder) else { return BTreeSet::new() };
    entries
        .map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap())
        .flat_map(|text| {
            let named = text.lines().filter_map(|line| line.strip_prefix("# case: ").map(str::to_string));
            named.flat_map(|marks| marks.split_whitespace().map(str::to_string).collect::<Vec<_>>()).collect::<Vec<_>>()
        })
        .collect()
}

#[test]
fn every_requirement_has_its_paragraph_and_an_example() {
    let required = requirements();
    let mut paragraphs = BTreeSet::new();
    let mut shown = marks_of_cases();
    for (name, text) in documents() {
        let mut within_fence = false;
        for line in text.lines() {
            within_fence ^= line.starts_with("```");
            if !within_fence && (line.starts_with('#') || line.starts_with("**")) {
                paragraphs.extend(tags_of(line));
            }
        }
        shown.extend(examples(&name, &text).into_iter().flat_map(|example| example.tags));
    }
    let missing: Vec<String> = required
        .iter()
        .filter_map(|(mark, words)| match (paragraphs.contains(mark), shown.contains(mark)) {
            (true, true) => None,
            (false, _) => Some(format!("{mark} ({words}) has no paragraph")),
            (true, false) => Some(format!("{mark} ({words}) has no example")),
        })
        .collect();
    let unknown: Vec<&String> = paragraphs.union(&shown).filter(|mark| !required.contains_key(*mark)).collect();
    println!("{} requirements, each with its paragraph and its example", required.len());
    assert!(missing.is_empty(), "{}", missing.join("\n"));
    assert!(unknown.is_empty(), "marks that are no requirement: {unknown:?}");
}

#[test]
fn the_list_is_complete() {
    let count = |letter: char| requirements().keys().filter(|mark| mark.starts_with(letter)).count();
    let counts: Vec<usize> = "TRLDSQM".chars().map(count).collect();
    assert_eq!(counts, [10, 24, 4, 4, 10, 12, 7]);
}
