//! A quantity sent as an object: `{"value": "3", "unit": "lb"}`, `{"amount": "12.50", "currency": "USD"}`.

use super::{Binder, Problem, Target};
use crate::types::Type;
use crate::value::Value;

/// The two parts as they arrive.
#[derive(Default)]
pub(super) struct QuantityParts {
    number: Option<Value>,
    unit: Option<Value>,
}

const SHAPE: &str =
    "a quantity is sent as `{\"value\": …, \"unit\": …}`, an amount as `{\"amount\": …, \"currency\": …}`";

impl QuantityParts {
    /// What the part with this name is.
    pub(super) fn target(&self, name: &str) -> Result<Target<'static>, Problem> {
        let (seen, ty) = match name {
            "value" | "amount" => (&self.number, &Type::Number),
            "unit" | "currency" => (&self.unit, &Type::Text),
            other => {
                let short: String = other.chars().take(64).collect();
                return Err(Problem::new("there is no such field").help(SHAPE).within_field(&short));
            }
        };
        match seen {
            None => Ok(Target::of(ty)),
            Some(_) => Err(Problem::new("this field is sent twice").within_field(name)),
        }
    }

    /// Keeps a part.
    pub(super) fn set(&mut self, name: &str, value: Value) {
        match name {
            "value" | "amount" => self.number = Some(value),
            _ => self.unit = Some(value),
        }
    }

    /// The quantity in the target's unit. Both parts must have arrived.
    pub(super) fn finish<'b>(self, binder: &Binder<'b>, target: Target<'b>) -> Result<Value, Problem> {
        let (Target::Value { ty, domain, .. }, Some(Value::Number(number)), Some(Value::Text(unit))) =
            (target, &self.number, &self.unit)
        else {
            return Err(Problem::new("a part of the quantity is missing").help(SHAPE));
        };
        let ty = ty.present();
        let value = binder.quantity(ty, number, unit)?;
        binder.check_domain(ty, domain, &value)?;
        Ok(value)
    }
}
