//! What is to be published, checked: a wish beside what stands → the next pointer and the bundles it needs, or why not. Nothing is written.

use super::change::later_engine;
use super::replaced::{self, is_its_place};
use super::standing::Standing;
use super::{Change, Options, PublishError, Publisher, called, check_name, listed};
use crate::bundle::Bundle;
use crate::channel::{Named, Pointer, fetch};
use crate::clock::Moment;
use ratewright::live::{Book, Break, Edition, Publication, Shelf, ShelfProblems};
use ratewright::program::Period;

/// A publication that has passed all checks, and is yet to be written.
#[derive(Debug)]
#[must_use = "it is published by `Publisher::carry_out`"]
pub struct Plan {
    pub(super) pointer: Pointer,
    /// The bundles that it names.
    pub(super) bundles: Vec<Bundle>,
    pub(super) breaks: Vec<Break>,
    pub(super) warnings: Vec<String>,
    pub(super) loaded: Vec<Edition>,
    pub(super) removed: Vec<Edition>,
    before: Vec<Named>,
}

impl Plan {
    /// The pointer as it is to be.
    pub fn pointer(&self) -> &Pointer {
        &self.pointer
    }

    /// The editions that do not run yet.
    pub fn loaded(&self) -> &[Edition] {
        &self.loaded
    }

    /// The editions that will no longer run.
    pub fn removed(&self) -> &[Edition] {
        &self.removed
    }

    /// What the last pointer names.
    pub fn before(&self) -> &[Named] {
        &self.before
    }

    /// What callers will run into.
    pub fn breaks(&self) -> &[Break] {
        &self.breaks
    }

    /// What whoever publishes should know all the same.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }
}

/// An edition with the bundle that it is of.
#[derive(Clone)]
struct Held {
    named: Named,
    edition: Edition,
    bundle: Bundle,
}

impl Publisher<'_> {
    /// Checks a change: that every bundle opens, compiles and means what its manifest says, that all editions stand together in time, that the
    /// tests of the new ones pass, and that callers of what runs do not break, unless they may. Nothing is written. Costs fetching and compiling
    /// all editions of the rule set.
    ///
    /// # Errors
    /// The first thing that is in the way.
    pub fn plan(&self, rule_set: &str, change: &Change, options: &Options, now: Moment) -> Result<Plan, PublishError> {
        check_name("a rule set", rule_set)?;
        options.check(now)?;
        // Who says all that is to run may pass over what stands, and must not be kept from it by what is broken there.
        let says_all = !matches!(change, Change::Beside { .. });
        let standing = Standing::read(&self.place(rule_set), options.least_epoch.unwrap_or(0), says_all)?;
        let last = standing.last.as_ref().map(|last| &last.pointer);
        expect(options, last)?;
        let mut warnings = standing.warnings;
        let running = match last.map_or(Ok(Vec::new()), |last| self.held(last, change.bundles())) {
            Err(error) if says_all => Err(error.to_string()),
            Ok(_) if last.is_none() && !warnings.is_empty() => Err("what stands cannot be relied on".to_owned()),
            running => Ok(running?),
        };
        let run: Vec<Edition> = running.iter().flatten().map(|held| held.edition.clone()).collect();
        if says_all {
            warnings.extend(last.and_then(|last| announced(last, now)).map(|(epoch, not_before)| {
                format!(
                    "epoch {epoch}, which is announced for {not_before}, is withdrawn by this one: publish it anew, if it is still wanted"
                )
            }));
        }
        let mut pointer = Pointer::new(&self.channel, rule_set, standing.taken.saturating_add(1), Vec::new(), now);
        let (next, least_engine) = match change {
            Change::Beside { put, remove } => {
                last.map_or(Ok(()), |last| keep_what_is_announced(last, options, now))?;
                let running = running.as_ref().map_or(&[][..], Vec::as_slice);
                let put = self.compiled(put, rule_set, &run, options, &mut warnings)?;
                let next = beside(running, put, remove)?;
                (next, last.and_then(|last| last.min_engine.clone()))
            }
            Change::Only(bundles) => (self.compiled(bundles, rule_set, &run, options, &mut warnings)?, None),
            Change::Again(epoch) => {
                let old = self.old(rule_set, *epoch)?;
                (self.held(&old, &[])?, old.min_engine)
            }
        };
        pointer.min_engine = later_engine(least_engine, options.min_engine.clone())?;
        if next.is_empty() && last.is_none_or(|last| last.editions.is_empty()) && warnings.is_empty() {
            return Err(PublishError::Wish(format!("no edition of `{rule_set}` runs, and none was given")));
        }
        pointer.editions = next.iter().map(|held| held.named.clone()).collect();
        self.check_size(&pointer)?;
        let going_back = matches!(change, Change::Again(_));
        let allow_breaking = options.allow_breaking || going_back;
        let compared = compare(rule_set, running, &next, allow_breaking)?;
        warnings.extend(compared.warnings);
        if going_back {
            warnings.extend(compared.breaks.iter().map(ToString::to_string));
        }
        if last.is_some_and(|last| last.expires.is_some()) && options.expires.is_none() {
            warnings
                .push("the pointer before this one had a day on which it expires, and this one has none".to_owned());
        }
        pointer.breaking = if allow_breaking { Some(pointer.epoch) } else { last.and_then(|last| last.breaking) };
        say(&mut pointer, options);
        let bundles = next.into_iter().map(|held| held.bundle).collect();
        let (breaks, loaded, removed) = (compared.breaks, compared.loaded, compared.removed);
        let before = last.map_or_else(Vec::new, |last| last.editions.clone());
        Ok(Plan { pointer, bundles, breaks, warnings, loaded, removed, before })
    }

    /// The pointer of an earlier epoch, which must count: what a key signed that is revoked since is not gone back to.
    fn old(&self, rule_set: &str, epoch: u64) -> Result<Pointer, PublishError> {
        let place = self.place(rule_set);
        let file = place.of_epoch(epoch)?.ok_or_else(|| PublishError::NoSuchEpoch {
            channel: self.channel.clone(),
            rule_set: rule_set.to_owned(),
            epoch,
        })?;
        let path = place.epoch_path(epoch);
        file.opened.map(|opened| opened.pointer).map_err(|why| PublishError::Untrusted { path, why })
    }

    /// The editions that a pointer names: from the store, but for bundles that are at hand, which may be what the store has lost.
    fn held(&self, pointer: &Pointer, at_hand: &[Bundle]) -> Result<Vec<Held>, PublishError> {
        self.check_size(pointer)?;
        let one = |named: &Named| {
            let is_it =
                |bundle: &&Bundle| bundle.as_bytes().len() as u64 == named.size && bundle.digest() == named.sha256;
            let bundle = match at_hand.iter().find(is_it) {
                Some(bundle) => Ok(bundle.clone()),
                None => fetch(self.store, named, &self.limits),
            };
            let bundle = bundle.map_err(|why| PublishError::Gone { edition: called(named), why })?;
            Ok(Held { named: named.clone(), ..self.edition(&pointer.rule_set, &bundle)? })
        };
        pointer.editions.iter().map(one).collect()
    }

    /// Whether a client would fetch what a pointer names: as many bytes together.
    fn check_size(&self, pointer: &Pointer) -> Result<(), PublishError> {
        match (Named::together(&pointer.editions), self.limits.together) {
            (bytes, allowed) if bytes > allowed => Err(PublishError::TooMuch { bytes, allowed }),
            _ => Ok(()),
        }
    }

    /// The editions of bundles that are to be published, with their tests passed before they were made, unless that is not asked; and what is to
    /// be said of them beside those that run.
    fn compiled(
        &self,
        bundles: &[Bundle],
        rule_set: &str,
        running: &[Edition],
        options: &Options,
        warnings: &mut Vec<String>,
    ) -> Result<Vec<Held>, PublishError> {
        let mut one = |given: &Bundle| {
            let mut held = self.edition(rule_set, given)?;
            let bundle = name_of(given);
            let untested = given.manifest().untested(held.edition.rules());
            if let Some(why) = untested.or_else(|| replaced::tests_gone(&held.edition, running)) {
                if !options.allow_untested {
                    return Err(PublishError::Untested { bundle, why });
                }
                held.named.untested = true;
                warnings.push(format!("the bundle {bundle} is untested: {why}"));
            } else {
                warnings.extend(replaced::fewer_tests(&bundle, &held.edition, running));
            }
            warnings.extend(replaced::other_meaning(&held.edition, running));
            Ok(held)
        };
        bundles.iter().map(&mut one).collect()
    }

    /// The edition of a bundle, which means what the manifest says.
    fn edition(&self, rule_set: &str, bundle: &Bundle) -> Result<Held, PublishError> {
        let manifest = bundle.manifest();
        let named = Named::of(bundle);
        let name = || name_of(bundle);
        if manifest.rule_set != rule_set {
            let (expected, found) = (rule_set.to_owned(), manifest.rule_set.clone());
            return Err(PublishError::OtherRuleSet { bundle: name(), expected, found });
        }
        let refused = |why| PublishError::Bundle { bundle: name(), why: Box::new(why) };
        let rules = (self.compile)(bundle).map_err(refused)?;
        bundle.verify(&rules).map_err(refused)?;
        Ok(Held { named, edition: Edition::new(rules), bundle: bundle.clone() })
    }
}

/// A bundle, for people.
fn name_of(bundle: &Bundle) -> String {
    format!("`{}` {}", bundle.manifest().rule_set, called(&Named::of(bundle)))
}

/// Whether the last word is the one that was expected.
fn expect(options: &Options, last: Option<&Pointer>) -> Result<(), PublishError> {
    let found = last.map_or(0, |last| last.epoch);
    match options.expected_epoch {
        Some(expected) if expected != found => {
            Err(PublishError::Conflict { expected, found, pointer: last.cloned().map(Box::new) })
        }
        _ => Ok(()),
    }
}

/// A pointer that is to go live later is replaced by the next: what it names would go live with that one, earlier or later than was said.
fn keep_what_is_announced(last: &Pointer, options: &Options, now: Moment) -> Result<(), PublishError> {
    match announced(last, now) {
        Some((epoch, not_before)) if options.not_before != Some(not_before) => {
            Err(PublishError::Announced { epoch, not_before })
        }
        _ => Ok(()),
    }
}

/// The epoch of a pointer that does not live yet, and when it goes live.
fn announced(pointer: &Pointer, now: Moment) -> Option<(u64, Moment)> {
    pointer.not_before.filter(|not_before| *not_before > now).map(|not_before| (pointer.epoch, not_before))
}

/// Puts editions beside those that run, and takes some of these away.
fn beside(running: &[Held], put: Vec<Held>, remove: &[String]) -> Result<Vec<Held>, PublishError> {
    for version in remove {
        if !running.iter().any(|held| held.edition.version() == Some(version)) {
            let there: Vec<_> = running.iter().map(|held| called(&held.named)).collect();
            return Err(PublishError::NoSuchVersion { version: version.clone(), there: listed(&there) });
        }
    }
    let stays = |held: &&Held| {
        !remove.iter().any(|version| held.edition.version() == Some(version))
            && !put.iter().any(|new| is_its_place(&held.edition, &new.edition))
    };
    let mut next: Vec<Held> = running.iter().filter(stays).cloned().collect();
    next.extend(put);
    Ok(next)
}

/// What a comparison with what runs has shown.
struct Compared {
    breaks: Vec<Break>,
    loaded: Vec<Edition>,
    removed: Vec<Edition>,
    warnings: Vec<String>,
}

/// Lets a book that holds what runs prepare what is to run: as every client will.
fn compare(
    rule_set: &str,
    running: Result<Vec<Held>, String>,
    next: &[Held],
    allow_breaking: bool,
) -> Result<Compared, PublishError> {
    let mut warnings = Vec::new();
    let shelf = match running.and_then(|running| shelf(&running).map_err(|problems| problems.to_string())) {
        Ok(shelf) => shelf,
        Err(why) if allow_breaking => {
            warnings.push(format!("what runs could not be compared with: {why}"));
            Shelf::default()
        }
        Err(why) => return Err(PublishError::Incomparable { why }),
    };
    let editions = next.iter().map(|held| held.edition.clone());
    let publication = Publication::new().replace_rule_set(rule_set, editions);
    let publication = if allow_breaking { publication.allow_breaking() } else { publication };
    let book = Book::new(shelf);
    let prepared = book.prepare(publication).map_err(PublishError::Refused)?;
    if let Some(next) = self::shelf(next).ok().filter(|_| !next.is_empty()) {
        let lost = days_lost(span(&book.pin(), rule_set), span(&next, rule_set));
        warnings.extend(lost.map(|days| format!("nothing prices any more what happens {days}")));
    }
    let (breaks, loaded, removed) = (prepared.breaks(), prepared.loaded(), prepared.removed());
    Ok(Compared { breaks: breaks.to_vec(), loaded: loaded.to_vec(), removed: removed.to_vec(), warnings })
}

fn shelf(editions: &[Held]) -> Result<Shelf, ShelfProblems> {
    editions.iter().fold(Shelf::builder(), |shelf, held| shelf.with(held.edition.clone())).build()
}

/// The days from the first that an edition prices through the last.
fn span(shelf: &Shelf, rule_set: &str) -> Option<Period> {
    let mut days = shelf.timeline(rule_set).map(|(days, _)| days);
    let first = days.next()?;
    Some(Period { from: first.from, until: days.last().unwrap_or(first).until })
}

/// The days at the beginning and at the end that were priced and no longer are.
fn days_lost(before: Option<Period>, after: Option<Period>) -> impl Iterator<Item = Period> {
    let both = before.zip(after);
    let begins_later = both.filter(|(before, after)| after.from > before.from);
    let ends_sooner = both
        .filter(|(before, after)| after.until.is_some_and(|after| before.until.is_none_or(|before| after < before)));
    let head = begins_later.map(|(before, after)| Period { from: before.from, until: after.from });
    head.into_iter().chain(ends_sooner.map(|(before, after)| Period { from: after.until, until: before.until }))
}

/// What else is said in a pointer.
fn say(pointer: &mut Pointer, options: &Options) {
    pointer.not_before = options.not_before;
    pointer.expires = options.expires;
    pointer.signer.clone_from(&options.signer);
    pointer.reason.clone_from(&options.reason);
}
