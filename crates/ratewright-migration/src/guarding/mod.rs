//! The automatic step back: what comes of a running migration → written limits that were passed, for a file of stages to go back by.
//!
//! An observer counts comparisons and what old code had to answer; drops are those that the migration has counted, and how long calls take is measured by
//! [`Guarding::price`] or told by the program. All of it is counted in windows of a length, which a given clock measures. A limit that is passed trips before the
//! window is over. [`StageFile::guarded_by`](crate::StageFile::guarded_by) makes the change, so that it is logged.

mod latencies;
mod seen;
#[cfg(test)]
mod tests;

use crate::findings::day_of;
use latencies::Latencies;
use ratewright::migrate::stage::Subject;
use ratewright::migrate::{
    Guards, Migration, MigrationContext, MigrationCounts, Observed, Observer, Priced, Standing, Step, Trip, Verdict,
    WaiverUses, Waivers, Window,
};
use ratewright_sources::Clock;
use seen::Seen;
use serde::Serialize;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Who has changed the stages, in the log, where guards have.
pub const WHO: &str = "the guards";

/// Guards over what runs: an observer of a migration that fills the window which they look at. Its counting costs a mutex for each comparison; what it asks
/// of the clock is two or four readings for each [`price`](Guarding::price).
///
/// ```
/// use ratewright::live::{Book, Edition};
/// use ratewright::migrate::stage::{Stage, Subject};
/// use ratewright::migrate::{Answer, Composed, Migration, MigrationContext, Prices};
/// use ratewright_migration::{Guarding, Log, Look, StageFile};
/// use ratewright_sources::{Clock, SystemClock};
/// use std::{sync::Arc, time::Duration};
///
/// let clock = Arc::new(SystemClock::default());
/// let guards = r#"{"cases_at_least": 200, "amount_of_one": {"USD": "5"}, "p99_microseconds": 2000}"#.parse()?;
/// let guarding = Arc::new(Guarding::new(guards, Duration::from_secs(60), clock.clone()));
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("stages.json");
/// std::fs::write(&path, r#"{ "format": 1, "migration": "parcel", "stage": "primary", "who": "Ada", "why": "a month without a mismatch" }"#)?;
/// let log = Log::open(folder.path().join("parcel.log"))?;
/// let (file, stages) = StageFile::open(&path, log, clock.now(), || None)?.telling(|why| eprintln!("{why}"));
///
/// let book = Arc::new(Book::default());
/// book.publish(Edition::new(ratewright::RuleSet::compile("ruleset parcel \"Parcels\" { currency USD }\ncharge BASE = 10 USD")?))?;
/// let reading = |_: Result<&i64, &()>| -> Answer { Prices::new().line("BASE", "9.99 USD".parse().unwrap()).into() };
/// let making = |_: &Composed<'_>| Some(Ok(1000));
/// let migration = Arc::new(Migration::new(stages, book, "parcel", reading, making).observed_by(guarding.clone()));
///
/// // A thread does this where `StageFile::watch` is called.
/// let mut file = file.guarded_by(guarding.clone());
/// let input = serde_json::json!({});
/// let priced = guarding.price(&migration, &mut MigrationContext::default(), &Subject::of("customer 17"), &input, || Ok(999));
/// assert_eq!(priced.answer, Ok(1000));
/// let Look::SteppedBack { why, .. } = file.guard(&migration, clock.now()) else { panic!("it goes on") };
/// assert_eq!(why, "1 unexplained mismatch, and 0 are allowed");
/// assert_eq!(migration.stages().0.stage(), Stage::Shadow);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Guarding {
    guards: Guards,
    waivers: Waivers,
    clock: Arc<dyn Clock>,
    length: Duration,
    /// What was counted in this window, and of waivers in all of them.
    seen: Mutex<(Seen, WaiverUses)>,
    latencies: Latencies,
    window: Mutex<Running>,
}

/// The window that runs.
#[derive(Debug, Default)]
struct Running {
    began: Duration,
    /// What the migration had counted before it; none until somebody has looked.
    before: Option<Before>,
    /// Whether it was said that limits are passed where there is nothing to go back from.
    is_told: bool,
    last: Option<Step>,
}

/// What a migration has counted.
#[derive(Debug, Clone, Copy, Default)]
struct Before {
    dropped: u64,
    asked: u64,
}

impl Before {
    fn of(counts: &MigrationCounts) -> Before {
        let by_candidate = [counts.by_candidate, counts.by_both, counts.fell_back];
        let others = [counts.not_made, counts.not_composed];
        let asked = by_candidate.into_iter().chain(others).fold(0, u64::saturating_add);
        Before { dropped: counts.all_dropped(), asked }
    }
}

impl Guarding {
    /// By guards, in windows of a length, which should be some minutes: long enough for [`Guards::cases_at_least`], and short enough that a rate is one of now.
    pub fn new(guards: Guards, window: Duration, clock: Arc<dyn Clock>) -> Guarding {
        let running = Running { began: clock.elapsed(), ..Running::default() };
        Guarding {
            guards,
            waivers: Waivers::default(),
            clock,
            length: window,
            seen: Mutex::default(),
            latencies: Latencies::default(),
            window: Mutex::new(running),
        }
    }

    /// What waivers cover counts as no mismatch, on the day that the clock shows (UTC). What is used of them is counted from the start of the program.
    pub fn with_waivers(self, waivers: Waivers) -> Guarding {
        Guarding { waivers, ..self }
    }

    /// The guards.
    pub fn guards(&self) -> &Guards {
        &self.guards
    }

    /// Prices by a migration, and measures how long that takes, less what its old code takes in it.
    pub fn price<L, E, I: Serialize + ?Sized>(
        &self,
        migration: &Migration<L, E>,
        context: &mut MigrationContext,
        subject: &Subject<'_>,
        input: &I,
        legacy: impl FnOnce() -> Result<L, E>,
    ) -> Priced<L, E> {
        let start = self.clock.elapsed();
        let mut of_legacy = Duration::ZERO;
        let priced = migration.price(context, subject, input, || {
            let start = self.clock.elapsed();
            let answer = legacy();
            of_legacy = self.clock.elapsed().saturating_sub(start);
            answer
        });
        self.took(self.clock.elapsed().saturating_sub(start).saturating_sub(of_legacy));
        priced
    }

    /// Says how long a call took: of programs that measure it themselves, as those do that wait for their old code.
    pub fn took(&self, time: Duration) {
        self.latencies.add(time);
    }

    /// What came of the last window that is over; none before the first is. Only [`Step::Continue`] is a success.
    pub fn last(&self) -> Option<Step> {
        lock(&self.window).last.clone()
    }

    /// What was counted in the window that runs, beside what a migration has counted.
    pub fn window(&self, counts: &MigrationCounts) -> Window {
        let before = lock(&self.window).before;
        self.window_since(before, &lock(&self.seen).0, counts)
    }

    fn window_since(&self, before: Option<Before>, seen: &Seen, counts: &MigrationCounts) -> Window {
        let (differed, largest) = seen.amounts().unzip();
        let (before, now) = (before.unwrap_or_default(), Before::of(counts));
        let dropped = now.dropped.saturating_sub(before.dropped);
        Window {
            cases: seen.cases,
            unexplained: seen.unexplained,
            differed,
            largest,
            // A case in which the candidate failed and which was compared is in both.
            errors: seen.errors.max(seen.stood_in),
            asked: now.asked.saturating_sub(before.asked),
            p99_microseconds: self.latencies.p99_microseconds(),
            offered: seen.cases.saturating_add(dropped),
            dropped: Some(dropped),
        }
    }

    /// The limits that are passed. A window that is over ends here.
    pub(crate) fn trips(&self, counts: &MigrationCounts) -> Vec<Trip> {
        let mut running = lock(&self.window);
        // Held until the window is judged and begun anew: no case is lost between two windows.
        let mut seen = lock(&self.seen);
        let step = self.guards.step(&self.window_since(running.before, &seen.0, counts));
        let is_over = self.clock.elapsed().saturating_sub(running.began) >= self.length;
        if let Step::StepBack(trips) = &step {
            let trips = trips.clone();
            if is_over {
                running.last = Some(step);
            }
            return trips;
        }
        if is_over {
            running.last = Some(step);
            self.begin_in(&mut running, &mut seen.0, counts);
        }
        Vec::new()
    }

    /// Begins a window: what tripped was gone back from.
    pub(crate) fn begin(&self, counts: &MigrationCounts, trips: Vec<Trip>) {
        let mut running = lock(&self.window);
        running.last = Some(Step::StepBack(trips));
        self.begin_in(&mut running, &mut lock(&self.seen).0, counts);
    }

    /// Whether to say that limits are passed where there is nothing to go back from: once in each window.
    pub(crate) fn is_to_tell(&self, counts: &MigrationCounts) -> bool {
        let mut running = lock(&self.window);
        let is_first = !std::mem::replace(&mut running.is_told, true);
        if self.clock.elapsed().saturating_sub(running.began) >= self.length {
            self.begin_in(&mut running, &mut lock(&self.seen).0, counts);
        }
        is_first
    }

    fn begin_in(&self, running: &mut Running, seen: &mut Seen, counts: &MigrationCounts) {
        *seen = Seen::default();
        self.latencies.begin();
        (running.began, running.before, running.is_told) = (self.clock.elapsed(), Some(Before::of(counts)), false);
    }
}

impl Observer for Guarding {
    fn compared(&self, observed: &Observed<'_>) {
        if observed.comparison.verdict() != Verdict::Mismatch {
            return lock(&self.seen).0.add(observed.comparison);
        }
        let mut comparison = observed.comparison.clone();
        let day = day_of(&self.clock.now().to_string());
        let mut seen = lock(&self.seen);
        if let Some(day) = day {
            self.waivers.apply(&mut seen.1, &mut comparison, day);
        }
        seen.0.add(&comparison);
    }

    fn stood_in(&self, standing: &Standing) {
        if matches!(standing, Standing::Failed(_) | Standing::BreakerOpen) {
            let mut seen = lock(&self.seen);
            seen.0.stood_in = seen.0.stood_in.saturating_add(1);
        }
    }
}

impl fmt::Debug for Guarding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Guarding").field("guards", &self.guards).field("last", &self.last()).finish_non_exhaustive()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
