//! The elements of one list, arriving one after the other, become its value; in the memory of an earlier list where that is as long.

use super::Reader;
use super::edition::Target;
use crate::value::Value;
use std::sync::Arc;

/// A list whose elements are arriving.
pub(super) struct List<'s, 'r> {
    /// What its elements are.
    pub(super) element: &'r Target,
    slots: &'s mut [Value],
    /// The elements that arrived, then elements of an earlier list, whose records are filled again.
    room: Vec<Value>,
    count: usize,
    claims: usize,
}

impl<'s, 'r> List<'s, 'r> {
    /// The list of a target in the slot that is to hold it. None for another target.
    pub(super) fn open(reader: &mut Reader<'r>, target: &'r Target, slots: &'s mut [Value]) -> Option<Self> {
        let element = target.element()?;
        let mut room = reader.lists.take();
        if let Some(Value::List(earlier)) = slots.first_mut()
            && let Some(earlier) = Arc::get_mut(earlier)
        {
            room.extend(earlier.iter_mut().map(std::mem::take));
        }
        Some(List { element, slots, room, count: 0, claims: reader.claims.len() })
    }

    /// The place of the next element.
    #[inline]
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// The slot of the next element.
    #[inline]
    pub(super) fn slot(&mut self) -> &mut [Value] {
        if self.count >= self.room.len() {
            self.room.push(Value::Absent);
        }
        self.room.get_mut(self.count..).unwrap_or_default()
    }

    /// Notes that the next element has arrived.
    #[inline]
    pub(super) fn note(&mut self, reader: &mut Reader<'_>) {
        if reader.claims.len() > self.claims {
            self.claims = reader.claims_within_element(self.claims, self.count);
        }
        self.count = self.count.wrapping_add(1);
    }

    /// Gives the list its value.
    pub(super) fn finish(self, reader: &mut Reader<'_>) {
        let List { mut room, slots, count, .. } = self;
        room.truncate(count);
        let earlier = match slots.first_mut() {
            Some(Value::List(earlier)) if earlier.len() == count => Arc::get_mut(earlier),
            _ => None,
        };
        if let Some(earlier) = earlier {
            earlier.iter_mut().zip(room.drain(..)).for_each(|(slot, value)| *slot = value);
        } else if let Some(slot) = slots.first_mut() {
            *slot = Value::List(room.drain(..).collect());
        }
        reader.lists.give(room);
    }
}
