//! Versions of one workload that take short turns in one process: whatever else the machine does meets all of them alike.
//!
//! A version is a call that prices the next of its inputs. The figure of a version is the median over its turns, in nanoseconds a
//! call; what is to be trusted is the ratio of two of them.
#![allow(
    dead_code,
    clippy::type_complexity,
    reason = "each user of this module uses a part of it; versions are closures"
)]

use std::time::{Duration, Instant};

const TURNS: usize = 400;
const TURN: Duration = Duration::from_micros(500);

/// The versions of one workload.
pub struct Contest<'a> {
    pub name: String,
    versions: Vec<(&'static str, Box<dyn FnMut() + 'a>)>,
}

impl<'a> Contest<'a> {
    pub fn new(name: impl Into<String>) -> Self {
        Contest { name: name.into(), versions: Vec::new() }
    }

    /// Adds a version: one call is one quote. Ratios are to the first.
    pub fn add(&mut self, name: &'static str, quote: impl FnMut() + 'a) {
        self.versions.push((name, Box::new(quote)));
    }

    /// Each version with its call.
    pub fn versions(&mut self) -> impl Iterator<Item = (&'static str, &mut (dyn FnMut() + 'a))> {
        self.versions.iter_mut().map(|(name, quote)| (*name, &mut **quote))
    }

    /// Each version with the nanoseconds of one quote: the median over all turns.
    pub fn medians(&mut self) -> Vec<(&'static str, f64)> {
        let calls: Vec<u32> = self.versions().map(|(_, quote)| calls_in_a_turn(quote)).collect();
        let mut times = vec![Vec::with_capacity(TURNS); calls.len()];
        for _ in 0..TURNS {
            for (((_, quote), calls), times) in self.versions().zip(&calls).zip(&mut times) {
                times.push(time(quote, *calls) / f64::from(*calls));
            }
        }
        let names = self.versions.iter().map(|(name, _)| *name);
        names.zip(times.into_iter().map(median)).collect()
    }

    /// Prints a table with a row for each version.
    pub fn print_table(&mut self) {
        let medians = self.medians();
        let (first, base) = medians[0];
        println!("\n| {} | median | × {first} |\n|---|---:|---:|", self.name);
        for (name, nanoseconds) in medians {
            println!("| {name} | {} | {:.2} |", in_words(nanoseconds), nanoseconds / base);
        }
    }
}

/// `3.4 ns`, `47 ns`, `1,534 ns`, `41.3 µs`, `113 ms`.
pub fn in_words(nanoseconds: f64) -> String {
    match nanoseconds {
        ..10.0 => format!("{nanoseconds:.1} ns"),
        ..1_000.0 => format!("{nanoseconds:.0} ns"),
        ..10_000.0 => format!("{},{:03} ns", nanoseconds.round() as u32 / 1_000, nanoseconds.round() as u32 % 1_000),
        ..1e5 => format!("{:.1} µs", nanoseconds / 1e3),
        ..1e6 => format!("{:.0} µs", nanoseconds / 1e3),
        ..1e7 => format!("{:.1} ms", nanoseconds / 1e6),
        _ => format!("{:.0} ms", nanoseconds / 1e6),
    }
}

fn time(quote: &mut dyn FnMut(), calls: u32) -> f64 {
    let start = Instant::now();
    (0..calls).for_each(|_| quote());
    start.elapsed().as_nanos() as f64
}

/// How many calls take about a turn.
fn calls_in_a_turn(quote: &mut dyn FnMut()) -> u32 {
    let mut calls = 8;
    loop {
        let spent = time(quote, calls);
        if spent > 4.0 * TURN.as_nanos() as f64 {
            return (TURN.as_nanos() as f64 * f64::from(calls) / spent).max(1.0) as u32;
        }
        calls *= 2;
    }
}

pub fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// Counts the seconds that this thread is on a processor, where the system says so (Linux); else those that pass.
pub struct Stopwatch {
    passed: Instant,
    working: Option<f64>,
}

impl Stopwatch {
    pub fn start() -> Stopwatch {
        Stopwatch { passed: Instant::now(), working: on_processor() }
    }

    /// Seconds since the start.
    pub fn seconds(&self) -> f64 {
        let working = self.working.and_then(|before| Some(on_processor()? - before));
        working.unwrap_or_else(|| self.passed.elapsed().as_secs_f64())
    }
}

fn on_processor() -> Option<f64> {
    let spent = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(spent.split(' ').next()?.parse::<f64>().ok()? / 1e9)
}
