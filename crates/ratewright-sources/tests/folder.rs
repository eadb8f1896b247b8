//! A folder that is kept by threads: what changes in it is priced by, with events of the file system, without them, and where they are
//! silent. What is waited for is the change itself, for as long as a slow machine may take.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use ratewright::live::Book;
use ratewright_sources::{Directory, Keeper, Keeping, Look, Moment, Running, Source};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

fn parcel(price: u32) -> String {
    format!("ruleset parcel \"Parcels\" {{ currency USD }}\ncharge BASE = {price} USD\n")
}

fn total(book: &Book) -> String {
    book.quote_json("parcel", "{}").map_or_else(|error| error.to_string(), |quote| quote.totals()[0].to_string())
}

/// Waits until parcels cost this much; the machine may be slow.
fn until_priced(keeping: &Keeping, price: u32) {
    let (start, expected) = (Instant::now(), format!("{price}.00 USD"));
    while total(keeping.book()) != expected {
        assert!(start.elapsed() < Duration::from_secs(60), "{expected} has not come: {:?}", keeping.status());
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// By renaming a file that was written aside.
fn save(folder: &Path, price: u32) {
    let aside = folder.join(".aside");
    std::fs::write(&aside, parcel(price)).unwrap();
    std::fs::rename(aside, folder.join("parcel.rules")).unwrap();
}

/// A folder whose events nobody hears: what is watched is another.
struct Silent(Directory, PathBuf);

impl Source for Silent {
    fn name(&self) -> String {
        self.0.name()
    }

    fn start(&mut self, book: &Book, now: Moment) -> Look {
        self.0.start(book, now)
    }

    fn look(&mut self, book: &Book, now: Moment) -> Look {
        self.0.look(book, now)
    }

    fn hints(&self) -> Vec<PathBuf> {
        vec![self.1.clone()]
    }

    fn running(&self) -> Running {
        self.0.running()
    }
}

/// Failure test 11 of the protocol: the watch is dead, and nobody is told.
#[test]
fn a_folder_whose_watch_is_silent_is_kept_by_polling() {
    let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    save(folder.path(), 10);
    let source = Silent(Directory::new(folder.path()), other.path().to_path_buf());
    let keeping = Keeper::new(Arc::new(Book::default())).every(Duration::from_millis(100)).source(source);
    let keeping = keeping.start().unwrap();
    assert_eq!(total(keeping.book()), "10.00 USD");
    for price in 11..14 {
        save(folder.path(), price);
        until_priced(&keeping, price);
    }
    keeping.stop();
}

/// As long as no look comes by itself while the test runs.
#[cfg(all(feature = "events", target_os = "linux"))]
mod events {
    use super::*;

    fn kept_by_events(folder: &Path) -> Keeping {
        let source = Directory::new(folder).settling(Duration::from_millis(20));
        let keeper = Keeper::new(Arc::new(Book::default())).every(Duration::from_secs(1_000_000));
        keeper.source(source).start().unwrap()
    }

    #[test]
    fn a_change_is_seen_without_polling_and_looks_do_not_wake_themselves() {
        let folder = tempfile::tempdir().unwrap();
        save(folder.path(), 10);
        let keeping = kept_by_events(folder.path());
        for price in 11..14 {
            save(folder.path(), price);
            until_priced(&keeping, price);
        }
        // Written in place, in a folder that is new.
        std::fs::create_dir(folder.path().join("more")).unwrap();
        std::fs::rename(folder.path().join("parcel.rules"), folder.path().join("more/parcel.rules")).unwrap();
        std::fs::write(folder.path().join("more/parcel.rules"), parcel(14)).unwrap();
        until_priced(&keeping, 14);
        std::fs::write(folder.path().join("more/parcel.rules"), parcel(15)).unwrap();
        until_priced(&keeping, 15);
        // Reading the folder is no event: the looks come to an end.
        let (mut looks, mut same) = (0, 0);
        let start = Instant::now();
        while same < 40 {
            assert!(start.elapsed() < Duration::from_secs(60), "the looks wake themselves");
            std::thread::sleep(Duration::from_millis(25));
            let now = keeping.status()[0].looks;
            (same, looks) = if now == looks { (same + 1, looks) } else { (0, now) };
        }
        keeping.stop();
    }

    #[test]
    fn a_config_map_is_followed_from_state_to_state() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        let state = |price: u32| {
            let name = format!("..2026_04_06_12_00_{price}");
            std::fs::create_dir(root.join(&name)).unwrap();
            std::fs::write(root.join(&name).join("parcel.rules"), parcel(price)).unwrap();
            symlink(&name, root.join("..data_tmp")).unwrap();
            std::fs::rename(root.join("..data_tmp"), root.join("..data")).unwrap();
        };
        state(10);
        symlink("..data/parcel.rules", root.join("parcel.rules")).unwrap();
        let keeping = kept_by_events(root);
        for price in 11..15 {
            state(price);
            std::fs::remove_dir_all(root.join(format!("..2026_04_06_12_00_{}", price - 1))).unwrap();
            until_priced(&keeping, price);
        }
        keeping.stop();
    }

    #[test]
    fn a_folder_that_is_replaced_as_a_whole_is_watched_again() {
        let above = tempfile::tempdir().unwrap();
        let folder = above.path().join("rules");
        std::fs::create_dir(&folder).unwrap();
        save(&folder, 10);
        let keeping = kept_by_events(&folder);
        for price in 11..14 {
            std::fs::rename(&folder, above.path().join(format!("old{price}"))).unwrap();
            std::fs::create_dir(above.path().join("new")).unwrap();
            save(&above.path().join("new"), price);
            std::fs::rename(above.path().join("new"), &folder).unwrap();
            until_priced(&keeping, price);
        }
        // And what changes in the one that is there now is seen, too.
        save(&folder, 20);
        until_priced(&keeping, 20);
        keeping.stop();
    }
}
