//! Whether two records asked the same: two inputs → the fields in which they differ.
//!
//! No rules are known here, so that fields are held against each other as texts: numbers by their value, unless zeros stand before them, one without a unit as in that of
//! the other, a yes or no in each of its words, one that is not given as none. A JSON object and the row of a CSV file may say the same.

use super::{Input, json};
use ratewright::value::Number;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// How deep in each other lists and records are taken apart; what is deeper is held against the other as it is written.
const DEEPEST: usize = 32;

/// How many fields are told.
const TOLD: usize = 3;

impl Input {
    /// What was asked otherwise in another record, in words; none where both asked the same.
    pub(super) fn differs_from(&self, other: &Input) -> Option<String> {
        let (own, others) = (self.fields(), other.fields());
        let names = own.keys().chain(others.keys().filter(|name| !own.contains_key(*name)));
        let said = |fields: &BTreeMap<String, String>, name: &String| {
            fields.get(name).map_or_else(|| "not given".to_owned(), |text| format!("`{text}`"))
        };
        let different: Vec<&String> = names.filter(|name| !is_same(own.get(*name), others.get(*name))).collect();
        let told = different.iter().take(TOLD).map(|name| {
            format!("`{name}` is {} in the first file and {} in the second", said(&own, name), said(&others, name))
        });
        let told = told.collect::<Vec<_>>().join(", ");
        match different.len() {
            0 => None,
            count if count > TOLD => Some(format!("{told}, and {} more fields differ", count.saturating_sub(TOLD))),
            _ => Some(told),
        }
    }

    /// Its fields by their paths, such as `lines[0].class`, as far as they are given.
    fn fields(&self) -> BTreeMap<String, String> {
        match self {
            Input::Fields(fields) => fields.iter().filter(|(_, text)| !text.is_empty()).cloned().collect(),
            Input::Json(text) => {
                let mut fields = BTreeMap::new();
                if let Ok(value) = serde_json::from_str::<&RawValue>(text) {
                    gather(&mut fields, String::new(), value, 0);
                }
                fields
            }
        }
    }

    /// Whether it says nothing at all, as that of a file of answers alone.
    pub(super) fn is_nothing(&self) -> bool {
        matches!(self, Input::Fields(fields) if fields.iter().all(|(_, text)| text.is_empty()))
    }
}

fn gather(fields: &mut BTreeMap<String, String>, path: String, value: &RawValue, depth: usize) {
    let deeper = depth.saturating_add(1);
    if depth > DEEPEST {
        fields.insert(path, value.get().to_owned());
    } else if let Some(members) = json::members(value) {
        let dot = if path.is_empty() { "" } else { "." };
        members.into_iter().for_each(|(name, value)| gather(fields, format!("{path}{dot}{name}"), value, deeper));
    } else if let Some(elements) = json::elements(value) {
        (0_usize..).zip(elements).for_each(|(at, value)| gather(fields, format!("{path}[{at}]"), value, deeper));
    } else if value.get() != "null" {
        fields.insert(path, json::text(value));
    }
}

fn is_same(one: Option<&String>, other: Option<&String>) -> bool {
    let (Some(one), Some(other)) = (one, other) else { return one == other };
    let yes_or_no = |text: &str| match text {
        "yes" | "true" => Some(true),
        "no" | "false" => Some(false),
        _ => None,
    };
    // Digits with zeros before them are a postal code, an account: no number.
    let is_number = |text: &str| {
        let digits = text.trim_start_matches(['-', '+']);
        !digits.starts_with('0') || !digits.as_bytes().get(1).is_some_and(u8::is_ascii_digit)
    };
    let quantity = |text: &str| {
        let (number, unit) = text.split_once(' ').unwrap_or((text, ""));
        Some((Number::parse_exact(number).ok().filter(|_| is_number(number))?, unit.to_owned()))
    };
    let is_one_quantity = |(one, unit): (Number, String)| {
        quantity(other)
            .is_some_and(|(other, others)| one == other && (unit == others || unit.is_empty() || others.is_empty()))
    };
    one == other
        || quantity(one).is_some_and(is_one_quantity)
        || yes_or_no(one).is_some_and(|one| yes_or_no(other) == Some(one))
}
