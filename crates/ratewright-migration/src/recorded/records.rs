//! A file cut into records: bytes → the lines of JSONL, or the rows of CSV, each with the line that it begins on.
//!
//! Only ends of records are looked for here, so that others can read many records at once. Every byte belongs to a record or to an empty
//! line: a record that is too long is one that says so, and the next begins on the line after it. No more is held than one record.

use super::Form;
use super::packed::unpacked;
use std::collections::VecDeque;
use std::io::{BufRead, Error, Read, Result};

/// The most bytes of a line that are read over.
const LONGEST_SKIPPED: u64 = 64 << 20;

/// A record as it stands in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The line of the file on which it begins, from 1.
    pub line: u64,
    /// What stands there, without the end of its line.
    pub content: Content,
}

/// What stands in a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// Its bytes; they need not be text.
    Bytes(Vec<u8>),
    /// It is longer than a record may be.
    TooLong,
    /// A quote opens in it that is not closed within the length of a record.
    OpenQuote,
}

/// The records of a file, in their order; an error of the file ends them.
pub struct Records {
    source: Box<dyn BufRead + Send>,
    form: Form,
    separator: u8,
    longest: usize,
    /// Lines that were read and belong to no record yet.
    ahead: VecDeque<(u64, Line)>,
    line: u64,
    /// The last line that was read has no end.
    is_open: bool,
    /// How many cells the headings of a CSV file have, and the last row that was read.
    cells: Option<(usize, usize)>,
    /// A record that was looked at and not taken.
    first: Option<Result<Record>>,
    over: bool,
}

/// A line of the file with its end.
enum Line {
    Whole(Vec<u8>),
    TooLong,
}

impl Records {
    /// The records of a file, packed or not. `longest` is how many bytes one may have.
    ///
    /// # Errors
    /// The beginning cannot be read.
    pub(super) fn open(
        source: Box<dyn Read + Send>,
        form: impl FnOnce(&[u8]) -> Form,
        separator: u8,
        longest: usize,
    ) -> Result<Records> {
        let mut source = unpacked(source)?;
        if source.fill_buf()?.starts_with("\u{feff}".as_bytes()) {
            source.consume("\u{feff}".len());
        }
        let form = form(source.fill_buf()?);
        Ok(Records {
            source,
            form,
            separator,
            longest,
            ahead: VecDeque::new(),
            line: 0,
            is_open: false,
            cells: None,
            first: None,
            over: false,
        })
    }

    /// What the file is.
    pub(super) fn form(&self) -> Form {
        self.form
    }

    /// Whether the file has rows, and the last one that was read has no end and fewer cells than the headings, so that it was probably cut there.
    /// One that has all of them is as many programs write it, and its last cell may be cut all the same.
    pub fn ends_openly(&self) -> bool {
        self.is_open && self.cells.is_some_and(|(headings, last)| last < headings)
    }

    /// The next record, which is taken later; none where there is none, or an error.
    pub(super) fn look(&mut self) -> Option<&Record> {
        self.first = self.next();
        self.first.as_ref()?.as_ref().ok()
    }

    /// The next line with its end; none at the end of the file.
    fn line(&mut self) -> Result<Option<(u64, Line)>> {
        if let Some(line) = self.ahead.pop_front() {
            return Ok(Some(line));
        }
        let room = u64::try_from(self.longest).unwrap_or(u64::MAX).saturating_add(2); // with the end of the line
        let mut bytes = Vec::new();
        if self.source.by_ref().take(room).read_until(b'\n', &mut bytes)? == 0 {
            return Ok(None);
        }
        self.line = self.line.saturating_add(1);
        self.is_open = !bytes.ends_with(b"\n");
        if without_end(&bytes).len() <= self.longest {
            return Ok(Some((self.line, Line::Whole(bytes))));
        }
        if !bytes.ends_with(b"\n") {
            self.skip_line()?;
        }
        Ok(Some((self.line, Line::TooLong)))
    }

    /// Reads over the rest of a line. A file with a line of more than [`LONGEST_SKIPPED`] bytes holds no records.
    fn skip_line(&mut self) -> Result<()> {
        let mut skipped = 0_u64;
        loop {
            if skipped > LONGEST_SKIPPED {
                let words = format!(
                    "line {} is longer than {} MiB, so that this is no file of records",
                    self.line,
                    LONGEST_SKIPPED >> 20
                );
                return Err(Error::other(words));
            }
            let held = self.source.fill_buf()?;
            let end = held.iter().position(|byte| *byte == b'\n');
            let (used, over) = match end {
                Some(end) => (end.saturating_add(1), true),
                None => (held.len(), held.is_empty()),
            };
            self.source.consume(used);
            skipped = skipped.saturating_add(used as u64);
            if over {
                return Ok(());
            }
        }
    }

    fn record(&mut self) -> Result<Option<Record>> {
        loop {
            let Some((line, first)) = self.line()? else { return Ok(None) };
            let Line::Whole(bytes) = first else { return Ok(Some(Record { line, content: Content::TooLong })) };
            if bytes.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            let content = match self.form {
                Form::Jsonl => Content::Bytes(owned_without_end(bytes)),
                Form::Csv => self.row(bytes)?,
            };
            return Ok(Some(Record { line, content }));
        }
    }

    fn count(&mut self, row: &Cells) {
        let headings = self.cells.map_or(row.count, |(headings, _)| headings);
        self.cells = Some((headings, row.count));
    }

    /// A row of CSV goes on over ends of lines between quotes. Where it does not end, only its first line is given up, and the others
    /// are read as rows of their own.
    fn row(&mut self, bytes: Vec<u8>) -> Result<Content> {
        let mut cells = Cells { separator: self.separator, at: At::Start, count: 1 };
        let is_open = cells.is_open_after(&bytes);
        self.count(&cells);
        if !is_open {
            return Ok(Content::Bytes(owned_without_end(bytes)));
        }
        let mut row = bytes;
        let mut taken: VecDeque<(u64, Line)> = VecDeque::new();
        while let Some((number, next)) = self.line()? {
            let fits = match &next {
                Line::Whole(bytes) if row.len().saturating_add(bytes.len()) <= self.longest => {
                    row.extend_from_slice(bytes);
                    Some(cells.is_open_after(bytes))
                }
                _ => None,
            };
            taken.push_back((number, next));
            match fits {
                Some(true) => {}
                Some(false) => {
                    self.count(&cells);
                    return Ok(Content::Bytes(owned_without_end(row)));
                }
                None => break,
            }
        }
        taken.append(&mut self.ahead);
        self.ahead = taken;
        Ok(Content::OpenQuote)
    }
}

impl Iterator for Records {
    type Item = Result<Record>;

    fn next(&mut self) -> Option<Result<Record>> {
        if let Some(first) = self.first.take() {
            return Some(first);
        }
        if self.over {
            return None;
        }
        let record = self.record().transpose();
        self.over = !matches!(record, Some(Ok(_)));
        record
    }
}

impl std::fmt::Debug for Records {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Records").field("form", &self.form).field("line", &self.line).finish_non_exhaustive()
    }
}

/// Where in the cells of a row one is: quotes open at the start of a cell alone.
struct Cells {
    separator: u8,
    at: At,
    /// How many have begun.
    count: usize,
}

#[derive(PartialEq)]
enum At {
    Start,
    Plain,
    Quoted,
    AfterQuote,
}

impl Cells {
    /// Whether a quote is open behind these bytes.
    fn is_open_after(&mut self, bytes: &[u8]) -> bool {
        for byte in bytes {
            self.at = match (&self.at, *byte) {
                (At::Start | At::AfterQuote, b'"') | (At::Quoted, 0..=33 | 35..) => At::Quoted,
                (At::Quoted, b'"') => At::AfterQuote,
                (_, byte) if byte == self.separator => {
                    self.count = self.count.saturating_add(1);
                    At::Start
                }
                _ => At::Plain,
            };
        }
        self.at == At::Quoted
    }
}

fn without_end(bytes: &[u8]) -> &[u8] {
    let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    bytes.strip_suffix(b"\r").unwrap_or(bytes)
}

fn owned_without_end(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.truncate(without_end(&bytes).len());
    bytes
}
