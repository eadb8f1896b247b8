//! What happens to a migration where something fails: the process, the disk, the candidate.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod candidates;
mod chosen;
mod kept;
mod killed;
mod lives;
mod overload;
mod stage_file;
mod waiting;
mod world;
