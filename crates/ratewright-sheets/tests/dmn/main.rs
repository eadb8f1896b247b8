//! DMN models become rule sets that answer as the models do: the compatibility kit, and models of our own.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::string_slice)]

mod kit;
mod models;
mod own;
mod properties;
mod random;
mod values;
