//! Quantities with a unit: `3 lb`, `12.50 USD`, `42.10 USD per cwt`, converted exactly to the unit that the field declares.

use super::problem::excerpt;
use super::{Claim, Problem, Reader};
use crate::diagnostic::did_you_mean;
use crate::types::{Base, Type, UnitExpr};
use crate::value::{Currency, Number, Value};

impl Reader<'_> {
    /// The value of `number` counted in the unit named by `unit`, in the unit of the type.
    pub(super) fn quantity(&mut self, ty: &Type, number: &Number, unit: &str) -> Result<Value, Problem> {
        if *ty == Type::Percent && unit == "%" {
            let hundredth = number.div(&Number::from_i64(100));
            return hundredth.map(Value::Number).map_err(|_| Problem::new("the number has too many digits"));
        }
        let Type::In(declared) = ty else {
            let plain = super::wire::expected(self.program, ty, &Default::default());
            return Err(Problem::new(format!("expected {plain}, found a unit, {}", excerpt(unit))));
        };
        let units = &self.program.units;
        if let Some(slot) = chosen_slot(self, declared)
            && let Some(currency) = Currency::parse(unit)
        {
            self.claims.push(Claim { slot, currency, path: String::new() });
            return Ok(Value::Number(number.clone()));
        }
        let (found, factor) = self.unit(declared, unit)?;
        let Some(conversion) = units.conversion(&found, declared) else {
            let wanted = units.show(declared);
            if units.currency(declared).is_some() && units.currency(&found).is_some() {
                return Err(Problem::new(format!("expected {wanted}, found {unit}")));
            }
            let (dimension, other) = (units.dimension(declared).show(), units.dimension(&found).show());
            return Err(Problem::new(format!(
                "expected a unit of {dimension} such as {wanted}, found {unit}, a unit of {other}"
            )));
        };
        let value = number.mul(&factor).and_then(|n| n.mul(&conversion));
        value.map(Value::Number).map_err(|_| Problem::new("the number has too many digits"))
    }

    /// Reads the name of a unit or a quotient of units.
    fn unit(&self, declared: &UnitExpr, text: &str) -> Result<(UnitExpr, Number), Problem> {
        let units = &self.program.units;
        let mut result = (UnitExpr::new(Vec::new()), Number::ONE);
        for (position, part) in text.split(" per ").enumerate() {
            for name in part.split('·') {
                let id = units.named(name).ok_or_else(|| self.unknown_unit(declared, name))?;
                let one = UnitExpr::one(id);
                let product = units.product(&result.0, &one, position > 0);
                let (unit, factor) = product.map_err(|_| Problem::new("the unit is too large"))?;
                let factor = result.1.mul(&factor).map_err(|_| Problem::new("the unit is too large"))?;
                result = (unit, factor);
            }
        }
        Ok(result)
    }

    fn unknown_unit(&self, declared: &UnitExpr, name: &str) -> Problem {
        let expected = self.program.units.show(declared);
        if Currency::parse(name).is_some() {
            return Problem::new(format!("expected {expected}, found {name}"));
        }
        let problem = Problem::new(format!("expected a unit that converts to {expected}, found {}", excerpt(name)));
        match did_you_mean(name, self.program.units.names()) {
            Some(near) => problem.help(format!("did you mean `{near}`?")),
            None => problem,
        }
    }
}

/// The input field that chooses the currency, where the unit is plain money of a chosen currency.
fn chosen_slot(reader: &Reader<'_>, unit: &UnitExpr) -> Option<u32> {
    let [(id, 1)] = unit.parts() else { return None };
    match reader.program.units.get(*id)?.base {
        Base::Chosen(slot) => Some(slot),
        _ => None,
    }
}
