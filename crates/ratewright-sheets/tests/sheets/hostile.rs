//! Workbooks that are made to fill a machine: each is refused in words before any room is made for it.

use crate::support::{open_document, text, zipped};
use ratewright_sheets::workbook::{LARGEST_WORKBOOK, MOST_PARTS, MOST_UNPACKED, Workbook};
use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;

/// Why the only sheet of a workbook cannot be had.
#[track_caller]
fn refused(bytes: Vec<u8>) -> String {
    match Workbook::open(bytes).and_then(|mut workbook| workbook.sheet(None, None)) {
        Ok(sheet) => panic!("it was read: {} rows", sheet.rows.len()),
        Err(words) => words,
    }
}

const SPREADSHEET: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// The parts of an Excel workbook with one sheet: its strings, its styles and what stands in its sheet.
fn parts(strings: &str, styles: &str, sheet: &str) -> Vec<(&'static str, String)> {
    let relation =
        |kind: &str, target: &str| format!(r#"<Relationship Id="{kind}" Type="{OFFICE}/{kind}" Target="{target}"/>"#);
    let relations = |all: String| format!("<Relationships>{all}</Relationships>");
    vec![
        ("_rels/.rels", relations(relation("officeDocument", "xl/workbook.xml"))),
        (
            "xl/_rels/workbook.xml.rels",
            relations(relation("worksheet", "worksheets/sheet1.xml") + &relation("styles", "styles.xml")),
        ),
        (
            "xl/workbook.xml",
            format!(
                r#"<workbook xmlns="{SPREADSHEET}" xmlns:r="{OFFICE}"><sheets><sheet name="Ground" sheetId="1" r:id="worksheet"/></sheets></workbook>"#
            ),
        ),
        ("xl/sharedStrings.xml", strings.to_owned()),
        ("xl/styles.xml", styles.to_owned()),
        ("xl/worksheets/sheet1.xml", format!(r#"<worksheet xmlns="{SPREADSHEET}">{sheet}</worksheet>"#)),
    ]
}

/// A workbook of these parts, packed.
fn excel(strings: &str, styles: &str, sheet: &str) -> Vec<u8> {
    packed(parts(strings, styles, sheet).iter().map(|(name, text)| (*name, text.as_bytes(), 1)))
}

/// An archive of parts, each of which is these bytes so often.
fn packed<'a>(parts: impl IntoIterator<Item = (&'a str, &'a [u8], usize)>) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes, times) in parts {
        archive.start_file(name, SimpleFileOptions::default()).unwrap();
        (0..times).for_each(|_| archive.write_all(bytes).unwrap());
    }
    archive.finish().unwrap().into_inner()
}

const NO_STRINGS: &str = "<sst/>";
const NO_STYLES: &str = "<styleSheet/>";

fn cells(cells: &str) -> Vec<u8> {
    excel(NO_STRINGS, NO_STYLES, &format!("<sheetData><row>{cells}</row></sheetData>"))
}

#[test]
fn a_workbook_that_says_nothing_wrong_is_read() {
    let bytes = cells(r#"<c r="A1" t="str"><v>zone</v></c><c r="A2"><v>2</v></c><c r="A2"><f>1+2</f><v>3</v></c>"#);
    let sheet = Workbook::open(bytes).unwrap().sheet(None, None).unwrap();
    assert_eq!(sheet.csv().unwrap(), "zone\n3\n", "of a place that is there twice the last counts");
}

#[test]
fn what_unpacks_to_more_than_is_read_is_refused_unread() {
    let mut bytes = cells("");
    let entry = bytes.windows(4).position(|four| four == b"PK\x01\x02").unwrap();
    let size = u32::try_from(MOST_UNPACKED).unwrap();
    bytes[entry + 24..entry + 28].copy_from_slice(&size.to_le_bytes());
    let words = refused(bytes);
    assert!(words.contains("unpacks to more than 512 MiB"), "{words}");
}

#[test]
fn large_files_and_those_of_many_parts_are_refused_unread() {
    assert!(refused(vec![b'P'; LARGEST_WORKBOOK + 1]).contains("is larger than 64 MiB"));
    let names: Vec<String> = (0..=MOST_PARTS).map(|at| at.to_string()).collect();
    let many = packed(names.iter().map(|name| (name.as_str(), "".as_bytes(), 1)));
    assert!(refused(many).contains("has more than 10000 parts"));
    // A directory that says that it has more entries than the file has bytes.
    let mut lying = cells("");
    let end = lying.len() - 22;
    lying[end + 8..end + 12].copy_from_slice(&[0xff; 4]);
    assert!(refused(lying).contains("no workbook"));
}

#[test]
fn an_older_or_protected_workbook_is_said_to_be_one() {
    let words = refused([b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".as_slice(), &[0xff; 600]].concat());
    assert!(words.contains("protected by a password, or of an older kind"), "{words}");
}

#[test]
fn strings_that_a_workbook_only_claims_get_no_room() {
    for count in ["18446744073709551615", "4000000000", "10000001"] {
        let strings = format!(r#"<sst uniqueCount="{count}"/>"#);
        let words = refused(excel(&strings, NO_STYLES, "<sheetData/>"));
        assert!(words.contains("`uniqueCount` of an element `sst` cannot be"), "{words}");
    }
}

#[test]
fn a_sheet_as_wide_as_its_farthest_cell_gets_no_room() {
    let words = refused(cells(r#"<c r="A1"><v>1</v></c><c r="XFD1048576"><v>1</v></c>"#));
    assert!(words.starts_with("the sheet `Ground` has more than 5000000 cells; say which are the table"), "{words}");
    // An area that is named is read whatever lies outside of it.
    let bytes = cells(r#"<c r="A1" t="str"><v>zone</v></c><c r="A2"><v>2</v></c><c r="XFD1048576"><v>1</v></c>"#);
    let area = ratewright_sheets::place::Area::parse("A1:A2");
    let sheet = Workbook::open(bytes).unwrap().sheet(None, area).unwrap();
    assert_eq!(sheet.csv().unwrap(), "zone\n2\n");
}

#[test]
fn places_that_no_sheet_has_are_refused() {
    for place in ["ZZZZZZZZZZZZ1", "A99999999999", "A1048577", "XFE1", "1", ""] {
        let words = refused(cells(&format!(r#"<c r="{place}"><v>1</v></c>"#)));
        assert!(words.contains(&format!("`r` of an element `c` cannot be {place}")), "{words}");
    }
    let sheet = |before: &str, row: &str, formula: &str, after: &str| {
        format!("{before}<sheetData><row {row}><c r=\"A1\"><f {formula}/><v>1</v></c></row></sheetData>{after}")
    };
    for (element, sheet) in [
        ("dimension", sheet(r#"<dimension ref="B2:A1"/>"#, "", "", "")),
        ("row", sheet("", r#"r="4294967296""#, "", "")),
        ("f", sheet("", "", r#"t="shared" si="0" ref="A1:AAAAAAAA1""#, "")),
        ("mergeCell", sheet("", "", "", r#"<mergeCells><mergeCell ref="C3:A1"/></mergeCells>"#)),
    ] {
        let words = refused(excel(NO_STRINGS, NO_STYLES, &sheet));
        assert!(words.contains(&format!("of an element `{element}` cannot be")), "{words}");
    }
}

#[test]
fn one_long_string_in_many_cells_is_counted_in_each() {
    let strings = format!("<sst><si><t>{}</t></si></sst>", "x".repeat(1 << 20));
    let row = r#"<c t="s"><v>0</v></c>"#.repeat(300);
    let words = refused(excel(&strings, NO_STYLES, &format!("<sheetData><row>{row}</row></sheetData>")));
    assert!(words.contains("has cells of more than 256 MiB in the sheet `Ground`"), "{words}");
}

#[test]
fn a_formula_that_is_shared_is_not_written_out() {
    // Written out it would be a hundred megabytes, and so many for each cell that an index stands before.
    let shared = format!(
        r#"<c r="A1"><f t="shared" si="18446744073709551614" ref="A1:A900">{}</f><v>1</v></c>"#,
        "1+".repeat(50_000) + "1"
    );
    let derived: String = (2..=900)
        .map(|row| format!(r#"<c r="A{row}"><f t="shared" si="18446744073709551614"/><v>2</v></c>"#))
        .collect();
    let sheet = Workbook::open(cells(&format!("{shared}{derived}"))).unwrap().sheet(None, None).unwrap();
    assert_eq!(sheet.rows.len(), 900);
}

#[test]
fn long_formats_and_many_styles_are_refused() {
    let format = format!(
        r#"<styleSheet><numFmts><numFmt numFmtId="200" formatCode="{}"/></numFmts></styleSheet>"#,
        "0".repeat(1_001)
    );
    assert!(
        refused(excel(NO_STRINGS, &format, "<sheetData/>"))
            .contains("`formatCode` of an element `numFmt` cannot be 000")
    );
    let styles = format!("<styleSheet><cellXfs>{}</cellXfs></styleSheet>", "<xf/>".repeat(65_537));
    assert!(refused(excel(NO_STRINGS, &styles, "<sheetData/>")).contains("has more than 65536 elements `xf`"));
    let merged = format!("<sheetData/><mergeCells>{}</mergeCells>", r#"<mergeCell ref="A1:B1"/>"#.repeat(100_001));
    assert!(refused(excel(NO_STRINGS, NO_STYLES, &merged)).contains("has more than 100000 elements `mergeCell`"));
    let attributes: String = (0..1_001).map(|at| format!(r#" a{at}="""#)).collect();
    let words = refused(excel(NO_STRINGS, NO_STYLES, &format!("<sheetData{attributes}/>")));
    assert!(words.contains("has an element `sheetData` of more than 1000 attributes"), "{words}");
}

#[test]
fn many_sheets_are_not_all_named() {
    let mut parts = parts(NO_STRINGS, NO_STYLES, "<sheetData/>");
    let sheets = |count: usize| -> String {
        (0..count).map(|at| format!(r#"<sheet name="S{at}" sheetId="1" r:id="worksheet"/>"#)).collect()
    };
    parts[2].1 = format!("<workbook><sheets>{}</sheets></workbook>", sheets(900));
    let words = refused(packed(parts.iter().map(|(name, text)| (*name, text.as_bytes(), 1))));
    assert!(words.contains("`S19`, 880 more)") && !words.contains("`S20`"), "{words}");
    parts[2].1 = format!("<workbook><sheets>{}</sheets></workbook>", sheets(1_001));
    let words = refused(packed(parts.iter().map(|(name, text)| (*name, text.as_bytes(), 1))));
    assert!(words.contains("has more than 1000 elements `sheet`"), "{words}");
}

/// A row of one cell, each repeated so often.
fn row(rows: u64, columns: u64, cell: &str) -> String {
    let cell = cell.replacen(
        "<table:table-cell",
        &format!("<table:table-cell table:number-columns-repeated=\"{columns}\""),
        1,
    );
    format!("<table:table-row table:number-rows-repeated=\"{rows}\">{cell}</table:table-row>")
}

#[test]
fn cells_that_are_repeated_are_counted_as_often() {
    let price = r#"<table:table-cell office:value-type="float" office:value="1"/>"#;
    let head = row(1, 1, &text("zone"));
    for rows in [
        row(1_048_576, 16_384, price),
        row(1_048_576, 5, price),
        row(18_446_744_073_709_551_615, 1, price),
        row(1, 18_446_744_073_709_551_615, price),
        // Ten million empty cells between two that hold something.
        head.clone() + &row(10_000_000, 1, "<table:table-cell/>") + &row(1, 1, price),
        head.clone() + &row(1, 1, price) + &row(5_000_000, 2, price),
    ] {
        let words = refused(open_document(&(head.clone() + &rows)));
        assert!(words.contains("has sheets of more than 5000000 cells"), "{words}");
    }
    for long in [
        text(&"x".repeat(1 << 20)),
        text(&"&lt;".repeat(1 << 20)),
        text(&format!("<![CDATA[{}]]>", "x".repeat(1 << 20))),
    ] {
        let words = refused(open_document(&(head.clone() + &row(100, 100, &long))));
        assert!(words.contains("has cells of more than 256 MiB"), "{words}");
    }
    // What holds nothing may be repeated to the end of the sheet, as spreadsheets write it.
    let rest = row(1, 16_384, "<table:table-cell/>") + &row(1_048_000, 16_384, "<table:table-cell/>");
    let sheet = Workbook::open(open_document(&(head + &row(1, 1, price) + &rest))).unwrap().sheet(None, None).unwrap();
    assert_eq!(sheet.csv().unwrap(), "zone\n1\n");
}

#[test]
fn sheets_that_do_not_end_are_not_waited_for() {
    let manifest = "<manifest:manifest/>";
    let document = |content: &str| {
        zipped(&[
            ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
            ("META-INF/manifest.xml", manifest),
            ("content.xml", content),
        ])
    };
    for content in [
        r#"<a><table:table table:name="Ground">"#,
        r#"<table:table table:name="Ground"><table:table-row>"#,
        r#"<table:table table:name="Ground"><table:table-row><table:table-cell office:value-type="string"><office:annotation>"#,
        r#"<table:table table:name="Ground"><table:table-row></table:table></table:table-row>"#,
    ] {
        assert!(refused(document(content)).contains("no workbook that can be read"), "{content}");
    }
}

#[test]
fn a_sheet_of_faults_is_told_in_few_words() {
    let faults = r#"<c t="e"><v>#N/A</v></c>"#.repeat(100);
    let rows: String = (1..=1_001).map(|row| format!(r#"<row r="{row}">{faults}</row>"#)).collect();
    let words = refused(excel(NO_STRINGS, NO_STYLES, &format!("<sheetData>{rows}</sheetData>")));
    assert!(
        words.contains(
            "has more than 100000 cells that cannot be taken as they stand; the first: cell A1 holds the error"
        ),
        "{words}"
    );
    let zeros: String = (1..=100_004).map(|row| format!(r#"<row r="{row}"><c><v>7</v></c></row>"#)).collect();
    let sheet = format!(
        r#"<sheetData><row><c t="str"><v>code</v></c></row><row r="2"><c t="str"><v>07</v></c></row>{}</sheetData>"#,
        zeros.replacen(r#"<row r="1"><c><v>7</v></c></row><row r="2"><c><v>7</v></c></row>"#, "", 1)
    );
    assert!(refused(excel(NO_STRINGS, NO_STYLES, &sheet)).contains("has more than 100000 cells"));
}

#[test]
fn days_that_no_calendar_has_are_refused_with_their_cell() {
    let styles = r#"<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>"#;
    for day in ["1e300", "-1e300", "99999999999", "inf", "NaN"] {
        let sheet = format!(
            r#"<sheetData><row><c t="str"><v>day</v></c></row><row><c s="1"><v>{day}</v></c></row></sheetData>"#
        );
        let sheet = Workbook::open(excel(NO_STRINGS, styles, &sheet)).unwrap().sheet(None, None);
        let refused =
            sheet.map_or_else(|words| words, |sheet| sheet.refusals.iter().map(ToString::to_string).collect());
        assert!(refused.contains("A2") || refused.contains("cannot be read"), "{day}: {refused}");
    }
}
