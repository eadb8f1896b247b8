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

const FEES: &str = "ruleset r { currency USD }\ninput { weight : mass in lb }\ntable fee {\n    weight : mass in lb by range\n    -> price : money\n    | weight          || price |\n    | up to 1         || 9.12  |\n    | over 1 up to 10 || 10.44 |\n}\ncharge BASE = fee[weight].price\n";

#[test]
fn a_table_is_written_as_csv_on_standard_output() {
    let folder = Folder::new();
    folder.write("r.rules", FEES);
    let ran = folder.run(&["table", "export", "r.rules", "fee"]);
    assert_eq!(
        (ran.code, ran.out.as_str(), ran.err.as_str()),
        (0, "weight,price\nup to 1,9.12\nover 1 up to 10,10.44\n", "")
    );
}

#[test]
fn a_table_that_was_written_serves_with_the_declaration_that_was_printed() {
    let folder = Folder::new();
    folder.write("r.rules", FEES);
    for file in ["fee.csv", "fee.xlsx"] {
        let ran = folder.run(&["table", "export", "r.rules", "fee", "--to", file]);
        assert_eq!((ran.code, ran.err), (0, format!("wrote 2 rows to {file}\n")));
        let head = "ruleset r { currency USD }\ninput { weight : mass in lb }\n";
        folder.write("again.rules", &format!("{head}{}charge BASE = fee[weight].price\n", ran.out));
        let ran = folder.run(&["quote", "again.rules", "--input", "weight=1.01", "--format", "json"]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        assert!(ran.out.contains("10.44"), "{}", ran.out);
    }
}

#[test]
fn files_that_exist_are_kept_and_wrong_names_are_said() {
    let folder = Folder::new();
    folder.write("r.rules", FEES);
    folder.write("fee.csv", "mine\n");
    let wrong = |arguments: &[&str]| {
        let ran = folder.run(&[&["table", "export", "r.rules"], arguments].concat());
        assert_eq!((ran.code, ran.out.as_str()), (2, ""));
        ran.err
    };
    assert_eq!(
        wrong(&["fee", "--to", "fee.csv"]),
        "error: `fee.csv` exists already and was left as it is; --force writes over it\n"
    );
    assert_eq!(folder.read("fee.csv"), "mine\n");
    assert_eq!(wrong(&["fees"]), "error: the rule set has no table `fees`; did you mean `fee`?\n");
    assert_eq!(wrong(&["fee", "--to", "fee.ods"]), "error: `fee.ods` ends neither in .csv nor in .xlsx\n");
    assert_eq!(folder.run(&["table", "export", "r.rules", "fee", "--to", "fee.csv", "--force"]).code, 0);
    assert!(folder.read("fee.csv").starts_with("weight,price\n"));
}
