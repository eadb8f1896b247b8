//! How long calls take: durations → how many there were of each length, from which the slowest hundredth is read.
//!
//! Lengths of up to 63 µs are kept exactly; longer ones are rounded up by at most a thirty-second part. Threads count without waiting for each other. What
//! takes longer than an hour counts as an hour.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

const EXACT: u64 = 64;
const PARTS: u64 = 32;
const LONGEST: u64 = 3_600_000_000;
/// The place of the longest: 31 is the power of two below it.
const PLACES: usize = (EXACT + 26 * PARTS) as usize;

/// How many calls took how long.
#[derive(Debug)]
pub(super) struct Latencies {
    counts: Vec<AtomicU64>,
}

impl Default for Latencies {
    fn default() -> Self {
        Latencies { counts: (0..PLACES).map(|_| AtomicU64::new(0)).collect() }
    }
}

impl Latencies {
    pub(super) fn add(&self, took: Duration) {
        let microseconds = took.as_nanos().div_ceil(1_000).min(u128::from(LONGEST));
        if let Some(count) = self.counts.get(place(u64::try_from(microseconds).unwrap_or(LONGEST))) {
            count.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Counts anew from here on.
    pub(super) fn begin(&self) {
        for count in &self.counts {
            count.store(0, Ordering::Relaxed);
        }
    }

    /// The slowest hundredth took at least so many microseconds; none where nothing was measured.
    pub(super) fn p99_microseconds(&self) -> Option<u64> {
        let counts: Vec<u64> = self.counts.iter().map(|count| count.load(Ordering::Relaxed)).collect();
        let wanted = counts.iter().sum::<u64>().div_ceil(100).max(1);
        let mut slower = 0_u64;
        let numbered = counts.iter().enumerate().rev();
        let mut at_least = numbered.filter(|(_, count)| {
            slower = slower.saturating_add(**count);
            slower >= wanted
        });
        at_least.next().map(|(place, _)| longest_of(place as u64))
    }
}

/// Where a length is counted.
fn place(microseconds: u64) -> usize {
    let power = u64::from(microseconds.checked_ilog2().unwrap_or_default());
    let place = match power.checked_sub(6) {
        None => microseconds,
        Some(above) => {
            let part = (microseconds >> power.saturating_sub(5)) % PARTS;
            EXACT.saturating_add(above.saturating_mul(PARTS)).saturating_add(part)
        }
    };
    usize::try_from(place).unwrap_or(usize::MAX)
}

/// The longest that is counted at a place.
fn longest_of(place: u64) -> u64 {
    let Some(beyond) = place.checked_sub(EXACT) else { return place };
    let (above, part) = (beyond / PARTS, beyond % PARTS);
    let next = PARTS.saturating_add(part).saturating_add(1);
    let shift = u32::try_from(above.saturating_add(1)).unwrap_or(u32::MAX);
    next.checked_shl(shift).unwrap_or(u64::MAX).saturating_sub(1)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn the_slowest_hundredth_is_found_and_never_said_to_be_quicker_than_it_was() {
        let latencies = Latencies::default();
        assert_eq!(latencies.p99_microseconds(), None);
        let mut taken: Vec<u64> = (0..10_000_u64).map(|number| number * number * 7 % 1_000_003).collect();
        for microseconds in &taken {
            latencies.add(Duration::from_micros(*microseconds));
        }
        taken.sort_unstable();
        let exact = *taken.get(10_000 - 100).unwrap();
        let found = latencies.p99_microseconds().unwrap();
        assert!(found >= exact && found <= exact + exact / 32, "{found} for {exact}");
        latencies.begin();
        assert_eq!(latencies.p99_microseconds(), None);
        for _ in 0..99 {
            latencies.add(Duration::from_nanos(12_001));
        }
        assert_eq!(latencies.p99_microseconds(), Some(13));
        latencies.add(Duration::from_micros(40));
        assert_eq!(latencies.p99_microseconds(), Some(40));
        latencies.add(Duration::from_secs(1_000_000));
        assert!(latencies.p99_microseconds() >= Some(40));
    }

    #[test]
    fn each_length_has_a_place_whose_longest_is_at_least_as_long() {
        for microseconds in (0..200_000).chain([LONGEST - 1, LONGEST]) {
            let place = place(microseconds);
            let longest = longest_of(place as u64);
            assert!(place < PLACES && longest >= microseconds, "{microseconds} at {place}");
            assert!(longest - microseconds <= microseconds / 32, "{microseconds} up to {longest}");
        }
    }
}
