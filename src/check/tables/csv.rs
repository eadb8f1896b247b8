//! CSV files, cell by cell with the place of each: RFC 4180, with or without a byte order mark, any line end.
//!
//! A record without quotes, which nearly all are, is split here; any other is read by csv-core. What that lets pass and no price list means is found here: quotes that do not close, text after a
//! closing quote, a quote in a bare cell, blanks around a cell.

use super::Problem;
use crate::diagnostic::codes;
use csv_core::{ReadFieldResult, Reader};
use std::ops::Range;

/// Reads a CSV text record by record. Empty lines are skipped.
pub(in crate::check) struct Csv<'a> {
    text: &'a str,
    at: usize,
    reader: Reader,
}

/// One record: its cells' texts and places. Kept and filled again for each record.
#[derive(Debug, Default)]
pub(in crate::check) struct Record<'a> {
    /// The text of the file, if the cells stand there as they are.
    plain: Option<&'a str>,
    /// Else their texts without quotes.
    bytes: Vec<u8>,
    cells: Vec<(Range<usize>, Range<usize>)>,
}

impl Record<'_> {
    /// The cells: their text, and their bytes in the file with quotes.
    pub(in crate::check) fn cells(&self) -> impl ExactSizeIterator<Item = (&str, Range<usize>)> {
        self.cells.iter().map(|(text, place)| {
            let text = match self.plain {
                Some(file) => file.get(text.clone()),
                None => self.bytes.get(text.clone()).and_then(|bytes| std::str::from_utf8(bytes).ok()),
            };
            (text.unwrap_or_default(), place.clone())
        })
    }

    /// The problem of a line of headings that are separated by something else than commas.
    pub(in crate::check) fn semicolons(&self) -> Option<Problem> {
        let mut cells = self.cells();
        let (line, _) = cells.next().filter(|_| cells.len() == 0)?;
        let (mark, name) = [(';', "semicolons"), ('\t', "tabs")].into_iter().find(|(mark, _)| line.contains(*mark))?;
        let count = line.split(mark).count();
        Some(
            Problem::new(codes::BAD_CSV, format!("columns are separated by commas, not by {name}"))
                .help(format!("this is read as one column, not as {count}: save the file as CSV with commas")),
        )
    }

    /// The bytes of the whole record in the file.
    pub(in crate::check) fn place(&self) -> Range<usize> {
        let start = self.cells.first().map_or(0, |(_, place)| place.start);
        start..self.cells.last().map_or(0, |(_, place)| place.end)
    }
}

impl<'a> Csv<'a> {
    pub(in crate::check) fn new(text: &'a str) -> Self {
        let at = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        Csv { text, at, reader: Reader::new() }
    }

    /// Reads the next record; `false` at the end. The problem of a broken record comes with the place of the broken cell;
    /// after an unclosed quote nothing more can be read.
    pub(in crate::check) fn next(&mut self, record: &mut Record<'a>) -> Result<bool, (Problem, Range<usize>)> {
        record.bytes.clear();
        record.cells.clear();
        let bytes = self.text.as_bytes();
        while matches!(bytes.get(self.at), Some(b'\r' | b'\n')) {
            self.at = self.at.saturating_add(1);
        }
        if self.at >= bytes.len() {
            return Ok(false);
        }
        if self.plain(record) { Ok(true) } else { self.quoted(record) }
    }

    /// Reads a record in which no quote stands, up to the end of its line; `false`, and nothing is read, where it is none.
    fn plain(&mut self, record: &mut Record<'a>) -> bool {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        let mut end = rest.len();
        let mut start = 0;
        let mut cell = |start: usize, end: usize| {
            let place = self.at.saturating_add(start)..self.at.saturating_add(end);
            record.cells.push((place.clone(), place));
        };
        for (at, byte) in rest.iter().enumerate() {
            match byte {
                b',' => {
                    cell(start, at);
                    start = at.saturating_add(1);
                }
                b'\n' => {
                    end = at;
                    break;
                }
                b'\r' if rest.get(at.saturating_add(1)) == Some(&b'\n') => {
                    end = at;
                    break;
                }
                b'"' | b'\r' => {
                    record.cells.clear();
                    return false;
                }
                _ => {}
            }
        }
        cell(start, end);
        record.plain = Some(self.text);
        self.at = self.at.saturating_add(end);
        true
    }

    /// Reads any record.
    fn quoted(&mut self, record: &mut Record<'a>) -> Result<bool, (Problem, Range<usize>)> {
        record.plain = None;
        self.reader.reset();
        let mut broken = None;
        loop {
            let (place, last) = self.field(record);
            if broken.is_none() {
                broken = self.problem(&place).map(|problem| (problem, place));
            }
            if last {
                break;
            }
        }
        broken.map_or(Ok(true), Err)
    }

    /// Reads one field to the end of `record`; its place, and whether it was the last of its record.
    fn field(&mut self, record: &mut Record<'a>) -> (Range<usize>, bool) {
        let start = self.at;
        let text_start = record.bytes.len();
        let mut used = text_start;
        let last = loop {
            if record.bytes.len() < used.saturating_add(64) {
                record.bytes.resize(used.saturating_mul(2).saturating_add(256), 0);
            }
            let input = self.text.as_bytes().get(self.at..).unwrap_or_default();
            let output = record.bytes.get_mut(used..).unwrap_or_default();
            let (result, read, written) = self.reader.read_field(input, output);
            self.at = self.at.saturating_add(read);
            used = used.saturating_add(written);
            match result {
                ReadFieldResult::InputEmpty | ReadFieldResult::OutputFull => {}
                ReadFieldResult::Field { record_end } => break record_end,
                ReadFieldResult::End => break true,
            }
        };
        record.bytes.truncate(used);
        let raw = self.text.get(start..self.at).unwrap_or_default();
        let trimmed = raw.strip_suffix(',').filter(|_| !last).unwrap_or_else(|| raw.trim_end_matches(['\r', '\n']));
        let place = start..start.saturating_add(trimmed.len());
        record.cells.push((text_start..used, place.clone()));
        (place, last)
    }

    fn problem(&self, place: &Range<usize>) -> Option<Problem> {
        let raw = self.text.get(place.clone()).unwrap_or_default();
        let bad = |what: &str, help: &str| Some(Problem::new(codes::BAD_CSV, what).help(help));
        let Some(inner) = raw.strip_prefix('"') else {
            if raw.trim_start().starts_with('"') {
                return bad("a blank stands before the opening quote", "begin the cell with its quote");
            }
            if raw.contains('"') {
                return bad(
                    "a quote in a cell without quotes",
                    "put the cell in quotes and write the quote twice: `\"6\"\" pipe\"`",
                );
            }
            return None;
        };
        let without_pairs = inner.replace("\"\"", "");
        match without_pairs.find('"') {
            None => bad("a quote that is never closed", "close the cell with `\"` before the next comma"),
            Some(at) if at.saturating_add(1) < without_pairs.len() => {
                bad("text after the closing quote", "a quote inside a cell in quotes is written twice")
            }
            Some(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn read(text: &str) -> Vec<Vec<(String, String)>> {
        let mut csv = Csv::new(text);
        let mut record = Record::default();
        let mut records = Vec::new();
        while csv.next(&mut record).unwrap() {
            records.push(record.cells().map(|(cell, place)| (cell.to_string(), text[place].to_string())).collect());
        }
        records
    }

    #[test]
    fn cells_have_their_text_and_their_place() {
        let pairs =
            |cells: &[(&str, &str)]| cells.iter().map(|(a, b)| (a.to_string(), b.to_string())).collect::<Vec<_>>();
        let expected = vec![pairs(&[("a", "a"), ("b, \"c\"", "\"b, \"\"c\"\"\"")]), pairs(&[("", ""), ("é", "é")])];
        assert_eq!(read("\u{feff}a,\"b, \"\"c\"\"\"\r\n\r\n,é\r\n"), expected);
        assert_eq!(read("a,\"b, \"\"c\"\"\"\n,é"), expected);
        assert_eq!(read(""), Vec::<Vec<_>>::new());
        assert_eq!(read("\n\n"), Vec::<Vec<_>>::new());
        assert_eq!(read("a,\n").first().unwrap().len(), 2);
        assert_eq!(read("\"two\r\nlines\",x").first().unwrap().first().unwrap().0, "two\r\nlines");
    }

    proptest::proptest! {
        #[test]
        fn a_record_without_quotes_is_what_the_reader_of_any_record_finds(text in "[a,\r\n\u{e9} \"]{0,12}") {
            let (mut one, mut other) = (Csv::new(&text), Csv::new(&text));
            let (mut plain, mut any) = (Record::default(), Record::default());
            while let Ok(true) = one.next(&mut plain) {
                other.at = plain.place().start;
                any.bytes.clear();
                any.cells.clear();
                proptest::prop_assert!(other.quoted(&mut any).is_ok());
                let cells = |record: &Record<'_>| record.cells().map(|(cell, at)| (cell.to_string(), at)).collect::<Vec<_>>();
                proptest::prop_assert_eq!(cells(&plain), cells(&any));
            }
        }
    }

    #[test]
    fn broken_quotes_are_found_where_they_are() {
        for (text, words, at) in [
            ("a,b\n1,\"2\n3,4\n", "never closed", 6),
            ("a,\"b\"c\n", "after the closing", 2),
            ("a,b\"c\n", "without quotes", 2),
            ("a, \"b\"\n", "before the opening", 2),
        ] {
            let mut csv = Csv::new(text);
            let mut record = Record::default();
            let (problem, place) = loop {
                match csv.next(&mut record) {
                    Ok(more) => assert!(more, "no problem in {text:?}"),
                    Err(found) => break found,
                }
            };
            assert!(problem.title.contains(words), "{}", problem.title);
            assert_eq!(place.start, at, "{text:?}");
        }
    }
}
