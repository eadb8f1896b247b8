//! `ratewright probe`: inputs at the boundaries of a rule set, for old code to answer.
//!
//! The search is the library's; here are files, the bar, and what was not reached in words.

use super::replay::RecordedFormat;
use super::replay::files::open;
use super::report::words::kind;
use crate::day::named_or_today;
use crate::figures::grouped;
use crate::files::kept_apart;
use crate::files::write_made;
use crate::gathered;
use crate::load;
use crate::outcome::{Failure, Outcome, Result};
use crate::terminal::{self, ERROR, GOOD, STRONG};
use crate::written::{policy, written};
use anstream::stderr;
use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};
use ratewright::RuleSet;
use ratewright::diagnostic::did_you_mean;
use ratewright::live::Edition;
use ratewright::migrate::probe::{Probe, RuleProbed};
use ratewright::migrate::{Prober, Probes, Tracing};
use ratewright_migration::recorded::{Form, LONGEST, Map};
use serde_json::value::RawValue;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::PathBuf;

/// How many recorded cases are starting points at most.
const LIKE: usize = 10_000;

/// How many edges of a rule that are not met are shown.
const SHOWN: usize = 3;

/// Write inputs at the boundaries of a rule set, for the old code to answer
///
/// Each threshold and one step on both sides of it, each row and break, each member, each dated value: what traffic never reaches gets evidence
/// when the old code answers these and `replay --probes` compares. The exit code is 0 where all edges are met, 1 where some are not, and 2 where
/// nothing can be probed.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  ratewright probe --rules parcel.rules --output probes.jsonl
  ratewright probe --rules parcel.rules --like 2025.jsonl.gz --evidence evidence.json --format csv > probes.csv
  ratewright replay --rules parcel.rules --recorded probes.jsonl --answers answered.jsonl --probes --evidence probes.evidence.json")]
pub struct ProbeCommand {
    /// The file of the rule set
    #[arg(long, value_name = "PATH")]
    pub rules: PathBuf,
    /// Recorded cases to begin with, beside the tests of the rule set; `-` is standard input
    #[arg(long, value_name = "FILE")]
    pub like: Option<PathBuf>,
    /// Where inputs stand in recorded cases of another form
    #[arg(long, value_name = "FILE", requires = "like")]
    pub map: Option<PathBuf>,
    /// What the recorded file is, where neither its name nor its first byte tells it
    #[arg(long, value_enum, requires = "like")]
    pub recorded_format: Option<RecordedFormat>,
    /// Only the edges of these rules, by their names
    #[arg(long, value_name = "RULE", num_args = 1..)]
    pub only: Vec<String>,
    /// Only the edges of rules that lack evidence, by what is known of them
    #[arg(long, value_name = "FILE")]
    pub evidence: Option<PathBuf>,
    /// What a rule must show; the usual, where nothing is said
    #[arg(long, value_name = "FILE", requires = "evidence")]
    pub policy: Option<PathBuf>,
    /// The day of the judgement, on which a value that is in force must have been met; today in UTC, where it is not said
    #[arg(long, value_name = "DATE", requires = "evidence")]
    pub day: Option<String>,
    /// How many rows of each table are looked for at most
    #[arg(long, value_name = "N", default_value_t = 1000)]
    pub rows_per_table: usize,
    /// How many probes exercise each rule at least, where so many are found; none beyond the edges, where nothing is said
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub cases_per_rule: usize,
    /// How many single numbers and comparisons of the rules are changed at most, to look for inputs that tell the change
    #[arg(long, value_name = "N", default_value_t = 500)]
    pub changes: usize,
    /// The file that is written; standard output, where none is named
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// How the probes are written
    #[arg(long, value_enum, default_value_t = Format::Jsonl)]
    pub format: Format,
}

/// How probes are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Recorded cases without answers, a JSON object a line.
    Jsonl,
    /// The same as rows under headings.
    Csv,
    /// What is met of each rule and what is not, one JSON object.
    Json,
}

/// Looks for probes and writes them.
pub fn run(arguments: &ProbeCommand) -> Result {
    let ProbeCommand { rules, map, evidence, policy, .. } = arguments;
    let read = [Some(rules), arguments.like.as_ref(), map.as_ref(), evidence.as_ref(), policy.as_ref()];
    kept_apart(read.into_iter().flatten(), [("--output", arguments.output.as_ref())])?;
    let rules = match load::usable(&arguments.rules)? {
        Ok(rules) => rules,
        Err(_) => return Err(Failure::usage("nothing was probed")),
    };
    let edition = Edition::new(rules);
    let tracing = Tracing::new(&edition);
    let mut prober = Prober::new(&tracing);
    prober.rows_per_table(arguments.rows_per_table);
    prober.cases_per_rule(arguments.cases_per_rule);
    prober.changes(arguments.changes);
    if !arguments.only.is_empty() {
        prober.only(named(&edition, &arguments.only)?);
    }
    lacking(arguments, &mut prober)?;
    if prober.rules().next().is_none() {
        writeln!(stderr(), "{GOOD}nothing to probe{GOOD:#}: no rule lacks evidence")?;
        return Ok(Outcome::Fine);
    }
    like(arguments, edition.rules(), &mut prober)?;
    let bar = bar();
    let probes = prober.probes(&mut |progress| {
        bar.set_message(format!("{} inputs tried, {} probes", grouped(progress.tried), progress.probes));
        bar.tick();
    });
    bar.finish_and_clear();
    if probes.probes.is_empty() {
        let why = probes.problem.unwrap_or_else(|| "no input was found that the rules answer".to_owned());
        return Err(Failure::usage(format!(
            "nothing can be probed: {why}; `--like FILE` takes recorded inputs to begin with"
        )));
    }
    let mut text = Vec::new();
    let not_written = match arguments.format {
        Format::Jsonl => jsonl(&probes, &mut text)?,
        Format::Csv => csv(&probes, &mut text)?,
        Format::Json => summary(&edition, &probes, &mut text)?,
    };
    match &arguments.output {
        Some(path) => write_made(path, &text)?,
        None => {
            let mut out = terminal::stdout();
            out.write_all(&text)?;
            out.flush()?;
        }
    }
    told(&edition, &probes, not_written)?;
    Ok(Outcome::failed_if(probes.edges_met() < probes.edges()))
}

/// The places of rules by their names.
fn named(edition: &Edition, names: &[String]) -> Result<Vec<usize>> {
    let digests = edition.rule_digests();
    let mut found = Vec::new();
    for name in names {
        let before = found.len();
        found.extend(digests.iter().enumerate().filter(|(_, rule)| rule.name == *name).map(|(at, _)| at));
        if found.len() == before {
            let help = match did_you_mean(name, digests.iter().map(|rule| rule.name.as_str())) {
                Some(near) => format!("; did you mean `{near}`?"),
                None => String::new(),
            };
            return Err(Failure::usage(format!("`{name}` is not a rule of {}{help}", edition.name())));
        }
    }
    Ok(found)
}

/// Leaves out the rules that have evidence.
fn lacking(arguments: &ProbeCommand, prober: &mut Prober) -> Result<()> {
    let Some(path) = &arguments.evidence else { return Ok(()) };
    let evidence = gathered::evidence(path)?;
    let policy = policy(arguments.policy.as_deref())?;
    prober.lacking(&evidence, &policy, named_or_today(arguments.day.as_deref())?);
    Ok(())
}

/// Takes recorded cases as starting points.
fn like(arguments: &ProbeCommand, rules: &RuleSet, prober: &mut Prober) -> Result<()> {
    let Some(path) = &arguments.like else { return Ok(()) };
    let map: Map = written(arguments.map.as_deref(), "a map")?;
    let recorded = open(path, arguments.recorded_format.map(Form::from), &map, LONGEST, None)?;
    let reading = recorded.reading.clone();
    let (mut taken, mut bad) = (0_usize, None);
    for record in recorded.records.take(LIKE) {
        let record = record.map_err(|error| Failure::file("read", path, &error))?;
        let read = reading.case(&record).map_err(|flaw| flaw.words);
        match read
            .and_then(|case| prober.like(&case.input.json_for(rules).to_json()).map_err(|error| error.to_string()))
        {
            Ok(()) => taken = taken.saturating_add(1),
            Err(words) => drop(bad.get_or_insert(words)),
        }
    }
    match (taken, bad) {
        (0, Some(words)) => {
            Err(Failure::usage(format!("no case in `{}` is an input of the rules: {words}", path.display())))
        }
        (0, None) => Err(Failure::usage(format!("there is no case in `{}`", path.display()))),
        _ => Ok(()),
    }
}

/// A line on standard error that says how far the search has come; hidden unless that is a terminal.
fn bar() -> ProgressBar {
    if !terminal::stderr_is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{spinner} {msg}").unwrap_or_else(|_| ProgressStyle::default_spinner());
    ProgressBar::new_spinner().with_style(style)
}

/// A line of the file of probes.
#[derive(serde::Serialize)]
struct Line<'a> {
    id: &'a str,
    input: Box<RawValue>,
    probe: About<'a>,
}

#[derive(serde::Serialize)]
struct About<'a> {
    #[serde(rename = "for")]
    purpose: &'a str,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    meets: &'a [String],
}

/// Writes cases without answers; none is left out.
fn jsonl(probes: &Probes, text: &mut Vec<u8>) -> Result<usize> {
    for Probe { id, input, purpose, meets, .. } in &probes.probes {
        let line = Line { id, input: RawValue::from_string(input.clone())?, probe: About { purpose, meets } };
        serde_json::to_writer(&mut *text, &line)?;
        text.push(b'\n');
    }
    Ok(0)
}

/// Writes rows; how many probes no row can hold, since they have a list without elements.
fn csv(probes: &Probes, text: &mut Vec<u8>) -> Result<usize> {
    let mut rows: Vec<(&str, BTreeMap<String, String>)> = Vec::new();
    let (mut columns, mut left_out) = (BTreeSet::new(), 0_usize);
    for probe in &probes.probes {
        let mut row = BTreeMap::new();
        if flat(&serde_json::from_str(&probe.input)?, String::new(), &mut row) {
            columns.extend(row.keys().cloned());
            rows.push((&probe.id, row));
        } else {
            left_out = left_out.saturating_add(1);
        }
    }
    let mut out = ::csv::Writer::from_writer(text);
    let failed = |error: ::csv::Error| Failure::Internal(error.to_string());
    out.write_record(std::iter::once("id").chain(columns.iter().map(String::as_str))).map_err(failed)?;
    for (id, row) in rows {
        let cells = columns.iter().map(|column| row.get(column).map_or("", String::as_str));
        out.write_record(std::iter::once(id).chain(cells)).map_err(failed)?;
    }
    out.flush()?;
    Ok(left_out)
}

/// Lays a value out in columns such as `lines[0].weight`; false where it has a list without elements, or an empty text.
fn flat(value: &Value, path: String, row: &mut BTreeMap<String, String>) -> bool {
    match value {
        Value::Object(fields) => fields.iter().all(|(name, value)| {
            flat(value, if path.is_empty() { name.clone() } else { format!("{path}.{name}") }, row)
        }),
        Value::Array(elements) => {
            let mut all = (0_usize..).zip(elements);
            !elements.is_empty() && all.all(|(at, value)| flat(value, format!("{path}[{at}]"), row))
        }
        Value::String(text) => {
            row.insert(path, text.clone());
            !text.is_empty()
        }
        Value::Null => true,
        other => {
            row.insert(path, other.to_string());
            true
        }
    }
}

/// Writes what is met of each rule.
fn summary(edition: &Edition, probes: &Probes, text: &mut Vec<u8>) -> Result<usize> {
    let summary = json!({
        "rules_of": { "name": edition.name(), "version": edition.version(), "edition": edition.digest().to_string() },
        "probes": probes.probes.len(), "tried": probes.tried, "edges": probes.edges(), "met": probes.edges_met(),
        "rules": probes.rules, "left_out": probes.left_out, "changes": { "tried": probes.changes, "untold": probes.untold },
    });
    serde_json::to_writer_pretty(&mut *text, &summary)?;
    text.push(b'\n');
    Ok(0)
}

/// Says on standard error what was reached and what was not.
fn told(edition: &Edition, probes: &Probes, not_written: usize) -> Result<()> {
    let mut out = stderr();
    let style = if probes.edges_met() == probes.edges() { GOOD } else { ERROR };
    let rules = terminal::count(probes.rules.len(), "rule", "rules");
    writeln!(
        out,
        "{style}{} of {} edges{style:#} of {rules} of `{}` are met by {}; {} inputs were tried",
        grouped(probes.edges_met()),
        grouped(probes.edges()),
        edition.name(),
        terminal::count(probes.probes.len(), "probe", "probes"),
        grouped(probes.tried),
    )?;
    if probes.changes > 0 {
        let untold = probes.untold.len() as u64;
        let told = grouped(probes.changes.saturating_sub(untold));
        writeln!(
            out,
            "{told} of {} changes of one number or comparison in the rules change an answer",
            grouped(probes.changes)
        )?;
    }
    for table in &probes.left_out {
        let (left, rows) = (grouped(table.left_out as u64), grouped(table.rows as u64));
        writeln!(
            out,
            "{STRONG}left out{STRONG:#}: {left} of {rows} rows of {}; `--rows-per-table {}` takes all",
            table.table, table.rows
        )?;
    }
    if not_written > 0 {
        let probes = terminal::count(not_written, "probe", "probes");
        writeln!(
            out,
            "{STRONG}not written{STRONG:#}: {probes} with an empty list or text, which no row can hold; JSON lines do"
        )?;
    }
    for rule in probes.rules.iter().filter(|rule| rule.probes == 0) {
        writeln!(out, "{ERROR}not exercised{ERROR:#}: {} `{}`", kind(rule.rule.kind), rule.rule.name)?;
    }
    let lacking: Vec<&RuleProbed> = probes.rules.iter().filter(|rule| !rule.unreached.is_empty()).collect();
    if !lacking.is_empty() {
        writeln!(out, "\n{STRONG}not met{STRONG:#}")?;
    }
    for rule in lacking {
        let (met, all) = (grouped(rule.met), grouped(rule.edges));
        writeln!(out, "  {} `{}`, {met} of {all} edges are met", kind(rule.rule.kind), rule.rule.name)?;
        for unreached in rule.unreached.iter().take(SHOWN) {
            writeln!(out, "    {} ({}): {}", unreached.edge, unreached.place, unreached.why)?;
        }
        if let Some(more) = rule.unreached.len().checked_sub(SHOWN).filter(|more| *more > 0) {
            writeln!(out, "    and {}; `--format json` lists all", terminal::count(more, "other", "others"))?;
        }
    }
    Ok(())
}
