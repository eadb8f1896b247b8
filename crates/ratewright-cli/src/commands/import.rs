//! `ratewright import`: rule sets drafted from the models of other tools.

use crate::files;
use crate::outcome::{Failure, Outcome, Result};
use crate::terminal::{self, ERROR, FAINT, GOOD, WARNING};
use clap::{Args, Subcommand, ValueEnum};
use ratewright_sheets::dmn::{Draft, Model};
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

/// Draft a rule set from a model of another tool
#[derive(Debug, Args)]
pub struct Import {
    /// What to import.
    #[command(subcommand)]
    pub from: From,
}

/// The kinds of models.
#[derive(Debug, Subcommand)]
pub enum From {
    /// Draft a rule set from the decisions of a DMN model
    ///
    /// Decision tables of all hit policies, literal expressions and business knowledge models become tables, outputs and functions that
    /// give the same answers. What cannot keep its meaning is left out and told, with its place; the exit code is then 1.
    #[command(after_help = "Examples:
  ratewright import dmn lending.dmn --output lending.rules
  ratewright import dmn lending.dmn --decision \"Risk category\" > risk.rules
  ratewright import dmn lending.dmn --format json | jq '.left_out[].why'")]
    Dmn(Dmn),
}

/// Draft a rule set from the decisions of a DMN model
#[derive(Debug, Args)]
pub struct Dmn {
    /// The model, in the XML of DMN 1.1 to 1.5
    pub file: PathBuf,
    /// Where to write the rules, which must not exist yet; standard output where this is not given
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Only this decision, and what it requires
    #[arg(long, value_name = "NAME")]
    pub decision: Option<String>,
    /// How to tell what was imported
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
}

/// How an import is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people, on standard error.
    Human,
    /// One JSON object on standard output; it holds the rules, too, where they are not written to a file.
    Json,
}

/// Imports one model.
pub fn run(arguments: &Import) -> Result {
    match &arguments.from {
        From::Dmn(arguments) => dmn(arguments),
    }
}

fn dmn(arguments: &Dmn) -> Result {
    let shown = arguments.file.display();
    let text = files::read(&arguments.file)?;
    let model = Model::read(&text).map_err(|error| Failure::usage(format!("cannot import `{shown}`: {error}")))?;
    let draft = match &arguments.decision {
        None => model.draft(),
        Some(name) => model.draft_decision(name).ok_or_else(|| no_decision(&shown.to_string(), name, &model))?,
    };
    if let Some(path) = arguments.output.as_ref().filter(|_| !draft.rules.is_empty()) {
        write_new(path, &draft.rules)?;
    }
    match arguments.format {
        Format::Human => human(arguments, &draft)?,
        Format::Json => json(arguments, &draft)?,
    }
    Ok(Outcome::failed_if(!draft.left_out.is_empty()))
}

fn no_decision(file: &str, name: &str, model: &Model) -> Failure {
    let near = ratewright::diagnostic::did_you_mean(name, model.decisions());
    let help = near.map_or_else(String::new, |near| format!("; did you mean \"{near}\"?"));
    Failure::usage(format!("`{file}` has no decision \"{name}\"{help}"))
}

/// A draft never replaces a file: it may have been mended since.
fn write_new(path: &Path, text: &str) -> Result<()> {
    let mut file = match OpenOptions::new().write(true).create_new(true).open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            return Err(Failure::usage(format!("`{}` exists already and was left as it is", path.display())));
        }
        Err(error) => return Err(Failure::file("write", path, &error)),
    };
    file.write_all(text.as_bytes()).map_err(|error| Failure::file("write", path, &error))
}

fn human(arguments: &Dmn, draft: &Draft) -> Result<()> {
    if arguments.output.is_none() {
        let mut out = terminal::stdout();
        out.write_all(draft.rules.as_bytes())?;
        out.flush()?;
    }
    let mut err = anstream::stderr();
    let file = arguments.file.display();
    for left in &draft.left_out {
        writeln!(err, "{ERROR}left out{ERROR:#} {file}:{} {}: {}", left.place, left.what, left.why)?;
        writeln!(err, "         {FAINT}{}{FAINT:#}", left.help)?;
    }
    for note in &draft.notes {
        writeln!(err, "{WARNING}note{WARNING:#}     {file}:{} {}: {}", note.place, note.what, note.text)?;
    }
    let wanted = if arguments.decision.is_some() {
        draft.imported.len().saturating_add(draft.left_out.len())
    } else {
        draft.decisions
    };
    let mut summary =
        format!("{} of {} imported", draft.imported.len(), terminal::count(wanted, "decision", "decisions"));
    if arguments.decision.is_none() && draft.tables > 0 {
        summary.push_str(&format!(
            ", {} of {}",
            draft.tables_imported,
            terminal::count(draft.tables, "table", "tables")
        ));
    }
    match draft.left_out.len() {
        0 => writeln!(err, "{GOOD}{summary}{GOOD:#}")?,
        1 => writeln!(err, "{summary}; 1 thing needs attention")?,
        more => writeln!(err, "{summary}; {more} things need attention")?,
    }
    if let Some(path) = arguments.output.as_ref().filter(|_| !draft.rules.is_empty()) {
        writeln!(err, "wrote {}", path.display())?;
    }
    Ok(())
}

fn json(arguments: &Dmn, draft: &Draft) -> Result<()> {
    let mut report = serde_json::to_value(draft)?;
    if let (Some(report), None) = (report.as_object_mut(), &arguments.output) {
        report.insert("rules".into(), draft.rules.clone().into());
    }
    let mut out = terminal::stdout();
    serde_json::to_writer_pretty(&mut out, &report)?;
    writeln!(out)?;
    out.flush()?;
    Ok(())
}
