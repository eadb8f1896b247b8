//! Roundings and steps: what they refuse.

use super::Observer;
use super::evaluator::Evaluator;
use super::failure::{Failure, Outcome};
use super::num::Num;
use super::word::Word;
use crate::program::code::{Reg, Source};
use crate::value::{Currency, Number, RoundingMode, Value};

impl<'p, O: Observer<'p>> Evaluator<'p, '_, O> {
    /// A number to compute with.
    #[inline]
    pub(super) fn num(&self, reg: Reg) -> Outcome<Num> {
        match self.word(reg).lane() {
            Some(lane) => Ok(Num::Small(lane)),
            None => self.number(reg).map(Num::Wide),
        }
    }

    /// A number to compute with that is needed now.
    pub(super) fn num_of(&mut self, source: Source) -> Outcome<Num> {
        let reg = self.obtain(source)?;
        self.num(reg)
    }

    /// Sets a register to a number.
    pub(super) fn set_num(&mut self, reg: Reg, number: Num) {
        match number {
            Num::Small(lane) => self.set_word(reg, Word::number(lane)),
            Num::Wide(number) => self.set(reg, Value::Number(number)),
        }
    }

    /// Whether the input in a register chooses this currency.
    pub(super) fn is_currency(&self, chosen: Reg, currency: Currency) -> bool {
        self.word(chosen).is_elsewhere() && *self.beside(chosen) == Value::Currency(currency)
    }

    /// The smallest amount of the currency that an input chooses.
    pub(super) fn minor_unit(&self, chosen: Reg) -> Outcome<Number> {
        match self.beside(chosen) {
            Value::Currency(currency) if self.word(chosen).is_elsewhere() => Ok(currency.minor_unit()),
            _ => Err(Failure::mismatch("a currency")),
        }
    }
}

/// Refuses a step below zero.
pub(super) fn check_step(step: &Number) -> Outcome<()> {
    if step.is_negative() {
        return Err(Failure::input(format!("the step of a rounding is below zero: {step}")));
    }
    Ok(())
}

/// As [`check_step`].
pub(super) fn check_step_num(step: &Num) -> Outcome<()> {
    if step.is_negative() { check_step(&step.to_number()) } else { Ok(()) }
}

/// How many steps a positive quantity has: started ones, or whole ones.
pub(super) fn steps_of(quantity: &Number, step: &Number, started: bool) -> Outcome<Number> {
    if step.is_negative() {
        return Err(Failure::input("the step is below zero"));
    }
    let mode = if started { RoundingMode::Ceiling } else { RoundingMode::Floor };
    Ok(quantity.div(step)?.round_to(&Number::ONE, mode)?)
}
