//! Waiting for files to change: their modification times and lengths are looked at every 300 ms.
//!
//! Polling sees what notifications miss: files replaced by a rename, links that point elsewhere, network folders.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

const PAUSE: Duration = Duration::from_millis(300);

/// What was seen of a file: when it was written and how long it is; `None` where there is none.
type Seen = Option<(Option<SystemTime>, u64)>;

/// Files as they were at one moment, each by the place where it really is.
#[derive(Debug, PartialEq, Eq)]
pub struct Snapshot(BTreeMap<PathBuf, Seen>);

impl Snapshot {
    /// Looks at these files now.
    pub fn of(files: impl IntoIterator<Item = PathBuf>) -> Snapshot {
        let look = |path: PathBuf| {
            let seen = std::fs::metadata(&path).ok().map(|data| (data.modified().ok(), data.len()));
            (path.canonicalize().unwrap_or(path), seen)
        };
        Snapshot(files.into_iter().map(look).collect())
    }

    /// How many files there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns once the files that `now` lists differ from this snapshot: changed, gone, new.
    pub fn wait_for_change(&self, now: impl Fn() -> Vec<PathBuf>) {
        loop {
            std::thread::sleep(PAUSE);
            if Snapshot::of(now()) != *self {
                return;
            }
        }
    }
}
