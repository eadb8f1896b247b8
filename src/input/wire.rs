//! Values in the form in which they travel: as JSON that is read back to the same value, and as words for people.

use super::problem::excerpt;
use super::{domain, fields_of_record};
use crate::program::{Domain, Program};
use crate::types::{Base, TableId, Type, UnitExpr};
use crate::value::{Number, Value};
use serde_json::{Map, Value as Json};

/// The value of a type as JSON. Numbers are texts, with their unit where they have one, so that no reader makes a binary float
/// of them; an absent field of a record is left out. Reading it as an input of the type gives the same value.
pub fn json(program: &Program, ty: &Type, value: &Value) -> Json {
    match (ty.present(), value) {
        (_, Value::Absent) => Json::Null,
        (_, Value::YesNo(answer)) => Json::Bool(*answer),
        (Type::List(element), Value::List(values)) => values.iter().map(|v| json(program, element, v)).collect(),
        (Type::Record(record), Value::Record(values)) => {
            let wires = fields_of_record(program, record);
            let mut object = Map::new();
            for (position, (field, value)) in record.fields.iter().zip(values.iter()).enumerate() {
                if !value.is_absent() {
                    let wire = wires.get(position).map_or(&field.name, |f| &f.wire);
                    object.insert(wire.clone(), json(program, &field.ty, value));
                }
            }
            Json::Object(object)
        }
        (_, Value::Row { table, row }) => row_json(program, TableId(*table), *row),
        (ty, value) => Json::String(plain(program, ty, value)),
    }
}

/// Turns the texts `yes`, `true`, `no` and `false` into JSON's own where the input asks yes or no, in place: flat fields, such as a row of CSV, say
/// it in a text, which JSON does not. All else stays.
pub fn yes_and_no(program: &Program, input: &mut Json) {
    if let Json::Object(object) = input {
        for field in &program.inputs {
            if let Some(value) = object.get_mut(&field.wire) {
                answers(program, &field.ty, value);
            }
        }
    }
}

fn answers(program: &Program, ty: &Type, value: &mut Json) {
    match (ty.present(), value) {
        (Type::YesNo, value) => match value.as_str() {
            Some("yes" | "true") => *value = Json::Bool(true),
            Some("no" | "false") => *value = Json::Bool(false),
            _ => {}
        },
        (Type::List(element), Json::Array(values)) => {
            values.iter_mut().for_each(|value| answers(program, element, value));
        }
        (Type::Record(record), Json::Object(object)) => {
            for field in fields_of_record(program, record) {
                if let Some(value) = object.get_mut(&field.wire) {
                    answers(program, &field.ty, value);
                }
            }
        }
        _ => {}
    }
}

fn row_json(program: &Program, table: TableId, row: u32) -> Json {
    let mut object = Map::new();
    if let Some(table) = program.tables.get(table.0 as usize) {
        for (position, column) in table.columns.iter().enumerate() {
            if let Some(value) = table.value(row, position as u16) {
                object.insert(column.name.clone(), json(program, &column.ty, &value));
            }
        }
    }
    Json::Object(object)
}

/// The value of a type as people write it in rules and messages: `3 lb`, `"text"`, `ground`, `[1, 2]`.
pub fn text(program: &Program, ty: &Type, value: &Value) -> String {
    match (ty.present(), value) {
        (_, Value::Text(text)) => excerpt(text),
        (Type::List(element), Value::List(values)) => {
            let mut parts: Vec<_> = values.iter().take(12).map(|v| text(program, element, v)).collect();
            if values.len() > parts.len() {
                parts.push("…".to_string());
            }
            format!("[{}]", parts.join(", "))
        }
        (Type::Record(record), Value::Record(values)) => {
            let fields = record.fields.iter().zip(values.iter()).filter(|(_, value)| !value.is_absent());
            let parts: Vec<_> =
                fields.map(|(field, v)| format!("{} = {}", field.name, text(program, &field.ty, v))).collect();
            format!("{{ {} }}", parts.join(", "))
        }
        (_, Value::Row { table, row }) => {
            let found = program.tables.get(*table as usize);
            let number = found.and_then(|t| t.row_number(*row)).unwrap_or(0);
            format!("row {number} of {}", found.map_or("", |t| t.name.as_str()))
        }
        (ty, value) => plain(program, ty, value),
    }
}

/// A value without parts, without quotes.
fn plain(program: &Program, ty: &Type, value: &Value) -> String {
    match (ty, value) {
        (Type::Percent, Value::Number(number)) => match number.mul(&Number::from_i64(100)) {
            Ok(percent) => format!("{percent}%"),
            Err(_) => number.to_string(),
        },
        (Type::In(unit), Value::Number(number)) => {
            format!("{} {}", number.to_text(decimals(program, unit)), program.units.show(unit))
        }
        (_, Value::Number(number)) => number.to_string(),
        (_, Value::YesNo(answer)) => if *answer { "yes" } else { "no" }.to_string(),
        (_, Value::Text(text)) => text.to_string(),
        (Type::Enum(id), Value::Member(at)) => {
            let members = program.enumeration(*id).map_or(&[][..], |e| e.members.as_slice());
            members.get(*at as usize).map_or(String::new(), |(name, _)| name.to_string())
        }
        (_, Value::Date(date)) => date.to_string(),
        (_, Value::Time(time)) => time.to_string(),
        (_, Value::Instant(instant)) => instant.to_string(),
        (_, Value::Months(1)) => "1 month".to_string(),
        (_, Value::Months(months)) => format!("{months} months"),
        (_, Value::Zone(zone)) => zone.name().to_string(),
        (_, Value::Currency(currency)) => currency.to_string(),
        (_, Value::Absent) => "absent".to_string(),
        (_, Value::Member(_) | Value::Record(_) | Value::List(_) | Value::Row { .. }) => String::new(),
    }
}

/// How many decimals an amount shows at least: those of its currency.
pub(crate) fn decimals(program: &Program, unit: &UnitExpr) -> u32 {
    match unit.parts() {
        [(id, 1)] => match program.units.get(*id) {
            Some(unit) if unit.factor == Number::ONE => match unit.base {
                Base::Money(currency) => currency.digits(),
                _ => 0,
            },
            _ => 0,
        },
        _ => 0,
    }
}

/// What an input of a type looks like, in words with an example.
pub(crate) fn expected(program: &Program, ty: &Type, limits: &Domain) -> String {
    match ty.present() {
        Type::Number => "a number such as `12.5`".to_string(),
        Type::Integer => "a whole number such as `12`".to_string(),
        Type::Percent => "a percent such as `\"18.5%\"`".to_string(),
        Type::In(unit) => {
            let name = program.units.show(unit);
            match decimals(program, unit) {
                0 => format!("a quantity in {name} such as `3` or `\"3 {name}\"`"),
                _ => format!("an amount in {name} such as `12.50` or `\"12.50 {name}\"`"),
            }
        }
        Type::YesNo => "`true` or `false`".to_string(),
        Type::Text => match &limits.matching {
            Some(pattern) => format!("a text that matches \"{}\"", pattern.text),
            None => "a text".to_string(),
        },
        Type::Enum(id) => {
            let members = program.enumeration(*id).map_or(&[][..], |e| e.members.as_slice());
            one_of(members.iter().map(|(name, _)| name.to_string()))
        }
        Type::Date => "a date such as `\"2026-01-05\"`".to_string(),
        Type::Time => "a time of day such as `\"08:00\"`".to_string(),
        Type::Instant => "an instant with its offset such as `\"2026-03-03T19:59:40Z\"`".to_string(),
        Type::Months => "calendar months such as `\"3 months\"`".to_string(),
        Type::Zone => "a time zone such as `\"Europe/London\"`".to_string(),
        Type::Currency if limits.currencies.is_empty() => "a currency such as `\"EUR\"`".to_string(),
        Type::Currency => one_of(limits.currencies.iter().map(ToString::to_string)),
        Type::Record(record) => {
            let names: Vec<_> = fields_of_record(program, record).iter().map(|f| format!("`{}`", f.wire)).collect();
            format!("an object with the fields {}", names.join(", "))
        }
        Type::List(_) => "a list".to_string(),
        Type::Row(_) | Type::Optional(_) | Type::Unknown => "a value".to_string(),
    }
}

fn one_of(names: impl Iterator<Item = String>) -> String {
    let mut names: Vec<_> = names.map(|name| format!("`\"{name}\"`")).collect();
    if names.len() == 1 {
        return names.pop().unwrap_or_default();
    }
    if names.len() > 16 {
        names.truncate(16);
        names.push("…".to_string());
    }
    format!("one of {}", names.join(", "))
}

/// The range of a field as its author wrote it, where it has one: `from 0.1 lb through 150 lb`.
pub fn range(program: &Program, ty: &Type, limits: &Domain) -> Option<String> {
    (limits.low.is_some() || limits.high.is_some()).then(|| domain::range_words(program, ty, limits))
}
