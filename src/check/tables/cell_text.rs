//! The words of a cell: quotes, lists, ranges, refusals. No types yet.
//!
//! Everything works on the text of one cell and gives parts of it; what the parts mean is for their column to say.

use std::borrow::Cow;

/// A text in quotes or bare, with its escapes resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word<'a> {
    pub text: Cow<'a, str>,
    pub quoted: bool,
}

/// The ends of a range as written, and whether each is included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Ends<'a> {
    pub low: Option<(&'a str, bool)>,
    pub high: Option<(&'a str, bool)>,
}

/// Takes the quotes off; a bare text stays as it is. `None` where the quotes do not close at the end or an
/// escape is not one.
pub(super) fn unquote(text: &str) -> Option<Word<'_>> {
    let Some(inner) = text.strip_prefix('"') else {
        return Some(Word { text: text.into(), quoted: false });
    };
    let mut result = String::new();
    let mut characters = inner.chars();
    loop {
        match characters.next()? {
            '"' => break,
            '\\' => match characters.next()? {
                'n' => result.push('\n'),
                escaped @ ('"' | '\\') => result.push(escaped),
                _ => return None,
            },
            other => result.push(other),
        }
    }
    characters.as_str().is_empty().then_some(Word { text: result.into(), quoted: true })
}

/// The parts between the commas that stand outside quotes, without the blanks around them.
pub(super) fn split_commas(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut start = 0;
    for (at, character) in outside_quotes(text) {
        if character == ',' {
            parts.push(text.get(start..at).unwrap_or_default().trim());
            start = at.saturating_add(1);
        }
    }
    parts.push(text.get(start..).unwrap_or_default().trim());
    parts
}

/// Reads `2 through 4`, `over 1 up to 10`, `from 5`, …; `None` where the text is no range.
pub(super) fn split_range(text: &str) -> Option<Ends<'_>> {
    if let Some(high) = after(text, "up to") {
        return Some(Ends { low: None, high: Some((high, true)) });
    }
    if let Some(high) = after(text, "under") {
        return Some(Ends { low: None, high: Some((high, false)) });
    }
    if let Some(rest) = after(text, "over") {
        return Some(match (between(rest, "up to"), between(rest, "until")) {
            (Some((low, high)), _) => Ends { low: Some((low, false)), high: Some((high, true)) },
            (None, Some((low, high))) => Ends { low: Some((low, false)), high: Some((high, false)) },
            (None, None) => Ends { low: Some((rest, false)), high: None },
        });
    }
    let from = after(text, "from");
    let rest = from.unwrap_or(text);
    if let Some((low, high)) = between(rest, "through") {
        return Some(Ends { low: Some((low, true)), high: Some((high, true)) });
    }
    if let Some((low, high)) = between(rest, "until") {
        return Some(Ends { low: Some((low, true)), high: Some((high, false)) });
    }
    from.map(|low| Ends { low: Some((low, true)), high: None })
}

/// A range of another notation in the words of the language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Foreign {
    pub words: String,
    /// The lower end, and the range that includes it, where it is open which was meant.
    pub otherwise: Option<(String, String)>,
}

/// `2-10`, `2 to 10`, `11+`, `< 5`, `>= 5` in the words of the language. Of whole numbers both ends are meant to be included; else a band
/// begins where the one before it ends, and only the first one, from 0, holds its lower end.
pub(super) fn foreign_range(text: &str, whole_numbers: bool) -> Option<Foreign> {
    let one = |words: String| Some(Foreign { words, otherwise: None });
    for (mark, word) in [("<=", "up to"), (">=", "from"), ("≤", "up to"), ("≥", "from"), ("<", "under"), (">", "over")]
    {
        if let Some(rest) = text.strip_prefix(mark) {
            return one(format!("{word} {}", quantity(rest)?.0));
        }
    }
    if let Some(low) = text.strip_suffix('+') {
        return one(format!("from {}", quantity(low)?.0));
    }
    let (low, high) =
        text.split_once(['-', '–', '—']).or_else(|| text.split_once(" to ")).or_else(|| text.split_once(".."))?;
    let ((low, low_unit), (high, unit)) = (quantity(low)?, quantity(high)?);
    let low = if low_unit.is_empty() && !unit.is_empty() { format!("{low} {unit}") } else { low };
    let included = format!("{low} through {high}");
    let zero = low.starts_with('0') && !low.contains(|c| matches!(c, '1'..='9'));
    if whole_numbers || zero {
        return one(included);
    }
    Some(Foreign { words: format!("over {low} up to {high}"), otherwise: Some((low, included)) })
}

/// A number with or without a unit after it, as it is written here, and its unit.
fn quantity(text: &str) -> Option<(String, &str)> {
    let text = text.trim();
    let end = text.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '_'))).unwrap_or(text.len());
    let (number, unit) = text.split_at_checked(end)?;
    let unit = unit.trim();
    let fits = number.starts_with(|c: char| c.is_ascii_digit()) && !number.ends_with('.');
    if !fits || unit.chars().any(|c| !c.is_alphabetic()) {
        return None;
    }
    Some((if unit.is_empty() { number.to_string() } else { format!("{number} {unit}") }, unit))
}

/// What stands after the keyword at the start of the text.
pub(super) fn after<'a>(text: &'a str, keyword: &str) -> Option<&'a str> {
    let rest = text.strip_prefix(keyword)?;
    rest.starts_with([' ', '\t', '"']).then(|| rest.trim_start()).filter(|rest| !rest.is_empty())
}

/// What stands before and after the first place of the keyword, outside quotes, between blanks.
fn between<'a>(text: &'a str, keyword: &str) -> Option<(&'a str, &'a str)> {
    for (at, character) in outside_quotes(text) {
        if character == ' '
            && let Some((before, rest)) = text.split_at_checked(at)
            && let Some(high) = after(rest.trim_start(), keyword)
            && !before.trim().is_empty()
        {
            return Some((before.trim(), high));
        }
    }
    None
}

/// Reads `refuse "R7" "no rate"`: the code and the message.
pub(super) fn refusal(text: &str) -> Option<(String, String)> {
    let rest = after(text, "refuse")?;
    let mut end = None;
    let mut escaped = false;
    for (at, character) in rest.char_indices().skip(1) {
        if character == '"' && !escaped {
            end = Some(at.saturating_add(1));
            break;
        }
        escaped = character == '\\' && !escaped;
    }
    let (code, message) = rest.split_at_checked(end?)?;
    let (code, message) = (unquote(code)?, unquote(message.trim())?);
    (code.quoted && message.quoted).then(|| (code.text.into_owned(), message.text.into_owned()))
}

fn outside_quotes(text: &str) -> impl Iterator<Item = (usize, char)> {
    let (mut quoted, mut escaped) = (false, false);
    text.char_indices().filter(move |(_, character)| {
        let outside = !quoted;
        match character {
            '"' if !escaped => quoted = !quoted,
            _ => {}
        }
        escaped = quoted && *character == '\\' && !escaped;
        outside && *character != '"'
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn ends<'a>(low: Option<(&'a str, bool)>, high: Option<(&'a str, bool)>) -> Option<Ends<'a>> {
        Some(Ends { low, high })
    }

    #[test]
    fn every_range_of_the_language_is_read() {
        assert_eq!(split_range("2 through 4"), ends(Some(("2", true)), Some(("4", true))));
        assert_eq!(split_range("from 2 through 4"), ends(Some(("2", true)), Some(("4", true))));
        assert_eq!(split_range("2 until 4 lb"), ends(Some(("2", true)), Some(("4 lb", false))));
        assert_eq!(split_range("over 1 lb up to 10 lb"), ends(Some(("1 lb", false)), Some(("10 lb", true))));
        assert_eq!(split_range("over 1 until 2"), ends(Some(("1", false)), Some(("2", false))));
        assert_eq!(split_range("over 1"), ends(Some(("1", false)), None));
        assert_eq!(split_range("from 5"), ends(Some(("5", true)), None));
        assert_eq!(split_range("up to 5"), ends(None, Some(("5", true))));
        assert_eq!(split_range("under 5"), ends(None, Some(("5", false))));
        assert_eq!(split_range("\"a through b\" through c"), ends(Some(("\"a through b\"", true)), Some(("c", true))));
        assert_eq!(split_range("5"), None);
        assert_eq!(split_range("underground"), None);
        assert_eq!(split_range("under"), None);
    }

    #[test]
    fn ranges_of_other_notations_keep_their_numbers() {
        let words = |text, whole| foreign_range(text, whole).map(|range| range.words);
        for (text, wanted) in [
            ("2-10", "over 2 up to 10"),
            ("2 – 10.5", "over 2 up to 10.5"),
            ("2 to 10", "over 2 up to 10"),
            ("2-10 kg", "over 2 kg up to 10 kg"),
            ("2kg-10kg", "over 2 kg up to 10 kg"),
            ("0-2", "0 through 2"),
            ("0.5-2", "over 0.5 up to 2"),
            ("<= 2", "up to 2"),
            ("≤2", "up to 2"),
            ("> 10", "over 10"),
            ("10+", "from 10"),
            ("10 kg+", "from 10 kg"),
            ("< 5", "under 5"),
            (">= 5", "from 5"),
        ] {
            assert_eq!(words(text, false).as_deref(), Some(wanted), "{text}");
        }
        assert_eq!(words("2-4", true).as_deref(), Some("2 through 4"));
        for text in ["2026-01-05", "-5", "a-b", "2,5-10", "+", "10"] {
            assert_eq!(words(text, false), None, "{text}");
        }
    }

    #[test]
    fn quotes_and_commas() {
        assert_eq!(split_commas("GB, FR ,DE"), ["GB", "FR", "DE"]);
        assert_eq!(split_commas(r#""a, \"b", c"#), [r#""a, \"b""#, "c"]);
        assert_eq!(unquote(r#""a \"b\" \\ c""#).unwrap().text, r#"a "b" \ c"#);
        assert_eq!(unquote(r#""open"#), None);
        assert_eq!(unquote(r#""a" b"#), None);
        assert!(!unquote("a\"b").unwrap().quoted);
    }

    #[test]
    fn refusals() {
        let read = refusal(r#"refuse "R7" "no \"rate\" for this lane""#);
        assert_eq!(read, Some(("R7".into(), "no \"rate\" for this lane".into())));
        assert_eq!(refusal("refuse R7"), None);
        assert_eq!(refusal(r#"refuse "R7""#), None);
    }
}
