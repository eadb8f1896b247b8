//! What a look-up gathers, and how it hashes: the two small things that keep it quick.

use std::hash::{BuildHasher, Hasher, RandomState};

/// How many rows are found without memory of their own.
const FEW: usize = 14;

/// Row numbers found so far; a few need no memory of their own.
#[derive(Debug, Default)]
pub(super) struct Hits {
    few: [u32; FEW],
    count: usize,
    many: Vec<u32>,
}

impl Hits {
    pub(super) fn len(&self) -> usize {
        self.count
    }

    pub(super) fn push(&mut self, row: u32) {
        match self.few.get_mut(self.count) {
            Some(place) if self.many.is_empty() => *place = row,
            _ => {
                if self.many.is_empty() {
                    self.many.extend(self.few);
                }
                self.many.push(row);
            }
        }
        self.count = self.count.saturating_add(1);
    }

    pub(super) fn rows(&self) -> &[u32] {
        if self.many.is_empty() { self.few.get(..self.count).unwrap_or(&[]) } else { &self.many }
    }

    /// Sorts the rows and drops those found twice.
    pub(super) fn in_order(&mut self) {
        let rows =
            if self.many.is_empty() { self.few.get_mut(..self.count).unwrap_or(&mut []) } else { &mut self.many };
        rows.sort_unstable();
        let mut last = None;
        self.retain(|row| last.replace(row) != Some(row));
    }

    pub(super) fn retain(&mut self, mut keep: impl FnMut(u32) -> bool) {
        if !self.many.is_empty() {
            self.many.retain(|row| keep(*row));
            self.count = self.many.len();
            return;
        }
        let mut kept = 0_usize;
        for at in 0..self.count {
            let Some(row) = self.few.get(at).copied().filter(|row| keep(*row)) else { continue };
            if let Some(place) = self.few.get_mut(kept) {
                *place = row;
            }
            kept = kept.saturating_add(1);
        }
        self.count = kept;
    }
}
/// A quick hash for the values of one table. It begins with a [`Secret`], so that nobody can write a table whose values all have one hash.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fold(u64);

/// What hashes begin with: another number for each map. What is found by a hash is compared, so that no result depends on it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Secret(u64);

impl Default for Secret {
    fn default() -> Self {
        Secret(RandomState::new().hash_one(0_u8))
    }
}

impl BuildHasher for Secret {
    type Hasher = Fold;

    fn build_hasher(&self) -> Fold {
        Fold(self.0)
    }
}

impl Fold {
    fn mix(&mut self, word: u64) {
        let product = u128::from(self.0.rotate_left(5) ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835);
        self.0 = (product as u64) ^ ((product >> 64) as u64);
    }
}

impl Hasher for Fold {
    fn write(&mut self, mut bytes: &[u8]) {
        while let Some((chunk, rest)) = bytes.split_first_chunk::<8>() {
            self.mix(u64::from_le_bytes(*chunk));
            bytes = rest;
        }
        if !bytes.is_empty() {
            self.mix(short(bytes));
        }
    }

    fn write_u8(&mut self, value: u8) {
        self.mix(u64::from(value));
    }

    fn write_u32(&mut self, value: u32) {
        self.mix(u64::from(value));
    }

    fn write_u64(&mut self, value: u64) {
        self.mix(value);
    }

    fn write_usize(&mut self, value: usize) {
        self.mix(value as u64);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// Up to eight bytes as one word; different ones of one length have different words.
#[inline(always)]
pub(super) fn short(bytes: &[u8]) -> u64 {
    if let (Some(first), Some(last)) = (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        return u64::from(u32::from_le_bytes(*first)) | u64::from(u32::from_le_bytes(*last)) << 32;
    }
    match bytes {
        [a] => u64::from(*a),
        [a, b] => u64::from(*a) | u64::from(*b) << 8,
        [a, b, c] => u64::from(*a) | u64::from(*b) << 8 | u64::from(*c) << 16,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    /// Texts of sixteen bytes that all have one hash where it begins with nought: the second half undoes what the first did.
    fn chosen() -> Vec<[u8; 16]> {
        let text = |first: u64| {
            let mut hash = Fold(0);
            hash.write_u64(first);
            let second = hash.finish().rotate_left(5) ^ 0x5bd1_e995;
            let mut text = [0; 16];
            for (byte, value) in text.iter_mut().zip(first.to_le_bytes().into_iter().chain(second.to_le_bytes())) {
                *byte = value;
            }
            text
        };
        (0..1_000).map(text).collect()
    }

    #[test]
    fn texts_that_are_chosen_to_have_one_hash_have_many() {
        let hashes = |secret: Secret| {
            let hash = |text: &[u8; 16]| {
                let mut hash = secret.build_hasher();
                hash.write(text);
                hash.finish()
            };
            chosen().iter().map(hash).collect::<HashSet<u64>>().len()
        };
        assert_eq!(hashes(Secret(0)), 1, "the texts are no attack");
        assert!(hashes(Secret::default()) > 990);
    }
}
