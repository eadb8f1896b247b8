//! `ratewright diff`: what changed in meaning between two editions of a rule set, and what it does to real inputs.
//!
//! The engine says what changed and sums what it costs; here the inputs are read, and a [`report::Report`] of it all becomes text,
//! JSON or a page.

mod held;
mod human;
mod json;
mod measure;
mod page;
mod report;
mod sides;

use crate::load;
use crate::outcome::{Failure, Outcome, Result};
use crate::rows::InputFormat;
use crate::terminal;
use clap::{Args, ValueEnum};
use report::{Edition, Report};
use std::io::Write;
use std::path::PathBuf;

/// Show what changed in meaning between two editions of a rule set, and what it does to real inputs
///
/// Order, layout, comments and units that mean the same are no change. The exit code is 0 where nothing changed in meaning,
/// 1 where something did, and 2 where a file cannot be used. With a policy it is 0 where the policy is kept, whatever changed, and
/// 1 where it is not.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Diff {
    /// The file of the older edition
    pub old: PathBuf,
    /// The file of the newer edition
    pub new: PathBuf,
    /// Inputs to price with both: a JSON object or array, JSON lines, or CSV; `-` is standard input
    #[arg(long, value_name = "FILE")]
    pub inputs: Option<PathBuf>,
    /// The format of the inputs, where the file's name does not tell it
    #[arg(long, value_enum, requires = "inputs")]
    pub input_format: Option<InputFormat>,
    /// A column or field that names a row and is no input, such as the number of a shipment
    #[arg(long, value_name = "FIELD", requires = "inputs")]
    pub id: Option<String>,
    /// Sum the effect by the values of a field, an input or not; repeat it for several
    #[arg(long, value_name = "FIELD", requires = "inputs")]
    pub by: Vec<String>,
    /// A file that says what may change: JSON; `{}` has the usual demands
    ///
    /// rate_percent (10), rate_percent_of {"fuel": 30}: by how many percent a rate, a limit or a number in a formula may move.
    /// impact_percent (5), impact_amount {"USD": "5000"}: by how much the sum of all totals of the inputs may move, quote_percent
    /// (25): the total of any one, unpriced (0): how many may lose their price. charges_added, formulas ("with a reason"),
    /// charges_removed, rows_removed, tests_removed, inputs ("forbidden"), parameters ("allowed"): whether they may change. accepted
    /// {"BASE": "why"}: items of which every change is accepted.
    #[arg(long, value_name = "FILE")]
    pub policy: Option<PathBuf>,
    /// How many of the largest changes are shown, with both explanations
    #[arg(long, value_name = "N", default_value_t = 5, requires = "inputs")]
    pub largest: usize,
    /// How the report is written
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
    /// Write the report to a file instead of standard output
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Show all of long lists: every changed key of a table, every row with an error
    #[arg(long)]
    pub all: bool,
    /// Write no report: the exit code alone says whether something changed, or whether the policy is kept
    #[arg(long, short, conflicts_with = "output")]
    pub quiet: bool,
}

const EXAMPLES: &str = "\
Examples:
  ratewright diff tariff-2026.rules tariff-2027.rules
  ratewright diff old.rules new.rules --inputs shipments.csv --id shipment --by zone --by service
  ratewright diff old.rules new.rules --inputs history.jsonl --format html --output report.html
  ratewright diff old.rules new.rules --policy policy.json --inputs history.jsonl --quiet";

/// How the report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people, on a terminal.
    Human,
    /// One JSON object.
    Json,
    /// One page that needs nothing but itself.
    Html,
}

/// Compares, measures, and writes the report.
pub fn run(arguments: &Diff) -> Result {
    let (old, new) = (load::needed(&arguments.old, "compared")?, load::needed(&arguments.new, "compared")?);
    let difference = old.difference(&new);
    let measured = match &arguments.inputs {
        Some(inputs) if !arguments.quiet || arguments.policy.is_some() => {
            Some(measure::measure(arguments, inputs, &old, &new)?)
        }
        _ => None,
    };
    let held = match &arguments.policy {
        Some(policy) => Some(held::Held::new(policy, (&old, &new), &difference, measured.as_ref())?),
        None => None,
    };
    let outcome = Outcome::failed_if(match &held {
        Some(held) => !held.is_kept(),
        None => difference.changes_meaning(),
    });
    if arguments.quiet {
        return Ok(outcome);
    }
    let report = Report {
        retest: old.retest(&new),
        old: Edition { path: &arguments.old, rules: &old },
        new: Edition { path: &arguments.new, rules: &new },
        difference: &difference,
        measured: measured.as_ref(),
        held: held.as_ref(),
        all: arguments.all,
    };
    let mut out: Box<dyn Write> = match &arguments.output {
        Some(path) => {
            let file = std::fs::File::create(path).map_err(|error| Failure::file("write", path, &error))?;
            // A file has no colours, whatever the terminal has.
            Box::new(std::io::BufWriter::new(anstream::StripStream::new(file)))
        }
        None => Box::new(terminal::stdout()),
    };
    match arguments.format {
        Format::Human => human::write(&report, &mut out)?,
        Format::Json => {
            serde_json::to_writer_pretty(&mut out, &json::report(&report))?;
            writeln!(out)?;
        }
        Format::Html => out.write_all(page::page(&report).as_bytes())?,
    }
    out.flush()?;
    Ok(outcome)
}
