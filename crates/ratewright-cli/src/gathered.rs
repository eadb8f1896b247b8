//! Files that a replay or a service gathered: path → evidence or findings. One that is another file of a migration is told as what it is, and by
//! which option it is named.

use crate::files::read;
use crate::outcome::{Failure, Result};
use ratewright::migrate::Evidence;
use ratewright_migration::findings::Findings;
use std::path::Path;

/// How files begin, what they are, and where they belong.
const SORTS: [(&str, &str); 5] = [
    ("ratewright evidence", "a file of evidence, which `report --evidence` names"),
    ("ratewright findings", "a file of findings, which `report --findings` names"),
    ("ratewright replay", "the state of a replay, which `replay --resume` names"),
    ("ratewright gathered", "the state of a service that gathers, beside which its evidence and findings stand"),
    ("ratewright report", "a report, which nothing reads"),
];

/// Evidence in a file.
pub fn evidence(path: &Path) -> Result<Evidence> {
    let text = text(path, "ratewright evidence")?;
    Evidence::from_json(&text).map_err(|error| wrong(path, &error))
}

/// Findings in a file.
pub fn findings(path: &Path) -> Result<Findings> {
    let text = text(path, "ratewright findings")?;
    Findings::from_json(&text).map_err(|error| wrong(path, &error))
}

/// What keeps a file from being used.
pub fn wrong(path: &Path, error: &dyn std::fmt::Display) -> Failure {
    Failure::usage(format!("`{}` cannot be used: {error}", path.display()))
}

/// The text of a file, unless it is of another sort.
fn text(path: &Path, wanted: &str) -> Result<String> {
    let text = read(path)?;
    match begins_as(&text) {
        Some((begin, what)) if *begin != wanted => Err(wrong(path, &format!("it is {what}"))),
        _ => Ok(text),
    }
}

/// What a text is by the format that it says, where it is one of a migration.
pub fn sort_of(text: &str) -> Option<&'static str> {
    begins_as(text).map(|(_, what)| *what)
}

fn begins_as(text: &str) -> Option<&'static (&'static str, &'static str)> {
    let format = format(text)?;
    SORTS.iter().find(|(begin, _)| format.starts_with(begin))
}

/// The format that a JSON file says first, also where its end is missing.
fn format(text: &str) -> Option<&str> {
    let mut rest = text;
    for part in ["{", "\"format\"", ":", "\""] {
        rest = rest.trim_start().strip_prefix(part)?;
    }
    Some(rest)
}
