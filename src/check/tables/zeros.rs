//! Leading zeros that a spreadsheet took away: `7030` in a column of texts in which `07030` stands.
//!
//! Where all texts of digits that begin with a zero have one length, and none is longer, a shorter one has probably lost its zeros.
//! The look-up would compare it as it stands, and never find it; so it is a warning, once for each column.

use super::Builder;
use crate::diagnostic::{Diagnostic, codes};
use crate::table::{Cell, Role, Table};
use crate::types::Type;
use crate::value::Value;

/// What speaks for lost zeros in one column: the numbers of cells.
struct Lost {
    /// A cell with zeros.
    whole: u32,
    /// The first of the cells without.
    short: u32,
    /// How many there are.
    count: usize,
}

impl Builder<'_, '_> {
    pub(super) fn check_zeros(&mut self) {
        let texts = |(_, column): &(u16, &crate::table::Column)| {
            matches!(column.role, Role::Exact | Role::LongestPrefix) && column.ty.present() == &Type::Text
        };
        let found: Vec<(u16, Lost)> = (0_u16..)
            .zip(&self.table.columns)
            .filter(texts)
            .filter_map(|(at, column)| Some((at, lost(self.table.distinct(at), column.role == Role::LongestPrefix)?)))
            .collect();
        for (column, lost) in found {
            if let Some(diagnostic) = warning(&self.table, column, &lost) {
                self.report(diagnostic);
            }
        }
    }
}

fn warning(table: &Table, column: u16, lost: &Lost) -> Option<Diagnostic> {
    let place = |cell: u32| {
        let row = table.rows.cell_ids(column).iter().position(|other| *other == cell)? as u32;
        table.row_span(row)
    };
    let (whole, short) = (digits(table.distinct(column), lost.whole)?, digits(table.distinct(column), lost.short)?);
    let name = &table.columns.get(column as usize)?.name;
    let title = format!("`{short}` in column `{name}` may have lost a leading zero");
    let label = format!("`{short}` has {} digits", short.len());
    let full = format!("{short:0>width$}", width = whole.len());
    let more = match lost.count {
        1 => String::new(),
        2 => "; one more is as short".to_string(),
        count => format!("; {} more are as short", count.saturating_sub(1)),
    };
    Some(
        Diagnostic::warning(codes::LOST_ZEROS, title, place(lost.short)?, label)
            .also(place(lost.whole)?, format!("`{whole}` has {}", whole.len()))
            .help(format!("write `{full}` if a spreadsheet took the zero away{more}")),
    )
}

/// The text of a cell that is all digits.
fn digits(cells: &[Cell], at: u32) -> Option<&str> {
    match cells.get(at as usize)? {
        Cell::Value(Value::Text(text)) if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) => {
            Some(text)
        }
        _ => None,
    }
}

/// Prefixes may be of any length, so that a shorter one has lost its zero only where it alone is shorter, and all others begin with one.
fn lost(cells: &[Cell], prefixes: bool) -> Option<Lost> {
    let numbers = || (0..cells.len() as u32).filter_map(|at| Some((at, digits(cells, at)?)));
    let zero = |text: &str| text.len() > 1 && text.starts_with('0');
    let (whole, example) = numbers().find(|(_, text)| zero(text))?;
    if numbers().any(|(_, text)| text.len() > example.len() || (zero(text) && text.len() != example.len())) {
        return None;
    }
    let zeros = numbers().filter(|(_, text)| zero(text)).count();
    if prefixes && (zeros < 3 || zeros.saturating_add(1) != cells.len()) {
        return None;
    }
    let mut short = numbers().filter(|(_, text)| text.len() < example.len());
    let (first, _) = short.next()?;
    Some(Lost { whole, short: first, count: short.count().saturating_add(1) })
}
