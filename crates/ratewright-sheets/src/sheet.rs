//! A sheet whose values are known exactly, or what keeps it from being one.
//!
//! Cells become the texts that a CSV file of the same table would hold: numbers as the sheet shows them, dates as `2026-01-05`,
//! percents as `18.5%`. The text of the whole sheet keeps its rows, so that line 7 is row 7.

use crate::place::Place;
use std::fmt;

/// The most cells of a sheet of which something is to be told: of more, the whole sheet is refused.
pub(crate) const MOST_REMARKS: usize = 100_000;

/// The cells of a table in a sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// The name of the sheet.
    pub name: String,
    /// The place of the first heading.
    pub first: Place,
    /// Its rows, the headings first; all have the same number of cells.
    pub rows: Vec<Vec<SheetCell>>,
    /// What cannot be taken as it stands. Where there is any, the cells concerned are empty.
    pub refusals: Vec<Remark>,
    /// What was taken as it is shown although the file holds more digits.
    pub notes: Vec<Remark>,
}

/// A cell.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SheetCell {
    /// Its text, as a CSV file would hold it.
    pub text: String,
    /// What the sheet keeps it as.
    pub kind: Kind,
}

/// What a sheet keeps a cell as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Kind {
    /// Nothing.
    #[default]
    Empty,
    /// A text, whatever it looks like.
    Text,
    /// A number, percents included.
    Number,
    /// A date, a time or both.
    Date,
    /// Yes or no.
    YesNo,
}

/// Something about a cell that its author should know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// The first cell concerned.
    pub place: Place,
    /// The cells in words: `cell B7`.
    pub cells: String,
    /// What was found there: `holds the error #N/A`.
    pub found: String,
    /// What to do.
    pub advice: String,
}

impl Remark {
    /// A remark on one cell.
    pub fn on(place: Place, found: impl Into<String>, advice: impl Into<String>) -> Self {
        Remark { place, cells: format!("cell {place}"), found: found.into(), advice: advice.into() }
    }
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}; {}", self.cells, self.found, self.advice)
    }
}

impl Sheet {
    /// The place of a cell of its rows.
    pub fn place(&self, row: usize, column: usize) -> Place {
        let add = |first: u32, more: usize| first.saturating_add(u32::try_from(more).unwrap_or(u32::MAX));
        Place { row: add(self.first.row, row), column: add(self.first.column, column) }
    }

    /// The sheet as CSV, each row on the line of its number; an empty row is an empty line.
    ///
    /// # Errors
    /// What cannot be taken as it stands.
    pub fn csv(&self) -> Result<String, &[Remark]> {
        if !self.refusals.is_empty() {
            return Err(&self.refusals);
        }
        let mut text = "\n".repeat(self.first.row as usize);
        for row in &self.rows {
            if row.iter().any(|cell| cell.kind != Kind::Empty) {
                for (at, cell) in row.iter().enumerate() {
                    if at > 0 {
                        text.push(',');
                    }
                    push_quoted(&mut text, &cell.text);
                }
            }
            text.push('\n');
        }
        Ok(text)
    }

    /// The columns of numbers that would not be the same texts: some have fewer digits than others, or decimals, and none is shown with
    /// zeros before it. Their headings, and the first such number with its place.
    pub(crate) fn uneven_numbers(&self) -> Vec<(String, Place, String)> {
        let headings = self.rows.first().into_iter().flatten();
        let column = |(column, heading): (usize, &SheetCell)| {
            let rows = self.rows.iter().enumerate().skip(1);
            let cells = rows.filter_map(|(row, cells)| Some((row, cells.get(column)?)));
            let numbers: Vec<(usize, &SheetCell)> = cells.filter(|(_, cell)| cell.kind != Kind::Empty).collect();
            let shown = |cell: &SheetCell| cell.text.len() > 1 && cell.text.starts_with('0') && digits(&cell.text);
            if numbers.iter().any(|(_, cell)| cell.kind != Kind::Number || shown(cell)) {
                return None;
            }
            let longest = numbers.iter().map(|(_, cell)| cell.text.len()).max()?;
            let uneven = |cell: &SheetCell| cell.text.len() < longest || !digits(&cell.text);
            let (row, cell) = numbers.into_iter().find(|(_, cell)| uneven(cell))?;
            Some((heading.text.clone(), self.place(row, column), cell.text.clone()))
        };
        headings.enumerate().filter_map(column).collect()
    }

    /// Finds numbers among texts with leading zeros: `7030` beside `07030`.
    pub(crate) fn refuse_lost_zeros(&mut self) {
        let width = self.rows.first().map_or(0, Vec::len);
        let mut found = Vec::new();
        for column in 0..width {
            let cells = || {
                let rows = self.rows.iter().enumerate().skip(1);
                rows.filter_map(move |(row, cells)| Some((row, cells.get(column)?)))
            };
            let zeros = |cell: &SheetCell| {
                cell.kind == Kind::Text && cell.text.len() > 1 && cell.text.starts_with('0') && digits(&cell.text)
            };
            let Some((at, example)) = cells().find(|(_, cell)| zeros(cell)) else { continue };
            let numbers = cells().filter(|(_, cell)| cell.kind == Kind::Number && digits(&cell.text));
            for (row, cell) in numbers.take(MOST_REMARKS.saturating_add(1).saturating_sub(found.len())) {
                let padded = format!("{:0>1$}", cell.text, example.text.len());
                let advice = if padded == cell.text {
                    format!("format the column as text, so that {} is one too", cell.text)
                } else {
                    format!("format the column as text and write {padded} if that is meant")
                };
                let text = format!(
                    "holds the number {} where {} holds the text {}: leading zeros may be lost",
                    cell.text,
                    self.place(at, column),
                    example.text
                );
                found.push(Remark::on(self.place(row, column), text, advice));
            }
        }
        self.refusals.append(&mut found);
    }
}

fn digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Adds a cell to a line of CSV, in quotes where it needs them.
pub(crate) fn push_quoted(line: &mut String, cell: &str) {
    if cell.contains([',', '"', '\r', '\n']) {
        line.push('"');
        line.push_str(&cell.replace('"', "\"\""));
        line.push('"');
    } else {
        line.push_str(cell);
    }
}
