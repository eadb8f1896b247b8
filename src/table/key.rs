//! A key of a look-up as the caller holds it: a machine word, a text that stays where it is, or a value.
//!
//! A look-up by such keys copies nothing. [`Key::of`] gives the key of any value; two keys of one value are the same key however they
//! are held, and a number may have zeros behind its last digit.

use crate::value::number::Lane;
use crate::value::{Date, Number, Value};
use std::cmp::Ordering;

/// A key of a look-up.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Key<'k> {
    /// A number that fits the small lane.
    Number(Lane),
    /// A text.
    Text(&'k str),
    /// A member of an enumeration, by its place in the declaration.
    Member(u32),
    /// Yes or no.
    YesNo(bool),
    /// A day.
    Date(Date),
    /// Any other value, and a number that does not fit the small lane. One that has a form of its own above is found all the same.
    Other(&'k Value),
    /// No value: only `any` matches.
    Absent,
    /// Every key, as `any` among the keys of `rows of`.
    Open,
}

impl<'k> Key<'k> {
    /// The key of a value.
    #[inline]
    pub(crate) fn of(value: &'k Value) -> Key<'k> {
        match value {
            Value::Number(number) => number.lane().map_or(Key::Other(value), Key::Number),
            Value::Text(text) => Key::Text(text),
            Value::Member(member) => Key::Member(*member),
            Value::YesNo(answer) => Key::YesNo(*answer),
            Value::Date(day) => Key::Date(*day),
            Value::Absent => Key::Absent,
            _ => Key::Other(value),
        }
    }

    /// The same key in the form that its value has.
    #[inline]
    pub(super) fn plain(self) -> Key<'k> {
        match self {
            Key::Other(value) => Key::of(value),
            key => key,
        }
    }

    /// Whether it is the key of the value.
    pub(crate) fn is(self, value: &Value) -> bool {
        match (self, value) {
            (Key::Text(key), Value::Text(text)) => key == &**text,
            (Key::Number(key), Value::Number(number)) => number.lane().is_some_and(|lane| same(key, lane)),
            (Key::Other(key), value) => key == value,
            (key, value) => key.order(value) == Some(Ordering::Equal),
        }
    }

    /// How it lies to the value; nothing is said of a key that is open.
    pub(super) fn order(self, value: &Value) -> Option<Ordering> {
        Some(match (self, value) {
            (Key::Text(key), Value::Text(text)) => key.cmp(text),
            (Key::Other(key), value) => key.cmp(value),
            (Key::Text(key), value) => Value::text(key).cmp(value),
            (Key::Number(key), value) => Value::Number(Number::from_lane(key)).cmp(value),
            (Key::Member(key), value) => Value::Member(key).cmp(value),
            (Key::YesNo(key), value) => Value::YesNo(key).cmp(value),
            (Key::Date(key), value) => Value::Date(key).cmp(value),
            (Key::Absent, value) => Value::Absent.cmp(value),
            (Key::Open, _) => return None,
        })
    }

    /// The text, if it is one.
    pub(super) fn as_text(self) -> Option<&'k str> {
        match self.plain() {
            Key::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// The digits without zeros behind the last one after the point.
#[inline]
pub(super) fn shortest(lane: Lane) -> (i64, u8) {
    let Lane { mut mantissa, mut scale } = lane;
    if mantissa == 0 {
        return (0, 0);
    }
    while scale > 0 && mantissa % 10 == 0 {
        mantissa /= 10;
        scale = scale.saturating_sub(1);
    }
    (mantissa, scale)
}

fn same(one: Lane, other: Lane) -> bool {
    (one.mantissa == other.mantissa && one.scale == other.scale) || shortest(one) == shortest(other)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_key_lies_to_values_as_its_own_value_does() {
        let number = |text: &str| Value::Number(Number::parse(text).unwrap());
        let third = Value::Number(Number::ratio(1, 3).unwrap());
        let day = |day: u8| Value::Date(Date::new(2026, 1, day).unwrap());
        let values = [
            number("4.1"),
            number("-4"),
            number("0"),
            number("41"),
            number("9999999999999999999999"),
            third,
            day(3),
            day(4),
            Value::text("a"),
            Value::text("ab"),
            Value::text(""),
            Value::Member(0),
            Value::Member(7),
            Value::YesNo(true),
            Value::YesNo(false),
            Value::Months(3),
            Value::Absent,
        ];
        for one in &values {
            for other in &values {
                for key in [Key::of(one), Key::Other(one), Key::Other(one).plain()] {
                    assert_eq!(key.order(other), Some(one.cmp(other)), "{one:?} {other:?}");
                    assert_eq!(key.is(other), one == other, "{one:?} {other:?}");
                }
            }
        }
    }

    #[test]
    fn zeros_behind_the_last_digit_mean_nothing() {
        let price = Value::Number(Number::parse("4.1").unwrap());
        for (mantissa, scale, is) in
            [(41, 1, true), (410, 2, true), (4_100_000, 6, true), (41, 2, false), (0, 3, false)]
        {
            assert_eq!(Key::Number(Lane { mantissa, scale }).is(&price), is);
        }
        assert!(Key::Number(Lane { mantissa: 0, scale: 3 }).is(&Value::Number(Number::ZERO)));
    }
}
