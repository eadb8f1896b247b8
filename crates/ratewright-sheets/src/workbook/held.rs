//! What the cells of a sheet hold, by their places: only those that hold something, however far apart they stand.

use super::MOST_CELLS;
use super::repeated::MOST_TEXT;
use super::screen::beyond;
use crate::place::{Area, Place};
use calamine::{CellType, Data, Range, Xlsx, XlsxError, XlsxFormulaMetadata};
use std::io::Cursor;

/// A cell that holds something.
#[derive(Debug, Default)]
struct Cell {
    place: Place,
    value: Data,
    formula: bool,
}

/// The cells of a sheet that hold something, in the order of their places.
#[derive(Debug, Default)]
pub(super) struct Held {
    cells: Vec<Cell>,
}

impl Held {
    /// The cells of a sheet of an Excel workbook, within an area.
    pub(super) fn of_excel(
        workbook: &mut Xlsx<Cursor<Vec<u8>>>,
        name: &str,
        area: Option<Area>,
    ) -> Result<Held, String> {
        let broken = |error: &XlsxError| format!("the sheet `{name}` cannot be read ({error})");
        let mut reader = match workbook.worksheet_cells_reader(name) {
            Ok(reader) => reader,
            Err(XlsxError::NotAWorksheet(_)) => return Ok(Held::default()),
            Err(error) => return Err(broken(&error)),
        };
        let mut cells: Vec<Cell> = Vec::new();
        let mut text = 0_u64;
        while let Some(cell) = reader.next_cell_with_formula_metadata().map_err(|error| broken(&error))? {
            let formula = cell.formula.is_some_and(|formula| match formula {
                XlsxFormulaMetadata::Normal { formula } => !formula.is_empty(),
                _ => true,
            });
            let value = Data::from(cell.value);
            let (row, column) = cell.pos;
            let place = Place { row, column };
            if value == Data::Empty && !formula || !is_within(place, area) {
                continue;
            }
            text = text.saturating_add(length(&value));
            cells.push(Cell { place, value, formula });
            check(name, cells.len(), text)?;
        }
        cells.sort_by_key(|cell| cell.place);
        // Of a place that is there twice the last counts.
        cells.dedup_by(|later, earlier| {
            let same = later.place == earlier.place;
            if same {
                std::mem::swap(later, earlier);
            }
            same
        });
        Ok(Held { cells })
    }

    /// The cells of a sheet of an OpenDocument workbook, whose size was looked at before.
    pub(super) fn of_open_document(values: &Range<Data>, formulas: &Range<String>) -> Held {
        let mut cells: Vec<Cell> = used(values, |value| *value != Data::Empty)
            .map(|(place, value)| Cell { place, value: value.clone(), formula: false })
            .collect();
        let formulas = used(formulas, |formula| !formula.is_empty());
        cells.extend(formulas.map(|(place, _)| Cell { place, value: Data::Empty, formula: true }));
        cells.sort_by_key(|cell| cell.place);
        cells.dedup_by(|formula, value| {
            let same = formula.place == value.place;
            value.formula |= same && formula.formula;
            same
        });
        Held { cells }
    }

    /// What the cell at a place holds, and whether that is the result of a formula.
    pub(super) fn at(&self, place: Place) -> (&Data, bool) {
        let found = self.cells.binary_search_by_key(&place, |cell| cell.place).ok();
        let cell = found.and_then(|found| self.cells.get(found));
        cell.map_or((&Data::Empty, false), |cell| (&cell.value, cell.formula))
    }

    /// The corners of the cells that hold something, within an area.
    pub(super) fn bounds(&self, area: Option<Area>) -> Option<(Place, Place)> {
        let places = self.cells.iter().map(|cell| cell.place).filter(|place| is_within(*place, area));
        let (first, last) = places.fold(None, |corners: Option<(Place, Place)>, place| {
            let (first, last) = corners.unwrap_or((place, place));
            Some((
                Place { row: first.row.min(place.row), column: first.column.min(place.column) },
                Place { row: last.row.max(place.row), column: last.column.max(place.column) },
            ))
        })?;
        Some((area.map_or(first, |area| area.first), last))
    }
}

/// Whether a cell belongs to an area; to none, every cell does.
fn is_within(place: Place, area: Option<Area>) -> bool {
    area.is_none_or(|area| {
        let last = area.last.unwrap_or(Place { row: u32::MAX, column: u32::MAX });
        (area.first.row..=last.row).contains(&place.row) && (area.first.column..=last.column).contains(&place.column)
    })
}

/// Refuses more cells, or more text in them, than are read.
fn check(name: &str, cells: usize, text: u64) -> Result<(), String> {
    if cells > MOST_CELLS {
        return Err(too_many_cells(name));
    }
    if text > MOST_TEXT {
        return Err(beyond(&format!("has cells of more than {} MiB in the sheet `{name}`", MOST_TEXT >> 20)));
    }
    Ok(())
}

/// What is said of a sheet with more cells than are read.
pub(super) fn too_many_cells(name: &str) -> String {
    format!(
        "the sheet `{name}` has more than {MOST_CELLS} cells; say which are the table, such as `#{name}!A1:F400`, or save it as CSV"
    )
}

/// The bytes of a cell beside the cell itself.
fn length(value: &Data) -> u64 {
    match value {
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => text.len() as u64,
        _ => 0,
    }
}

/// The cells of a range that hold something, with their places.
fn used<T: CellType>(range: &Range<T>, holds: impl Fn(&T) -> bool) -> impl Iterator<Item = (Place, &T)> {
    let (top, left) = range.start().unwrap_or_default();
    let add = |first: u32, more: usize| first.saturating_add(u32::try_from(more).unwrap_or(u32::MAX));
    let used = range.used_cells().filter(move |(_, _, value)| holds(value));
    used.map(move |(row, column, value)| (Place { row: add(top, row), column: add(left, column) }, value))
}
