//! A text of many rows: it is cut into batches, and the rows of a batch are read one after the other, each on its line.
//!
//! Cutting looks at ends of lines only (in a CSV file with quotes, at ends of records), so that whoever prices a batch also reads it;
//! nothing is kept of a row that has been read. The rows do not depend on where the text was cut.

use super::{taken, without_line, words};
use crate::terminal;
use csv::{ByteRecord, Reader, ReaderBuilder, StringRecord};
use serde_json::value::RawValue;

use super::InputFormat;

/// How many bytes a batch has at least, but for the last: some hundred rows.
const BATCH: usize = 32 * 1024;

/// How many elements of a JSON array are one batch.
const ELEMENTS: usize = 256;

/// What a row holds.
#[derive(Debug)]
pub enum Input<'a> {
    /// A JSON text; of JSON lines as it stands there, whatever it is ([`broken`] tells).
    Json(&'a str),
    /// Fields with their texts; an empty one is a field that is not given.
    Fields(&'a [(&'a str, &'a str)]),
    /// Why it cannot be read.
    Broken(String),
}

/// What names a row.
#[derive(Debug, Clone, Copy)]
pub struct Name<'a> {
    /// The line of the file on which it starts, from 1.
    pub line: usize,
    /// Where one of its fields names it and is no input: the number of a shipment.
    pub id: Option<&'a str>,
}

impl Name<'_> {
    /// `line 7`, or `line 7, SHP-1042` where a field names the row.
    pub fn title(&self) -> String {
        match self.id {
            Some(id) => format!("line {}, {id}", self.line),
            None => format!("line {}", self.line),
        }
    }
}

/// A text of rows whose frame has been read: the header of a CSV file, the whole of a JSON array.
#[derive(Debug)]
pub struct Source<'t> {
    text: &'t str,
    frame: Frame<'t>,
    /// The field that names a row and is no input.
    id: Option<&'t str>,
}

#[derive(Debug)]
enum Frame<'t> {
    /// One object, or the elements of an array, each with its line.
    Elements(Vec<(usize, &'t str)>),
    Lines,
    /// A CSV file, and where its first row begins.
    Table {
        headings: Vec<String>,
        body: usize,
    },
}

/// Neighbouring rows.
#[derive(Debug)]
pub struct Batch<'s> {
    /// The line on which it begins.
    line: usize,
    part: Part<'s>,
}

#[derive(Debug)]
enum Part<'s> {
    Elements(&'s [(usize, &'s str)]),
    Text(&'s str),
}

impl<'t> Source<'t> {
    /// Reads the frame; `id` is the field that names a row. An error is one of the whole text, in words for people.
    pub fn open(text: &'t str, format: InputFormat, id: Option<&'t str>) -> Result<Self, String> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let frame = match format {
            InputFormat::Json => Frame::Elements(elements(text)?),
            InputFormat::Jsonl => Frame::Lines,
            InputFormat::Csv => table(text)?,
        };
        Ok(Source { text, frame, id })
    }

    /// The headings of a CSV file that are inputs: all but that of the field that names a row.
    pub fn headings(&self) -> Option<Vec<&str>> {
        let Frame::Table { headings, .. } = &self.frame else { return None };
        let id = self.id_column();
        let inputs = headings.iter().enumerate().filter(|(at, _)| Some(*at) != id);
        Some(inputs.map(|(_, heading)| heading.as_str()).collect())
    }

    /// Whether any row has the field that names it, or there is no row.
    pub fn has_id(&self) -> bool {
        let mut empty = true;
        for batch in self.batches() {
            let found = self.each(&batch, |name, _| {
                empty = false;
                if name.id.is_some() { Err(()) } else { Ok(()) }
            });
            if found.is_err() {
                return true;
            }
        }
        empty
    }

    /// About how many rows there are; exactly, where none is empty or goes over several lines.
    pub fn about(&self) -> usize {
        match &self.frame {
            Frame::Elements(elements) => elements.len(),
            Frame::Lines | Frame::Table { .. } => lines_in(self.text),
        }
    }

    /// The rows, cut into batches.
    pub fn batches(&self) -> Batches<'_> {
        let (at, records) = match &self.frame {
            Frame::Table { body, .. } if self.text.contains('"') => {
                (*body, Some(reader(self.text.get(*body..).unwrap_or_default())))
            }
            Frame::Table { body, .. } => (*body, None),
            Frame::Elements(_) | Frame::Lines => (0, None),
        };
        let line = 1usize.saturating_add(lines_in(self.text.get(..at).unwrap_or_default()));
        Batches { source: self, start: at, at, line, records, record: ByteRecord::new() }
    }

    /// Gives every row of a batch, in order, until one gives an error back.
    pub fn each<E>(
        &self,
        batch: &Batch<'_>,
        mut row: impl FnMut(Name<'_>, Input<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        match (&batch.part, &self.frame) {
            (Part::Elements(elements), _) => {
                elements.iter().try_for_each(|(line, text)| self.json(*line, text, &mut row))
            }
            (Part::Text(text), Frame::Table { headings, .. }) => self.records(batch.line, text, headings, &mut row),
            (Part::Text(text), _) => {
                let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
                lines.into_iter().try_for_each(|(at, line)| self.json(batch.line.saturating_add(at), line, &mut row))
            }
        }
    }

    fn json<E>(
        &self,
        line: usize,
        text: &str,
        row: &mut impl FnMut(Name<'_>, Input<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        match self.id.and_then(|id| taken(text, id)) {
            Some((id, rest)) => row(Name { line, id: Some(&id) }, Input::Json(&rest)),
            None => row(Name { line, id: None }, Input::Json(text)),
        }
    }

    fn records<E>(
        &self,
        mut line: usize,
        text: &str,
        headings: &[String],
        row: &mut impl FnMut(Name<'_>, Input<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let id = self.id_column();
        let mut reader = reader(text);
        let mut record = StringRecord::new();
        let mut at = 0usize;
        loop {
            match reader.read_record(&mut record) {
                Ok(true) => {}
                Ok(false) => return Ok(()),
                Err(error) => return row(Name { line, id: None }, Input::Broken(error.to_string())),
            }
            let start = record.position().map_or(at, |position| usize::try_from(position.byte()).unwrap_or(at));
            let start = past_empty_lines(text, start);
            line = line.saturating_add(text.get(at..start).map_or(0, lines_in));
            at = start;
            if record.len() == 1 && record.get(0).is_some_and(|cell| cell.trim().is_empty()) {
                continue;
            }
            if record.len() != headings.len() {
                let cells = terminal::count(record.len(), "cell", "cells");
                let why = format!("the row has {cells}, the header has {}", headings.len());
                row(Name { line, id: None }, Input::Broken(why))?;
                continue;
            }
            let mut fields: Vec<(&str, &str)> = headings.iter().map(String::as_str).zip(&record).collect();
            let name = Name { line, id: id.map(|at| fields.remove(at).1) };
            row(name, Input::Fields(&fields))?;
        }
    }

    /// The column of the field that names a row.
    fn id_column(&self) -> Option<usize> {
        let Frame::Table { headings, .. } = &self.frame else { return None };
        headings.iter().position(|heading| Some(heading.as_str()) == self.id)
    }
}

/// The batches of a source, cut as they are asked for.
pub struct Batches<'s> {
    source: &'s Source<'s>,
    /// Where the first row begins.
    start: usize,
    /// Where the next batch begins: an element, or a byte.
    at: usize,
    /// The line of that byte.
    line: usize,
    /// Finds the ends of records where a line may end within one.
    records: Option<Reader<&'s [u8]>>,
    record: ByteRecord,
}

impl<'s> Iterator for Batches<'s> {
    type Item = Batch<'s>;

    fn next(&mut self) -> Option<Batch<'s>> {
        if let Frame::Elements(elements) = &self.source.frame {
            let part = elements.get(self.at..).and_then(|rest| rest.chunks(ELEMENTS).next())?;
            self.at = self.at.saturating_add(part.len());
            return Some(Batch { line: part.first()?.0, part: Part::Elements(part) });
        }
        let end = self.end();
        let text = self.source.text.get(self.at..end).filter(|text| !text.is_empty())?;
        let batch = Batch { line: self.line, part: Part::Text(text) };
        self.at = end;
        self.line = self.line.saturating_add(lines_in(text));
        Some(batch)
    }
}

impl Batches<'_> {
    /// Where the next batch ends: after a row.
    fn end(&mut self) -> usize {
        let text = self.source.text;
        let full = self.at.saturating_add(BATCH);
        let Some(rest) = text.as_bytes().get(full..) else { return text.len() };
        let Some(records) = &mut self.records else {
            let end = rest.iter().position(|byte| *byte == b'\n');
            return end.map_or(text.len(), |end| full.saturating_add(end).saturating_add(1));
        };
        while let Ok(true) = records.read_byte_record(&mut self.record) {
            let read = usize::try_from(records.position().byte()).unwrap_or(usize::MAX);
            let end = self.start.saturating_add(read);
            if end >= full {
                return end;
            }
        }
        text.len()
    }
}

/// Why a line is not JSON, where it is not.
pub fn broken(line: &str) -> Option<String> {
    let error = serde_json::from_str::<&RawValue>(line).err()?;
    Some(format!("this is not JSON: {}", without_line(&error)))
}

fn reader(text: &str) -> Reader<&[u8]> {
    ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes())
}

fn elements(text: &str) -> Result<Vec<(usize, &str)>, String> {
    if !text.trim_start().starts_with('[') {
        let whole: &RawValue = serde_json::from_str(text).map_err(|error| words(&error))?;
        return Ok(vec![(1, whole.get())]);
    }
    let elements: Vec<&RawValue> = serde_json::from_str(text).map_err(|error| words(&error))?;
    let (mut line, mut at) = (1usize, 0usize);
    let placed = |element: &RawValue| -> (usize, usize) {
        let start = (element.get().as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
        line = line.saturating_add(text.get(at..start).map_or(0, lines_in));
        at = start;
        (line, start)
    };
    let places: Vec<(usize, usize)> = elements.iter().copied().map(placed).collect();
    Ok(places.into_iter().zip(elements).map(|((line, _), element)| (line, element.get())).collect())
}

fn table<'t>(text: &str) -> Result<Frame<'t>, String> {
    let mut reader = reader(text);
    let mut header = StringRecord::new();
    reader.read_record(&mut header).map_err(|error| error.to_string())?;
    let headings: Vec<String> = header.iter().map(|name| name.trim().to_owned()).collect();
    if headings.iter().all(String::is_empty) {
        return Err("the first line of a CSV file names the fields, and there is none".to_owned());
    }
    if let [line] = headings.as_slice()
        && let Some((mark, words)) =
            [(';', "semicolons"), ('\t', "tabs")].into_iter().find(|(mark, _)| line.contains(*mark))
    {
        let count = line.split(mark).count();
        return Err(format!(
            "columns are separated by commas, not by {words}: the first line is read as one column, not as {count}; save the file as CSV with commas"
        ));
    }
    let body = usize::try_from(reader.position().byte()).unwrap_or(text.len());
    Ok(Frame::Table { headings, body })
}

/// How many lines end in a text.
fn lines_in(text: &str) -> usize {
    text.bytes().filter(|byte| *byte == b'\n').count()
}

/// Past the empty lines at a byte: the CSV reader says that a record begins before them.
fn past_empty_lines(text: &str, from: usize) -> usize {
    let rest = text.get(from..).unwrap_or("");
    from.saturating_add(rest.len().saturating_sub(rest.trim_start_matches(['\r', '\n']).len()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// Line, name and content of every row, and how many batches there were.
    fn rows(text: &str, format: InputFormat, id: Option<&str>) -> (Vec<(usize, Option<String>, String)>, usize) {
        let source = Source::open(text, format, id).unwrap();
        let (mut rows, mut batches) = (Vec::new(), 0);
        for batch in source.batches() {
            batches += 1;
            let collect = |name: Name<'_>, input: Input<'_>| {
                let content = match input {
                    Input::Json(text) => text.to_owned(),
                    Input::Fields(fields) => format!("{fields:?}"),
                    Input::Broken(why) => why,
                };
                rows.push((name.line, name.id.map(str::to_owned), content));
                Ok::<(), ()>(())
            };
            source.each(&batch, collect).unwrap();
        }
        (rows, batches)
    }

    #[test]
    fn rows_do_not_depend_on_where_the_text_is_cut() {
        for newline in ["\n", "\r\n"] {
            for cell in ["plain cell", "\"two\nlines, and a \"\"mark\"\"\""] {
                let records = (0..9_000).map(|n| format!("S-{n},{n},{cell}{newline}")).collect::<String>();
                let text = format!("id,n,text{newline}{newline}{records}");
                let (found, batches) = rows(&text, InputFormat::Csv, Some("id"));
                assert!(batches > 3 && found.len() == 9_000);
                let lines = cell.lines().count();
                let said = if lines == 2 { "two\nlines, and a \"mark\"" } else { cell };
                for (n, row) in found.iter().enumerate() {
                    let fields = [("n", n.to_string()), ("text", said.to_owned())];
                    assert_eq!(*row, (3 + n * lines, Some(format!("S-{n}")), format!("{fields:?}")));
                }
            }
        }
    }

    #[test]
    fn lines_and_elements_stand_where_they_stood_in_the_text() {
        let lines = (0..9_000).map(|n| format!("{{\"a\":{n}, \"filler\":\"0123456789\"}}\n\n")).collect::<String>();
        let (found, batches) = rows(&lines, InputFormat::Jsonl, Some("a"));
        assert!(batches > 3 && found.len() == 9_000);
        assert!(found.iter().enumerate().all(|(n, row)| row.0 == 2 * n + 1 && row.1 == Some(n.to_string())));
        assert!(found.iter().all(|row| row.2 == "{\"filler\":\"0123456789\"}"));
        let array = format!("[\n{}\n{{\"a\":0}}]", "{},\n".repeat(1_000));
        let (found, batches) = rows(&array, InputFormat::Json, None);
        assert!(batches > 1 && found.len() == 1_001);
        assert!(found.iter().enumerate().all(|(n, row)| row.0 == n + 2 + usize::from(n == 1_000)), "{found:?}");
    }

    #[test]
    fn whether_a_row_has_a_name_is_told_before_any_is_priced() {
        let has = |text, format| Source::open(text, format, Some("id")).unwrap().has_id();
        assert!(has("{\"a\":1}\n{\"id\":1}", InputFormat::Jsonl) && has("", InputFormat::Jsonl));
        assert!(!has("{\"a\":1}\n{\"b\":1}", InputFormat::Jsonl) && !has("a,b\n1,2", InputFormat::Csv));
        assert!(has("a,id\n1,2", InputFormat::Csv) && has("a,b\n", InputFormat::Csv));
    }
}
