//! The file of stages that people edit while a service runs: bytes of a file → a change that is logged and made, or what runs goes on.
//!
//! Each look reads the file. A change is logged first, on the disk, and then made. What cannot be read, is of another migration or cannot be logged
//! changes nothing and is told; but a change that only gives back to the legacy is made first, since neither evidence that is waited for nor a full
//! disk must keep anybody from going back: it is logged as soon as that can be done, with the time at which it was made.

mod opening;
#[cfg(test)]
mod tests;
mod watching;

pub use opening::{NoStages, Opened};
pub use watching::Watching;

use crate::guarding::{Guarding, WHO};
use crate::log::{Log, LogError, words};
use ratewright::digest::Digest;
use ratewright::migrate::Migration;
use ratewright::migrate::log::Change;
use ratewright::migrate::stage::{Stages, StagesError};
use ratewright_sources::Moment;
use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A file of stages has at most so many bytes.
const LARGEST: u64 = 1 << 20;

/// The words of so many panics are kept to be told.
const MOST_PANICS: usize = 16;

/// Says what is known of the rules now, as the digest of the evidence.
type Evidence = Box<dyn Fn() -> Option<Digest> + Send>;

/// A file of stages, the log of its changes, and what of it counts.
pub struct StageFile {
    path: PathBuf,
    log: Log,
    evidence: Evidence,
    /// What was read last, and what came of it: it is not looked at again.
    done: Option<(Vec<u8>, Option<String>)>,
    /// Changes that were made, and are not logged yet.
    unlogged: Vec<(Change, Moment, Option<Digest>)>,
    /// The evidence of a change that could not be logged, and is tried again.
    known: Option<(Change, Option<Digest>)>,
    /// What was found when code changed the stages, to be told at a look.
    untold: Option<Look>,
    guarding: Option<Arc<Guarding>>,
    /// What panicked of what the program has given.
    panics: Vec<String>,
}

/// What came of a look.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Look {
    /// The file says what counts.
    Unchanged,
    /// Other stages count from now on.
    Changed {
        /// The number of the change.
        generation: u64,
        /// Why the change is not logged yet, where it is not.
        unlogged: Option<String>,
    },
    /// What the file says does not count, and what counted before does: why, for people.
    Kept(String),
    /// Guards have gone back.
    SteppedBack {
        /// The number of the change.
        generation: u64,
        /// The limits that were passed.
        why: String,
        /// Why the change is not logged yet, where it is not.
        unlogged: Option<String>,
    },
    /// Limits of the guards are passed, and there is nothing to go back from: which. Told once in each window.
    Tripped(String),
    /// What the program has given panicked: what it was and what it said. It is called again at the next look.
    Panicked(String),
}

impl StageFile {
    fn on(path: PathBuf, log: Log, evidence: Evidence) -> StageFile {
        let (done, unlogged, panics) = (None, Vec::new(), Vec::new());
        StageFile { path, log, evidence, done, unlogged, known: None, untold: None, guarding: None, panics }
    }

    /// Goes back when limits are passed. What guards also has to be told what is compared: see [`Guarding`].
    pub fn guarded_by(self, guarding: Arc<Guarding>) -> StageFile {
        StageFile { guarding: Some(guarding), ..self }
    }

    /// The log.
    pub fn log(&self) -> &Log {
        &self.log
    }

    /// Looks at the file once, and changes the stages of a migration where it says others. What was found when code changed the stages is told here where
    /// nothing else is.
    pub fn look<L, E>(&mut self, migration: &Migration<L, E>, now: Moment) -> Look {
        match self.look_now(migration, now) {
            Look::Unchanged => self.untold.take().unwrap_or(Look::Unchanged),
            look => look,
        }
    }

    /// Lets the guards look once: where limits are passed the stages go back, at once, also where nothing can be logged; and nothing else changes. To be called
    /// each second or so, after [`look`](StageFile::look).
    pub fn guard<L, E>(&mut self, migration: &Migration<L, E>, now: Moment) -> Look {
        let Some(guarding) = self.guarding.clone() else { return Look::Unchanged };
        let counts = migration.counts();
        let trips = guarding.trips(&counts);
        if trips.is_empty() {
            return Look::Unchanged;
        }
        let why = trips.iter().map(|trip| trip.words.as_str()).collect::<Vec<_>>().join("; ");
        self.look_before(migration, now);
        let (running, _) = migration.stages();
        let stages = match guarding.guards().back_from(&running) {
            Ok(Some(stages)) => stages,
            Ok(None) if guarding.is_to_tell(&counts) => return Look::Tripped(why),
            Ok(None) => return Look::Unchanged,
            Err(refused) => return Look::Kept(self.about(&refused)),
        };
        let change = Change { stages, who: WHO.to_owned(), why: why.clone() };
        match self.make(migration, change, &running, now) {
            Ok((generation, unlogged)) => {
                guarding.begin(&counts, trips);
                Look::SteppedBack { generation, why, unlogged }
            }
            // It is tried again at each look.
            Err(why) => Look::Kept(why),
        }
    }

    fn look_now<L, E>(&mut self, migration: &Migration<L, E>, now: Moment) -> Look {
        let late = self.log_late();
        let bytes = match self.read() {
            Ok(bytes) => bytes,
            Err(why) => return Look::Kept(why),
        };
        if let Some((known, outcome)) = &self.done
            && *known == bytes
        {
            return match (outcome.clone(), late) {
                (Some(why), _) | (None, Some(why)) => Look::Kept(why),
                (None, None) => Look::Unchanged,
            };
        }
        let change = match parse(&bytes) {
            Ok(change) => change,
            Err(why) => return self.settled(bytes, why),
        };
        let (running, _) = migration.stages();
        if running == change.stages {
            self.done = Some((bytes, None));
            return Look::Unchanged;
        }
        if let Err(refused) = migration.may_change(&change.stages) {
            return self.settled(bytes, self.about(&refused));
        }
        match self.make(migration, change, &running, now) {
            Ok((generation, unlogged)) => {
                self.done = Some((bytes, None));
                Look::Changed { generation, unlogged }
            }
            // It is tried again at each look.
            Err(why) => Look::Kept(why),
        }
    }

    /// Changes the stages from code, as by the file; the file counts again when it is edited.
    ///
    /// The file is looked at first. Where somebody has edited it since the last look, the edit counts, and the next look tells of it: the change is then made only if
    /// it gives back to the legacy.
    ///
    /// # Errors
    /// The file was edited meanwhile, or they are refused, or cannot be logged: what counted before counts still.
    pub fn change<L, E>(&mut self, migration: &Migration<L, E>, change: Change, now: Moment) -> Result<u64, String> {
        let was_edited = self.look_before(migration, now);
        migration.may_change(&change.stages).map_err(|refused| refused.to_string())?;
        let (running, _) = migration.stages();
        if was_edited && !change.stages.only_gives_back(&running) {
            return Err(format!(
                "{} was edited since it was looked at last, and its stage `{}` counts: nothing else was changed",
                self.path.display(),
                running.stage()
            ));
        }
        Ok(self.make(migration, change, &running, now)?.0)
    }

    /// Looks before code changes anything, so that no edit is passed over: whether one counts now, of which the next look tells.
    fn look_before<L, E>(&mut self, migration: &Migration<L, E>, now: Moment) -> bool {
        let found = self.look_now(migration, now);
        let was_edited = matches!(found, Look::Changed { .. });
        if was_edited {
            self.untold = Some(found);
        }
        was_edited
    }

    /// Logs a change, and then makes it; where it only gives back to the legacy, it is made at once and logged after.
    fn make<L, E>(
        &mut self,
        migration: &Migration<L, E>,
        change: Change,
        running: &Stages,
        now: Moment,
    ) -> Result<(u64, Option<String>), String> {
        let stages = change.stages.clone();
        if stages.only_gives_back(running) {
            let generation = migration.change(stages).map_err(|refused| self.about(&refused))?;
            let evidence = self.evidence_now();
            self.unlogged.push((change, now, evidence));
            return Ok((generation, self.log_late()));
        }
        let logged = match self.log_late() {
            Some(why) => Err(why),
            None => {
                let evidence = self.evidence_for(&change);
                self.log.append(change, now, evidence).map(|_| ()).map_err(|error: LogError| error.to_string())
            }
        };
        logged.map_err(|why| format!("the stages were not changed: {why}"))?;
        self.known = None;
        let made = migration.change(stages);
        made.map(|generation| (generation, None)).map_err(|refused| self.about(&refused))
    }

    /// What was known of the rules when a change was to be made first: one that cannot be logged is tried at each look.
    fn evidence_for(&mut self, change: &Change) -> Option<Digest> {
        if let Some((of, evidence)) = &self.known
            && of == change
        {
            return *evidence;
        }
        let evidence = self.evidence_now();
        self.known = Some((change.clone(), evidence));
        evidence
    }

    /// What is known of the rules now; nothing, where what says so panics.
    fn evidence_now(&mut self) -> Option<Digest> {
        let evidence = contained("what says the evidence", || (self.evidence)());
        evidence.unwrap_or_else(|words| {
            if self.panics.len() < MOST_PANICS {
                self.panics.push(words);
            }
            None
        })
    }

    /// What panicked since this was asked last, of what the program has given: what it was and what it said.
    pub fn take_panics(&mut self) -> Vec<String> {
        std::mem::take(&mut self.panics)
    }

    /// Logs what was made and could not be logged. Says why it still cannot.
    fn log_late(&mut self) -> Option<String> {
        while let Some((change, at, evidence)) = self.unlogged.first() {
            if let Err(error) = self.log.append(change.clone(), *at, *evidence) {
                return Some(format!("a change that was made is not logged yet: {error}"));
            }
            self.unlogged.remove(0);
        }
        None
    }

    fn settled(&mut self, bytes: Vec<u8>, why: String) -> Look {
        self.done = Some((bytes, Some(why.clone())));
        Look::Kept(why)
    }

    fn about(&self, refused: &StagesError) -> String {
        format!("{}: {refused}", self.path.display())
    }

    fn read(&self) -> Result<Vec<u8>, String> {
        let mut bytes = Vec::new();
        let read = File::open(&self.path).and_then(|file| file.take(LARGEST.saturating_add(1)).read_to_end(&mut bytes));
        match read {
            Ok(_) if bytes.len() as u64 > LARGEST => Err(format!("{}: it has more than 1 MiB", self.path.display())),
            Ok(_) => Ok(bytes),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Err(format!("there is no file {}", self.path.display()))
            }
            Err(error) => Err(format!("{} cannot be read: {}", self.path.display(), words(&error))),
        }
        .and_then(|bytes| if bytes.is_empty() { Err(format!("{} is empty", self.path.display())) } else { Ok(bytes) })
    }
}

fn parse(bytes: &[u8]) -> Result<Change, String> {
    let text = str::from_utf8(bytes).map_err(|_| "the file of stages is no text".to_owned())?;
    Change::parse(text).map_err(|error| format!("the file of stages: {error}"))
}

impl StageFile {
    /// Where it stands.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl fmt::Debug for StageFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StageFile").field("path", &self.path).field("log", &self.log).finish_non_exhaustive()
    }
}

/// What a function of the program gives, or the words of its panic.
fn contained<T>(what: &str, call: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(call)).map_err(|panic| {
        let words = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
        let words = words.or_else(|| panic.downcast_ref::<String>().cloned());
        // Dropping what a panic carries can panic too.
        if let Err(again) = catch_unwind(AssertUnwindSafe(|| drop(panic))) {
            std::mem::forget(again);
        }
        format!("{what} panicked: {}", words.unwrap_or_else(|| "it said nothing".to_owned()))
    })
}
