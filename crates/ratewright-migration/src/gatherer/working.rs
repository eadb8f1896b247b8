//! The thread that gathers: cases that wait → what was gathered of them, and files; each in its share of time.
//!
//! Invariant: each case that was taken from what waits is counted as one of what became of it; a panic ends nothing but its step,
//! and is told.

use super::files::OF_NONE;
use super::gathered::{Became, Gathered};
use super::orders::Orders;
use super::shelf::Unreadable;
use super::stored::OfEdition;
use super::{Counters, GathererLimits, LARGEST, STATE, Waiting};
use crate::budget::Budget;
use crate::findings::day_of;
use crate::log::words;
use ratewright::digest::Digest;
use ratewright::migrate::{MigrationCounts, Wanting};
use ratewright_sources::Clock;
use ratewright_sources::disk::{Disk, write_whole};
use std::collections::BTreeMap;
use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How often it is found out which classes are wanted.
const WANTED_EVERY: Duration = Duration::from_secs(1);

/// What the thread has.
pub(super) struct Work {
    pub(super) gathered: Gathered,
    pub(super) disk: Arc<dyn Disk>,
    pub(super) folder: PathBuf,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) limits: GathererLimits,
    pub(super) counters: Arc<Counters>,
    pub(super) wanting: Arc<Wanting>,
    pub(super) trouble: Arc<Mutex<Option<String>>>,
    /// The file of the evidence that was written last.
    pub(super) evidence: Arc<Mutex<Option<String>>>,
    /// What was dropped by each cause when that was told last.
    pub(super) told: BTreeMap<String, u64>,
    /// During what it panicked last.
    pub(super) panicked: Option<&'static str>,
    pub(super) _lock: Option<File>,
}

impl Work {
    pub(super) fn run(mut self, cases: Receiver<Waiting>, orders: &Orders, counts: &dyn Fn() -> MigrationCounts) {
        let (start, mut budget) = (Instant::now(), Budget::new(self.limits.share, Duration::ZERO));
        let (mut wanted_at, mut written_at) = (Duration::ZERO, self.clock.elapsed());
        loop {
            let stops = orders.stop.load(Ordering::Acquire);
            let (written, evidence) = (orders.written.pending(), orders.evidence.pending());
            // Who changes stages waits, and not for long: half of that is for what is written.
            let (asked_at, within) = (Instant::now(), self.limits.evidence_within / 2);
            let is_soon = || evidence.is_some() && asked_at.elapsed() < within;
            while stops || written.is_some() || is_soon() || budget.has_time(start.elapsed()) {
                let Ok(waiting) = cases.try_recv() else { break };
                let mut began = Instant::now();
                // What is compiled once for an edition has a time of its own: out of its share it would cost twenty times as long, in which cases
                // find no room.
                if self.prepare(&waiting) {
                    began = Instant::now();
                }
                self.take(waiting);
                budget.spend(began.elapsed());
            }
            if start.elapsed().saturating_sub(wanted_at) >= WANTED_EVERY {
                wanted_at = start.elapsed();
                self.contain("it was found out what is wanted", |work| work.wanting.set(work.gathered.wanted()));
            }
            let is_asked = written.is_some() || evidence.is_some();
            if stops || is_asked || self.clock.elapsed().saturating_sub(written_at) >= self.limits.written_every {
                written_at = self.clock.elapsed();
                self.contain("files were written", |work| work.write(counts));
            }
            orders.written.are_done(written);
            orders.evidence.are_done(evidence);
            if stops {
                return;
            }
            std::thread::park_timeout(self.limits.every);
        }
    }

    /// Does something, and tells where it panicked.
    fn contain<T>(&mut self, during: &'static str, step: impl FnOnce(&mut Work) -> T) -> Option<T> {
        let done = catch_unwind(AssertUnwindSafe(|| step(self))).ok();
        if done.is_none() {
            self.panicked = Some(during);
            *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) = Some(panicked(during));
        }
        done
    }

    /// Puts the edition of a case back where it went, and compiles what its cause is looked for by; whether anything was compiled.
    fn prepare(&mut self, waiting: &Waiting) -> bool {
        let Some(case) = &waiting.case else { return false };
        let prepared = self.contain("a case was prepared", |work| {
            if let Some(edition) = work.gathered.missing(case) {
                let own = work.shelved(edition);
                work.gathered.put_back(edition, own);
            }
            work.gathered.prepare(case)
        });
        prepared.unwrap_or_default()
    }

    /// What was gathered of an edition that went.
    fn shelved(&self, edition: Digest) -> Result<OfEdition, Unreadable> {
        let read = self.disk.read(&self.folder.join(OfEdition::file_of(&edition)), LARGEST);
        let bytes = read.map_err(|error| Unreadable::Now(words(&error)))?;
        let text = String::from_utf8(bytes).map_err(|_| "it is no text".to_owned());
        text.and_then(|text| OfEdition::read(&text, edition)).map_err(Unreadable::Damaged)
    }

    fn take(&mut self, mut waiting: Waiting) {
        let Some(case) = waiting.case.take() else { return };
        let became = catch_unwind(AssertUnwindSafe(|| self.gathered.take(case)));
        let counter = match became {
            Ok(Became::Gathered) => &self.counters.gathered,
            Ok(Became::NoEdition) => &self.counters.no_edition,
            Ok(Became::NoRoom) => &self.counters.no_room,
            Err(_) => {
                self.gathered.begin_memory_anew();
                &self.counters.failed
            }
        };
        counter.fetch_add(1, Ordering::Release);
    }

    /// Writes what is read by others first, and what a restart goes on from last.
    fn write(&mut self, counts: &dyn Fn() -> MigrationCounts) {
        self.count_dropped(counts);
        if !self.gathered.has_any() {
            return;
        }
        let today = day_of(&self.clock.now().to_string());
        let mut files = self.gathered.files(today);
        // What goes is written before the state that knows it no more.
        let gone = self.gathered.let_go();
        files.extend(gone.iter().map(|own| (OfEdition::file_of(&own.rules.edition), own.to_json())));
        files.push((STATE.to_owned(), self.gathered.state()));
        let mut troubles: Vec<String> =
            self.panicked.map(panicked).into_iter().chain(self.gathered.troubles()).collect();
        if let Some(astray) = self.gathered.astray() {
            troubles.push(format!("{astray}; no inputs of its cases are kept"));
        }
        let unprepared = self.gathered.unprepared;
        if unprepared > 0 {
            let times = if unprepared == 1 { "once".to_owned() } else { format!("{unprepared} times") };
            let what = "while rules were compiled for it: what cannot be compiled explains nothing";
            troubles.push(format!("looking for causes panicked {times} {what}"));
        }
        let beyond = self.gathered.beyond_sums();
        if beyond > 0 {
            let what = "have more digits than a sum can have: they count as cases, and are in no sum";
            troubles.push(format!("the differences of {beyond} cases {what}"));
        }
        let written = catch_unwind(AssertUnwindSafe(|| self.write_files(files)));
        match written.unwrap_or_else(|_| Err(panicked("files were written"))) {
            Ok(()) => {
                self.gathered.are_gone(&gone);
                *self.evidence.lock().unwrap_or_else(PoisonError::into_inner) = self.gathered.evidence_file();
            }
            Err(why) => {
                self.gathered.stay(gone);
                troubles.push(why);
            }
        }
        let trouble = (!troubles.is_empty()).then(|| troubles.join("; "));
        *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) = trouble;
    }

    fn write_files(&self, files: Vec<(String, String)>) -> Result<(), String> {
        for (name, text) in files {
            let written = write_whole(&*self.disk, &self.folder.join(&name), text.as_bytes());
            written.map_err(|error| format!("{name} cannot be written: {}", words(&error)))?;
        }
        // What no edition had priced is that of the first one now.
        let of_none = self.folder.join(OF_NONE);
        if self.gathered.has_edition() && self.disk.has_file(&of_none) {
            let removed = self.disk.remove_file(&of_none);
            removed.map_err(|error| format!("{OF_NONE} cannot be removed: {}", words(&error)))?;
        }
        Ok(())
    }

    /// What was dropped since it was told last.
    fn count_dropped(&mut self, counts: &dyn Fn() -> MigrationCounts) {
        let own = self.counters.counts();
        let mut now: BTreeMap<String, u64> = BTreeMap::new();
        let counted = catch_unwind(AssertUnwindSafe(counts)).unwrap_or_default();
        for (cause, count) in counted.dropped {
            let word = serde_json::to_value(cause).ok().and_then(|word| word.as_str().map(str::to_owned));
            now.insert(word.unwrap_or_default(), count);
        }
        now.insert("not_gathered".to_owned(), own.no_room.saturating_add(own.failed));
        now.insert("no_edition".to_owned(), own.no_edition);
        let since = |(cause, count): (&String, &u64)| {
            let more = count.saturating_sub(self.told.get(cause).copied().unwrap_or_default());
            (more > 0).then(|| (cause.clone(), more))
        };
        let more: Vec<(String, u64)> = now.iter().filter_map(since).collect();
        self.gathered.dropped(more);
        self.told.extend(now);
    }
}

/// That something panicked, for people.
fn panicked(during: &str) -> String {
    format!("gathering panicked while {during}: it went on, and what was concerned is left out")
}
