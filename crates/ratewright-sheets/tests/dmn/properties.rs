//! Whatever stands in a file, reading it ends with a draft that is accepted, or with words. `PROPTEST_CASES` takes the long way.

use crate::models::MODELS;
use proptest::prelude::*;
use ratewright::RuleSet;
use ratewright_sheets::dmn;

const FREIGHT: &str = include_str!("own/freight.dmn");

/// Pieces that matter to the readers of XML and FEEL.
const PIECES: &[&str] = &[
    "<",
    ">",
    "&lt;",
    "\"",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "..",
    ",",
    "-",
    "+",
    "*",
    "**",
    "/",
    ".",
    "?",
    "@",
    "not(",
    "if ",
    " then ",
    " else ",
    "null",
    "true",
    "date(\"2026-02-30\")",
    "1e400",
    "9999999999999999999999999999999999999",
    "\\u0000",
    "\n",
    "|",
    "||",
    "`",
    "#",
    "number",
    "string",
    "boolean",
    "Any",
    "UNIQUE",
    "FIRST",
    "PRIORITY",
    "COLLECT",
    "SUM",
    "in",
    "between",
    " and ",
    "é",
    "运",
    "\u{feff}",
];

fn holds(text: &str) {
    if let Ok(draft) = dmn::import(text)
        && !draft.rules.is_empty()
    {
        RuleSet::compile(&draft.rules).unwrap_or_else(|error| panic!("{error}\n{}", draft.rules));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(48), ..ProptestConfig::default() })]

    #[test]
    fn a_broken_model_never_panics(
        small in 0..28_usize,
        own in any::<bool>(),
        edits in prop::collection::vec((any::<prop::sample::Index>(), 0..3_u8, prop::sample::select(PIECES), 1..12_usize), 1..6),
    ) {
        let mut text = if own { FREIGHT.to_owned() } else { MODELS[small].1.to_owned() };
        for (place, kind, piece, length) in edits {
            let boundaries: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
            let at = place.index(boundaries.len().max(1));
            let start = boundaries.get(at).copied().unwrap_or(0);
            let end = boundaries.get(at + length).copied().unwrap_or(text.len());
            match kind {
                0 => text.insert_str(start, piece),
                1 => text.replace_range(start..end, ""),
                _ => text.replace_range(start..end, piece),
            }
        }
        holds(&text);
    }

    #[test]
    fn a_cell_of_any_text_never_panics(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..8)) {
        let cell: String = pieces.concat().replace('<', "&lt;").replace('&', "&amp;");
        holds(&FREIGHT.replace("[500..2000)", &cell));
        holds(&FREIGHT.replace("decimal(weight / 100 * rate per cwt, 2)", &cell));
        holds(&FREIGHT.replace("\"light\", \"heavy\"", &cell));
    }
}

#[test]
fn deep_and_long_expressions_end_with_words() {
    for cell in [
        "(".repeat(10_000),
        "-".repeat(10_000),
        "not(".repeat(10_000),
        "if ".repeat(10_000),
        "[".repeat(10_000),
        "1+".repeat(10_000) + "1",
        "a.".repeat(10_000) + "b",
        "f(".repeat(10_000),
    ] {
        holds(&FREIGHT.replace("decimal(weight / 100 * rate per cwt, 2)", &cell));
        holds(&FREIGHT.replace("[500..2000)", &cell));
    }
}
