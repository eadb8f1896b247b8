//! `ratewright table`: tables as files, CSV and workbooks: written, looked over, and drafted as rules.

mod export;

use crate::outcome::Result;
use clap::{Args, Subcommand};

/// Write tables to CSV and Excel
#[derive(Debug, Args)]
pub struct Table {
    /// What to do.
    #[command(subcommand)]
    pub what: What,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum What {
    /// Write a table of a rule set as CSV or as an Excel sheet
    Export(export::Export),
}

/// Runs one.
pub fn run(arguments: &Table) -> Result {
    match &arguments.what {
        What::Export(arguments) => export::run(arguments),
    }
}
