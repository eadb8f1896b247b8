//! Input rows: a JSON object, a JSON array, JSON lines, or a CSV file give rows with the line that each stands on.
//!
//! Only the frame is read here. The text of a JSON row goes on untouched, so that its numbers stay exact; the cells of a
//! CSV row go on as text. A row whose frame is broken is a [`Row`] with an error, and the rows after it are still read.

use crate::terminal;
use clap::ValueEnum;
use serde_json::value::RawValue;
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
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    match format {
        InputFormat::Json => json(text),
        InputFormat::Jsonl => Ok(json_lines(text)),
        InputFormat::Csv => csv(text),
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
                let Members(mut members) = serde_json::from_str(text).ok()?;
                let at = members.iter().position(|(field, _)| field == name)?;
                let value = members.remove(at).1;
                let members: Vec<String> = members
                    .iter()
                    .map(|(field, value)| format!("{}:{}", serde_json::Value::from(field.as_str()), value.get()))
                    .collect();
                *text = format!("{{{}}}", members.join(","));
                Some(text_of(&value))
            }
            Content::Broken(_) => None,
        }
    }

    /// The text of a field; in JSON also of one within others, `lines.0.class`.
    pub fn value(&self, name: &str) -> Option<String> {
        match &self.content {
            Content::Fields(fields) => fields.iter().find(|(field, _)| field == name).map(|(_, text)| text.clone()),
            Content::Json(text) => {
                let mut value: Box<RawValue> = serde_json::from_str(text).ok()?;
                for part in name.split(['.', '[', ']']).filter(|part| !part.is_empty()) {
                    value = match part.parse::<usize>() {
                        Ok(at) if value.get().starts_with('[') => {
                            let list: Vec<Box<RawValue>> = serde_json::from_str(value.get()).ok()?;
                            list.into_iter().nth(at)?
                        }
                        _ => {
                            let Members(members) = serde_json::from_str(value.get()).ok()?;
                            members.into_iter().find(|(field, _)| field == part)?.1
                        }
                    };
                }
                Some(text_of(&value))
            }
            Content::Broken(_) => None,
        }
    }

    /// `line 7`, or `line 7, SHP-1042` where a field names the row.
    pub fn title(&self) -> String {
        match &self.id {
            Some(id) => format!("line {}, {id}", self.line),
            None => format!("line {}", self.line),
        }
    }
}

/// The text of a JSON value: of a string what it says, of others how it is written.
fn text_of(value: &RawValue) -> String {
    serde_json::from_str::<String>(value.get()).unwrap_or_else(|_| value.get().to_owned())
}

/// The members of a JSON object in order, also those of one name: what is wrong with them is said when they are priced.
struct Members(Vec<(String, Box<RawValue>)>);

impl<'de> serde::Deserialize<'de> for Members {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = Members;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
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

fn json(text: &str) -> Result<Vec<Row>, String> {
    if !text.trim_start().starts_with('[') {
        let whole: &RawValue = serde_json::from_str(text).map_err(|error| words(&error))?;
        return Ok(vec![Row { line: 1, id: None, content: Content::Json(whole.get().to_owned()) }]);
    }
    let elements: Vec<&RawValue> = serde_json::from_str(text).map_err(|error| words(&error))?;
    let mut rows = Vec::with_capacity(elements.len());
    let (mut line, mut at) = (1usize, 0usize);
    for element in elements {
        let start = (element.get().as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
        line = line.saturating_add(lines_between(text, at, start));
        at = start;
        rows.push(Row { line, id: None, content: Content::Json(element.get().to_owned()) });
    }
    Ok(rows)
}

fn json_lines(text: &str) -> Vec<Row> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(index, line)| {
            let content = match serde_json::from_str::<&RawValue>(line) {
                Ok(value) => Content::Json(value.get().to_owned()),
                Err(error) => Content::Broken(format!("this is not JSON: {}", without_line(&error))),
            };
            Row { line: index.saturating_add(1), id: None, content }
        })
        .collect()
}

fn csv(text: &str) -> Result<Vec<Row>, String> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let names: Vec<String> = match reader.headers() {
        Ok(header) => header.iter().map(|name| name.trim().to_owned()).collect(),
        Err(error) => return Err(error.to_string()),
    };
    if names.iter().all(String::is_empty) {
        return Err("the first line of a CSV file names the fields, and there is none".to_owned());
    }
    if let [line] = names.as_slice()
        && let Some((mark, words)) =
            [(';', "semicolons"), ('\t', "tabs")].into_iter().find(|(mark, _)| line.contains(*mark))
    {
        let count = line.split(mark).count();
        return Err(format!(
            "columns are separated by commas, not by {words}: the first line is read as one column, not as {count}; save the file as CSV with commas"
        ));
    }
    let mut rows = Vec::new();
    let (mut line, mut at) = (1usize, 0usize);
    for record in reader.records() {
        let record = record.map_err(|error| error.to_string())?;
        let start = record.position().map_or(at, |position| usize::try_from(position.byte()).unwrap_or(at));
        let start = past_empty_lines(text, start);
        line = line.saturating_add(lines_between(text, at, start));
        at = start;
        if record.len() == 1 && record.get(0).is_some_and(|cell| cell.trim().is_empty()) {
            continue;
        }
        let content = if record.len() == names.len() {
            let pairs = names.iter().zip(record.iter());
            Content::Fields(pairs.map(|(name, cell)| (name.clone(), cell.to_owned())).collect())
        } else {
            let cells = terminal::count(record.len(), "cell", "cells");
            Content::Broken(format!("the row has {cells}, the header has {}", names.len()))
        };
        rows.push(Row { line, id: None, content });
    }
    Ok(rows)
}

/// How many lines end between two bytes.
fn lines_between(text: &str, from: usize, to: usize) -> usize {
    text.get(from..to).map_or(0, |between| between.matches('\n').count())
}

/// Past the empty lines at a byte: the CSV reader says that a record begins before them.
fn past_empty_lines(text: &str, from: usize) -> usize {
    let rest = text.get(from..).unwrap_or("");
    from.saturating_add(rest.len().saturating_sub(rest.trim_start_matches(['\r', '\n']).len()))
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
        let error = csv("weight;zone\n1;2\n").unwrap_err();
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
