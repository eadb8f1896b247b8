//! Tiers: what a quantity costs, tier by tier.
//!
//! Graduated: a tier's part is what lies between its bounds; its flat fee is due once a part lies in it (with `under`, also
//! where the quantity equals its lower bound). Volume: all is at the price of the first tier whose bound the quantity does not
//! pass. At zero no flat fee is due, unless the tiers say so.

use super::evaluator::Evaluator;
use super::failure::{Failure, Outcome};
use super::num::Num;
use super::word::Word;
use super::{ErrorKind, Note, Observer, show};
use crate::program::code::{Reg, Source, TierForm, TierPartForm, TierRowsForm, TiersForm};
use crate::program::{Tier, TierPart, TierRows, Tiers, TiersId};
use crate::quote::{Measure, PartOfLine, Words};
use crate::source::Span;
use crate::types::Type;
use crate::value::{Number, Value};
use std::cmp::Ordering;

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

/// How far the pricing of a quantity has come.
struct Pricing<'p> {
    id: TiersId,
    tiers: &'p Tiers,
    form: &'p TiersForm,
    quantity: Num,
    total: Num,
    /// The lower end of the next tier, and whether it belongs to it.
    lower: (Num, bool),
    /// Whether the tier that the quantity ends in has been priced.
    done: bool,
    /// Whether a tier without an end was met.
    ended: bool,
    /// The place of the next tier.
    at: usize,
}

/// What lies in a tier, and whether its flat fee is due.
struct Part {
    quantity: Num,
    flat_due: bool,
}

impl<'p, O: Observer<'p>> Evaluator<'p, '_, O> {
    /// The price of the quantity in a register.
    #[inline(never)]
    pub(super) fn tiers(&mut self, (to, quantity): (Reg, Reg), id: TiersId, level: u16) -> Outcome<()> {
        let at = id.0 as usize;
        let (Some(tiers), Some(Some(form))) = (self.program.tiers.get(at), self.code.tiers.get(at)) else {
            return Err(Failure::mismatch("tiers"));
        };
        self.step()?;
        let depth = self.depth;
        self.enter_depth(level, form.depth)?;
        let known = match (&form.known, self.word(quantity).lane()) {
            (Some(known), Some(lane)) if !O::ENABLED => self.known_price(known, lane)?,
            _ => None,
        };
        match known {
            Some(total) => self.set_word(to, Word::number(total)),
            None => {
                let total = self.price_tiers(id, tiers, form, quantity)?;
                self.set_num(to, total);
            }
        }
        self.depth = depth;
        Ok(())
    }

    fn price_tiers(&mut self, id: TiersId, tiers: &'p Tiers, form: &'p TiersForm, quantity: Reg) -> Outcome<Num> {
        let quantity = self.num(quantity)?;
        if quantity.is_negative() {
            let shown = show::show_in(self.program, self.inputs, &Value::Number(quantity.to_number()), &tiers.over);
            return Err(Failure::input(format!("the quantity of `{}` is below zero: {shown}", tiers.name)));
        }
        let lower = (Num::ZERO, true);
        let total = Num::ZERO;
        let mut pricing = Pricing { id, tiers, form, quantity, total, lower, done: false, ended: false, at: 0 };
        match (&form.rows, &tiers.rows) {
            (TierRowsForm::Written(forms), TierRows::Written(rows)) => {
                for (tier, form) in rows.iter().zip(forms) {
                    if pricing.done {
                        break;
                    }
                    self.price_tier(&mut pricing, tier, form)?;
                }
            }
            (TierRowsForm::Each(list, element, form), TierRows::Each { tier, .. }) => {
                let list = self.obtain(*list)?;
                for value in self.elements(list)?.iter() {
                    self.set(*element, value.clone());
                    self.price_tier(&mut pricing, tier, form)?;
                }
            }
            _ => return Err(Failure::mismatch("tiers")),
        }
        if pricing.done {
            return Ok(pricing.total);
        }
        let quantity = Value::Number(pricing.quantity.to_number());
        let shown = show::show_in(self.program, self.inputs, &quantity, &tiers.over);
        Err(Failure::new(ErrorKind::NoRow, format!("no tier of `{}` goes up to {shown}", tiers.name)))
    }

    /// Prices what lies in the next tier.
    fn price_tier(&mut self, pricing: &mut Pricing<'p>, tier: &'p Tier, form: &'p TierForm) -> Outcome<()> {
        self.step()?;
        let upper = self.upper(pricing, tier, form)?;
        pricing.ended = upper.is_none();
        if !pricing.done {
            let reached = match &upper {
                None => true,
                Some((bound, included)) => match pricing.quantity.compare(bound) {
                    Ordering::Less => true,
                    Ordering::Equal => *included,
                    Ordering::Greater => false,
                },
            };
            if let (true, Some((bound, _))) = (O::SIGHTS, &upper) {
                self.observer.note(Note::Measured(tier.span, pricing.quantity.to_number(), bound.to_number()));
            }
            let bound = upper.as_ref().filter(|_| O::EDGES);
            if bound.is_some_and(|(bound, _)| pricing.quantity.compare(bound) == Ordering::Equal) {
                self.observer.note(Note::AtTierBound(tier.span));
            }
            if let Some(part) = part_in(pricing, upper.as_ref(), reached)? {
                self.add_part(pricing, tier, form, upper.as_ref(), part)?;
            }
            pricing.done = reached;
            pricing.at = pricing.at.saturating_add(1);
        }
        if let Some((bound, included)) = upper {
            pricing.lower = (bound, !included);
        }
        Ok(())
    }

    /// The upper end of the next tier, which must lie above the one before.
    fn upper(&mut self, pricing: &Pricing<'p>, tier: &'p Tier, form: &TierForm) -> Outcome<Option<(Num, bool)>> {
        let upper = match form.bound {
            None => None,
            Some((bound, included)) => {
                let bound = self.obtain(bound)?;
                match self.word(bound).is_absent() {
                    true => None,
                    false => Some((self.num(bound)?, included)),
                }
            }
        };
        if pricing.ended {
            let message = format!("a tier of `{}` follows one that has no end", pricing.tiers.name);
            return Err(Failure::input(message).at(tier.span));
        }
        if let Some((bound, _)) = &upper {
            let rises = bound.compare(&pricing.lower.0) == Ordering::Greater || (pricing.at == 0 && bound.is_zero());
            if !rises {
                let (name, bound, before) = (&pricing.tiers.name, bound.to_number(), pricing.lower.0.to_number());
                let message = format!("the bounds of `{name}` do not rise: {bound} follows {before}");
                return Err(Failure::input(message).at(tier.span));
            }
        }
        Ok(upper)
    }

    fn add_part(
        &mut self,
        pricing: &mut Pricing<'p>,
        tier: &'p Tier,
        form: &'p TierForm,
        upper: Option<&(Num, bool)>,
        part: Part,
    ) -> Outcome<()> {
        let mut rate = None;
        let mut amount = self.part_price(form, &part, &mut rate)?;
        if let Some(how) = pricing.form.each_rounded {
            let step = self.step_of(how)?;
            let rounded = amount.round_to(&step, how.mode)?;
            if O::ENABLED {
                self.observer.note(Note::Rounded(&amount.to_number(), &rounded.to_number()));
            }
            amount = rounded;
        }
        pricing.total = pricing.total.add(&amount)?;
        let worth_a_line = self.breakdown && !(part.quantity.is_zero() && amount.is_zero());
        let label = self.program.texts.tier(pricing.id, pricing.at);
        let line = (O::ENABLED || (worth_a_line && label == Words::Absent)).then(|| TierLine {
            tiers: pricing.id,
            tier: pricing.at,
            lower: (pricing.lower.0.to_number(), pricing.lower.1),
            upper: upper.map(|(bound, included)| (bound.to_number(), *included)),
            quantity: part.quantity.to_number(),
            rate: rate.as_ref().map(Num::to_number),
            amount: amount.to_number(),
            span: tier.span,
        });
        if let Some(line) = &line {
            self.note(Note::Tier(pricing.id, line));
        }
        if worth_a_line {
            let label = match (label, &line) {
                (Words::Absent, Some(line)) => self.quote.made(&show::tier_label(self.program, self.inputs, line)),
                (label, _) => label,
            };
            self.add_line(pricing, (tier, form), label, (&part.quantity, rate, &amount))?;
        }
        Ok(())
    }

    /// A line of the breakdown of a charge.
    fn add_line(
        &mut self,
        pricing: &Pricing<'p>,
        (tier, form): (&'p Tier, &'p TierForm),
        label: Words,
        (quantity, rate, amount): (&Num, Option<Num>, &Num),
    ) -> Outcome<()> {
        let (currency, amount) = match &pricing.form.money {
            Some((currency, None)) => (*currency, amount.to_number()),
            Some((currency, Some(factor))) => (*currency, amount.to_number().mul(factor)?),
            None => {
                let Type::In(unit) = &pricing.tiers.result else { return Ok(()) };
                let Ok((currency, factor)) = self.currency(unit) else { return Ok(()) };
                (currency, amount.to_number().mul(&factor)?)
            }
        };
        let quantity = self.measured(quantity, pricing.form.unit, &pricing.tiers.over);
        let rate_type = tier.parts.iter().rev().find_map(|part| match part {
            TierPart::Rate { rate, .. } => Some(&rate.ty),
            _ => None,
        });
        let rate = rate.zip(rate_type).map(|(rate, ty)| self.measured(&rate, form.rate_unit, ty));
        let part = PartOfLine { code: Words::Absent, label, quantity: Some(quantity), rate, amount, currency };
        self.scratch.tiers.push(part);
        Ok(())
    }

    /// A number as a line shows it; its unit where that is known.
    fn measured(&mut self, number: &Num, unit: Option<Words>, ty: &'p Type) -> Measure {
        match unit {
            Some(unit) => Measure { value: number.to_number(), unit },
            None => show::measure(self.program, self.inputs, &number.to_number(), ty, self.quote),
        }
    }

    /// What a part costs, and the rate that it is priced at.
    fn part_price(&mut self, form: &'p TierForm, part: &Part, rate: &mut Option<Num>) -> Outcome<Num> {
        let mut amount: Option<Num> = None;
        for form in &form.parts {
            let price = match form {
                TierPartForm::Rate(source, scale) => {
                    let written = self.num_of(*source)?;
                    let price = written.mul(&part.quantity)?;
                    *rate = Some(written);
                    match scale {
                        Some(scale) => price.mul(&Num::from(scale.clone()))?,
                        None => price,
                    }
                }
                TierPartForm::Flat(flat) if part.flat_due => self.num_of(*flat)?,
                TierPartForm::PerStep(each, step, started) if part.quantity.is_positive() => {
                    self.price_per_step((*each, *step, *started), &part.quantity)?
                }
                TierPartForm::Flat(_) | TierPartForm::PerStep(..) => continue,
            };
            amount = Some(match amount {
                Some(amount) => amount.add(&price)?,
                None => price,
            });
        }
        Ok(amount.unwrap_or(Num::ZERO))
    }

    fn price_per_step(&mut self, (each, step, started): (Source, Source, bool), quantity: &Num) -> Outcome<Num> {
        let step = self.num_of(step)?;
        let steps = super::arithmetic::steps_of(&quantity.to_number(), &step.to_number(), started)?;
        self.num_of(each)?.mul(&Num::from(steps))
    }
}

/// What lies in the next tier: all of a volume's quantity in the tier that it reaches, else what lies between the bounds.
fn part_in(pricing: &Pricing<'_>, upper: Option<&(Num, bool)>, reached: bool) -> Outcome<Option<Part>> {
    let quantity = &pricing.quantity;
    if pricing.tiers.volume {
        let flat_due = quantity.is_positive() || pricing.tiers.flat_at_zero;
        return Ok(reached.then(|| Part { quantity: quantity.clone(), flat_due }));
    }
    let first = pricing.at == 0;
    let top = match upper {
        Some((bound, _)) if quantity.compare(bound) == Ordering::Greater => bound,
        _ => quantity,
    };
    let lower = &pricing.lower;
    let part = top.sub(&lower.0)?;
    let at_zero = pricing.tiers.flat_at_zero && first && quantity.is_zero();
    let at_bound = lower.1 && !first && quantity.compare(&lower.0) == Ordering::Equal;
    let flat_due = part.is_positive() || at_bound || at_zero;
    Ok(flat_due.then_some(Part { quantity: part, flat_due }))
}
