//! Values of FEEL as test cases write them: contexts, lists, numbers, texts, yes/no, and dates by their text.

use ratewright::value::{Number, RoundingMode, TimeOfDay};
use serde_json::{Map, Value as Json};

/// A value of a test case.
#[derive(Debug, Clone, PartialEq)]
pub enum Feel {
    Null,
    YesNo(bool),
    /// A number, as it is written.
    Number(String),
    Text(String),
    /// A date, time or duration, as it is written.
    Plain(String),
    List(Vec<Feel>),
    Context(Vec<(String, Feel)>),
}

/// Reads a value; `None` where it is more than a value.
pub fn read(text: &str) -> Option<Feel> {
    let mut rest = text.trim();
    let value = value(&mut rest)?;
    rest.trim().is_empty().then_some(value)
}

fn sign(rest: &mut &str, sign: char) -> bool {
    *rest = rest.trim_start();
    match rest.strip_prefix(sign) {
        Some(after) => {
            *rest = after.trim_start();
            true
        }
        None => false,
    }
}

fn value(rest: &mut &str) -> Option<Feel> {
    *rest = rest.trim_start();
    if rest.starts_with('"') {
        return quoted(rest).map(Feel::Text);
    }
    if sign(rest, '@') {
        return quoted(rest).map(Feel::Plain);
    }
    if sign(rest, '[') {
        let mut items = Vec::new();
        while !sign(rest, ']') {
            items.push(value(rest)?);
            sign(rest, ',');
        }
        return Some(Feel::List(items));
    }
    if sign(rest, '{') {
        let mut entries = Vec::new();
        while !sign(rest, '}') {
            let name = if rest.starts_with('"') {
                quoted(rest)?
            } else {
                let end = rest.find(':')?;
                let name = rest[..end].trim().to_owned();
                *rest = &rest[end..];
                name
            };
            if !sign(rest, ':') {
                return None;
            }
            entries.push((name, value(rest)?));
            sign(rest, ',');
        }
        return Some(Feel::Context(entries));
    }
    for call in ["date and time", "date", "time", "duration"] {
        if let Some(after) = rest.strip_prefix(call) {
            let mut after = after.trim_start();
            if sign(&mut after, '(') && after.starts_with('"') {
                let text = quoted(&mut after)?;
                if !sign(&mut after, ')') {
                    return None;
                }
                *rest = after;
                return Some(Feel::Plain(text));
            }
        }
    }
    let end = rest.find([',', ']', '}']).unwrap_or(rest.len());
    let word = rest[..end].trim();
    *rest = &rest[end..];
    Some(match word {
        "null" => Feel::Null,
        "true" => Feel::YesNo(true),
        "false" => Feel::YesNo(false),
        _ if Number::parse(word).is_ok() => Feel::Number(word.to_owned()),
        _ if !word.is_empty() && !word.contains('(') => Feel::Plain(word.to_owned()),
        _ => return None,
    })
}

fn quoted(rest: &mut &str) -> Option<String> {
    let mut text = String::new();
    let mut characters = rest.char_indices();
    characters.next();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => {
                *rest = &rest[at + 1..];
                return Some(text);
            }
            '\\' => match characters.next()?.1 {
                'n' => text.push('\n'),
                't' => text.push('\t'),
                'r' => text.push('\r'),
                'u' => {
                    let digits: String = characters.by_ref().take(4).map(|(_, digit)| digit).collect();
                    text.push(char::from_u32(u32::from_str_radix(&digits, 16).ok()?)?);
                }
                'U' => {
                    let digits: String = characters.by_ref().take(6).map(|(_, digit)| digit).collect();
                    text.push(char::from_u32(u32::from_str_radix(&digits, 16).ok()?)?);
                }
                other => text.push(other),
            },
            other => text.push(other),
        }
    }
    None
}

impl Feel {
    /// The value as it is sent to a rule set. A number is a text, so that no digit is lost.
    pub fn json(&self) -> Json {
        match self {
            Feel::Null => Json::Null,
            Feel::YesNo(answer) => Json::Bool(*answer),
            Feel::Number(text) => text.parse::<i64>().map_or_else(|_| Json::String(text.clone()), Json::from),
            Feel::Text(text) | Feel::Plain(text) => Json::String(text.clone()),
            Feel::List(items) => Json::Array(items.iter().map(Feel::json).collect()),
            Feel::Context(entries) => {
                Json::Object(entries.iter().map(|(name, value)| (name.clone(), value.json())).collect::<Map<_, _>>())
            }
        }
    }

    /// Whether a value of a quote is this one. A fraction is compared as DMN rounds it: to 34 digits, half to even.
    pub fn is(&self, actual: &Json) -> bool {
        match (self, actual) {
            (Feel::Null, Json::Null) => true,
            (Feel::YesNo(expected), Json::Bool(actual)) => expected == actual,
            (Feel::Number(expected), Json::String(actual)) => {
                let expected = Number::parse(expected).unwrap();
                number(actual).is_some_and(|actual| expected == actual || expected == to_34_digits(&actual))
            }
            (Feel::Plain(expected), Json::String(actual)) if TimeOfDay::parse(expected).is_some() => {
                TimeOfDay::parse(expected) == TimeOfDay::parse(actual)
            }
            (Feel::Text(expected) | Feel::Plain(expected), Json::String(actual)) => expected == actual,
            (Feel::List(expected), Json::Array(actual)) => {
                expected.len() == actual.len()
                    && expected.iter().zip(actual).all(|(expected, actual)| expected.is(actual))
            }
            (Feel::Context(expected), Json::Object(actual)) => {
                let same = |(name, value): &(String, Feel)| actual.get(name).is_some_and(|actual| value.is(actual));
                expected.len() == actual.len() && expected.iter().all(same)
            }
            _ => false,
        }
    }
}

/// A number of a quote: decimal, or a fraction such as `1/3`.
fn number(text: &str) -> Option<Number> {
    match text.split_once('/') {
        Some((numerator, denominator)) => Number::parse(numerator).ok()?.div(&Number::parse(denominator).ok()?).ok(),
        None => Number::parse(text).ok(),
    }
}

fn to_34_digits(number: &Number) -> Number {
    let ten = Number::from(10);
    let one = Number::from(1);
    let mut step = one.clone();
    let mut scale = number.abs();
    if scale.is_zero() {
        return scale;
    }
    // The scaled number has 34 digits before its point.
    let (mut low, mut high) = (one, ten.clone());
    for _ in 0..33 {
        low = low.mul(&ten).unwrap();
        high = high.mul(&ten).unwrap();
    }
    while scale < low {
        scale = scale.mul(&ten).unwrap();
        step = step.div(&ten).unwrap();
    }
    while scale >= high {
        scale = scale.div(&ten).unwrap();
        step = step.mul(&ten).unwrap();
    }
    number.round_to(&step, RoundingMode::HalfEven).unwrap()
}
