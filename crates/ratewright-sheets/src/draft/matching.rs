//! How a single key is matched: exactly, as a break, by the next row, by its beginning.

use super::grid::{Column, Grid};
use super::names;
use crate::looks::Kind;
use ratewright::value::Value;
use std::collections::HashMap;

/// How a key is matched, and why it is thought to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Match {
    pub how: How,
    pub because: String,
}

/// The ways to match one value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    Exact,
    Break,
    NextRow,
    LongestPrefix,
    /// The cells are ranges.
    Range,
}

impl How {
    /// As it is written after the type.
    pub fn words(self) -> &'static str {
        match self {
            How::Exact => "",
            How::Break => " by break",
            How::NextRow => " by next row",
            How::LongestPrefix => " by longest prefix",
            How::Range => " by range",
        }
    }
}

/// How the key in a column is matched, beside the other single keys.
pub(super) fn of(grid: &Grid, at: usize, keys: &[usize]) -> Match {
    let Some(column) = grid.column(at) else { return exact(String::new()) };
    let words = names::words(&column.heading);
    match column.kind {
        Kind::Range => Match { how: How::Range, because: "its cells are ranges".into() },
        Kind::Number(_) => of_numbers(grid, at, keys, &words),
        Kind::Date => {
            Match { how: How::Break, because: "a single date: the last one at or before the day counts".into() }
        }
        Kind::Text | Kind::Code => of_texts(column, &words),
        _ => exact(format!("{} cells of {}", column.distinct(), column.kind.words())),
    }
}

fn exact(because: String) -> Match {
    Match { how: How::Exact, because }
}

/// Numbers that ascend among the rows whose other keys are equal are steps, where the heading names a quantity or an end. Elsewhere they
/// are numbers of something: to take a zone for a step would price the zones that the sheet does not have.
fn of_numbers(grid: &Grid, at: usize, keys: &[usize], words: &[String]) -> Match {
    let Some(column) = grid.column(at) else { return exact(String::new()) };
    let upper = matches!(names::end(words), Some((names::End::High, _)));
    let lower = matches!(names::end(words), Some((names::End::Low, _)));
    let values = column.values();
    let counts = counts_up(&values);
    let ascends = ascends(grid, at, keys, &values);
    let quantity = names::is_quantity(words) || names::unit(words).is_some();
    if !(ascends && (quantity || upper || lower)) {
        let why = match (counts, ascends) {
            (true, _) => "they count up by one, as numbers of zones do",
            (false, true) => {
                "they ascend, and the heading names no quantity; settle whether they are steps, `by break` or `by next row`"
            }
            (false, false) => "they do not ascend",
        };
        return exact(format!("{} whole numbers ({}): {why}", column.distinct(), column.examples()));
    }
    let smallest = values.iter().flatten().min();
    let from_nothing = smallest.is_none_or(|value| value.as_number().is_some_and(ratewright::value::Number::is_zero));
    let steps = format!("steps that ascend among the rows whose other keys are the same ({})", column.examples());
    if upper || (counts && !from_nothing && !lower) {
        return Match {
            how: How::NextRow,
            because: format!(
                "{steps}: the row at or above the key counts; settle whether it is the one at or below, `by break`"
            ),
        };
    }
    // Only a step that says where it begins, or that begins at nothing, cannot be meant as an upper end.
    let settle = if lower || from_nothing { "" } else { "; settle whether it is the one at or above, `by next row`" };
    Match { how: How::Break, because: format!("{steps}: the row at or below the key counts{settle}") }
}

/// Whether the distinct values are whole numbers one apart.
fn counts_up(values: &[Option<Value>]) -> bool {
    let mut sorted: Vec<i64> = values.iter().flatten().filter_map(|value| value.as_number()?.to_i64()).collect();
    sorted.sort_unstable();
    let one_apart = sorted.windows(2).filter(|pair| matches!(pair, [a, b] if b.checked_sub(*a) == Some(1))).count();
    sorted.len() == values.len() && one_apart.saturating_mul(10) >= sorted.len().saturating_sub(1).saturating_mul(9)
}

/// Whether the values ascend from row to row among rows whose other keys are equal, and some do.
fn ascends(grid: &Grid, at: usize, keys: &[usize], values: &[Option<Value>]) -> bool {
    let others: Vec<&Column> = keys.iter().filter(|key| **key != at).filter_map(|key| grid.column(*key)).collect();
    let Some(column) = grid.column(at) else { return false };
    let mut last: HashMap<Vec<u32>, &Value> = HashMap::new();
    let mut steps = 0_usize;
    for row in 0..grid.rows() {
        let group: Vec<u32> = others.iter().filter_map(|other| other.ids.get(row).copied()).collect();
        let Some(value) = column.ids.get(row).and_then(|id| values.get(*id as usize)?.as_ref()) else { return false };
        if let Some(before) = last.insert(group, value) {
            if before > value {
                return false;
            }
            steps = steps.saturating_add(usize::from(before < value));
        }
    }
    steps > 0 && steps.saturating_mul(2) >= grid.rows().saturating_sub(last.len())
}

/// Short texts of which some are the beginnings of others.
fn of_texts(column: &Column, words: &[String]) -> Match {
    let mut sorted: Vec<&str> =
        column.texts.iter().map(String::as_str).filter(|text| !text.is_empty() && *text != "any").collect();
    sorted.sort_unstable();
    let code = |text: &str| text.len() <= 12 && text.chars().all(|c| c.is_ascii_digit() || c.is_ascii_uppercase());
    let begins = |pair: &&[&str]| matches!(pair, [short, long] if long.starts_with(short));
    let beginnings = sorted.windows(2).filter(begins).count();
    let ragged = sorted.iter().map(|text| text.len()).min() != sorted.iter().map(|text| text.len()).max();
    if ragged && sorted.iter().all(|text| code(text)) && (beginnings > 0 || names::is_prefix(words)) {
        let why = match beginnings {
            0 => "codes of different lengths under this heading".to_owned(),
            found => format!("{found} of its codes begin as another one does"),
        };
        return Match { how: How::LongestPrefix, because: format!("{why} ({})", column.examples()) };
    }
    let many =
        if column.distinct() == 1 { "one text".to_owned() } else { format!("{} different texts", column.distinct()) };
    exact(format!("{many} ({})", column.examples()))
}

/// The members of an enumeration that a column of few texts could be: name and label. `None` where they are many or no names.
pub(super) fn members(column: &Column, rows: usize) -> Option<Vec<(String, String)>> {
    let few = column.distinct() <= 24 && column.distinct() >= 2 && column.distinct().saturating_mul(2) <= rows;
    if column.kind != Kind::Text || !few {
        return None;
    }
    let mut members: Vec<(String, String)> = Vec::new();
    for text in column.texts.iter().filter(|text| !is_several(column, text)) {
        let words = names::words(text);
        let plain = !text.is_empty()
            && text.chars().all(|c| c.is_alphanumeric() || c == '_')
            && text.starts_with(char::is_alphabetic);
        let name = if plain && !names::is_reserved(text) { text.clone() } else { names::name(&words) };
        let odd = words.is_empty()
            || text.len() > 60
            || text.contains(['"', '\\', '\n'])
            || matches!(text.as_str(), "any" | "*" | "otherwise");
        if odd || members.iter().any(|(known, _)| *known == name) {
            return None;
        }
        members.push((name, text.clone()));
    }
    Some(members)
}

/// Whether a cell is several values: its parts between commas stand alone in other cells.
pub(super) fn is_several(column: &Column, text: &str) -> bool {
    let alone = |part: &str| column.texts.iter().any(|text| text == part);
    text.contains(',') && text.split(',').all(|part| alone(part.trim()))
}
