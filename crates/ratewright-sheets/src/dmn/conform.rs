//! Whether a value is of the type that an element states: where it is not, DMN makes null of it, or a list.

use super::expression::Typed;
use super::report::Refused;
use super::types::{Field, Resolved, Type, Types};

/// Whether a value is of a stated type, and surely one of its allowed values.
pub(super) fn fits(value: &Typed, stated: &Resolved, types: &Types) -> Result<(), Refused> {
    if !same_type(&value.ty, &stated.ty, types) {
        return Err(Refused::new(
            format!(
                "it gives {}, and its type is {}: DMN makes null or a list of it",
                value.ty.words(),
                stated.ty.words()
            ),
            "correct the type",
        ));
    }
    if let Some(allowed) = &stated.domain {
        let inside = value.domain.as_ref().is_some_and(|domain| domain.within(allowed));
        if !inside && !allowed.is_all() {
            return Err(Refused::new(
                "its value may lie outside the allowed values of its type, and is null then",
                "take the allowed values out of the type, or give the value only such",
            ));
        }
    }
    Ok(())
}

/// Whether two types are the same; records are where their components are.
fn same_type(found: &Type, stated: &Type, types: &Types) -> bool {
    match (found, stated) {
        (Type::List(a), Type::List(b)) => same_type(a, b, types),
        (Type::Record(a), Type::Record(b)) if a == b => true,
        (Type::Record(_), Type::Record(_)) => match (types.record_of(found), types.record_of(stated)) {
            (Some(a), Some(b)) => {
                let has = |field: &Field| {
                    b.fields.iter().any(|other| {
                        other.component == field.component && same_type(&field.resolved.ty, &other.resolved.ty, types)
                    })
                };
                a.fields.len() == b.fields.len() && a.fields.iter().all(has)
            }
            _ => false,
        },
        _ => found == stated,
    }
}
