//! From what was tested to what runs: kept first, then swapped, so that nothing prices that a restart would not find.

use super::{Channel, Editions, Generation, Place, Stop};
use crate::channel::kept::{Kept, NotKept, Seen};
use crate::clock::Moment;
use crate::source::{Origin, Outcome, Running, RunningEdition};
use crate::store::Store;
use ratewright::live::{Book, Edition, Prepared, Publication, Published, Reason, Refused};

/// How often it is prepared again where others change the book at the same time.
const TRIES: usize = 8;

impl Channel {
    /// Tests what a generation would change in the book.
    pub(super) fn prepare(&self, book: &Book, generation: &Generation, editions: &[Edition]) -> Result<Prepared, Stop> {
        self.prepare_allowing(book, editions, self.breaks(book, generation))
    }

    /// Whether callers of what runs may run into something. Where the book was taken back by hand, what runs is of no epoch: its callers
    /// have not met what any of them breaks. Nor does an epoch count whose key is revoked.
    fn breaks(&self, book: &Book, generation: &Generation) -> bool {
        let live = self.counting_live().filter(|_| self.running.otherwise_in(&book.pin()).is_empty());
        generation.pointer.allows_breaking(live.map(|live| live.id.epoch))
    }

    /// Warns where the book prices by other editions than were published from here.
    pub(super) fn warn_of_what_runs_otherwise(&mut self, book: &Book) {
        let epoch = self.running.epoch.map(|epoch| format!("epoch {epoch}"));
        let says = epoch.unwrap_or_else(|| "what the program brought along".to_owned());
        let until = "a later epoch comes or the program is started anew";
        self.warnings.extend(self.running.warnings_of(&book.pin(), &says, until));
    }

    fn prepare_allowing(&self, book: &Book, editions: &[Edition], breaking: bool) -> Result<Prepared, Stop> {
        // Where nobody is to be priced, no case can hold.
        let golden = self.golden.iter().filter(|_| !editions.is_empty()).cloned();
        let publication = Publication::new().replace_rule_set(self.rule_set(), editions.iter().cloned());
        let publication = golden.fold(publication, Publication::golden);
        let publication = if breaking { publication.allow_breaking() } else { publication };
        book.prepare(publication).map_err(|refused| Stop::Refused(refused.to_string()))
    }

    /// Lets editions run, prepared again where the book has changed since.
    pub(super) fn swap(
        &self,
        book: &Book,
        editions: &[Edition],
        breaking: bool,
        mut prepared: Option<Prepared>,
    ) -> Result<Published, Stop> {
        for _ in 0..TRIES {
            let next = match prepared.take() {
                Some(prepared) => prepared,
                None => self.prepare_allowing(book, editions, breaking)?,
            };
            match book.swap(next) {
                Ok(published) => return Ok(published),
                Err(refused) if is_overtaken(&refused) => {}
                Err(refused) => return Err(Stop::Refused(refused.to_string())),
            }
        }
        Err(Stop::Damaged("the book was changed by others whenever this was about to run".to_owned()))
    }

    /// Keeps a generation and lets it run.
    pub(super) fn go_live(
        &mut self,
        book: &Book,
        mut generation: Generation,
        prepared: Option<Prepared>,
        now: Moment,
    ) -> Result<Outcome, Stop> {
        let (named, id, breaking) = (&generation.pointer.editions, generation.id, self.breaks(book, &generation));
        let editions = self.editions.gather(named, &self.making, self.kept.as_ref(), Some(&*self.store))?;
        // Where it cannot be kept it runs all the same, and that is warned of at the end of each look.
        generation.is_kept = self.keep(&generation).is_ok();
        let was_kept = generation.is_kept;
        match self.swap(book, &editions, breaking, prepared) {
            Ok(published) => {
                let changes = !published.loaded.is_empty() || !published.removed.is_empty();
                self.runs(generation, &editions, Origin::Source, now);
                Ok(if changes { Outcome::Swapped(published) } else { Outcome::Unchanged })
            }
            Err(stop) => {
                // What does not run is not to be begun with.
                let forgotten = self.kept.as_ref().filter(|_| was_kept).map(|kept| kept.forget(Place::Live, id));
                if let Some(Err(error)) = forgotten {
                    self.warnings.push(format!("epoch {} does not run and is still kept: {error}", id.epoch));
                }
                Err(self.does_not_run(id, stop))
            }
        }
    }

    /// Says that a generation runs.
    pub(super) fn runs(&mut self, generation: Generation, editions: &[Edition], origin: Origin, now: Moment) {
        self.running = Running {
            origin,
            rule_set: Some(self.rule_set().to_owned()),
            epoch: Some(generation.id.epoch),
            editions: running_editions(editions),
            expires: generation.pointer.expires,
            since: Some(now),
            published: Some(generation.pointer.made),
            ..Running::default()
        };
        if self.behind.as_ref().is_some_and(|behind| behind.shown.epoch <= generation.id.epoch) {
            self.behind = None;
        }
        self.live = Some(generation);
    }

    /// What was announced goes live when its time has come, whether the store answers or not.
    pub(super) fn go_live_if_due(&mut self, book: &Book, now: Moment, asked: Outcome) -> Outcome {
        let is_due = |generation: &Generation| generation.pointer.not_before.is_none_or(|time| time <= now);
        if !self.announced.as_ref().is_some_and(|(generation, _)| is_due(generation)) {
            return asked;
        }
        let Some((generation, prepared)) = self.announced.take() else { return asked };
        match asked {
            Outcome::Unreachable { why, .. } | Outcome::Refused { why } => self.warnings.push(why),
            _ => {}
        }
        // It stays announced until it runs or must not.
        self.announced = Some((generation.clone(), None));
        let went = self.go_live(book, generation, prepared, now);
        if !matches!(went, Err(Stop::Damaged(_) | Stop::Unreachable { .. })) {
            self.announced = None;
        }
        if let (Err(Stop::Refused(why)), Some(settled)) = (&went, &mut self.settled) {
            settled.refused = Some(why.clone());
        }
        went.unwrap_or_else(Outcome::from)
    }

    /// Keeps a generation that is about to run.
    fn keep(&mut self, generation: &Generation) -> Result<(), NotKept> {
        let Some(kept) = &self.kept else { return Ok(()) };
        keep(kept, &mut self.editions, &*self.store, Place::Live, generation)?;
        self.has_more_than_needed = true;
        Ok(())
    }

    /// Brings the disk up to what runs and what is announced, and warns of what it does not take.
    pub(super) fn keep_what_is_not_kept(&mut self) {
        self.write_mark();
        if let (Some(mark), true) = (self.mark.filter(|mark| self.marked != Some(*mark)), self.kept.is_some()) {
            let why = format!("epoch {} is not marked as seen: after a restart an older one might run", mark.id.epoch);
            self.warnings.push(why);
        }
        let Some(kept) = &self.kept else { return };
        let live =
            self.live.as_mut().filter(|live| live.counts_no_more.is_none()).map(|generation| (Place::Live, generation));
        let announced = self.announced.as_mut().map(|(generation, _)| (Place::Announced, generation));
        for (place, generation) in live.into_iter().chain(announced) {
            if generation.is_kept && kept.holds(place, generation.id) {
                continue;
            }
            let outcome = keep(kept, &mut self.editions, &*self.store, place, generation);
            generation.is_kept = outcome.is_ok();
            self.has_more_than_needed |= outcome.is_ok();
            if let Err(error) = outcome {
                let epoch = generation.id.epoch;
                self.warnings.push(format!("epoch {epoch} could not be kept, a restart would not find it: {error}"));
            }
        }
        if self.has_more_than_needed {
            let pruned = kept.prune(&self.trust, self.counting_live().map(|live| live.id.epoch));
            self.has_more_than_needed = pruned.is_err();
            if let Err(error) = pruned {
                self.warnings.push(format!("what is no longer needed could not be taken away: {error}"));
            }
        }
    }

    /// Writes down which epoch was seen, where that is not done; and learns of those that others have seen.
    pub(super) fn write_mark(&mut self) {
        let (Some(kept), Some(mark)) = (&self.kept, self.mark) else { return };
        if self.marked == Some(mark) {
            return;
        }
        if kept.mark(&mark).is_ok() {
            self.marked = Some(mark);
        }
        if let Ok(seen) = kept.seen(&self.trust) {
            self.seen = Seen::merge(self.seen.take(), seen);
        }
    }
}

/// Keeps a generation on the disk; what neither is at hand nor on the disk is fetched again.
fn keep(
    kept: &Kept,
    editions: &mut Editions,
    store: &dyn Store,
    place: Place,
    generation: &Generation,
) -> Result<(), NotKept> {
    kept.keep(place, generation.id, &generation.file, &generation.pointer.editions, |named| {
        match editions.bundle(named) {
            Some(bundle) => Ok(bundle.as_bytes().to_vec()),
            None => editions.fetch(named, store).map_err(Stop::why),
        }
    })
}

fn is_overtaken(refused: &Refused) -> bool {
    refused.reasons().iter().any(|reason| matches!(reason, Reason::Overtaken { .. }))
}

/// The editions that were published, by the first day that they hold.
pub(super) fn running_editions(published: &[Edition]) -> Vec<RunningEdition> {
    let mut editions: Vec<&Edition> = published.iter().collect();
    editions.sort_by_key(|edition| edition.effective().from);
    editions.into_iter().map(RunningEdition::from).collect()
}
