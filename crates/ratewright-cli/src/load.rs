//! Rule sets from files, with their problems ready to be shown.

use crate::files;
use crate::outcome::{Failure, Outcome, Result};
use crate::render::{self, Problem};
use crate::terminal;
use ratewright::source::SourceMap;
use ratewright::{Directory, Rejected, RuleSet};
use std::io::Write;
use std::path::{Path, PathBuf};

/// A rule set, or what keeps it from being one.
#[derive(Debug)]
pub struct Loaded {
    /// The rule set, where it can be used.
    pub rules: Option<RuleSet>,
    /// Its errors or warnings.
    pub problems: Vec<Problem>,
    /// The files that were read for it.
    pub files: Vec<PathBuf>,
}

/// Compiles the rule set in a file, with all that it imports.
pub fn load(path: &Path) -> Loaded {
    let folder = folder_of(path);
    match RuleSet::from_file(path) {
        Ok(rules) => {
            let sources = rules.program().sources.clone();
            let problem = |diagnostic: &ratewright::diagnostic::Diagnostic| Problem {
                diagnostic: diagnostic.clone(),
                sources: sources.clone(),
                folder: folder.clone(),
            };
            let problems = rules.warnings().iter().map(problem).collect();
            Loaded { problems, files: files_of(&sources, &folder), rules: Some(rules) }
        }
        Err(Rejected { sources, diagnostics }) => {
            let problem = |diagnostic| Problem { diagnostic, sources: sources.clone(), folder: folder.clone() };
            let problems = diagnostics.into_iter().map(problem).collect();
            Loaded { rules: None, problems, files: files_of(&sources, &folder) }
        }
    }
}

/// The rule set of a subcommand that needs one. Where it cannot be used, its problems are said on standard error and the
/// outcome is that of the subcommand.
pub fn usable(path: &Path) -> Result<std::result::Result<RuleSet, Outcome>> {
    if let Err(error) = std::fs::metadata(path) {
        return Err(Failure::file("read", path, &error));
    }
    let loaded = load(path);
    if let Some(rules) = loaded.rules {
        return Ok(Ok(rules));
    }
    let mut err = anstream::stderr();
    for problem in &loaded.problems {
        writeln!(err, "{}\n", render::human::render(problem, terminal::COLUMNS))?;
    }
    let errors = loaded.problems.iter().filter(|problem| problem.is_error()).count();
    let style = terminal::ERROR;
    writeln!(
        err,
        "{style}error{style:#}: `{}` cannot be used: {}",
        path.display(),
        terminal::count(errors, "error", "errors")
    )?;
    Ok(Err(Outcome::Failed))
}

/// The folder that the names of a rule set's texts start from, with its `/`, as seen from the folder that the command runs in.
pub fn folder_of(path: &Path) -> String {
    let (directory, _) = Directory::around(path);
    let here = std::env::current_dir().unwrap_or_default();
    let root = directory.root();
    let folder = root.strip_prefix(&here).unwrap_or(root).to_string_lossy().replace('\\', "/");
    if folder.is_empty() || folder.ends_with('/') { folder } else { format!("{folder}/") }
}

fn files_of(sources: &SourceMap, folder: &str) -> Vec<PathBuf> {
    sources.files().map(|(_, file)| PathBuf::from(render::under(folder, &file.name))).collect()
}

/// Every `.rules` file that the paths name which holds a rule set, with its path; modules are left out.
pub fn rule_sets(paths: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for path in files::rule_files(paths)? {
        if !is_module(&files::read(&path)?) {
            found.push(path);
        }
    }
    Ok(found)
}

/// Whether a text holds a module: definitions that rule sets import.
pub fn is_module(text: &str) -> bool {
    let mut sources = SourceMap::default();
    let id = sources.add("", text);
    let (file, _) = ratewright::syntax::parse(id, text);
    file.header.is_some_and(|header| header.module)
}
