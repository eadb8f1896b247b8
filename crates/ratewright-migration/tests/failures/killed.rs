//! A writer of the log is killed by SIGKILL at random moments, again and again on one log: no change is lost of which it had said that it is
//! logged, and the log is whole once it is opened again.
//!
//! The writer is this test binary, run once more. The long way, about a thousand kills:
//!
//! ```text
//! RATEWRIGHT_KILLS=1000 cargo test -p ratewright-migration --test failures killed
//! ```

use crate::lives;
use ratewright::digest::Digest;
use ratewright::migrate::log::{Change, verify};
use ratewright_migration::Log;
use std::env;
use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

/// Where the child writes.
const LOG: &str = "RATEWRIGHT_TEST_LOG";

/// The child: logs changes, and says of each when it is logged.
#[test]
fn a_writer_that_is_killed() {
    let Ok(path) = env::var(LOG).map(PathBuf::from) else { return };
    let mut log = Log::open(path).unwrap();
    let mut out = std::io::stdout().lock();
    writeln!(out, "\nopened").unwrap();
    for round in 0..u64::MAX {
        let (stage, why) =
            (["off", "shadow", "primary"][(round % 3) as usize], "x".repeat((round * 977 % 9_000) as usize));
        let file = format!(
            r#"{{ "format": 1, "migration": "parcel", "stage": "{stage}", "who": "{}", "why": "w{why}" }}"#,
            std::process::id()
        );
        let digest =
            log.append(Change::parse(&file).unwrap(), "2026-04-02T12:00:00Z".parse().unwrap(), None).unwrap().digest();
        writeln!(out, "logged {digest}").unwrap();
        out.flush().unwrap();
    }
}

#[test]
fn killed_at_random_moments_nothing_is_lost_of_which_it_was_said_that_it_is_logged() {
    let kills: u64 = env::var("RATEWRIGHT_KILLS").map_or(25, |kills| kills.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("parcel.log");
    let (mut logged, mut torn, mut seed) = (Vec::<Digest>::new(), 0, kills | 1);
    for kill in 0..kills {
        seed = lives::drawn(seed);
        let said = lives::ended(("killed::a_writer_that_is_killed", LOG, &path), Duration::from_micros(seed % 30_000));
        logged.extend(said.iter().filter_map(|line| Some(line.strip_prefix("logged ")?.parse::<Digest>().unwrap())));
        torn += u64::from(!fs::read(&path).unwrap().is_empty() && !fs::read(&path).unwrap().ends_with(b"\n"));

        drop(Log::open(&path).unwrap());
        let verified = verify(&fs::read(&path).unwrap(), logged.last().copied());
        assert_eq!(verified.faults, [], "kill {kill}");
        let mut records = verified.records.iter().map(|record| record.digest());
        for digest in &logged {
            assert!(records.any(|record| record == *digest), "kill {kill}: {digest} is lost, or not in its order");
        }
    }
    assert!(logged.len() as u64 > kills / 2, "only {} changes were logged in {kills} lives", logged.len());
    eprintln!("{} changes were logged in {kills} lives, {torn} ended in the middle of a line", logged.len());
}
