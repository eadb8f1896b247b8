//! The files that the command line names: folders walked for `.rules` files, texts read, `-` for standard input.

use crate::bundles;
use crate::outcome::{Failure, Result};
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

/// The name of standard input on the command line.
pub const STDIN: &str = "-";

/// Every `.rules` file that the paths name, in the order given; a folder gives those in it, sorted, at any depth.
/// Hidden folders and `target` are passed over.
pub fn rule_files(paths: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for path in paths {
        let data = std::fs::metadata(path).map_err(|error| Failure::file("read", path, &error))?;
        if data.is_dir() {
            let before = found.len();
            walk(path, &mut found)?;
            if found.len() == before {
                return Err(Failure::usage(format!("there is no .rules file in `{}`", path.display())));
            }
        } else {
            found.push(path.clone());
        }
    }
    for path in &mut found {
        if let Ok(plain) = path.strip_prefix(".") {
            *path = plain.to_owned();
        }
    }
    let mut seen = std::collections::HashSet::new();
    found.retain(|path| seen.insert(path.clone()));
    Ok(found)
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) -> Result<()> {
    let entries = std::fs::read_dir(folder).map_err(|error| Failure::file("read", folder, &error))?;
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
    paths.sort();
    for path in paths {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if path.is_dir() {
            if !name.starts_with('.') && name != "target" {
                walk(&path, found)?;
            }
        } else if path.extension().is_some_and(|extension| extension == "rules") {
            found.push(path);
        }
    }
    Ok(())
}

/// The text of a file, or of standard input for `-`.
pub fn read(path: &Path) -> Result<String> {
    if path == Path::new(STDIN) {
        let mut text = String::new();
        std::io::stdin()
            .read_to_string(&mut text)
            .map_err(|error| Failure::file("read", Path::new("standard input"), &error))?;
        return Ok(text);
    }
    std::fs::read_to_string(path).map_err(|error| match error.kind() {
        ErrorKind::InvalidData if bundles::is_zip(path) => Failure::usage(format!(
            "cannot read `{}`: it is a bundle or another zip file, and a text is wanted here",
            path.display()
        )),
        _ => Failure::file("read", path, &error),
    })
}
