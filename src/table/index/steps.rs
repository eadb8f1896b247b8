//! Whole numbers in ascending order, and how many of them are not above a given one.
//!
//! A few are all compared, without a branch that could be guessed wrong. Of many, a table of equal stretches says between which two
//! the answer lies, so that evenly spread numbers take one or two more comparisons, and any others a binary search.

/// Up to so many numbers are all compared.
const FEW: usize = 16;

/// Ascending numbers, each once, none further from zero than [`MOST`].
#[derive(Debug, Clone, Default)]
pub(super) struct Steps {
    steps: Box<[i64]>,
    low: i64,
    /// A stretch has two to this power numbers.
    shift: u32,
    /// For each stretch from `low` on, how many numbers lie before it.
    starts: Box<[u32]>,
}

/// Half of what a machine word holds, and a half of that: what lies between two such numbers fits a word.
pub(super) const MOST: i64 = i64::MAX / 4;

impl Steps {
    pub(super) fn new(steps: Box<[i64]>) -> Steps {
        let (Some(&low), Some(&high)) = (steps.first(), steps.last()) else { return Steps::default() };
        if steps.len() <= FEW {
            return Steps { steps, ..Steps::default() };
        }
        let (width, most) = (high.abs_diff(low), (steps.len() as u64) / 2);
        let shift = (0..63).find(|shift| width >> shift <= most).unwrap_or(63);
        let stretches = (width >> shift) as usize;
        let starts =
            (0..=stretches as u64).map(|at| steps.partition_point(|step| step.abs_diff(low) >> shift < at) as u32);
        Steps { low, shift, starts: starts.collect(), steps }
    }

    pub(super) fn get(&self, at: usize) -> Option<i64> {
        self.steps.get(at).copied()
    }

    /// How many numbers come before the first of which `is` says no.
    pub(super) fn partition_point(&self, is: impl Fn(i64) -> bool) -> u32 {
        self.steps.partition_point(|step| is(*step)) as u32
    }

    /// How many numbers are not above this one.
    #[inline(always)]
    pub(super) fn up_to(&self, place: i64) -> u32 {
        if self.starts.is_empty() {
            return self.steps.iter().fold(0, |count, step| count.wrapping_add(u32::from(*step <= place)));
        }
        self.up_to_of_many(place)
    }

    fn up_to_of_many(&self, place: i64) -> u32 {
        if place < self.low {
            return 0;
        }
        let stretch = (place.abs_diff(self.low) >> self.shift) as usize;
        let Some(&from) = self.starts.get(stretch) else { return self.steps.len() as u32 };
        let to = self.starts.get(stretch.wrapping_add(1)).map_or(self.steps.len(), |to| *to as usize);
        let within = self.steps.get(from as usize..to).unwrap_or_default();
        // Mostly one or two.
        match within {
            [] => from,
            [one] => from.wrapping_add(u32::from(*one <= place)),
            _ => from.wrapping_add(within.partition_point(|step| *step <= place) as u32),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn as_many_are_not_above_a_number_as_a_count_finds(
            near in proptest::collection::btree_set(-40..60_i64, 0..60), far in proptest::collection::btree_set(-MOST..=MOST, 0..30),
            keys in proptest::collection::vec(prop_oneof![-50..80_i64, any::<i64>()], 20)
        ) {
            for set in [near.clone(), far.clone(), near.union(&far).copied().collect()] {
                let all: Box<[i64]> = set.into_iter().collect();
                let steps = Steps::new(all.clone());
                for key in keys.iter().chain(&[i64::MIN, i64::MAX]).chain(&all) {
                    prop_assert_eq!(steps.up_to(*key) as usize, all.iter().filter(|step| *step <= key).count(), "{} in {:?}", key, all);
                }
            }
        }
    }
}
