//! `ratewright table check`: what is doubtful in the values of a file, with its places.

use super::file;
use crate::load;
use crate::outcome::{Failure, Outcome, Result};
use crate::render::{self, Problem};
use crate::terminal::{self, ERROR, FAINT, GOOD, STRONG, WARNING};
use clap::{Args, ValueEnum};
use ratewright_sheets::place::SheetPath;
use ratewright_sheets::review::{Doubt, Reviewed, review};
use serde_json::{Value, json};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Look over the values of a CSV file or a sheet
///
/// What each column holds is told from its cells; every cell that a table would refuse or that is odd is listed with its place, what
/// was found and what to do. With --rules the file is checked as the tables of a rule set declare it.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ratewright table check zones.csv
  ratewright table check 'rates.xlsx#Ground!B3'
  ratewright table check rates.csv --rules parcel.rules")]
pub struct Check {
    /// A .csv file, or a sheet: rates.xlsx, rates.xlsx#Ground, rates.ods#Ground!B3:F40
    pub file: String,
    /// A rule set whose tables read the file: it is held against their declarations
    #[arg(long, value_name = "RULES")]
    pub rules: Option<PathBuf>,
    /// How to show what was found
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
}

/// How findings are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// A line for each.
    Human,
    /// One JSON object.
    Json,
}

/// Looks the file over.
pub fn run(arguments: &Check) -> Result {
    match &arguments.rules {
        Some(rules) => against(arguments, rules),
        None => alone(arguments),
    }
}

fn alone(arguments: &Check) -> Result {
    let name = arguments.file.as_str();
    let source = file::open(name)?;
    let mut out = terminal::stdout();
    let (mut refused, mut odd) = (0_usize, 0_usize);
    let mut found = Vec::new();
    let mut failed = None;
    let result = review(&source, &mut |doubt: Doubt| {
        let count = if doubt.refused { &mut refused } else { &mut odd };
        *count = count.saturating_add(1);
        match arguments.format {
            Format::Human => {
                if let Err(error) = show(&mut out, name, &doubt) {
                    failed.get_or_insert(error);
                }
            }
            Format::Json => found.push(data(&doubt)),
        }
    });
    let reviewed = result.map_err(|why| Failure::usage(format!("cannot read `{name}`: {why}")))?;
    if let Some(error) = failed {
        return Err(error.into());
    }
    if arguments.format == Format::Json {
        let columns: Vec<Value> = reviewed
            .columns
            .iter()
            .map(|(heading, kind)| json!({ "heading": heading, "holds": kind.words() }))
            .collect();
        let report = json!({ "file": name, "rows": reviewed.rows, "columns": columns, "refused": refused, "odd": odd, "findings": found });
        serde_json::to_writer_pretty(&mut out, &report)?;
        writeln!(out)?;
    }
    out.flush()?;
    summary(name, &reviewed, refused, odd)?;
    Ok(Outcome::failed_if(refused > 0))
}

fn show(out: &mut impl Write, name: &str, doubt: &Doubt) -> std::io::Result<()> {
    let place = match doubt.cell {
        Some(cell) => format!("{name}: {cell}"),
        None => format!("{name}:{}", doubt.line),
    };
    let style = if doubt.refused { ERROR } else { WARNING };
    let word = if doubt.refused { "refused" } else { "odd" };
    write!(out, "{STRONG}{place}{STRONG:#}: {style}{word}{style:#}: ")?;
    if !doubt.column.is_empty() {
        write!(out, "{}: ", on_one_line(&doubt.column))?;
    }
    if !doubt.text.is_empty() {
        write!(out, "`{}`: ", doubt.text.escape_debug())?;
    }
    let help = doubt.help.as_deref().map(|help| format!("; {}", on_one_line(help))).unwrap_or_default();
    writeln!(out, "{}{FAINT}{help}{FAINT:#}", on_one_line(&doubt.found))
}

/// With line breaks and the like as `\n`, so that a finding is a line.
fn on_one_line(text: &str) -> String {
    let shown = |character: char| match character.is_control() {
        true => character.escape_default().collect::<String>(),
        false => character.to_string(),
    };
    text.chars().map(shown).collect()
}

fn data(doubt: &Doubt) -> Value {
    json!({
        "line": doubt.line, "cell": doubt.cell.map(|cell| cell.to_string()), "column": doubt.column, "text": doubt.text,
        "found": doubt.found, "help": doubt.help, "refused": doubt.refused,
    })
}

fn summary(name: &str, reviewed: &Reviewed, refused: usize, odd: usize) -> Result<()> {
    let mut err = anstream::stderr();
    let rows = terminal::count(usize::try_from(reviewed.rows).unwrap_or(usize::MAX), "row", "rows");
    let columns = terminal::count(reviewed.columns.len(), "column", "columns");
    let mut parts = Vec::new();
    if refused > 0 {
        parts.push(format!("{ERROR}{refused} refused{ERROR:#}"));
    }
    if odd > 0 {
        parts.push(format!("{WARNING}{odd} odd{WARNING:#}"));
    }
    if parts.is_empty() {
        parts.push(format!("{GOOD}nothing doubtful{GOOD:#}"));
    }
    writeln!(err, "looked over {rows} of {columns} in {name}: {}", parts.join(", "))?;
    Ok(())
}

/// The problems that a rule set has with the file.
fn against(arguments: &Check, rules: &Path) -> Result {
    std::fs::metadata(rules).map_err(|error| Failure::file("read", rules, &error))?;
    let wanted = canonical(&arguments.file);
    let loaded = load::load(rules);
    if !loaded.files.iter().any(|file| canonical(&file.to_string_lossy()) == wanted) {
        let (file, rules) = (&arguments.file, rules.display());
        return Err(Failure::usage(format!("no table of `{rules}` reads `{file}`")));
    }
    let concerns = |problem: &&Problem| {
        let labels = std::iter::once(&problem.diagnostic.primary).chain(&problem.diagnostic.secondary);
        labels.into_iter().any(|label| canonical(&problem.path(label.span)) == wanted)
            || problem.diagnostic.title.contains(&format!("\"{}\"", file::name_of(&arguments.file)))
    };
    let problems: Vec<&Problem> = loaded.problems.iter().filter(concerns).collect();
    let errors = problems.iter().filter(|problem| problem.is_error()).count();
    let mut out = terminal::stdout();
    match arguments.format {
        Format::Human => {
            for problem in &problems {
                writeln!(out, "{}\n", render::human::render(problem, terminal::COLUMNS))?;
            }
        }
        Format::Json => {
            let shown: Vec<_> = problems.iter().map(|problem| render::json::render(problem)).collect();
            let report = json!({ "file": arguments.file, "errors": errors, "warnings": problems.len().saturating_sub(errors), "problems": shown });
            serde_json::to_writer_pretty(&mut out, &report)?;
            writeln!(out)?;
        }
    }
    out.flush()?;
    let count = match problems.len() {
        0 => format!("{GOOD}no problems{GOOD:#}"),
        found => terminal::count(found, "problem", "problems"),
    };
    writeln!(anstream::stderr(), "held {} against {}: {count}", arguments.file, rules.display())?;
    Ok(Outcome::failed_if(errors > 0))
}

/// The file that a path names, whatever sheet of it, as one path.
fn canonical(path: &str) -> PathBuf {
    let file = SheetPath::parse(path).map_or_else(|| path.to_owned(), |sheet| sheet.file);
    let file = PathBuf::from(file);
    file.canonicalize().unwrap_or(file)
}
