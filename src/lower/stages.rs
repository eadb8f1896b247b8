//! Stages of amounts, and roundings: what is done to a value after it is computed, in the order written.

use super::Lowering;
use crate::program::code::*;
use crate::program::{Arithmetic, Expr, RoundStep, RoundTo, Stage, StageKind};
use crate::source::Span;
use crate::value::{Number, RoundingMode};

/// A `minimum` or `maximum` by its place, and its two sides, of which the first is the smaller one where it applies.
pub(super) type Bound = (Span, (Reg, Reg));

impl Lowering<'_> {
    /// Stages of a `Stages` expression, applied to a value; and both sides of each bound among them, the smaller one first where it applies.
    pub(super) fn stages(&mut self, expr: &Expr, value: Reg, stages: &[Stage]) -> (Reg, Vec<Bound>) {
        let (mut value, mut bounds) = (value, Vec::new());
        for (index, stage) in (0..).zip(stages) {
            let span = std::mem::replace(&mut self.span, stage.span);
            self.tell(|| Event::EnterStage(expr.clone(), index));
            value = self.stage(value, stage, &mut bounds);
            self.tell(|| Event::LeaveStage(value));
            self.span = span;
        }
        (value, bounds)
    }

    /// Tells of bounds whether they apply; `rounding` is the step and mode in which both sides are booked.
    pub(super) fn tell_bounds(&mut self, bounds: Vec<Bound>, rounding: Option<(Reg, RoundingMode)>) {
        bounds.into_iter().for_each(|(span, sides)| self.tell(|| Event::Bound(span, sides, rounding)));
    }

    fn stage(&mut self, value: Reg, stage: &Stage, bounds: &mut Vec<Bound>) -> Reg {
        match &stage.kind {
            StageKind::LessPercent(percent) => self.changed_by(value, Arithmetic::Subtract, percent),
            StageKind::PlusPercent(percent) => self.changed_by(value, Arithmetic::Add, percent),
            StageKind::LessAmount(amount) => {
                let amount = self.expression(amount);
                self.calculate(Arithmetic::Subtract, value, amount)
            }
            StageKind::PlusAmount(amount) => {
                let amount = self.expression(amount);
                self.calculate(Arithmetic::Add, value, amount)
            }
            StageKind::Minimum(bound, _) => {
                let bound = self.expression(bound);
                bounds.push((stage.span, (value, bound)));
                self.compute(|to| Op::Greatest(to, value, bound))
            }
            StageKind::Maximum(bound, _) => {
                let bound = self.expression(bound);
                bounds.push((stage.span, (bound, value)));
                self.compute(|to| Op::Least(to, value, bound))
            }
            StageKind::Rounded(how) => {
                let rounded = self.rounded(value, how);
                self.tell(|| Event::Rounded(value, rounded));
                rounded
            }
        }
    }

    /// × (1 ± percent)
    fn changed_by(&mut self, value: Reg, arithmetic: Arithmetic, percent: &Expr) -> Reg {
        let percent = self.expression(percent);
        let one = self.constant_number(Number::ONE);
        let factor = self.calculate(arithmetic, one, percent);
        self.calculate(Arithmetic::Multiply, value, factor)
    }

    /// A value rounded as the rules say.
    pub(super) fn rounded(&mut self, value: Reg, how: &RoundTo) -> Reg {
        let step = self.round_step(how);
        self.rounded_to(value, step, how.mode)
    }

    /// A value rounded to a step.
    pub(super) fn rounded_to(&mut self, value: Reg, step: Reg, mode: RoundingMode) -> Reg {
        if let (Some(number), Some(step)) = (self.known_number(value), self.known_number(step))
            && let Ok(rounded) = number.round_to(step, mode)
        {
            return self.constant_number(rounded);
        }
        self.compute(|to| Op::Round(to, value, step, mode))
    }

    pub(super) fn round_step(&mut self, how: &RoundTo) -> Reg {
        match &how.step {
            RoundStep::Fixed(step) => self.constant_number(step.clone()),
            RoundStep::MinorOf(slot) => {
                let slot = Reg(u32::from(*slot));
                self.compute(|to| Op::MinorUnit(to, slot))
            }
            RoundStep::OwnOf(slot, own, step) => {
                let step = self.checked_step(step);
                self.compute(|to| Op::OwnStep(to, Reg(u32::from(*slot)), step, *own))
            }
            RoundStep::Expr(step) => self.checked_step(step),
        }
    }

    fn checked_step(&mut self, step: &Expr) -> Reg {
        let step = self.expression(step);
        if self.known_number(step).is_none_or(Number::is_negative) {
            self.emit(Op::CheckStep(step));
        }
        step
    }
}
