//! Which epochs were ever seen with a signature that holds: so that an older one is refused after a restart, too.
//!
//! A mark is an empty file whose name says everything: the epoch, the digest of its pointer, and whose signature it was. It is there or
//! it is not, and is never changed, so that processes that share a folder cannot set it back. For each key the highest is kept: what a
//! key that is revoked has marked does not count, or whoever stole it could shut out all that follows by signing the highest epoch
//! that there is.

use super::{GenerationId, Kept, NotKept};
use crate::channel::Trust;
use crate::disk;
use crate::signature::KeyId;
use ratewright::digest::Digest;
use std::io;
use std::path::PathBuf;

/// A mark of nobody.
const UNSIGNED: &str = "unsigned";

/// A pointer that was seen, and whose it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// Its epoch and what it says.
    pub id: GenerationId,
    /// Who signed it; nobody, where pointers need no signature.
    pub by: Option<KeyId>,
}

impl Mark {
    /// Whether whoever signed it is not revoked.
    pub fn counts(&self, trust: &Trust) -> bool {
        match (trust.keys(), self.by) {
            (None, _) => true,
            (Some(keys), Some(key)) => !keys.revoked().contains(&key),
            (Some(_), None) => false,
        }
    }
}

/// The highest epoch that was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The epoch.
    pub epoch: u64,
    /// The digests of its pointers: one, or somebody signed two.
    pub pointers: Vec<Digest>,
}

impl Seen {
    /// The one of two that is higher; what both say of one epoch.
    pub fn merge(one: Option<Seen>, other: Option<Seen>) -> Option<Seen> {
        match (one, other) {
            (Some(mut one), Some(other)) if one.epoch == other.epoch => {
                one.pointers.extend(other.pointers);
                one.pointers.sort_unstable();
                one.pointers.dedup();
                Some(one)
            }
            (Some(one), Some(other)) => Some(if one.epoch > other.epoch { one } else { other }),
            (one, other) => one.or(other),
        }
    }
}

impl From<GenerationId> for Seen {
    fn from(id: GenerationId) -> Seen {
        Seen { epoch: id.epoch, pointers: vec![id.pointer] }
    }
}

impl Kept {
    /// The highest epoch that was seen, by marks of keys that are not revoked.
    ///
    /// # Errors
    /// The disk cannot be read.
    pub fn seen(&self, trust: &Trust) -> Result<Option<Seen>, NotKept> {
        let marks = self.marks()?.into_iter().filter(|mark| mark.counts(trust));
        Ok(marks.fold(None, |seen, mark| Seen::merge(seen, Some(mark.id.into()))))
    }

    /// Marks an epoch as seen: when this returns, the mark survives whatever happens. Lower ones of the same key go.
    ///
    /// # Errors
    /// The disk cannot be written.
    pub fn mark(&self, mark: &Mark) -> Result<(), NotKept> {
        let folder = self.marks_folder();
        let path = folder.join(name(mark));
        if !self.disk.has_file(&path) {
            disk::make_folders(&*self.disk, &folder).map_err(NotKept::at(&folder))?;
            match self.disk.write(&path, b"") {
                Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(NotKept::at(&path)(error)),
                _ => {}
            }
        }
        self.disk.sync_folder(&folder).map_err(NotKept::at(&folder))?;
        let lower = |other: &Mark| other.by == mark.by && other.id.epoch < mark.id.epoch;
        for other in self.marks()?.iter().filter(|other| lower(other)) {
            // Another process may have been quicker; and a mark too many does no harm.
            drop(self.disk.remove_file(&folder.join(name(other))));
        }
        Ok(())
    }

    fn marks(&self) -> Result<Vec<Mark>, NotKept> {
        let folder = self.marks_folder();
        let names = self.disk.names(&folder).map_err(NotKept::at(&folder))?;
        Ok(names.iter().filter_map(|name| mark(name)).collect())
    }

    fn marks_folder(&self) -> PathBuf {
        self.folder.join("seen")
    }
}

fn name(mark: &Mark) -> String {
    let by = mark.by.map_or(UNSIGNED.to_owned(), |key| key.to_string());
    format!("{}.{by}", mark.id)
}

fn mark(name: &str) -> Option<Mark> {
    let (id, by) = name.rsplit_once('.')?;
    let by = if by == UNSIGNED { None } else { Some(by.parse().ok()?) };
    Some(Mark { id: GenerationId::of_name(id)?, by })
}
