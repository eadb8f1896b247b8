//! Stores: where published bundles and pointers lie, as files with paths. They know nothing of rules.
//!
//! A path and what is known already become bytes, or the answer that nothing has changed. What is published is written by two steps that
//! are each all or nothing: a file that must not be there yet is made, and a file is replaced whose content is known. The paths and what
//! the files say is for [`crate::channel`].

mod folder;
#[cfg(feature = "http")]
mod http;
mod memory;

pub use folder::Folder;
#[cfg(feature = "http")]
pub use http::{Http, HttpError, Patience};
pub use memory::Memory;

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

/// What a store calls the content of a file: an ETag, a digest. It changes when the content does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag(String);

impl Tag {
    /// The tag as the store writes it.
    pub fn new(text: impl Into<String>) -> Tag {
        Tag(text.into())
    }

    /// The tag as the store writes it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What a store answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The content is still that of the tag.
    Unchanged,
    /// The file.
    File {
        /// All of it.
        bytes: Vec<u8>,
        /// What to ask with next time; none where the store has no tags.
        tag: Option<Tag>,
    },
}

/// Why a store does not answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// There is no such file.
    #[error("there is no `{path}` in {place}")]
    Missing {
        /// The path.
        path: String,
        /// The store.
        place: String,
    },
    /// The file is larger than it may be. No more of it was read than that.
    #[error("`{path}` in {place} is larger than the {most} bytes that it may have")]
    TooLarge {
        /// The path.
        path: String,
        /// The store.
        place: String,
        /// How large it may be.
        most: u64,
    },
    /// The store does not answer, or not in time, or not as a store does.
    #[error("{place} does not give `{path}`: {why}")]
    Failed {
        /// The path.
        path: String,
        /// The store.
        place: String,
        /// What happened, for people.
        why: String,
        /// How long it asks to be left alone.
        wait: Option<Duration>,
    },
}

/// Where files are read from.
pub trait Store: Send + Sync + fmt::Debug {
    /// The store, for people: a folder, or an address without what is secret in it.
    fn place(&self) -> String;

    /// The file at a path, unless its content is still that of the tag. Paths are relative, with `/` between folders; no name in them is empty
    /// or begins with a dot.
    ///
    /// # Errors
    /// There is none, it has more than `most` bytes, or the store does not answer.
    fn read(&self, path: &str, unless: Option<&Tag>, most: u64) -> Result<Answer, StoreError>;

    /// Where the file of a path lies on this machine, so that changes of it can be watched; none where it lies elsewhere.
    fn file_of(&self, _path: &str) -> Option<PathBuf> {
        None
    }
}

/// Where files are published, too.
pub trait WritableStore: Store {
    /// Makes a file that is not there yet: whole, or not at all. Says whether it was made; `false` where there is one already, which stays as it is.
    ///
    /// # Errors
    /// The store does not answer. The file may then be there or not.
    fn create(&self, path: &str, bytes: &[u8]) -> Result<bool, StoreError>;

    /// Puts a file in the place of the one whose content is that of the tag, or makes it where none is expected: whole, or not at all. Says
    /// whether that was done; `false` where another content is there.
    ///
    /// # Errors
    /// The store does not answer. The file may then be replaced or not.
    fn replace(&self, path: &str, expected: Option<&Tag>, bytes: &[u8]) -> Result<bool, StoreError>;
}

/// Whether a path stays within a store, on every system; or what is wrong with it: `is absolute`.
pub(crate) fn check_path(path: &str) -> Result<(), &'static str> {
    if path.starts_with('/') {
        Err("is absolute")
    } else if path.contains(['\\', ':']) || path.chars().any(char::is_control) {
        Err("has a character that no path may have")
    } else if path.split('/').any(|name| name.is_empty() || name.starts_with('.')) {
        Err("has a name that is empty or begins with a dot")
    } else {
        Ok(())
    }
}
