//! The pointer of a rule set on a channel: which editions run there, and who says so.
//!
//! The bytes of a small JSON file become a [`Pointer`], once its signature holds, or the reason why not. The file holds the pointer as a
//! text, so that what is signed are bytes and no structure, and its signature beside it, so that both are read and replaced at once:
//!
//! ```json
//! { "pointer": "{\"format\": 1, …}", "signature": "untrusted comment: …" }
//! ```

use crate::clock::Moment;
use crate::key_files::KeyFiles;
use crate::signature::{SignatureError, Signed, TrustedKeys};
use ratewright::digest::Digest;
use serde::{Deserialize, Serialize};

/// The largest file of a pointer, in bytes.
pub const LARGEST_POINTER: u64 = 256 * 1024;

/// The form of pointers that this version writes, and the latest that it reads.
const FORMAT: u32 = 1;

/// Which editions of a rule set run on a channel: all of them, so that one pointer says everything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pointer {
    /// The version of its form: 1.
    pub format: u32,
    /// The channel that it is for. It counts on no other.
    pub channel: String,
    /// The dotted name of the rule set.
    pub rule_set: String,
    /// Counts the changes, from 1. A smaller one than was seen before is refused.
    pub epoch: u64,
    /// The bundles of the editions. None where the rule set is to be priced by nobody.
    pub editions: Vec<Named>,
    /// The oldest engine that may price by it, as `0.1.0`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_engine: Option<String>,
    /// The last epoch with which callers may have run into changes of what they send. It is handed on from epoch to epoch, because a
    /// client may sleep through the one that said so: see [`Pointer::allows_breaking`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub breaking: Option<u64>,
    /// When it goes live; at once, where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_before: Option<Moment>,
    /// Until when a new one is expected. What runs goes on after it, with an alarm: somebody may be holding newer ones back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<Moment>,
    /// When it was made.
    pub made: Moment,
    /// Who made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signer: Option<String>,
    /// Why, for people: `fuel surcharge of May`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// A bundle that a pointer names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Named {
    /// SHA-256 of the bundle, by which it lies in the store.
    pub sha256: Digest,
    /// Its bytes; no more are ever fetched.
    pub size: u64,
    /// The version of the edition, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Whether it was published although not all of its tests passed before it was made, for people.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub untested: bool,
}

/// Whose pointers count.
#[derive(Debug, Clone)]
pub enum Trust {
    /// Those that one of these keys signed.
    Keys(TrustedKeys),
    /// Those that one of the keys in files signed, which are read again at each look: who adds or revokes a key need not start anything anew.
    Files(KeyFiles),
    /// Whatever the store holds: where nobody else can write to it.
    Unsigned,
}

impl Trust {
    /// The keys that count now; none where nobody is asked who signed.
    pub fn keys(&self) -> Option<&TrustedKeys> {
        match self {
            Trust::Keys(keys) => Some(keys),
            Trust::Files(files) => Some(files.keys()),
            Trust::Unsigned => None,
        }
    }

    /// Reads the files of keys again, where there are such: whether other keys count since, and what an operator should know.
    pub(crate) fn read_again(&mut self) -> (bool, Option<String>) {
        match self {
            Trust::Files(files) => files.read_again(),
            Trust::Keys(_) | Trust::Unsigned => (false, None),
        }
    }
}

impl From<TrustedKeys> for Trust {
    fn from(keys: TrustedKeys) -> Trust {
        Trust::Keys(keys)
    }
}

impl From<KeyFiles> for Trust {
    fn from(files: KeyFiles) -> Trust {
        Trust::Files(files)
    }
}

/// The file of a pointer: the bytes that are signed, and the signature. It is kept as it is, so that it can be checked again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedPointer {
    /// The pointer in JSON.
    pub pointer: String,
    /// The signature of that text in the format of minisign; none where nobody signed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<String>,
}

/// Why a pointer does not count. What ran before still runs.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PointerError {
    /// The file is not the JSON of a pointer.
    #[error("the pointer cannot be read: {why}")]
    Unreadable {
        /// What is wrong with it.
        why: String,
    },
    /// A later version of ratewright made it.
    #[error("the pointer is of format {format}, and this version reads up to {FORMAT}; use a newer ratewright")]
    LaterFormat {
        /// Its format.
        format: u32,
    },
    /// Nobody signed it, and somebody must have.
    #[error(
        "the pointer is not signed, and only those count that a trusted key signed: publish it anew with such a key, or where nobody else can write to the store, let unsigned ones count"
    )]
    NotSigned,
    /// Nobody who is trusted signed it.
    #[error("the pointer does not count: {0}")]
    Signature(#[from] SignatureError),
    /// It is for another channel or rule set than the one that was asked for.
    #[error("the pointer is for `{found}`, and `{expected}` was asked for: somebody put it in the place of another")]
    Elsewhere {
        /// The channel and rule set that were asked for: `production/parcel`.
        expected: String,
        /// Those that it names.
        found: String,
    },
}

impl SignedPointer {
    /// The text of a pointer, to be signed.
    ///
    /// # Errors
    /// Never with the pointers of this crate; a failure of the JSON writer is passed on.
    pub fn text_of(pointer: &Pointer) -> Result<String, PointerError> {
        let text = serde_json::to_string_pretty(pointer);
        text.map(|text| text + "\n").map_err(|error| PointerError::Unreadable { why: error.to_string() })
    }

    /// The file in JSON.
    ///
    /// # Errors
    /// As [`SignedPointer::text_of`].
    pub fn to_bytes(&self) -> Result<Vec<u8>, PointerError> {
        serde_json::to_vec_pretty(self).map_err(|error| PointerError::Unreadable { why: error.to_string() })
    }

    /// Reads a file; whether it counts is for [`SignedPointer::open`].
    ///
    /// # Errors
    /// It is not the JSON of a pointer and its signature, or too large.
    pub fn read(bytes: &[u8]) -> Result<SignedPointer, PointerError> {
        if bytes.len() as u64 > LARGEST_POINTER {
            return Err(PointerError::Unreadable { why: format!("it has more than {LARGEST_POINTER} bytes") });
        }
        serde_json::from_slice(bytes).map_err(|error| PointerError::Unreadable { why: error.to_string() })
    }

    /// The pointer, where somebody who is trusted signed it for this channel and rule set; and who.
    ///
    /// # Errors
    /// The first thing that is wrong: the signature comes before anything that the pointer says.
    pub fn open(
        &self,
        trust: &Trust,
        channel: &str,
        rule_set: &str,
    ) -> Result<(Pointer, Option<Signed>), PointerError> {
        let signed = match (trust.keys(), &self.signature) {
            (None, _) => None,
            (Some(_), None) => return Err(PointerError::NotSigned),
            (Some(keys), Some(signature)) => Some(keys.verify(self.pointer.as_bytes(), signature)?),
        };
        let unreadable = |error: serde_json::Error| PointerError::Unreadable { why: error.to_string() };
        let AnyFormat { format } = serde_json::from_str(&self.pointer).map_err(unreadable)?;
        if format > FORMAT {
            return Err(PointerError::LaterFormat { format });
        }
        let pointer: Pointer = serde_json::from_str(&self.pointer).map_err(unreadable)?;
        if (&*pointer.channel, &*pointer.rule_set) != (channel, rule_set) {
            return Err(PointerError::Elsewhere {
                expected: format!("{channel}/{rule_set}"),
                found: format!("{}/{}", pointer.channel, pointer.rule_set),
            });
        }
        Ok((pointer, signed))
    }

    /// What identifies the pointer, whoever signed it: SHA-256 of its text.
    pub fn digest(&self) -> Digest {
        Digest::of_bytes(self.pointer.as_bytes())
    }
}

/// Only what every format has.
#[derive(Deserialize)]
struct AnyFormat {
    format: u32,
}

impl Pointer {
    /// The pointer of an epoch that names bundles, made now, with nothing else said.
    pub fn new(channel: &str, rule_set: &str, epoch: u64, editions: Vec<Named>, made: Moment) -> Pointer {
        Pointer {
            format: FORMAT,
            channel: channel.to_owned(),
            rule_set: rule_set.to_owned(),
            epoch,
            editions,
            min_engine: None,
            breaking: None,
            not_before: None,
            expires: None,
            made,
            signer: None,
            reason: None,
        }
    }

    /// Whether callers of a client may run into changes of what they send, where it prices by an epoch; or by none, such as by what the
    /// program brought along.
    ///
    /// ```
    /// use ratewright_sources::Pointer;
    ///
    /// let mut pointer = Pointer::new("production", "parcel", 6, Vec::new(), "2026-04-02T06:00:00Z".parse()?);
    /// assert!(!pointer.allows_breaking(None));
    /// pointer.breaking = Some(5);
    /// assert!(pointer.allows_breaking(None) && pointer.allows_breaking(Some(4)) && !pointer.allows_breaking(Some(5)));
    /// # Ok::<(), ratewright_sources::NotAMoment>(())
    /// ```
    pub fn allows_breaking(&self, running: Option<u64>) -> bool {
        self.breaking.is_some_and(|breaking| running.is_none_or(|running| running < breaking))
    }
}
