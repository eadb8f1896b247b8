//! The places in an input where something can be changed, and values that may stand there.
//!
//! Slots of an input → its fields, within records and lists too, each with its type and its declared range. A field of one element of a
//! list is a place of its own.

use super::pools::Pools;
use crate::input::fields_of_record;
use crate::program::{Domain, Program};
use crate::types::Type;
use crate::value::{Currency, Date, Instant, Number, TimeOfDay, Value, Zone};

/// How deep records and lists are looked into.
const DEEPEST: usize = 6;

/// How many elements of a list are looked into.
const ELEMENTS: usize = 3;

/// A place in an input.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Place {
    /// The field of the input.
    pub(super) slot: usize,
    /// The way down to it: fields of records and elements of lists.
    pub(super) steps: Vec<usize>,
}

/// A place with what may stand there.
#[derive(Debug, Clone)]
pub(super) struct Open<'p> {
    /// Where it is.
    pub(super) place: Place,
    /// The type of what stands there.
    pub(super) ty: &'p Type,
    /// Its declared range, pattern or currencies.
    pub(super) domain: &'p Domain,
}

/// All places of an input, those that hold records and lists too.
pub(super) fn places<'p>(program: &'p Program, slots: &[Value]) -> Vec<Open<'p>> {
    let mut found = Vec::new();
    for (slot, (field, value)) in program.inputs.iter().zip(slots).enumerate() {
        let place = Place { slot, steps: Vec::new() };
        below(program, &mut found, Open { place, ty: &field.ty, domain: &field.domain }, value);
    }
    found
}

fn below<'p>(program: &'p Program, found: &mut Vec<Open<'p>>, open: Open<'p>, value: &Value) {
    let (place, domain) = (open.place.clone(), open.domain);
    let deeper = |step: usize| Place { slot: place.slot, steps: place.steps.iter().copied().chain([step]).collect() };
    let ty = open.ty;
    found.push(open);
    if place.steps.len() >= DEEPEST {
        return;
    }
    match (ty.present(), value) {
        (Type::Record(record), Value::Record(values)) => {
            for (at, (field, value)) in fields_of_record(program, record).iter().zip(values.iter()).enumerate() {
                below(program, found, Open { place: deeper(at), ty: &field.ty, domain: &field.domain }, value);
            }
        }
        (Type::List(element), Value::List(values)) => {
            for (at, value) in values.iter().enumerate().take(ELEMENTS) {
                below(program, found, Open { place: deeper(at), ty: element, domain }, value);
            }
        }
        _ => {}
    }
}

/// What stands at a place.
pub(super) fn at<'v>(slots: &'v [Value], place: &Place) -> Option<&'v Value> {
    let first = slots.get(place.slot)?;
    place.steps.iter().try_fold(first, |value, step| match value {
        Value::Record(parts) | Value::List(parts) => parts.get(*step),
        _ => None,
    })
}

/// The slots with another value at a place; none where the place is not there.
pub(super) fn with(slots: &[Value], place: &Place, value: Value) -> Option<Vec<Value>> {
    let changed = put(slots.get(place.slot)?, &place.steps, value)?;
    let mut slots = slots.to_vec();
    *slots.get_mut(place.slot)? = changed;
    Some(slots)
}

fn put(whole: &Value, steps: &[usize], value: Value) -> Option<Value> {
    let Some((step, rest)) = steps.split_first() else { return Some(value) };
    let changed = |parts: &[Value]| {
        let mut parts = parts.to_vec();
        let part = parts.get_mut(*step)?;
        *part = put(part, rest, value)?;
        Some(parts)
    };
    match whole {
        Value::Record(parts) => changed(parts).map(Value::record),
        Value::List(parts) => changed(parts).map(Value::list),
        _ => None,
    }
}

/// A value of a type within a domain; none where none can be made up.
pub(super) fn sample(program: &Program, pools: &Pools, ty: &Type, domain: &Domain) -> Option<Value> {
    let bounded = |usual: Value| {
        let beyond_low = domain.low.as_ref().is_some_and(|(low, own)| usual < *low || (usual == *low && !own));
        let beyond_high = domain.high.as_ref().is_some_and(|(high, own)| usual > *high || (usual == *high && !own));
        match (&domain.low, &domain.high) {
            _ if !beyond_low && !beyond_high => usual,
            (Some((low, true)), _) => low.clone(),
            (_, Some((high, true))) => high.clone(),
            (Some((low, false)), Some((high, _))) => between(low, high).unwrap_or(usual),
            (Some((Value::Number(low), false)), None) => low.add(&Number::ONE).map_or(usual, Value::Number),
            (None, Some((Value::Number(high), false))) => high.sub(&Number::ONE).map_or(usual, Value::Number),
            _ => usual,
        }
    };
    let known = || pools.of(ty).find(|value| pools.admits(domain, value)).cloned();
    Some(match ty {
        Type::Optional(_) => Value::Absent,
        Type::Number | Type::In(_) => bounded(Value::Number(Number::from_i64(10))),
        Type::Integer => bounded(Value::Number(Number::ONE)),
        Type::Percent => bounded(Value::Number(Number::from_scaled(1, 1)?)),
        Type::YesNo => Value::YesNo(false),
        Type::Text => known().unwrap_or_else(|| Value::text("A")),
        Type::Enum(_) => Value::Member(0),
        Type::Date => known().or_else(|| Date::new(2026, 1, 15).map(|day| bounded(Value::Date(day))))?,
        Type::Time => known().or_else(|| Some(bounded(Value::Time(TimeOfDay::new(12, 0, 0)?))))?,
        Type::Instant => known().or_else(|| Instant::parse("2026-01-15T12:00:00Z").map(Value::Instant))?,
        Type::Months => known().unwrap_or(Value::Months(1)),
        Type::Zone => known().unwrap_or_else(|| Value::Zone(Zone::utc())),
        Type::Currency => domain.currencies.first().copied().or(program.currency).or_else(usd).map(Value::Currency)?,
        Type::Record(record) => {
            let fields = fields_of_record(program, record).iter();
            let values = fields.map(|field| match &field.default {
                Some(default) => Some(pools.constant(default)),
                None => sample(program, pools, &field.ty, &field.domain),
            });
            Value::record(values.collect::<Option<Vec<_>>>()?)
        }
        Type::List(element) => Value::list([sample(program, pools, element, domain)?]),
        Type::Row(_) | Type::Unknown => return None,
    })
}

fn usd() -> Option<Currency> {
    "USD".parse().ok()
}

fn between(low: &Value, high: &Value) -> Option<Value> {
    let (low, high) = (low.as_number()?, high.as_number()?);
    Some(Value::Number(low.add(high).ok()?.div(&Number::from_i64(2)).ok()?))
}

/// A value as a number that can be moved along, where there is one: of a date its day, of a time its second.
pub(super) fn number(value: &Value) -> Option<Number> {
    Some(match value {
        Value::Number(number) => number.clone(),
        Value::Date(day) => Number::from_i64(i64::from(day.day_number())),
        Value::Time(time) => Number::from_i64(i64::from(time.seconds())),
        Value::Months(months) => Number::from_i64(i64::from(*months)),
        Value::Instant(at) => Number::from_i128(at.unix_nanoseconds()).div(&Number::from_i64(1_000_000_000)).ok()?,
        _ => return None,
    })
}

/// The value of the kind of another that is this number; none where there is none.
pub(super) fn of_number(like: &Value, number: &Number) -> Option<Value> {
    Some(match like {
        Value::Number(_) => Value::Number(number.clone()),
        Value::Date(_) => Value::Date(Date::from_day_number(i32::try_from(number.to_i64()?).ok()?)?),
        Value::Time(_) => Value::Time(TimeOfDay::from_seconds(u32::try_from(number.to_i64()?).ok()?)?),
        Value::Months(_) => Value::Months(i32::try_from(number.to_i64()?).ok()?),
        Value::Instant(_) => {
            Value::Instant(Instant::from_unix_nanoseconds(number.to_i128()?.checked_mul(1_000_000_000)?)?)
        }
        _ => return None,
    })
}
