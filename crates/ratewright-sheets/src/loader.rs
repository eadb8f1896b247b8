//! Sheets for the compiler: a loader that gives `rates.xlsx#Ground` as CSV text and everything else as it was.
//!
//! The engine reads CSV with its own checks of every cell; a sheet only reaches it when each value of it is known exactly. The path
//! in the rules is that of [`SheetPath`].

use crate::declared::Declared;
use crate::place::{Place, SheetPath, byte_of};
use crate::sheet::Remark;
use crate::workbook::Workbook;
use ratewright::diagnostic::{Diagnostic, codes};
use ratewright::source::{FileId, Span};
use ratewright::types::Type;
use ratewright::{Directory, Loader, RuleSet};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

/// How many cells are told of a sheet that is refused; more are counted.
const MOST_TOLD: usize = 5;

/// Gives the bytes of the file at a path, or says why it cannot.
type Bytes = Box<dyn Fn(&str) -> Result<Vec<u8>, String> + Send + Sync>;

/// A loader of texts that reads sheets, too.
pub struct Sheets<L> {
    texts: L,
    bytes: Bytes,
    read: NumbersRead,
}

/// The columns of a sheet: their heading, and the first number that could have lost digits, with its place.
type UnevenNumbers = Vec<(String, Place, String)>;

/// Which columns of the sheets that were read hold numbers that would not be the same texts, for what only a declaration can tell:
/// that such a column is one of texts.
#[derive(Debug, Clone, Default)]
pub struct NumbersRead {
    sheets: Arc<Mutex<BTreeMap<String, UnevenNumbers>>>,
}

impl NumbersRead {
    /// The columns that a rule set declares as texts and a sheet keeps as numbers, whose leading zeros or last decimals may be lost.
    /// Ask after compiling; where there is one, the rule set should not be used.
    pub fn among_texts(&self, rules: &RuleSet) -> Vec<Diagnostic> {
        let program = rules.program();
        let Ok(sheets) = self.sheets.lock() else { return Vec::new() };
        let mut declared = Declared::default();
        let mut found = Vec::new();
        for table in program.tables.iter().filter(|_| !sheets.is_empty()) {
            let mut files: Vec<FileId> =
                (0..table.len() as u32).filter_map(|row| Some(table.row_span(row)?.file)).collect();
            files.sort_unstable();
            files.dedup();
            for file in files {
                let Some(source) = program.sources.file(file) else { continue };
                let Some(uneven) = sheets.get(&*source.name) else { continue };
                for column in table.columns.iter().filter(|column| column.ty.present() == &Type::Text) {
                    let Ok(written) = declared.of(program, column) else { continue };
                    let Some((_, place, number)) = uneven.iter().find(|(heading, ..)| *heading == written.heading)
                    else {
                        continue;
                    };
                    let start = byte_of(&source.name, &source.text, *place).unwrap_or_default();
                    let offset = |byte: usize| u32::try_from(byte).unwrap_or(u32::MAX);
                    let span = Span::new(file, offset(start), offset(start.saturating_add(number.len())));
                    let title = format!("numbers stand in `{}`, a column of texts", column.name);
                    let help = format!(
                        "the sheet keeps {number} as a number, so that zeros at its beginning or end may be lost; format the column as text and write it again"
                    );
                    let label = format!("in column `{}`", column.name);
                    found.push(Diagnostic::error(codes::BAD_CELL, title, span, label).help(help));
                }
            }
        }
        found
    }
}

impl Sheets<Directory> {
    /// The texts and sheets of the files under one folder.
    ///
    /// ```no_run
    /// use ratewright::{Compiler, Directory};
    /// use ratewright_sheets::Sheets;
    ///
    /// let rules = Compiler::new().loader(Sheets::of(Directory::new("rules"))).compile("freight/parcel.rules")?;
    /// # Ok::<(), ratewright::Rejected>(())
    /// ```
    pub fn of(directory: Directory) -> Self {
        Sheets::new(directory.clone(), move |path| directory.bytes(path))
    }
}

impl<L: Loader> Sheets<L> {
    /// Texts from one place and the bytes of workbooks from another.
    pub fn new(texts: L, bytes: impl Fn(&str) -> Result<Vec<u8>, String> + Send + Sync + 'static) -> Self {
        Sheets { texts, bytes: Box::new(bytes), read: NumbersRead::default() }
    }

    /// What it will have read once a rule set was compiled with it.
    pub fn numbers_read(&self) -> NumbersRead {
        self.read.clone()
    }
}

impl<L: Loader> Loader for Sheets<L> {
    fn load(&self, path: &str) -> Result<String, String> {
        let Some(SheetPath { file, sheet, area }) = SheetPath::parse(path) else {
            return match old_workbook(path) {
                true => Err("this kind of workbook is not read; save it as .xlsx or .ods".to_owned()),
                false => self.texts.load(path),
            };
        };
        let mut workbook = Workbook::open((self.bytes)(&file)?)?;
        let sheet = workbook.sheet(sheet.as_deref(), area)?;
        let text = sheet.csv().map_err(|refusals| told(refusals, path))?;
        if let Ok(mut sheets) = self.read.sheets.lock() {
            sheets.insert(path.to_owned(), sheet.uneven_numbers());
        }
        Ok(text)
    }
}

/// Whether the path names a workbook of a kind that is not read.
fn old_workbook(path: &str) -> bool {
    let file = path.split('#').next().unwrap_or_default().to_ascii_lowercase();
    [".xls", ".xlsb", ".fods", ".numbers"].iter().any(|ending| file.ends_with(ending))
}

fn told(refusals: &[Remark], path: &str) -> String {
    let mut words: Vec<String> = refusals.iter().take(MOST_TOLD).map(Remark::to_string).collect();
    let more = refusals.len().saturating_sub(MOST_TOLD);
    if more > 0 {
        words.push(format!("and {more} more; `ratewright table check` lists them for {path}"));
    }
    words.join(". ")
}
