//! Breaks that stand out of their order in the sheet, and a lane whose breaks differ from those of all others by one.

use super::Look;
use super::sequences::out_of_order;
use crate::diagnostic::{Diagnostic, codes};
use crate::source::Span;
use crate::table::{Cell, Role, Table};
use crate::types::Type;
use crate::value::{Number, Value};
use std::collections::{BTreeMap, BTreeSet};

/// Larger tables are not looked through.
const MOST_ROWS: usize = 50_000;

/// The breaks of one lane, in the order written.
#[derive(Default)]
struct Breaks {
    numbers: Vec<Number>,
    rows: Vec<u32>,
}

impl Look<'_> {
    pub(super) fn order(&mut self) {
        let program = self.program;
        for table in program.tables.iter().filter(|table| table.matchable() <= MOST_ROWS) {
            for (at, column) in table.keys() {
                let by_break = matches!(column.role, Role::Break | Role::NextRow) && column.ty.present().is_numeric();
                if let Ok(at) = u16::try_from(at)
                    && by_break
                {
                    let lanes = lanes(table, at);
                    self.written_out_of_order(table, &lanes, &column.ty);
                    self.unlike_other_lanes(table, &lanes, &column.ty);
                }
            }
        }
    }

    /// Breaks are written from the lowest to the highest; one that is not is probably mistyped, or two changed places.
    fn written_out_of_order(&mut self, table: &Table, lanes: &[Breaks], ty: &Type) {
        for lane in lanes {
            let Some(odd) = out_of_order(&lane.numbers) else { continue };
            let place = |at: &usize| lane.rows.get(*at).and_then(|row| table.row_span(*row));
            let shown = |at: &usize| Some(self.show(&Value::Number(lane.numbers.get(*at)?.clone()), ty));
            let (Some(first), Some(span)) = (odd.first().and_then(shown), odd.first().and_then(place)) else {
                continue;
            };
            let span = self.heading_above(span, lanes.len()).unwrap_or(span);
            let mut diagnostic = match odd.get(1).and_then(shown) {
                Some(second) => {
                    let title = format!("the breaks {first} and {second} of `{}` are out of order", table.name);
                    Diagnostic::warning(codes::BREAK_ODD, title, span, "did they change places?")
                }
                None => {
                    let title = format!("the break {first} of `{}` is out of order", table.name);
                    Diagnostic::warning(codes::BREAK_ODD, title, span, "the breaks around it rise past it")
                }
            };
            if let Some(second) = odd.get(1).and_then(place).filter(|second| *second != span && lanes.len() == 1) {
                diagnostic = diagnostic.also(second, "the next one");
            }
            self.disordered.push(table.span);
            self.say(diagnostic.help("correct it, or write the breaks from the lowest to the highest"));
            return;
        }
    }

    /// The line of headings above a row of a crosstab, whose breaks stand there.
    fn heading_above(&self, span: Span, lanes: usize) -> Option<Span> {
        let file = self.sources.file(span.file)?;
        let before = file.text.get(..span.start as usize)?;
        let line_of = |text: &str| text.trim_start().starts_with('|');
        let mut end = before.rfind('\n')?;
        let mut heading = None;
        while let Some(start) = before.get(..end).map(|text| text.rfind('\n').map_or(0, |at| at.saturating_add(1))) {
            if !before.get(start..end).is_some_and(line_of) {
                break;
            }
            heading = Some(Span::new(span.file, start as u32, end as u32));
            end = match start.checked_sub(1) {
                Some(end) => end,
                None => break,
            };
        }
        heading.filter(|_| lanes > 1)
    }

    /// Where all other lanes have the same breaks, one that differs in one of them is probably mistyped.
    fn unlike_other_lanes(&mut self, table: &Table, lanes: &[Breaks], ty: &Type) {
        let sets: Vec<BTreeSet<&Number>> = lanes.iter().map(|lane| lane.numbers.iter().collect()).collect();
        let mut odd = None;
        let usual = match sets.as_slice() {
            [first, second, third, ..] if first == second || first == third => first,
            [_, second, third, ..] if second == third => second,
            _ => return,
        };
        for (at, set) in sets.iter().enumerate().filter(|(_, set)| *set != usual) {
            if odd.replace((at, set)).is_some() {
                return;
            }
        }
        let Some((at, set)) = odd.filter(|(_, set)| set.len() == usual.len() && set.len() >= 3) else { return };
        let strange: Vec<&&Number> = set.difference(usual).collect();
        let missing: Vec<&&Number> = usual.difference(set).collect();
        let ([strange], [missing], Some(lane)) = (strange.as_slice(), missing.as_slice(), lanes.get(at)) else {
            return;
        };
        let row = lane.numbers.iter().position(|number| number == **strange).and_then(|at| lane.rows.get(at));
        let Some(span) = row.and_then(|row| table.row_span(*row)) else { return };
        let shown = |number: &Number| self.show(&Value::Number(number.clone()), ty);
        let title = format!("the break {} stands in one lane of `{}` alone", shown(strange), table.name);
        let label = format!("all others have {} here", shown(missing));
        self.say(Diagnostic::warning(codes::BREAK_ODD, title, span, label).help("is it in another unit, or mistyped?"));
    }
}

fn lanes(table: &Table, axis: u16) -> Vec<Breaks> {
    let others: Vec<u16> = (0_u16..)
        .zip(&table.columns)
        .filter(|(at, column)| *at != axis && column.role != Role::Value)
        .map(|(at, _)| at)
        .collect();
    let mut groups: BTreeMap<Vec<u32>, Breaks> = BTreeMap::new();
    for row in 0..table.matchable() as u32 {
        let group: Option<Vec<u32>> = others.iter().map(|other| table.cell_id(row, *other)).collect();
        if let (Some(group), Some(Cell::Value(Value::Number(number)))) = (group, table.cell(row, axis)) {
            let lane = groups.entry(group).or_default();
            lane.numbers.push(number.clone());
            lane.rows.push(row);
        }
    }
    groups.into_values().collect()
}
