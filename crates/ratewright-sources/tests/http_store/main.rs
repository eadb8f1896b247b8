//! `store::Http` beside servers that answer well, badly, slowly, without end, or not at all.
#![cfg(feature = "http")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod reading;
mod secure;
mod server;
mod writing;

use ratewright_sources::store::{Http, Patience, StoreError};
use std::time::Duration;

/// A store that gives up after a fraction of a second, for tests that wait for it.
fn impatient(address: &str) -> Http {
    let short = Duration::from_millis(300);
    let patience = Patience { answer: short, silence: short, least: 100, ..Patience::default() };
    Http::at(address).unwrap().with_patience(patience)
}

/// Why a store failed, and how long it asks to be left alone.
#[track_caller]
fn failed<T: std::fmt::Debug>(result: Result<T, StoreError>) -> (String, Option<Duration>) {
    match result {
        Err(StoreError::Failed { why, wait, .. }) => (why, wait),
        other => panic!("{other:?}"),
    }
}
