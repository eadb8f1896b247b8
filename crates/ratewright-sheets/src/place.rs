//! Where something stands in a workbook: cells as a spreadsheet names them, and the paths by which rules name a sheet.
//!
//! `rates.xlsx#Ground!B3:F40` is the cells from B3 to F40 of the sheet `Ground`; the cells may be left out, or only their first be
//! named, and the sheet too where the workbook has one. Rows and columns count from 0 here and from 1 and A for people.

use std::fmt;

/// The file endings of the workbooks that are read.
pub const ENDINGS: [&str; 3] = [".xlsx", ".xlsm", ".ods"];

/// A cell's place in its sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Place {
    /// Its row, from 0.
    pub row: u32,
    /// Its column, from 0.
    pub column: u32,
}

impl Place {
    /// Reads `B7`; letters of either case.
    pub fn parse(text: &str) -> Option<Place> {
        let at = text.find(|c: char| !c.is_ascii_alphabetic())?;
        let (letters, digits) = text.split_at_checked(at)?;
        if letters.is_empty() || letters.len() > 3 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let digit = |byte: u8| u32::from(byte.to_ascii_uppercase()).saturating_sub(u32::from(b'A')).saturating_add(1);
        let column = letters.bytes().fold(0_u32, |sum, byte| sum.saturating_mul(26).saturating_add(digit(byte)));
        let row: u32 = digits.parse().ok()?;
        Some(Place { row: row.checked_sub(1)?, column: column.checked_sub(1)? })
    }
}

/// As a spreadsheet names it: `B7`.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", letters(self.column), self.row.saturating_add(1))
    }
}

/// The letters of a column, from 0: `A`, `Z`, `AA`.
pub fn letters(column: u32) -> String {
    let mut rest = u64::from(column).saturating_add(1);
    let mut letters = Vec::new();
    while rest > 0 {
        rest = rest.saturating_sub(1);
        letters.push(char::from(b'A'.saturating_add((rest % 26) as u8)));
        rest /= 26;
    }
    letters.iter().rev().collect()
}

/// The cells of a rectangle, its corners included; without an end, as far as there are values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Area {
    /// The upper left cell.
    pub first: Place,
    /// The lower right cell.
    pub last: Option<Place>,
}

impl Area {
    /// Reads `B3` or `B3:F40`.
    pub fn parse(text: &str) -> Option<Area> {
        let (first, last) = text.split_once(':').map_or((text, None), |(first, last)| (first, Some(last)));
        let first = Place::parse(first)?;
        let last = last.map(|last| Place::parse(last).ok_or(())).transpose().ok()?;
        let fits = last.is_none_or(|last| first.row <= last.row && first.column <= last.column);
        fits.then_some(Area { first, last })
    }
}

/// The path of a sheet, as rules write it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetPath {
    /// The path of the workbook.
    pub file: String,
    /// The sheet; `None` for the only one.
    pub sheet: Option<String>,
    /// The cells; `None` for all that hold something.
    pub area: Option<Area>,
}

impl SheetPath {
    /// Reads a path; `None` where it names no workbook. What follows the last `!` names cells where it reads as such, and belongs to
    /// the sheet's name else.
    pub fn parse(path: &str) -> Option<SheetPath> {
        let lower = path.to_ascii_lowercase();
        let ends = ENDINGS.iter().flat_map(|ending| lower.match_indices(ending).map(|(at, _)| at + ending.len()));
        let end =
            ends.filter(|end| lower.get(*end..).is_some_and(|rest| rest.is_empty() || rest.starts_with('#'))).min()?;
        let (file, rest) = path.split_at_checked(end)?;
        let rest = rest.strip_prefix('#').unwrap_or_default();
        let (sheet, area) = match rest.rsplit_once('!') {
            Some((sheet, cells)) if let Some(area) = Area::parse(cells) => (sheet, Some(area)),
            _ => (rest, None),
        };
        let sheet = (!sheet.is_empty()).then(|| sheet.to_owned());
        Some(SheetPath { file: file.to_owned(), sheet, area })
    }
}

/// The cell of a sheet at a byte of the text that [`crate::Sheets`] made of it; `None` for the path of another file.
///
/// ```
/// use ratewright_sheets::place::cell_at;
///
/// assert_eq!(cell_at("rates.xlsx#Ground!B3", "\n\nzone,price\n2,9.12\n", 16).unwrap().to_string(), "C4");
/// assert_eq!(cell_at("rates.csv", "zone,price\n", 2), None);
/// ```
pub fn cell_at(path: &str, text: &str, byte: usize) -> Option<Place> {
    let area = SheetPath::parse(path)?.area.unwrap_or_default();
    let mut place = Place { row: 0, column: area.first.column };
    let mut quoted = false;
    for character in text.get(..byte)?.bytes() {
        match character {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => {
                place = Place { row: place.row.saturating_add(1), column: area.first.column };
            }
            b',' if !quoted => place.column = place.column.saturating_add(1),
            _ => {}
        }
    }
    Some(place)
}

/// The byte at which a cell of a sheet begins in the text that [`crate::Sheets`] made of it.
pub fn byte_of(path: &str, text: &str, cell: Place) -> Option<usize> {
    let first = SheetPath::parse(path)?.area.unwrap_or_default().first.column;
    let mut place = Place { row: 0, column: first };
    let mut quoted = false;
    for (at, character) in text.bytes().enumerate() {
        if place == cell {
            return Some(at);
        }
        match character {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => place = Place { row: place.row.saturating_add(1), column: first },
            b',' if !quoted => place.column = place.column.saturating_add(1),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn cells_are_named_as_in_a_spreadsheet() {
        for (row, column, name) in
            [(0, 0, "A1"), (6, 1, "B7"), (0, 25, "Z1"), (9, 26, "AA10"), (0, 701, "ZZ1"), (0, 702, "AAA1")]
        {
            let place = Place { row, column };
            assert_eq!(place.to_string(), name);
            assert_eq!(Place::parse(name), Some(place));
            assert_eq!(Place::parse(&name.to_lowercase()), Some(place));
        }
        for wrong in ["", "A", "7", "A0", "7A", "A1B", "ABCD1", "A-1"] {
            assert_eq!(Place::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_path_names_the_file_the_sheet_and_the_cells() {
        let read = |path: &str| {
            let path = SheetPath::parse(path)?;
            let cells = path.area.map(|area| (area.first.to_string(), area.last.map(|last| last.to_string())));
            Some((path.file, path.sheet, cells))
        };
        let sheet = |name: &str| Some(name.to_owned());
        assert_eq!(read("a/rates.xlsx"), Some(("a/rates.xlsx".into(), None, None)));
        assert_eq!(read("Rates.XLSX#Ground"), Some(("Rates.XLSX".into(), sheet("Ground"), None)));
        assert_eq!(read("r.ods#2026 #1!B3"), Some(("r.ods".into(), sheet("2026 #1"), Some(("B3".into(), None)))));
        assert_eq!(
            read("r.xlsx#Ground!B3:F40"),
            Some(("r.xlsx".into(), sheet("Ground"), Some(("B3".into(), sheet("F40")))))
        );
        assert_eq!(read("r.xlsx#B3:A1"), Some(("r.xlsx".into(), sheet("B3:A1"), None)));
        assert_eq!(read("r.xlsx#Wow!"), Some(("r.xlsx".into(), sheet("Wow!"), None)));
        for other in ["rates.csv", "rates.xlsx.csv", "a.xlsxx#S", "xlsx"] {
            assert_eq!(read(other), None, "{other}");
        }
    }

    #[test]
    fn a_byte_of_the_text_is_a_cell_of_the_sheet() {
        let text = "zone,note\n2,\"a, b\nand c\"\n\n3,x\n";
        let cell = |needle: &str| cell_at("r.xlsx", text, text.find(needle).unwrap()).unwrap().to_string();
        assert_eq!(cell("zone"), "A1");
        assert_eq!(cell("note"), "B1");
        assert_eq!(cell("and c"), "B2");
        assert_eq!(cell("3,x"), "A4");
        assert_eq!(cell("x\n"), "B4");
        for name in ["A1", "B1", "B2", "A4", "B4"] {
            let byte = byte_of("r.xlsx", text, Place::parse(name).unwrap()).unwrap();
            assert_eq!(cell_at("r.xlsx", text, byte).unwrap().to_string(), name);
        }
    }
}
