//! What is called by its name: functions and tiers of the rule set, and the functions of the library.

use super::civil;
use super::number::{decimal, whole};
use super::pricing::{Pricing, Scope};
use super::rules::Definition;
use super::value::{Answer, Problems, Value, all};
use num_traits::{Signed, Zero};
use ratewright::syntax::ast::{Expr, Param};

impl Pricing<'_> {
    /// `f(a, b)`
    pub(crate) fn call(&self, name: &str, arguments: &[Expr], scope: &Scope) -> Answer<Value> {
        let arguments = all(arguments.iter().map(|argument| self.value(argument, scope)).collect::<Vec<_>>())?;
        match self.version(name, usize::MAX) {
            Some((layer, Definition::Function(params, result, body))) => {
                let value = self.value(body, &self.bound(params, arguments, *layer)?)?;
                match result {
                    Some(ty) => self.typed(value, ty),
                    None => Ok(value),
                }
            }
            Some((layer, Definition::Tiers(tiers))) => {
                let Some((quantity, rest)) = arguments.split_first() else {
                    return Err(Problems::mistaken("tiers without a quantity"));
                };
                let scope = self.bound(&tiers.params, rest.to_vec(), *layer)?;
                self.tiers(tiers, quantity, &scope)
            }
            Some((_, Definition::Host(result))) => match self.rules.hosts.get(name) {
                Some(Some(answer)) => self.rules.in_unit_of(Value::whole(*answer), result),
                _ => Err(Problems::failed("host function failed")),
            },
            _ => library(self, name, &arguments),
        }
    }

    /// The scope of a body: its parameters with their values.
    fn bound(&self, params: &[Param], arguments: Vec<Value>, layer: usize) -> Answer<Scope> {
        params.iter().zip(arguments).try_fold(Scope::of_layer(layer), |scope, (param, argument)| {
            Ok(scope.with(&param.name.text, self.typed(argument, &param.ty)?))
        })
    }
}

fn library(pricing: &Pricing<'_>, name: &str, arguments: &[Value]) -> Answer<Value> {
    match arguments {
        [Value::Date(day)] => of_date(name, *day),
        [Value::Date(first), Value::Date(last)] if name == "months_between" => {
            Ok(Value::whole(civil::months_between(*first, *last)))
        }
        [Value::Date(first), Value::Date(last)] if name == "dates" => listed((*first..=*last).map(Value::Date)),
        [Value::Date(day), Value::Months(months)] if name == "add_months_exactly" => {
            let later = civil::add_months(*day, *months).filter(|(_, exactly)| *exactly);
            later.map(|(day, _)| Value::Date(day)).ok_or_else(|| Problems::failed("overflow"))
        }
        [value] if name == "text_from" => Ok(Value::Text(pricing.filled(value))),
        [Value::Text(text)] => of_text(name, text),
        [Value::Text(text), Value::Text(part)] => of_two_texts(name, text, part),
        [Value::Text(text), count @ Value::Number(..)] => of_characters(name, text, pricing.whole_number(count)?),
        [Value::List(elements)] if name == "reversed" => Ok(Value::List(elements.iter().rev().cloned().collect())),
        [Value::List(first), Value::List(second)] if name == "concatenated" => {
            listed(first.iter().chain(second).cloned())
        }
        [year, month, day] if name == "date_from" => {
            let number = |value| pricing.whole_number(value);
            let day = civil::day(number(year)?, number(month)?, number(day)?);
            day.map(Value::Date).ok_or_else(|| Problems::failed("overflow"))
        }
        numbers => of_numbers(pricing, name, numbers),
    }
}

fn unknown(name: &str) -> Problems {
    Problems::mistaken(&format!("there is no function {name} of such values"))
}

/// A list that is not too long.
fn listed(elements: impl Iterator<Item = Value>) -> Answer<Value> {
    let elements: Vec<Value> = elements.take(100_001).collect();
    if elements.len() > 100_000 { Err(Problems::failed("limit reached")) } else { Ok(Value::List(elements)) }
}

fn of_date(name: &str, day: civil::Day) -> Answer<Value> {
    let (year, month, of_month) = civil::parts(day);
    let days = civil::days_of_month(year, month);
    Ok(match name {
        "year" => Value::whole(year),
        "month" => Value::whole(month),
        "day" => Value::whole(of_month),
        "weekday" => Value::whole(civil::weekday(day)),
        "start_of_month" => Value::Date(day - of_month + 1),
        "end_of_month" => Value::Date(day - of_month + days),
        "days_in_month" => Value::of_unit(whole(days), "day"),
        "text_from" => Value::Text(civil::shown(day)),
        _ => return Err(unknown(name)),
    })
}

fn of_text(name: &str, text: &str) -> Answer<Value> {
    Ok(match name {
        "upper" => Value::Text(text.to_uppercase()),
        "lower" => Value::Text(text.to_lowercase()),
        "trim" => Value::Text(text.trim().to_string()),
        "without_spaces" => Value::Text(text.chars().filter(|character| !character.is_whitespace()).collect()),
        "characters" => Value::whole(text.chars().count() as i64),
        "number_from" => decimal(text).map_or(Value::Absent, Value::number),
        _ => return Err(unknown(name)),
    })
}

fn of_two_texts(name: &str, text: &str, part: &str) -> Answer<Value> {
    Ok(Value::YesNo(match name {
        "starts_with" => text.starts_with(part),
        "ends_with" => text.ends_with(part),
        "contains" => text.contains(part),
        _ => return Err(unknown(name)),
    }))
}

/// The first or last characters of a text; all where it has fewer.
fn of_characters(name: &str, text: &str, count: i64) -> Answer<Value> {
    let count = usize::try_from(count.max(0)).unwrap_or(usize::MAX);
    let length = text.chars().count();
    Ok(Value::Text(match name {
        "left" => text.chars().take(count).collect(),
        "right" => text.chars().skip(length.saturating_sub(count)).collect(),
        _ => return Err(unknown(name)),
    }))
}

fn of_numbers(pricing: &Pricing<'_>, name: &str, arguments: &[Value]) -> Answer<Value> {
    match (name, arguments) {
        ("absolute", [Value::Number(number, unit)]) => Ok(Value::Number(number.abs(), unit.clone())),
        ("absolute", [Value::Percent(number)]) => Ok(Value::Percent(number.abs())),
        ("whole", [Value::Number(number, unit)]) => Ok(Value::Number(number.trunc(), unit.clone())),
        ("remainder", [value @ Value::Number(number, unit), by]) => {
            let Value::Number(by, _) = pricing.like(by.clone(), value)? else { return Err(unknown(name)) };
            if by.is_zero() {
                return Err(Problems::failed("division by zero"));
            }
            Ok(Value::Number(number - (number / &by).floor() * by, unit.clone()))
        }
        ("remainder", [Value::Percent(_), Value::Percent(by)]) if by.is_zero() => {
            Err(Problems::failed("division by zero"))
        }
        ("remainder", [Value::Percent(number), Value::Percent(by)]) => {
            Ok(Value::Percent(number - (number / by).floor() * by))
        }
        ("numbers", [first, last]) => {
            listed((pricing.whole_number(first)?..=pricing.whole_number(last)?).map(Value::whole))
        }
        _ => Err(unknown(name)),
    }
}
