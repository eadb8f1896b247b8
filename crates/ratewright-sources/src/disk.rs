//! Files that are written whole or not at all: bytes → a file under its name, which is on the disk when that is said.
//!
//! A file is written under a name of its own beside its place, flushed, and only then gets its name; the folder is flushed after. Whoever
//! reads under the name finds all of the old file or all of the new one, whenever the power fails. What was left behind by a process that
//! died is a file whose name begins with a dot and ends in `.new`: nothing reads it, and it may be deleted.
//!
//! The few steps that this is made of are those of a [`Disk`], so that tests can stop at each of them, or let the power go.

mod local;

pub use local::LocalDisk;

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// What is written and not yet in its place ends in this, and begins with a dot.
const UNFINISHED: &str = ".new";

/// The steps. Each is done when it returns; what of it survives when the power fails is said with it.
pub trait Disk: Send + Sync {
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

    /// Gives a file a second name that nobody has, or that is its own already. Survives once the folder is synced.
    ///
    /// # Errors
    /// As the disk says: another file has the name; some have no second names.
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

/// Makes a folder with all that are above it, so that they survive.
///
/// # Errors
/// As the disk says.
pub fn make_folders(disk: &dyn Disk, path: &Path) -> io::Result<()> {
    if path.as_os_str().is_empty() {
        return Ok(());
    }
    match disk.make_folder(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            make_folders(disk, folder_of(path))?;
            disk.make_folder(path)?;
        }
        outcome => outcome?,
    }
    disk.sync_folder(folder_of(path))
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
    disk.sync_folder(folder_of(path))
}

/// What came of making a file that must not be there yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Once {
    /// It is there, and survives.
    Made,
    /// There is a file of that name, which stays as it is.
    Taken,
    /// The disk cannot do that in one step.
    Unable,
}

/// Makes a file whole where none is: in one step, so that of any number who try one does it.
///
/// # Errors
/// As the disk says; the file may be there all the same where its folder could not be synced.
pub fn write_once(disk: &dyn Disk, path: &Path, bytes: &[u8]) -> io::Result<Once> {
    let beside = beside(path);
    let made = disk.write(&beside, bytes).and_then(|()| match disk.link(&beside, path) {
        Ok(()) => disk.sync_folder(folder_of(path)).map(|()| Once::Made),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(Once::Taken),
        Err(_) => Ok(Once::Unable),
    });
    // Where this fails it is rubbish, and what reads the folder takes no notice of it.
    drop(disk.remove_file(&beside));
    made
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

/// The folder that something stands in.
fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
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
        assert_eq!(write_once(&LocalDisk, &path, b"333").unwrap(), Once::Taken);
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

    #[test]
    fn a_name_is_given_once_and_again_to_the_same_file() {
        let held = tempfile::tempdir().unwrap();
        let (one, other, path) = (held.path().join("one"), held.path().join("other"), held.path().join("1.json"));
        LocalDisk.write(&one, b"one").unwrap();
        LocalDisk.write(&other, b"other").unwrap();
        LocalDisk.link(&one, &path).unwrap();
        assert_eq!(LocalDisk.link(&other, &path).unwrap_err().kind(), ErrorKind::AlreadyExists);
        // Over a network the answer to the first try may be lost.
        LocalDisk.link(&one, &path).unwrap();
        assert_eq!(LocalDisk.read(&path, 10).unwrap(), b"one");
    }

    #[test]
    fn a_folder_that_is_not_there_or_is_a_file_is_an_error() {
        let held = tempfile::tempdir().unwrap();
        let nowhere = held.path().join("none/1.json");
        assert_eq!(write_whole(&LocalDisk, &nowhere, b"1").unwrap_err().kind(), ErrorKind::NotFound);
        assert_eq!(write_once(&LocalDisk, &nowhere, b"1").unwrap_err().kind(), ErrorKind::NotFound);
        LocalDisk.write(&held.path().join("file"), b"").unwrap();
        for path in ["file", "file/below"] {
            let error = make_folders(&LocalDisk, &held.path().join(path)).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::NotADirectory, "{path}");
        }
    }
}
