//! Formatting keeps the tree and the comments, and does nothing the second time, whatever the layout was; reading never panics.

use super::{problems_of, shape_of, texts_in, tree_of};
use proptest::prelude::*;
use ratewright::source::FileId;
use ratewright::syntax::{self, format, parse};
use std::sync::LazyLock;

/// The items of all cases that are right, without their headers.
static ITEMS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let mut items = Vec::new();
    for (_, text) in texts_in("tests/cases/syntax/ok") {
        let file = tree_of(&text);
        for item in &file.items {
            items.push(text[item.span.start as usize..item.span.end as usize].to_string());
        }
    }
    items
});

#[track_caller]
fn keeps(text: &str) {
    let before = tree_of(text);
    let once = format(&before, text);
    let problems = problems_of(&once);
    assert!(problems.is_empty(), "{problems:#?}\n{text}\n--------\n{once}");
    let after = tree_of(&once);
    assert_eq!(shape_of(&before), shape_of(&after), "{text}\n--------\n{once}");
    assert_eq!(comments(&before), comments(&after), "{text}\n--------\n{once}");
    let twice = format(&after, &once);
    assert_eq!(once, twice, "{text}");
}

/// The words of the comments, in any order: a comment within an expression moves above it.
fn comments(file: &syntax::ast::File) -> Vec<String> {
    let mut words: Vec<String> =
        file.comments.iter().map(|comment| comment.text.trim_start_matches('#').to_string()).collect();
    words.sort();
    words
}

#[test]
fn formatting_keeps_the_tree_of_every_rule_file_of_the_project() {
    let mut count = 0;
    for (_, text) in ["tests/cases", "rules", "docs"].into_iter().flat_map(texts_in) {
        if problems_of(&text).is_empty() {
            keeps(&text);
            count += 1;
        }
    }
    assert!(count >= 60);
}

/// A name after a number is its unit, so that a comma must stay between them.
#[test]
fn a_field_after_a_number_stays_a_field() {
    let record = "record Line { count : integer = 1, note : text?, pieces : integer }";
    keeps(&format!("ruleset r {{ currency USD }}\n{record}\n"));
    let formatted = super::format_of(&format!("ruleset r {{ currency USD }}\n{record}\n"));
    assert!(formatted.contains("= 1, note"), "{formatted}");
    // Without a number there is nothing to be told apart.
    let plain = super::format_of("ruleset r { currency USD }\nrecord Line { weight : mass in lb, note : text? }\n");
    assert!(plain.contains("{ weight : mass in lb   note : text? }"), "{plain}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: ProptestConfig::default().cases / 2, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn formatting_keeps_the_tree_whatever_the_layout_was(picks in prop::collection::vec((0usize..10_000, 0u64..u64::MAX), 1..6)) {
        let mut text = String::from("ruleset r { currency USD }\n");
        for (pick, seed) in picks {
            let item = &ITEMS[pick % ITEMS.len()];
            text.push_str(&shaken(item, seed));
            text.push('\n');
        }
        keeps(&text);
    }

    #[test]
    fn any_text_is_read(text in "\\PC*") {
        let _ = problems_of(&text);
    }

    #[test]
    fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..2_000)) {
        let _ = problems_of(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn any_words_of_the_language_are_read(words in prop::collection::vec(prop::sample::select(WORDS), 0..60)) {
        let _ = problems_of(&words.join(" "));
        let _ = problems_of(&words.concat());
    }

    #[test]
    fn a_changed_item_is_read_or_reported(pick in 0usize..10_000, at in 0usize..10_000, with in prop::sample::select(WORDS)) {
        let item = &ITEMS[pick % ITEMS.len()];
        let at = at % (item.len() + 1);
        if item.is_char_boundary(at) {
            let text = format!("ruleset r {{ currency USD }}\n{}{with}{}\nlet after = 1\n", &item[..at], &item[at..]);
            let (file, problems) = parse(FileId::default(), &text);
            if problems.is_empty() {
                keeps(&text);
            } else {
                prop_assert_eq!(&format(&file, &text), &text);
            }
        }
    }
}

const WORDS: &[&str] = &[
    "let",
    "charge",
    "table",
    "a",
    "b",
    "=",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "|",
    "||",
    "->",
    ":",
    ",",
    ".",
    "?",
    "$",
    "%",
    "1",
    "2.5",
    "USD",
    "lb",
    "2026-01-05",
    "08:00",
    "\"x\"",
    "\"",
    "`",
    "if",
    "then",
    "else",
    "is",
    "not",
    "given",
    "of",
    "sum",
    "least",
    "for",
    "each",
    "in",
    "where",
    "and",
    "or",
    "otherwise",
    "less",
    "minimum",
    "rounded",
    "to",
    "half",
    "up",
    "from",
    "until",
    "through",
    "over",
    "on",
    "any",
    "as",
    "per",
    "started",
    "when",
    "because",
    "#",
    "\n",
    "walk",
    "carrying",
    "the",
    "with",
    "input",
    "enum",
    "test",
    "expect",
    "ruleset",
    "运费",
    "-",
    "+",
    "*",
    "/",
    "<",
];

/// The same item with other blanks between its words, and comments at the ends of lines. Rows of tables and texts stay as they are.
fn shaken(item: &str, mut seed: u64) -> String {
    let mut next = |bound: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % bound
    };
    let mut out = String::new();
    for line in item.lines() {
        let raw = line.contains(['|', '#', '"', '`']) || line.contains("expect");
        for (index, word) in line.split_whitespace().enumerate().filter(|_| !raw) {
            // A unit stays on the line of its number.
            let after_number =
                out.ends_with(|c: char| c.is_ascii_digit()) || out.ends_with("USD") || out.ends_with("per");
            let starts_word = word.starts_with(|c: char| c.is_alphabetic());
            match next(8) {
                0 if index > 0 && !(after_number && starts_word) => out.push_str("\n   "),
                1 if index > 0 && !(after_number && starts_word) => out.push_str("  # shaken\n"),
                2 => out.push_str("   "),
                _ if index > 0 => out.push(' '),
                _ => {}
            }
            out.push_str(word);
        }
        if raw {
            out.push_str(line);
        }
        if next(6) == 0 && !line.contains('#') {
            out.push_str("  # behind");
        }
        out.push('\n');
    }
    out
}

#[test]
fn truncated_cases_are_read() {
    for (_, text) in texts_in("tests/cases/syntax/ok") {
        for end in (0..text.len()).filter(|end| text.is_char_boundary(*end)) {
            let _ = parse(FileId::default(), &text[..end]);
        }
    }
}

#[test]
fn diagnostics_lie_within_the_text() {
    for (path, text) in texts_in("tests/cases/syntax/err") {
        for problem in parse(FileId::default(), &text).1 {
            let span = problem.primary.span;
            assert!(span.start <= span.end && span.end as usize <= text.len(), "{}", path.display());
            assert!(text.get(span.start as usize..span.end as usize).is_some(), "{}", path.display());
        }
    }
}
