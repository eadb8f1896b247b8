//! What a client keeps of a rule set on its disk, so that it starts without the store: the last generations and the epochs that it saw.
//!
//! ```text
//! FOLDER/CHANNEL/RULE_SET/live/<epoch>.<sha256 of the pointer>/pointer.json   what ran: the file as it was fetched
//!                                                             /<sha256>       its bundles, as they were fetched
//!                         announced/…                                         what goes live later
//!                         seen/<epoch>.<sha256>.<key>                         see `marks.rs`
//! ```
//!
//! A generation counts once its pointer lies in its folder, and that is put there last, after its bundles are on the medium. It is taken
//! away first, and only when three newer ones count. So whatever stops the program, and at whichever step, the newest generation
//! that was kept is whole. Nothing here is trusted: signatures and digests are checked again by whoever reads it.
//!
//! Processes may share a folder. Each generation lies in a folder of its own, files appear there whole, and no process takes away
//! anything newer than what it keeps itself: so one never breaks what another has kept. Where they write the same generation, they
//! write the same; where one tidies up what the other has half written, that fails there and is done again at the next look.

mod marks;
#[cfg(test)]
mod tests;

pub use marks::{Mark, Seen};

use super::{LARGEST_POINTER, Named, Pointer, PointerError, SignedPointer, Trust};
use crate::disk::{self, Disk};
use crate::signature::SignatureError;
use ratewright::digest::Digest;
use std::cmp::Reverse;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// How many generations that ran are kept.
const GENERATIONS: usize = 3;

/// The file of a generation that makes it count.
const POINTER: &str = "pointer.json";

/// What is kept of one rule set on one channel.
pub struct Kept {
    disk: Box<dyn Disk>,
    folder: PathBuf,
    channel: String,
    rule_set: String,
}

/// What a generation is kept as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// It has run.
    Live,
    /// It is to run later.
    Announced,
}

/// Which generation it is: an epoch and what its pointer says. Later ones are greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct GenerationId {
    /// The epoch.
    pub epoch: u64,
    /// SHA-256 of the text of the pointer.
    pub pointer: Digest,
}

/// The pointer of a generation that was kept and counts.
#[derive(Debug, Clone)]
pub struct KeptPointer {
    /// Which it is.
    pub id: GenerationId,
    /// The file as it was fetched.
    pub file: Vec<u8>,
    /// What it says.
    pub pointer: Pointer,
    /// Who signed it.
    pub by: Option<crate::KeyId>,
}

/// Why something was not kept, or cannot be read. What runs goes on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}`: {why}", path.display())]
pub struct NotKept {
    /// The file or folder.
    pub path: PathBuf,
    /// What the disk says.
    pub why: String,
}

impl NotKept {
    fn at(path: &Path) -> impl Fn(io::Error) -> NotKept {
        |error| NotKept { path: path.to_owned(), why: words(&error) }
    }
}

impl Kept {
    /// What is kept in a folder; nothing is read or written yet. Each rule set on each channel has its own place in it.
    pub fn new(disk: Box<dyn Disk>, folder: &Path, channel: &str, rule_set: &str) -> Kept {
        let own = folder.join(file_name(channel)).join(file_name(rule_set));
        Kept { disk, folder: own, channel: channel.to_owned(), rule_set: rule_set.to_owned() }
    }

    /// The folder of this rule set.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The generations that are there, the last first; whether they are whole [`Kept::pointer`] and [`Kept::bundle`] tell.
    ///
    /// # Errors
    /// The disk cannot be read.
    pub fn generations(&self, place: Place) -> Result<Vec<GenerationId>, NotKept> {
        let folder = self.place(place);
        let names = self.disk.names(&folder).map_err(NotKept::at(&folder))?;
        let mut ids: Vec<GenerationId> = names.iter().filter_map(|name| GenerationId::of_name(name)).collect();
        ids.retain(|id| self.disk.has_file(&self.generation(place, *id).join(POINTER)));
        ids.sort_by_key(|id| Reverse(*id));
        Ok(ids)
    }

    /// Whether the pointer of a generation lies there.
    pub fn holds(&self, place: Place, id: GenerationId) -> bool {
        self.disk.has_file(&self.generation(place, id).join(POINTER))
    }

    /// The pointer of a generation, where it counts by who is trusted now.
    ///
    /// # Errors
    /// Why it does not.
    pub fn pointer(&self, place: Place, id: GenerationId, trust: &Trust) -> Result<KeptPointer, NotKept> {
        let path = self.generation(place, id).join(POINTER);
        let file = self.disk.read(&path, LARGEST_POINTER).map_err(NotKept::at(&path))?;
        self.open(id, file, trust).map_err(|error| NotKept { path, why: error.to_string() })
    }

    fn open(&self, id: GenerationId, file: Vec<u8>, trust: &Trust) -> Result<KeptPointer, PointerError> {
        let signed = SignedPointer::read(&file)?;
        let (pointer, by) = signed.open(trust, &self.channel, &self.rule_set)?;
        if (GenerationId { epoch: pointer.epoch, pointer: signed.digest() }) != id {
            return Err(PointerError::Unreadable {
                why: "it is not the one that its folder is called after".to_owned(),
            });
        }
        Ok(KeptPointer { id, file, pointer, by: by.map(|by| by.key) })
    }

    /// The bytes of a bundle, from whichever generation holds it unharmed.
    pub fn bundle(&self, named: &Named) -> Option<Vec<u8>> {
        self.find(named).map(|(_, bytes)| bytes)
    }

    fn find(&self, named: &Named) -> Option<(PathBuf, Vec<u8>)> {
        let folders = [Place::Live, Place::Announced].into_iter().flat_map(|place| {
            let ids = self.generations(place).unwrap_or_default();
            ids.into_iter().map(move |id| self.generation(place, id))
        });
        folders.map(|folder| folder.join(named.sha256.to_string())).find_map(|path| {
            let bytes = self.unharmed(&path, named)?;
            Some((path, bytes))
        })
    }

    fn unharmed(&self, path: &Path, named: &Named) -> Option<Vec<u8>> {
        let bytes = self.disk.read(path, named.size).ok()?;
        (bytes.len() as u64 == named.size && Digest::of_bytes(&bytes) == named.sha256).then_some(bytes)
    }

    /// Keeps a generation: when this returns, it survives whatever happens. `bytes_of` gives the bytes of a bundle that no other generation
    /// holds. Costs reading the bundles that others hold, and writing those that are new.
    ///
    /// # Errors
    /// The disk cannot be written, or a bundle is not to be had; what was kept before is as it was.
    pub fn keep<B: AsRef<[u8]>>(
        &self,
        place: Place,
        id: GenerationId,
        file: &[u8],
        bundles: &[Named],
        mut bytes_of: impl FnMut(&Named) -> Result<B, String>,
    ) -> Result<(), NotKept> {
        let (disk, folder) = (&*self.disk, self.generation(place, id));
        disk::make_folders(disk, &folder).map_err(NotKept::at(&folder))?;
        disk::tidy(disk, &folder).map_err(NotKept::at(&folder))?;
        for named in bundles {
            let path = folder.join(named.sha256.to_string());
            if self.unharmed(&path, named).is_some() {
                continue;
            }
            let placed = match self.find(named) {
                Some((other, bytes)) => self.place_again(&other, &path, &bytes),
                None => {
                    let bytes = bytes_of(named).map_err(|why| NotKept { path: path.clone(), why })?;
                    disk::write_whole(disk, &path, bytes.as_ref())
                }
            };
            placed.map_err(NotKept::at(&path))?;
        }
        disk.sync_folder(&folder).map_err(NotKept::at(&folder))?;
        let path = folder.join(POINTER);
        disk::write_whole(disk, &path, file).map_err(NotKept::at(&path))
    }

    /// Lets a bundle that another generation holds stand in this one, too: by a second name, where the disk has such.
    fn place_again(&self, other: &Path, path: &Path, bytes: &[u8]) -> io::Result<()> {
        if self.disk.has_file(path) {
            self.disk.remove_file(path)?;
        }
        self.disk.link(other, path).or_else(|_| disk::write_whole(&*self.disk, path, bytes))
    }

    /// Takes away what is no longer needed: generations that ran before the last three that count, announced ones up to what runs
    /// or but the last, those of a key that is revoked, and what was left half-written.
    ///
    /// # Errors
    /// The disk cannot be read or written. What is needed is there all the same.
    pub fn prune(&self, trust: &Trust, running: Option<u64>) -> Result<(), NotKept> {
        let (mut counting, mut oldest) = (0, None);
        for id in self.generations(Place::Live)? {
            match self.pointer(Place::Live, id, trust) {
                Ok(_) if counting == GENERATIONS => self.forget(Place::Live, id)?,
                Ok(_) => (counting, oldest) = (counting + 1, Some(id)),
                Err(_) if counting == GENERATIONS || self.is_revoked(id, trust) => self.forget(Place::Live, id)?,
                Err(_) => {}
            }
        }
        let last = self.generations(Place::Announced)?.first().copied();
        let is_old = |place: Place, id: GenerationId| match place {
            Place::Live => counting == GENERATIONS && oldest.is_some_and(|oldest| id < oldest),
            Place::Announced => last.is_some_and(|last| id < last) || running.is_some_and(|epoch| id.epoch <= epoch),
        };
        for place in [Place::Live, Place::Announced] {
            let folder = self.place(place);
            let names = self.disk.names(&folder).map_err(NotKept::at(&folder))?;
            let ids = names.iter().filter_map(|name| GenerationId::of_name(name));
            ids.filter(|id| is_old(place, *id)).try_for_each(|id| self.forget(place, id))?;
        }
        Ok(())
    }

    fn is_revoked(&self, id: GenerationId, trust: &Trust) -> bool {
        let file = self.disk.read(&self.generation(Place::Live, id).join(POINTER), LARGEST_POINTER);
        let opened = file.ok().map(|file| self.open(id, file, trust));
        matches!(opened, Some(Err(PointerError::Signature(SignatureError::Revoked { .. }))))
    }

    /// Takes a generation away: its pointer first, so that no part of it counts.
    ///
    /// # Errors
    /// The disk cannot be written.
    pub fn forget(&self, place: Place, id: GenerationId) -> Result<(), NotKept> {
        let folder = self.generation(place, id);
        let remove = |name: &str| {
            let path = folder.join(name);
            gone(self.disk.remove_file(&path)).map_err(NotKept::at(&path))
        };
        if self.holds(place, id) {
            remove(POINTER)?;
            gone(self.disk.sync_folder(&folder)).map_err(NotKept::at(&folder))?;
        }
        let names = self.disk.names(&folder).map_err(NotKept::at(&folder))?;
        names.iter().try_for_each(|name| remove(name))?;
        gone(self.disk.remove_folder(&folder)).map_err(NotKept::at(&folder))
    }

    fn place(&self, place: Place) -> PathBuf {
        self.folder.join(match place {
            Place::Live => "live",
            Place::Announced => "announced",
        })
    }

    fn generation(&self, place: Place, id: GenerationId) -> PathBuf {
        self.place(place).join(id.to_string())
    }
}

impl GenerationId {
    fn of_name(name: &str) -> Option<GenerationId> {
        let (epoch, pointer) = name.split_once('.')?;
        let id = GenerationId { epoch: epoch.parse().ok()?, pointer: pointer.parse().ok()? };
        (id.to_string() == name).then_some(id)
    }
}

/// As its folder is called: with so many zeros that names are ordered as epochs are.
impl fmt::Display for GenerationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:020}.{}", self.epoch, self.pointer)
    }
}

impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Kept").field("folder", &self.folder).finish_non_exhaustive()
    }
}

/// Another process may have been quicker.
fn gone(removed: io::Result<()>) -> io::Result<()> {
    match removed {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}

/// A name that leads nowhere else, and another one for each text.
fn file_name(text: &str) -> String {
    let mut name = String::new();
    for (at, character) in text.char_indices() {
        match character {
            '-' | '_' => name.push(character),
            '.' if at > 0 => name.push(character),
            _ if character.is_alphanumeric() => name.push(character),
            _ => name.push_str(&format!("%{:x}%", u32::from(character))),
        }
    }
    if name.is_empty() { "%".to_owned() } else { name }
}

/// What a disk says, for people.
fn words(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "it is not there".to_owned(),
        io::ErrorKind::StorageFull => "the disk is full".to_owned(),
        io::ErrorKind::ReadOnlyFilesystem => "the disk is read-only".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        io::ErrorKind::NotADirectory => "a file stands where a folder should".to_owned(),
        _ => error.to_string(),
    }
}
