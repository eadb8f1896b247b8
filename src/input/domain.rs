//! Declared ranges, patterns and lists of currencies, checked on a value that already has its type.

use super::form::Target;
use super::problem::excerpt;
use super::{Problem, Reader, wire};
use crate::program::{Domain, Program};
use crate::types::Type;
use crate::value::Value;
use std::cmp::Ordering;

impl Reader<'_> {
    /// Refuses a value, or a part of it, outside its domain.
    pub(super) fn check_parts(&self, target: &Target, value: &Value) -> Result<(), Problem> {
        match (target.element(), self.form.fields_of(target), value) {
            (Some(element), _, Value::List(values)) => {
                self.check_length(values.len())?;
                let mut elements = values.iter().enumerate();
                elements.try_for_each(|(index, value)| {
                    self.check_parts(element, value).map_err(|problem| problem.within_element(index))
                })
            }
            (_, Some(fields), Value::Record(values)) => {
                let mut fields = fields.iter().zip(values.iter());
                fields.try_for_each(|(field, value)| {
                    let checked = self.check_parts(&field.target, value);
                    checked.map_err(|problem| problem.within_field(&field.wire).declared_at(field.span))
                })
            }
            (_, _, Value::Absent) => Ok(()),
            (_, _, value) => self.check_domain(target, value),
        }
    }

    /// Refuses a value outside its domain.
    pub(super) fn check_domain(&self, target: &Target, value: &Value) -> Result<(), Problem> {
        let Target { ty, domain, .. } = target;
        let is_beyond = |end: &Option<(Value, bool)>, beyond: Ordering| {
            end.as_ref().is_some_and(|(end, included)| match order(value, end) {
                Ordering::Equal => !included,
                order => order == beyond,
            })
        };
        if is_beyond(&domain.low, Ordering::Less) || is_beyond(&domain.high, Ordering::Greater) {
            let range = range_words(self.program, ty, domain);
            let found = wire::text(self.program, ty, value);
            return Err(Problem::new(format!("must be {range}, found {found}")));
        }
        if let (Some(pattern), Value::Text(text)) = (&domain.matching, value)
            && !pattern.regex.is_match(text)
        {
            return Err(Problem::new(format!("must match \"{}\", found {}", pattern.text, excerpt(text))));
        }
        if let Value::Currency(currency) = value
            && !domain.currencies.is_empty()
            && !domain.currencies.contains(currency)
        {
            let expected = wire::expected(self.program, ty, domain);
            return Err(Problem::new(format!("expected {expected}, found \"{currency}\"")));
        }
        Ok(())
    }
}

fn order(a: &Value, b: &Value) -> Ordering {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a.cmp(b),
        _ => a.cmp(b),
    }
}

/// The range of a domain as its author wrote it: `from 0.1 lb through 150 lb`.
pub(crate) fn range_words(program: &Program, ty: &Type, domain: &Domain) -> String {
    let end = |value: &Value| wire::text(program, ty, value);
    match (&domain.low, &domain.high) {
        (Some((low, true)), Some((high, true))) => format!("from {} through {}", end(low), end(high)),
        (Some((low, true)), Some((high, false))) => format!("from {} until {}", end(low), end(high)),
        (Some((low, false)), Some((high, true))) => format!("over {} up to {}", end(low), end(high)),
        (Some((low, false)), Some((high, false))) => format!("over {} until {}", end(low), end(high)),
        (Some((low, true)), None) => format!("from {}", end(low)),
        (Some((low, false)), None) => format!("over {}", end(low)),
        (None, Some((high, true))) => format!("up to {}", end(high)),
        (None, Some((high, false))) => format!("under {}", end(high)),
        (None, None) => "any".to_string(),
    }
}
