//! The files that the command line names: folders walked for `.rules` files, texts read, `-` for standard input.

use crate::bundles;
use crate::outcome::{Failure, Result};
use ratewright_sources::disk::{LocalDisk, write_whole};
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

/// The name of standard input on the command line.
pub const STDIN: &str = "-";

/// Writes what a command has made, whole or not at all. What is no file, such as a pipe or a device, is written into; a link stays, and what it
/// leads to is written.
pub fn write_made(path: &Path, bytes: &[u8]) -> Result<()> {
    let is_other = std::fs::metadata(path).is_ok_and(|there| !there.is_file() && !there.is_dir());
    let written = match is_other {
        true => std::fs::OpenOptions::new().write(true).open(path).and_then(|mut there| there.write_all(bytes)),
        false => write_whole(&LocalDisk, &path.canonicalize().unwrap_or_else(|_| path.to_owned()), bytes),
    };
    written.map_err(|error| Failure::file("write", path, &error))
}

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

/// That nothing is written over a file that is read, and nothing twice: what stood there first would be lost.
pub fn kept_apart<'p>(
    read: impl IntoIterator<Item = &'p PathBuf>,
    written: impl IntoIterator<Item = (&'static str, Option<&'p PathBuf>)>,
) -> Result<()> {
    let mut taken: Vec<(PathBuf, Option<&str>)> = read.into_iter().map(|path| (whole(path), None)).collect();
    for (option, path) in written {
        let Some(path) = path else { continue };
        let place = whole(path);
        let is_taken = taken.iter().find(|(other, _)| *other == place).map(|(_, by)| *by);
        match is_taken {
            Some(Some(other)) => {
                return Err(Failure::usage(format!(
                    "`{}` cannot be written by both `{other}` and `{option}`: name two files",
                    path.display()
                )));
            }
            Some(None) => {
                return Err(Failure::usage(format!(
                    "`{option}` would write over `{}`, which is read: name another file",
                    path.display()
                )));
            }
            None => taken.push((place, Some(option))),
        }
    }
    Ok(())
}

/// Where a path leads, whichever way it is written.
fn whole(path: &Path) -> PathBuf {
    let known = std::fs::canonicalize(path).or_else(|_| {
        // A file that is not there yet lies in a folder that is.
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        std::fs::canonicalize(folder).map(|folder| folder.join(path.file_name().unwrap_or_default()))
    });
    known.unwrap_or_else(|_| path.to_owned())
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
