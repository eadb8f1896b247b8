//! The fields of a JSON object that people write: text → fields by name, each taken once, and words about the first one that is wrong.
//!
//! Stricter than plain reading, since one word in such a file moves customers: a field that is not known is an error with what was
//! probably meant, and so is one that stands twice. Every message names the field by its path.

use crate::diagnostic::did_you_mean;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt;

/// The fields of one object that were not taken yet.
pub(super) struct Fields<'t> {
    /// Its path with a dot after it; empty for the whole text.
    path: String,
    left: Vec<(String, &'t RawValue)>,
}

impl<'t> Fields<'t> {
    /// The fields of a whole text.
    pub(super) fn of_text(text: &'t str, known: &[&str]) -> Result<Self, String> {
        let read: Entries<'t> = serde_json::from_str(text).map_err(|error| syntax(&error))?;
        Fields { path: String::new(), left: read.0 }.checked(known)
    }

    /// The fields of an object within, at a path such as `canary[2]`.
    pub(super) fn of_value(value: &'t RawValue, path: &str, known: &[&str]) -> Result<Self, String> {
        let read: Entries<'t> =
            serde_json::from_str(value.get()).map_err(|_| format!("`{path}` must be an object in braces"))?;
        Fields { path: format!("{path}."), left: read.0 }.checked(known)
    }

    fn checked(self, known: &[&str]) -> Result<Self, String> {
        for (index, (name, _)) in self.left.iter().enumerate() {
            let place = format!("`{}{name}`", self.path);
            if !known.contains(&name.as_str()) {
                return Err(match did_you_mean(name, known.iter().copied()) {
                    Some(meant) => format!("{place} is not known; did you mean `{meant}`?"),
                    None => format!("{place} is not known; what is known are {}", listed(known)),
                });
            }
            if self.left.iter().take(index).any(|(before, _)| before == name) {
                return Err(format!("{place} stands there twice"));
            }
        }
        Ok(self)
    }

    /// The path of a field.
    pub(super) fn path(&self, name: &str) -> String {
        format!("{}{name}", self.path)
    }

    /// A value as it was written, if it is there.
    pub(super) fn raw(&mut self, name: &str) -> Option<&'t RawValue> {
        let at = self.left.iter().position(|(known, _)| known == name)?;
        Some(self.left.swap_remove(at).1)
    }

    /// A value, if it is there; `wanted` says what it must be.
    pub(super) fn optional<T: Deserialize<'t>>(&mut self, name: &str, wanted: &str) -> Result<Option<T>, String> {
        let path = self.path(name);
        self.raw(name).map(|value| read(value, &path, wanted)).transpose()
    }

    /// A value that must be there.
    pub(super) fn required<T: Deserialize<'t>>(&mut self, name: &str, wanted: &str) -> Result<T, String> {
        self.optional(name, wanted)?.ok_or_else(|| format!("`{}` is missing: {wanted}", self.path(name)))
    }

    /// A text by what it says, if it is there; the words of its error are those of the type.
    pub(super) fn said<T: std::str::FromStr<Err: fmt::Display>>(
        &mut self,
        name: &str,
        wanted: &str,
    ) -> Result<Option<T>, String> {
        let text: Option<String> = self.optional(name, wanted)?;
        let path = self.path(name);
        text.map(|text| text.parse().map_err(|error| format!("`{path}`: {error}"))).transpose()
    }

    /// The elements of a list with their paths; none where it is not there.
    pub(super) fn list(&mut self, name: &str) -> Result<Vec<(String, &'t RawValue)>, String> {
        let path = self.path(name);
        let elements: Option<Vec<&RawValue>> = self.optional(name, "it must be a list in brackets")?;
        let numbered = elements.unwrap_or_default().into_iter().enumerate();
        Ok(numbered.map(|(index, value)| (format!("{path}[{index}]"), value)).collect())
    }
}

/// A value at a path.
pub(super) fn read<'t, T: Deserialize<'t>>(value: &'t RawValue, path: &str, wanted: &str) -> Result<T, String> {
    serde_json::from_str(value.get()).map_err(|_| format!("`{path}`: {wanted}, and it is {}", value.get()))
}

/// `a`, `b` and `c`.
pub(super) fn listed(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.split_last() {
        Some((last, before)) if !before.is_empty() => format!("{} and {last}", before.join(", ")),
        _ => quoted.concat(),
    }
}

/// What is wrong with a text that is no JSON object.
fn syntax(error: &serde_json::Error) -> String {
    let words = error.to_string();
    let words = words.split(" at line ").next().unwrap_or_default();
    format!("line {}, column {}: {words}", error.line(), error.column())
}

/// All entries of an object, also those that stand twice.
struct Entries<'t>(Vec<(String, &'t RawValue)>);

impl<'de> Deserialize<'de> for Entries<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Gather;
        impl<'de> Visitor<'de> for Gather {
            type Value = Entries<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object in braces")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
                let mut found = Vec::new();
                while let Some(name) = map.next_key::<String>()? {
                    found.push((name, map.next_value::<&RawValue>()?));
                }
                Ok(Entries(found))
            }
        }
        deserializer.deserialize_map(Gather)
    }
}
