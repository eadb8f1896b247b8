//! Tables as files: the rows of a compiled table as CSV or as a sheet, from which the same table is read again.
//!
//! Each column of the table is one column of the file, headed by its name; a range stands in one cell in the words of the language
//! (`over 1 up to 10`), for only so can every range be written. The declaration that reads the file comes with it, since a crosstab
//! becomes a row for each of its cells, and a table that was declared once for each period has a column `valid`.

mod cells;
mod declaration;
mod workbook;

use crate::sheet::push_quoted;
use cells::Writer;
use ratewright::program::Program;
use ratewright::table::{Cell, Default as Miss, Role, Table};
use std::borrow::Cow;
use std::io;

/// A table whose cells are texts.
///
/// ```
/// let rules = ratewright::RuleSet::compile("
///     ruleset r { currency USD }
///     table fee {
///       weight : mass in lb by range
///       -> price : money
///       | weight          || price |
///       | up to 1         || 9.12  |
///       | over 1 up to 10 || 10.44 |
///     }
/// ")?;
/// let table = ratewright_sheets::Export::of(rules.program(), "fee").unwrap();
/// let mut csv = Vec::new();
/// table.csv(&mut csv).unwrap();
/// assert_eq!(String::from_utf8(csv).unwrap(), "weight,price\nup to 1,9.12\nover 1 up to 10,10.44\n");
/// assert_eq!(
///     table.declaration("fee.csv"),
///     "table fee unique from \"fee.csv\" {\n    weight : mass in lb by range\n    -> price : money\n}\n"
/// );
/// # Ok::<(), ratewright::Rejected>(())
/// ```
#[derive(Debug)]
pub struct Export<'a> {
    table: &'a Table,
    /// The headings, `because` among them where a row has a reason.
    headings: Vec<String>,
    /// The text of each distinct cell of each column.
    texts: Vec<Vec<String>>,
    /// The row `otherwise` that refuses.
    refusal: Option<String>,
    has_reasons: bool,
    /// The declaration up to the file's name, and after it.
    declaration: (String, String),
}

impl<'a> Export<'a> {
    /// The table of this name in a program.
    ///
    /// # Errors
    /// In words for the author: there is no such table, or a value of it has no exact text, as a third of a pound has none.
    pub fn of(program: &'a Program, name: &str) -> Result<Export<'a>, String> {
        let Some(table) = program.tables.iter().find(|table| table.name == name) else {
            let names = program.tables.iter().map(|table| table.name.as_str());
            let near = ratewright::diagnostic::did_you_mean(name, names.clone());
            let help = match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => {
                    format!("its tables are {}", names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", "))
                }
            };
            return Err(format!("the rule set has no table `{name}`; {help}"));
        };
        let writer = Writer { enums: &program.enums };
        let mut texts = Vec::with_capacity(table.columns.len());
        for (column, at) in table.columns.iter().zip(0..) {
            let cells = table
                .distinct(at)
                .iter()
                .map(|cell| writer.cell(column, cell).map_err(|why| format!("in column `{}`, {why}", column.name)));
            texts.push(cells.collect::<Result<Vec<_>, _>>()?);
        }
        let has_reasons = (0..table.len() as u32).any(|row| table.because(row).is_some());
        let mut headings: Vec<String> = table.columns.iter().map(|column| column.name.clone()).collect();
        if has_reasons {
            headings.push("because".to_owned());
        }
        let twin =
            headings.iter().enumerate().find(|(at, heading)| headings.iter().take(*at).any(|other| other == *heading));
        if let Some((_, twin)) = twin {
            return Err(format!("two columns of the file would be headed `{twin}`; rename that column of the table"));
        }
        let refusal = match &table.default {
            Miss::Refuse(code, message, _) => {
                Some(format!("refuse {} {}", cells::quoted(code), cells::quoted(message)))
            }
            Miss::Error | Miss::Row => None,
        };
        let declaration = declaration::of(program, table)?;
        Ok(Export { table, headings, texts, refusal, has_reasons, declaration })
    }

    /// The rows: texts as a CSV file holds them.
    pub fn rows(&self) -> impl Iterator<Item = Vec<Cow<'_, str>>> {
        let refusal = self.refusal.as_deref().map(|text| self.refusing(text));
        (0..self.table.len() as u32).map(|row| self.row(row)).chain(refusal)
    }

    /// The headings.
    pub fn headings(&self) -> &[String] {
        &self.headings
    }

    fn row(&self, row: u32) -> Vec<Cow<'_, str>> {
        let otherwise = row as usize >= self.table.matchable();
        let mut cells = Vec::with_capacity(self.headings.len());
        for ((column, texts), at) in self.table.columns.iter().zip(&self.texts).zip(0..) {
            let text = self.table.cell_id(row, at).and_then(|id| texts.get(id as usize)).map_or("", String::as_str);
            cells.push(Cow::Borrowed(if otherwise && column.role != Role::Value { "" } else { text }));
        }
        if let Some(first) = cells.first_mut().filter(|_| otherwise) {
            *first = "otherwise".into();
        }
        if self.has_reasons {
            cells.push(self.table.because(row).map_or(Cow::Borrowed(""), |because| cells::reason(because)));
        }
        cells
    }

    fn refusing<'s>(&'s self, text: &'s str) -> Vec<Cow<'s, str>> {
        let mut cells = vec![Cow::Borrowed(""); self.headings.len()];
        let value = self.table.columns.iter().position(|column| column.role == Role::Value);
        for (at, written) in [(Some(0), "otherwise"), (value, text)] {
            if let Some(cell) = at.and_then(|at| cells.get_mut(at)) {
                *cell = written.into();
            }
        }
        cells
    }

    /// Writes the table as CSV.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn csv(&self, out: &mut impl io::Write) -> io::Result<()> {
        let mut line = String::new();
        let headings = self.headings.iter().map(|heading| heading.as_str().into()).collect();
        for cells in std::iter::once(headings).chain(self.rows()) {
            line.clear();
            for (at, cell) in cells.iter().enumerate() {
                if at > 0 {
                    line.push(',');
                }
                push_quoted(&mut line, cell);
            }
            // A line without a character would be no row.
            line.push_str(if line.is_empty() { "\"\"\n" } else { "\n" });
            out.write_all(line.as_bytes())?;
        }
        Ok(())
    }

    /// The table as an `.xlsx` workbook of one sheet. A number that a sheet would not keep to the last digit stands in it as a text, which
    /// is read alike.
    ///
    /// # Errors
    /// A sheet cannot hold it: more than 1,048,576 rows, texts of more than 32,767 characters.
    pub fn xlsx(&self) -> Result<Vec<u8>, String> {
        workbook::write(self)
    }

    /// The declaration of the table, reading `path`.
    pub fn declaration(&self, path: &str) -> String {
        format!("{}{}{}", self.declaration.0, cells::quoted(path), self.declaration.1)
    }
}

/// Whether any cell of a column is something else than one value.
fn holds_more_than_values(table: &Table, column: u16) -> bool {
    table.distinct(column).iter().any(|cell| !matches!(cell, Cell::Value(_)))
}
