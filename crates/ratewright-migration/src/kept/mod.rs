//! Mismatches kept in files, a JSON object a line: what an observer is told → lines on a disk, redacted, capped, and never in anybody's way.
//!
//! Whoever compares leaves a case and goes on; nobody is woken by it. A thread looks each tenth of a second, takes out what must not be kept, and writes. A
//! line counts as written once the disk has it (`fdatasync`), so that whatever stops the program it is there after; one that was being written
//! then has no end, and the next who opens the folder takes it away. What finds no room, or no disk, is counted and gone. Invariant: each mismatch
//! that was seen is counted once: written, without room, without a disk, or not to be kept.

mod files;
mod line;
#[cfg(test)]
mod tests;

use crate::budget::Budget;
use crate::log::{lock, words};
use crate::redacting::{Checking, Redacting};
use files::{Files, Folder};
use line::Case;
pub(crate) use line::bytes_of;
use ratewright::live::Edition;
use ratewright::migrate::{Observed, Observer, Redaction, RedactionKey, Verdict};
use ratewright_sources::Clock;
use std::fmt;
use std::fs::File;
use std::io::{self, ErrorKind};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// So many bytes are written at once, or one line more.
const AT_ONCE: usize = 1 << 20;

/// How much is kept, and how much may wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeptLimits {
    /// So many bytes in one file; a line that is longer is not kept. 16 MiB where nothing is said.
    pub bytes: u64,
    /// So many files, the one that is written included; at least one. Four where nothing is said.
    pub files: usize,
    /// So many cases that wait to be written. 1,024 where nothing is said.
    pub waiting: usize,
    /// So many bytes of them. 8 MiB where nothing is said.
    pub waiting_bytes: usize,
    /// How often the thread looks. Each 100 milliseconds where nothing is said.
    pub every: Duration,
    /// How much of one core making lines may take, in thousandths. 50 where nothing is said: 5 %.
    pub share: u32,
}

impl Default for KeptLimits {
    fn default() -> Self {
        let every = Duration::from_millis(100);
        KeptLimits { bytes: 16 << 20, files: 4, waiting: 1_024, waiting_bytes: 8 << 20, every, share: 50 }
    }
}

/// What came of mismatches that were to be kept: `seen` is all others together, once nothing waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct KeptCounts {
    /// Mismatches that were told.
    pub seen: u64,
    /// Those whose lines are on the disk; the oldest may have been removed since with their file.
    pub written: u64,
    /// Those for which there was no room to wait, or nobody any more to write them.
    pub no_room: u64,
    /// Those of which the disk did not say that it has them; some may be there all the same.
    pub no_disk: u64,
    /// Those of which nothing may be kept: the input cannot be written as JSON, and so not be redacted; or the line is longer than a file.
    pub not_kept: u64,
}

impl KeptCounts {
    /// Those that wait.
    pub fn waiting(&self) -> u64 {
        let done = [self.written, self.no_room, self.no_disk, self.not_kept];
        done.into_iter().fold(self.seen, u64::saturating_sub)
    }
}

/// An observer that keeps mismatches in a folder: `mismatches-000001.jsonl` and so on, each line as `ratewright replay --mismatches` writes it,
/// with the stage, the edition and what was redacted. A field that the redaction erases is `null`; the key of the customer is always a token.
///
/// ```
/// use ratewright::live::{Book, Edition};
/// use ratewright::migrate::stage::{Stages, Subject};
/// use ratewright::migrate::{Answer, Migration, MigrationContext, Prices, Redaction, RedactionKey};
/// use ratewright_migration::{Kept, KeptLimits};
/// use ratewright_sources::SystemClock;
/// use std::sync::Arc;
///
/// let folder = tempfile::tempdir()?;
/// let redaction = Redaction::new(["shipper"], [])?;
/// let key = RedactionKey::new(b"0123456789abcdef0123456789abcdef").ok_or("too short")?;
/// let kept = Kept::open(folder.path(), KeptLimits::default(), redaction, key, Arc::new(SystemClock::default()))?;
///
/// let book = Arc::new(Book::default());
/// let text = "ruleset parcel \"Parcels\" { currency USD }\ninput { shipper : text }\ncharge BASE = 10 USD";
/// book.publish(Edition::new(ratewright::RuleSet::compile(text)?))?;
/// let shadow: Stages = r#"{ "format": 1, "migration": "parcel", "stage": "shadow" }"#.parse()?;
/// let reading = |_: Result<&(), &()>| -> Answer { Prices::new().line("BASE", "9.99 USD".parse().unwrap()).into() };
/// let migration = Migration::new(shadow, book, "parcel", reading, |_| None).observed_by(kept.clone());
/// let subject = Subject::of("customer 17").case("order 4711");
/// let priced = migration.price(&mut MigrationContext::default(), &subject, &serde_json::json!({"shipper": "Ann"}), || Ok(()));
///
/// kept.finish();
/// assert_eq!((priced.answer, kept.counts().written), (Ok(()), 1));
/// let line = std::fs::read_to_string(folder.path().join("mismatches-000001.jsonl"))?;
/// assert!(line.contains(r#""id":"order 4711""#) && line.contains(r#""input":{"shipper":null}"#));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Kept {
    clock: Arc<dyn Clock>,
    limits: KeptLimits,
    sender: SyncSender<Waiting>,
    counters: Arc<Counters>,
    stop: Arc<AtomicBool>,
    trouble: Arc<Mutex<Option<String>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

#[derive(Debug, Default)]
struct Counters {
    seen: AtomicU64,
    written: AtomicU64,
    no_room: AtomicU64,
    no_disk: AtomicU64,
    not_kept: AtomicU64,
    /// What waits.
    cases: AtomicUsize,
    bytes: AtomicUsize,
}

/// A case that waits. Lost in any way it is counted as one that found no room.
struct Waiting {
    case: Case,
    bytes: usize,
    counters: Arc<Counters>,
    is_counted: bool,
}

impl Waiting {
    fn came_to(mut self, is_written: bool) {
        let Counters { written, no_disk, .. } = &*self.counters;
        if is_written { written } else { no_disk }.fetch_add(1, Ordering::Release);
        self.is_counted = true;
    }

    fn not_kept(mut self) {
        self.counters.not_kept.fetch_add(1, Ordering::Release);
        self.is_counted = true;
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.counters.cases.fetch_sub(1, Ordering::AcqRel);
        self.counters.bytes.fetch_sub(self.bytes, Ordering::AcqRel);
        if !self.is_counted {
            self.counters.no_room.fetch_add(1, Ordering::Release);
        }
    }
}

impl Kept {
    /// Keeps them in a folder, which must be there, and goes on where an earlier run has ended. `redaction` says what is taken out before anything is
    /// written, and `key` makes the tokens that stand for what must still be told apart. What waits in memory is not redacted yet.
    ///
    /// Of an edition in which a path of the redaction leads to no input no inputs and words are kept, and [`Kept::trouble`] says so: [`Kept::open_for`] finds that
    /// out at once.
    ///
    /// # Errors
    /// The folder cannot be read or written, another process keeps its mismatches there, or the system gives no thread.
    pub fn open(
        folder: impl Into<PathBuf>,
        limits: KeptLimits,
        redaction: Redaction,
        key: RedactionKey,
        clock: Arc<dyn Clock>,
    ) -> io::Result<Arc<Kept>> {
        Kept::open_for(&[], folder, limits, redaction, key, clock)
    }

    /// As [`Kept::open`], of cases that these editions are to price.
    ///
    /// # Errors
    /// As [`Kept::open`]; or a path of the redaction leads to no input of one of them.
    pub fn open_for<'e>(
        editions: impl IntoIterator<Item = &'e Edition>,
        folder: impl Into<PathBuf>,
        limits: KeptLimits,
        redaction: Redaction,
        key: RedactionKey,
        clock: Arc<dyn Clock>,
    ) -> io::Result<Arc<Kept>> {
        let checking = Checking::new(redaction.clone(), editions);
        let checking = checking.map_err(|astray| io::Error::new(ErrorKind::InvalidInput, astray))?;
        let folder = folder.into();
        let taken = || io::Error::new(ErrorKind::ResourceBusy, "another process keeps its mismatches there");
        let lock = lock(&folder.join("mismatches"))?.ok_or_else(taken)?;
        let files = Files::open(Box::new(Folder(folder)), limits)?;
        Kept::on(files, limits, (Redacting::new(redaction, key), checking), clock, Some(lock))
    }

    fn on(
        files: Files,
        limits: KeptLimits,
        (redacting, checking): (Redacting, Checking),
        clock: Arc<dyn Clock>,
        lock: Option<File>,
    ) -> io::Result<Arc<Kept>> {
        let (sender, receiver) = sync_channel(limits.waiting.max(1));
        let (counters, stop, trouble) = (Arc::default(), Arc::new(AtomicBool::new(false)), Arc::default());
        let writing = Writing {
            files,
            budget: Budget::new(limits.share, Duration::ZERO),
            began: Instant::now(),
            redacting,
            checking,
            astray: None,
            trouble: Arc::clone(&trouble),
            _lock: lock,
        };
        let (told, every) = (stop.clone(), limits.every);
        let thread = std::thread::Builder::new().name("ratewright keeping".to_owned());
        let thread = thread.spawn(move || writing.run(receiver, &told, every))?;
        let thread = Mutex::new(Some(thread));
        Ok(Arc::new(Kept { clock, limits, sender, counters, stop, trouble, thread }))
    }

    /// What came of them so far.
    pub fn counts(&self) -> KeptCounts {
        let of = |counter: &AtomicU64| counter.load(Ordering::Acquire);
        let Counters { seen, written, no_room, no_disk, not_kept, .. } = &*self.counters;
        // What is done is read before what was begun.
        let (written, no_room, no_disk, not_kept) = (of(written), of(no_room), of(no_disk), of(not_kept));
        KeptCounts { seen: of(seen), written, no_room, no_disk, not_kept }
    }

    /// Why the disk does not take what is written now, or why no inputs are kept, for people; none where all is well.
    pub fn trouble(&self) -> Option<String> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Writes what waits, and stops. What is told after finds no room.
    pub fn finish(&self) {
        self.stop.store(true, Ordering::Release);
        if let Some(thread) = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take() {
            thread.thread().unpark();
            // A thread that panicked has said so itself; its cases are counted.
            let _ = thread.join();
        }
    }

    fn has_room(&self) -> bool {
        let Counters { cases, bytes, .. } = &*self.counters;
        cases.load(Ordering::Acquire) < self.limits.waiting && bytes.load(Ordering::Acquire) < self.limits.waiting_bytes
    }
}

impl Observer for Kept {
    fn compared(&self, observed: &Observed<'_>) {
        if observed.comparison.verdict() != Verdict::Mismatch {
            return;
        }
        let now = self.clock.now();
        let number = self.counters.seen.fetch_add(1, Ordering::AcqRel).saturating_add(1);
        if self.stop.load(Ordering::Acquire) || !self.has_room() {
            self.counters.no_room.fetch_add(1, Ordering::Release);
            return;
        }
        let Some(case) = Case::of(observed, number, now) else {
            self.counters.not_kept.fetch_add(1, Ordering::Release);
            return;
        };
        let bytes = case.bytes();
        self.counters.cases.fetch_add(1, Ordering::AcqRel);
        let before = self.counters.bytes.fetch_add(bytes, Ordering::AcqRel);
        let waiting = Waiting { case, bytes, counters: self.counters.clone(), is_counted: false };
        if before.saturating_add(bytes) > self.limits.waiting_bytes {
            return;
        }
        match self.sender.try_send(waiting) {
            Ok(()) => {}
            Err(TrySendError::Full(waiting) | TrySendError::Disconnected(waiting)) => drop(waiting),
        }
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        self.finish();
    }
}

impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Kept").field("counts", &self.counts()).finish_non_exhaustive()
    }
}

/// What the thread has.
struct Writing {
    files: Files,
    budget: Budget,
    began: Instant,
    redacting: Redacting,
    checking: Checking,
    /// Why no inputs are kept of some of the cases that were written last.
    astray: Option<String>,
    trouble: Arc<Mutex<Option<String>>>,
    _lock: Option<File>,
}

impl Writing {
    fn run(mut self, cases: Receiver<Waiting>, stop: &AtomicBool, every: Duration) {
        loop {
            let stops = stop.load(Ordering::Acquire);
            while let Some(found) = self.take(&cases, stops) {
                self.write(found);
            }
            if stops {
                return;
            }
            std::thread::park_timeout(every);
        }
    }

    /// Lines of cases that wait, as many as are written at once; none where nothing waits, or there is no time left.
    fn take(&mut self, cases: &Receiver<Waiting>, stops: bool) -> Option<Vec<(Waiting, String)>> {
        let (mut found, mut bytes) = (Vec::new(), 0_usize);
        let mut of_these = None;
        while bytes < AT_ONCE && (stops || self.budget.has_time(self.began.elapsed())) {
            let Ok(waiting) = cases.try_recv() else { break };
            let start = Instant::now();
            let astray = self.checking.astray(waiting.case.priced_by());
            let line = catch_unwind(AssertUnwindSafe(|| waiting.case.line(&self.redacting, astray.is_some())));
            of_these = astray.or(of_these);
            self.budget.spend(start.elapsed());
            match line.ok().flatten().filter(|line| self.files.can_have(line)) {
                Some(line) => {
                    bytes = bytes.saturating_add(line.len());
                    found.push((waiting, line));
                }
                None => waiting.not_kept(),
            }
        }
        if found.is_empty() {
            return None;
        }
        self.astray = of_these;
        Some(found)
    }

    fn write(&mut self, found: Vec<(Waiting, String)>) {
        let mut rest = found.into_iter().peekable();
        while rest.peek().is_some() {
            // As many as the file has room for; at least one, for which there will be another file.
            let (mut group, mut text) = (Vec::new(), String::new());
            while let Some((waiting, line)) =
                rest.next_if(|(_, line)| text.is_empty() || self.files.has_room(text.len(), line))
            {
                text.push_str(&line);
                group.push(waiting);
            }
            let written = self.files.append(text.as_bytes());
            let trouble = written.as_ref().err().map(|error| format!("mismatches cannot be written: {}", words(error)));
            let is_written = written.is_ok();
            group.into_iter().for_each(|waiting| waiting.came_to(is_written));
            let astray = || self.astray.as_ref().map(|astray| format!("{astray}; no inputs of its cases are kept"));
            *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) = trouble.or_else(astray);
        }
    }
}
