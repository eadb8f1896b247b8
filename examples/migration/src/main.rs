//! The old system of the worked migration, at the command line: `docs/moving-over.md` shows what for.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program, which answers where it was asked")]

use ratewright_worked_migration::{recording, rollout};
use std::error::Error;
use std::fs::File;
use std::io::{self, BufReader};
use std::path::Path;
use std::process::ExitCode;

const USAGE: &str = "\
ratewright-worked-migration record FILE     write down what old code answered to 100,000 shipments
ratewright-worked-migration answer PROBES   answer probes, on standard output
ratewright-worked-migration shadow FOLDER   five weeks in which both run; the stages and their log are kept in the folder
ratewright-worked-migration canary FOLDER   from the first customers to all of them, with a wrong edition on the way";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match run(&words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(words: &[&str]) -> Result<(), Box<dyn Error>> {
    match words {
        ["record", file] => {
            let digest = recording::record(Path::new(file), 100_000)?;
            println!("100,000 shipments in {file}, SHA-256 of what is in it {digest}");
        }
        ["answer", probes] => {
            let count = recording::answer_all(BufReader::new(File::open(probes)?), io::stdout().lock())?;
            eprintln!("{count} probes answered");
        }
        ["shadow", folder] => rollout::shadow(Path::new(folder), &mut io::stdout().lock())?,
        ["canary", folder] => rollout::canary(Path::new(folder), &mut io::stdout().lock())?,
        _ => return Err(USAGE.into()),
    }
    Ok(())
}
