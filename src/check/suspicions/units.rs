//! Numbers in another unit than those beside them: a cell, a bound or a rate of tiers, a column.

use super::Look;
use super::sequences::is_times;
use crate::diagnostic::{Diagnostic, codes};
use crate::program::{TierPart, TierRows, Tiers};
use crate::source::Span;
use crate::table::{Role, Table};
use crate::types::Type;
use crate::value::{Number, Value};

/// Tables with more rows are not looked through for units in their cells.
const MOST_ROWS: usize = 5_000;

impl Look<'_> {
    pub(super) fn units(&mut self) {
        let program = self.program;
        for tiers in &program.tiers {
            self.tier_units(tiers);
        }
        for table in &program.tables {
            self.column_units(table);
            if table.matchable() <= MOST_ROWS {
                self.cell_units(table);
            }
        }
    }

    /// Bounds in another unit than the tiers are over, and one rate that is per another unit than the others.
    fn tier_units(&mut self, tiers: &Tiers) {
        let TierRows::Written(rows) = &tiers.rows else { return };
        let mut rates: Vec<(String, Span)> = Vec::new();
        let mut bounds: Vec<(String, Span)> = Vec::new();
        for tier in rows {
            if let Some((bound, _)) = &tier.bound {
                bounds.extend(unit_of(&self.text(bound.span())).map(|unit| (unit, bound.span())));
            }
            for part in &tier.parts {
                if let TierPart::Rate { rate, .. } = part {
                    rates.extend(unit_of(&self.text(rate.span())).map(|unit| (unit, rate.span())));
                }
            }
        }
        if let Type::In(unit) = &tiers.over {
            let over = self.program.units.show(unit);
            for (unit, _) in bounds.iter_mut().filter(|(unit, _)| unit.is_empty()) {
                unit.clone_from(&over);
            }
        }
        for (all, what) in [(bounds, "bound"), (rates, "rate")] {
            if let Some((unit, span, usual)) = odd_unit(&all) {
                let title = format!("one {what} of `{}` is in another unit than the others", tiers.name);
                let label = format!("`{unit}`, where the others are in `{usual}`");
                self.say(
                    Diagnostic::warning(codes::UNIT_ODD, title, span, label).help(format!("write it in `{usual}`")),
                );
            }
        }
    }

    /// Two columns of prices for one thing in two units: `peak` per second beside `off_peak` per minute.
    fn column_units(&mut self, table: &Table) {
        let values: Vec<_> = table.columns.iter().filter(|column| column.role == Role::Value).collect();
        for (at, second) in values.iter().enumerate() {
            for first in values.iter().take(at) {
                let (Type::In(one), Type::In(other)) = (first.ty.present(), second.ty.present()) else { continue };
                let units = &self.program.units;
                let one_dimension = units.dimension(one) == units.dimension(other);
                let alike =
                    first.name.split('_').any(|word| word.len() > 2 && second.name.split('_').any(|w| w == word));
                if one != other && one_dimension && alike {
                    let title = format!("`{}` and `{}` are in two units", first.name, second.name);
                    let diagnostic = Diagnostic::warning(codes::UNIT_ODD, title, first.span, units.show(one))
                        .also(second.span, units.show(other))
                        .help("is one of them mistyped? write both in one unit");
                    self.say(diagnostic);
                }
            }
        }
    }

    /// A cell whose unit is written, and is another one than its column's: the only one of the table, and converted it is far from all others.
    fn cell_units(&mut self, table: &Table) {
        let values = table.columns.iter().filter(|column| column.role == Role::Value);
        let known: Vec<String> = values
            .filter_map(|column| match column.ty.present() {
                Type::In(unit) => Some(self.program.units.show(unit)),
                _ => None,
            })
            .collect();
        let mut strange: Vec<(String, Span)> = Vec::new();
        for row in 0..table.len() as u32 {
            let Some(span) = table.row_span(row) else { continue };
            let text = self.sources.text(span);
            let Some((_, values)) = text.split_once("||") else { return }; // a file
            let units = values.split('|').filter_map(|cell| unit_of(cell.trim()));
            let odd = units.filter(|unit| !unit.is_empty() && !known.contains(unit) && far_from_others(table, row));
            strange.extend(odd.map(|unit| (unit, span)));
        }
        strange.dedup();
        if let [(unit, span)] = strange.as_slice()
            && table.len() >= 3
            && let Some(usual) = known.first()
        {
            let title = format!("a cell of `{}` is in another unit than all others", table.name);
            let label = format!("`{unit}`, where the column is in `{usual}`");
            self.say(
                Diagnostic::warning(codes::UNIT_ODD, title, *span, label).help("write it in the unit of its column"),
            );
        }
    }
}

/// Whether a row has a number that is many times all others of its column, or a small part of them.
fn far_from_others(table: &Table, row: u32) -> bool {
    let number = |row: u32, column: u16| match table.value(row, column) {
        Some(Value::Number(number)) if number.is_positive() => Some(number),
        _ => None,
    };
    (0_u16..).zip(&table.columns).filter(|(_, column)| column.role == Role::Value).any(|(at, _)| {
        let Some(own) = number(row, at) else { return false };
        let others = || (0..table.len() as u32).filter(|other| *other != row).filter_map(|other| number(other, at));
        let far = |large: &Number, small: &Number| is_times(large, small, 5);
        others().max().is_some_and(|most| far(&own, &most)) || others().min().is_some_and(|least| far(&least, &own))
    })
}

/// What stands after a number: `GiB`, `USD per GiB`, nothing. `None` where no number is written.
fn unit_of(text: &str) -> Option<String> {
    let first = text.chars().next()?;
    let is_number = first.is_ascii_digit() || (first == '-' && text.chars().nth(1).is_some_and(|c| c.is_ascii_digit()));
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '_' | '.' | '-'));
    let unit = rest.split_whitespace().collect::<Vec<_>>().join(" ");
    let plain = unit.chars().all(|c| c.is_alphanumeric() || c == ' ' || c == '_');
    (is_number && plain).then_some(unit)
}

/// The one unit that is unlike the others, which have one; there are at least three in all.
fn odd_unit(all: &[(String, Span)]) -> Option<(&str, Span, &str)> {
    let is_usual = |unit: &str| all.iter().filter(|(other, _)| other == unit).count() > 1;
    let mut odd = all.iter().filter(|(unit, _)| !is_usual(unit));
    let (unit, span) = odd.next()?;
    let usual = all.iter().map(|(unit, _)| unit).find(|unit| is_usual(unit))?;
    let others = all.iter().filter(|(other, _)| other == usual).count();
    (odd.next().is_none() && others.saturating_add(1) == all.len()).then_some((unit, *span, usual))
}
