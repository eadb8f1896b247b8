//! Recorded cases of old code: files in JSONL or CSV, packed with gzip or not → inputs with what the old code answered, one after the other.
//!
//! The capture format is one object a line: `id` of the request, `key` of the customer, `segment`, `time`, the `input` of the rules and the
//! `answer` as [`Answer`] is written. A [`Map`] says where things stand in a file of another form; `docs/capture.md` has all of it. Reading
//! is in two steps, so that many records can be read at once: [`Records`] cuts, [`Reading`] reads. Whatever cannot be a case is a [`Flaw`]
//! with its line and its cause; nothing is left out unsaid, and of a file no more is held than a record.

mod asked;
mod join;
mod json;
mod map;
mod packed;
mod reading;
mod records;
#[cfg(test)]
mod tests;

pub use join::{Ids, Joined, Joining, Pairs};
pub use map::{AnswerMap, List, Map, Origin};
pub use reading::Reading;
pub use records::{Content, Record, Records};

use ratewright::RuleSet;
use ratewright::input::wire::yes_and_no;
use ratewright::migrate::Answer;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fmt;
use std::io::Read;

/// How many bytes a record may have where nothing else is said.
pub const LONGEST: usize = 1024 * 1024;

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A JSON object a line.
    Jsonl,
    /// A line of headings, then a row for each case.
    Csv,
}

impl Form {
    /// What the name of a file says, packed (`.gz`) or not.
    pub fn of_name(name: &str) -> Option<Form> {
        let name = name.strip_suffix(".gz").unwrap_or(name);
        let (_, ending) = name.rsplit_once('.')?;
        match ending.to_ascii_lowercase().as_str() {
            "jsonl" | "ndjson" => Some(Form::Jsonl),
            "csv" => Some(Form::Csv),
            _ => None,
        }
    }

    /// What its first byte says.
    fn of_beginning(bytes: &[u8]) -> Form {
        match bytes.iter().find(|byte| !byte.is_ascii_whitespace()) {
            Some(b'{') => Form::Jsonl,
            _ => Form::Csv,
        }
    }
}

/// One recorded case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// The line on which it begins, from 1.
    pub line: u64,
    /// The id of the request.
    pub id: Option<String>,
    /// The customer or the contract.
    pub key: Option<String>,
    /// The segment of the customer.
    pub segment: Option<String>,
    /// When it was asked, as it was written.
    pub time: Option<String>,
    /// What was asked.
    pub input: Input,
    /// What the old code answered; none where the file does not say.
    pub answer: Option<Answer>,
}

/// What was asked, as a rule set takes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// A JSON object, its numbers as they were written.
    Json(String),
    /// Fields with their texts; an empty one is not given.
    Fields(Vec<(String, String)>),
}

impl Input {
    /// It as a JSON object: fields such as `lines[0].class` stand in lists and objects, with their texts as they are.
    pub fn to_json(&self) -> String {
        match self {
            Input::Json(text) => text.clone(),
            Input::Fields(fields) => object(fields).to_string(),
        }
    }

    /// It as the JSON that rules read as the same input: of fields, those that ask yes or no are `true` or `false`.
    pub fn json_for(self, rules: &RuleSet) -> Input {
        let Input::Fields(fields) = &self else { return self };
        let mut object = object(fields);
        yes_and_no(rules.program(), &mut object);
        Input::Json(object.to_string())
    }
}

fn object(fields: &[(String, String)]) -> Value {
    let mut object = Value::Object(serde_json::Map::new());
    for (name, text) in fields.iter().filter(|(_, text)| !text.is_empty()) {
        put(&mut object, name, text);
    }
    object
}

/// Puts a text at a path into a value; what stands in its way there is replaced.
fn put(value: &mut Value, path: &str, text: &str) {
    let mut place = value;
    for part in path.split(['.', '[', ']']).filter(|part| !part.is_empty()) {
        place = match part.parse::<usize>() {
            Ok(at) if at < MOST_ELEMENTS => {
                if !place.is_array() {
                    *place = Value::Array(Vec::new());
                }
                let Value::Array(list) = place else { return };
                while list.len() <= at {
                    list.push(Value::Null);
                }
                let Some(element) = list.get_mut(at) else { return };
                element
            }
            _ => {
                if !place.is_object() {
                    *place = Value::Object(serde_json::Map::new());
                }
                let Value::Object(members) = place else { return };
                members.entry(part).or_insert(Value::Null)
            }
        };
    }
    *place = Value::from(text);
}

/// How many elements a list of fields has at most.
const MOST_ELEMENTS: usize = 100_000;

/// Why something in a file is no case that can be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// A record is longer than it may be, or a quote is not closed in it.
    TooLong,
    /// It is no text, no JSON object, or a row with other columns than the headings.
    Unreadable,
    /// It has no input.
    NoInput,
    /// Its input or its answer is not as the map says.
    NotAsMapped,
    /// Its answer is none.
    WrongAnswer,
    /// It has no id, and ids are needed to join two files.
    NoId,
    /// A record before it has its id.
    Duplicate,
    /// The old code's answer is not there.
    NoAnswer,
    /// An answer for which there is no input.
    NoCase,
    /// An answer that came after its input had been given up.
    Late,
    /// Two records with one id whose inputs differ, where the same was to be asked twice.
    OtherInput,
}

impl Cause {
    /// How it is named in reports.
    pub fn words(self) -> &'static str {
        match self {
            Cause::TooLong => "too long",
            Cause::Unreadable => "unreadable",
            Cause::NoInput => "without an input",
            Cause::NotAsMapped => "not as the map says",
            Cause::WrongAnswer => "with an answer that cannot be read",
            Cause::NoId => "without an id",
            Cause::Duplicate => "with an id that was there before",
            Cause::NoAnswer => "without an answer",
            Cause::NoCase => "answers without an input",
            Cause::Late => "answers that came too late",
            Cause::OtherInput => "asked something else under one id",
        }
    }
}

/// A record that is no case, or a case that cannot be compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flaw {
    /// The line of the file on which it begins.
    pub line: u64,
    /// Whether that is the file of answers rather than that of inputs.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub of_answers: bool,
    /// The id, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Why.
    pub cause: Cause,
    /// The same in words, for people.
    pub words: String,
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.of_answers {
            f.write_str("answers, ")?;
        }
        write!(f, "line {}", self.line)?;
        if let Some(id) = &self.id {
            write!(f, ", {id}")?;
        }
        write!(f, ": {}", self.words)
    }
}

/// Why a file cannot be read at all.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The system says so.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// Its headings are not what the map says, or the map contradicts itself.
    #[error("{0}")]
    Frame(String),
}

/// An open file: its records, and how they are read.
#[derive(Debug)]
pub struct Recorded {
    /// The records, in the order of the file.
    pub records: Records,
    /// How one is read; by any thread.
    pub reading: Reading,
    misspelt: Vec<(String, &'static str)>,
}

impl Recorded {
    /// Opens a file, packed or not. Where `form` is not known, the first byte tells it. `longest` is how many bytes a record may have.
    ///
    /// ```
    /// use ratewright_migration::recorded::{LONGEST, Map, Recorded};
    ///
    /// let file = r#"{"id": "S-1", "key": "C-9", "input": {"weight": 3.0}, "answer": {"refused": {"code": "E17"}}}"#;
    /// let recorded = Recorded::open(Box::new(file.as_bytes()), None, &Map::default(), LONGEST)?;
    /// for record in recorded.records {
    ///     let case = recorded.reading.case(&record?).unwrap();
    ///     assert_eq!((case.line, case.id.as_deref()), (1, Some("S-1")));
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// The beginning cannot be read, or its headings are not what the map says.
    pub fn open(
        file: Box<dyn Read + Send>,
        form: Option<Form>,
        map: &Map,
        longest: usize,
    ) -> Result<Recorded, OpenError> {
        let separator = match map.separator.map(u8::try_from) {
            None => b',',
            Some(Ok(mark)) if mark.is_ascii() && mark != b'"' => mark,
            Some(_) => {
                return Err(OpenError::Frame("`separator` must be one sign such as `;`, and no quote".to_owned()));
            }
        };
        let tell = |beginning: &[u8]| form.unwrap_or_else(|| Form::of_beginning(beginning));
        let mut records = Records::open(file, tell, separator, longest)?;
        let (reading, misspelt) = match records.form() {
            Form::Jsonl => {
                let reading = Reading::of_lines(map);
                let misspelt = records.look().map(|first| reading.misspelt(first)).unwrap_or_default();
                (reading, misspelt)
            }
            Form::Csv => {
                let first = records.next().transpose()?;
                (Reading::of_rows(first.as_ref(), map, separator).map_err(OpenError::Frame)?, Vec::new())
            }
        };
        Ok(Recorded { records, reading, misspelt })
    }

    /// Fields of the first JSON record that nothing reads and that are called nearly as a field that it lacks, each with that one: `tiem`, `time`.
    pub fn misspelt(&self) -> &[(String, &'static str)] {
        &self.misspelt
    }
}
