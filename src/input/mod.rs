//! An input from outside becomes the slots of a program: from a Rust value, from JSON text, or from flat text fields.
//!
//! The three sources drive one type-directed reading: `scalar` knows the wire form of every type, `record` puts fields
//! together, `domain` checks ranges and patterns. Numbers are read from their text and never pass through a binary float;
//! what is not exactly as declared is refused with the path of the field, what was expected and what was found.
//! [`wire`] writes a value in the form that is read back to the same value.

mod domain;
mod fields;
mod json;
mod memory;
mod parts;
mod problem;
mod record;
mod scalar;
mod serialize;
mod units;
pub mod wire;

pub(crate) use memory::InputMemory;
pub(crate) use problem::Problem;

use crate::eval::EvalError;
use crate::program::{Domain, Expr, InputField, Program};
use crate::types::{RecordType, Type};
use crate::value::{Currency, Value};
use serde::Serialize;
use std::cell::RefCell;

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

/// Reads inputs for one program.
pub(crate) struct Binder<'b> {
    program: &'b Program,
    limits: InputLimits,
    default_of: DefaultOf<'b>,
    /// Amounts sent with a currency code where the currency is chosen by another field: checked when all fields are known.
    claims: RefCell<Vec<Claim>>,
    /// The slots of the whole input, once they are complete.
    slots: RefCell<Vec<Value>>,
    /// Memory of earlier inputs.
    memory: RefCell<InputMemory>,
}

/// An amount that says its currency, where the declared currency is that of another input field.
struct Claim {
    slot: u32,
    currency: Currency,
    path: String,
}

/// What is being read: the whole input, or a value of a type.
#[derive(Clone, Copy)]
pub(crate) enum Target<'b> {
    /// The input record.
    Input,
    /// A value.
    Value {
        /// Its type.
        ty: &'b Type,
        /// What it may be.
        domain: &'b Domain,
        /// Whether `null` stands for a value that is not sent.
        nullable: bool,
    },
}

impl<'b> Target<'b> {
    /// The value of a field.
    fn field(field: &'b InputField) -> Self {
        let nullable = field.default.is_some() || matches!(field.ty, Type::Optional(_));
        Target::Value { ty: &field.ty, domain: &field.domain, nullable }
    }

    /// A value of a type, without a domain.
    fn of(ty: &'b Type) -> Self {
        static ANY: Domain = Domain { low: None, high: None, matching: None, currencies: Vec::new() };
        Target::Value { ty, domain: &ANY, nullable: matches!(ty, Type::Optional(_)) }
    }

    /// An element of the list that is being read; the domain of a list is that of its elements.
    fn element(self) -> Option<Self> {
        match self.ty()? {
            Type::List(inner) => {
                let Target::Value { domain, .. } = self else { return None };
                Some(Target::Value { ty: inner, domain, nullable: matches!(**inner, Type::Optional(_)) })
            }
            _ => None,
        }
    }

    /// Whether it may be sent as an object of number and unit.
    fn has_unit(self) -> bool {
        matches!(self.ty(), Some(Type::In(_) | Type::Percent))
    }

    /// The type without `?`; none for the whole input.
    fn ty(self) -> Option<&'b Type> {
        match self {
            Target::Input => None,
            Target::Value { ty, .. } => Some(ty.present()),
        }
    }
}

impl<'b> Binder<'b> {
    /// A reader of inputs for `program`.
    pub(crate) fn new(program: &'b Program, limits: InputLimits, default_of: DefaultOf<'b>) -> Self {
        let (claims, slots, memory) = Default::default();
        Binder { program, limits, default_of, claims, slots, memory }
    }

    /// The reader with memory of earlier inputs.
    pub(crate) fn with_memory(self, memory: InputMemory) -> Self {
        Binder { memory: RefCell::new(memory), ..self }
    }

    /// Gives the memory back.
    pub(crate) fn into_memory(self) -> InputMemory {
        self.memory.into_inner()
    }

    /// Reads a value that serde can walk over, without a JSON value between.
    pub(crate) fn bind<I: Serialize + ?Sized>(&self, input: &I) -> Result<Vec<Value>, EvalError> {
        self.finish(input.serialize(serialize::ValueSerializer::new(self, Target::Input)))
    }

    /// Reads a JSON text.
    pub(crate) fn bind_json(&self, text: &str) -> Result<Vec<Value>, EvalError> {
        self.finish(json::read(self, Target::Input, text))
    }

    /// Reads flat fields: headings such as `weight`, `lines[0].weight` or `lines.0.weight`, and their texts.
    pub(crate) fn bind_fields(&self, fields: &[(&str, &str)]) -> Result<Vec<Value>, EvalError> {
        self.finish(fields::read(self, fields))
    }

    /// Takes values that already have their types, by slot: those of a test.
    pub(crate) fn bind_values(&self, given: Vec<(usize, Value)>) -> Result<Vec<Value>, EvalError> {
        let fields = &self.program.inputs;
        let mut record = record::RecordBuilder::new(self, fields);
        for (slot, value) in given {
            let Some(field) = fields.get(slot) else { continue };
            let checked = self.check_parts(&field.ty, &field.domain, &value);
            checked.map_err(|problem| problem.within_field(&field.wire).declared_at(field.span).into_error())?;
            record.set(self, slot, value);
        }
        self.finish(record.finish(self, Target::Input))
    }

    fn finish(&self, read: Result<Value, Problem>) -> Result<Vec<Value>, EvalError> {
        read.map_err(Problem::into_error)?;
        let slots = self.slots.take();
        for claim in self.claims.take() {
            let chosen = slots.get(claim.slot as usize);
            if chosen == Some(&Value::Currency(claim.currency)) {
                continue;
            }
            let name = self.program.inputs.get(claim.slot as usize).map_or("", |f| f.wire.as_str());
            let chosen = match chosen {
                Some(Value::Currency(currency)) => currency.to_string(),
                _ => "no currency".to_string(),
            };
            let message = format!("found an amount in {}, but `{name}` chooses {chosen}", claim.currency);
            return Err(Problem::new(message).within_field(&claim.path).into_error());
        }
        Ok(slots)
    }

    /// How many amounts with a currency of their own have been read.
    fn claim_count(&self) -> usize {
        self.claims.borrow().len()
    }

    /// Says in which field the claims from position `from` on were made; gives the new count.
    fn claims_within_field(&self, from: usize, name: &str) -> usize {
        let mut claims = self.claims.borrow_mut();
        claims.iter_mut().skip(from).for_each(|claim| claim.path = problem::field_path(name, &claim.path));
        claims.len()
    }

    /// Says in which element the claims from position `from` on were made; gives the new count.
    fn claims_within_element(&self, from: usize, index: usize) -> usize {
        let mut claims = self.claims.borrow_mut();
        claims.iter_mut().skip(from).for_each(|claim| claim.path = problem::element_path(index, &claim.path));
        claims.len()
    }

    /// The fields of the record that is being read, where it is one.
    fn fields_of(&self, target: Target<'b>) -> Option<&'b [InputField]> {
        match target {
            Target::Input => Some(&self.program.inputs),
            Target::Value { ty, .. } => match ty.present() {
                Type::Record(record) => Some(self.record_fields(record)),
                _ => None,
            },
        }
    }

    fn record_fields(&self, record: &RecordType) -> &'b [InputField] {
        fields_of_record(self.program, record)
    }

    /// What `null` gives.
    fn null(&self, target: Target<'b>) -> Result<Value, Problem> {
        match target {
            Target::Value { nullable: true, .. } => Ok(Value::Absent),
            _ => Err(self.mismatch(target, "null")),
        }
    }

    /// The problem that something else was found than the target wants.
    fn mismatch(&self, target: Target<'b>, found: &str) -> Problem {
        let expected = match target {
            Target::Input => "an object with the input's fields".to_string(),
            Target::Value { ty, domain, .. } => wire::expected(self.program, ty, domain),
        };
        Problem::new(format!("expected {expected}, found {found}"))
    }

    /// Checks the length of a list that has grown to `length` elements.
    fn check_length(&self, length: usize) -> Result<(), Problem> {
        if length > self.limits.list_length {
            return Err(Problem::new(format!("a list has at most {} elements here", self.limits.list_length)));
        }
        Ok(())
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
mod tests;
