//! What is watched while both sides run: each comparison, after waivers → what the guards look at.

use ratewright::migrate::{Comparison, Guards, Kind, Observed, Observer, Step, Verdict, WaiverUses, Waivers, Window};
use ratewright::value::Date;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Counts comparisons. It is told by the thread that prices, and does no more there than to count.
pub struct Watch {
    waivers: Waivers,
    guards: Guards,
    seen: Mutex<Seen>,
}

/// What was counted since somebody last took it.
#[derive(Debug, Default, Clone)]
pub struct Seen {
    /// What the guards look at.
    pub window: Window,
    /// Cases that match.
    pub matches: u64,
    /// Cases within a tolerance.
    pub tolerated: u64,
    /// Cases that are waived.
    pub waived: u64,
    /// Cases that differ, and nobody knows why.
    pub differ: u64,
    day: Option<Date>,
    uses: WaiverUses,
}

impl Watch {
    /// With these waivers and guards.
    pub fn new(waivers: Waivers, guards: Guards) -> Self {
        Watch { waivers, guards, seen: Mutex::default() }
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins a day: the guards look at what comes from now on.
    pub fn begin(&self, day: Option<Date>) {
        let mut seen = self.seen();
        (seen.day, seen.window) = (day, Window::default());
    }

    /// What was counted; it is counted anew from now on. What is used of waivers stays.
    pub fn take(&self) -> Seen {
        let mut seen = self.seen();
        let next = Seen { day: seen.day, uses: seen.uses.clone(), ..Seen::default() };
        std::mem::replace(&mut *seen, next)
    }

    /// Why to step back, if so.
    pub fn trips(&self) -> Option<String> {
        let Step::StepBack(trips) = self.guards.step(&self.seen().window) else { return None };
        let words: Vec<String> = trips.into_iter().map(|trip| trip.words).collect();
        Some(words.join("; "))
    }
}

impl Observer for Watch {
    fn compared(&self, observed: &Observed<'_>) {
        let mut comparison: Comparison = observed.comparison.clone();
        let mut seen = self.seen();
        let Some(day) = seen.day else { return };
        let mut uses = std::mem::take(&mut seen.uses);
        self.waivers.apply(&mut uses, &mut comparison, day);
        seen.uses = uses;
        seen.window.cases += 1;
        seen.window.offered += 1;
        match comparison.verdict() {
            Verdict::Match => seen.matches += 1,
            Verdict::WithinTolerance => seen.tolerated += 1,
            Verdict::Waived => seen.waived += 1,
            Verdict::Mismatch => {
                seen.differ += 1;
                seen.window.unexplained += 1;
                if comparison.mismatches().any(|difference| difference.kind == Kind::Error) {
                    seen.window.errors += 1;
                }
            }
        }
    }
}
