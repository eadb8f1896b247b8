//! A dated table or parameter read on another day, and all else on the day of the case: what old code does that was given a new price list but
//! for one table of it.
//!
//! Each place of the texts that looks into the table or reads the parameter, and names no day itself, is given one. The days are those on which
//! something of it begins to hold.

use super::Cause;
use super::rules::Variations;
use crate::program::{Expr, ExprKind, ParameterId, Period};
use crate::source::Span;
use crate::table::Cell;
use crate::types::TableId;
use crate::value::Date;
use std::collections::BTreeSet;

/// How many days of one table or parameter are tried: the last ones.
const DAYS: usize = 8;

/// How many tables and parameters.
const ITEMS: usize = 32;

/// What is dated.
#[derive(Clone, Copy, PartialEq)]
enum Dated {
    Table(TableId),
    Parameter(ParameterId),
}

impl Variations<'_> {
    /// Each dated table and parameter, on each day from which on something of it holds.
    pub(super) fn on_other_days(&mut self) {
        let program = self.program;
        let tables = (0_u32..).zip(&program.tables).map(|(place, table)| {
            let cells = (0..table.columns.len())
                .flat_map(|column| table.rows.distinct(u16::try_from(column).unwrap_or(u16::MAX)));
            let periods = cells.filter_map(|cell| match cell {
                Cell::Period(period) => Some(*period),
                _ => None,
            });
            (Dated::Table(TableId(place)), table.name.as_str(), days(periods))
        });
        let parameters = (0_u32..).zip(&program.parameters).map(|(place, parameter)| {
            let periods = parameter.values.iter().map(|value| value.period);
            (Dated::Parameter(ParameterId(place)), parameter.name.as_str(), days(periods))
        });
        for (item, name, days) in tables.chain(parameters).filter(|(_, _, days)| days.len() > 1).take(ITEMS) {
            let places = self.places(item);
            for day in days.into_iter().rev().take(DAYS) {
                let edits = places.iter().map(|place| (*place, format!("({} on {day})", self.text(*place)))).collect();
                self.add(Cause::OtherEdition, format!("with `{name}` as on {day}"), edits);
            }
        }
    }

    /// Where rules look into it on the day of the case; in one text alone, and not within each other.
    fn places(&self, item: Dated) -> Vec<Span> {
        let mut places: Vec<Span> = Vec::new();
        self.program.parts(&mut |whole| {
            whole.walk(&mut |expr: &Expr| {
                let found = match &expr.kind {
                    ExprKind::Lookup { table, .. } => item == Dated::Table(*table),
                    ExprKind::Parameter(parameter, _) => item == Dated::Parameter(*parameter),
                    _ => false,
                };
                let span = expr.span();
                let within =
                    |other: &Span| other.file != span.file || (other.start <= span.start && span.end <= other.end);
                if found && !places.iter().any(within) {
                    places.push(span);
                }
            });
        });
        places
    }
}

/// The days on which something begins to hold, and the last one before anything that has no beginning ends.
fn days(periods: impl Iterator<Item = Period>) -> BTreeSet<Date> {
    let day = |period: Period| period.from.or_else(|| period.until.and_then(|until| until.add_days(-1)));
    periods.filter_map(day).collect()
}
