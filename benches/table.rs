//! How long tables take to be compiled, analysed, compared and looked up in: `cargo bench --bench table`.
//!
//! First the seconds that this thread was on a processor (on Linux; elsewhere those that passed) for whole tables, the least of five
//! runs. Then look-ups in tables of 10 to a million rows, each beside the same by hand: a scan of all rows, a `HashMap` of lanes with a
//! binary search of their bands, and the intervals of the crate `rust-lapper`. All versions are checked against each other on every key
//! first, and take turns of half a millisecond in one process.
#![allow(
    missing_docs,
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::panic,
    clippy::type_complexity,
    reason = "a benchmark stops where its data are wrong, and prints what it measured"
)]

#[path = "workloads/lane_rates.rs"]
mod lane_rates;
mod turns;
mod workloads;

use lane_rates::LaneRates;
use ratewright::Compiler;
use ratewright::table::analysis::Effort;
use ratewright::table::{Found, Table};
use ratewright::value::{Date, Number, Value};
use rust_decimal::Decimal;
use rust_lapper::{Interval, Lapper};
use std::collections::HashMap;
use std::hint::black_box;
use turns::{Contest, Stopwatch};
use workloads::Random;
use workloads::tables::{Parsed, grid_text, plain_bands};

/// The least of five runs, in milliseconds; what is needed for one is made outside of it.
fn report<T, R>(words: &str, make: impl Fn() -> T, run: impl Fn(T) -> R) {
    let once = || {
        let made = make();
        let watch = Stopwatch::start();
        let result = black_box(run(made));
        let spent = watch.seconds();
        drop(result);
        spent
    };
    let least = (0..5).map(|_| once()).fold(f64::INFINITY, f64::min);
    println!("| {words} | {:.1} ms |", least * 1e3);
}

fn main() {
    let only = std::env::args().skip(1).find(|word| !word.starts_with('-')).unwrap_or_default();
    if only != "lanes" && only != "bands" {
        println!("\n| whole tables | least of five |\n|---|---:|");
        whole_tables();
    }
    if only != "bands" {
        lanes();
        periods();
    }
    if only != "lanes" {
        for rows in [10, 1_000, 100_000, 1_000_000] {
            look_ups(rows);
        }
    }
}

/// A contest in which one call looks up the next key.
fn add<'a, K, R>(contest: &mut Contest<'a>, name: &'static str, keys: &'a [K], find: impl Fn(&'a K) -> R + 'a) {
    let mut next = keys.iter().cycle();
    contest.add(name, move || drop(black_box(find(black_box(next.next().unwrap())))));
}

/// Service, two zones and a weight break: the rate and the lowest charge.
fn lanes() {
    for (rows, name) in [
        (10, "lanes: 10 rows"),
        (1_000, "lanes: 1,000 rows"),
        (10_000, "lanes: 10,000 rows"),
        (100_000, "lanes: 100,000 rows"),
        (1_000_000, "lanes: 1,000,000 rows"),
    ] {
        let rates = LaneRates::new(rows, false);
        let shuffled = LaneRates::new(rows, true);
        let by_hand = rates.hashed();
        let asks = rates.asks();
        lane_rates::check(&rates, &by_hand, &asks);
        let mut contest = Contest::new(name);
        add(&mut contest, "hash and break search in rust_decimal, by hand", &asks, |ask| {
            lane_rates::hashed(&by_hand, ask).map(|(rate, lowest)| (*rate, *lowest))
        });
        add(&mut contest, "dense array of scaled i64, by hand", &asks, |ask| rates.dense(ask));
        add(&mut contest, "ratewright", &asks, |ask| rates.find(ask));
        add(&mut contest, "ratewright, lanes shuffled", &asks, |ask| shuffled.find(ask));
        contest.print_table();
    }
}

/// The percent of a week.
fn periods() {
    let (table, by_hand) = lane_rates::weeks();
    let days = lane_rates::days();
    let find = |day: &Date| {
        let at = by_hand.partition_point(|(from, _)| from <= day).checked_sub(1)?;
        by_hand.get(at).map(|(_, percent)| *percent)
    };
    let look_up = |day: &Date| match table.look_up(&[], Some(*day)) {
        Found::Row(row) => table.digits(row, 1),
        _ => None,
    };
    for day in &days {
        assert_eq!(look_up(day).map(|(digits, scale)| Decimal::new(digits, scale.into())), find(day));
    }
    let mut contest = Contest::new("52 weeks");
    add(&mut contest, "binary search, by hand", &days, find);
    add(&mut contest, "ratewright", &days, look_up);
    contest.print_table();
}

fn indexed(parsed: Parsed) -> Table {
    let mut table = parsed.table();
    table.index_rows();
    table
}

fn whole_tables() {
    let effort = Effort::default();
    let grid = Parsed::grid();
    let domains = grid.domains();
    report("40,000 × 4, parsed rows into a table", || grid.clone(), Parsed::table);
    report(
        "40,000 × 4, index",
        || grid.clone().table(),
        |mut table| {
            table.index_rows();
            table
        },
    );
    report(
        "40,000 × 4, analysis",
        || grid.clone().table(),
        |table| {
            let analysis = table.analyse(&domains, effort);
            assert!(analysis.decided && analysis.gaps.is_empty() && analysis.overlaps.is_empty());
            (table, analysis)
        },
    );
    let (rules, csv) = grid_text();
    let compiler = Compiler::new().source("main.rules", rules).source("rates.csv", &csv);
    report("40,000 × 4, from the text: read, checked, indexed", || (), |()| compiler.compile("main.rules").unwrap());
    let (old, new) = (indexed(grid.clone()), indexed(grid.next_edition()));
    report(
        "two editions of 40,000 × 4, difference",
        || (),
        |()| {
            let difference = old.difference(&new, &domains, effort);
            assert!(difference.decided && difference.changed.len() > 90);
            difference
        },
    );
    report(
        "the same edition twice, difference",
        || (),
        |()| {
            let difference = old.difference(&old, &domains, effort);
            assert!(difference.decided && difference.changed.is_empty());
            difference
        },
    );
    let mixed = Parsed::mixed();
    let domains = mixed.domains();
    report("10,000 × 8 mixed, parsed rows into a table and index", || mixed.clone(), indexed);
    report(
        "10,000 × 8 mixed, analysis",
        || mixed.clone().table(),
        |table| {
            let analysis = table.analyse(&domains, effort);
            assert!(analysis.decided);
            (table, analysis)
        },
    );
}

/// Look-ups by hand: rates of lanes by weight.
struct ByHand {
    rows: Vec<(i64, i64, i64, i64)>,
    lanes: HashMap<i64, Vec<(i64, i64, i64)>>,
    /// Lane and weight as one number.
    lapper: Lapper<u64, i64>,
}

impl ByHand {
    fn new(rows: usize) -> ByHand {
        let rows: Vec<_> = plain_bands(rows).collect();
        let mut lanes: HashMap<i64, Vec<(i64, i64, i64)>> = HashMap::new();
        for (lane, low, high, rate) in &rows {
            lanes.entry(*lane).or_default().push((*low, *high, *rate));
        }
        let interval = |(lane, low, high, rate): &(i64, i64, i64, i64)| Interval {
            start: Self::place(*lane, *low),
            stop: Self::place(*lane, *high),
            val: *rate,
        };
        let lapper = Lapper::new(rows.iter().map(interval).collect());
        ByHand { rows, lanes, lapper }
    }

    fn place(lane: i64, weight: i64) -> u64 {
        (lane as u64) << 20 | weight as u64
    }

    fn scan(&self, lane: i64, weight: i64) -> Option<i64> {
        let row = self.rows.iter().find(|(of, low, high, _)| *of == lane && *low <= weight && weight < *high)?;
        Some(row.3)
    }

    fn hash(&self, lane: i64, weight: i64) -> Option<i64> {
        let bands = self.lanes.get(&lane)?;
        let (_, high, rate) = bands.get(bands.partition_point(|(low, ..)| *low <= weight).checked_sub(1)?)?;
        (weight < *high).then_some(*rate)
    }

    fn lapper(&self, lane: i64, weight: i64) -> Option<i64> {
        let at = Self::place(lane, weight);
        self.lapper.find(at, at + 1).next().map(|interval| interval.val)
    }
}

fn look_ups(rows: usize) {
    let table = indexed(Parsed::bands(rows));
    let by_hand = ByHand::new(rows);
    let mut random = Random::new(99);
    let lanes: Vec<i64> = by_hand.rows.iter().map(|row| row.0).collect();
    let keys: Vec<(i64, i64)> =
        (0..65_536).map(|_| (lanes[random.between(0, rows as i64 - 1) as usize], random.between(0, 999))).collect();
    let number = |n: i64| Value::Number(Number::from_i64(n));
    let values: Vec<[Value; 2]> = keys.iter().map(|(lane, weight)| [number(*lane), number(*weight)]).collect();
    for ((lane, weight), values) in keys.iter().zip(&values).take(if rows > 10_000 { 300 } else { 65_536 }) {
        let Found::Row(row) = table.look_up(values, None) else { panic!("no row for {lane}, {weight}") };
        let rate = by_hand.scan(*lane, *weight).unwrap();
        assert_eq!(table.value(row, 2), Some(number(rate)));
        assert_eq!((by_hand.hash(*lane, *weight), by_hand.lapper(*lane, *weight)), (Some(rate), Some(rate)));
    }

    let name: &'static str = match rows {
        10 => "look-up among 10 rows",
        1_000 => "1,000 rows",
        100_000 => "100,000 rows",
        _ => "1,000,000 rows",
    };
    let mut contest = Contest::new(name);
    let (mut next, table) = (values.iter().cycle(), &table);
    contest.add("ratewright", move || drop(black_box(table.look_up(black_box(next.next().unwrap()), None))));
    let by_key = |look_up: fn(&ByHand, i64, i64) -> Option<i64>| {
        let (mut next, by_hand) = (keys.iter().cycle(), &by_hand);
        move || {
            let (lane, weight) = *black_box(next.next().unwrap());
            black_box(look_up(by_hand, lane, weight));
        }
    };
    contest.add("HashMap and binary search", by_key(ByHand::hash));
    contest.add("rust-lapper", by_key(ByHand::lapper));
    contest.add("scan", by_key(ByHand::scan));
    // The same few keys again and again, whose rows stay near the processor.
    let (mut next, few) = (values.iter().take(500).cycle(), table);
    contest.add("ratewright, 500 keys", move || drop(black_box(few.look_up(black_box(next.next().unwrap()), None))));
    let (mut next, few) = (keys.iter().take(500).cycle(), &by_hand);
    contest.add("HashMap and binary search, 500 keys", move || {
        let (lane, weight) = *black_box(next.next().unwrap());
        black_box(few.hash(lane, weight));
    });
    // A lane that is there, and a weight past its bands: the neighbours are looked for.
    let mut next = keys.iter().map(|(lane, _)| [number(*lane), number(1_500)]).collect::<Vec<_>>().into_iter().cycle();
    contest.add("ratewright, a miss with its nearest rows", move || {
        let keys = next.next().unwrap();
        assert_eq!(black_box(table.look_up(&keys, None)), Found::Nothing);
        drop(black_box(table.nearest(&keys, None)));
    });
    contest.print_table();
}
