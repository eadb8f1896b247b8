//! What rules compute with, each value with its unit beside it, and what can go wrong.
//!
//! A value knows what it is; a type says only how one that came without its unit is to be read.

use super::civil::Day;
use super::number::Rational;
use super::units::Unit;

/// A value of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value {
    /// A number, or an amount, quantity or rate in its unit.
    Number(Rational, Unit),
    /// A percent, as its fraction.
    Percent(Rational),
    /// Yes or no.
    YesNo(bool),
    /// A text.
    Text(String),
    /// A member of an enumeration, by its name.
    Member(String),
    /// A day.
    Date(Day),
    /// A time of day, in seconds since midnight.
    Time(i64),
    /// A point in time, in seconds since 1970-01-01T00:00:00Z.
    Instant(Rational),
    /// Calendar months.
    Months(i64),
    /// A time zone by its name.
    Zone(String),
    /// A currency by its code.
    Currency(String),
    /// Fields with their names, in order: a record, a row of a table, what a draw or a walk gives.
    Record(Vec<(String, Value)>),
    /// A list.
    List(Vec<Value>),
    /// An optional value that there is not.
    Absent,
}

impl Value {
    /// A plain number.
    pub(crate) fn number(number: Rational) -> Self {
        Value::Number(number, Unit::default())
    }

    /// A whole number of plain things.
    pub(crate) fn whole(number: i64) -> Self {
        Value::number(super::number::whole(number))
    }

    /// So many of one unit.
    pub(crate) fn of_unit(number: Rational, unit: &str) -> Self {
        Value::Number(number, Unit::one(unit))
    }

    /// The field of a record.
    pub(crate) fn field(&self, name: &str) -> Answer<Value> {
        match self {
            Value::Record(fields) => match fields.iter().find(|(known, _)| known == name) {
                Some((_, value)) => Ok(value.clone()),
                None => Err(Problems::mistaken(&format!("there is no field {name}"))),
            },
            _ => Err(Problems::mistaken(&format!("a value without fields is asked for {name}"))),
        }
    }
}

/// What can go wrong, in the words of the reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    /// `no row matched` and so on; `refused`; or, where the oracle itself cannot go on, what begins with `oracle: `.
    pub(crate) words: String,
    /// The code and message of a refusal.
    pub(crate) refusal: Option<(String, String)>,
}

/// All that goes wrong where the reference does not say what is computed first; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problems(pub(crate) Vec<Problem>);

/// A value, or what went wrong on the way to it.
pub(crate) type Answer<T> = Result<T, Problems>;

impl Problems {
    /// A failure with the words of the reference.
    pub(crate) fn failed(words: &str) -> Self {
        Problems(vec![Problem { words: words.to_string(), refusal: None }])
    }

    /// The rules refuse.
    pub(crate) fn refused(code: &str, message: String) -> Self {
        Problems(vec![Problem { words: "refused".to_string(), refusal: Some((code.to_string(), message)) }])
    }

    /// A rule set that the checker should not have accepted, or a construct that is not known here.
    pub(crate) fn mistaken(what: &str) -> Self {
        Problems::failed(&format!("oracle: {what}"))
    }

    /// These, and those of something else that may be computed before it.
    pub(crate) fn or_of<T>(self, other: Answer<T>) -> Problems {
        match other {
            Ok(_) => self,
            Err(others) => self.and(others),
        }
    }

    /// These, and those after them.
    pub(crate) fn and(mut self, others: Problems) -> Self {
        for other in others.0 {
            if !self.0.contains(&other) {
                self.0.push(other);
            }
        }
        self
    }
}

/// Both values, or all that went wrong with either.
pub(crate) fn both<A, B>(left: Answer<A>, right: Answer<B>) -> Answer<(A, B)> {
    match (left, right) {
        (Ok(left), Ok(right)) => Ok((left, right)),
        (Err(left), Err(right)) => Err(left.and(right)),
        (Err(problems), Ok(_)) | (Ok(_), Err(problems)) => Err(problems),
    }
}

/// All values, or all that went wrong with any.
pub(crate) fn all<T>(answers: impl IntoIterator<Item = Answer<T>>) -> Answer<Vec<T>> {
    let mut known = Ok(Vec::new());
    for answer in answers {
        known = both(known, answer).map(|(mut values, value)| {
            values.push(value);
            values
        });
    }
    known
}
