//! The elements of one list, arriving one after the other, become its value; in the memory of an earlier list where that is as long.

use super::Reader;
use super::form::Target;
use crate::value::Value;
use std::sync::Arc;

/// A list whose elements are arriving.
pub(super) struct List<'s, 'r> {
    /// What its elements are.
    pub(super) element: &'r Target,
    slot: &'s mut Value,
    /// An earlier list that nobody else holds: its elements are filled again, one after the other.
    earlier: Arc<[Value]>,
    /// The elements that arrived when those of the earlier list were filled.
    more: Vec<Value>,
    count: usize,
    claims: usize,
}

impl<'s, 'r> List<'s, 'r> {
    /// The list of a target in the slot that is to hold it. None for another target.
    pub(super) fn open(reader: &mut Reader<'r>, target: &'r Target, slot: &'s mut Value) -> Option<Self> {
        let element = target.element()?;
        let mut earlier = match std::mem::take(slot) {
            Value::List(earlier) => earlier,
            _ => Arc::default(),
        };
        if Arc::get_mut(&mut earlier).is_none() {
            earlier = Arc::default();
        }
        Some(List { element, slot, earlier, more: reader.lists.take(), count: 0, claims: reader.claims.len() })
    }

    /// The place of the next element.
    #[inline]
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// The slot of the next element.
    #[inline]
    pub(super) fn slot(&mut self) -> &mut Value {
        let List { slot: own, earlier, more, count, .. } = self;
        let length = earlier.len();
        if *count < length
            && let Some(slot) = Arc::get_mut(earlier).and_then(|earlier| earlier.get_mut(*count))
        {
            return slot;
        }
        let behind = count.saturating_sub(length);
        if more.len() <= behind {
            more.push(Value::Absent);
        }
        more.get_mut(behind).unwrap_or(own) // there is one: it was pushed
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
        let List { slot, mut earlier, mut more, count, .. } = self;
        if count != earlier.len() {
            let kept = Arc::get_mut(&mut earlier).unwrap_or_default().iter_mut().take(count);
            let behind = count.saturating_sub(kept.len());
            earlier = kept.map(std::mem::take).chain(more.drain(..).take(behind)).collect();
        }
        *slot = Value::List(earlier);
        reader.lists.give(more);
    }
}
