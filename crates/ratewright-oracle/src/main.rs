//! The command of long runs: random programs against the properties that must hold of all of them; and `one`, a rule set in a file.
//!
//! `compare` holds the engine against the oracle; `properties` runs one property or all; `digest` prints what must be the same on every
//! machine. Prints what was counted and the counterexamples, `--wanted` at most, each made small in `--trials`, and exits 1 where there is one.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command says what it found")]

#[path = "command/one.rs"]
mod one;

use ratewright_oracle::generate::{Choices, inputs, program, table_program};
use ratewright_oracle::properties::{ALL, Plan, Property, Report, digest, run};
use std::process::ExitCode;
use std::time::{Duration, Instant};

const USE: &str = "ratewright-oracle one RULES.rules INPUT.json …
ratewright-oracle compare --programs N --inputs M --seed S [--minutes T] [--threads K] [--wanted W] [--trials R]
ratewright-oracle properties [--property NAME] --programs N --inputs M --seed S [--minutes T] [--threads K] [--wanted W] [--trials R]
ratewright-oracle digest --programs N --inputs M --seed S [--threads K]
ratewright-oracle show --seed S --number N [--property NAME]";

fn main() -> ExitCode {
    let given: Vec<String> = std::env::args().skip(1).collect();
    if let [word, rules, inputs @ ..] = given.as_slice()
        && word == "one"
        && !inputs.is_empty()
    {
        let inputs: Vec<&str> = inputs.iter().map(String::as_str).collect();
        return match one::one(rules, &inputs) {
            Ok(true) => ExitCode::SUCCESS,
            Ok(false) => ExitCode::from(1),
            Err(problem) => {
                one::say(&problem);
                ExitCode::from(2)
            }
        };
    }
    let option = |name: &str| {
        let at = given.iter().position(|word| word == name)?;
        given.get(at.saturating_add(1)).cloned()
    };
    let number = |name: &str, usual: u64| option(name).and_then(|value| value.parse().ok()).unwrap_or(usual);
    let minutes = option("--minutes").and_then(|value| value.parse::<f64>().ok());
    let plan = Plan {
        programs: number("--programs", 1_000),
        inputs: usize::try_from(number("--inputs", 50)).unwrap_or(50),
        seed: number("--seed", 1),
        threads: usize::try_from(number("--threads", 2)).unwrap_or(2),
        within: minutes.map(|minutes| Duration::from_secs_f64(minutes * 60.0)),
        trials: usize::try_from(number("--trials", 4_000)).unwrap_or(4_000),
        wanted: usize::try_from(number("--wanted", 1)).unwrap_or(1),
    };
    let wanted = option("--property");
    let chosen: Vec<&Property> = match given.first().map(String::as_str) {
        Some("compare") => ALL.iter().filter(|property| property.name == "agreement").collect(),
        Some("properties") => {
            ALL.iter().filter(|property| wanted.as_ref().is_none_or(|name| name == property.name)).collect()
        }
        Some("digest") => {
            println!("{}", digest(plan.seed, plan.programs, plan.inputs, plan.threads));
            return ExitCode::SUCCESS;
        }
        Some("show") => {
            show(&plan, number("--number", 0), wanted.as_deref());
            return ExitCode::SUCCESS;
        }
        _ => Vec::new(),
    };
    if chosen.is_empty() {
        eprintln!("{USE}");
        eprintln!("properties: {ALL:?}");
        return ExitCode::from(2);
    }
    let mut fine = true;
    for property in chosen {
        let begun = Instant::now();
        let report = run(property, &plan);
        fine &= report.counterexamples.is_empty();
        print(property, &plan, &report, begun.elapsed());
    }
    if fine { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn print(property: &Property, plan: &Plan, report: &Report, took: Duration) {
    println!("{}: {}", property.name, property.says);
    println!(
        "  seed {}, {} programs, {:.0} s on {} threads",
        plan.seed,
        report.programs,
        took.as_secs_f64(),
        plan.threads
    );
    for (what, count) in &report.counts {
        println!("  {count:>10} {what}");
    }
    let features: Vec<String> = report.features.iter().map(|(feature, count)| format!("{feature} {count}")).collect();
    println!("  {} constructs: {}", features.len(), features.join(", "));
    for found in &report.counterexamples {
        println!("\nprogram {}: {}", found.number, found.why);
        println!("---- made smaller: {}", found.smaller);
        found.files.iter().for_each(|(path, text)| println!("---- {path}\n{text}"));
        println!("---- input\n{}", found.input);
    }
}

/// A program of a plan as it was made.
fn show(plan: &Plan, number: u64, property: Option<&str>) {
    let mut choices = Choices::seeded(plan.seed.wrapping_mul(1_000_003).wrapping_add(number));
    let tables = matches!(property, Some("index" | "complete"));
    let made = if tables { table_program(&mut choices) } else { program(&mut choices) };
    println!("{}", made.text());
    inputs(&made, &mut choices, plan.inputs).iter().for_each(|input| println!("# {input}"));
}
