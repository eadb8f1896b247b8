//! The file of stages that people edit while a service runs: bytes of a file → a change that is logged and made, or what runs goes on.
//!
//! Each look reads the file. A change is logged first, on the disk, and then made. What cannot be read, is of another migration or cannot be logged
//! changes nothing and is told; but a change that only gives back to the legacy is made also where the log cannot be written, since a full
//! disk must not keep anybody from going back: it is logged as soon as that can be done, with the time at which it was made.

use crate::log::{Log, LogError, words};
use ratewright::digest::Digest;
use ratewright::migrate::Migration;
use ratewright::migrate::log::Change;
use ratewright::migrate::stage::{Stages, StagesError};
use ratewright_sources::{Clock, Moment};
use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// A file of stages has at most so many bytes.
const LARGEST: u64 = 1 << 20;

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
}

/// Why nobody knows which stages count at the start.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("nobody knows which stages count: {why}; and the log {} has no change", .log.display())]
pub struct NoStages {
    /// What is wrong with the file.
    pub why: String,
    log: PathBuf,
}

impl StageFile {
    /// The stages to begin with: those of the file, logged where the log ends with others; or where the file does not count, those that were
    /// logged last, with the reason. Meanwhile nothing is looked at: [`StageFile::look`] and [`StageFile::watch`] do that.
    ///
    /// # Errors
    /// Neither the file nor the log says any. A service may begin with [`Stages::off`] then.
    pub fn open(
        path: impl Into<PathBuf>,
        log: Log,
        now: Moment,
    ) -> Result<(StageFile, Stages, Option<String>), NoStages> {
        let (path, log_path) = (path.into(), log.path().to_owned());
        let mut file = StageFile { path, log, evidence: Box::new(|| None), done: None, unlogged: Vec::new() };
        let last = file.log.last().map(|last| last.change().stages.clone());
        let read = file.read().and_then(|bytes| parse(&bytes).map(|change| (bytes, change)));
        let why = match read {
            Ok((bytes, change)) => {
                let stages = change.stages.clone();
                if last.as_ref() == Some(&stages) {
                    file.done = Some((bytes, None));
                    return Ok((file, stages, None));
                }
                if let Some(why) = file.is_outdated(&change) {
                    file.done = Some((bytes, None));
                    return last.map(|last| (file, last, Some(why.clone()))).ok_or(NoStages { why, log: log_path });
                }
                match file.log.append(change, now, None) {
                    Ok(_) => {
                        file.done = Some((bytes, None));
                        return Ok((file, stages, None));
                    }
                    Err(error) => error.to_string(),
                }
            }
            Err(why) => why,
        };
        match last {
            Some(last) => Ok((file, last, Some(why))),
            None => Err(NoStages { why, log: log_path }),
        }
    }

    /// Says how the digest of what is known of the rules is had when a change is made.
    pub fn with_evidence(mut self, evidence: impl Fn() -> Option<Digest> + Send + 'static) -> StageFile {
        self.evidence = Box::new(evidence);
        self
    }

    /// The log.
    pub fn log(&self) -> &Log {
        &self.log
    }

    /// Looks at the file once, and changes the stages of a migration where it says others.
    pub fn look<L, E>(&mut self, migration: &Migration<L, E>, now: Moment) -> Look {
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
    /// # Errors
    /// They are refused, or cannot be logged: what counted before counts still.
    pub fn change<L, E>(&mut self, migration: &Migration<L, E>, change: Change, now: Moment) -> Result<u64, String> {
        migration.may_change(&change.stages).map_err(|refused| refused.to_string())?;
        let (running, _) = migration.stages();
        let generation = self.make(migration, change, &running, now)?.0;
        if let Ok(bytes) = self.read() {
            self.done = Some((bytes, None));
        }
        Ok(generation)
    }

    /// Logs a change, and then makes it.
    fn make<L, E>(
        &mut self,
        migration: &Migration<L, E>,
        change: Change,
        running: &Stages,
        now: Moment,
    ) -> Result<(u64, Option<String>), String> {
        let (stages, evidence) = (change.stages.clone(), (self.evidence)());
        let logged = match self.log_late() {
            Some(why) => Err(why),
            None => {
                self.log.append(change.clone(), now, evidence).map(|_| ()).map_err(|error: LogError| error.to_string())
            }
        };
        match logged {
            Ok(()) => {
                let made = migration.change(stages);
                made.map(|generation| (generation, None)).map_err(|refused| self.about(&refused))
            }
            Err(why) if stages.only_gives_back(running) => {
                let generation = migration.change(stages).map_err(|refused| self.about(&refused))?;
                self.unlogged.push((change, now, evidence));
                Ok((generation, Some(why)))
            }
            Err(why) => Err(format!("the stages were not changed: {why}")),
        }
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

    /// Whether a file says what was logged before and changed since by code, so that nobody has edited it since: a restart must not move anybody forward
    /// again whom a guard has stepped back. What only gives back counts in any case.
    fn is_outdated(&self, change: &Change) -> Option<String> {
        let last = self.log.last()?;
        let known = self.log.earlier().iter().rev().find(|record| record.change() == change)?;
        let is_back = change.stages.only_gives_back(&last.change().stages);
        (!is_back).then(|| {
            format!(
                "{} says what was logged as change {} and replaced since by change {}, which counts: edit it to let it count again",
                self.path.display(),
                known.number(),
                last.number()
            )
        })
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

    /// Looks at the file each so often, in a thread of its own, until what it returns is dropped.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn watch<L: 'static, E: 'static>(
        self,
        migration: Arc<Migration<L, E>>,
        every: Duration,
        clock: Arc<dyn Clock>,
        told: impl Fn(&Look) + Send + 'static,
    ) -> io::Result<Watching> {
        let file = Arc::new(Mutex::new(self));
        let (stop, stopped) = channel::<()>();
        let watched = file.clone();
        let thread = std::thread::Builder::new().name("ratewright stages".to_owned()).spawn(move || {
            let mut last = Look::Unchanged;
            loop {
                let look = lock(&watched).look(&migration, clock.now());
                // What stays wrong is told once.
                if look != last && look != Look::Unchanged {
                    told(&look);
                }
                last = look;
                match stopped.recv_timeout(every) {
                    Err(RecvTimeoutError::Timeout) => {}
                    Ok(()) | Err(RecvTimeoutError::Disconnected) => return,
                }
            }
        })?;
        Ok(Watching { file, stop: Some(stop), thread: Some(thread) })
    }
}

fn parse(bytes: &[u8]) -> Result<Change, String> {
    let text = str::from_utf8(bytes).map_err(|_| "the file of stages is no text".to_owned())?;
    Change::parse(text).map_err(|error| format!("the file of stages: {error}"))
}

fn lock(file: &Mutex<StageFile>) -> MutexGuard<'_, StageFile> {
    file.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A file of stages that is looked at until this is dropped.
#[must_use = "nothing is looked at once it is dropped"]
pub struct Watching {
    file: Arc<Mutex<StageFile>>,
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Watching {
    /// Changes the stages from code: see [`StageFile::change`].
    ///
    /// # Errors
    /// As [`StageFile::change`].
    pub fn change<L, E>(&self, migration: &Migration<L, E>, change: Change, now: Moment) -> Result<u64, String> {
        lock(&self.file).change(migration, change, now)
    }

    /// The digest of the last record of the log.
    pub fn head(&self) -> Option<Digest> {
        lock(&self.file).log.head()
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
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

impl fmt::Debug for Watching {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watching").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::tests::Failing;
    use ratewright::live::Book;
    use ratewright::migrate::Answer;
    use ratewright::migrate::log::verify;
    use ratewright::migrate::stage::Stage;

    #[test]
    fn where_nothing_can_be_logged_nobody_goes_forward_and_everybody_can_go_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("stages.json");
        let write = |stage: &str| {
            let who = r#""who": "Ada", "why": "test""#;
            let text = format!(r#"{{ "format": 1, "migration": "parcel", "stage": "{stage}", {who} }}"#);
            std::fs::write(&path, text).unwrap();
        };
        let at = |minute: u32| format!("2026-04-02T12:{minute:02}:00Z").parse::<Moment>().unwrap();
        let disk = Failing::default();
        let logged = || -> Vec<(Stage, String)> {
            let records = verify(&disk.bytes(), None).records;
            records.iter().map(|record| (record.change().stages.stage(), record.at().to_string())).collect()
        };
        let shadow = (Stage::Shadow, "2026-04-02T12:00:00Z".to_owned());
        disk.does(usize::MAX);
        write("shadow");
        let (mut file, stages, _) = StageFile::open(&path, disk.open().unwrap(), at(0)).unwrap();
        let reading = |_: Result<&(), &()>| Answer::failed("not read");
        let migration = Migration::new(stages, Arc::new(Book::default()), "parcel", reading, |_| None);
        let stage = || migration.stages().0.stage();

        disk.does(0);
        write("primary");
        for _ in 0..2 {
            let Look::Kept(why) = file.look(&migration, at(1)) else { panic!("it was made") };
            assert!(why.starts_with("the stages were not changed: the log parcel.log cannot be "), "{why}");
        }
        assert_eq!(stage(), Stage::Shadow);
        write("off");
        let Look::Changed { generation: 1, unlogged: Some(why) } = file.look(&migration, at(2)) else {
            panic!("it was kept")
        };
        assert!(why.ends_with("the disk is full"), "{why}");
        assert_eq!((stage(), logged()), (Stage::Off, vec![shadow.clone()]));
        let Look::Kept(why) = file.look(&migration, at(3)) else { panic!("nothing is told") };
        assert!(why.starts_with("a change that was made is not logged yet: "), "{why}");
        // Nor does anybody go forward before that is logged.
        write("primary");
        assert!(matches!(file.look(&migration, at(4)), Look::Kept(_)) && stage() == Stage::Off);

        disk.does(usize::MAX);
        assert!(matches!(file.look(&migration, at(5)), Look::Changed { generation: 2, unlogged: None }));
        let off = (Stage::Off, "2026-04-02T12:02:00Z".to_owned());
        assert_eq!(logged(), [shadow, off, (Stage::Primary, "2026-04-02T12:05:00Z".to_owned())]);
    }
}
