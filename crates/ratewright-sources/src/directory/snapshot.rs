//! All files of a folder as they were at one time: a listing → bytes in memory, from which everything is compiled.

use super::listing::{Entry, Listing, NoListing, no_listing};
use ratewright::Loader;
use ratewright::digest::Digest;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// Files in memory. A clone counts a reference.
#[derive(Debug, Clone)]
pub(super) struct Snapshot {
    files: Arc<BTreeMap<String, Held>>,
    /// Paths that were asked for and are not there.
    missed: Arc<Mutex<BTreeSet<String>>>,
}

#[derive(Debug)]
pub(super) struct Held {
    pub(super) bytes: Vec<u8>,
    pub(super) sha256: Digest,
}

/// Why there is no snapshot.
#[derive(Debug)]
pub(super) enum NoSnapshot {
    /// A file is no longer as it was listed.
    Changed,
    /// As with a listing.
    No(NoListing),
}

impl Snapshot {
    /// Reads all files of a listing, of at most so many bytes together.
    pub(super) fn read(listing: &Listing, most: u64) -> Result<Snapshot, NoSnapshot> {
        let all = listing.entries.iter().fold(0_u64, |sum, entry| sum.saturating_add(entry.size));
        if all > most {
            let why = format!("its files of rules and tables have {all} bytes together, and {most} are allowed");
            return Err(NoSnapshot::No(NoListing::Unusable(why)));
        }
        let mut files = BTreeMap::new();
        for entry in &listing.entries {
            if entry.leads_nowhere {
                let why = format!("`{}` is a link that leads nowhere", entry.path);
                return Err(NoSnapshot::No(NoListing::Unusable(why)));
            }
            let path = listing.root.join(&entry.path);
            let bytes = read(&path, entry).map_err(|error| match error.kind() {
                io::ErrorKind::NotFound => NoSnapshot::Changed,
                _ => NoSnapshot::No(no_listing(&path, &error)),
            })?;
            let Some(bytes) = bytes else { return Err(NoSnapshot::Changed) };
            files.insert(entry.path.clone(), Held { sha256: Digest::of_bytes(&bytes), bytes });
        }
        Ok(Snapshot { files: Arc::new(files), missed: Arc::default() })
    }

    /// The files by their paths.
    pub(super) fn files(&self) -> impl Iterator<Item = (&str, &Held)> {
        self.files.iter().map(|(path, held)| (path.as_str(), held))
    }

    /// The file at a path.
    pub(super) fn file(&self, path: &str) -> Option<&Held> {
        self.files.get(path)
    }

    /// What identifies all of it: the digest of paths and contents.
    pub(super) fn digest(&self) -> Digest {
        let lines = self.files().map(|(path, held)| format!("{} {path}\n", held.sha256));
        Digest::of_bytes(lines.collect::<String>().as_bytes())
    }

    /// The text at a path.
    pub(super) fn text(&self, path: &str) -> Result<&str, String> {
        let held = self.files.get(path).ok_or("no such file")?;
        let text = std::str::from_utf8(&held.bytes).map_err(|error| {
            let before = held.bytes.get(..error.valid_up_to()).unwrap_or_default();
            let line = before.iter().filter(|byte| **byte == b'\n').count().saturating_add(1);
            format!("line {line} is not UTF-8 text")
        })?;
        Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
    }

    /// The paths that were asked for and are not there.
    pub(super) fn missed(&self) -> BTreeSet<String> {
        self.missed.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Loader for Snapshot {
    fn load(&self, path: &str) -> Result<String, String> {
        let file = path.split('#').next().unwrap_or(path).to_ascii_lowercase();
        if file.ends_with(".xlsx") || file.ends_with(".ods") {
            return Err("sheets of workbooks are not read from a folder: save the sheet as CSV, or put a bundle there"
                .to_owned());
        }
        if self.file(path).is_none() {
            self.missed.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned());
        }
        self.text(path).map(str::to_owned)
    }
}

/// The bytes of a file; none, where it has not the size that was listed.
fn read(path: &Path, entry: &Entry) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::with_capacity(usize::try_from(entry.size).unwrap_or(0));
    File::open(path)?.take(entry.size.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok(Some(bytes).filter(|bytes| bytes.len() as u64 == entry.size))
}
