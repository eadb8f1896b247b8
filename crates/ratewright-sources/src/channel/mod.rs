//! Channels: which editions of a rule set run where, said by signed pointers.
//!
//! A channel is an environment, such as `production`. For each rule set on it the store holds a small pointer that names the bundles to
//! run, with an epoch that counts up by every change; bundles lie beside under their digests and never change. Going back is a new
//! epoch that names old bundles. `docs/channels.md` describes the protocol.

mod fetch;
mod follow;
mod gather;
mod history;
pub mod kept;
mod pointer;
mod publisher;

pub use fetch::{FetchError, fetch};
pub use follow::Channel;
pub use history::{Entry, History, history};
pub use pointer::{LARGEST_POINTER, Named, Pointer, PointerError, SignedPointer, Trust};
pub use publisher::{Change, NewEpoch, Options, Plan, PublishError, Publisher};

use ratewright::digest::Digest;

/// Where the pointer of a rule set on a channel lies.
pub fn pointer_path(channel: &str, rule_set: &str) -> String {
    format!("channels/{channel}/{rule_set}.json")
}

/// Where the pointer of an epoch lies, for ever: made once, by whoever takes the epoch.
pub fn epoch_path(channel: &str, rule_set: &str, epoch: u64) -> String {
    format!("channels/{channel}/{rule_set}/{epoch}.json")
}

/// Where a bundle lies.
pub fn bundle_path(sha256: Digest) -> String {
    format!("bundles/{sha256}")
}
