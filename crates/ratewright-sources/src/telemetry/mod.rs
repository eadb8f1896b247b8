//! What happens to a book and its sources, told to whoever counts and logs: through the facades `metrics` and `tracing`, each behind its feature.
//!
//! Events of [`ratewright::live::Watcher`] and [`crate::KeeperWatcher`] → counters, gauges and log lines. Their labels and fields are names of rule
//! sets and sources, versions and digests, and never what a caller sent. Nothing here is called while a quote is made.

#[cfg(feature = "tracing")]
mod logs;
#[cfg(feature = "metrics")]
mod numbers;

#[cfg(feature = "tracing")]
pub use logs::Tracing;
#[cfg(feature = "metrics")]
pub use numbers::Metrics;
