//! Sheets as tables: what is read, exactly, and what is refused, in which words.

use crate::support::{Files, compile, excel, open_document, text, zipped};
use ratewright_sheets::place::cell_at;
use ratewright_sheets::workbook::Workbook;
use rust_xlsxwriter::{Format, Formula, Worksheet, XlsxError};

/// The CSV text of the only sheet, or why there is none.
fn csv(bytes: Vec<u8>) -> Result<String, String> {
    let sheet = Workbook::open(bytes)?.sheet(None, None)?;
    sheet.csv().map_err(|remarks| remarks.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
}

fn heading(sheet: &mut Worksheet) -> Result<(), XlsxError> {
    sheet.write(0, 0, "zone")?.write(0, 1, "price")?;
    Ok(())
}

/// Why a sheet with headings in row 1 and one odd cell in B2 is refused.
fn refused(write: impl FnOnce(&mut Worksheet) -> Result<(), XlsxError>) -> String {
    let bytes = excel(|sheet| {
        heading(sheet)?;
        sheet.write(1, 0, 2)?;
        write(sheet)
    });
    csv(bytes).expect_err("it was read")
}

#[test]
fn values_are_what_the_sheet_shows() {
    let bytes = excel(|sheet| {
        for (column, name) in
            ["zone", "price", "discount", "from", "hour", "insured", "postcode", "note"].into_iter().enumerate()
        {
            sheet.write(0, column as u16, name)?;
        }
        sheet.write(1, 0, 2)?;
        sheet.write_with_format(1, 1, 1665.25, &Format::new().set_num_format("#,##0.00"))?;
        sheet.write_with_format(1, 2, 0.185, &Format::new().set_num_format("0.0%"))?;
        sheet.write_with_format(1, 3, 46_027, &Format::new().set_num_format("yyyy-mm-dd"))?;
        sheet.write_with_format(1, 4, 0.75, &Format::new().set_num_format("hh:mm"))?;
        sheet.write(1, 5, true)?;
        sheet.write_with_format(1, 6, 7030, &Format::new().set_num_format("00000"))?;
        sheet.write(1, 7, "says \"no\", often")?;
        sheet.write(3, 0, 3)?.write(3, 1, 33.8)?;
        Ok(())
    });
    assert_eq!(
        csv(bytes).unwrap(),
        "zone,price,discount,from,hour,insured,postcode,note\n\
         2,1665.25,18.5%,2026-01-05,18:00,yes,07030,\"says \"\"no\"\", often\"\n\
         \n\
         3,33.8,,,,,,\n"
    );
}

/// A workbook of bare parts: what stands in `workbookPr`, and the rows of its sheet.
fn bare(properties: &str, rows: &str) -> Vec<u8> {
    let spreadsheet = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let packages = "http://schemas.openxmlformats.org/package/2006";
    let relation = |id: &str, kind: &str, target: &str| {
        format!(r#"<Relationship Id="{id}" Type="{office}/{kind}" Target="{target}"/>"#)
    };
    let relations =
        |all: &[String]| format!(r#"<Relationships xmlns="{packages}/relationships">{}</Relationships>"#, all.concat());
    zipped(&[
        ("[Content_Types].xml", &format!(r#"<Types xmlns="{packages}/content-types"/>"#)),
        ("_rels/.rels", &relations(&[relation("r1", "officeDocument", "xl/workbook.xml")])),
        (
            "xl/_rels/workbook.xml.rels",
            &relations(&[relation("r1", "worksheet", "worksheets/sheet1.xml"), relation("r2", "styles", "styles.xml")]),
        ),
        (
            "xl/workbook.xml",
            &format!(
                r#"<workbook xmlns="{spreadsheet}" xmlns:r="{office}"><workbookPr {properties}/><sheets><sheet name="Ground" sheetId="1" r:id="r1"/></sheets></workbook>"#
            ),
        ),
        (
            "xl/styles.xml",
            &format!(
                r#"<styleSheet xmlns="{spreadsheet}"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>"#
            ),
        ),
        (
            "xl/worksheets/sheet1.xml",
            &format!(r#"<worksheet xmlns="{spreadsheet}"><sheetData>{rows}</sheetData></worksheet>"#),
        ),
    ])
}

#[test]
fn days_are_counted_from_1900_or_1904_as_the_workbook_says() {
    let rows = r#"<row r="1"><c r="A1" t="inlineStr"><is><t>day</t></is></c></row><row r="2"><c r="A2" s="1"><v>44565</v></c></row>"#;
    assert_eq!(csv(bare("", rows)).unwrap(), "day\n2022-01-04\n");
    assert_eq!(csv(bare(r#"date1904="1""#, rows)).unwrap(), "day\n2026-01-05\n");
}

#[test]
fn the_results_of_formulas_are_read_where_there_are_any() {
    let rows = |cell: &str| {
        format!(r#"<row r="1"><c r="A1" t="inlineStr"><is><t>price</t></is></c></row><row r="2">{cell}</row>"#)
    };
    assert_eq!(csv(bare("", &rows(r#"<c r="A2"><f>9+0.12</f><v>9.12</v></c>"#))).unwrap(), "price\n9.12\n");
    assert_eq!(
        csv(bare("", &rows(r#"<c r="A2"><f>9+0.12</f></c>"#))).unwrap_err(),
        "cell A2 holds a formula without its result; \
         open the workbook in a spreadsheet program, let it compute and save it again"
    );
    assert_eq!(
        csv(bare("", &rows(r#"<c r="A2" t="e"><f>VLOOKUP(1,B1:B9,1)</f><v>#N/A</v></c>"#))).unwrap_err(),
        "cell A2 holds the error #N/A; mend its formula, or write the value"
    );
}

#[test]
fn what_is_not_known_exactly_is_refused_with_its_cell() {
    assert_eq!(
        refused(|sheet| sheet.write(1, 1, 33.800000000000004).map(drop)),
        "cell B2 holds 33.800000000000004, which binary arithmetic left behind; 33.8 was probably meant; \
         write 33.8, or round in the formula: =ROUND(…, 1)"
    );
    assert_eq!(
        refused(|sheet| sheet.write_with_format(1, 1, 9.1249, &Format::new().set_num_format("0.00")).map(drop)),
        "cell B2 holds 9.1249 and shows fewer decimals; write the number that is meant, or show 4 decimals"
    );
    assert_eq!(
        refused(|sheet| sheet.write(1, 1, Formula::new("9+0.12")).map(drop)),
        "cell B2 holds a formula without its result; \
         open the workbook in a spreadsheet program, let it compute and save it again"
    );
    assert_eq!(
        refused(|sheet| {
            sheet.write(1, 1, 9.12)?;
            sheet.merge_range(2, 0, 4, 0, "3", &Format::new()).map(drop)
        }),
        "the cells A3:A5 are merged, so that only the first of them holds a value; unmerge them and fill in each"
    );
    assert_eq!(
        refused(|sheet| sheet.write_with_format(1, 1, 1.5, &Format::new().set_num_format("[h]:mm")).map(drop)),
        "cell B2 holds a duration (1.5 days); write it as a number of hours, minutes or seconds"
    );
    assert_eq!(
        refused(|sheet| sheet.write_with_format(1, 1, 59, &Format::new().set_num_format("yyyy-mm-dd")).map(drop)),
        "cell B2 holds the day 59, which spreadsheets do not agree about; write the date as a text such as 2026-01-05"
    );
    assert_eq!(
        refused(|sheet| sheet.write(1, 1, 4_111_111_111_111_111_f64).map(drop)),
        "cell B2 holds 4111111111111111, a whole number of more than 15 digits, of which the sheet keeps 15; \
         format the cell as text and write it again"
    );
    assert_eq!(
        refused(|sheet| sheet.write(1, 2, 1).map(drop)),
        "cell C1 is empty, and values stand below it; name the column, or take out what stands below it"
    );
}

#[test]
fn a_number_among_texts_with_leading_zeros_is_refused() {
    let bytes = excel(|sheet| {
        sheet.write(0, 0, "postcode")?.write(1, 0, "07030")?.write(2, 0, 7040)?.write(3, 0, 10001)?;
        Ok(())
    });
    assert_eq!(
        csv(bytes).unwrap_err(),
        "cell A3 holds the number 7040 where A2 holds the text 07030: leading zeros may be lost; \
         format the column as text and write 07040 if that is meant\n\
         cell A4 holds the number 10001 where A2 holds the text 07030: leading zeros may be lost; \
         format the column as text, so that 10001 is one too"
    );
}

#[test]
fn a_title_above_the_headings_is_passed_over_by_naming_the_first_cell() {
    let bytes = excel(|sheet| {
        sheet.write(0, 0, "Rates of 2026")?;
        sheet.write(2, 0, "zone")?.write(2, 1, "price")?.write(3, 0, 2)?.write(3, 1, 9.12)?;
        Ok(())
    });
    assert_eq!(
        csv(bytes.clone()).unwrap_err(),
        "cell B1 is empty, and values stand below it; name the column; or, if the headings stand in row 3, say so: `#Ground!A3`"
    );
    let rules = |path: &str| {
        format!(
            "ruleset r {{ currency USD }}\ntable t from \"{path}\" {{\n zone : integer\n -> price : money\n}}\noutput p = t[2].price\ntest \"p\" {{ expect p is 9.12 USD }}"
        )
    };
    let compiled = compile(&rules("rates.xlsx#Ground!A3"), Files::of([("rates.xlsx", bytes.clone())])).unwrap();
    assert!(compiled.test().passed());
    compile(&rules("rates.xlsx#Ground!A3:B4"), Files::of([("rates.xlsx", bytes.clone())])).unwrap();
    let error = compile(&rules("rates.xlsx#Air"), Files::of([("rates.xlsx", bytes.clone())])).unwrap_err();
    assert!(
        error.contains("\"rates.xlsx#Air\" cannot be read: there is no sheet `Air`; its sheets are `Ground`"),
        "{error}"
    );
    let error = compile(&rules("rates.xls"), Files::of([("rates.xls", bytes)])).unwrap_err();
    assert!(error.contains("this kind of workbook is not read; save it as .xlsx or .ods"), "{error}");
}

#[test]
fn the_engine_checks_the_cells_of_a_sheet_and_they_can_be_named() {
    let bytes = excel(|sheet| {
        heading(sheet)?;
        sheet.write(1, 0, 2)?.write(1, 1, "1,665.25")?.write(3, 0, 3)?.write(3, 1, "225 [1]")?;
        Ok(())
    });
    let rules = "ruleset r { currency USD }\ntable t from \"rates.xlsx\" {\n zone : integer\n -> price : money\n}\noutput p = t[2].price";
    let error = compile(rules, Files::of([("rates.xlsx", bytes.clone())])).unwrap_err();
    assert!(
        error.contains("rates.xlsx:2: RW0506: a number is written without thousands marks (write `1665.25`)"),
        "{error}"
    );
    assert!(
        error.contains("rates.xlsx:4: RW0506: a footnote stands after this number (take the footnote out of the cell)"),
        "{error}"
    );
    let text = csv(bytes).unwrap();
    assert_eq!(cell_at("rates.xlsx", &text, text.find("225").unwrap()).unwrap().to_string(), "B4");
}

#[test]
fn an_open_document_sheet_is_read_alike() {
    let number = |value: &str, kind: &str| {
        format!(
            r#"<table:table-cell office:value-type="{kind}" office:value="{value}"><text:p>x</text:p></table:table-cell>"#
        )
    };
    let row = |cells: &[String]| format!("<table:table-row>{}</table:table-row>", cells.concat());
    let bytes = open_document(
        &[
            row(&[text("zone"), text("price"), text("discount"), text("from"), text("hour"), text("insured")]),
            row(&[
                number("2", "float"),
                number("33.8", "currency"),
                number("0.185", "percentage"),
                r#"<table:table-cell office:value-type="date" office:date-value="2026-01-05"/>"#.to_owned(),
                r#"<table:table-cell office:value-type="time" office:time-value="PT08H30M00S"/>"#.to_owned(),
                r#"<table:table-cell office:value-type="boolean" office:boolean-value="false"/>"#.to_owned(),
            ]),
        ]
        .concat(),
    );
    assert_eq!(csv(bytes).unwrap(), "zone,price,discount,from,hour,insured\n2,33.8,18.5%,2026-01-05,08:30,no\n");

    let refused = |cells: &[String]| {
        let body = open_document(
            &[row(&[text("zone"), text("price")]), row(&[number("2", "float"), number("9.12", "float")]), row(cells)]
                .concat(),
        );
        csv(body).expect_err("it was read")
    };
    assert_eq!(
        refused(&[number("3", "float"), number("33.800000000000004", "float")]),
        "cell B3 holds 33.800000000000004, which binary arithmetic left behind; 33.8 was probably meant; \
         write 33.8, or round in the formula: =ROUND(…, 1)"
    );
    assert_eq!(
        refused(&[
            number("3", "float"),
            r#"<table:table-cell table:formula="of:=NA()" office:value-type="string" office:string-value="" calcext:value-type="error"><text:p>#N/A</text:p></table:table-cell>"#.to_owned(),
        ]),
        "cell B3 holds the error #N/A; mend its formula, or write the value"
    );
    assert_eq!(
        refused(&[
            r#"<table:table-cell office:value-type="float" office:value="3" table:number-rows-spanned="2" table:number-columns-spanned="1"/>"#.to_owned(),
            number("3", "float"),
        ]),
        "the cells A3:A4 are merged, so that only the first of them holds a value; unmerge them and fill in each"
    );
}

#[test]
fn what_is_no_workbook_is_said_to_be_none() {
    let Err(error) = Workbook::open(b"zone,price\n2,9.12\n".to_vec()) else { panic!("opened") };
    assert_eq!(error, "this is no workbook, or not a whole one; save it again as .xlsx or .ods");
}
