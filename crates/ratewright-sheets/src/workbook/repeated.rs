//! How many cells the sheets of an OpenDocument workbook come to once rows and cells that are repeated are written out.
//!
//! Events of `content.xml`, in order → an error where the sheets together have more cells, or more text, than are read. A cell at the end of
//! a row, or a row at the end of a sheet, that holds nothing counts for nothing, however often it is repeated.

use super::{MOST_CELLS, screen::beyond};
use quick_xml::events::{BytesStart, Event};

/// The most bytes of the cells of all sheets, written out.
pub(super) const MOST_TEXT: u64 = 256 << 20;

/// What was met so far.
#[derive(Debug, Default)]
pub(super) struct Repeated {
    /// Cells and bytes of all sheets before this one.
    cells: u64,
    text: u64,
    /// Of this sheet: its widest row, its rows, and its rows up to the last that holds something.
    widest: u64,
    rows: u64,
    filled: u64,
    /// Of this row: how often it comes, its cells, its cells up to the last that holds something, and the bytes of those.
    row_comes: u64,
    columns: u64,
    columns_filled: u64,
    row_text: u64,
    cell: Option<Met>,
}

/// A cell.
#[derive(Debug)]
struct Met {
    /// How often it comes.
    comes: u64,
    /// The bytes of its value, formula and text.
    bytes: u64,
    /// Whether it may hold something.
    holds: bool,
}

impl Repeated {
    /// Notes an event.
    pub(super) fn note(&mut self, event: &Event<'_>) -> Result<(), String> {
        match event {
            Event::Start(tag) | Event::Empty(tag) => {
                match name(tag.name().as_ref()) {
                    Of::Row => {
                        self.row_comes = comes(tag, "table:number-rows-repeated");
                        (self.columns, self.columns_filled, self.row_text) = (0, 0, 0);
                    }
                    Of::Cell => {
                        let bytes = written(tag);
                        let comes = comes(tag, "table:number-columns-repeated");
                        self.cell = Some(Met { comes, bytes, holds: bytes > 0 });
                    }
                    Of::Sheet | Of::Other => {}
                }
                match event {
                    Event::Empty(_) => self.end(name(tag.name().as_ref())),
                    _ => Ok(()),
                }
            }
            Event::End(tag) => self.end(name(tag.name().as_ref())),
            Event::Text(text) => self.text(text),
            Event::CData(text) => self.text(text),
            Event::GeneralRef(text) => self.text(text),
            _ => Ok(()),
        }
    }

    fn text(&mut self, text: &str) -> Result<(), String> {
        if let Some(cell) = &mut self.cell {
            cell.bytes = cell.bytes.saturating_add(text.len() as u64);
            cell.holds |= !text.trim().is_empty();
        }
        Ok(())
    }

    fn end(&mut self, of: Of) -> Result<(), String> {
        match of {
            Of::Cell => {
                let Some(cell) = self.cell.take() else { return Ok(()) };
                self.columns = self.columns.saturating_add(cell.comes);
                if cell.holds {
                    self.columns_filled = self.columns;
                    self.row_text = self.row_text.saturating_add(cell.bytes.saturating_mul(cell.comes));
                }
            }
            Of::Row => {
                self.rows = self.rows.saturating_add(self.row_comes);
                if self.columns_filled > 0 {
                    self.filled = self.rows;
                    self.widest = self.widest.max(self.columns_filled);
                    self.text = self.text.saturating_add(self.row_text.saturating_mul(self.row_comes));
                }
            }
            Of::Sheet => {
                self.cells = self.cells.saturating_add(self.filled.saturating_mul(self.widest));
                (self.widest, self.rows, self.filled) = (0, 0, 0);
            }
            Of::Other => return Ok(()),
        }
        let cells = self.cells.saturating_add(self.filled.saturating_mul(self.widest.max(self.columns_filled)));
        if cells > MOST_CELLS as u64 || self.columns_filled > MOST_CELLS as u64 {
            return Err(beyond(&format!("has sheets of more than {MOST_CELLS} cells")));
        }
        if self.text.saturating_add(self.row_text) > MOST_TEXT {
            return Err(beyond(&format!("has cells of more than {} MiB", MOST_TEXT >> 20)));
        }
        Ok(())
    }
}

enum Of {
    Sheet,
    Row,
    Cell,
    Other,
}

fn name(tag: &str) -> Of {
    match tag {
        "table:table" => Of::Sheet,
        "table:table-row" => Of::Row,
        "table:table-cell" | "table:covered-table-cell" => Of::Cell,
        _ => Of::Other,
    }
}

/// How often a row or a cell comes; once where nothing is said.
fn comes(tag: &BytesStart<'_>, key: &str) -> u64 {
    let written = tag.try_get_attribute(key).ok().flatten();
    written.and_then(|written| written.value.parse::<u64>().ok()).unwrap_or(1).max(1)
}

/// The bytes of a cell's value and formula, as far as they are attributes; nought where it says that it holds nothing.
fn written(tag: &BytesStart<'_>) -> u64 {
    let holds = |key: &str| key.starts_with("office:") || key == "table:formula" || key == "calcext:value-type";
    let mut attributes = tag.attributes();
    let attributes = attributes.with_checks(false).filter_map(Result::ok);
    attributes.filter(|one| holds(one.key.as_ref())).fold(0, |sum, one| sum.saturating_add(one.value.len() as u64))
}
