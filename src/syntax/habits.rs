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
        ("/", Some(number), Some(_)) if number.end == found.start => {
            ("a date is written with its year first: `2026-01-05`".into(), None)
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
