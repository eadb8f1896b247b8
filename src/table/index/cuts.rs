//! The ends of a column's ranges in order, or its breaks, and how many of them lie before a key.
//!
//! Ends that are decimals or days are kept as whole numbers: of a decimal its digits at the scale of the finest one or a finer one,
//! doubled, and one more where the end lies just after it. A key is compared with them as a whole number too, rounded down where it
//! has more digits, and then it lies just after what it was rounded to. Any other ends are kept as they are.

use super::super::interval::Cut;
use super::super::key::Key;
use super::steps::{MOST, Steps};
use crate::value::number::Lane;
use crate::value::{Number, Value};
use std::cmp::Ordering;

/// Ends in ascending order, each once.
#[derive(Debug, Clone)]
pub(super) enum Cuts {
    /// Decimals at a scale.
    Numbers(u8, Steps),
    Days(Steps),
    Any(Box<[Cut]>),
}

/// Keys mostly have no more decimals than this: ends are kept at this scale where they fit, so that a key need not be divided.
const USUAL_SCALE: u8 = 4;

impl Cuts {
    /// Takes sorted ends.
    pub(super) fn new(cuts: Vec<Cut>) -> Cuts {
        let scales = cuts.iter().map(scale_of).collect::<Option<Vec<u8>>>();
        if let Some(finest) = scales.and_then(|scales| scales.into_iter().max()) {
            let at_scale = |scale| whole(&cuts, |value| scaled(value.as_number()?.lane()?, scale));
            let found = [finest.max(USUAL_SCALE), finest].into_iter().find_map(|scale| Some((scale, at_scale(scale)?)));
            if let Some((scale, ends)) = found {
                return Cuts::Numbers(scale, Steps::new(ends));
            }
        }
        match whole(&cuts, |value| value.as_date().map(|day| i64::from(day.day_number()))) {
            Some(ends) => Cuts::Days(Steps::new(ends)),
            None => Cuts::Any(cuts.into()),
        }
    }

    /// How many ends lie before a key of their kind; `None` of any other key.
    #[inline(always)]
    pub(super) fn before_quickly(&self, key: Key<'_>) -> Option<u32> {
        match (self, key) {
            (Cuts::Numbers(scale, ends), Key::Number(key)) => Some(ends.up_to(place(key, *scale))),
            (Cuts::Days(ends), Key::Date(day)) => Some(ends.up_to(i64::from(day.day_number()).saturating_mul(2))),
            _ => None,
        }
    }

    /// How many ends lie before a plain key; none before one that is open.
    pub(super) fn before(&self, key: Key<'_>) -> u32 {
        match (self, key) {
            (Cuts::Numbers(scale, ends), Key::Other(Value::Number(key))) => before_wide(key, *scale, ends),
            (Cuts::Any(cuts), key) => cuts.partition_point(|cut| is_before(cut, key)) as u32,
            (cuts, key) => cuts.before_quickly(key).unwrap_or(0),
        }
    }

    /// Whether one value alone has so many ends before it.
    pub(super) fn is_point(&self, before: u32) -> bool {
        let (Some(low), high) = (before.checked_sub(1).map(|at| at as usize), before as usize) else { return false };
        match self {
            Cuts::Numbers(_, ends) | Cuts::Days(ends) => match (ends.get(low), ends.get(high)) {
                (Some(low), Some(high)) => low & 1 == 0 && low.checked_add(1) == Some(high),
                _ => false,
            },
            Cuts::Any(cuts) => {
                matches!((cuts.get(low), cuts.get(high)), (Some(Cut::At(a, false)), Some(Cut::At(b, true))) if a == b)
            }
        }
    }
}

/// Whether the cut lies before the key, as [`Cut::is_before`] says.
fn is_before(cut: &Cut, key: Key<'_>) -> bool {
    match cut {
        Cut::Start => true,
        Cut::At(value, after) => match key.order(value) {
            Some(Ordering::Greater) => true,
            Some(Ordering::Equal) => !after,
            _ => false,
        },
        Cut::Beyond(prefix) => key.as_text().is_some_and(|text| !text.starts_with(&**prefix) && **prefix < *text),
        Cut::End => false,
    }
}

/// How many digits of an end stand after the point.
fn scale_of(cut: &Cut) -> Option<u8> {
    match cut {
        Cut::At(value, _) => value.as_number()?.lane().map(|lane| lane.scale),
        _ => None,
    }
}

const POWERS_OF_TEN: [i64; 19] = {
    let mut powers = [1; 19];
    let mut at = 1;
    #[allow(clippy::indexing_slicing, reason = "evaluated by the compiler")]
    while at < powers.len() {
        powers[at] = powers[at - 1] * 10;
        at += 1;
    }
    powers
};

/// A decimal at a scale at least as fine as its own.
fn scaled(lane: Lane, scale: u8) -> Option<i64> {
    lane.mantissa.checked_mul(*POWERS_OF_TEN.get(usize::from(scale.checked_sub(lane.scale)?))?)
}

/// Where a key lies among the doubled ends of a scale; one that lies beyond all of them may be given any place there.
#[inline(always)]
fn place(key: Lane, scale: u8) -> i64 {
    match scale.checked_sub(key.scale) {
        Some(more) => {
            let power = POWERS_OF_TEN.get(usize::from(more)).copied().unwrap_or(i64::MAX);
            key.mantissa.saturating_mul(power).saturating_mul(2)
        }
        None => {
            let power = POWERS_OF_TEN.get(usize::from(key.scale.saturating_sub(scale))).copied().unwrap_or(i64::MAX);
            let floor = key.mantissa.div_euclid(power);
            let exact = floor.saturating_mul(power) == key.mantissa;
            // Between two neighbours lies what comes after the lower one.
            floor.saturating_mul(2).saturating_add(i64::from(!exact))
        }
    }
}

/// How many doubled ends lie before a number that does not fit the small lane: 1/3, or one with very many digits.
#[cold]
fn before_wide(key: &Number, scale: u8, ends: &Steps) -> u32 {
    ends.partition_point(|end| {
        let at = Number::from_scaled(i128::from(end.div_euclid(2)), u32::from(scale));
        at.is_some_and(|at| if end & 1 == 0 { at <= *key } else { at < *key })
    })
}

/// The ends as whole numbers, if each has one that is small enough.
fn whole(cuts: &[Cut], of: impl Fn(&Value) -> Option<i64>) -> Option<Box<[i64]>> {
    let end = |cut: &Cut| match cut {
        Cut::At(value, after) => of(value)?.checked_mul(2)?.checked_add(i64::from(*after)),
        _ => None,
    };
    cuts.iter().map(|cut| end(cut).filter(|end| (MOST.saturating_neg()..=MOST).contains(end))).collect()
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
            prop_assert_eq!(found.before(Key::of(key)) as usize, before, "{:?} in {:?}", key, cuts);
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
