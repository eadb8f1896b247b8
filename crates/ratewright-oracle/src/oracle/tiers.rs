//! Tiers: a price that depends on how much. A quantity goes in, an amount comes out.
//!
//! Graduated, each part of the quantity is priced in the tier that it lies in; by volume, all of it in the tier that it falls in.

use super::explained::TierLine;
use super::number::whole;
use super::pricing::{Pricing, Scope};
use super::value::{Answer, Problems, Value};
use num_traits::{Signed, Zero};
use ratewright::syntax::ast::{Tier, TierPart, TierRows, Tiers};
use std::cmp::Ordering;

/// A tier with its bound: absent where it has no end, and whether the bound belongs to it.
struct Bounded<'t> {
    tier: &'t Tier,
    end: Option<(Value, bool)>,
    scope: Scope,
}

impl Pricing<'_> {
    /// The amount of a quantity.
    pub(crate) fn tiers(&self, tiers: &Tiers, quantity: &Value, scope: &Scope) -> Answer<Value> {
        let quantity = self.typed(quantity.clone(), &tiers.over)?;
        if matches!(&quantity, Value::Number(size, _) if size.is_negative()) {
            return Err(Problems::failed("input not accepted"));
        }
        let bounded = self.bounded_tiers(tiers, scope)?;
        self.check_rising(&bounded)?;
        let mut amounts = Vec::new();
        if tiers.volume {
            let tier = bounded.iter().find_map(|tier| match &tier.end {
                Some((end, included)) => match self.order(&quantity, end) {
                    Ok(Ordering::Less) => Some(Ok(tier)),
                    Ok(Ordering::Equal) if *included => Some(Ok(tier)),
                    Ok(_) => None,
                    Err(problems) => Some(Err(problems)),
                },
                None => Some(Ok(tier)),
            });
            let Some(tier) = tier.transpose()? else { return Err(Problems::failed("no row matched")) };
            let flat = is_positive(&quantity) || tiers.flat_at_zero;
            amounts.push(self.tier(tiers, (tier, below_of(&bounded, tier)), &quantity, flat)?);
        } else {
            self.graduated(tiers, &bounded, &quantity, &mut amounts)?;
        }
        self.sum(&amounts)
    }

    /// The amount of each tier in which a part of the quantity lies.
    fn graduated(
        &self,
        tiers: &Tiers,
        bounded: &[Bounded<'_>],
        quantity: &Value,
        amounts: &mut Vec<Value>,
    ) -> Answer<()> {
        let minus = whole(-1);
        let mut start = self.scaled(quantity, &whole(0))?;
        // A quantity at a bound that does not belong to the tier before it lies in the next tier, though no part of it does.
        let mut at_bound = false;
        for tier in bounded {
            let reaches = match &tier.end {
                Some((end, included)) => {
                    let order = self.order(quantity, end)?;
                    order == Ordering::Greater || (order == Ordering::Equal && !included)
                }
                None => false,
            };
            let end = match &tier.end {
                Some((end, _)) if reaches => end.clone(),
                _ => quantity.clone(),
            };
            let part = self.add(&end, &start, &minus)?;
            let flat =
                is_positive(&part) || at_bound || (amounts.is_empty() && tiers.flat_at_zero && is_zero(quantity));
            amounts.push(self.tier(tiers, (tier, below_of(bounded, tier)), &part, flat)?);
            at_bound = reaches && self.order(quantity, &end)? == Ordering::Equal;
            start = end;
            if !reaches {
                return Ok(());
            }
        }
        Err(Problems::failed("no row matched"))
    }

    /// Bounds rise, and only the last tier has no end.
    fn check_rising(&self, bounded: &[Bounded<'_>]) -> Answer<()> {
        for (tier, next) in bounded.iter().zip(bounded.iter().skip(1)) {
            let rises = match (&tier.end, &next.end) {
                (Some((end, _)), Some((next, _))) => self.order(end, next)? == Ordering::Less,
                (Some(_), None) => true,
                (None, _) => false,
            };
            if !rises {
                return Err(Problems::failed("input not accepted"));
            }
        }
        Ok(())
    }

    fn bounded_tiers<'t>(&self, tiers: &'t Tiers, scope: &Scope) -> Answer<Vec<Bounded<'t>>> {
        let bounded = |tier: &'t Tier, scope: Scope| {
            let end = match &tier.bound {
                Some((bound, included)) => match self.value(bound, &scope)? {
                    Value::Absent => None,
                    bound => Some((self.rules.in_unit_of(bound, &tiers.over)?, *included)),
                },
                None => None,
            };
            Ok(Bounded { tier, end, scope })
        };
        match &tiers.rows {
            TierRows::Written(rows) => rows.iter().map(|tier| bounded(tier, scope.clone())).collect(),
            TierRows::Each { name, list, tier } => {
                let elements = self.elements_of(list, scope)?;
                elements.into_iter().map(|element| bounded(tier, scope.with(&name.text, element))).collect()
            }
        }
    }

    /// What one tier makes of the part of the quantity that lies in it.
    fn tier(
        &self,
        tiers: &Tiers,
        (bounded, lower): (&Bounded<'_>, Option<(&Value, bool)>),
        part: &Value,
        flat_due: bool,
    ) -> Answer<Value> {
        let one = whole(1);
        let mut told_rate = None;
        let mut sum: Option<Value> = None;
        for price in &bounded.tier.parts {
            let amount = match price {
                TierPart::Rate(rate) => {
                    let rate = self.value(rate, &bounded.scope)?;
                    told_rate = Some(rate.clone());
                    match rate {
                        percent @ Value::Percent(_) => self.share(&percent, part, false)?,
                        rate => self.operate(ratewright::syntax::ast::BinaryOp::Multiply, &rate, part)?,
                    }
                }
                TierPart::Flat(flat) => {
                    let flat = self.value(flat, &bounded.scope)?;
                    if flat_due { flat } else { self.scaled(&flat, &whole(0))? }
                }
                TierPart::PerStep(amount, _, _) if !is_positive(part) => self.nothing_of_kind(amount, &bounded.scope),
                TierPart::PerStep(amount, step, started) => {
                    let (amount, step) = (self.value(amount, &bounded.scope)?, self.value(step, &bounded.scope)?);
                    self.per_step(&amount, &step, part, *started)?
                }
            };
            sum = Some(match sum {
                Some(sum) => self.add(&sum, &amount, &one)?,
                None => amount,
            });
        }
        let Some(sum) = sum else { return Err(Problems::mistaken("a tier without a price")) };
        let amount = match &tiers.each_rounded {
            Some(how) => self.rounded(sum, how, &bounded.scope)?,
            None => sum,
        };
        let upper = bounded.end.as_ref().map(|(end, included)| (end, *included));
        // Of all of a quantity is told also where that is nothing; of a part only where the quantity lies in it.
        if !flat_due && !tiers.volume {
            return Ok(amount);
        }
        self.tier_parts.borrow_mut().push(TierLine {
            label: self.tier_label(lower, upper, part),
            quantity: part.clone(),
            rate: told_rate,
            amount: amount.clone(),
            negative: false,
            aside: false,
        });
        Ok(amount)
    }
}

/// The lower end of a tier: the end of the one before, which belongs to one of the two.
fn below_of<'b>(bounded: &'b [Bounded<'_>], tier: &Bounded<'_>) -> Option<(&'b Value, bool)> {
    let at = bounded.iter().position(|other| std::ptr::eq(other, tier))?;
    let (end, included) = bounded.get(at.checked_sub(1)?)?.end.as_ref()?;
    Some((end, !included))
}

fn is_zero(value: &Value) -> bool {
    matches!(value, Value::Number(number, _) | Value::Percent(number) if number.is_zero())
}

fn is_positive(value: &Value) -> bool {
    matches!(value, Value::Number(number, _) | Value::Percent(number) if number.is_positive())
}
