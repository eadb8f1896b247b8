//! The fields of one record, arriving in any order, are written into its slots, which stand in the order of the declaration.
//!
//! A field that is not declared, arrives twice or is missing is a problem. A field that is not sent, or sent as `null`, has its
//! default, or is absent where its type allows that. The slots may hold values of an earlier input until their field arrives.

use super::form::{Field, Target};
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
    /// The record of a target in the slot that is to hold it. None for another target.
    #[inline]
    pub(super) fn open(reader: &mut Reader<'r>, target: &'r Target, slot: &'s mut Value) -> Option<Self> {
        let fields = reader.form.fields_of(target)?;
        let values = room(slot, fields.len());
        let mut arrived = Marks::default();
        if fields.len() > Marks::FIRST {
            arrived.more = reader.marks.take();
        }
        Some(Record { fields, values, arrived, nulls: false, next: 0, claims: reader.claims.len() })
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
        self.next = at.wrapping_add(1);
        let is_null = self.values.get(at).is_some_and(Value::is_absent);
        self.note_arrival(reader, at, is_null);
    }

    /// Notes that the field at a place has arrived, and whether as `null`.
    #[inline]
    fn note_arrival(&mut self, reader: &mut Reader<'_>, at: usize, is_null: bool) {
        self.arrived.insert(at);
        self.nulls |= is_null;
        if reader.claims.len() > self.claims {
            self.note_claims(reader, at);
        }
    }

    #[cold]
    fn note_claims(&mut self, reader: &mut Reader<'_>, at: usize) {
        if let Some(field) = self.fields.get(at) {
            self.claims = reader.claims_within_field(self.claims, &field.wire);
        }
    }

    /// Takes the field at a place by what puts its value into its slot, and notes that it has arrived.
    #[inline(always)]
    pub(super) fn take(
        &mut self,
        reader: &mut Reader<'r>,
        at: usize,
        put: impl FnOnce(&mut Reader<'r>, &'r Target, &mut Value) -> Result<(), Problem>,
    ) -> Result<(), Problem> {
        let (Some(field), Some(slot)) = (self.fields.get(at), self.values.get_mut(at)) else { return Ok(()) };
        if let Err(problem) = put(reader, &field.target, slot) {
            return Err(within(problem, field));
        }
        let is_null = slot.is_absent();
        self.note_arrival(reader, at, is_null);
        Ok(())
    }

    /// Gives all fields their values. Fails where a field that must be sent is missing.
    #[inline]
    pub(super) fn finish(self, reader: &mut Reader<'_>) -> Result<(), Problem> {
        let Record { fields, values, arrived, nulls, .. } = self;
        if nulls || !arrived.are_all(fields.len()) {
            complete(reader, fields, values, |at| arrived.contains(at))?;
        }
        if fields.len() > Marks::FIRST {
            reader.marks.give(arrived.more);
        }
        Ok(())
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

/// The problem of a field, seen from its record.
#[cold]
fn within(problem: Problem, field: &Field) -> Problem {
    problem.within_field(&field.wire).declared_at(field.span)
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

/// Which of the fields of a record have arrived.
#[derive(Default)]
struct Marks {
    /// Of the first fields, one bit each.
    first: u64,
    /// Of the fields behind them.
    more: Vec<u64>,
}

impl Marks {
    /// How many fields are the first ones.
    const FIRST: usize = 64;

    #[inline]
    fn insert(&mut self, at: usize) {
        match at {
            0..Self::FIRST => self.first |= 1 << at,
            _ => self.insert_behind(at - Self::FIRST),
        }
    }

    #[cold]
    fn insert_behind(&mut self, at: usize) {
        let word = at / 64;
        if self.more.len() <= word {
            self.more.resize(word.saturating_add(1), 0);
        }
        self.more.get_mut(word).into_iter().for_each(|word| *word |= 1 << (at % 64));
    }

    #[inline]
    fn contains(&self, at: usize) -> bool {
        let word = match at.checked_sub(Self::FIRST) {
            None => Some(&self.first),
            Some(behind) => self.more.get(behind / 64),
        };
        word.is_some_and(|word| word & (1 << (at % 64)) != 0)
    }

    /// Whether all fields below a count are marked.
    #[inline]
    fn are_all(&self, count: usize) -> bool {
        match count {
            0..Self::FIRST => self.first == (1 << count) - 1,
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
