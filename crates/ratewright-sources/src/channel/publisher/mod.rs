//! Publishing on a channel: bundles and what is wished of them → the next epoch of the channel's pointer, or why there is none.
//!
//! Everything is checked before anything is written: see [`Publisher::plan`]. Then come three steps, each all or nothing: the bundles
//! under their digests, the file of the epoch, which one publisher alone can make, and the current pointer as a copy of it. Whoever dies between two
//! of them has published nothing that can be seen, and hinders nobody.

mod change;
mod error;
mod plan;
mod replaced;
mod standing;
mod steps;
#[cfg(test)]
mod tests;

pub use change::{Change, Options};
pub use error::PublishError;
pub use plan::Plan;

pub(super) use standing::{Opened, Place};

use super::{Named, Pointer, SignedPointer, Trust};
use crate::bundle::{Bundle, BundleError, Limits};
use crate::clock::Moment;
use crate::signature::TrustedKeys;
use crate::store::WritableStore;
use ratewright::live::Break;
use ratewright::{Compiler, RuleSet};
use std::fmt;

type Sign<'s> = Box<dyn Fn(&[u8]) -> Result<String, String> + 's>;
type Compile<'s> = Box<dyn Fn(&Bundle) -> Result<RuleSet, BundleError> + 's>;

/// Publishes on one channel of a store.
///
/// ```
/// use ratewright::RuleSet;
/// use ratewright_sources::Bundle;
/// use ratewright_sources::channel::{Change, Options, Publisher};
/// use ratewright_sources::store::Memory;
///
/// let bundle = |version: &str, price: &str| {
///     let text = format!("ruleset parcel \"Parcels\" version \"{version}\" {{ currency USD }}\ncharge BASE = {price} USD");
///     RuleSet::compile(&text).map(|rules| Bundle::build(&rules))
/// };
/// let (first, second) = (bundle("1", "10")??, bundle("2", "12")??);
/// let (store, now) = (Memory::default(), "2026-04-02T06:00:00Z".parse()?);
/// let publisher = Publisher::unsigned(&store, "production")?;
/// let publish = |change: Change| publisher.publish("parcel", &change, &Options::default(), now);
///
/// assert_eq!(publish(Change::Beside { put: vec![first], remove: Vec::new() })?.pointer.epoch, 1);
/// // Both would hold always.
/// assert!(publish(Change::Beside { put: vec![second.clone()], remove: Vec::new() }).is_err());
/// let published = publish(Change::Beside { put: vec![second], remove: vec!["1".to_owned()] })?;
/// assert_eq!((published.pointer.epoch, published.pointer.editions[0].version.as_deref()), (2, Some("2")));
/// let back = publish(Change::Again(1))?;
/// assert_eq!((back.pointer.epoch, back.pointer.editions[0].version.as_deref()), (3, Some("1")));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Publisher<'s> {
    store: &'s dyn WritableStore,
    channel: String,
    trust: Trust,
    sign: Option<Sign<'s>>,
    compile: Compile<'s>,
    limits: Limits,
}

/// What has been published.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct NewEpoch {
    /// The pointer, which clients will find.
    pub pointer: Pointer,
    /// The file of it.
    pub file: SignedPointer,
    /// What callers run into, which was allowed.
    pub breaks: Vec<Break>,
    /// What whoever publishes should know all the same.
    pub warnings: Vec<String>,
}

impl<'s> Publisher<'s> {
    /// Publishes pointers that nobody signs, and relies on those that are there: where nobody else can write to the store.
    ///
    /// # Errors
    /// The channel has a name that cannot be part of a path.
    pub fn unsigned(store: &'s dyn WritableStore, channel: &str) -> Result<Publisher<'s>, PublishError> {
        check_name("a channel", channel)?;
        let compile: Compile<'s> = Box::new(|bundle| bundle.compile(Compiler::new()));
        let (channel, limits) = (channel.to_owned(), Limits::default());
        Ok(Publisher { store, channel, trust: Trust::Unsigned, sign: None, compile, limits })
    }

    /// Publishes pointers that are signed: `sign` makes the text of a minisign signature of the bytes, or says why not. Relied on are pointers that
    /// one of the keys signed, and the one that signs must be among them.
    ///
    /// # Errors
    /// The channel has a name that cannot be part of a path.
    pub fn signing(
        store: &'s dyn WritableStore,
        channel: &str,
        keys: TrustedKeys,
        sign: impl Fn(&[u8]) -> Result<String, String> + 's,
    ) -> Result<Publisher<'s>, PublishError> {
        let publisher = Publisher::unsigned(store, channel)?;
        Ok(Publisher { trust: Trust::Keys(keys), sign: Some(Box::new(sign)), ..publisher })
    }

    /// Says how bundles are compiled: with functions of the host. Without, as by a plain [`Compiler`].
    pub fn compiled_by(mut self, compile: impl Fn(&Bundle) -> Result<RuleSet, BundleError> + 's) -> Self {
        self.compile = Box::new(compile);
        self
    }

    /// Says how large a bundle may be, and all of them together that run.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Checks a change and publishes it: [`Publisher::plan`] and [`Publisher::carry_out`].
    ///
    /// # Errors
    /// As they.
    pub fn publish(
        &self,
        rule_set: &str,
        change: &Change,
        options: &Options,
        now: Moment,
    ) -> Result<NewEpoch, PublishError> {
        self.carry_out(self.plan(rule_set, change, options, now)?)
    }

    fn place<'a>(&'a self, rule_set: &'a str) -> Place<'a> {
        Place { store: self.store, channel: &self.channel, rule_set, trust: &self.trust }
    }
}

impl fmt::Debug for Publisher<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Publisher");
        shown.field("store", &self.store).field("channel", &self.channel).field("trust", &self.trust);
        shown.finish_non_exhaustive()
    }
}

/// Whether a name can be one of a path.
pub(super) fn check_name(what: &'static str, name: &str) -> Result<(), PublishError> {
    let wrong = |why| Err(PublishError::Name { what, name: name.to_owned(), why });
    if name.is_empty() || name.len() > 200 {
        return wrong("has no letters, or more than 200");
    }
    if name.contains('/') {
        return wrong("has a `/`");
    }
    crate::store::check_path(name).or_else(wrong)
}

/// An edition of a pointer, for people.
fn called(named: &Named) -> String {
    named.version.clone().unwrap_or_else(|| format!("{}…", named.sha256.short()))
}

/// `1`, `1 and 2`, `none`.
fn listed(words: &[String]) -> String {
    match words {
        [] => "no editions".to_owned(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}
