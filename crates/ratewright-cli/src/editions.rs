//! Editions of one rule set among the files of one run: days that two of them claim, and days that none does.

use crate::render::Problem;
use ratewright::RuleSet;
use ratewright::diagnostic::{Diagnostic, codes};
use ratewright::program::Period;
use ratewright::table::periods::seams;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// A rule set, and the file it is written in.
pub struct Edition {
    /// The rule set.
    pub rules: RuleSet,
    /// Its file, as the command was given it.
    pub path: PathBuf,
    /// The folder before the names of its texts.
    pub folder: String,
}

/// What is wrong with the periods of rule sets that have one name.
pub fn problems(editions: &[Edition]) -> Vec<Problem> {
    let mut by_name: BTreeMap<&str, Vec<&Edition>> = BTreeMap::new();
    for edition in editions {
        by_name.entry(edition.rules.name()).or_default().push(edition);
    }
    by_name.into_values().filter(|editions| editions.len() > 1).flat_map(|editions| of_one(&editions)).collect()
}

fn of_one(editions: &[&Edition]) -> Vec<Problem> {
    let periods: Vec<Period> = editions.iter().map(|edition| edition.rules.program().effective).collect();
    let told = seams(&periods).into_iter().filter_map(|seam| {
        let (before, after) = (editions.get(seam.before)?, editions.get(seam.after)?);
        let program = after.rules.program();
        let (name, other) = (&program.name, before.path.display());
        let days = seam.days;
        if seam.overlap && (supersedes(editions, before, after) || supersedes(editions, after, before)) {
            return None;
        }
        let diagnostic = if seam.overlap {
            let title = format!("two editions of `{name}` hold {days}");
            let label = format!("{other} holds on these days too");
            Diagnostic::warning(codes::EDITIONS_MEET, title, program.effective_span, label)
                .help("let one edition end the day before the other begins, or let the newer say which it `supersedes`")
        } else {
            let title = format!("no edition of `{name}` holds {days}");
            let label = format!("the edition before, {other}, ends earlier");
            Diagnostic::warning(codes::EDITIONS_APART, title, program.effective_span, label)
                .help("let one edition begin where the other ends, or add the one between")
        };
        Some(Problem { diagnostic, sources: program.sources.clone(), folder: after.folder.clone() })
    });
    told.collect()
}

/// Whether an edition says that it replaces another, or one that does, and so on.
fn supersedes(editions: &[&Edition], newer: &Edition, older: &Edition) -> bool {
    let replaced = |edition: &Edition| Some(edition.rules.program().supersedes.as_ref()?.version.clone());
    let mut next = replaced(newer);
    for _ in editions {
        let Some(version) = next else { return false };
        if older.rules.version() == Some(version.as_str()) {
            return true;
        }
        next = editions.iter().find(|one| one.rules.version() == Some(version.as_str())).and_then(|one| replaced(one));
    }
    false
}
