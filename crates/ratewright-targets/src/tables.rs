//! Tables that nobody made: CSV files, workbooks, and decision tables in DMN.

use crate::{bound, halves};
use ratewright::{Compiler, RuleSet};
use ratewright_sheets::{Sheets, dmn};
use std::io::{Cursor, Write};

/// Declares a table over whatever file is tried. Prices one shipment by it.
const RATES: &str = "ruleset targets.rates { currency USD }
enum Service { ground, two_day }
input { service : Service, postcode : text, weight : mass in lb }
table rates from \"FILE\" {
  service  : Service
  postcode : text by longest prefix
  weight   : mass in lb by range
  -> price : money
}
charge BASE = rates[service, postcode, weight].price
";

const SHIPMENT: &str = r#"{"service": "ground", "postcode": "43004", "weight": 12.5}"#;

/// A CSV file is a table, or refused with its lines; a table gives the same row each time.
pub fn csv(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let rules = RATES.replace("FILE", "rates.csv");
    let compiler = Compiler::new().source("rates.rules", &rules).source("rates.csv", text);
    match bound::within(text.len(), || compiler.compile("rates.rules")) {
        Ok(rules) => prices(&rules),
        Err(rejected) => assert!(!rejected.diagnostics.is_empty(), "refused without a word"),
    }
}

fn prices(rules: &RuleSet) {
    let words = |result: Result<ratewright::Quote, ratewright::EvalError>| result.map_err(|error| error.to_string());
    assert_eq!(words(rules.quote_json(SHIPMENT)), words(rules.quote_json(SHIPMENT)), "asked again it is another quote");
}

/// The bytes of a workbook are a table, or refused with words. What is no archive is taken as the parts of one, with `---` on a line between them:
/// of an OpenDocument workbook its sheets, of an Excel workbook a sheet, its strings, its styles, and the list of sheets.
pub fn workbook(bytes: &[u8]) {
    let made = if bytes.starts_with(b"PK") { None } else { Some(archive(bytes)) };
    let bytes = made.as_deref().unwrap_or(bytes);
    let ending = if bytes.windows(8).any(|window| window == b"mimetype") { "ods" } else { "xlsx" };
    let path = format!("rates.{ending}");
    let texts = Compiler::new().source("rates.rules", &RATES.replace("FILE", &path));
    let held = bytes.to_vec();
    let sheets = Sheets::new(texts, move |_: &str| Ok(held.clone()));
    match bound::within(bytes.len(), || Compiler::new().loader(sheets).compile("rates.rules")) {
        Ok(rules) => prices(&rules),
        Err(rejected) => assert!(!rejected.diagnostics.is_empty(), "refused without a word"),
    }
}

/// An archive of parts that stand in one text, with whatever else a workbook must have.
fn archive(bytes: &[u8]) -> Vec<u8> {
    const OPEN: &str = "application/vnd.oasis.opendocument.spreadsheet";
    const RELATIONS: &str = r#"<Relationships><Relationship Id="s" Type="x/relationships/worksheet" Target="sheet.xml"/><Relationship Id="t" Type="x/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
    const SHEETS: &str = r#"<workbook><sheets><sheet name="S" r:id="s"/></sheets></workbook>"#;
    let (sheet, rest) = halves(bytes);
    if sheet.windows(12).any(|window| window == b"<table:table") {
        return packed(&[("mimetype", OPEN.as_bytes()), ("META-INF/manifest.xml", b"<m/>"), ("content.xml", sheet)]);
    }
    let (strings, rest) = halves(rest);
    let (styles, sheets) = halves(rest);
    let sheets = if sheets.is_empty() { SHEETS.as_bytes() } else { sheets };
    packed(&[
        ("_rels/.rels", RELATIONS.as_bytes()),
        ("xl/_rels/workbook.xml.rels", RELATIONS.as_bytes()),
        ("xl/workbook.xml", sheets),
        ("xl/sheet.xml", sheet),
        ("xl/sharedStrings.xml", if strings.is_empty() { b"<sst/>" } else { strings }),
        ("xl/styles.xml", if styles.is_empty() { b"<styleSheet/>" } else { styles }),
    ])
}

fn packed(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, bytes) in parts {
        if archive.start_file(*name, stored).and_then(|()| Ok(archive.write_all(bytes)?)).is_err() {
            return Vec::new();
        }
    }
    archive.finish().map(Cursor::into_inner).unwrap_or_default()
}

/// A model in DMN becomes rules that are accepted, or none where nothing of it can be, or is refused with words. After `---` on a line stands an input for them.
pub fn dmn(bytes: &[u8]) {
    let (model, input) = halves(bytes);
    let (Ok(model), Ok(input)) = (std::str::from_utf8(model), std::str::from_utf8(input)) else { return };
    match bound::within(model.len(), || dmn::import(model)) {
        Ok(draft) if draft.rules.is_empty() => {
            assert!(draft.imported.is_empty(), "it is said to be imported, and there are no rules");
            assert!(draft.decisions == 0 || !draft.left_out.is_empty(), "left out without a word");
        }
        Ok(draft) => match RuleSet::compile(&draft.rules) {
            Ok(rules) => drop(rules.quote_json(input)),
            Err(rejected) => panic!("the draft is refused: {:?}\n{}", rejected.diagnostics, draft.rules),
        },
        Err(refused) => assert!(!refused.to_string().is_empty(), "refused without a word"),
    }
}
