//! The rows of a CSV file or a sheet, one after the other, as often as they are asked for.
//!
//! A CSV file is streamed: a pass holds one row in memory. A sheet is held whole, as its format wants it.

use crate::place::{Place, SheetPath};
use crate::sheet::{Remark, Sheet};
use crate::workbook::Workbook;
use csv::{ByteRecord, ReaderBuilder};
use std::cell::RefCell;
use std::io::{BufRead, BufReader, Read};
use std::rc::Rc;

/// Opens a CSV file from its start.
type Open = Box<dyn Fn() -> Result<Box<dyn Read>, String>>;

/// Where rows come from.
pub struct Source {
    kind: Kind,
}

enum Kind {
    Csv(Open),
    Sheet(Sheet),
}

/// A row, the headings included.
#[derive(Debug)]
pub struct Record<'a> {
    /// The line that it begins on, from 1; in a sheet its row.
    pub line: u64,
    /// Its cells; what is not UTF-8 is replaced by `�`.
    pub cells: Vec<&'a str>,
    /// The place of its first cell in a sheet.
    pub place: Option<Place>,
}

impl Record<'_> {
    /// The place of a cell in a sheet.
    pub fn cell(&self, column: usize) -> Option<Place> {
        let first = self.place?;
        Some(Place { column: first.column.saturating_add(u32::try_from(column).ok()?), ..first })
    }
}

impl Source {
    /// A CSV file. `open` is called once for each pass.
    pub fn csv(open: impl Fn() -> Result<Box<dyn Read>, String> + 'static) -> Source {
        Source { kind: Kind::Csv(Box::new(open)) }
    }

    /// A sheet of a workbook.
    ///
    /// # Errors
    /// The bytes are no workbook, or it has no such sheet.
    pub fn sheet(bytes: Vec<u8>, path: &SheetPath) -> Result<Source, String> {
        let sheet = Workbook::open(bytes)?.sheet(path.sheet.as_deref(), path.area)?;
        Ok(Source { kind: Kind::Sheet(sheet) })
    }

    /// What cannot be taken from the sheet as it stands.
    pub fn refusals(&self) -> &[Remark] {
        if let Kind::Sheet(sheet) = &self.kind { &sheet.refusals } else { &[] }
    }

    /// What is taken from the sheet as it is shown.
    pub fn notes(&self) -> &[Remark] {
        if let Kind::Sheet(sheet) = &self.kind { &sheet.notes } else { &[] }
    }

    /// The sheet that is read, for its text.
    pub fn as_sheet(&self) -> Option<&Sheet> {
        if let Kind::Sheet(sheet) = &self.kind { Some(sheet) } else { None }
    }

    /// Gives every row in turn, the headings first; rows without a character are passed over. Stops where `take` says so.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn each(&self, take: &mut dyn FnMut(Record<'_>) -> bool) -> Result<(), String> {
        match &self.kind {
            Kind::Csv(open) => each_line(open()?, take),
            Kind::Sheet(sheet) => {
                for (row, at) in sheet.rows.iter().zip(0..) {
                    let cells: Vec<&str> = row.iter().map(|cell| cell.text.as_str()).collect();
                    let place = sheet.place(at, 0);
                    let line = u64::from(place.row).saturating_add(1);
                    let blank = cells.iter().all(|cell| cell.is_empty());
                    if !blank && !take(Record { line, cells, place: Some(place) }) {
                        break;
                    }
                }
                Ok(())
            }
        }
    }

    /// The whole text of a CSV file; empty for a sheet.
    ///
    /// # Errors
    /// It cannot be read, or is not UTF-8 text.
    pub fn text(&self) -> Result<String, String> {
        let Kind::Csv(open) = &self.kind else { return Ok(String::new()) };
        let mut text = String::new();
        open()?.read_to_string(&mut text).map_err(|error| error.to_string())?;
        Ok(text)
    }

    /// The headings.
    ///
    /// # Errors
    /// The file cannot be read, is empty, or has its columns separated by something else than commas.
    pub fn headings(&self) -> Result<Vec<String>, String> {
        let mut headings = Vec::new();
        self.each(&mut |record| {
            headings = record.cells.iter().map(|cell| (*cell).to_owned()).collect();
            false
        })?;
        match headings.as_slice() {
            [] => Err("it is empty; its first line names the columns".into()),
            [one] if one.contains(';') || one.contains('\t') => {
                let name = if one.contains(';') { "semicolons" } else { "tabs" };
                Err(format!("its columns are separated by {name}; save it as CSV with commas"))
            }
            _ => Ok(headings),
        }
    }
}

fn each_line(file: Box<dyn Read>, take: &mut dyn FnMut(Record<'_>) -> bool) -> Result<(), String> {
    let mut file = BufReader::with_capacity(1 << 16, file);
    let start = file.fill_buf().map_err(|error| error.to_string())?;
    if start.starts_with("\u{feff}".as_bytes()) {
        file.consume('\u{feff}'.len_utf8());
    }
    let lines = Rc::new(RefCell::new(Lines::default()));
    let file = Tapped { file, lines: Rc::clone(&lines) };
    let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(file);
    let mut record = ByteRecord::new();
    let mut mended = Vec::new();
    while reader.read_byte_record(&mut record).map_err(|error| error.to_string())? {
        let line = lines.borrow_mut().of(record.position().map_or(0, csv::Position::byte));
        let broken = record.iter().any(|cell| std::str::from_utf8(cell).is_err());
        mended.clear();
        if broken {
            mended.extend(record.iter().map(|cell| String::from_utf8_lossy(cell).into_owned()));
        }
        let cells = match broken {
            true => mended.iter().map(String::as_str).collect(),
            false => record.iter().map(|cell| std::str::from_utf8(cell).unwrap_or_default()).collect(),
        };
        if !take(Record { line, cells, place: None }) {
            break;
        }
    }
    Ok(())
}

/// Counts the lines of a file as it is read.
///
/// The CSV reader says that a record begins before the rest of the line break of the one above, and before empty lines; so the line of
/// its first character is counted here. What is held is what was read since the record before.
#[derive(Default)]
struct Lines {
    held: Vec<u8>,
    /// How many of the held bytes are counted.
    counted: usize,
    /// The place in the file of the first byte that is not counted.
    byte: u64,
    /// How many lines end before it.
    ended: u64,
}

impl Lines {
    /// The line, from 1, of the record that begins at a byte or after the line breaks there. Records are asked for in their order.
    fn of(&mut self, start: u64) -> u64 {
        let rest = self.held.get(self.counted..).unwrap_or_default();
        let before = usize::try_from(start.saturating_sub(self.byte)).unwrap_or(rest.len());
        let breaks = rest.iter().skip(before).take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let passed = before.saturating_add(breaks).min(rest.len());
        let ended = rest.iter().take(passed).filter(|byte| **byte == b'\n').count();
        self.counted = self.counted.saturating_add(passed);
        self.byte = self.byte.saturating_add(passed as u64);
        self.ended = self.ended.saturating_add(ended as u64);
        self.ended.saturating_add(1)
    }
}

/// A file whose bytes are given to the count of its lines too.
struct Tapped<R> {
    file: R,
    lines: Rc<RefCell<Lines>>,
}

impl<R: Read> Read for Tapped<R> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let count = self.file.read(into)?;
        let mut lines = self.lines.borrow_mut();
        let counted = std::mem::take(&mut lines.counted).min(lines.held.len());
        lines.held.drain(..counted);
        lines.held.extend_from_slice(into.get(..count).unwrap_or_default());
        Ok(count)
    }
}
