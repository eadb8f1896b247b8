//! How long it takes from a change of a file to the first quote by it: `cargo bench -p ratewright-sources --features events --bench change`.
//!
//! A folder holds the freight tariffs that come along with the engine and one small tariff, which is replaced by renaming; a thread asks for
//! quotes until one is of the new price. Folders that are kept in different ways take turns in one process; the figures are in seconds
//! that pass, with the median and the extremes over the turns. Without events the time is that to the next look, which comes at random: on
//! average the interval, at most twice as long. `-- --turns=5` measures less often, `-- --quick` leaves out the interval of 15 seconds.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::print_stdout, missing_docs, reason = "a measurement")]

use ratewright::live::Book;
use ratewright_sources::{Directory, Keeper, Keeping, Look, Moment, Running, Source};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A folder whose events nobody asks for.
struct Polled(Directory);

impl Source for Polled {
    fn name(&self) -> String {
        self.0.name()
    }

    fn start(&mut self, book: &Book, now: Moment) -> Look {
        self.0.start(book, now)
    }

    fn look(&mut self, book: &Book, now: Moment) -> Look {
        self.0.look(book, now)
    }

    fn running(&self) -> Running {
        self.0.running()
    }
}

/// A folder that is kept, and what its changes took.
struct Kept {
    words: &'static str,
    folder: PathBuf,
    keeping: Keeping,
    times: Vec<f64>,
}

impl Kept {
    fn new(words: &'static str, above: &Path, keep: impl FnOnce(&Path, Keeper) -> Keeper) -> Kept {
        let folder = above.join(words.replace(' ', "-"));
        copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rules/freight"), &folder);
        save(&folder, 1);
        let keeper = keep(&folder, Keeper::new(Arc::new(Book::default())));
        Kept { words, keeping: keeper.start().unwrap(), folder, times: Vec::new() }
    }

    fn turn(&mut self, price: u32) {
        let expected = format!("{price}.00 USD");
        save(&self.folder, price);
        let start = Instant::now();
        while self.keeping.book().quote_json("probe", "{}").unwrap().totals()[0].to_string() != expected {
            std::thread::sleep(Duration::from_micros(200));
        }
        self.times.push(start.elapsed().as_secs_f64());
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        match entry.file_type().unwrap().is_dir() {
            true => copy(&entry.path(), &to.join(entry.file_name())),
            false => drop(std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap()),
        }
    }
}

fn save(folder: &Path, price: u32) {
    let text = format!("ruleset probe \"Probe\" {{ currency USD }}\ncharge BASE = {price} USD\n");
    std::fs::write(folder.join(".probe"), text).unwrap();
    std::fs::rename(folder.join(".probe"), folder.join("probe.rules")).unwrap();
}

fn main() {
    let turns = std::env::args().find_map(|argument| argument.strip_prefix("--turns=")?.parse().ok()).unwrap_or(15);
    let is_quick = std::env::args().any(|argument| argument == "--quick");
    let above = std::env::temp_dir().join(format!("ratewright-change-{}", std::process::id()));
    let (often, seldom) = (Duration::from_secs(1), Duration::from_secs(15));
    let mut all = vec![
        Kept::new("events", &above, |folder, keeper| keeper.source(Directory::new(folder))),
        Kept::new("events, no settling", &above, |folder, keeper| {
            keeper.source(Directory::new(folder).settling(Duration::ZERO))
        }),
        Kept::new("every second", &above, |folder, keeper| keeper.every(often).source(Polled(Directory::new(folder)))),
    ];
    if !is_quick {
        all.push(Kept::new("every 15 seconds", &above, |folder, keeper| {
            keeper.every(seldom).source(Polled(Directory::new(folder)))
        }));
    }
    for turn in 0..turns {
        all.iter_mut().for_each(|kept| kept.turn(2 + turn));
    }
    println!("| kept by | shortest | median | longest |\n|---|---:|---:|---:|");
    for mut kept in all {
        kept.times.sort_by(f64::total_cmp);
        let at = |index: usize| kept.times[index];
        let (first, middle, last) = (at(0), at(kept.times.len() / 2), at(kept.times.len() - 1));
        println!("| {} | {first:.3} s | {middle:.3} s | {last:.3} s |", kept.words);
        kept.keeping.stop();
    }
    std::fs::remove_dir_all(above).unwrap();
}
