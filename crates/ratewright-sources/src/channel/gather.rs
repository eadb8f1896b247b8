//! From the bundles that a pointer names to editions: those at hand, those on the disk, and the rest from the store.
//!
//! Digests in, compiled editions out, or why not. Each bundle is compiled once for as long as something names it. Nothing of a bundle is
//! read before its size and its digest are those that the pointer names, so that the signature of the pointer covers it.

use super::kept::Kept;
use super::{Named, bundle_path};
use crate::bundle::{Bundle, Limits};
use crate::source::Outcome;
use crate::store::{Answer, Store, StoreError, Tag};
use ratewright::Compiler;
use ratewright::digest::Digest;
use ratewright::live::Edition;
use std::collections::BTreeMap;
use std::time::Duration;

/// Why it goes no further. What runs goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Stop {
    /// It must not run, and never will: not tried again before the pointer changes.
    Refused(String),
    /// It must not run as it is, and may be mended where it lies: tried again at the next look.
    Damaged(String),
    /// The store does not answer.
    Unreachable { why: String, wait: Option<Duration> },
}

impl Stop {
    /// In words.
    pub fn why(self) -> String {
        match self {
            Stop::Refused(why) | Stop::Damaged(why) | Stop::Unreachable { why, .. } => why,
        }
    }
}

impl From<Stop> for Outcome {
    fn from(stop: Stop) -> Outcome {
        match stop {
            Stop::Refused(why) | Stop::Damaged(why) => Outcome::Refused { why },
            Stop::Unreachable { why, wait } => Outcome::Unreachable { why, wait },
        }
    }
}

/// How bundles become editions of a rule set.
pub(super) struct Making {
    pub rule_set: String,
    pub limits: Limits,
    pub compiler: Box<dyn Fn() -> Compiler + Send>,
}

/// The editions that something names, by their bundles.
#[derive(Default)]
pub(super) struct Editions {
    at_hand: BTreeMap<Digest, AtHand>,
    /// What lies in the store in the place of bundles and is none, and why not: it is not fetched again before it changes.
    damaged: BTreeMap<Digest, (Tag, String)>,
}

struct AtHand {
    edition: Edition,
    /// Until it is kept.
    bundle: Option<Bundle>,
}

impl Making {
    /// The edition of a bundle, which must be one of this rule set.
    pub fn edition(&self, bytes: Vec<u8>) -> Result<(Edition, Bundle), String> {
        let bundle = Bundle::open(bytes, &self.limits).map_err(|error| error.to_string())?;
        let found = &bundle.manifest().rule_set;
        if *found != self.rule_set {
            return Err(format!("the bundle is one of `{found}`, and not of `{}`", self.rule_set));
        }
        let edition = bundle.edition((self.compiler)()).map_err(|error| error.to_string())?;
        Ok((edition, bundle))
    }
}

impl Editions {
    /// The editions of bundles, in their order; from the store where one is given.
    pub fn gather(
        &mut self,
        named: &[Named],
        making: &Making,
        kept: Option<&Kept>,
        store: Option<&dyn Store>,
    ) -> Result<Vec<Edition>, Stop> {
        check_sizes(named, &making.limits).map_err(Stop::Refused)?;
        named.iter().map(|named| self.one(named, making, kept, store)).collect()
    }

    fn one(
        &mut self,
        named: &Named,
        making: &Making,
        kept: Option<&Kept>,
        store: Option<&dyn Store>,
    ) -> Result<Edition, Stop> {
        if let Some(at_hand) = self.at_hand.get(&named.sha256) {
            return Ok(at_hand.edition.clone());
        }
        let bytes = match (kept.and_then(|kept| kept.bundle(named)), store) {
            (Some(bytes), _) => bytes,
            (None, Some(store)) => self.fetch(named, store)?,
            (None, None) => return Err(Stop::Damaged(format!("{} is not there, or damaged", of(named)))),
        };
        let made = making.edition(bytes).map_err(|why| Stop::Refused(format!("{}: {why}", of(named))));
        let (edition, bundle) = made?;
        self.at_hand.insert(named.sha256, AtHand { edition: edition.clone(), bundle: Some(bundle) });
        Ok(edition)
    }

    /// The bytes of a bundle from the store, those and no others.
    pub fn fetch(&mut self, named: &Named, store: &dyn Store) -> Result<Vec<u8>, Stop> {
        let known = self.damaged.get(&named.sha256);
        let answer = store.read(&bundle_path(named.sha256), known.map(|(tag, _)| tag), named.size);
        let (bytes, tag) = match (answer, known) {
            (Ok(Answer::File { bytes, tag }), _) => (bytes, tag),
            (Ok(Answer::Unchanged), Some((_, why))) => return Err(Stop::Damaged(why.clone())),
            (Ok(Answer::Unchanged), None) => {
                return Err(Stop::Damaged(format!("{} is said to be known, and is not", of(named))));
            }
            (Err(StoreError::Failed { path, place, why, wait }), _) => {
                let why = StoreError::Failed { path, place, why, wait: None }.to_string();
                return Err(Stop::Unreachable { why, wait });
            }
            (Err(error), _) => return Err(Stop::Damaged(error.to_string())),
        };
        if bytes.len() as u64 == named.size && Digest::of_bytes(&bytes) == named.sha256 {
            self.damaged.remove(&named.sha256);
            return Ok(bytes);
        }
        let why = format!(
            "{} is not what its name says in {}: it was altered, or not fetched whole; put it there again",
            of(named),
            store.place()
        );
        if let Some(tag) = tag {
            self.damaged.insert(named.sha256, (tag, why.clone()));
        }
        Err(Stop::Damaged(why))
    }

    /// The bytes of a bundle, where it was fetched and not kept so far.
    pub fn bundle(&self, named: &Named) -> Option<Bundle> {
        self.at_hand.get(&named.sha256)?.bundle.clone()
    }

    /// Gives back the memory of all that is not named any more; and, where all is kept, of the bytes of the others.
    pub fn let_go_but(&mut self, is_named: impl Fn(&Digest) -> bool, all_is_kept: bool) {
        self.at_hand.retain(|sha256, _| is_named(sha256));
        self.damaged.retain(|sha256, _| is_named(sha256));
        if all_is_kept {
            self.at_hand.values_mut().for_each(|at_hand| at_hand.bundle = None);
        }
    }
}

/// Whether bundles are small enough, each and together: known before any of them is fetched.
fn check_sizes(named: &[Named], limits: &Limits) -> Result<(), String> {
    if let Some(named) = named.iter().find(|named| named.size > limits.bundle) {
        return Err(format!("{} has {} bytes, and {} are allowed", of(named), named.size, limits.bundle));
    }
    match Named::together(named) {
        size if size > limits.together => {
            Err(format!("its bundles have {size} bytes together, and {} are allowed", limits.together))
        }
        _ => Ok(()),
    }
}

/// A bundle, for people.
fn of(named: &Named) -> String {
    match &named.version {
        Some(version) => format!("the bundle {}… of version \"{version}\"", named.sha256.short()),
        None => format!("the bundle {}…", named.sha256.short()),
    }
}
