//! What is wished of a publication, as data.

use super::PublishError;
use crate::bundle::Bundle;
use crate::clock::Moment;

/// What is to run of a rule set on a channel.
#[derive(Debug, Clone)]
pub enum Change {
    /// What runs goes on, but for this. Where there is nothing here, the pointer is made anew as it is: with a later date on which it expires,
    /// or because a publisher died half-way.
    Beside {
        /// Bundles to be put in the places of those of the same version, or where they have none, of those without a version and of the same
        /// period; beside the others, where there is no such edition. As [`ratewright::live::ShelfBuilder::put`].
        put: Vec<Bundle>,
        /// Versions of editions to be taken away.
        remove: Vec<String>,
    },
    /// These run and nothing else; where there are none, the rule set is priced by nobody.
    Only(Vec<Bundle>),
    /// The editions of this earlier epoch run again: going back. Whether callers of what runs now break is told and hinders nothing.
    Again(u64),
}

impl Change {
    /// The bundles that are at hand.
    pub(super) fn bundles(&self) -> &[Bundle] {
        match self {
            Change::Beside { put, .. } => put,
            Change::Only(bundles) => bundles,
            Change::Again(_) => &[],
        }
    }
}

/// What else is said in a pointer, and on which conditions it is published.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// The epoch that must be the last one: 0 for a rule set that was never published. Refused where somebody else has published meanwhile.
    pub expected_epoch: Option<u64>,
    /// The least epoch to take: where a store was lost, and clients have seen later epochs than it has.
    pub least_epoch: Option<u64>,
    /// Callers may run into changes of what they send.
    pub allow_breaking: bool,
    /// Bundles may be published that do not say that all their tests passed before they were made. Here they run all the same, and must pass.
    pub allow_untested: bool,
    /// When it goes live.
    pub not_before: Option<Moment>,
    /// Until when a new pointer is expected.
    pub expires: Option<Moment>,
    /// The oldest engine that may price by it, as `0.1.0`.
    pub min_engine: Option<String>,
    /// Who publishes.
    pub signer: Option<String>,
    /// Why.
    pub reason: Option<String>,
}

impl Options {
    /// Whether they make sense.
    pub(super) fn check(&self, now: Moment) -> Result<(), PublishError> {
        let wrong = |why: String| Err(PublishError::Wish(why));
        if let Some(expires) = self.expires {
            if expires <= now {
                return wrong(format!("the pointer would expire at {expires}, and it is {now}"));
            }
            if let Some(not_before) = self.not_before.filter(|not_before| expires <= *not_before) {
                return wrong(format!("the pointer would expire at {expires}, before it goes live at {not_before}"));
            }
        }
        for (what, text) in [("the reason", &self.reason), ("the name of who publishes", &self.signer)] {
            if text.as_ref().is_some_and(|text| text.chars().any(char::is_control) || text.len() > 1000) {
                return wrong(format!("{what} is one line of text, of at most 1000 letters"));
            }
        }
        Ok(())
    }
}

/// The later of two versions of the engine, which must not be later than this one: it tests what is to run.
pub(super) fn later_engine(one: Option<String>, other: Option<String>) -> Result<Option<String>, PublishError> {
    let here = env!("CARGO_PKG_VERSION");
    let mut latest: Option<([u64; 3], String)> = None;
    for version in one.into_iter().chain(other) {
        let Some(numbers) = numbers(&version) else {
            let why = format!("`{version}` is no version of an engine: one is written as {here}");
            return Err(PublishError::Wish(why));
        };
        if latest.as_ref().is_none_or(|(latest, _)| *latest < numbers) {
            latest = Some((numbers, version));
        }
    }
    match latest {
        Some((least, version)) if Some(least) > numbers(here) => Err(PublishError::Wish(format!(
            "the pointer is for engines from {version} on, and this one, which has to test what is to run, is {here}"
        ))),
        latest => Ok(latest.map(|(_, version)| version)),
    }
}

/// The three numbers of a version.
fn numbers(version: &str) -> Option<[u64; 3]> {
    let mut numbers = version.split('.').map(|number| match number.bytes().all(|byte| byte.is_ascii_digit()) {
        true => number.parse().ok(),
        false => None,
    });
    let three = [numbers.next()??, numbers.next()??, numbers.next()??];
    numbers.next().is_none().then_some(three)
}
