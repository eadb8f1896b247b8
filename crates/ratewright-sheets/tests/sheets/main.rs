//! What the crate does with whole files: sheets as tables, tables as files, drafts from both.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod drafting;
mod export;
mod hostile;
mod reading;
mod support;
