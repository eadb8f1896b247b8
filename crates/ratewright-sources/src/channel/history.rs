//! What was published on a channel: the files of a store → epochs with what they say and what is wrong with them. Nothing is compiled.

use super::publisher::{Opened, Place, PublishError, check_name};
use super::{Pointer, Trust};
use crate::signature::Signed;
use crate::store::Store;
use ratewright::digest::Digest;

/// The epochs of a rule set on a channel.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct History {
    /// The epoch that clients find, where the current pointer can be relied on.
    pub current: Option<u64>,
    /// The last epochs, the latest first.
    pub entries: Vec<Entry>,
    /// The earlier epochs that were not read.
    pub earlier: u64,
    /// What is wrong with the channel, for people.
    pub problems: Vec<String>,
}

/// One epoch.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Entry {
    /// Its number.
    pub epoch: u64,
    /// Whether it is the one that clients find.
    pub is_current: bool,
    /// What it says, where it can be relied on.
    pub pointer: Option<Pointer>,
    /// Who signed it; none where nobody was asked for.
    pub signed: Option<Signed>,
    /// What identifies it: SHA-256 of the text of the pointer.
    pub digest: Option<Digest>,
    /// What is wrong with it, for people.
    pub problem: Option<String>,
}

/// The last epochs of a rule set on a channel, at most so many. What cannot be relied on is told of as a problem.
///
/// ```
/// use ratewright_sources::{Trust, channel::history, store::Memory};
///
/// let history = history(&Memory::default(), "production", "parcel", &Trust::Unsigned, 20)?;
/// assert!(history.current.is_none() && history.entries.is_empty() && history.problems.is_empty());
/// # Ok::<(), ratewright_sources::channel::PublishError>(())
/// ```
///
/// # Errors
/// A name cannot be part of a path, or the store does not answer.
pub fn history(
    store: &dyn Store,
    channel: &str,
    rule_set: &str,
    trust: &Trust,
    most: u64,
) -> Result<History, PublishError> {
    check_name("a channel", channel)?;
    check_name("a rule set", rule_set)?;
    let place = Place { store, channel, rule_set, trust };
    let mut problems = Vec::new();
    let path = place.current_path();
    let current = match place.file(&path)?.map(|file| file.opened) {
        Some(Ok(opened)) => Some(opened),
        Some(Err(why)) => {
            problems.push(format!("`{path}` cannot be relied on: {why}"));
            None
        }
        None => None,
    };
    let current_epoch = current.as_ref().map(|current| current.pointer.epoch);
    let mut last = current_epoch.unwrap_or(0);
    let mut entries = Vec::new();
    // Upwards until an epoch is free; then downwards.
    while let Some(entry) = entry(&place, last.saturating_add(1), None)? {
        last = entry.epoch;
        entries.insert(0, entry);
    }
    // Where what clients find cannot be relied on, that has been said.
    if problems.is_empty() && last > current_epoch.unwrap_or(0) {
        let finds = match current_epoch {
            Some(current) => format!(
                "epoch {current}: whoever published it has not finished, or somebody has put an old pointer back"
            ),
            None => "no pointer: whoever published it has not finished, or somebody has deleted it".to_owned(),
        };
        problems.push(format!(
            "epoch {last} is taken, and clients find {finds}; publishing anew, without bundles, lets it run"
        ));
    }
    entries.truncate(usize::try_from(most).unwrap_or(usize::MAX));
    let mut epoch = current_epoch.unwrap_or(0);
    while epoch > 0 && (entries.len() as u64) < most {
        let current = current.as_ref().filter(|current| current.pointer.epoch == epoch);
        entries.push(entry(&place, epoch, current)?.unwrap_or_else(|| gone(epoch, current)));
        epoch = epoch.saturating_sub(1);
    }
    let earlier = entries.last().map_or(0, |entry| entry.epoch.saturating_sub(1));
    Ok(History { current: current_epoch, entries, earlier, problems })
}

/// What the file of an epoch says; none where there is none.
fn entry(place: &Place<'_>, epoch: u64, current: Option<&Opened>) -> Result<Option<Entry>, PublishError> {
    let Some(file) = place.of_epoch(epoch)? else { return Ok(None) };
    let mut entry =
        Entry { epoch, is_current: current.is_some(), pointer: None, signed: None, digest: None, problem: None };
    match file.opened {
        Ok(opened) => {
            if current.is_some_and(|current| current.digest != opened.digest) {
                entry.problem =
                    Some("clients find another pointer of this epoch: somebody wrote it past the others".to_owned());
            }
            entry.digest = Some(opened.digest);
            entry.pointer = Some(opened.pointer);
            entry.signed = opened.signed;
        }
        Err(why) => entry.problem = Some(why.to_string()),
    }
    Ok(Some(entry))
}

/// An epoch of which there is no file.
fn gone(epoch: u64, current: Option<&Opened>) -> Entry {
    let (pointer, signed) =
        (current.map(|current| current.pointer.clone()), current.and_then(|current| current.signed.clone()));
    let problem = Some("there is no file of this epoch: it was deleted, or never made".to_owned());
    let digest = current.map(|current| current.digest);
    Entry { epoch, is_current: current.is_some(), pointer, signed, digest, problem }
}
