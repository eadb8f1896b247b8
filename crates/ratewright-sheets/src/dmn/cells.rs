//! Cells: literals of FEEL, unary tests as sets of values, and sets of values as the rules write them.

use super::feel::{Expression, Operator, Test};
use super::names::quoted;
use super::report::Refused;
use super::types::Type;
use super::values::{Edge, Interval, Point, Values};
use ratewright::value::{Date, Number, TimeOfDay};

/// A constant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Literal {
    Point(Point),
    Text(String),
    YesNo(bool),
}

impl Literal {
    pub(super) fn ty(&self) -> Type {
        match self {
            Literal::Point(Point::Number(_)) => Type::Number,
            Literal::Point(Point::Date(_)) => Type::Date,
            Literal::Point(Point::Time(_)) => Type::Time,
            Literal::Text(_) => Type::Text,
            Literal::YesNo(_) => Type::YesNo,
        }
    }

    /// As the rules write it.
    pub(super) fn write(&self) -> Result<String, Refused> {
        Ok(match self {
            Literal::Point(point) => write_point(point),
            Literal::Text(text) => quoted(text).ok_or_else(|| {
                Refused::new(
                    "a text has a line end or is so long that rules cannot write it",
                    "shorten or change the text",
                )
            })?,
            Literal::YesNo(true) => "yes".into(),
            Literal::YesNo(false) => "no".into(),
        })
    }

    pub(super) fn values(&self) -> Values {
        match self {
            Literal::Point(point) => Values::interval(Interval::point(point.clone())),
            Literal::Text(text) => Values::text(text.clone()),
            Literal::YesNo(answer) => Values::answer(*answer),
        }
    }
}

/// A number, date or time as the rules write it.
pub(super) fn write_point(point: &Point) -> String {
    match point {
        Point::Number(number) => number.to_text(0),
        Point::Date(date) => date.to_string(),
        Point::Time(time) => time.to_string(),
    }
}

/// The constant that an expression is; `None` where it must be computed.
pub(super) fn literal(expression: &Expression) -> Result<Option<Literal>, Refused> {
    Ok(Some(match expression {
        Expression::Number(text) => Literal::Point(Point::Number(number(text)?)),
        Expression::Negate(inner) => match literal(inner)? {
            Some(Literal::Point(Point::Number(number))) => Literal::Point(Point::Number(number.neg())),
            _ => return Ok(None),
        },
        Expression::Text(text) => Literal::Text(text.clone()),
        Expression::YesNo(answer) => Literal::YesNo(*answer),
        Expression::At(text) => match Date::parse(text) {
            Some(date) => Literal::Point(Point::Date(date)),
            None => match time(text) {
                Some(time) => Literal::Point(Point::Time(time)),
                None => return Ok(None),
            },
        },
        Expression::Call(name, arguments) => match (name.as_str(), arguments.as_slice()) {
            ("date", [(_, Expression::Text(text))]) => {
                Literal::Point(Point::Date(Date::parse(text).ok_or_else(|| {
                    Refused::new(
                        format!("`date(\"{text}\")` is no day from 0001-01-01 through 9999-12-31"),
                        "write a day such as `date(\"2026-01-05\")`",
                    )
                })?))
            }
            ("time", [(_, Expression::Text(text))]) => Literal::Point(Point::Time(time(text).ok_or_else(|| {
                Refused::new(
                    format!("`time(\"{text}\")` is no time of day in whole seconds without a zone"),
                    "write a time such as `time(\"08:00:00\")`",
                )
            })?)),
            _ => return Ok(None),
        },
        _ => return Ok(None),
    }))
}

fn number(text: &str) -> Result<Number, Refused> {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    if digits > 34 {
        return Err(Refused::new("a number has more than the 34 digits that DMN keeps", "shorten it"));
    }
    Number::parse(text).map_err(|_| Refused::new(format!("`{text}` is no number"), "write digits and a point"))
}

fn time(text: &str) -> Option<TimeOfDay> {
    (text.len() == 8).then(|| TimeOfDay::parse(text)).flatten()
}

/// The values that allowed values name, and whether `null` is among them.
pub(super) fn allowed(tests: &[Test], ty: &Type) -> Result<(Values, bool), Refused> {
    let null = |test: &&Test| matches!(test, Test::Value(Expression::Null));
    let nullable = tests.iter().any(|test| null(&test));
    let rest: Vec<Test> = tests.iter().filter(|test| !null(test)).cloned().collect();
    match set(&rest, ty)? {
        Some(values) => Ok((values, nullable)),
        None => Err(Refused::new("allowed values that must be computed have no counterpart", "write constants")),
    }
}

/// The set of values that tests accept; `None` where one of them must be computed.
pub(super) fn set(tests: &[Test], ty: &Type) -> Result<Option<Values>, Refused> {
    let Some(all) = ty.all() else { return Ok(None) };
    let mut found = all.complement();
    for test in tests {
        match one(test, ty, &all)? {
            Some(values) => found = found.or(&values),
            None => return Ok(None),
        }
    }
    Ok(Some(found))
}

fn one(test: &Test, ty: &Type, all: &Values) -> Result<Option<Values>, Refused> {
    Ok(match test {
        Test::Not(tests) => set(tests, ty)?.map(|values| values.complement()),
        Test::Value(value) => constant(value, ty)?.map(|literal| literal.values()),
        Test::Compare(operator, value) => {
            let Some(literal) = constant(value, ty)? else { return Ok(None) };
            match (operator, &literal) {
                (Operator::Equal, _) => Some(literal.values()),
                (Operator::NotEqual, _) => Some(literal.values().complement()),
                (_, Literal::Point(point)) => {
                    let edge = |after| Some(Edge { point: point.clone(), after });
                    let interval = match operator {
                        Operator::Less => Interval { low: None, high: edge(false) },
                        Operator::AtMost => Interval { low: None, high: edge(true) },
                        Operator::Greater => Interval { low: edge(true), high: None },
                        _ => Interval { low: edge(false), high: None },
                    };
                    Some(Values::interval(interval).and(all))
                }
                // An order of texts is a condition that is computed.
                (_, Literal::Text(_)) => None,
                (_, Literal::YesNo(_)) => return Err(mismatch("an order of yes and no", ty)),
            }
        }
        Test::Range { low, low_included, high, high_included } => {
            let (Some(low), Some(high)) = (constant(low, ty)?, constant(high, ty)?) else { return Ok(None) };
            match (low, high) {
                (Literal::Point(low), Literal::Point(high)) => Some(Values::interval(Interval {
                    low: Some(Edge { point: low, after: !low_included }),
                    high: Some(Edge { point: high, after: *high_included }),
                })),
                (Literal::Text(_), Literal::Text(_)) => None,
                _ => return Err(mismatch("a range", ty)),
            }
        }
    })
}

fn constant(value: &Expression, ty: &Type) -> Result<Option<Literal>, Refused> {
    if *value == Expression::Null {
        return Err(Refused::new(
            "a cell that tests for `null` has no counterpart",
            "let the input be sent, or state a value for it",
        ));
    }
    let found = literal(value)?;
    match &found {
        Some(literal) if literal.ty() != *ty => Err(mismatch(literal.ty().words(), ty)),
        _ => Ok(found),
    }
}

fn mismatch(found: &str, ty: &Type) -> Refused {
    Refused::new(
        format!("{found} stands where {} is tested, which never matches in DMN", ty.words()),
        "write a value of the same type",
    )
}

/// A range as the rules write it: `over 3 up to 5`.
pub(super) fn range(interval: &Interval) -> String {
    match (&interval.low, &interval.high) {
        (None, None) => "any".into(),
        (Some(low), None) => format!("{} {}", if low.after { "over" } else { "from" }, write_point(&low.point)),
        (None, Some(high)) => format!("{} {}", if high.after { "up to" } else { "under" }, write_point(&high.point)),
        (Some(low), Some(high)) => {
            let (from, to) = (write_point(&low.point), write_point(&high.point));
            match (low.after, high.after) {
                (false, true) => format!("from {from} through {to}"),
                (false, false) => format!("from {from} until {to}"),
                (true, true) => format!("over {from} up to {to}"),
                (true, false) => format!("over {from} until {to}"),
            }
        }
    }
}

/// The cells that together hold a set of values, one for each row that is needed. `None` where no cell can say it.
pub(super) fn write(values: &Values) -> Result<Option<Vec<String>>, Refused> {
    if values.is_all() {
        return Ok(Some(vec!["any".into()]));
    }
    Ok(Some(match values {
        Values::Ordered(intervals) => intervals.iter().map(cell).collect(),
        Values::Texts { named, others: false } => {
            let texts: Result<Vec<String>, Refused> =
                named.iter().map(|text| Literal::Text(text.clone()).write()).collect();
            if named.is_empty() { Vec::new() } else { vec![texts?.join(", ")] }
        }
        Values::Texts { .. } => return Ok(None),
        Values::YesNo { yes: true, .. } => vec!["yes".into()],
        Values::YesNo { no: true, .. } => vec!["no".into()],
        Values::YesNo { .. } => Vec::new(),
    }))
}

fn cell(interval: &Interval) -> String {
    match (&interval.low, &interval.high) {
        (Some(low), Some(high)) if low.point == high.point => write_point(&low.point),
        _ => {
            let text = range(interval);
            match (text.strip_prefix("from "), &interval.high) {
                (Some(between), Some(_)) => between.to_owned(),
                _ => text,
            }
        }
    }
}
