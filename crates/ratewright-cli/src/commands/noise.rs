//! `ratewright noise`: what the same old code answers to the same questions twice, to find what differs by itself.

use super::replay::files::{open, warn_of_open_end};
use super::replay::{Format, RecordedFormat, summary};
use crate::figures::count_of;
use crate::files::STDIN;
use crate::outcome::{Failure, Outcome, Result};
use crate::terminal::{self, ERROR, GOOD, STRONG};
use crate::written::written;
use clap::Args;
use ratewright::migrate::{ComparisonMemory, Kind, Measure, Tolerance};
use ratewright_migration::recorded::{Cause, Flaw, Form, Joining, LONGEST, Map, Pairs};
use ratewright_migration::replay::Tally;
use serde_json::json;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Compare two answers of old code to the same requests, to find what is not deterministic
///
/// What differs here would differ from any rules: it is either an input that was not recorded, or to be left out of the comparison. Two records
/// of one id that asked something else are not compared, and told. The exit code is 0 where both files answer alike, 1 where answers differ, also where
/// other records could not be compared, and 2 where a record could not be compared or a file cannot be used.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  ratewright noise --recorded monday.jsonl --again tuesday.jsonl
  ratewright noise --recorded monday.csv.gz --again tuesday.csv.gz --map map.json --format json | jq .suggested")]
pub struct Noise {
    /// Recorded cases, JSON lines or CSV, packed with gzip or not; `-` is standard input
    #[arg(long, value_name = "FILE")]
    pub recorded: PathBuf,
    /// The answers of the same old code to the same requests, asked again: joined by id
    #[arg(long, value_name = "FILE")]
    pub again: PathBuf,
    /// Which codes are left out, how far amounts may lie apart, whether lines must come in the same order: the measure of a replay
    #[arg(long, value_name = "FILE")]
    pub measure: Option<PathBuf>,
    /// How many records of each file may wait for their partners
    #[arg(long, value_name = "N", default_value_t = 100_000)]
    pub window: usize,
    /// Where inputs and answers stand in records of another form
    #[arg(long, value_name = "FILE")]
    pub map: Option<PathBuf>,
    /// What both files are, where neither their names nor their first bytes tell it
    #[arg(long, value_enum)]
    pub recorded_format: Option<RecordedFormat>,
    /// How many bytes a record may have
    #[arg(long, value_name = "BYTES", default_value_t = LONGEST)]
    pub longest: usize,
    /// How the summary is written
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
}

/// Compares all pairs of answers.
pub fn run(arguments: &Noise) -> Result {
    if [&arguments.recorded, &arguments.again].into_iter().all(|path| path == Path::new(STDIN)) {
        return Err(Failure::usage("both files are said to come from standard input"));
    }
    let map: Map = written(arguments.map.as_deref(), "a map")?;
    let form = arguments.recorded_format.map(Form::from);
    let recorded = open(&arguments.recorded, form, &map, arguments.longest, None)?;
    let again = open(&arguments.again, form, &map, arguments.longest, None)?;
    let measure = of_old_code_alone(&written(arguments.measure.as_deref(), "a measure")?);
    let mut pairs = Pairs::of_the_same(recorded, again, Joining { window: arguments.window });
    let tally = compared(&mut pairs, &measure)?;
    write(arguments, &tally)?;
    let ends = pairs.end_openly().into_iter().zip([&arguments.recorded, &arguments.again]);
    ends.filter(|(openly, _)| *openly).try_for_each(|(_, path)| warn_of_open_end(path))?;
    match (tally.mismatches, tally.compared, tally.flaws()) {
        (0, 0, 0) => Err(Failure::usage("there is no case in the files")),
        (0, _, 0) => Ok(Outcome::Fine),
        (0, _, flaws) => Err(Failure::usage(format!("{} could not be compared", count_of(flaws, "record", "records")))),
        _ => Ok(Outcome::Failed),
    }
}

/// A measure as far as it says how two answers of old code are compared: its codes stand for themselves, and lie as far apart as the charges may
/// that they stand for; where those may lie apart differently, not at all.
fn of_old_code_alone(measure: &Measure) -> Measure {
    let mut written = measure.written().clone();
    for (code, charges) in std::mem::take(&mut written.charges) {
        let mut of_charges = charges.iter().filter_map(|charge| measure.written().tolerances.get(charge));
        if let Some(first) = of_charges.next() {
            let tolerance = if of_charges.all(|other| other == first) { *first } else { Tolerance::Exact };
            written.tolerances.insert(code, tolerance);
        }
    }
    written.refusals.clear();
    written.into()
}

fn compared(pairs: &mut Pairs, measure: &Measure) -> Result<Tally> {
    let (mut memory, mut tally) = (ComparisonMemory::default(), Tally::default());
    for pair in pairs {
        let pair = pair.map_err(|error| {
            Failure::usage(format!("the records end in the middle of a file: {error}; nothing behind is known"))
        })?;
        match pair {
            Err(flaw) => tally.flawed(flaw),
            Ok((case, again)) => match (&case.answer, &again) {
                (Some(first), Some(second)) => {
                    let comparison = measure.compare(&mut memory, first, second);
                    let too_large = |error| Failure::Internal(format!("line {}: {error}", case.line));
                    tally.compared(&case, &comparison).map_err(too_large)?;
                }
                (first, _) => tally.flawed(Flaw {
                    line: case.line,
                    of_answers: false,
                    id: case.id.clone(),
                    cause: Cause::NoAnswer,
                    words: format!("the {} file says no answer", if first.is_none() { "first" } else { "second" }),
                }),
            },
        }
    }
    Ok(tally)
}

/// The charges that differ by themselves: what a measure would leave out.
fn suggested(tally: &Tally) -> Vec<&str> {
    let own = |kind: &Kind| matches!(kind, Kind::Missing | Kind::Extra | Kind::Amount | Kind::Currency);
    let charges = tally.charges.iter().filter(|(name, kinds)| *name != "total" && kinds.keys().any(own));
    charges.map(|(name, _)| name.as_str()).collect()
}

fn write(arguments: &Noise, tally: &Tally) -> Result<()> {
    let (ignored, mut out) = (suggested(tally), terminal::stdout());
    match arguments.format {
        Format::Json => {
            let report = json!({
                "compared": tally.compared, "match": tally.matches, "within_tolerance": tally.within_tolerance,
                "mismatch": tally.mismatches, "kinds": tally.kinds,
                "charges": tally.charges, "not_compared": tally.not_compared, "suggested": { "ignored": ignored }
            });
            serde_json::to_writer_pretty(&mut out, &report)?;
            writeln!(out)?;
        }
        Format::Human => {
            let style = if tally.mismatches == 0 && tally.flaws() == 0 { GOOD } else { ERROR };
            let cases = count_of(tally.compared, "case", "cases");
            let alike = tally.matches.saturating_add(tally.within_tolerance);
            writeln!(out, "{style}{cases} asked twice{style:#}: {alike} alike, {} not", tally.mismatches)?;
            summary::details(&mut out, tally, &[])?;
            if tally.mismatches > 0 {
                writeln!(out, "\n{STRONG}what to do{STRONG:#}")?;
                writeln!(out, "  record what these depend on as inputs; else leave them out of the comparison")?;
            }
            if !ignored.is_empty() {
                writeln!(out, "  in the measure: {}", json!({ "ignored": ignored }))?;
            }
        }
    }
    out.flush()?;
    Ok(())
}
