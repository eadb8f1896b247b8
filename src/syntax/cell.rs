//! The bars of a row: where its cells begin and end. What a cell says is for the type of its column to decide.

use std::ops::Range;

use super::tokens::{self, quoted_length};

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
            at = at.saturating_add(tokens::until_mark(rest));
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
