//! `ratewright table`: tables as files, CSV and workbooks: written, looked over, and drafted as rules.

mod check;
mod export;
mod file;
mod import;

use crate::outcome::Result;
use clap::{Args, Subcommand};

/// Write tables to CSV and Excel, look files over, draft rules from them
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
    /// Look over the values of a CSV file or a sheet
    Check(check::Check),
    /// Draft the rules that read a CSV file or a sheet
    Import(import::Import),
}

/// Runs one.
pub fn run(arguments: &Table) -> Result {
    match &arguments.what {
        What::Export(arguments) => export::run(arguments),
        What::Check(arguments) => check::run(arguments),
        What::Import(arguments) => import::run(arguments),
    }
}
