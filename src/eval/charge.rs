//! Charges: the lines that they book.
//!
//! The amount of a charge is the sum of all its lines, those of its bounds included, in the charge's unit. The lines always add
//! up to it: a bound with a line of its own books what the bound adds to the charge, all other stages being as they are.

use super::evaluator::Evaluator;
use super::failure::{Failure, Outcome};
use super::machine::{NO_ITEM, does_not_apply};
use super::num::Num;
use super::priced::{Special, exception_at, form_at, line_of, stages_of};
use super::word::Word;
use super::{Note, Observer, show};
use crate::program::code::{ChargeForm, EachForm, Reg, Source, TextForm};
use crate::program::{Charge, ChargeAmount, ChargeId, Template};
use crate::quote::{LineParts, Measure, PartOfLine, Words};
use crate::types::{Base, Type, UnitExpr};
use crate::value::{Currency, Number, Value};

impl<'p, O: Observer<'p>> Evaluator<'p, '_, O> {
    /// The booked amount of a charge that applies. One `for each` of an empty list amounts to zero.
    pub(super) fn amount(&mut self, to: Reg, id: ChargeId) -> Outcome<()> {
        let own = self.code.charge(id);
        if self.is_applied(id) {
            self.copy(to, own);
            return Ok(());
        }
        match self.program.charges.get(id.0 as usize) {
            Some(charge) if charge.each.is_some() => self.set_num(to, Num::ZERO),
            Some(charge) => return Err(does_not_apply(&charge.code)),
            None => return Err(Failure::mismatch("a charge")),
        }
        Ok(())
    }

    /// Whether a charge, which is known, applies.
    pub(super) fn is_applied(&self, id: ChargeId) -> bool {
        let word = self.word(self.code.charge(id));
        !word.is_absent() && !word.is_unknown()
    }

    /// The sum of the charges that apply, all of which are known.
    pub(super) fn sum_applied(&mut self, ids: &[ChargeId]) -> Outcome<Value> {
        let mut sum = Num::ZERO;
        for id in ids {
            if self.is_applied(*id) {
                sum = sum.add(&self.num(self.code.charge(*id))?)?;
            }
        }
        Ok(Value::Number(sum.to_number()))
    }

    /// Books the lines of a charge for each element of its list.
    pub(super) fn book_each(&mut self, each: &'p EachForm, line: u32) -> Outcome<()> {
        let (outer, lines) = (self.item, std::mem::take(&mut self.scratch.lines));
        self.visit(each, &mut |evaluator, index| {
            evaluator.item = index as u32;
            evaluator.run(line)?;
            evaluator.check_length(evaluator.scratch.lines)?;
            Ok(true)
        })?;
        self.item = outer;
        self.scratch.lines = lines;
        Ok(())
    }

    /// Books a line that is like all others of its charge but for its amount, a small number; whether it is one.
    #[inline(always)]
    pub(super) fn book_plainly(&mut self, id: ChargeId, amount: Reg) -> bool {
        let Some(ChargeForm { plain: Some((words, currency)), .. }) = self.code.charge_forms.get(id.0 as usize) else {
            return false;
        };
        if O::ENABLED && words.reason != Words::Absent {
            return false; // the observer is told the reason
        }
        self.breakdown = false;
        let own = self.code.charge(id);
        let sum = match (self.word(own), self.word(amount).lane()) {
            (first, Some(amount)) if first.is_absent() || first.is_unknown() => Some((amount, amount)),
            (sum, Some(amount)) => sum.lane().and_then(|sum| sum.short_add(amount)).map(|sum| (amount, sum)),
            _ => None,
        };
        let Some((amount, sum)) = sum else { return false };
        self.set_word(own, Word::number(sum));
        self.scratch.lines = self.scratch.lines.saturating_add(1);
        self.quote.line(LineParts {
            tags: words.tags,
            reason: words.reason,
            item: (self.item != NO_ITEM).then_some(self.item as usize),
            ..LineParts::new(id.0, words.code, words.label, Number::from_lane(amount), *currency)
        });
        if self.scratch.tiers.len() > self.tiers_from as usize {
            self.quote.parts(&mut self.scratch.tiers, self.tiers_from as usize);
        }
        true
    }

    /// Books a line of a charge with its amount.
    pub(super) fn book(&mut self, id: ChargeId, amount: Reg) -> Outcome<()> {
        self.breakdown = false;
        let at = id.0 as usize;
        let (Some(charge), Some(form)) = (self.program.charges.get(at), self.code.charge_forms.get(at)) else {
            return Err(Failure::mismatch("a charge"));
        };
        let own = self.code.charge(id);
        if !self.is_applied(id) {
            self.copy(own, amount);
        } else {
            let sum = self.num(own)?.add(&self.num(amount)?)?;
            self.set_num(own, sum);
        }
        if charge.listed {
            self.lines(id, charge, form, amount)?;
        }
        self.scratch.tiers.truncate(self.tiers_from as usize);
        Ok(())
    }

    /// An amount of a charge in its currency.
    fn in_currency(&self, form: &ChargeForm, amount: Num) -> Outcome<(Currency, Number)> {
        let currency = match (form.currency, form.details().chosen) {
            (Some(currency), _) => currency,
            (None, Some(chosen)) => match self.beside(chosen) {
                Value::Currency(currency) => *currency,
                _ => return Err(Failure::mismatch("a currency")),
            },
            (None, None) => return Err(Failure::mismatch("money")),
        };
        Ok(match &form.details().factor {
            Some(factor) => (currency, amount.to_number().mul(factor)?),
            None => (currency, amount.to_number()),
        })
    }

    /// Makes the lines of the quote.
    #[inline(never)]
    fn lines(&mut self, id: ChargeId, charge: &'p Charge, form: &'p ChargeForm, amount: Reg) -> Outcome<()> {
        let special = match form.details().special {
            Some(_) => self.scratch.special.take().unwrap_or_default(),
            None => Special::default(),
        };
        let words = self.program.texts.charge(id);
        let mut own = self.num(amount)?;
        for (_, added) in &special.bounds {
            own = own.sub(added)?;
        }
        let exception = exception_at(&charge.exceptions, &special.exception);
        let reason = self.reason_of(charge, form, &special, words.reason)?;
        let label = match (exception.and_then(|exception| exception.label.as_deref()), &form.details().label) {
            (Some(exceptional), _) => self.program.texts.find_optional(Some(exceptional)),
            (None, Some(label)) => {
                let label = self.fill(label)?;
                self.quote.made(&label)
            }
            (None, None) => words.label,
        };
        let shown = match (&form.details().shown, &charge.shown) {
            (Some((quantity, price)), Some((quantity_expr, price_expr))) => {
                let quantity = self.measure(*quantity, &quantity_expr.ty)?;
                let price = match (price, price_expr) {
                    (Some(price), Some(expr)) => Some(self.measure(*price, &expr.ty)?),
                    _ => None,
                };
                Some((quantity, price))
            }
            _ => None,
        };
        let (currency, amount) = self.in_currency(form, own)?;
        let item = (self.item != NO_ITEM).then_some(self.item as usize);
        let line = |code, label, amount| LineParts {
            tags: words.tags,
            item,
            ..LineParts::new(id.0, code, label, amount, currency)
        };
        self.quote.line(LineParts { reason, ..line(words.code, label, amount.clone()) });
        if let Some((quantity, price)) = shown {
            self.quote.show(quantity, price);
        }
        self.breakdown(charge, special.option, &amount, currency);
        let stages = stages_of(&charge.amount);
        let bounds = special.bounds.len();
        for (index, added) in special.bounds {
            let Some(bound) = stages.get(index).and_then(line_of) else { continue };
            let texts = &self.program.texts;
            let (code, label) = (texts.find(&bound.code), texts.find_optional(bound.label.as_deref()));
            let (_, amount) = self.in_currency(form, added)?;
            self.quote.line(line(code, label, amount));
        }
        self.scratch.lines = self.scratch.lines.saturating_add(1).saturating_add(bounds);
        Ok(())
    }

    fn reason_of(
        &mut self,
        charge: &'p Charge,
        form: &'p ChargeForm,
        special: &Special,
        known: Words,
    ) -> Outcome<Words> {
        let exceptions = form.details().special.as_ref().map_or(&[][..], |form| &form.exceptions);
        let exceptional = form_at(exceptions, &special.exception).and_then(|form| form.because.as_ref());
        let exception = exception_at(&charge.exceptions, &special.exception);
        match (exceptional, exception.and_then(|exception| exception.because.as_ref()), &form.details().because) {
            (Some(text), Some(because), _) => self.reason(text, because, Words::Absent),
            (_, _, Some(text)) => match &charge.because {
                Some(because) => self.reason(text, because, known),
                None => Ok(Words::Absent),
            },
            _ => Ok(Words::Absent),
        }
    }

    /// A reason, filled in; `known` where it is fixed.
    fn reason(&mut self, text: &'p TextForm, because: &Template, known: Words) -> Outcome<Words> {
        if let (Some(fixed), Words::Fixed(_), false) = (because.fixed(), known, O::ENABLED) {
            self.check_text(fixed)?;
            return Ok(known);
        }
        let reason = self.fill(text)?;
        self.note(Note::Reason(&reason));
        Ok(self.quote.made(&reason))
    }

    /// A quantity or unit price as it is shown.
    fn measure(&mut self, source: Source, ty: &Type) -> Outcome<Measure> {
        let value = self.number_of(source)?;
        Ok(show::measure(self.program, self.inputs, &value, ty, self.quote))
    }

    /// The parts of the line written last: the option chosen, and the tiers.
    fn breakdown(&mut self, charge: &'p Charge, option: Option<usize>, amount: &Number, currency: Currency) {
        let texts = &self.program.texts;
        if let (ChargeAmount::Group(group), Some(index)) = (&charge.amount, option)
            && let Some(option) = group.options.get(index)
        {
            self.quote.part(PartOfLine {
                code: Words::Fixed(texts.find(&option.code)),
                label: Words::Fixed(texts.find(option.label.as_deref().unwrap_or(&option.code))),
                quantity: None,
                rate: None,
                amount: amount.clone(),
                currency,
            });
        }
        self.quote.parts(&mut self.scratch.tiers, self.tiers_from as usize);
    }

    /// The currency of a unit of money, and how much of it one of the unit is.
    pub(super) fn currency(&self, unit: &UnitExpr) -> Outcome<(Currency, Number)> {
        let found = self.program.units.currency_and_factor(unit)?;
        let Some((base, factor)) = found else { return Err(Failure::mismatch("money")) };
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
