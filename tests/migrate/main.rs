//! Holds: percentages divide customers as published and never reshuffle them; bounds are those that others compute, and what is said of a
//! watched run is wrong no more often than it says; two answers differ by what a person finds who holds them against each other; a case
//! exercised the rules and edges that a person counts.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, clippy::cast_precision_loss, missing_docs)]

mod bounds;
mod buckets;
mod causes;
mod causes_bounds;
mod causes_lines;
mod causes_refused;
mod causes_typed;
mod clusters;
mod comparison;
mod door;
mod evidence;
mod follows;
mod guards;
mod judgement;
mod log;
mod minimums;
mod numbers;
mod probes;
mod redaction;
mod shared;
mod stages;
mod tracing;
mod waivers;
mod wanting;

/// The rows of a CSV file without quotes, but for its head.
fn rows(text: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    text.lines().skip(1).map(|line| line.split(',').collect())
}
