//! The disk on which a channel keeps what it runs, as the few steps that safe writing is made of: so that tests can stop at each of them.
//!
//! Bytes become a file that is there whole or not at all, whatever happens meanwhile, as everywhere in this crate: they are written beside it,
//! flushed, and put in its place by one step. Nothing is read without a bound.

use std::collections::hash_map::RandomState;
use std::fs::{self, File};
use std::hash::{BuildHasher, Hasher};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// What is written and not yet in its place ends in this, and begins with a dot.
const UNFINISHED: &str = ".new";

/// The most names of a folder that are read.
const MOST_NAMES: usize = 10_000;

/// The steps. Each is done when it returns; what of it survives when the power fails is said with it.
pub trait Disk: Send {
    /// Makes a folder in one that is there; nothing where it is there already. Survives once the folder above it is synced.
    ///
    /// # Errors
    /// As the disk says.
    fn make_folder(&self, path: &Path) -> io::Result<()>;

    /// Makes a file that is not there, and brings its bytes to the medium. Its name survives once its folder is synced; stopped in the
    /// middle, it may hold any beginning of the bytes.
    ///
    /// # Errors
    /// As the disk says: there is one already, it is full.
    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()>;

    /// Puts a file in the place of another, or where none is. Survives whole or not at all once the folder is synced.
    ///
    /// # Errors
    /// As the disk says.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Gives a file a second name. Survives once the folder is synced.
    ///
    /// # Errors
    /// As the disk says; some have no second names.
    fn link(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Brings the names in a folder to the medium.
    ///
    /// # Errors
    /// As the disk says.
    fn sync_folder(&self, path: &Path) -> io::Result<()>;

    /// Takes a file away.
    ///
    /// # Errors
    /// As the disk says.
    fn remove_file(&self, path: &Path) -> io::Result<()>;

    /// Takes an empty folder away.
    ///
    /// # Errors
    /// As the disk says.
    fn remove_folder(&self, path: &Path) -> io::Result<()>;

    /// The names in a folder, in no order; none where there is no such folder.
    ///
    /// # Errors
    /// As the disk says, or there are more than anybody should have put there.
    fn names(&self, path: &Path) -> io::Result<Vec<String>>;

    /// The bytes of a file.
    ///
    /// # Errors
    /// As the disk says, or it has more than `most`.
    fn read(&self, path: &Path, most: u64) -> io::Result<Vec<u8>>;

    /// Whether there is such a file.
    fn has_file(&self, path: &Path) -> bool;
}

/// The disk of the machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct LocalDisk;

impl Disk for LocalDisk {
    fn make_folder(&self, path: &Path) -> io::Result<()> {
        match fs::create_dir(path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => Ok(()),
            outcome => outcome,
        }
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let mut file = File::create_new(path)?;
        file.write_all(bytes)?;
        file.sync_all()
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn link(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::hard_link(from, to)
    }

    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        crate::disk::sync_folder(path)
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn remove_folder(&self, path: &Path) -> io::Result<()> {
        fs::remove_dir(path)
    }

    fn names(&self, path: &Path) -> io::Result<Vec<String>> {
        let entries = match fs::read_dir(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries?,
        };
        let mut names = Vec::new();
        for entry in entries {
            if names.len() == MOST_NAMES {
                return Err(io::Error::other(format!("it holds more than {MOST_NAMES} names")));
            }
            names.extend(entry?.file_name().into_string());
        }
        Ok(names)
    }

    fn read(&self, path: &Path, most: u64) -> io::Result<Vec<u8>> {
        let file = File::open(path)?;
        let mut bytes = Vec::new();
        file.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
        match bytes.len() as u64 > most {
            true => Err(io::Error::other(format!("it has more than {most} bytes"))),
            false => Ok(bytes),
        }
    }

    fn has_file(&self, path: &Path) -> bool {
        path.is_file()
    }
}

/// Makes a folder with all that are above it, so that they survive.
///
/// # Errors
/// As the disk says.
pub fn make_folders(disk: &dyn Disk, path: &Path) -> io::Result<()> {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    match (disk.make_folder(path), parent) {
        (Err(error), Some(parent)) if error.kind() == io::ErrorKind::NotFound => {
            make_folders(disk, parent)?;
            disk.make_folder(path)?;
        }
        (outcome, _) => outcome?,
    }
    disk.sync_folder(parent.unwrap_or(Path::new(".")))
}

/// Puts a file in its place, whole or not at all; once it returns, it survives. What fails in between leaves the file that was there,
/// and perhaps one beside it, which [`tidy`] takes away.
///
/// # Errors
/// As the disk says.
pub fn write_whole(disk: &dyn Disk, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let beside = beside(path);
    let placed = disk.write(&beside, bytes).and_then(|()| disk.rename(&beside, path));
    if let Err(error) = placed {
        // A full disk is not to be filled by what did not fit on it.
        drop(disk.remove_file(&beside));
        return Err(error);
    }
    disk.sync_folder(path.parent().unwrap_or(Path::new(".")))
}

/// Takes away what was left unfinished in a folder: by a process that was stopped. One that is writing there at this moment fails, and
/// tries again.
///
/// # Errors
/// As the disk says.
pub fn tidy(disk: &dyn Disk, folder: &Path) -> io::Result<()> {
    for name in disk.names(folder)?.iter().filter(|name| name.starts_with('.') && name.ends_with(UNFINISHED)) {
        disk.remove_file(&folder.join(name))?;
    }
    Ok(())
}

/// A name beside a file that nobody else uses at the same time: drawn by lot, since in containers processes are all called 1.
fn beside(path: &Path) -> PathBuf {
    let lot = RandomState::new().build_hasher().finish();
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.{lot:016x}{UNFINISHED}"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

    use super::*;

    #[test]
    fn a_file_is_replaced_whole_and_nothing_is_left_beside_it() {
        let held = tempfile::tempdir().unwrap();
        let folder = held.path();
        make_folders(&LocalDisk, &folder.join("a/b")).unwrap();
        make_folders(&LocalDisk, &folder.join("a/b")).unwrap();
        let path = folder.join("a/b/file");
        write_whole(&LocalDisk, &path, b"1").unwrap();
        write_whole(&LocalDisk, &path, b"22").unwrap();
        assert_eq!((LocalDisk.read(&path, 2).unwrap(), LocalDisk.read(&path, 1).is_err()), (b"22".to_vec(), true));
        assert_eq!(LocalDisk.names(&folder.join("a/b")).unwrap(), ["file"]);

        assert!(write_whole(&LocalDisk, &folder.join("a/b"), b"3").is_err(), "a folder is in its place");
        assert_eq!(LocalDisk.names(&folder.join("a")).unwrap(), ["b"]);
    }

    #[test]
    fn what_was_left_unfinished_is_taken_away_and_nothing_else() {
        let held = tempfile::tempdir().unwrap();
        let folder = held.path().join("kept");
        make_folders(&LocalDisk, &folder).unwrap();
        for name in ["pointer.json", ".pointer.json.0123456789abcdef.new"] {
            LocalDisk.write(&folder.join(name), b"{}").unwrap();
        }
        tidy(&LocalDisk, &folder).unwrap();
        assert_eq!(LocalDisk.names(&folder).unwrap(), ["pointer.json"]);
        assert_eq!(LocalDisk.names(&folder.join("none")).unwrap(), Vec::<String>::new());
    }
}
