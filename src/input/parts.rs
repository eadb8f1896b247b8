//! A quantity sent as an object: `{"value": "3", "unit": "lb"}`, `{"amount": "12.50", "currency": "USD"}`.

use super::form::{self, Target};
use super::{Problem, Reader};
use crate::value::Value;

/// The two parts as they arrive.
#[derive(Default)]
pub(super) struct QuantityParts {
    number: Value,
    unit: Value,
}

const SHAPE: &str =
    "a quantity is sent as `{\"value\": …, \"unit\": …}`, an amount as `{\"amount\": …, \"currency\": …}`";

impl QuantityParts {
    /// What the part with this name is, and where it goes.
    pub(super) fn slot(&mut self, name: &str) -> Result<(&'static Target, &mut Value), Problem> {
        let (slot, target) = match name {
            "value" | "amount" => (&mut self.number, &form::NUMBER),
            "unit" | "currency" => (&mut self.unit, &form::TEXT),
            other => {
                let short: String = other.chars().take(64).collect();
                return Err(Problem::new("there is no such field").help(SHAPE).within_field(&short));
            }
        };
        match slot.is_absent() {
            true => Ok((target, slot)),
            false => Err(Problem::new("this field is sent twice").within_field(name)),
        }
    }

    /// Puts the quantity, in the target's unit, into its slot. Both parts must have arrived.
    pub(super) fn finish(self, reader: &mut Reader<'_>, target: &Target, slot: &mut Value) -> Result<(), Problem> {
        let (Value::Number(number), Value::Text(unit)) = (&self.number, &self.unit) else {
            return Err(Problem::new("a part of the quantity is missing").help(SHAPE));
        };
        let value = reader.quantity(&target.ty, number, unit)?;
        reader.put(target, value, slot)
    }
}
