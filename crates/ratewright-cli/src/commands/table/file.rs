//! The files that `ratewright table` reads, CSV and sheets of workbooks, and those that it writes.

use crate::outcome::{Failure, Result};
use ratewright_sheets::place::SheetPath;
use ratewright_sheets::source::Source;
use std::fs::OpenOptions;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

/// The rows of a file or sheet named on the command line.
pub fn open(name: &str) -> Result<Source> {
    let Some(path) = SheetPath::parse(name) else {
        let path = PathBuf::from(name);
        let data = std::fs::metadata(&path).map_err(|error| Failure::file("read", &path, &error))?;
        if data.is_dir() {
            return Err(Failure::usage(format!("`{name}` is a folder; name one file")));
        }
        return Ok(Source::csv(move || {
            let file = std::fs::File::open(&path).map_err(|error| error.to_string())?;
            Ok(Box::new(file) as Box<dyn Read>)
        }));
    };
    let file = Path::new(&path.file);
    let bytes = std::fs::read(file).map_err(|error| Failure::file("read", file, &error))?;
    Source::sheet(bytes, &path).map_err(|why| Failure::usage(format!("cannot read `{name}`: {why}")))
}

/// The last part of a path.
pub fn name_of(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// Writes a file, over another one only where that is asked for.
pub fn write(path: &Path, bytes: &[u8], force: bool) -> Result<()> {
    let mut options = OpenOptions::new();
    let options = if force { options.create(true).truncate(true) } else { options.create_new(true) };
    let mut file = match options.write(true).open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            let path = path.display();
            return Err(Failure::usage(format!(
                "`{path}` exists already and was left as it is; --force writes over it"
            )));
        }
        Err(error) => return Err(Failure::file("write", path, &error)),
    };
    file.write_all(bytes).map_err(|error| Failure::file("write", path, &error))
}
