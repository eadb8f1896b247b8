//! Named values, exceptions to them, functions, and texts that are filled in.

use super::evaluator::Evaluator;
use super::failure::{Failure, Outcome};
use super::{ErrorKind, Node, Note, Observer, show};
use crate::library;
use crate::program::{DefinitionId, Exception, Expr, FunctionId, Template, TemplatePiece};
use crate::value::Value;

impl<'p, O: Observer<'p>> Evaluator<'p, '_, O> {
    /// The value of a let or output, computed at most once.
    pub(super) fn definition(&mut self, id: DefinitionId) -> Outcome<Value> {
        if let Some(Some(value)) = self.scratch.definitions.get(id.0 as usize) {
            let value = value.clone();
            self.note(Note::KnownDefinition(id));
            return Ok(value);
        }
        self.define(id)
    }

    #[inline(never)]
    fn define(&mut self, id: DefinitionId) -> Outcome<Value> {
        let Some(definition) = self.program.definitions.get(id.0 as usize) else {
            return Err(Failure::mismatch("a definition"));
        };
        self.step()?;
        self.enter(Node::Definition(id));
        let breakdown = std::mem::replace(&mut self.breakdown, false);
        let old = self.open_new(definition.locals);
        let outcome = self.value_or_exception(&definition.value, &definition.exceptions);
        self.close(old);
        self.breakdown = breakdown;
        let value = outcome?;
        self.leave(Some(&value));
        if let Some(place) = self.scratch.definitions.get_mut(id.0 as usize) {
            *place = Some(value.clone());
        }
        Ok(value)
    }

    fn value_or_exception(&mut self, value: &'p Expr, exceptions: &'p [Exception]) -> Outcome<Value> {
        if exceptions.is_empty() {
            return self.evaluate(value);
        }
        match self.exception(exceptions)? {
            None => self.evaluate(value),
            Some(exception) => self.exceptional_value(exception),
        }
    }

    /// The value of an exception that holds.
    pub(super) fn exceptional_value(&mut self, exception: &'p Exception) -> Outcome<Value> {
        self.enter(Node::Exception(exception));
        let value = self.evaluate(&exception.value)?;
        self.leave(Some(&value));
        Ok(value)
    }

    /// The exception that holds, or an exception to it; two at once are an error.
    #[inline(never)]
    pub(super) fn exception(&mut self, exceptions: &'p [Exception]) -> Outcome<Option<&'p Exception>> {
        let mut holding: Option<&'p Exception> = None;
        for exception in exceptions {
            if !self.condition(Some(&exception.when))? {
                continue;
            }
            if let Some(other) = holding {
                let message = format!("the exceptions {} and {} hold at once", named(other), named(exception));
                return Err(Failure::new(ErrorKind::TwoExceptions, message).at(exception.span));
            }
            holding = Some(exception);
        }
        match holding {
            Some(exception) if !exception.exceptions.is_empty() => {
                Ok(self.exception(&exception.exceptions)?.or(Some(exception)))
            }
            holding => Ok(holding),
        }
    }

    /// A call of a function of the rules.
    pub(super) fn call(&mut self, id: FunctionId, arguments: &'p [Expr]) -> Outcome<Value> {
        let Some(function) = self.program.functions.get(id.0 as usize) else {
            return Err(Failure::mismatch("a function"));
        };
        self.step()?;
        let start = self.push_all(arguments)?;
        let old = self.open(start, function.locals);
        let outcome = self.evaluate(&function.body);
        self.close(old);
        outcome
    }

    #[inline(never)]
    pub(super) fn library(&mut self, function: library::Function, arguments: &'p [Expr]) -> Outcome<Value> {
        self.step()?;
        let start = self.push_all(arguments)?;
        let values = self.scratch.locals.get(start..).unwrap_or_default();
        let value = match (function, values, arguments) {
            (library::Function::TextFrom, [value], [argument]) => {
                Ok(Value::text(&show::plain(self.program, self.inputs, value, &argument.ty)))
            }
            _ => function.compute(values, self.limits.list),
        };
        self.scratch.locals.truncate(start);
        let value = value?;
        if let Value::Text(text) = &value {
            self.check_text(text)?;
        }
        Ok(value)
    }

    /// A text with its values filled in.
    #[inline(never)]
    pub(super) fn fill(&mut self, template: &'p Template) -> Outcome<String> {
        let mut text = String::new();
        for piece in &template.pieces {
            match piece {
                TemplatePiece::Text(fixed) => text.push_str(fixed),
                TemplatePiece::Fill(expr) => {
                    let value = self.evaluate(expr)?;
                    text.push_str(&show::plain(self.program, self.inputs, &value, &expr.ty));
                }
            }
            self.check_text(&text)?;
        }
        Ok(text)
    }

    pub(super) fn filled(&mut self, template: &'p Template) -> Outcome<Value> {
        Ok(Value::text(&self.fill(template)?))
    }

    pub(super) fn check_text(&self, text: &str) -> Outcome<()> {
        if text.len() > self.limits.text {
            return Err(Failure::limit(format!("a text is longer than {} bytes", self.limits.text)));
        }
        Ok(())
    }
}

/// An exception as an error names it.
fn named(exception: &Exception) -> String {
    match &exception.label {
        Some(label) => format!("`{}` ({label})", exception.name),
        None => format!("`{}`", exception.name),
    }
}
