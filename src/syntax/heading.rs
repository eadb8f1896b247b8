//! The headings of a CSV file of tests: what each column gives or expects.

use super::ast::{Expr, Name};
use super::tokens::word_length;
use crate::source::{FileId, Span};

/// What a column of a CSV file of tests is for.
#[derive(Debug, Clone, PartialEq)]
pub enum TestHeading {
    /// `name`: the test's name.
    Name,
    /// `given weight`
    Given(Name),
    /// `charge BASE`: its amount; `no` in the cell, or nothing, as the reader of the file decides.
    Charge(Name),
    /// `no charge BASE`
    NoCharge(Name),
    /// `flag OVERSIZE`
    Flag(Name),
    /// `total`
    Total,
    /// `refusal`
    Refusal,
    /// `error`
    Error,
    /// `expect billed`: an expression that equals the cell, or that holds.
    Expect(Expr),
}

/// Reads a heading that stands at byte `offset` of its file; `None` where it is none of those above.
pub fn parse_test_heading(id: FileId, text: &str, offset: u32) -> Option<TestHeading> {
    let leading = text.len().saturating_sub(text.trim_start().len());
    let heading = text.trim();
    let after = |words: &str| -> Option<(usize, &str)> {
        let rest = heading.strip_prefix(words)?;
        let name = rest.trim_start();
        (name.len() < rest.len() && !name.is_empty())
            .then(|| (leading.saturating_add(heading.len()).saturating_sub(name.len()), name))
    };
    let place = |at: usize| offset.saturating_add(u32::try_from(at).unwrap_or(u32::MAX));
    let name = |words: &str| -> Option<Name> {
        let (at, written) = after(words)?;
        let bare = written.strip_prefix('`').and_then(|rest| rest.strip_suffix('`'));
        let plain = bare.unwrap_or(written);
        let is_name =
            bare.is_some() || (word_length(plain) == plain.len() && !plain.starts_with(|c: char| c.is_ascii_digit()));
        is_name.then(|| Name {
            text: plain.into(),
            span: Span::new(id, place(at), place(at.saturating_add(written.len()))),
        })
    };
    match heading {
        "name" => return Some(TestHeading::Name),
        "total" => return Some(TestHeading::Total),
        "refusal" => return Some(TestHeading::Refusal),
        "error" => return Some(TestHeading::Error),
        _ => {}
    }
    if let Some((at, expression)) = after("expect") {
        let (value, problems) = super::parse_expression(id, expression, place(at));
        return problems.is_empty().then_some(TestHeading::Expect(value));
    }
    name("given")
        .map(TestHeading::Given)
        .or_else(|| name("charge").map(TestHeading::Charge))
        .or_else(|| name("no charge").map(TestHeading::NoCharge))
        .or_else(|| name("flag").map(TestHeading::Flag))
}
