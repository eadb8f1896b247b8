//! The evidence that the changes of a log name: whether each of its files is there, as it was.

use crate::outcome::{Failure, Result};
use crate::terminal::{self, ERROR, GOOD, plain};
use ratewright::digest::Digest;
use ratewright::migrate::log::Verified;
use ratewright_migration::KeptEvidence;
use serde_json::{Value, json};
use std::io::Write;
use std::path::{Path, PathBuf};

/// What stands of the evidence of each change that names any, with the number of the change.
pub(super) struct Kept {
    folder: PathBuf,
    found: Vec<(u64, Digest, KeptEvidence)>,
}

impl Kept {
    pub(super) fn of(folder: &Path, verified: &Verified) -> Result<Kept> {
        if !folder.is_dir() {
            return Err(Failure::usage(format!("`--evidence {}`: there is no such folder", folder.display())));
        }
        let named = || verified.records.iter().filter_map(|record| Some((record.number(), record.evidence()?)));
        let found = KeptEvidence::find_all(folder, named().map(|(_, digest)| digest));
        let found = found.map_err(|error| Failure::file("read", folder, &error))?;
        let found = named().zip(found).map(|((number, digest), found)| (number, digest, found)).collect();
        Ok(Kept { folder: folder.to_owned(), found })
    }

    pub(super) fn is_whole(&self) -> bool {
        self.found.iter().all(|(_, _, found)| matches!(found, KeptEvidence::Same(_)))
    }

    pub(super) fn tell(&self) -> Result<()> {
        let folder = self.folder.display();
        if self.is_whole() {
            let mut out = terminal::stdout();
            match self.found.len() {
                0 => writeln!(out, "{folder}: no change names any evidence")?,
                named => {
                    let changes = terminal::count(named, "change", "changes");
                    writeln!(
                        out,
                        "{GOOD}fine{GOOD:#} {folder}: the evidence of {changes} is there, none of it altered"
                    )?;
                }
            }
            return Ok(out.flush()?);
        }
        for (number, digest, found) in &self.found {
            let short = digest.short();
            let (word, what) = match found {
                KeptEvidence::Same(_) => continue,
                KeptEvidence::Altered(path) => ("altered", format!("is not what stands in {}", path.display())),
                KeptEvidence::Unreadable(path, why) => {
                    ("unreadable", format!("cannot be read in {}: {why}", path.display()))
                }
                KeptEvidence::Missing => ("missing", format!("is not in {folder}")),
            };
            let words = plain(&format!("the evidence {short}, which change {number} names, {what}"));
            writeln!(anstream::stderr(), "{ERROR}{word}{ERROR:#}: {words}")?;
        }
        Ok(())
    }

    pub(super) fn report(&self) -> Value {
        let one = |(number, digest, found): &(u64, Digest, KeptEvidence)| {
            let (file, is_same) = match found {
                KeptEvidence::Same(path) => (Some(path), true),
                KeptEvidence::Altered(path) | KeptEvidence::Unreadable(path, _) => (Some(path), false),
                KeptEvidence::Missing => (None, false),
            };
            json!({ "change": number, "digest": digest, "file": file, "fine": is_same })
        };
        self.found.iter().map(one).collect()
    }
}
