//! The log of stages on a disk: change → a record that is there, or an error and no record.
//!
//! [`Log::append`] writes one line and waits until the disk has it (`fdatasync`); only then is there a record. So whatever stops the
//! program, each change that was logged is there after. A line that was being written then has no end: the next who opens the log takes it
//! away, or where it is whole gives it its end, and says so. One process writes a log at a time: a lock beside it, which the system
//! takes back from who dies. A log in which something was altered is not continued.

mod medium;
#[cfg(test)]
pub(crate) mod tests;

use fs4::{FileExt, TryLockError};
pub(crate) use medium::Medium;
use ratewright::digest::Digest;
use ratewright::migrate::log::{Change, Fault, Record, verify};
use ratewright::value::Instant;
use ratewright_sources::Moment;
use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// A log that this process writes.
///
/// ```
/// use ratewright::migrate::log::Change;
/// use ratewright_migration::Log;
///
/// let folder = tempfile::tempdir()?;
/// let mut log = Log::open(folder.path().join("parcel.log"))?;
/// let change = Change::parse(r#"{ "format": 1, "migration": "parcel", "stage": "shadow", "who": "Ada", "why": "the first week" }"#)?;
/// let head = log.append(change, "2026-04-02T06:00:00Z".parse()?, None)?.digest();
/// assert_eq!(log.head(), Some(head));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Log {
    path: PathBuf,
    medium: Box<dyn Medium>,
    /// Nobody else writes while this is open.
    _lock: Option<File>,
    last: Option<Record>,
    /// Those before it.
    earlier: Vec<Record>,
    /// How many bytes are whole lines.
    length: u64,
    /// Whether more may stand there than that: the disk failed while something was taken away.
    is_doubtful: bool,
    notices: Vec<String>,
}

/// Why a change is not logged.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LogError {
    /// Somebody else writes it.
    #[error("another process writes the log {}: one at a time does", .path.display())]
    Locked {
        /// The log.
        path: PathBuf,
    },
    /// The disk failed while the change was written, and again while it was taken away.
    #[error("the log {} cannot be written: {}; nor can what was written be taken away: if the program ends before the disk works again, the change may count as logged", .path.display(), words(.error))]
    Doubtful {
        /// The log.
        path: PathBuf,
        /// What the system said first.
        error: io::Error,
    },
    /// Something in it was altered.
    #[error("the log {} was altered and is not continued: {}; `ratewright log verify` says all; put it aside to begin another", .path.display(), first(.faults))]
    Damaged {
        /// The log.
        path: PathBuf,
        /// All that is wrong.
        faults: Vec<Fault>,
    },
    /// It is of another migration.
    #[error("the log {} is of the migration `{theirs}`, and this is a change of `{ours}`", .path.display())]
    OfAnother {
        /// The log.
        path: PathBuf,
        /// The migration that it is of.
        theirs: String,
        /// The one that changes.
        ours: String,
    },
    /// The disk does not do it.
    #[error("the log {} cannot be {what}: {}", .path.display(), words(.error))]
    Disk {
        /// The log.
        path: PathBuf,
        /// What was wanted of it: `opened`, `locked`, `read`, `written`.
        what: &'static str,
        /// What the system says.
        error: io::Error,
    },
}

fn first(faults: &[Fault]) -> String {
    faults.first().map(Fault::to_string).unwrap_or_default()
}

/// An error of the file system, for people.
pub(crate) fn words(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "there is no such folder".to_owned(),
        ErrorKind::PermissionDenied => "permission denied".to_owned(),
        ErrorKind::ReadOnlyFilesystem => "the disk is read-only".to_owned(),
        ErrorKind::StorageFull => "the disk is full".to_owned(),
        _ => error.to_string(),
    }
}

impl Log {
    /// Opens a log, or makes one where there is none.
    ///
    /// # Errors
    /// Somebody else writes it, something in it was altered, or the disk does not do it.
    pub fn open(path: impl Into<PathBuf>) -> Result<Log, LogError> {
        let path = path.into();
        let failed = |what| {
            let path = path.clone();
            move |error| LogError::Disk { path, what, error }
        };
        let lock = lock(&path).map_err(failed("locked"))?.ok_or_else(|| LogError::Locked { path: path.clone() })?;
        let is_new = !path.exists();
        let open = || OpenOptions::new().create(true).truncate(false).read(true).write(true).open(&path);
        let file = open().map_err(failed("opened"))?;
        if is_new {
            // Its name is on the disk before anything counts that stands in it.
            sync_folder_of(&path).map_err(failed("opened"))?;
        }
        Log::on(Box::new(file), path, Some(lock))
    }

    pub(crate) fn on(medium: Box<dyn Medium>, path: PathBuf, lock: Option<File>) -> Result<Log, LogError> {
        let (last, earlier, length, notices) = (None, Vec::new(), 0, Vec::new());
        let mut log = Log { path, medium, _lock: lock, last, earlier, length, is_doubtful: true, notices };
        log.take_up().map(|()| log)
    }

    /// Logs a change that is made at a time: when this returns, the record is on the disk.
    ///
    /// # Errors
    /// It is not logged: the disk does not do it, or the change is of another migration. What could be written of it is gone. Where the disk does not do that either
    /// ([`LogError::Doubtful`]) it goes before the next record; but if the program ends before, whoever opens the log next finds what stands there, and a whole line
    /// counts as logged.
    pub fn append(&mut self, change: Change, at: Moment, evidence: Option<Digest>) -> Result<&Record, LogError> {
        if self.is_doubtful {
            // What could not be taken away when the disk failed was said not to be logged: it goes before anything else counts.
            self.medium.cut(self.length).map_err(|error| self.failed("written", error))?;
            self.take_up()?;
        }
        let (theirs, ours) =
            (self.last.as_ref().map(|last| last.change().stages.migration()), change.stages.migration());
        if let Some(theirs) = theirs.filter(|theirs| *theirs != ours) {
            let (theirs, ours) = (theirs.to_owned(), ours.to_owned());
            return Err(LogError::OfAnother { path: self.path.clone(), theirs, ours });
        }
        let at = instant(at).map_err(|error| self.failed("written", error))?;
        let record = Record::after(self.last.as_ref(), change, at, evidence);
        let line = record.line();
        if let Err(error) = self.medium.append(line.as_bytes()).and_then(|()| self.medium.sync()) {
            let taken_away = self.medium.cut(self.length).and_then(|()| self.medium.sync());
            self.is_doubtful = taken_away.is_err();
            return Err(match taken_away {
                Ok(()) => self.failed("written", error),
                Err(_) => LogError::Doubtful { path: self.path.clone(), error },
            });
        }
        self.length = self.length.saturating_add(line.len() as u64);
        self.earlier.extend(self.last.take());
        Ok(self.last.insert(record))
    }

    /// The last change that was logged.
    pub fn last(&self) -> Option<&Record> {
        self.last.as_ref()
    }

    /// The changes that were logged before the last one.
    pub fn earlier(&self) -> &[Record] {
        &self.earlier
    }

    /// The digest of the last record. Noted elsewhere it tells later whether the end was cut off.
    pub fn head(&self) -> Option<Digest> {
        self.last.as_ref().map(Record::digest)
    }

    /// Where it stands.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What was done about a last line that had no end, for people; told once.
    pub fn take_notices(&mut self) -> Vec<String> {
        std::mem::take(&mut self.notices)
    }

    /// Reads what stands there, and mends a last line without an end.
    fn take_up(&mut self) -> Result<(), LogError> {
        let bytes = self.medium.read().map_err(|error| self.failed("read", error))?;
        let verified = verify(&bytes, None);
        let (mut unfinished, mut faults) = (None, Vec::new());
        for fault in verified.faults {
            match fault {
                Fault::Unfinished { line, is_whole } => unfinished = Some((line, is_whole)),
                fault => faults.push(fault),
            }
        }
        if !faults.is_empty() {
            return Err(LogError::Damaged { path: self.path.clone(), faults });
        }
        let whole_lines = verified.whole_lines as u64;
        let (length, mended) = match unfinished {
            None => (whole_lines, Ok(())),
            Some((_, true)) => ((bytes.len() as u64).saturating_add(1), self.medium.append(b"\n")),
            Some((_, false)) => (whole_lines, self.medium.cut(whole_lines)),
        };
        // Also what was whole may have been written by one who died before the disk had it.
        mended.and_then(|()| self.medium.sync()).map_err(|error| self.failed("written", error))?;
        self.notices.extend(unfinished.map(|(line, is_whole)| {
            let what = match is_whole {
                true => "was whole but for its end, and was given it: the change counts as logged, whether or not it was made",
                false => "was not finished, and was taken away: the change was not made",
            };
            format!("line {line} of the log {} {what}", self.path.display())
        }));
        self.earlier = verified.records;
        self.last = self.earlier.pop();
        (self.length, self.is_doubtful) = (length, false);
        Ok(())
    }

    fn failed(&self, what: &'static str, error: io::Error) -> LogError {
        LogError::Disk { path: self.path.clone(), what, error }
    }
}

impl fmt::Debug for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Log").field("path", &self.path).field("head", &self.head()).finish_non_exhaustive()
    }
}

/// The lock beside a log; none, where another process has it.
pub(crate) fn lock(path: &Path) -> io::Result<Option<File>> {
    let mut name = path.file_name().ok_or(ErrorKind::IsADirectory)?.to_owned();
    name.push(".lock");
    let lock = OpenOptions::new().create(true).truncate(false).write(true).open(path.with_file_name(name))?;
    match FileExt::try_lock(&lock) {
        Ok(()) => Ok(Some(lock)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// A moment as the engine has it.
fn instant(moment: Moment) -> io::Result<Instant> {
    let instant = Instant::from_unix_nanoseconds(i128::from(moment.to_unix()).saturating_mul(1_000_000_000));
    instant.ok_or_else(|| io::Error::new(ErrorKind::InvalidInput, "the clock shows a time that no calendar has"))
}

/// Flushes the folder that a file stands in: its name is there then too.
#[cfg(unix)]
pub(crate) fn sync_folder_of(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    match File::open(folder)?.sync_all() {
        // Some file systems of networks cannot flush a folder, and do so by themselves.
        Err(error) if matches!(error.kind(), ErrorKind::InvalidInput | ErrorKind::Unsupported) => Ok(()),
        outcome => outcome,
    }
}

/// Other systems do not open folders; names are in their journals.
#[cfg(not(unix))]
pub(crate) fn sync_folder_of(_: &Path) -> io::Result<()> {
    Ok(())
}
