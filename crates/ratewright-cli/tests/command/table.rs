//! Tables in workbooks and files, at the command line.

use crate::support::Folder;
use rust_xlsxwriter::{Workbook, Worksheet, XlsxError};

/// Writes a workbook with one sheet, `Ground`.
fn workbook(folder: &Folder, name: &str, fill: impl FnOnce(&mut Worksheet) -> Result<(), XlsxError>) {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name("Ground").unwrap();
    fill(sheet).unwrap();
    workbook.save(folder.path(name)).unwrap();
}

const RULES: &str = "ruleset r { currency USD }\ninput { zone : integer }\ntable rates from \"rates.xlsx#Ground\" {\n    zone : integer\n    -> price : money\n}\ncharge BASE = rates[zone].price\n";

#[test]
fn a_sheet_is_a_table() {
    let folder = Folder::new();
    folder.write("r.rules", RULES);
    workbook(&folder, "rates.xlsx", |sheet| {
        sheet
            .write(0, 0, "zone")?
            .write(0, 1, "price")?
            .write(1, 0, 2)?
            .write(1, 1, 9.12)?
            .write(2, 0, 3)?
            .write(2, 1, 33.8)?;
        Ok(())
    });
    let ran = folder.run(&["quote", "r.rules", "--input", "zone=3", "--format", "json", "--explain"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let quote: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(quote["charges"][0]["amount"]["amount"], "33.80");
    assert!(ran.out.contains("rates.xlsx#Ground:3"), "{}", ran.out);
}

#[test]
fn problems_of_a_sheet_name_its_cells() {
    let folder = Folder::new();
    folder.write("r.rules", RULES);
    workbook(&folder, "rates.xlsx", |sheet| {
        sheet.write(0, 0, "zone")?.write(0, 1, "price")?.write(1, 0, 2)?.write(1, 1, "1,665.25")?;
        Ok(())
    });
    let ran = folder.run(&["check", "r.rules"]);
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("rates.xlsx#Ground:2:3"), "{}", ran.out);
    assert!(ran.out.contains("cell B2: in column `price`"), "{}", ran.out);
    assert!(ran.out.contains("help: write `1665.25`"), "{}", ran.out);

    workbook(&folder, "rates.xlsx", |sheet| {
        sheet.write(0, 0, "zone")?.write(0, 1, "price")?.write(1, 0, 2)?.write(1, 1, 33.800000000000004)?;
        Ok(())
    });
    let ran = folder.run(&["check", "r.rules"]);
    assert_eq!(ran.code, 1);
    let words = "\"rates.xlsx#Ground\" cannot be read: cell B2 holds 33.800000000000004, which binary arithmetic left behind; \
                 33.8 was probably meant; write 33.8, or round in the formula: =ROUND(…, 1)";
    assert!(ran.out.contains(words), "{}", ran.out);
}
