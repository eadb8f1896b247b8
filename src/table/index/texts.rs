//! The numbers of the texts of a column with few of them, side by side with their letters.
//!
//! A text of up to eight bytes is one machine word and its length, and is compared without being fetched; of a longer one the word is a
//! hash. Linear probing, at most half of the places filled; so few texts that even if all fell on one place, they would be found soon.

use super::super::hits::{Secret, short};
use std::hash::{BuildHasher, Hasher};

/// A column with more texts than this keeps only their numbers.
pub(super) const MOST: usize = 4_096;

const EMPTY: u32 = u32::MAX;

#[derive(Debug, Clone, Copy)]
struct Place {
    word: u64,
    length: u32,
    number: u32,
}

/// Texts and their numbers.
#[derive(Debug, Clone)]
pub(super) struct Texts {
    places: Box<[Place]>,
    shift: u32,
    secret: Secret,
}

impl Texts {
    /// Takes different texts.
    pub(super) fn new(texts: &[(&str, u32)]) -> Texts {
        let size = texts.len().saturating_mul(2).next_power_of_two().max(4);
        let free = Place { word: 0, length: 0, number: EMPTY };
        let (shift, secret) = ((size as u64).leading_zeros().saturating_add(1), Secret::default());
        let mut found = Texts { places: vec![free; size].into(), shift, secret };
        for (text, number) in texts {
            let word = found.word(text.as_bytes());
            let mut at = found.first(word, text.len());
            while found.places.get(at).is_some_and(|place| place.number != EMPTY) {
                at = found.next(at);
            }
            if let Some(place) = found.places.get_mut(at) {
                *place = Place { word, length: text.len() as u32, number: *number };
            }
        }
        found
    }

    /// The number of a text of up to eight bytes.
    #[inline(always)]
    pub(super) fn find_short(&self, text: &str) -> Option<u32> {
        let word = short(text.as_bytes());
        let mut at = self.first(word, text.len());
        loop {
            let place = self.places.get(at)?;
            if place.word == word && place.length as usize == text.len() && place.number != EMPTY {
                return Some(place.number);
            }
            if place.number == EMPTY {
                return None;
            }
            at = self.next(at);
        }
    }

    /// The number of a text; `is` compares it with that of a number.
    pub(super) fn find(&self, text: &str, is: impl Fn(u32) -> bool) -> Option<u32> {
        let word = self.word(text.as_bytes());
        let mut at = self.first(word, text.len());
        loop {
            let place = self.places.get(at)?;
            if place.word == word && place.length as usize == text.len() && place.number != EMPTY {
                if text.len() <= 8 || is(place.number) {
                    return Some(place.number);
                }
            } else if place.number == EMPTY {
                return None;
            }
            at = self.next(at);
        }
    }

    /// Bytes as one word. Of up to eight, those of one length have the same word only if they are the same.
    fn word(&self, bytes: &[u8]) -> u64 {
        if bytes.len() <= 8 {
            return short(bytes);
        }
        let mut hasher = self.secret.build_hasher();
        hasher.write(bytes);
        hasher.finish()
    }

    #[inline]
    fn first(&self, word: u64, length: usize) -> usize {
        // The highest bits of the product depend on all of the word.
        ((word ^ (length as u64)).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> self.shift) as usize
    }

    #[inline]
    fn next(&self, at: usize) -> usize {
        at.wrapping_add(1) & self.places.len().wrapping_sub(1)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::indexing_slicing)]
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn texts_are_found_by_their_numbers(
            texts in proptest::collection::btree_set("[ab\u{e9}]{0,12}", 0..80), keys in proptest::collection::vec("[ab\u{e9}]{0,12}", 40)
        ) {
            let texts: Vec<String> = texts.into_iter().collect();
            let numbered: Vec<(&str, u32)> = texts.iter().map(String::as_str).zip(0..).collect();
            let found = Texts::new(&numbered);
            for key in keys.iter().chain(&texts) {
                let number = texts.iter().position(|text| text == key).map(|at| at as u32);
                prop_assert_eq!(found.find(key, |at| texts[at as usize] == *key), number);
                if key.len() <= 8 {
                    prop_assert_eq!(found.find_short(key), number);
                }
            }
        }
    }
}
