//! What lies in a folder: a path → the files in it that count, and what the system says of each. No file is opened.
//!
//! Two listings are equal where nothing has changed as far as sizes, times and identities of files tell. Names that begin with a dot are left out;
//! symbolic links are followed, to whatever they lead, but never back into a folder that is being listed.

use crate::clock::Moment;
use std::collections::BTreeSet;
use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// How deep folders may stand in each other.
const DEEPEST: usize = 16;

/// So many names are looked at, whether they count or not.
const MOST_NAMES: usize = 100_000;

/// So many places are named in which a change may mean something.
const MOST_PLACES: usize = 1000;

/// What a folder holds.
#[derive(Debug, Clone, Default)]
pub(super) struct Listing {
    /// The folder, after all symbolic links.
    pub(super) root: PathBuf,
    /// The files that count, by their paths.
    pub(super) entries: Vec<Entry>,
    /// Folders in which a change may mean something, and files and links elsewhere that may be replaced.
    pub(super) places: BTreeSet<PathBuf>,
}

impl PartialEq for Listing {
    fn eq(&self, other: &Listing) -> bool {
        self.root == other.root && self.entries == other.entries
    }
}

/// A file, as the system describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    /// Relative to the folder, with `/` between folders.
    pub(super) path: String,
    pub(super) size: u64,
    modified: Option<SystemTime>,
    identity: Identity,
    /// A symbolic link that leads nowhere.
    pub(super) leads_nowhere: bool,
}

/// Device, number, and when anything of it was last changed: what nobody can set back.
type Identity = (u64, u64, i64, i64);

#[cfg(unix)]
fn identity(data: &Metadata) -> Identity {
    use std::os::unix::fs::MetadataExt;
    (data.dev(), data.ino(), data.ctime(), data.ctime_nsec())
}

#[cfg(not(unix))]
fn identity(_: &Metadata) -> Identity {
    Identity::default()
}

impl Listing {
    /// Whether a file was changed within the last two seconds, or after now: its times may stay the same when it is changed again.
    pub(super) fn is_young(&self, now: Moment) -> bool {
        let old = now.to_unix().saturating_sub(2);
        let seconds = |time: SystemTime| time.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |time| time.as_secs());
        let modified = |entry: &Entry| i64::try_from(entry.modified.map_or(u64::MAX, seconds)).unwrap_or(i64::MAX);
        self.entries.iter().any(|entry| modified(entry).max(entry.identity.2) >= old)
    }
}

/// Why there is no listing.
#[derive(Debug)]
pub(super) enum NoListing {
    /// There is no such folder.
    Missing,
    /// Something in it cannot be used as it is, for people.
    Unusable(String),
    /// The system does not answer, for people.
    Failed(String),
}

/// Lists the files of a folder whose paths count.
pub(super) fn list(folder: &Path, counts: &dyn Fn(&str) -> bool, most: usize) -> Result<Listing, NoListing> {
    let root = fs::canonicalize(folder).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => NoListing::Missing,
        _ => no_listing(folder, &error),
    })?;
    let mut walk = Walk { counts, most, names: 0, above: Vec::new(), found: Listing::default() };
    walk.found.places = places_of(folder);
    walk.folder(&root, "")?;
    let mut found = walk.found;
    found.entries.sort_by(|one, other| one.path.cmp(&other.path));
    found.root = root;
    Ok(found)
}

/// What an error of the system means for whoever looks after the folder.
pub(super) fn no_listing(path: &Path, error: &io::Error) -> NoListing {
    let path = path.display();
    match error.kind() {
        io::ErrorKind::PermissionDenied => NoListing::Unusable(format!("`{path}` may not be read: permission denied")),
        io::ErrorKind::NotADirectory => NoListing::Unusable(format!("`{path}` is no folder")),
        _ => NoListing::Failed(format!("`{path}` cannot be read: {error}")),
    }
}

/// What may be replaced on the way to a folder: itself, and each link that it is.
pub(super) fn places_of(folder: &Path) -> BTreeSet<PathBuf> {
    let mut at = std::path::absolute(folder).unwrap_or_else(|_| folder.to_path_buf());
    let mut places = BTreeSet::new();
    for _ in 0..DEEPEST {
        let target = fs::read_link(&at).map(|target| at.parent().unwrap_or(Path::new("/")).join(target));
        places.insert(at);
        let Ok(target) = target else { break };
        at = target;
    }
    places
}

struct Walk<'w> {
    counts: &'w dyn Fn(&str) -> bool,
    most: usize,
    names: usize,
    /// The folders that are being listed, after all symbolic links.
    above: Vec<PathBuf>,
    found: Listing,
}

impl Walk<'_> {
    fn place(&mut self, folder: PathBuf) {
        if self.found.places.len() < MOST_PLACES {
            self.found.places.insert(folder);
        }
    }

    fn folder(&mut self, folder: &Path, within: &str) -> Result<(), NoListing> {
        let names = match fs::read_dir(folder) {
            // It has gone meanwhile: the next listing will say so.
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            names => names.map_err(|error| no_listing(folder, &error))?,
        };
        if self.above.len() >= DEEPEST {
            let why = format!("folders stand in each other more than {DEEPEST} deep, at `{}`", folder.display());
            return Err(NoListing::Unusable(why));
        }
        self.above.push(folder.to_path_buf());
        self.place(folder.to_path_buf());
        for name in names {
            let name = name.map_err(|error| no_listing(folder, &error))?;
            self.names = self.names.saturating_add(1);
            if self.names > MOST_NAMES {
                let why = format!("there are more than {MOST_NAMES} names in it: give the folder of the rules alone");
                return Err(NoListing::Unusable(why));
            }
            let (path, name) = (name.path(), name.file_name());
            let readable = name.to_string_lossy();
            if readable.starts_with('.') {
                continue;
            }
            if name.to_str().is_none() && (self.counts)(&readable) {
                return Err(NoListing::Unusable(format!("the name of `{}` is not UTF-8: rename it", path.display())));
            }
            self.name(&path, format!("{within}{readable}"))?;
        }
        self.above.pop();
        Ok(())
    }

    fn name(&mut self, path: &Path, within: String) -> Result<(), NoListing> {
        let Ok(own) = fs::symlink_metadata(path) else { return Ok(()) };
        let is_link = own.file_type().is_symlink();
        if is_link && let Ok(target) = fs::canonicalize(path) {
            self.place(target);
        }
        let data = match fs::metadata(path) {
            Ok(data) => Some(data),
            Err(_) if is_link => None,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(no_listing(path, &error)),
        };
        if data.as_ref().is_some_and(Metadata::is_dir) {
            return match is_link {
                false => self.folder(path, &format!("{within}/")),
                true => self.linked_folder(path, &within),
            };
        }
        if !(self.counts)(&within) {
            return Ok(());
        }
        if data.as_ref().is_some_and(|data| !data.is_file()) {
            return Err(NoListing::Unusable(format!("`{within}` is no plain file")));
        }
        if self.found.entries.len() >= self.most {
            let why = format!("there are more than {} files of rules and tables in it", self.most);
            return Err(NoListing::Unusable(why));
        }
        let described = data.as_ref().unwrap_or(&own);
        self.found.entries.push(Entry {
            path: within,
            size: described.len(),
            modified: described.modified().ok(),
            identity: identity(described),
            leads_nowhere: data.is_none(),
        });
        Ok(())
    }

    /// The folder that a link leads to, unless it is one of those that the link stands in.
    fn linked_folder(&mut self, path: &Path, within: &str) -> Result<(), NoListing> {
        let Ok(target) = fs::canonicalize(path) else { return Ok(()) };
        match self.above.contains(&target) {
            true => Ok(()),
            false => self.folder(&target, &format!("{within}/")),
        }
    }
}
