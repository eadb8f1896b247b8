//! The functions of FEEL that mean exactly the same as something in the rules: a closed set.

use super::cells::{self, Literal};
use super::expression::{Level, Translator, Typed};
use super::feel::Expression;
use super::report::Refused;
use super::types::Type;
use super::values::Point;

fn refused(name: &str) -> Refused {
    Refused::new(
        format!("the function `{name}` has no counterpart with the same meaning"),
        "write it by hand in the rules, or as a host function",
    )
}

/// A call of a built-in function.
pub(super) fn call(
    translator: &mut Translator<'_, '_>,
    name: &str,
    arguments: &[(Option<String>, Expression)],
) -> Result<Typed, Refused> {
    if arguments.iter().any(|(parameter, _)| parameter.is_some()) {
        return Err(Refused::new(
            format!("named arguments of `{name}` are not read"),
            "write them in order, without names",
        ));
    }
    let values: Vec<&Expression> = arguments.iter().map(|(_, argument)| argument).collect();
    match (name, values.as_slice()) {
        ("not", [one]) => {
            let one = translator.yes_no(one)?;
            Ok(Typed::new(format!("not {}", one.at(Level::Atom)), Type::YesNo, Level::Not))
        }
        ("abs", [one]) => numeric(translator, "absolute", &[one]),
        ("modulo", [a, b]) => numeric(translator, "remainder", &[a, b]),
        ("even", [one]) => parity(translator, one, 0),
        ("odd", [one]) => parity(translator, one, 1),
        ("floor" | "ceiling", [one]) => rounded(translator, one, name, 0),
        ("floor" | "ceiling", [one, scale]) => rounded(translator, one, name, digits(name, scale)?),
        ("decimal", [one, scale]) => rounded(translator, one, "half even", digits(name, scale)?),
        ("round up", [one, scale]) => rounded(translator, one, "up", digits(name, scale)?),
        ("round down", [one, scale]) => rounded(translator, one, "down", digits(name, scale)?),
        ("round half up", [one, scale]) => rounded(translator, one, "half up", digits(name, scale)?),
        ("round half down", [one, scale]) => rounded(translator, one, "half down", digits(name, scale)?),
        ("string length", [one]) => {
            let one = translator.text(one)?;
            Ok(Typed::atom(format!("characters({})", one.text), Type::Number))
        }
        ("upper case", [one]) => textual(translator, "upper", one),
        ("lower case", [one]) => textual(translator, "lower", one),
        ("contains", [a, b]) => question(translator, "contains", a, b),
        ("starts with", [a, b]) => question(translator, "starts_with", a, b),
        ("ends with", [a, b]) => question(translator, "ends_with", a, b),
        ("min", [_, _, ..]) => choice(translator, "least of", &values),
        ("max", [_, _, ..]) => choice(translator, "greatest of", &values),
        ("sum", [_, _, ..]) => {
            let mut parts = Vec::new();
            for value in &values {
                parts.push(translator.number(value)?.at(Level::Product));
            }
            Ok(Typed::new(parts.join(" + "), Type::Number, Level::Sum))
        }
        ("count", [one]) => {
            let list = translator.present(one)?;
            match list.ty {
                Type::List(_) => {
                    Ok(Typed::new(format!("count of {}", list.at(Level::Atom)), Type::Number, Level::Product))
                }
                _ => Err(refused(name)),
            }
        }
        ("list contains", [list, one]) => {
            let (list, one) = (translator.present(list)?, translator.present(one)?);
            if list.ty != Type::List(Box::new(one.ty.clone()))
                || matches!(one.ty, Type::Opaque | Type::Record(_) | Type::List(_))
            {
                return Err(refused(name));
            }
            let text = format!("{} is one of {}", one.at(Level::Sum), list.at(Level::Atom));
            Ok(Typed::new(text, Type::YesNo, Level::Comparison))
        }
        _ => Err(refused(name)),
    }
}

fn numeric(translator: &mut Translator<'_, '_>, function: &str, arguments: &[&Expression]) -> Result<Typed, Refused> {
    let mut texts = Vec::new();
    for argument in arguments {
        texts.push(translator.number(argument)?.text);
    }
    Ok(Typed::atom(format!("{function}({})", texts.join(", ")), Type::Number))
}

fn parity(translator: &mut Translator<'_, '_>, one: &Expression, rest: u8) -> Result<Typed, Refused> {
    let one = translator.number(one)?;
    Ok(Typed::new(format!("remainder({}, 2) is {rest}", one.text), Type::YesNo, Level::Comparison))
}

fn textual(translator: &mut Translator<'_, '_>, function: &str, one: &Expression) -> Result<Typed, Refused> {
    let one = translator.text(one)?;
    Ok(Typed::atom(format!("{function}({})", one.text), Type::Text))
}

fn question(
    translator: &mut Translator<'_, '_>,
    function: &str,
    a: &Expression,
    b: &Expression,
) -> Result<Typed, Refused> {
    let (a, b) = (translator.text(a)?, translator.text(b)?);
    Ok(Typed::atom(format!("{function}({}, {})", a.text, b.text), Type::YesNo))
}

fn choice(translator: &mut Translator<'_, '_>, words: &str, values: &[&Expression]) -> Result<Typed, Refused> {
    let mut parts: Vec<Typed> = Vec::new();
    for value in values {
        let value = translator.present(value)?;
        let same = parts.first().is_none_or(|first| first.ty == value.ty);
        if !same || !matches!(value.ty, Type::Number | Type::Date | Type::Time) {
            return Err(Refused::new(
                "the least or greatest of such values has no counterpart",
                "use numbers, dates or times",
            ));
        }
        parts.push(value);
    }
    let ty = parts.first().map_or(Type::Number, |first| first.ty.clone());
    let texts: Vec<String> = parts.into_iter().map(|part| part.text).collect();
    Ok(Typed::new(format!("{words} ({})", texts.join(", ")), ty, Level::Product))
}

/// A constant number of decimals.
fn digits(name: &str, scale: &Expression) -> Result<u32, Refused> {
    match cells::literal(scale)? {
        Some(Literal::Point(Point::Number(scale))) => {
            scale.to_i64().and_then(|scale| u32::try_from(scale).ok()).filter(|scale| *scale <= 20)
        }
        _ => None,
    }
    .ok_or_else(|| {
        Refused::new(
            format!("`{name}` has a counterpart only with a constant number of decimals from 0 through 20"),
            "write the number of decimals as a constant",
        )
    })
}

fn rounded(translator: &mut Translator<'_, '_>, one: &Expression, mode: &str, decimals: u32) -> Result<Typed, Refused> {
    let one = translator.number(one)?;
    let step = match decimals {
        0 => "1".to_owned(),
        _ => format!("0.{}1", "0".repeat(usize::try_from(decimals.saturating_sub(1)).unwrap_or(0))),
    };
    Ok(Typed::atom(format!("({} rounded {mode} to {step})", one.at(Level::Sum)), Type::Number))
}

/// A constant duration of months or of days, as the rules write it.
pub(super) fn span(expression: &Expression) -> Option<String> {
    let text = match expression {
        Expression::At(text) => text,
        Expression::Call(name, arguments) if name == "duration" => match arguments.as_slice() {
            [(None, Expression::Text(text))] => text,
            _ => return None,
        },
        _ => return None,
    };
    let rest = text.strip_prefix('P')?;
    let (mut months, mut days) = (0_u32, None);
    let mut rest = rest;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit())?;
        let count: u32 = rest.get(..end)?.parse().ok().filter(|count| *count < 100_000)?;
        let unit = rest.get(end..)?.chars().next()?;
        rest = rest.get(end.checked_add(1)?..)?;
        match unit {
            'Y' => months = months.checked_add(count.checked_mul(12)?)?,
            'M' => months = months.checked_add(count)?,
            'D' => days = Some(count),
            _ => return None,
        }
    }
    match (months, days) {
        (0, Some(days)) => Some(format!("{days} day")),
        (0, None) => None,
        (months, None) => Some(format!("{months} months")),
        (_, Some(_)) => None,
    }
}
