//! Words of the rules as explanations quote them: on one line, cut where they are long.

use std::borrow::Cow;

/// The longest label, in characters.
const LONGEST_LABEL: usize = 72;

/// Appends words of the rules, with one space wherever they have several or begin a new line.
pub(super) fn write(out: &mut String, words: &str) {
    if is_one_line(words) {
        return out.push_str(words);
    }
    let mut line = String::with_capacity(words.len());
    for word in words.split_whitespace() {
        line.push_str(if line.is_empty() { "" } else { " " });
        line.push_str(word);
    }
    out.push_str(&shorten(&line, LONGEST_LABEL));
}

/// Whether words are short, plain, and have single spaces between them alone: most are.
fn is_one_line(words: &str) -> bool {
    let mut after_space = true;
    let plain = words.len() <= LONGEST_LABEL
        && words.bytes().all(|byte| {
            let space = byte == b' ';
            let doubled = space && after_space;
            after_space = space;
            !doubled && matches!(byte, b' '..=b'~')
        });
    plain && !after_space
}

/// The text, cut after a number of characters.
pub(super) fn shorten(text: &str, longest: usize) -> Cow<'_, str> {
    if text.len() <= longest || text.chars().count() <= longest {
        return Cow::Borrowed(text);
    }
    let mut short: String = text.chars().take(longest.saturating_sub(1)).collect();
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
