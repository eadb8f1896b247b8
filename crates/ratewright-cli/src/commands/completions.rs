//! `ratewright completions`: a script that teaches a shell the command line.

use crate::arguments::Arguments;
use crate::outcome::{Outcome, Result};
use crate::terminal;
use clap::{Args, CommandFactory};
use std::io::Write;

/// Print completions for a shell.
#[derive(Debug, Args)]
pub struct Completions {
    /// The shell.
    pub shell: clap_complete::Shell,
}

/// Prints the script.
pub fn run(arguments: &Completions) -> Result {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Arguments::command(), "ratewright", &mut script);
    let mut out = terminal::stdout();
    out.write_all(&script)?;
    out.flush()?;
    Ok(Outcome::Fine)
}
