//! The command as its users run it: the real binary, in folders of their own.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod bundle;
mod channel;
mod check;
mod conventions;
mod diff;
mod explain;
mod findings;
mod fmt;
#[cfg(feature = "http")]
mod http;
mod import;
mod log;

mod new;
mod noise;
mod probe;
mod quote;
mod readme;
mod replay;
mod report;
mod schema;
#[cfg(feature = "http")]
#[path = "../../../ratewright-sources/tests/http_store/server.rs"]
mod server;
mod shared;
mod slips;
mod support;
mod table;
mod test;
mod told;
mod watch;
mod written_over;
