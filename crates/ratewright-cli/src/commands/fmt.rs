//! `ratewright fmt`: the one way to lay out a `.rules` file.

use crate::files;
use crate::outcome::{Failure, Outcome, Result};
use crate::render::{self, Problem};
use crate::terminal::{self, STRONG};
use clap::Args;
use ratewright::source::SourceMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Format .rules files
#[derive(Debug, Args)]
pub struct Fmt {
    /// .rules files, and folders in which every .rules file is formatted
    #[arg(required_unless_present = "stdin")]
    pub paths: Vec<PathBuf>,
    /// Write nothing; name the files that are not formatted, and fail if there are any
    #[arg(long)]
    pub check: bool,
    /// Format standard input to standard output
    #[arg(long, conflicts_with = "paths")]
    pub stdin: bool,
}

/// Formats files in their place, or standard input.
pub fn run(arguments: &Fmt) -> Result {
    if arguments.stdin || arguments.paths == [Path::new(files::STDIN)] {
        return standard_input(arguments.check);
    }
    let (mut unformatted, mut broken) = (0usize, 0usize);
    let mut out = terminal::stdout();
    let paths = files::rule_files(&arguments.paths)?;
    for path in &paths {
        let text = files::read(path)?;
        let Some(formatted) = format(&path.to_string_lossy(), &text)? else {
            broken = broken.saturating_add(1);
            continue;
        };
        if formatted == text {
            continue;
        }
        unformatted = unformatted.saturating_add(1);
        if arguments.check {
            writeln!(out, "{}", path.display())?;
        } else {
            std::fs::write(path, formatted).map_err(|error| Failure::file("write", path, &error))?;
        }
    }
    out.flush()?;
    let done = if arguments.check { "to be formatted" } else { "formatted" };
    let mut summary = format!("{} of {} {done}", unformatted, terminal::count(paths.len(), "file", "files"));
    if broken > 0 {
        summary.push_str(&format!(", {broken} cannot be read and left as they are"));
    }
    writeln!(anstream::stderr(), "{STRONG}{summary}{STRONG:#}")?;
    Ok(Outcome::failed_if(broken > 0 || (arguments.check && unformatted > 0)))
}

fn standard_input(check: bool) -> Result {
    let text = files::read(Path::new(files::STDIN))?;
    let Some(formatted) = format("standard input", &text)? else { return Ok(Outcome::Failed) };
    if check {
        return Ok(Outcome::failed_if(formatted != text));
    }
    let mut out = terminal::stdout();
    out.write_all(formatted.as_bytes())?;
    out.flush()?;
    Ok(Outcome::Fine)
}

/// The formatted text. A text that cannot be read is left alone, and its problems are shown.
fn format(name: &str, text: &str) -> Result<Option<String>> {
    let mut sources = SourceMap::default();
    let id = sources.add(name, text);
    let (file, diagnostics) = ratewright::syntax::parse(id, text);
    if diagnostics.is_empty() {
        return Ok(Some(ratewright::syntax::format(&file, text)));
    }
    let sources = Arc::new(sources);
    let mut err = anstream::stderr();
    for diagnostic in diagnostics {
        let problem = Problem { diagnostic, sources: sources.clone(), folder: String::new() };
        writeln!(err, "{}\n", render::human::render(&problem, terminal::COLUMNS))?;
    }
    Ok(None)
}
