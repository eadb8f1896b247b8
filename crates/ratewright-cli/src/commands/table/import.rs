//! `ratewright table import`: a draft of the rules that read a file.

use super::file;
use crate::outcome::{Failure, Outcome, Result};
use crate::terminal;
use clap::Args;
use ratewright_sheets::draft::{Request, draft};
use ratewright_sheets::place::SheetPath;
use std::io::Write;
use std::path::{Component, Path, PathBuf};

/// Draft the rules that read a CSV file or a sheet
///
/// The draft is a rule set that compiles: types, keys, values and how keys are matched are guessed from all rows of the file, each guess
/// with its reason in a comment, and what a file cannot tell is listed at the top for you to settle.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ratewright table import zones.csv > zones.rules
  ratewright table import rates.xlsx --sheet Ground --name ground --to ground.rules")]
pub struct Import {
    /// A .csv file, or a sheet: rates.xlsx, rates.xlsx#Ground, rates.ods#Ground!B3:F40
    pub file: String,
    /// The sheet of a workbook
    #[arg(long)]
    pub sheet: Option<String>,
    /// The name of the table and of the rule set; that of the file or sheet if left out
    #[arg(long)]
    pub name: Option<String>,
    /// The .rules file to write instead of standard output
    #[arg(long, value_name = "FILE")]
    pub to: Option<PathBuf>,
    /// Write over a file that exists
    #[arg(long, requires = "to")]
    pub force: bool,
}

/// Writes the draft.
pub fn run(arguments: &Import) -> Result {
    let mut name = arguments.file.clone();
    if let Some(sheet) = &arguments.sheet {
        match SheetPath::parse(&name) {
            Some(SheetPath { sheet: None, .. }) => name = format!("{name}#{sheet}"),
            Some(_) => return Err(Failure::usage("the sheet is named twice, after `#` and with --sheet")),
            None => return Err(Failure::usage(format!("`{name}` is no workbook and has no sheets"))),
        }
    }
    let source = file::open(&name)?;
    let folder = match &arguments.to {
        Some(to) => to.parent().unwrap_or(Path::new("")).to_owned(),
        None => PathBuf::new(),
    };
    let request =
        Request { path: path_from(&folder, &name)?, name: arguments.name.clone().unwrap_or_else(|| table_name(&name)) };
    let text = draft(&source, &request).map_err(|why| {
        Failure::usage(format!(
            "cannot draft rules for `{name}`: {why}; `ratewright table check` lists what is to be mended"
        ))
    })?;
    match &arguments.to {
        None => {
            let mut out = terminal::stdout();
            write!(out, "{text}")?;
            out.flush()?;
        }
        Some(to) => {
            file::write(to, text.as_bytes(), arguments.force)?;
            writeln!(
                anstream::stderr(),
                "wrote {}\nnext: read its comments, then ratewright check {}",
                to.display(),
                to.display()
            )?;
        }
    }
    Ok(Outcome::Fine)
}

/// The name of the sheet, or of the file without its ending.
fn table_name(path: &str) -> String {
    let stem =
        |path: &str| Path::new(path).file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    match SheetPath::parse(path) {
        Some(SheetPath { sheet: Some(sheet), .. }) => sheet,
        Some(SheetPath { file, .. }) => stem(&file),
        None => stem(path),
    }
}

/// The path of a file as rules in a folder name it: relative, with `/`. Where one of them is given with `..`, links are followed.
fn path_from(folder: &Path, file: &str) -> Result<String> {
    let absolute = |path: &Path| std::path::absolute(Path::new(".").join(path)).unwrap_or_else(|_| path.to_owned());
    let (mut folder, mut full) = (absolute(folder), absolute(Path::new(file)));
    let climbs = |path: &Path| path.components().any(|part| matches!(part, Component::ParentDir));
    if climbs(&folder) || climbs(&full) {
        let sheet = SheetPath::parse(file).and_then(|path| file.strip_prefix(&path.file)).unwrap_or_default();
        let real = |path: &Path| path.canonicalize().map_err(|error| Failure::file("read", path, &error));
        folder = real(&folder)?;
        let mut path = real(&absolute(Path::new(file.strip_suffix(sheet).unwrap_or(file))))?.into_os_string();
        path.push(sheet);
        full = PathBuf::from(path);
    }
    let mut base = folder.as_path();
    let mut up = String::new();
    while !full.starts_with(base) {
        up.push_str("../");
        match base.parent() {
            Some(parent) => base = parent,
            None => return Err(Failure::usage(format!("rules in `{}` cannot name `{file}`", folder.display()))),
        }
    }
    let within = full.strip_prefix(base).unwrap_or(&full);
    Ok(format!("{up}{}", within.to_string_lossy().replace('\\', "/")))
}
