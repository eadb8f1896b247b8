//! What is wrong with an input: words, the path of the field, and the place of its declaration.

use crate::eval::{ErrorKind, EvalError};
use crate::source::Span;
use std::fmt;

/// One problem of an input. Its path is put together from the inside out while the readers return.
#[derive(Debug)]
pub(crate) struct Problem(Box<Parts>);

#[derive(Debug)]
struct Parts {
    kind: ErrorKind,
    path: String,
    message: String,
    span: Option<Span>,
}

impl Problem {
    /// A problem at the place that is being read.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Problem(Box::new(Parts { kind: ErrorKind::Input, path: String::new(), message: message.into(), span: None }))
    }

    /// An error of the evaluation of a default.
    pub(crate) fn from_error(error: EvalError) -> Self {
        Problem(Box::new(Parts { kind: error.kind, path: String::new(), message: error.message, span: error.span }))
    }

    /// Adds advice.
    pub(crate) fn help(mut self, text: impl AsRef<str>) -> Self {
        self.0.message.push_str("; ");
        self.0.message.push_str(text.as_ref());
        self
    }

    /// Says where the field is declared, unless a deeper field already did.
    pub(crate) fn declared_at(mut self, span: Span) -> Self {
        self.0.span.get_or_insert(span);
        self
    }

    /// The same problem, seen from the record that holds the field.
    pub(crate) fn within_field(mut self, name: &str) -> Self {
        self.0.path = field_path(name, &self.0.path);
        self
    }

    /// The same problem, seen from the list that holds the element.
    pub(crate) fn within_element(mut self, index: usize) -> Self {
        self.0.path = element_path(index, &self.0.path);
        self
    }

    /// The same problem without its path, which the caller gives as a whole.
    pub(crate) fn at_root(mut self) -> Self {
        self.0.path.clear();
        self
    }

    /// The error that the caller sees.
    pub(crate) fn into_error(self) -> EvalError {
        let Parts { kind, path, message, span } = *self.0;
        EvalError { kind, message, span, code: None, path: Some(path), nearest: Vec::new() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl std::error::Error for Problem {}

impl serde::ser::Error for Problem {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Problem::new(message.to_string())
    }
}

/// The path of something within a field: `lines[2].weight`.
pub(super) fn field_path(name: &str, inner: &str) -> String {
    let dot = if inner.is_empty() || inner.starts_with('[') { "" } else { "." };
    format!("{name}{dot}{inner}")
}

/// The path of something within an element of a list: `[2].weight`.
pub(super) fn element_path(index: usize, inner: &str) -> String {
    let dot = if inner.is_empty() || inner.starts_with('[') { "" } else { "." };
    format!("[{index}]{dot}{inner}")
}

/// A text as messages quote it: at most 40 characters.
pub(crate) fn excerpt(text: &str) -> String {
    let mut short: String = text.chars().take(40).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    format!("{short:?}")
}
