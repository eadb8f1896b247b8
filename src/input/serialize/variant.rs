//! The content of an enum variant: a record whose one field has the variant's name.

use super::object::ObjectSerializer;
use super::{ListSerializer, SlotSerializer};
use crate::input::form::Field;
use crate::input::record::{Others, Record};
use crate::input::{Problem, Reader};
use crate::value::exact::Taken;
use serde::ser::{self, Serialize};

/// Takes the content of a variant into the field with its name.
pub(in crate::input) struct VariantSerializer<'s, 'r, S> {
    field: &'r Field,
    others: Others<'s, 'r>,
    claims: usize,
    inner: S,
}

impl<'s, 'r: 's, S> VariantSerializer<'s, 'r, S> {
    pub(super) fn open(
        at: SlotSerializer<'s, 'r>,
        variant: &str,
        inner: impl FnOnce(SlotSerializer<'s, 'r>) -> Result<S, Problem>,
    ) -> Result<Self, Problem> {
        let SlotSerializer { reader, target, slot, .. } = at;
        let Some(mut record) = Record::open(reader, target, slot) else {
            return Err(reader.mismatch(target, "an object"));
        };
        let (place, claims) = (record.find(variant)?, reader.claims.len());
        let Some((field, slot, others)) = record.part(place) else {
            return Err(reader.mismatch(target, "an object"));
        };
        let opened = inner(SlotSerializer::new(reader, &field.target, slot));
        let inner = opened.map_err(|p| p.within_field(variant).declared_at(field.span))?;
        Ok(VariantSerializer { field, others, claims, inner })
    }

    fn close(self, finish: impl FnOnce(S) -> Result<&'s mut Reader<'r>, Problem>) -> Result<Taken, Problem> {
        let VariantSerializer { field, others, claims, inner } = self;
        let reader = finish(inner).map_err(|p| p.within_field(&field.wire).declared_at(field.span))?;
        reader.claims_within_field(claims, &field.wire);
        others.finish(reader)?;
        Ok(Taken)
    }
}

impl<'s, 'r> ser::SerializeTupleVariant for VariantSerializer<'s, 'r, ListSerializer<'s, 'r>> {
    type Ok = Taken;
    type Error = Problem;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Problem> {
        let field = self.field;
        self.inner.element(value).map_err(|p| p.within_field(&field.wire).declared_at(field.span))
    }

    fn end(self) -> Result<Taken, Problem> {
        self.close(|list| Ok(list.finish()))
    }
}

impl<'s, 'r> ser::SerializeStructVariant for VariantSerializer<'s, 'r, ObjectSerializer<'s, 'r>> {
    type Ok = Taken;
    type Error = Problem;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Problem> {
        let field = self.field;
        self.inner.field(name, value).map_err(|p| p.within_field(&field.wire).declared_at(field.span))
    }

    fn end(self) -> Result<Taken, Problem> {
        self.close(ObjectSerializer::finish)
    }
}
