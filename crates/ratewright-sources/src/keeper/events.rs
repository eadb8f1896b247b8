//! Events of the file system as hints: folders in which a change may mean something → an earlier look. The only user of `notify`.
//!
//! Nothing rests on it. Where there is no watch (limits of the system, network disks), or one that says nothing any more, polling goes on.

use super::keeping::Desk;
use notify::event::{AccessKind, AccessMode, EventKind};
use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// The watch of one source.
pub(super) struct Watch {
    desk: Arc<Desk>,
    watcher: Option<RecommendedWatcher>,
    /// The folders that are watched.
    folders: BTreeSet<PathBuf>,
    heard: Arc<Heard>,
}

/// What the watcher and the source have in common.
#[derive(Default)]
struct Heard {
    /// The places of the source. An event in one of them counts, or of one of them, and none beside them in a folder that others use, too.
    places: Mutex<BTreeSet<PathBuf>>,
    /// Whether something has happened since the folders were watched: one may have been replaced by another of its name.
    stirred: AtomicBool,
    /// Whether the watcher has said that it fails.
    failed: AtomicBool,
}

impl Watch {
    pub(super) fn new(desk: Arc<Desk>) -> Watch {
        Watch { desk, watcher: None, folders: BTreeSet::new(), heard: Arc::default() }
    }

    /// Watches these places, and no others. Called before a look, so that what changes after it began is told of, and after one, when the
    /// source knows its places; where one is new then, another look follows.
    pub(super) fn follow(&mut self, places: Vec<PathBuf>, is_before: bool) {
        let places: BTreeSet<PathBuf> = places.into_iter().collect();
        let mut folders = places.clone();
        folders.extend(places.iter().filter_map(|place| place.parent().map(Path::to_path_buf)));
        folders.retain(|place| place.is_dir());
        *self.heard.places.lock().unwrap_or_else(PoisonError::into_inner) = places;
        if self.heard.failed.swap(false, Ordering::Relaxed) {
            (self.watcher, self.folders) = (None, BTreeSet::new());
        }
        let again = is_before && self.heard.stirred.swap(false, Ordering::Relaxed);
        if folders.is_empty() || (folders == self.folders && !again) {
            return;
        }
        if self.watcher.is_none() {
            self.watcher = watcher(self.desk.clone(), self.heard.clone());
        }
        let Some(watcher) = &mut self.watcher else { return };
        for folder in self.folders.iter().filter(|folder| again || !folders.contains(*folder)) {
            // It may be gone.
            let _ = watcher.unwatch(folder);
        }
        let is_kept = |folder: &PathBuf| !again && self.folders.contains(folder);
        folders.retain(|folder| is_kept(folder) || watcher.watch(folder, RecursiveMode::NonRecursive).is_ok());
        let is_more = folders.iter().any(|folder| !self.folders.contains(folder));
        self.folders = folders;
        if is_more && !is_before {
            self.desk.hint();
        }
    }
}

/// A watcher of no folder yet; none where the system gives none.
fn watcher(desk: Arc<Desk>, heard: Arc<Heard>) -> Option<RecommendedWatcher> {
    let tell = move |event: notify::Result<Event>| {
        match event {
            Ok(event) if !heard.counts(&event) => return,
            Ok(_) => heard.stirred.store(true, Ordering::Relaxed),
            Err(_) => heard.failed.store(true, Ordering::Relaxed),
        }
        desk.hint();
    };
    notify::recommended_watcher(tell).ok()
}

impl Heard {
    fn counts(&self, event: &Event) -> bool {
        // Reading changes nothing, and looks read.
        if matches!(&event.kind, EventKind::Access(access) if *access != AccessKind::Close(AccessMode::Write)) {
            return false;
        }
        let places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        let is_in =
            |path: &PathBuf| places.contains(path) || path.parent().is_some_and(|folder| places.contains(folder));
        event.paths.is_empty() || event.paths.iter().any(is_in)
    }
}
