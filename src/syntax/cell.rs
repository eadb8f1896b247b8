//! Cells of tables, written in a rule file or in a CSV file: one reading of both.
//!
//! Bare words are taken as they stand; what they mean is for the column's type to say. Words that would be read as a range, as `any` or as
//! several values are protected by quotes.

use std::ops::Range;

use super::ast::{Cell, CellRange, CellValue, Text};
use super::literals::{inside, unescape};
use super::tokens::quoted_length;
use crate::source::{FileId, Span};

/// A cell that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellError {
    /// The bytes of the cell's text that are wrong.
    pub range: Range<usize>,
    /// What is wrong: lower case, no full stop.
    pub message: String,
    /// What to write instead.
    pub help: String,
}

/// Reads a cell from its raw text, blanks around it allowed.
///
/// The texts of `refuse "R7" "no rate"` have spans of the default file that count from the cell's first byte.
pub fn parse_cell(text: &str) -> Result<Cell, CellError> {
    // Most cells of large tables are one word or number.
    if !text.is_empty()
        && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.' || byte == b'-' || byte.is_ascii_uppercase())
    {
        return Ok(Cell::Values(vec![CellValue { text: text.into(), quoted: false }]));
    }
    let words = words(text)?;
    let bare: Vec<&str> = words.iter().map(|word| if word.quoted { "" } else { word.text }).collect();
    match bare.as_slice() {
        [] => Ok(Cell::Empty),
        ["any" | "*"] => Ok(Cell::Any),
        ["otherwise"] => Ok(Cell::Otherwise),
        ["refuse", ..] => refusal(text, &words),
        ["exactly", rest @ ..] if !rest.is_empty() => {
            Ok(Cell::Exactly(value(text, words.get(1..).unwrap_or(&[]))?.text))
        }
        ["from" | "over" | "under", ..] | ["up", "to", ..] => range(text, &words).map(Cell::Range),
        [_, middle @ .., _] if middle.iter().any(|word| matches!(*word, "through" | "until")) => {
            range(text, &words).map(Cell::Range)
        }
        _ => values(text, &words).map(Cell::Values),
    }
}

/// A word, a quoted text or a comma of a cell.
struct Word<'t> {
    text: &'t str,
    start: usize,
    quoted: bool,
}

impl Word<'_> {
    fn end(&self) -> usize {
        self.start.saturating_add(self.text.len())
    }

    fn is(&self, word: &str) -> bool {
        !self.quoted && self.text == word
    }
}

fn words(text: &str) -> Result<Vec<Word<'_>>, CellError> {
    let mut words = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..) {
        let blanks = rest.len().saturating_sub(rest.trim_start().len());
        at = at.saturating_add(blanks);
        let rest = text.get(at..).unwrap_or("");
        let Some(first) = rest.chars().next() else { break };
        let (length, quoted) = match first {
            '"' => match quoted_length(rest) {
                Some(length) => (length, true),
                None => return Err(error(at..text.len(), "a text is not closed", "end it with `\"`")),
            },
            ',' => (1, false),
            _ => (rest.find(|c: char| c.is_whitespace() || c == ',' || c == '"').unwrap_or(rest.len()), false),
        };
        words.push(Word { text: rest.get(..length).unwrap_or(""), start: at, quoted });
        at = at.saturating_add(length);
    }
    Ok(words)
}

fn error(range: Range<usize>, message: &str, help: &str) -> CellError {
    CellError { range, message: message.into(), help: help.into() }
}

fn whole(words: &[Word<'_>]) -> Range<usize> {
    let start = words.first().map_or(0, |word| word.start);
    start..words.last().map_or(start, Word::end)
}

/// One value: a quoted text, or all the bare words as they stand.
fn value(text: &str, words: &[Word<'_>]) -> Result<CellValue, CellError> {
    let place = whole(words);
    match words {
        [] => Err(error(place, "a value is missing", "write a value")),
        [only] if only.quoted => Ok(CellValue { text: unescape(inside(only.text)).0, quoted: true }),
        _ if words.iter().any(|word| word.quoted) => Err(error(
            place,
            "a quoted text and words stand side by side",
            "put all of it into quotes, or a comma between two values",
        )),
        _ if words.iter().any(|word| word.is(",")) => {
            Err(error(place, "one value is expected here", "write one value, or put it into quotes"))
        }
        _ => Ok(CellValue { text: text.get(place).unwrap_or("").into(), quoted: false }),
    }
}

fn values(text: &str, words: &[Word<'_>]) -> Result<Vec<CellValue>, CellError> {
    words
        .split(|word| word.is(","))
        .map(|part| match part {
            [] => Err(error(
                whole(words),
                "a value is missing beside a comma",
                "take the comma away, or put the text into quotes",
            )),
            _ => value(text, part),
        })
        .collect()
}

fn range(text: &str, words: &[Word<'_>]) -> Result<CellRange, CellError> {
    let help = "a range is written `1 through 5`, `1 until 5`, `over 1 up to 5`, `over 1 until 5`, `from 1`, `over 1`, `up to 5` or `under 5`; a text with such words goes into quotes";
    let bound = |part: &[Word<'_>]| match part {
        [] => Err(error(whole(words), "a range lacks an end", help)),
        _ => value(text, part).map_err(|problem| CellError { help: help.into(), ..problem }),
    };
    let upper = |part: &[Word<'_>]| -> Option<(usize, usize, bool)> {
        let at =
            part.iter().position(|word| word.is("through") || word.is("until") || word.is("up") || word.is("under"))?;
        let included = part.get(at).is_some_and(|word| word.is("through") || word.is("up"));
        let two_words = part.get(at).is_some_and(|word| word.is("up"));
        Some((at, at.saturating_add(if two_words { 2 } else { 1 }), included))
    };
    let starts = |word: &str| words.first().is_some_and(|first| first.is(word));
    let skip = usize::from(starts("from") || starts("over"));
    let low_included = !starts("over");
    let rest = words.get(skip..).unwrap_or(&[]);
    let Some((at, after, included)) = upper(rest) else {
        return Ok(CellRange { low: Some((bound(rest)?, low_included)), high: None });
    };
    let high = bound(rest.get(after..).unwrap_or(&[]))?;
    let low = match rest.get(..at) {
        None | Some([]) if skip == 0 => None,
        part => Some((bound(part.unwrap_or(&[]))?, low_included)),
    };
    Ok(CellRange { low, high: Some((high, included)) })
}

fn refusal(text: &str, words: &[Word<'_>]) -> Result<Cell, CellError> {
    let quoted = |word: &Word<'_>| {
        let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Text {
            text: unescape(inside(word.text)).0,
            span: Span::new(FileId::default(), place(word.start), place(word.end())),
        }
    };
    match words {
        [_, code, message] if code.quoted && message.quoted => Ok(Cell::Refuse(quoted(code), quoted(message))),
        [_] => values(text, words).map(Cell::Values),
        _ => Err(error(
            whole(words),
            "a refusal needs a code and a message",
            "write `refuse \"R7\" \"no rate for this lane\"`",
        )),
    }
}

/// The cells of a row's text, trimmed, and how many stand before `||`.
pub(super) fn split_row(row: &str) -> (Vec<Range<usize>>, usize) {
    let mut cells: Vec<Range<usize>> = Vec::new();
    let mut split = None;
    let mut start = None;
    let mut at = 0;
    while let Some(rest) = row.get(at..).filter(|rest| !rest.is_empty()) {
        if rest.starts_with('|') {
            cells.extend(start.map(|start: usize| trimmed(row, start..at)));
            at = at.saturating_add(1);
            if rest.starts_with("||") {
                split.get_or_insert(cells.len());
                at = at.saturating_add(1);
            }
            start = Some(at);
        } else if let Some(length) = rest.starts_with('"').then(|| quoted_length(rest)).flatten() {
            at = at.saturating_add(length);
        } else {
            at = at.saturating_add(rest.chars().next().map_or(1, char::len_utf8));
        }
    }
    if let Some(last) = start.filter(|&start| start < row.len()) {
        cells.push(trimmed(row, last..row.len()));
    }
    let split = split.unwrap_or(cells.len());
    (cells, split)
}

fn trimmed(row: &str, range: Range<usize>) -> Range<usize> {
    let cell = row.get(range.clone()).unwrap_or("");
    let start = range.start.saturating_add(cell.len().saturating_sub(cell.trim_start().len()));
    start..start.saturating_add(cell.trim().len())
}
