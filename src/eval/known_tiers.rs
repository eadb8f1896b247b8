//! Tiers whose bounds and prices are constants: a quantity's price from what is known of each tier.
//!
//! The same result, steps and lines as the long way in `tiers`, which takes what this does not: an observer, a quantity below zero or
//! above all tiers, and numbers that do not fit the small lane.

use super::Observer;
use super::evaluator::Evaluator;
use super::failure::Outcome;
use crate::program::code::{KnownTier, KnownTiers};
use crate::quote::{Measure, PartOfLine, Words};
use crate::value::Number;
use crate::value::number::Lane;
use std::cmp::Ordering;

/// The tier that a quantity ends in: its place, what lies in it, the amount of that, and of all together.
struct Ending<'p> {
    at: usize,
    tier: &'p KnownTier,
    quantity: Lane,
    amount: Lane,
    total: Lane,
}

impl<'p, O: Observer<'p>> Evaluator<'p, '_, O> {
    /// The price of a quantity; `None` where it has to be computed the long way.
    pub(super) fn known_price(&mut self, tiers: &'p KnownTiers, quantity: Lane) -> Outcome<Option<Lane>> {
        let Some(ending) = ending(tiers, quantity) else { return Ok(None) };
        (0..=ending.at).try_for_each(|_| self.step())?;
        if let (true, Some(currency)) = (self.breakdown, tiers.currency) {
            let part = |tier: &KnownTier, quantity: Number, amount: Number| PartOfLine {
                code: Words::Absent,
                label: tier.label,
                quantity: Some(Measure { value: quantity, unit: tiers.unit }),
                rate: tier.rate.as_ref().map(|(rate, unit)| Measure { value: rate.clone(), unit: *unit }),
                amount,
                currency,
            };
            if !tiers.volume {
                let full = tiers.tiers.get(..ending.at).unwrap_or_default();
                self.scratch.tiers.extend(full.iter().map(|tier| part(tier, tier.full.0.clone(), tier.full.1.clone())));
            }
            if ending.quantity.mantissa != 0 || ending.amount.mantissa != 0 {
                let (quantity, amount) = (Number::from_lane(ending.quantity), Number::from_lane(ending.amount));
                self.scratch.tiers.push(part(ending.tier, quantity, amount));
            }
        }
        Ok(Some(ending.total))
    }
}

/// Where a quantity ends; `None` below zero, above all tiers, and where a number does not fit.
fn ending(tiers: &KnownTiers, quantity: Lane) -> Option<Ending<'_>> {
    if quantity.mantissa < 0 {
        return None;
    }
    let reached = |tier: &&KnownTier| match tier.upper {
        None => true,
        Some((bound, included)) => match quantity.compare(bound) {
            Ordering::Less => true,
            Ordering::Equal => included,
            Ordering::Greater => false,
        },
    };
    let (at, tier) = tiers.tiers.iter().enumerate().find(|(_, tier)| reached(tier))?;
    if tiers.volume {
        let flat_due = quantity.mantissa > 0 || tiers.flat_at_zero;
        let amount = tiers.price(tier, quantity, flat_due)?;
        return Some(Ending { at, tier, quantity, amount, total: amount });
    }
    let part = quantity.sub(tier.lower)?;
    // Above the first tier nothing lies only where the quantity equals a bound that belongs to this tier.
    let flat_due = part.mantissa > 0 || at > 0 || tiers.flat_at_zero;
    let amount = tiers.price(tier, part, flat_due)?;
    Some(Ending { at, tier, quantity: part, amount, total: tier.below.add(amount)? })
}
