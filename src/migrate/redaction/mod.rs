//! What is taken out of an input before it is stored: fields that are erased, and fields that are replaced by a token.
//!
//! JSON + key → the same JSON without what must not be kept, and which fields that concerned. A token is made of the value and the
//! caller's key, so that equal values can still be grouped and stay in their bucket, and nobody without the key can tell the value. All else
//! keeps its digits. What is not understood is not kept.

mod schema;
mod taken;

use crate::digest::Digest;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;
use std::collections::BTreeSet;
use std::fmt;
use taken::Taken;

pub use schema::UnknownField;

/// How deep lists and records are looked into; what lies deeper on the way to a field is erased whole.
const DEEPEST: usize = 64;

/// Which fields of an input are not stored as they are.
///
/// A path names a field as errors do, `shipper.name`. Through a list it goes to every element, `parcels.note` or `parcels[].note`, or to
/// one, `parcels[2].note`.
///
/// ```
/// use ratewright::migrate::{Redaction, RedactionKey};
///
/// let redaction: Redaction = serde_json::from_str(r#"{"erased": ["shipper.name", "parcels[].note"], "tokens": ["customer"]}"#)?;
/// let key = RedactionKey::new(b"0123456789abcdef0123456789abcdef").ok_or("too short")?;
/// let input = r#"{"customer": "ACME", "weight": 1.10, "shipper": {"name": "Ann"}, "parcels": [{"note": "gift"}, {}]}"#;
/// let kept = redaction.json(&key, input)?;
/// assert_eq!(
///     kept.json(),
///     r#"{"customer":"token:d2a11184ab90d5af87c81d74d75d16dc","weight":1.10,"shipper":{"name":null},"parcels":[{"note":null},{}]}"#
/// );
/// assert!(kept.erased().eq(["parcels[].note", "shipper.name"]) && kept.tokens().eq(["customer"]));
/// assert_eq!(kept.words("no contract of ACME, sent by Ann"), "no contract of token:d2a11184ab90d5af87c81d74d75d16dc, sent by …");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct Redaction {
    written: Written,
    fields: Vec<Field>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Written {
    erased: BTreeSet<String>,
    tokens: BTreeSet<String>,
    #[serde(skip_serializing_if = "is_no")]
    words: bool,
}

fn is_no(answer: &bool) -> bool {
    !answer
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Field {
    path: String,
    steps: Vec<Step>,
    token: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Field(String),
    Every,
    Element(usize),
}

/// A text that is no path of a field.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{path}` is no path of a field: write names with points between, such as shipper.name or parcels[].note")]
pub struct NotAPath {
    path: String,
}

/// Nothing can be kept of a text that is not JSON: nobody can say which part of it is which field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the input is not JSON, so nothing of it is kept")]
pub struct NotKept;

/// The key of tokens. It shows nothing of itself.
#[derive(Clone)]
pub struct RedactionKey(Vec<u8>);

impl RedactionKey {
    /// A key of 16 bytes or more, 32 random ones best; none where there are fewer.
    pub fn new(bytes: &[u8]) -> Option<Self> {
        (bytes.len() >= 16).then(|| RedactionKey(bytes.to_vec()))
    }

    /// The token of a value: the first 128 bits of HMAC-SHA-256 over a text, or over the digits of a number.
    pub fn token(&self, value: &str) -> String {
        let mut digits = Digest::keyed(&self.0, &[value.as_bytes()]).to_string();
        digits.truncate(32);
        format!("token:{digits}")
    }
}

impl fmt::Debug for RedactionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RedactionKey(…)")
    }
}

/// An input as it may be stored.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Redacted {
    json: Box<str>,
    erased: BTreeSet<String>,
    tokens: BTreeSet<String>,
    /// What was taken out, with what stands for it.
    #[serde(skip)]
    taken: Taken,
}

impl Redaction {
    /// Erases the fields at these paths, and puts tokens in the place of those.
    ///
    /// # Errors
    /// A text is no path.
    pub fn new<'p>(
        erased: impl IntoIterator<Item = &'p str>,
        tokens: impl IntoIterator<Item = &'p str>,
    ) -> Result<Self, NotAPath> {
        let paths = |paths: &mut dyn Iterator<Item = &'p str>| paths.map(str::to_owned).collect();
        let (erased, tokens) = (paths(&mut erased.into_iter()), paths(&mut tokens.into_iter()));
        Written { erased, tokens, words: false }.try_into()
    }

    /// Whether words that may show what was taken out are stored all the same, without those values that are found in them: `"words": true`.
    pub fn keeps_words(&self) -> bool {
        self.written.words
    }

    /// The paths, as they are written. One that is misspelt leaves its field as it is: [`Redaction::check`] finds it.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().map(|field| field.path.as_str())
    }

    /// Whether a field, or a part of it, is taken out: a path as it is sent, lists of which are named without a place, `parcels[].note`.
    pub fn takes(&self, path: &str) -> bool {
        let names = |path: &str| -> Vec<String> {
            let parts = path.split('.').map(|part| part.split('[').next().unwrap_or(part).to_owned());
            parts.collect()
        };
        let path = names(path);
        self.paths().map(names).any(|own| path.starts_with(&own) || own.starts_with(&path))
    }

    /// Whether tokens are put in the place of any field, so that their key matters.
    pub fn has_tokens(&self) -> bool {
        self.fields.iter().any(|field| field.token)
    }

    /// An input in JSON as it may be stored. A field that is `null` or not there is left alone.
    ///
    /// # Errors
    /// The text is not JSON.
    pub fn json(&self, key: &RedactionKey, text: &str) -> Result<Redacted, NotKept> {
        let raw: &RawValue = serde_json::from_str(text).map_err(|_| NotKept)?;
        let mut work = Work { key, erased: BTreeSet::new(), tokens: BTreeSet::new(), taken: Taken::default() };
        let all: Vec<(&Field, &[Step])> = self.fields.iter().map(|field| (field, field.steps.as_slice())).collect();
        let mut json = String::with_capacity(text.len());
        work.value(raw, &all, 0, &mut json)?;
        let Work { erased, tokens, mut taken, .. } = work;
        taken.sort();
        Ok(Redacted { json: json.into(), erased, tokens, taken })
    }
}

impl Redacted {
    /// The input in JSON.
    pub fn json(&self) -> &str {
        &self.json
    }

    /// The paths of the fields that were erased, as they are written.
    pub fn erased(&self) -> impl Iterator<Item = &str> {
        self.erased.iter().map(String::as_str)
    }

    /// The paths of the fields in whose place a token stands.
    pub fn tokens(&self) -> impl Iterator<Item = &str> {
        self.tokens.iter().map(String::as_str)
    }

    /// Whether anything was taken out.
    pub fn is_any(&self) -> bool {
        !self.erased.is_empty() || !self.tokens.is_empty()
    }

    /// Words about the input without those values that were taken out and are found in it: each whole word or number that equals one as it was
    /// sent is replaced as that was, also escaped, on one line, as the number of a quantity, or cut off. Where very many values were taken out nothing of
    /// the words is kept. A value in another form stays: money with its minor units, an instant in another zone, a quantity in another unit, yes or
    /// no, a part of a text, what rules have made of it. Where that must not be, words are not to be stored at all: see [`Redacted::read_by`].
    pub fn words(&self, words: &str) -> String {
        self.taken.out_of(words)
    }
}

/// What was taken out is not shown.
impl fmt::Debug for Redacted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redacted")
            .field("json", &self.json)
            .field("erased", &self.erased)
            .field("tokens", &self.tokens)
            .finish_non_exhaustive()
    }
}

/// A redaction on its way.
struct Work<'k> {
    key: &'k RedactionKey,
    erased: BTreeSet<String>,
    tokens: BTreeSet<String>,
    taken: Taken,
}

impl Work<'_> {
    /// Writes a value, in which the fields at these paths are taken out.
    fn value(
        &mut self,
        raw: &RawValue,
        paths: &[(&Field, &[Step])],
        depth: usize,
        out: &mut String,
    ) -> Result<(), NotKept> {
        let text = raw.get();
        let is_list = text.starts_with('[');
        let is_inner = is_list || text.starts_with('{');
        // Where a path leads into what has no parts, nobody knows what this is: it is taken out as a whole.
        if let Some((field, _)) = paths.iter().find(|(_, steps)| steps.is_empty() || !is_inner) {
            self.take(field, raw, out);
            return Ok(());
        }
        if paths.is_empty() {
            out.push_str(text);
            return Ok(());
        }
        if depth >= DEEPEST {
            self.erased.extend(paths.iter().map(|(field, _)| field.path.clone()));
            self.taken.remember(raw, "…");
            out.push_str("null");
            return Ok(());
        }
        let members: Vec<(Option<String>, &RawValue)> = match is_list {
            true => {
                let elements: Vec<&RawValue> = serde_json::from_str(text).map_err(|_| NotKept)?;
                elements.into_iter().map(|element| (None, element)).collect()
            }
            false => serde_json::from_str::<Members>(text).map_err(|_| NotKept)?.0,
        };
        out.push(if is_list { '[' } else { '{' });
        for (place, (name, value)) in members.into_iter().enumerate() {
            if place > 0 {
                out.push(',');
            }
            if let Some(name) = &name {
                out.push_str(&serde_json::to_string(name).map_err(|_| NotKept)?);
                out.push(':');
            }
            let below: Vec<(&Field, &[Step])> = paths
                .iter()
                .filter_map(|(field, steps)| Some((*field, step(steps, name.as_deref(), place)?)))
                .collect();
            self.value(value, &below, depth.saturating_add(1), out)?;
        }
        out.push(if is_list { ']' } else { '}' });
        Ok(())
    }

    /// Writes what stands for a value that is taken out.
    fn take(&mut self, field: &Field, raw: &RawValue, out: &mut String) {
        let text = raw.get();
        if text == "null" {
            return out.push_str(text);
        }
        if !field.token {
            self.erased.insert(field.path.clone());
            self.taken.remember(raw, "…");
            return out.push_str("null");
        }
        self.tokens.insert(field.path.clone());
        let token = self.key.token(&serde_json::from_str::<String>(text).unwrap_or_else(|_| text.to_owned()));
        self.taken.remember(raw, &token);
        out.push('"');
        out.push_str(&token);
        out.push('"');
    }
}

/// The rest of a path behind a member or an element, where the path goes there. Lists may be left out of a path.
fn step<'s>(steps: &'s [Step], name: Option<&str>, place: usize) -> Option<&'s [Step]> {
    match (steps.split_first()?, name) {
        ((Step::Field(field), rest), Some(name)) => (field == name).then_some(rest),
        ((Step::Field(_), _), None) => Some(steps),
        ((Step::Every, rest), None) => Some(rest),
        ((Step::Element(element), rest), None) => (*element == place).then_some(rest),
        ((Step::Every | Step::Element(_), rest), Some(_)) => step(rest, name, place),
    }
}

/// The members of an object in their order, also those that are there twice.
struct Members<'t>(Vec<(Option<String>, &'t RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Each;

        impl<'de> Visitor<'de> for Each {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some((name, value)) = map.next_entry::<String, &'de RawValue>()? {
                    members.push((Some(name), value));
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(Each)
    }
}

impl TryFrom<Written> for Redaction {
    type Error = NotAPath;

    fn try_from(written: Written) -> Result<Self, Self::Error> {
        let erased = written.erased.iter().map(|path| (path, false));
        let fields = erased.chain(written.tokens.iter().map(|path| (path, true)));
        let read = |(path, token): (&String, bool)| match steps(path) {
            Some(steps) => Ok(Field { path: path.clone(), steps, token }),
            None => Err(NotAPath { path: path.clone() }),
        };
        let fields = fields.map(read).collect::<Result<_, _>>()?;
        Ok(Redaction { written, fields })
    }
}

impl From<Redaction> for Written {
    fn from(redaction: Redaction) -> Self {
        redaction.written
    }
}

/// The steps of a path.
fn steps(path: &str) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    for part in path.split('.') {
        let (name, mut lists) = part.split_at(part.find('[').unwrap_or(part.len()));
        if name.is_empty() || name.contains(char::is_whitespace) || name.contains(']') {
            return None;
        }
        steps.push(Step::Field(name.to_owned()));
        while !lists.is_empty() {
            let (element, rest) = lists.strip_prefix('[')?.split_once(']')?;
            steps.push(match element {
                "" | "*" => Step::Every,
                place => Step::Element(place.parse().ok()?),
            });
            lists = rest;
        }
    }
    Some(steps)
}
