//! Files that people write for a migration: path → the measure, map, waivers, redaction, policy or facts in it. Two that were swapped are told
//! as what they are, and by which options they are named.

use crate::files::read;
use crate::gathered;
use crate::outcome::{Failure, Result};
use ratewright::migrate::{Policy, PolicyError};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::fmt::Display;
use std::path::Path;

/// What files are called, by which option they are named, and fields that none after them has.
const SORTS: [(&str, &str, &[&str]); 6] = [
    ("waivers", "replay --waivers", &["owner", "expires"]),
    (
        "a measure",
        "replay --measure",
        &["charges", "refusals", "ignored", "tolerances", "tolerance", "ordered", "zero_is_none", "totals_only"],
    ),
    ("a map", "replay --map", &["inputs", "answer", "separator"]),
    ("a redaction", "replay --redaction", &["erased", "tokens"]),
    (
        "a policy",
        "report --policy",
        &[
            "distinct_cases_per_rule",
            "distinct_cases_of_high_revenue",
            "distinct_cases",
            "shadow_days",
            "drops_at_most",
        ],
    ),
    ("facts", "report --facts", &["shadow", "drill", "approvals", "offered", "effective_dates"]),
];

/// What is written in a JSON file; what it is without one, where none is named.
pub fn written<T: DeserializeOwned + Default>(path: Option<&Path>, what: &str) -> Result<T> {
    let Some(path) = path else { return Ok(T::default()) };
    let text = read(path)?;
    let wrong = |why: String| Failure::usage(format!("`{}` is not {what}: {why}", path.display()));
    serde_json::from_str(&text).map_err(|error| wrong(why(what, &text, &error)))
}

/// The policy in a file; the usual demands, where none is named.
pub fn policy(path: Option<&Path>) -> Result<Policy> {
    let Some(path) = path else { return Ok(Policy::default()) };
    let text = read(path)?;
    text.parse().map_err(|error: PolicyError| gathered::wrong(path, &why("a policy", &text, &error)))
}

/// Why a text that cannot be read as what it should be is no such file.
pub fn why(what: &str, text: &str, error: &dyn Display) -> String {
    match (text.trim().is_empty(), gathered::sort_of(text), sort_of(text)) {
        (true, ..) => "it is empty".to_owned(),
        (_, Some(sort), _) => format!("it is {sort}"),
        (_, _, Some((other, option))) if other != what => format!("it looks like {other}, which `{option}` names"),
        // What is missing in a waiver is found behind it: its id says where.
        _ => match error.to_string().split_once(" at line ") {
            Some((words, _)) if words.starts_with("waiver ") => words.to_owned(),
            _ => error.to_string(),
        },
    }
}

/// What a text looks like by the fields that it has.
fn sort_of(text: &str) -> Option<(&'static str, &'static str)> {
    let value: Value = serde_json::from_str(text).ok()?;
    let fields = match &value {
        Value::Array(all) => all.first()?.as_object()?,
        other => other.as_object()?,
    };
    let (what, option, _) = SORTS.iter().find(|(.., own)| own.iter().any(|name| fields.contains_key(*name)))?;
    Some((what, option))
}
