//! Whether a case is compared beside its call or in the ring: what cases cost lately → a choice. Integers alone; it asks no clock.
//!
//! One average, in which the last cases count most, and two limits: above the one cases are handed on, below the other they are compared beside the call.
//! Invariants: between the two the choice stays what it is; until cases were measured they are handed on.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

/// Each case is so small a part of the average.
const PART: u64 = 32;

/// The choice, shared by the threads that price and the one that compares.
#[derive(Debug)]
pub(super) struct Choice {
    /// So many times the average of what a case costs, in nanoseconds.
    sum: AtomicU64,
    is_beside: AtomicBool,
    above: u64,
    below: u64,
}

impl Choice {
    /// Handed on above an average, beside the call below another.
    pub(super) fn new(above: Duration, below: Duration) -> Choice {
        let (above, below) = (nanoseconds(above), nanoseconds(below));
        let (sum, is_beside) = (AtomicU64::new(above.saturating_mul(PART)), AtomicBool::new(false));
        Choice { sum, is_beside, above, below: below.min(above) }
    }

    pub(super) fn is_beside(&self) -> bool {
        self.is_beside.load(Ordering::Relaxed)
    }

    pub(super) fn average(&self) -> Duration {
        Duration::from_nanos(self.sum.load(Ordering::Relaxed) / PART)
    }

    /// Takes note of what a case cost.
    pub(super) fn cost(&self, time: Duration) {
        let time = nanoseconds(time);
        let after = |sum: u64| sum.saturating_sub(sum / PART).saturating_add(time);
        let before = self.sum.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |sum| Some(after(sum)));
        let average = after(before.unwrap_or_else(|sum| sum)) / PART;
        if average > self.above {
            self.is_beside.store(false, Ordering::Relaxed);
        } else if average < self.below {
            self.is_beside.store(true, Ordering::Relaxed);
        }
    }
}

fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn us(microseconds: u64) -> Duration {
        Duration::from_micros(microseconds)
    }

    /// After how many cases of a cost the choice is another one.
    fn turns_after(choice: &Choice, cost: Duration) -> Option<usize> {
        let before = choice.is_beside();
        (1..=2_000).find(|_| {
            choice.cost(cost);
            choice.is_beside() != before
        })
    }

    #[test]
    fn quick_cases_come_beside_the_call_slow_ones_go_and_in_between_nothing_turns() {
        let choice = Choice::new(us(5), us(2));
        assert!(!choice.is_beside());
        // From 5 µs towards 1 µs below 2 µs: 4 × (31/32)ⁿ < 1 for n = 44.
        assert_eq!(turns_after(&choice, us(1)), Some(44));
        // Slower than the one limit and quicker than the other: it stays, also while it comes to that.
        assert_eq!(turns_after(&choice, us(4)), None);
        // From 4 µs towards 8 µs above 5 µs: 4 × (31/32)ⁿ < 3 for n = 10.
        assert_eq!(turns_after(&choice, us(8)), Some(10));
        assert_eq!(turns_after(&choice, us(4)), None);
        assert!((us(3)..=us(4)).contains(&choice.average()), "{:?}", choice.average());
        assert!(turns_after(&choice, us(1)).is_some());
        // One case that takes long is enough: a thirty-second of it is more than the limit.
        assert_eq!(turns_after(&choice, us(200)), Some(1));
    }

    #[test]
    fn without_a_limit_all_are_handed_on_and_no_cost_is_too_large() {
        for choice in [Choice::new(us(0), us(0)), Choice::new(us(5), us(0)), Choice::new(us(0), us(5))] {
            assert_eq!(turns_after(&choice, us(0)), None);
            assert!(!choice.is_beside());
        }
        let choice = Choice::new(us(5), us(2));
        choice.cost(Duration::MAX);
        choice.cost(Duration::MAX);
        assert!(!choice.is_beside() && choice.average() > Duration::from_secs(1 << 28));
        // It is forgotten, in some hundred cases.
        assert!(turns_after(&choice, us(1)).is_some_and(|cases| cases > 500));
    }
}
