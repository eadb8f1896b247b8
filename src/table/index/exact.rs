//! The numbers of the values of an exact column.
//!
//! Members, days, answers and whole numbers that lie close together are places in an array; a few texts stand side by side
//! (`texts`); anything else is found by its hash. A cell with one value has its own number as code, and values that stand only in
//! lists have the numbers after those of all cells.

use super::super::key::{Key, shortest};
use super::super::slots::Slots;
use super::texts::{self, Texts};
use crate::table::Cell;
use crate::value::Value;
use crate::value::number::Lane;

/// The values of a column.
#[derive(Debug, Clone)]
pub(super) struct Exact {
    numbers: Numbers,
    /// Values that stand only in lists.
    listed: Vec<Value>,
    /// Whether a cell lists several values.
    lists: bool,
}

#[derive(Debug, Clone)]
enum Numbers {
    /// From the lowest on, [`NOWHERE`] where no value is.
    Array(Kind, i64, Box<[u32]>),
    Texts(Texts),
    Slots(Slots),
}

/// What can stand in an array.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Number,
    Member,
    YesNo,
    Date,
}

/// The place of a value that is not there.
const NOWHERE: u32 = u32::MAX;

impl Exact {
    pub(super) fn new(cells: &[Cell]) -> Exact {
        let count = cells.len() as u32;
        let mut slots = Slots::with_capacity(cells.len());
        let mut listed: Vec<Value> = Vec::new();
        for (code, cell) in (0..count).zip(cells) {
            if let Cell::Value(value) = cell {
                slots.insert(hash_of(&slots, Key::of(value)), code, |slots, other| hash_at(slots, cells, &[], other));
            }
        }
        let lists = || cells.iter().filter_map(|cell| if let Cell::OneOf(values) = cell { Some(values) } else { None });
        for value in lists().flatten() {
            let hash = hash_of(&slots, Key::of(value));
            if slots.find(hash, |code| value_at(cells, &listed, code) == Some(value)).is_none() {
                let code = count.saturating_add(listed.len() as u32);
                listed.push(value.clone());
                slots.insert(hash, code, |slots, other| hash_at(slots, cells, &listed, other));
            }
        }
        let lists = lists().next().is_some();
        let all = (0..count.saturating_add(listed.len() as u32))
            .filter_map(|code| Some((value_at(cells, &listed, code)?, code)));
        let numbers = array(all.clone()).or_else(|| few_texts(all)).unwrap_or(Numbers::Slots(slots));
        Exact { numbers, listed, lists }
    }

    /// How many values stand only in lists.
    pub(super) fn listed(&self) -> usize {
        self.listed.len()
    }

    /// Whether a cell lists several values.
    pub(super) fn has_lists(&self) -> bool {
        self.lists
    }

    /// The code of a key where it takes no more than an array or a short text, [`NOWHERE`] where there is none; `None` of any other key.
    #[inline(always)]
    pub(super) fn find_quickly(&self, key: Key<'_>) -> Option<u32> {
        let (place, low, codes) = match (&self.numbers, key) {
            (Numbers::Texts(texts), Key::Text(text)) if text.len() <= 8 => {
                return Some(texts.find_short(text).unwrap_or(NOWHERE));
            }
            (Numbers::Array(Kind::Member, low, codes), Key::Member(member)) => (i64::from(member), low, codes),
            (Numbers::Array(Kind::Number, low, codes), Key::Number(Lane { mantissa, scale: 0 })) => {
                (mantissa, low, codes)
            }
            (Numbers::Array(Kind::YesNo, low, codes), Key::YesNo(answer)) => (i64::from(answer), low, codes),
            _ => return None,
        };
        let at = usize::try_from(place.wrapping_sub(*low)).unwrap_or(usize::MAX);
        Some(codes.get(at).copied().filter(|_| place >= *low).unwrap_or(NOWHERE))
    }

    /// The code of a plain key.
    pub(super) fn find(&self, cells: &[Cell], key: Key<'_>) -> Option<u32> {
        let is = |code: u32| value_at(cells, &self.listed, code).is_some_and(|value| key.is(value));
        match (&self.numbers, key) {
            (Numbers::Array(kind, low, codes), key) => {
                let (own, at) = whole(key)?;
                let at = usize::try_from(at.checked_sub(*low)?).ok()?;
                codes.get(at).copied().filter(|code| *code != NOWHERE && own == *kind)
            }
            (Numbers::Slots(slots), key) => slots.find(hash_of(slots, key), is),
            (Numbers::Texts(texts), Key::Text(text)) => texts.find(text, is),
            _ => None,
        }
    }
}

/// The value with a code.
fn value_at<'a>(cells: &'a [Cell], listed: &'a [Value], code: u32) -> Option<&'a Value> {
    match (code as usize).checked_sub(cells.len()) {
        Some(at) => listed.get(at),
        None => match cells.get(code as usize)? {
            Cell::Value(value) => Some(value),
            _ => None,
        },
    }
}

fn hash_at(slots: &Slots, cells: &[Cell], listed: &[Value], code: u32) -> u64 {
    value_at(cells, listed, code).map_or(0, |value| hash_of(slots, Key::of(value)))
}

/// The hash of a plain key, the same for all keys of one value.
#[inline]
fn hash_of(slots: &Slots, key: Key<'_>) -> u64 {
    match key {
        Key::Number(lane) => slots.hash(&shortest(lane)),
        Key::Text(text) => slots.fold(text.as_bytes()),
        Key::Member(member) => slots.hash(&member),
        Key::YesNo(answer) => slots.hash(&answer),
        Key::Date(day) => slots.hash(&day),
        Key::Other(value) => slots.hash(value),
        Key::Absent | Key::Open => 0,
    }
}

/// A key as a whole number, if it has one.
#[inline]
fn whole(key: Key<'_>) -> Option<(Kind, i64)> {
    Some(match key {
        Key::Member(member) => (Kind::Member, i64::from(member)),
        Key::YesNo(answer) => (Kind::YesNo, i64::from(answer)),
        Key::Date(day) => (Kind::Date, i64::from(day.day_number())),
        Key::Number(Lane { mantissa, scale: 0 }) => (Kind::Number, mantissa),
        Key::Number(lane) => match shortest(lane) {
            (mantissa, 0) => (Kind::Number, mantissa),
            _ => return None,
        },
        _ => return None,
    })
}

/// An array, where all values are whole numbers that lie close together.
fn array<'a>(all: impl Iterator<Item = (&'a Value, u32)>) -> Option<Numbers> {
    let whole = |(value, code)| whole(Key::of(value)).map(|(kind, at)| (kind, at, code));
    let all: Vec<(Kind, i64, u32)> = all.map(whole).collect::<Option<_>>()?;
    let &(kind, ..) = all.first()?;
    let low = all.iter().map(|(_, at, _)| *at).min()?;
    let width = all.iter().map(|(_, at, _)| *at).max()?.checked_sub(low)?;
    let most = all.len().saturating_mul(2).saturating_add(256);
    let size = usize::try_from(width).ok()?.checked_add(1).filter(|size| *size <= most)?;
    let mut codes = vec![NOWHERE; size];
    for (own, at, code) in all {
        let place = codes.get_mut(usize::try_from(at.checked_sub(low)?).ok()?).filter(|_| own == kind)?;
        *place = code;
    }
    Some(Numbers::Array(kind, low, codes.into()))
}

/// Texts side by side, where they are not many and nothing else is there.
fn few_texts<'a>(all: impl Iterator<Item = (&'a Value, u32)>) -> Option<Numbers> {
    let all: Vec<(&str, u32)> = all
        .take(texts::MOST.saturating_add(1))
        .map(|(value, code)| Some((value.as_text()?, code)))
        .collect::<Option<_>>()?;
    (!all.is_empty() && all.len() <= texts::MOST).then(|| Numbers::Texts(Texts::new(&all)))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;
    use crate::value::{Date, Number};
    use proptest::prelude::*;

    /// Values of one kind, as in a column.
    fn kinds() -> impl Strategy<Value = BoxedStrategy<Value>> {
        let number = |number: Number| Value::Number(number);
        let wide = Number::from_i64(i64::MAX).mul(&Number::from_i64(9)).unwrap();
        prop_oneof![
            Just((-20..20_i64).prop_map(move |n| number(Number::from_i64(n))).boxed()),
            Just((-20..20_i64).prop_map(move |n| number(Number::ratio(n, 4).unwrap())).boxed()),
            Just((-20..20_i64).prop_map(move |n| number(Number::ratio(n, 3).unwrap())).boxed()),
            Just(
                prop_oneof![Just(wide), (0..3_i64).prop_map(|n| Number::from_i64(n * 1_000_000_000_000))]
                    .prop_map(Value::Number)
                    .boxed()
            ),
            Just((0..12_u32).prop_map(Value::Member).boxed()),
            Just(any::<bool>().prop_map(Value::YesNo).boxed()),
            Just((0..12_i64).prop_map(|n| Value::Date(Date::new(2026, 1, 1).unwrap().add_days(n).unwrap())).boxed()),
            Just((0..12_i32).prop_map(Value::Months).boxed()),
            Just("[ab\u{e9}]{0,11}".prop_map(|text| Value::text(&text)).boxed()),
        ]
    }

    fn cells_and_keys() -> impl Strategy<Value = (Vec<Cell>, Vec<Value>)> {
        (kinds(), kinds()).prop_flat_map(|(kind, other)| {
            let cell = prop_oneof![
                4 => kind.clone().prop_map(Cell::Value),
                1 => proptest::collection::vec(kind.clone(), 1..4).prop_map(|values| Cell::OneOf(values.into())),
                1 => Just(Cell::Any),
            ];
            let keys = proptest::collection::vec(prop_oneof![5 => kind, 1 => other], 30);
            (proptest::collection::vec(cell, 0..30), keys)
        })
    }

    proptest! {
        #[test]
        fn the_code_of_a_key_is_that_of_its_value((cells, keys) in cells_and_keys()) {
            let mut distinct: Vec<Cell> = Vec::new();
            cells.into_iter().for_each(|cell| if !distinct.contains(&cell) { distinct.push(cell) });
            let found = Exact::new(&distinct);
            let single = |value: &Value| distinct.iter().position(|cell| *cell == Cell::Value(value.clone()));
            let named = |value: &Value| single(value).is_some()
                || distinct.iter().any(|cell| matches!(cell, Cell::OneOf(values) if values.contains(value)));
            for value in &keys {
                let mut held = vec![Key::of(value), Key::Other(value)];
                if let Key::Number(Lane { mantissa, scale }) = Key::of(value)
                    && let Some(mantissa) = mantissa.checked_mul(100)
                {
                    held.push(Key::Number(Lane { mantissa, scale: scale + 2 }));
                }
                for key in held {
                    let code = found.find(&distinct, key.plain());
                    let quickly = found.find_quickly(key);
                    prop_assert!(quickly.is_none_or(|quickly| quickly == code.unwrap_or(NOWHERE)), "{:?}", key);
                    prop_assert_eq!(code.is_some(), named(value), "{:?} in {:?}", key, distinct);
                    if let Some(code) = code {
                        let first = single(value).map_or(code >= distinct.len() as u32, |at| at as u32 == code);
                        prop_assert!(first && value_at(&distinct, &found.listed, code) == Some(value), "{:?}", key);
                    }
                }
            }
        }
    }
}
