//! The choices that a generator makes: a seed, bytes of a fuzzer, or choices of another run in; small numbers out.
//!
//! Every choice is a number below a bound, and 0 is always the simplest: so a program is made smaller by leaving choices out and by
//! lowering them. Whoever runs out of given choices gets zeros. The same source gives the same choices on every machine.

/// A source of choices, which notes what was chosen.
#[derive(Debug, Clone)]
pub struct Choices {
    source: Source,
    made: Vec<u32>,
}

#[derive(Debug, Clone)]
enum Source {
    /// The state of splitmix64.
    Seeded(u64),
    Given {
        all: Vec<u32>,
        at: usize,
    },
}

/// The bits of a number, each depending on all.
fn mixed(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

impl Choices {
    /// Choices without end, which a seed names.
    pub fn seeded(seed: u64) -> Self {
        Choices { source: Source::Seeded(mixed(seed.wrapping_add(0x9E37_79B9_7F4A_7C15))), made: Vec::new() }
    }

    /// These choices, and zeros behind them.
    pub fn given(all: Vec<u32>) -> Self {
        Choices { source: Source::Given { all, at: 0 }, made: Vec::new() }
    }

    /// A choice for each byte, and zeros behind them.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        Choices::given(bytes.iter().map(|byte| u32::from(*byte)).collect())
    }

    /// What was chosen so far, each below its bound.
    pub fn made(&self) -> &[u32] {
        &self.made
    }

    fn next(&mut self) -> u32 {
        match &mut self.source {
            Source::Seeded(state) => {
                *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
                (mixed(*state) >> 32) as u32
            }
            Source::Given { all, at } => {
                let choice = all.get(*at).copied().unwrap_or_default();
                *at = at.saturating_add(1);
                choice
            }
        }
    }

    /// A number below the bound; 0 where the bound is 0.
    pub fn below(&mut self, bound: usize) -> usize {
        let bound = u32::try_from(bound).unwrap_or(u32::MAX).max(1);
        let choice = self.next() % bound;
        self.made.push(choice);
        choice as usize
    }

    /// From the first through the last.
    pub fn between(&mut self, first: usize, last: usize) -> usize {
        first.saturating_add(self.below(last.saturating_sub(first).saturating_add(1)))
    }

    /// Yes once in so many times.
    pub fn once_in(&mut self, times: usize) -> bool {
        self.below(times).saturating_add(1) == times
    }

    /// One of these, of which the first is the simplest.
    pub fn among<T: Clone>(&mut self, first: T, others: &[T]) -> T {
        match self.below(others.len().saturating_add(1)) {
            0 => first,
            n => others.get(n.saturating_sub(1)).cloned().unwrap_or(first),
        }
    }

    /// One of all, where there is one.
    pub fn one_of<'a, T>(&mut self, all: &'a [T]) -> Option<&'a T> {
        if all.is_empty() { None } else { all.get(self.below(all.len())) }
    }

    /// Some order of them; with zeros the order they have.
    pub fn shuffle<T>(&mut self, all: &mut [T]) {
        for at in 0..all.len() {
            let other = at.saturating_add(self.below(all.len().saturating_sub(at)));
            all.swap(at, other);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_chosen_is_chosen_again() {
        let mut seeded = Choices::seeded(7);
        let first: Vec<usize> = (1..200).map(|bound| seeded.below(bound)).collect();
        let mut again = Choices::given(seeded.made().to_vec());
        assert_eq!((1..200).map(|bound| again.below(bound)).collect::<Vec<_>>(), first);
        assert!(first.iter().enumerate().all(|(at, choice)| *choice <= at));
        assert_eq!(again.below(9), 0);
    }

    #[test]
    fn zeros_are_the_simplest() {
        let mut none = Choices::given(Vec::new());
        let mut order = [1, 2, 3];
        none.shuffle(&mut order);
        assert_eq!((none.once_in(3), none.among("a", &["b"]), none.between(2, 5), order), (false, "a", 2, [1, 2, 3]));
    }
}
