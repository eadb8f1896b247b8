//! Folders as editors, clusters, careless scripts and attackers leave them, with a clock that is moved by hand.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod bundles;
mod gone;
mod writing;

use super::*;
use crate::clock::ManualClock;
use ratewright::live::Published;
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

/// A folder of its own for a test, removed at the end.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Folder {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("ratewright-folder-{}-{number}", std::process::id()));
        fs::create_dir_all(path.join("rules")).unwrap();
        Folder(path)
    }

    /// The folder that is looked at.
    pub(crate) fn rules(&self) -> PathBuf {
        self.0.join("rules")
    }

    pub(crate) fn at(&self, path: &str) -> PathBuf {
        self.rules().join(path)
    }

    pub(crate) fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        fs::create_dir_all(self.at(path).parent().unwrap()).unwrap();
        fs::write(self.at(path), text).unwrap();
    }

    pub(crate) fn remove(&self, path: &str) {
        fs::remove_file(self.at(path)).unwrap();
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// An edition of `parcel` at a price.
pub(crate) fn parcel(version: &str, price: &str) -> String {
    of("parcel", version, price)
}

fn of(name: &str, version: &str, price: &str) -> String {
    format!("ruleset {name} \"Parcels\" version \"{version}\" {{ currency USD }}\ncharge BASE = {price} USD\n")
}

/// A year of `parcel`.
fn year(year: u32, more: &str, price: &str) -> String {
    format!(
        "ruleset parcel \"Parcels\" version \"{year}{more}\" {{ currency USD  priced on day  effective {year}-01-01 through {year}-12-31 }}\n\
         input {{ day : date }}\ncharge BASE = {price} USD\n"
    )
}

/// A folder that is looked at by hand.
struct Stand {
    folder: Folder,
    clock: Arc<ManualClock>,
    directory: Directory,
    book: Book,
}

const STEP: Duration = Duration::from_millis(200);

impl Stand {
    fn new() -> Stand {
        Stand::with(|directory| directory)
    }

    /// The clock shows a time at which the files are an hour old.
    fn with(more: impl FnOnce(Directory) -> Directory) -> Stand {
        let folder = Folder::new();
        let clock = Arc::new(ManualClock::at(SystemClock::default().now() + Duration::from_secs(3600)));
        let directory = more(Directory::new(folder.rules()).clock(clock.clone()));
        Stand { folder, clock, directory, book: Book::default() }
    }

    /// One look, as soon as the keeper would come again.
    fn look(&mut self) -> Look {
        self.clock.pass(STEP);
        self.directory.look(&self.book, self.clock.now())
    }

    /// Looks until the folder is at rest.
    fn settled(&mut self) -> Look {
        let mut look = self.look();
        for _ in 0..5 {
            if !matches!(look.outcome, Outcome::Unsettled) {
                return look;
            }
            look = self.look();
        }
        panic!("it does not settle");
    }

    fn swapped(&mut self) -> Published {
        match self.settled().outcome {
            Outcome::Swapped(published) => published,
            other => panic!("nothing was published: {other:?}"),
        }
    }

    fn refused(&mut self) -> String {
        match self.settled().outcome {
            Outcome::Refused { why } => why,
            other => panic!("nothing was refused: {other:?}"),
        }
    }

    fn nothing(&mut self) -> String {
        match self.settled().outcome {
            Outcome::Nothing { why } => why,
            other => panic!("there is something: {other:?}"),
        }
    }

    fn is_unchanged(&mut self) -> bool {
        matches!(self.settled().outcome, Outcome::Unchanged)
    }

    fn total(&self) -> String {
        total(&self.book, "parcel")
    }
}

pub(crate) fn total(book: &Book, name: &str) -> String {
    book.quote_json(name, "{}").map_or_else(|error| error.to_string(), |quote| quote.totals()[0].to_string())
}

#[test]
fn a_folder_is_published_whole_and_only_what_changed_is_compiled_again() {
    let compiled = Arc::new(AtomicU32::new(0));
    let counted = compiled.clone();
    let mut stand = Stand::with(|directory| {
        directory.compiler(move || {
            counted.fetch_add(1, Ordering::Relaxed);
            Compiler::new()
        })
    });
    stand.folder.write("parcel.rules", parcel("1", "10"));
    stand.folder.write(
        "ocean/main.rules",
        "ruleset ocean \"Ocean\" { currency USD }\nimport \"../shared/fuel.rules\"\ncharge BASE = fuel",
    );
    stand.folder.write("shared/fuel.rules", "module shared.fuel \"Fuel\"\nparameter fuel = 3 USD\n");
    stand.folder.write("notes.txt", "not of interest");
    stand.folder.write(".hidden.rules", "nor this");
    let published = stand.swapped();
    assert_eq!((published.generation, published.loaded.len()), (1, 2), "one publication, and the module is none");
    assert_eq!((stand.total(), total(&stand.book, "ocean")), ("10.00 USD".into(), "3.00 USD".into()));
    let running = stand.directory.running();
    assert_eq!((running.origin, running.editions.len()), (Origin::Source, 2));
    assert_eq!(compiled.load(Ordering::Relaxed), 2);

    stand.folder.write("notes.txt", "more of no interest");
    assert!(stand.is_unchanged());
    stand.folder.write("shared/fuel.rules", "module shared.fuel \"Fuel\"\nparameter fuel = 4 USD\n");
    let published = stand.swapped();
    assert_eq!(published.loaded.len(), 1, "the one that imports it");
    assert_eq!((stand.total(), total(&stand.book, "ocean")), ("10.00 USD".into(), "4.00 USD".into()));
    assert_eq!(compiled.load(Ordering::Relaxed), 3);
}

#[test]
fn a_folder_without_rules_is_nothing_to_price_by() {
    let mut stand = Stand::new();
    let folder = stand.folder.rules().display().to_string();
    assert_eq!(stand.nothing(), format!("there is no rule set in {folder}"));
    fs::remove_dir(stand.folder.rules()).unwrap();
    assert_eq!(stand.nothing(), format!("there is no folder {folder}"));
    assert_eq!(stand.directory.running().origin, Origin::Nothing);
    fs::create_dir(stand.folder.rules()).unwrap();
    stand.folder.write("parcel.rules", parcel("1", "10"));
    stand.swapped();
}

#[test]
fn what_is_wrong_is_said_with_its_line_and_what_ran_goes_on() {
    let mut stand = Stand::new();
    stand.folder.write("parcel.rules", parcel("1", "10"));
    stand.folder.write("ocean.rules", of("ocean", "1", "3"));
    stand.swapped();
    stand.folder.write("ocean.rules", of("ocean", "2", "4"));
    stand.folder.write("parcel.rules", "ruleset parcel \"Parcels\" { currency USD }\ncharge BASE = weigth\n");
    let why = stand.refused();
    assert!(why.starts_with("parcel.rules:2:15: RW0201"), "{why}");
    assert_eq!(stand.refused(), why, "and the same at each look");
    assert_eq!((stand.total(), total(&stand.book, "ocean")), ("10.00 USD".into(), "3.00 USD".into()));
    // A test that fails beside the rules.
    stand.folder.write("parcel.rules", parcel("2", "12") + "test \"base\" { expect total is 10 USD }\n");
    let why = stand.refused();
    assert!(why.contains("the test \"base\" of `parcel` \"2\" fails"), "{why}");
    // Another field that must be sent.
    stand.folder.write("parcel.rules", parcel("2", "12") + "input { weight : mass in lb }\n");
    let why = stand.refused();
    assert!(why.contains("`parcel` \"1\"") && why.contains("weight"), "{why}");
    assert_eq!(stand.total(), "10.00 USD");
    stand.folder.write("parcel.rules", parcel("2", "12"));
    assert_eq!(stand.swapped().loaded.len(), 2);
    assert_eq!((stand.total(), total(&stand.book, "ocean")), ("12.00 USD".into(), "4.00 USD".into()));
    // The same in other words is no change of prices, and is taken.
    stand.folder.write("parcel.rules", parcel("2", "12") + "# spring\n");
    stand.settled();
    assert_eq!(stand.total(), "12.00 USD");
}

#[test]
fn a_break_for_callers_is_taken_where_that_was_said() {
    let mut stand = Stand::with(Directory::allow_breaking);
    stand.folder.write("parcel.rules", parcel("1", "10"));
    stand.swapped();
    stand.folder.write("parcel.rules", parcel("2", "12") + "input { weight : mass in lb }\n");
    assert_eq!(stand.swapped().breaks.len(), 1);
}

#[test]
fn a_book_that_was_taken_back_stays_so_until_the_folder_changes() {
    let mut stand = Stand::new();
    stand.folder.write("parcel.rules", parcel("1", "10"));
    let first = stand.swapped().generation;
    stand.folder.write("parcel.rules", parcel("2", "12"));
    stand.swapped();
    stand.book.roll_back(first).unwrap();
    let look = stand.settled();
    assert!(matches!(look.outcome, Outcome::Unchanged) && look.warnings.len() == 1, "{look:?}");
    assert!(look.warnings[0].starts_with("`parcel` runs otherwise than"), "{look:?}");
    // The same contents written again are no change.
    stand.folder.write("parcel.rules", parcel("2", "12"));
    assert!(stand.is_unchanged());
    assert_eq!(stand.total(), "10.00 USD");
    stand.folder.write("parcel.rules", parcel("3", "13"));
    stand.swapped();
    assert_eq!((stand.total(), stand.look().warnings.len()), ("13.00 USD".into(), 0));
}

#[test]
fn what_others_refused_is_judged_anew_when_the_book_changes() {
    let mut stand = Stand::new();
    let bare =
        "ruleset parcel \"Parcels\" version \"1\" { currency USD  effective from 2026-01-01 }\ncharge BASE = 10 USD\n";
    stand.folder.write("parcel.rules", bare);
    stand.folder.write("second.rules", bare.replace("\"1\"", "\"2\""));
    assert!(stand.nothing().contains("\n`parcel` \"2\" is that of `second.rules`"), "{:?}", stand.settled());
    assert!(stand.nothing().contains("is that of `second.rules`"), "nothing has changed");
    let other = ratewright::RuleSet::compile(&of("other", "1", "1")).unwrap();
    stand.book.publish(ratewright::live::Edition::new(other)).unwrap();
    assert!(stand.nothing().contains("is that of `second.rules`"), "judged again, with the same end");
}

#[test]
fn files_that_give_one_edition_are_named() {
    let mut stand = Stand::new();
    stand.folder.write("parcel.rules", parcel("1", "10"));
    std::fs::create_dir(stand.folder.rules().join("rules")).unwrap();
    // A folder that was copied into itself.
    stand.folder.write("rules/parcel.rules", parcel("1", "10"));
    assert_eq!(
        stand.nothing(),
        "`parcel.rules` and `rules/parcel.rules` give the same edition twice, `parcel` \"1\": take one of the files away"
    );
    stand.folder.write("rules/parcel.rules", parcel("1", "11"));
    let why = stand.nothing();
    assert!(
        why.starts_with("`parcel.rules` and `rules/parcel.rules` both give `parcel` \"1\", and mean something else ("),
        "{why}"
    );
    assert!(why.ends_with("take one of the files away, or give one of them another version"), "{why}");
    // Of editions that do not stand together, too.
    stand.folder.write("rules/parcel.rules", parcel("2", "11"));
    let why = stand.nothing();
    let files = "\n`parcel` \"1\" is that of `parcel.rules`\n`parcel` \"2\" is that of `rules/parcel.rules`";
    assert!(why.contains("both hold") && why.ends_with(files), "{why}");
}

#[test]
fn files_of_other_endings_count_where_rules_name_them() {
    let mut stand = Stand::new();
    stand.folder.write(
        "parcel.rules",
        "ruleset parcel \"Parcels\" { currency USD }\nimport \"fuel.inc\"\ncharge BASE = fuel\n",
    );
    assert!(stand.nothing().contains("fuel.inc"));
    stand.folder.write("fuel.inc", "module fuel \"Fuel\"\nparameter fuel = 3 USD\n");
    stand.swapped();
    assert_eq!(stand.total(), "3.00 USD");
    stand.folder.write("fuel.inc", "module fuel \"Fuel\"\nparameter fuel = 4 USD\n");
    stand.swapped();
    assert_eq!(stand.total(), "4.00 USD");
}

#[test]
fn a_folder_that_is_too_large_or_runs_in_circles_is_refused_or_left() {
    let mut stand = Stand::with(|directory| directory.at_most(2, 1000));
    stand.folder.write("parcel.rules", parcel("1", "10"));
    stand.swapped();
    stand.folder.write("a.csv", "x");
    stand.folder.write("b.csv", "x");
    assert!(stand.refused().contains("more than 2 files"));
    stand.folder.remove("b.csv");
    stand.folder.write("a.csv", "x".repeat(1000));
    assert!(stand.refused().contains("and 1000 are allowed"));
    stand.folder.remove("a.csv");
    assert!(stand.is_unchanged());
    let deep = "a/".repeat(20) + "x.rules";
    stand.folder.write(&deep, parcel("2", "12"));
    assert!(stand.refused().contains("more than 16 deep"));
    assert_eq!(stand.total(), "10.00 USD");
}
