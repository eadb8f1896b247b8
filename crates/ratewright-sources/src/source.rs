//! Sources: what a book is brought up to date from, one rule set or folder each.
//!
//! A source looks whether something has changed and publishes it. It never waits between two looks and never gives up: when to look
//! again is for the keeper, by what comes of each look.

use crate::clock::Moment;
use ratewright::digest::Digest;
use ratewright::live::{Book, Edition, Published, Shelf};
use serde::Serialize;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

/// Something that a book is brought up to date from.
pub trait Source: Send {
    /// What it is, for people: `parcel on production from https://tariffs.example.com`.
    fn name(&self) -> String;

    /// Brings the book up to date as far as can be told without the outside world: from what was kept on this machine, or from what the program
    /// brought along. Called once, before the first look.
    fn start(&mut self, book: &Book, now: Moment) -> Look;

    /// Looks once, and publishes what is new. What was kept before stays as it is wherever something fails.
    fn look(&mut self, book: &Book, now: Moment) -> Look;

    /// Folders in which any change may mean that there is something new, and files, links and folders that may be replaced or come to be. Being
    /// told of it is a hint, and nothing is lost without.
    fn hints(&self) -> Vec<PathBuf> {
        Vec::new()
    }

    /// Who prices by it now.
    fn running(&self) -> Running;
}

/// What came of one look.
#[derive(Debug)]
pub struct Look {
    /// What came of it.
    pub outcome: Outcome,
    /// What an operator should know, although pricing goes on: the last-known-good could not be written, the pointer has expired.
    pub warnings: Vec<String>,
    /// Look again then at the latest, whatever the interval: an edition that was announced goes live.
    pub again_at: Option<Moment>,
}

impl From<Outcome> for Look {
    fn from(outcome: Outcome) -> Look {
        Look { outcome, warnings: Vec::new(), again_at: None }
    }
}

/// What a look found.
#[derive(Debug)]
#[non_exhaustive]
pub enum Outcome {
    /// What runs is what should.
    Unchanged,
    /// Something new was published.
    Swapped(Published),
    /// Something new is whole and tested, and goes live later.
    Announced {
        /// When.
        not_before: Moment,
    },
    /// Something is still being written: look again soon.
    Unsettled,
    /// The outside world does not answer. What runs goes on.
    Unreachable {
        /// What happened.
        why: String,
        /// How long it asks to be left alone.
        wait: Option<Duration>,
    },
    /// What is there must not run. What runs goes on, and somebody should be told.
    Refused {
        /// Why, for people.
        why: String,
    },
    /// There is nothing to begin with.
    Nothing {
        /// What was looked for, for people.
        why: String,
    },
}

/// What a source has put in the book. It serialises for a page of status.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Running {
    /// Where it came from.
    pub origin: Origin,
    /// The rule set, where the source is for one; also where its pointer names no editions, so that nobody prices by it.
    pub rule_set: Option<String>,
    /// The epoch of the pointer, where there is one.
    pub epoch: Option<u64>,
    /// The editions.
    pub editions: Vec<RunningEdition>,
    /// Until when a new pointer is expected.
    pub expires: Option<Moment>,
    /// Since when it runs.
    pub since: Option<Moment>,
    /// When its pointer was published, as that says.
    pub published: Option<Moment>,
    /// The highest epoch that was ever seen with a signature that counts, also where it does not run. What is published must be above it: after the store
    /// was restored from a backup, `ratewright bundle publish --least-epoch` with one more than the highest of all services.
    pub highest_seen: Option<u64>,
    /// What is tested and goes live later.
    pub announced: Option<AnnouncedEpoch>,
}

/// An epoch that goes live later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AnnouncedEpoch {
    /// The epoch.
    pub epoch: u64,
    /// When it goes live.
    pub not_before: Option<Moment>,
}

/// One edition that runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RunningEdition {
    /// The dotted name of the rule set.
    pub rule_set: String,
    /// Its version.
    pub version: Option<String>,
    /// The digest of its meaning, which quotes carry.
    pub digest: Digest,
}

impl From<&Edition> for RunningEdition {
    fn from(edition: &Edition) -> RunningEdition {
        RunningEdition {
            rule_set: edition.name().to_owned(),
            version: edition.version().map(str::to_owned),
            digest: edition.digest(),
        }
    }
}

impl Running {
    /// The rule sets of which a shelf has other editions than these: somebody took the book back by hand, or something else publishes them.
    pub fn otherwise_in(&self, shelf: &Shelf) -> Vec<String> {
        if self.origin == Origin::Nothing {
            return Vec::new();
        }
        let named = self.editions.iter().map(|edition| &edition.rule_set);
        let names: BTreeSet<&String> = self.rule_set.iter().chain(named).collect();
        let is_otherwise = |name: &&String| {
            let given = self.editions.iter().filter(|edition| edition.rule_set == **name);
            let given: BTreeSet<Digest> = given.map(|edition| edition.digest).collect();
            shelf.editions(name).map(Edition::digest).collect::<BTreeSet<_>>() != given
        };
        names.into_iter().filter(is_otherwise).cloned().collect()
    }

    /// What an operator is to know where a shelf has other editions than these.
    ///
    /// `says` is what gave them, such as `epoch 2`, and `until` for how long this lasts.
    pub(crate) fn warnings_of(&self, shelf: &Shelf, says: &str, until: &str) -> Vec<String> {
        let (other, none): (Vec<String>, Vec<String>) =
            self.otherwise_in(shelf).into_iter().partition(|name| shelf.editions(name).next().is_some());
        let why = format!("the book was taken back, or something else publishes it; this stays until {until}");
        let mut warnings = Vec::new();
        if !other.is_empty() {
            warnings.push(format!("`{}` runs otherwise than {says} says: {why}", other.join("`, `")));
        }
        if !none.is_empty() {
            warnings.push(format!("nobody prices `{}` any more, otherwise than {says} says: {why}", none.join("`, `")));
        }
        warnings
    }
}

/// Where something came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Origin {
    /// Nothing is there: whoever asks for a quote is refused.
    #[default]
    Nothing,
    /// What the program brought along.
    Embedded,
    /// What was kept on this machine from the last time.
    Kept,
    /// The source itself.
    Source,
}
