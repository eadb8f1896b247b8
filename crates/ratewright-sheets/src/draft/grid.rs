//! All the rows of a file, each distinct cell of a column kept once.

use crate::looks::{Kind, Look};
use crate::review::profiles;
use crate::source::Source;
use ratewright::value::{Date, Number, Value};
use std::collections::HashMap;

/// The cells of a file.
pub(super) struct Grid {
    pub columns: Vec<Column>,
    /// The line of each row.
    pub lines: Vec<u64>,
    /// Whether the last row of the file says what holds otherwise; it is not among the rows.
    pub has_otherwise: bool,
}

/// One column.
pub(super) struct Column {
    pub heading: String,
    /// The number of each row's cell among the texts.
    pub ids: Vec<u32>,
    /// The distinct cells.
    pub texts: Vec<String>,
    /// What every cell of it can be read as.
    pub kind: Kind,
    /// The kind that most cells have, an example of the others with its line, and how many there are.
    pub strays: Option<Strays>,
    pub empty: usize,
}

/// Cells that keep a column from being what it is meant to be.
pub(super) struct Strays {
    pub kind: Kind,
    pub example: String,
    pub line: u64,
    pub count: usize,
}

impl Grid {
    /// Reads a file.
    pub fn read(source: &Source) -> Result<Grid, String> {
        if let Some(first) = source.refusals().first() {
            let more = source.refusals().len().saturating_sub(1);
            return Err(format!(
                "{first}{}",
                if more > 0 { format!(" (and {more} more cells)") } else { String::new() }
            ));
        }
        let headings = source.headings()?;
        check_headings(&headings)?;
        let (profiles, _) = profiles(source, headings.len())?;
        let mut columns: Vec<Column> = headings
            .into_iter()
            .zip(&profiles)
            .map(|(heading, profile)| Column {
                heading,
                ids: Vec::new(),
                texts: Vec::new(),
                kind: profile.kind(),
                strays: None,
                empty: profile.count(&[Look::Empty]),
            })
            .collect();
        let mut numbers: Vec<HashMap<String, u32>> = columns.iter().map(|_| HashMap::new()).collect();
        let mut lines = Vec::new();
        let (mut first, mut ragged, mut otherwise) = (true, None, None);
        source.each(&mut |record| {
            if std::mem::take(&mut first) {
                return true;
            }
            if record.cells.len() != columns.len() {
                ragged = Some(format!(
                    "the row of line {} has {} cells under {} headings",
                    record.line,
                    record.cells.len(),
                    columns.len()
                ));
                return false;
            }
            if let Some(line) = otherwise {
                ragged = Some(format!("the row `otherwise` of line {line} is not the last row"));
                return false;
            }
            if record.cells.first().is_some_and(|cell| *cell == "otherwise") {
                otherwise = Some(record.line);
                return true;
            }
            lines.push(record.line);
            for ((cell, column), numbers) in record.cells.iter().zip(&mut columns).zip(&mut numbers) {
                column.push(cell, numbers);
            }
            true
        })?;
        if let Some(ragged) = ragged {
            return Err(ragged);
        }
        if lines.is_empty() {
            return Err("it has headings and no rows".into());
        }
        for column in &mut columns {
            column.settle_kind(&lines)?;
        }
        Ok(Grid { columns, lines, has_otherwise: otherwise.is_some() })
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.lines.len()
    }

    pub fn column(&self, at: usize) -> Option<&Column> {
        self.columns.get(at)
    }
}

fn check_headings(headings: &[String]) -> Result<(), String> {
    for (at, heading) in headings.iter().enumerate() {
        if heading.trim().is_empty() {
            return Err(format!("column {} has no heading", at.saturating_add(1)));
        }
        if headings.iter().take(at).any(|other| other == heading) {
            return Err(format!("two columns are headed `{heading}`"));
        }
    }
    Ok(())
}

impl Column {
    fn push(&mut self, cell: &str, numbers: &mut HashMap<String, u32>) {
        let next = u32::try_from(self.texts.len()).unwrap_or(u32::MAX);
        let id = match numbers.get(cell) {
            Some(id) => *id,
            None => {
                numbers.insert(cell.to_owned(), next);
                self.texts.push(cell.to_owned());
                next
            }
        };
        self.ids.push(id);
    }

    /// Takes the kind that most cells have if all of them can be read as it, and falls back to texts else.
    fn settle_kind(&mut self, lines: &[u64]) -> Result<(), String> {
        for kind in [self.kind, Kind::Text] {
            let mut trial = kind.trial();
            let bad: Vec<bool> = self.texts.iter().map(|text| !text.is_empty() && trial.read(text).is_err()).collect();
            let is_bad = |id: &u32| bad.get(*id as usize).copied().unwrap_or_default();
            let count = self.ids.iter().filter(|id| is_bad(id)).count();
            let first = self.ids.iter().zip(lines).find(|(id, _)| is_bad(id));
            let Some((id, line)) = first else {
                self.kind = kind;
                return Ok(());
            };
            let example = self.texts.get(*id as usize).cloned().unwrap_or_default();
            if kind == Kind::Text {
                let fault = trial.read(&example).err().map_or_else(String::new, |fault| fault.found);
                return Err(format!("line {line}, {}: {fault}", self.heading));
            }
            self.strays = Some(Strays { kind, example, line: *line, count });
        }
        Ok(())
    }

    /// The text of a row's cell.
    pub fn text(&self, row: usize) -> &str {
        self.ids.get(row).and_then(|id| self.texts.get(*id as usize)).map_or("", String::as_str)
    }

    /// What each distinct cell is worth, in the order of its kind; `None` for an empty one.
    pub fn values(&self) -> Vec<Option<Value>> {
        let value = |text: &String| match self.kind {
            _ if text.is_empty() => None,
            Kind::Number(_) => Number::parse_literal(text).ok().map(Value::Number),
            Kind::Date => Date::parse(text).map(Value::Date),
            _ => Some(Value::text(text)),
        };
        self.texts.iter().map(value).collect()
    }

    /// A few of its distinct cells, for a comment.
    pub fn examples(&self) -> String {
        let some: Vec<&str> = self.texts.iter().map(String::as_str).filter(|text| !text.is_empty()).take(4).collect();
        let more = self.texts.len() > 4;
        let short: Vec<String> =
            some.iter().map(|text| text.chars().filter(|c| !c.is_control()).take(24).collect()).collect();
        format!("{}{}", short.join(", "), if more { ", …" } else { "" })
    }

    /// How many distinct cells there are.
    pub fn distinct(&self) -> usize {
        self.texts.len()
    }
}
