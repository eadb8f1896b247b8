//! What is gathered of a service: over restarts and editions, on a disk that fails at any step, and nothing that must not be kept.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use super::*;
use crate::findings::Findings;
use ratewright::Compiler;
use ratewright::digest::Digest;
use ratewright::live::{Book, Edition, Publication};
use ratewright::migrate::stage::{Stages, Subject};
use ratewright::migrate::{
    Answer, ComparisonMemory, Evidence, Measure, Migration, MigrationContext, Prices, Redaction, RedactionKey, Stratum,
};
use ratewright::value::{Number, Value};
use ratewright_sources::ManualClock;
use std::fs;
use std::path::Path;
use std::time::Duration;

mod editions;
mod keeping;
mod lost;
mod settings;

const RULES: &str = "ruleset parcel \"Parcels\" { currency USD }
input { n : integer  shipper : text = \"none\" }
charge BASE = 1 USD * n
charge HEAVY = 5 USD when n > 90
refuse NO \"no parcels of 13 from Ann\" when n is 13";

/// What the old code says: another amount for 7, and 13 is as good as any.
fn old(n: i64) -> Answer {
    let base = if n == 7 { 8 } else { n };
    let prices = Prices::new().line("BASE", format!("{base}.00 USD").parse().unwrap());
    if n > 90 { prices.line("HEAVY", "5.00 USD".parse().unwrap()).into() } else { prices.into() }
}

fn edition(text: &str) -> Edition {
    Edition::new(Compiler::new().source("main", text).compile("main").unwrap())
}

fn how() -> Gathering {
    let policy = r#"{"distinct_cases_per_rule": 5, "distinct_cases_of_high_revenue": 5}"#.parse().unwrap();
    let key = RedactionKey::new(b"0123456789abcdef0123456789abcdef").unwrap();
    Gathering { policy, redaction: Redaction::new(["shipper"], []).unwrap(), ..Gathering::usual(key) }
}

fn limits() -> GathererLimits {
    GathererLimits { every: Duration::from_millis(1), share: 1_000, ..GathererLimits::default() }
}

fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::at("2026-04-02T12:00:00Z".parse().unwrap()))
}

type Door = Migration<i64, String>;

/// A door in shadow that is gathered of.
fn door(book: &Arc<Book>, sample: &str, gatherer: &Arc<Gatherer>) -> Arc<Door> {
    let shadow =
        format!(r#"{{ "format": 1, "migration": "parcel", "stage": "shadow", "sample": {{ "shadow": "{sample}" }} }}"#);
    let reading = |answer: Result<&i64, &String>| old(*answer.unwrap());
    let door = Migration::new(shadow.parse::<Stages>().unwrap(), book.clone(), "parcel", reading, |_| None);
    Arc::new(door.observed_by(gatherer.clone()).favouring(gatherer.wanting()))
}

fn book(text: &str) -> Arc<Book> {
    let book = Arc::new(Book::default());
    book.publish(edition(text)).unwrap();
    book
}

fn price(door: &Door, n: i64, class: &str) {
    let order = format!("order {n} of Ann");
    let subject = Subject::of("customer 17").case(&order).like(class);
    let input = serde_json::json!({"n": n, "shipper": "Ann"});
    let priced = door.price(&mut MigrationContext::default(), &subject, &input, || Ok(n));
    assert_eq!(priced.answer, Ok(n));
}

fn start(gatherer: &Arc<Gatherer>, door: &Arc<Door>) -> GathererWorker {
    let counted = door.clone();
    gatherer.start(move || counted.counts()).unwrap()
}

fn open(folder: &Path) -> Arc<Gatherer> {
    Gatherer::open(folder, how(), limits(), clock()).unwrap()
}

/// Prices these and ends.
fn run(folder: &Path, book: &Arc<Book>, cases: impl IntoIterator<Item = i64>) {
    let gatherer = open(folder);
    let door = door(book, "100%", &gatherer);
    let worker = start(&gatherer, &door);
    cases.into_iter().for_each(|n| price(&door, n, if n > 90 { "heavy" } else { "light" }));
    worker.finish();
    let counts = gatherer.counts();
    assert_eq!((counts.seen, counts.no_room, counts.failed), (counts.gathered, 0, 0), "{counts:?}");
    assert_eq!(gatherer.trouble(), None);
}

fn evidence(folder: &Path, edition: Digest) -> Evidence {
    let path = folder.join(format!("evidence-{}.json", edition.short()));
    Evidence::from_json(&fs::read_to_string(path).unwrap()).unwrap()
}

fn findings(folder: &Path, edition: Digest, stratum: Stratum) -> Findings {
    let path = folder.join(format!("findings-{}-{stratum}.json", edition.short()));
    Findings::from_json(&fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn a_restart_goes_on_to_what_one_run_gathers() {
    let (parts, whole) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (book, digest) = (book(RULES), edition(RULES).digest());
    for from in [1, 41, 81] {
        run(parts.path(), &book, from..from + 40);
    }
    run(whole.path(), &book, 1..=120);
    assert_eq!(evidence(parts.path(), digest), evidence(whole.path(), digest));
    let (found, at_once) =
        (findings(parts.path(), digest, Stratum::Traffic), findings(whole.path(), digest, Stratum::Traffic));
    assert_eq!(found, at_once);
    // 120 cases, of which two differ: 7, by a dollar, and 13, which the rules refuse.
    assert_eq!((found.records, found.tally.compared, found.tally.mismatches), (120, 120, 2));
    let mut words: Vec<String> = found.clusters.iter().map(ToString::to_string).collect();
    words.sort_unstable();
    assert_eq!(found.clusters.iter().map(|cluster| cluster.cases).collect::<Vec<_>>(), [1, 1], "{words:?}");
    let days: Vec<String> =
        found.days.iter().map(|(day, of)| format!("{day}: {} of {}", of.mismatches, of.cases)).collect();
    assert_eq!(days, ["2026-04-02: 2 of 120"]);
    let known = evidence(whole.path(), digest);
    let cases: Vec<(String, u64)> =
        known.rules().iter().map(|rule| (rule.rule.name.clone(), rule.strata.of(Stratum::Traffic).cases)).collect();
    // HEAVY applies from 91 through 120; 13 exercises the refusal.
    assert_eq!(cases[..2], [("BASE".to_owned(), 119), ("HEAVY".to_owned(), 30)], "{cases:?}");
}

#[test]
fn nothing_is_in_any_file_that_must_not_be_kept() {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), &book(RULES), 1..=120);
    let mut files = 0;
    for entry in fs::read_dir(folder.path()).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        // A case that differs is kept with its order and without its shipper.
        assert!(!text.contains("Ann"), "{}", path.display());
        files += u64::from(text.contains("order 7 of …"));
    }
    assert_eq!(files, 2, "the findings and the state");
}

#[test]
fn another_edition_takes_over_the_evidence_of_what_it_has_unchanged() {
    let folder = tempfile::tempdir().unwrap();
    let next = RULES.replace("5 USD when n > 90", "6 USD when n > 90");
    let (old, new) = (edition(RULES).digest(), edition(&next).digest());
    let book = book(RULES);
    let gatherer = open(folder.path());
    let door = door(&book, "100%", &gatherer);
    let worker = start(&gatherer, &door);
    (91..=95).for_each(|n| price(&door, n, "heavy"));
    book.publish(Publication::new().remove(old).put(edition(&next))).unwrap();
    (96..=97).for_each(|n| price(&door, n, "heavy"));
    worker.finish();
    let cases = |of: Digest| -> Vec<u64> {
        let known = evidence(folder.path(), of);
        known.rules().iter().take(2).map(|rule| rule.strata.of(Stratum::Traffic).cases).collect()
    };
    assert_eq!((cases(old), cases(new)), (vec![5, 5], vec![7, 2]));
    // Whole cases and findings are of one edition.
    let compared = |of: Digest| findings(folder.path(), of, Stratum::Traffic).tally.compared;
    assert_eq!((compared(old), compared(new)), (5, 2));
    assert_eq!(findings(folder.path(), new, Stratum::Traffic).tally.mismatches, 2);
    // And after a restart.
    run(folder.path(), &book, [98]);
    assert_eq!((cases(old), cases(new)), (vec![5, 5], vec![8, 3]));
}

#[test]
fn a_class_is_wanted_until_its_rules_have_evidence_and_counts_apart() {
    let folder = tempfile::tempdir().unwrap();
    let limits = GathererLimits { cases_of_a_class: 3, classes: 2, ..limits() };
    let (book, digest) = (book(RULES), edition(RULES).digest());
    let wants = |cases: &[(i64, &str)]| -> [bool; 3] {
        let gatherer = Gatherer::open(folder.path(), how(), limits, clock()).unwrap();
        let door = door(&book, "0.0001%", &gatherer);
        let worker = start(&gatherer, &door);
        cases.iter().for_each(|(n, class)| price(&door, *n, class));
        worker.finish();
        drop((gatherer, door));
        // A restart knows it from the beginning.
        let again = Gatherer::open(folder.path(), how(), limits, clock()).unwrap();
        ["light", "heavy", "never seen"].map(|class| again.wanting().wants(class))
    };
    assert_eq!(wants(&[]), [true; 3]);
    // Three cases of the class were seen, and BASE lacks two.
    assert_eq!(wants(&[(1, "light"), (2, "light"), (3, "light")]), [true; 3]);
    // NO was not exercised by it, and HEAVY neither: light cases are not wanted for their sake.
    assert_eq!(wants(&[(4, "light"), (5, "light")]), [false, true, true]);
    // Repeats of one case show nothing new. With two classes there is no room for more.
    assert_eq!(wants(&[(91, "heavy"); 9]), [false, true, false]);
    assert_eq!(wants(&[(92, "heavy"), (93, "heavy"), (94, "heavy"), (95, "heavy")]), [false, false, false]);
    // All were compared beyond the sample.
    let known = evidence(folder.path(), digest);
    let counts = |stratum: Stratum| known.release().of(stratum).cases;
    assert_eq!((counts(Stratum::Traffic), counts(Stratum::Adaptive)), (0, 18));
    assert_eq!(findings(folder.path(), digest, Stratum::Adaptive).tally.compared, 18);
    // A mended rule is wanted again by the class that exercised it.
    let next = RULES.replace("5 USD when n > 90", "6 USD when n > 90");
    book.publish(Publication::new().remove(digest).put(edition(&next))).unwrap();
    let gatherer = Gatherer::open(folder.path(), how(), limits, clock()).unwrap();
    let door = door(&book, "100%", &gatherer);
    let worker = start(&gatherer, &door);
    price(&door, 6, "light");
    worker.finish();
    drop((gatherer, door));
    let again = Gatherer::open(folder.path(), how(), limits, clock()).unwrap();
    let door = self::door(&book, "100%", &again);
    let worker = start(&again, &door);
    price(&door, 6, "light");
    worker.finish();
    // BASE kept its evidence.
    assert_eq!(["light", "heavy"].map(|class| again.wanting().wants(class)), [false, true]);
}

#[test]
fn what_is_not_gathered_stands_among_what_was_dropped() {
    let folder = tempfile::tempdir().unwrap();
    // Of the rules' host nobody answers in the gathering thread, of every third case.
    let text = "ruleset parcel \"Parcels\" { currency USD }\ninput { n : integer  shipper : text = \"none\" }\nhost function one(n : integer) -> integer\ncharge BASE = 1 USD * n * one(n)";
    let one = |values: &[Value]| {
        let gathers = std::thread::current().name() == Some("ratewright gathering");
        match &values[0] {
            Value::Number(n) if gathers && n.to_i64().unwrap() % 3 == 0 => panic!("no host"),
            _ => Ok(Value::Number(Number::ONE)),
        }
    };
    let rules = Edition::new(Compiler::new().source("main", text).host("one", one).compile("main").unwrap());
    let (book, digest) = (Arc::new(Book::default()), rules.digest());
    book.publish(rules).unwrap();
    let limits = GathererLimits { waiting: 8, ..limits() };
    let gatherer = Gatherer::open(folder.path(), how(), limits, clock()).unwrap();
    let door = door(&book, "100%", &gatherer);
    // Nobody takes any yet: of what does not differ six find room, and of what does two more.
    (20..40).for_each(|n| price(&door, n, "light"));
    (0..4).for_each(|_| price(&door, 7, "light"));
    assert_eq!(gatherer.counts(), GathererCounts { seen: 24, gathered: 0, no_room: 16, failed: 0, no_edition: 0 });
    let worker = start(&gatherer, &door);
    worker.finish();
    // 21 and 24 are divisible by three.
    assert_eq!(gatherer.counts(), GathererCounts { seen: 24, gathered: 6, no_room: 16, failed: 2, no_edition: 0 });
    let found = findings(folder.path(), digest, Stratum::Traffic);
    assert_eq!((found.records, found.tally.compared, found.tally.mismatches), (24, 6, 2));
    assert_eq!(found.dropped, BTreeMap::from([("not_gathered".to_owned(), 18)]));
    assert_eq!((door.counts().compared, door.counts().observer_panics), (24, 0));
}

/// A disk that does so many steps and fails all that come after.
struct Failing(AtomicUsize);

impl Failing {
    fn step(&self) -> io::Result<()> {
        let step = |left: usize| left.checked_sub(1);
        let did = self.0.fetch_update(Ordering::SeqCst, Ordering::SeqCst, step);
        did.map(drop).map_err(|_| ErrorKind::StorageFull.into())
    }
}

impl Disk for Failing {
    fn make_folder(&self, path: &Path) -> io::Result<()> {
        self.step().and_then(|()| LocalDisk.make_folder(path))
    }
    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let step = self.step();
        LocalDisk.write(path, if step.is_ok() { bytes } else { &bytes[..bytes.len() / 2] })?;
        step
    }
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.step().and_then(|()| LocalDisk.rename(from, to))
    }
    fn link(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.step().and_then(|()| LocalDisk.link(from, to))
    }
    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        self.step().and_then(|()| LocalDisk.sync_folder(path))
    }
    fn remove_file(&self, path: &Path) -> io::Result<()> {
        self.step().and_then(|()| LocalDisk.remove_file(path))
    }
    fn remove_folder(&self, path: &Path) -> io::Result<()> {
        self.step().and_then(|()| LocalDisk.remove_folder(path))
    }
    fn names(&self, path: &Path) -> io::Result<Vec<String>> {
        LocalDisk.names(path)
    }
    fn read(&self, path: &Path, most: u64) -> io::Result<Vec<u8>> {
        LocalDisk.read(path, most)
    }
    fn has_file(&self, path: &Path) -> bool {
        LocalDisk.has_file(path)
    }
}

#[test]
fn on_a_disk_that_is_full_at_any_step_every_file_is_whole_and_a_restart_goes_on() {
    let (book, digest) = (book(RULES), edition(RULES).digest());
    for steps in 0..14 {
        let folder = tempfile::tempdir().unwrap();
        run(folder.path(), &book, 1..=10);
        let disk = Failing(AtomicUsize::new(steps));
        let gatherer = Gatherer::on(Arc::new(disk), folder.path().to_owned(), how(), limits(), clock(), None).unwrap();
        let door = door(&book, "100%", &gatherer);
        let worker = start(&gatherer, &door);
        (11..=20).for_each(|n| price(&door, n, "light"));
        worker.finish();
        let is_written = gatherer.trouble().is_none();
        // Three files, each written, renamed and its folder synced.
        assert_eq!(is_written, steps >= 9, "{steps}: {:?}", gatherer.trouble());
        if !is_written {
            assert!(gatherer.trouble().unwrap().ends_with("the disk is full"), "{steps}");
        }
        assert_eq!((gatherer.counts().gathered, door.counts().observer_panics), (10, 0));
        assert!([10, 20].contains(&evidence(folder.path(), digest).release().of(Stratum::Traffic).cases), "{steps}");
        assert!([10, 20].contains(&findings(folder.path(), digest, Stratum::Traffic).tally.compared), "{steps}");
        // A restart goes on from what was written whole: that of the first ten, or of all.
        run(folder.path(), &book, 21..=30);
        let cases = evidence(folder.path(), digest).release().of(Stratum::Traffic).cases;
        assert_eq!(cases, if steps >= 8 { 30 } else { 20 }, "{steps}");
    }
}

#[test]
fn what_was_altered_is_not_gone_on_from_and_one_process_gathers() {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), &book(RULES), 1..=3);
    let path = folder.path().join(STATE);
    let text = fs::read_to_string(&path).unwrap();
    for wrong in
        [text.replace("gathered 3", "gathered 4"), text.replacen("BASE", "BASF", 1), text[..text.len() / 2].to_owned()]
    {
        fs::write(&path, &wrong).unwrap();
        let error = Gatherer::open(folder.path(), how(), limits(), clock()).unwrap_err().to_string();
        assert!(
            error.contains("gathered.json cannot be gone on from: ")
                && error.ends_with("; to begin anew, put it aside"),
            "{error}"
        );
    }
    fs::write(&path, &text).unwrap();
    let first = open(folder.path());
    let error = Gatherer::open(folder.path(), how(), limits(), clock()).unwrap_err().to_string();
    assert!(error.ends_with("another process gathers there"), "{error}");
    drop(first);
    drop(open(folder.path()));
}

#[test]
fn where_a_path_of_the_redaction_leads_to_no_input_no_input_is_kept_and_that_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let misspelt = Gathering { redaction: Redaction::new(["shiper"], []).unwrap(), ..how() };
    let gatherer = Gatherer::open(folder.path(), misspelt, limits(), clock()).unwrap();
    let door = door(&book(RULES), "100%", &gatherer);
    let worker = start(&gatherer, &door);
    (1..10).for_each(|n| price(&door, n, "light"));
    worker.finish();
    assert_eq!(
        gatherer.trouble().unwrap(),
        "`shiper` of the redaction is not an input of parcel: did you mean `shipper`?; no inputs of its cases are kept"
    );
    // 7 differs; it counts, and nothing of Ann is in any file.
    let found = findings(folder.path(), edition(RULES).digest(), Stratum::Traffic);
    assert_eq!((found.tally.compared, found.tally.mismatches, found.clusters[0].cases), (9, 1, 1));
    for entry in fs::read_dir(folder.path()).unwrap() {
        assert!(!fs::read_to_string(entry.unwrap().path()).unwrap().contains("Ann"));
    }
}

#[test]
fn a_path_that_leads_astray_is_told_while_cases_of_that_edition_come() {
    let folder = tempfile::tempdir().unwrap();
    let misspelt = Gathering { redaction: Redaction::new(["sender"], []).unwrap(), ..how() };
    let gatherer = Gatherer::open(folder.path(), misspelt, limits(), clock()).unwrap();
    let (book, old) = (book(RULES), edition(RULES).digest());
    let door = door(&book, "100%", &gatherer);
    let worker = start(&gatherer, &door);
    let is_told = |cases: std::ops::Range<i64>| {
        cases.for_each(|n| price(&door, n, "light"));
        assert!(worker.write());
        gatherer.trouble().is_some()
    };
    // Without cases it stays as it was.
    assert_eq!([is_told(1..3), is_told(3..3)], [true; 2]);
    let renamed = RULES.replace("shipper : text = \"none\"", "shipper : text = \"none\"  sender : text = \"none\"");
    book.publish(Publication::new().remove(old).put(edition(&renamed))).unwrap();
    assert_eq!([is_told(3..4), is_told(4..4)], [false; 2]);
    worker.finish();
}
