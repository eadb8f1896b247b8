//! What can go wrong when a checked rule set prices an input: a closed list, each with its place and values.

use super::NearRow;
use crate::source::Span;
use std::fmt;

/// The kinds of run-time errors. Nothing else can happen in a checked rule set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// An input is missing, of the wrong shape, or outside its declared range; or the rule set is not in force on its date.
    Input,
    /// No row of a table matched and it has no default; a parameter has no value on the date; a list had no element to choose.
    NoRow,
    /// Several rows of a unique table matched, or rows of an `any` table disagreed.
    SeveralRows,
    /// Two exceptions to one definition held at once.
    TwoExceptions,
    /// Division by zero.
    DivisionByZero,
    /// A number grew beyond the documented size, or a date beyond the calendar.
    Overflow,
    /// A limit on work, list length or depth was reached.
    Limit,
    /// A function of the embedding program failed.
    Host,
    /// The rules refuse to price this input.
    Refused,
}

impl ErrorKind {
    /// All kinds with their words, as tests and messages name them.
    pub const ALL: &'static [(ErrorKind, &'static str)] = &[
        (ErrorKind::Input, "input not accepted"),
        (ErrorKind::NoRow, "no row matched"),
        (ErrorKind::SeveralRows, "several rows matched"),
        (ErrorKind::TwoExceptions, "two exceptions at once"),
        (ErrorKind::DivisionByZero, "division by zero"),
        (ErrorKind::Overflow, "overflow"),
        (ErrorKind::Limit, "limit reached"),
        (ErrorKind::Host, "host function failed"),
        (ErrorKind::Refused, "refused"),
    ];

    /// Its words.
    pub fn words(self) -> &'static str {
        Self::ALL.iter().find(|(kind, _)| *kind == self).map_or("", |(_, words)| words)
    }

    /// The kind with these words.
    pub fn named(words: &str) -> Option<ErrorKind> {
        Self::ALL.iter().find(|(_, known)| *known == words).map(|(kind, _)| *kind)
    }
}

/// A run-time error: what happened, where in the rules, with which values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvalError {
    /// The kind.
    pub kind: ErrorKind,
    /// What happened, with the values, in the author's words.
    pub message: String,
    /// The place in the rules; absent for an input that no rule is about.
    pub span: Option<Span>,
    /// The code of a refusal.
    pub code: Option<String>,
    /// The path of the input field that it is about, such as `lines[2].weight`.
    pub path: Option<String>,
    /// For a look-up that no row matched, the rows that came closest; the message of an error names them, that of a refusal, which
    /// its author wrote, does not. A refusal has them only where an explanation was asked for.
    pub nearest: Vec<NearRow>,
}

impl fmt::Display for EvalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.code, &self.path) {
            (Some(code), _) => write!(f, "{}: {code}: {}", self.kind.words(), self.message),
            (None, Some(path)) if !path.is_empty() => write!(f, "{}: `{path}`: {}", self.kind.words(), self.message),
            _ => write!(f, "{}: {}", self.kind.words(), self.message),
        }
    }
}

impl std::error::Error for EvalError {}
