//! What is published of a folder: its editions and those that run from it → the next generation of the book, or why not.
//!
//! Nothing that was priced stops being priced by accident: a file that is gone holds everything back until it is back, or until a
//! file with `.retired` after its name says that it went on purpose.

use super::Directory;
use super::editions::{All, Made, RETIRED, in_short};
use super::snapshot::Snapshot;
use crate::clock::Moment;
use crate::source::{Look, Outcome};
use ratewright::live::{Book, Break, Edition, Publication, Published, Reason};
use ratewright::program::Period;
use std::collections::BTreeSet;

/// So often a publication is prepared anew because others changed the book meanwhile.
const TRIES: usize = 4;

impl Directory {
    /// Publishes all editions of the folder, or says why not; none, where others keep changing the book.
    pub(super) fn publish(
        &mut self,
        book: &Book,
        snapshot: &Snapshot,
        all: All,
        mut warnings: Vec<String>,
        now: Moment,
    ) -> Result<Option<Look>, String> {
        let retired = gone(&self.published, &all, snapshot)?;
        let missing: Vec<String> =
            self.expected.iter().filter(|name| of(&all, name).next().is_none()).cloned().collect();
        if !missing.is_empty() {
            return Err(format!("there is no rule set `{}` in {}", missing.join("`, `"), self.folder.display()));
        }
        if all.is_empty() && self.published.is_empty() {
            // Files that do not count are what is missed.
            let why = if warnings.is_empty() { String::new() } else { format!(": {}", warnings.join("; ")) };
            return Err(format!("there is no rule set in {}{why}", self.folder.display()));
        }
        let both = all.keys().filter(|path| snapshot.file(&format!("{path}{RETIRED}")).is_some());
        warnings.extend(both.map(|path| {
            format!("`{path}` is there, and so is `{path}{RETIRED}`, which says that it went: take one away")
        }));
        let twice = twice(&all);
        if !twice.is_empty() {
            return Err(in_short(&twice.join("\n")));
        }
        let names: BTreeSet<&str> =
            self.published.values().chain(all.values()).map(|made| made.edition.name()).collect();
        let before = book.pin();
        let Some(published) = self.swap(book, &names, &all, &retired)? else { return Ok(None) };
        for name in names {
            let was: Vec<Period> = before.timeline(name).map(|(days, _)| days).collect();
            let is: Vec<Period> = book.pin().timeline(name).map(|(days, _)| days).collect();
            warnings.extend(no_longer_priced(name, &was, &is));
        }
        self.published = all;
        let outcome = match published {
            Some(published) => {
                self.since = Some(now);
                Outcome::Swapped(published)
            }
            None => {
                self.since.get_or_insert(now);
                Outcome::Unchanged
            }
        };
        Ok(Some(Look { outcome, warnings, again_at: None }))
    }

    /// Puts the editions in the book: `Some(None)` where it has them already, `None` where others keep changing it.
    #[allow(clippy::option_option, reason = "three ways that each have a line above")]
    fn swap(
        &self,
        book: &Book,
        names: &BTreeSet<&str>,
        all: &All,
        retired: &BTreeSet<String>,
    ) -> Result<Option<Option<Published>>, String> {
        for _ in 0..TRIES {
            let publication = names.iter().fold(Publication::new().allow_breaking(), |publication, name| {
                publication.replace_rule_set(name, of(all, name).cloned())
            });
            let prepared = book.prepare(publication).map_err(|refused| with_files(&refused.to_string(), all))?;
            let breaks = prepared.breaks().iter();
            let breaks = breaks.filter(|one| one.new.is_some() || !retired.contains(one.running.name()));
            let breaks: Vec<String> = breaks.map(in_words).collect();
            if !breaks.is_empty() && !self.allows_breaking {
                return Err(in_short(&breaks.join("\n")));
            }
            if !prepared.changes_the_book() {
                return Ok(Some(None));
            }
            match book.swap(prepared) {
                Ok(published) => return Ok(Some(Some(published))),
                Err(refused) if refused.reasons().iter().any(|reason| matches!(reason, Reason::Overtaken { .. })) => {}
                Err(refused) => return Err(with_files(&refused.to_string(), all)),
            }
        }
        Ok(None)
    }
}

fn in_words(one: &Break) -> String {
    match one.new {
        Some(_) => one.to_string(),
        None => format!(
            "no file gives `{name}` any more, which ran: give the new rule set a file of its own, and add `{RETIRED}` to the name of that of `{name}`",
            name = one.running.name()
        ),
    }
}

/// The editions of a rule set.
fn of<'a>(all: &'a All, name: &'a str) -> impl Iterator<Item = &'a Edition> {
    all.values().map(|made| &made.edition).filter(move |edition| edition.name() == name)
}

/// Files that give one edition, in words for people: a folder that was copied into itself, or a version that was not counted up.
fn twice(all: &All) -> Vec<String> {
    let mut problems = Vec::new();
    let mut rest = all.iter();
    while let Some((path, made)) = rest.next() {
        let one = &made.edition;
        let of_its_version =
            |(_, other): &(&String, &Made)| is_same(one, &other.edition) && one.name() == other.edition.name();
        let Some((again, other)) = rest.clone().find(of_its_version) else { continue };
        let digest = one.digest();
        problems.push(match digest == other.edition.digest() {
            true => format!("`{path}` and `{again}` give the same edition twice, {one}: take one of the files away"),
            false => format!(
                "`{path}` and `{again}` both give {one}, and mean something else ({}… and {}…): take one of the files away, or give one of them another version",
                digest.short(),
                other.edition.digest().short()
            ),
        });
    }
    problems
}

/// Words about editions, with the files that give those.
fn with_files(words: &str, all: &All) -> String {
    let named = all.iter().filter(|(_, made)| words.contains(&made.edition.to_string()));
    let named: Vec<String> = named.map(|(path, made)| format!("{} is that of `{path}`", made.edition)).collect();
    match named.is_empty() {
        true => in_short(words),
        false => format!("{}\n{}", in_short(words), in_short(&named.join("\n"))),
    }
}

/// Whether two editions of a rule set are of one version, or without versions of one period.
fn is_same(one: &Edition, other: &Edition) -> bool {
    one.version() == other.version() && (one.version().is_some() || one.effective() == other.effective())
}

/// The rule sets of files that went on purpose; an error where some did not.
fn gone(before: &All, after: &All, snapshot: &Snapshot) -> Result<BTreeSet<String>, String> {
    let (mut retired, mut problems) = (BTreeSet::new(), Vec::new());
    for (path, made) in before.iter().filter(|(path, _)| !after.contains_key(*path)) {
        let edition = &made.edition;
        if of(after, edition.name()).any(|other| is_same(edition, other)) {
            continue;
        }
        if snapshot.file(&format!("{path}{RETIRED}")).is_some() {
            retired.insert(edition.name().to_owned());
            continue;
        }
        problems.push(format!(
            "`{path}` is gone, which gave {edition}: put it back, or take it away on purpose by a file `{path}{RETIRED}`"
        ));
    }
    match problems.is_empty() {
        true => Ok(retired),
        false => Err(in_short(&problems.join("\n"))),
    }
}

/// A warning where days that were priced are not any more.
fn no_longer_priced(name: &str, was: &[Period], is: &[Period]) -> Option<String> {
    let ends = |all: &[Period]| Some((all.first()?.from, all.last()?.until));
    let (was_from, was_until) = ends(was)?;
    let Some((from, until)) = ends(is) else {
        return Some(format!("`{name}` is priced by nobody any more"));
    };
    let starts_later = from.is_some_and(|from| was_from.is_none_or(|was| was < from));
    let ends_sooner = until.is_some_and(|until| was_until.is_none_or(|was| until < was));
    (starts_later || ends_sooner).then(|| {
        let (was, is) = (Period { from: was_from, until: was_until }, Period { from, until });
        format!("`{name}` was priced {was}, and is now priced {is} only")
    })
}
