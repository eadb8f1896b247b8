//! Equal things once: each gets the number of its place among the distinct ones.
//!
//! Places count from 0 in the order in which things are first met. Equal things have equal numbers, different ones different
//! numbers. Beside the things themselves it keeps four to eight bytes for each.

use super::hits::Fold;
use std::hash::{Hash, Hasher};

/// A slot that holds nothing.
const EMPTY: u32 = u32::MAX;

/// Distinct things, found by what they are.
#[derive(Debug, Clone)]
pub(super) struct Interner<T> {
    distinct: Vec<T>,
    /// Places in `distinct`, by hash, with linear probing; a power of two, at most three quarters filled.
    slots: Vec<u32>,
}

impl<T: Eq + Hash> Interner<T> {
    pub(super) fn new() -> Self {
        Interner { distinct: Vec::new(), slots: vec![EMPTY; 16] }
    }

    /// The number of the thing, which is taken in if no equal one is there.
    pub(super) fn number(&mut self, thing: T) -> u32 {
        let slot = match self.find(&thing) {
            Ok(number) => return number,
            Err(slot) => slot,
        };
        let number = u32::try_from(self.distinct.len()).unwrap_or(EMPTY);
        self.distinct.push(thing);
        if let Some(place) = self.slots.get_mut(slot) {
            *place = number;
        }
        if self.distinct.len().saturating_mul(4) > self.slots.len().saturating_mul(3) {
            self.grow();
        }
        number
    }

    /// The distinct things, at their numbers.
    pub(super) fn into_distinct(mut self) -> Vec<T> {
        self.distinct.shrink_to_fit();
        self.distinct
    }

    /// The number of an equal thing, or the slot where it would be.
    fn find(&self, thing: &T) -> Result<u32, usize> {
        let mask = self.slots.len().saturating_sub(1);
        let mut slot = (hash(thing) as usize) & mask;
        loop {
            match self.slots.get(slot) {
                Some(&number) if number != EMPTY => {
                    if self.distinct.get(number as usize) == Some(thing) {
                        return Ok(number);
                    }
                }
                _ => return Err(slot),
            }
            slot = slot.wrapping_add(1) & mask;
        }
    }

    fn grow(&mut self) {
        self.slots = vec![EMPTY; self.slots.len().saturating_mul(2)];
        let mask = self.slots.len().saturating_sub(1);
        for (number, thing) in (0_u32..).zip(&self.distinct) {
            let mut slot = (hash(thing) as usize) & mask;
            while self.slots.get(slot).is_some_and(|taken| *taken != EMPTY) {
                slot = slot.wrapping_add(1) & mask;
            }
            if let Some(place) = self.slots.get_mut(slot) {
                *place = number;
            }
        }
    }
}

fn hash(thing: &impl Hash) -> u64 {
    let mut hasher = Fold::default();
    thing.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_things_have_one_number() {
        let mut interner = Interner::new();
        let numbers: Vec<u32> = (0..10_000_u32).map(|n| interner.number(format!("{}", n % 1_000))).collect();
        assert!(numbers.iter().zip(0..).all(|(number, n)| *number == n % 1_000));
        let distinct = interner.into_distinct();
        assert_eq!(distinct.len(), 1_000);
        assert!(distinct.iter().zip(0..).all(|(text, n)| *text == format!("{n}")));
    }
}
