//! The wire format: JSON read digit by digit, and its values taken exactly as they are declared, or refused.

use super::civil;
use super::number::{Rational, decimal, decimal_or_fraction, parts, power_of_ten};
use super::pricing::Pricing;
use super::value::{Answer, Problems, Value};
use super::zone;
use num_traits::Zero;
use ratewright::syntax::ast::{Field, TypeExpr, TypeKind};

/// JSON, with numbers as their text and fields as they were sent.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Json {
    Null,
    YesNo(bool),
    Number(String),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

/// Reads JSON text.
pub(crate) fn parse(text: &str) -> Option<Json> {
    let mut rest = text;
    let json = value(&mut rest, 0)?;
    rest.trim_start().is_empty().then_some(json)
}

fn skip(rest: &mut &str, word: &str) -> Option<()> {
    *rest = rest.trim_start_matches([' ', '\t', '\r', '\n']).strip_prefix(word)?;
    Some(())
}

fn value(rest: &mut &str, depth: u32) -> Option<Json> {
    *rest = rest.trim_start_matches([' ', '\t', '\r', '\n']);
    if depth > 120 {
        return None;
    }
    match rest.chars().next()? {
        '{' => members(rest, "{", "}", |rest| {
            let name = text(rest)?;
            skip(rest, ":")?;
            Some((name, value(rest, depth + 1)?))
        })
        .map(Json::Object),
        '[' => members(rest, "[", "]", |rest| value(rest, depth + 1)).map(Json::List),
        '"' => text(rest).map(Json::Text),
        't' => skip(rest, "true").map(|()| Json::YesNo(true)),
        'f' => skip(rest, "false").map(|()| Json::YesNo(false)),
        'n' => skip(rest, "null").map(|()| Json::Null),
        _ => {
            let end = rest.find(|c: char| !matches!(c, '0'..='9' | '.' | '-' | '+' | 'e' | 'E')).unwrap_or(rest.len());
            let (number, after) = rest.split_at_checked(end)?;
            *rest = after;
            json_number(number).map(|_| Json::Number(number.to_string()))
        }
    }
}

fn members<T>(rest: &mut &str, open: &str, close: &str, one: impl Fn(&mut &str) -> Option<T>) -> Option<Vec<T>> {
    skip(rest, open)?;
    let mut found = Vec::new();
    if skip(rest, close).is_some() {
        return Some(found);
    }
    loop {
        found.push(one(rest)?);
        if skip(rest, ",").is_none() {
            skip(rest, close)?;
            return Some(found);
        }
    }
}

fn text(rest: &mut &str) -> Option<String> {
    skip(rest, "\"")?;
    let mut end = 0_usize;
    let mut escaped = false;
    for (place, character) in rest.char_indices() {
        if character == '"' && !escaped {
            end = place;
            break;
        }
        escaped = character == '\\' && !escaped;
    }
    let inside = rest.get(..end)?;
    let after = rest.get(end..)?.strip_prefix('"')?;
    // Escapes are those of JSON; serde_json reads a text alone.
    let read = serde_json::from_str(&format!("\"{inside}\"")).ok()?;
    *rest = after;
    Some(read)
}

/// The number that JSON digits with an exponent denote.
fn json_number(text: &str) -> Option<Rational> {
    let (digits, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let whole = digits.strip_prefix('-').unwrap_or(digits);
    if whole.len() > 1 && whole.starts_with('0') && !whole.starts_with("0.") {
        return None;
    }
    let exponent: i32 = exponent.strip_prefix('+').unwrap_or(exponent).parse().ok()?;
    if exponent.unsigned_abs() > 400 {
        return None;
    }
    let scale = Rational::from_integer(power_of_ten(exponent.unsigned_abs()));
    let number = decimal(digits)?;
    Some(if exponent < 0 { number / scale } else { number * scale })
}

fn refused() -> Problems {
    Problems::failed("input not accepted")
}

fn accepted<T>(value: Option<T>) -> Answer<T> {
    value.ok_or_else(refused)
}

impl Pricing<'_> {
    /// The declared fields of an object: one that is missing, sent twice or unknown is refused.
    pub(crate) fn read_fields(&self, fields: &[Field], sent: &[(String, Json)]) -> Answer<Vec<(String, Value)>> {
        let wire = |field: &Field| field.wire.as_ref().map_or(field.name.text.clone(), |wire| wire.text.clone());
        let known = |name: &String| fields.iter().any(|field| wire(field) == *name);
        if sent.iter().any(|(name, _)| !known(name) || sent.iter().filter(|(other, _)| other == name).count() > 1) {
            return Err(refused());
        }
        let mut read = Vec::new();
        for field in fields {
            let json = sent.iter().find(|(name, _)| *name == wire(field)).map_or(&Json::Null, |(_, json)| json);
            let value = match json {
                Json::Null => match self.default_of(field)? {
                    Some(default) => default,
                    None if matches!(field.ty.kind, TypeKind::Optional(_)) => Value::Absent,
                    None => return Err(refused()),
                },
                json => self.read(json, &field.ty)?,
            };
            read.push((field.name.text.clone(), value));
        }
        Ok(read)
    }

    /// A value of a declared type.
    pub(crate) fn read(&self, json: &Json, ty: &TypeExpr) -> Answer<Value> {
        match &ty.kind {
            TypeKind::Optional(inner) => {
                if *json == Json::Null {
                    Ok(Value::Absent)
                } else {
                    self.read(json, inner)
                }
            }
            TypeKind::YesNo => match json {
                Json::YesNo(answer) => Ok(Value::YesNo(*answer)),
                _ => Err(refused()),
            },
            TypeKind::List(inner) => match json {
                Json::List(elements) if elements.len() <= 100_000 => {
                    elements.iter().map(|element| self.read(element, inner)).collect::<Answer<_>>().map(Value::List)
                }
                _ => Err(refused()),
            },
            TypeKind::CurrencyAmong(codes) => match json {
                Json::Text(code) if codes.iter().any(|known| known.text == *code) => Ok(Value::Currency(code.clone())),
                _ => Err(refused()),
            },
            TypeKind::In(..) | TypeKind::Unit(_) => self.read_quantity(json, ty),
            TypeKind::Name(name) => self.read_named(json, name, ty),
        }
    }

    fn read_named(&self, json: &Json, name: &str, ty: &TypeExpr) -> Answer<Value> {
        if let Some(members) = self.rules.enums.get(name) {
            let Json::Text(member) = json else { return Err(refused()) };
            return accepted(members.contains(member).then(|| Value::Member(member.clone())));
        }
        if let Some(fields) = self.rules.records.get(name) {
            let Json::Object(sent) = json else { return Err(refused()) };
            let value = self.read_fields(fields, sent).map(Value::Record)?;
            return self.check_fields(fields, &value).map(|()| value);
        }
        let text = || accepted(if let Json::Text(text) = json { Some(text.as_str()) } else { None });
        match name {
            "number" => accepted(plain_number(json)).map(Value::number),
            "integer" => accepted(plain_number(json).filter(|number| number.fract().is_zero())).map(Value::number),
            "percent" => accepted(read_percent(json)),
            "date" => accepted(civil::read(text()?)).map(Value::Date),
            "time" => accepted(civil::read_time(text()?)).map(Value::Time),
            "instant" => accepted(zone::read(text()?)).map(Value::Instant),
            "months" => accepted(read_months(text()?)).map(Value::Months),
            "zone" => accepted(Some(text()?.to_string()).filter(|name| zone::exists(name))).map(Value::Zone),
            "text" => {
                accepted(Some(text()?.to_string()).filter(|text| text.chars().count() <= 10_000)).map(Value::Text)
            }
            _ => self.read_quantity(json, ty),
        }
    }

    /// A bare number in the declared unit; number, space, unit; or an object of the two.
    fn read_quantity(&self, json: &Json, ty: &TypeExpr) -> Answer<Value> {
        let unit = self.rules.unit_of(ty)?;
        if let Some(number) = plain_number(json) {
            return Ok(Value::Number(number, unit));
        }
        let (number, written) = match json {
            Json::Text(text) => {
                let (number, written) = accepted(text.split_once(' '))?;
                (accepted(decimal_or_fraction(number))?, written.to_string())
            }
            Json::Object(fields) => accepted(number_and_unit(fields))?,
            _ => return Err(refused()),
        };
        let mut from = super::units::Unit::default();
        for (place, name) in written.split(" per ").enumerate() {
            let chosen = self.chosen_as(name, &unit);
            let name = accepted(chosen.or_else(|| self.rules.units.name(name)))?;
            from.0.push((name, if place == 0 { 1 } else { -1 }));
        }
        let converted = self.rules.units.convert(&number, &from, &unit).map_err(|_| refused())?;
        Ok(Value::Number(converted, unit))
    }

    /// The name of the input by which a currency was chosen, where an amount of it is declared and this is its code.
    fn chosen_as(&self, code: &str, declared: &super::units::Unit) -> Option<String> {
        let chosen = |name: &&String| self.input.get(*name) == Some(&Value::Currency(code.to_string()));
        declared.0.iter().map(|(name, _)| name).find(chosen).cloned()
    }

    /// Whether every value of the input lies in its declared range and fits its pattern.
    pub(crate) fn check_ranges(&self) -> Answer<()> {
        let input = Value::Record(self.input.clone().into_iter().collect());
        self.check_fields(&self.rules.inputs, &input)
    }

    fn check_fields(&self, fields: &[Field], record: &Value) -> Answer<()> {
        for field in fields {
            let value = record.field(&field.name.text)?;
            if value == Value::Absent {
                continue;
            }
            if let Some(range) = &field.range
                && !self.in_range(&value, range, &super::pricing::Scope::default())?
            {
                return Err(refused());
            }
            if let (Some(pattern), Value::Text(text)) = (&field.matching, &value)
                && !self.rules.patterns.get(&pattern.text).is_some_and(|pattern| pattern.is_match(text))
            {
                return Err(refused());
            }
        }
        Ok(())
    }
}

/// A number that is sent without a unit; at most 100 digits.
fn plain_number(json: &Json) -> Option<Rational> {
    let (text, number) = match json {
        Json::Number(text) => (text, json_number(text)),
        Json::Text(text) => (text, decimal_or_fraction(text.strip_prefix('+').unwrap_or(text))),
        _ => return None,
    };
    number.filter(|_| text.bytes().filter(u8::is_ascii_digit).count() <= 100)
}

fn number_and_unit(fields: &[(String, Json)]) -> Option<(Rational, String)> {
    let field = |name: &str| fields.iter().find(|(known, _)| known == name).map(|(_, json)| json);
    let number = plain_number(field("value").or_else(|| field("amount"))?)?;
    let Json::Text(unit) = field("unit").or_else(|| field("currency"))? else { return None };
    (fields.len() == 2).then(|| (number, unit.clone()))
}

fn read_percent(json: &Json) -> Option<Value> {
    let number = match json {
        Json::Text(text) => decimal_or_fraction(text.strip_suffix('%')?)?,
        Json::Object(fields) => number_and_unit(fields).filter(|(_, unit)| unit == "%")?.0,
        _ => return None,
    };
    Some(Value::Percent(number * parts(1, 100)))
}

fn read_months(text: &str) -> Option<i64> {
    let (number, unit) = text.split_once(' ')?;
    let number: i32 = number.parse().ok()?;
    let factor = match unit {
        "month" | "months" => 1,
        "year" | "years" => 12,
        _ => return None,
    };
    number.checked_mul(factor).map(i64::from)
}
