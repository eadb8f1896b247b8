//! Log lines, through the facade `tracing`. The only user of that crate.
//!
//! What somebody has to act on is an error, what somebody should know a warning, what happened an information; looks are for debugging.

use crate::keeper::{Found, KeeperWatcher, Problem, SourceStatus};
use ratewright::live::{Edition, Published, Refused, RolledBack, Watcher};
use tracing::{debug, error, info, warn};

/// Logs what happens to a book and to its sources, to the subscriber that the program has set. Its target is `ratewright`.
///
/// ```
/// use ratewright::live::Book;
/// use ratewright_sources::{Keeper, telemetry::Tracing};
/// use std::sync::Arc;
///
/// let book = Arc::new(Book::default().watched_by(Arc::new(Tracing)));
/// let keeping = Keeper::new(book).watched_by(Arc::new(Tracing)).start()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct Tracing;

const TARGET: &str = "ratewright";

impl Watcher for Tracing {
    fn loaded(&self, edition: &Edition) {
        let (rule_set, version) = (edition.name(), edition.version().unwrap_or_default());
        info!(target: TARGET, rule_set, version, digest = %edition.digest(), "an edition is new in the book");
    }

    fn refused(&self, refused: &Refused) {
        warn!(target: TARGET, why = %refused, "a publication was refused; what ran goes on");
    }

    fn swapped(&self, published: &Published) {
        let (generation, loaded) = (published.generation, published.loaded.len());
        info!(target: TARGET, generation, loaded, removed = published.removed.len(), breaks = published.breaks.len(), "the book has changed");
    }

    fn rolled_back(&self, rolled_back: &RolledBack) {
        let RolledBack { generation, to, from } = *rolled_back;
        warn!(target: TARGET, generation, to, from, "the book was taken back");
    }
}

fn what_goes_on(status: &SourceStatus) -> &'static str {
    if status.is_priced_by() { "what runs goes on" } else { "and there is nothing to price by" }
}

impl KeeperWatcher for Tracing {
    fn looked(&self, status: &SourceStatus, found: Found) {
        let next_look = status.next_look;
        debug!(target: TARGET, source = %status.source, found = found.as_str(), %next_look, "looked");
    }

    fn unreachable(&self, status: &SourceStatus, problem: &Problem) {
        let staleness_seconds = status.staleness.as_secs();
        warn!(target: TARGET, source = %status.source, why = %problem.why, staleness_seconds, "the source does not answer; {}", what_goes_on(status));
    }

    fn refused(&self, status: &SourceStatus, problem: &Problem) {
        let (kind, priced) = (problem.kind.as_str(), status.is_priced_by());
        error!(target: TARGET, source = %status.source, kind, why = %problem.why, priced, "what is there cannot run; {}", what_goes_on(status));
    }

    fn warned(&self, status: &SourceStatus, warning: &str) {
        warn!(target: TARGET, source = %status.source, warning, "pricing goes on");
    }

    fn swapped(&self, status: &SourceStatus, published: &Published) {
        let (generation, epoch) = (published.generation, status.running.epoch);
        info!(target: TARGET, source = %status.source, generation, epoch, "something new is in use");
    }

    fn recovered(&self, status: &SourceStatus, problem: &Problem) {
        let (looks, since) = (problem.looks, problem.since);
        info!(target: TARGET, source = %status.source, why = %problem.why, %since, looks, "what was wrong is over");
    }
}
