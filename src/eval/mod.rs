//! A program and an input give a quote: the one evaluator.

pub mod error;

pub use error::{ErrorKind, EvalError};
