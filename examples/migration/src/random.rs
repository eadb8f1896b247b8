//! Numbers that are drawn, the same ones on every machine and in every run (splitmix64).

/// A quick and good enough generator.
pub struct Random(u64);

impl Random {
    /// Begins with a seed.
    pub fn new(seed: u64) -> Self {
        Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// From `low` to `high`, both included.
    pub fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.next() % (high - low + 1)
    }

    /// From `low` to `high`, small numbers as likely as ten times larger ones: half of what is drawn lies in the lower half of its digits.
    pub fn spread(&mut self, low: u64, high: u64) -> u64 {
        let doublings = (high / low).ilog2();
        let from = low << self.between(0, doublings.into());
        self.between(from, (2 * from - 1).min(high))
    }

    /// True so often of a hundred.
    pub fn chance(&mut self, of_100: u64) -> bool {
        self.between(1, 100) <= of_100
    }

    /// One of these, each as likely as the others.
    pub fn one_of(&mut self, all: &[u64]) -> u64 {
        let place = self.between(1, all.len() as u64) as usize - 1;
        all.get(place).copied().unwrap_or_default()
    }

    /// One of these, by how often of a hundred.
    pub fn by_weight(&mut self, all: &[(&'static str, u64)]) -> &'static str {
        let mut left = self.between(1, 100);
        for (one, weight) in all {
            if left <= *weight {
                return one;
            }
            left -= weight;
        }
        ""
    }
}
