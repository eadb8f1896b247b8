//! Where things stand in records of a form of their own: a JSON file that people write → which field is which input, and which the answer.
//!
//! What legacy charges come to in those of the rules is not said here, but in a [`WrittenMeasure`](ratewright::migrate::WrittenMeasure).

use ratewright::diagnostic::did_you_mean;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// Where things stand in a record. What is not said stands where [the capture format](crate::recorded) has it. Fields are the headings of a
/// CSV file, and in JSON paths such as `request.lines[0].weight`.
///
/// ```
/// let map: ratewright_migration::recorded::Map = serde_json::from_str(r#"{
///     "id": "SHIPMENT_NO",
///     "key": "CUSTOMER_NO",
///     "inputs": {
///         "weight":  { "from": "WEIGHT", "unit": "lb" },
///         "service": { "from": "SVC", "values": { "2D": "TwoDay", "GR": "Ground" } },
///         "country": { "value": "US" }
///     },
///     "answer": { "currency": "USD", "lines": { "FRT": "FREIGHT_AMT", "FSC": "FUEL_AMT" }, "total": "TOTAL_AMT", "refused": "ERROR_CODE" }
/// }"#)?;
/// assert_eq!(map.key.as_deref(), Some("CUSTOMER_NO"));
/// assert!(serde_json::from_str::<ratewright_migration::recorded::Map>(r#"{"ids": "SHIPMENT_NO"}"#).is_err());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Map {
    /// The field with the id of the request.
    pub id: Option<String>,
    /// The field with the customer or the contract.
    pub key: Option<String>,
    /// The field with the segment of the customer.
    pub segment: Option<String>,
    /// The field with the moment of the request.
    pub time: Option<String>,
    /// The field with the whole input, in JSON.
    pub input: Option<String>,
    /// Where each input of the rules comes from. Where nothing is said, in CSV every other column is the input of its name.
    pub inputs: BTreeMap<String, Origin>,
    /// Where the answer stands.
    pub answer: AnswerMap,
    /// What stands between the columns of a CSV file, where it is no comma.
    pub separator: Option<char>,
}

/// Where an input comes from.
#[derive(Debug, Clone)]
pub struct Origin {
    /// From this field,
    pub from: Option<String>,
    /// or it is always this,
    pub value: Option<Box<RawValue>>,
    /// with what its texts are called in the rules; a text that is not here is an error of its record,
    pub values: BTreeMap<String, String>,
    /// and with this unit, where the field is a bare number.
    pub unit: Option<String>,
}

/// Where the answer stands, where it is not written as [`Answer`](ratewright::migrate::Answer) is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AnswerMap {
    /// The field with the whole answer, in JSON.
    pub at: Option<String>,
    /// The codes of legacy lines, each with the field of its amount; an empty field is no line.
    pub lines: BTreeMap<String, String>,
    /// A list of lines, in JSON.
    pub list: Option<List>,
    /// The field of the total.
    pub total: Option<String>,
    /// The currency of all amounts that do not name theirs.
    pub currency: Option<String>,
    /// The field with the currency of all amounts that do not name theirs.
    pub currency_from: Option<String>,
    /// The field with the code of a refusal; empty where there is none.
    pub refused: Option<String>,
    /// The field with the words of a refusal.
    pub words: Option<String>,
    /// The field with what happened where the legacy side failed; empty where it did not.
    pub failed: Option<String>,
}

/// A list of lines in a JSON record.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct List {
    /// Where the list stands.
    pub at: String,
    /// The field of a line with its code.
    pub charge: String,
    /// The field of a line with its amount.
    pub amount: String,
    /// The field of a line with its currency.
    pub currency: Option<String>,
}

impl AnswerMap {
    /// Whether anything is said of where parts of the answer stand.
    pub(super) fn has_parts(&self) -> bool {
        let AnswerMap { at: _, lines, list, total, currency: _, currency_from: _, refused, words: _, failed } = self;
        !lines.is_empty() || [total, refused, failed].into_iter().any(Option::is_some) || list.is_some()
    }

    /// Every field that is named.
    pub(super) fn fields(&self) -> impl Iterator<Item = &str> {
        let AnswerMap { at: _, lines, list: _, total, currency: _, currency_from, refused, words, failed } = self;
        let single = [total, currency_from, refused, words, failed].into_iter().flatten();
        lines.values().chain(single).map(String::as_str)
    }

    /// Where the answer stands in a CSV file of the capture format: in the columns whose names begin with `answer.`; one that is none of them
    /// is not passed over, in words.
    pub(super) fn of_headings(headings: &[String]) -> Result<Self, String> {
        let mut map = AnswerMap::default();
        for heading in headings {
            let Some(part) = heading.strip_prefix(COLUMN) else { continue };
            let place = Some(heading.clone());
            match (part, part.strip_prefix(CHARGE)) {
                ("total", _) => map.total = place,
                ("currency", _) => map.currency_from = place,
                ("refused", _) => map.refused = place,
                ("words", _) => map.words = place,
                ("failed", _) => map.failed = place,
                (_, Some(code)) if !code.is_empty() => drop(map.lines.insert(code.to_owned(), heading.clone())),
                _ => return Err(no_part(heading)),
            }
        }
        Ok(map)
    }
}

/// What is wrong with a heading that is no part of an answer.
fn no_part(heading: &str) -> String {
    let parts = ["total", "currency", "refused", "words", "failed"].map(|part| format!("{COLUMN}{part}"));
    // The code of a charge is anything: what stands before it is what may be misspelt.
    let charge = heading.rsplit_once('.').filter(|(before, code)| format!("{before}.") != COLUMN && !code.is_empty());
    let charge = charge.map(|(_, code)| format!("{COLUMN}{CHARGE}{code}"));
    let all = parts.iter().chain(&charge).map(String::as_str);
    let help = match did_you_mean(heading, all) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("the columns of an answer are {} and {COLUMN}{CHARGE}… with a code", parts.join(", ")),
    };
    format!("the column `{heading}` is no part of an answer: {help}")
}

/// What the names of a CSV file's columns begin with that hold the answer.
pub(super) const COLUMN: &str = "answer.";

/// With what the names go on of those of them that hold a charge.
const CHARGE: &str = "charge.";

/// A field by its name, or an object.
impl<'de> Deserialize<'de> for Origin {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Default, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        struct Written {
            from: Option<String>,
            value: Option<Box<RawValue>>,
            values: BTreeMap<String, String>,
            unit: Option<String>,
        }
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        let read = match raw.get().starts_with('"') {
            true => serde_json::from_str(raw.get()).map(|from| Written { from: Some(from), ..Written::default() }),
            false => serde_json::from_str(raw.get()),
        };
        let Written { from, value, values, unit } = read.map_err(serde::de::Error::custom)?;
        if from.is_some() == value.is_some() {
            return Err(serde::de::Error::custom(
                "an input comes from a field (`from`) or is always the same (`value`)",
            ));
        }
        Ok(Origin { from, value, values, unit })
    }
}
