//! How a client begins: with what it kept, else with what the program brought along, else with nothing.

use super::behind::Behind;
use super::live::running_editions;
use super::{Channel, Generation, Place, Stop, check_engine};
use crate::channel::kept::{GenerationId, Kept, KeptPointer, Seen};
use crate::clock::Moment;
use crate::source::{Origin, Outcome, Running};
use ratewright::live::{Book, Edition, Prepared, Published};

impl Channel {
    /// Reads once from the disk which epochs were seen: by their marks, and where these are lost, by what was kept.
    pub(super) fn recall(&mut self) {
        let Some(kept) = self.kept.as_ref().filter(|_| !self.has_recalled) else { return };
        self.has_recalled = true;
        let mut seen = kept.seen(&self.trust).unwrap_or_else(|error| {
            self.warnings.push(format!("which epochs were seen cannot be read, an older one might run: {error}"));
            None
        });
        for place in [Place::Live, Place::Announced] {
            let ids = kept.generations(place).unwrap_or_default();
            let counting = ids.into_iter().find_map(|id| kept.pointer(place, id, &self.trust).ok());
            seen = Seen::merge(seen, counting.map(|kept| kept.id.into()));
        }
        self.seen = Seen::merge(self.seen.take(), seen);
    }

    /// Begins, and takes up what was announced.
    pub(super) fn begin(&mut self, book: &Book, now: Moment) -> Outcome {
        let begun = self.begin_with_kept(book, now).or_else(|| self.begin_with_embedded(book, now));
        let outcome = begun.unwrap_or_else(|| Outcome::Nothing { why: self.why_nothing() });
        self.announced = self.announced_before(book);
        let announced = self.announced.as_ref().map(|(generation, _)| generation);
        let behind = |shown: &Generation| Behind { shown: shown.id, made: shown.pointer.made, is_done: false };
        self.behind = announced.map(behind);
        let outcome = self.go_live_if_due(book, now, outcome);
        let announced = self.announced.as_ref().map(|(generation, _)| generation.id.epoch);
        let newest = announced.max(self.live.as_ref().map(|live| live.id.epoch));
        if let Some(seen) = self.seen.as_ref().filter(|seen| newest.is_none_or(|newest| newest < seen.epoch)) {
            let begun = newest.map_or("nothing of a pointer".to_owned(), |epoch| format!("epoch {epoch}"));
            self.warnings.push(format!("it begins with {begun}, and epoch {} was seen before", seen.epoch));
        }
        outcome
    }

    /// The newest generation that was kept, is whole and still passes its tests.
    fn begin_with_kept(&mut self, book: &Book, now: Moment) -> Option<Outcome> {
        let mut tried: Vec<GenerationId> = Vec::new();
        loop {
            let ids = self.kept.as_ref()?.generations(Place::Live).unwrap_or_else(|error| {
                self.warnings.push(format!("what was kept cannot be read: {error}"));
                Vec::new()
            });
            // Another process may put newer ones there and take these away meanwhile: so they are listed anew.
            let id = *ids.iter().find(|id| !tried.contains(id))?;
            tried.push(id);
            match self.begin_with(book, id, now) {
                Ok(published) => return Some(Outcome::Swapped(published)),
                Err(why) => self.warnings.push(format!("epoch {} was kept, and is left out: {why}", id.epoch)),
            }
        }
    }

    fn begin_with(&mut self, book: &Book, id: GenerationId, now: Moment) -> Result<Published, String> {
        let (generation, editions) = self.reopen(Place::Live, id)?;
        // It has run before, so that callers have met what it breaks.
        let published = self.swap(book, &editions, true, None).map_err(Stop::why)?;
        self.runs(generation, &editions, Origin::Kept, now);
        Ok(published)
    }

    /// A generation as it was kept, with its editions.
    fn reopen(&mut self, place: Place, id: GenerationId) -> Result<(Generation, Vec<Edition>), String> {
        let kept = self.kept.as_ref().ok_or_else(|| "nothing is kept".to_owned())?;
        let KeptPointer { id, file, pointer, .. } =
            kept.pointer(place, id, &self.trust).map_err(|error| error.to_string())?;
        check_engine(&pointer).map_err(Stop::why)?;
        let editions = self.editions.gather(&pointer.editions, &self.making, Some(kept), None).map_err(Stop::why)?;
        Ok((Generation { id, file, pointer, is_kept: true, counts_no_more: None }, editions))
    }

    /// What was announced before and still is to go live: nothing later was seen.
    fn announced_before(&mut self, book: &Book) -> Option<(Generation, Option<Prepared>)> {
        let id = *self.kept.as_ref()?.generations(Place::Announced).ok()?.first()?;
        let is_last = self.seen.as_ref().is_none_or(|seen| seen.epoch == id.epoch && seen.pointers == [id.pointer]);
        if !is_last || self.live.as_ref().is_some_and(|live| live.id.epoch >= id.epoch) {
            return None;
        }
        let reopened = self.reopen(Place::Announced, id).and_then(|(generation, editions)| {
            let prepared = self.prepare(book, &generation, &editions);
            prepared.map(|prepared| (generation, Some(prepared))).map_err(Stop::why)
        });
        reopened
            .map_err(|why| self.warnings.push(format!("epoch {} was announced, and is left out: {why}", id.epoch)))
            .ok()
    }

    /// What the program brought along, tested as everything else.
    fn begin_with_embedded(&mut self, book: &Book, now: Moment) -> Option<Outcome> {
        if self.embedded.is_empty() {
            return None;
        }
        let editions: Result<Vec<Edition>, String> =
            self.embedded.iter().map(|bytes| Ok(self.making.edition(bytes.clone())?.0)).collect();
        let swapped = editions.and_then(|editions| {
            let published = self.swap(book, &editions, false, None).map_err(Stop::why)?;
            Ok((published, running_editions(&editions)))
        });
        let outcome = match swapped {
            Ok((published, editions)) => {
                self.running = Running {
                    origin: Origin::Embedded,
                    rule_set: Some(self.rule_set().to_owned()),
                    editions,
                    since: Some(now),
                    ..Running::default()
                };
                Outcome::Swapped(published)
            }
            Err(why) => Outcome::Refused { why: format!("what the program brought along does not run: {why}") },
        };
        Some(outcome)
    }

    fn why_nothing(&self) -> String {
        let kept = self.kept.as_ref().map(Kept::folder);
        let kept = kept.map_or("nothing is kept".to_owned(), |folder| format!("nothing is in `{}`", folder.display()));
        let (rule_set, place) = (self.rule_set(), self.store.place());
        format!("{kept}, and the program brought nothing along: `{rule_set}` is not priced before {place} gives it")
    }
}
