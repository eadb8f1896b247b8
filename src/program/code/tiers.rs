//! Tiers as they are run: what is computed for each of them, or, where all bounds and prices are constants, what is known already.

use super::{Reg, RoundForm, Source};
use crate::quote::Words;
use crate::value::number::Lane;
use crate::value::{Currency, Number, RoundingMode};

/// A tier.
#[derive(Debug, Clone, PartialEq)]
pub struct TierForm {
    /// Its upper bound, and whether the bound belongs to it.
    pub bound: Option<(Source, bool)>,
    /// Its price.
    pub parts: Box<[TierPartForm]>,
    /// The unit of its rate, where it has one that every quote shows alike.
    pub(crate) rate_unit: Option<Words>,
}

/// One part of a tier's price.
#[derive(Debug, Clone, PartialEq)]
pub enum TierPartForm {
    /// A rate, and what rate × quantity is multiplied by.
    Rate(Source, Option<Number>),
    /// An amount, once.
    Flat(Source),
    /// An amount for each step: amount, step, started.
    PerStep(Source, Source, bool),
}

/// Where the tiers come from.
#[derive(Debug, Clone, PartialEq)]
pub enum TierRowsForm {
    /// Written.
    Written(Box<[TierForm]>),
    /// One for each element of a list, which is bound to a register.
    Each(Source, Reg, Box<TierForm>),
}

/// Tiers: what is computed of a quantity.
#[derive(Debug, Clone)]
pub struct TiersForm {
    /// The tiers.
    pub rows: TierRowsForm,
    /// How each tier's amount is rounded.
    pub each_rounded: Option<RoundForm>,
    /// The unit of the quantity, where every quote shows it alike.
    pub(crate) unit: Option<Words>,
    /// The currency of the amounts, and how much of it one of their unit is, where that is not one.
    pub(crate) money: Option<(Currency, Option<Number>)>,
    /// The deepest nesting in it.
    pub depth: u16,
    /// What is known of them before there is a quantity, where that is everything.
    pub(crate) known: Option<Box<KnownTiers>>,
}

/// Tiers whose bounds and prices are small constants: of each tier, all that does not depend on the quantity is computed already.
#[derive(Debug, Clone)]
pub(crate) struct KnownTiers {
    /// All at the price of the tier that the quantity falls in.
    pub(crate) volume: bool,
    /// The flat fee of the first tier is due at zero.
    pub(crate) flat_at_zero: bool,
    /// How each tier's amount is rounded: step and mode.
    pub(crate) rounded: Option<(Lane, RoundingMode)>,
    /// The unit of the quantity.
    pub(crate) unit: Words,
    /// The currency of the amounts; `None` where they are not money, so that no line shows them.
    pub(crate) currency: Option<Currency>,
    /// The tiers, from zero up without a gap; only the last may have no end.
    pub(crate) tiers: Box<[KnownTier]>,
}

/// One of them.
#[derive(Debug, Clone)]
pub(crate) struct KnownTier {
    /// Its lower end.
    pub(crate) lower: Lane,
    /// Its upper end, and whether that belongs to it; `None` where it has none.
    pub(crate) upper: Option<(Lane, bool)>,
    /// What one of the quantity costs in it, in the unit of the tiers' result.
    pub(crate) each: Lane,
    /// What it costs besides, once.
    pub(crate) flat: Lane,
    /// Graduated tiers: what all tiers below amount to where they are full.
    pub(crate) below: Lane,
    /// Graduated tiers: quantity and amount of this one where it is full; zero for one without an end.
    pub(crate) full: (Number, Number),
    /// Its label.
    pub(crate) label: Words,
    /// Its rate as a line shows it.
    pub(crate) rate: Option<(Number, Words)>,
}

impl KnownTiers {
    /// What a quantity costs in a tier; `None` where the small lane does not hold it.
    #[inline]
    pub(crate) fn price(&self, tier: &KnownTier, quantity: Lane, flat_due: bool) -> Option<Lane> {
        let mut amount = tier.each.mul(quantity)?;
        if flat_due && tier.flat.mantissa != 0 {
            amount = amount.add(tier.flat)?;
        }
        match self.rounded {
            Some((step, mode)) => amount.round_to(step, mode),
            None => Some(amount),
        }
    }
}
