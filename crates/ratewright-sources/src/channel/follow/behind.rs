//! What runs while the pointer that the store shows does not: because it is announced, or because it must not.
//!
//! Clients that saw every epoch run the last one before it that went live. One that was started just now, or was away, has not seen that:
//! without it, it would price by something older than all others. So it reads the files of the epochs before, the last first, up to what it runs
//! itself. An epoch that was announced and replaced before its time never went live anywhere, and does not here.

use super::{Channel, Stop};
use crate::channel::kept::GenerationId;
use crate::channel::{LARGEST_POINTER, epoch_path};
use crate::clock::Moment;
use crate::source::Outcome;
use crate::store::{Answer, StoreError};
use ratewright::live::Book;

/// How many epochs are looked back.
pub(super) const LOOKED_BACK: usize = 32;

/// For which pointer it is looked back.
pub(super) struct Behind {
    pub(super) shown: GenerationId,
    /// When it was made.
    pub(super) made: Moment,
    /// Whether those before it were looked at.
    pub(super) is_done: bool,
}

impl Channel {
    /// Lets run what others run by now, where the pointer that the store shows does not run.
    pub(super) fn catch_up(&mut self, book: &Book, now: Moment, asked: Outcome) -> Outcome {
        let Some(Behind { shown, made, is_done: false }) = self.behind else { return asked };
        if matches!(asked, Outcome::Unreachable { .. }) {
            return asked;
        }
        let ran = self.run_one_before(book, now, shown.epoch, made);
        if let (Ok(_), Some(behind)) = (&ran, &mut self.behind) {
            behind.is_done = true;
        }
        if ran.is_ok() && self.settled.is_some() {
            self.half_done.clear();
        }
        match (ran, asked) {
            (Ok(None | Some(Outcome::Unchanged)), asked) => asked,
            (Ok(Some(caught_up)), Outcome::Refused { why }) => {
                self.warnings.push(why);
                caught_up
            }
            (Ok(Some(caught_up)), _) => caught_up,
            // What the store shows is what is told first; what was before is looked for again at the next look.
            (Err(stop), asked @ Outcome::Refused { .. }) => {
                self.warnings.push(stop.why());
                asked
            }
            (Err(stop), _) => stop.into(),
        }
    }

    /// The last epoch before another that went live and runs here, where that is later than what does.
    fn run_one_before(&mut self, book: &Book, now: Moment, shown: u64, made: Moment) -> Result<Option<Outcome>, Stop> {
        let running = self.counting_live().map_or(0, |live| live.id.epoch);
        let mut next_made = made;
        for epoch in (running.saturating_add(1)..shown).rev().take(LOOKED_BACK) {
            let path = epoch_path(&self.channel, self.rule_set(), epoch);
            let file = match self.store.read(&path, None, LARGEST_POINTER) {
                Ok(Answer::File { bytes, .. }) => bytes,
                Err(StoreError::Failed { path, place, why, wait }) => {
                    let why = StoreError::Failed { path, place, why, wait: None }.to_string();
                    return Err(Stop::Unreachable { why, wait });
                }
                Ok(Answer::Unchanged) | Err(_) => {
                    let (begin, place) = (format!("epoch {shown} does not run now"), self.store.place());
                    let why =
                        format!("{begin}, and which one others run cannot be told: there is no `{path}` in {place}");
                    return Err(Stop::Damaged(why));
                }
            };
            let generation = match self.verified(file) {
                Ok((generation, _)) if generation.id.epoch == epoch => generation,
                Ok((generation, _)) => {
                    self.warnings.push(format!("`{path}` holds the pointer of epoch {}", generation.id.epoch));
                    continue;
                }
                Err(stop) => {
                    self.warnings.push(format!("epoch {epoch} is left out: {}", stop.why()));
                    continue;
                }
            };
            let went_live = generation.pointer.not_before.is_none_or(|time| time <= next_made);
            next_made = generation.pointer.made;
            if !went_live || self.must_not_run.contains(&generation.id) {
                continue;
            }
            let ran = self
                .tested(book, generation)
                .and_then(|(generation, prepared)| self.go_live(book, generation, Some(prepared), now));
            match ran {
                Ok(outcome) => return Ok(Some(outcome)),
                Err(Stop::Refused(why)) => self.warnings.push(why),
                Err(stop) => return Err(stop),
            }
        }
        Ok(None)
    }
}
