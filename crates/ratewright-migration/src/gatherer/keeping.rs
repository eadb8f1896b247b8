//! Evidence at a moment: what was gathered when stages are changed → a file of its own, whose digest stands in the log.
//!
//! The thread is asked to gather what waits and to write; whoever changes the stages waits for that so long, and no longer. Invariant: what a digest was
//! said of stands in a file that is never written again, and goes only where a log that is whole does not name it.

use super::{Gatherer, LARGEST};
use crate::log::words;
use ratewright::digest::Digest;
use ratewright::migrate::log::verify;
use ratewright_sources::disk::{Disk, LocalDisk, write_whole};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::PoisonError;
use std::time::Instant;

/// So many files of a run that no record names stay: those of changes that were refused, and of those that could not be logged yet.
const UNNAMED: usize = 16;

/// How the names of what is kept begin: otherwise than evidence that is gone on with, so that no report is given both.
const KEPT: &str = "kept-";

/// So many, where nobody can read which ones the log names.
const UNKNOWN: usize = 64;

/// What was kept for changes of stages since the start, as far as it may go again.
#[derive(Debug, Default)]
pub(super) struct Keeping {
    /// The one that was said last at the end.
    said: VecDeque<(Digest, PathBuf)>,
    /// How many records the log had when it was read last.
    records: usize,
    /// Why the last one could not be kept, or is not of its moment, for people.
    pub(super) trouble: Option<String>,
}

/// What is told of evidence that is not of the moment of its change.
const OLDER: &str =
    "a change of stages is logged with the evidence that was written last: what waited was not gathered in time";

/// What stands of evidence that a record of a log names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeptEvidence {
    /// In this file, as it was.
    Same(PathBuf),
    /// In this file, which was altered.
    Altered(PathBuf),
    /// In this file, which cannot be read: why, for people.
    Unreadable(PathBuf, String),
    /// Nothing: no file has its name.
    Missing,
}

impl KeptEvidence {
    /// Looks in the folder of a [`Gatherer`] for the evidence with a digest.
    ///
    /// # Errors
    /// The folder cannot be listed.
    pub fn find(folder: &Path, digest: Digest) -> io::Result<KeptEvidence> {
        Ok(KeptEvidence::find_all(folder, [digest])?.pop().unwrap_or(KeptEvidence::Missing))
    }

    /// As [`KeptEvidence::find`] for each of several: the folder is listed once, and each file is read once.
    ///
    /// # Errors
    /// The folder cannot be listed.
    pub fn find_all(folder: &Path, digests: impl IntoIterator<Item = Digest>) -> io::Result<Vec<KeptEvidence>> {
        let names: Vec<String> = LocalDisk.names(folder)?.into_iter().filter(|name| name.starts_with(KEPT)).collect();
        let mut known: BTreeMap<Digest, KeptEvidence> = BTreeMap::new();
        let one = |digest| known.entry(digest).or_insert_with(|| among(folder, &names, digest)).clone();
        Ok(digests.into_iter().map(one).collect())
    }
}

/// The evidence with a digest among the files of a folder: two may have the first digits of the digest in their names.
fn among(folder: &Path, names: &[String], digest: Digest) -> KeptEvidence {
    let end = format!("-{}.json", digest.short());
    let mut found = KeptEvidence::Missing;
    for name in names.iter().filter(|name| name.ends_with(&end)) {
        let path = folder.join(name);
        found = match LocalDisk.read(&path, LARGEST) {
            Ok(bytes) if Digest::of_bytes(&bytes) == digest => return KeptEvidence::Same(path),
            Ok(_) => KeptEvidence::Altered(path),
            Err(error) => KeptEvidence::Unreadable(path, words(&error)),
        };
    }
    found
}

impl Gatherer {
    /// Gathers what waits, keeps the evidence of the edition that priced last in a file of its own, and says its SHA-256: what a log of stages takes down
    /// with each change, for [`StageFile::open`](crate::StageFile::open). None before any edition priced.
    ///
    /// The file is `kept-evidence-….json` with the first digits of the digests of edition and evidence, and [`KeptEvidence::find`] finds it. Whatever `log`, the log of
    /// stages, names stays for ever; of the others those that were said last stay, sixteen of a run. What waits is gathered within
    /// [`GathererLimits::evidence_within`](super::GathererLimits::evidence_within); where it was not, it is the evidence that was written last, and
    /// [`Gatherer::trouble`] says so. None, and why there, where no file of it could be kept.
    pub fn keep_evidence(&self, log: impl AsRef<Path>) -> Option<Digest> {
        let until = Instant::now().checked_add(self.limits.evidence_within);
        let is_of_now = self.orders.ask(&self.orders.evidence, until) || !self.orders.runs();
        let file = self.evidence.lock().unwrap_or_else(PoisonError::into_inner).clone()?;
        let mut keeping = self.keeping.lock().unwrap_or_else(PoisonError::into_inner);
        match keeping.keep(&*self.disk, &self.folder.join(file), log.as_ref()) {
            Ok(digest) => {
                keeping.trouble = (!is_of_now).then(|| OLDER.to_owned());
                Some(digest)
            }
            Err(why) => {
                keeping.trouble = Some(why);
                None
            }
        }
    }
}

impl Keeping {
    /// Keeps what stands in a file beside it; its digest.
    fn keep(&mut self, disk: &dyn Disk, file: &Path, log: &Path) -> Result<Digest, String> {
        self.let_go(disk, log);
        if self.said.len() >= UNKNOWN {
            return Err(format!("no more evidence is kept until {} can be read", log.display()));
        }
        let bytes = disk.read(file, LARGEST).map_err(|error| about(file, "read", &error))?;
        let digest = Digest::of_bytes(&bytes);
        let stem = file.file_stem().unwrap_or_default().to_string_lossy();
        let path = file.with_file_name(format!("{KEPT}{stem}-{}.json", digest.short()));
        let is_there = disk.has_file(&path) && disk.read(&path, LARGEST).is_ok_and(|known| known == bytes);
        if !is_there {
            write_whole(disk, &path, &bytes).map_err(|error| about(&path, "written", &error))?;
        }
        self.said.retain(|(known, _)| *known != digest);
        self.said.push_back((digest, path));
        Ok(digest)
    }

    /// Removes what was said longest ago, where a log that is whole does not name it, and had no more records before.
    fn let_go(&mut self, disk: &dyn Disk, log: &Path) {
        let Some((named, records)) = named(disk, log) else { return };
        if records < self.records {
            return;
        }
        self.records = records;
        while self.said.len() >= UNNAMED {
            let Some((digest, path)) = self.said.pop_front() else { return };
            if !named.contains(&digest) {
                // What stays although it could go does no harm.
                drop(disk.remove_file(&path));
            }
        }
    }
}

/// The evidence that a log names, and how many records it has; none where nobody can tell all of it.
fn named(disk: &dyn Disk, log: &Path) -> Option<(BTreeSet<Digest>, usize)> {
    let verified = verify(&disk.read(log, LARGEST).ok()?, None);
    let named = || verified.records.iter().filter_map(|record| record.evidence()).collect();
    verified.faults.is_empty().then(|| (named(), verified.records.len()))
}

fn about(path: &Path, what: &str, error: &io::Error) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    format!("a change of stages is logged without its evidence: {name} cannot be {what}: {}", words(error))
}
