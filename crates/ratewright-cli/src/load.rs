//! Rule sets from files and bundles, with their problems ready to be shown.

use crate::bundles;
use crate::files;
use crate::outcome::{Failure, Outcome, Result};
use crate::render::{self, Problem};
use crate::terminal;
use ratewright::diagnostic::{Diagnostic, codes};
use ratewright::source::{SourceMap, Span};
use ratewright::{Compiler, Directory, Rejected, RuleSet};
use ratewright_sheets::place::{SheetPath, cell_at};
use ratewright_sheets::{NumbersRead, Sheets};
use ratewright_sources::BundleError;
use std::io::Write;
use std::path::{Component, Path, PathBuf};

/// A rule set, or what keeps it from being one.
#[derive(Debug)]
pub struct Loaded {
    /// The rule set, where it can be used.
    pub rules: Option<RuleSet>,
    /// Its errors or warnings.
    pub problems: Vec<Problem>,
    /// The files that were read for it.
    pub files: Vec<PathBuf>,
    /// The folder before the names of its texts, with its `/`, or empty.
    pub folder: String,
}

/// Where a rule set is read from: the folder whose files it may name, its own name there, and that folder as seen from the
/// one that the command runs in: with its `/`, or empty.
struct Place {
    directory: Directory,
    main: String,
    folder: String,
}

impl Place {
    /// A file below the folder that the command runs in may name all files of that folder. One elsewhere may name those of
    /// [`Directory::around`], and so may one in a tree called `rules` within which the command runs.
    fn of(path: &Path) -> Place {
        let here = std::env::current_dir().unwrap_or_default();
        let full = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let plain = |path: &Path| path.components().all(|part| matches!(part, Component::Normal(_)));
        let (directory, main) = Directory::around(path);
        let inside = here.starts_with(directory.root()) && here != directory.root();
        if let Some(within) = full.strip_prefix(&here).ok().filter(|within| plain(within) && !inside) {
            let main = within.to_string_lossy().replace('\\', "/");
            return Place { directory: Directory::new(here), main, folder: String::new() };
        }
        let folder = format!("{}/", directory.root().to_string_lossy().trim_end_matches('/'));
        Place { directory, main, folder }
    }
}

/// Compiles the rule set in a file, with all that it imports, or that in a bundle.
pub fn load(path: &Path) -> Loaded {
    let in_bundle = bundles::is_zip(path);
    let (compiled, folder) = if in_bundle {
        load_bundle(path)
    } else {
        let Place { directory, main, folder } = Place::of(path);
        (compile(directory, &main), folder)
    };
    let (rules, sources, diagnostics) = match compiled {
        Ok(rules) => {
            let (sources, warnings) = (rules.program().sources.clone(), rules.warnings().to_vec());
            (Some(rules), sources, warnings)
        }
        Err(Rejected { sources, diagnostics }) => (None, sources, diagnostics),
    };
    let file_of = |name: &str| SheetPath::parse(name).map_or_else(|| name.to_owned(), |sheet| sheet.file);
    let files = match in_bundle {
        true => vec![path.to_owned()],
        false => sources.files().map(|(_, file)| render::under(&folder, &file_of(&file.name)).into()).collect(),
    };
    let problem = |mut diagnostic: Diagnostic| {
        name_cells(&mut diagnostic, &sources);
        Problem { diagnostic, sources: sources.clone(), folder: folder.clone() }
    };
    let problems = diagnostics.into_iter().map(problem).collect();
    Loaded { rules, problems, files, folder }
}

/// The rule set in a bundle, whose texts are named as if it were a folder; what is no bundle is a problem of the whole file.
fn load_bundle(path: &Path) -> (std::result::Result<RuleSet, Rejected>, String) {
    let why = match bundles::rules_of(path) {
        Ok(Ok(rules)) => return (Ok(rules), folder_in(path)),
        Ok(Err(BundleError::Rejected(rejected))) => return (Err(*rejected), folder_in(path)),
        Ok(Err(error)) => error.to_string(),
        Err(failure) => failure.to_string(),
    };
    let (mut sources, name) = (SourceMap::default(), path.to_string_lossy());
    let start = Span::new(sources.add(&name, ""), 0, 0);
    let diagnostic = Diagnostic::error(codes::CANNOT_READ, format!("cannot read `{name}`"), start, why);
    (Err(Rejected { sources: sources.into(), diagnostics: vec![diagnostic] }), String::new())
}

/// The folder before the names of the texts in a bundle.
fn folder_in(bundle: &Path) -> String {
    format!("{}/", bundle.to_string_lossy())
}

/// Says the cell of each label that lies in a sheet, whose text is not what its author sees, and takes away an edit of that text.
fn name_cells(diagnostic: &mut Diagnostic, sources: &SourceMap) {
    for label in std::iter::once(&mut diagnostic.primary).chain(&mut diagnostic.secondary) {
        let file = sources.file(label.span.file);
        let cell = file.and_then(|file| cell_at(&file.name, &file.text, label.span.start as usize));
        if let Some(cell) = cell {
            label.text = format!("cell {cell}: {}", label.text);
        }
    }
    let in_sheet = |span: Span| sources.file(span.file).is_some_and(|file| SheetPath::parse(&file.name).is_some());
    if let Some(edit) = diagnostic.edit.take_if(|edit| in_sheet(edit.span)) {
        let help = diagnostic.help.get_or_insert_with(|| "write it otherwise".to_owned());
        let written = format!("`{}`", edit.text);
        if !help.contains(&written) {
            help.push_str(&format!(": {written}"));
        }
    }
}

/// Compiles a rule set. A function that only an embedding program can give stands in as one that fails when it is called, so
/// that its rule set can be checked, and tested and priced where the function is not needed.
fn compile(directory: Directory, main: &str) -> std::result::Result<RuleSet, Rejected> {
    let sheets = Sheets::of(directory.clone());
    let numbers = sheets.numbers_read();
    let rejected = match Compiler::new().loader(sheets).compile(main) {
        Ok(rules) => return without_lost_digits(rules, &numbers),
        Err(rejected) if rejected.diagnostics.iter().any(|one| one.code == codes::HOST_NOT_GIVEN) => rejected,
        other => return other,
    };
    let mut compiler = Compiler::new().loader(Sheets::of(directory));
    for missing in rejected.diagnostics.iter().filter(|one| one.code == codes::HOST_NOT_GIVEN) {
        let name = rejected.sources.text(missing.primary.span);
        compiler = compiler.host(name, |_| Err("only the embedding program has this function".to_owned()));
    }
    compiler.compile(main).and_then(|rules| without_lost_digits(rules, &numbers))
}

/// A rule set none of whose texts a sheet keeps as numbers.
fn without_lost_digits(rules: RuleSet, numbers: &NumbersRead) -> std::result::Result<RuleSet, Rejected> {
    let mut diagnostics = numbers.among_texts(&rules);
    if diagnostics.is_empty() {
        return Ok(rules);
    }
    diagnostics.extend(rules.warnings().iter().cloned());
    Err(Rejected { sources: rules.program().sources.clone(), diagnostics })
}

/// Whether there is a file at a path that should hold one rule set.
pub fn expect_file(path: &Path) -> Result<()> {
    let data = std::fs::metadata(path).map_err(|error| Failure::file("read", path, &error))?;
    if !data.is_dir() {
        return Ok(());
    }
    let within = rule_sets(&[path.to_owned()]).unwrap_or_default();
    let named = |path: &PathBuf| format!("`{}`", path.display());
    let first: Vec<String> = within.iter().take(3).map(named).collect();
    let more = if within.len() > first.len() { ", …" } else { "" };
    let which = match first.is_empty() {
        true => "there is no rule set in it".to_owned(),
        false => format!("name a rule set in it: {}{more}", first.join(", ")),
    };
    Err(Failure::usage(format!("`{}` is a folder; {which}", path.display())))
}

/// The rule set of a subcommand that needs one. Where it cannot be used, its problems are said on standard error and the
/// outcome is that of the subcommand.
pub fn usable(path: &Path) -> Result<std::result::Result<RuleSet, Outcome>> {
    let errors = match shown(path)? {
        Ok(rules) => return Ok(Ok(rules)),
        Err(errors) => errors,
    };
    let style = terminal::ERROR;
    writeln!(anstream::stderr(), "{style}error{style:#}: `{}` cannot be used: {errors}", path.display())?;
    Ok(Err(Outcome::Failed))
}

/// The rule set without which nothing can be done, such as `used` or `compared`; its problems are said on standard error.
pub fn needed(path: &Path, done: &str) -> Result<RuleSet> {
    shown(path)?.map_err(|errors| Failure::usage(format!("`{}` cannot be {done}: {errors}", path.display())))
}

/// The rule set in a file, or how many errors it has, which are said on standard error.
fn shown(path: &Path) -> Result<std::result::Result<RuleSet, String>> {
    expect_file(path)?;
    let loaded = load(path);
    if let Some(rules) = loaded.rules {
        return Ok(Ok(rules));
    }
    let mut err = anstream::stderr();
    for problem in &loaded.problems {
        writeln!(err, "{}\n", render::human::render(problem, terminal::COLUMNS))?;
    }
    let errors = loaded.problems.iter().filter(|problem| problem.is_error()).count();
    Ok(Err(terminal::count(errors, "error", "errors")))
}

/// The name of a file of the rule set at `path`, with its line, as seen from the folder that the command runs in.
pub fn line_of(path: &Path, rules: &RuleSet, span: Span) -> String {
    let folder = if bundles::is_zip(path) { folder_in(path) } else { Place::of(path).folder };
    render::under(&folder, &rules.sources().line_of(span))
}

/// Every file that the paths name which holds a rule set, bundles among them, with its path; modules are left out.
pub fn rule_sets(paths: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for path in files::rule_files(paths)? {
        if bundles::is_zip(&path) || !is_module(&files::read(&path)?) {
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
