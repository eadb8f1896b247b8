//! The threads, one for each source: each waits until its source is to be looked at, looks, and waits again. The handle on them.
//!
//! What is looked at when is decided in `schedule`; here is only what sleeps and wakes.

use super::post::{Common, Post};
use super::schedule::Time;
use super::status::{Found, Record, SourceStatus};
use crate::clock::Clock;
use ratewright::live::Book;
use std::fmt;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// The longest sleep without asking whether there is something to do.
const LONGEST_SLEEP: Duration = Duration::from_secs(3600);

/// A book that is being kept up to date. Dropping it lets the threads end after the look that they are at, without waiting for them.
///
/// See [`Keeper::start`](super::Keeper::start).
pub struct Keeping {
    pub(super) book: Arc<Book>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) desks: Vec<Arc<Desk>>,
    pub(super) threads: Vec<JoinHandle<()>>,
}

/// It stands in the state of a service, which all its threads share.
const _: fn() = || {
    fn is_shared<T: Send + Sync + 'static>() {}
    is_shared::<Keeping>();
};

impl Keeping {
    /// The book.
    pub fn book(&self) -> &Arc<Book> {
        &self.book
    }

    /// How it stands with each source, in the order in which they were given. It waits for no look.
    pub fn status(&self) -> Vec<SourceStatus> {
        let (time, shelf) = (Time::of(&*self.clock), self.book.pin());
        let status = |desk: &Arc<Desk>| {
            let state = desk.state();
            state.record.status(&shelf, time, state.looking, state.wait_at.saturating_sub(time.elapsed))
        };
        self.desks.iter().map(status).collect()
    }

    /// Lets all sources be looked at now: after a message that there is something new, say. Calls that come together make one look, and one
    /// that comes right after a look waits for a moment.
    pub fn look_now(&self) {
        self.desks.iter().for_each(|desk| desk.hint());
    }

    /// Whether a rule set is priced by an epoch, or by a later one; if not, its source is looked at now.
    ///
    /// Another service hands on, beside its request, the epoch that it has seen: `x-ratewright-epoch: 42`. Whoever has not seen it
    /// yet should not price by an older one, but answer 409, so that the caller asks again or elsewhere.
    ///
    /// It tells what the source gave to the book, also where somebody has gone back by hand since: see [`SourceStatus::taken_back`].
    pub fn at_least(&self, rule_set: &str, epoch: u64) -> bool {
        let mut has_it = false;
        for desk in &self.desks {
            let state = desk.state();
            let running = &state.record.running;
            let is_for_it = running.rule_set.as_deref() == Some(rule_set)
                || running.editions.iter().any(|edition| edition.rule_set == rule_set);
            let is_there = is_for_it && running.epoch.is_some_and(|running| running >= epoch);
            // One that has nothing yet may be for it.
            let may_come = (is_for_it && !is_there) || (running.rule_set.is_none() && running.editions.is_empty());
            has_it |= is_there;
            drop(state);
            if may_come {
                desk.hint();
            }
        }
        has_it
    }

    /// Ends the threads, and waits for the looks that they are at.
    pub fn stop(mut self) {
        self.let_go();
        for thread in self.threads.drain(..) {
            // A thread contains the panics of its source; one of its own says so itself.
            drop(thread.join());
        }
    }

    fn let_go(&self) {
        self.desks.iter().for_each(|desk| desk.stop());
    }
}

impl Drop for Keeping {
    fn drop(&mut self) {
        self.let_go();
    }
}

impl fmt::Debug for Keeping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.desks.iter().map(|desk| desk.state().record.name().to_owned()).collect();
        f.debug_struct("Keeping").field("sources", &names).finish_non_exhaustive()
    }
}

/// What the thread of a source and others tell each other.
pub(super) struct Desk {
    state: Mutex<State>,
    bell: Condvar,
}

struct State {
    record: Record,
    looking: bool,
    /// When it is looked at next, by the time that has passed.
    wait_at: Duration,
    /// Whether the first look is over, but for what was being written.
    begun: bool,
    hinted: bool,
    stopping: bool,
}

impl Desk {
    pub(super) fn new(record: Record) -> Desk {
        let wait_at = Duration::ZERO;
        let state = State { record, looking: false, wait_at, begun: false, hinted: false, stopping: false };
        Desk { state: Mutex::new(state), bell: Condvar::new() }
    }

    /// Says that there may be something new.
    pub(super) fn hint(&self) {
        let mut state = self.state();
        if !state.hinted {
            state.hinted = true;
            self.bell.notify_all();
        }
    }

    pub(super) fn stop(&self) {
        self.state().stopping = true;
        self.bell.notify_all();
    }

    /// What is known once the first look is over, or after a time.
    pub(super) fn begun(&self, patience: Duration) -> (Record, bool) {
        let start = Instant::now();
        let mut state = self.state();
        while !state.begun {
            let left = patience.saturating_sub(start.elapsed());
            if left.is_zero() {
                break;
            }
            state = self.bell.wait_timeout(state, left.min(LONGEST_SLEEP)).unwrap_or_else(PoisonError::into_inner).0;
        }
        (state.record.clone(), state.begun)
    }

    /// What a mutex holds is whole at every moment, so that a panic elsewhere does not matter.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until the source is to be looked at. Says whether it is; not, where this is the end.
    fn wait(&self, post: &Post, clock: &dyn Clock) -> bool {
        let mut state = self.state();
        while !state.stopping {
            let time = Time::of(clock);
            let wait = post.schedule.wait(time, state.hinted);
            if wait.is_zero() {
                (state.hinted, state.looking) = (false, true);
                return true;
            }
            state = self.bell.wait_timeout(state, wait.min(LONGEST_SLEEP)).unwrap_or_else(PoisonError::into_inner).0;
        }
        false
    }

    fn looked(&self, post: &Post, found: Found, clock: &dyn Clock) {
        let time = Time::of(clock);
        let mut state = self.state();
        state.record = post.record.clone();
        state.looking = false;
        state.begun |= found != Found::Unsettled;
        state.wait_at = time.elapsed.saturating_add(post.schedule.wait(time, false));
        self.bell.notify_all();
    }
}

/// What the thread of a source does until it is told to stop.
pub(super) fn keep(mut post: Post, desk: &Arc<Desk>, common: &Common) {
    #[cfg(feature = "events")]
    let mut watch = super::events::Watch::new(desk.clone());
    while desk.wait(&post, &*common.clock) {
        #[cfg(feature = "events")]
        watch.follow(post.hints(), true);
        post.look(common, |post, found| desk.looked(post, found, &*common.clock));
        #[cfg(feature = "events")]
        watch.follow(post.hints(), false);
    }
}
