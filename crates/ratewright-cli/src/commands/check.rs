//! `ratewright check`: every problem of every file, in one run.

use crate::editions::{self, Edition};
use crate::files;
use crate::load::{self, Loaded};
use crate::outcome::{Outcome, Result};
use crate::render::{self, Problem};
use crate::terminal::{self, ERROR, FAINT, GOOD, WARNING};
use crate::watch::Snapshot;
use clap::{Args, ValueEnum};
use ratewright::source::SourceMap;
use std::collections::HashSet;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Check rule sets and show every problem
#[derive(Debug, Args)]
pub struct Check {
    /// .rules files, and folders in which every .rules file is checked
    #[arg(required = true)]
    pub paths: Vec<PathBuf>,
    /// How to show the problems
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
    /// Check again whenever a file changes that the rule sets are made of
    #[arg(long)]
    pub watch: bool,
}

/// How problems are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Drawn on their text.
    Human,
    /// One JSON object.
    Json,
    /// Annotations of a GitHub workflow.
    Github,
}

/// Checks once, or until the command is stopped.
pub fn run(arguments: &Check) -> Result {
    loop {
        let found = check(&arguments.paths)?;
        show(&found, arguments.format)?;
        if !arguments.watch {
            return Ok(Outcome::failed_if(found.problems.iter().any(Problem::is_error)));
        }
        // New .rules files in a folder are noticed, too; a folder that is gone for a moment is not an end.
        let watched =
            || files::rule_files(&arguments.paths).unwrap_or_default().into_iter().chain(found.files.clone()).collect();
        let snapshot = Snapshot::of(watched());
        let count = terminal::count(snapshot.len(), "file", "files");
        writeln!(anstream::stderr(), "{FAINT}watching {count}; Ctrl-C ends{FAINT:#}")?;
        snapshot.wait_for_change(watched);
    }
}

/// What one run found.
struct Found {
    /// How many files were checked by themselves.
    checked: usize,
    /// What was found, each problem once.
    problems: Vec<Problem>,
    /// All files that were read.
    files: Vec<PathBuf>,
}

/// Compiles every rule set; a module that none of them imports is read alone.
fn check(paths: &[PathBuf]) -> Result<Found> {
    let rule_files = files::rule_files(paths)?;
    let mut found = Found { checked: rule_files.len(), problems: Vec::new(), files: Vec::new() };
    let mut modules = Vec::new();
    let mut sets = Vec::new();
    for path in &rule_files {
        match files::read(path) {
            Ok(text) if load::is_module(&text) => modules.push((path, text)),
            // What is no text may be a bundle; else its problem is said.
            _ => {
                let mut loaded = load::load(path);
                let edition = |rules| Edition { rules, path: path.clone(), folder: loaded.folder.clone() };
                sets.extend(loaded.rules.take().map(edition));
                found.add(loaded);
            }
        }
    }
    found.problems.extend(editions::problems(&sets));
    for (path, text) in modules {
        if !found.files.iter().any(|file| same_file(file, path)) {
            found.add(module_alone(path, &text));
        }
    }
    let mut seen = HashSet::new();
    found.problems.retain(|problem| seen.insert(problem.identity()));
    Ok(found)
}

impl Found {
    fn add(&mut self, loaded: Loaded) {
        self.problems.extend(loaded.problems);
        self.files.extend(loaded.files);
    }
}

fn same_file(a: &Path, b: &Path) -> bool {
    a == b || matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b)
}

/// A module that no rule set of this run imports: what it says is read; what its names mean, its importers decide.
fn module_alone(path: &Path, text: &str) -> Loaded {
    let mut sources = SourceMap::default();
    let id = sources.add(&path.to_string_lossy().replace('\\', "/"), text);
    let (_, diagnostics) = ratewright::syntax::parse(id, text);
    let sources = Arc::new(sources);
    let problem = |diagnostic| Problem { diagnostic, sources: sources.clone(), folder: String::new() };
    let problems = diagnostics.into_iter().map(problem).collect();
    Loaded { rules: None, problems, files: vec![path.to_owned()], folder: String::new() }
}

fn show(found: &Found, format: Format) -> Result<()> {
    let errors = found.problems.iter().filter(|problem| problem.is_error()).count();
    let warnings = found.problems.len().saturating_sub(errors);
    let mut out = terminal::stdout();
    match format {
        Format::Human => {
            for problem in &found.problems {
                writeln!(out, "{}\n", render::human::render(problem, terminal::COLUMNS))?;
            }
        }
        Format::Github => {
            for problem in &found.problems {
                writeln!(out, "{}", render::github::render(problem))?;
            }
        }
        Format::Json => {
            let problems: Vec<_> = found.problems.iter().map(render::json::render).collect();
            let report = serde_json::json!({ "files": found.checked, "errors": errors, "warnings": warnings, "problems": problems });
            serde_json::to_writer_pretty(&mut out, &report)?;
            writeln!(out)?;
        }
    }
    out.flush()?;
    summary(found.checked, errors, warnings)
}

fn summary(files: usize, errors: usize, warnings: usize) -> Result<()> {
    let mut parts = Vec::new();
    if errors > 0 {
        parts.push(format!("{ERROR}{}{ERROR:#}", terminal::count(errors, "error", "errors")));
    }
    if warnings > 0 {
        parts.push(format!("{WARNING}{}{WARNING:#}", terminal::count(warnings, "warning", "warnings")));
    }
    if parts.is_empty() {
        parts.push(format!("{GOOD}no problems{GOOD:#}"));
    }
    writeln!(anstream::stderr(), "checked {}: {}", terminal::count(files, "file", "files"), parts.join(", "))?;
    Ok(())
}
