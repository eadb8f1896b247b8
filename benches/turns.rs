//! Versions of one workload that take short turns in one process: whatever else the machine does meets all of them alike.
#![allow(dead_code, reason = "each user of this module uses a part of it")]

use criterion::Criterion;
use std::time::{Duration, Instant};

const TURNS: usize = 400;
const TURN: Duration = Duration::from_micros(500);

/// The versions of one workload.
pub struct Contest<'a> {
    name: &'static str,
    versions: Vec<(&'static str, Box<dyn FnMut() + 'a>)>,
}

impl<'a> Contest<'a> {
    pub fn new(name: &'static str) -> Self {
        Contest { name, versions: Vec::new() }
    }

    /// Adds a version: one call is one quote. Ratios are to the first.
    pub fn add(&mut self, name: &'static str, quote: impl FnMut() + 'a) {
        self.versions.push((name, Box::new(quote)));
    }

    /// Nanoseconds of one quote of each version: the median over all turns.
    fn medians(&mut self) -> Vec<f64> {
        let calls: Vec<u32> = self.versions.iter_mut().map(|(_, quote)| calls_in_a_turn(quote)).collect();
        let mut times = vec![Vec::with_capacity(TURNS); calls.len()];
        for _ in 0..TURNS {
            for (((_, quote), calls), times) in self.versions.iter_mut().zip(&calls).zip(&mut times) {
                times.push(time(quote, *calls) / f64::from(*calls));
            }
        }
        times.into_iter().map(median).collect()
    }

    /// Prints a row of the table for each version.
    pub fn print_table(&mut self) {
        let medians = self.medians();
        println!("\n| {} | median | × {} |\n|---|---:|---:|", self.name, self.versions[0].0);
        for ((name, _), nanoseconds) in self.versions.iter().zip(&medians) {
            println!("| {name} | {nanoseconds:.0} ns | {:.2} |", nanoseconds / medians[0]);
        }
    }

    /// Lets criterion measure each version, to compare it with its last run.
    pub fn measure(&mut self, criterion: &mut Criterion) {
        let mut group = criterion.benchmark_group(self.name);
        for (name, quote) in &mut self.versions {
            group.bench_function(*name, |bencher| bencher.iter(&mut *quote));
        }
        group.finish();
    }
}

fn time(quote: &mut dyn FnMut(), calls: u32) -> f64 {
    let start = Instant::now();
    (0..calls).for_each(|_| quote());
    start.elapsed().as_nanos() as f64
}

/// How many calls take about a turn.
fn calls_in_a_turn(quote: &mut dyn FnMut()) -> u32 {
    let once = time(quote, 1_000) / 1_000.0;
    (TURN.as_nanos() as f64 / once).max(1.0) as u32
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}
