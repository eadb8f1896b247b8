//! Files that are written one after the other, numbered: bytes → the end of the newest file, on the disk when that is said.
//!
//! A file that has no more room is followed by one with the next number; then the oldest go, so that there are never more than was set. What the disk
//! took only in part is cut off before anything else is written. Invariant: behind the last line that was said to be written stands at most the
//! beginning of others, at the end of the newest file.

use super::KeptLimits;
use crate::log::{Medium, sync_folder_of};
use std::collections::VecDeque;
use std::fs::{self, OpenOptions};
use std::io;
use std::path::PathBuf;

/// Where the files are.
pub(super) trait Place: Send {
    /// The numbers of those that are there, in any order.
    fn numbers(&self) -> io::Result<Vec<u64>>;

    /// Opens one, or makes it.
    fn open(&self, number: u64) -> io::Result<Box<dyn Medium>>;

    /// Takes one away.
    fn remove(&self, number: u64) -> io::Result<()>;

    /// Returns once the disk knows their names.
    fn sync(&self) -> io::Result<()>;
}

/// A folder of a disk.
pub(super) struct Folder(pub(super) PathBuf);

impl Folder {
    fn path(&self, number: u64) -> PathBuf {
        self.0.join(format!("mismatches-{number:06}.jsonl"))
    }
}

impl Place for Folder {
    fn numbers(&self) -> io::Result<Vec<u64>> {
        let mut numbers = Vec::new();
        for entry in fs::read_dir(&self.0)? {
            let name = entry?.file_name();
            let number = name.to_str().and_then(|name| name.strip_prefix("mismatches-")?.strip_suffix(".jsonl"));
            numbers.extend(number.filter(|digits| digits.len() >= 6).and_then(|digits| digits.parse::<u64>().ok()));
        }
        Ok(numbers)
    }

    fn open(&self, number: u64) -> io::Result<Box<dyn Medium>> {
        let file = OpenOptions::new().create(true).truncate(false).read(true).write(true).open(self.path(number))?;
        Ok(Box::new(file))
    }

    fn remove(&self, number: u64) -> io::Result<()> {
        match fs::remove_file(self.path(number)) {
            // Somebody was quicker.
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            outcome => outcome,
        }
    }

    fn sync(&self) -> io::Result<()> {
        sync_folder_of(&self.path(1))
    }
}

/// The files.
pub(super) struct Files {
    place: Box<dyn Place>,
    limits: KeptLimits,
    /// Those that are there, the oldest first.
    numbers: VecDeque<u64>,
    /// The newest, and how many bytes of it are whole lines.
    newest: Option<(Box<dyn Medium>, u64)>,
    /// Whether more may stand in the newest than that, or its name may not be known to the disk.
    is_doubtful: bool,
}

impl Files {
    /// Goes on with the newest file that is there, less a last line without an end.
    pub(super) fn open(place: Box<dyn Place>, limits: KeptLimits) -> io::Result<Files> {
        let mut numbers = place.numbers()?;
        numbers.sort_unstable();
        let newest = match numbers.last() {
            Some(number) => {
                let mut medium = place.open(*number)?;
                let bytes = medium.read()?;
                let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end.saturating_add(1));
                Some((medium, whole as u64))
            }
            None => None,
        };
        let mut files = Files { place, limits, numbers: numbers.into(), newest, is_doubtful: true };
        files.mend().map(|()| files)
    }

    /// Whether a line is short enough for any file.
    pub(super) fn can_have(&self, line: &str) -> bool {
        line.len() as u64 <= self.limits.bytes
    }

    /// Whether the newest file, or where that has no room the next one, takes a line behind so many bytes.
    pub(super) fn has_room(&self, before: usize, line: &str) -> bool {
        let length = self.newest.as_ref().map_or(0, |(_, length)| *length);
        let begins = if self.fits(length, before) { length } else { 0 };
        self.fits(begins, before.saturating_add(line.len()))
    }

    fn fits(&self, length: u64, more: usize) -> bool {
        length.saturating_add(more as u64) <= self.limits.bytes
    }

    /// Writes whole lines: when this returns they are on the disk.
    pub(super) fn append(&mut self, lines: &[u8]) -> io::Result<()> {
        self.mend()?;
        if self.newest.as_ref().is_none_or(|(_, length)| !self.fits(*length, lines.len())) {
            let number = self.numbers.back().map_or(1, |last| last.saturating_add(1));
            let medium = self.place.open(number)?;
            self.numbers.push_back(number);
            (self.newest, self.is_doubtful) = (Some((medium, 0)), true);
            self.mend()?;
        }
        // The oldest go before anything is written to a file that is one too many.
        while self.numbers.len() > self.limits.files.max(1) {
            if let Some(oldest) = self.numbers.front() {
                self.place.remove(*oldest)?;
                self.numbers.pop_front();
            }
        }
        let Some((medium, length)) = &mut self.newest else { return Err(io::Error::other("there is no file")) };
        self.is_doubtful = true;
        medium.append(lines).and_then(|()| medium.sync())?;
        *length = length.saturating_add(lines.len() as u64);
        self.is_doubtful = false;
        Ok(())
    }

    /// Cuts off what was written only in part.
    fn mend(&mut self) -> io::Result<()> {
        if let Some((medium, length)) = self.newest.as_mut().filter(|_| self.is_doubtful) {
            medium.cut(*length)?;
            medium.sync()?;
            self.place.sync()?;
        }
        self.is_doubtful = false;
        Ok(())
    }
}
