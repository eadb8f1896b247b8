//! What is doubtful in the values of a file before any rule set names it.
//!
//! A first pass sees what each column is meant to hold, a second one reads every cell as that and tells what cannot be read, in the
//! words that a rule set would be told. Memory does not grow with the file.

use crate::looks::{Kind, Look, Looks, Profile};
use crate::place::Place;
use crate::sheet::Remark;
use crate::source::{Record, Source};
use ratewright::check::{CellTrial, TriedCell};
use std::collections::HashSet;

/// A doubtful value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doubt {
    /// The line of its row, from 1; in a sheet the row.
    pub line: u64,
    /// The cell in a sheet.
    pub cell: Option<Place>,
    /// The heading of its column; empty where it is about the whole row.
    pub column: String,
    /// What stands there.
    pub text: String,
    /// What is wrong with it.
    pub found: String,
    /// What to do.
    pub help: Option<String>,
    /// Whether a table would refuse it; it is odd otherwise.
    pub refused: bool,
}

/// What a file holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reviewed {
    /// The columns: their headings, and what they hold.
    pub columns: Vec<(String, Kind)>,
    /// How many rows stand below the headings.
    pub rows: u64,
}

/// Gives every doubtful value of a file in the order of its rows.
///
/// # Errors
/// The file cannot be read, or is no table at all.
pub fn review(source: &Source, tell: &mut dyn FnMut(Doubt)) -> Result<Reviewed, String> {
    let headings = source.headings()?;
    for (remark, refused) in
        source.refusals().iter().map(|one| (one, true)).chain(source.notes().iter().map(|one| (one, false)))
    {
        tell(of_sheet(remark, &headings, source, refused));
    }
    let refused: HashSet<Place> = source.refusals().iter().map(|remark| remark.place).collect();
    let (profiles, rows) = profiles(source, headings.len())?;
    let mut columns: Vec<Column> =
        headings.iter().zip(&profiles).map(|(heading, profile)| Column::new(heading, profile)).collect();
    let mut first = true;
    source.each(&mut |record| {
        if std::mem::take(&mut first) {
            doubt_headings(&record, tell);
            return true;
        }
        if record.cells.len() != headings.len() {
            let found = format!("a row with {} cells under {} headings", record.cells.len(), headings.len());
            let help = match record.cells.len() < headings.len() {
                true => "add the cells that are missing; a cell may be empty",
                false => "take the extra cells out; a comma inside a cell needs quotes around the cell",
            };
            tell(Doubt { found, help: Some(help.into()), ..doubt(&record, 0, "", "") });
            return true;
        }
        for (at, (cell, column)) in record.cells.iter().zip(&mut columns).enumerate() {
            let known = cell.is_empty() && record.cell(at).is_some_and(|place| refused.contains(&place));
            if let Some(doubt) = column.doubt(&record, at, cell).filter(|_| !known) {
                tell(doubt);
            }
        }
        true
    })?;
    Ok(Reviewed { columns: columns.into_iter().map(|column| (column.heading, column.kind)).collect(), rows })
}

/// What the columns look like, and how many rows there are.
pub(crate) fn profiles(source: &Source, width: usize) -> Result<(Vec<Profile>, u64), String> {
    let mut profiles = vec![Profile::default(); width];
    let mut looks = Looks::default();
    let mut rows = 0_u64;
    source.each(&mut |record| {
        rows = rows.saturating_add(1);
        if rows > 1 && record.cells.len() == width {
            for (cell, profile) in record.cells.iter().zip(&mut profiles) {
                profile.add(looks.of(cell), cell);
            }
        }
        true
    })?;
    Ok((profiles, rows.saturating_sub(1)))
}

/// A column, with what reads its cells.
struct Column {
    heading: String,
    kind: Kind,
    trial: CellTrial,
    looks: Looks,
    code_length: Option<usize>,
    /// Whether all but a few cells hold something.
    full: bool,
}

impl Column {
    fn new(heading: &str, profile: &Profile) -> Column {
        let kind = profile.kind();
        let empty = profile.count(&[Look::Empty]);
        let filled = profile.count(&[
            Look::Whole,
            Look::Decimal,
            Look::Code,
            Look::Percent,
            Look::Date,
            Look::Time,
            Look::Instant,
            Look::YesNo,
            Look::Range,
            Look::Any,
            Look::Text,
        ]);
        Column {
            heading: heading.to_owned(),
            kind,
            trial: kind.trial(),
            looks: Looks::default(),
            code_length: profile.code_length(),
            full: empty.saturating_mul(20) <= filled,
        }
    }

    fn doubt(&mut self, record: &Record<'_>, at: usize, cell: &str) -> Option<Doubt> {
        let base = doubt(record, at, &self.heading, cell);
        if cell.contains('\u{fffd}') {
            let help = "save the file as UTF-8 text".to_owned();
            return Some(Doubt { found: "this is not UTF-8 text".into(), help: Some(help), ..base });
        }
        if cell.is_empty() {
            let words = format!("an empty cell where the others hold {}", self.kind.words());
            let help = "a key of every value is written `any`, a value that may be absent is declared with `?`";
            return self.full.then(|| Doubt { found: words, help: Some(help.into()), refused: false, ..base });
        }
        if matches!(cell, "any" | "*" | "otherwise") {
            return None;
        }
        match self.trial.read(cell) {
            Err(_) if self.looks.of(cell) == Look::Placeholder => {
                let help = "write the value, or leave the cell empty and declare the column with `?`".to_owned();
                let found = format!("a mark where the others hold {}", self.kind.words());
                Some(Doubt { found, help: Some(help), ..base })
            }
            Err(fault) => Some(Doubt { found: fault.found, help: fault.help, ..base }),
            Ok(TriedCell { suspicious: Some(meant), .. }) => {
                let help = format!("a binary fraction that was written out looks like this; was `{meant}` meant?");
                Some(Doubt { found: "a number with very many decimals".into(), help: Some(help), ..base })
            }
            Ok(_) if self.kind == Kind::Code => {
                self.lost_zeros(cell).map(|(found, help)| Doubt { found, help: Some(help), ..base })
            }
            Ok(_) if self.kind == Kind::Text && self.looks.of(cell) == Look::Placeholder => Some(Doubt {
                found: "a mark that may stand for no value".into(),
                help: Some("leave the cell empty if it does".into()),
                refused: false,
                ..base
            }),
            Ok(_) => None,
        }
    }

    fn lost_zeros(&self, cell: &str) -> Option<(String, String)> {
        let length = self.code_length.filter(|length| cell.len() < *length)?;
        let found = format!("fewer digits than the others, which have {length}: leading zeros may be lost");
        cell.bytes()
            .all(|byte| byte.is_ascii_digit())
            .then(|| (found, format!("write `{cell:0>length$}` if that is meant")))
    }
}

fn doubt(record: &Record<'_>, at: usize, column: &str, text: &str) -> Doubt {
    Doubt {
        line: record.line,
        cell: record.cell(at),
        column: column.to_owned(),
        text: text.to_owned(),
        found: String::new(),
        help: None,
        refused: true,
    }
}

fn doubt_headings(record: &Record<'_>, tell: &mut dyn FnMut(Doubt)) {
    for (at, heading) in record.cells.iter().enumerate() {
        let twin = record.cells.iter().take(at).any(|other| other == heading);
        let (found, help) = match (heading.is_empty(), twin, heading.trim() != *heading) {
            _ if heading.contains('\u{fffd}') => ("this is not UTF-8 text", "save the file as UTF-8 text"),
            (true, ..) => ("a column without a heading", "name the column, or take it out"),
            (_, true, _) => ("two columns have this heading", "give one of them another"),
            (_, _, true) => ("blanks stand around this heading", "take them out"),
            _ => continue,
        };
        tell(Doubt { found: found.into(), help: Some(help.into()), ..doubt(record, at, heading, heading) });
    }
}

fn of_sheet(remark: &Remark, headings: &[String], source: &Source, refused: bool) -> Doubt {
    let first = source.as_sheet().map_or(0, |sheet| sheet.first.column);
    let column = remark.place.column.checked_sub(first).and_then(|at| headings.get(at as usize));
    Doubt {
        line: u64::from(remark.place.row).saturating_add(1),
        cell: Some(remark.place),
        column: column.cloned().unwrap_or_default(),
        text: String::new(),
        found: match remark.cells == format!("cell {}", remark.place) {
            true => remark.found.clone(),
            false => format!("{} {}", remark.cells, remark.found),
        },
        help: Some(remark.advice.clone()),
        refused,
    }
}
