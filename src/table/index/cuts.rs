//! The ends of a column's ranges in order, and how many of them lie before a key.
//!
//! Ends that are decimals or days are kept as whole numbers: of a decimal its digits at the scale of the finest one, doubled, and one
//! more where the end lies just after it. A key is compared with them as a whole number too. Any other ends are kept as they are.

use super::super::interval::Cut;
use crate::value::number::Lane;
use crate::value::{Number, Value};

/// Ends in ascending order, each once.
#[derive(Debug, Clone)]
pub(super) enum Cuts {
    /// Decimals at a scale.
    Numbers(u8, Box<[i64]>),
    Days(Box<[i64]>),
    Any(Box<[Cut]>),
}

impl Cuts {
    /// Takes sorted ends.
    pub(super) fn new(cuts: Vec<Cut>) -> Cuts {
        let scale = cuts.iter().map(scale_of).collect::<Option<Vec<u8>>>().and_then(|scales| scales.into_iter().max());
        let at_scale = |value: &Value| i64::try_from(floor(value.as_number()?.lane()?, scale?).0).ok();
        if let (Some(scale), Some(ends)) = (scale, whole(&cuts, at_scale)) {
            return Cuts::Numbers(scale, ends);
        }
        match whole(&cuts, day) {
            Some(ends) => Cuts::Days(ends),
            None => Cuts::Any(cuts.into()),
        }
    }

    /// How many ends lie before the key.
    pub(super) fn before(&self, key: &Value) -> usize {
        let at = |ends: &[i64], place: i128| ends.partition_point(|end| i128::from(*end) <= place);
        match self {
            Cuts::Numbers(scale, ends) => match (key.as_number().and_then(Number::lane), key) {
                (Some(lane), _) => {
                    let (floor, exact) = floor(lane, *scale);
                    // Between two neighbours lies what comes after the lower one.
                    at(ends, floor.saturating_mul(2).saturating_add(i128::from(!exact)))
                }
                (None, Value::Number(key)) => ends.partition_point(|end| {
                    let end_at = Number::from_scaled(i128::from(end.div_euclid(2)), u32::from(*scale));
                    end_at.is_some_and(|at| if end & 1 == 0 { at <= *key } else { at < *key })
                }),
                _ => 0,
            },
            Cuts::Days(ends) => day(key).map_or(0, |day| at(ends, i128::from(day).saturating_mul(2))),
            Cuts::Any(cuts) => cuts.partition_point(|cut| cut.is_before(key)),
        }
    }

    /// Whether one value alone has so many ends before it.
    pub(super) fn is_point(&self, before: u32) -> bool {
        let (Some(low), high) = (before.checked_sub(1).map(|at| at as usize), before as usize) else { return false };
        match self {
            Cuts::Numbers(_, ends) | Cuts::Days(ends) => match (ends.get(low), ends.get(high)) {
                (Some(low), Some(high)) => low & 1 == 0 && low.checked_add(1) == Some(*high),
                _ => false,
            },
            Cuts::Any(cuts) => {
                matches!((cuts.get(low), cuts.get(high)), (Some(Cut::At(a, false)), Some(Cut::At(b, true))) if a == b)
            }
        }
    }
}

/// How many digits of an end stand after the point.
fn scale_of(cut: &Cut) -> Option<u8> {
    match cut {
        Cut::At(value, _) => value.as_number()?.lane().map(|lane| lane.scale),
        _ => None,
    }
}

/// A decimal at another scale, rounded down, and whether nothing was lost. A scale is at most 18.
fn floor(lane: Lane, scale: u8) -> (i128, bool) {
    let (digits, power) = (i128::from(lane.mantissa), 10_i128.saturating_pow(u32::from(lane.scale.abs_diff(scale))));
    match lane.scale <= scale {
        true => (digits.saturating_mul(power), true),
        false => (digits.div_euclid(power), digits.rem_euclid(power) == 0),
    }
}

fn day(value: &Value) -> Option<i64> {
    value.as_date().map(|day| i64::from(day.day_number()))
}

/// The ends as whole numbers, if each has one that can be doubled.
fn whole(cuts: &[Cut], of: impl Fn(&Value) -> Option<i64>) -> Option<Box<[i64]>> {
    let end = |cut: &Cut| match cut {
        Cut::At(value, after) => of(value)?.checked_mul(2)?.checked_add(i64::from(*after)),
        _ => None,
    };
    cuts.iter().map(end).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::value::Date;
    use proptest::prelude::*;

    /// Quarters, hundredths, thirds, and what no machine word holds.
    fn numbers() -> impl Strategy<Value = Number> {
        prop_oneof![
            6 => (-20..20_i64).prop_map(|n| Number::ratio(n, 4).unwrap()),
            2 => (-500..500_i64).prop_map(|n| Number::ratio(n, 100).unwrap()),
            2 => (-15..15_i64).prop_map(|n| Number::ratio(n, 3).unwrap()),
            1 => prop_oneof![Just(i64::MAX), Just(i64::MIN + 1), Just(i64::MAX / 2)].prop_map(Number::from_i64),
            1 => Just(Number::from_i64(i64::MAX).mul(&Number::from_i64(-7)).unwrap()),
        ]
    }

    fn agrees(mut cuts: Vec<Cut>, keys: &[Value]) -> Result<(), TestCaseError> {
        cuts.sort();
        cuts.dedup();
        let found = Cuts::new(cuts.clone());
        for key in keys {
            let before = cuts.iter().filter(|cut| cut.is_before(key)).count();
            prop_assert_eq!(found.before(key), before, "{:?} in {:?}", key, cuts);
            let point = cuts.contains(&Cut::At(key.clone(), false)) && cuts.contains(&Cut::At(key.clone(), true));
            prop_assert_eq!(found.is_point(before as u32), point, "{:?} in {:?}", key, cuts);
        }
        Ok(())
    }

    proptest! {
        #[test]
        fn numbers_have_their_ends_before_them(
            ends in proptest::collection::vec((numbers(), any::<bool>()), 0..8), keys in proptest::collection::vec(numbers(), 8)
        ) {
            let cuts = ends.into_iter().map(|(end, after)| Cut::At(Value::Number(end), after)).collect();
            agrees(cuts, &keys.into_iter().map(Value::Number).collect::<Vec<_>>())?;
        }

        #[test]
        fn days_have_their_ends_before_them(
            ends in proptest::collection::vec((0..9_i64, any::<bool>()), 0..6), keys in proptest::collection::vec(0..9_i64, 8)
        ) {
            let day = |n: i64| Value::Date(Date::new(1969, 12, 28).unwrap().add_days(n).unwrap());
            agrees(ends.into_iter().map(|(end, after)| Cut::At(day(end), after)).collect(), &keys.into_iter().map(day).collect::<Vec<_>>())?;
        }
    }
}
