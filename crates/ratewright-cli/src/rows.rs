//! Input rows: a JSON object, a JSON array, JSON lines, or a CSV file give rows with the line that each stands on.
//!
//! Only the frame is read here. The text of a JSON row goes on untouched, so that its numbers stay exact; the cells of a
//! CSV row go on as text. A row whose frame is broken has an error in its place, and the rows after it are still read.
//! A [`Source`] gives rows without keeping them; a [`Row`] is one that is kept.

mod source;

pub use source::{Batch, Input, Name, Source, broken};

use clap::ValueEnum;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::convert::Infallible;
use std::path::Path;

/// The format of an input file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum InputFormat {
    /// One object, or an array of objects.
    Json,
    /// One object a line.
    Jsonl,
    /// A header line with the names of the fields, then a line for each input.
    Csv,
}

impl InputFormat {
    /// The format that a file name or, for other names, the text itself tells.
    pub fn guess(path: &Path, text: &str) -> InputFormat {
        match path.extension().and_then(|extension| extension.to_str()) {
            Some("csv") => InputFormat::Csv,
            Some("jsonl" | "ndjson") => InputFormat::Jsonl,
            Some("json") => InputFormat::Json,
            _ => InputFormat::of_text(text),
        }
    }

    fn of_text(text: &str) -> InputFormat {
        let text = text.trim();
        if text.starts_with('[') {
            return InputFormat::Json;
        }
        if !text.starts_with('{') {
            return InputFormat::Csv;
        }
        let first = text.lines().next().unwrap_or("");
        let several = text.contains('\n') && serde_json::from_str::<&RawValue>(first).is_ok();
        if several { InputFormat::Jsonl } else { InputFormat::Json }
    }
}

/// One row, not yet bound to the fields of a rule set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The line of the file on which it starts, from 1.
    pub line: usize,
    /// What names it, where one of its fields does and is no input: the number of a shipment.
    pub id: Option<String>,
    /// What stands there.
    pub content: Content,
}

/// What a row holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// A JSON object, as it was written.
    Json(String),
    /// Fields with their texts; an empty one is a field that is not given.
    Fields(Vec<(String, String)>),
    /// Why it cannot be read.
    Broken(String),
}

/// The rows of a text. An error is one of the whole text, in words for people.
pub fn read(text: &str, format: InputFormat) -> Result<Vec<Row>, String> {
    let source = Source::open(text, format, None)?;
    let mut rows = Vec::new();
    for batch in source.batches() {
        let keep = |name: Name<'_>, input: Input<'_>| {
            rows.push(Row { line: name.line, id: None, content: Content::of(input) });
            Ok::<(), Infallible>(())
        };
        let Ok(()) = source.each(&batch, keep);
    }
    Ok(rows)
}

impl Content {
    fn of(input: Input<'_>) -> Content {
        match input {
            Input::Json(text) => match serde_json::from_str::<&RawValue>(text) {
                Ok(value) => Content::Json(value.get().to_owned()),
                Err(_) => Content::Broken(broken(text).unwrap_or_default()),
            },
            Input::Fields(fields) => {
                Content::Fields(fields.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect())
            }
            Input::Broken(why) => Content::Broken(why),
        }
    }
}

impl Row {
    /// Takes the field that names the row out of its input.
    pub fn take_id(&mut self, name: &str) {
        if let Some(id) = self.take(name) {
            self.id = Some(id);
        }
    }

    /// Takes a field out of the input: its text, where it is there.
    pub fn take(&mut self, name: &str) -> Option<String> {
        match &mut self.content {
            Content::Fields(fields) => {
                let at = fields.iter().position(|(field, _)| field == name)?;
                Some(fields.remove(at).1)
            }
            Content::Json(text) => {
                let (value, rest) = taken(text, name)?;
                *text = rest;
                Some(value)
            }
            Content::Broken(_) => None,
        }
    }

    /// The text of a field; in JSON also of one within others, `lines.0.class`.
    pub fn value(&self, name: &str) -> Option<String> {
        match &self.content {
            Content::Fields(fields) => fields.iter().find(|(field, _)| field == name).map(|(_, text)| text.clone()),
            Content::Json(text) => {
                let mut value: &RawValue = serde_json::from_str(text).ok()?;
                for part in name.split(['.', '[', ']']).filter(|part| !part.is_empty()) {
                    value = match part.parse::<usize>() {
                        Ok(at) if value.get().starts_with('[') => {
                            let list: Vec<&RawValue> = serde_json::from_str(value.get()).ok()?;
                            list.into_iter().nth(at)?
                        }
                        _ => {
                            let Members(members) = serde_json::from_str(value.get()).ok()?;
                            members.into_iter().find(|(field, _)| field == part)?.1
                        }
                    };
                }
                Some(text_of(value))
            }
            Content::Broken(_) => None,
        }
    }

    /// `line 7`, or `line 7, SHP-1042` where a field names the row.
    pub fn title(&self) -> String {
        Name { line: self.line, id: self.id.as_deref() }.title()
    }
}

/// A JSON object without the first member of a name, and what that says.
fn taken(text: &str, name: &str) -> Option<(String, String)> {
    let Members(mut members) = serde_json::from_str(text).ok()?;
    let at = members.iter().position(|(field, _)| field == name)?;
    let (_, value) = members.remove(at);
    let mut rest = String::with_capacity(text.len());
    for (field, value) in &members {
        rest.push(if rest.is_empty() { '{' } else { ',' });
        rest.push_str(&serde_json::to_string(field).ok()?);
        rest.push(':');
        rest.push_str(value.get());
    }
    rest.push_str(if rest.is_empty() { "{}" } else { "}" });
    Some((text_of(value), rest))
}

/// The text of a JSON value: of a string what it says, of others how it is written.
fn text_of(value: &RawValue) -> String {
    serde_json::from_str::<String>(value.get()).unwrap_or_else(|_| value.get().to_owned())
}

/// The members of a JSON object in order, also those of one name: what is wrong with them is said when they are priced.
struct Members<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'de> serde::Deserialize<'de> for Members<'de> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Visitor)
    }
}

fn words(error: &serde_json::Error) -> String {
    format!("line {}, column {}: {}", error.line(), error.column(), without_line(error))
}

/// serde_json's message without its own ` at line 1 column 2`.
fn without_line(error: &serde_json::Error) -> String {
    let message = error.to_string();
    message.split(" at line ").next().unwrap_or("").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(rows: &[Row]) -> Vec<usize> {
        rows.iter().map(|row| row.line).collect()
    }

    #[test]
    fn numbers_of_json_rows_are_not_touched() {
        let rows = read("[\n {\"a\": 1.10},\n\n {\"a\": 12345678901234567.89}]", InputFormat::Json).unwrap();
        assert_eq!(lines(&rows), [2, 4]);
        assert_eq!(rows[1].content, Content::Json("{\"a\": 12345678901234567.89}".into()));
    }

    #[test]
    fn a_field_that_names_the_row_is_taken_out() {
        let mut rows = read("{\"a\": 1.10, \"id\": \"S-1\", \"a\": 2}\n{\"id\": 7}\n{}", InputFormat::Jsonl).unwrap();
        rows.iter_mut().for_each(|row| row.take_id("id"));
        assert_eq!(rows[0].content, Content::Json("{\"a\":1.10,\"a\":2}".into()));
        let ids: Vec<_> = rows.iter().map(|row| row.id.as_deref()).collect();
        assert_eq!(ids, [Some("S-1"), Some("7"), None]);
        let mut rows = read("id,a\nS-2,1\n", InputFormat::Csv).unwrap();
        rows.iter_mut().for_each(|row| row.take_id("id"));
        assert_eq!(
            (rows[0].title().as_str(), &rows[0].content),
            ("line 2, S-2", &Content::Fields(vec![("a".into(), "1".into())]))
        );
    }

    #[test]
    fn a_field_within_others_is_found() {
        let rows = read("{\"a\": {\"b\": [1, {\"c\": \"x\"}]}, \"n\": 1.10}", InputFormat::Json).unwrap();
        let found: Vec<_> = ["a.b[1].c", "a.b.0", "n", "a.x"].iter().map(|name| rows[0].value(name)).collect();
        assert_eq!(found, [Some("x".into()), Some("1".into()), Some("1.10".into()), None]);
    }

    #[test]
    fn a_broken_line_does_not_hide_the_next() {
        let rows = read("{\"a\":1}\n\n{\"a\":\n{\"a\":2}\n", InputFormat::Jsonl).unwrap();
        assert_eq!(lines(&rows), [1, 3, 4]);
        assert!(matches!(&rows[1].content, Content::Broken(why) if why.starts_with("this is not JSON")));
    }

    #[test]
    fn columns_between_semicolons_are_told_as_such() {
        let error = read("weight;zone\n1;2\n", InputFormat::Csv).unwrap_err();
        assert!(error.starts_with("columns are separated by commas, not by semicolons"), "{error}");
    }

    #[test]
    fn a_csv_row_of_the_wrong_length_is_broken_alone() {
        let rows = read("\u{feff}a, b\n1,\"x\ny\"\n1\n\n2,\n", InputFormat::Csv).unwrap();
        assert_eq!(lines(&rows), [2, 4, 6]);
        assert_eq!(rows[0].content, Content::Fields(vec![("a".into(), "1".into()), ("b".into(), "x\ny".into())]));
        assert_eq!(rows[1].content, Content::Broken("the row has 1 cell, the header has 2".into()));
        assert_eq!(rows[2].content, Content::Fields(vec![("a".into(), "2".into()), ("b".into(), String::new())]));
    }

    #[test]
    fn the_text_tells_its_format_where_the_name_does_not() {
        let guess = |text| InputFormat::guess(Path::new("-"), text);
        assert_eq!(guess("{\"a\":1}\n{\"a\":2}"), InputFormat::Jsonl);
        assert_eq!(guess("{\n \"a\":1\n}"), InputFormat::Json);
        assert_eq!(guess(" [{}]"), InputFormat::Json);
        assert_eq!(guess("a,b\n1,2"), InputFormat::Csv);
        assert_eq!(InputFormat::guess(Path::new("x.ndjson"), ""), InputFormat::Jsonl);
    }
}
