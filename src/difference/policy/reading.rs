//! A policy as text.

use super::{Allowed, Policy};
use crate::value::{Currency, Number};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

/// Why a text is no policy, in words for who wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyError(String);

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the policy: {}", self.0)
    }
}

impl std::error::Error for PolicyError {}

/// The demands that a file can make.
const KNOWN: [&str; 14] = [
    "rate_percent",
    "rate_percent_of",
    "impact_percent",
    "impact_amount",
    "quote_percent",
    "unpriced",
    "charges_added",
    "charges_removed",
    "formulas",
    "rows_removed",
    "tests_removed",
    "inputs",
    "parameters",
    "accepted",
];

impl FromStr for Policy {
    type Err = PolicyError;

    fn from_str(text: &str) -> Result<Self, PolicyError> {
        let value: Value = serde_json::from_str(text).map_err(|error| PolicyError(format!("not JSON: {error}")))?;
        let Value::Object(fields) = value else {
            return Err(PolicyError("an object in braces is expected, such as {\"rate_percent\": 5}".to_string()));
        };
        let mut policy = Policy::default();
        for (name, value) in &fields {
            match name.as_str() {
                "rate_percent" => policy.rate_percent = percent(name, value)?,
                "rate_percent_of" => policy.rate_percent_of = map(name, value, percent)?,
                "impact_percent" => policy.impact_percent = percent(name, value)?,
                "impact_amount" => policy.impact_amount = amounts(name, value)?,
                "quote_percent" => policy.quote_percent = percent(name, value)?,
                "unpriced" => {
                    let expected = || PolicyError(format!("`{name}` is a whole number of inputs, from 0"));
                    policy.unpriced = value.as_u64().ok_or_else(expected)?;
                }
                "charges_added" => policy.charges_added = allowed(name, value)?,
                "charges_removed" => policy.charges_removed = allowed(name, value)?,
                "formulas" => policy.formulas = allowed(name, value)?,
                "rows_removed" => policy.rows_removed = allowed(name, value)?,
                "tests_removed" => policy.tests_removed = allowed(name, value)?,
                "inputs" => policy.inputs = allowed(name, value)?,
                "parameters" => policy.parameters = allowed(name, value)?,
                "accepted" => policy.accepted = map(name, value, reason)?,
                _ => {
                    let known: Vec<String> = KNOWN.iter().map(|name| format!("`{name}`")).collect();
                    return Err(PolicyError(format!("`{name}` is not known; known are {}", known.join(", "))));
                }
            }
        }
        Ok(policy)
    }
}

/// `5`, `2.5`, `"2.5"`, `"2.5%"`: from zero.
fn percent(name: &str, value: &Value) -> Result<Number, PolicyError> {
    let number = number(value, |text| text.strip_suffix('%').map_or(text, str::trim_end));
    number.ok_or_else(|| PolicyError(format!("`{name}` is a number of percent from 0, such as 10 or \"2.5\"")))
}

fn number(value: &Value, of_text: impl Fn(&str) -> &str) -> Option<Number> {
    let text = match value {
        Value::Number(number) => number.to_string(),
        Value::String(text) => of_text(text.trim()).to_string(),
        _ => return None,
    };
    Number::parse_json(&text).ok().filter(|number| !number.is_negative())
}

fn map<T>(
    name: &str,
    value: &Value,
    read: impl Fn(&str, &Value) -> Result<T, PolicyError>,
) -> Result<BTreeMap<String, T>, PolicyError> {
    let Value::Object(fields) = value else {
        return Err(PolicyError(format!("`{name}` is an object in braces, with a value for each name")));
    };
    let field = |(field, value): (&String, &Value)| Ok((field.clone(), read(&format!("{name}.{field}"), value)?));
    fields.iter().map(field).collect()
}

fn amounts(name: &str, value: &Value) -> Result<BTreeMap<Currency, Number>, PolicyError> {
    let read = |name: &str, value: &Value| {
        number(value, |text| text).ok_or_else(|| PolicyError(format!("`{name}` is an amount from 0, such as \"5000\"")))
    };
    let currency = |(code, amount): (String, Number)| match Currency::parse(&code) {
        Some(currency) => Ok((currency, amount)),
        None => Err(PolicyError(format!("`{name}`: `{code}` is no currency of ISO 4217"))),
    };
    map(name, value, read)?.into_iter().map(currency).collect()
}

fn allowed(name: &str, value: &Value) -> Result<Allowed, PolicyError> {
    match value.as_str() {
        Some("allowed") => Ok(Allowed::Always),
        Some("with a reason") => Ok(Allowed::WithReason),
        Some("forbidden") => Ok(Allowed::Never),
        _ => Err(PolicyError(format!("`{name}` is \"allowed\", \"with a reason\" or \"forbidden\""))),
    }
}

/// Nobody accepts a change without saying why.
fn reason(name: &str, value: &Value) -> Result<String, PolicyError> {
    let text = value.as_str().map(str::trim).filter(|text| !text.is_empty());
    text.map(str::to_string).ok_or_else(|| PolicyError(format!("`{name}` is the reason why the change is accepted")))
}
