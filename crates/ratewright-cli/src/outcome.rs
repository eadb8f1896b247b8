//! How a subcommand ends.

use std::fmt;
use std::io;
use std::path::Path;

/// A subcommand that did its work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// All was well: exit code 0.
    Fine,
    /// A rule set, a test or a row failed, and that has been said: exit code 1.
    Failed,
}

impl Outcome {
    /// Failed where `failed` holds.
    pub fn failed_if(failed: bool) -> Self {
        if failed { Outcome::Failed } else { Outcome::Fine }
    }
}

/// A subcommand that could not do its work.
#[derive(Debug)]
pub enum Failure {
    /// The command line, or a file that it names, is wrong: exit code 2.
    Usage(String),
    /// Something that should not happen did: exit code 3.
    Internal(String),
    /// The reader of standard output has closed it: quiet, exit code 0.
    ReaderGone,
}

/// What subcommands return.
pub type Result<T = Outcome> = std::result::Result<T, Failure>;

impl Failure {
    /// A usage failure.
    pub fn usage(message: impl fmt::Display) -> Self {
        Failure::Usage(message.to_string())
    }

    /// A file that could not be read or written; `what` is `read` or `write`.
    pub fn file(what: &str, path: &Path, error: &io::Error) -> Self {
        let reason = match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory if what == "write" => {
                "there is no such folder".to_owned()
            }
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => "no such file".to_owned(),
            io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
            io::ErrorKind::InvalidData => "it is not UTF-8 text".to_owned(),
            io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
            _ => error.to_string(),
        };
        Failure::Usage(format!("cannot {what} `{}`: {reason}", path.display()))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Usage(message) | Failure::Internal(message) => f.write_str(message),
            Failure::ReaderGone => f.write_str("nobody reads the output any more"),
        }
    }
}

/// Errors of standard output and error; files have [`Failure::file`].
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            Failure::ReaderGone
        } else {
            Failure::Usage(format!("cannot write the output: {error}"))
        }
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        match error.io_error_kind() {
            Some(kind) => Failure::from(io::Error::from(kind)),
            None => Failure::Internal(format!("cannot write JSON: {error}")),
        }
    }
}
