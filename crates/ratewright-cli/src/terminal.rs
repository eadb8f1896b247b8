//! The terminal: output streams that drop colours where nobody sees them, styles, and widths as a reader sees them.

use anstream::AutoStream;
use anstyle::{AnsiColor, Style};
use std::io::{BufWriter, IsTerminal, Stdout, Write};
use unicode_width::UnicodeWidthStr;

/// The word `error`.
pub const ERROR: Style = AnsiColor::Red.on_default().bold();
/// The word `warning`, flags.
pub const WARNING: Style = AnsiColor::Yellow.on_default().bold();
/// What went well.
pub const GOOD: Style = AnsiColor::Green.on_default().bold();
/// Titles and totals.
pub const STRONG: Style = Style::new().bold();
/// What is there to be skipped by the eye.
pub const FAINT: Style = Style::new().dimmed();

/// The width to which lines of rule files are cut where they are shown.
pub const COLUMNS: usize = 140;

/// Standard output, buffered; styles are dropped unless it is a terminal or colours were asked for.
pub fn stdout() -> BufWriter<AutoStream<Stdout>> {
    BufWriter::with_capacity(64 * 1024, anstream::stdout())
}

/// Whether somebody is watching standard error, so that progress can be drawn there.
pub fn stderr_is_terminal() -> bool {
    std::io::stderr().is_terminal()
}

/// Whether standard output is a terminal, on which progress would be drawn into the quotes.
pub fn stdout_is_terminal() -> bool {
    std::io::stdout().is_terminal()
}

/// How many columns a text takes on a terminal.
pub fn width(text: &str) -> usize {
    text.width()
}

/// `text` with spaces after it up to `columns`.
pub fn left(text: &str, columns: usize) -> String {
    let fill = columns.saturating_sub(width(text));
    format!("{text}{}", " ".repeat(fill))
}

/// `text` with spaces before it up to `columns`.
pub fn right(text: &str, columns: usize) -> String {
    let fill = columns.saturating_sub(width(text));
    format!("{}{text}", " ".repeat(fill))
}

/// What somebody else wrote, for a terminal: without what would break the line, move the cursor or change colours.
pub fn plain(text: &str) -> String {
    ratewright::quote::one_line(text).into_owned()
}

/// Says on standard error what somebody should look at, and goes on.
pub fn warn(words: &str) -> std::io::Result<()> {
    writeln!(anstream::stderr(), "{WARNING}warning{WARNING:#}: {}", plain(words))
}

/// `1 row`, `2 rows`.
pub fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_characters_take_two_columns() {
        assert_eq!(width("运费"), 4);
        assert_eq!(left("运费", 6), "运费  ");
        assert_eq!(right("运费", 6), "  运费");
        assert_eq!(left("Überlänge", 10), "Überlänge ");
    }

    #[test]
    fn a_text_that_is_too_long_is_kept() {
        assert_eq!(left("abc", 2), "abc");
    }
}
