//! A program that differs from another by one literal, one operator or one line: an edition as an author may have changed it.

use super::Program;
use super::choices::Choices;
use super::raw::tokens;

/// Words that can stand for each other.
const PAIRS: &[(&str, &str)] = &[
    ("+", "-"),
    (">", "<"),
    ("least", "greatest"),
    ("through", "until"),
    ("yes", "no"),
    ("minimum", "maximum"),
    ("and", "or"),
    ("first", "last"),
    ("until", "through"),
    ("-", "+"),
    ("graduated", "volume"),
    ("less", "plus"),
    ("up", "down"),
    ("any", "every"),
];

/// The program with one thing changed.
pub fn mutate(mut program: Program, c: &mut Choices) -> Program {
    let file = c.below(program.files.len());
    let Some((_, text)) = program.files.get_mut(file) else { return program };
    if c.once_in(4) {
        let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
        let rows: Vec<usize> =
            lines.iter().enumerate().filter(|(_, line)| line.starts_with("  ")).map(|(at, _)| at).collect();
        if let Some(at) = c.one_of(&rows).copied() {
            let line = lines.remove(at);
            if c.once_in(2) {
                // Two lines the other way round.
                lines.insert(at.saturating_add(1).min(lines.len()), line);
            }
        }
        *text = lines.concat();
        return program;
    }
    let mut words: Vec<String> = tokens(text).into_iter().map(str::to_owned).collect();
    let is_number = |word: &str| word.starts_with(|c: char| c.is_ascii_digit());
    let known = |word: &str| PAIRS.iter().find(|pair| pair.0 == word).map(|pair| pair.1);
    let places: Vec<usize> = words
        .iter()
        .enumerate()
        .filter(|(_, word)| is_number(word) || known(word).is_some())
        .map(|(at, _)| at)
        .collect();
    let Some(at) = c.one_of(&places).copied() else { return program };
    if let Some(word) = words.get_mut(at) {
        *word = match known(word) {
            Some(other) => other.to_owned(),
            None => match c.below(4) {
                0 => format!("1{word}"),
                // The same number, otherwise written.
                1 if !word.contains('.') && word.chars().all(|c| c.is_ascii_digit()) => format!("{word}.0"),
                2 => word.replace(['1', '3', '5'], "2"),
                _ => word.replace('0', "1"),
            },
        };
    }
    *text = words.concat();
    program
}
