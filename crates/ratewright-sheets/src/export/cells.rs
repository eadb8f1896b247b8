//! The text of a cell, from which the same cell is read again.

use ratewright::program::{EnumType, Period};
use ratewright::table::{Cell, Column, Role};
use ratewright::types::Type;
use ratewright::value::{Number, Value};
use std::borrow::Cow;

/// Words at the start of a cell that mean more than themselves.
const OPENING: [&str; 8] = ["any", "otherwise", "exactly", "from", "over", "under", "up", "refuse"];

/// Writes cells of the tables of one program.
pub(super) struct Writer<'a> {
    pub enums: &'a [EnumType],
}

impl Writer<'_> {
    /// The text of a cell; why it has none.
    pub fn cell(&self, column: &Column, cell: &Cell) -> Result<String, String> {
        let ty = column.ty.present();
        Ok(match cell {
            Cell::Any => "any".to_owned(),
            Cell::Value(value) => self.value(ty, value, column.role == Role::Value)?,
            Cell::OneOf(values) => {
                let texts = values.iter().map(|value| self.value(ty, value, false)).collect::<Result<Vec<_>, _>>()?;
                texts.join(", ")
            }
            Cell::Range(ends) => {
                let end = |end: &Option<(Value, bool)>| -> Result<Option<(String, bool)>, String> {
                    let Some((value, included)) = end else { return Ok(None) };
                    Ok(Some((self.value(ty, value, false)?, *included)))
                };
                range(end(&ends.low)?, end(&ends.high)?)
            }
            Cell::Exactly(text) => format!("exactly {}", quoted(text)),
            Cell::Period(Period { from, until }) => {
                range(from.map(|day| (day.to_string(), true)), until.map(|day| (day.to_string(), false)))
            }
        })
    }

    fn value(&self, ty: &Type, value: &Value, lone: bool) -> Result<String, String> {
        Ok(match value {
            Value::Number(number) if ty == &Type::Percent => {
                let hundredfold = number.mul(&Number::from_i64(100)).map_err(|error| error.to_string())?;
                format!("{}%", decimal(&hundredfold)?)
            }
            Value::Number(number) => decimal(number)?,
            Value::YesNo(yes) => if *yes { "yes" } else { "no" }.to_owned(),
            Value::Text(text) => word(text, lone),
            Value::Member(at) => {
                let Type::Enum(id) = ty else { return Err("a member of no enumeration stands in a cell".into()) };
                let member = self.enums.get(id.0 as usize).and_then(|declared| declared.members.get(*at as usize));
                word(member.map_or("", |(name, _)| name), false)
            }
            Value::Date(day) => day.to_string(),
            Value::Time(time) => time.to_string(),
            Value::Instant(instant) => instant.to_string(),
            Value::Months(1) => "1 month".to_owned(),
            Value::Months(months) => format!("{months} months"),
            Value::Zone(zone) => zone.to_string(),
            Value::Currency(currency) => currency.to_string(),
            Value::Absent => String::new(),
            Value::Record(_) | Value::List(_) | Value::Row { .. } => {
                return Err("a cell holds more than one value".into());
            }
        })
    }
}

/// The text of a number, to its last digit.
fn decimal(number: &Number) -> Result<String, String> {
    let text = number.to_string();
    match Number::parse_literal(&text) {
        Ok(read) if read == *number => Ok(text),
        _ => {
            Err(format!("{text} is a fraction that no decimal gives exactly; write that row in the column's own unit"))
        }
    }
}

fn range(low: Option<(String, bool)>, high: Option<(String, bool)>) -> String {
    match (low, high) {
        (None, None) => "any".to_owned(),
        (Some((low, true)), None) => format!("from {low}"),
        (Some((low, false)), None) => format!("over {low}"),
        (None, Some((high, true))) => format!("up to {high}"),
        (None, Some((high, false))) => format!("under {high}"),
        (Some((low, true)), Some((high, true))) => format!("{low} through {high}"),
        (Some((low, true)), Some((high, false))) => format!("{low} until {high}"),
        (Some((low, false)), Some((high, true))) => format!("over {low} up to {high}"),
        (Some((low, false)), Some((high, false))) => format!("over {low} until {high}"),
    }
}

/// A text as it stands, or in quotes where it could be read as something else. `lone` texts are never several.
fn word(text: &str, lone: bool) -> String {
    let first = text.split(' ').next().unwrap_or_default();
    let between = |word: &str| matches!(word, "through" | "until" | "up");
    let bare = |c: char| c.is_alphanumeric() || "_-./&'()+:;#§–".contains(c) || (c == ',' && lone);
    let plain = text.chars().all(|c| bare(c) || c == ' ') && text.starts_with(bare) && text.ends_with(bare);
    if plain && !OPENING.contains(&first) && !text.split(' ').any(between) { text.to_owned() } else { quoted(text) }
}

/// A reason, in quotes where it would not be read as it stands.
pub(super) fn reason(text: &str) -> Cow<'_, str> {
    match text.starts_with('"') || text.trim_matches([' ', '\t']) != text {
        true => quoted(text).into(),
        false => text.into(),
    }
}

/// A text in quotes.
pub(super) fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
}
