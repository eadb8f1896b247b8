//! The thread that looks at a file of stages, and lets its guards look: each so often → what came of it, told.
//!
//! A panic of what the program gives it (what tells, what says the evidence) is contained, counted and told: the file is looked at as before.

use super::{Look, StageFile, contained};
use ratewright::digest::Digest;
use ratewright::migrate::Migration;
use ratewright::migrate::log::Change;
use ratewright_sources::{Clock, Moment};
use std::fmt;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// A file of stages that is looked at until this is dropped.
#[must_use = "nothing is looked at once it is dropped"]
pub struct Watching {
    file: Arc<Mutex<StageFile>>,
    panics: Arc<AtomicU64>,
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl StageFile {
    /// Looks at the file each so often, and lets its guards look, in a thread of its own, until what it returns is dropped.
    ///
    /// `told` is called in that thread with whatever is new. A panic of it is told to it at the next look, as [`Look::Panicked`].
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
        let panics = Arc::new(AtomicU64::new(0));
        let (stop, stopped) = channel::<()>();
        let (watched, counted) = (file.clone(), panics.clone());
        let thread = std::thread::Builder::new().name("ratewright stages".to_owned()).spawn(move || {
            let mut last = [Look::Unchanged, Look::Unchanged];
            // What could not be told, since what tells has panicked.
            let mut untold = None;
            loop {
                let mut found: Vec<Look> = untold.take().into_iter().collect();
                let looks = contained("looking at the file of stages", || {
                    let mut file = lock(&watched);
                    let looks = [file.look(&migration, clock.now()), file.guard(&migration, clock.now())];
                    (looks, file.take_panics())
                });
                match looks {
                    Ok((looks, panicked)) => {
                        counted.fetch_add(panicked.len() as u64, Ordering::Relaxed);
                        found.extend(panicked.into_iter().map(Look::Panicked));
                        // What stays wrong is told once.
                        let new = looks.iter().zip(&last).filter(|(look, last)| look != last);
                        found.extend(new.map(|(look, _)| look.clone()).filter(|look| *look != Look::Unchanged));
                        last = looks;
                    }
                    Err(words) => {
                        counted.fetch_add(1, Ordering::Relaxed);
                        found.push(Look::Panicked(words));
                    }
                }
                for look in found {
                    if let Err(words) = contained("what is told of the file of stages", || told(&look)) {
                        counted.fetch_add(1, Ordering::Relaxed);
                        untold = untold.or(Some(Look::Panicked(words)));
                    }
                }
                match stopped.recv_timeout(every) {
                    Err(RecvTimeoutError::Timeout) => {}
                    Ok(()) | Err(RecvTimeoutError::Disconnected) => return,
                }
            }
        })?;
        Ok(Watching { file, panics, stop: Some(stop), thread: Some(thread) })
    }
}

fn lock(file: &Mutex<StageFile>) -> MutexGuard<'_, StageFile> {
    file.lock().unwrap_or_else(PoisonError::into_inner)
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

    /// How many panics of what the program has given it were contained.
    pub fn panics(&self) -> u64 {
        self.panics.load(Ordering::Relaxed)
    }

    /// Whether the file is looked at still.
    pub fn is_alive(&self) -> bool {
        self.thread.as_ref().is_some_and(|thread| !thread.is_finished())
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

impl fmt::Debug for Watching {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watching").field("panics", &self.panics()).finish_non_exhaustive()
    }
}
