//! The command line, as clap reads it.

use crate::commands::{
    bundle, check, completions, diff, explain, fmt, import, log, new, noise, probe, quote, replay, report, schema,
    table, test,
};
use clap::{Parser, Subcommand, ValueEnum};
use std::sync::LazyLock;

/// What `--version` says after the name: the version, and below it the data that is compiled in.
static VERSION: LazyLock<String> = LazyLock::new(|| {
    let (version, zones) = (env!("CARGO_PKG_VERSION"), ratewright::value::zone_database_version());
    format!("{version}\ntime zones: IANA database {zones}")
});

/// Prices by rules: check, quote, test and explain .rules files, and move charges out of old code (replay, probe, report).
///
/// Data goes to standard output, talk to standard error. The exit code is 0 where all is well, 1 where a rule set, a
/// test or a row failed, 2 where the command line is wrong and 3 where ratewright itself is at fault.
#[derive(Debug, Parser)]
#[command(name = "ratewright", version, long_version = VERSION.as_str(), propagate_version = true)]
pub struct Arguments {
    /// When to use colours.
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    pub color: Color,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless NO_COLOR is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl Color {
    /// Makes it the choice of this process.
    pub fn apply(self) {
        let choice = match self {
            Color::Auto => anstream::ColorChoice::Auto,
            Color::Always => anstream::ColorChoice::Always,
            Color::Never => anstream::ColorChoice::Never,
        };
        choice.write_global();
    }
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check rule sets and show every problem
    Check(check::Check),
    /// Price inputs: one, or thousands
    Quote(quote::Quote),
    /// Run the tests that stand in rule sets
    Test(test::Test),
    /// Show what changed in meaning between two editions of a rule set, and what it does to real inputs
    Diff(diff::Diff),
    /// Format .rules files
    Fmt(fmt::Fmt),
    /// Write tables to CSV and Excel, look files over, draft rules from them
    Table(table::Table),
    /// Put a rule set with all its texts in one file, sign it, check it, publish it
    Bundle(bundle::BundleCommand),
    /// Draft a rule set from a model of another tool
    Import(import::Import),
    /// Compare what old code answered, as it was recorded, with what a rule set says
    Replay(replay::Replay),
    /// Compare two answers of old code to the same requests, to find what is not deterministic
    Noise(noise::Noise),
    /// Say whether rules are ready to take over from old code, why, and what to do next
    Report(report::ReportCommand),
    /// Write inputs at the boundaries of a rule set, for the old code to answer
    Probe(probe::ProbeCommand),
    /// Check and show the log of a migration
    Log(log::LogCommand),
    /// Start a rule set from a template
    New(new::New),
    /// Print the JSON Schema of a rule set's input or quote
    Schema(schema::Schema),
    /// Explain a code such as RW0312
    Explain(explain::Explain),
    /// Print completions for a shell
    Completions(completions::Completions),
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_well_formed() {
        super::Arguments::command().debug_assert();
    }
}
