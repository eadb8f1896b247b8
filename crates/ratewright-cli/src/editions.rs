//! Editions of one rule set among the files of one run: what a service would refuse them for, that prices by all of them.
//!
//! What is wrong the engine says, of a shelf on which they stand together; here it gets its place in the files.

use crate::render::Problem;
use ratewright::RuleSet;
use ratewright::diagnostic::{Diagnostic, codes};
use ratewright::live::{self, Shelf, ShelfProblem};
use ratewright::source::Span;
use ratewright::types::Type;
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

/// What is wrong with rule sets that have one name.
pub fn problems(editions: &[Edition]) -> Vec<Problem> {
    let mut by_name: BTreeMap<&str, Vec<&Edition>> = BTreeMap::new();
    for edition in editions {
        by_name.entry(edition.rules.name()).or_default().push(edition);
    }
    by_name.into_values().filter(|editions| editions.len() > 1).flat_map(|editions| of_one(&editions)).collect()
}

fn of_one(editions: &[&Edition]) -> Vec<Problem> {
    let put = |shelf: live::ShelfBuilder, edition: &&Edition| shelf.with(live::Edition::new(edition.rules.clone()));
    let Err(problems) = editions.iter().fold(Shelf::builder(), put).build() else { return Vec::new() };
    problems.all().iter().filter_map(|problem| told(problem, editions)).collect()
}

/// A problem in the file in which it is mended.
fn told(problem: &ShelfProblem, editions: &[&Edition]) -> Option<Problem> {
    let file_of = |edition: &live::Edition| {
        editions.iter().find(|one| std::ptr::eq(one.rules.program(), edition.rules().program())).copied()
    };
    let name_of = |edition: &Edition| edition.rules.name().to_owned();
    let (edition, diagnostic) = match problem {
        ShelfProblem::Overlap { before, after, days, astray } => {
            let (before, after) = (file_of(before)?, file_of(after)?);
            let title = format!("two editions of `{}` hold {days}", name_of(after));
            let astray = astray.as_ref().and_then(|one| Some((file_of(one)?, &one.supersedes()?.version)));
            if let Some((edition, version)) = astray {
                let span = edition.rules.program().supersedes_span?;
                let label = format!("no file holds version \"{version}\"");
                let help = format!("name the version that is replaced, or add its file{}", versions(editions, edition));
                (edition, Diagnostic::warning(codes::EDITIONS_MEET, title, span, label).help(help))
            } else {
                let label = format!("{} holds on these days too", before.path.display());
                let help =
                    "let one edition end the day before the other begins, or let the newer say which it `supersedes`";
                (after, Diagnostic::warning(codes::EDITIONS_MEET, title, beginning(after), label).help(help))
            }
        }
        ShelfProblem::Gap { before, after, days } => {
            let (before, after) = (file_of(before)?, file_of(after)?);
            let title = format!("no edition of `{}` holds {days}", name_of(after));
            let label = format!("the edition before, {}, ends earlier", before.path.display());
            let help = "let one edition begin where the other ends, or add the one between";
            (after, Diagnostic::warning(codes::EDITIONS_APART, title, beginning(after), label).help(help))
        }
        ShelfProblem::SameVersion { one, other } => {
            let (one, other) = (file_of(one)?, file_of(other)?);
            let version = other.rules.version().unwrap_or_default();
            let title = format!("two editions of `{}` have the version \"{version}\"", name_of(other));
            let label = format!("so has {}", one.path.display());
            let diagnostic = Diagnostic::warning(codes::EDITIONS_CONFUSED, title, header(other), label);
            (other, diagnostic.help("give the newer one a version of its own: `version \"…\"` after the title"))
        }
        ShelfProblem::Circle { one, other } => {
            let (one, other) = (file_of(one)?, file_of(other)?);
            let title = format!("editions of `{}` supersede each other in a circle", name_of(one));
            let span = one.rules.program().supersedes_span?;
            let label = format!("{} supersedes this one, itself or through others", other.path.display());
            let diagnostic = Diagnostic::warning(codes::EDITIONS_CONFUSED, title, span, label);
            (one, diagnostic.help("only the newer edition says that it `supersedes` the older"))
        }
        ShelfProblem::NotPricedOnADay { edition } => {
            let edition = file_of(edition)?;
            let title = format!("nothing says which edition of `{}` prices an input", name_of(edition));
            let label = "this one does not say on which day an input is priced";
            let diagnostic = Diagnostic::warning(codes::EDITION_UNDATED, title, header(edition), label);
            (edition, diagnostic.help(day_to_write(&edition.rules)))
        }
        _ => return None,
    };
    Some(Problem { diagnostic, sources: edition.rules.program().sources.clone(), folder: edition.folder.clone() })
}

/// The versions of the other editions, for one that names a version which is not among them.
fn versions(editions: &[&Edition], of: &Edition) -> String {
    let others = editions.iter().filter(|one| one.path != of.path);
    let versions: Vec<String> =
        others.filter_map(|one| Some(format!("\"{}\" in {}", one.rules.version()?, one.path.display()))).collect();
    match versions.is_empty() {
        true => "; the other files say no version, which they need so that it can be named".to_owned(),
        false => format!("; there is {}", versions.join(", ")),
    }
}

/// Where it is written from which day on an edition holds.
fn beginning(edition: &Edition) -> Span {
    let program = edition.rules.program();
    let later = program.supersedes.as_ref().is_some_and(|old| program.effective.from < Some(old.from));
    program.supersedes_span.filter(|_| later).unwrap_or(program.effective_span)
}

/// The name of its rule set, in its header.
fn header(edition: &Edition) -> Span {
    edition.rules.program().name_span
}

/// What to write so that the day of an input is known.
fn day_to_write(rules: &RuleSet) -> String {
    let is_date = |ty: &Type| *ty == Type::Date;
    match rules.program().inputs.iter().find(|field| is_date(&field.ty)) {
        Some(field) => format!("write `priced on {}` in the braces of the header, or another date of the input", field.name),
        None => "add a date to the input, such as `shipped : date`, and write `priced on shipped` in the braces of the header".to_owned(),
    }
}
