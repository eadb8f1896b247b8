//! Files of trusted keys, which are read again while a program runs: a key that is added counts, and one that is revoked no longer does,
//! without a restart.
//!
//! Paths become [`TrustedKeys`], at the start and at each look of a source. A file that is gone, half-written or wrong changes nothing: the keys
//! that were read before go on counting, and an operator is told. What was revoked once stays revoked until the program ends.

use crate::signature::{KeyId, TrustError, TrustedKeys};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// The most of a file that is read, in bytes: some thousands of keys.
const LARGEST: u64 = 1 << 20;

/// Files of trusted keys, as [`TrustedKeys::parse`] reads them; what any of them revokes is revoked.
///
/// As [`Trust::Files`](crate::Trust::Files) they are read again at each look of a source.
///
/// ```
/// use ratewright_sources::{KeyFiles, Trust};
///
/// # let folder = std::env::temp_dir().join(format!("ratewright-keys-{}", std::process::id()));
/// # std::fs::create_dir_all(&folder)?;
/// let path = folder.join("trusted.keys");
/// std::fs::write(&path, "RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3\n")?;
/// let files = KeyFiles::read([&path])?;
/// assert_eq!(files.keys().keys().next().map(|(id, _)| id.to_string()).as_deref(), Some("E7620F1842B4E81F"));
/// let trust = Trust::Files(files); // for `Channel::new`, or `Directory::signed_by`
/// # std::fs::remove_dir_all(&folder)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct KeyFiles {
    paths: Vec<PathBuf>,
    keys: TrustedKeys,
}

/// Why files of keys cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyFilesError {
    /// A file cannot be read.
    #[error("cannot read `{}`: {why}", path.display())]
    NotRead {
        /// The file.
        path: PathBuf,
        /// What the system says.
        why: String,
    },
    /// A file holds something else than keys.
    #[error("cannot read the keys in `{}`: {error}", path.display())]
    Wrong {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        error: TrustError,
    },
    /// They trust nobody, so that nothing could ever run by them.
    #[error("no key counts of those in {files}: there is none, or all are revoked; add the line of a `.pub` file")]
    Nobody {
        /// The files.
        files: String,
    },
}

impl KeyFiles {
    /// Reads the files for the first time.
    ///
    /// # Errors
    /// One of them cannot be read, or no key counts.
    pub fn read(paths: impl IntoIterator<Item = impl Into<PathBuf>>) -> Result<KeyFiles, KeyFilesError> {
        let paths: Vec<PathBuf> = paths.into_iter().map(Into::into).collect();
        let files = KeyFiles { keys: read(&paths)?, paths };
        if files.keys.keys().next().is_none() {
            return Err(files.nobody());
        }
        Ok(files)
    }

    /// The keys that were read last.
    pub fn keys(&self) -> &TrustedKeys {
        &self.keys
    }

    /// Reads the files again: whether other keys count since, and what an operator should know.
    pub(crate) fn read_again(&mut self) -> (bool, Option<String>) {
        // A file that was cut off before its first line says nothing.
        let read = read(&self.paths).and_then(|keys| match keys.keys().next().is_none() && keys.revoked().is_empty() {
            true => Err(self.nobody()),
            false => Ok(keys),
        });
        let mut keys = match read {
            Ok(keys) => keys,
            Err(error) => return (false, Some(format!("{error}; the keys that were read before go on counting"))),
        };
        self.keys.revoked().iter().for_each(|id: &KeyId| keys.revoke(*id));
        let changed = !keys.is_same(&self.keys);
        self.keys = keys;
        let nobody = self.keys.keys().next().is_none();
        (changed, nobody.then(|| format!("nothing new can run: {}", self.nobody())))
    }

    fn nobody(&self) -> KeyFilesError {
        let files: Vec<String> = self.paths.iter().map(|path| format!("`{}`", path.display())).collect();
        KeyFilesError::Nobody { files: files.join(", ") }
    }
}

/// The keys of all files.
fn read(paths: &[PathBuf]) -> Result<TrustedKeys, KeyFilesError> {
    let mut keys = TrustedKeys::new();
    for path in paths {
        let more = TrustedKeys::parse(&text_of(path)?);
        keys.extend(more.map_err(|error| KeyFilesError::Wrong { path: path.clone(), error })?);
    }
    Ok(keys)
}

fn text_of(path: &Path) -> Result<String, KeyFilesError> {
    let no = |why: String| KeyFilesError::NotRead { path: path.to_owned(), why };
    let file = File::open(path).map_err(|error| no(error.to_string()))?;
    let mut text = String::new();
    file.take(LARGEST + 1).read_to_string(&mut text).map_err(|error| no(error.to_string()))?;
    match text.len() as u64 > LARGEST {
        true => Err(no(format!("it has more than {LARGEST} bytes"))),
        false => Ok(text),
    }
}
