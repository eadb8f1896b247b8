//! What the parts of the evaluator raise: an error of one word, at first without a place.
//!
//! Values and helpers raise a [`Failure`] without a span; the loop of the machine attaches that of the innermost operation.

use super::{ErrorKind, EvalError, NearRow};
use crate::library::ComputeError;
use crate::source::Span;
use crate::value::NumberError;

/// A result inside the evaluator.
pub(super) type Outcome<T> = Result<T, Failure>;

/// An error on its way out.
#[derive(Debug)]
pub(super) struct Failure(Box<EvalError>);

impl Failure {
    /// An error of this kind, as yet without a place.
    #[cold]
    #[inline(never)]
    pub(super) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Failure(Box::new(EvalError {
            kind,
            message: message.into(),
            span: None,
            code: None,
            path: None,
            nearest: Vec::new(),
        }))
    }

    /// A value that the rules cannot use here.
    #[cold]
    pub(super) fn input(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Input, message)
    }

    /// A limit that was reached.
    #[cold]
    pub(super) fn limit(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Limit, message)
    }

    /// A refusal by the rules.
    #[cold]
    pub(super) fn refused(code: &str, message: impl Into<String>, span: Span) -> Self {
        let mut failure = Self::new(ErrorKind::Refused, message);
        failure.0.code = Some(code.to_string());
        failure.0.span = Some(span);
        failure
    }

    /// A program whose parts do not fit together, which a checked one does not.
    #[cold]
    #[inline(never)]
    pub(super) fn mismatch(wanted: &str) -> Self {
        Self::new(ErrorKind::Input, format!("the compiled rule set does not fit its input: {wanted} was expected"))
    }

    /// Attaches the rows that came closest.
    #[cold]
    pub(super) fn near(mut self, nearest: Vec<NearRow>) -> Self {
        self.0.nearest = nearest;
        self
    }

    /// Attaches the place where none is known yet.
    #[cold]
    #[inline(never)]
    pub(super) fn at(mut self, span: Span) -> Self {
        self.0.span.get_or_insert(span);
        self
    }

    /// The error for the caller of the engine.
    pub(super) fn into_error(self) -> EvalError {
        *self.0
    }
}

impl From<NumberError> for Failure {
    #[cold]
    fn from(error: NumberError) -> Self {
        match error {
            NumberError::Overflow => Failure::new(ErrorKind::Overflow, "the number is too large or too finely divided"),
            NumberError::DivisionByZero => {
                Failure::new(ErrorKind::DivisionByZero, "the divisor or the step of a rounding is zero")
            }
        }
    }
}

impl From<ComputeError> for Failure {
    #[cold]
    fn from(error: ComputeError) -> Self {
        match error {
            ComputeError::Number(error) => error.into(),
            ComputeError::Argument(message) => Failure::input(message),
            ComputeError::Calendar(message) => Failure::new(ErrorKind::Overflow, message),
            ComputeError::Limit(message) => Failure::limit(message),
        }
    }
}
