//! The command of long runs: random programs against the properties that must hold of all of them; and `one`, a rule set in a file.
//!
//! `compare` holds the engine against the oracle; `properties` runs one property or all; `digest` prints what must be the same on every
//! machine. Prints what was counted and the counterexamples, `--wanted` at most, each made small in `--trials`, and exits 1 where there is one.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command says what it found")]

#[path = "command/given.rs"]
mod given;
#[path = "command/one.rs"]
mod one;

use given::Given;
use ratewright_oracle::generate::{Choices, inputs, program, table_program};
use ratewright_oracle::properties::{ALL, Plan, Property, Report, digest, run};
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// The options of long runs.
const RUN: [&str; 3] = ["--minutes", "--wanted", "--trials"];

const USE: &str = "ratewright-oracle one RULES.rules INPUT.json …
ratewright-oracle compare --programs N --inputs M --seed S [--minutes T] [--threads K] [--wanted W] [--trials R]
ratewright-oracle properties [--property NAME] --programs N --inputs M --seed S [--minutes T] [--threads K] [--wanted W] [--trials R]
ratewright-oracle digest --programs N --inputs M --seed S [--threads K]
ratewright-oracle show --seed S --number N [--inputs M] [--property NAME]";

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
    match asked(&given) {
        Ok(code) => code,
        Err(problem) => {
            eprintln!("{problem}\n\n{USE}\nproperties: {ALL:?}");
            ExitCode::from(2)
        }
    }
}

/// Does what the command line asks for, or says what of it cannot be done.
fn asked(words: &[String]) -> Result<ExitCode, String> {
    let Some((command, rest)) = words.split_first() else { return Err("a command is missing".to_owned()) };
    let mut known = vec!["--programs", "--inputs", "--seed", "--threads"];
    match command.as_str() {
        "compare" => known.extend(RUN),
        "properties" => known.extend([&RUN[..], &["--property"]].concat()),
        "show" => known = vec!["--seed", "--number", "--inputs", "--property"],
        "digest" => {}
        "one" => return Err("`one` takes a rule file and the inputs".to_owned()),
        _ => return Err(format!("there is no command `{command}`")),
    }
    let Given { plan, property, number } = given::read(rest, &known)?;
    let named = |name: &str| ALL.iter().filter(move |property| property.name == name).collect();
    let chosen: Vec<&Property> = match (command.as_str(), &property) {
        ("compare", _) => named("agreement"),
        (_, Some(name)) => named(name),
        (_, None) => ALL.iter().collect(),
    };
    if let (true, Some(name)) = (chosen.is_empty(), &property) {
        return Err(format!("there is no property `{name}`"));
    }
    Ok(match command.as_str() {
        "digest" => {
            println!("{}", digest(plan.seed, plan.programs, plan.inputs, plan.threads));
            ExitCode::SUCCESS
        }
        "show" => {
            show(&plan, number, property.as_deref());
            ExitCode::SUCCESS
        }
        _ => hold(&chosen, &plan),
    })
}

/// Runs properties, and says what was found.
fn hold(chosen: &[&Property], plan: &Plan) -> ExitCode {
    let mut fine = true;
    for property in chosen {
        let begun = Instant::now();
        let report = run(property, plan);
        fine &= report.counterexamples.is_empty();
        print(property, plan, &report, begun.elapsed());
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
