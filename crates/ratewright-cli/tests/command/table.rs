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
fn numbers_of_a_sheet_are_no_texts_where_zeros_may_be_lost() {
    let folder = Folder::new();
    let rules = "ruleset r { currency USD }\ninput { origin : text }\ntable zones from \"zones.xlsx\" {\n    origin : text column \"ZIP\"\n    -> zone : integer\n}\noutput zone = zones[origin].zone\n";
    folder.write("r.rules", rules);
    let fill = |first: u32| {
        move |sheet: &mut Worksheet| {
            sheet.write(0, 0, "ZIP")?.write(0, 1, "zone")?.write(1, 0, 10001)?.write(1, 1, 2)?;
            sheet.write(2, 0, first)?.write(2, 1, 3)?;
            Ok(())
        }
    };
    workbook(&folder, "zones.xlsx", fill(7030));
    let ran = folder.run(&["quote", "r.rules", "--input", "origin=07030"]);
    assert_eq!((ran.code, ran.out.as_str()), (1, ""));
    for words in [
        "numbers stand in `origin`, a column of texts",
        "zones.xlsx:3:1",
        "cell A3: in column `origin`",
        "the sheet keeps 7030 as a number, so that zeros at its beginning or end may be lost; format the column as text and write it again",
    ] {
        assert!(ran.err.contains(words), "{}", ran.err);
    }
    workbook(&folder, "zones.xlsx", fill(17030));
    assert_eq!(folder.run(&["check", "r.rules"]).code, 0);
}

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

const DOUBTFUL: &str = "\
zone,origin,price,discount,from,note
2,07030,9.12,18.5%,2026-01-05,
3,7030,\"1,665.25\",0.185,1/5/2026,-
4,10001,33.800000000000004,[1],2026-02-30,
5,10002,225 [1],16%,2026-03-01
6,10003,12.50,15%,2026-04-01,n/a
";

#[test]
fn every_doubtful_value_of_a_file_is_listed_with_its_place() {
    let folder = Folder::new();
    folder.write("rates.csv", DOUBTFUL);
    let ran = folder.run(&["table", "check", "rates.csv"]);
    let expected = "\
rates.csv:3: refused: origin: `7030`: fewer digits than the others, which have 5: leading zeros may be lost; write `07030` if that is meant
rates.csv:3: refused: price: `1,665.25`: a number is written without thousands marks; write `1665.25`
rates.csv:3: refused: discount: `0.185`: a percent without its `%`; write `18.5%` if this is a fraction, or `0.185%` if it is less than one percent; a column of fractions is declared as `number`
rates.csv:3: refused: from: `1/5/2026`: this is not a date; dates are written year, month, day: `2026-01-05`
rates.csv:3: odd: note: `-`: a mark that may stand for no value; leave the cell empty if it does
rates.csv:4: refused: price: `33.800000000000004`: a number with very many decimals; a binary fraction that was written out looks like this; was `33.8` meant?
rates.csv:4: refused: discount: `[1]`: a mark where the others hold percents; write the value, or leave the cell empty and declare the column with `?`
rates.csv:4: refused: from: `2026-02-30`: this is not a date; dates are written year, month, day: `2026-01-05`
rates.csv:5: refused: a row with 5 cells under 6 headings; add the cells that are missing; a cell may be empty
rates.csv:6: odd: note: `n/a`: a mark that may stand for no value; leave the cell empty if it does
";
    assert_eq!(ran.out, expected);
    assert_eq!((ran.code, ran.err.as_str()), (1, "looked over 5 rows of 6 columns in rates.csv: 8 refused, 2 odd\n"));

    let ran = folder.run(&["table", "check", "rates.csv", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((ran.code, &report["refused"], &report["rows"]), (1, &8.into(), &5.into()));
    assert_eq!(report["columns"][2]["holds"], "numbers");
    assert_eq!(report["findings"][1]["text"], "1,665.25");
}

#[test]
fn a_good_file_has_nothing_doubtful() {
    let folder = Folder::new();
    folder.write("zones.csv", "origin,zone\nAB,1\nAB1,2\nany,9\n");
    let ran = folder.run(&["table", "check", "zones.csv"]);
    let words = "looked over 3 rows of 2 columns in zones.csv: nothing doubtful\n";
    assert_eq!((ran.code, ran.out.as_str(), ran.err.as_str()), (0, "", words));
    let ran = folder.run(&["table", "check", "none.csv"]);
    assert_eq!((ran.code, ran.err.as_str()), (2, "error: cannot read `none.csv`: no such file\n"));
    folder.write("semicolons.csv", "a;b\n1;2\n");
    let ran = folder.run(&["table", "check", "semicolons.csv"]);
    let words =
        "error: cannot read `semicolons.csv`: its columns are separated by semicolons; save it as CSV with commas\n";
    assert_eq!((ran.code, ran.err.as_str()), (2, words));
}

#[test]
fn a_sheet_is_looked_over_cell_by_cell() {
    let folder = Folder::new();
    workbook(&folder, "rates.xlsx", |sheet| {
        sheet.write(0, 0, "zone")?.write(0, 1, "price")?.write(1, 0, 2)?.write(1, 1, 33.800000000000004)?;
        let two = rust_xlsxwriter::Format::new().set_num_format("0.00");
        sheet
            .write(2, 0, 3)?
            .write_with_format(2, 1, 33.800000000000004, &two)?
            .write(3, 0, 4)?
            .write(3, 1, "1,665.25")?;
        sheet.write(4, 0, 5)?.write(4, 1, 12.5)?;
        Ok(())
    });
    let ran = folder.run(&["table", "check", "rates.xlsx#Ground"]);
    let expected = "\
rates.xlsx#Ground: B2: refused: price: holds 33.800000000000004, which binary arithmetic left behind; 33.8 was probably meant; write 33.8, or round in the formula: =ROUND(…, 1)
rates.xlsx#Ground: B3: odd: price: holds 33.800000000000004 and shows 33.80; it is read as 33.80
rates.xlsx#Ground: B4: refused: price: `1,665.25`: a number is written without thousands marks; write `1665.25`
";
    assert_eq!((ran.code, ran.out.as_str()), (1, expected));
}

#[test]
fn a_file_is_held_against_the_rules_that_read_it() {
    let folder = Folder::new();
    let declaration = "table t from \"t.csv\" {\n zone : integer\n -> price : money\n}\noutput p = t[2].price\nlet unused = nothing\n";
    folder.write("r.rules", &format!("ruleset r {{ currency USD }}\n{declaration}"));
    folder.write("t.csv", "zone,price\n2,9.12\n3,5 EUR\n");
    let ran = folder.run(&["table", "check", "t.csv", "--rules", "r.rules"]);
    assert_eq!((ran.code, ran.err.as_str()), (1, "held t.csv against r.rules: 1 problem\n"), "{}", ran.out);
    assert!(ran.out.contains("an amount in EUR in a column in USD") && ran.out.contains("t.csv:3:3"), "{}", ran.out);
    folder.write("u.csv", "zone,price\n");
    let ran = folder.run(&["table", "check", "u.csv", "--rules", "r.rules"]);
    assert_eq!((ran.code, ran.err.as_str()), (2, "error: no table of `r.rules` reads `u.csv`\n"));
}

#[test]
fn a_file_is_drafted_as_a_rule_set_that_checks_and_quotes() {
    let folder = Folder::new();
    folder.write("data/zones.csv", "zone,weight_lb,price_usd\n2,0,9.12\n2,100,8.40\n3,0,10.44\n3,100,9.80\n");
    let ran = folder.run(&["table", "import", "data/zones.csv", "--name", "rates", "--to", "rates.rules"]);
    let words = "wrote rates.rules\nnext: read its comments, then ratewright check rates.rules\n";
    assert_eq!((ran.code, ran.out.as_str(), ran.err.as_str()), (0, "", words));
    assert!(folder.read("rates.rules").contains("table rates unique from \"data/zones.csv\" {"));
    let ran = folder.run(&["check", "rates.rules"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, "checked 1 file: no problems\n"), "{}", ran.out);
    assert_eq!(folder.run(&["fmt", "--check", "rates.rules"]).code, 0);
    let ran =
        folder.run(&["quote", "rates.rules", "--input", "zone=3", "--input", "weight_lb=150", "--format", "json"]);
    assert!(ran.code == 0 && ran.out.contains("\"9.80\""), "{}{}", ran.out, ran.err);

    let ran = folder.run(&["table", "import", "data/zones.csv", "--to", "rates.rules"]);
    assert_eq!(ran.code, 2);
    let ran = folder.run(&["table", "import", "data/zones.csv"]);
    assert!(ran.out.contains("ruleset zones \"zones\" {"), "{}", ran.out);
    folder.write("rules/tariff.rules", "");
    let ran = folder.run(&["table", "import", "data/zones.csv", "--to", "rules/zones.rules"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(folder.read("rules/zones.rules").contains("from \"../data/zones.csv\""));
}

#[test]
fn a_sheet_is_drafted_by_its_name() {
    let folder = Folder::new();
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
    let ran = folder.run(&["table", "import", "rates.xlsx", "--sheet", "Ground", "--to", "ground.rules"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(folder.read("ground.rules").contains("table ground unique from \"rates.xlsx#Ground\" {"));
    let ran = folder.run(&["quote", "ground.rules", "--input", "zone=3", "--format", "json"]);
    assert!(ran.code == 0 && ran.out.contains("\"33.80\""), "{}{}", ran.out, ran.err);
    let ran = folder.run(&["table", "import", "rates.xlsx", "--sheet", "Air"]);
    let words = "error: cannot read `rates.xlsx#Air`: there is no sheet `Air`; its sheets are `Ground`\n";
    assert_eq!((ran.code, ran.err.as_str()), (2, words));
    folder.write("ragged.csv", "a,b\n1\n");
    let ran = folder.run(&["table", "import", "ragged.csv"]);
    let words = "error: cannot draft rules for `ragged.csv`: the row of line 2 has 1 cells under 2 headings; \
                 `ratewright table check` lists what is to be mended\n";
    assert_eq!((ran.code, ran.err.as_str()), (2, words));
}

#[test]
fn lines_are_counted_as_an_editor_counts_them() {
    let folder = Folder::new();
    let told = |text: &str| {
        folder.write("rates.csv", text);
        let ran = folder.run(&["table", "check", "rates.csv"]);
        ran.out.lines().map(|line| line.split(": ").next().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(told("zone,price\r\n2,1 \r\n3,9.12\r\n4,\"1,000\"\r\n5,2.50\r\n6,3.50"), ["rates.csv:2", "rates.csv:4"]);
    assert_eq!(
        told("\u{feff}zone,price\n\n\n\n2,\"1,000\"\n\n3,9.12\n4,2.5\n5,1 000\n"),
        ["rates.csv:5", "rates.csv:9"]
    );
    assert_eq!(told("\r\n\r\nzone,\r\n2,a\r\n\r\n3,b\r\n4,-\r\n"), ["rates.csv:3", "rates.csv:7"]);
    assert_eq!(told("zone,note\r\n2,\"a\r\nb\"\r\n3,-\r\n"), ["rates.csv:4"]);
    // More than one buffer of the reader.
    let mut long = "zone,price\r\n".to_owned();
    (2..5_000).for_each(|line| long.push_str(if line % 1_000 == 0 { "2,\"1,000\"\r\n" } else { "2,10.25\r\n" }));
    assert_eq!(told(&long), ["rates.csv:1000", "rates.csv:2000", "rates.csv:3000", "rates.csv:4000"]);

    folder.write("odd.csv", "zone,price\r\n2,x\r\n3,9\r\n4,9\r\n5,9\r\n6,9\r\n");
    let ran = folder.run(&["table", "import", "odd.csv"]);
    assert!(ran.out.contains("such as `x` in line 2"), "{}{}", ran.out, ran.err);
}

#[test]
fn headings_that_are_no_utf_8_text_are_told() {
    let folder = Folder::new();
    std::fs::write(folder.path("rates.csv"), b"zone,pr\xe9s\n2,9.12\n").unwrap();
    let ran = folder.run(&["table", "check", "rates.csv"]);
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("rates.csv:1: refused: ") && ran.out.contains("this is not UTF-8 text"), "{}", ran.out);
}

#[test]
fn a_file_of_another_folder_is_drafted() {
    let folder = Folder::new();
    folder.write("csv/zones.csv", "zone,price\n2,9.12\n3,10.44\n");
    folder.write("rules/other.rules", "");
    let mut command = folder.command(&["table", "import", "../csv/zones.csv"]);
    command.current_dir(folder.path("rules"));
    let ran = crate::support::finish(command, "");
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains("from \"../csv/zones.csv\" {"), "{}", ran.out);
    let ran = folder.run(&["table", "import", "rules/../csv/zones.csv", "--to", "rules/../zones.rules"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(folder.read("zones.rules").contains("from \"csv/zones.csv\" {"));
}

#[test]
fn a_file_that_is_no_workbook_is_said_to_be_none() {
    let folder = Folder::new();
    folder.write("rates.xlsx", "zone,price\n2,9.12\n");
    let ran = folder.run(&["table", "check", "rates.xlsx"]);
    let words =
        "error: cannot read `rates.xlsx`: this is no workbook, or not a whole one; save it again as .xlsx or .ods\n";
    assert_eq!((ran.code, ran.err.as_str()), (2, words));
}

#[test]
fn a_finding_is_one_line_whatever_the_cell_holds() {
    let folder = Folder::new();
    folder.write("rates.csv", "zone,\"price\nUSD\"\n2,\"9\n12\"\n3,9\n4,9\n5,9\n6,1e400\n7,9\n8,9\n9,9\n10,9\n11,9\n");
    let ran = folder.run(&["table", "check", "rates.csv"]);
    let expected = "\
rates.csv:3: refused: price\\nUSD: `9\\n12`: a line break or tab stands in this number; write the number alone, on one line
rates.csv:8: refused: price\\nUSD: `1e400`: this is not a number written out; write all its digits, without an exponent
";
    assert_eq!((ran.code, ran.out.as_str()), (1, expected));
}
