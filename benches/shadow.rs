//! What a migration adds to the old code's answers: `cargo bench -p ratewright-migration --bench shadow` (`-- --quick` for a look).
//!
//! Old code (W2 by hand in `rust_decimal`, and the same with as much work more as old code of a tenth of a millisecond has) is called alone, and through
//! a door in shadow, which compares beside the call, hands cases to a ring, or lets the ring choose, of no, one, ten and a hundred percent of the calls; with a fast candidate
//! (W2 as rules) and a slow one (the same with a charge of two thousand additions). Each call is timed by itself. Versions take turns of at most a thousand calls in one
//! process; what a version adds is the difference of its percentile and that of the old code alone in the same round, and the figure the median
//! of all rounds. Between turns the ring is let run empty, untimed, so that every case that is handed on has room.
//!
//! Then two threads call without a pause, all is compared, and the candidate is slow: what waits, what is resident and what is dropped. The process ends
//! with 1 where a case is lost, an answer is not that of the old code, or more waits than may.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::print_stdout, missing_docs, reason = "a measurement")]

mod turns;
mod workloads;

use ratewright::live::{Book, Edition};
use ratewright::migrate::stage::{Stages, Subject};
use ratewright::migrate::{
    Answer, ComparisonMemory, Elsewhere, Measure, Migration, MigrationContext, MigrationCounts, Prices, Wanted, Wanting,
};
use ratewright::quote::Money;
use ratewright::value::{Currency, Number};
use ratewright::{Compiler, Quote, RuleSet};
use ratewright_migration::{Ring, RingLimits, RingWorker};
use rust_decimal::Decimal;
use std::hint::black_box;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use turns::{Contest, in_words, median};
use workloads::freight::{self, Shipment};
use workloads::{Bill, calls};

const INPUTS: usize = 512;
const TURN: usize = 1_000;
const SAMPLES: [&str; 4] = ["0%", "1%", "10%", "100%"];
const PERCENTILES: [f64; 3] = [0.5, 0.99, 0.999];

type Old = Bill<Decimal>;
type Door = Migration<Old, String>;

fn main() -> ExitCode {
    let quick = std::env::args().any(|argument| argument == "--quick");
    println!("load of the machine {}", std::fs::read_to_string("/proc/loadavg").unwrap_or_default().trim());
    let world = World::new();
    comparing(&world);
    let rounds = if quick { 3 } else { 21 };
    for (words, work, calls) in [("W2 by hand", 1, 20_000), ("old code of a tenth of a millisecond", 160, 4_000)] {
        for (candidate, book) in [("fast", &world.fast), ("slow", &world.slow)] {
            let calls = if quick { calls / 4 } else { calls };
            contest(&world, &format!("{words}, a {candidate} candidate"), work, book, (rounds, calls));
        }
    }
    overload(&world, Duration::from_secs(if quick { 1 } else { 10 }))
}

/// What everybody prices by.
struct World {
    prices: freight::Prices,
    shipments: Vec<Shipment>,
    keys: Vec<(String, String)>,
    classes: [&'static str; 4],
    rules: RuleSet,
    fast: Arc<Book>,
    slow: Arc<Book>,
}

impl World {
    fn new() -> World {
        let prices = freight::Prices::new();
        let files = prices.files();
        let more = "\ncharge NOTHING = 0.00 USD * (sum of x for each x in numbers(1, 2000))";
        let slow = files[1..].iter().fold(Compiler::new(), |all, (name, text)| all.source(name, text));
        let slow = slow.source("main", &format!("{}{more}", files[0].1)).compile("main").unwrap();
        let book = |rules: &RuleSet| {
            let book = Arc::new(Book::default());
            book.publish(Edition::new(rules.clone())).unwrap();
            book
        };
        let (rules, shipments) = (prices.rules(), freight::inputs(INPUTS).0);
        let keys = (0..INPUTS).map(|at| (format!("customer {}", at % 40), format!("order {at}"))).collect();
        let classes = ["class 17", "class 170", "class 700", "class 999"];
        World { classes, fast: book(&rules), slow: book(&slow), rules, prices, shipments, keys }
    }

    /// The old code: its answer, after as many times its work.
    fn old(&self, at: usize, work: usize, key: &mut (freight::Service, String, String)) -> Old {
        for _ in 1..work {
            black_box(freight::decimal(&self.prices, black_box(&self.shipments[at]), key));
        }
        freight::decimal(&self.prices, black_box(&self.shipments[at]), key)
    }

    fn subject(&self, at: usize) -> Subject<'_> {
        Subject::of(&self.keys[at].0).case(&self.keys[at].1).like(self.classes[at % self.classes.len()])
    }

    fn door(&self, book: &Arc<Book>, sample: &str, elsewhere: Option<Arc<dyn Elsewhere>>) -> Door {
        let plan = format!(
            r#"{{ "format": 1, "migration": "bench", "stage": "shadow", "sample": {{ "shadow": "{sample}" }} }}"#
        );
        let stages: Stages = plan.parse().unwrap();
        let door = Migration::new(stages, book.clone(), "bench.freight", reading, |_| None);
        let door = door.measured_by(Measure::exact().zero_is_none());
        match elsewhere {
            Some(elsewhere) => door.handing_to(elsewhere),
            None => door,
        }
    }
}

fn reading(answer: Result<&Old, &String>) -> Answer {
    let usd = Currency::parse("USD").unwrap();
    let money = |amount: Decimal| Money { amount: Number::from_decimal(amount), currency: usd };
    match answer {
        Ok(bill) => {
            let lines = bill.lines().iter();
            let prices = lines.fold(Prices::new(), |prices, (code, amount)| prices.line(*code, money(*amount)));
            prices.total(money(bill.total)).into()
        }
        Err(words) => Answer::failed(words.clone()),
    }
}

/// Where a case is compared.
#[derive(Clone, Copy)]
enum Place {
    /// Beside the call.
    Inline,
    /// In the thread of a ring.
    Ring,
    /// Where a ring chooses, by what it measures.
    Chosen,
}

impl Place {
    fn words(self) -> &'static str {
        match self {
            Place::Inline => "inline",
            Place::Ring => "ring",
            Place::Chosen => "chosen",
        }
    }
}

/// A way to the old code's answer.
struct Version<'a> {
    name: String,
    call: Box<dyn FnMut(usize) -> Decimal + 'a>,
    counts: Option<Box<dyn Fn() -> MigrationCounts + 'a>>,
    worker: Option<RingWorker>,
}

impl<'a> Version<'a> {
    fn alone(world: &'a World, work: usize) -> Version<'a> {
        let mut key = freight::key();
        let call = move |at| black_box(world.old(at, work, &mut key)).total;
        Version { name: "alone".to_owned(), call: Box::new(call), counts: None, worker: None }
    }

    /// One percent through a ring, and of each other case it is looked up whether its class is wanted, among a thousand that are not.
    fn favouring(world: &'a World, work: usize, book: &Arc<Book>) -> Version<'a> {
        let wanting = Wanting::new();
        wanting.set(Wanted::new((0..1_000).map(|class| (format!("class {class}"), false)), true));
        Version::of(world, work, (book, "1%", Place::Ring), Some(wanting))
    }

    fn shadow(world: &'a World, work: usize, book: &Arc<Book>, sample: &str, place: Place) -> Version<'a> {
        Version::of(world, work, (book, sample, place), None)
    }

    fn of(
        world: &'a World,
        work: usize,
        (book, sample, place): (&Arc<Book>, &str, Place),
        wanting: Option<Arc<Wanting>>,
    ) -> Version<'a> {
        let favours = wanting.is_some();
        // The thread may take a core for itself: what is measured is the calls.
        let usual = RingLimits { share: 1_000, ..RingLimits::default() };
        let ring = match place {
            Place::Inline => None,
            Place::Ring => Some(Ring::new(RingLimits { beside_below: Duration::ZERO, ..usual })),
            Place::Chosen => Some(Ring::new(usual)),
        };
        let door = world.door(book, sample, ring.clone().map(|ring| ring as Arc<dyn Elsewhere>));
        let door = Arc::new(match wanting {
            Some(wanting) => door.favouring(wanting),
            None => door,
        });
        let worker = ring.map(|ring| ring.start(door.clone()).unwrap());
        let (mut context, mut key, counted) = (MigrationContext::default(), freight::key(), door.clone());
        let call = move |at| {
            let old = || Ok(world.old(at, work, &mut key));
            black_box(door.price(&mut context, &world.subject(at), &world.shipments[at], old)).answer.unwrap().total
        };
        let name = format!("{} {sample}", place.words());
        let name = if favours { name + ", classes looked up," } else { name };
        Version { name, call: Box::new(call), counts: Some(Box::new(move || counted.counts())), worker }
    }

    /// Times a turn, and lets what was handed on be compared.
    fn turn(&mut self, calls: usize, from: usize, times: &mut Vec<u32>) {
        for call in from..from + calls {
            let start = Instant::now();
            black_box((self.call)(call % INPUTS));
            times.push(u32::try_from(start.elapsed().as_nanos()).unwrap_or(u32::MAX));
        }
        while self.worker.as_ref().is_some_and(|worker| worker.waiting().0 > 0) {
            std::thread::sleep(Duration::from_micros(200));
        }
    }
}

fn contest(world: &World, name: &str, work: usize, book: &Arc<Book>, (rounds, calls): (usize, usize)) {
    let mut versions = vec![Version::alone(world, work)];
    for place in [Place::Inline, Place::Ring, Place::Chosen] {
        versions.extend(SAMPLES.iter().map(|sample| Version::shadow(world, work, book, sample, place)));
    }
    versions.push(Version::favouring(world, work, book));
    let mut alone: [Vec<f64>; 3] = Default::default();
    let mut added: Vec<[Vec<f64>; 3]> = versions.iter().map(|_| Default::default()).collect();
    for round in 0..=rounds {
        let mut times: Vec<Vec<u32>> = versions.iter().map(|_| Vec::with_capacity(calls)).collect();
        for turn in 0..calls / TURN {
            for (version, times) in versions.iter_mut().zip(&mut times) {
                version.turn(TURN, turn * TURN, times);
            }
        }
        if round == 0 {
            // In the first one memory is taken that the others use again.
            continue;
        }
        times.iter_mut().for_each(|times| times.sort_unstable());
        let at =
            |times: &[u32], share: f64| f64::from(times[((times.len() as f64 * share) as usize).min(times.len() - 1)]);
        for (place, share) in PERCENTILES.iter().enumerate() {
            let base = at(&times[0], *share);
            alone[place].push(base);
            times.iter().zip(&mut added).for_each(|(times, added)| added[place].push(at(times, *share) - base));
        }
    }
    let cells = |values: [Vec<f64>; 3]| values.map(|values| signed(median(values))).join(" | ");
    println!("\n| {name} | p50 | p99 | p99.9 | compared | dropped |\n|---|---:|---:|---:|---:|---:|");
    println!("| the old code alone | {} | | |", alone.map(|values| in_words(median(values))).join(" | "));
    for (version, added) in versions.iter_mut().zip(added).skip(1) {
        let counts = version.counts.as_ref().unwrap()();
        assert_eq!(counts.offered, counts.compared + counts.all_dropped(), "{counts:?}");
        println!("| {} adds | {} | {} | {} |", version.name, cells(added), counts.compared, counts.all_dropped());
    }
}

fn signed(nanoseconds: f64) -> String {
    let sign = if nanoseconds < 0.0 { "−" } else { "" };
    format!("{sign}{}", in_words(nanoseconds.abs()))
}

/// What the steps of a comparison take.
fn comparing(world: &World) {
    let (rules, inputs) = (&world.rules, world.shipments.as_slice());
    let mut contest = Contest::new("a comparison of W2");
    contest.add("the rules alone", calls::quotes_into(rules, inputs));
    let answers: Vec<Answer> = (0..INPUTS).map(|at| reading(Ok(&world.old(at, 1, &mut freight::key())))).collect();
    let (mut context, mut quote, mut memory) = (rules.context(), Quote::default(), ComparisonMemory::default());
    let (measure, mut next) = (Measure::exact(), (0..INPUTS).cycle());
    contest.add("and compared", move || {
        let at = next.next().unwrap();
        rules.quote_into(&mut context, &inputs[at], &mut quote).unwrap();
        assert!(black_box(measure.compare(&mut memory, &answers[at], &quote)).is_match());
    });
    let bills: Vec<Old> = (0..INPUTS).map(|at| world.old(at, 1, &mut freight::key())).collect();
    contest.add("reading the old code's answer, alone", calls::by_hand_owned(bills, |bill| reading(Ok(bill))));
    contest.print_table();
}

/// All is compared by a slow candidate, and called without a pause.
fn overload(world: &World, time: Duration) -> ExitCode {
    let limits = RingLimits::default();
    let ring = Ring::new(limits);
    let door = Arc::new(world.door(&world.slow, "100%", Some(ring.clone())));
    let worker = ring.start(door.clone()).unwrap();
    let (done, wrong, most) = (AtomicBool::new(false), AtomicUsize::new(0), AtomicUsize::new(0));
    let (mut before, mut after) = (0, 0);
    let calls: usize = std::thread::scope(|scope| {
        let call = || {
            let (mut context, mut key, mut calls) = (MigrationContext::default(), freight::key(), 0);
            let totals: Vec<Decimal> = (0..INPUTS).map(|at| world.old(at, 1, &mut freight::key()).total).collect();
            while !done.load(Ordering::Relaxed) {
                let at = calls % INPUTS;
                let old = || Ok(world.old(at, 1, &mut key));
                let priced = door.price(&mut context, &world.subject(at), &world.shipments[at], old);
                wrong.fetch_add(usize::from(priced.answer.map(|bill| bill.total) != Ok(totals[at])), Ordering::Relaxed);
                calls += 1;
            }
            calls
        };
        let threads = [scope.spawn(call), scope.spawn(call)];
        let start = Instant::now();
        while start.elapsed() < time {
            std::thread::sleep(Duration::from_millis(5));
            most.fetch_max(ring.waiting().1, Ordering::Relaxed);
            after = resident();
            // The first tenth fills the ring.
            before = if start.elapsed() < time / 10 { after } else { before };
        }
        done.store(true, Ordering::Relaxed);
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    worker.finish();
    let counts = door.counts();
    let (most, wrong) = (most.into_inner(), wrong.into_inner());
    println!(
        "\noverload: {calls} calls of two threads in {} s, all to be compared by the slow candidate in 5 % of a core: {} compared, dropped {:?}; \
         at most {:.1} MB waited, {:.1} MB resident after a tenth of the time and {:.1} MB at the end; {wrong} wrong answers",
        time.as_secs(),
        counts.compared,
        counts.dropped,
        most as f64 / 1e6,
        before as f64 / 1e6,
        after as f64 / 1e6,
    );
    let is_exact = counts.offered == calls as u64 && counts.offered == counts.compared + counts.all_dropped();
    ExitCode::from(u8::from(!is_exact || wrong > 0 || most > limits.bytes || counts.pending > 0))
}

/// Bytes of this process that are in memory, in pages of 4 KiB.
fn resident() -> u64 {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    text.split(' ').nth(1).and_then(|pages| pages.parse::<u64>().ok()).unwrap_or(0) * 4096
}
