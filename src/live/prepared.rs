//! What is to run next, tested beside what runs: publication + shelf that runs → the shelf that is to follow, or why not.
//!
//! Nothing here changes a book. What comes out of it is stored in one step, or not at all where the book has changed meanwhile.

use super::publication::{Break, Publication, Reason, Refused};
use super::{Book, Edition, Shelf, compatible};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// What has been compared and tested and can run: see [`Book::prepare`]. Dropping it changes nothing.
#[derive(Debug)]
#[must_use = "it runs once `Book::swap` is called"]
pub struct Prepared {
    /// The book that it was prepared for.
    pub(super) book: Arc<()>,
    /// The generation beside which it was.
    pub(super) beside: u64,
    /// The shelf that is to run; none, where it holds what the one that runs does.
    pub(super) next: Option<Arc<Shelf>>,
    pub(super) loaded: Vec<Edition>,
    pub(super) removed: Vec<Edition>,
    pub(super) breaks: Vec<Break>,
}

impl Prepared {
    /// The editions that will be new in the book.
    pub fn loaded(&self) -> &[Edition] {
        &self.loaded
    }

    /// The editions that will no longer be in the book.
    pub fn removed(&self) -> &[Edition] {
        &self.removed
    }

    /// What callers will run into, where that was allowed.
    pub fn breaks(&self) -> &[Break] {
        &self.breaks
    }

    /// Whether there is anything to swap: not where the book holds all of this already, with the same contracts and the same base.
    pub fn changes_the_book(&self) -> bool {
        self.next.is_some()
    }
}

impl Book {
    /// What is to run next, tested beside what runs.
    pub(super) fn tested(&self, publication: &Publication) -> Result<Prepared, Refused> {
        self.free();
        let running = self.current.hold();
        let refused = |reasons: Vec<Reason>| Refused { reasons };
        let shelf = publication
            .onto(&running.shelf)
            .build()
            .map_err(|problems| refused(problems.all().iter().cloned().map(Reason::Shelf).collect()))?;
        let loaded: Vec<Edition> = not_among(&shelf, &running.shelf);
        let breaks = breaks(&running.shelf, &shelf);
        if !publication.allows_breaking && !breaks.is_empty() {
            return Err(refused(breaks.into_iter().map(Reason::Breaks).collect()));
        }
        let failures = catch_unwind(AssertUnwindSafe(|| failures(&loaded, publication, &shelf)));
        let failures = failures.unwrap_or_else(|panic| vec![Reason::Panicked { message: words_of(&*panic) }]);
        if !failures.is_empty() {
            return Err(refused(failures));
        }
        let removed = not_among(&running.shelf, &shelf);
        let next = (!shelf.holds_what(&running.shelf)).then(|| Arc::new(shelf));
        Ok(Prepared { book: self.identity.clone(), beside: running.number, next, loaded, removed, breaks })
    }
}

/// The editions of one shelf that are not on another: compiled rule sets, whatever they mean.
fn not_among(shelf: &Shelf, other: &Shelf) -> Vec<Edition> {
    let is_there = |edition: &&Edition| {
        other.editions(edition.name()).any(|known| known.rules().address() == edition.rules().address())
    };
    shelf.all_editions().filter(|edition| !is_there(edition)).cloned().collect()
}

/// What callers of the running editions run into. Every edition of the next shelf is compared with those whose place in time it takes:
/// also one that runs already, and to which the days of another fall because that one is taken away.
fn breaks(running: &Shelf, next: &Shelf) -> Vec<Break> {
    let gone = running.names().filter(|name| next.newest(name).is_none()).filter_map(|name| running.newest(name));
    let mut found: Vec<Break> =
        gone.map(|edition| Break { running: edition.clone(), new: None, fields: Vec::new() }).collect();
    for new in next.all_editions() {
        for old in running.taken_by(next, new) {
            let fields = compatible::breaks(old.rules().program(), new.rules().program());
            if !fields.is_empty() {
                found.push(Break { running: old.clone(), new: Some(new.clone()), fields });
            }
        }
    }
    found
}

/// What fails of the tests of new editions and of the golden cases.
fn failures(loaded: &[Edition], publication: &Publication, shelf: &Shelf) -> Vec<Reason> {
    let mut reasons = Vec::new();
    for edition in loaded {
        let report = edition.rules().test();
        reasons.extend(report.failed().map(|result| {
            Reason::Test {
                edition: edition.clone(),
                test: result.name.clone(),
                place: edition.rules().sources().line_of(result.place),
                failures: result
                    .failures
                    .iter()
                    .map(|failure| format!("expected {}, found {}", failure.expected, failure.found))
                    .collect(),
            }
        }));
    }
    for case in &publication.golden {
        let problem = case.problem(shelf);
        reasons.extend(problem.map(|problem| Reason::Golden { case: case.name().to_string(), problem }));
    }
    reasons
}

/// What a panic said.
fn words_of(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| text.to_string());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "it said nothing".to_string())
}
