//! The texts that occurred in earlier inputs: one that comes again is shared instead of copied.
//!
//! Only so many short texts are kept that no input can make the memory grow. Finding one is a hash of a few machine words and a
//! comparison; which texts share a place in the table depends on a secret, so that nobody can choose texts that all do.

use crate::value::Value;
use std::collections::HashSet;
use std::fmt;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::Arc;

/// The most texts that are kept; then all are forgotten.
const TEXTS: usize = 4096;

/// The longest text that is kept, in bytes.
const LENGTH: usize = 64;

/// Texts that occurred.
#[derive(Debug, Default)]
pub(super) struct Texts {
    known: HashSet<Arc<str>, Seeded>,
}

impl Texts {
    /// The text as a value.
    #[inline]
    pub(super) fn value(&mut self, text: &str) -> Value {
        match self.known.get(text) {
            Some(known) => Value::Text(known.clone()),
            None => self.learn(text),
        }
    }

    #[cold]
    fn learn(&mut self, text: &str) -> Value {
        let new: Arc<str> = Arc::from(text);
        if text.len() <= LENGTH {
            if self.known.len() >= TEXTS {
                self.known.clear();
            }
            self.known.insert(new.clone());
        }
        Value::Text(new)
    }
}

/// Whether two texts are equal: as `==`, which is a call of its own even for texts of a few bytes.
#[inline]
pub(super) fn is_equal(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() != b.len() {
        return false;
    }
    match a.len() {
        0..=16 => words(a) == words(b),
        _ => a == b,
    }
}

/// All bytes of at most 16 in two words, in which texts of one length differ where they differ.
#[inline]
fn words(bytes: &[u8]) -> (u64, u64) {
    // The first and the last bytes, which may overlap.
    match (bytes.first_chunk::<8>(), bytes.last_chunk::<8>()) {
        (Some(first), Some(last)) => (u64::from_le_bytes(*first), u64::from_le_bytes(*last)),
        _ => match (bytes.first_chunk::<4>(), bytes.last_chunk::<4>(), bytes) {
            (Some(first), Some(last), _) => (u32::from_le_bytes(*first).into(), u32::from_le_bytes(*last).into()),
            (_, _, [first, middle, last]) => (u32::from_le_bytes([*first, *middle, *last, 0]).into(), 0),
            (_, _, [first, last]) => (u16::from_le_bytes([*first, *last]).into(), 0),
            (_, _, [only]) => (u64::from(*only), 0),
            _ => (0, 0),
        },
    }
}

/// Hashes texts with a secret of its own.
#[derive(Clone)]
pub(super) struct Seeded {
    first: u64,
    second: u64,
}

impl fmt::Debug for Seeded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seeded")
    }
}

impl Default for Seeded {
    fn default() -> Self {
        let random = RandomState::new();
        Seeded { first: random.hash_one(0_u8), second: random.hash_one(1_u8) }
    }
}

impl BuildHasher for Seeded {
    type Hasher = Folding;

    #[inline]
    fn build_hasher(&self) -> Folding {
        Folding { folded: self.first, secret: self.second }
    }
}

/// Folds the words of a text into one by multiplication, as wyhash does.
pub(super) struct Folding {
    folded: u64,
    secret: u64,
}

impl Folding {
    #[inline]
    fn fold(&mut self, low: u64, high: u64) {
        let product = u128::from(self.folded ^ low) * u128::from(self.secret ^ high);
        self.folded = (product as u64) ^ ((product >> 64) as u64);
    }
}

impl Hasher for Folding {
    #[inline]
    fn write(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        while let Some((word, behind)) = rest.split_first_chunk::<8>()
            && behind.len() >= 8
        {
            self.fold(u64::from_le_bytes(*word), 0);
            rest = behind;
        }
        // What is left is shorter than 16 bytes; the length tells apart what its words do not.
        let (first, last) = words(rest);
        self.fold(first ^ (bytes.len() as u64).rotate_left(56), last);
    }

    /// The end mark of a text, which its length makes needless.
    #[inline]
    fn write_u8(&mut self, _: u8) {}

    #[inline]
    fn finish(&self) -> u64 {
        self.folded
    }
}
