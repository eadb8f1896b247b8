//! Keys in words: one key of each column, or all keys of a region, as an author would write them.

use crate::program::EnumType;
use crate::table::analysis::Stretch;
use crate::table::interval::Cut;
use crate::table::texts;
use crate::types::{Type, Units};
use crate::value::{Number, Value};
use std::sync::Arc;

/// How many members or stretches are named one by one.
const MOST_NAMED: usize = 6;

/// A value of a key as it is written in rules.
pub(in crate::check) fn show(value: &Value, ty: &Type, units: &Units, enums: &[EnumType]) -> String {
    match (value, ty.present()) {
        (Value::Number(number), Type::In(unit)) => format!("{number} {}", units.show(unit)),
        (Value::Number(number), Type::Percent) => match number.mul(&Number::from_i64(100)) {
            Ok(percent) => format!("{percent}%"),
            Err(_) => number.to_string(),
        },
        (Value::Number(number), _) => number.to_string(),
        (Value::Member(member), Type::Enum(id)) => {
            let members = enums.get(id.0 as usize).map(|declared| &declared.members);
            members
                .and_then(|members| members.get(*member as usize))
                .map_or_else(String::new, |(name, _)| name.to_string())
        }
        (Value::Text(text), _) => format!("\"{text}\""),
        (Value::YesNo(answer), _) => if *answer { "yes" } else { "no" }.to_string(),
        (Value::Date(day), _) => day.to_string(),
        (Value::Time(time), _) => time.to_string(),
        (Value::Instant(instant), _) => instant.to_string(),
        (Value::Months(months), _) => format!("{months} months"),
        (Value::Zone(zone), _) => zone.to_string(),
        (Value::Currency(currency), _) => currency.to_string(),
        (Value::Absent, _) => "absent".to_string(),
        (Value::Record(_) | Value::List(_) | Value::Row { .. } | Value::Member(_), _) => String::new(),
    }
}

/// The stretches of one column: `over 10 lb until 12 lb`, `A, B or C`; empty where every key is meant.
pub(super) fn stretches(stretches: &[Stretch], ty: &Type, units: &Units, enums: &[EnumType]) -> String {
    let mut words: Vec<String> = Vec::new();
    let parts = stretches.iter().filter_map(|stretch| match stretch {
        Stretch::Between(low, high) => Some((low.clone(), high.clone())),
        Stretch::Absent => None,
    });
    let parts: Vec<(Cut, Cut)> = parts.collect();
    let exactly = parts.iter().any(|(low, high)| [low, high].iter().any(|cut| matches!(cut, Cut::Beyond(_))));
    let texts = texts::described(&parts, exactly, &|value| show(value, ty, units, enums));
    for stretch in stretches {
        match stretch {
            Stretch::Absent => words.push("absent".to_string()),
            Stretch::Between(..) if texts.is_some() => {}
            Stretch::Between(low, high) => match members(low, high, ty) {
                Some(values) => words.extend(values.iter().map(|value| show(value, ty, units, enums))),
                None => words.push(between(low, high, ty, &|value| show(value, ty, units, enums))),
            },
        }
    }
    words.extend(texts.into_iter().flatten());
    words.retain(|word| !word.is_empty());
    if words.len() > MOST_NAMED {
        let more = words.len().saturating_sub(MOST_NAMED);
        words.truncate(MOST_NAMED);
        return format!("{} or {more} others", words.join(", "));
    }
    match words.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
        None => String::new(),
    }
}

/// The values between two cuts where they are listed one by one: members, yes and no.
fn members(low: &Cut, high: &Cut, ty: &Type) -> Option<Vec<Value>> {
    match ty.present() {
        Type::Enum(_) => {
            let number = |cut: &Cut, open: u32| match cut {
                Cut::At(Value::Member(member), after) => member.saturating_add(u32::from(*after)),
                _ => open,
            };
            let (low, high) = (number(low, 0), number(high, u32::MAX));
            (high < low.saturating_add(1000)).then(|| (low..high).map(Value::Member).collect())
        }
        Type::YesNo => {
            let holds = |answer: bool| {
                let before = |cut: &Cut| match cut {
                    Cut::Start => true,
                    Cut::At(Value::YesNo(at), after) => (*at, *after) <= (answer, false),
                    _ => false,
                };
                before(low) && !before(high)
            };
            Some([false, true].into_iter().filter(|answer| holds(*answer)).map(Value::YesNo).collect())
        }
        _ => None,
    }
}

/// The value before one, where values are counted.
fn previous(value: &Value, ty: &Type) -> Option<Value> {
    match (value, ty.present()) {
        (Value::Number(number), Type::Integer) => number.sub(&Number::ONE).ok().map(Value::Number),
        (Value::Date(day), _) => day.add_days(-1).map(Value::Date),
        (Value::Months(months), _) => months.checked_sub(1).map(Value::Months),
        _ => None,
    }
}

/// The values between two cuts as a range of the language.
fn between(low: &Cut, high: &Cut, ty: &Type, shown: &dyn Fn(&Value) -> String) -> String {
    // Where values are counted, `until 7` is `through 6`.
    let counted = match high {
        Cut::At(value, false) => previous(value, ty),
        _ => None,
    };
    let end = match (high, &counted) {
        (Cut::At(..), Some(value)) => Some((value, true)),
        (Cut::At(value, after), None) => Some((value, *after)),
        _ => None,
    };
    let text = |prefix: &Arc<str>| shown(&Value::Text(prefix.clone()));
    match (low, end) {
        (Cut::At(a, false), Some((b, true))) if a == b => shown(a),
        (Cut::At(a, false), Some((b, true))) => format!("{} through {}", shown(a), shown(b)),
        (Cut::At(a, false), Some((b, false))) => format!("{} until {}", shown(a), shown(b)),
        (Cut::At(a, true), Some((b, true))) => format!("over {} up to {}", shown(a), shown(b)),
        (Cut::At(a, true), Some((b, false))) => format!("over {} until {}", shown(a), shown(b)),
        (Cut::At(a, false), None) => format!("from {}", shown(a)),
        (Cut::At(a, true), None) => format!("over {}", shown(a)),
        (Cut::Beyond(a), Some((b, true))) => format!("after {}… up to {}", text(a), shown(b)),
        (Cut::Beyond(a), Some((b, false))) => format!("after {}… until {}", text(a), shown(b)),
        (Cut::Beyond(a), None) => format!("after {}…", text(a)),
        (_, Some((b, true))) => format!("up to {}", shown(b)),
        (_, Some((b, false))) => format!("under {}", shown(b)),
        (_, None) => match high {
            Cut::Beyond(b) => format!("up to {}…", text(b)),
            _ => String::new(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(number: i64) -> Value {
        Value::Number(Number::from_i64(number))
    }

    #[test]
    fn regions_are_written_as_ranges_of_the_language() {
        let (units, enums) = (Units::default(), Vec::new());
        let words = |low: Cut, high: Cut, ty: &Type| stretches(&[Stretch::Between(low, high)], ty, &units, &enums);
        let at = |value: i64, after: bool| Cut::At(number(value), after);
        assert_eq!(words(at(5, true), at(6, false), &Type::Number), "over 5 until 6");
        assert_eq!(words(at(5, false), at(6, true), &Type::Number), "5 through 6");
        assert_eq!(words(at(5, false), at(5, true), &Type::Number), "5");
        assert_eq!(words(at(6, false), at(9, false), &Type::Integer), "6 through 8");
        assert_eq!(words(at(6, false), at(7, false), &Type::Integer), "6");
        assert_eq!(words(Cut::Start, at(7, false), &Type::Number), "under 7");
        assert_eq!(words(at(7, true), Cut::End, &Type::Number), "over 7");
        assert_eq!(words(Cut::Start, Cut::End, &Type::YesNo), "no or yes");
        let prefix = words(Cut::At(Value::text("AB"), false), Cut::Beyond("AB".into()), &Type::Text);
        assert_eq!(prefix, "\"AB\"…");
        let absent = [Stretch::Absent, Stretch::Between(at(1, false), Cut::End)];
        assert_eq!(stretches(&absent, &Type::Number, &units, &enums), "absent or from 1");
    }
}
