//! The files that `ratewright table` reads: CSV, and sheets of workbooks.

use crate::outcome::{Failure, Result};
use ratewright_sheets::place::SheetPath;
use ratewright_sheets::source::Source;
use std::io::Read;
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
