//! A pricing service that takes new tariffs while it runs: an example of embedding a live book behind HTTP.
//!
//! A request with an input becomes the quote of the edition that is in force, byte for byte as the engine writes it. A quote takes
//! microseconds and never waits, so it is made on the thread that has the request in hand; reading, checking and testing new
//! rules happens on the keeper's threads. Whatever goes wrong with new rules, requests are priced by those that run.

mod answer;
mod epochs;
mod operating;
pub mod options;
mod quoting;
mod rules;
mod service;

pub use epochs::Epochs;
pub use service::{Service, serve};
