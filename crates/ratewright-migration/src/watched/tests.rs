//! A file of stages whose log is on a disk that fails, and guards over it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use super::*;
use crate::log::tests::Failing;
use ratewright::live::Book;
use ratewright::migrate::Answer;
use ratewright::migrate::MigrationContext;
use ratewright::migrate::log::verify;
use ratewright::migrate::stage::Stage;
use ratewright::migrate::stage::Subject;
use ratewright_sources::SystemClock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock};
use std::time::{Duration, Instant};

#[test]
fn where_nothing_can_be_logged_nobody_goes_forward_and_everybody_can_go_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("stages.json");
    let write = |stage: &str| {
        let who = r#""who": "Ada", "why": "test""#;
        let text = format!(r#"{{ "format": 1, "migration": "parcel", "stage": "{stage}", {who} }}"#);
        std::fs::write(&path, text).unwrap();
    };
    let at = |minute: u32| format!("2026-04-02T12:{minute:02}:00Z").parse::<Moment>().unwrap();
    let disk = Failing::default();
    let logged = || -> Vec<(Stage, String)> {
        let records = verify(&disk.bytes(), None).records;
        records.iter().map(|record| (record.change().stages.stage(), record.at().to_string())).collect()
    };
    let shadow = (Stage::Shadow, "2026-04-02T12:00:00Z".to_owned());
    disk.does(usize::MAX);
    write("shadow");
    let (mut file, stages) = StageFile::open(&path, disk.open().unwrap(), at(0), || None).unwrap().telling(nobody);
    let reading = |_: Result<&(), &()>| Answer::failed("not read");
    let migration = Migration::new(stages, Arc::new(Book::default()), "parcel", reading, |_| None);
    let stage = || migration.stages().0.stage();

    disk.does(0);
    write("primary");
    for _ in 0..2 {
        let Look::Kept(why) = file.look(&migration, at(1)) else { panic!("it was made") };
        assert!(why.starts_with("the stages were not changed: the log parcel.log cannot be "), "{why}");
    }
    assert_eq!(stage(), Stage::Shadow);
    write("off");
    let Look::Changed { generation: 1, unlogged: Some(why) } = file.look(&migration, at(2)) else {
        panic!("it was kept")
    };
    assert!(why.ends_with("the disk is full"), "{why}");
    assert_eq!((stage(), logged()), (Stage::Off, vec![shadow.clone()]));
    let Look::Kept(why) = file.look(&migration, at(3)) else { panic!("nothing is told") };
    assert!(why.starts_with("a change that was made is not logged yet: "), "{why}");
    // Nor does anybody go forward before that is logged.
    write("primary");
    assert!(matches!(file.look(&migration, at(4)), Look::Kept(_)) && stage() == Stage::Off);

    disk.does(usize::MAX);
    assert!(matches!(file.look(&migration, at(5)), Look::Changed { generation: 2, unlogged: None }));
    let off = (Stage::Off, "2026-04-02T12:02:00Z".to_owned());
    assert_eq!(logged(), [shadow, off, (Stage::Primary, "2026-04-02T12:05:00Z".to_owned())]);
}

fn nobody(why: &str) {
    panic!("{why}");
}

fn change(stage: &str, who: &str) -> Change {
    let text = format!(r#"{{ "format": 1, "migration": "parcel", {stage}, "who": "{who}", "why": "test" }}"#);
    Change::parse(&text).unwrap()
}

fn write(path: &Path, stage: &str) {
    let text = format!(r#"{{ "format": 1, "migration": "parcel", {stage}, "who": "Ada", "why": "test" }}"#);
    std::fs::write(path, text).unwrap();
}

fn noon() -> Moment {
    "2026-04-02T12:00:00Z".parse().unwrap()
}

fn migration(stages: Stages) -> Migration<(), ()> {
    Migration::new(stages, Arc::new(Book::default()), "parcel", |_| Answer::failed("not read"), |_| None)
}

/// What the log says: who, and to which stage.
fn logged(disk: &Failing) -> Vec<(String, Stage)> {
    let records = verify(&disk.bytes(), None).records;
    records.iter().map(|record| (record.change().who.clone(), record.change().stages.stage())).collect()
}

const SHADOW: &str = r#""stage": "shadow""#;
const OFF: &str = r#""stage": "off""#;
const PRIMARY: &str = r#""stage": "primary""#;
const COMPLETE: &str = r#""stage": "complete""#;
const CANARY: &str = r#""stage": "canary", "canary": [{ "share": "5%" }]"#;

#[test]
fn an_edit_between_the_last_look_and_a_change_by_code_is_seen_told_and_not_passed_over() {
    let folder = tempfile::tempdir().unwrap();
    let (path, disk) = (folder.path().join("stages.json"), Failing::default());
    disk.does(usize::MAX);
    write(&path, PRIMARY);
    let (mut file, stages) = StageFile::open(&path, disk.open().unwrap(), noon(), || None).unwrap().telling(nobody);
    let door = migration(stages);
    let stage = || door.stages().0.stage();

    // Somebody writes `off`, and code would go to 5 %: `off` counts.
    write(&path, OFF);
    let refused = file.change(&door, change(CANARY, "a program"), noon()).unwrap_err();
    assert!(
        refused
            .ends_with("was edited since it was looked at last, and its stage `off` counts: nothing else was changed"),
        "{refused}"
    );
    assert_eq!(stage(), Stage::Off);
    assert_eq!(file.look(&door, noon()), Look::Changed { generation: 1, unlogged: None });
    assert_eq!(file.look(&door, noon()), Look::Unchanged);

    // Somebody goes forward, and code goes back: both are logged, going back counts, and the edit is told.
    write(&path, COMPLETE);
    assert_eq!(file.change(&door, change(SHADOW, "a program"), noon()), Ok(3));
    assert_eq!(stage(), Stage::Shadow);
    assert_eq!(file.look(&door, noon()), Look::Changed { generation: 2, unlogged: None });
    assert_eq!((file.look(&door, noon()), stage()), (Look::Unchanged, Stage::Shadow));
    let both = |who: &str, stage| (who.to_owned(), stage);
    assert_eq!(
        logged(&disk),
        [
            both("Ada", Stage::Primary),
            both("Ada", Stage::Off),
            both("Ada", Stage::Complete),
            both("a program", Stage::Shadow)
        ]
    );
    // Nor does a restart take it over.
    drop(file);
    let opened = StageFile::open(&path, disk.open().unwrap(), noon(), || None).unwrap();
    let why = opened.warning().unwrap().to_owned();
    assert!(why.ends_with("says what was logged as change 3 and replaced since by change 4, which counts: edit it to let it count again"), "{why}");
    let told = Mutex::new(None);
    let (_, stages) = opened.telling(|why| *told.lock().unwrap() = Some(why.to_owned()));
    assert_eq!((stages.stage(), told.into_inner().unwrap()), (Stage::Shadow, Some(why)));
}

#[test]
fn a_change_found_at_the_start_is_logged_with_the_evidence_of_that_moment() {
    let folder = tempfile::tempdir().unwrap();
    let (path, disk) = (folder.path().join("stages.json"), Failing::default());
    disk.does(usize::MAX);
    let known = Digest::of_bytes(b"what is known");
    for (number, stage) in [SHADOW, PRIMARY].into_iter().enumerate() {
        write(&path, stage);
        let opened = StageFile::open(&path, disk.open().unwrap(), noon(), move || Some(known)).unwrap();
        let (file, _) = opened.telling(nobody);
        let last = file.log().last().unwrap();
        assert_eq!((last.number(), last.evidence()), (number as u64 + 1, Some(known)));
    }
}

#[test]
fn going_back_waits_for_no_evidence_and_going_forward_has_it_first() {
    let folder = tempfile::tempdir().unwrap();
    let (path, disk) = (folder.path().join("stages.json"), Failing::default());
    disk.does(usize::MAX);
    write(&path, SHADOW);
    // Takes down which stage counted while it was asked.
    let (door, asked) = (Arc::new(OnceLock::<Migration<(), ()>>::new()), Arc::new(Mutex::new(Vec::new())));
    let (known, takes) = (door.clone(), asked.clone());
    let evidence = move || {
        takes.lock().unwrap().extend(known.get().map(|door| door.stages().0.stage()));
        Some(Digest::of_bytes(b"what is known"))
    };
    let (mut file, stages) = StageFile::open(&path, disk.open().unwrap(), noon(), evidence).unwrap().telling(nobody);
    door.set(migration(stages)).unwrap();
    let door = door.get().unwrap();
    file.change(door, change(PRIMARY, "a program"), noon()).unwrap();
    file.change(door, change(OFF, "a program"), noon()).unwrap();
    assert_eq!(*asked.lock().unwrap(), [Stage::Shadow, Stage::Off]);
    assert_eq!(logged(&disk).len(), 3);
    // What cannot be logged is tried at each look, and its evidence asked for once.
    disk.does(0);
    write(&path, PRIMARY);
    (0..5).for_each(|_| assert!(matches!(file.look(door, noon()), Look::Kept(_))));
    assert_eq!(asked.lock().unwrap().len(), 3);
    disk.does(usize::MAX);
    assert!(matches!(file.look(door, noon()), Look::Changed { .. }));
    assert_eq!(asked.lock().unwrap().len(), 3);
    let records = verify(&disk.bytes(), None).records;
    assert!(records.iter().all(|record| record.evidence() == Some(Digest::of_bytes(b"what is known"))));
}

#[test]
fn a_panic_of_what_tells_or_says_the_evidence_ends_no_watching() {
    let folder = tempfile::tempdir().unwrap();
    let (path, disk) = (folder.path().join("stages.json"), Failing::default());
    disk.does(usize::MAX);
    write(&path, SHADOW);
    let evidence = || -> Option<Digest> { panic!("the evidence is gone") };
    let (file, stages) = StageFile::open(&path, disk.open().unwrap(), noon(), evidence).unwrap().telling(nobody);
    let door = Arc::new(migration(stages));
    let (told, calls) = (Arc::new(Mutex::new(Vec::new())), AtomicUsize::new(0));
    let kept = told.clone();
    let telling = move |look: &Look| {
        if calls.fetch_add(1, Ordering::Relaxed) == 0 {
            panic!("nobody can be told");
        }
        kept.lock().unwrap().push(look.clone());
    };
    let clock = Arc::new(SystemClock::default());
    let watching = file.watch(door.clone(), Duration::from_millis(2), clock, telling).unwrap();
    let until = |holds: &dyn Fn() -> bool| {
        let start = Instant::now();
        while !holds() {
            assert!(start.elapsed() < Duration::from_secs(120), "{:?}", told.lock().unwrap());
            std::thread::sleep(Duration::from_millis(2));
        }
    };
    let has_told = |words: &str| told.lock().unwrap().contains(&Look::Panicked(words.to_owned()));
    // The evidence has panicked when the file was opened: telling that panics itself, and that is told.
    until(&|| has_told("what is told of the file of stages panicked: nobody can be told"));
    for (stage, wanted) in [(PRIMARY, Stage::Primary), (OFF, Stage::Off)] {
        write(&path, stage);
        until(&|| door.stages().0.stage() == wanted);
    }
    until(&|| has_told("what says the evidence panicked: the evidence is gone"));
    until(&|| watching.panics() >= 4);
    assert!(watching.is_alive());
    drop(watching);
    assert_eq!(logged(&disk).len(), 3);
    let priced = door.price(&mut MigrationContext::default(), &Subject::unknown(), &serde_json::json!({}), || Ok(()));
    assert_eq!(priced.answer, Ok(()));
}

#[test]
fn a_file_of_more_than_a_mebibyte_and_more_panics_than_are_kept_take_no_memory() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("stages.json");
    write(&path, SHADOW);
    let disk = Failing::default();
    disk.does(usize::MAX);
    let evidence = || panic!("no evidence");
    let (mut file, stages) = StageFile::open(&path, disk.open().unwrap(), noon(), evidence).unwrap().telling(nobody);
    let migration = migration(stages);
    // The first stages were logged without evidence too: 1 + 19 panics, of which 16 are told.
    for number in 0..19 {
        let stage = if number % 2 == 0 { OFF } else { PRIMARY };
        file.change(&migration, change(stage, "Ada"), noon()).unwrap();
    }
    let panics = file.take_panics();
    assert_eq!((panics.len(), file.take_panics().len()), (16, 0));
    assert_eq!((logged(&disk).len(), panics[15].as_str()), (20, "what says the evidence panicked: no evidence"));

    // Off counts now, by code. One byte less of the file is read.
    let text = std::fs::read_to_string(&path).unwrap().replace("shadow", "primary");
    let padded = |length: usize| format!("{text}{}", " ".repeat(length - text.len()));
    std::fs::write(&path, padded((1 << 20) + 1)).unwrap();
    let Look::Kept(why) = file.look(&migration, noon()) else { panic!("it counts") };
    assert!(why.ends_with("stages.json: it has more than 1 MiB"), "{why}");
    std::fs::write(&path, padded(1 << 20)).unwrap();
    assert!(matches!(file.look(&migration, noon()), Look::Changed { .. }));
}
