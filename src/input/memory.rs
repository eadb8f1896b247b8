//! What reading an input leaves for the next one: its slots, to be filled again, the texts that occurred, and how structs were sent.
//!
//! Slots and layouts belong to one form and are forgotten with another; lists and records of the last input are filled again
//! where nobody else holds them.

use super::InputForm;
use super::layout::{Layout, Variants};
use super::texts::Texts;
use crate::value::Value;
use std::sync::Arc;

/// The most layouts that are kept, and the longest list whose room is kept, in elements.
const LAYOUTS: usize = 64;
const LIST: usize = 4096;

/// Memory to be used again. It holds the values of the last input, and texts that occurred before.
#[derive(Debug, Default)]
pub(crate) struct InputMemory {
    /// The form that slots, layouts and variants belong to.
    form: Option<Arc<InputForm>>,
    /// The values of the last input, as a record.
    pub(super) input: Value,
    /// How structs were sent.
    pub(super) layouts: Vec<Layout>,
    /// Which member a variant of a Rust enum was.
    pub(super) variants: Variants,
    /// Texts that occurred.
    pub(super) texts: Texts,
    /// Room for the elements of lists that are being read.
    pub(super) lists: Rooms<Value>,
    /// Room for the marks of long records that are being read.
    pub(super) marks: Rooms<u64>,
}

impl InputMemory {
    /// Makes the slots of a form, and forgets another one.
    #[inline]
    pub(super) fn turn_to(&mut self, form: &Arc<InputForm>) {
        if !self.form.as_ref().is_some_and(|known| Arc::ptr_eq(known, form)) {
            self.forget(form);
        }
    }

    #[cold]
    fn forget(&mut self, form: &Arc<InputForm>) {
        self.form = Some(form.clone());
        self.layouts.clear();
        self.variants = Variants::default();
        self.input = Value::Absent;
    }

    /// Keeps how structs were sent.
    #[cold]
    pub(super) fn learn(&mut self, layouts: Vec<Layout>) {
        let room = LAYOUTS.saturating_sub(self.layouts.len());
        self.layouts.extend(layouts.into_iter().take(room));
    }
}

/// Empty room to be used again, as much of it as was used at once.
#[derive(Debug)]
pub(super) struct Rooms<T>(Vec<Vec<T>>);

impl<T> Default for Rooms<T> {
    fn default() -> Self {
        Rooms(Vec::new())
    }
}

impl<T> Rooms<T> {
    /// Empty room.
    pub(super) fn take(&mut self) -> Vec<T> {
        self.0.pop().unwrap_or_default()
    }

    /// Gives it back.
    pub(super) fn give(&mut self, mut room: Vec<T>) {
        room.clear();
        if room.capacity() <= LIST {
            self.0.push(room);
        }
    }
}
