//! Equal things once: each gets the number of its place among the distinct ones.
//!
//! Places count from 0 in the order in which things are first met. Equal things have equal numbers, different ones different
//! numbers. Beside the things themselves it keeps eleven to twenty-one bytes for each.

use super::slots::Marks;
use std::hash::Hash;

/// Distinct things, found by what they are.
#[derive(Debug, Clone)]
pub(super) struct Interner<T> {
    distinct: Vec<T>,
    marks: Marks,
}

impl<T: Eq + Hash> Interner<T> {
    pub(super) fn new() -> Self {
        Interner { distinct: Vec::new(), marks: Marks::default() }
    }

    /// The number of the thing, which is taken in if no equal one is there.
    pub(super) fn number(&mut self, thing: T) -> u32 {
        let hashed = self.marks.hash(&thing);
        let known = self.marks.find(hashed, |number| self.distinct.get(number as usize) == Some(&thing));
        known.unwrap_or_else(|| {
            let number = self.distinct.len() as u32;
            self.distinct.push(thing);
            self.marks.insert(hashed, number);
            number
        })
    }

    /// The thing with a number.
    pub(super) fn get(&self, number: u32) -> Option<&T> {
        self.distinct.get(number as usize)
    }

    /// The distinct things, at their numbers.
    pub(super) fn into_distinct(mut self) -> Vec<T> {
        self.distinct.shrink_to_fit();
        self.distinct
    }
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
