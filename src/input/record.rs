//! The fields of one record, arriving in any order, become its values in the order of the declaration.
//!
//! A field that is not declared, arrives twice or is missing is a problem. A field that is not sent, or sent as `null`, has its
//! default, or is absent where its type allows that.

use super::{Binder, Problem, Target};
use crate::diagnostic::did_you_mean;
use crate::program::InputField;
use crate::types::Type;
use crate::value::Value;

/// A record whose fields are arriving.
pub(super) struct RecordBuilder<'b> {
    fields: &'b [InputField],
    values: Vec<Option<Value>>,
    next: usize,
    claims: usize,
}

impl<'b> RecordBuilder<'b> {
    pub(super) fn new(binder: &Binder<'b>, fields: &'b [InputField]) -> Self {
        let values = binder.memory.borrow_mut().fields(fields.len());
        RecordBuilder { fields, values, next: 0, claims: binder.claim_count() }
    }

    /// The declared field with this wire name. Fails where there is none or it has already been sent.
    pub(super) fn field(&mut self, wire: &str) -> Result<(usize, &'b InputField), Problem> {
        let position = match self.fields.get(self.next) {
            Some(field) if field.wire == wire => Some(self.next),
            _ => self.fields.iter().position(|field| field.wire == wire),
        };
        let found = position.and_then(|at| self.fields.get(at).map(|field| (at, field)));
        let Some((at, field)) = found else { return Err(unknown_field(self.fields, wire)) };
        self.next = at.saturating_add(1);
        if self.values.get(at).is_some_and(Option::is_some) {
            return Err(Problem::new("this field is sent twice").within_field(wire).declared_at(field.span));
        }
        Ok((at, field))
    }

    /// Keeps the value of the field at a position; an absent value is a field that is not sent.
    pub(super) fn set(&mut self, binder: &Binder<'b>, at: usize, value: Value) {
        if let (Some(slot), Some(field)) = (self.values.get_mut(at), self.fields.get(at)) {
            *slot = Some(value);
            self.claims = binder.claims_within_field(self.claims, &field.wire);
        }
    }

    /// The values of all fields. Fails where a field that must be sent is missing.
    pub(super) fn finish(mut self, binder: &Binder<'b>, target: Target<'b>) -> Result<Value, Problem> {
        for (field, value) in self.fields.iter().zip(&mut self.values) {
            match (&value, &field.default) {
                (Some(sent), _) if !sent.is_absent() => {}
                (_, Some(default)) => {
                    let computed = (binder.default_of)(default);
                    *value = Some(computed.map_err(|error| Problem::from_error(error).within_field(&field.wire))?);
                }
                _ if matches!(field.ty, Type::Optional(_)) => *value = Some(Value::Absent),
                _ => return Err(missing(binder, field)),
            }
        }
        let values: Vec<Value> = self.values.into_iter().map(Option::unwrap_or_default).collect();
        match target {
            Target::Input => {
                binder.slots.replace(values);
                Ok(Value::Absent)
            }
            Target::Value { .. } => Ok(Value::Record(values.into())),
        }
    }
}

/// The problem that a required field was not sent.
fn missing(binder: &Binder<'_>, field: &InputField) -> Problem {
    let expected = super::wire::expected(binder.program, &field.ty, &field.domain);
    Problem::new(format!("missing; expected {expected}")).within_field(&field.wire).declared_at(field.span)
}

/// The problem that a field is not one of those declared.
pub(super) fn unknown_field(fields: &[InputField], wire: &str) -> Problem {
    let short: String = wire.chars().take(64).collect();
    let problem = Problem::new("there is no such field").within_field(&short);
    if let Some(renamed) = fields.iter().find(|field| field.name == wire) {
        return problem.help(format!("it is sent as `{}`", renamed.wire));
    }
    match did_you_mean(wire, fields.iter().map(|field| field.wire.as_str())) {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None => {
            let known: Vec<_> = fields.iter().take(12).map(|field| format!("`{}`", field.wire)).collect();
            let more = if fields.len() > known.len() { ", …" } else { "" };
            problem.help(format!("the fields are {}{more}", known.join(", ")))
        }
    }
}
