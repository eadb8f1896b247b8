//! The parser that pest makes of `grammar/ratewright.pest`.

#![allow(missing_docs, clippy::all, clippy::indexing_slicing, clippy::unwrap_used)] // all of it is written by the derive

#[derive(pest_derive::Parser)]
#[grammar = "grammar/ratewright.pest"]
pub(super) struct Grammar;
