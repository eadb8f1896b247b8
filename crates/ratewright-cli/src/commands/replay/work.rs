//! What one thread does: records → cases that were compared, or flaws, in their order.

use super::files::{Chunk, Item};
use ratewright::live::Edition;
use ratewright::migrate::{Measure, Tracing};
use ratewright_migration::recorded::{Case, Cause, Flaw, Reading};
use ratewright_migration::replay::{Replayed, Replayer};

/// What a record came to.
pub enum Done {
    /// It was counted in an earlier run; its id.
    Before(Option<String>),
    /// It cannot be compared.
    Flawed(Flaw),
    /// It was compared.
    Compared(Box<(Case, Replayed)>),
}

/// One thread's.
pub struct Worker {
    edition: Edition,
    replayer: Replayer,
    reading: Option<Reading>,
    /// How many records an earlier run has counted.
    before: u64,
}

impl Worker {
    /// For one thread; what fields say is told of cases that agree where clusters are found.
    pub fn new(
        edition: &Edition,
        (tracing, tells_fields): (Option<&Tracing>, bool),
        measure: &Measure,
        reading: Option<Reading>,
        before: u64,
    ) -> Worker {
        let replayer = match tracing {
            Some(tracing) => Replayer::tracing(tracing, measure),
            None => Replayer::new(edition, measure),
        };
        let replayer = if tells_fields { replayer.telling_fields() } else { replayer };
        Worker { edition: edition.clone(), replayer, reading, before }
    }

    /// What the records of a chunk come to.
    pub fn work(&mut self, chunk: &Chunk) -> Vec<Done> {
        let numbered = (chunk.first..).zip(&chunk.items);
        numbered.map(|(number, item)| self.one(number < self.before, item)).collect()
    }

    fn one(&mut self, is_counted: bool, item: &Item) -> Done {
        let flawed = |line, id, cause, words: &str| {
            Done::Flawed(Flaw { line, of_answers: false, id, cause, words: words.to_owned() })
        };
        let read = match (item, &self.reading) {
            (Item::Joined(read), _) => read.as_ref().clone(),
            (Item::Record(record), Some(reading)) => reading.case(record),
            (Item::Record(record), None) => {
                return flawed(record.line, None, Cause::Unreadable, "nothing says how it is read");
            }
        };
        let case = match read {
            Ok(case) => case,
            Err(_) if is_counted => return Done::Before(None),
            Err(flaw) => return Done::Flawed(flaw),
        };
        if is_counted {
            return Done::Before(case.id);
        }
        match self.replayer.replay(&case) {
            Some(replayed) if replayed.comparison.is_match() => Done::Compared(Box::new((case, replayed))),
            // What differs is written down and priced again, as JSON.
            Some(replayed) => {
                let case = Case { input: case.input.json_for(self.edition.rules()), ..case };
                Done::Compared(Box::new((case, replayed)))
            }
            None => flawed(case.line, case.id, Cause::NoAnswer, "it says no answer of the old code"),
        }
    }
}
