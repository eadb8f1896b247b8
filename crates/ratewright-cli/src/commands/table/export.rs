//! `ratewright table export`: a table of a rule set as a file that holds the same table.

use super::file;
use crate::load;
use crate::outcome::{Failure, Outcome, Result};
use crate::terminal;
use clap::Args;
use std::io::Write;
use std::path::PathBuf;

/// Write a table of a rule set as CSV or as an Excel sheet
///
/// What is written is the table as the rule set uses it: overrides of a contract applied, a row for each cell of a crosstab, the
/// periods of its declarations in a column `valid`. A range stands in one cell, as `over 1 up to 10`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ratewright table export parcel.rules base_rate > base_rate.csv
  ratewright table export parcel.rules base_rate --to base_rate.xlsx
      also prints the declaration that reads the file")]
pub struct Export {
    /// The file of the rule set
    pub rules: PathBuf,
    /// The name of the table
    pub table: String,
    /// The file to write, .csv or .xlsx; the declaration that reads it is printed
    #[arg(long, value_name = "FILE")]
    pub to: Option<PathBuf>,
    /// Write over a file that exists
    #[arg(long, requires = "to")]
    pub force: bool,
}

/// Writes the table.
pub fn run(arguments: &Export) -> Result {
    let rules = match load::usable(&arguments.rules)? {
        Ok(rules) => rules,
        Err(outcome) => return Ok(outcome),
    };
    let export = ratewright_sheets::Export::of(rules.program(), &arguments.table).map_err(Failure::usage)?;
    let mut out = terminal::stdout();
    let Some(path) = &arguments.to else {
        export.csv(&mut out)?;
        out.flush()?;
        return Ok(Outcome::Fine);
    };
    let ending = path.extension().map(|ending| ending.to_ascii_lowercase()).unwrap_or_default();
    let mut bytes = Vec::new();
    if ending == "csv" {
        export.csv(&mut bytes)?;
    } else if ending == "xlsx" {
        bytes = export.xlsx().map_err(Failure::usage)?;
    } else {
        return Err(Failure::usage(format!("`{}` ends neither in .csv nor in .xlsx", path.display())));
    }
    file::write(path, &bytes, arguments.force)?;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    write!(out, "{}", export.declaration(&name))?;
    out.flush()?;
    let rows = terminal::count(export.rows().count(), "row", "rows");
    writeln!(anstream::stderr(), "wrote {rows} to {}", path.display())?;
    Ok(Outcome::Fine)
}
