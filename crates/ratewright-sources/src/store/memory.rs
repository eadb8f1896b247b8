//! A store in memory: for tests and examples.

use super::{Answer, Store, StoreError, Tag, WritableStore};
use ratewright::digest::Digest;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Files in memory. It can be told to fail, as stores do.
///
/// ```
/// use ratewright_sources::store::{Answer, Memory, Store, WritableStore};
///
/// let store = Memory::default();
/// assert!(store.create("a", b"1")?);
/// let Answer::File { bytes, tag } = store.read("a", None, 10)? else { unreachable!() };
/// assert_eq!(bytes, b"1");
/// assert_eq!(store.read("a", tag.as_ref(), 10)?, Answer::Unchanged);
/// assert!(!store.create("a", b"2")? && !store.replace("a", None, b"2")?);
/// assert!(store.replace("a", tag.as_ref(), b"2")?);
/// # Ok::<(), ratewright_sources::store::StoreError>(())
/// ```
#[derive(Debug, Default)]
pub struct Memory {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    files: BTreeMap<String, Vec<u8>>,
    fails: Option<String>,
    reads: u64,
}

impl Memory {
    /// Lets every call fail from now on, as a store that is gone; or work again.
    pub fn fail(&self, why: Option<&str>) {
        self.inner().fails = why.map(str::to_owned);
    }

    /// Puts a file there whatever was there before, as nobody should.
    pub fn put(&self, path: &str, bytes: &[u8]) {
        self.inner().files.insert(path.to_owned(), bytes.to_vec());
    }

    /// Takes a file away.
    pub fn remove(&self, path: &str) {
        self.inner().files.remove(path);
    }

    /// The paths of all files.
    pub fn paths(&self) -> Vec<String> {
        self.inner().files.keys().cloned().collect()
    }

    /// How many reads were asked for.
    pub fn reads(&self) -> u64 {
        self.inner().reads
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn answering(&self, path: &str) -> Result<MutexGuard<'_, Inner>, StoreError> {
        let inner = self.inner();
        match &inner.fails {
            Some(why) => {
                Err(StoreError::Failed { path: path.to_owned(), place: self.place(), why: why.clone(), wait: None })
            }
            None => Ok(inner),
        }
    }
}

fn tag(bytes: &[u8]) -> Tag {
    Tag::new(Digest::of_bytes(bytes).to_string())
}

impl Store for Memory {
    fn place(&self) -> String {
        "memory".to_owned()
    }

    fn read(&self, path: &str, unless: Option<&Tag>, most: u64) -> Result<Answer, StoreError> {
        self.inner().reads += 1;
        let inner = self.answering(path)?;
        let (path, place) = (path.to_owned(), self.place());
        let Some(bytes) = inner.files.get(&path) else { return Err(StoreError::Missing { path, place }) };
        if bytes.len() as u64 > most {
            return Err(StoreError::TooLarge { path, place, most });
        }
        let tag = tag(bytes);
        Ok(match unless == Some(&tag) {
            true => Answer::Unchanged,
            false => Answer::File { bytes: bytes.clone(), tag: Some(tag) },
        })
    }
}

impl WritableStore for Memory {
    fn create(&self, path: &str, bytes: &[u8]) -> Result<bool, StoreError> {
        self.replace(path, None, bytes)
    }

    fn replace(&self, path: &str, expected: Option<&Tag>, bytes: &[u8]) -> Result<bool, StoreError> {
        let mut inner = self.answering(path)?;
        let is_expected = inner.files.get(path).map(|held| tag(held)).as_ref() == expected;
        if is_expected {
            inner.files.insert(path.to_owned(), bytes.to_vec());
        }
        Ok(is_expected)
    }
}
