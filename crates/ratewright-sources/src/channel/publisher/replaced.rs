//! What a new edition is beside those that run: editions → what whoever publishes has to be told, in words.
//!
//! Tests are what keeps a wrong price from being published. So that nobody takes them out unnoticed, their number is compared with that of what
//! runs; and a version that comes to mean something else is told, with both digests.

use super::listed;
use ratewright::live::Edition;

/// Whether one edition takes the place of another: that of the same version, or where they have none, of the same period.
pub(super) fn is_its_place(other: &Edition, edition: &Edition) -> bool {
    other.version() == edition.version() && (other.version().is_some() || other.effective() == edition.effective())
}

/// The edition with which a new one is compared: whose place it takes, else the last one that runs.
fn before<'e>(edition: &Edition, running: &'e [Edition]) -> Option<&'e Edition> {
    let last = || running.iter().max_by_key(|other| other.effective().from);
    running.iter().find(|other| is_its_place(other, edition)).or_else(last)
}

/// Why a new edition without any test counts as untested: there are tests of what runs.
pub(super) fn tests_gone(edition: &Edition, running: &[Edition]) -> Option<String> {
    let with_tests: Vec<_> = running.iter().filter(|other| tests(other) > 0).collect();
    let most = before(edition, running).filter(|before| tests(before) > 0).or_else(|| with_tests.last().copied())?;
    match tests(edition) {
        0 => Some(format!(
            "no test stands in its rule set, and {} in that of {}, which runs",
            counted(tests(most)),
            called(most)
        )),
        _ => None,
    }
}

/// What is to be said where a new edition has no tests, or fewer than what runs.
pub(super) fn fewer_tests(bundle: &str, edition: &Edition, running: &[Edition]) -> Option<String> {
    let before = before(edition, running).map(|before| (tests(before), before));
    match (tests(edition), before) {
        (0, _) => Some(format!(
            "the bundle {bundle} has no tests: nobody has asked what it charges; write some, `test \"…\" {{ given … expect … }}`"
        )),
        (now, Some((then, before))) if now < then => Some(format!(
            "the bundle {bundle} has {}, and {}, which runs, has {then}: is any missing?",
            counted(now),
            called(before)
        )),
        _ => None,
    }
}

/// What is to be said where a version that runs is replaced by another meaning under the same name.
pub(super) fn other_meaning(edition: &Edition, running: &[Edition]) -> Option<String> {
    let old: Vec<_> = running.iter().filter(|other| is_its_place(other, edition)).map(Edition::digest).collect();
    if old.is_empty() || old.contains(&edition.digest()) {
        return None;
    }
    let old: Vec<_> = old.iter().map(|digest| format!("{}…", digest.short())).collect();
    let (old, new) = (listed(&old), edition.digest().short());
    Some(format!(
        "{} is replaced by another content of the same version: {new}… takes the place of {old}",
        called(edition)
    ))
}

fn tests(edition: &Edition) -> usize {
    edition.rules().program().tests.len()
}

fn counted(tests: usize) -> String {
    if tests == 1 { "1 test".to_owned() } else { format!("{tests} tests") }
}

/// An edition, for people.
fn called(edition: &Edition) -> String {
    match edition.version() {
        Some(version) => format!("`{}` {version}", edition.name()),
        None => format!("`{}` without a version", edition.name()),
    }
}
