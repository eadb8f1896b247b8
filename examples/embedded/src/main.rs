//! Prices lines of JSON by the rules of a folder, and by what becomes of them while it runs: all that embedding takes, without async.
//!
//! Standard input, an input in each line → standard output, for each of them a line: the quote with the edition that made it, or why there is
//! none. What becomes of the rules is told on standard error, and hinders no quote: `README.md` shows it.
#![allow(clippy::print_stderr, reason = "a program, which says how it stands where its operator looks")]

use ratewright::Quote;
use ratewright::live::{Book, LiveContext, Published};
use ratewright_sources::keeper::Problem;
use ratewright_sources::{Directory, Keeper, KeeperWatcher, SourceStatus};
use std::error::Error;
use std::io::{self, BufRead, Write};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

const USAGE: &str = "\
ratewright-embedded FOLDER RULE_SET < INPUTS

  FOLDER      the rule files to price by; what changes there is in use a moment later
  RULE_SET    the dotted name of the rule set, such as parcel
  INPUTS      an input in JSON on each line

The exit code is 0 where every line has its quote, 1 where one has none or the program cannot go on, 2 where it is not started as above.";

fn main() -> ExitCode {
    let mut words = std::env::args().skip(1);
    let (Some(folder), Some(rule_set), None) = (words.next(), words.next(), words.next()) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    match run(&folder, &rule_set) {
        Ok(0) => ExitCode::SUCCESS,
        Ok(unpriced) => {
            eprintln!("inputs without a quote: {unpriced}");
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Says how many inputs had no quote.
fn run(folder: &str, rule_set: &str) -> Result<u64, Box<dyn Error>> {
    // The book is what quotes come from. The keeper puts the rules of the folder there, and from a thread of its own whatever comes after
    // them, once it compiles and its tests pass. Where there is nothing to price by, this is an error.
    let keeping = Keeper::new(Arc::new(Book::default()))
        .source(Directory::new(folder).expecting(rule_set))
        .every(Duration::from_secs(2))
        .watched_by(Arc::new(Log))
        .start()?;
    let unpriced = price(keeping.book(), rule_set, io::stdin().lock(), io::stdout().lock())?;
    keeping.stop();
    Ok(unpriced)
}

/// Answers every line. Each quote is by the rules that are in the book at that moment, and by one edition from beginning to end.
fn price(book: &Book, rule_set: &str, inputs: impl BufRead, mut answers: impl Write) -> Result<u64, Box<dyn Error>> {
    // Memory for quotes, which is used again; a program with several threads has it in each.
    let (mut context, mut quote) = (LiveContext::new(), Quote::default());
    let (mut answer, mut unpriced) = (Vec::new(), 0_u64);
    for (number, input) in (1_u64..).zip(inputs.split(b'\n')) {
        let input = input?;
        if input.trim_ascii().is_empty() {
            continue;
        }
        let priced = match str::from_utf8(&input) {
            Ok(input) => {
                book.quote_json_into(&mut context, rule_set, input, &mut quote).map_err(|error| error.to_string())
            }
            Err(_) => Err("it is not UTF-8".to_owned()),
        };
        answer.clear();
        match priced {
            Ok(()) => quote.write_json(&mut answer),
            Err(message) => {
                unpriced = unpriced.saturating_add(1);
                let error = serde_json::json!({ "error": { "line": number, "message": message } });
                serde_json::to_writer(&mut answer, &error)?;
            }
        }
        answer.push(b'\n');
        answers.write_all(&answer)?;
        answers.flush()?;
    }
    Ok(unpriced)
}

/// What becomes of quotes while something is wrong.
fn what_goes_on(status: &SourceStatus) -> &'static str {
    if status.is_priced_by() { "what ran runs on" } else { "and there is nothing to price by" }
}

/// Tells the operator what becomes of the rules: once, when it begins, and when it is over.
struct Log;

impl KeeperWatcher for Log {
    fn swapped(&self, _: &SourceStatus, published: &Published) {
        published.loaded.iter().for_each(|edition| eprintln!("pricing by {edition}"));
    }

    fn refused(&self, status: &SourceStatus, problem: &Problem) {
        eprintln!("refused, {}: {}", what_goes_on(status), problem.why);
    }

    fn unreachable(&self, status: &SourceStatus, problem: &Problem) {
        eprintln!("no answer, {}: {}", what_goes_on(status), problem.why);
    }

    fn warned(&self, _: &SourceStatus, warning: &str) {
        eprintln!("{warning}");
    }

    fn recovered(&self, _: &SourceStatus, _: &Problem) {
        eprintln!("all is well again");
    }
}
