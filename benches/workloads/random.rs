//! Numbers that are drawn, the same ones in every run.
#![allow(dead_code, reason = "not every bench draws in each way")]

/// A quick and good enough generator: the same numbers on every machine.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Random(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A whole number from `low` to `high`, both included.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        low + (self.next() % (high - low + 1) as u64) as i64
    }

    pub fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.between(0, all.len() as i64 - 1) as usize]
    }

    /// A whole number from `low` to `high`, small ones as likely as large ones.
    pub fn spread(&mut self, low: f64, high: f64) -> i64 {
        let share = self.next() as f64 / u64::MAX as f64;
        (low * (high / low).powf(share)).round() as i64
    }
}
