//! A store in a folder: on this machine, or mounted from another.
//!
//! A path becomes a file below the folder, and nothing else: see [`Store`] for what a path may be. Files are written aside and get their
//! names whole. Who makes a file first is decided by the file system, by a hard link; where it has none, and to replace a file whose content was
//! compared, a lock is held for the moment, which the system takes back from a process that dies.

use super::{Answer, Store, StoreError, Tag, WritableStore, check_path};
use crate::disk::{self, Disk, LocalDisk, Once};
use fs4::FileExt;
use ratewright::digest::Digest;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

/// The file that is locked while another is replaced.
const LOCK: &str = ".lock";

/// A folder as a store. Nothing is kept open.
///
/// ```
/// use ratewright_sources::store::{Answer, Folder, Store, WritableStore};
///
/// let folder = tempfile::tempdir()?;
/// let store = Folder::new(folder.path());
/// assert!(store.create("channels/production/parcel/1.json", b"1")?);
/// assert!(!store.create("channels/production/parcel/1.json", b"2")?);
/// let Answer::File { bytes, .. } = store.read("channels/production/parcel/1.json", None, 10)? else { unreachable!() };
/// assert_eq!(bytes, b"1");
/// assert!(store.read("../secret", None, 10).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Folder {
    root: PathBuf,
}

impl Folder {
    /// The store in a folder, which must be there once something is asked of it: one that is not there may be a disk that is not mounted.
    pub fn new(root: impl Into<PathBuf>) -> Folder {
        Folder { root: root.into() }
    }

    /// Where a path lies.
    fn at(&self, path: &str) -> Result<PathBuf, StoreError> {
        check_path(path).map_err(|why| self.failed(path, format!("the path {why}")))?;
        Ok(self.root.join(path))
    }

    fn failed(&self, path: &str, why: String) -> StoreError {
        StoreError::Failed { path: path.to_owned(), place: self.place(), why, wait: None }
    }

    fn said(&self, path: &str, error: &io::Error) -> StoreError {
        self.failed(path, words(error, &self.root))
    }

    /// The content of a file, or none where there is none.
    fn content(&self, at: &Path, path: &str, most: u64) -> Result<Option<Vec<u8>>, StoreError> {
        let too_large = || StoreError::TooLarge { path: path.to_owned(), place: self.place(), most };
        let held = match fs::metadata(at) {
            Err(error)
                if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) && self.root.is_dir() =>
            {
                return Ok(None);
            }
            held => held.map_err(|error| self.said(path, &error))?,
        };
        if !held.is_file() {
            return Err(self.failed(path, "it is no file".to_owned()));
        }
        if held.len() > most {
            return Err(too_large());
        }
        let mut bytes = Vec::new();
        let read = File::open(at).and_then(|file| file.take(most.saturating_add(1)).read_to_end(&mut bytes));
        read.map_err(|error| self.said(path, &error))?;
        // Somebody may have made it larger meanwhile.
        if bytes.len() as u64 > most { Err(too_large()) } else { Ok(Some(bytes)) }
    }

    /// Makes the folder that a file is to stand in.
    fn make_folder_of(&self, disk: &dyn Disk, at: &Path) -> io::Result<()> {
        if !self.root.is_dir() {
            return Err(ErrorKind::NotFound.into());
        }
        at.parent().map_or(Ok(()), |folder| disk::make_folders(disk, folder))
    }

    /// Keeps out all others who replace files here, until what it returns is dropped.
    fn lock(&self) -> io::Result<File> {
        let lock = OpenOptions::new().create(true).truncate(false).write(true).open(self.root.join(LOCK))?;
        FileExt::lock(&lock).map_err(|error| io::Error::new(error.kind(), format!("it cannot be locked: {error}")))?;
        Ok(lock)
    }

    /// Makes a file, by a link where that can be done.
    fn make(&self, disk: &dyn Disk, at: &Path, bytes: &[u8]) -> io::Result<bool> {
        if at.symlink_metadata().is_ok() {
            return Ok(false);
        }
        self.make_folder_of(disk, at)?;
        match disk::write_once(disk, at, bytes)? {
            Once::Made => Ok(true),
            Once::Taken => Ok(false),
            Once::Unable => {
                let _lock = self.lock()?;
                if at.symlink_metadata().is_ok() {
                    return Ok(false);
                }
                disk::write_whole(disk, at, bytes).map(|()| true)
            }
        }
    }
}

impl Store for Folder {
    fn place(&self) -> String {
        self.root.display().to_string()
    }

    fn read(&self, path: &str, unless: Option<&Tag>, most: u64) -> Result<Answer, StoreError> {
        let at = self.at(path)?;
        let Some(bytes) = self.content(&at, path, most)? else {
            return Err(StoreError::Missing { path: path.to_owned(), place: self.place() });
        };
        let tag = tag(&bytes);
        Ok(match unless == Some(&tag) {
            true => Answer::Unchanged,
            false => Answer::File { bytes, tag: Some(tag) },
        })
    }

    fn file_of(&self, path: &str) -> Option<PathBuf> {
        self.at(path).ok()
    }
}

impl WritableStore for Folder {
    fn create(&self, path: &str, bytes: &[u8]) -> Result<bool, StoreError> {
        let at = self.at(path)?;
        self.make(&LocalDisk, &at, bytes).map_err(|error| self.said(path, &error))
    }

    fn replace(&self, path: &str, expected: Option<&Tag>, bytes: &[u8]) -> Result<bool, StoreError> {
        let Some(expected) = expected else { return self.create(path, bytes) };
        let at = self.at(path)?;
        self.make_folder_of(&LocalDisk, &at).map_err(|error| self.said(path, &error))?;
        let _lock = self.lock().map_err(|error| self.said(path, &error))?;
        if self.content(&at, path, u64::MAX)?.map(|held| tag(&held)).as_ref() != Some(expected) {
            return Ok(false);
        }
        disk::write_whole(&LocalDisk, &at, bytes).map(|()| true).map_err(|error| self.said(path, &error))
    }
}

fn tag(bytes: &[u8]) -> Tag {
    Tag::new(Digest::of_bytes(bytes).to_string())
}

/// An error of the file system, for people.
fn words(error: &io::Error, root: &Path) -> String {
    match error.kind() {
        ErrorKind::NotFound if !root.is_dir() => "the folder is not there; make it, or mount it".to_owned(),
        ErrorKind::NotADirectory if !root.is_dir() => "it is no folder".to_owned(),
        ErrorKind::NotADirectory => "a file stands where a folder should".to_owned(),
        ErrorKind::PermissionDenied => "permission denied".to_owned(),
        ErrorKind::ReadOnlyFilesystem => "the disk is read-only".to_owned(),
        ErrorKind::StorageFull => "the disk is full".to_owned(),
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Barrier;
    use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

    const PATH: &str = "channels/production/parcel.json";

    fn read(store: &Folder, path: &str) -> Vec<u8> {
        match store.read(path, None, 1 << 20).unwrap() {
            Answer::File { bytes, .. } => bytes,
            Answer::Unchanged => panic!("nothing was known"),
        }
    }

    /// Ten thousand bytes that are all the same one.
    fn whole(byte: u8) -> Vec<u8> {
        vec![byte; 10_000]
    }

    /// Two threads make the same two hundred files; each of which must be that of the one who was told so, whole.
    fn race(make: impl Fn(&Folder, &str, &[u8]) -> bool + Sync) {
        let folder = tempfile::tempdir().unwrap();
        let store = Folder::new(folder.path());
        let path = |n: usize| format!("channels/c/parcel/{n}.json");
        let start = Barrier::new(2);
        let try_all = |byte: u8| -> Vec<bool> {
            start.wait();
            (0..200).map(|n| make(&store, &path(n), &whole(byte))).collect()
        };
        let (one, other) = std::thread::scope(|scope| {
            let one = scope.spawn(|| try_all(b'1'));
            let other = try_all(b'2');
            (one.join().unwrap(), other)
        });
        for n in 0..200 {
            assert_ne!(one[n], other[n], "{n}");
            assert_eq!(read(&store, &path(n)), whole(if one[n] { b'1' } else { b'2' }), "{n}");
        }
    }

    /// The disk of the machine, as one of a network that has no second names.
    struct WithoutLinks;

    impl Disk for WithoutLinks {
        fn link(&self, _: &Path, _: &Path) -> io::Result<()> {
            Err(ErrorKind::Unsupported.into())
        }

        fn make_folder(&self, path: &Path) -> io::Result<()> {
            LocalDisk.make_folder(path)
        }

        fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
            LocalDisk.write(path, bytes)
        }

        fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
            LocalDisk.rename(from, to)
        }

        fn sync_folder(&self, path: &Path) -> io::Result<()> {
            LocalDisk.sync_folder(path)
        }

        fn remove_file(&self, path: &Path) -> io::Result<()> {
            LocalDisk.remove_file(path)
        }

        fn remove_folder(&self, path: &Path) -> io::Result<()> {
            LocalDisk.remove_folder(path)
        }

        fn names(&self, path: &Path) -> io::Result<Vec<String>> {
            LocalDisk.names(path)
        }

        fn read(&self, path: &Path, most: u64) -> io::Result<Vec<u8>> {
            LocalDisk.read(path, most)
        }

        fn has_file(&self, path: &Path) -> bool {
            LocalDisk.has_file(path)
        }
    }

    #[test]
    fn of_two_who_make_a_file_one_does() {
        race(|store, path, bytes| store.create(path, bytes).unwrap());
    }

    #[test]
    fn of_two_who_make_a_file_one_does_where_there_are_no_hard_links() {
        race(|store, path, bytes| store.make(&WithoutLinks, &store.at(path).unwrap(), bytes).unwrap());
    }

    #[test]
    fn of_those_who_replace_the_same_content_one_does_and_nobody_sees_half_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let store = Folder::new(folder.path());
        assert!(store.replace(PATH, None, &whole(0)).unwrap());
        let (done, wins) = (AtomicBool::new(false), AtomicU64::new(0));
        std::thread::scope(|scope| {
            let watching = scope.spawn(|| {
                let mut last = 0;
                while !done.load(Ordering::Relaxed) {
                    let seen = read(&store, PATH);
                    assert!(seen.len() == 10_000 && seen.iter().all(|byte| *byte == seen[0]), "half a file");
                    assert!(seen[0] >= last, "an earlier one came back");
                    last = seen[0];
                }
            });
            // Each counts up by one from what it read, so that none may be lost.
            let counting = || {
                for _ in 0..60 {
                    let Answer::File { bytes, tag } = store.read(PATH, None, 1 << 20).unwrap() else {
                        panic!("unknown")
                    };
                    if store.replace(PATH, tag.as_ref(), &whole(bytes[0] + 1)).unwrap() {
                        wins.fetch_add(1, Ordering::Relaxed);
                    }
                }
            };
            let others = [scope.spawn(counting), scope.spawn(counting)];
            others.into_iter().for_each(|other| other.join().unwrap());
            done.store(true, Ordering::Relaxed);
            watching.join().unwrap();
        });
        assert_eq!(u64::from(read(&store, PATH)[0]), wins.load(Ordering::Relaxed));
        assert!(wins.load(Ordering::Relaxed) >= 60, "a lone writer never loses");
    }

    #[test]
    fn what_is_unchanged_is_not_sent_again_and_what_is_too_large_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let store = Folder::new(folder.path());
        assert_eq!(
            store.read(PATH, None, 10).unwrap_err().to_string(),
            format!("there is no `{PATH}` in {}", folder.path().display())
        );
        assert!(store.create(PATH, b"0123456789").unwrap());
        let Answer::File { bytes, tag: Some(tag) } = store.read(PATH, None, 10).unwrap() else { panic!("no tag") };
        assert_eq!(bytes, b"0123456789");
        // echo -n 0123456789 | sha256sum
        assert_eq!(tag.as_str(), "84d89877f0d4041efb6bf91a16f0248f2fd573e6af05c19f96bedb9f882f7882");
        assert_eq!(store.read(PATH, Some(&tag), 10).unwrap(), Answer::Unchanged);
        assert!(matches!(store.read(PATH, None, 9), Err(StoreError::TooLarge { most: 9, .. })));
        assert!(!store.replace(PATH, None, b"x").unwrap() && !store.replace(PATH, Some(&Tag::new("x")), b"x").unwrap());
        assert!(store.replace(PATH, Some(&tag), b"x").unwrap());
        assert_eq!(read(&store, PATH), b"x");
        let left: Vec<_> = fs::read_dir(folder.path().join("channels/production")).unwrap().collect();
        assert_eq!(left.len(), 1, "{left:?}");
    }

    #[test]
    fn no_path_leads_out_or_to_a_file_that_is_being_written() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("store");
        fs::create_dir(&root).unwrap();
        fs::write(folder.path().join("secret"), b"1").unwrap();
        fs::write(root.join(".a.json.0.new"), b"1").unwrap();
        let store = Folder::new(&root);
        for path in [
            "../secret",
            "/etc/passwd",
            "a/../../secret",
            "a\\b",
            "",
            "a//b",
            "./a",
            "a/",
            ".a.json.0.new",
            "c:/a",
            "a\0b",
        ] {
            for error in [store.read(path, None, 10).unwrap_err(), store.create(path, b"2").unwrap_err()] {
                assert!(
                    matches!(&error, StoreError::Failed { why, .. } if why.starts_with("the path ")),
                    "{path}: {error}"
                );
            }
        }
        assert_eq!(fs::read(folder.path().join("secret")).unwrap(), b"1");
    }

    #[test]
    fn a_folder_that_is_gone_is_not_an_empty_one() {
        let folder = tempfile::tempdir().unwrap();
        let gone = Folder::new(folder.path().join("gone"));
        for error in [gone.read(PATH, None, 10).unwrap_err(), gone.create(PATH, b"1").unwrap_err()] {
            let expected =
                format!("{} does not give `{PATH}`: the folder is not there; make it, or mount it", gone.place());
            assert_eq!(error.to_string(), expected);
        }
        assert!(!folder.path().join("gone").exists());
        fs::write(folder.path().join("file"), b"").unwrap();
        assert!(matches!(Folder::new(folder.path().join("file")).read("a", None, 1), Err(StoreError::Failed { .. })));
        let store = Folder::new(folder.path());
        assert!(store.create("file/a", b"1").unwrap_err().to_string().ends_with("a file stands where a folder should"));
        fs::create_dir(folder.path().join("folder")).unwrap();
        assert!(store.read("folder", None, 1).unwrap_err().to_string().ends_with("it is no file"));
    }

    /// Nobody makes files in `/sys`, whoever they are.
    #[test]
    #[cfg(target_os = "linux")]
    fn a_folder_that_cannot_be_written_says_so() {
        let error = Folder::new("/sys").create("a/b.json", b"1").unwrap_err().to_string();
        let expected = ["permission denied", "the disk is read-only"];
        assert!(expected.iter().any(|why| error == format!("/sys does not give `a/b.json`: {why}")), "{error}");
        let full = io::Error::from(ErrorKind::StorageFull);
        assert_eq!(words(&full, Path::new("/sys")), "the disk is full");
    }
}
