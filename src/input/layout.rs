//! How a struct is sent: which field of the record each of its keys is, and which member each variant of a Rust enum.
//!
//! Derived code sends keys and variants as the same `&'static str` each time, so that a text at the same place and of the same length
//! is the same text. A layout only says what to expect: each key is compared with it, and the first that differs, and all behind
//! it, are looked up by name.

use super::form::Parts;
use crate::types::EnumId;

/// The order in which a struct sends its fields.
#[derive(Debug)]
pub(super) struct Layout {
    /// The name of the struct.
    name: &'static str,
    /// The record that it was sent as; none for the input.
    record: Option<usize>,
    steps: Vec<Step>,
}

/// A key, and the field that it is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step {
    /// The key.
    pub(super) key: &'static str,
    /// The place of the field in its record.
    pub(super) at: usize,
}

/// Whether two texts are the same one: a difference does not say that they are not equal.
#[inline]
pub(super) fn is_same(a: &'static str, b: &'static str) -> bool {
    std::ptr::eq(a, b)
}

impl Layout {
    /// The layout of a struct none of whose keys was sent yet.
    pub(super) fn new(name: &'static str, parts: &Parts) -> Self {
        Layout { name, record: record(parts), steps: Vec::new() }
    }

    /// Notes the next key.
    pub(super) fn step(&mut self, key: &'static str, at: usize) {
        self.steps.push(Step { key, at });
    }

    /// The steps of a struct, where they are known.
    #[inline]
    pub(super) fn of<'r>(layouts: &'r [Layout], name: &'static str, parts: &Parts) -> Option<&'r [Step]> {
        let record = record(parts);
        let found = layouts.iter().find(|layout| is_same(layout.name, name) && layout.record == record);
        found.map(|layout| layout.steps.as_slice())
    }
}

#[inline]
fn record(parts: &Parts) -> Option<usize> {
    match parts {
        Parts::Record(at) => Some(*at),
        _ => None,
    }
}

/// The most variants of an enum that are remembered.
const VARIANTS: usize = 256;

/// Which member of an enumeration a variant of a Rust enum was, by the enumeration and the variant's index.
#[derive(Debug, Default)]
pub(super) struct Variants(Vec<Vec<Option<(&'static str, u32)>>>);

impl Variants {
    /// The member that a variant was.
    #[inline]
    pub(super) fn get(&self, id: EnumId, index: u32, variant: &'static str) -> Option<u32> {
        let (known, member) = (*self.0.get(id.0 as usize)?.get(index as usize)?)?;
        is_same(known, variant).then_some(member)
    }

    /// Remembers the member that a variant is.
    #[cold]
    pub(super) fn learn(&mut self, id: EnumId, index: u32, variant: &'static str, member: u32) {
        let (id, index) = (id.0 as usize, index as usize);
        if index >= VARIANTS {
            return;
        }
        if self.0.len() <= id {
            self.0.resize(id.saturating_add(1), Vec::new());
        }
        if let Some(variants) = self.0.get_mut(id) {
            if variants.len() <= index {
                variants.resize(index.saturating_add(1), None);
            }
            variants.get_mut(index).into_iter().for_each(|known| *known = Some((variant, member)));
        }
    }
}
