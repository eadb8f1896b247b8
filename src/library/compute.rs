//! What the functions of the library compute.

use super::Function;
use crate::value::{Date, Number, NumberError, RoundingMode, Value};
use std::sync::Arc;

/// Why a function of the library has no result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ComputeError {
    /// The number has no result.
    Number(NumberError),
    /// An argument has no meaning for the function; in words for the author.
    Argument(String),
    /// The date does not exist, or lies outside the calendar.
    Calendar(String),
    /// The result would be a list of more elements than allowed.
    Limit(String),
}

impl From<NumberError> for ComputeError {
    fn from(error: NumberError) -> Self {
        ComputeError::Number(error)
    }
}

type Computed = Result<Value, ComputeError>;

impl Function {
    /// The value for well-typed arguments. A list has at most `longest` elements. `text_from` needs the type of its argument and
    /// is computed by the evaluator.
    ///
    /// # Errors
    /// As listed in [`ComputeError`].
    pub fn compute(self, arguments: &[Value], longest: usize) -> Computed {
        match arguments {
            [Value::Date(date)] => self.of_date(*date),
            [Value::Text(text)] => self.of_text(text),
            [Value::Number(number)] => self.of_number(number),
            [Value::Text(left), Value::Text(right)] => self.of_texts(left, right),
            [Value::Text(text), Value::Number(count)] => self.of_text_and_count(text, count),
            [Value::Date(left), Value::Date(right)] if self == Function::MonthsBetween => {
                Ok(integer(i64::from(left.months_between(*right))))
            }
            [Value::Date(first), Value::Date(last)] if self == Function::Dates => dates(*first, *last, longest),
            [Value::Date(date), Value::Months(months)] if self == Function::AddMonthsExactly => {
                date.add_months_exactly(*months).map(Value::Date).ok_or_else(|| {
                    ComputeError::Calendar(format!(
                        "{months} month{} after {date} there is no day {}",
                        if *months == 1 { "" } else { "s" },
                        date.day()
                    ))
                })
            }
            [Value::Number(left), Value::Number(right)] => self.of_numbers(left, right, longest),
            [Value::Number(year), Value::Number(month), Value::Number(day)] if self == Function::DateFrom => {
                date_from(year, month, day)
            }
            [Value::List(list)] if self == Function::Reversed => Ok(Value::List(list.iter().rev().cloned().collect())),
            [Value::List(left), Value::List(right)] if self == Function::Concatenated => {
                concatenated(left, right, longest)
            }
            _ => Err(unfit()),
        }
    }

    fn of_date(self, date: Date) -> Computed {
        Ok(match self {
            Function::Year => integer(i64::from(date.year())),
            Function::Month => integer(i64::from(date.month())),
            Function::Day => integer(i64::from(date.day())),
            Function::Weekday => integer(i64::from(date.weekday())),
            Function::StartOfMonth => Value::Date(date.start_of_month()),
            Function::EndOfMonth => Value::Date(date.end_of_month()),
            Function::DaysInMonth => integer(i64::from(date.days_in_month())),
            _ => return Err(unfit()),
        })
    }

    fn of_text(self, text: &Arc<str>) -> Computed {
        Ok(match self {
            Function::Upper => Value::text(&text.to_uppercase()),
            Function::Lower => Value::text(&text.to_lowercase()),
            Function::Trim => Value::text(text.trim()),
            Function::WithoutSpaces => {
                Value::text(&text.chars().filter(|character| !character.is_whitespace()).collect::<String>())
            }
            Function::Characters => integer(i64::try_from(text.chars().count()).unwrap_or(i64::MAX)),
            Function::NumberFrom => Number::parse(text).map_or(Value::Absent, Value::Number),
            _ => return Err(unfit()),
        })
    }

    fn of_number(self, number: &Number) -> Computed {
        Ok(Value::Number(match self {
            Function::Absolute => number.abs(),
            Function::Whole => number.round_to(&Number::ONE, RoundingMode::Down)?,
            _ => return Err(unfit()),
        }))
    }

    fn of_texts(self, left: &str, right: &str) -> Computed {
        Ok(Value::YesNo(match self {
            Function::StartsWith => left.starts_with(right),
            Function::EndsWith => left.ends_with(right),
            Function::Contains => left.contains(right),
            _ => return Err(unfit()),
        }))
    }

    /// A count below zero takes no character; one beyond the text takes all of them.
    fn of_text_and_count(self, text: &str, count: &Number) -> Computed {
        let characters = text.chars().count();
        let count = match count.to_i64() {
            Some(count) => usize::try_from(count.max(0)).unwrap_or(usize::MAX),
            None if count.is_integer() => {
                if count.is_negative() {
                    0
                } else {
                    characters
                }
            }
            None => return Err(ComputeError::Argument(format!("{count} is not a whole number of characters"))),
        };
        match self {
            Function::Left => Ok(Value::text(&text.chars().take(count).collect::<String>())),
            Function::Right => {
                Ok(Value::text(&text.chars().skip(characters.saturating_sub(count)).collect::<String>()))
            }
            _ => Err(unfit()),
        }
    }

    fn of_numbers(self, left: &Number, right: &Number, longest: usize) -> Computed {
        match self {
            Function::Remainder => Ok(Value::Number(left.remainder(right)?)),
            Function::Numbers => numbers(left, right, longest),
            _ => Err(unfit()),
        }
    }
}

fn integer(value: i64) -> Value {
    Value::Number(Number::from_i64(value))
}

fn unfit() -> ComputeError {
    ComputeError::Argument("the arguments do not fit the function".to_string())
}

/// `numbers(1, n)`: both ends included; none where the second is below the first.
fn numbers(from: &Number, through: &Number, longest: usize) -> Computed {
    if through < from {
        return Ok(Value::list([]));
    }
    let (Some(from), Some(through)) = (from.to_i64(), through.to_i64()) else {
        return Err(ComputeError::Argument(format!("{from} through {through} are not whole numbers of a usual size")));
    };
    let longer = usize::try_from(through.abs_diff(from)).map_or(true, |more| more >= longest);
    if longer {
        return Err(ComputeError::Limit(format!("a list has more than {longest} elements")));
    }
    Ok(Value::list((from..=through).map(integer)))
}

/// `dates(first, last)`: both ends included; none where the last is before the first.
fn dates(first: Date, last: Date, longest: usize) -> Computed {
    let longer = usize::try_from(first.days_until(last)).is_ok_and(|more| more >= longest);
    if longer {
        return Err(ComputeError::Limit(format!("a list has more than {longest} elements")));
    }
    let days = std::iter::successors(Some(first), |day| day.add_days(1)).take_while(|day| *day <= last);
    Ok(Value::list(days.map(Value::Date)))
}

fn concatenated(left: &[Value], right: &[Value], longest: usize) -> Computed {
    if left.len().saturating_add(right.len()) > longest {
        return Err(ComputeError::Limit(format!("a list has more than {longest} elements")));
    }
    Ok(Value::List(left.iter().chain(right).cloned().collect()))
}

fn date_from(year: &Number, month: &Number, day: &Number) -> Computed {
    let date = year.to_i64().zip(month.to_i64()).zip(day.to_i64()).and_then(|((year, month), day)| {
        Date::new(i16::try_from(year).ok()?, u8::try_from(month).ok()?, u8::try_from(day).ok()?)
    });
    match date {
        Some(date) => Ok(Value::Date(date)),
        None => Err(ComputeError::Calendar(format!("there is no day {day} of month {month} of the year {year}"))),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn dates_include_both_ends_and_keep_to_the_limit() {
        let date = |text| Date::parse(text).unwrap();
        let (first, last) = (Value::Date(date("2028-02-28")), Value::Date(date("2028-03-01")));
        let days = ["2028-02-28", "2028-02-29", "2028-03-01"].map(|text| Value::Date(date(text)));
        let compute = |a: &Value, b: &Value, longest| Function::Dates.compute(&[a.clone(), b.clone()], longest);
        assert_eq!(compute(&first, &last, 3).unwrap(), Value::list(days));
        assert_eq!(compute(&first, &first, 3).unwrap(), Value::list([first.clone()]));
        assert_eq!(compute(&last, &first, 3).unwrap(), Value::list([]));
        assert!(matches!(compute(&first, &last, 2), Err(ComputeError::Limit(_))));
    }
}
