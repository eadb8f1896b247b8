//! What identifies the meaning of rules: SHA-256 over a canonical form of the compiled program.
//!
//! The form is made of the typed program, so neither layout nor comments, files, or names of functions and locals are part of it.
//! Two digests are made of it:
//!
//! - that of a whole rule set ([`of_rule_set`]) covers everything that can change a byte of a quote or of its explanation, words and
//!   the order of rows included; tests are left out;
//! - that of one rule ([`of_rules`]) covers what decides whether and how much is charged: its own formula and, through their
//!   digests, all that it refers to. Words for people are left out, so that a corrected label does not cost evidence.
//!
//! Both cover [`SEMANTICS`], and the release of the zone database where a rule computes with local times. Terms of a sum and factors
//! of a product are in the order of their digests, and so are the rows of a table in which their order means nothing.
//!
//! Invariant: the same texts give the same digests on every platform and with every later engine of the same semantics version; the
//! vectors in `tests/digests.rs` hold it.

mod expression;
mod hmac;
mod items;
mod lists;
mod rule_set;
mod tables;
mod writer;

pub use rule_set::{of_rule_set, of_rules};

use std::fmt;
use std::str::FromStr;

/// The version of what rules mean: it goes up where an engine gives another result for the same rules and input, and with it every
/// digest changes.
pub const SEMANTICS: u32 = 1;

/// A SHA-256 digest, written as 64 lower-case hexadecimal digits.
///
/// ```
/// use ratewright::digest::Digest;
///
/// let empty: Digest = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855".parse()?;
/// assert_eq!(Digest::of_bytes(b""), empty);
/// assert_eq!(empty.short(), "e3b0c44298fc");
/// # Ok::<(), ratewright::digest::ParseDigestError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Digest([u8; 32]);

/// Why a text is no digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a digest is 64 hexadecimal digits")]
pub struct ParseDigestError;

impl Digest {
    /// The digest of bytes.
    pub fn of_bytes(bytes: &[u8]) -> Digest {
        use sha2::Digest as _;
        Digest(sha2::Sha256::digest(bytes).into())
    }

    /// The digest of parts one after the other, as of their bytes in one piece.
    pub fn of_parts(parts: &[&[u8]]) -> Digest {
        use sha2::Digest as _;
        let hasher = parts.iter().fold(sha2::Sha256::new(), |hasher, part| hasher.chain_update(part));
        Digest(hasher.finalize().into())
    }

    /// Its bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Its digits as ASCII.
    pub(crate) fn digits(&self) -> [u8; 64] {
        let mut digits = [0; 64];
        for (pair, byte) in digits.chunks_exact_mut(2).zip(self.0) {
            for (digit, half) in pair.iter_mut().zip([byte >> 4, byte & 15]) {
                *digit = half + if half < 10 { b'0' } else { b'a' - 10 };
            }
        }
        digits
    }

    /// Its first twelve digits, for people.
    pub fn short(&self) -> String {
        let mut text = self.to_string();
        text.truncate(12);
        text
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({self})")
    }
}

impl FromStr for Digest {
    type Err = ParseDigestError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut bytes = [0; 32];
        if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(ParseDigestError);
        }
        for (at, byte) in bytes.iter_mut().enumerate() {
            let digits = text.get(2 * at..2 * at + 2).ok_or(ParseDigestError)?;
            *byte = u8::from_str_radix(digits, 16).map_err(|_| ParseDigestError)?;
        }
        Ok(Digest(bytes))
    }
}

impl serde::Serialize for Digest {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Digest {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// What kind of rule a digest is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RuleKind {
    /// A charge, with its exceptions.
    Charge,
    /// An exception alone: when it holds and its value.
    Exception,
    /// A table with its rows.
    Table,
    /// A parameter with all its values.
    Parameter,
    /// A bound or the rounding of the totals.
    Total,
    /// An output.
    Output,
    /// A flag.
    Flag,
    /// A refusal.
    Refusal,
}

/// A rule and the digest of its meaning.
#[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub struct RuleDigest {
    /// What it is.
    pub kind: RuleKind,
    /// Its code or name; of an exception, after the names that it belongs to: `FUEL / contract`.
    pub name: String,
    /// The digest of its meaning.
    pub digest: Digest,
}
