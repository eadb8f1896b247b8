//! A worked migration: old code that prices freight, 100,000 shipments that it priced, and the same prices in rules.
//!
//! `docs/moving-over.md` walks through it.
#![allow(clippy::cast_possible_truncation, reason = "numbers of this example are small")]

pub mod adapter;
pub mod legacy;
pub mod plan;
mod random;
pub mod recording;
pub mod rollout;
pub mod shipment;
pub mod traffic;
