//! `ratewright schema`: the JSON Schema of what a rule set takes or gives.

use crate::load;
use crate::outcome::{Outcome, Result};
use crate::terminal;
use clap::Args;
use std::io::Write;
use std::path::PathBuf;

/// Print the JSON Schema of a rule set's input or quote
#[derive(Debug, Args)]
pub struct Schema {
    /// The file of the rule set
    pub rules: PathBuf,
    /// The schema of the quote instead of the input
    #[arg(long)]
    pub quote: bool,
}

/// Prints the schema.
pub fn run(arguments: &Schema) -> Result {
    let rules = match load::usable(&arguments.rules)? {
        Ok(rules) => rules,
        Err(outcome) => return Ok(outcome),
    };
    let schema = if arguments.quote { rules.quote_schema() } else { rules.input_schema() };
    let mut out = terminal::stdout();
    serde_json::to_writer_pretty(&mut out, &schema)?;
    writeln!(out)?;
    out.flush()?;
    Ok(Outcome::Fine)
}
