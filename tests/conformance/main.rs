//! The conformance suite: every case of `conformance/` gives what it says, and every paragraph of the reference has its cases.
//!
//! `conformance/` is plain files that any implementation can run; its README says how. Here they are run with this one. Their
//! expected values were computed by `conformance/make`, which knows nothing of the engine.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::print_stdout)]

mod cases;
mod paragraphs;
mod run;

use cases::{Case, folder, suite};
use paragraphs::{Paragraph, reference};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// The generated page of the paragraphs, beside its name.
const PAGE: &str = "paragraphs.md";

#[test]
fn every_case_gives_what_it_says() {
    let cases = suite();
    let problems = run::problems(&cases);
    let distinct: BTreeSet<(&str, String)> =
        cases.iter().map(|case| (&*case.paragraph, case.expect.outcome())).collect();
    println!("{} cases, {} distinct pairs of paragraph and outcome", cases.len(), distinct.len());
    assert!(problems.is_empty(), "{} of {} cases do not hold:\n{}", problems.len(), cases.len(), problems.join("\n"));
    assert!(distinct.len() >= 1_500, "only {} distinct pairs of paragraph and outcome", distinct.len());
}

#[test]
fn every_case_is_of_a_paragraph_and_every_paragraph_has_one() {
    let known = reference();
    let without = paragraphs::without_rule();
    let mut of_each: BTreeMap<String, Vec<Case>> = BTreeMap::new();
    for case in suite() {
        of_each.entry(case.paragraph.clone()).or_default().push(case);
    }
    let ids: BTreeSet<&str> = known.iter().map(|paragraph| &*paragraph.id).collect();
    let mut problems = Vec::new();
    for (id, cases) in of_each.iter().filter(|(id, _)| !ids.contains(&***id)) {
        let first = &cases[0];
        problems.push(format!(
            "{id} is no paragraph of the reference: {} case(s), such as “{}” in {}",
            cases.len(),
            first.name,
            first.place
        ));
    }
    for (id, _) in without.iter().filter(|(id, _)| !ids.contains(&***id)) {
        problems.push(format!("{id} is no paragraph of the reference: without_rule.txt names it"));
    }
    for paragraph in &known {
        match (of_each.contains_key(&paragraph.id), without.contains_key(&paragraph.id)) {
            (false, false) => problems.push(format!(
                "{} has no case (“{}”): write one, or say in without_rule.txt why it needs none",
                paragraph.id, paragraph.beginning
            )),
            (true, true) => {
                problems.push(format!("{} has cases, and without_rule.txt says that it needs none", paragraph.id))
            }
            _ => {}
        }
    }
    assert!(problems.is_empty(), "{} problems:\n{}", problems.len(), problems.join("\n"));
    let written = page(&known, &of_each, &without);
    let path = folder().join(PAGE);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &written).unwrap();
    }
    let before = std::fs::read_to_string(&path).unwrap_or_default();
    let moved = moved(&before, &written);
    assert!(moved.is_empty(), "{PAGE} is not up to date (UPDATE=1 writes it anew):\n{}", moved.join("\n"));
    assert_eq!(before, written, "{PAGE} is not up to date (UPDATE=1 writes it anew)");
}

#[test]
fn names_tell_cases_apart() {
    let mut seen = BTreeSet::new();
    let cases = suite();
    let twice: Vec<String> = cases
        .iter()
        .filter(|case| !seen.insert((case.place.clone(), case.paragraph.clone(), case.name.clone())))
        .map(|case| format!("{}: {}: “{}” stands twice", case.place, case.paragraph, case.name))
        .collect();
    assert!(twice.is_empty(), "{}", twice.join("\n"));
}

#[test]
fn a_case_that_does_not_hold_is_told_with_its_paragraph() {
    let mut cases: Vec<Case> = suite().into_iter().filter(|case| case.expect.outputs.is_some()).take(1).collect();
    let outputs = cases[0].expect.outputs.as_mut().unwrap();
    let name = outputs.keys().next().unwrap().clone();
    outputs.insert(name, serde_json::json!("something else"));
    let problems = run::problems(&cases);
    assert_eq!(problems.len(), 1);
    assert!(problems[0].contains(&cases[0].paragraph) && problems[0].contains("something else"), "{}", problems[0]);
}

/// The page that says how many cases each paragraph has.
fn page(known: &[Paragraph], of_each: &BTreeMap<String, Vec<Case>>, without: &BTreeMap<String, String>) -> String {
    let outcomes = |id: &str| {
        let all: BTreeSet<String> = of_each[id].iter().map(|case| case.expect.outcome()).collect();
        all.len()
    };
    let with: Vec<&Paragraph> = known.iter().filter(|paragraph| of_each.contains_key(&paragraph.id)).collect();
    let cases: usize = of_each.values().map(Vec::len).sum();
    let distinct: usize = with.iter().map(|paragraph| outcomes(&paragraph.id)).sum();
    let mut text = format!(
        "# Paragraphs of the reference and their cases\n\n\
         Generated: `UPDATE=1 cargo test --test conformance`. The mark is the beginning of the SHA-256 of the paragraph's words: where it\n\
         changes, look at the cases of that paragraph before writing this page anew. README.md says how paragraphs are counted.\n\n\
         {cases} cases, {distinct} distinct pairs of paragraph and outcome, {} paragraphs and rows of tables with cases.\n\n\
         | paragraph | it begins | mark | cases | outcomes |\n|---|---|---|---:|---:|\n",
        with.len()
    );
    for paragraph in with {
        let Paragraph { id, beginning, mark } = paragraph;
        writeln!(text, "| `{id}` | {beginning} | {mark} | {} | {} |", of_each[id].len(), outcomes(id)).unwrap();
    }
    text.push_str("\n## Without a case\n\n| paragraph | it begins | mark | why |\n|---|---|---|---|\n");
    for paragraph in known.iter().filter(|paragraph| !of_each.contains_key(&paragraph.id)) {
        let Paragraph { id, beginning, mark } = paragraph;
        writeln!(text, "| `{id}` | {beginning} | {mark} | {} |", without.get(id).map_or("", |why| why)).unwrap();
    }
    text
}

/// What differs between two such pages, told by paragraph.
fn moved(before: &str, now: &str) -> Vec<String> {
    let rows = |text: &str| -> BTreeMap<String, Vec<String>> {
        let lines = text.lines().filter(|line| line.starts_with("| `"));
        lines
            .map(|line| {
                let cells: Vec<String> =
                    line.trim_matches('|').split(" | ").map(|cell| cell.trim().to_string()).collect();
                (cells[0].clone(), cells)
            })
            .collect()
    };
    let (before, now) = (rows(before), rows(now));
    let mut found = Vec::new();
    for (id, cells) in &now {
        match before.get(id) {
            None => found.push(format!("{id} is new (“{}”)", cells[1])),
            Some(old) if old[2] != cells[2] => {
                found.push(format!(
                    "{id} reads otherwise than when its cases were written: “{}”, before “{}”",
                    cells[1], old[1]
                ));
            }
            Some(old) if old != cells => {
                found.push(format!("{id} has {}, before {}", cells[3..].join(" and "), old[3..].join(" and ")))
            }
            Some(_) => {}
        }
    }
    found.extend(before.keys().filter(|id| !now.contains_key(*id)).map(|id| format!("{id} is no more")));
    found
}
