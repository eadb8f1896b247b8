//! `ratewright report`: how far a migration has come, and what to do next, for people, programs, build servers and managers.
//!
//! Rules, evidence, findings, policy, facts and the log of stages → a verdict in four forms. What is ready the library judges; here it is
//! told. Nothing is left out silently: the JSON has all of it, and the others say what they do not show.

mod examples;
mod facts;
mod families;
mod follows;
mod gates;
mod json;
mod junit;
mod measure;
mod model;
mod next;
mod page;
mod reading;
mod rules;
mod text;
mod waivers;
pub mod words;

use crate::files::kept_apart;
use crate::outcome::{Failure, Outcome, Result};
use crate::terminal;
use clap::{Args, ValueEnum};
use ratewright::migrate::Readiness;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Say whether rules are ready to take over from old code, why, and what to do next
///
/// The exit code is 0 where they are ready, 1 where they are not or not enough is known, and 2 where a file cannot be used.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct ReportCommand {
    /// The file of the rule set that is to be released
    #[arg(long, value_name = "PATH")]
    pub rules: PathBuf,
    /// What is known of each rule, as `replay` or a service wrote it; several are put together
    #[arg(long, value_name = "FILE", required = true, num_args = 1..)]
    pub evidence: Vec<PathBuf>,
    /// What differs and why, as `replay` or a service wrote it
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub findings: Vec<PathBuf>,
    /// What a release must show; the usual demands, where it is not said
    #[arg(long, value_name = "FILE")]
    pub policy: Option<PathBuf>,
    /// What is known beside: how long both ran, what was dropped, when going back was practised, who approves
    #[arg(long, value_name = "FILE")]
    pub facts: Option<PathBuf>,
    /// The log of stages
    #[arg(long, value_name = "FILE")]
    pub log: Option<PathBuf>,
    /// The digest of the last record of that log that was known: tells whether its end is missing
    #[arg(long, value_name = "DIGEST", requires = "log")]
    pub head: Option<String>,
    /// The day of the judgement; today in UTC, where it is not said
    #[arg(long, value_name = "DATE")]
    pub day: Option<String>,
    /// How the report is written; as the name of `--output` ends, else as text
    #[arg(long, value_enum)]
    pub format: Option<Format>,
    /// Write the report to a file instead of standard output
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  ratewright report --rules parcel.rules --evidence replay.evidence --findings replay.findings
  ratewright report --rules parcel.rules --evidence replay.evidence probes.evidence --findings replay.findings \\
      --policy policy.json --facts facts.json --log parcel.log --output report.html
  ratewright report --rules parcel.rules --evidence replay.evidence --format junit --output release.xml";

/// How a report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people, on a terminal.
    #[value(alias = "human")]
    Text,
    /// One JSON object with everything.
    Json,
    /// JUnit's XML: a case for each rule and each demand on the release.
    Junit,
    /// One page that needs nothing but itself.
    Html,
}

impl Format {
    /// What a file is to hold by its name; one that says nothing holds text.
    fn of_name(path: &Path) -> Result<Format> {
        let Some(extension) = path.extension() else { return Ok(Format::Text) };
        match extension.to_string_lossy().to_ascii_lowercase().as_str() {
            "txt" => Ok(Format::Text),
            "json" => Ok(Format::Json),
            "xml" => Ok(Format::Junit),
            "html" | "htm" => Ok(Format::Html),
            _ => Err(Failure::usage(format!(
                "`{}` does not say as what the report is to be written: end it in .html, .json, .xml (JUnit) or .txt, or say `--format`",
                path.display()
            ))),
        }
    }
}

/// Judges, and writes the report.
pub fn run(arguments: &ReportCommand) -> Result {
    let one = [Some(&arguments.rules), arguments.policy.as_ref(), arguments.facts.as_ref(), arguments.log.as_ref()];
    let read = one.into_iter().flatten().chain(&arguments.evidence).chain(&arguments.findings);
    kept_apart(read, [("--output", arguments.output.as_ref())])?;
    let format = match (arguments.format, &arguments.output) {
        (Some(format), _) => format,
        (None, Some(path)) => Format::of_name(path)?,
        (None, None) => Format::Text,
    };
    let report = reading::read(arguments)?;
    let mut out: Box<dyn Write> = match &arguments.output {
        Some(path) => {
            let file = std::fs::File::create(path).map_err(|error| Failure::file("write", path, &error))?;
            // A file has no colours, whatever the terminal has.
            Box::new(std::io::BufWriter::new(anstream::StripStream::new(file)))
        }
        None => Box::new(terminal::stdout()),
    };
    match format {
        Format::Text => text::write(&report, &mut out)?,
        Format::Json => {
            serde_json::to_writer_pretty(&mut out, &json::report(&report))?;
            writeln!(out)?;
        }
        Format::Junit => junit::write(&report, &mut out)?,
        Format::Html => out.write_all(page::page(&report).as_bytes())?,
    }
    out.flush()?;
    Ok(Outcome::failed_if(report.readiness != Readiness::Ready))
}
