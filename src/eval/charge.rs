//! Charges: whether they apply, what they amount to, and the lines that they book.
//!
//! A reference to a charge is the sum of all its lines, those of its bounds included, in the charge's unit. The lines always add
//! up to it: a bound with a line of its own books what the bound adds to the charge, all other stages being as they are.

use super::evaluator::Evaluator;
use super::failure::{Failure, Outcome};
use super::stages::{Applied, apply_with_lines, books_line};
use super::tiers::TierLine;
use super::{ErrorKind, Node, Note, Observer, show};
use crate::program::{
    Charge, ChargeAmount, ChargeId, Each, Exception, Expr, ExprKind, GroupOption, GroupPolicy, RoundTo, Stage,
    StageLine, Template,
};
use crate::quote::{LineParts, Measure, PartOfLine, Words};
use crate::types::{Base, Type, UnitExpr};
use crate::value::{Currency, Number, RoundingMode, Value};

/// What is known of a charge.
#[derive(Debug, Default)]
pub(super) struct ChargeState {
    /// Whether it has been computed.
    pub(super) known: bool,
    /// Whether it booked anything.
    applied: bool,
    /// The sum of its lines, in the charge's unit.
    amount: Number,
    /// How many lines it has in the quote.
    lines: usize,
}

/// What one line of a charge amounts to, in the charge's unit.
struct Priced<'p> {
    /// Everything, booked.
    amount: Number,
    /// What bounds with lines of their own added to it.
    bounds: Vec<(&'p StageLine, Number)>,
    /// The option that was chosen.
    option: Option<&'p GroupOption>,
    /// The exception that replaced the amount.
    exception: Option<&'p Exception>,
}

/// A rounding with its step computed.
type Booking = Option<(Number, RoundingMode)>;

impl<'p, O: Observer<'p>> Evaluator<'p, '_, O> {
    /// The booked amount of a charge that applies. One `for each` of an empty list amounts to zero.
    #[inline(never)]
    pub(super) fn charge_amount(&mut self, id: ChargeId) -> Outcome<Value> {
        let charge = self.known(id)?;
        match self.scratch.charges.get(id.0 as usize) {
            Some(state) if state.applied || charge.each.is_some() => Ok(Value::Number(state.amount.clone())),
            _ => Err(Failure::new(ErrorKind::NoRow, format!("the charge `{}` does not apply", charge.code))),
        }
    }

    #[inline(never)]
    pub(super) fn is_applied(&mut self, id: ChargeId) -> Outcome<Value> {
        self.known(id)?;
        Ok(Value::YesNo(self.scratch.charges.get(id.0 as usize).is_some_and(|state| state.applied)))
    }

    /// The sum of the charges that apply.
    #[inline(never)]
    pub(super) fn sum_applied(&mut self, ids: &'p [ChargeId]) -> Outcome<Value> {
        let mut sum = Number::ZERO;
        for id in ids {
            self.known(*id)?;
            if let Some(state) = self.scratch.charges.get(id.0 as usize) {
                sum = sum.add(&state.amount)?;
            }
        }
        Ok(Value::Number(sum))
    }

    /// Computes a charge where it is not known yet.
    pub(super) fn known(&mut self, id: ChargeId) -> Outcome<&'p Charge> {
        let Some(charge) = self.program.charges.get(id.0 as usize) else { return Err(Failure::mismatch("a charge")) };
        if self.scratch.charges.get(id.0 as usize).is_some_and(|state| state.known) {
            self.note(Note::KnownCharge(id));
            return Ok(charge);
        }
        self.step()?;
        self.enter(Node::Charge(id));
        let breakdown = std::mem::replace(&mut self.breakdown, false);
        let old = self.open_new(charge.locals);
        let outcome = self.compute_charge(id, charge).map_err(|failure| failure.at(charge.span));
        self.close(old);
        self.breakdown = breakdown;
        let state = outcome?;
        if O::ENABLED {
            let value = state.applied.then(|| Value::Number(state.amount.clone()));
            self.observer.leave(value.as_ref());
        }
        if let Some(place) = self.scratch.charges.get_mut(id.0 as usize) {
            *place = state;
        }
        Ok(charge)
    }

    #[inline(never)]
    fn compute_charge(&mut self, id: ChargeId, charge: &'p Charge) -> Outcome<ChargeState> {
        let mut state = ChargeState::default();
        match &charge.each {
            None => self.book(id, charge, None, &mut state)?,
            Some(each) => self.book_each(id, charge, each, &mut state)?,
        }
        state.known = true;
        Ok(state)
    }

    fn book_each(&mut self, id: ChargeId, charge: &'p Charge, each: &'p Each, state: &mut ChargeState) -> Outcome<()> {
        self.visit(each, &mut |evaluator, index| {
            evaluator.book(id, charge, Some(index), state)?;
            evaluator.check_length(state.lines)?;
            Ok(true)
        })
    }

    /// Books the lines of a charge, or of one element of its list, if it applies.
    #[inline(never)]
    fn book(&mut self, id: ChargeId, charge: &'p Charge, item: Option<usize>, state: &mut ChargeState) -> Outcome<()> {
        if !self.condition(charge.when.as_ref())? {
            return Ok(());
        }
        let tiers = self.scratch.tiers.len();
        if let Some(priced) = self.priced(charge)? {
            state.applied = true;
            state.amount = state.amount.add(&priced.amount)?;
            if charge.listed {
                state.lines += priced.bounds.len() + 1;
                self.list_lines(id, charge, item, priced, tiers)?;
            }
        }
        self.scratch.tiers.truncate(tiers);
        Ok(())
    }

    /// The amount, booked; `None` where no option of a group holds.
    fn priced(&mut self, charge: &'p Charge) -> Outcome<Option<Priced<'p>>> {
        let exception = if charge.exceptions.is_empty() { None } else { self.exception(&charge.exceptions)? };
        self.breakdown = charge.listed;
        let booking = charge.booking.as_ref();
        let priced = match (exception, &charge.amount) {
            (Some(exception), _) => self.priced_exception(exception, booking).map(Some),
            (None, ChargeAmount::Expr(expr)) => self.priced_expr(expr, booking).map(Some),
            (None, ChargeAmount::Group { policy, options, stages }) => {
                self.priced_group(*policy, options, stages, booking)
            }
        };
        self.breakdown = false;
        priced
    }

    fn priced_exception(&mut self, exception: &'p Exception, booking: Option<&'p RoundTo>) -> Outcome<Priced<'p>> {
        let Value::Number(value) = self.exceptional_value(exception)? else {
            return Err(Failure::mismatch("an amount"));
        };
        let priced = self.after_stages(value, &[], booking)?;
        Ok(Priced { exception: Some(exception), ..priced })
    }

    fn priced_expr(&mut self, expr: &'p Expr, booking: Option<&'p RoundTo>) -> Outcome<Priced<'p>> {
        if let ExprKind::Stages(value, stages) = &expr.kind {
            let value = self.number(value)?;
            return self.after_stages(value, stages, booking);
        }
        let value = self.number(expr)?;
        self.after_stages(value, &[], booking)
    }

    #[inline(never)]
    fn priced_group(
        &mut self,
        policy: GroupPolicy,
        options: &'p [GroupOption],
        stages: &'p [Stage],
        booking: Option<&'p RoundTo>,
    ) -> Outcome<Option<Priced<'p>>> {
        let mut chosen: Option<(&'p GroupOption, Number, usize)> = None;
        for (index, option) in options.iter().enumerate() {
            self.enter(Node::Option(option));
            let amount = match self.condition(option.when.as_ref())? {
                true => Some(self.number(&option.amount)?),
                false => None,
            };
            if O::ENABLED {
                self.observer.leave(amount.clone().map(Value::Number).as_ref());
            }
            let Some(amount) = amount else { continue };
            let better = match (&chosen, policy) {
                (None, _) => true,
                (Some(_), GroupPolicy::First) => false,
                (Some((_, best, _)), GroupPolicy::Dearest) => amount > *best,
                (Some((_, best, _)), GroupPolicy::Cheapest) => amount < *best,
            };
            if better {
                chosen = Some((option, amount, index));
            }
            if policy == GroupPolicy::First {
                break;
            }
        }
        let Some((option, amount, index)) = chosen else { return Ok(None) };
        self.note(Note::Winner(index));
        let priced = self.after_stages(amount, stages, booking)?;
        Ok(Some(Priced { option: Some(option), ..priced }))
    }

    /// The value after its stages, booked, and what each bound with a line of its own added.
    fn after_stages(
        &mut self,
        value: Number,
        stages: &'p [Stage],
        booking: Option<&'p RoundTo>,
    ) -> Outcome<Priced<'p>> {
        let booking_lines = stages.iter().any(books_line);
        let mut applied: Vec<Applied<'p>> = Vec::new();
        let mut after = value.clone();
        for stage in stages {
            let (next, operand) = self.stage(&after, stage)?;
            after = next;
            if booking_lines {
                applied.push(operand);
            }
        }
        let booking = match booking {
            Some(how) => Some((self.round_step(how)?, how.mode)),
            None => None,
        };
        let amount = booked(&after, &booking)?;
        self.note(Note::Booked(&after, &amount));
        let mut bounds = Vec::new();
        if booking_lines {
            let mut before = booked(&apply_with_lines(&value, &applied, 0)?, &booking)?;
            for (count, line) in applied.iter().filter_map(Applied::line).enumerate() {
                let with = booked(&apply_with_lines(&value, &applied, count + 1)?, &booking)?;
                let added = with.sub(&before)?;
                if !added.is_zero() {
                    self.note(Note::StageLine(&line.code, &added));
                    bounds.push((line, added));
                }
                before = with;
            }
        }
        Ok(Priced { amount, bounds, option: None, exception: None })
    }

    /// Makes the lines of the quote; those of its tiers lie from `tiers` on.
    #[inline(never)]
    fn list_lines(
        &mut self,
        id: ChargeId,
        charge: &'p Charge,
        item: Option<usize>,
        priced: Priced<'p>,
        tiers: usize,
    ) -> Outcome<()> {
        let words = self.program.texts.charge(id);
        let (currency, factor) = self.currency(&charge.unit)?;
        let mut amount = priced.amount;
        for (_, added) in &priced.bounds {
            amount = amount.sub(added)?;
        }
        let exceptional = priced.exception.and_then(|exception| exception.because.as_ref());
        let reason = match (exceptional, &charge.because) {
            (Some(because), _) => self.reason(because, Words::Absent)?,
            (None, Some(because)) => self.reason(because, words.reason)?,
            (None, None) => Words::Absent,
        };
        let label = match (priced.exception.and_then(|exception| exception.label.as_deref()), &charge.label) {
            (Some(exceptional), _) => self.program.texts.find_optional(Some(exceptional)),
            (None, Some(label)) if label.fixed().is_none() => {
                let label = self.fill(label)?;
                self.quote.made(&label)
            }
            (None, _) => words.label,
        };
        let shown = match &charge.shown {
            Some((quantity, price)) => {
                Some((self.measure(quantity)?, price.as_ref().map(|price| self.measure(price)).transpose()?))
            }
            None => None,
        };
        let amount = amount.mul(&factor)?;
        let line = |code, label, amount| LineParts {
            tags: words.tags,
            item,
            ..LineParts::new(id.0, code, label, amount, currency)
        };
        self.quote.line(LineParts { reason, ..line(words.code, label, amount.clone()) });
        if let Some((quantity, price)) = shown {
            self.quote.show(quantity, price);
        }
        self.breakdown(tiers, priced.option, &amount, currency)?;
        for (bound, added) in priced.bounds {
            let texts = &self.program.texts;
            let (code, label) = (texts.find(&bound.code), texts.find_optional(bound.label.as_deref()));
            self.quote.line(line(code, label, added.mul(&factor)?));
        }
        Ok(())
    }

    /// A reason, filled in; `known` where it is fixed.
    fn reason(&mut self, because: &'p Template, known: Words) -> Outcome<Words> {
        if let (Some(fixed), Words::Fixed(_), false) = (because.fixed(), known, O::ENABLED) {
            self.check_text(fixed)?;
            return Ok(known);
        }
        let reason = self.fill(because)?;
        self.note(Note::Reason(&reason));
        Ok(self.quote.made(&reason))
    }

    /// A quantity or unit price as it is shown.
    fn measure(&mut self, expr: &'p Expr) -> Outcome<Measure> {
        let value = self.number(expr)?;
        Ok(show::measure(self.program, self.inputs, &value, &expr.ty, self.quote))
    }

    /// The parts of the line written last: the option chosen, and the tiers, which are taken from the scratch from `tiers` on.
    fn breakdown(
        &mut self,
        tiers: usize,
        option: Option<&'p GroupOption>,
        amount: &Number,
        currency: Currency,
    ) -> Outcome<()> {
        let texts = &self.program.texts;
        if let Some(option) = option {
            self.quote.part(PartOfLine {
                code: Words::Fixed(texts.find(&option.code)),
                label: Words::Fixed(texts.find(option.label.as_deref().unwrap_or(&option.code))),
                quantity: None,
                rate: None,
                amount: amount.clone(),
                currency,
            });
        }
        let mut lines = std::mem::take(&mut self.scratch.tiers);
        let outcome = lines.drain(tiers.min(lines.len())..).try_for_each(|line| self.tier_part(line));
        self.scratch.tiers = lines;
        outcome
    }

    fn tier_part(&mut self, line: TierLine) -> Outcome<()> {
        let Some(tiers) = self.program.tiers.get(line.tiers.0 as usize) else { return Ok(()) };
        let Type::In(unit) = &tiers.result else { return Ok(()) };
        let Ok((currency, factor)) = self.currency(unit) else { return Ok(()) };
        let (program, inputs) = (self.program, self.inputs);
        let label = match program.texts.tier(line.tiers, line.tier) {
            Words::Absent => self.quote.made(&show::tier_label(program, inputs, &line)),
            fixed => fixed,
        };
        let rate = show::rate_type(program, &line).zip(line.rate.as_ref());
        let part = PartOfLine {
            code: Words::Absent,
            label,
            quantity: Some(show::measure(program, inputs, &line.quantity, &tiers.over, self.quote)),
            rate: rate.map(|(ty, rate)| show::measure(program, inputs, rate, ty, self.quote)),
            amount: line.amount.mul(&factor)?,
            currency,
        };
        self.quote.part(part);
        Ok(())
    }

    /// The currency of a unit of money, and how much of it one of the unit is.
    pub(super) fn currency(&self, unit: &UnitExpr) -> Outcome<(Currency, Number)> {
        let units = &self.program.units;
        let single = match unit.0.as_slice() {
            [(id, 1)] => units.get(*id).map(|unit| (unit.base, unit.factor.clone())),
            _ => None,
        };
        let (base, factor) = match single {
            Some(found) => found,
            None => (units.currency(unit).ok_or_else(|| Failure::mismatch("money"))?, units.factor(unit)?),
        };
        match base {
            Base::Money(currency) => Ok((currency, factor)),
            Base::Chosen(slot) => match self.inputs.get(slot as usize) {
                Some(Value::Currency(currency)) => Ok((*currency, factor)),
                _ => Err(Failure::mismatch("a currency")),
            },
            _ => Err(Failure::mismatch("money")),
        }
    }
}

fn booked(value: &Number, booking: &Booking) -> Outcome<Number> {
    match booking {
        Some((step, mode)) => Ok(value.round_to(step, *mode)?),
        None => Ok(value.clone()),
    }
}
