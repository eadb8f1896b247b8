//! A program that keeps mismatches is killed by SIGKILL at random moments, again and again on one folder: no line is lost of which it had
//! said that it is written, a last line without its end is told by its place, and whoever opens the folder next goes on behind the last whole one.
//!
//! The program is this test binary, run once more. The long way: `RATEWRIGHT_KILLS=1000 cargo test -p ratewright-migration --test failures kept`.

use crate::lives;
use crate::world::{door_observed_by, noon};
use ratewright::migrate::stage::Subject;
use ratewright::migrate::{MigrationContext, Redaction, RedactionKey};
use ratewright_migration::recorded::{LONGEST, Map, Recorded};
use ratewright_migration::{Kept, KeptLimits};
use ratewright_sources::ManualClock;
use std::collections::HashSet;
use std::env;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// Where the child keeps them.
const FOLDER: &str = "RATEWRIGHT_TEST_KEPT";

fn open(folder: &Path) -> Arc<Kept> {
    // Files of some hundred lines, and none of them goes.
    let limits = KeptLimits {
        bytes: 100_000,
        files: usize::MAX,
        every: Duration::from_micros(200),
        share: 1_000,
        ..KeptLimits::default()
    };
    let key = RedactionKey::new(b"0123456789abcdef0123456789abcdef").unwrap();
    Kept::open(folder, limits, Redaction::default(), key, Arc::new(ManualClock::at(noon()))).unwrap()
}

/// The child: prices what differs, and says how many mismatches are written.
#[test]
fn a_program_that_is_killed() {
    let Ok(folder) = env::var(FOLDER).map(PathBuf::from) else { return };
    let kept = open(&folder);
    let (door, mut context) = (door_observed_by(kept.clone()), MigrationContext::default());
    let mut out = std::io::stdout().lock();
    writeln!(out, "\nopened").unwrap();
    let mut said = 0;
    for number in 1..u64::MAX {
        let order = format!("{} {number}", std::process::id());
        let priced = door.price(&mut context, &Subject::unknown().case(&order), &serde_json::json!({}), || Ok(999));
        assert_eq!(priced.answer, Ok(999));
        while kept.counts().waiting() > 50 {
            std::thread::yield_now();
        }
        let counts = kept.counts();
        assert_eq!((counts.no_room, counts.no_disk, counts.not_kept), (0, 0, 0));
        if counts.written > said {
            said = counts.written;
            writeln!(out, "written {} {said}", std::process::id()).unwrap();
            out.flush().unwrap();
        }
    }
}

/// The ids of all whole lines, and how many files end in the middle of one.
fn read(folder: &Path) -> (Vec<String>, u64) {
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "jsonl"));
    files.sort();
    let map: Map = serde_json::from_str(r#"{"answer": {"at": "legacy"}}"#).unwrap();
    let (mut ids, mut torn) = (Vec::new(), 0);
    for path in files {
        let bytes = fs::read(&path).unwrap();
        let (lines, is_torn) =
            (bytes.iter().filter(|byte| **byte == b'\n').count(), !bytes.is_empty() && !bytes.ends_with(b"\n"));
        torn += u64::from(is_torn);
        if bytes.is_empty() {
            continue;
        }
        let recorded = Recorded::open(Box::new(std::io::Cursor::new(bytes)), None, &map, LONGEST).unwrap();
        for record in recorded.records {
            match recorded.reading.case(&record.unwrap()) {
                Ok(case) => ids.push(case.id.unwrap()),
                Err(flaw) => assert!(is_torn && flaw.line == lines as u64 + 1, "{}: {flaw:?}", path.display()),
            }
        }
    }
    (ids, torn)
}

#[test]
fn killed_at_random_moments_nothing_is_lost_of_which_it_was_said_that_it_is_written() {
    let kills: u64 = env::var("RATEWRIGHT_KILLS").map_or(15, |kills| kills.parse().unwrap());
    let mut folder = tempfile::tempdir().unwrap();
    let (mut written, mut torn, mut seed) = (Vec::<String>::new(), 0, kills | 1);
    let mut all = 0;
    for kill in 0..kills {
        if kill % 15 == 0 {
            // All that was written so far is read after each kill: no more than that of some lives.
            folder = tempfile::tempdir().unwrap();
            written.clear();
        }
        seed = lives::drawn(seed);
        let after = Duration::from_micros(seed % 60_000);
        let said = lives::ended(("kept::a_program_that_is_killed", FOLDER, folder.path()), after);
        if let Some((life, last)) = said.iter().rev().find_map(|line| line.strip_prefix("written ")?.split_once(' ')) {
            let last = last.parse::<u64>().unwrap();
            all += last;
            written.extend((1..=last).map(|number| format!("{life} {number}")));
        }
        let (ids, unfinished) = read(folder.path());
        torn += unfinished;
        let different: HashSet<&String> = ids.iter().collect();
        assert_eq!((different.len(), unfinished > 1), (ids.len(), false), "kill {kill}: a line is there twice");
        let lost: Vec<&String> = written.iter().filter(|id| !different.contains(id)).collect();
        assert_eq!(lost, Vec::<&String>::new(), "kill {kill}");
        // Whoever opens it next takes away what has no end, and nothing else.
        open(folder.path()).finish();
        assert_eq!(read(folder.path()), (ids, 0), "kill {kill}");
    }
    assert!(all > kills, "only {all} mismatches were written in {kills} lives");
    eprintln!("{all} mismatches were written in {kills} lives, {torn} ended in the middle of a line");
}
