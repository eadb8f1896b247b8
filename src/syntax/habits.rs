//! Habits of spreadsheets, programs and other notations, and how the same is written here.
//!
//! Input is the place where the grammar stopped and what it would have taken there, output the words of a help and its edit.
//! Which text is wrong is said by [`super::expected`].

use super::grammar::Rule;
use super::node::Reader;
use super::tokens::{Token, TokenKind};
use crate::source::Span;

/// A habit of spreadsheets, programs and other notations: how it is written here, and the edit.
pub(super) fn habit(
    reader: &Reader,
    text: &str,
    before: Option<&Token>,
    found: &Token,
    expected: &[Rule],
) -> Option<(String, Option<(Span, String)>)> {
    let words = text.get(found.start..found.end)?;
    let rest = text.get(found.end..)?;
    let previous = before.and_then(|token| text.get(token.start..token.end)).unwrap_or("");
    let numeral = before.filter(|token| token.kind == TokenKind::Number);
    let digits = rest.split(|c: char| !c.is_ascii_digit()).next().filter(|digits| !digits.is_empty());
    let here = reader.place(found.start, found.end);
    let new_line = before.is_some_and(|token| text.get(token.end..found.start).is_some_and(|gap| gap.contains('\n')));
    Some(match (words, numeral, digits) {
        ("=", _, _) if previous == "=" => ("one `=` is enough".into(), Some((here, String::new()))),
        ("=", _, _) if !expected.iter().any(wants_an_operand) => {
            let length = usize::from(rest.starts_with('='));
            let place = reader.place(found.start, found.end.saturating_add(length));
            ("values are compared with `is`".into(), Some((place, "is".into())))
        }
        ("%", Some(number), _) => {
            let place = reader.place(number.start, found.end);
            ("a percent is written without a space".into(), Some((place, format!("{previous}%"))))
        }
        (",", Some(number), Some(digits)) if number.end == found.start && digits.len() == 3 => {
            let place = reader.place(number.start, found.end);
            ("thousands are set off with `_`, not with a comma".into(), Some((place, format!("{previous}_"))))
        }
        (":", None, _) if expected.contains(&Rule::field_name) => {
            let until = text.get(..before?.start)?.trim_end();
            let number = until.rsplit(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '_'))).next()?;
            number.starts_with(|c: char| c.is_ascii_digit()).then_some(())?;
            let place = reader.place(until.len(), until.len());
            (
                format!("`{number} {previous}` is read as a quantity: put a comma between the two"),
                Some((place, ",".into())),
            )
        }
        (">", _, _) if previous == "<" => {
            let place = reader.place(found.start.saturating_sub(1), found.end);
            ("what differs is said with `is not`".into(), Some((place, "is not".into())))
        }
        ("if", _, _) if expected.iter().any(|rule| matches!(rule, Rule::EOI | Rule::end_of_item)) => {
            ("a condition of a charge is said with `when`".into(), Some((here, "when".into())))
        }
        ("for", _, _) if rest.trim_start().starts_with("each") => {
            ("write `sum of … for each x in lines` without parentheses around it".into(), None)
        }
        _ if found.kind == TokenKind::Number && expected.contains(&Rule::tier) && new_line => {
            ("a tier says where it ends: `up to 10 …`, and the last one `above …`".into(), None)
        }
        _ if found.kind == TokenKind::Number && expected.contains(&Rule::kw_is) && expected.contains(&Rule::kw_by) => {
            let place = reader.place(found.start, found.start);
            ("what is expected is said with `is`".into(), Some((place, "is ".into())))
        }
        _ => return None,
    })
}

/// Whether something that can be compared is still to come, so that no comparison can stand here.
fn wants_an_operand(rule: &Rule) -> bool {
    matches!(rule, Rule::name | Rule::expression | Rule::value | Rule::sum | Rule::operand | Rule::text)
}

/// A date written day or month first.
pub(super) struct LocalDate {
    /// How many bytes it takes.
    pub length: usize,
    /// The date that it must be, where the notation leaves no choice.
    pub meant: Option<String>,
    /// A date that it may be, written as here.
    pub possible: String,
}

/// `01.04.2026`, `04/01/2026` at the start of `rest`; only those as long as a date is here.
pub(super) fn local_date(rest: &str) -> Option<LocalDate> {
    let (text, after) = rest.split_at_checked(10)?;
    let mark = text.get(2..3).filter(|mark| matches!(*mark, "." | "/"))?;
    if after.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '/')) {
        return None;
    }
    let parts: Vec<&str> = text.split(mark).collect();
    let [first, second, year] = parts.as_slice() else { return None };
    if [first.len(), second.len(), year.len()] != [2, 2, 4] {
        return None;
    }
    let date = |month: &str, day: &str| {
        let date = format!("{year}-{month}-{day}");
        crate::value::Date::parse(&date).map(|_| date)
    };
    let (day_first, month_first) = (date(second, first), date(first, second));
    let meant = match (&day_first, &month_first) {
        (Some(day_first), Some(other)) if mark == "." || day_first == other => Some(day_first.clone()),
        (Some(_), Some(_)) => None,
        (one, other) => one.clone().or_else(|| other.clone()),
    };
    let possible = meant.clone().or(month_first)?;
    Some(LocalDate { length: text.len(), meant, possible })
}

/// The last number with a decimal comma between byte `from` and the token that ends at `to`, outside brackets: its place and its text.
pub(super) fn decimal_comma(text: &str, from: usize, to: usize) -> Option<(std::ops::Range<usize>, String)> {
    let (mut at, mut depth) = (from, 0_usize);
    let (mut before, mut found) = ([None, None], None);
    while let Some(token) = super::tokens::next(text, at).filter(|token| token.start <= to) {
        at = token.end;
        let words = text.get(token.start..token.end)?;
        match words {
            "(" | "[" => depth = depth.saturating_add(1),
            ")" | "]" => depth = depth.saturating_sub(1),
            _ => {}
        }
        let digits = |words: &str| words.bytes().all(|byte| byte.is_ascii_digit());
        if let [Some((start, end, whole)), Some((comma, after, ","))] = before
            && depth == 0
            && (end, after) == (comma, token.start)
            && digits(whole)
            && digits(words)
            && words.len() != 3
        {
            found = Some((start..token.end, format!("{whole}.{words}")));
        }
        before = [before.get(1).copied().flatten(), Some((token.start, token.end, words))];
    }
    found
}
