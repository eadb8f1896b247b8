//! What happens to a migration where something fails: the process, the disk, the candidate.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod killed;
mod overload;
mod stage_file;
mod world;
