//! `ratewright log`: what the log of a migration holds, and whether anything in it was altered.
//!
//! What counts as altered, `ratewright::migrate::log` decides; here are files and words.

mod kept;

use crate::gathered;
use crate::outcome::{Failure, Outcome, Result};
use crate::terminal::{self, ERROR, FAINT, GOOD, STRONG, WARNING, plain};
use clap::{Args, Subcommand, ValueEnum};
use kept::Kept;
use ratewright::digest::Digest;
use ratewright::migrate::log::{Record, Verified, verify};
use ratewright::migrate::stage::Stage;
use serde_json::json;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

/// How many places are named that were altered.
const FAULTS: usize = 5;

/// Check and show the log of a migration
#[derive(Debug, Args)]
pub struct LogCommand {
    /// What to do.
    #[command(subcommand)]
    pub command: What,
}

/// What is done with a log.
#[derive(Debug, Subcommand)]
pub enum What {
    /// Check that nothing in a log was altered
    ///
    /// Finds each line that was changed, moved, taken out or put in. That lines are missing at the end tells only a head that was known: the
    /// digest of the last record at some earlier time, noted where those who write the log cannot change it.
    #[command(after_help = "Examples:
  ratewright log verify /var/lib/pricing/parcel.log
  ratewright log verify parcel.log --head e940d23b9c0f2f1fc0ac1529b6fafbf90f09b49ffb0e97edcf39f7b5864d286a
  ratewright log verify parcel.log --evidence /var/lib/pricing/gathered
  ratewright log verify parcel.log --format json | jq -r .head")]
    Verify(Verify),
    /// Show the changes of stages in a log: when, by whom, why, and what was known of the rules then
    #[command(after_help = "Examples:
  ratewright log show parcel.log
  ratewright log show parcel.log --format json | jq '.records[-1].stages'")]
    Show(Show),
}

/// Check that nothing in a log was altered
#[derive(Debug, Args)]
pub struct Verify {
    /// The log, or `-` for standard input
    pub file: PathBuf,
    /// The digest of the last record that was known
    #[arg(long, value_name = "DIGEST")]
    pub head: Option<String>,
    /// The folder in which the service gathers: whether the evidence that each change names is there, as it was
    #[arg(long, value_name = "FOLDER")]
    pub evidence: Option<PathBuf>,
    /// How to tell what was found
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
}

/// Show the changes of stages in a log
#[derive(Debug, Args)]
pub struct Show {
    /// The log, or `-` for standard input
    pub file: PathBuf,
    /// How to show it
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
}

/// How a log is told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Human,
    /// One JSON object.
    Json,
}

/// Does one of them.
pub fn run(arguments: &LogCommand) -> Result {
    match &arguments.command {
        What::Verify(arguments) => check(arguments),
        What::Show(arguments) => show(arguments),
    }
}

fn check(arguments: &Verify) -> Result {
    let head = arguments.head.as_deref().map(head);
    let bytes = read(&arguments.file)?;
    let verified = verify(&bytes, head.transpose()?);
    // Where a head is known there was a log, and of lines that are none all were written over.
    if arguments.head.is_none() {
        is_a_log(&arguments.file, &bytes, &verified)?;
    }
    let kept = arguments.evidence.as_deref().map(|folder| Kept::of(folder, &verified)).transpose()?;
    let is_fine = is_fine(&verified);
    let is_kept = kept.as_ref().is_none_or(Kept::is_whole);
    if arguments.format == Format::Json {
        let mut report = report(&arguments.file, &verified);
        if let Some(kept) = &kept {
            report.insert("fine".to_owned(), json!(is_fine && is_kept));
            report.insert("evidence".to_owned(), kept.report());
        }
        print(&report, &[])?;
        return Ok(Outcome::failed_if(!(is_fine && is_kept)));
    }
    if !is_fine && verified.faults.is_empty() {
        let (file, what) = (arguments.file.display(), "name the log of this migration, or find out who emptied it");
        writeln!(anstream::stderr(), "{WARNING}nothing known{WARNING:#}: no change stands in {file}: {what}")?;
    } else if verified.faults.is_empty() {
        let mut out = terminal::stdout();
        let changes = terminal::count(verified.records.len(), "change", "changes");
        writeln!(out, "{GOOD}fine{GOOD:#} {}: {changes}, none of them altered", arguments.file.display())?;
        match (verified.head(), &arguments.head) {
            (Some(head), Some(_)) => writeln!(out, "head {head}")?,
            (Some(head), None) => {
                writeln!(out, "head {head}")?;
                writeln!(
                    out,
                    "{FAINT}whether lines are missing at the end only an earlier head tells: `--head`{FAINT:#}"
                )?;
            }
            (None, _) => {}
        }
        out.flush()?;
    } else {
        tell(&verified)?;
    }
    kept.iter().try_for_each(Kept::tell)?;
    Ok(Outcome::failed_if(!(is_fine && is_kept)))
}

/// That some line could be a change: a file of another sort was named by mistake, and nobody altered it.
fn is_a_log(path: &Path, bytes: &[u8], verified: &Verified) -> Result<()> {
    let text = String::from_utf8_lossy(bytes);
    let is_like_one = |line: &str| line.contains("\"digest\"") && line.contains("\"record\"");
    let is_other = verified.records.is_empty() && !bytes.is_empty() && !text.lines().any(is_like_one);
    if !is_other {
        return Ok(());
    }
    let first = text.lines().next().unwrap_or_default();
    let looks = match gathered::sort_of(&text) {
        Some(what) => format!("it is {what}"),
        None if first.contains("\"answer\"") || first.contains("\"input\"") => {
            "it looks like recorded cases".to_owned()
        }
        None if path.extension().is_some_and(|extension| extension == "rules") => "it looks like rules".to_owned(),
        None => "no line of it is a change of stages".to_owned(),
    };
    Err(Failure::usage(format!("`{}` is no log of stages: {looks}", path.display())))
}

/// Whether nothing was altered; of a log in which nothing stands nobody can say so.
fn is_fine(verified: &Verified) -> bool {
    verified.faults.is_empty() && !verified.records.is_empty()
}

/// The digest of the last record that was known, as it is named.
pub fn head(text: &str) -> Result<Digest> {
    text.parse().map_err(|error| Failure::usage(format!("`--head {text}`: {error}")))
}

fn show(arguments: &Show) -> Result {
    let bytes = read(&arguments.file)?;
    let verified = verify(&bytes, None);
    is_a_log(&arguments.file, &bytes, &verified)?;
    if arguments.format == Format::Json {
        print(&report(&arguments.file, &verified), &verified.records)?;
        return Ok(Outcome::failed_if(!verified.faults.is_empty()));
    }
    let mut out = terminal::stdout();
    if verified.records.is_empty() {
        writeln!(out, "no change was logged")?;
    }
    for record in &verified.records {
        one(&mut out, record)?;
    }
    out.flush()?;
    tell(&verified)?;
    Ok(Outcome::failed_if(!verified.faults.is_empty()))
}

/// One change for people.
fn one(out: &mut impl Write, record: &Record) -> Result<()> {
    let change = record.change();
    let plan = change.stages.plan();
    writeln!(out, "{STRONG}{} {}{STRONG:#}  {}  {}", record.number(), plan.stage, record.at(), plain(&change.who))?;
    writeln!(out, "  {}", plain(&change.why))?;
    // What a plan says of other stages is kept in it and means nothing now.
    if plan.stage == Stage::Canary {
        for step in &plan.canary {
            let segment = step.segment.as_deref().map_or_else(|| "all others".to_owned(), plain);
            writeln!(out, "  the rules price {} of {segment}", step.share)?;
        }
    }
    if matches!(plan.stage, Stage::Shadow | Stage::Canary) {
        if !plan.trusted.is_empty() {
            let trusted: Vec<String> = plan.trusted.iter().map(|charge| plain(charge)).collect();
            writeln!(out, "  the rules price {} of those whom the old code prices", trusted.join(", "))?;
        }
        writeln!(out, "  compared: {} of those whom the old code prices", plan.sample.shadow)?;
    }
    if matches!(plan.stage, Stage::Canary | Stage::Primary) {
        writeln!(out, "  compared: {} of those whom the rules price", plan.sample.reverse)?;
    }
    let evidence = record.evidence().map_or_else(|| "none was given".to_owned(), |digest| digest.short());
    writeln!(out, "  {FAINT}evidence {evidence}  digest {}{FAINT:#}", record.digest().short())?;
    Ok(())
}

/// What is wrong, on standard error.
fn tell(verified: &Verified) -> Result<()> {
    for fault in verified.faults.iter().take(FAULTS) {
        writeln!(anstream::stderr(), "{ERROR}altered{ERROR:#}: {}", plain(&fault.to_string()))?;
    }
    let more = verified.faults.len().saturating_sub(FAULTS);
    if more > 0 {
        let places = terminal::count(more, "more place", "more places");
        writeln!(anstream::stderr(), "{ERROR}altered{ERROR:#}: {places}; `--format json` names all")?;
    }
    if !verified.faults.is_empty() {
        let readable = terminal::count(verified.records.len(), "change", "changes");
        writeln!(anstream::stderr(), "{WARNING}{readable} can be read{WARNING:#}")?;
    }
    Ok(())
}

fn report(file: &Path, verified: &Verified) -> serde_json::Map<String, serde_json::Value> {
    let faults: Vec<String> = verified.faults.iter().map(ToString::to_string).collect();
    let mut report = serde_json::Map::new();
    report.insert("file".to_owned(), json!(file));
    report.insert("fine".to_owned(), json!(is_fine(verified)));
    report.insert("changes".to_owned(), json!(verified.records.len()));
    report.insert("head".to_owned(), json!(verified.head()));
    report.insert("faults".to_owned(), json!(faults));
    report
}

fn print(report: &serde_json::Map<String, serde_json::Value>, records: &[Record]) -> Result<()> {
    let mut report = report.clone();
    if !records.is_empty() {
        report.insert("records".to_owned(), serde_json::to_value(records)?);
    }
    let mut out = terminal::stdout();
    serde_json::to_writer_pretty(&mut out, &report)?;
    writeln!(out)?;
    out.flush()?;
    Ok(())
}

/// The bytes of a log: it is the log's matter whether they are text.
fn read(path: &Path) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let read = match path == Path::new(crate::files::STDIN) {
        true => std::io::stdin().read_to_end(&mut bytes),
        false => std::fs::File::open(path).and_then(|mut file| file.read_to_end(&mut bytes)),
    };
    read.map(|_| bytes).map_err(|error| Failure::file("read", path, &error))
}
