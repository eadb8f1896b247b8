//! One source and everything that is known of it: a time → a look, if it is due, and what is told of it. Threads are for others.

use super::schedule::{Random, Schedule, Time};
use super::status::{Found, Notice, Record};
use super::watcher::KeeperWatcher;
use crate::clock::Clock;
use crate::source::{Look, Running, Source};
use ratewright::live::Book;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

/// What all sources of a keeper have in common.
pub(super) struct Common {
    pub(super) book: Arc<Book>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) watchers: Vec<Arc<dyn KeeperWatcher>>,
}

/// A source, when it is looked at, and what its looks came to.
pub(super) struct Post {
    source: Box<dyn Source>,
    pub(super) schedule: Schedule,
    pub(super) record: Record,
    random: Random,
}

impl Post {
    pub(super) fn new(source: Box<dyn Source>, every: Duration, random: Random, common: &Common) -> Post {
        let name = contained(|| source.name()).unwrap_or_else(|_| "a source without a name".to_owned());
        let record = Record::new(name, Time::of(&*common.clock));
        Post { source, schedule: Schedule::new(every), record, random }
    }

    /// Takes what can be had without the outside world.
    pub(super) fn start(&mut self, common: &Common) {
        let time = Time::of(&*common.clock);
        let look = contained(|| self.source.start(&common.book, time.now));
        let running = self.running();
        let notices = self.record.started(look, running, Time::of(&*common.clock));
        self.tell(common, notices, None);
    }

    /// Looks. What is known after it is handed on before anybody is told.
    pub(super) fn look(&mut self, common: &Common, hand_on: impl FnOnce(&Post, Found)) -> Found {
        let began = Time::of(&*common.clock);
        let look: Result<Look, String> = contained(|| self.source.look(&common.book, began.now));
        let ended = Time::of(&*common.clock);
        let random = self.random.next();
        self.schedule.looked(look.as_ref().ok(), began.elapsed, ended.elapsed, random);
        let running = self.running();
        let (found, notices) = self.record.looked(look, running, self.schedule.failures(), ended);
        hand_on(self, found);
        self.tell(common, notices, Some(found));
        found
    }

    /// Where a change may mean that there is something new.
    #[cfg(feature = "events")]
    pub(super) fn hints(&self) -> Vec<std::path::PathBuf> {
        contained(|| self.source.hints()).unwrap_or_default()
    }

    fn running(&self) -> Running {
        contained(|| self.source.running()).unwrap_or_else(|_| self.record.running.clone())
    }

    fn tell(&self, common: &Common, notices: Vec<Notice>, found: Option<Found>) {
        let time = Time::of(&*common.clock);
        let status = self.record.status(&common.book.pin(), time, false, self.schedule.wait(time, false));
        for watcher in &common.watchers {
            let tell = |event: &dyn Fn(&dyn KeeperWatcher)| {
                // A watcher that panics says so itself; it changes nothing here.
                drop(contained(|| event(&**watcher)));
            };
            for notice in &notices {
                tell(&|watcher| match notice {
                    Notice::Troubled(problem) if problem.kind == Found::Unreachable => {
                        watcher.unreachable(&status, problem);
                    }
                    Notice::Troubled(problem) => watcher.refused(&status, problem),
                    Notice::Recovered(problem) => watcher.recovered(&status, problem),
                    Notice::Warned(warning) => watcher.warned(&status, warning),
                    Notice::Swapped(published) => watcher.swapped(&status, published),
                });
            }
            if let Some(found) = found {
                tell(&|watcher| watcher.looked(&status, found));
            }
        }
    }
}

/// What a call gives, or what it said when it panicked.
fn contained<T>(call: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(call)).map_err(|panic| {
        let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
        let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
        let words = text.unwrap_or_else(|| "it said nothing".to_owned());
        format!("the source itself failed: {words}; what ran goes on, report this")
    })
}
