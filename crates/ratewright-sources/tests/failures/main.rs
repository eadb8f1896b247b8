//! What a client does where something fails: the store, the disk, the process, a key, a publisher. Whatever it is, nothing wrong runs, what
//! ran goes on, and somebody is told once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod bad_but_valid;
mod behind;
mod damaged;
mod disks;
mod full_disk;
mod killed;
mod power;
mod replayed;
mod restart_without_store;
mod revoked_key;
mod shared_folder;
mod taken_back;
mod two_of_one_epoch;
mod world;
