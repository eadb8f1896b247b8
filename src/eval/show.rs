//! Values as people write them: `3 lb`, `0.085 USD per GiB`, `18.5%`, `ground`.
//!
//! One way for explanations, messages, errors and reports. A number that no decimal is equal to is shown with six decimals
//! after `≈`; nothing computes with what is shown.

use super::TierLine;
use crate::program::{Period, Program};
use crate::quote::Data;
use crate::types::{Base, Type, UnitExpr};
use crate::value::{Currency, Number, RoundingMode, Value};

/// How many elements of a list are shown.
const SHOWN_ELEMENTS: usize = 12;

/// A value as people write it; texts in quotes, a currency that the caller chooses by the name of its input.
pub fn show(program: &Program, value: &Value, ty: &Type) -> String {
    show_in(program, &[], value, ty)
}

/// As [`show`], with the currencies that an input has chosen.
pub fn show_in(program: &Program, inputs: &[Value], value: &Value, ty: &Type) -> String {
    match (value, ty) {
        (Value::Text(text), _) => format!("{text:?}"),
        _ => plain(program, inputs, value, ty),
    }
}

/// As [`show_in`], a text without quotes: for messages.
pub fn plain(program: &Program, inputs: &[Value], value: &Value, ty: &Type) -> String {
    match (value, ty) {
        (value, Type::Optional(inner)) => plain(program, inputs, value, inner),
        (Value::Number(number), ty) => {
            let (number, unit) = quantity(program, inputs, number, ty);
            join(&decimal(&number, digits(program, inputs, ty)), &unit)
        }
        (Value::YesNo(true), _) => "yes".to_string(),
        (Value::YesNo(false), _) => "no".to_string(),
        (Value::Text(text), _) => text.to_string(),
        (Value::Member(member), Type::Enum(id)) => member_name(program, *id, *member).to_string(),
        (Value::Member(member), _) => member.to_string(),
        (Value::Date(date), _) => date.to_string(),
        (Value::Time(time), _) => time.to_string(),
        (Value::Instant(instant), _) => instant.to_string(),
        (Value::Months(1), _) => "1 month".to_string(),
        (Value::Months(months), _) => format!("{months} months"),
        (Value::Zone(zone), _) => zone.name().to_string(),
        (Value::Currency(currency), _) => currency.to_string(),
        (Value::Record(values), ty) => record(program, inputs, values, ty),
        (Value::List(values), Type::List(element)) => list(program, inputs, values, element),
        (Value::List(values), _) => list(program, inputs, values, &Type::Unknown),
        (Value::Row { table, row }, _) => match program.tables.get(*table as usize) {
            Some(table) => {
                format!("row {} of {}", table.row_number(*row).unwrap_or(0), table.name)
            }
            None => "a row".to_string(),
        },
        (Value::Absent, _) => "not given".to_string(),
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
    if number.terminates() {
        return number.to_text(digits);
    }
    let millionth = Number::from_scaled(1, 6).unwrap_or(Number::ONE);
    match number.round_to(&millionth, RoundingMode::HalfUp) {
        Ok(rounded) => format!("≈{}", rounded.to_text(6)),
        Err(_) => number.to_string(),
    }
}

/// The least decimals that values of a type are shown with: those of the currency, for money and for rates of money.
fn digits(program: &Program, inputs: &[Value], ty: &Type) -> u32 {
    let Type::In(unit) = ty.present() else { return 0 };
    let Some((id, 1)) = unit.0.first() else { return 0 };
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
    let text = program.units.show(unit);
    let mut text = text;
    for (id, _) in &unit.0 {
        if let Some(unit) = program.units.get(*id)
            && let (Base::Chosen(_), Some(currency)) = (unit.base, chosen(inputs, unit.base))
            && unit.factor == Number::ONE
        {
            text = text.replace(&unit.name, currency.code());
        }
    }
    text
}

fn member_name(program: &Program, id: crate::types::EnumId, member: u32) -> &str {
    program.enumeration(id).and_then(|e| e.members.get(member as usize)).map_or("?", |(name, _)| name)
}

fn record(program: &Program, inputs: &[Value], values: &[Value], ty: &Type) -> String {
    let fields: Vec<String> = match ty {
        Type::Record(record) => record
            .fields
            .iter()
            .zip(values)
            .map(|(field, value)| format!("{} = {}", field.name, show_in(program, inputs, value, &field.ty)))
            .collect(),
        _ => values.iter().map(|value| show_in(program, inputs, value, &Type::Unknown)).collect(),
    };
    format!("{{ {} }}", fields.join(", "))
}

fn list(program: &Program, inputs: &[Value], values: &[Value], element: &Type) -> String {
    let mut shown: Vec<String> =
        values.iter().take(SHOWN_ELEMENTS).map(|value| show_in(program, inputs, value, element)).collect();
    if values.len() > SHOWN_ELEMENTS {
        shown.push(format!("… {} more", values.len() - SHOWN_ELEMENTS));
    }
    format!("[{}]", shown.join(", "))
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
    let Some(tiers) = program.tiers.get(line.tiers.0 as usize) else { return String::new() };
    let unit = quantity(program, inputs, &Number::ZERO, &tiers.over).1;
    let number = |number: &Number| decimal(&quantity(program, inputs, number, &tiers.over).0, 0);
    let (lower, lower_included) = (&line.lower.0, line.lower.1);
    let first = lower.is_zero();
    let text = match &line.upper {
        None if first => "from 0".to_string(),
        None if lower_included => format!("from {}", number(lower)),
        None => format!("over {}", number(lower)),
        Some((upper, true)) => format!("{} to {}", number(lower), number(upper)),
        Some((upper, false)) if first => format!("under {}", number(upper)),
        Some((upper, false)) => format!("{} to under {}", number(lower), number(upper)),
    };
    join(&text, &unit)
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

/// A value as plain data that needs no program to be read: for outputs.
pub fn data(program: &Program, inputs: &[Value], value: &Value, ty: &Type) -> Data {
    match (value, ty) {
        (value, Type::Optional(inner)) => data(program, inputs, value, inner),
        (Value::Number(number), Type::In(unit)) => {
            let base = program.units.currency(unit).and_then(|base| chosen(inputs, base));
            match (base, program.units.factor(unit)) {
                (Some(currency), Ok(factor)) => {
                    let amount = number.mul(&factor).unwrap_or_default();
                    Data::Money(crate::quote::Money { amount, currency })
                }
                _ => Data::Quantity(quantity_of(program, inputs, number, ty)),
            }
        }
        (Value::Number(number), Type::Percent) => Data::Quantity(quantity_of(program, inputs, number, ty)),
        (Value::Number(number), _) => Data::Number(number.clone()),
        (Value::YesNo(answer), _) => Data::YesNo(*answer),
        (Value::List(values), Type::List(element)) => {
            Data::List(values.iter().map(|value| data(program, inputs, value, element)).collect())
        }
        (Value::Record(values), Type::Record(record)) => {
            let fields = record.fields.iter().zip(values.iter());
            Data::Record(
                fields.map(|(field, value)| (field.name.clone(), data(program, inputs, value, &field.ty))).collect(),
            )
        }
        (Value::Row { .. }, _) => row_data(program, inputs, value),
        (Value::Absent, _) => Data::Absent,
        _ => Data::Text(plain(program, inputs, value, ty)),
    }
}

fn quantity_of(program: &Program, inputs: &[Value], number: &Number, ty: &Type) -> crate::quote::Quantity {
    let (value, unit) = quantity(program, inputs, number, ty);
    crate::quote::Quantity { value, unit }
}

/// The columns of a row that hold one value.
fn row_data(program: &Program, inputs: &[Value], value: &Value) -> Data {
    let Value::Row { table, row } = value else { return Data::Absent };
    let Some(found) = program.tables.get(*table as usize) else { return Data::Absent };
    let columns = found.columns.iter().enumerate();
    Data::Record(
        columns
            .filter_map(|(index, column)| {
                let value = found.value(*row, index as u16)?;
                Some((column.name.clone(), data(program, inputs, &value, &column.ty)))
            })
            .collect(),
    )
}
