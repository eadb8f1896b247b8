//! Values as people write them: `3 lb`, `0.085 USD per GiB`, `18.5%`, `ground`.
//!
//! One way for explanations, messages, errors and reports. A number that no decimal is equal to is shown with six decimals
//! after `≈`; nothing computes with what is shown.

use super::TierLine;
use crate::program::{Period, Program, Tier, TierPart, TierRows, TiersId};
use crate::quote::{Measure, Money, Node, Quote, TextId, Words};
use crate::types::{Base, Type, UnitExpr};
use crate::value::{Currency, Number, RoundingMode, Value};
use std::fmt::{self, Write};

/// How many elements of a list are shown.
const SHOWN_ELEMENTS: usize = 12;

/// A value as people write it; texts in quotes, a currency that the caller chooses by the name of its input.
pub fn show(program: &Program, value: &Value, ty: &Type) -> String {
    show_in(program, &[], value, ty)
}

/// As [`show`], with the currencies that an input has chosen.
pub fn show_in(program: &Program, inputs: &[Value], value: &Value, ty: &Type) -> String {
    let mut text = String::new();
    write_in(&mut text, program, inputs, value, ty);
    text
}

/// As [`show_in`], a text without quotes: for messages.
pub fn plain(program: &Program, inputs: &[Value], value: &Value, ty: &Type) -> String {
    let mut text = String::new();
    write_plain(&mut text, program, inputs, value, ty);
    text
}

/// Appends what [`show_in`] gives.
pub(super) fn write_in(out: &mut String, program: &Program, inputs: &[Value], value: &Value, ty: &Type) {
    match (value, ty) {
        (Value::Text(text), _) => put(out, format_args!("{text:?}")),
        _ => write_plain(out, program, inputs, value, ty),
    }
}

/// Appends what [`plain`] gives.
fn write_plain(out: &mut String, program: &Program, inputs: &[Value], value: &Value, ty: &Type) {
    match (value, ty) {
        (value, Type::Optional(inner)) => write_plain(out, program, inputs, value, inner),
        (Value::Number(number), ty) => write_number(out, program, inputs, number, ty),
        (Value::YesNo(true), _) => out.push_str("yes"),
        (Value::YesNo(false), _) => out.push_str("no"),
        (Value::Text(text), _) => out.push_str(text),
        (Value::Member(member), Type::Enum(id)) => out.push_str(member_name(program, *id, *member)),
        (Value::Member(member), _) => put(out, format_args!("{member}")),
        (Value::Date(date), _) => put(out, format_args!("{date}")),
        (Value::Time(time), _) => put(out, format_args!("{time}")),
        (Value::Instant(instant), _) => put(out, format_args!("{instant}")),
        (Value::Months(1), _) => out.push_str("1 month"),
        (Value::Months(months), _) => put(out, format_args!("{months} months")),
        (Value::Zone(zone), _) => out.push_str(zone.name()),
        (Value::Currency(currency), _) => put(out, format_args!("{currency}")),
        (Value::Record(values), ty) => write_record(out, program, inputs, values, ty),
        (Value::List(values), Type::List(element)) => write_list(out, program, inputs, values, element),
        (Value::List(values), _) => write_list(out, program, inputs, values, &Type::Unknown),
        (Value::Row { table, row }, _) => match program.tables.get(*table as usize) {
            Some(table) => put(out, format_args!("row {} of {}", table.row_number(*row).unwrap_or(0), table.name)),
            None => out.push_str("a row"),
        },
        (Value::Absent, _) => out.push_str("not given"),
    }
}

/// Appends what is formatted.
pub(super) fn put(out: &mut String, words: fmt::Arguments<'_>) {
    let _ = out.write_fmt(words); // a string takes whatever is written
}

/// Appends a number of a numeric type and its unit.
fn write_number(out: &mut String, program: &Program, inputs: &[Value], number: &Number, ty: &Type) {
    match ty.present() {
        Type::Percent => {
            write_decimal(out, &number.mul(&Number::from_i64(100)).unwrap_or_default(), 0);
            out.push('%');
        }
        Type::In(unit) => {
            write_decimal(out, number, digits(program, inputs, ty));
            out.push(' ');
            write_unit(out, program, inputs, unit);
        }
        _ => write_decimal(out, number, 0),
    }
}

/// The number and unit that a value of a numeric type is shown with: a percent is shown by the hundred.
pub fn quantity(program: &Program, inputs: &[Value], number: &Number, ty: &Type) -> (Number, String) {
    match ty.present() {
        Type::Percent => (number.mul(&Number::from_i64(100)).unwrap_or_default(), "%".to_string()),
        Type::In(unit) => (number.clone(), show_unit(program, inputs, unit)),
        _ => (number.clone(), String::new()),
    }
}

/// A number and its unit on one line.
pub fn join(number: &str, unit: &str) -> String {
    match unit {
        "" => number.to_string(),
        "%" => format!("{number}%"),
        unit => format!("{number} {unit}"),
    }
}

/// A number with at least these decimals; one that does not terminate with six, after `≈`.
pub fn decimal(number: &Number, digits: u32) -> String {
    let mut text = String::new();
    write_decimal(&mut text, number, digits);
    text
}

/// Appends what [`decimal`] gives.
pub(super) fn write_decimal(out: &mut String, number: &Number, digits: u32) {
    if number.terminates() {
        return number.with_decimals(digits).push_to(out);
    }
    let millionth = Number::from_scaled(1, 6).unwrap_or(Number::ONE);
    match number.round_to(&millionth, RoundingMode::HalfUp) {
        Ok(rounded) => {
            out.push('≈');
            rounded.with_decimals(6).push_to(out);
        }
        Err(_) => put(out, format_args!("{number}")),
    }
}

/// The least decimals that values of a type are shown with: those of the currency, for money and for rates of money.
fn digits(program: &Program, inputs: &[Value], ty: &Type) -> u32 {
    let Type::In(unit) = ty.present() else { return 0 };
    let Some((id, 1)) = unit.parts().first() else { return 0 };
    let Some(unit) = program.units.get(*id) else { return 0 };
    match chosen(inputs, unit.base) {
        Some(currency) if unit.factor == Number::ONE => currency.digits(),
        _ => 0,
    }
}

/// The currency of a base, where it is one that is known.
fn chosen(inputs: &[Value], base: Base) -> Option<Currency> {
    match base {
        Base::Money(currency) => Some(currency),
        Base::Chosen(slot) => match inputs.get(slot as usize) {
            Some(Value::Currency(currency)) => Some(*currency),
            _ => None,
        },
        _ => None,
    }
}

/// A unit as authors write it, with the code of a currency that the input chose.
pub fn show_unit(program: &Program, inputs: &[Value], unit: &UnitExpr) -> String {
    let mut text = String::new();
    write_unit(&mut text, program, inputs, unit);
    text
}

/// Appends what [`show_unit`] gives.
fn write_unit(out: &mut String, program: &Program, inputs: &[Value], unit: &UnitExpr) {
    let parts = unit.parts().iter().filter_map(|(id, _)| program.units.get(*id));
    let mut chosen = parts.filter(|part| matches!(part.base, Base::Chosen(_)) && part.factor == Number::ONE);
    let Some(first) = chosen.next() else { return program.units.write(unit, out) };
    let mut text = program.units.show(unit);
    for part in std::iter::once(first).chain(chosen) {
        if let Some(currency) = self::chosen(inputs, part.base) {
            text = text.replace(&part.name, currency.code());
        }
    }
    out.push_str(&text);
}

fn member_name(program: &Program, id: crate::types::EnumId, member: u32) -> &str {
    program.enumeration(id).and_then(|e| e.members.get(member as usize)).map_or("?", |(name, _)| name)
}

fn write_record(out: &mut String, program: &Program, inputs: &[Value], values: &[Value], ty: &Type) {
    out.push_str("{ ");
    match ty {
        Type::Record(record) => {
            for (at, (field, value)) in record.fields.iter().zip(values).enumerate() {
                out.push_str(if at > 0 { ", " } else { "" });
                out.push_str(&field.name);
                out.push_str(" = ");
                write_in(out, program, inputs, value, &field.ty);
            }
        }
        _ => write_each(out, program, inputs, values, &Type::Unknown),
    }
    out.push_str(" }");
}

fn write_list(out: &mut String, program: &Program, inputs: &[Value], values: &[Value], element: &Type) {
    out.push('[');
    write_each(out, program, inputs, values.get(..SHOWN_ELEMENTS).unwrap_or(values), element);
    if values.len() > SHOWN_ELEMENTS {
        put(out, format_args!(", … {} more", values.len() - SHOWN_ELEMENTS));
    }
    out.push(']');
}

/// Appends values with commas between them.
fn write_each(out: &mut String, program: &Program, inputs: &[Value], values: &[Value], ty: &Type) {
    for (at, value) in values.iter().enumerate() {
        out.push_str(if at > 0 { ", " } else { "" });
        write_in(out, program, inputs, value, ty);
    }
}

/// A period in words: `from 2026-01-05 until 2027-01-04`.
pub fn period(period: &Period) -> String {
    match (period.from, period.until) {
        (Some(from), Some(until)) => format!("from {from} until {until}"),
        (Some(from), None) => format!("from {from}"),
        (None, Some(until)) => format!("until {until}"),
        (None, None) => "always".to_string(),
    }
}

/// A tier by its bounds: `0 to 10240 GiB`, `over 51200 GiB`, `under 10 seat`.
pub fn tier_label(program: &Program, inputs: &[Value], line: &TierLine) -> String {
    tier_between(program, inputs, line.tiers, &line.lower, line.upper.as_ref())
}

/// As [`tier_label`], by the bounds themselves.
pub fn tier_between(
    program: &Program,
    inputs: &[Value],
    tiers: TiersId,
    (lower, lower_included): &(Number, bool),
    upper: Option<&(Number, bool)>,
) -> String {
    let Some(tiers) = program.tiers.get(tiers.0 as usize) else { return String::new() };
    let unit = quantity(program, inputs, &Number::ZERO, &tiers.over).1;
    let number = |number: &Number| decimal(&quantity(program, inputs, number, &tiers.over).0, 0);
    let first = lower.is_zero();
    let text = match upper {
        None if first => "from 0".to_string(),
        None if *lower_included => format!("from {}", number(lower)),
        None => format!("over {}", number(lower)),
        Some((upper, true)) => format!("{} to {}", number(lower), number(upper)),
        Some((upper, false)) if first => format!("under {}", number(upper)),
        Some((upper, false)) => format!("{} to under {}", number(lower), number(upper)),
    };
    join(&text, &unit)
}

/// The type of the rate that a tier's line has.
pub fn rate_type<'p>(program: &'p Program, line: &TierLine) -> Option<&'p Type> {
    let tier: &Tier = match &program.tiers.get(line.tiers.0 as usize)?.rows {
        TierRows::Written(rows) => rows.get(line.tier)?,
        TierRows::Each { tier, .. } => tier,
    };
    tier.parts.iter().rev().find_map(|part| match part {
        TierPart::Rate { rate, .. } => Some(&rate.ty),
        _ => None,
    })
}

/// The rate of a tier, number and unit, where it has one.
pub fn tier_rate(program: &Program, inputs: &[Value], line: &TierLine) -> Option<(Number, String)> {
    let ty = rate_type(program, line)?;
    line.rate.as_ref().map(|rate| quantity(program, inputs, rate, ty))
}

/// A type in the author's words, for messages.
pub fn show_type(program: &Program, ty: &Type) -> String {
    match ty {
        Type::Number => "number".to_string(),
        Type::Integer => "integer".to_string(),
        Type::Percent => "percent".to_string(),
        Type::In(unit) => program.units.show(unit),
        Type::YesNo => "yes/no".to_string(),
        Type::Text => "text".to_string(),
        Type::Enum(id) => program.enumeration(*id).map_or_else(|| "enum".to_string(), |e| e.name.clone()),
        Type::Date => "date".to_string(),
        Type::Time => "time".to_string(),
        Type::Instant => "instant".to_string(),
        Type::Months => "months".to_string(),
        Type::Zone => "zone".to_string(),
        Type::Currency => "currency".to_string(),
        Type::Record(record) if !record.name.is_empty() => record.name.clone(),
        Type::Record(_) => "record".to_string(),
        Type::Row(id) => match program.tables.get(id.0 as usize) {
            Some(table) => format!("row of {}", table.name),
            None => "row".to_string(),
        },
        Type::List(element) => format!("list of {}", show_type(program, element)),
        Type::Optional(inner) => format!("{}?", show_type(program, inner)),
        Type::Unknown => "anything".to_string(),
    }
}

/// A number of a numeric type as quotes hold it, its unit by name.
pub(crate) fn measure(program: &Program, inputs: &[Value], number: &Number, ty: &Type, quote: &mut Quote) -> Measure {
    let (value, unit) = match ty.present() {
        Type::Percent => (number.mul(&Number::from_i64(100)).unwrap_or_default(), Words::Fixed(TextId::PERCENT)),
        Type::In(unit) => {
            let name = match program.texts.unit(unit) {
                Some(name) => Words::Fixed(name),
                None => quote.made(&show_unit(program, inputs, unit)),
            };
            (number.clone(), name)
        }
        _ => (number.clone(), Words::Absent),
    };
    Measure { value, unit }
}

/// Writes a value as plain data that needs no program to be read: for outputs.
pub(crate) fn data(program: &Program, inputs: &[Value], value: &Value, ty: &Type, quote: &mut Quote) {
    let node = match (value, ty) {
        (value, Type::Optional(inner)) => return data(program, inputs, value, inner, quote),
        (Value::Number(number), Type::In(unit)) => money(program, inputs, number, unit)
            .map(Node::Money)
            .unwrap_or_else(|| Node::Quantity(measure(program, inputs, number, ty, quote))),
        (Value::Number(number), Type::Percent) => Node::Quantity(measure(program, inputs, number, ty, quote)),
        (Value::Number(number), _) => Node::Number(number.clone()),
        (Value::YesNo(answer), _) => Node::YesNo(*answer),
        (Value::List(values), Type::List(element)) => {
            let list = quote.value(Node::List(0));
            values.iter().for_each(|value| data(program, inputs, value, element, quote));
            return quote.enclose(list);
        }
        (Value::Record(values), Type::Record(record)) => {
            let place = quote.value(Node::Record(0));
            for (field, value) in record.fields.iter().zip(values.iter()) {
                field_data(program, inputs, (&field.name, value, &field.ty), quote);
            }
            return quote.enclose(place);
        }
        (Value::Row { table, row }, _) => return row_data(program, inputs, (*table, *row), quote),
        (Value::Absent, _) => Node::Absent,
        (Value::Text(text), _) => Node::Text(quote.made(text)),
        (Value::Member(member), Type::Enum(id)) => Node::Text(quote.made(member_name(program, *id, *member))),
        (Value::Date(date), _) => Node::Text(quote.written(format_args!("{date}"))),
        (Value::Time(time), _) => Node::Text(quote.written(format_args!("{time}"))),
        (Value::Instant(instant), _) => Node::Text(quote.written(format_args!("{instant}"))),
        _ => Node::Text(quote.made(&plain(program, inputs, value, ty))),
    };
    quote.value(node);
}

/// An amount of money, where the unit is one.
fn money(program: &Program, inputs: &[Value], number: &Number, unit: &UnitExpr) -> Option<Money> {
    let currency = program.units.currency(unit).and_then(|base| chosen(inputs, base))?;
    let factor = program.units.factor(unit).ok()?;
    Some(Money { amount: number.mul(&factor).unwrap_or_default(), currency })
}

fn field_data(program: &Program, inputs: &[Value], (name, value, ty): (&str, &Value, &Type), quote: &mut Quote) {
    let name = quote.made(name);
    quote.value(Node::Text(name));
    data(program, inputs, value, ty, quote);
}

/// The columns of a row that hold one value.
fn row_data(program: &Program, inputs: &[Value], (table, row): (u32, u32), quote: &mut Quote) {
    let Some(found) = program.tables.get(table as usize) else {
        quote.value(Node::Absent);
        return;
    };
    let place = quote.value(Node::Record(0));
    for (index, column) in found.columns.iter().enumerate() {
        if let Some(value) = found.value(row, index as u16) {
            field_data(program, inputs, (&column.name, &value, &column.ty), quote);
        }
    }
    quote.enclose(place);
}
