//! The words of what a quote shows as values: the units of quantities, rates and outputs, and the labels of tiers.

use super::{Collector, Words};
use crate::eval::show;
use crate::program::{ExprKind, Program, Tier, TierPart, TierRows, Tiers, TiersId};
use crate::types::{Base, Type, UnitExpr};
use crate::value::{Number, Value};

impl Collector {
    /// Takes in the units and tier labels of a program.
    pub(super) fn shown(&mut self, program: &Program) {
        for (quantity, price) in program.charges.iter().filter_map(|charge| charge.shown.as_ref()) {
            self.units(program, &quantity.ty);
            price.iter().for_each(|price| self.units(program, &price.ty));
        }
        for output in &program.outputs {
            if let Some(definition) = program.definitions.get(output.definition.0 as usize) {
                self.units(program, &definition.value.ty);
            }
        }
        for (index, tiers) in program.tiers.iter().enumerate() {
            self.tiers(program, TiersId(index as u32), tiers);
        }
    }

    /// The units that values of a type are shown with, but for those whose currency the input chooses.
    fn units(&mut self, program: &Program, ty: &Type) {
        match ty {
            Type::In(unit) if !self.texts.units.contains_key(unit) && is_fixed(program, unit) => {
                let id = self.text(&show::show_unit(program, &[], unit));
                self.texts.units.insert(unit.clone(), id);
            }
            Type::Optional(inner) | Type::List(inner) => self.units(program, inner),
            Type::Record(record) => record.fields.iter().for_each(|field| self.units(program, &field.ty)),
            Type::Row(table) => {
                let columns = program.tables.get(table.0 as usize).map(|table| table.columns.as_slice());
                columns.unwrap_or_default().iter().for_each(|column| self.units(program, &column.ty));
            }
            _ => {}
        }
    }

    fn tiers(&mut self, program: &Program, id: TiersId, tiers: &Tiers) {
        self.texts.tiers_begin.push(self.texts.tiers.len());
        self.units(program, &tiers.over);
        let rates = |tier: &Tier| -> Vec<Type> {
            let rate = |part: &TierPart| match part {
                TierPart::Rate { rate, .. } => Some(rate.ty.clone()),
                _ => None,
            };
            tier.parts.iter().filter_map(rate).collect()
        };
        let rows = match &tiers.rows {
            TierRows::Each { tier, .. } => return rates(tier).iter().for_each(|ty| self.units(program, ty)),
            TierRows::Written(rows) => rows,
        };
        let fixed_unit = match tiers.over.present() {
            Type::In(unit) => is_fixed(program, unit),
            _ => true,
        };
        let mut lower = Some((Number::ZERO, true));
        for tier in rows {
            rates(tier).iter().for_each(|ty| self.units(program, ty));
            let upper = constant_bound(tier);
            let label = match (&lower, &upper) {
                (Some(lower), Some(upper)) if fixed_unit => {
                    let label = show::tier_between(program, &[], id, lower, upper.as_ref());
                    Words::Fixed(self.text(&label))
                }
                _ => Words::Absent,
            };
            self.texts.tiers.push(label);
            lower = upper.flatten().map(|(bound, included)| (bound, !included));
        }
    }
}

/// The bound of a tier where it is a constant: `Some(None)` for a tier without an end.
fn constant_bound(tier: &Tier) -> Option<Option<(Number, bool)>> {
    match &tier.bound {
        None => Some(None),
        Some((bound, included)) => match &bound.kind {
            ExprKind::Constant(Value::Number(bound)) => Some(Some((bound.clone(), *included))),
            ExprKind::Constant(Value::Absent) => Some(None),
            _ => None,
        },
    }
}

/// Whether a unit is shown the same whatever the input is.
fn is_fixed(program: &Program, unit: &UnitExpr) -> bool {
    let chosen = |id| program.units.get(id).is_some_and(|unit| matches!(unit.base, Base::Chosen(_)));
    !unit.parts().iter().any(|(id, _)| chosen(*id))
}
