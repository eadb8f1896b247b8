//! One value without parts, as it came in, becomes a value of its declared type: the wire form of every type stands here.

use super::problem::excerpt;
use super::{Binder, Problem, Target, wire};
use crate::diagnostic::did_you_mean;
use crate::program::Domain;
use crate::types::{EnumId, Type};
use crate::value::{Currency, Date, Instant, Number, ParseNumberError, TimeOfDay, Value, Zone};

/// A value without parts, before its type is known.
pub(super) enum Scalar<'a> {
    /// A text.
    Text(&'a str),
    /// A number, exact.
    Number(Number),
    /// Yes or no.
    YesNo(bool),
    /// A flat field, which has no type of its own.
    Field(&'a str),
}

impl Scalar<'_> {
    /// What it is, for messages.
    fn words(&self) -> String {
        match self {
            Scalar::Text(text) => format!("the text {}", excerpt(text)),
            Scalar::Number(number) => format!("the number {number}"),
            Scalar::YesNo(answer) => answer.to_string(),
            Scalar::Field(text) => excerpt(text),
        }
    }
}

impl<'b> Binder<'b> {
    /// The value that a scalar is in the target's type, within its domain.
    pub(super) fn scalar(&self, target: Target<'b>, scalar: &Scalar<'_>) -> Result<Value, Problem> {
        let Target::Value { ty, domain, .. } = target else {
            return Err(self.mismatch(target, &scalar.words()));
        };
        if let Scalar::Text(text) | Scalar::Field(text) = scalar {
            self.check_text(text)?;
        }
        let ty = ty.present();
        let value = match scalar {
            Scalar::YesNo(answer) if *ty == Type::YesNo => Value::YesNo(*answer),
            Scalar::YesNo(_) => return Err(self.mismatch(target, &scalar.words())),
            Scalar::Number(number) => self.number(target, ty, number)?,
            Scalar::Field("yes" | "true") if *ty == Type::YesNo => Value::YesNo(true),
            Scalar::Field("no" | "false") if *ty == Type::YesNo => Value::YesNo(false),
            Scalar::Text(text) | Scalar::Field(text) => {
                self.text(ty, domain, text)?.ok_or_else(|| self.mismatch(target, &scalar.words()))?
            }
        };
        self.check_domain(ty, domain, &value)?;
        Ok(value)
    }

    fn check_text(&self, text: &str) -> Result<(), Problem> {
        let limit = self.limits.text_length;
        if text.len() > limit && text.chars().nth(limit).is_some() {
            return Err(Problem::new(format!("a text has at most {limit} characters here")));
        }
        Ok(())
    }

    /// A bare number: in the declared unit.
    fn number(&self, target: Target<'b>, ty: &Type, number: &Number) -> Result<Value, Problem> {
        match ty {
            Type::Number | Type::In(_) => Ok(Value::Number(number.clone())),
            Type::Integer if number.is_integer() => Ok(Value::Number(number.clone())),
            _ => {
                let problem = self.mismatch(target, &format!("the number {number}"));
                Err(match ty {
                    Type::Percent => problem.help("a bare number does not say whether it is a percent or a fraction"),
                    Type::Text => problem.help("write it in quotes, so that no digit gets lost"),
                    _ => problem,
                })
            }
        }
    }

    /// A text as a value of a type; none where it is not one.
    fn text(&self, ty: &Type, domain: &Domain, text: &str) -> Result<Option<Value>, Problem> {
        Ok(match ty {
            Type::Number | Type::Integer => {
                let number = number_from(text)?.filter(|n| *ty == Type::Number || n.is_integer());
                number.map(Value::Number)
            }
            Type::Percent => match text.strip_suffix('%').map(number_from).transpose()?.flatten() {
                Some(number) => number.div(&Number::from_i64(100)).ok().map(Value::Number),
                None => None,
            },
            Type::In(_) => match text.split_once(' ') {
                None => number_from(text)?.map(Value::Number),
                Some((number, unit)) => match number_from(number)? {
                    Some(number) => Some(self.quantity(ty, &number, unit)?),
                    None => None,
                },
            },
            Type::Text => Some(self.memory.borrow_mut().text(text)),
            Type::Enum(id) => Some(self.member(ty, *id, text)?),
            Type::Date => Date::parse(text).map(Value::Date),
            Type::Time => TimeOfDay::parse(text).map(Value::Time),
            Type::Instant => Instant::parse(text).map(Value::Instant),
            Type::Months => months_from(text).map(Value::Months),
            Type::Zone => Zone::named(text).map(Value::Zone),
            Type::Currency => Some(self.currency(ty, domain, text)?),
            _ => None,
        })
    }

    fn member(&self, ty: &Type, id: EnumId, text: &str) -> Result<Value, Problem> {
        let members = self.program.enumeration(id).map_or(&[][..], |e| e.members.as_slice());
        if let Some(position) = members.iter().position(|(name, _)| **name == *text) {
            return Ok(Value::Member(position as u32));
        }
        let expected = wire::expected(self.program, ty, &Domain::default());
        let problem = Problem::new(format!("expected {expected}, found {}", excerpt(text)));
        Err(match did_you_mean(text, members.iter().map(|(name, _)| &**name)) {
            Some(near) => problem.help(format!("did you mean \"{near}\"?")),
            None => problem,
        })
    }

    fn currency(&self, ty: &Type, domain: &Domain, text: &str) -> Result<Value, Problem> {
        Currency::parse(text).map(Value::Currency).ok_or_else(|| {
            let expected = wire::expected(self.program, ty, domain);
            Problem::new(format!("expected {expected}, found {}", excerpt(text)))
        })
    }
}

/// A number in a text: a decimal, or the fraction `1/3` in which results that do not end are written.
fn number_from(text: &str) -> Result<Option<Number>, Problem> {
    let read = match text.contains('/') {
        true => Number::parse_exact(text),
        false => Number::parse(text),
    };
    match read {
        Ok(number) => Ok(Some(number)),
        Err(ParseNumberError::NotANumber) if text.contains(',') => Err(Problem::new(format!(
            "found {}; write numbers without separators of thousands and with a decimal point",
            excerpt(text)
        ))),
        Err(ParseNumberError::NotANumber) => Ok(None),
        Err(other) => Err(Problem::new(format!("found {}: {other}", excerpt(text)))),
    }
}

/// `3 months`, `1 month`, `2 years`, `-1 month`.
fn months_from(text: &str) -> Option<i32> {
    let (count, unit) = text.split_once(' ')?;
    if count.starts_with('+') {
        return None;
    }
    let count: i32 = count.parse().ok()?;
    match unit {
        "month" | "months" => Some(count),
        "year" | "years" => count.checked_mul(12),
        _ => None,
    }
}
