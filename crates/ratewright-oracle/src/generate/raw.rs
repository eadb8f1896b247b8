//! Raw programs: the words of a well typed text swapped, left out, doubled or replaced by others of the language.

use super::Program;
use super::choices::Choices;

/// Words and signs that change what stands where.
const OTHERS: &[&str] = &[
    "0",
    "1",
    "-",
    "+",
    "*",
    "/",
    "(",
    ")",
    "{",
    "}",
    "[",
    "]",
    "|",
    "||",
    "=",
    "->",
    ":",
    ",",
    "?",
    "if",
    "any",
    "of",
    "is",
    "not",
    "USD",
    "EUR",
    "lb",
    "in",
    "per",
    "list",
    "money",
    "number",
    "date",
    "text",
    "2026-02-30",
    "99999999999999999999999999",
    "18.5%",
    "\"x\"",
    "{in_1}",
    "0.1",
    "otherwise",
    "when",
    "as",
    "rounded",
    "to",
    "no",
    "yes",
    "sum",
    "least",
    "first",
    "unit",
    "charge",
];

/// The words, signs and spaces of a text.
pub fn tokens(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let kind = |c: char| (c.is_alphanumeric() || matches!(c, '_' | '.' | '%'), c.is_whitespace());
        let end = match kind(first) {
            (false, false) => first.len_utf8(),
            like => rest.find(|c| kind(c) != like).unwrap_or(rest.len()),
        };
        let (token, others) = rest.split_at(end);
        found.push(token);
        rest = others;
    }
    found
}

/// The program with some words of its first file changed. Most such programs are refused; none may do harm.
pub fn raw(mut program: Program, c: &mut Choices) -> Program {
    program.features.insert("raw");
    let Some((_, text)) = program.files.first_mut() else { return program };
    let mut words: Vec<String> = tokens(text).into_iter().map(str::to_owned).collect();
    for _ in 0..c.between(1, 3) {
        let (at, other) = (c.below(words.len()), c.below(words.len()));
        match c.below(5) {
            0 => words.swap(at, other),
            1 => {
                if at < words.len() {
                    words.remove(at);
                }
            }
            2 => {
                let word = words.get(other).cloned().unwrap_or_default();
                words.insert(at, word);
            }
            _ => {
                let word = c.among("0", OTHERS).to_owned();
                if let Some(old) = words.get_mut(at) {
                    *old = word;
                }
            }
        }
    }
    *text = words.concat();
    program
}
