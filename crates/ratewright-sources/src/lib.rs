//! Where the rule sets of a service come from. The engine reads no files but those that it is told to; this crate stands between it
//! and the world.
//!
//! - [`bundle`]: a rule set with all its texts in one file, which says what it holds and cannot be altered unnoticed;
//! - [`signature`]: who vouches for a file, by signatures in the format of minisign.

pub mod bundle;
pub mod signature;

pub use bundle::{Bundle, BundleError, Limits, Manifest};
pub use signature::{KeyId, SignatureError, Signed, TrustedKeys};
