//! Texts that nothing else knows: a code in a condition that no table has, a cell that no input can be.

use super::Look;
use crate::diagnostic::{Diagnostic, codes, did_you_mean};
use crate::program::{Comparison, Expr, ExprKind as K, Pattern};
use crate::source::Span;
use crate::table::{Cell, Role, Table};
use crate::types::Type;
use crate::value::Value;
use std::collections::{BTreeMap, BTreeSet};

/// How many codes a table must have before one that it does not have is strange.
const ENOUGH: usize = 4;

/// Larger tables are not looked through.
const MOST_ROWS: usize = 50_000;

impl Look<'_> {
    pub(super) fn texts(&mut self) {
        let mut keys: BTreeMap<u16, Vec<(&Table, u16)>> = BTreeMap::new();
        let program = self.program;
        program.parts(&mut |whole: &Expr| {
            whole.walk(&mut |expr| {
                let K::Lookup { table, keys: asked, .. } = &expr.kind else { return };
                let Some(table) = program.tables.get(table.0 as usize) else { return };
                for ((at, column), key) in table.keys().zip(asked) {
                    if let Some(K::Input(slot)) = key.as_ref().map(|key| &key.kind)
                        && column.ty.present() == &Type::Text
                        && let Ok(at) = u16::try_from(at)
                        && table.matchable() <= MOST_ROWS
                    {
                        keys.entry(*slot).or_default().push((table, at));
                    }
                }
            });
        });
        for (slot, columns) in keys {
            self.codes_of_no_table(slot, &columns);
            self.cells_of_no_input(slot, &columns);
        }
    }

    /// A text that an input is compared with, and that none of the tables has in which the input is looked up.
    fn codes_of_no_table(&mut self, slot: u16, columns: &[(&Table, u16)]) {
        let exact = |(table, at): &&(&Table, u16)| {
            table.columns.get(usize::from(*at)).is_some_and(|column| column.role == Role::Exact)
        };
        let known: BTreeSet<&str> =
            columns.iter().filter(exact).flat_map(|(table, at)| table.distinct(*at)).flat_map(texts_of).collect();
        if known.len() < ENOUGH || !columns.iter().all(|column| exact(&column)) {
            return;
        }
        let mut asked: Vec<(&Expr, &str)> = Vec::new();
        self.program.parts(&mut |whole: &Expr| {
            whole.walk(&mut |expr| match &expr.kind {
                K::Compare(Comparison::Is | Comparison::IsNot, value, text) if is_input(value, slot) => {
                    asked.extend(written(text).map(|known| (text, known)));
                }
                K::OneOf(value, list) if is_input(value, slot) => {
                    asked.extend(list.iter().filter_map(|text| Some((text, written(text)?))));
                }
                _ => {}
            });
        });
        let strange: Vec<(Span, String)> = asked
            .into_iter()
            .filter(|(_, text)| !known.contains(text))
            .map(|(expr, text)| (expr.span(), text.to_string()))
            .collect();
        for (span, text) in strange {
            let Some((table, _)) = columns.first() else { return };
            let title = format!("`{text}` is in no table that this is looked up in");
            let help = match did_you_mean(&text, known.iter().copied()) {
                Some(near) => format!("is `{near}` meant?"),
                None => format!("`{}` has {}", table.name, known.iter().copied().collect::<Vec<_>>().join(", ")),
            };
            let diagnostic = Diagnostic::warning(codes::TEXT_ODD, title, span, "known nowhere else")
                .also(table.span, "looked up here")
                .help(help);
            self.say(diagnostic);
        }
    }

    /// A cell that the pattern of the input does not let through.
    fn cells_of_no_input(&mut self, slot: u16, columns: &[(&Table, u16)]) {
        let Some(input) = self.program.inputs.get(usize::from(slot)) else { return };
        let Some(pattern) = &input.domain.matching else { return };
        for (table, at) in columns {
            let Some(column) = table.columns.get(usize::from(*at)) else { continue };
            for row in 0..table.matchable() as u32 {
                let Some(cell) = table.cell(row, *at) else { continue };
                let refused = texts_of(cell).find(|text| match column.role {
                    Role::LongestPrefix if !matches!(cell, Cell::Exactly(_)) => begins_none(pattern, text),
                    _ => !pattern.regex.is_match(text),
                });
                if let (Some(text), Some(span)) = (refused, table.row_span(row)) {
                    let title = format!("`{text}` in column `{}` of `{}` is never found", column.name, table.name);
                    let label = format!("the input `{}` cannot be this", input.name);
                    let diagnostic = Diagnostic::warning(codes::TEXT_ODD, title, span, label)
                        .also(input.span, "declared here")
                        .help("is it mistyped, or has it a blank too many?");
                    self.say(diagnostic);
                    break;
                }
            }
        }
    }
}

fn is_input(expr: &Expr, slot: u16) -> bool {
    matches!(expr.kind, K::Input(other) if other == slot)
}

fn written(expr: &Expr) -> Option<&str> {
    match &expr.kind {
        K::Constant(Value::Text(text)) => Some(text),
        _ => None,
    }
}

fn texts_of(cell: &Cell) -> Box<dyn Iterator<Item = &str> + '_> {
    fn text(value: &Value) -> Option<&str> {
        match value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }
    match cell {
        Cell::Value(value) => Box::new(text(value).into_iter()),
        Cell::OneOf(values) => Box::new(values.iter().filter_map(text)),
        Cell::Exactly(text) => Box::new(std::iter::once(&**text)),
        Cell::Any | Cell::Range(_) | Cell::Period(_) => Box::new(std::iter::empty()),
    }
}

/// Whether no text of a pattern such as `[0-9]{5}` begins with a prefix: it has a character that the pattern has nowhere, or is too long.
fn begins_none(pattern: &Pattern, prefix: &str) -> bool {
    let Some((class, times)) = pattern.text.strip_prefix('[').and_then(|rest| rest.split_once("]{")) else {
        return false;
    };
    let Some(most) = times.strip_suffix('}').and_then(|times| times.rsplit(',').next()?.parse::<usize>().ok()) else {
        return false;
    };
    let simple = class.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') && !class.starts_with('-');
    let bounds: Vec<char> = class.chars().collect();
    let mut ranges = Vec::new();
    let mut at = 0_usize;
    while let Some(low) = bounds.get(at) {
        let dashed = bounds.get(at.saturating_add(1)) == Some(&'-');
        let high = bounds.get(at.saturating_add(2)).filter(|_| dashed).unwrap_or(low);
        ranges.push((*low, *high));
        at = at.saturating_add(if dashed { 3 } else { 1 });
    }
    let in_class = |c: char| ranges.iter().any(|(low, high)| (*low..=*high).contains(&c));
    simple && (prefix.chars().count() > most || !prefix.chars().all(in_class))
}
