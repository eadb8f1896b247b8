//! Mismatches kept on a disk that fails at any step, in files that are full, and what stands in a line.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use super::files::Place;
use super::*;
use crate::log::Medium;
use crate::recorded::{LONGEST, Map, Recorded};
use ratewright::RuleSet;
use ratewright::live::{Book, Edition};
use ratewright::migrate::stage::{Stages, Subject};
use ratewright::migrate::{Answer, Migration, MigrationContext, Prices};
use ratewright_sources::ManualClock;
use std::collections::BTreeMap;

mod paths;

/// A folder whose disk does so many steps and fails all that come after. Of a write that fails half is there, and of a file that was not synced
/// nothing after a power cut.
#[derive(Clone, Default)]
struct Failing(Arc<Mutex<(Bytes, usize)>>, Arc<Mutex<Bytes>>);

/// The bytes of each file.
type Bytes = BTreeMap<u64, Vec<u8>>;

/// One of its files.
struct Open(Failing, u64);

impl Failing {
    fn step(&self) -> io::Result<()> {
        let left = &mut self.0.lock().unwrap().1;
        *left = left.checked_sub(1).ok_or(ErrorKind::StorageFull)?;
        Ok(())
    }

    /// What was not synced is gone.
    fn loses_power(&self) {
        self.0.lock().unwrap().0 = self.1.lock().unwrap().clone();
    }

    fn does(&self, steps: usize) {
        self.0.lock().unwrap().1 = steps;
    }

    /// The whole lines of all files, and what stands behind the last of them.
    fn lines(&self) -> (Vec<String>, Vec<String>) {
        let files = self.0.lock().unwrap().0.clone();
        let texts = files.into_values().map(|bytes| String::from_utf8(bytes).unwrap());
        let (mut whole, mut torn) = (Vec::new(), Vec::new());
        for line in texts.flat_map(|text| text.split_inclusive('\n').map(str::to_owned).collect::<Vec<_>>()) {
            if line.ends_with('\n') { &mut whole } else { &mut torn }.push(line);
        }
        (whole, torn)
    }
}

impl Place for Failing {
    fn numbers(&self) -> io::Result<Vec<u64>> {
        self.step().map(|()| self.0.lock().unwrap().0.keys().copied().collect())
    }

    fn open(&self, number: u64) -> io::Result<Box<dyn Medium>> {
        self.step()?;
        self.0.lock().unwrap().0.entry(number).or_default();
        Ok(Box::new(Open(self.clone(), number)))
    }

    fn remove(&self, number: u64) -> io::Result<()> {
        self.step().map(|()| drop(self.0.lock().unwrap().0.remove(&number)))
    }

    fn sync(&self) -> io::Result<()> {
        self.step()
    }
}

impl Open {
    fn bytes<T>(&self, with: impl FnOnce(&mut Vec<u8>) -> T) -> T {
        with(self.0.0.lock().unwrap().0.get_mut(&self.1).unwrap())
    }
}

impl Medium for Open {
    fn read(&mut self) -> io::Result<Vec<u8>> {
        self.0.step().map(|()| self.bytes(|bytes| bytes.clone()))
    }

    fn append(&mut self, more: &[u8]) -> io::Result<()> {
        let step = self.0.step();
        let written = if step.is_ok() { more } else { &more[..more.len() / 2] };
        self.bytes(|bytes| bytes.extend_from_slice(written));
        step
    }

    fn cut(&mut self, length: u64) -> io::Result<()> {
        self.0.step().map(|()| self.bytes(|bytes| bytes.truncate(length as usize)))
    }

    fn sync(&mut self) -> io::Result<()> {
        self.0.step()?;
        let bytes = self.bytes(|bytes| bytes.clone());
        self.0.1.lock().unwrap().insert(self.1, bytes);
        Ok(())
    }
}

fn lines(numbers: std::ops::Range<u64>) -> String {
    numbers.map(|number| format!("{{\"line\":{number}}}\n")).collect()
}

#[test]
fn what_was_said_to_be_written_is_there_after_a_power_cut() {
    let disk = Failing::default();
    disk.does(usize::MAX);
    let limits = KeptLimits { bytes: 64, files: 9, ..KeptLimits::default() };
    let mut files = Files::open(Box::new(disk.clone()), limits).unwrap();
    for group in 0..8 {
        files.append(lines(group * 2..group * 2 + 2).as_bytes()).unwrap();
        disk.loses_power();
        assert_eq!(disk.lines(), (lines(0..group * 2 + 2).split_inclusive('\n').map(str::to_owned).collect(), vec![]));
    }
}

#[test]
fn whatever_step_of_the_disk_fails_what_was_said_to_be_written_is_there_once_and_whole() {
    // Ten bytes or so a line: two or three groups fill a file, and of three files the oldest goes.
    let limits = KeptLimits { bytes: 64, files: 3, ..KeptLimits::default() };
    for steps in 0..60 {
        let disk = Failing::default();
        disk.does(usize::MAX);
        let mut files = Files::open(Box::new(disk.clone()), limits).unwrap();
        files.append(lines(0..2).as_bytes()).unwrap();
        disk.does(steps);
        let mut said = lines(0..2);
        for group in 1..8 {
            let lines = lines(group * 2..group * 2 + 2);
            if files.append(lines.as_bytes()).is_ok() {
                said.push_str(&lines);
            }
            assert!(disk.lines().1.len() <= 1, "{steps}");
        }
        // The disk works again: the same files go on, and so do those that are opened anew.
        disk.does(usize::MAX);
        files.append(lines(90..91).as_bytes()).unwrap();
        said.push_str(&lines(90..91));
        drop(files);
        let mut files = Files::open(Box::new(disk.clone()), limits).unwrap();
        files.append(lines(91..92).as_bytes()).unwrap();
        said.push_str(&lines(91..92));
        let (whole, torn) = disk.lines();
        assert_eq!(torn, Vec::<String>::new(), "{steps}");
        // Nothing but what was said, none twice; and less than what was said only at its beginning, which went with the oldest files.
        assert!(said.ends_with(&whole.concat()), "{steps}: {said}\n{}", whole.concat());
        assert!(
            disk.0.lock().unwrap().0.len() <= 3 && whole.len() >= 6.min(said.lines().count()),
            "{steps}: {whole:?}"
        );
    }
}

#[test]
fn a_last_line_without_its_end_is_taken_away_by_the_next_who_writes() {
    let whole = lines(0..3);
    for cut in 0..=whole.len() {
        let disk = Failing::default();
        disk.does(usize::MAX);
        disk.0.lock().unwrap().0.insert(7, whole.as_bytes()[..cut].to_vec());
        let mut files = Files::open(Box::new(disk.clone()), KeptLimits::default()).unwrap();
        files.append(lines(3..4).as_bytes()).unwrap();
        let kept: Vec<String> =
            whole[..cut].split_inclusive('\n').filter(|line| line.ends_with('\n')).map(str::to_owned).collect();
        assert_eq!(disk.lines(), ([kept, vec![lines(3..4)]].concat(), vec![]), "{cut}");
    }
}

fn noon() -> Arc<ManualClock> {
    Arc::new(ManualClock::at("2026-04-02T12:00:00Z".parse().unwrap()))
}

fn key() -> RedactionKey {
    RedactionKey::new(b"0123456789abcdef0123456789abcdef").unwrap()
}

fn nothing_redacted() -> (Redacting, Checking) {
    (Redacting::new(Redaction::default(), key()), Checking::new(Redaction::default(), &[]).unwrap())
}

fn book(text: &str) -> Arc<Book> {
    let book = Arc::new(Book::default());
    book.publish(Edition::new(RuleSet::compile(text).unwrap())).unwrap();
    book
}

/// A door in shadow whose legacy always says 10 USD for BASE.
fn door(book: Arc<Book>, kept: &Arc<Kept>) -> Migration<(), String> {
    let shadow: Stages = r#"{ "format": 1, "migration": "parcel", "stage": "shadow" }"#.parse().unwrap();
    let reading = |answer: Result<&(), &String>| match answer {
        Ok(()) => Prices::new().line("BASE", "10.00 USD".parse().unwrap()).into(),
        Err(words) => Answer::refused("E17", words.clone()),
    };
    Migration::new(shadow, book, "parcel", reading, |_| None).observed_by(kept.clone())
}

const RULES: &str = "ruleset parcel \"Parcels\" { currency USD }\ninput { n : integer  shipper : text = \"none\" }\ncharge BASE = 1 USD * n";

#[test]
fn on_a_disk_that_is_full_at_any_step_each_mismatch_is_counted_once_and_the_answers_are_right() {
    for steps in (0..24).chain([usize::MAX]) {
        let disk = Failing::default();
        disk.does(usize::MAX);
        let limits = KeptLimits {
            bytes: 2_000,
            files: 2,
            waiting: 16,
            every: Duration::from_millis(1),
            ..KeptLimits::default()
        };
        let files = Files::open(Box::new(disk.clone()), limits).unwrap();
        disk.does(steps);
        let kept = Kept::on(files, limits, nothing_redacted(), noon(), None).unwrap();
        let door = door(book(RULES), &kept);
        let mut context = MigrationContext::default();
        for n in 0..50_u32 {
            let order = format!("order {n}");
            let subject = Subject::of("customer 17").case(&order);
            let priced = door.price(&mut context, &subject, &serde_json::json!({ "n": n }), || Ok(()));
            assert_eq!((priced.answer, priced.standing), (Ok(()), None), "{steps}");
        }
        kept.finish();
        let counts = kept.counts();
        // All but one of 50 differ: 10 USD is what both say once.
        assert_eq!((counts.seen, counts.waiting()), (49, 0), "{steps}: {counts:?}");
        assert_eq!(counts.written + counts.no_disk + counts.no_room + counts.not_kept, 49, "{steps}: {counts:?}");
        assert_eq!((door.counts().offered, door.counts().compared, door.counts().observer_panics), (50, 50, 0));
        match steps {
            usize::MAX => assert_eq!((counts.no_disk, kept.trouble()), (0, None)),
            _ => assert!(
                counts.no_disk > 0 && kept.trouble().unwrap().ends_with("the disk is full"),
                "{steps}: {counts:?}"
            ),
        }
        let (whole, torn) = disk.lines();
        assert!(torn.len() <= 1 && (counts.written == 0 || !whole.is_empty()), "{steps}: {counts:?}");
        assert!(disk.0.lock().unwrap().0.values().all(|bytes| bytes.len() <= 2_000));
    }
}

#[test]
fn what_finds_no_room_and_what_comes_after_the_end_is_counted() {
    let folder = tempfile::tempdir().unwrap();
    // The thread looks once, at the beginning, and then at the end.
    let limits = KeptLimits { waiting: 4, every: Duration::from_secs(3_600), ..KeptLimits::default() };
    let kept = Kept::open(folder.path(), limits, Redaction::default(), key(), noon()).unwrap();
    let door = door(book(RULES), &kept);
    let mut context = MigrationContext::default();
    let mut price = |times: usize| {
        (0..times).for_each(|_| {
            let priced = door.price(&mut context, &Subject::unknown(), &serde_json::json!({"n": 1}), || Ok(()));
            assert_eq!(priced.answer, Ok(()));
        })
    };
    price(20);
    let counts = kept.counts();
    assert!(counts.no_room >= 12 && counts.waiting() <= 4, "{counts:?}");
    kept.finish();
    let before = kept.counts();
    assert_eq!((before.written + before.no_room, before.waiting()), (20, 0), "{before:?}");
    price(3);
    assert_eq!(kept.counts(), KeptCounts { seen: 23, no_room: before.no_room + 3, ..before });
    // Another process must not write the same files; who ends gives them back.
    let open = || Kept::open(folder.path(), limits, Redaction::default(), key(), noon());
    drop(open().unwrap());
    let first = open().unwrap();
    assert_eq!(open().unwrap_err().kind(), ErrorKind::ResourceBusy);
    drop(first);
}

#[test]
fn a_line_is_one_of_replay_and_has_nothing_that_must_not_be_kept() {
    let folder = tempfile::tempdir().unwrap();
    let redaction = Redaction::new(["shipper"], ["n"]).unwrap();
    let kept = Kept::open(folder.path(), KeptLimits::default(), redaction, key(), noon()).unwrap();
    let refusing = format!("{RULES}\nrefuse NO \"no parcels of 10 from Ann\" when n is 10");
    let door = door(book(&refusing), &kept);
    let subject = Subject::of("customer 17").in_segment("staff of Ann").case("order of Ann");
    let input = serde_json::json!({"n": 10, "shipper": "Ann"});
    let priced = door.price(&mut MigrationContext::default(), &subject, &input, || Ok(()));
    assert_eq!(priced.answer, Ok(()));
    kept.finish();
    let text = std::fs::read_to_string(folder.path().join("mismatches-000001.jsonl")).unwrap();
    // HMAC-SHA-256 of `10` and of `customer 17` under this key, by openssl. Amounts are no words: the 10 in them is none of the input.
    let (ten, customer) = ("token:3505144d5af7754c8a35ad8c66a608fe", "token:f1fc318d3b5d399b7c17ee46964195bc");
    let (amount, less) = (r#"{"amount":"10.00","currency":"USD"}"#, r#"{"amount":"-10.00","currency":"USD"}"#);
    // Words may show values in any form: they are not kept.
    let refused = r#"{"refused":{"code":"NO","words":"…"}}"#;
    let expected = [
        r#"{"line":1,"id":"order of …","key":""#,
        customer,
        r#"","segment":"staff of …","time":"2026-04-02T12:00:00Z","input":{"n":""#,
        ten,
        r#"","shipper":null},"legacy":{"priced":{"lines":[{"charge":"BASE","amount":"#,
        amount,
        r#"}]}},"candidate":"#,
        refused,
        r#","comparison":{"differences":[{"about":"answer","kind":"refusal_against_amount","legacy":{"amount":"#,
        amount,
        r#"},"candidate":"#,
        refused,
        r#","difference":"#,
        less,
        r#","verdict":"mismatch"}],"more":["#,
        less,
        r#"]},"stage":"shadow","because":"shadow","generation":0,"redacted":{"erased":["shipper"],"tokens":["n"]}}"#,
        "\n",
    ];
    assert_eq!(text, expected.concat());
}

#[test]
fn kept_files_are_recorded_files_and_a_line_without_its_end_is_told_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let kept = Kept::open(folder.path(), KeptLimits::default(), Redaction::default(), key(), noon()).unwrap();
    let door = door(book(RULES), &kept);
    let mut context = MigrationContext::default();
    for n in 1..=3 {
        let priced = door.price(&mut context, &Subject::unknown(), &serde_json::json!({ "n": n }), || Ok(()));
        assert_eq!(priced.answer, Ok(()));
    }
    kept.finish();
    let text = std::fs::read(folder.path().join("mismatches-000001.jsonl")).unwrap();
    let map: Map = serde_json::from_str(r#"{"answer": {"at": "legacy"}}"#).unwrap();
    let torn = text[..text.len() - 30].to_vec();
    let recorded = Recorded::open(Box::new(io::Cursor::new(torn)), None, &map, LONGEST).unwrap();
    let read: Vec<_> = recorded.records.map(|record| recorded.reading.case(&record.unwrap())).collect();
    let legacy: Answer = Prices::new().line("BASE", "10.00 USD".parse().unwrap()).into();
    assert!(read.len() == 3 && read[..2].iter().all(|case| case.as_ref().unwrap().answer.as_ref() == Some(&legacy)));
    assert_eq!(read[2].as_ref().unwrap_err().line, 3);
}
