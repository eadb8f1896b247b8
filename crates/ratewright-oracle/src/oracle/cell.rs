//! Cells of tables: what a key's cell matches, and what a value's cell is, by the type of its column.
//!
//! A number without a unit is one of the column's. A text stands in quotes or without.

use super::rules::Rules;
use super::value::{Answer, Problems, Value};
use ratewright::source::FileId;
use ratewright::syntax::ast::{ColumnRole, ExprKind, TypeExpr, TypeKind};
use ratewright::syntax::parse_expression;

/// One end of a range, and whether it belongs to it.
pub(crate) type End = Option<(Value, bool)>;

/// What a key's cell matches.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cell {
    /// Every key.
    Any,
    /// Each of these; of a break or next row, the one bound.
    Values(Vec<Value>),
    /// What lies between two ends.
    Range(End, End),
    /// Texts that start so.
    Prefix(String),
    /// This text alone, in a column of prefixes.
    Exactly(String),
}

/// The words that begin or divide a range, and which ends they include.
const DIVIDED: &[(&str, &str, bool, bool)] = &[
    ("over ", " up to ", false, true),
    ("over ", " until ", false, false),
    ("from ", " through ", true, true),
    ("from ", " until ", true, false),
    ("", " through ", true, true),
    ("", " until ", true, false),
];

impl Rules {
    /// The cell of a key column.
    pub(crate) fn key_cell(&self, text: &str, role: ColumnRole, ty: Option<&TypeExpr>) -> Answer<Cell> {
        let text = text.trim();
        if text == "any" {
            return Ok(Cell::Any);
        }
        match role {
            ColumnRole::Range | ColumnRole::Valid => self.range_cell(text, ty),
            ColumnRole::LongestPrefix => match text.strip_prefix("exactly ") {
                Some(whole) => Ok(Cell::Exactly(unquoted(whole.trim()))),
                None => Ok(Cell::Prefix(unquoted(text))),
            },
            _ => {
                let values = split_outside_quotes(text);
                values.iter().map(|value| self.value_cell(value, ty)).collect::<Answer<_>>().map(Cell::Values)
            }
        }
    }

    fn range_cell(&self, text: &str, ty: Option<&TypeExpr>) -> Answer<Cell> {
        let end = |text: &str, included| Ok(Some((self.value_cell(text.trim(), ty)?, included)));
        for (before, between, low, high) in DIVIDED {
            if let Some((first, second)) = text.strip_prefix(before).and_then(|rest| rest.split_once(between)) {
                return Ok(Cell::Range(end(first, *low)?, end(second, *high)?));
            }
        }
        if let Some(low) = text.strip_prefix("from ") {
            return Ok(Cell::Range(end(low, true)?, None));
        }
        if let Some(low) = text.strip_prefix("over ") {
            return Ok(Cell::Range(end(low, false)?, None));
        }
        if let Some(high) = text.strip_prefix("up to ") {
            return Ok(Cell::Range(None, end(high, true)?));
        }
        if let Some(high) = text.strip_prefix("under ") {
            return Ok(Cell::Range(None, end(high, false)?));
        }
        Ok(Cell::Range(end(text, true)?, end(text, true)?))
    }

    /// The value that a cell holds.
    pub(crate) fn value_cell(&self, text: &str, ty: Option<&TypeExpr>) -> Answer<Value> {
        let kind = ty.map(|ty| &ty.kind);
        match kind {
            Some(TypeKind::Optional(inner)) => {
                return if text.is_empty() { Ok(Value::Absent) } else { self.value_cell(text, Some(inner)) };
            }
            Some(TypeKind::Name(name)) if name == "text" => return Ok(Value::Text(unquoted(text))),
            Some(TypeKind::Name(name)) if name == "zone" => return Ok(Value::Zone(unquoted(text))),
            Some(TypeKind::Name(name)) if self.enums.contains_key(name) => {
                let member = text.strip_prefix(name.as_str()).and_then(|rest| rest.strip_prefix('.')).unwrap_or(text);
                return Ok(Value::Member(member.trim_matches('`').to_string()));
            }
            Some(TypeKind::CurrencyAmong(_)) => return Ok(Value::Currency(text.to_string())),
            _ => {}
        }
        let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (expression, _) = parse_expression(FileId::default(), digits.trim(), 0);
        let ExprKind::Literal(literal) = expression.kind else {
            return Err(Problems::mistaken(&format!("the cell `{text}` is no value")));
        };
        let value = match self.literal(&literal)? {
            Value::Number(number, unit) if negative => Value::Number(-number, unit),
            Value::Percent(number) if negative => Value::Percent(-number),
            value => value,
        };
        match ty {
            Some(ty) => self.in_unit_of(value, ty),
            None => Ok(value),
        }
    }

    /// A quantity in the unit of its type; one without a unit gets it.
    pub(crate) fn in_unit_of(&self, value: Value, ty: &TypeExpr) -> Answer<Value> {
        let Value::Number(number, from) = value else { return Ok(value) };
        let to = self.unit_of(ty)?;
        if from.is_none() || to.is_none() {
            return Ok(Value::Number(number, if from.is_none() { to } else { from }));
        }
        Ok(Value::Number(self.units.convert(&number, &from, &to)?, to))
    }
}

/// A text without its quotes.
pub(crate) fn unquoted(text: &str) -> String {
    match text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(inside) => inside.replace("\\\"", "\"").replace("\\n", "\n").replace("\\\\", "\\"),
        None => text.to_string(),
    }
}

/// The parts between commas that stand outside quotes, trimmed.
fn split_outside_quotes(text: &str) -> Vec<String> {
    let (mut parts, mut part, mut quoted, mut escaped) = (Vec::new(), String::new(), false, false);
    for character in text.chars() {
        if character == ',' && !quoted {
            parts.push(std::mem::take(&mut part).trim().to_string());
            continue;
        }
        if character == '"' && !escaped {
            quoted = !quoted;
        }
        escaped = character == '\\' && !escaped;
        part.push(character);
    }
    parts.push(part.trim().to_string());
    parts
}
