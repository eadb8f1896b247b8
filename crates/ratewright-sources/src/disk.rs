//! Files that are written whole or not at all: bytes → a file under its name, which is on the disk when that is said.
//!
//! A file is written under a name of its own beside its place, flushed, and only then gets its name; the folder is flushed after. Whoever
//! reads under the name finds all of the old file or all of the new one, whenever the power fails. What was left behind by a process that
//! died is a file whose name begins with a dot and ends in `.new`: nothing reads it, and it may be deleted.

use std::fs::{self, File, OpenOptions};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

/// A file that is written and flushed, and has not got its name yet. Dropping it removes it.
#[derive(Debug)]
pub(crate) struct Aside {
    held: PathBuf,
    place: PathBuf,
}

/// What came of giving a file a name that nobody must have yet.
#[derive(Debug)]
pub(crate) enum Named {
    /// It has it.
    Made,
    /// There is a file of that name, which stays as it is.
    Taken,
    /// The file system cannot do that in one step.
    Unable,
}

impl Aside {
    /// Writes a file beside its place, in a folder that is there.
    pub(crate) fn write(place: &Path, bytes: &[u8]) -> io::Result<Aside> {
        let name = place.file_name().ok_or(ErrorKind::IsADirectory)?;
        let (held, mut file) = loop {
            let mut aside = std::ffi::OsString::from(".");
            aside.push(name);
            aside.push(format!(".{:016x}.new", RandomState::new().build_hasher().finish()));
            let held = place.with_file_name(aside);
            match OpenOptions::new().write(true).create_new(true).open(&held) {
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                opened => break (held, opened?),
            }
        };
        let aside = Aside { held, place: place.to_owned() };
        file.write_all(bytes)?;
        file.sync_all()?;
        Ok(aside)
    }

    /// Gives it its name; what had it is gone.
    pub(crate) fn replace(self) -> io::Result<()> {
        fs::rename(&self.held, &self.place)?;
        sync_folder_of(&self.place)
    }

    /// Gives it its name, if nobody has that: in one step, so that of any number who try one does it. The file keeps its first name until it is
    /// dropped.
    pub(crate) fn link(&self) -> io::Result<Named> {
        match fs::hard_link(&self.held, &self.place) {
            Ok(()) => sync_folder_of(&self.place).map(|()| Named::Made),
            // Over a network the first answer may be lost, and the second be about what the first did.
            Err(error) if error.kind() == ErrorKind::AlreadyExists && same_file(&self.held, &self.place) => {
                sync_folder_of(&self.place).map(|()| Named::Made)
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(Named::Taken),
            Err(_) => Ok(Named::Unable),
        }
    }
}

impl Drop for Aside {
    fn drop(&mut self) {
        // After a rename nothing has this name; otherwise it is rubbish, and what reads the folder takes no notice of it.
        let _ = fs::remove_file(&self.held);
    }
}

/// Makes a folder with all above it, each of them flushed.
pub(crate) fn make_folders(folder: &Path) -> io::Result<()> {
    if folder.as_os_str().is_empty() || folder.is_dir() {
        return Ok(());
    }
    folder.parent().map_or(Ok(()), make_folders)?;
    match fs::create_dir(folder) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists && folder.is_dir() => {}
        Err(error) if error.kind() == ErrorKind::AlreadyExists => return Err(ErrorKind::NotADirectory.into()),
        made => made?,
    }
    sync_folder_of(folder)
}

/// Flushes the folder that something stands in: its name is there then too.
pub(crate) fn sync_folder_of(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    sync_folder(folder)
}

/// Flushes a folder: the names in it are there then.
#[cfg(unix)]
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    match File::open(folder)?.sync_all() {
        // Some file systems of networks cannot flush a folder, and do so by themselves.
        Err(error) if matches!(error.kind(), ErrorKind::InvalidInput | ErrorKind::Unsupported) => Ok(()),
        outcome => outcome,
    }
}

/// Other systems do not open folders; names are in their journals.
#[cfg(not(unix))]
pub(crate) fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn same_file(one: &Path, other: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let id = |path: &Path| fs::symlink_metadata(path).map(|held| (held.dev(), held.ino())).ok();
    id(one).is_some_and(|one| id(other) == Some(one))
}

#[cfg(not(unix))]
fn same_file(_: &Path, _: &Path) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_is_there_whole_and_nothing_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("a/b/pointer.json");
        make_folders(place.parent().unwrap()).unwrap();
        Aside::write(&place, b"old").unwrap().replace().unwrap();
        let aside = Aside::write(&place, b"new").unwrap();
        assert_eq!(
            (fs::read(&place).unwrap().as_slice(), names(place.parent().unwrap()).len()),
            (b"old".as_slice(), 2)
        );
        aside.replace().unwrap();
        assert_eq!(fs::read(&place).unwrap(), b"new");
        drop(Aside::write(&place, b"never").unwrap());
        assert_eq!(names(place.parent().unwrap()), ["pointer.json"]);
    }

    #[test]
    fn a_name_is_given_once() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("1.json");
        let (one, other) = (Aside::write(&place, b"one").unwrap(), Aside::write(&place, b"other").unwrap());
        assert!(matches!(one.link().unwrap(), Named::Made));
        assert!(matches!(other.link().unwrap(), Named::Taken));
        // As where the answer to the first try was lost.
        assert!(matches!(one.link().unwrap(), Named::Made));
        drop((one, other));
        assert_eq!(
            (fs::read(&place).unwrap().as_slice(), names(folder.path())),
            (b"one".as_slice(), vec!["1.json".to_owned()])
        );
    }

    #[test]
    fn a_folder_that_is_not_there_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let error = Aside::write(&folder.path().join("none/1.json"), b"1").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);
        fs::write(folder.path().join("file"), b"").unwrap();
        assert!(make_folders(&folder.path().join("file/below")).is_err());
    }
}
