//! JSON texts taken apart without reading their numbers: a text and a path → the value there, as it was written.

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::HashSet;
use std::hash::{Hash, Hasher};

/// The value at a path such as `request.lines[0].weight`; none where nothing is there, or `null`.
pub(super) fn at<'t>(text: &'t RawValue, path: &str) -> Option<&'t RawValue> {
    let mut value = text;
    for part in path.split(['.', '[', ']']).filter(|part| !part.is_empty()) {
        value = match part.parse::<usize>() {
            Ok(place) if value.get().starts_with('[') => elements(value)?.into_iter().nth(place)?,
            _ => {
                let Members(members) = serde_json::from_str(value.get()).ok()?;
                members.into_iter().find(|(name, _)| name == part)?.1
            }
        };
    }
    (value.get() != "null").then_some(value)
}

/// The members of an object.
pub(super) fn members(object: &RawValue) -> Option<Vec<(Cow<'_, str>, &RawValue)>> {
    serde_json::from_str(object.get()).ok().map(|Members(members)| members)
}

/// The elements of a list.
pub(super) fn elements(list: &RawValue) -> Option<Vec<&RawValue>> {
    serde_json::from_str(list.get()).ok()
}

/// What a text says, and of every other value how it is written.
pub(super) fn text(value: &RawValue) -> String {
    serde_json::from_str::<String>(value.get()).unwrap_or_else(|_| value.get().to_owned())
}

/// serde_json's words without its own place.
pub(super) fn words(error: &serde_json::Error) -> String {
    let message = error.to_string();
    let words = message.split(" at line ").next().unwrap_or_default();
    format!("column {}: {words}", error.column())
}

/// A name, by which members are told apart. Tests count how often two are held against each other.
#[derive(Eq)]
struct Name<'t>(Cow<'t, str>);

impl PartialEq for Name<'_> {
    fn eq(&self, other: &Self) -> bool {
        #[cfg(test)]
        COMPARED.set(COMPARED.get() + 1);
        self.0 == other.0
    }
}

impl Hash for Name<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

#[cfg(test)]
thread_local! {
    pub(super) static COMPARED: std::cell::Cell<u64> = const { std::cell::Cell::new(0) };
}

/// The members of an object, as they were written. Read in time in proportion to its length, however many it has.
struct Members<'t>(Vec<(Cow<'t, str>, &'t RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Gather;
        impl<'de> Visitor<'de> for Gather {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object in braces")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
                let mut members: Vec<(Cow<'de, str>, &'de RawValue)> = Vec::new();
                let mut known: HashSet<Name<'de>> = HashSet::new();
                while let Some((name, value)) = map.next_entry::<Cow<'de, str>, &'de RawValue>()? {
                    if !known.insert(Name(name.clone())) {
                        return Err(serde::de::Error::custom(format!("`{name}` is there twice")));
                    }
                    members.push((name, value));
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Gather)
    }
}

/// Whether a value is an object none of whose members is there twice; why it is not.
pub(super) fn check_object(value: &RawValue) -> Result<(), String> {
    serde_json::from_str::<Members<'_>>(value.get()).map(drop).map_err(|error| words(&error))
}
