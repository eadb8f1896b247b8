//! What was taken out of an input, to be taken out of words about it as well: errors, explanations, what was tried.
//!
//! Words show a value as it was sent or in a form of their own: with its quotes escaped, on one line, a number by its digits, a long text cut off.
//! Each of these forms is known here. Where too many values were taken out, nothing of the words is kept.

use super::{DEEPEST, Members};
use crate::value::Number;
use serde_json::value::RawValue;

/// How many forms of values that were taken out are remembered.
const MOST: usize = 4_000;

/// Values that were taken out, with what stands for each.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct Taken {
    values: Vec<(String, String)>,
    too_many: bool,
}

impl Taken {
    /// Remembers the texts and numbers of a value.
    pub(super) fn remember(&mut self, raw: &RawValue, instead: &str) {
        self.below(raw, instead, 0);
    }

    fn below(&mut self, raw: &RawValue, instead: &str, depth: usize) {
        let (text, deeper) = (raw.get(), depth.saturating_add(1));
        if self.values.len() >= MOST || depth >= DEEPEST {
            self.too_many = true;
        } else if let Ok(said) = serde_json::from_str::<String>(text) {
            self.values.extend(forms(&said, text).into_iter().map(|form| (form, instead.to_owned())));
        } else if let Ok(elements) = serde_json::from_str::<Vec<&RawValue>>(text) {
            elements.into_iter().for_each(|element| self.below(element, instead, deeper));
        } else if let Ok(members) = serde_json::from_str::<Members<'_>>(text) {
            members.0.into_iter().for_each(|(_, value)| self.below(value, instead, deeper));
        } else if !matches!(text, "true" | "false" | "null") {
            // Words show a number in its own form, whatever the form in which it was sent.
            self.values.push((text.to_owned(), instead.to_owned()));
            self.values.extend(Number::parse(text).ok().map(|number| (number.to_string(), instead.to_owned())));
        }
    }

    /// The longest first, so that none is replaced within another.
    pub(super) fn sort(&mut self) {
        self.values.retain(|(value, _)| !value.is_empty());
        self.values.sort_by(|(one, _), (other, _)| other.len().cmp(&one.len()).then_with(|| one.cmp(other)));
        self.values.dedup();
    }

    /// Words without what was taken out.
    pub(super) fn out_of(&self, words: &str) -> String {
        if self.too_many {
            return "…".to_owned();
        }
        let take = |words: String, (value, instead): &(String, String)| {
            let whole = if words.contains(value.as_str()) { replace_whole(&words, value, instead) } else { words };
            if whole.contains('…') { replace_cut(&whole, value, instead) } else { whole }
        };
        self.values.iter().fold(words.to_owned(), take)
    }
}

/// A text as words may show it: as it is, with its quotes and line ends escaped, on one line, and the number of a quantity such as `50.0 lb`
/// or `7%`.
fn forms(said: &str, json: &str) -> Vec<String> {
    let within = json.get(1..json.len().saturating_sub(1)).unwrap_or_default();
    let one_line = said.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut forms = vec![said.to_owned(), within.to_owned(), said.escape_debug().to_string(), one_line];
    let end = said.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(said.len());
    let (number, unit) = said.split_at(end);
    let of_unit = unit.trim_start().chars().next().is_none_or(|c| c.is_alphabetic() || c == '%');
    if let (true, Ok(canonical)) = (of_unit, Number::parse(number)) {
        forms.extend([number.to_owned(), canonical.to_string()]);
    }
    forms
}

fn is_part(c: Option<char>) -> bool {
    c.is_some_and(char::is_alphanumeric)
}

/// Replaces what is not a part of a longer word or number.
fn replace_whole(text: &str, value: &str, instead: &str) -> String {
    let mut replaced = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(value).filter(|_| !value.is_empty()) {
        replaced.push_str(before);
        let whole = !is_part(replaced.chars().next_back()) && !is_part(after.chars().next());
        replaced.push_str(if whole { instead } else { value });
        rest = after;
    }
    replaced + rest
}

/// Replaces the beginnings of a value that are cut off with `…`.
fn replace_cut(text: &str, value: &str, instead: &str) -> String {
    let mut replaced = String::with_capacity(text.len());
    let mut pieces = text.split('…').peekable();
    while let Some(piece) = pieces.next() {
        let cut = pieces.peek().is_some();
        let beginnings =
            value.char_indices().rev().filter_map(|(end, _)| value.get(..end).filter(|one| !one.is_empty()));
        let is_whole = |kept: &str| !kept.is_empty() && !is_part(kept.chars().next_back());
        let mut ends = beginnings.filter_map(|beginning| piece.strip_suffix(beginning));
        match ends.find(|kept| is_whole(kept)).filter(|_| cut) {
            Some(kept) => {
                replaced.push_str(kept);
                replaced.push_str(if instead == "…" { "" } else { instead });
            }
            None => replaced.push_str(piece),
        }
        if cut {
            replaced.push('…');
        }
    }
    replaced
}
