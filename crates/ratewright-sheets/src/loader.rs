//! Sheets for the compiler: a loader that gives `rates.xlsx#Ground` as CSV text and everything else as it was.
//!
//! The engine reads CSV with its own checks of every cell; a sheet only reaches it when each value of it is known exactly. The path
//! in the rules is that of [`SheetPath`].

use crate::place::SheetPath;
use crate::sheet::Remark;
use crate::workbook::Workbook;
use ratewright::{Directory, Loader};

/// How many cells are told of a sheet that is refused; more are counted.
const MOST_TOLD: usize = 5;

/// Gives the bytes of the file at a path, or says why it cannot.
type Bytes = Box<dyn Fn(&str) -> Result<Vec<u8>, String> + Send + Sync>;

/// A loader of texts that reads sheets, too.
pub struct Sheets<L> {
    texts: L,
    bytes: Bytes,
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
        Sheets { texts, bytes: Box::new(bytes) }
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
        sheet.csv().map_err(|refusals| told(refusals, path))
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
