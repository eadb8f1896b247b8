//! Evidence and findings of a running service: cases that an observer is told of → files that `ratewright report` reads, and which classes of cases are wanted.
//!
//! Whoever compares leaves a case and goes on; nobody is woken by it. A thread prices it once more, traced, and looks for the causes of mismatches, for
//! a share of one core; each few minutes, and at the end, it writes all files whole. A restart goes on from them. Invariant: each case that was seen
//! is counted once: gathered, without room, failed, or of no edition; and what is not gathered stands among what was dropped.

mod classes;
mod files;
mod filing;
mod gathered;
mod keeping;
mod orders;
mod settings;
mod shelf;
mod stored;
#[cfg(test)]
mod tests;
mod working;

pub use keeping::KeptEvidence;
pub use settings::{GathererLimits, Gathering};

use crate::kept::bytes_of;
use crate::log::{lock, words};
use gathered::{Gathered, Taken};
use keeping::Keeping;
use orders::{Orders, Runs};
use ratewright::migrate::{MigrationCounts, Observed, Observer, Verdict, Wanting};
use ratewright_sources::Clock;
use ratewright_sources::disk::{Disk, LocalDisk, tidy};
use std::collections::BTreeMap;
use std::fmt;
use std::fs::File;
use std::io::{self, ErrorKind};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use stored::Stored;
use working::Work;

/// What a restart goes on from.
const STATE: &str = "gathered.json";
/// It has at most so many bytes.
const LARGEST: u64 = 1 << 30;

/// What came of cases that were told: `seen` is all others together, once nothing waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct GathererCounts {
    /// Cases that were told.
    pub seen: u64,
    /// Those that were gathered.
    pub gathered: u64,
    /// Those for which there was no room to wait, or nobody any more to gather them; and those of one edition too many at once.
    pub no_room: u64,
    /// Those whose input cannot be written down, or that panicked while they were priced once more.
    pub failed: u64,
    /// Those that no edition priced, before any did: nobody knows what they are evidence of.
    pub no_edition: u64,
}

/// Why nothing can be gathered.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GathererError {
    /// The disk does not do it, or another process gathers there.
    #[error("nothing can be gathered in {}: {}", .folder.display(), words(.error))]
    Disk {
        /// The folder.
        folder: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// What an earlier run left cannot be gone on from.
    #[error("{} cannot be gone on from: {why}; to begin anew, put it aside", .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// What it was told makes no sense.
    #[error("nothing can be gathered so: {0}")]
    Settings(String),
}

/// An observer that gathers in a folder: `evidence-….json` and `findings-…-traffic.json` of each edition, by the first digits of its digest, and
/// `gathered.json`, from which a restart goes on. Started with [`Gatherer::start`].
///
/// ```
/// use ratewright::live::{Book, Edition};
/// use ratewright::migrate::stage::{Stages, Subject};
/// use ratewright::migrate::{Answer, Evidence, Migration, MigrationContext, Prices, RedactionKey, Stratum};
/// use ratewright_migration::{Gatherer, GathererLimits, Gathering, findings::Findings};
/// use ratewright_sources::SystemClock;
/// use std::sync::Arc;
///
/// let folder = tempfile::tempdir()?;
/// let key = RedactionKey::new(b"0123456789abcdef0123456789abcdef").ok_or("too short")?;
/// let clock = Arc::new(SystemClock::default());
/// let gatherer = Gatherer::open(folder.path(), Gathering::usual(key), GathererLimits::default(), clock)?;
///
/// let edition = Edition::new(ratewright::RuleSet::compile("ruleset parcel \"Parcels\" { currency USD }\ncharge BASE = 10 USD")?);
/// let (book, short) = (Arc::new(Book::default()), edition.digest().short());
/// book.publish(edition)?;
/// let shadow: Stages = r#"{ "format": 1, "migration": "parcel", "stage": "shadow" }"#.parse()?;
/// let reading = |_: Result<&(), &()>| -> Answer { Prices::new().line("BASE", "9.99 USD".parse().unwrap()).into() };
/// let migration = Migration::new(shadow, book, "parcel", reading, |_| None);
/// let migration = Arc::new(migration.observed_by(gatherer.clone()).favouring(gatherer.wanting()));
/// let counted = migration.clone();
/// let worker = gatherer.start(move || counted.counts())?;
///
/// let subject = Subject::of("customer 17").case("order 4711").like("CA zone 5 hazmat");
/// let priced = migration.price(&mut MigrationContext::default(), &subject, &serde_json::json!({}), || Ok(()));
/// assert_eq!(priced.answer, Ok(()));
/// worker.finish();
///
/// let evidence = Evidence::from_json(&std::fs::read_to_string(folder.path().join(format!("evidence-{short}.json")))?)?;
/// assert_eq!(evidence.release().of(Stratum::Traffic).unexplained, 1);
/// let findings = std::fs::read_to_string(folder.path().join(format!("findings-{short}-traffic.json")))?;
/// let findings = Findings::from_json(&findings)?;
/// assert_eq!(findings.clusters[0].to_string(), "unexplained: BASE (amount), 1 case, more by 0.01 USD in all");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Gatherer {
    clock: Arc<dyn Clock>,
    limits: GathererLimits,
    sender: SyncSender<Waiting>,
    counters: Arc<Counters>,
    wanting: Arc<Wanting>,
    trouble: Arc<Mutex<Option<String>>>,
    /// The file of the evidence that was written last.
    evidence: Arc<Mutex<Option<String>>>,
    keeping: Mutex<Keeping>,
    disk: Arc<dyn Disk>,
    folder: PathBuf,
    orders: Arc<Orders>,
    /// Until it is started.
    work: Mutex<Option<(Work, Receiver<Waiting>)>>,
}

/// The thread that gathers. Dropping it ends it as [`GathererWorker::finish`] does.
#[derive(Debug)]
#[must_use = "nothing is gathered once it is dropped"]
pub struct GathererWorker {
    orders: Arc<Orders>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct Counters {
    seen: AtomicU64,
    gathered: AtomicU64,
    no_room: AtomicU64,
    failed: AtomicU64,
    no_edition: AtomicU64,
    /// What waits.
    cases: AtomicUsize,
    bytes: AtomicUsize,
}

/// A case that waits. Lost in any way it is counted as one that found no room.
struct Waiting {
    case: Option<Taken>,
    bytes: usize,
    counters: Arc<Counters>,
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.counters.cases.fetch_sub(1, Ordering::AcqRel);
        self.counters.bytes.fetch_sub(self.bytes, Ordering::AcqRel);
        if self.case.is_some() {
            self.counters.no_room.fetch_add(1, Ordering::Release);
        }
    }
}

impl Gatherer {
    /// Gathers in a folder, which must be there, and goes on where an earlier run has ended.
    ///
    /// # Errors
    /// The folder cannot be read or written, another process gathers there, or what an earlier run left is damaged.
    pub fn open(
        folder: impl Into<PathBuf>,
        how: Gathering,
        limits: GathererLimits,
        clock: Arc<dyn Clock>,
    ) -> Result<Arc<Gatherer>, GathererError> {
        let folder = folder.into();
        let failed = |error| GathererError::Disk { folder: folder.clone(), error };
        let taken = || failed(io::Error::new(ErrorKind::ResourceBusy, "another process gathers there"));
        let lock = lock(&folder.join("gathered")).map_err(failed)?.ok_or_else(taken)?;
        Gatherer::on(Arc::new(LocalDisk), folder, how, limits, clock, Some(lock))
    }

    fn on(
        disk: Arc<dyn Disk>,
        folder: PathBuf,
        how: Gathering,
        limits: GathererLimits,
        clock: Arc<dyn Clock>,
        lock: Option<File>,
    ) -> Result<Arc<Gatherer>, GathererError> {
        if let Some(wrong) = how.wrong() {
            return Err(GathererError::Settings(wrong));
        }
        // What a run that was killed was writing, counts for nothing.
        tidy(&*disk, &folder).map_err(|error| GathererError::Disk { folder: folder.clone(), error })?;
        let path = folder.join(STATE);
        let unreadable = |why: String| GathererError::Unreadable { path: path.clone(), why };
        let stored = match disk.has_file(&path) {
            true => {
                let bytes = disk.read(&path, LARGEST);
                let bytes = bytes.map_err(|error| GathererError::Disk { folder: folder.clone(), error })?;
                let text = String::from_utf8(bytes).map_err(|_| unreadable("it is no text".to_owned()))?;
                let mut stored = Stored::read(&text).map_err(unreadable)?;
                stored.go_on(&how.counting()).map_err(unreadable)?;
                Some(stored)
            }
            false => None,
        };
        let (sender, receiver) = sync_channel(limits.waiting.max(1));
        let work = Work {
            gathered: Gathered::new(how, limits, stored),
            disk: disk.clone(),
            folder: folder.clone(),
            clock: clock.clone(),
            limits,
            counters: Arc::default(),
            wanting: Wanting::new(),
            trouble: Arc::default(),
            evidence: Arc::default(),
            told: BTreeMap::new(),
            panicked: None,
            _lock: lock,
        };
        // Until something was gathered every class is one that was never seen.
        work.wanting.set(work.gathered.wanted());
        let (counters, wanting, trouble) = (work.counters.clone(), work.wanting.clone(), work.trouble.clone());
        let evidence = work.evidence.clone();
        *evidence.lock().unwrap_or_else(PoisonError::into_inner) = work.gathered.evidence_file();
        let work = Mutex::new(Some((work, receiver)));
        let (keeping, orders) = (Mutex::default(), Arc::default());
        Ok(Arc::new(Gatherer {
            clock,
            limits,
            sender,
            counters,
            wanting,
            trouble,
            evidence,
            keeping,
            disk,
            folder,
            orders,
            work,
        }))
    }

    /// Which classes of cases are wanted, kept up to date: for [`Migration::favouring`](ratewright::migrate::Migration::favouring).
    pub fn wanting(&self) -> Arc<Wanting> {
        self.wanting.clone()
    }

    /// Starts the thread that gathers. `counts` says what the migration has counted: what it dropped stands in the findings.
    ///
    /// # Errors
    /// It was started before, or the system gives no thread.
    pub fn start(&self, counts: impl Fn() -> MigrationCounts + Send + 'static) -> io::Result<GathererWorker> {
        let work = self.work.lock().unwrap_or_else(PoisonError::into_inner).take();
        let (work, receiver) = work.ok_or_else(|| io::Error::other("it was started already"))?;
        let orders = self.orders.clone();
        let runs = Runs::begin(orders.clone());
        let thread = std::thread::Builder::new().name("ratewright gathering".to_owned());
        let thread = thread.spawn(move || work.run(receiver, runs.orders(), &counts))?;
        // Set once: there is one thread.
        let _ = orders.thread.set(thread.thread().clone());
        Ok(GathererWorker { orders, thread: Some(thread) })
    }

    /// What came of cases so far.
    pub fn counts(&self) -> GathererCounts {
        self.counters.counts()
    }

    /// Why files are not written now, or why no inputs stand in them, for people; none where all is well.
    pub fn trouble(&self) -> Option<String> {
        let own = self.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let keeping = self.keeping.lock().unwrap_or_else(PoisonError::into_inner).trouble.clone();
        let all: Vec<String> = own.into_iter().chain(keeping).collect();
        (!all.is_empty()).then(|| all.join("; "))
    }

    /// Whether a case may wait: what differs has more room than what does not.
    fn has_room(&self, differs: bool) -> bool {
        let (cases, bytes) = (self.counters.cases.load(Ordering::Acquire), self.counters.bytes.load(Ordering::Acquire));
        let part = |most: usize| if differs { most } else { most.saturating_sub(most / 4) };
        cases < part(self.limits.waiting).max(1) && bytes < part(self.limits.waiting_bytes)
    }
}

impl Counters {
    fn counts(&self) -> GathererCounts {
        let of = |counter: &AtomicU64| counter.load(Ordering::Acquire);
        // What is done is read before what was begun.
        let (gathered, no_room, failed) = (of(&self.gathered), of(&self.no_room), of(&self.failed));
        let no_edition = of(&self.no_edition);
        GathererCounts { seen: of(&self.seen), gathered, no_room, failed, no_edition }
    }
}

impl Observer for Gatherer {
    fn compared(&self, observed: &Observed<'_>) {
        let time = self.clock.now().to_string();
        self.counters.seen.fetch_add(1, Ordering::AcqRel);
        let differs = observed.comparison.verdict() == Verdict::Mismatch;
        if !self.has_room(differs) {
            self.counters.no_room.fetch_add(1, Ordering::Release);
            return;
        }
        let Some(input) = observed.input() else {
            self.counters.failed.fetch_add(1, Ordering::Release);
            return;
        };
        let is_match = observed.comparison.is_match();
        let subject = &observed.subject;
        let case = Taken {
            id: if is_match { None } else { subject.case_key().map(str::to_owned) },
            class: subject.class().map(str::to_owned),
            time,
            stratum: observed.decision.stratum(),
            edition: observed.priced_by(),
            input,
            comparison: observed.comparison.clone(),
            answers: (!is_match).then(|| (observed.legacy.clone(), observed.candidate.to_answer())),
        };
        let bytes = case.bytes();
        self.counters.cases.fetch_add(1, Ordering::AcqRel);
        let before = self.counters.bytes.fetch_add(bytes, Ordering::AcqRel);
        let waiting = Waiting { case: Some(case), bytes, counters: self.counters.clone() };
        if before.saturating_add(bytes) <= self.limits.waiting_bytes {
            // What does not fit is counted where it is dropped.
            drop(self.sender.try_send(waiting));
        }
    }
}

impl Taken {
    /// About how many bytes it takes.
    fn bytes(&self) -> usize {
        let texts: usize = [&self.id, &self.class].into_iter().flatten().map(String::capacity).sum();
        let answers = self.answers.as_ref().map_or(0, |(one, other)| bytes_of(one).saturating_add(bytes_of(other)));
        let differences = self.comparison.differences.len().saturating_mul(400);
        let parts = [size_of::<Waiting>(), texts, self.time.capacity(), answers, differences, self.input.capacity()];
        parts.into_iter().fold(0, usize::saturating_add)
    }
}

impl fmt::Debug for Gatherer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gatherer").field("counts", &self.counts()).finish_non_exhaustive()
    }
}

impl GathererWorker {
    /// Gathers all that waits, whatever time it takes, writes the files, and ends.
    pub fn finish(mut self) {
        self.stop();
    }

    /// Gathers all that waits, whatever time it takes, and writes the files, before it returns. Whether it was done; not where the thread is gone. That files cannot be written [`Gatherer::trouble`] says.
    pub fn write(&self) -> bool {
        self.orders.ask(&self.orders.written, None)
    }

    fn stop(&mut self) {
        self.orders.stop.store(true, Ordering::Release);
        if let Some(thread) = self.thread.take() {
            self.orders.wake();
            // A thread that panicked has said so itself; its cases are counted.
            let _ = thread.join();
        }
    }
}

impl Drop for GathererWorker {
    fn drop(&mut self) {
        self.stop();
    }
}
