//! What a caller who sends inputs for the older edition runs into.

use super::Detail;
use super::item::Item;
use crate::program::{InputField, Program};
use crate::types::Type;
use crate::value::{Number, Value};

/// What a caller of the older edition runs into with an input that only one edition has.
pub(super) fn alone(program: &Program, item: &Item, removed: bool) -> Option<String> {
    let field = program.inputs.get(item.index)?;
    let optional = field.default.is_some() || matches!(field.ty, Type::Optional(_));
    match removed {
        true => Some(format!("a caller that still sends `{}` is refused", field.wire)),
        false if optional => None,
        false => Some(format!("a caller must now send `{}`", field.wire)),
    }
}

pub(super) fn both(
    details: &[Detail],
    renamed: bool,
    programs: (&Program, &Program),
    fields: (Option<&InputField>, Option<&InputField>),
) -> Option<String> {
    let has = |aspect: &str| details.iter().find(|detail| detail.aspect == aspect);
    if let Some(name) = has("name on the wire") {
        let (before, after) = (name.before.as_deref().unwrap_or(""), name.after.as_deref().unwrap_or(""));
        return Some(format!("a caller must send {after} instead of {before}"));
    }
    if let Some(ty) = has("type") {
        let (before, after) = (ty.before.as_deref().unwrap_or(""), ty.after.as_deref().unwrap_or(""));
        let wider = after == format!("{before}?") || (before, after) == ("integer", "number");
        return (!wider).then(|| format!("what a caller sends is read as {after}, no longer as {before}"));
    }
    if has("default").is_some_and(|detail| detail.after.is_none()) {
        return Some("a caller must now send it".to_string());
    }
    let pattern = has("pattern").is_some_and(|detail| detail.after.is_some());
    let fewer = has("currencies").is_some_and(|_| match fields {
        (Some(old), Some(new)) => old.domain.currencies.iter().any(|one| !new.domain.currencies.contains(one)),
        _ => false,
    });
    if pattern || fewer || matches!(fields, (Some(old), Some(new)) if is_narrower(programs, old, new)) {
        return Some("some values that a caller sends may now be refused".to_string());
    }
    renamed.then(|| "a caller must send it under its new name".to_string())
}

pub(super) fn members(details: &[Detail]) -> Option<String> {
    let gone: Vec<&str> = details
        .iter()
        .filter(|detail| detail.aspect == "member")
        .filter_map(|detail| detail.before.as_deref())
        .collect();
    (!gone.is_empty()).then(|| format!("a caller that sends {} is refused", gone.join(" or ")))
}

/// Whether the bounds of a field leave less than they did.
pub(crate) fn is_narrower(programs: (&Program, &Program), old: &InputField, new: &InputField) -> bool {
    // In base units, so that 50 lb and 800 oz are one bound.
    let counted = |program: &Program, field: &InputField, value: &Value| match (value, field.ty.present()) {
        (Value::Number(number), Type::In(unit)) => {
            let factor = program.units.factor(unit).unwrap_or(Number::ONE);
            Value::Number(number.mul(&factor).unwrap_or_else(|_| number.clone()))
        }
        _ => value.clone(),
    };
    let end = |program: &Program, field: &InputField, end: &Option<(Value, bool)>| {
        end.as_ref().map(|(value, included)| (counted(program, field, value), *included))
    };
    let lows = (end(programs.0, old, &old.domain.low), end(programs.1, new, &new.domain.low));
    let highs = (end(programs.0, old, &old.domain.high), end(programs.1, new, &new.domain.high));
    let low = match lows {
        (_, None) => false,
        (None, Some(_)) => true,
        (Some((old, with)), Some((new, with_new))) => new > old || (new == old && with && !with_new),
    };
    let high = match highs {
        (_, None) => false,
        (None, Some(_)) => true,
        (Some((old, with)), Some((new, with_new))) => new < old || (new == old && with && !with_new),
    };
    low || high
}
