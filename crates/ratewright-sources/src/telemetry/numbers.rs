//! Counters and gauges, through the facade `metrics`. The only user of that crate.
//!
//! The table of names stands in `docs/sources.md`; names and labels are promises to whoever wrote an alarm.

use crate::keeper::{Found, KeeperWatcher, Problem, SourceStatus};
use metrics::{Unit, counter, describe_counter, describe_gauge, gauge};
use ratewright::live::{Edition, Published, Refused, RolledBack, Watcher};
use std::collections::BTreeSet;

const SWAPS: &str = "ratewright_swaps_total";
const REFUSED_PUBLICATIONS: &str = "ratewright_refused_publications_total";
const ROLLBACKS: &str = "ratewright_rollbacks_total";
const GENERATION: &str = "ratewright_generation";
const LOOKS: &str = "ratewright_looks_total";
const REFUSALS: &str = "ratewright_refusals_total";
const STALENESS: &str = "ratewright_staleness_seconds";
const CONFIRMED: &str = "ratewright_confirmed_timestamp_seconds";
const FAILURES: &str = "ratewright_look_failures";
const TROUBLE: &str = "ratewright_trouble";
const WARNINGS: &str = "ratewright_warnings";
const EPOCH: &str = "ratewright_epoch";
const EXPIRED: &str = "ratewright_expired";
const TAKEN_BACK: &str = "ratewright_taken_back";

/// Counts what happens to a book and to its sources, for the recorder that the program has installed. Without one it costs next to nothing.
///
/// ```
/// use ratewright::live::Book;
/// use ratewright_sources::{Keeper, telemetry::Metrics};
/// use std::sync::Arc;
///
/// // After the program has installed its recorder.
/// let metrics = Arc::new(Metrics::new());
/// let book = Arc::new(Book::default().watched_by(metrics.clone()));
/// let keeping = Keeper::new(book).watched_by(metrics.clone()).start()?;
/// metrics.record(&keeping.status()); // before each scrape
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Metrics;

impl Default for Metrics {
    fn default() -> Self {
        Metrics::new()
    }
}

impl Metrics {
    /// Says to the recorder what all of them mean.
    pub fn new() -> Metrics {
        let total = |name: &'static str, what: &'static str| describe_counter!(name, Unit::Count, what);
        total(SWAPS, "publications in use that changed editions of the rule set");
        total(REFUSED_PUBLICATIONS, "publications that the book refused");
        total(ROLLBACKS, "times that the book was taken back to a generation");
        total(LOOKS, "looks at the source, by what they found");
        total(REFUSALS, "causes for which something in the source must not run, each counted when it begins");
        describe_gauge!(GENERATION, Unit::Count, "the generation of the book");
        describe_gauge!(STALENESS, Unit::Seconds, "time since a look last told that what runs is what should run");
        describe_gauge!(CONFIRMED, Unit::Seconds, "when a look last told so, in seconds since 1970");
        describe_gauge!(FAILURES, Unit::Count, "looks in a row that no answer came to");
        describe_gauge!(TROUBLE, Unit::Count, "1 while something is wrong with the source");
        describe_gauge!(WARNINGS, Unit::Count, "what an operator should know of the source, although pricing goes on");
        describe_gauge!(EPOCH, Unit::Count, "the epoch of the pointer that runs");
        describe_gauge!(EXPIRED, Unit::Count, "1 while a newer pointer should have come");
        describe_gauge!(TAKEN_BACK, Unit::Count, "rule sets that run otherwise than the source gave them");
        Metrics
    }

    /// Sets the gauges of sources to what a page of status says. They are set at each look, too; but a source that is not looked at, because its
    /// thread hangs, shows its age by this alone: call it before each scrape.
    pub fn record(&self, statuses: &[SourceStatus]) {
        statuses.iter().for_each(set);
    }
}

fn set(status: &SourceStatus) {
    let gauge = |name: &'static str| gauge!(name, "source" => status.source.clone());
    let flag = |is_so: bool| if is_so { 1.0 } else { 0.0 };
    gauge(STALENESS).set(status.staleness.as_secs_f64());
    if let Some(confirmed) = status.last_confirmed {
        gauge(CONFIRMED).set(confirmed.to_unix() as f64);
    }
    gauge(FAILURES).set(f64::from(status.failures));
    gauge(TROUBLE).set(flag(status.trouble().is_some()));
    gauge(WARNINGS).set(status.warnings.len() as f64);
    gauge(EXPIRED).set(flag(status.expired));
    gauge(TAKEN_BACK).set(status.taken_back.len() as f64);
    if let Some(epoch) = status.running.epoch {
        gauge(EPOCH).set(epoch as f64);
    }
}

impl Watcher for Metrics {
    fn refused(&self, _: &Refused) {
        counter!(REFUSED_PUBLICATIONS).increment(1);
    }

    fn swapped(&self, published: &Published) {
        let changed: BTreeSet<&str> = published.loaded.iter().chain(&published.removed).map(Edition::name).collect();
        changed.into_iter().for_each(|name| counter!(SWAPS, "rule_set" => name.to_owned()).increment(1));
        gauge!(GENERATION).set(published.generation as f64);
    }

    fn rolled_back(&self, rolled_back: &RolledBack) {
        counter!(ROLLBACKS).increment(1);
        gauge!(GENERATION).set(rolled_back.generation as f64);
    }
}

impl KeeperWatcher for Metrics {
    fn looked(&self, status: &SourceStatus, found: Found) {
        counter!(LOOKS, "source" => status.source.clone(), "outcome" => found.as_str()).increment(1);
        set(status);
    }

    fn refused(&self, status: &SourceStatus, _: &Problem) {
        counter!(REFUSALS, "source" => status.source.clone()).increment(1);
    }
}
