//! When to look next: outcomes, a clock and random numbers → how long to wait. It sleeps nowhere and asks no clock itself.
//!
//! Regular looks are spread evenly over twice the interval, so that a thousand programs that were started at once do not look at once.
//! While a source does not answer, the span doubles up to five minutes. Early looks, which hints and announced moments ask for, never
//! come closer than a rest to the look before; the rest grows while they find nothing, so that nobody can be made to hammer a store.

use crate::clock::{Clock, Moment};
use crate::source::{Look, Outcome};
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::time::Duration;

/// How soon to look again where something is still being written, and the least time between a look and an early one.
pub(super) const SOON: Duration = Duration::from_millis(200);

/// The longest span of waiting for a source that does not answer, but for the interval itself.
pub(super) const LONGEST: Duration = Duration::from_secs(300);

/// The longest time between a look and an early one.
const LONGEST_REST: Duration = Duration::from_secs(5);

/// The longest that a source can ask to be left alone.
pub(super) const LONGEST_ASKED: Duration = Duration::from_secs(3600);

/// How often the time of day is asked while a moment is waited for: it may be set meanwhile.
const GLANCE: Duration = Duration::from_secs(1);

/// So often something may be found half-written, [`SOON`] after one another, before the looks become fewer: five seconds.
const UNSETTLED: u32 = 25;

/// What the clocks show: the time of day, and how much has passed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Time {
    pub(super) now: Moment,
    pub(super) elapsed: Duration,
}

impl Time {
    pub(super) fn of(clock: &dyn Clock) -> Time {
        Time { now: clock.now(), elapsed: clock.elapsed() }
    }
}

/// When one source is looked at.
#[derive(Debug)]
pub(super) struct Schedule {
    every: Duration,
    /// Looks in a row that no answer came to.
    failures: u32,
    /// Looks in a row that found something half-written.
    unsettled: u32,
    /// Early looks in a row that found nothing.
    fruitless: u32,
    /// When the last look ended; none before the first.
    looked: Option<Duration>,
    /// When to look next at the latest.
    due: Duration,
    /// Until when the source asks to be left alone.
    alone: Duration,
    /// The time of day at which to look.
    again_at: Option<Moment>,
}

impl Schedule {
    /// Looks at once, and then about every interval.
    pub(super) fn new(every: Duration) -> Schedule {
        let none = Duration::ZERO;
        let every = every.max(Duration::from_millis(1));
        let (failures, unsettled, fruitless) = (0, 0, 0);
        Schedule { every, failures, unsettled, fruitless, looked: None, due: none, alone: none, again_at: None }
    }

    /// How long to wait before the next look; nothing, where it is time. It is asked again at the latest when that has passed, and whenever a hint comes.
    pub(super) fn wait(&self, time: Time, hinted: bool) -> Duration {
        let Some(looked) = self.looked else { return Duration::ZERO };
        let early = looked.saturating_add(self.rest()).max(self.alone);
        let until = |at: Duration| at.saturating_sub(time.elapsed);
        let regular = until(self.due);
        if hinted {
            return regular.min(until(early));
        }
        match self.again_at {
            Some(at) if at <= time.now => regular.min(until(early)),
            Some(at) => regular.min(at.since(time.now)).min(GLANCE),
            None => regular,
        }
    }

    /// Takes note of a look that began at a time and has ended. Where the source panicked there is none.
    pub(super) fn looked(&mut self, look: Option<&Look>, began: Duration, ended: Duration, random: u64) {
        let was_early = self.looked.is_some() && began < self.due;
        let outcome = look.map(|look| &look.outcome);
        let is_unreachable = matches!(outcome, None | Some(Outcome::Unreachable { .. }));
        let is_unsettled = matches!(outcome, Some(Outcome::Unsettled));
        let is_new = matches!(outcome, Some(Outcome::Swapped(_) | Outcome::Announced { .. }));
        self.failures = count(self.failures, is_unreachable);
        self.unsettled = count(self.unsettled, is_unsettled);
        self.fruitless = count(self.fruitless, was_early && !is_new && !is_unsettled);
        let asked = match outcome {
            Some(Outcome::Unreachable { wait, .. }) => wait.unwrap_or_default().min(LONGEST_ASKED),
            _ => Duration::ZERO,
        };
        let wait = match is_unsettled {
            true => doubled(SOON, self.unsettled.saturating_sub(UNSETTLED)).min(self.every),
            false => within(self.span(), random),
        };
        self.looked = Some(ended);
        self.alone = ended.saturating_add(asked);
        self.due = self.alone.saturating_add(wait);
        if let Some(look) = look {
            self.again_at = look.again_at;
        }
    }

    /// Looks in a row that no answer came to.
    pub(super) fn failures(&self) -> u32 {
        self.failures
    }

    /// The span over which the next regular look is spread.
    fn span(&self) -> Duration {
        let regular = self.every.saturating_mul(2);
        doubled(regular, self.failures).min(LONGEST.max(regular))
    }

    /// The least time between the last look and an early one.
    fn rest(&self) -> Duration {
        let most = (self.every / 4).clamp(SOON, LONGEST_REST).min(self.every);
        doubled(SOON, self.fruitless.saturating_add(self.failures)).min(most)
    }
}

fn count(before: u32, again: bool) -> u32 {
    if again { before.saturating_add(1) } else { 0 }
}

fn doubled(time: Duration, times: u32) -> Duration {
    time.saturating_mul(1_u32.checked_shl(times.min(20)).unwrap_or(u32::MAX))
}

/// A time after 0 and at most as long as the span, each as likely as any other.
fn within(span: Duration, random: u64) -> Duration {
    let nanoseconds = span.as_nanos().min(u128::from(u64::MAX));
    let drawn = (nanoseconds.saturating_mul(u128::from(random)) >> 64).saturating_add(1);
    Duration::from_nanos(u64::try_from(drawn.min(nanoseconds)).unwrap_or(u64::MAX))
}

/// Random numbers that differ from program to program. Nothing that is secret or priced depends on them.
#[derive(Debug)]
pub(super) struct Random(u64);

impl Random {
    /// Begins anywhere.
    pub(super) fn new() -> Random {
        Random(RandomState::new().build_hasher().finish())
    }

    /// SplitMix64.
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    #[cfg(test)]
    pub(super) fn from(seed: u64) -> Random {
        Random(seed)
    }
}
