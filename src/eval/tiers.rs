//! Tiers: what a quantity costs, tier by tier.
//!
//! Graduated: a tier's part is what lies between its bounds; its flat fee is due once a part lies in it (with `under`, also
//! where the quantity equals its lower bound). Volume: all is at the price of the first tier whose bound the quantity does not
//! pass. At zero no flat fee is due, unless the tiers say so.

use super::arithmetic::steps_of;
use super::evaluator::Evaluator;
use super::failure::{Failure, Outcome};
use super::{ErrorKind, Note, Observer, show};
use crate::program::{Expr, Tier, TierPart, TierRows, Tiers, TiersId};
use crate::source::Span;
use crate::value::{Number, Value};

/// What one tier contributed.
#[derive(Debug, Clone)]
pub struct TierLine {
    /// The tiers.
    pub tiers: TiersId,
    /// The place of the tier among those that are written.
    pub tier: usize,
    /// The lower end of the tier, and whether it belongs to the tier.
    pub lower: (Number, bool),
    /// The upper end, and whether it belongs to the tier; `None` where it has none.
    pub upper: Option<(Number, bool)>,
    /// How much of the quantity is priced in it, in the unit of the tiers.
    pub quantity: Number,
    /// Its rate as the rules write it, where it has one.
    pub rate: Option<Number>,
    /// What that amounts to, in the unit of the tiers' result.
    pub amount: Number,
    /// The tier in the rules.
    pub span: Span,
}

/// A tier with its bounds computed.
struct Bounds {
    lower: (Number, bool),
    upper: Option<(Number, bool)>,
}

impl<'p, O: Observer<'p>> Evaluator<'p, '_, O> {
    /// The price of a quantity (the first argument).
    pub(super) fn tiers(&mut self, id: TiersId, arguments: &'p [Expr]) -> Outcome<Value> {
        let Some(tiers) = self.program.tiers.get(id.0 as usize) else { return Err(Failure::mismatch("tiers")) };
        self.step()?;
        let start = self.push_all(arguments)?;
        let old = self.open(start, tiers.locals);
        let outcome = self.price_tiers(id, tiers);
        self.close(old);
        outcome.map(Value::Number)
    }

    #[inline(never)]
    fn price_tiers(&mut self, id: TiersId, tiers: &'p Tiers) -> Outcome<Number> {
        let Some(Value::Number(quantity)) = self.scratch.locals.get(self.base) else {
            return Err(Failure::mismatch("a quantity"));
        };
        let quantity = quantity.clone();
        if quantity.is_negative() {
            let shown = show::show_in(self.program, self.inputs, &Value::Number(quantity), &tiers.over);
            return Err(Failure::input(format!("the quantity of `{}` is below zero: {shown}", tiers.name)));
        }
        let mut pricing = Pricing {
            id,
            tiers,
            quantity,
            total: Number::ZERO,
            lower: (Number::ZERO, true),
            done: false,
            first: true,
            ended: false,
            at: 0,
        };
        match &tiers.rows {
            TierRows::Written(rows) => {
                for tier in rows {
                    if pricing.done {
                        break;
                    }
                    self.price_tier(&mut pricing, tier)?;
                    pricing.at += 1;
                }
            }
            TierRows::Each { list, slot, tier } => {
                for element in self.elements(list)?.iter() {
                    self.set(*slot, element.clone())?;
                    self.price_tier(&mut pricing, tier)?;
                }
            }
        }
        if pricing.done {
            return Ok(pricing.total);
        }
        let shown = show::show_in(self.program, self.inputs, &Value::Number(pricing.quantity), &tiers.over);
        Err(Failure::new(ErrorKind::NoRow, format!("no tier of `{}` goes up to {shown}", tiers.name)))
    }

    /// Prices what lies in the next tier.
    fn price_tier(&mut self, pricing: &mut Pricing<'p>, tier: &'p Tier) -> Outcome<()> {
        self.step()?;
        let bounds = self.bounds(pricing, tier)?;
        pricing.ended = bounds.upper.is_none();
        if pricing.done {
            if let Some((bound, included)) = bounds.upper {
                pricing.lower = (bound, !included);
            }
            return Ok(());
        }
        let quantity = &pricing.quantity;
        let reached = match &bounds.upper {
            None => true,
            Some((bound, true)) => quantity <= bound,
            Some((bound, false)) => quantity < bound,
        };
        let first = std::mem::take(&mut pricing.first);
        let at_zero = pricing.tiers.flat_at_zero && first && quantity.is_zero();
        let (part, flat_due) = if pricing.tiers.volume {
            let due = quantity.is_positive() || pricing.tiers.flat_at_zero;
            (reached.then(|| quantity.clone()), due)
        } else {
            let top = match &bounds.upper {
                Some((bound, _)) => quantity.min(bound),
                None => quantity,
            };
            let part = top.sub(&bounds.lower.0)?;
            let at_bound = bounds.lower.1 && *quantity == bounds.lower.0 && !first;
            let due = part.is_positive() || at_bound || at_zero;
            ((part.is_positive() || at_bound || at_zero).then_some(part), due)
        };
        if let Some(part) = part {
            let line = self.tier_line(pricing, tier, &bounds, part, flat_due)?;
            pricing.total = pricing.total.add(&line.amount)?;
            self.note(Note::Tier(pricing.id, &line));
            let worth_a_line = !line.quantity.is_zero() || !line.amount.is_zero();
            if self.breakdown && worth_a_line {
                self.scratch.tiers.push(line);
            }
        }
        pricing.done = reached;
        if let Some((bound, included)) = bounds.upper {
            pricing.lower = (bound, !included);
        }
        Ok(())
    }

    /// The ends of the next tier, which must rise.
    fn bounds(&mut self, pricing: &Pricing<'p>, tier: &'p Tier) -> Outcome<Bounds> {
        let upper = match &tier.bound {
            None => None,
            Some((bound, included)) => match self.evaluate(bound)? {
                Value::Number(bound) => Some((bound, *included)),
                Value::Absent => None,
                _ => return Err(Failure::mismatch("a bound")),
            },
        };
        if pricing.ended {
            let message = format!("a tier of `{}` follows one that has no end", pricing.tiers.name);
            return Err(Failure::input(message).at(tier.span));
        }
        if let Some((bound, _)) = &upper {
            let rises = *bound > pricing.lower.0 || (pricing.first && bound.is_zero());
            if !rises {
                let message =
                    format!("the bounds of `{}` do not rise: {bound} follows {}", pricing.tiers.name, pricing.lower.0);
                return Err(Failure::input(message).at(tier.span));
            }
        }
        Ok(Bounds { lower: pricing.lower.clone(), upper })
    }

    fn tier_line(
        &mut self,
        pricing: &Pricing<'p>,
        tier: &'p Tier,
        bounds: &Bounds,
        quantity: Number,
        flat_due: bool,
    ) -> Outcome<TierLine> {
        let mut amount = Number::ZERO;
        let mut written_rate = None;
        for part in &tier.parts {
            let price = match part {
                TierPart::Rate { rate: expr, scale } => {
                    let rate = self.number(expr)?;
                    let price = rate.mul(&quantity)?.mul(scale)?;
                    written_rate = Some(rate);
                    price
                }
                TierPart::Flat(flat) if flat_due => self.number(flat)?,
                TierPart::Flat(_) => continue,
                TierPart::PerStep { amount, step, started } => {
                    if !quantity.is_positive() {
                        continue;
                    }
                    let step = self.number(step)?;
                    let steps = steps_of(&quantity, &step, *started)?;
                    self.number(amount)?.mul(&steps)?
                }
            };
            amount = amount.add(&price)?;
        }
        if let Some(how) = &pricing.tiers.each_rounded {
            amount = self.rounded(&amount, how)?;
        }
        Ok(TierLine {
            tiers: pricing.id,
            tier: pricing.at,
            lower: bounds.lower.clone(),
            upper: bounds.upper.clone(),
            quantity,
            rate: written_rate,
            amount,
            span: tier.span,
        })
    }
}

/// How far the pricing of a quantity has come.
struct Pricing<'p> {
    id: TiersId,
    tiers: &'p Tiers,
    quantity: Number,
    total: Number,
    /// The lower end of the next tier, and whether it belongs to it.
    lower: (Number, bool),
    /// Whether the tier that the quantity ends in has been priced.
    done: bool,
    /// Whether the next tier is the first.
    first: bool,
    /// Whether a tier without an end was met.
    ended: bool,
    /// The place of the next tier among those that are written.
    at: usize,
}
