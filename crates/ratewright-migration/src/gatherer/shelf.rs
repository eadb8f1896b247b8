//! Editions that go and come back: what was gathered of those met longest ago → files of their own, from which they are gone on.
//!
//! Invariant: an edition is in memory or on the shelf, never begun anew while something was gathered of it; it goes when it is written, and not before.

use super::gathered::{EDITIONS, Gathered, MOST_EDITIONS, Taken};
use super::stored::OfEdition;
use ratewright::digest::Digest;

/// Why an edition that went cannot be gone on from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Unreadable {
    /// The disk does not give its file now: it is asked again.
    Now(String),
    /// Its file is damaged.
    Damaged(String),
}

impl Gathered {
    fn is_kept(&self, edition: Digest) -> bool {
        self.kept.editions.iter().any(|one| one.rules.edition == edition)
    }

    /// Whether cases of an edition can be taken in.
    pub(super) fn has_room_for(&self, edition: Digest) -> bool {
        let may_begin = || self.kept.editions.len() < MOST_EDITIONS && !self.kept.shelved.contains(&edition);
        self.is_kept(edition) || may_begin()
    }

    /// The edition of a case where it must be put back first.
    pub(super) fn missing(&self, case: &Taken) -> Option<Digest> {
        let edition = case.edition.as_ref()?.digest();
        let is_missing = self.kept.shelved.contains(&edition) && !self.is_kept(edition);
        let can_come = self.kept.editions.len() < MOST_EDITIONS && !self.unreadable.contains_key(&edition);
        (is_missing && can_come).then_some(edition)
    }

    /// Goes on from what was gathered of an edition before it went.
    pub(super) fn put_back(&mut self, edition: Digest, own: Result<OfEdition, Unreadable>) {
        let counting = self.counting();
        let own = own.and_then(|mut own| own.go_on(&counting).map(|()| own).map_err(Unreadable::Damaged));
        match own {
            // The one that was met last stays the last, until a case of this one is taken in.
            Ok(own) => self.kept.editions.insert(0, own),
            Err(why) => drop(self.unreadable.insert(edition, why)),
        }
    }

    /// Lets those go that were met longest ago; they are to be written now.
    pub(super) fn let_go(&mut self) -> Vec<OfEdition> {
        let more = self.kept.editions.len().saturating_sub(EDITIONS);
        let gone: Vec<OfEdition> = self.kept.editions.drain(..more).collect();
        self.kept.shelved.extend(gone.iter().map(|own| own.rules.edition));
        gone
    }

    /// Those that went are written: nothing is compiled for them any more.
    pub(super) fn are_gone(&mut self, gone: &[OfEdition]) {
        let went = |edition: Digest| gone.iter().any(|own| own.rules.edition == edition);
        for one in &self.running {
            let edition = one.tracing.edition().digest();
            if went(edition) && one.finders.is_some() {
                self.let_go.insert(edition);
            }
        }
        self.running.retain(|one| !went(one.tracing.edition().digest()));
    }

    /// Those that were to go could not be written: they stay.
    pub(super) fn stay(&mut self, gone: Vec<OfEdition>) {
        self.kept.editions.splice(..0, gone);
    }

    /// Of which editions no cases are gathered, and why. What the disk did not give is asked for again after that.
    pub(super) fn troubles(&mut self) -> Vec<String> {
        let words = |(edition, why): (&Digest, &Unreadable)| {
            let (file, short) = (OfEdition::file_of(edition), edition.short());
            match why {
                Unreadable::Now(why) => {
                    format!("{file} cannot be read: {why}; no cases of edition {short} are gathered until it can")
                }
                Unreadable::Damaged(why) => {
                    format!("{file} cannot be gone on from: {why}; no cases of edition {short} are gathered")
                }
            }
        };
        let troubles = self.unreadable.iter().map(words).collect();
        self.unreadable.retain(|_, why| matches!(why, Unreadable::Damaged(_)));
        troubles
    }
}
