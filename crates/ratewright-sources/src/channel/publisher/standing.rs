//! What stands on a channel for a rule set: the files of a store → the last pointer that counts, and the last epoch that is taken.
//!
//! The current pointer is a copy of the file of its epoch. A publisher that died after it took an epoch has left the file of a higher
//! one: that is the last word then, for whoever took an epoch had passed all checks, although clients do not see it yet.

use super::super::{LARGEST_POINTER, Pointer, PointerError, SignedPointer, Trust, epoch_path, pointer_path};
use super::PublishError;
use crate::signature::Signed;
use crate::store::{Answer, Store, StoreError, Tag};

/// Where the pointers of one rule set on one channel lie, and whose count.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) store: &'a dyn Store,
    pub(crate) channel: &'a str,
    pub(crate) rule_set: &'a str,
    pub(crate) trust: &'a Trust,
}

/// The file of a pointer that is there, whether it counts or not.
pub(crate) struct PointerFile {
    pub(crate) bytes: Vec<u8>,
    pub(crate) tag: Option<Tag>,
    pub(crate) opened: Result<Opened, PointerError>,
}

/// A pointer that counts.
#[derive(Debug, Clone)]
pub(crate) struct Opened {
    pub(crate) pointer: Pointer,
    pub(crate) signed: Option<Signed>,
    /// The digest of its text.
    pub(crate) digest: ratewright::digest::Digest,
}

/// What stands.
pub(super) struct Standing {
    /// The pointer that is the last word.
    pub(super) last: Option<Opened>,
    /// The highest epoch of which there is a file, 0 where there is none.
    pub(super) taken: u64,
    /// What was passed over.
    pub(super) warnings: Vec<String>,
}

impl Place<'_> {
    pub(crate) fn current_path(&self) -> String {
        pointer_path(self.channel, self.rule_set)
    }

    pub(crate) fn epoch_path(&self, epoch: u64) -> String {
        epoch_path(self.channel, self.rule_set, epoch)
    }

    /// The file of a pointer at a path; none where there is none.
    pub(crate) fn file(&self, path: &str) -> Result<Option<PointerFile>, StoreError> {
        let (bytes, tag) = match self.store.read(path, None, LARGEST_POINTER) {
            Ok(Answer::File { bytes, tag }) => (bytes, tag),
            Ok(Answer::Unchanged) => {
                let why = "it says that nothing has changed, and was not asked".to_owned();
                return Err(StoreError::Failed { path: path.to_owned(), place: self.store.place(), why, wait: None });
            }
            Err(StoreError::Missing { .. }) => return Ok(None),
            Err(StoreError::TooLarge { .. }) => (Vec::new(), None),
            Err(error) => return Err(error),
        };
        let opened = SignedPointer::read(&bytes).and_then(|file| {
            let (pointer, signed) = file.open(self.trust, self.channel, self.rule_set)?;
            Ok(Opened { pointer, signed, digest: file.digest() })
        });
        Ok(Some(PointerFile { bytes, tag, opened }))
    }

    /// The file of an epoch, which must say that it is of that epoch.
    pub(crate) fn of_epoch(&self, epoch: u64) -> Result<Option<PointerFile>, StoreError> {
        let mut found = self.file(&self.epoch_path(epoch))?;
        if let Some(file) = &mut found
            && let Ok(opened) = &file.opened
            && opened.pointer.epoch != epoch
        {
            let why = format!("it says that it is of epoch {}, and lies in the place of {epoch}", opened.pointer.epoch);
            file.opened = Err(PointerError::Unreadable { why });
        }
        Ok(found)
    }
}

impl Standing {
    /// Reads it. What does not count is an error, or where all that is to run is said anyhow, passed over with a warning.
    pub(super) fn read(place: &Place<'_>, from: u64, pass_over: bool) -> Result<Standing, PublishError> {
        let mut standing = Standing { last: None, taken: 0, warnings: Vec::new() };
        let current_path = place.current_path();
        if let Some(current) = place.file(&current_path)? {
            standing.take(&current_path, current.opened, pass_over)?;
        }
        if let Some(last) = &standing.last {
            let epoch = last.pointer.epoch;
            let of_epoch = place.of_epoch(epoch)?.and_then(|file| file.opened.ok());
            standing.taken = epoch;
            if of_epoch.is_some_and(|of_epoch| of_epoch.digest != last.digest) {
                let two = PublishError::TwoPointers { epoch, path: current_path };
                standing.pass(pass_over, two)?;
            }
        }
        standing.climb(place, pass_over)?;
        if standing.taken < from.saturating_sub(1) {
            standing.taken = from.saturating_sub(1);
            standing.climb(place, pass_over)?;
        }
        Ok(standing)
    }

    /// Follows the files of epochs upwards until one is free.
    fn climb(&mut self, place: &Place<'_>, pass_over: bool) -> Result<(), PublishError> {
        loop {
            let next =
                self.taken.checked_add(1).ok_or_else(|| PublishError::Wish("the epochs are used up".to_owned()))?;
            let Some(file) = place.of_epoch(next)? else { return Ok(()) };
            self.taken = next;
            self.take(&place.epoch_path(next), file.opened, pass_over)?;
        }
    }

    fn take(&mut self, path: &str, opened: Result<Opened, PointerError>, pass_over: bool) -> Result<(), PublishError> {
        match opened {
            Ok(opened) => self.last = Some(opened),
            Err(why) => self.pass(pass_over, PublishError::Untrusted { path: path.to_owned(), why })?,
        }
        Ok(())
    }

    fn pass(&mut self, pass_over: bool, error: PublishError) -> Result<(), PublishError> {
        if !pass_over {
            return Err(error);
        }
        self.warnings.push(match error {
            PublishError::Untrusted { path, why } => format!("`{path}` was passed over: {why}"),
            other => other.to_string(),
        });
        Ok(())
    }
}
