//! The subcommands, one module each.

pub mod completions;
pub mod explain;
pub mod new;

use crate::arguments::Command;
use crate::outcome::Result;

/// Runs a subcommand.
pub fn run(command: Command) -> Result {
    match command {
        Command::New(arguments) => new::run(&arguments),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Completions(arguments) => completions::run(&arguments),
    }
}
