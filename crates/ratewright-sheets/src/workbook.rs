//! Workbooks: the sheets of an `.xlsx` or `.ods` file.

use calamine::{Reader, open_workbook_auto_from_rs};
use std::io::Cursor;

/// The names of the sheets of a workbook, in its order.
///
/// # Errors
/// The bytes are no workbook that can be read.
pub fn sheet_names(bytes: &[u8]) -> Result<Vec<String>, String> {
    let workbook = open_workbook_auto_from_rs(Cursor::new(bytes)).map_err(|error| error.to_string())?;
    Ok(workbook.sheet_names())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use rust_xlsxwriter::Workbook;

    #[test]
    fn sheets_are_named_in_their_order() {
        let mut workbook = Workbook::new();
        workbook.add_worksheet().set_name("Ground").unwrap();
        workbook.add_worksheet().set_name("Air").unwrap();
        assert_eq!(sheet_names(&workbook.save_to_buffer().unwrap()).unwrap(), ["Ground", "Air"]);
    }

    #[test]
    fn what_is_no_workbook_is_refused() {
        assert!(sheet_names(b"zone,price\n2,9.12\n").is_err());
    }
}
