//! Functions of the library.

use super::evaluator::Evaluator;
use super::failure::Outcome;
use super::{Observer, show};
use crate::library::Function;
use crate::program::code::Reg;
use crate::types::Type;
use crate::value::Value;

impl<'p, O: Observer<'p>> Evaluator<'p, '_, O> {
    /// A function of the library; the type of its first argument.
    pub(super) fn library(&mut self, function: Function, arguments: &[Reg], ty: &Type) -> Outcome<Value> {
        self.step()?;
        let values = |evaluator: &Self| arguments.iter().map(|argument| evaluator.value(*argument)).collect::<Vec<_>>();
        let value = match (function, arguments) {
            (Function::TextFrom, [value]) => {
                Value::text(&show::plain(self.program, self.inputs, &self.value(*value), ty))
            }
            (_, [one]) => function.compute(&[self.value(*one)], self.limits.list)?,
            (_, [one, other]) => function.compute(&[self.value(*one), self.value(*other)], self.limits.list)?,
            _ => function.compute(&values(self), self.limits.list)?,
        };
        if let Value::Text(text) = &value {
            self.check_text(text)?;
        }
        self.check_made(&value)?;
        Ok(value)
    }
}
