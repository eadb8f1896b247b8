//! Quoting while editions are swapped: `cargo bench --bench swapping -- --minutes 10` (some seconds where nothing is said).
//!
//! As many threads as there are cores quote W2 from one book, JSON text to quote, without a pause. One more thread swaps 100 times a second, by
//! turns an edition that was compiled ahead, one that is compiled then and there from another text, and now and then back; its work takes a
//! core from the others. Turns of a second with swaps take place between turns of a quarter of a second without, so that both meet the same noise;
//! `--minutes` counts those with swaps. Every quote is compared, in JSON, with what its own edition gives alone, which was computed before the
//! edition was published. Memory is what the system counts as resident (on Linux).
//!
//! The process ends with 1, and says why, where a quote differs from what its edition gives alone, where the p99 with swaps is twice that
//! without or more, and where memory at the end is a tenth above that after a tenth of the time. Memory is judged from five minutes on:
//! this program itself gathers for half a minute what editions give.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::print_stdout, missing_docs, reason = "a measurement")]

mod turns;
mod workloads;

use ratewright::digest::Digest;
use ratewright::live::{Book, Edition, LiveContext};
use ratewright::{Compiler, Quote};
use std::collections::{HashMap, VecDeque};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, RwLock};
use std::time::{Duration, Instant};
use turns::in_words;
use workloads::freight;

const PAUSE: u8 = 0;
const ALONE: u8 = 1;
const SWAPPED: u8 = 2;

/// How many inputs each edition is known for.
const INPUTS: usize = 32;
/// How many editions are compiled ahead.
const AHEAD: u64 = 8;
/// For how many of the editions that were compiled since it is known what they give: those of the last half minute.
const KNOWN: usize = 1_500;
/// How many times as long the slowest of a hundred quotes may take with swaps.
const SLOWER: f64 = 2.0;
/// How many times as much memory there may be at the end as after a tenth of the time.
const LARGER: f64 = 1.1;
/// The seconds with swaps from which on memory is judged.
const LONG: f64 = 300.0;

fn main() -> ExitCode {
    let argument = |name: &str| {
        let all: Vec<String> = std::env::args().collect();
        all.iter().position(|one| one == name).and_then(|at| all.get(at + 1)?.parse::<f64>().ok())
    };
    let seconds = argument("--minutes").map_or(4.0, |minutes| minutes * 60.0);
    let rate = argument("--rate").unwrap_or(100.0);
    let holding = argument("--holding").unwrap_or(8.0) as usize;
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let run = Run::new(holding);
    let (load, started) = (load(), Instant::now());
    let measured: Vec<[Times; 2]> = std::thread::scope(|scope| {
        let readers: Vec<_> = (0..cores)
            .map(|reader| {
                let run = &run;
                scope.spawn(move || run.quote(reader))
            })
            .collect();
        run.swap_for(Duration::from_secs_f64(seconds), Duration::from_secs_f64(1.0 / rate));
        readers.into_iter().map(|reader| reader.join().unwrap()).collect()
    });
    let elapsed = started.elapsed().as_secs_f64() / 60.0;
    println!(
        "{elapsed:.1} minutes, {cores} threads, {holding} generations held; load of the machine {load} before, {} after",
        self::load()
    );
    let figures = run.print(&measured);
    let wrong = run.wrong.load(Ordering::SeqCst);
    let shortcomings = shortcomings(wrong, figures.slower, figures.larger.filter(|_| seconds >= LONG));
    shortcomings.iter().for_each(|words| println!("{words}"));
    ExitCode::from(u8::from(!shortcomings.is_empty()))
}

/// What a run has come to.
struct Figures {
    /// How many times as long the slowest of a hundred quotes takes with swaps as without.
    slower: f64,
    /// How many times as much memory there is at the end as after a tenth of the time; none where the system does not tell.
    larger: Option<f64>,
}

/// In what a run falls short of what a live book has to hold to.
fn shortcomings(wrong: u64, slower: f64, larger: Option<f64>) -> Vec<String> {
    let quotes = (wrong > 0).then(|| format!("{wrong} quotes are such as no edition gives alone"));
    // A figure that is no number, for nothing was measured, falls short too.
    let p99 = (slower.is_nan() || slower >= SLOWER)
        .then(|| format!("the p99 with swaps is {slower:.2} times that without, and must be below {SLOWER}"));
    let memory = larger.filter(|larger| *larger > LARGER).map(|larger| {
        format!("memory at the end is {larger:.2} times that after a tenth of the time, and may be at most {LARGER}")
    });
    [quotes, p99, memory].into_iter().flatten().collect()
}

/// What all threads share.
struct Run {
    book: Book,
    inputs: Vec<String>,
    /// What an edition gives for each input alone, in JSON.
    alone: RwLock<HashMap<Digest, Arc<Vec<Vec<u8>>>>>,
    ahead: Vec<Edition>,
    files: [(&'static str, String); 3],
    turn: AtomicU8,
    done: AtomicBool,
    wrong: AtomicU64,
    /// How often a swap was asked for.
    swaps: AtomicU64,
    compiled: AtomicU64,
    resident: RwLock<Vec<u64>>,
}

impl Run {
    fn new(holding: usize) -> Run {
        let mut run = Run {
            book: Book::default().holding(holding),
            inputs: freight::inputs(INPUTS).0.iter().map(freight::json).collect(),
            alone: RwLock::default(),
            ahead: Vec::new(),
            files: freight::Prices::new().files(),
            turn: AtomicU8::new(PAUSE),
            done: AtomicBool::new(false),
            wrong: AtomicU64::new(0),
            swaps: AtomicU64::new(0),
            compiled: AtomicU64::new(0),
            resident: RwLock::default(),
        };
        run.ahead = (0..AHEAD).map(|number| run.edition(number)).collect();
        run.book.publish(run.ahead[0].clone()).unwrap();
        run
    }

    /// An edition in which every fixed amount is so many cents more, and what it gives alone.
    fn edition(&self, number: u64) -> Edition {
        let cents = |amount: u64| format!("{}.{:02} USD", (amount + number) / 100, (amount + number) % 100);
        let amounts =
            [("4.10 USD", 410), ("5.25 USD", 525), ("24.00 USD", 2_400), ("3.50 USD", 350), ("7.95 USD", 795)];
        let text =
            amounts.iter().fold(self.files[0].1.clone(), |text, (old, amount)| text.replace(old, &cents(*amount)));
        let text = text + "\ncharge HANDLING = " + &cents(100);
        let compiler = self.files[1..].iter().fold(Compiler::new(), |all, (name, text)| all.source(name, text));
        let edition = Edition::new(compiler.source("main", &text).compile("main").unwrap());
        let mut context = edition.context();
        let mut quote_of = |input: &String| json(&edition.quote_json_in(&mut context, input).unwrap());
        let quotes = self.inputs.iter().map(&mut quote_of).collect();
        self.alone.write().unwrap().insert(edition.digest(), Arc::new(quotes));
        edition
    }

    /// Quotes until all is done; the times of quotes without swaps and with.
    fn quote(&self, reader: usize) -> [Times; 2] {
        let mut times = [Times::new(), Times::new()];
        let (mut context, mut quote, mut text) = (LiveContext::new(), Quote::default(), Vec::new());
        let (mut met, mut alone) = (None, Arc::default());
        let mut at = reader * 7;
        while !self.done.load(Ordering::Relaxed) {
            at = (at + 1) % INPUTS;
            let turn = self.turn.load(Ordering::Relaxed);
            let start = Instant::now();
            self.book.quote_json_into(&mut context, "bench.freight", &self.inputs[at], &mut quote).unwrap();
            let spent = start.elapsed();
            if let Some(times) = usize::from(turn).checked_sub(1).map(|turn| &mut times[turn]) {
                times.add(spent);
            }
            if met != quote.edition() {
                met = quote.edition();
                alone = met.and_then(|met| self.alone.read().unwrap().get(&met).cloned()).unwrap_or_default();
            }
            text.clear();
            quote.write_json(&mut text);
            if alone.get(at) != Some(&text) {
                self.wrong.fetch_add(1, Ordering::SeqCst);
            }
        }
        times
    }

    /// Swaps in turns, and ends it all.
    fn swap_for(&self, time: Duration, pause: Duration) {
        let (settling, mut number, mut swapping) = (Duration::from_millis(20), AHEAD, Duration::ZERO);
        let mut recent = VecDeque::new();
        while swapping < time {
            self.turn.store(ALONE, Ordering::Relaxed);
            std::thread::sleep(Duration::from_millis(250));
            let start = Instant::now();
            self.turn.store(SWAPPED, Ordering::Relaxed);
            let mut next = start;
            while start.elapsed() < Duration::from_secs(1) {
                self.swap(&mut number, &mut recent);
                // One that comes late is made up for.
                next += pause;
                std::thread::sleep(next.saturating_duration_since(Instant::now()));
            }
            swapping += start.elapsed();
            self.turn.store(PAUSE, Ordering::Relaxed);
            self.resident.write().unwrap().push(resident());
            std::thread::sleep(settling);
        }
        self.done.store(true, Ordering::Relaxed);
    }

    fn swap(&self, number: &mut u64, recent: &mut VecDeque<Digest>) {
        let swaps = self.swaps.fetch_add(1, Ordering::Relaxed);
        if swaps % 10 == 9 && self.book.held().len() > 2 {
            self.book.roll_back(self.book.generation() - 2).unwrap();
        } else if swaps.is_multiple_of(2) {
            *number += 1;
            let edition = self.edition(*number);
            recent.push_back(edition.digest());
            self.book.publish(edition).unwrap();
            self.compiled.fetch_add(1, Ordering::Relaxed);
            while recent.len() > KNOWN {
                recent.pop_front().and_then(|old| self.alone.write().unwrap().remove(&old));
            }
        } else {
            self.book.publish(self.ahead[(swaps / 2 % AHEAD) as usize].clone()).unwrap();
        }
    }

    fn print(&self, measured: &[[Times; 2]]) -> Figures {
        let of = |turn: usize| measured.iter().fold(Times::new(), |all, times| all.with(&times[turn]));
        let (alone, swapped) = (of(0), of(1));
        println!(
            "\n| a quote | quotes | median | p99 | p99.9 | p99.99 | longest |\n|---|---:|---:|---:|---:|---:|---:|"
        );
        let shares = [0.5, 0.99, 0.999, 0.9999, 1.0];
        for (name, times) in [("without swaps", &alone), ("with swaps", &swapped)] {
            let words: Vec<String> = shares.iter().map(|share| in_words(times.at(*share))).collect();
            println!("| {name} | {} | {} |", times.count(), words.join(" | "));
        }
        let ratios: Vec<String> = shares.iter().map(|s| format!("{:.2}", swapped.at(*s) / alone.at(*s))).collect();
        println!("| × | | {} |", ratios.join(" | "));
        let resident = self.resident.read().unwrap();
        let after = &resident[resident.len() / 10..];
        let megabytes = |bytes: Option<&u64>| bytes.map_or(0.0, |bytes| *bytes as f64 / 1e6);
        println!(
            "\n{} swaps, {} of them to an edition compiled then; {} quotes that no edition gives alone; resident {:.1} MB after a tenth of \
             the time, {:.1} MB at the end, {:.1} MB at most in between",
            self.book.generation(),
            self.compiled.load(Ordering::SeqCst),
            self.wrong.load(Ordering::SeqCst),
            megabytes(after.first()),
            megabytes(after.last()),
            megabytes(after.iter().max()),
        );
        let larger = after.first().zip(after.last()).filter(|(first, _)| **first > 0);
        Figures {
            slower: swapped.at(0.99) / alone.at(0.99),
            larger: larger.map(|(first, last)| *last as f64 / *first as f64),
        }
    }
}

fn json(quote: &Quote) -> Vec<u8> {
    let mut text = Vec::new();
    quote.write_json(&mut text);
    text
}

/// How many quotes took how long, in 32 steps for each doubling.
struct Times {
    counts: Vec<u64>,
}

impl Times {
    fn new() -> Times {
        Times { counts: vec![0; 64 * 32] }
    }

    fn add(&mut self, spent: Duration) {
        let nanoseconds = (spent.as_nanos() as u64).max(32);
        let doublings = nanoseconds.ilog2();
        let step = (nanoseconds >> (doublings - 5)) & 31;
        self.counts[(doublings * 32) as usize + step as usize] += 1;
    }

    fn with(mut self, other: &Times) -> Times {
        self.counts.iter_mut().zip(&other.counts).for_each(|(all, count)| *all += count);
        self
    }

    fn count(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// The nanoseconds within which this share of the quotes was done.
    fn at(&self, share: f64) -> f64 {
        let wanted = (self.count() as f64 * share).ceil() as u64;
        let mut seen = 0;
        let found = self.counts.iter().position(|count| {
            seen += count;
            seen >= wanted
        });
        let (doublings, step) = (found.unwrap_or(0) / 32, found.unwrap_or(0) % 32);
        2f64.powi(doublings as i32) * (1.0 + (step as f64 + 1.0) / 32.0)
    }
}

/// Bytes of this process that are in memory, in pages of 4 KiB.
fn resident() -> u64 {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    text.split(' ').nth(1).and_then(|pages| pages.parse::<u64>().ok()).unwrap_or(0) * 4096
}

fn load() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().unwrap_or_default().to_string()
}
