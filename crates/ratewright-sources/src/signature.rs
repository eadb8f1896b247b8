//! Who vouches for a file: signatures in the format of minisign, checked against the keys that a service trusts.
//!
//! A file's bytes and the text of its `.minisig` become [`Signed`], or the reason why not. Several keys may be trusted at once, so that
//! a new one can be spread before the old one goes; a key that was lost is revoked by its id and then counts for nothing, whoever else
//! still trusts it. Only prehashed signatures are taken (all that minisign 0.10 and later makes). The stock tool checks the same files:
//! `minisign -Vm FILE -p KEY.pub`.

use ct_codecs::{Base64, Decoder};
use minisign_verify::{PublicKey, Signature};
use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

/// The longest signature that is read, in bytes; those of minisign have a few hundred.
const LONGEST_SIGNATURE: usize = 16 * 1024;

/// Which key of a pair of minisign it is: 16 hexadecimal digits, as the tool shows them.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyId([u8; 8]);

impl KeyId {
    /// The id in the line of a key or a signature: two letters of the method, then the id, lowest byte first.
    fn of_line(line: &str) -> Option<KeyId> {
        let bytes = Base64::decode_to_vec(line, None).ok()?;
        bytes.get(2..10)?.try_into().ok().map(KeyId)
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().rev().try_for_each(|byte| write!(f, "{byte:02X}"))
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyId({self})")
    }
}

impl FromStr for KeyId {
    type Err = TrustError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let number = digits.then(|| u64::from_str_radix(text, 16).ok()).flatten();
        number.map(|number| KeyId(number.to_le_bytes())).ok_or_else(|| TrustError::KeyId { text: text.to_owned() })
    }
}

/// Why a list of trusted keys cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TrustError {
    /// A line that is no key, comment or revocation.
    #[error(
        "line {line} is no key of minisign: such a line begins with `RW` and has 56 characters, as in a `.pub` file"
    )]
    Line {
        /// The line, from 1.
        line: usize,
    },
    /// A text that is no id of a key.
    #[error("{}", no_key_id(text))]
    KeyId {
        /// The text.
        text: String,
    },
    /// A line that is to revoke a key, and has no id of one: nothing would be revoked.
    #[error("line {line} revokes no key: {}", no_key_id(text))]
    Revocation {
        /// The line, from 1.
        line: usize,
        /// What stands in the place of the id.
        text: String,
    },
    /// A line with a word that is perhaps meant to revoke a key.
    #[error(
        "line {line} begins with `{word}`, which is no word here: a key that was lost is taken out by `revoked` and its id"
    )]
    Word {
        /// The line, from 1.
        line: usize,
        /// The word.
        word: String,
    },
    /// It holds a secret key.
    #[error("line {line} is a secret key: give the public one, and keep this where nobody else reads it")]
    Secret {
        /// The line, from 1.
        line: usize,
    },
}

/// Why a file counts as unsigned.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignatureError {
    /// The text is no signature.
    #[error("this is no signature of minisign, or not a whole one; fetch it again, or sign the file anew")]
    NotASignature,
    /// A signature of the kind that minisign made before it hashed first.
    #[error("the signature is of the old kind, which is not taken; sign the file again with minisign 0.10 or later")]
    OldKind {
        /// Whose it says it is.
        key: KeyId,
    },
    /// Nobody trusts the key.
    #[error("the file is signed by the key {key}, which is not trusted; trusted are {}", listed(trusted))]
    UnknownKey {
        /// The key that the signature names.
        key: KeyId,
        /// Those that are trusted.
        trusted: Vec<KeyId>,
    },
    /// The key is revoked.
    #[error("the file is signed by the key {key}, which is revoked; sign it with another")]
    Revoked {
        /// The key.
        key: KeyId,
    },
    /// The key made no such signature of this file.
    #[error(
        "the signature does not fit the file: one of them was altered, or they do not belong together; the key would be {key}"
    )]
    DoesNotFit {
        /// The key that the signature names.
        key: KeyId,
    },
}

/// What stands after `revoked` in a line that begins with it.
fn revocation(line: &str) -> Option<&str> {
    let line = line.split('#').next().unwrap_or_default();
    let rest = line.strip_prefix("revoked")?;
    (rest.is_empty() || rest.starts_with(char::is_whitespace)).then(|| rest.trim())
}

/// What a line is that is no key: perhaps a revocation whose word is misspelt, for a word and an id stand in it, or it begins almost so.
fn of_no_key(line: &str, number: usize) -> TrustError {
    let mut words = line.split_whitespace();
    let (word, next) = (words.next().unwrap_or_default(), words.next());
    let is_meant = word.to_ascii_lowercase().starts_with("rev") || next.is_some_and(|id| KeyId::from_str(id).is_ok());
    match is_meant {
        true => TrustError::Word { line: number, word: word.to_owned() },
        false => TrustError::Line { line: number },
    }
}

/// What is wrong with a text that should be the id of a key.
fn no_key_id(text: &str) -> String {
    let digits = text.len();
    let words = "one has 16 hexadecimal digits, such as E7620F1842B4E81F";
    match text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        true if digits == 0 => format!("there is no id after it: {words}"),
        true if (1..16).contains(&digits) => format!(
            "`{text}` is no id of a key: it has {digits} of 16 hexadecimal digits; copy it anew, and where minisign itself leaves out zeros at the front, write them: {text:0>16}"
        ),
        true if digits > 16 => format!("`{text}` is no id of a key: it has {digits} digits, and {words}"),
        _ => format!("`{text}` is no id of a key: {words}"),
    }
}

fn listed(keys: &[KeyId]) -> String {
    match keys {
        [] => "none".to_owned(),
        keys => keys.iter().map(KeyId::to_string).collect::<Vec<_>>().join(", "),
    }
}

/// A signature that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Signed {
    /// Whose it is.
    pub key: KeyId,
    /// The comment of that key where it is trusted.
    pub name: Option<String>,
    /// What the signer said, under the signature.
    pub comment: String,
}

/// The keys that a service trusts, and those that it no longer does.
///
/// ```
/// use ratewright_sources::TrustedKeys;
///
/// let trusted = TrustedKeys::parse("
///     untrusted comment: pricing, key 2
///     RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3
///     revoked 0123456789ABCDEF  # lost on a train
/// ")?;
/// let signature = "untrusted comment: signature from minisign secret key
/// RUQf6LRCGA9i559r3g7V1qNyJDApGip8MfqcadIgT9CuhV3EMhHoN1mGTkUidF/z7SrlQgXdy8ofjb7bNJJylDOocrCo8KLzZwo=
/// trusted comment: timestamp:1633700835\tfile:test\tprehashed
/// wLMDjy9FLAuxZ3q4NlEvkgtyhrr0gtTu6KC4KBJdITbbOeAi1zBIYo0v4iTgt8jJpIidRJnp94ABQkJAgAooBQ==
/// ";
/// let signed = trusted.verify(b"test", signature)?;
/// assert_eq!(signed.key.to_string(), "E7620F1842B4E81F");
/// assert!(trusted.verify(b"Test", signature).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Default)]
pub struct TrustedKeys {
    keys: Vec<Trusted>,
    revoked: Vec<KeyId>,
}

#[derive(Clone)]
struct Trusted {
    id: KeyId,
    line: String,
    key: PublicKey,
    name: Option<String>,
}

impl TrustedKeys {
    /// No keys: nothing is trusted.
    pub fn new() -> Self {
        TrustedKeys::default()
    }

    /// Keys and revocations in a text: lines of `.pub` files as they are (a key, and above it `untrusted comment:` with its name),
    /// `revoked` and the id of a key, and after `#` what is for people.
    ///
    /// # Errors
    /// A line is none of these.
    pub fn parse(text: &str) -> Result<TrustedKeys, TrustError> {
        let (mut keys, mut name) = (TrustedKeys::new(), None);
        for (at, line) in text.lines().enumerate() {
            let (line, number) = (line.trim(), at.saturating_add(1));
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            if let Some(comment) = line.strip_prefix("untrusted comment:") {
                name = Some(comment.trim().to_owned()).filter(|name| !name.is_empty());
                continue;
            }
            if let Some(id) = revocation(line) {
                let wrong = |_| TrustError::Revocation { line: number, text: id.to_owned() };
                keys.revoke(id.parse().map_err(wrong)?);
                continue;
            }
            keys.add(line, name.take()).map_err(|error| match error {
                TrustError::Secret { .. } => TrustError::Secret { line: number },
                _ => of_no_key(line, number),
            })?;
        }
        Ok(keys)
    }

    /// Trusts a key: the line of a `.pub` file that begins with `RW`.
    ///
    /// # Errors
    /// It is no public key.
    pub fn add(&mut self, line: &str, name: Option<String>) -> Result<KeyId, TrustError> {
        let (Ok(key), Some(id)) = (PublicKey::from_base64(line), KeyId::of_line(line)) else {
            let secret = Base64::decode_to_vec(line, None).is_ok_and(|bytes| bytes.len() > 100);
            return Err(if secret { TrustError::Secret { line: 1 } } else { TrustError::Line { line: 1 } });
        };
        if !self.keys.iter().any(|known| known.line == line) {
            self.keys.push(Trusted { id, line: line.to_owned(), key, name });
        }
        Ok(id)
    }

    /// Takes nothing more from a key, whether it is among the trusted ones or not.
    pub fn revoke(&mut self, id: KeyId) {
        if !self.revoked.contains(&id) {
            self.revoked.push(id);
        }
    }

    /// Adds the keys and revocations of another list. What one of them revokes is revoked.
    pub fn extend(&mut self, other: TrustedKeys) {
        for trusted in other.keys {
            if !self.keys.iter().any(|known| known.line == trusted.line) {
                self.keys.push(trusted);
            }
        }
        other.revoked.into_iter().for_each(|id| self.revoke(id));
    }

    /// The keys that count, with their names.
    pub fn keys(&self) -> impl Iterator<Item = (KeyId, Option<&str>)> {
        let counted = self.keys.iter().filter(|trusted| !self.revoked.contains(&trusted.id));
        counted.map(|trusted| (trusted.id, trusted.name.as_deref()))
    }

    /// The keys that are revoked.
    pub fn revoked(&self) -> &[KeyId] {
        &self.revoked
    }

    /// Whether the same keys are trusted and revoked.
    pub(crate) fn is_same(&self, other: &TrustedKeys) -> bool {
        let lines = |keys: &TrustedKeys| keys.keys.iter().map(|key| key.line.clone()).collect::<BTreeSet<_>>();
        let revoked = |keys: &TrustedKeys| keys.revoked.iter().copied().collect::<BTreeSet<_>>();
        lines(self) == lines(other) && revoked(self) == revoked(other)
    }

    /// Whether a trusted key made this signature of the bytes. Costs one pass over the bytes.
    ///
    /// # Errors
    /// Why they count as unsigned.
    pub fn verify(&self, bytes: &[u8], signature: &str) -> Result<Signed, SignatureError> {
        if signature.len() > LONGEST_SIGNATURE {
            return Err(SignatureError::NotASignature);
        }
        let read = Signature::decode(signature).map_err(|_| SignatureError::NotASignature)?;
        let line = signature.lines().nth(1).unwrap_or_default();
        let key = KeyId::of_line(line).ok_or(SignatureError::NotASignature)?;
        if self.revoked.contains(&key) {
            return Err(SignatureError::Revoked { key });
        }
        let mut candidates = self.keys.iter().filter(|trusted| trusted.id == key).peekable();
        if candidates.peek().is_none() {
            return Err(SignatureError::UnknownKey { key, trusted: self.keys().map(|(id, _)| id).collect() });
        }
        // The method is in the first two bytes: `Ed` is the old kind, `ED` the one that hashes first.
        if Base64::decode_to_vec(line, None).is_ok_and(|bytes| bytes.starts_with(b"Ed")) {
            return Err(SignatureError::OldKind { key });
        }
        match candidates.find(|trusted| trusted.key.verify(bytes, &read, false).is_ok()) {
            Some(trusted) => Ok(Signed { key, name: trusted.name.clone(), comment: read.trusted_comment().to_owned() }),
            None => Err(SignatureError::DoesNotFit { key }),
        }
    }
}

impl fmt::Debug for TrustedKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys: Vec<_> = self.keys.iter().map(|trusted| trusted.id).collect();
        f.debug_struct("TrustedKeys").field("keys", &keys).field("revoked", &self.revoked).finish()
    }
}
