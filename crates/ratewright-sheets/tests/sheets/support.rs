//! Workbooks made for one test.

use ratewright::{Compiler, RuleSet};
use ratewright_sheets::Sheets;
use rust_xlsxwriter::{Workbook, Worksheet, XlsxError};
use std::collections::BTreeMap;
use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;

/// An Excel workbook with one sheet, `Ground`.
pub fn excel(fill: impl FnOnce(&mut Worksheet) -> Result<(), XlsxError>) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name("Ground").unwrap();
    fill(sheet).unwrap();
    workbook.save_to_buffer().unwrap()
}

/// An OpenDocument workbook with one sheet, `Ground`, whose rows are given as XML.
pub fn open_document(rows: &str) -> Vec<u8> {
    let content = format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><office:document-content
        xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
        xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"
        office:version="1.3"><office:body><office:spreadsheet><table:table table:name="Ground">{rows}</table:table></office:spreadsheet></office:body></office:document-content>"#
    );
    let manifest = r#"<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/></manifest:manifest>"#;
    zipped(&[
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", manifest),
        ("content.xml", &content),
    ])
}

/// A zip file, nothing in it compressed.
pub fn zipped(files: &[(&str, &str)]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in files {
        let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        archive.start_file(*name, options).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// The text of one cell of OpenDocument XML.
pub fn text(value: &str) -> String {
    format!(r#"<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>"#)
}

/// A loader of files that are in memory.
pub struct Files(pub BTreeMap<String, Vec<u8>>);

impl Files {
    pub fn of<const N: usize>(files: [(&str, Vec<u8>); N]) -> Files {
        Files(files.into_iter().map(|(name, bytes)| (name.to_owned(), bytes)).collect())
    }
}

/// Compiles `main.rules` among files in memory, sheets included.
pub fn compile(rules: &str, files: Files) -> Result<RuleSet, String> {
    let bytes = files.0;
    let texts = bytes.clone();
    let find =
        |files: &BTreeMap<String, Vec<u8>>, path: &str| files.get(path).cloned().ok_or("no such file".to_owned());
    let loader = Texts(texts);
    let sheets = Sheets::new(loader, move |path| find(&bytes, path));
    Compiler::new().loader(sheets).source("main.rules", rules).compile("main.rules").map_err(|rejected| {
        let lines = rejected.diagnostics.iter().map(|one| {
            let place = rejected.sources.line_of(one.primary.span);
            format!("{place}: {}: {} ({})", one.code, one.title, one.help.as_deref().unwrap_or(""))
        });
        lines.collect::<Vec<_>>().join("\n")
    })
}

struct Texts(BTreeMap<String, Vec<u8>>);

impl ratewright::Loader for Texts {
    fn load(&self, path: &str) -> Result<String, String> {
        let bytes = self.0.get(path).ok_or("no such file")?;
        String::from_utf8(bytes.clone()).map_err(|error| error.to_string())
    }
}
