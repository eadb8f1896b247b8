//! The subcommands, one module each.

pub mod bundle;
pub mod check;
pub mod completions;
pub mod diff;
pub mod explain;
pub mod fmt;
pub mod import;
pub mod log;
pub mod new;
pub mod noise;
pub mod probe;
pub mod quote;
pub mod replay;
pub mod report;
pub mod schema;
pub mod table;
pub mod test;

use crate::arguments::Command;
use crate::outcome::Result;

/// Runs a subcommand.
pub fn run(command: Command) -> Result {
    match command {
        Command::Check(arguments) => check::run(&arguments),
        Command::Quote(arguments) => quote::run(&arguments),
        Command::Test(arguments) => test::run(&arguments),
        Command::Diff(arguments) => diff::run(&arguments),
        Command::Bundle(arguments) => bundle::run(&arguments),
        Command::Schema(arguments) => schema::run(&arguments),
        Command::Fmt(arguments) => fmt::run(&arguments),
        Command::Import(arguments) => import::run(&arguments),
        Command::Table(arguments) => table::run(&arguments),
        Command::Log(arguments) => log::run(&arguments),
        Command::Replay(arguments) => replay::run(&arguments),
        Command::Report(arguments) => report::run(&arguments),
        Command::Noise(arguments) => noise::run(&arguments),
        Command::Probe(arguments) => probe::run(&arguments),
        Command::New(arguments) => new::run(&arguments),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Completions(arguments) => completions::run(&arguments),
    }
}
