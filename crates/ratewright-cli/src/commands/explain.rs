//! `ratewright explain`: what a diagnostic code means, from the library's registry.

use crate::outcome::{Failure, Outcome, Result};
use crate::terminal::{self, ERROR, FAINT, GOOD, STRONG};
use clap::Args;
use ratewright::diagnostic::{Code, codes};
use std::fmt::Write as _;
use std::io::Write;

/// Explain a code such as RW0201
#[derive(Debug, Args)]
pub struct Explain {
    /// The code
    #[arg(required_unless_present_any = ["list", "all_markdown"])]
    pub code: Option<String>,
    /// List all codes instead
    #[arg(long, conflicts_with = "code")]
    pub list: bool,
    /// Print all explanations as the Markdown of docs/errors.md
    #[arg(long, conflicts_with_all = ["code", "list"])]
    pub all_markdown: bool,
}

/// Prints what was asked for.
pub fn run(arguments: &Explain) -> Result {
    let mut out = terminal::stdout();
    if arguments.all_markdown {
        out.write_all(markdown().as_bytes())?;
    } else if let Some(word) = &arguments.code {
        out.write_all(page(find(word)?).as_bytes())?;
    } else {
        for entry in codes::ALL {
            writeln!(out, "{STRONG}{}{STRONG:#}  {}", entry.code, entry.title)?;
        }
    }
    out.flush()?;
    Ok(Outcome::Fine)
}

/// The entry of `RW0201`, `rw0201` or `201`.
fn find(word: &str) -> Result<&'static codes::Entry> {
    let digits = word.trim().trim_start_matches(['R', 'r']).trim_start_matches(['W', 'w']);
    let number = digits.parse::<u16>().map_err(|_| Failure::usage(format!("`{word}` is not a code such as RW0201")))?;
    codes::entry(Code(number)).ok_or_else(|| {
        Failure::usage(format!("there is no code {}; `ratewright explain --list` lists those there are", Code(number)))
    })
}

fn page(entry: &codes::Entry) -> String {
    let mut page = format!("{STRONG}{}{STRONG:#} {}\n", entry.code, entry.title);
    if let Some(explanation) = entry.explanation() {
        let _ = write!(page, "\n{}\n", wrapped(explanation.text, 88));
        if !explanation.wrong.is_empty() {
            let _ = write!(page, "\n{ERROR}wrong{ERROR:#}\n{}", indented(explanation.wrong));
            let _ = write!(page, "\n{GOOD}right{GOOD:#}\n{}", indented(explanation.right));
        }
    } else {
        let _ = write!(page, "\n{FAINT}There is nothing more to say about it.{FAINT:#}\n");
    }
    page
}

fn indented(text: &str) -> String {
    text.lines().map(|line| if line.is_empty() { "\n".to_owned() } else { format!("    {line}\n") }).collect()
}

/// The text with its lines filled up to `columns`; paragraphs stay apart.
fn wrapped(text: &str, columns: usize) -> String {
    let paragraph = |paragraph: &str| {
        let mut lines = vec![String::new()];
        for word in paragraph.split_whitespace() {
            let room = |line: &String| {
                line.is_empty() || terminal::width(line).saturating_add(terminal::width(word)) < columns
            };
            match lines.last_mut().filter(|line| room(line)) {
                Some(line) if line.is_empty() => line.push_str(word),
                Some(line) => {
                    line.push(' ');
                    line.push_str(word);
                }
                None => lines.push(word.to_owned()),
            }
        }
        lines.join("\n")
    };
    text.split("\n\n").map(paragraph).collect::<Vec<_>>().join("\n\n")
}

/// All explanations as one page.
pub fn markdown() -> String {
    let mut page = String::from(
        "# What the codes mean\n\n\
         Every problem that `ratewright check` finds has a code. `ratewright explain RW0201` prints one entry of this page.\n\
         A text without a header stands in a rule set whose currency is USD.\n\n\
         <!-- Generated: cargo run -q -p ratewright-cli -- explain --all-markdown > docs/errors.md -->\n",
    );
    for entry in codes::ALL {
        let _ = write!(page, "\n## {}: {}\n", entry.code, entry.title);
        if let Some(explanation) = entry.explanation() {
            let _ = write!(page, "\n{}\n", wrapped(explanation.text, 120));
            if !explanation.wrong.is_empty() {
                let _ = write!(page, "\nwrong:\n\n```rules\n{}\n```\n", explanation.wrong.trim_end());
                let _ = write!(page, "\nright:\n\n```rules\n{}\n```\n", explanation.right.trim_end());
            }
        }
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_found_however_it_is_written() {
        for word in ["RW0201", "rw0201", "0201", "201"] {
            assert_eq!(find(word).unwrap().code, codes::UNKNOWN_NAME);
        }
        assert!(matches!(find("RW9999"), Err(Failure::Usage(_))));
        assert!(matches!(find("why"), Err(Failure::Usage(_))));
    }

    #[test]
    fn long_texts_are_filled_and_paragraphs_kept() {
        assert_eq!(wrapped("aa bb\ncc dd\n\nee", 6), "aa bb\ncc dd\n\nee");
        assert_eq!(wrapped("aa bb cc", 9), "aa bb cc");
    }
}
