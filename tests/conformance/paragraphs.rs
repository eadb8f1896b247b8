//! The paragraphs of the reference: what a case can be of.
//!
//! `page.md#heading:N` is the Nth paragraph below a heading: lines of prose that no blank line divides. Fenced examples are none. A list's
//! items are a paragraph each. A table is one, and what can be named is its rows: `page.md#heading:N.R`, R from 1 below the heads. A
//! heading whose examples no prose stands before is named itself: `page.md#heading`.
//! `conformance/make/reference.py` counts alike.

use crate::cases::folder;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// The pages, by the name that ids begin with.
const PAGES: &[(&str, &str)] = &[
    ("values.md", "docs/language/values.md"),
    ("operators.md", "docs/language/operators.md"),
    ("rule_sets.md", "docs/language/rule_sets.md"),
    ("definitions.md", "docs/language/definitions.md"),
    ("tables.md", "docs/language/tables.md"),
    ("tiers.md", "docs/language/tiers.md"),
    ("charges.md", "docs/language/charges.md"),
    ("lists.md", "docs/language/lists.md"),
    ("time.md", "docs/language/time.md"),
    ("exceptions_and_contracts.md", "docs/language/exceptions_and_contracts.md"),
    ("tests.md", "docs/language/tests.md"),
    ("questions.md", "docs/language/questions.md"),
    ("meanings.md", "docs/language/meanings.md"),
    ("wire-format.md", "docs/wire-format.md"),
    ("limits.md", "docs/limits.md"),
    ("grammar.md", "grammar/README.md"),
];

/// Of the language in one page, what it alone says; the rest of it are the other pages, in short.
const PARTS_OF_GRAMMAR: [&str; 2] = ["grammar.md#types", "grammar.md#what-may-be-a-name-and-what-belongs-together"];

/// A paragraph, or a row of a table.
#[derive(Debug, Clone)]
pub struct Paragraph {
    pub id: String,
    /// Its first words.
    pub beginning: String,
    /// The beginning of the digest of its words, whatever their lines.
    pub mark: String,
}

impl Paragraph {
    fn new(id: String, text: &str) -> Self {
        let words: Vec<&str> = text.split_whitespace().collect();
        let mark =
            Sha256::digest(words.join(" ").as_bytes()).iter().take(4).map(|byte| format!("{byte:02x}")).collect();
        let plain = words.join(" ").replace('|', "¦").replace("**", "");
        let mut beginning: String = plain.trim_matches(['¦', ' ']).chars().take(60).collect();
        beginning = beginning.replace('`', "");
        Paragraph { id, beginning: beginning.trim().to_string(), mark }
    }
}

/// All paragraphs of all pages, in order.
pub fn reference() -> Vec<Paragraph> {
    let root = folder().parent().unwrap().to_path_buf();
    let all =
        PAGES.iter().flat_map(|(page, path)| paragraphs(page, &std::fs::read_to_string(root.join(path)).unwrap()));
    let counts = |id: &str| !id.starts_with("grammar.md#") || PARTS_OF_GRAMMAR.iter().any(|part| id.starts_with(part));
    all.filter(|paragraph| counts(&paragraph.id)).collect()
}

/// The paragraphs that need no case, with the reason.
pub fn without_rule() -> BTreeMap<String, String> {
    let text = std::fs::read_to_string(folder().join("without_rule.txt")).unwrap();
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with("# "));
    lines
        .map(|line| {
            let (id, why) =
                line.split_once(": ").unwrap_or_else(|| panic!("without_rule.txt: `ID: why`, found {line}"));
            (id.to_string(), why.to_string())
        })
        .collect()
}

/// The anchor of a heading: as GitHub makes it.
fn anchor(heading: &str) -> String {
    let kept = heading.trim().to_lowercase();
    kept.chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c)).map(|c| if c == ' ' { '-' } else { c }).collect()
}

fn paragraphs(page: &str, text: &str) -> Vec<Paragraph> {
    let mut found = Vec::new();
    let mut anchors = BTreeSet::new();
    let (mut heading, mut title, mut number, mut fenced) = (String::new(), "", 0, false);
    let mut block: Vec<&str> = Vec::new();
    let close = |block: &mut Vec<&str>, heading: &str, number: &mut usize, found: &mut Vec<Paragraph>| {
        let Some(first) = block.first() else { return };
        *number += 1;
        let id = format!("{page}#{heading}:{number}");
        if first.starts_with('|') {
            let rows = block.iter().skip(2).enumerate();
            found.extend(rows.map(|(row, text)| Paragraph::new(format!("{id}.{}", row + 1), text)));
        } else {
            found.push(Paragraph::new(id, &block.join("\n")));
        }
        block.clear();
    };
    for line in text.lines() {
        let fence = line.starts_with("```");
        if fence || fenced || line.starts_with('#') || line.trim().is_empty() || line.starts_with("- ") {
            close(&mut block, &heading, &mut number, &mut found);
        }
        if fence {
            fenced = !fenced;
            let id = format!("{page}#{heading}");
            if number == 0 && found.last().is_none_or(|last: &Paragraph| last.id != id) {
                found.push(Paragraph::new(id, title));
            }
        } else if fenced || line.trim().is_empty() {
        } else if line.starts_with('#') {
            title = line.trim_start_matches('#').trim();
            heading = anchor(title);
            assert!(anchors.insert(heading.clone()), "{page}: two headings “{heading}”");
            number = 0;
        } else {
            block.push(line);
        }
    }
    close(&mut block, &heading, &mut number, &mut found);
    found
}

#[test]
fn paragraphs_items_and_rows_are_told_apart() {
    let text = "# A\n\nOne\ntwo.\n\n```rules\nlet a = 1\n\n# no heading\n```\n\n| h | i |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |\n\n## `B` c, d\nThree.\n- four\n- five\n\n## E\n```\n```\nlast\n";
    let ids: Vec<String> = paragraphs("p.md", text).into_iter().map(|p| p.id).collect();
    assert_eq!(
        ids,
        ["p.md#a:1", "p.md#a:2.1", "p.md#a:2.2", "p.md#b-c-d:1", "p.md#b-c-d:2", "p.md#b-c-d:3", "p.md#e", "p.md#e:1"]
    );
    let other = paragraphs("p.md", "# A\nOne two.\n");
    assert_eq!(other[0].mark, paragraphs("p.md", "# A\n\nOne\ntwo.\n")[0].mark);
    assert_ne!(other[0].mark, paragraphs("p.md", "# A\n\nOne\nthree.\n")[0].mark);
}
