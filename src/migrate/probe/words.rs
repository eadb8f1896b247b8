//! Probes, places and edges in words.

use super::places::{Place, at};
use crate::eval::{AtBound, Edge};
use crate::input::{fields_of_record, wire};
use crate::program::Program;
use crate::source::Span;
use crate::table::{Cell, Role, Table};
use crate::types::{TableId, Type};
use crate::value::Value;

/// How many characters of the rules are shown.
const SHOWN: usize = 100;

/// What stands at a place of the rules, in one line between back quotes.
pub(super) fn of(program: &Program, span: Span) -> String {
    let text = program.sources.text(span).split_whitespace().collect::<Vec<_>>().join(" ");
    let mut shown: String = text.chars().take(SHOWN).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    format!("`{shown}`")
}

/// A place of an input and what stands there: `weight 150 lb`.
pub(super) fn place(program: &Program, slots: &[Value], place: &Place) -> String {
    let Some(field) = program.inputs.get(place.slot) else { return String::new() };
    let (mut path, mut ty) = (field.wire.clone(), &field.ty);
    for step in &place.steps {
        match ty.present() {
            Type::Record(record) => {
                let name = fields_of_record(program, record).get(*step).map_or("", |field| field.wire.as_str());
                path = format!("{path}.{name}");
                if let Some(field) = record.fields.get(*step) {
                    ty = &field.ty;
                }
            }
            Type::List(element) => {
                path = format!("{path}[{step}]");
                ty = element;
            }
            _ => {}
        }
    }
    match at(slots, place) {
        Some(Value::Absent) | None => format!("no {path}"),
        Some(value @ (Value::Record(_) | Value::List(_))) => match value.as_list() {
            Some(elements) => format!("{} in {path}", elements.len()),
            None => path,
        },
        Some(value) => format!("{path} {}", wire::text(program, ty, value)),
    }
}

/// A key of a table: `weight 150 lb`.
pub(super) fn key(program: &Program, table: &Table, key: usize, name: &str, value: &Value) -> String {
    let ty = table.keys().nth(key).map_or(&Type::Unknown, |(_, column)| &column.ty);
    format!("{name} {}", wire::text(program, ty, value))
}

/// A row of a table, by its number and what it says of its keys.
pub(super) fn row(program: &Program, table: &Table, row: u32) -> String {
    let number = table.row_number(row).unwrap_or(row);
    let cells = (0_u16..).zip(&table.columns).filter(|(_, column)| column.role != Role::Value);
    let cells = cells.filter_map(|(at, column)| {
        let text = |value: &Value| wire::text(program, &column.ty, value);
        let says = match table.cell(row, at)? {
            Cell::Any => return None,
            Cell::Value(value) if column.role == Role::Break => format!("from {}", text(value)),
            Cell::Value(value) if column.role == Role::NextRow => format!("up to {}", text(value)),
            Cell::Value(value) => text(value),
            Cell::OneOf(values) => values.iter().take(4).map(text).collect::<Vec<_>>().join(", "),
            Cell::Exactly(exactly) => exactly.to_string(),
            Cell::Period(period) => period.to_string(),
            Cell::Range(ends) => {
                let low =
                    ends.low.as_ref().map(|(low, own)| format!("{} {}", if *own { "from" } else { "over" }, text(low)));
                let high = ends
                    .high
                    .as_ref()
                    .map(|(high, own)| format!("{} {}", if *own { "through" } else { "until" }, text(high)));
                [low, high].into_iter().flatten().collect::<Vec<_>>().join(" ")
            }
        };
        Some(format!("{} {says}", column.name))
    });
    let cells: Vec<String> = cells.collect();
    match cells.is_empty() {
        true => format!("row {number} of {}", table.name),
        false => format!("row {number} of {}: {}", table.name, cells.join(", ")),
    }
}

/// An edge: `` `weight > 150 lb`: yes ``.
pub(super) fn edge(program: &Program, edge: Edge) -> String {
    let table = |id: TableId| program.tables.get(id.0 as usize);
    match edge {
        Edge::Condition(span, answer) => format!("{}: {}", of(program, span), if answer { "yes" } else { "no" }),
        Edge::Equal(span) => format!("{}: both equal", of(program, span)),
        Edge::Tier(span) => format!("tier {}", of(program, span)),
        Edge::TierBound(span) => format!("tier {}: at its bound", of(program, span)),
        Edge::Bound(span, at) => {
            let says = match at {
                AtBound::Applies => "applies",
                AtBound::Exactly => "the amount is exactly that",
                AtBound::DoesNotApply => "does not apply",
            };
            format!("{}: {says}", of(program, span))
        }
        Edge::Dated(parameter, at) => {
            let Some(parameter) = program.parameters.get(parameter.0 as usize) else { return String::new() };
            let period = parameter.values.get(at as usize).map(|value| value.period).unwrap_or_default();
            format!("{} {period}", parameter.name)
        }
        Edge::Row(id, at) => table(id).map_or(String::new(), |table| row(program, table, at)),
        Edge::RowEnd(id, at) => table(id).map_or(String::new(), |table| {
            format!("an end of row {} of {}", table.row_number(at).unwrap_or(at), table.name)
        }),
    }
}

/// Where an edge stands in the rules: `parcel.rules:12`.
pub(super) fn line(program: &Program, edge: Edge) -> String {
    let span = match edge {
        Edge::Condition(span, _)
        | Edge::Equal(span)
        | Edge::Tier(span)
        | Edge::TierBound(span)
        | Edge::Bound(span, _) => Some(span),
        Edge::Dated(parameter, at) => {
            let values = program.parameters.get(parameter.0 as usize).map(|parameter| &parameter.values);
            values.and_then(|values| values.get(at as usize)).map(|value| value.span)
        }
        Edge::Row(id, at) | Edge::RowEnd(id, at) => {
            program.tables.get(id.0 as usize).and_then(|table| table.row_span(at))
        }
    };
    span.map(|span| program.sources.line_of(span)).unwrap_or_default()
}
