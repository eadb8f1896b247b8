//! The fields of one record, arriving in any order, are written into its slots, which stand in the order of the declaration.
//!
//! A field that is not declared, arrives twice or is missing is a problem. A field that is not sent, or sent as `null`, has its
//! default, or is absent where its type allows that. The slots may hold values of an earlier input until their field arrives.

use super::edition::{Field, Target};
use super::{Problem, Reader, wire};
use crate::diagnostic::did_you_mean;
use crate::program::ExprKind;
use crate::value::Value;
use std::sync::Arc;

/// A record whose fields are arriving.
pub(super) struct Record<'s, 'r> {
    fields: &'r [Field],
    values: &'s mut [Value],
    arrived: Marks,
    /// Whether one of them arrived as `null`.
    nulls: bool,
    next: usize,
    claims: usize,
}

impl<'s, 'r> Record<'s, 'r> {
    /// The record of a target in its slots: those of the input, or the one that is to hold the record. None for another target.
    #[inline]
    pub(super) fn open(reader: &Reader<'r>, target: &'r Target, slots: &'s mut [Value]) -> Option<Self> {
        let fields = reader.edition.fields_of(target)?;
        let values = if target.is_input() { slots } else { room(slots.first_mut()?, fields.len()) };
        let claims = reader.claims.len();
        Some(Record { fields, values, arrived: Marks::default(), nulls: false, next: 0, claims })
    }

    /// The place of the declared field with this wire name.
    #[inline]
    pub(super) fn position(&self, wire: &str) -> Option<usize> {
        match self.fields.get(self.next) {
            Some(field) if field.wire == wire => Some(self.next),
            _ => self.fields.iter().position(|field| field.wire == wire),
        }
    }

    /// The place of the declared field with this wire name. Fails where there is none or it has already been sent.
    #[inline]
    pub(super) fn find(&mut self, wire: &str) -> Result<usize, Problem> {
        match self.position(wire) {
            Some(at) if !self.arrived.contains(at) => Ok(at),
            found => Err(self.unexpected(found, wire)),
        }
    }

    #[cold]
    fn unexpected(&self, found: Option<usize>, wire: &str) -> Problem {
        match found.and_then(|at| self.fields.get(at)) {
            Some(field) => Problem::new("this field is sent twice").within_field(wire).declared_at(field.span),
            None => unknown_field(self.fields, wire),
        }
    }

    /// The field at a place, and its slot.
    #[inline]
    pub(super) fn slot(&mut self, at: usize) -> Option<(&'r Field, &mut Value)> {
        Some((self.fields.get(at)?, self.values.get_mut(at)?))
    }

    /// Notes that the field at a place has arrived, with an absent value where it was not sent.
    #[inline]
    pub(super) fn note(&mut self, reader: &mut Reader<'_>, at: usize) {
        self.arrived.insert(at);
        self.next = at.wrapping_add(1);
        self.nulls |= self.values.get(at).is_some_and(Value::is_absent);
        if reader.claims.len() > self.claims
            && let Some(field) = self.fields.get(at)
        {
            self.claims = reader.claims_within_field(self.claims, &field.wire);
        }
    }

    /// Gives all fields their values. Fails where a field that must be sent is missing.
    #[inline]
    pub(super) fn finish(self, reader: &Reader<'_>) -> Result<(), Problem> {
        if !self.nulls && self.arrived.are_all(self.fields.len()) {
            return Ok(());
        }
        let arrived = |at| self.arrived.contains(at);
        complete(reader, self.fields, self.values, arrived)
    }

    /// Takes the field at a place out, whose value is then read without the record.
    pub(super) fn part(self, at: usize) -> Option<(&'r Field, &'s mut Value, Others<'s, 'r>)> {
        let (before, rest) = self.values.split_at_mut_checked(at)?;
        let (slot, after) = rest.split_first_mut()?;
        let (fields_before, fields) = self.fields.split_at_checked(at)?;
        let (field, fields_after) = fields.split_first()?;
        Some((field, slot, Others { before: (fields_before, before), after: (fields_after, after) }))
    }
}

/// The fields of a record beside the one that was sent.
pub(super) struct Others<'s, 'r> {
    before: (&'r [Field], &'s mut [Value]),
    after: (&'r [Field], &'s mut [Value]),
}

impl Others<'_, '_> {
    /// Gives them their values. Fails where one of them must be sent.
    pub(super) fn finish(self, reader: &Reader<'_>) -> Result<(), Problem> {
        complete(reader, self.before.0, self.before.1, |_| false)?;
        complete(reader, self.after.0, self.after.1, |_| false)
    }
}

/// Gives the fields that have not arrived, or arrived as `null`, their defaults.
fn complete(
    reader: &Reader<'_>,
    fields: &[Field],
    values: &mut [Value],
    arrived: impl Fn(usize) -> bool,
) -> Result<(), Problem> {
    for (at, (field, value)) in fields.iter().zip(values).enumerate() {
        if arrived(at) && !value.is_absent() {
            continue;
        }
        *value = match &field.default {
            Some(default) => match &default.kind {
                ExprKind::Constant(value) => value.clone(),
                _ => {
                    let computed = (reader.default_of)(default);
                    computed.map_err(|error| Problem::from_error(error).within_field(&field.wire))?
                }
            },
            None if field.optional => Value::Absent,
            None => return Err(missing(reader, field)),
        };
    }
    Ok(())
}

/// The problem that a required field was not sent.
#[cold]
fn missing(reader: &Reader<'_>, field: &Field) -> Problem {
    let expected = wire::expected(reader.program, &field.target.ty, &field.target.domain);
    Problem::new(format!("missing; expected {expected}")).within_field(&field.wire).declared_at(field.span)
}

/// The slots of a record in the slot that is to hold it: those of an earlier input, where nobody else holds them.
fn room(slot: &mut Value, count: usize) -> &mut [Value] {
    if !matches!(slot, Value::Record(values) if values.len() == count) {
        *slot = Value::Record(std::iter::repeat_n(Value::Absent, count).collect());
    }
    match slot {
        Value::Record(values) => Arc::make_mut(values),
        _ => &mut [],
    }
}

/// Which of the fields of a record have arrived. Does not allocate for up to 256.
#[derive(Default)]
struct Marks {
    first: [u64; 4],
    more: Vec<u64>,
}

impl Marks {
    #[inline]
    fn insert(&mut self, at: usize) {
        if let Some(word) = self.first.get_mut(at / 64) {
            *word |= 1 << (at % 64);
            return;
        }
        let at = at - 64 * self.first.len();
        if self.more.len() <= at / 64 {
            self.more.resize(at / 64 + 1, 0);
        }
        self.more.get_mut(at / 64).into_iter().for_each(|word| *word |= 1 << (at % 64));
    }

    #[inline]
    fn contains(&self, at: usize) -> bool {
        let word = match self.first.get(at / 64) {
            Some(word) => Some(word),
            None => self.more.get(at / 64 - self.first.len()),
        };
        word.is_some_and(|word| word & (1 << (at % 64)) != 0)
    }

    /// Whether all fields below a count are marked.
    #[inline]
    fn are_all(&self, count: usize) -> bool {
        match self.first {
            [first, ..] if count <= 63 => first == (1 << count) - 1,
            _ => (0..count).all(|at| self.contains(at)),
        }
    }
}

/// The problem that a field is not one of those declared.
#[cold]
pub(super) fn unknown_field(fields: &[Field], wire: &str) -> Problem {
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
