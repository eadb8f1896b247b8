//! Runs a property over many programs, on several threads, and makes counterexamples small.

use super::{About, Property, Trial, compile};
use crate::generate::{Choices, Feature, Program, inputs, program, raw, shrink, table_program};
use crate::oracle::with_stack;
use serde_json::Value;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// What to run.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// How many programs.
    pub programs: u64,
    /// How many inputs of each.
    pub inputs: usize,
    /// What they are made from.
    pub seed: u64,
    /// How many threads.
    pub threads: usize,
    /// When to stop, if not all programs were run by then.
    pub within: Option<Duration>,
    /// How often a counterexample may be tried in a smaller form.
    pub trials: usize,
    /// How many counterexamples to look for.
    pub wanted: usize,
}

/// What was seen.
#[derive(Debug, Default)]
pub struct Report {
    /// The programs that were run.
    pub programs: u64,
    /// What was counted.
    pub counts: BTreeMap<String, u64>,
    /// In how many programs each construct was.
    pub features: BTreeMap<Feature, u64>,
    /// The programs for which the property does not hold, made smaller.
    pub counterexamples: Vec<Counterexample>,
    /// Their numbers, and what did not hold.
    failing: Vec<(u64, String)>,
}

/// A program for which a property does not hold.
#[derive(Debug)]
pub struct Counterexample {
    /// Its number in the plan.
    pub number: u64,
    /// What does not hold.
    pub why: String,
    /// The same of the smaller form.
    pub smaller: String,
    /// The smaller texts.
    pub files: Vec<(String, String)>,
    /// The input of the smaller form.
    pub input: Value,
}

/// The seed of a program of a plan.
pub fn seed_of(seed: u64, number: u64) -> u64 {
    seed.wrapping_mul(1_000_003).wrapping_add(number)
}

/// Runs the property, and makes what it found smaller.
pub fn run(property: &Property, plan: &Plan) -> Report {
    let (next, stop, begun) = (AtomicU64::new(0), AtomicBool::new(false), Instant::now());
    let (report, found) = (Mutex::new(Report::default()), AtomicUsize::new(0));
    on_threads(plan.threads, &|| {
        let mut mine = Report::default();
        while !stop.load(Ordering::Relaxed) && plan.within.is_none_or(|limit| begun.elapsed() < limit) {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= plan.programs {
                break;
            }
            let Err(why) = one(property, plan, number, &mut mine, None) else { continue };
            let before = found.fetch_add(1, Ordering::Relaxed);
            if before.saturating_add(1) >= plan.wanted {
                stop.store(true, Ordering::Relaxed);
            }
            mine.failing.push((number, why));
        }
        if let Ok(mut report) = report.lock() {
            report.add(mine);
        }
    });
    let mut report = report.into_inner().unwrap_or_default();
    report.failing.sort();
    let (next, small) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    on_threads(plan.threads, &|| {
        while let Some((number, why)) = report.failing.get(next.fetch_add(1, Ordering::Relaxed)) {
            let mut made = None;
            let _ = one(property, plan, *number, &mut Report::default(), Some((why, &mut made)));
            if let (Some(made), Ok(mut small)) = (made, small.lock()) {
                small.push(made);
            }
        }
    });
    report.counterexamples = small.into_inner().unwrap_or_default();
    report.counterexamples.sort_by_key(|found: &Counterexample| found.number);
    report
}

/// Does the same work on so many threads, each with the stack that the oracle needs.
fn on_threads(threads: usize, work: &(dyn Fn() + Sync)) {
    std::thread::scope(|scope| {
        for _ in 0..threads.max(1) {
            scope.spawn(|| with_stack(work));
        }
    });
}

impl Report {
    fn add(&mut self, other: Report) {
        self.programs = self.programs.saturating_add(other.programs);
        for (what, count) in other.counts {
            let sum = self.counts.entry(what).or_default();
            *sum = sum.saturating_add(count);
        }
        for (feature, count) in other.features {
            let sum = self.features.entry(feature).or_default();
            *sum = sum.saturating_add(count);
        }
        self.failing.extend(other.failing);
    }

    /// How often something was counted.
    pub fn count(&self, what: &str) -> u64 {
        self.counts.get(what).copied().unwrap_or_default()
    }
}

/// Makes a program and its inputs and checks them; or makes smaller what is known to fail.
fn one(
    property: &Property,
    plan: &Plan,
    number: u64,
    report: &mut Report,
    known: Option<(&str, &mut Option<Counterexample>)>,
) -> Result<(), String> {
    let mut choices = Choices::seeded(seed_of(plan.seed, number));
    let mut made = match property.about {
        About::Tables => table_program(&mut choices),
        About::Typed | About::Mixed => program(&mut choices),
    };
    if property.about == About::Mixed && number % 3 == 2 {
        made = raw(made, &mut choices);
    }
    let inputs = inputs(&made, &mut choices, plan.inputs);
    report.programs = report.programs.saturating_add(1);
    for feature in &made.features {
        let count = report.features.entry(feature).or_default();
        *count = count.saturating_add(1);
    }
    let besides = Choices::seeded(number);
    if let Some((why, small)) = known {
        *small = Some(smaller(property, plan, number, (&made, &inputs), &besides, why.to_owned()));
        return Ok(());
    }
    check(property, &made, &inputs, &besides, &mut report.counts)
}

/// Whether the property holds; that it panics is a reason too.
fn check(
    property: &Property,
    program: &Program,
    inputs: &[Value],
    besides: &Choices,
    counts: &mut BTreeMap<String, u64>,
) -> Result<(), String> {
    let mut trial = Trial { program, inputs, choices: besides.clone(), counts };
    catch_unwind(AssertUnwindSafe(|| (property.check)(&mut trial))).unwrap_or_else(|panic| {
        let words = panic.downcast_ref::<String>().cloned();
        let words = words.or_else(|| panic.downcast_ref::<&str>().map(|words| (*words).to_owned()));
        Err(format!("panic: {}", words.unwrap_or_default()))
    })
}

/// The counterexample with one input, and as little text as still fails in the same way.
fn smaller(
    property: &Property,
    plan: &Plan,
    number: u64,
    (program, inputs): (&Program, &[Value]),
    besides: &Choices,
    why: String,
) -> Counterexample {
    let kind = |why: &str| why.split(':').next().unwrap_or_default().to_owned();
    let wanted = kind(&why);
    let fails = |program: &Program, inputs: &[Value]| {
        check(property, program, inputs, besides, &mut BTreeMap::new()).err().filter(|why| kind(why) == wanted)
    };
    let alone = inputs.iter().find(|input| fails(program, std::slice::from_ref(input)).is_some());
    let input = alone.or(inputs.first()).cloned().unwrap_or_default();
    let mut small = program.clone();
    if plan.trials > 0 && fails(program, std::slice::from_ref(&input)).is_some() {
        small.files = shrink::texts(&program.files, plan.trials, |files| {
            let candidate = program.with_files(files.to_vec());
            fails(&candidate, std::slice::from_ref(&sent(files, &input))).is_some()
        });
    }
    let input = sent(&small.files, &input);
    let smaller = fails(&small, std::slice::from_ref(&input)).unwrap_or_else(|| why.clone());
    Counterexample { number, why, smaller, files: small.files, input }
}

/// The input with the fields that the files declare.
fn sent(files: &[(String, String)], input: &Value) -> Value {
    let (Ok(rules), Some(fields)) = (compile(files), input.as_object()) else { return input.clone() };
    let declared = |name: &String| rules.program().inputs.iter().any(|field| field.wire == *name);
    Value::Object(
        fields.iter().filter(|field| declared(field.0)).map(|(name, value)| (name.clone(), value.clone())).collect(),
    )
}
