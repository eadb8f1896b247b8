//! Guards over a migration that runs: each limit trips from what is counted, going back is logged and happens at once, and what nobody knows is no success.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use super::*;
use crate::log::tests::Failing;
use crate::{Look, StageFile};
use ratewright::Compiler;
use ratewright::digest::Digest;
use ratewright::live::{Book, Edition};
use ratewright::migrate::log::{Record, verify};
use ratewright::migrate::stage::{Stage, Stages};
use ratewright::migrate::{Answer, Cause, Composed, Elsewhere, Handed, Prices};
use ratewright::value::{Number, Value};
use ratewright_sources::{ManualClock, Moment};
use std::sync::atomic::{AtomicI64, Ordering};

type Door = Migration<i64, String>;

/// Rules that charge what `tenners` says, in 10 USD, or fail below zero; a door on them, guards, and a log on a disk that can be full.
struct World {
    clock: Arc<ManualClock>,
    tenners: Arc<AtomicI64>,
    guarding: Arc<Guarding>,
    door: Arc<Door>,
    file: StageFile,
    disk: Failing,
    context: MigrationContext,
    _folder: tempfile::TempDir,
}

const MINUTE: Duration = Duration::from_secs(60);

fn noon() -> Moment {
    "2026-04-02T12:00:00Z".parse().unwrap()
}

fn world(stage: &str, guards: &str) -> World {
    world_with(stage, guards, "[]", None)
}

fn world_with(stage: &str, guards: &str, waivers: &str, elsewhere: Option<Arc<dyn Elsewhere>>) -> World {
    let clock = Arc::new(ManualClock::at(noon()));
    let (tenners, passing) = (Arc::new(AtomicI64::new(1)), clock.clone());
    let asked = tenners.clone();
    // Each price takes 2 ms.
    let host = move |_: &[Value]| {
        passing.pass(Duration::from_millis(2));
        match asked.load(Ordering::Relaxed) {
            below if below < 0 => Err("the host is gone".to_owned()),
            tenners => Ok(Value::Number(Number::from_i64(tenners))),
        }
    };
    let text = "ruleset parcel \"Parcels\" { currency USD }\nhost function tenners() -> integer\ncharge BASE = 10 USD * tenners()";
    let rules = Compiler::new().source("main.rules", text).host("tenners", host).compile("main.rules").unwrap();
    let book = Arc::new(Book::default());
    book.publish(Edition::new(rules)).unwrap();
    let reading = |answer: Result<&i64, &String>| -> Answer {
        match answer {
            Ok(cents) => {
                let cents = Number::from_scaled((*cents).into(), 2).unwrap();
                Prices::new().line("BASE", format!("{cents} USD").parse().unwrap()).into()
            }
            Err(words) => Answer::refused("E17", words.clone()),
        }
    };
    let making = |composed: &Composed<'_>| match composed {
        Composed::Priced(prices) => prices.totals[0].amount.mul(&Number::from_i64(100)).ok()?.to_i64().map(Ok),
        Composed::Refused { words, .. } => Some(Err((*words).to_owned())),
    };
    let guarding = Guarding::new(guards.parse().unwrap(), MINUTE, clock.clone());
    let guarding = Arc::new(guarding.with_waivers(serde_json::from_str(waivers).unwrap()));
    let (folder, disk) = (tempfile::tempdir().unwrap(), Failing::default());
    disk.does(usize::MAX);
    let path = folder.path().join("stages.json");
    let plan = format!(r#"{{ "format": 1, "migration": "parcel", "stage": "{stage}", "who": "Ada", "why": "test" }}"#);
    std::fs::write(&path, plan).unwrap();
    let evidence = || Some(Digest::of_bytes(b"what is known"));
    let opened = StageFile::open(&path, disk.open().unwrap(), noon(), evidence).unwrap();
    let (file, stages): (StageFile, Stages) = opened.telling(|why| panic!("{why}"));
    let door = Migration::new(stages, book, "parcel", reading, making).observed_by(guarding.clone());
    let door = Arc::new(match elsewhere {
        Some(elsewhere) => door.handing_to(elsewhere),
        None => door,
    });
    let file = file.guarded_by(guarding.clone());
    World { clock, tenners, guarding, door, file, disk, context: MigrationContext::default(), _folder: folder }
}

impl World {
    /// So many calls, for which old code answers with so many cents and takes 7 ms.
    fn price(&mut self, calls: u32, cents: i64) {
        for call in 0..calls {
            let case = format!("order {call}");
            let subject = Subject::of("customer 17").case(&case);
            let clock = self.clock.clone();
            let legacy = || {
                clock.pass(Duration::from_millis(7));
                Ok(cents)
            };
            let priced = self.guarding.price(&self.door, &mut self.context, &subject, &serde_json::json!({}), legacy);
            priced.answer.unwrap();
        }
    }

    fn guard(&mut self) -> Look {
        self.file.guard(&self.door, self.clock.now())
    }

    fn stage(&self) -> Stage {
        self.door.stages().0.stage()
    }

    fn logged(&self) -> Vec<Record> {
        verify(&self.disk.bytes(), None).records
    }

    #[track_caller]
    fn steps_back(&mut self, words: &str) {
        match self.guard() {
            Look::SteppedBack { why, unlogged: None, .. } => assert_eq!(why, words),
            other => panic!("{other:?}"),
        }
        assert_eq!(self.stage(), Stage::Shadow);
    }
}

#[test]
fn a_limit_that_is_passed_goes_back_before_the_window_is_over_and_is_logged() {
    let mut world = world("primary", r#"{"cases_at_least": 10}"#);
    world.price(20, 1_000);
    assert_eq!((world.guard(), world.stage()), (Look::Unchanged, Stage::Primary));
    world.price(1, 999);
    world.steps_back("1 unexplained mismatch, and 0 are allowed");
    let last = world.logged().pop().unwrap();
    let said = (last.number(), last.change().who.as_str(), last.change().why.as_str(), last.evidence());
    let evidence = Some(Digest::of_bytes(b"what is known"));
    assert_eq!(said, (2, "the guards", "1 unexplained mismatch, and 0 are allowed", evidence));
    assert!(matches!(world.guarding.last(), Some(Step::StepBack(trips)) if trips.len() == 1));
    // A new window has begun: nothing is held against what runs now, and the file as it stands moves nobody forward.
    assert_eq!((world.guard(), world.file.look(&world.door, noon())), (Look::Unchanged, Look::Unchanged));
    assert_eq!((world.stage(), world.logged().len()), (Stage::Shadow, 2));
}

#[test]
fn where_the_disk_under_the_log_is_full_it_goes_back_at_once_all_the_same() {
    let mut world = world("complete", r#"{"back_to": "off", "errors_at_most": "50%", "cases_at_least": 1}"#);
    world.disk.does(0);
    world.tenners.store(-1, Ordering::Relaxed);
    world.price(3, 999);
    let Look::SteppedBack { unlogged: Some(unlogged), generation: 1, .. } = world.guard() else { panic!("it goes on") };
    assert!(unlogged.contains("the disk is full"), "{unlogged}");
    assert_eq!((world.stage(), world.logged().len()), (Stage::Off, 1));
    world.disk.does(usize::MAX);
    assert_eq!(world.file.look(&world.door, "2026-04-02T13:00:00Z".parse().unwrap()), Look::Unchanged);
    let last = world.logged().pop().unwrap();
    let said = (last.change().who.as_str(), last.change().stages.stage(), last.at().to_string());
    assert_eq!(said, ("the guards", Stage::Off, "2026-04-02T12:00:00Z".to_owned()));
}

#[test]
fn money_that_differs_is_added_up_and_the_most_of_one_case_is_known() {
    let limits = r#"{"cases_at_least": 1, "unexplained": 9, "amount": {"USD": "10"}, "amount_of_one": {"USD": "6"}}"#;
    let mut world = world("primary", limits);
    world.price(1, 1_500); // 5.00 USD less by the rules
    world.price(1, 600); // 4.00 USD more
    let window = world.guarding.window(&world.door.counts());
    let texts = |money: Option<Vec<ratewright::quote::Money>>| {
        money.unwrap().iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(
        (texts(window.differed), texts(window.largest)),
        (vec!["9.00 USD".to_owned()], vec!["5.00 USD".to_owned()])
    );
    assert_eq!(world.guard(), Look::Unchanged);
    world.price(1, 850);
    world.steps_back("10.50 USD differ in all, and 10.00 USD are allowed");

    let mut world = world_with("primary", limits, "[]", None);
    world.price(1, 300);
    world.steps_back("7.00 USD differ in one case, and 6.00 USD are allowed");
}

#[test]
fn calls_are_measured_without_the_time_of_old_code() {
    let guards = r#"{"cases_at_least": 100, "p99_microseconds": 2000}"#;
    let mut world = world("primary", guards);
    world.price(200, 1_000);
    let window = world.guarding.window(&world.door.counts());
    // 2 ms, of a clock that nothing else moves; what is longer than 63 µs is rounded up by at most a thirty-second part.
    assert!((2_000..=2_062).contains(&window.p99_microseconds.unwrap()), "{window:?}");
    world.guarding.took(Duration::from_millis(1));
    let words = match world.guard() {
        Look::SteppedBack { why, .. } => why,
        other => panic!("{other:?}"),
    };
    assert!(words.starts_with("the slowest hundredth of calls takes 20"), "{words}");
    let mut quick = world_with("primary", r#"{"cases_at_least": 100, "p99_microseconds": 2100}"#, "[]", None);
    quick.price(200, 1_000);
    assert_eq!(quick.guard(), Look::Unchanged);
}

#[test]
fn errors_trip_compared_or_not_and_are_no_mismatches_beside() {
    for stage in ["primary", "complete"] {
        let mut world = world(stage, r#"{"cases_at_least": 100, "errors_at_most": "10%"}"#);
        world.price(90, 1_000);
        world.tenners.store(-1, Ordering::Relaxed);
        world.price(10, 1_000);
        let window = world.guarding.window(&world.door.counts());
        assert_eq!((window.errors, window.unexplained, window.asked), (10, 0, 100), "{stage}");
        assert_eq!(world.guard(), Look::Unchanged, "{stage}");
        world.price(2, 1_000);
        world.steps_back("12 of 102 cases ended in an error, and 10% may");
    }
}

/// Takes no case.
struct Full;

impl Elsewhere for Full {
    fn take(&self, case: Handed) {
        case.drop_for(Cause::TooMany);
    }
}

#[test]
fn drops_trip_and_where_old_code_prices_already_that_is_told_once_in_a_window() {
    let mut world = world_with("shadow", r#"{"cases_at_least": 10}"#, "[]", Some(Arc::new(Full)));
    assert_eq!(world.guard(), Look::Unchanged);
    world.price(20, 1_000);
    assert_eq!(world.guard(), Look::Tripped("20 of 20 cases were dropped, and 0.1% may".to_owned()));
    assert_eq!((world.guard(), world.stage(), world.logged().len()), (Look::Unchanged, Stage::Shadow, 1));
    // The next window has its own.
    world.clock.pass(MINUTE);
    assert_eq!(world.guard(), Look::Unchanged);
    world.price(11, 1_000);
    assert_eq!(world.guard(), Look::Tripped("11 of 11 cases were dropped, and 0.1% may".to_owned()));
}

#[test]
fn what_nobody_has_seen_is_no_success() {
    let mut world = world("primary", r#"{"cases_at_least": 10, "p99_microseconds": 5000}"#);
    let mut window = |calls| {
        world.price(calls, 1_000);
        world.clock.pass(MINUTE);
        assert_eq!(world.guard(), Look::Unchanged);
        world.guarding.last().unwrap()
    };
    let none = ["0 of 10 cases were compared", "nobody has measured how long calls take"].map(str::to_owned);
    assert_eq!(window(0), Step::NotEnough(none.to_vec()));
    assert_eq!(window(10), Step::Continue);
    assert_eq!(window(9), Step::NotEnough(vec!["9 of 10 cases were compared".to_owned()]));
    assert_eq!(window(0), Step::NotEnough(none.to_vec()));
}

#[test]
fn what_a_waiver_covers_trips_nothing_until_it_is_used_up() {
    let waivers = r#"[{ "id": "W-7", "owner": "Dana Reyes", "reason": "old code truncates", "expires": "2026-04-02",
        "charges": ["BASE"], "kinds": ["amount"], "cases": 3, "amount": "1.00 USD" }]"#;
    let mut world = world_with("primary", r#"{"cases_at_least": 1}"#, waivers, None);
    world.price(3, 999);
    world.clock.pass(MINUTE);
    assert_eq!((world.guard(), world.guarding.last()), (Look::Unchanged, Some(Step::Continue)));
    world.price(1, 999);
    world.steps_back("1 unexplained mismatch, and 0 are allowed");
}
