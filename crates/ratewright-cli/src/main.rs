//! The `ratewright` command: check, quote, test, format and explain `.rules` files.
//!
//! Arguments become one subcommand, a subcommand writes data to standard output and talk to standard error, and its
//! [`outcome::Outcome`] becomes the exit code: 0 fine, 1 a rule, test or row failed, 2 usage, 3 internal.
//! Everything that computes a price is in the library; here are files, the terminal and words.

mod arguments;
mod bundles;
mod commands;
mod day;
mod differing;
mod editions;
mod figures;
mod files;
mod gathered;
mod itemised;
mod load;
mod outcome;
mod render;
mod rows;
mod terminal;
mod together;
mod watch;
mod written;

use clap::Parser;
use outcome::{Failure, Outcome};
use std::io::Write;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments = arguments::Arguments::parse();
    arguments.color.apply();
    let result = std::panic::catch_unwind(|| commands::run(arguments.command));
    match result {
        Ok(Ok(Outcome::Fine)) | Ok(Err(Failure::ReaderGone)) => ExitCode::SUCCESS,
        Ok(Ok(Outcome::Failed)) => ExitCode::from(1),
        Ok(Err(Failure::Usage(message))) => {
            say_error(&message);
            ExitCode::from(2)
        }
        Ok(Err(Failure::Internal(message))) => {
            say_error(&message);
            ExitCode::from(3)
        }
        Err(_) => {
            say_error("this is a fault of ratewright itself, please report it with the files that led to it");
            ExitCode::from(3)
        }
    }
}

/// One line on standard error; where even that fails there is nobody left to tell.
fn say_error(message: &str) {
    let style = terminal::ERROR;
    let _ = writeln!(anstream::stderr(), "{style}error{style:#}: {message}");
}
