//! The three ways in which an input is sent, as one: a value that serde can walk over, JSON text, flat fields. What is sent may be read
//! more than once, each time for another rule set.

use super::{Binder, InputMemory};
use crate::eval::EvalError;
use crate::value::Value;
use serde::Serialize;

/// An input as it was sent.
pub(crate) trait Sent {
    /// Its values, in the memory, in the form that the binder reads.
    fn read<'m>(&self, binder: Binder<'_>, memory: &'m mut InputMemory) -> Result<&'m [Value], EvalError>;
}

/// A value that serde can walk over.
pub(crate) struct Walked<'i, I: ?Sized>(pub(crate) &'i I);

/// A JSON text.
pub(crate) struct Json<'i>(pub(crate) &'i str);

/// Flat text fields.
pub(crate) struct Flat<'i>(pub(crate) &'i [(&'i str, &'i str)]);

impl<I: Serialize + ?Sized> Sent for Walked<'_, I> {
    fn read<'m>(&self, binder: Binder<'_>, memory: &'m mut InputMemory) -> Result<&'m [Value], EvalError> {
        binder.bind(memory, self.0)
    }
}

impl Sent for Json<'_> {
    fn read<'m>(&self, binder: Binder<'_>, memory: &'m mut InputMemory) -> Result<&'m [Value], EvalError> {
        binder.bind_json(memory, self.0)
    }
}

impl Sent for Flat<'_> {
    fn read<'m>(&self, binder: Binder<'_>, memory: &'m mut InputMemory) -> Result<&'m [Value], EvalError> {
        binder.bind_fields(memory, self.0)
    }
}
