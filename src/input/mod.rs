//! An input from outside becomes the slots of a program: from a Rust value, from JSON text, or from flat text fields.
//!
//! The three sources drive one type-directed reading, in place: `scalar` knows the wire form of every type, `record` and `list` put
//! parts together, `domain` checks ranges and patterns. `form` is what is resolved once per rule set, `memory` what one input
//! leaves for the next: a struct that is sent as before is read without looking up a name. Numbers are read from their text and never pass through a binary float;
//! what is not exactly as declared is refused with the path of the field, what was expected and what was found.
//! [`wire`] writes a value in the form that is read back to the same value.

mod domain;
mod fields;
mod form;
mod json;
mod layout;
mod list;
mod memory;
mod parts;
mod problem;
mod record;
mod scalar;
mod sent;
mod serialize;
mod texts;
mod units;
pub mod wire;

pub use crate::value::number::exact_decimal as decimal;
pub(crate) use form::InputForm;
pub(crate) use memory::InputMemory;
pub(crate) use problem::Problem;
pub(crate) use sent::{Flat, Json, Sent, Walked};

use crate::eval::EvalError;
use crate::program::{Expr, InputField, Program};
use crate::types::RecordType;
use crate::value::{Currency, Value};
use form::Target;
use layout::{Layout, Variants};
use memory::Rooms;
use record::Record;
use serde::Serialize;
use std::sync::Arc;
use texts::Texts;

/// How large an input may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InputLimits {
    /// The longest text, in characters.
    pub text_length: usize,
    /// The longest list.
    pub list_length: usize,
}

impl Default for InputLimits {
    fn default() -> Self {
        InputLimits { text_length: 10_000, list_length: 100_000 }
    }
}

/// Computes the default of a field.
pub(crate) type DefaultOf<'b> = &'b dyn Fn(&Expr) -> Result<Value, EvalError>;

/// Reads inputs of one form.
#[derive(Clone, Copy)]
pub(crate) struct Binder<'b> {
    program: &'b Program,
    form: &'b Arc<InputForm>,
    limits: InputLimits,
    default_of: DefaultOf<'b>,
}

/// An amount that says its currency, where the declared currency is that of another input field: checked when all fields are known.
struct Claim {
    slot: u32,
    currency: Currency,
    path: String,
}

/// The reading of one input.
struct Reader<'r> {
    program: &'r Program,
    form: &'r InputForm,
    limits: InputLimits,
    default_of: DefaultOf<'r>,
    claims: Vec<Claim>,
    /// How structs were sent before, and how those are sent that were not seen before.
    layouts: &'r [Layout],
    learned: Vec<Layout>,
    variants: &'r mut Variants,
    texts: &'r mut Texts,
    lists: &'r mut Rooms<Value>,
    marks: &'r mut Rooms<u64>,
}

impl<'b> Binder<'b> {
    /// A reader of inputs for `program`, whose form is `form`.
    pub(crate) fn new(
        program: &'b Program,
        form: &'b Arc<InputForm>,
        limits: InputLimits,
        default_of: DefaultOf<'b>,
    ) -> Self {
        Binder { program, form, limits, default_of }
    }

    /// Reads a value that serde can walk over, without a JSON value between.
    pub(crate) fn bind<'m, I: Serialize + ?Sized>(
        self,
        memory: &'m mut InputMemory,
        input: &I,
    ) -> Result<&'m [Value], EvalError> {
        self.read(memory, |reader, target, slot| {
            input.serialize(serialize::SlotSerializer::new(reader, target, slot)).map(|_| ())
        })
    }

    /// Reads a JSON text.
    pub(crate) fn bind_json<'m>(self, memory: &'m mut InputMemory, text: &str) -> Result<&'m [Value], EvalError> {
        self.read(memory, |reader, target, slot| json::read(reader, target, slot, text))
    }

    /// Reads flat fields: headings such as `weight`, `lines[0].weight` or `lines.0.weight`, and their texts.
    pub(crate) fn bind_fields<'m>(
        self,
        memory: &'m mut InputMemory,
        fields: &[(&str, &str)],
    ) -> Result<&'m [Value], EvalError> {
        self.read(memory, |reader, target, slot| fields::read(reader, target, slot, fields))
    }

    /// Takes values that already have their types, by slot: those of a test.
    pub(crate) fn bind_values(
        self,
        memory: &mut InputMemory,
        given: Vec<(usize, Value)>,
    ) -> Result<&[Value], EvalError> {
        self.read(memory, |reader, target, slot| {
            let Some(mut record) = Record::open(reader, target, slot) else { return Ok(()) };
            for (at, value) in given {
                let Some((field, slot)) = record.slot(at) else { continue };
                let checked = reader.check_parts(&field.target, &value);
                checked.map_err(|problem| problem.within_field(&field.wire).declared_at(field.span))?;
                *slot = value;
                record.note(reader, at);
            }
            record.finish(reader)
        })
    }

    /// Reads an input into the slots of the memory.
    fn read<'m>(
        self,
        memory: &'m mut InputMemory,
        read: impl for<'r> FnOnce(&mut Reader<'r>, &'r Target, &mut Value) -> Result<(), Problem>,
    ) -> Result<&'m [Value], EvalError> {
        let Binder { program, form, limits, default_of } = self;
        memory.turn_to(form);
        let InputMemory { input, layouts, variants, texts, lists, marks, .. } = memory;
        let (claims, learned) = Default::default();
        let mut reader =
            Reader { program, form, limits, default_of, claims, layouts, learned, variants, texts, lists, marks };
        let mut result = read(&mut reader, form.input(), input);
        let Reader { claims, learned, .. } = reader;
        if !claims.is_empty() {
            result = result.and_then(|()| check_claims(program, &claims, input.as_record().unwrap_or_default()));
        }
        result.map_err(Problem::into_error)?;
        if !learned.is_empty() {
            memory.learn(learned);
        }
        Ok(memory.input.as_record().unwrap_or_default())
    }
}

/// Refuses an amount in another currency than the one chosen.
#[cold]
fn check_claims(program: &Program, claims: &[Claim], slots: &[Value]) -> Result<(), Problem> {
    for claim in claims {
        let chosen = slots.get(claim.slot as usize);
        if chosen == Some(&Value::Currency(claim.currency)) {
            continue;
        }
        let name = program.inputs.get(claim.slot as usize).map_or("", |f| f.wire.as_str());
        let chosen = match chosen {
            Some(Value::Currency(currency)) => currency.to_string(),
            _ => "no currency".to_string(),
        };
        let message = format!("found an amount in {}, but `{name}` chooses {chosen}", claim.currency);
        return Err(Problem::new(message).within_field(&claim.path));
    }
    Ok(())
}

impl Reader<'_> {
    /// Says in which field the claims from position `from` on were made; gives the new count.
    #[cold]
    fn claims_within_field(&mut self, from: usize, name: &str) -> usize {
        let claims = self.claims.iter_mut().skip(from);
        claims.for_each(|claim| claim.path = problem::field_path(name, &claim.path));
        self.claims.len()
    }

    /// Says in which element the claims from position `from` on were made; gives the new count.
    #[cold]
    fn claims_within_element(&mut self, from: usize, index: usize) -> usize {
        let claims = self.claims.iter_mut().skip(from);
        claims.for_each(|claim| claim.path = problem::element_path(index, &claim.path));
        self.claims.len()
    }

    /// Takes `null`: the field is not sent.
    #[inline]
    fn null(&self, target: &Target, slot: &mut Value) -> Result<(), Problem> {
        match target.nullable {
            true => slot.put(Value::Absent),
            false => return Err(self.mismatch(target, "null")),
        }
        Ok(())
    }

    /// The problem that something else was found than the target wants.
    #[cold]
    fn mismatch(&self, target: &Target, found: &str) -> Problem {
        let expected = match target.is_input() {
            true => "an object with the input's fields".to_string(),
            false => wire::expected(self.program, &target.ty, &target.domain),
        };
        Problem::new(format!("expected {expected}, found {found}"))
    }

    /// Checks the length of a list that has grown to `length` elements.
    #[inline]
    fn check_length(&self, length: usize) -> Result<(), Problem> {
        match length > self.limits.list_length {
            true => Err(Problem::new(format!("a list has at most {} elements here", self.limits.list_length))),
            false => Ok(()),
        }
    }
}

/// The fields of a declared record, with their wire names.
pub(crate) fn fields_of_record<'b>(program: &'b Program, record: &RecordType) -> &'b [InputField] {
    let position = program.records.iter().position(|known| known.name == record.name);
    position.and_then(|at| program.record_fields.get(at)).map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod documented;
#[cfg(test)]
mod resolved;
#[cfg(test)]
mod tests;
