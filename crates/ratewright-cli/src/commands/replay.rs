//! `ratewright replay`: recorded inputs and answers of old code beside what a rule set says, on all cores.
//!
//! Cutting, reading, pricing and adding up are the library's; here are files, threads, the state of a run that goes on later, and words.

mod checks;
mod clusters;
mod codes;
mod counting;
mod explained;
pub mod files;
mod gathering;
mod state;
pub mod summary;
mod there;
mod work;

use crate::day::named_or_today;
use crate::figures::count_of;
use crate::files::kept_apart;
use crate::load;
use crate::outcome::{Failure, Outcome, Result};
use crate::together;
use crate::written::written;
use clap::{ArgGroup, Args, ValueEnum};
use files::{Chunks, Source};
use gathering::{Gathering, Priced};
use ratewright::live::Edition;
use ratewright::migrate::{Counting, Measure, Redaction, RedactionKey, Stratum, Tracing, Waivers};
use ratewright_migration::recorded::{Form, LONGEST, Map};
use ratewright_migration::redacting::Redacting;
use state::Given;
use std::path::PathBuf;
use there::Run;
use work::Worker;

/// Compare what old code answered, as it was recorded, with what a rule set says
///
/// The exit code is 0 where every case was compared and matches, 1 where one differs, also where others could not be compared, and 2 where one
/// could not be compared, a file cannot be used, or what was gathered had to be written beside the files that were named.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES, group = ArgGroup::new("gathered").multiple(true))]
pub struct Replay {
    /// The file of the rule set
    #[arg(long, value_name = "PATH")]
    pub rules: PathBuf,
    /// Recorded cases, JSON lines or CSV, packed with gzip or not; `-` is standard input
    #[arg(long, value_name = "FILE")]
    pub recorded: PathBuf,
    /// A second file with the answers, where they are not beside the inputs: joined by id
    #[arg(long, value_name = "FILE")]
    pub answers: Option<PathBuf>,
    /// How many records of each of two files may wait for their partners
    #[arg(long, value_name = "N", default_value_t = 100_000, requires = "answers")]
    pub window: usize,
    /// Where inputs and answers stand in records of another form
    #[arg(long, value_name = "FILE")]
    pub map: Option<PathBuf>,
    /// What the recorded file is, where neither its name nor its first byte tells it
    #[arg(long, value_enum)]
    pub recorded_format: Option<RecordedFormat>,
    /// How the two are compared: codes of the old code, tolerances, what is left out
    #[arg(long, value_name = "FILE")]
    pub measure: Option<PathBuf>,
    /// Differences that are agreed to
    #[arg(long, value_name = "FILE")]
    pub waivers: Option<PathBuf>,
    /// The day on which waivers must hold; today in UTC, where it is not said
    #[arg(long, value_name = "DATE", requires = "waivers")]
    pub day: Option<String>,
    /// Write every mismatch to a file: a JSON object a line, with input, both answers and the differences
    #[arg(long, value_name = "FILE")]
    pub mismatches: Option<PathBuf>,
    /// Find why cases differ, and write that to a file, for `ratewright report`: counts by day, waivers, and clusters of mismatches by cause
    #[arg(long, value_name = "FILE", group = "gathered")]
    pub findings: Option<PathBuf>,
    /// How many cases of each cluster are kept, beside the first and the largest
    #[arg(long, value_name = "N", default_value_t = 20, requires = "findings")]
    pub sample: usize,
    /// The file of an older edition of the rules, which the old code may still price by; may be given several times
    #[arg(long, value_name = "PATH", requires = "findings")]
    pub other_edition: Vec<PathBuf>,
    /// What is taken out of cases before anything of them is written
    #[arg(long, value_name = "FILE")]
    pub redaction: Option<PathBuf>,
    /// The key of tokens that stand for what is taken out: 16 bytes or more, 32 random ones best
    #[arg(long, value_name = "FILE", requires = "redaction")]
    pub redaction_key: Option<PathBuf>,
    /// Write what is known of each rule now
    #[arg(long, value_name = "FILE", group = "gathered")]
    pub evidence: Option<PathBuf>,
    /// Write over evidence and findings that stand in these files, also where they are of cases that this run has not
    #[arg(long, requires = "gathered")]
    pub force: bool,
    /// Draw the money in a currency: each draw stands for so much of it, such as `USD=100`; for `money_rate_at_most` of a policy
    #[arg(long, value_name = "CURRENCY=AMOUNT", requires = "evidence", value_delimiter = ',')]
    pub intervals: Vec<String>,
    /// Up to how many distinct cases are told apart for each rule; each takes 9 to 18 bytes for each rule
    #[arg(long, value_name = "N", requires = "evidence", value_parser = clap::value_parser!(u64).range(1..))]
    pub distinct_per_rule: Option<u64>,
    /// The cases are answers to probes: their evidence is counted as such
    #[arg(long, requires = "evidence")]
    pub probes: bool,
    /// Keep in this file how far the run has come, and go on from there when it is started again
    #[arg(long, value_name = "STATE")]
    pub resume: Option<PathBuf>,
    /// Stop after so many records of this run
    #[arg(long, value_name = "N")]
    pub limit: Option<u64>,
    /// How many bytes a record may have
    #[arg(long, value_name = "BYTES", default_value_t = LONGEST)]
    pub longest: usize,
    /// How many threads compare; all cores, where it is not said. The result is the same for any number
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
    /// How the summary is written
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
}

const EXAMPLES: &str = "Examples:
  ratewright replay --rules parcel.rules --recorded 2025.jsonl.gz --measure measure.json --mismatches differ.jsonl
  ratewright replay --rules parcel.rules --recorded rating.csv --map map.json --format json | jq .charges
  ratewright replay --rules parcel.rules --recorded 2025.jsonl.gz --evidence evidence.json --findings findings.json
  ratewright replay --rules parcel.rules --recorded asked.jsonl --answers answered.jsonl --resume replay.state";

/// How a summary is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    #[value(alias = "text")]
    Human,
    /// One JSON object.
    Json,
}

/// What a recorded file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RecordedFormat {
    /// A JSON object a line.
    Jsonl,
    /// A line of headings, then a row for each case.
    Csv,
}

impl From<RecordedFormat> for Form {
    fn from(format: RecordedFormat) -> Form {
        match format {
            RecordedFormat::Jsonl => Form::Jsonl,
            RecordedFormat::Csv => Form::Csv,
        }
    }
}

/// Compares all cases.
pub fn run(arguments: &Replay) -> Result {
    let one = [Some(&arguments.rules), Some(&arguments.recorded), arguments.answers.as_ref(), arguments.map.as_ref()];
    let more = [&arguments.measure, &arguments.waivers, &arguments.redaction, &arguments.redaction_key];
    let read = one.into_iter().flatten().chain(more.into_iter().flatten()).chain(&arguments.other_edition);
    let written_to = [
        ("--mismatches", &arguments.mismatches),
        ("--findings", &arguments.findings),
        ("--evidence", &arguments.evidence),
        ("--resume", &arguments.resume),
    ];
    kept_apart(read, written_to.map(|(option, path)| (option, path.as_ref())))?;
    let rules = match load::usable(&arguments.rules)? {
        Ok(rules) => rules,
        Err(_) => return Err(Failure::usage("nothing was compared")),
    };
    let map: Map = written(arguments.map.as_deref(), "a map")?;
    let measure: Measure = written(arguments.measure.as_deref(), "a measure")?;
    let waivers: Waivers = written(arguments.waivers.as_deref(), "waivers")?;
    let day = named_or_today(arguments.day.as_deref())?;
    let edition = Edition::new(rules);
    checks::codes(&measure, &edition)?;
    checks::waivers(&waivers, &edition)?;
    let counting = Counting { measure: measure.clone(), ..counting::counting(arguments)? };
    let stratum = if arguments.probes { Stratum::Probe } else { Stratum::Replay };
    let run = Run { edition: &edition, counting: &counting, stratum };
    there::refuse(arguments, run)?;
    let others = match explained::other_editions(arguments)? {
        Ok(others) => others,
        Err(_) => return Err(Failure::usage("nothing was compared")),
    };
    let redacting = redacting(arguments, &edition)?;
    let threads = arguments.threads.map_or_else(together::cores, usize::from);
    let tracing = arguments.evidence.is_some().then(|| Tracing::new(&edition));
    let given = Given::of(arguments, (&edition, &others), day, &redacting)?;
    let source = Source::open(arguments, &map)?;
    source.check_inputs(edition.rules())?;
    let priced = Priced { run, others: &others, threads };
    let mut gathering = Gathering::start(arguments, &priced, tracing.clone(), (waivers, day), redacting, given)?;
    let before = gathering.records();
    let worker = |_| {
        let how = (tracing.as_ref(), arguments.findings.is_some());
        let mut worker = Worker::new(&edition, how, &measure, source.reading(), before);
        move |chunk: &files::Chunk| Ok(worker.work(chunk))
    };
    let workers = (0..threads).map(worker).collect();
    let last = arguments.limit.map(|limit| before.saturating_add(limit));
    let progress = source.progress();
    let mut chunks = Chunks::of(source, last);
    let done = together::run(&mut chunks, workers, |done| {
        progress.show(gathering.records());
        gathering.take(done)
    });
    progress.finish();
    gathering.save()?;
    done?;
    if let Some(error) = chunks.fault() {
        return Err(Failure::usage(format!(
            "the records end after {} in the middle of the file: {error}; nothing behind is known",
            gathering.records()
        )));
    }
    let stopped = arguments.limit.filter(|_| chunks.is_stopped()).map(|_| gathering.records());
    let beside = gathering.finish(arguments, run, stopped)?;
    summary::write(arguments, &edition, &gathering)?;
    checks::currencies(&gathering)?;
    chunks.warn_of_open_ends(arguments)?;
    if let Some(words) = beside {
        return Err(Failure::usage(words));
    }
    let tally = gathering.tally();
    if tally.mismatches > 0 {
        return Ok(Outcome::Failed);
    }
    match (tally.compared, tally.flaws()) {
        (0, 0) => Err(Failure::usage("there is no case in the file")),
        (_, 0) => Ok(Outcome::Fine),
        (_, flaws) => Err(Failure::usage(format!("{} could not be compared", count_of(flaws, "record", "records")))),
    }
}

/// What is taken out of cases before they are written.
fn redacting(arguments: &Replay, edition: &Edition) -> Result<Redacting> {
    if arguments.redaction.is_none() {
        return Ok(Redacting::default());
    }
    let redaction: Redaction = written(arguments.redaction.as_deref(), "a redaction")?;
    redaction.check(edition.rules()).map_err(|unknown| Failure::usage(unknown.to_string()))?;
    let key = match &arguments.redaction_key {
        Some(path) => {
            let bytes = std::fs::read(path).map_err(|error| Failure::file("read", path, &error))?;
            let key = bytes.strip_suffix(b"\n").unwrap_or(&bytes);
            let few = || Failure::usage(format!("the key in `{}` has fewer than 16 bytes", path.display()));
            RedactionKey::new(key.strip_suffix(b"\r").unwrap_or(key)).ok_or_else(few)?
        }
        None if redaction.has_tokens() => {
            return Err(Failure::usage(
                "the redaction puts tokens in the place of fields: name their key, `--redaction-key FILE`",
            ));
        }
        None => RedactionKey::new(&[0; 16]).ok_or_else(|| Failure::Internal("no key".to_owned()))?,
    };
    Ok(Redacting::new(redaction, key))
}
