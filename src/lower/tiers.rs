//! Tiers: what is computed for each of them, and where bounds and prices are all constants, what is known of them without a quantity.

use super::Lowering;
use super::registers::Owner;
use crate::program::code::*;
use crate::program::{RoundStep, Tier, TierPart, TierRows, Tiers, TiersId};
use crate::quote::Words;
use crate::types::Type;
use crate::value::Number;
use crate::value::number::Lane;

impl Lowering<'_> {
    pub(super) fn need_tiers(&mut self, id: TiersId) -> u32 {
        let program = self.program;
        let Some(tiers) = program.tiers.get(id.0 as usize) else { return 0 };
        self.need_owner(Owner::Tiers(id.0), |this| {
            let mut parts = Vec::new();
            tiers.parts(&mut |part| parts.push(part));
            let (form, frame) = this.within(&parts, tiers.locals, |this| {
                this.parameters.insert(Owner::Tiers(id.0), this.local(0).0);
                this.span = tiers.span;
                let rows = match &tiers.rows {
                    TierRows::Written(rows) => TierRowsForm::Written(rows.iter().map(|tier| this.tier(tier)).collect()),
                    TierRows::Each { list, slot, tier } => {
                        let list = this.source(list);
                        TierRowsForm::Each(list, this.local(*slot), Box::new(this.tier(tier)))
                    }
                };
                let each_rounded = tiers.each_rounded.as_ref().map(|how| this.round_form(how));
                let money = match &tiers.result {
                    Type::In(unit) => match this.currency(unit) {
                        (Some(currency), None, factor) => Some((currency, factor)),
                        _ => None,
                    },
                    _ => None,
                };
                let unit = this.unit_words(&tiers.over);
                let depth = this.frame.depth;
                let mut form = TiersForm { rows, each_rounded, unit, money, depth, known: None };
                form.known = this.known_tiers(id, tiers, &form).map(Box::new);
                form
            });
            if let Some(place) = this.code.tiers.get_mut(id.0 as usize) {
                *place = Some(form);
            }
            frame
        })
    }

    fn tier(&mut self, tier: &Tier) -> TierForm {
        let span = std::mem::replace(&mut self.span, tier.span);
        let bound = tier.bound.as_ref().map(|(bound, included)| (self.source(bound), *included));
        let parts = tier.parts.iter().map(|part| match part {
            TierPart::Rate { rate, scale } => {
                TierPartForm::Rate(self.source(rate), (*scale != Number::ONE).then(|| scale.clone()))
            }
            TierPart::Flat(flat) => TierPartForm::Flat(self.source(flat)),
            TierPart::PerStep { amount, step, started } => {
                TierPartForm::PerStep(self.source(amount), self.source(step), *started)
            }
        });
        let parts = parts.collect();
        self.span = span;
        let rate = tier.parts.iter().rev().find_map(|part| match part {
            TierPart::Rate { rate, .. } => Some(&rate.ty),
            _ => None,
        });
        TierForm { bound, parts, rate_unit: rate.and_then(|ty| self.unit_words(ty)) }
    }

    /// The unit of a number of a type, where every quote shows it by the same words and the number as it is.
    fn unit_words(&self, ty: &Type) -> Option<Words> {
        match ty.present() {
            Type::Percent => None,
            Type::In(unit) => self.program.texts.unit(unit).map(Words::Fixed),
            _ => Some(Words::Absent),
        }
    }

    /// Whether everything about tiers is known, so that nothing but the price looks at the quantity.
    pub(super) fn are_known(&self, id: TiersId) -> bool {
        let form = self.code.tiers.get(id.0 as usize).and_then(Option::as_ref);
        form.is_some_and(|form| form.known.is_some())
    }

    /// Everything about tiers that does not depend on the quantity, where bounds and prices are constants that fit the small lane.
    fn known_tiers(&self, id: TiersId, tiers: &Tiers, form: &TiersForm) -> Option<KnownTiers> {
        let (TierRowsForm::Written(forms), TierRows::Written(rows)) = (&form.rows, &tiers.rows) else { return None };
        let rounded = match &tiers.each_rounded {
            None => None,
            Some(how) => match &how.step {
                RoundStep::Fixed(step) => Some((step.lane().filter(|step| step.mantissa > 0)?, how.mode)),
                RoundStep::Expr(_) | RoundStep::MinorOf(_) | RoundStep::OwnOf(..) => return None,
            },
        };
        let currency = match (&form.money, &tiers.result) {
            (Some((currency, None)), _) => Some(*currency),
            (None, Type::In(unit)) if matches!(self.program.units.currency_and_factor(unit), Ok(Some(_))) => {
                return None;
            }
            (None, _) => None,
            (Some((_, Some(_))), _) => return None,
        };
        let mut known = KnownTiers {
            volume: tiers.volume,
            flat_at_zero: tiers.flat_at_zero,
            rounded,
            unit: form.unit?,
            currency,
            tiers: Box::default(),
        };
        let mut all: Vec<KnownTier> = Vec::with_capacity(rows.len());
        for (index, (tier, form)) in rows.iter().zip(forms).enumerate() {
            let mut next = self.known_tier(tier, form)?;
            if let Some(before) = all.last() {
                next.lower = before.upper?.0;
                next.below = before.below.add(before.full.1.lane()?)?;
            }
            next.label = self.program.texts.tier(id, index);
            if currency.is_some() && next.label == Words::Absent {
                return None;
            }
            if let Some((upper, _)) = next.upper {
                if upper.compare(next.lower).is_le() {
                    return None; // refused when it is priced
                }
                let width = upper.sub(next.lower)?;
                let amount = known.price(&next, width, true)?;
                next.full = (Number::from_lane(width), Number::from_lane(amount));
            }
            all.push(next);
        }
        known.tiers = all.into();
        Some(known)
    }

    /// A tier by itself.
    fn known_tier(&self, tier: &Tier, form: &TierForm) -> Option<KnownTier> {
        let upper = match form.bound {
            None => None,
            Some((bound, included)) => Some((self.fixed_number(bound)?.lane()?, included)),
        };
        let (mut each, mut flat, mut rate) = (None, None, None);
        for (part, form) in tier.parts.iter().zip(&form.parts) {
            match (form, part) {
                (TierPartForm::Rate(written, scale), TierPart::Rate { rate: expr, .. }) if each.is_none() => {
                    let written = self.fixed_number(*written)?;
                    each = Some(match scale {
                        Some(scale) => written.mul(scale).ok()?.lane()?,
                        None => written.lane()?,
                    });
                    rate = Some(self.shown(written, &expr.ty)?);
                }
                (TierPartForm::Flat(amount), _) if flat.is_none() => flat = Some(self.fixed_number(*amount)?.lane()?),
                _ => return None,
            }
        }
        Some(KnownTier {
            lower: Lane::ZERO,
            upper,
            each: each.unwrap_or(Lane::ZERO),
            flat: flat.unwrap_or(Lane::ZERO),
            below: Lane::ZERO,
            full: (Number::ZERO, Number::ZERO),
            label: Words::Absent,
            rate,
        })
    }

    /// A number of a type as every quote shows it.
    fn shown(&self, number: &Number, ty: &Type) -> Option<(Number, Words)> {
        match ty.present() {
            Type::Percent => Some((number.mul(&Number::from_i64(100)).ok()?, Words::PERCENT)),
            _ => Some((number.clone(), self.unit_words(ty)?)),
        }
    }

    /// The number of a source whose code, if it has any, does nothing.
    fn fixed_number(&self, source: Source) -> Option<&Number> {
        let mut ops = self.code.ops.iter().skip(source.code.unwrap_or_default() as usize);
        let nothing = source.code.is_none() || ops.find(|op| !matches!(op, Op::Nothing(_))) == Some(&Op::Return);
        self.known_number(source.value).filter(|_| nothing)
    }
}
