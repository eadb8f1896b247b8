//! A rough cut of a text into tokens, for what happens before and beside the grammar: limits, comments, and where items start.
//!
//! It agrees with the grammar about comments, texts, names in backticks and rows; everything else is cut only as finely as its users need.

/// A piece of the text, without the blanks before it.
pub(super) struct Token {
    pub kind: TokenKind,
    pub start: usize,
    pub end: usize,
    /// Whether nothing but blanks stands before it on its line.
    pub starts_line: bool,
}

/// What a token is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum TokenKind {
    Comment,
    Text {
        closed: bool,
    },
    Word,
    Number,
    Open,
    Close,
    Minus,
    Mark,
    /// A row of a table, from its first bar to its last.
    Row,
    /// A character that has no meaning outside of texts and comments.
    Stray,
}

/// The first token at or after byte `at`.
pub(super) fn next(text: &str, at: usize) -> Option<Token> {
    let rest = text.get(at..)?;
    let start = at.saturating_add(rest.len().saturating_sub(rest.trim_start_matches([' ', '\t', '\r', '\n']).len()));
    let starts_line = text.get(at..start).is_some_and(|blanks| at == 0 || blanks.contains('\n'))
        || text.get(..at).is_some_and(|before| before.ends_with('\n') || before == "\u{FEFF}");
    let rest = text.get(start..)?;
    let first = rest.chars().next()?;
    let (kind, length) = match first {
        '#' => (TokenKind::Comment, rest.find('\n').unwrap_or(rest.len())),
        '"' => text_literal(rest),
        '`' => match rest.get(1..).and_then(|name| name.split_once(['`', '\n'])) {
            Some((name, _)) if !name.is_empty() && rest.as_bytes().get(name.len().saturating_add(1)) == Some(&b'`') => {
                (TokenKind::Word, name.len().saturating_add(2))
            }
            _ => (TokenKind::Stray, 1),
        },
        '|' => (TokenKind::Row, row_length(rest)),
        '(' | '[' | '{' => (TokenKind::Open, 1),
        ')' | ']' | '}' => (TokenKind::Close, 1),
        '-' if rest.starts_with("->") => (TokenKind::Mark, 2),
        '-' => (TokenKind::Minus, 1),
        '+' | '*' | '/' | '<' | '>' | '=' | ',' | ':' | '?' | '.' | '$' | '%' => (TokenKind::Mark, 1),
        c if c.is_ascii_digit() => (TokenKind::Number, number_length(rest)),
        c if c.is_alphabetic() || c == '_' => (TokenKind::Word, word_length(rest)),
        c => (TokenKind::Stray, c.len_utf8()),
    };
    Some(Token { kind, start, end: start.saturating_add(length), starts_line })
}

/// Whether a character can stand within a name.
pub(super) fn is_word_part(c: char) -> bool {
    // Marks of scripts that write vowels above and below letters are part of names, and are not alphanumeric for Rust.
    c.is_alphanumeric() || c == '_' || (!c.is_ascii() && pest::unicode::XID_CONTINUE(c))
}

/// The length of the word that `rest` starts with.
pub(super) fn word_length(rest: &str) -> usize {
    rest.find(|c| !is_word_part(c)).unwrap_or(rest.len())
}

/// The word that `rest` starts with.
pub(super) fn word_at(rest: &str) -> &str {
    rest.get(..word_length(rest)).unwrap_or("")
}

fn number_length(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let digits = |range: std::ops::Range<usize>| bytes.get(range).is_some_and(|b| b.iter().all(u8::is_ascii_digit));
    if digits(0..4) && bytes.get(4) == Some(&b'-') && digits(5..7) && bytes.get(7) == Some(&b'-') && digits(8..10) {
        let tail = rest.get(10..).unwrap_or("");
        if !tail.starts_with('T') {
            return 10;
        }
        return tail
            .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, ':' | '.' | '+' | '-')))
            .map_or(rest.len(), |i| i.saturating_add(10));
    }
    let mut length = 0;
    while let Some(&byte) = bytes.get(length) {
        let before_digit = bytes.get(length.saturating_add(1)).is_some_and(u8::is_ascii_digit);
        if byte.is_ascii_alphanumeric() || byte == b'_' || (matches!(byte, b'.' | b':') && before_digit) {
            length = length.saturating_add(1);
        } else {
            break;
        }
    }
    length
}

fn text_literal(rest: &str) -> (TokenKind, usize) {
    match quoted_length(rest) {
        Some(length) => (TokenKind::Text { closed: true }, length),
        None => (TokenKind::Text { closed: false }, rest.find(['\n', '\r']).unwrap_or(rest.len())),
    }
}

/// The length of the quoted text that `rest` starts with, quotes included; `None` where it is not closed on its line.
pub(super) fn quoted_length(rest: &str) -> Option<usize> {
    let mut escaped = false;
    for (index, byte) in rest.bytes().enumerate().skip(1) {
        match byte {
            b'\n' | b'\r' => return None,
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return Some(index.saturating_add(1)),
            _ => {}
        }
    }
    None
}

/// The length of the row that `rest` starts with: to its last bar, where a comment, a closing brace or the line's end follows it;
/// else to the end of the line.
pub(super) fn row_length(rest: &str) -> usize {
    let line = rest.get(..rest.find(['\n', '\r']).unwrap_or(rest.len())).unwrap_or("");
    let mut at = 0;
    while let Some(tail) = line.get(at..).filter(|tail| !tail.is_empty()) {
        if tail.starts_with('|') {
            at = at.saturating_add(1);
            let after = line.get(at..).unwrap_or("").trim_start_matches([' ', '\t']);
            if after.is_empty() || after.starts_with(['}', '#']) {
                return at;
            }
        } else if let Some(length) = tail.starts_with('"').then(|| quoted_length(tail)).flatten() {
            at = at.saturating_add(length);
        } else {
            at = at.saturating_add(until_mark(tail));
        }
    }
    line.len()
}

/// How far the next bar or quote after the first character is; the end of the text where there is none.
pub(super) fn until_mark(rest: &str) -> usize {
    let first = rest.chars().next().map_or(1, char::len_utf8);
    let next = rest.get(first..).and_then(|rest| rest.find(['|', '"']));
    next.map_or(rest.len(), |next| first.saturating_add(next))
}

/// The words that start an item, those of the header first.
pub(super) const ITEM_WORDS: [&str; 24] = [
    "ruleset",
    "module",
    "import",
    "unit",
    "enum",
    "record",
    "input",
    "let",
    "parameter",
    "function",
    "host",
    "table",
    "tiers",
    "calendar",
    "windows",
    "charge",
    "exception",
    "output",
    "flag",
    "refuse",
    "total",
    "test",
    "override",
    "remove",
];

/// Whether an item starts at byte `at`, which begins a line or stands after blanks on it: the same lines as `item_line` in the grammar.
pub(super) fn starts_item(text: &str, at: usize) -> bool {
    let Some(rest) = text.get(at..) else { return false };
    let word = word_at(rest);
    let after = rest.get(word.len()..).unwrap_or("");
    let blank = after.starts_with([' ', '\t']);
    let next = after.trim_start_matches([' ', '\t']);
    let name_follows = blank && next.starts_with(|c: char| c == '`' || c == '_' || c.is_alphabetic());
    match word {
        "let" => {
            name_follows
                && text.get(..at).is_some_and(|before| before.is_empty() || before.ends_with(['\n', '\u{FEFF}']))
        }
        "import" | "test" => next.starts_with('"'),
        "input" => next.starts_with('{'),
        "total" => blank && matches!(word_at(next), "minimum" | "maximum" | "rounded" | "less" | "plus"),
        _ => name_follows && ITEM_WORDS.contains(&word),
    }
}

/// The start of the next line after byte `from` that starts an item, or the end of the text.
pub(super) fn next_item(text: &str, from: usize) -> usize {
    let mut at = from;
    while let Some(offset) = text.get(at..).and_then(|rest| rest.find('\n')) {
        at = at.saturating_add(offset).saturating_add(1);
        let line = text.get(at..).unwrap_or("");
        let blanks = line.len().saturating_sub(line.trim_start_matches([' ', '\t']).len());
        if starts_item(text, at.saturating_add(blanks)) {
            return at;
        }
    }
    text.len()
}

/// The words that cannot be names without backticks: those of `reserved_word` in the grammar.
const RESERVED_WORDS: [&str; 32] = [
    "and",
    "as",
    "because",
    "by",
    "else",
    "for",
    "from",
    "if",
    "in",
    "is",
    "less",
    "let",
    "maximum",
    "minimum",
    "not",
    "no",
    "of",
    "on",
    "or",
    "otherwise",
    "over",
    "per",
    "plus",
    "rounded",
    "then",
    "through",
    "under",
    "until",
    "up",
    "when",
    "where",
    "with",
];

/// Whether a word cannot be a name without backticks.
///
/// ```
/// assert!(ratewright::syntax::is_reserved("when"));
/// assert!(!ratewright::syntax::is_reserved("zone"));
/// ```
pub fn is_reserved(word: &str) -> bool {
    word == "yes" || RESERVED_WORDS.contains(&word)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

    use super::*;
    use std::collections::BTreeSet;

    const GRAMMAR: &str = include_str!("../../grammar/ratewright.pest");

    /// The words in quotes between `from` and `to` of the grammar.
    fn words_of_the_grammar(from: &str, to: &str) -> BTreeSet<&'static str> {
        let part = GRAMMAR.split_once(from).unwrap().1.split_once(to).unwrap().0;
        let quoted = part.split('"').skip(1).step_by(2);
        quoted.filter(|word| word.len() > 1 && word.chars().all(char::is_alphabetic)).collect()
    }

    #[test]
    fn the_reserved_words_are_those_of_the_grammar() {
        let grammar = words_of_the_grammar("reserved_word = _{", "}");
        assert_eq!(grammar.len(), RESERVED_WORDS.len() + 1);
        assert!(grammar.into_iter().all(is_reserved));
    }

    #[test]
    fn the_words_of_items_are_those_of_the_grammar() {
        let mut grammar = words_of_the_grammar("item_start = _{", "~ blank+");
        grammar.extend(["let", "import", "test", "input", "total"]);
        assert_eq!(grammar, BTreeSet::from(ITEM_WORDS));
    }

    #[test]
    fn a_row_ends_at_its_last_bar_before_a_comment_a_brace_or_the_line_end() {
        for (text, length) in [
            ("| a | b |", 9),
            ("| a | b |  # | note", 9),
            ("| a | b | }", 9),
            ("| a | b", 7),
            ("| \"x|y\" | b |\n| c |", 13),
            ("| a || |", 8),
            ("|", 1),
        ] {
            assert_eq!(row_length(text), length, "{text}");
        }
    }
}
