//! A log on a disk that fails at any step, and one that somebody else has touched.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use super::*;
use ratewright::migrate::stage::Stage;
use std::sync::{Arc, Mutex};

fn change(stage: &str, why: &str) -> Change {
    let file = format!(r#"{{ "format": 1, "migration": "parcel", "stage": "{stage}", "who": "Ada", "why": "{why}" }}"#);
    Change::parse(&file).unwrap()
}

fn noon() -> Moment {
    "2026-04-02T12:00:00Z".parse().unwrap()
}

/// A file whose disk does so many steps and fails all that come after. Of a write that fails half is there, and of one that was not synced nothing
/// after a power cut.
#[derive(Clone, Default)]
pub(crate) struct Failing(Arc<Mutex<(Vec<u8>, usize)>>, Arc<Mutex<Vec<u8>>>);

impl Failing {
    fn step(&self) -> io::Result<()> {
        let left = &mut self.0.lock().unwrap().1;
        *left = left.checked_sub(1).ok_or(ErrorKind::StorageFull)?;
        Ok(())
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.0.lock().unwrap().0.clone()
    }

    pub(crate) fn does(&self, steps: usize) {
        self.0.lock().unwrap().1 = steps;
    }

    /// What was not synced is gone, also a cut.
    pub(crate) fn loses_power(&self) {
        self.0.lock().unwrap().0 = self.1.lock().unwrap().clone();
    }

    pub(crate) fn open(&self) -> Result<Log, LogError> {
        Log::on(Box::new(self.clone()), "parcel.log".into(), None)
    }
}

impl Medium for Failing {
    fn read(&mut self) -> io::Result<Vec<u8>> {
        self.step().map(|()| self.bytes())
    }

    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        let step = self.step();
        let written = if step.is_ok() { bytes } else { &bytes[..bytes.len() / 2] };
        self.0.lock().unwrap().0.extend_from_slice(written);
        step
    }

    fn cut(&mut self, length: u64) -> io::Result<()> {
        self.step().map(|()| self.0.lock().unwrap().0.truncate(length as usize))
    }

    fn sync(&mut self) -> io::Result<()> {
        self.step().map(|()| *self.1.lock().unwrap() = self.bytes())
    }
}

#[test]
fn whatever_step_of_the_disk_fails_what_was_logged_is_there_and_nothing_else_counts() {
    for steps in 0..40 {
        let disk = Failing::default();
        disk.does(usize::MAX);
        let mut log = disk.open().unwrap();
        let first = log.append(change("shadow", "first"), noon(), None).unwrap().digest();
        disk.does(steps);
        let second =
            log.append(change("canary\", \"canary\": [{\"share\": \"1%\"}], \"salt\": \"s", "second"), noon(), None);
        let acknowledged = second.as_ref().map(|record| record.digest()).ok();
        let head = log.head();
        assert_eq!(head, acknowledged.or(Some(first)), "{steps}");
        // The disk works again, and the same log goes on.
        disk.does(usize::MAX);
        let bytes = disk.bytes();
        assert!(verify(&bytes, head).faults.iter().all(|fault| !matches!(fault, Fault::Cut { .. })), "{steps}");
        let third = log.append(change("off", "third"), noon(), None).unwrap().digest();
        let verified = verify(&disk.bytes(), Some(third));
        assert_eq!(verified.faults, [], "{steps}");
        let reasons: Vec<&str> = verified.records.iter().map(|record| record.change().why.as_str()).collect();
        // What was said not to be logged is not.
        let expected: &[&str] = match acknowledged {
            Some(_) => &["first", "second", "third"],
            None => &["first", "third"],
        };
        assert_eq!(reasons, expected, "{steps}");
        assert_eq!(disk.open().unwrap().head(), Some(third), "{steps}");
    }
}

/// One who ends while the disk fails leaves a line that nobody can tell from one that was logged: the error has said so.
#[test]
fn a_log_that_is_opened_anew_after_the_disk_has_failed_has_what_was_logged_or_what_was_doubtful() {
    let mut doubtful = 0;
    for steps in 0..6 {
        let disk = Failing::default();
        disk.does(usize::MAX);
        let mut log = disk.open().unwrap();
        log.append(change("shadow", "first"), noon(), None).unwrap();
        disk.does(steps);
        let second = log.append(change("off", "second"), noon(), None).map(|_| ());
        drop(log);
        disk.does(usize::MAX);
        let log = disk.open().unwrap();
        assert_eq!(verify(&disk.bytes(), log.head()).faults, [], "{steps}");
        let has_second = log.last().unwrap().change().why == "second";
        match second {
            Ok(()) => assert!(has_second, "{steps}"),
            Err(error @ LogError::Doubtful { .. }) => {
                doubtful += 1;
                assert!(error.to_string().ends_with("the change may count as logged"), "{error}");
            }
            Err(_) => assert!(!has_second, "{steps}"),
        }
    }
    assert!(doubtful > 0);
}

#[test]
fn what_was_said_to_be_logged_is_there_after_a_power_cut() {
    let disk = Failing::default();
    disk.does(usize::MAX);
    let mut log = disk.open().unwrap();
    for (number, why) in ["first", "second", "third"].into_iter().enumerate() {
        let head = log.append(change(if number == 1 { "off" } else { "shadow" }, why), noon(), None).unwrap().digest();
        disk.loses_power();
        let verified = verify(&disk.bytes(), Some(head));
        assert_eq!((verified.faults, verified.records.len()), (vec![], number + 1));
    }
    // So is what was mended when a log was opened: a line that was given its end.
    let whole = disk.bytes();
    disk.0.lock().unwrap().0.pop();
    *disk.1.lock().unwrap() = disk.bytes();
    let head = disk.open().unwrap().head();
    disk.loses_power();
    assert_eq!((disk.bytes(), verify(&whole, None).head()), (whole, head));
}

#[test]
fn a_last_line_without_its_end_is_mended_and_told() {
    let disk = Failing::default();
    disk.does(usize::MAX);
    let mut log = disk.open().unwrap();
    log.append(change("shadow", "first"), noon(), None).unwrap();
    let first = disk.bytes().len();
    log.append(change("off", "second"), noon(), None).unwrap();
    let whole = disk.bytes();
    for cut in 0..=whole.len() {
        disk.0.lock().unwrap().0 = whole[..cut].to_vec();
        let mut log = disk.open().unwrap();
        let notices = log.take_notices();
        let kept = usize::from(cut + 1 >= first) + usize::from(cut + 1 >= whole.len());
        let expected = match cut {
            cut if cut == 0 || cut == first || cut == whole.len() => vec![],
            cut if cut + 1 == first || cut + 1 == whole.len() => vec![format!(
                "line {kept} of the log parcel.log was whole but for its end, and was given it: the change counts as logged, whether or not it was made"
            )],
            _ => vec![format!(
                "line {} of the log parcel.log was not finished, and was taken away: the change was not made",
                kept + 1
            )],
        };
        assert_eq!(notices, expected, "{cut}");
        let verified = verify(&disk.bytes(), log.head());
        assert_eq!((verified.faults, verified.records.len()), (vec![], kept), "{cut}");
    }
}

#[test]
fn what_was_altered_is_not_continued() {
    let disk = Failing::default();
    disk.does(usize::MAX);
    disk.open().unwrap().append(change("shadow", "first"), noon(), None).unwrap();
    let altered = String::from_utf8(disk.bytes()).unwrap().replace("Ada", "Eve");
    disk.0.lock().unwrap().0 = altered.clone().into_bytes();
    assert_eq!(
        disk.open().unwrap_err().to_string(),
        "the log parcel.log was altered and is not continued: line 1 was altered: its digest is not that of its record; `ratewright log verify` says all; put it aside to begin another"
    );
    assert_eq!(disk.bytes(), altered.into_bytes());
}

#[test]
fn one_writes_and_a_log_is_of_one_migration() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("parcel.log");
    let mut log = Log::open(&path).unwrap();
    assert!(matches!(Log::open(&path), Err(LogError::Locked { .. })));
    log.append(change("shadow", "first"), noon(), None).unwrap();
    let other = r#"{ "format": 1, "migration": "freight", "stage": "off", "who": "Ada", "why": "x" }"#;
    let error = log.append(Change::parse(other).unwrap(), noon(), None).unwrap_err();
    assert!(error.to_string().ends_with("is of the migration `parcel`, and this is a change of `freight`"), "{error}");
    let head = log.head();
    drop(log);
    let log = Log::open(&path).unwrap();
    assert_eq!((log.head(), log.last().unwrap().change().stages.stage()), (head, Stage::Shadow));
    assert_eq!(log.last().unwrap().at().to_string(), "2026-04-02T12:00:00Z");
    let error = Log::open(folder.path().join("none/parcel.log")).unwrap_err().to_string();
    assert!(error.ends_with("none/parcel.log cannot be locked: there is no such folder"), "{error}");
}
