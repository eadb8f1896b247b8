//! What reading an input leaves for the next one: its slots, to be filled again, and the texts that occurred.
//!
//! A text that was read before is shared instead of copied. Only so many short texts are kept that no input can make it grow.

use crate::value::Value;
use std::collections::HashSet;
use std::sync::Arc;

/// The most texts that are kept; then all are forgotten.
const TEXTS: usize = 4096;

/// The longest text that is kept, in bytes.
const LENGTH: usize = 64;

/// Memory to be used again. It holds no value of an input but texts that occurred.
#[derive(Debug, Default)]
pub(crate) struct InputMemory {
    slots: Vec<Option<Value>>,
    texts: HashSet<Arc<str>>,
}

impl InputMemory {
    /// Takes back the slots of an input that is done with.
    pub(crate) fn keep(&mut self, mut slots: Vec<Value>) {
        slots.clear();
        self.slots = slots.into_iter().map(Some).collect(); // in place: the standard library keeps the allocation
    }

    /// Room for a record of `count` fields, none of which has arrived; the slots kept, where they are not in use.
    pub(super) fn fields(&mut self, count: usize) -> Vec<Option<Value>> {
        let mut fields = std::mem::take(&mut self.slots);
        fields.resize(count, None);
        fields
    }

    /// The text as a value.
    pub(super) fn text(&mut self, text: &str) -> Value {
        if let Some(known) = self.texts.get(text) {
            return Value::Text(known.clone());
        }
        let new: Arc<str> = Arc::from(text);
        if text.len() <= LENGTH {
            if self.texts.len() >= TEXTS {
                self.texts.clear();
            }
            self.texts.insert(new.clone());
        }
        Value::Text(new)
    }
}
