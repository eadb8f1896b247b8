//! What an author is told about a rule set: plain data, rendered elsewhere.
//!
//! The words stand where the problem is known; [`codes`] holds the registry of stable codes with their explanation,
//! smallest wrong example and its fix.

pub mod codes;

use crate::source::Span;
use std::fmt;

/// A stable diagnostic code, printed as `RW0312`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Code(pub u16);

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RW{:04}", self.0)
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// How bad it is: an error keeps the rule set from being used, a warning does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// The rule set cannot be used.
    Error,
    /// The rule set works, and is probably not what was meant.
    Warning,
}

/// Words about one stretch of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The text that it is about.
    pub span: Span,
    /// What is said about it.
    pub text: String,
}

/// An edit that mends the problem: replace the text at `span` with `text`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// What to replace; an empty span inserts.
    pub span: Span,
    /// The new text.
    pub text: String,
}

/// One problem of a rule set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Error or warning.
    pub severity: Severity,
    /// The stable code.
    pub code: Code,
    /// What is wrong, in the author's words: lower case, no full stop.
    pub title: String,
    /// The text that is wrong.
    pub primary: Label,
    /// The other side of the problem, where there is one.
    pub secondary: Vec<Label>,
    /// What to do.
    pub help: Option<String>,
    /// An edit that does it.
    pub edit: Option<Edit>,
}

impl Diagnostic {
    /// An error with this code and title, about the text at `span`.
    pub fn error(code: Code, title: impl Into<String>, span: Span, label: impl Into<String>) -> Self {
        Diagnostic {
            severity: Severity::Error,
            code,
            title: title.into(),
            primary: Label { span, text: label.into() },
            secondary: Vec::new(),
            help: None,
            edit: None,
        }
    }

    /// A warning with this code and title, about the text at `span`.
    pub fn warning(code: Code, title: impl Into<String>, span: Span, label: impl Into<String>) -> Self {
        Diagnostic { severity: Severity::Warning, ..Diagnostic::error(code, title, span, label) }
    }

    /// Adds a label about the other side.
    pub fn also(mut self, span: Span, text: impl Into<String>) -> Self {
        self.secondary.push(Label { span, text: text.into() });
        self
    }

    /// Says what to do.
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(text.into());
        self
    }

    /// Proposes an edit.
    pub fn edit(mut self, span: Span, text: impl Into<String>) -> Self {
        self.edit = Some(Edit { span, text: text.into() });
        self
    }
}

/// `1 key`, `2 keys`.
pub(crate) fn counted(count: usize, word: &str) -> String {
    format!("{count} {word}{}", if count == 1 { "" } else { "s" })
}

/// The candidate nearest to `word`, where one is near enough to be a slip of the pen.
pub fn did_you_mean<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = word.chars().take(COMPARED).count();
    // A single letter is no slip of another one.
    let limit = if length == 1 { 0 } else { (length / 3).max(1) };
    candidates
        .into_iter()
        .map(|candidate| (distance(word, candidate), candidate))
        .filter(|(d, _)| *d <= limit)
        .min() // of several at one distance the first in the alphabet, whatever the order of the candidates
        .map(|(_, candidate)| candidate)
}

/// How many characters of a word are compared.
const COMPARED: usize = 64;

/// Edit distance with transpositions counted as one, case ignored.
fn distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.to_lowercase().chars().take(COMPARED).collect();
    let b: Vec<char> = b.to_lowercase().chars().take(COMPARED).collect();
    let mut two_back: Vec<usize> = Vec::new();
    let mut back: Vec<usize> = (0..=b.len()).collect();
    let mut previous_a = None;
    for (i, &ca) in a.iter().enumerate() {
        let mut row = vec![i.saturating_add(1)];
        let mut previous_b = None;
        for (j, &cb) in b.iter().enumerate() {
            let at = |r: &[usize], k: usize| r.get(k).copied().unwrap_or(usize::MAX / 2);
            let swap = at(&back, j).saturating_add(usize::from(ca != cb));
            let mut best =
                swap.min(at(&back, j.saturating_add(1)).saturating_add(1)).min(at(&row, j).saturating_add(1));
            if previous_a == Some(cb) && previous_b == Some(ca) {
                best = best.min(at(&two_back, j.saturating_sub(1)).saturating_add(1));
            }
            row.push(best);
            previous_b = Some(cb);
        }
        two_back = std::mem::replace(&mut back, row);
        previous_a = Some(ca);
    }
    back.last().copied().unwrap_or(0)
}
