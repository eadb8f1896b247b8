//! Cells read one by one as a column would read them, for tools that look a file over before any rule set names it.

use super::Problem;
use super::cells::CellReader;
use crate::table::{Cell, Role};
use crate::types::{Type, Units};

/// Reads single cells as a column of a role and a plain type does; enumerations and units of an author's own are not known.
///
/// ```
/// use ratewright::check::CellTrial;
/// use ratewright::table::Role;
/// use ratewright::types::Type;
///
/// let mut prices = CellTrial::new(Role::Value, &Type::Number);
/// assert!(prices.read("9.12").is_ok());
/// let fault = prices.read("1,665.25").unwrap_err();
/// assert_eq!(fault.found, "a number is written without thousands marks");
/// assert_eq!(fault.meant.as_deref(), Some("1665.25"));
/// ```
pub struct CellTrial {
    reader: CellReader<'static>,
    units: Units,
}

/// What a cell is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TriedCell {
    /// The cell as a table holds it.
    pub cell: Cell,
    /// The number that was probably meant by one with very many decimals, which is read to its last digit.
    pub suspicious: Option<String>,
}

/// Why a cell cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellFault {
    /// What was found, in the author's words.
    pub found: String,
    /// What to do.
    pub help: Option<String>,
    /// The text of the cell that was surely meant.
    pub meant: Option<String>,
}

impl CellTrial {
    /// For cells of a column.
    pub fn new(role: Role, ty: &Type) -> Self {
        CellTrial { reader: CellReader::new(role, ty, &[]), units: Units::default() }
    }

    /// Reads the text of a cell.
    ///
    /// # Errors
    /// What a rule set with such a column would be told about it.
    pub fn read(&mut self, text: &str) -> Result<TriedCell, CellFault> {
        let trimmed = super::rows::trim(text);
        if trimmed != text {
            let found = "a blank stands before or after the text of this cell".to_owned();
            return Err(CellFault { found, help: Some("take the blank out".into()), meant: Some(trimmed.into()) });
        }
        match self.reader.read(text, &mut self.units) {
            Ok(read) => Ok(TriedCell { cell: read.cell, suspicious: read.suspicious }),
            Err(Problem { title, help, edit, .. }) => Err(CellFault { found: title, help, meant: edit }),
        }
    }
}
