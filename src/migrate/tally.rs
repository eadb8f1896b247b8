//! What happened, counted: each case that was to be compared is counted as compared or as dropped for one cause, exactly once.
//!
//! A case on its way holds a ticket. Whoever loses the ticket has dropped the case, so that no path through the program can lose the count.

use serde::Serialize;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Why a case that was to be compared was not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// The breaker was open.
    Breaker,
    /// The authoritative legacy panicked; its panic went on to the caller.
    LegacyPanicked,
    /// What reads the legacy's answer, or the comparison, panicked.
    Panicked,
    /// The input cannot be written down to be compared later.
    Unwritable,
    /// As many cases wait as may.
    TooMany,
    /// The cases that wait take as many bytes as they may.
    TooLarge,
    /// The time was used up that may be spent on comparing.
    Budget,
    /// The program was about to end.
    Stopped,
    /// Whoever had the case lost it.
    Lost,
}

impl Cause {
    /// All of them.
    pub const ALL: [Cause; 9] = [
        Cause::Breaker,
        Cause::LegacyPanicked,
        Cause::Panicked,
        Cause::Unwritable,
        Cause::TooMany,
        Cause::TooLarge,
        Cause::Budget,
        Cause::Stopped,
        Cause::Lost,
    ];
}

/// What is counted beside comparisons.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Event {
    ByLegacy,
    ByCandidate,
    ByBoth,
    WithoutKey,
    FellBack,
    NotMade,
    NotComposed,
    Panics,
    Exhausted,
    ObserverPanics,
    BreakerOpened,
}

const EVENTS: usize = 11;

/// Counters that threads share.
#[derive(Debug, Default)]
pub(super) struct Tally {
    events: [AtomicU64; EVENTS],
    offered: AtomicU64,
    compared: AtomicU64,
    dropped: [AtomicU64; Cause::ALL.len()],
}

/// What was counted so far. `offered` is `compared` and all that was `dropped`, once nothing is `pending`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct MigrationCounts {
    /// Answers that were the legacy's.
    pub by_legacy: u64,
    /// Answers that were the candidate's.
    pub by_candidate: u64,
    /// Answers of the legacy with trusted charges of the candidate.
    pub by_both: u64,
    /// Calls in a canary without the key that shares are drawn by.
    pub without_key: u64,
    /// Answers that were to be the candidate's and are the legacy's, since the candidate failed or its breaker was open.
    pub fell_back: u64,
    /// Answers of the candidate of which the program could not make one of its own form: the legacy's stood.
    pub not_made: u64,
    /// Answers for which trusted charges could not be put beside the legacy's: the legacy's stood.
    pub not_composed: u64,
    /// Panics that were contained: of the candidate, of a comparison, of the program's functions, of a legacy that was only asked beside.
    pub panics: u64,
    /// Cases in which the candidate reached the limit of its work.
    pub exhausted: u64,
    /// Panics of observers.
    pub observer_panics: u64,
    /// How often the breaker opened.
    pub breaker_opened: u64,
    /// Cases that were to be compared.
    pub offered: u64,
    /// Those that were.
    pub compared: u64,
    /// Those that were not, by cause; causes that did not occur are left out.
    pub dropped: Vec<(Cause, u64)>,
    /// Those that wait.
    pub pending: u64,
}

impl MigrationCounts {
    /// All that was dropped.
    pub fn all_dropped(&self) -> u64 {
        self.dropped.iter().map(|(_, count)| count).sum()
    }
}

impl Tally {
    pub(super) fn count(&self, event: Event) {
        if let Some(counter) = self.events.get(event as usize) {
            counter.fetch_add(1, Ordering::Relaxed);
        }
    }

    pub(super) fn offer(self: &Arc<Self>) -> Ticket {
        self.offered.fetch_add(1, Ordering::Relaxed);
        Ticket { tally: Some(self.clone()) }
    }

    fn drop_for(&self, cause: Cause) {
        if let Some(counter) = self.dropped.get(cause as usize) {
            counter.fetch_add(1, Ordering::Release);
        }
    }

    pub(super) fn counts(&self) -> MigrationCounts {
        // What is done is read before what was begun, so that no more is done than was begun.
        let compared = self.compared.load(Ordering::Acquire);
        let number = |cause: &Cause| self.dropped.get(*cause as usize).map_or(0, |count| count.load(Ordering::Acquire));
        let dropped: Vec<(Cause, u64)> = Cause::ALL.iter().map(|cause| (*cause, number(cause))).collect();
        let dropped: Vec<(Cause, u64)> = dropped.into_iter().filter(|(_, count)| *count > 0).collect();
        let offered = self.offered.load(Ordering::Relaxed);
        let done = dropped.iter().map(|(_, count)| count).sum::<u64>().saturating_add(compared);
        let of = |event: Event| self.events.get(event as usize).map_or(0, |count| count.load(Ordering::Relaxed));
        MigrationCounts {
            by_legacy: of(Event::ByLegacy),
            by_candidate: of(Event::ByCandidate),
            by_both: of(Event::ByBoth),
            without_key: of(Event::WithoutKey),
            fell_back: of(Event::FellBack),
            not_made: of(Event::NotMade),
            not_composed: of(Event::NotComposed),
            panics: of(Event::Panics),
            exhausted: of(Event::Exhausted),
            observer_panics: of(Event::ObserverPanics),
            breaker_opened: of(Event::BreakerOpened),
            offered,
            compared,
            dropped,
            pending: offered.saturating_sub(done),
        }
    }
}

/// One case on its way.
#[derive(Debug)]
pub(super) struct Ticket {
    tally: Option<Arc<Tally>>,
}

impl Ticket {
    pub(super) fn compared(mut self) {
        if let Some(tally) = self.tally.take() {
            tally.compared.fetch_add(1, Ordering::Release);
        }
    }

    pub(super) fn dropped(mut self, cause: Cause) {
        if let Some(tally) = self.tally.take() {
            tally.drop_for(cause);
        }
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        if let Some(tally) = self.tally.take() {
            tally.drop_for(Cause::Lost);
        }
    }
}
