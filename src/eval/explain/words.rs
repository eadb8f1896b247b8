//! Words of the rules as explanations quote them: on one line, cut where they are long.

use std::borrow::Cow;

/// The longest label, in characters.
const LONGEST_LABEL: usize = 72;

/// Appends words of the rules, with one space wherever they have several or begin a new line.
pub(super) fn write(out: &mut String, words: &str) {
    if words.len() <= LONGEST_LABEL && is_one_line(words) {
        return out.push_str(words);
    }
    let mut line = String::with_capacity(words.len());
    for word in words.split_whitespace() {
        line.push_str(if line.is_empty() { "" } else { " " });
        line.push_str(word);
    }
    out.push_str(&shorten(&line, LONGEST_LABEL));
}

/// Whether words are plain, and have single spaces between them alone: most are.
fn is_one_line(words: &str) -> bool {
    let bytes = words.as_bytes();
    let (Some((first, after)), Some(last)) = (bytes.split_first(), bytes.last()) else { return false };
    // All bytes are looked at, without a branch for each.
    let strange = bytes.iter().fold(false, |found, byte| found | !matches!(byte, b' '..=b'~'));
    let doubled = bytes.iter().zip(after).fold(false, |found, two| found | (two == (&b' ', &b' ')));
    *first != b' ' && *last != b' ' && !strange && !doubled
}

/// How many characters a text has.
pub(super) fn characters(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.chars().count() }
}

/// The text, cut after a number of characters.
pub(super) fn shorten(text: &str, longest: usize) -> Cow<'_, str> {
    if text.len() <= longest || characters(text) <= longest {
        return Cow::Borrowed(text);
    }
    let end = text.char_indices().nth(longest.saturating_sub(1)).map_or(text.len(), |(end, _)| end);
    let mut short = String::with_capacity(end.saturating_add('…'.len_utf8()));
    short.push_str(text.get(..end).unwrap_or_default());
    short.push('…');
    Cow::Owned(short)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_put_on_one_line() {
        let long = "é".repeat(80);
        let cut = "é".repeat(71) + "…";
        let spread = [(" a\n   b", "a b"), ("a b", "a b"), ("a  b", "a b"), ("a ", "a"), ("", ""), (" ", "")];
        for (words, wanted) in spread.into_iter().chain([(long.as_str(), cut.as_str()), ("a\u{a0}b", "a b")]) {
            let mut text = "> ".to_string();
            write(&mut text, words);
            assert_eq!(text, format!("> {wanted}"), "{words:?}");
        }
        let exactly = "x".repeat(72);
        let mut text = String::new();
        write(&mut text, &exactly);
        assert_eq!(text, exactly);
        text.clear();
        write(&mut text, &(exactly + "y"));
        assert_eq!(text, "x".repeat(71) + "…");
    }
}
