//! Keys that are added or revoked while a client runs: what they signed is judged anew, by the keys that count now.
//!
//! What runs goes on, with a warning where its signature no longer counts; what was announced and does not count any more never goes live.

use super::{Channel, Generation};
use crate::channel::SignedPointer;
use crate::channel::kept::{Mark, Seen};

impl Channel {
    /// Reads the files of keys again. Where other keys count since, nothing counts as dealt with that was judged by those before.
    pub(super) fn read_keys(&mut self) {
        let (changed, warning) = self.trust.read_again();
        self.warnings.extend(warning);
        if !changed {
            return;
        }
        self.settled = None;
        self.behind = None;
        self.has_more_than_needed = true;
        // The epochs that a key has seen that is revoked do not count: those on the disk are read anew.
        let counting = self.marks.iter().filter(|mark| mark.counts(&self.trust));
        self.seen = counting.fold(None, |seen, mark| Seen::merge(seen, Some(mark.id.into())));
        self.mark = self.mark.filter(|mark| mark.counts(&self.trust));
        self.has_recalled = false;
        if let Some(mut live) = self.live.take() {
            live.counts_no_more = self.why_it_does_not_count(&live);
            self.live = Some(live);
        }
        let announced = self.announced.as_ref().map(|(generation, _)| generation);
        if let Some((epoch, why)) = announced.and_then(|it| Some((it.id.epoch, self.why_it_does_not_count(it)?))) {
            self.warnings.push(format!("epoch {epoch}, which was announced, will not run: {why}"));
            self.withdraw();
        }
    }

    fn why_it_does_not_count(&self, generation: &Generation) -> Option<String> {
        let signed = SignedPointer::read(&generation.file);
        let opened = signed.and_then(|signed| signed.open(&self.trust, &self.channel, self.rule_set()));
        opened.err().map(|error| error.to_string())
    }

    /// What runs by a pointer whose signature counts.
    pub(super) fn counting_live(&self) -> Option<&Generation> {
        self.live.as_ref().filter(|live| live.counts_no_more.is_none())
    }

    /// Warns where what runs was signed by nobody who counts.
    pub(super) fn warn_of_what_does_not_count(&mut self) {
        let Some(live) = &self.live else { return };
        let (epoch, why) = (live.id.epoch, live.counts_no_more.as_ref());
        self.warnings.extend(why.map(|why| {
            format!(
                "epoch {epoch} runs, and would not be taken any more: {why}; publish a new epoch by a key that counts"
            )
        }));
    }

    /// Remembers the highest epoch of each key.
    pub(super) fn remember(&mut self, mark: Mark) {
        self.marks.retain(|other| other.by != mark.by || other.id.epoch >= mark.id.epoch);
        if !self.marks.contains(&mark) {
            self.marks.push(mark);
        }
    }
}
