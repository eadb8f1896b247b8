//! What a stated type makes of a value: its unit, and a record's fields that were left out.

use super::cell::End;
use super::pricing::{Pricing, Scope};
use super::value::{Answer, Problems, Value};
use ratewright::syntax::ast::{Field, Parameter, ParameterValues, TypeExpr, TypeKind};

impl Pricing<'_> {
    /// A value as its stated type has it.
    pub(crate) fn typed(&self, value: Value, ty: &TypeExpr) -> Answer<Value> {
        match (&ty.kind, value) {
            (_, Value::Absent) => Ok(Value::Absent),
            (TypeKind::Optional(inner), value) => self.typed(value, inner),
            (TypeKind::List(inner), Value::List(elements)) => {
                elements.into_iter().map(|element| self.typed(element, inner)).collect::<Answer<_>>().map(Value::List)
            }
            (TypeKind::Name(name), value @ Value::Record(_)) => match self.rules.records.get(name) {
                Some(fields) => self.record_of(&value, fields),
                None => Ok(value),
            },
            (_, Value::Number(number, unit)) => {
                let to = self.rules.unit_of(ty)?;
                if to.is_none() {
                    return Ok(Value::Number(number, unit));
                }
                Ok(Value::Number(self.rules.units.convert(&number, &unit, &to)?, to))
            }
            (_, value) => Ok(value),
        }
    }

    /// A record with all fields of its declaration.
    fn record_of(&self, value: &Value, fields: &[Field]) -> Answer<Value> {
        let Value::Record(known) = value else { return Err(Problems::mistaken("what is no record is taken for one")) };
        let field = |field: &Field| {
            let name = &field.name.text;
            let given = known.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
            let value = match given.filter(|value| *value != Value::Absent) {
                Some(value) => self.typed(value, &field.ty)?,
                None => self.default_of(field)?.unwrap_or(Value::Absent),
            };
            Ok((name.clone(), value))
        };
        fields.iter().map(field).collect::<Answer<_>>().map(Value::Record)
    }

    /// What a field has that was not given.
    pub(crate) fn default_of(&self, field: &Field) -> Answer<Option<Value>> {
        match &field.default {
            Some(default) => self.typed(self.value(default, &Scope::default())?, &field.ty).map(Some),
            None => Ok(None),
        }
    }

    /// `x as T`
    pub(crate) fn converted(&self, value: Value, ty: &TypeExpr) -> Answer<Value> {
        match (&ty.kind, value) {
            (TypeKind::Name(name), Value::Percent(fraction)) if name == "number" => Ok(Value::number(fraction)),
            (TypeKind::Name(name), Value::Number(number, unit)) if name == "percent" && unit.is_none() => {
                Ok(Value::Percent(number))
            }
            (TypeKind::In(name, unit), Value::Number(number, from)) if name.text == "number" => {
                Ok(Value::number(self.rules.units.convert(&number, &from, &self.rules.unit(unit)?)?))
            }
            (_, Value::Number(number, unit)) => {
                let to = self.rules.unit_of(ty)?;
                if unit.is_none() {
                    return Ok(Value::Number(number, to));
                }
                Ok(Value::Number(self.rules.units.convert(&number, &unit, &to)?, to))
            }
            _ => Err(Problems::mistaken("a conversion that there is not")),
        }
    }

    /// The value of a parameter on a date; on the date that the rule set is priced on where none is named.
    pub(crate) fn parameter(&self, parameter: &Parameter, on: Option<Value>, scope: &Scope) -> Answer<Value> {
        let values = match &parameter.values {
            ParameterValues::Constant(value, _) => return self.stated(value, parameter.ty.as_ref(), scope),
            ParameterValues::Dated(values) => values,
        };
        let date = match on {
            Some(date) => date,
            None => self.priced_on()?,
        };
        // Each value holds until the next begins, unless it says itself when it ends.
        let mut found = None;
        for dated in values {
            let low: End = match &dated.period.low {
                Some((low, included)) => Some((self.value(low, scope)?, *included)),
                None => None,
            };
            if self.between(&date, &low, &None)? {
                found = Some(dated);
            }
        }
        match found {
            Some(dated) if self.in_range(&date, &dated.period, scope)? => {
                self.stated(&dated.value, parameter.ty.as_ref(), scope)
            }
            _ => Err(Problems::failed("no row matched")),
        }
    }

    fn stated(&self, value: &ratewright::syntax::ast::Expr, ty: Option<&TypeExpr>, scope: &Scope) -> Answer<Value> {
        let value = self.value(value, scope)?;
        match ty {
            Some(ty) => self.typed(value, ty),
            None => Ok(value),
        }
    }

    /// The date that the rule set is priced on.
    pub(crate) fn priced_on(&self) -> Answer<Value> {
        match &self.rules.priced_on {
            Some(date) => self.value(date, &Scope::default()),
            None => Err(Problems::mistaken("the rule set is priced on no date")),
        }
    }
}
