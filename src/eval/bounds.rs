//! Telling who watches edges of each `minimum` and `maximum` whether it applied, as the amount is booked.
//!
//! What an option of a group or an exception would tell waits until it is known that it is charged, and how that is booked. Invariant: a bound is
//! told only of an amount that had a part in the quote; what is told changes no quote.

use super::evaluator::Evaluator;
use super::num::Num;
use super::priced::{Applied, rounded};
use super::{AtBound, Note, Observer};
use crate::program::{Expr, ExprKind, Stage};
use crate::source::Span;
use crate::value::RoundingMode;

/// The step and mode in which an amount is booked.
pub(super) type Booking = Option<(Num, RoundingMode)>;

/// Bounds of an amount that wait to be told.
#[derive(Debug, Clone)]
pub(super) struct Untold<'p> {
    amount: &'p Expr,
    /// Whether another option may be charged: what stands within the amount waits too, and not only the bounds on the whole of it.
    is_option: bool,
    /// Each with its sides, the smaller one first where it applies.
    bounds: Vec<(Span, Num, Num)>,
}

impl<'p> Untold<'p> {
    pub(super) fn of_option(amount: &'p Expr) -> Self {
        Untold { amount, is_option: true, bounds: Vec::new() }
    }

    pub(super) fn of_exception(amount: &'p Expr) -> Self {
        Untold { amount, is_option: false, bounds: Vec::new() }
    }

    /// Whether a bound is one on the whole amount, which is what is booked.
    fn is_whole(&self, span: Span) -> bool {
        matches!(&self.amount.kind, ExprKind::Stages(_, stages) if stages.iter().any(|stage| stage.span == span))
    }
}

impl<'p, O: Observer<'p>> Evaluator<'p, '_, O> {
    /// Tells of each bound among stages whether it applies.
    pub(super) fn tell_bounds(&mut self, value: &Num, stages: &[Stage], applied: &[Applied], booking: &Booking) {
        let mut before = value.clone();
        for (stage, operand) in stages.iter().zip(applied) {
            match operand {
                Applied::Minimum(bound) => self.tell_bound(stage.span, (&before, bound), booking),
                Applied::Maximum(bound) => self.tell_bound(stage.span, (bound, &before), booking),
                _ => {}
            }
            let Ok(next) = operand.apply(&before) else { return };
            before = next;
        }
    }

    /// Tells of a bound whether it applies: where the first side is the smaller one, both as they are booked.
    pub(super) fn tell_bound(&mut self, span: Span, sides: (&Num, &Num), booking: &Booking) {
        // Named values and other charges that are computed on the way are not the amount's own: others may ask for them too.
        let functions = &self.program.functions;
        if let Some(untold) = &mut self.untold
            && (untold.is_whole(span)
                || untold.is_option
                    && (untold.amount.span().covers(span)
                        || functions.iter().any(|function| function.body.span().covers(span))))
        {
            untold.bounds.push((span, sides.0.clone(), sides.1.clone()));
            return;
        }
        let (Ok(first), Ok(second)) = (rounded(sides.0, booking), rounded(sides.1, booking)) else { return };
        if O::SIGHTS {
            self.observer.note(Note::Bounded(span, first.to_number(), second.to_number()));
        }
        self.observer.note(Note::Bound(span, AtBound::of(first.compare(&second))));
    }

    /// From now on the bounds of an amount wait, where somebody watches edges; what waited before.
    #[inline]
    pub(super) fn hold(&mut self, untold: Option<Untold<'p>>) -> Option<Untold<'p>> {
        if O::EDGES { std::mem::replace(&mut self.untold, untold) } else { None }
    }

    /// The bounds that have waited since; what waited before goes on to wait.
    #[inline]
    pub(super) fn release(&mut self, outer: Option<Untold<'p>>) -> Option<Untold<'p>> {
        if O::EDGES { std::mem::replace(&mut self.untold, outer) } else { None }
    }

    /// Tells of the bounds that waited: those on the whole amount as it is booked.
    pub(super) fn tell_untold(&mut self, untold: Option<Untold<'p>>, booking: &Booking) {
        let Some(mut untold) = untold else { return };
        for (span, first, second) in std::mem::take(&mut untold.bounds) {
            let booking = if untold.is_whole(span) { booking } else { &None };
            self.tell_bound(span, (&first, &second), booking);
        }
    }
}
