//! Where the rule sets of a service come from. The engine reads no files but those that it is told to; this crate stands between it
//! and the world.
//!
//! - [`bundle`]: a rule set with all its texts in one file, which says what it holds and cannot be altered unnoticed;
//! - [`signature`]: who vouches for a file, by signatures in the format of minisign;
//! - [`store`]: where published files lie;
//! - [`channel`]: which editions of a rule set run where, said by signed pointers;
//! - [`source`]: what a book is brought up to date from;
//! - [`directory`]: a folder of rule files and bundles as a source;
//! - [`keeper`]: when to look, and how it stands;
//! - `telemetry`: counters and log lines, behind the features `metrics` and `tracing`;
//! - [`disk`]: files that are written whole or not at all;
//! - [`clock`]: what time it is.

pub mod bundle;
pub mod channel;
pub mod clock;
pub mod directory;
pub mod disk;
pub mod keeper;
pub mod key_files;
pub mod signature;
pub mod source;
pub mod store;
#[cfg(any(feature = "metrics", feature = "tracing"))]
pub mod telemetry;

pub use bundle::{Bundle, BundleError, Limits, Manifest};
pub use channel::{Channel, Pointer, PointerError, SignedPointer, Trust};
pub use clock::{Clock, ManualClock, Moment, NotAMoment, SystemClock};
pub use directory::Directory;
pub use keeper::{Keeper, KeeperWatcher, Keeping, SourceStatus, StartError, WithoutRules};
pub use key_files::{KeyFiles, KeyFilesError};
pub use signature::{KeyId, SignatureError, Signed, TrustedKeys};
pub use source::{AnnouncedEpoch, Look, Origin, Outcome, Running, RunningEdition, Source};
pub use store::{Store, StoreError, WritableStore};

/// The examples of the pages about channels and sources run.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/channels.md")]
struct ChannelsPage;

#[cfg(doctest)]
#[doc = include_str!("../../../docs/sources.md")]
struct SourcesPage;
