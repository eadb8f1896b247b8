//! Numbers found by a hash: an open table of four bytes a slot, for things that are kept elsewhere.
//!
//! Whoever asks says how a number's thing is compared; nothing is kept but numbers. Linear probing, a power of two of slots, at
//! most three quarters of them filled. What is built and then given up may keep a part of each hash beside its number ([`Marks`]):
//! a thing is then hashed once, however the table grows, and hardly ever compared with another.

use super::hits::Secret;
use std::hash::{BuildHasher, Hash, Hasher};

/// A slot that holds nothing.
const EMPTY: u32 = u32::MAX;

/// Numbers by the hash of what they stand for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Slots {
    slots: Vec<u32>,
    count: usize,
    secret: Secret,
}

impl Slots {
    /// Slots for so many numbers.
    pub(crate) fn with_capacity(count: usize) -> Self {
        let size = count.saturating_add(count / 3).saturating_add(2).checked_next_power_of_two().unwrap_or(2);
        Slots { slots: vec![EMPTY; size], count: 0, secret: Secret::default() }
    }

    /// The hash of a thing here, the same for equal things.
    pub(crate) fn hash(&self, thing: &(impl Hash + ?Sized)) -> u64 {
        self.secret.hash_one(thing)
    }

    /// The hash of bytes here.
    pub(crate) fn fold(&self, bytes: &[u8]) -> u64 {
        let mut hasher = self.secret.build_hasher();
        hasher.write(bytes);
        hasher.finish()
    }

    /// The number for which `is` says yes among those with the hash.
    pub(crate) fn find(&self, hash: u64, is: impl Fn(u32) -> bool) -> Option<u32> {
        let mask = self.slots.len().saturating_sub(1);
        let mut slot = (hash as usize) & mask;
        loop {
            match self.slots.get(slot) {
                Some(&number) if number != EMPTY => {
                    if is(number) {
                        return Some(number);
                    }
                }
                _ => return None,
            }
            slot = slot.wrapping_add(1) & mask;
        }
    }

    /// Takes a number in that is not there yet; `hash_of` gives the hashes here of the others where they have to move.
    pub(crate) fn insert(&mut self, hash: u64, number: u32, hash_of: impl Fn(&Slots, u32) -> u64) {
        self.count = self.count.saturating_add(1);
        if self.count.saturating_mul(4) > self.slots.len().saturating_mul(3) {
            let grown = vec![EMPTY; self.slots.len().saturating_mul(2).max(16)];
            for number in std::mem::replace(&mut self.slots, grown).into_iter().filter(|number| *number != EMPTY) {
                self.put(hash_of(self, number), number);
            }
        }
        self.put(hash, number);
    }

    fn put(&mut self, hash: u64, number: u32) {
        let mask = self.slots.len().saturating_sub(1);
        let mut slot = (hash as usize) & mask;
        while self.slots.get(slot).is_some_and(|taken| *taken != EMPTY) {
            slot = slot.wrapping_add(1) & mask;
        }
        if let Some(place) = self.slots.get_mut(slot) {
            *place = number;
        }
    }
}

/// Numbers by the hash of what they stand for, each beside half of that hash.
#[derive(Debug, Clone, Default)]
pub(crate) struct Marks {
    /// A number and its half of a hash.
    slots: Vec<(u32, u32)>,
    count: usize,
    secret: Secret,
}

impl Marks {
    /// The hash of a thing here, the same for equal things.
    pub(crate) fn hash(&self, thing: &(impl Hash + ?Sized)) -> u64 {
        self.secret.hash_one(thing)
    }

    /// The number for which `is` says yes among those with the hash.
    pub(crate) fn find(&self, hash: u64, is: impl Fn(u32) -> bool) -> Option<u32> {
        let mask = self.slots.len().saturating_sub(1);
        let half = hash as u32;
        let mut slot = (half as usize) & mask;
        loop {
            match self.slots.get(slot) {
                Some(&(number, other)) if number != EMPTY => {
                    if other == half && is(number) {
                        return Some(number);
                    }
                }
                _ => return None,
            }
            slot = slot.wrapping_add(1) & mask;
        }
    }

    /// Takes a number in that is not there yet.
    pub(crate) fn insert(&mut self, hash: u64, number: u32) {
        self.count = self.count.saturating_add(1);
        if self.count.saturating_mul(4) > self.slots.len().saturating_mul(3) {
            let grown = vec![(EMPTY, 0); self.slots.len().saturating_mul(2).max(16)];
            for (number, half) in std::mem::replace(&mut self.slots, grown) {
                if number != EMPTY {
                    self.put(half, number);
                }
            }
        }
        self.put(hash as u32, number);
    }

    fn put(&mut self, half: u32, number: u32) {
        let mask = self.slots.len().saturating_sub(1);
        let mut slot = (half as usize) & mask;
        while self.slots.get(slot).is_some_and(|(taken, _)| *taken != EMPTY) {
            slot = slot.wrapping_add(1) & mask;
        }
        if let Some(place) = self.slots.get_mut(slot) {
            *place = (number, half);
        }
    }
}
