//! The file of stages: what is wrong with it or its log keeps what counts, each change is logged before it is made, and going back is never kept
//! from anybody.

use crate::world::{Door, door, noon, plan};
use ratewright::digest::Digest;
use ratewright::migrate::log::{Change, verify};
use ratewright::migrate::stage::Stage;
use ratewright_migration::{Log, Look, StageFile};
use ratewright_sources::SystemClock;
use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

struct Place {
    folder: tempfile::TempDir,
}

const WHO: &str = r#", "who": "Ada", "why": "test""#;

impl Place {
    fn new() -> Place {
        let place = Place { folder: tempfile::tempdir().unwrap() };
        place.write(&plan("shadow", WHO));
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, text: &str) {
        fs::write(self.path("stages.json"), text).unwrap();
    }

    fn log(&self) -> Log {
        Log::open(self.path("parcel.log")).unwrap()
    }

    fn open(&self) -> (StageFile, Arc<Door>) {
        let known = || Some(Digest::of_bytes(b"what is known"));
        let opened = StageFile::open(self.path("stages.json"), self.log(), noon(), known).unwrap();
        let (file, stages) = opened.telling(|why| panic!("{why}"));
        let door = door(None, || 1);
        if door.stages().0 != stages {
            door.change(stages).unwrap();
        }
        (file, door)
    }

    fn logged(&self) -> Vec<Stage> {
        let verified = verify(&fs::read(self.path("parcel.log")).unwrap(), None);
        assert_eq!(verified.faults, []);
        verified.records.iter().map(|record| record.change().stages.stage()).collect()
    }
}

fn stage(door: &Door) -> Stage {
    door.stages().0.stage()
}

#[test]
fn a_change_of_the_file_is_logged_and_made() {
    let place = Place::new();
    let (mut file, door) = place.open();
    assert_eq!((file.look(&door, noon()), place.logged()), (Look::Unchanged, vec![Stage::Shadow]));
    place.write(&plan("primary", WHO));
    assert_eq!(file.look(&door, noon()), Look::Changed { generation: 1, unlogged: None });
    assert_eq!((file.look(&door, noon()), stage(&door)), (Look::Unchanged, Stage::Primary));
    assert_eq!(place.logged(), [Stage::Shadow, Stage::Primary]);
    assert_eq!(file.log().last().unwrap().evidence(), Some(Digest::of_bytes(b"what is known")));
    // Another reason for the same stages is no change.
    place.write(&plan("primary", r#", "who": "Ben", "why": "the same""#));
    assert_eq!(file.look(&door, noon()), Look::Unchanged);
    drop(file);
    // After a restart it goes on where it was, and logs nothing.
    let (_file, door) = place.open();
    assert_eq!((stage(&door), place.logged().len()), (Stage::Primary, 2));
}

#[test]
fn a_file_that_is_wrong_keeps_what_counts_and_is_told() {
    let place = Place::new();
    let (mut file, door) = place.open();
    let whole = plan("complete", WHO);
    for cut in 0..whole.len() {
        place.write(&whole[..cut]);
        assert!(matches!(file.look(&door, noon()), Look::Kept(_)), "{cut}");
        assert!(matches!(file.look(&door, noon()), Look::Kept(_)), "{cut}, again");
    }
    let refused = |text: &str, file: &mut StageFile| {
        place.write(text);
        match file.look(&door, noon()) {
            Look::Kept(why) => why,
            other => panic!("{other:?}"),
        }
    };
    let why = refused(&plan("complet", WHO), &mut file);
    assert_eq!(why, "the file of stages: `stage`: `complet` is no stage; did you mean `complete`?");
    assert_eq!(refused(&plan("complete", ""), &mut file).split(':').nth(1), Some(" `who` is missing"));
    let why = refused(&whole.replace("parcel", "freight"), &mut file);
    assert!(why.ends_with("`migration` is `freight`, and this is the migration `parcel`"), "{why}");
    assert!(refused(&" ".repeat(2 << 20), &mut file).ends_with("it has more than 1 MiB"));
    fs::write(place.path("stages.json"), b"\xff\xfe").unwrap();
    assert_eq!(file.look(&door, noon()), Look::Kept("the file of stages is no text".to_owned()));
    fs::remove_file(place.path("stages.json")).unwrap();
    assert!(matches!(file.look(&door, noon()), Look::Kept(why) if why.starts_with("there is no file")));
    assert_eq!((stage(&door), place.logged()), (Stage::Shadow, vec![Stage::Shadow]));
    place.write(&whole);
    assert_eq!(file.look(&door, noon()), Look::Changed { generation: 1, unlogged: None });
}

#[test]
fn a_start_with_a_wrong_file_begins_with_what_was_logged_last() {
    let place = Place::new();
    drop(place.open());
    place.write("{");
    let mut why = String::new();
    let opened = StageFile::open(place.path("stages.json"), place.log(), noon(), || None).unwrap();
    let (file, stages) = opened.telling(|words| why = words.to_owned());
    assert_eq!(stages.stage(), Stage::Shadow);
    assert!(why.starts_with("the file of stages: line 1, column 1: "), "{why}");
    drop(file);
    fs::remove_file(place.path("parcel.log")).unwrap();
    let error = StageFile::open(place.path("stages.json"), place.log(), noon(), || None).unwrap_err().to_string();
    assert!(error.starts_with("nobody knows which stages count: the file of stages: line 1"), "{error}");
}

#[test]
fn a_restart_moves_nobody_forward_again_whom_code_has_stepped_back() {
    let place = Place::new();
    place.write(&plan("primary", WHO));
    let (mut file, door) = place.open();
    let back = Change::parse(&plan("shadow", r#", "who": "the guard", "why": "two mismatches""#)).unwrap();
    assert_eq!(file.change(&door, back, noon()).map(|_| stage(&door)), Ok(Stage::Shadow));
    assert_eq!((file.look(&door, noon()), stage(&door)), (Look::Unchanged, Stage::Shadow));
    drop(file);
    let mut why = String::new();
    let opened = StageFile::open(place.path("stages.json"), place.log(), noon(), || None).unwrap();
    let (mut file, stages) = opened.telling(|words| why = words.to_owned());
    assert_eq!(stages.stage(), Stage::Shadow);
    let words =
        "says what was logged as change 1 and replaced since by change 2, which counts: edit it to let it count again";
    assert!(why.ends_with(words), "{why}");
    assert_eq!((file.look(&door, noon()), stage(&door)), (Look::Unchanged, Stage::Shadow));
    // Edited it counts; and what only gives back counts at once.
    place.write(&plan("primary", r#", "who": "Ada", "why": "mended""#));
    assert!(matches!(file.look(&door, noon()), Look::Changed { .. }) && stage(&door) == Stage::Primary);
    drop(file);
    place.write(&plan("shadow", r#", "who": "the guard", "why": "two mismatches""#));
    let opened = StageFile::open(place.path("stages.json"), place.log(), noon(), || None).unwrap();
    let (_file, stages) = opened.telling(|why| panic!("{why}"));
    assert_eq!((stages.stage(), place.logged().len()), (Stage::Shadow, 4));
}

#[test]
fn code_changes_stages_as_the_file_does_and_a_thread_looks_at_the_file() {
    let place = Place::new();
    let (file, door) = place.open();
    let told = Arc::new(Mutex::new(Vec::new()));
    let kept = told.clone();
    let clock = Arc::new(SystemClock::default());
    let watching = file
        .watch(door.clone(), Duration::from_millis(5), clock, move |look| kept.lock().unwrap().push(look.clone()))
        .unwrap();
    let wait_for = |wanted: Stage| {
        let start = Instant::now();
        while stage(&door) != wanted {
            assert!(start.elapsed() < Duration::from_secs(120));
            std::thread::sleep(Duration::from_millis(2));
        }
    };
    let change = Change::parse(&plan("primary", WHO)).unwrap();
    assert_eq!(watching.change(&door, change, noon()), Ok(1));
    assert_eq!(stage(&door), Stage::Primary);
    place.write(&plan("complete", WHO));
    wait_for(Stage::Complete);
    place.write(&plan("off", WHO));
    wait_for(Stage::Off);
    drop(watching);
    assert_eq!(place.logged(), [Stage::Shadow, Stage::Primary, Stage::Complete, Stage::Off]);
    let looks = told.lock().unwrap();
    assert!(looks.contains(&Look::Changed { generation: 3, unlogged: None }), "{looks:?}");
}
