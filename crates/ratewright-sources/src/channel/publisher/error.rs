//! Why nothing was published, in words for whoever wanted it.

use super::super::{FetchError, Pointer, PointerError};
use crate::bundle::BundleError;
use crate::clock::Moment;
use crate::store::StoreError;
use ratewright::live::Refused;

/// Why nothing was published. But for [`PublishError::Unfinished`] and [`PublishError::Unknown`] the channel is as it was.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum PublishError {
    /// A name that cannot be part of a path.
    #[error("`{name}` cannot be {what}: it {why}")]
    Name {
        /// `a channel`.
        what: &'static str,
        /// The name.
        name: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// What is to be said in the pointer makes no sense.
    #[error("{0}")]
    Wish(String),
    /// What is announced would go live at another time than was said.
    #[error(
        "epoch {epoch} is announced for {not_before}, and what it names would go live with this one instead: publish for the same moment, go back first, or say all that is to run"
    )]
    Announced {
        /// The epoch that is announced.
        epoch: u64,
        /// When it goes live.
        not_before: Moment,
    },
    /// The store does not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What stands on the channel cannot be relied on.
    #[error(
        "`{path}` cannot be relied on, and what it names would run on: {why}; trust the key that signed it, or say what alone is to run"
    )]
    Untrusted {
        /// The file.
        path: String,
        /// Why not.
        why: PointerError,
    },
    /// Two pointers of one epoch, both of which count.
    #[error(
        "there are two pointers of epoch {epoch}: somebody wrote `{path}` past the others; find out which of them clients took, and say what alone is to run"
    )]
    TwoPointers {
        /// The epoch.
        epoch: u64,
        /// The one that should be a copy of the other.
        path: String,
    },
    /// Somebody else has published meanwhile.
    #[error("{}", conflict(*.expected, *.found, .pointer.as_deref()))]
    Conflict {
        /// The epoch that was thought to be the last.
        expected: u64,
        /// The epoch that is there.
        found: u64,
        /// What it says, where that can be read.
        pointer: Option<Box<Pointer>>,
    },
    /// A bundle of another rule set.
    #[error(
        "the bundle {bundle} is of the rule set `{found}`, and `{expected}` was to be published: one pointer is for one rule set"
    )]
    OtherRuleSet {
        /// Its name and version.
        bundle: String,
        /// The rule set that is published.
        expected: String,
        /// The rule set of the bundle.
        found: String,
    },
    /// A bundle cannot be used, or is not what it says.
    #[error("the bundle {bundle} cannot be published: {why}")]
    Bundle {
        /// Its name and version.
        bundle: String,
        /// Why not.
        why: Box<BundleError>,
    },
    /// A bundle does not say that all its tests passed before it was made.
    #[error(
        "the bundle {bundle} is untested: {why}; build it with its tests, or say with `allow_untested` that it may be published all the same"
    )]
    Untested {
        /// Its name and version.
        bundle: String,
        /// What it says.
        why: String,
    },
    /// A bundle that is to run on cannot be fetched.
    #[error("an edition that is to run, {edition}, is not there: {why}")]
    Gone {
        /// Its version, or the beginning of its digest.
        edition: String,
        /// Why not.
        why: FetchError,
    },
    /// What a pointer names is too much together.
    #[error(
        "the bundles of one pointer may have {allowed} bytes together, and these have {bytes}: take old editions away"
    )]
    TooMuch {
        /// Their bytes together.
        bytes: u64,
        /// The limit.
        allowed: u64,
    },
    /// No edition of that version runs.
    #[error("there is no edition of the version \"{version}\" to be taken away; there are {there}")]
    NoSuchVersion {
        /// The version.
        version: String,
        /// Those that run.
        there: String,
    },
    /// There is no such epoch to go back to.
    #[error(
        "there is no epoch {epoch} of `{rule_set}` on `{channel}` to go back to: `ratewright bundle history` lists those that there are"
    )]
    NoSuchEpoch {
        /// The channel.
        channel: String,
        /// The rule set.
        rule_set: String,
        /// The epoch.
        epoch: u64,
    },
    /// What runs cannot be read, so that nobody can tell whether its callers break.
    #[error("whether callers run into changes cannot be told: {why}; allow it, if they may")]
    Incomparable {
        /// What is wrong with what runs.
        why: String,
    },
    /// The editions do not stand together, fail their tests, or break callers.
    #[error("{0}")]
    Refused(Refused),
    /// No signature was made, or none that counts.
    #[error("the pointer was not signed: {0}")]
    NotSigned(String),
    /// The store did not say whether the epoch was taken.
    #[error(
        "whether epoch {epoch} was published is not known: {why}; look at the history of the channel, and publish again where it is not there"
    )]
    Unknown {
        /// The epoch.
        epoch: u64,
        /// What the store said.
        why: StoreError,
    },
    /// The epoch is taken and nobody sees it yet: the current pointer is an older one.
    #[error(
        "epoch {epoch} is taken, and clients do not see it yet, for the current pointer could not be replaced: {why}; publish again with nothing new, which makes what it names run"
    )]
    Unfinished {
        /// The epoch.
        epoch: u64,
        /// What the store said.
        why: String,
    },
}

/// Who has published what instead.
fn conflict(expected: u64, found: u64, pointer: Option<&Pointer>) -> String {
    let what = match pointer {
        Some(pointer) => {
            let who = pointer.signer.as_deref().unwrap_or("somebody");
            let why = pointer.reason.as_ref().map_or_else(String::new, |why| format!(" (\"{why}\")"));
            let versions: Vec<_> = pointer.editions.iter().map(super::called).collect();
            format!("{who} published epoch {found} at {}{why}, with {}", pointer.made, super::listed(&versions))
        }
        None if found == 0 => {
            return format!(
                "epoch {expected} was thought to be the last, and nothing was published yet: look whether the store, the channel and the rule set are the right ones; the first epoch expects 0"
            );
        }
        None => format!("epoch {found} is taken, and what it says cannot be read"),
    };
    match found > expected {
        true => format!("{what}, and epoch {expected} was thought to be the last; look at it, and publish again"),
        false => format!("epoch {expected} was thought to be the last, and it is {found}: {what}"),
    }
}
