//! Where a number lies beside what it is compared with, and the search for the inputs at which that changes.
//!
//! An [`Aim`] is one comparison, tier, key or day. Trials say how far it is off; a field is moved along, first by the slope that two
//! trials show and then by halves, until the two sides are equal or change places between two steps of the field.

use super::places::{Place, at, number, of_number, with};
use super::trial::{Ended, Trials};
use crate::eval::Sights;
use crate::program::ParameterId;
use crate::source::Span;
use crate::types::TableId;
use crate::value::{Number, RoundingMode, Value};
use std::cmp::Ordering;

/// How often a field is moved in one search.
const MOVES: usize = 70;

/// What is to be made equal.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Aim {
    /// Both sides of a comparison, by its place in the code.
    Compared(u32),
    /// The quantity of tiers and the bound of one, by the tier's place.
    Measured(Span),
    /// An amount and a `minimum` or `maximum` of it, by the place of that.
    Bounded(Span),
    /// A key of a look-up and a value.
    Key(TableId, usize, Value),
    /// The day of a look-up and another.
    Day(TableId, Value),
    /// The day on which a parameter is asked for and another.
    AskedOn(ParameterId, Value),
}

impl Aim {
    /// How far the first lies above the second: the least of all that were seen. None where nothing was.
    fn gap(&self, sights: &Sights) -> Option<Number> {
        let mut least: Option<Number> = None;
        let mut see = |a: &Value, b: &Value| {
            let gap = number(a).zip(number(b)).and_then(|(a, b)| a.sub(&b).ok());
            if let Some(gap) = gap
                && least.as_ref().is_none_or(|least| gap.abs() < least.abs())
            {
                least = Some(gap);
            }
        };
        match self {
            Aim::Compared(code) => {
                sights.compared.iter().filter(|(at, ..)| at == code).for_each(|(_, _, a, b)| see(a, b));
            }
            Aim::Measured(place) | Aim::Bounded(place) => {
                let sights = if let Aim::Measured(_) = self { &sights.measured } else { &sights.bounded };
                sights.iter().filter(|(at, ..)| at == place).for_each(|(_, one, other)| {
                    see(&Value::Number(one.clone()), &Value::Number(other.clone()));
                });
            }
            Aim::Key(table, key, wanted) => {
                let keys = sights.looked_up.iter().filter(|(of, ..)| of == table);
                keys.filter_map(|(_, keys, _)| keys.get(*key)).for_each(|found| see(found, wanted));
            }
            Aim::Day(table, wanted) => {
                let days = sights.looked_up.iter().filter(|(of, ..)| of == table).filter_map(|(.., day)| *day);
                days.for_each(|day| see(&Value::Date(day), wanted));
            }
            Aim::AskedOn(parameter, wanted) => {
                let days = sights.asked_on.iter().filter(|(of, _)| of == parameter);
                days.for_each(|(_, day)| see(&Value::Date(*day), wanted));
            }
        }
        least
    }
}

/// Inputs on both sides of the point where a comparison turns, and at it.
#[derive(Debug, Clone, Default)]
pub(super) struct Crossing {
    /// The last step below.
    pub(super) below: Option<Vec<Value>>,
    /// Where both are equal; where they are over several steps, the first and the last.
    pub(super) equal: Vec<Vec<Value>>,
    /// The first step above.
    pub(super) above: Option<Vec<Value>>,
}

/// A search along one field of one input.
struct Search<'s, 't> {
    trials: &'s mut Trials<'t>,
    slots: &'s [Value],
    place: &'s Place,
    like: Value,
    aim: &'s Aim,
    step: Number,
    moves: usize,
}

/// A number of steps, and how far the aim is off there.
type Point = (i64, Number);

/// Moves one field until the aim turns; none where moving it does nothing, or the aim never turns.
pub(super) fn cross(
    trials: &mut Trials<'_>,
    slots: &[Value],
    place: &Place,
    aim: &Aim,
    step: &Number,
) -> Option<Crossing> {
    let like = at(slots, place)?.clone();
    let start = number(&like)?.div(step).ok()?.round_to(&Number::ONE, RoundingMode::HalfUp).ok()?.to_i64()?;
    let mut search = Search { trials, slots, place, like, aim, step: step.clone(), moves: 0 };
    let gap = search.gap(start)?;
    let (low, high) = match gap.cmp(&Number::ZERO) {
        Ordering::Equal => return search.around(start, 1),
        _ => search.bracket((start, gap))?,
    };
    let (low, high) = search.narrow(low, high);
    match (low.1.is_zero(), high.1.is_zero()) {
        (true, _) => search.around(low.0, if high.0 > low.0 { 1 } else { -1 }),
        (_, true) => search.around(high.0, if high.0 > low.0 { 1 } else { -1 }),
        _ => {
            let (below, above) = if low.1.is_negative() { (low, high) } else { (high, low) };
            Some(Crossing { below: search.input(below.0), equal: Vec::new(), above: search.input(above.0) })
        }
    }
}

impl Search<'_, '_> {
    fn input(&self, steps: i64) -> Option<Vec<Value>> {
        let moved = Number::from_i64(steps).mul(&self.step).ok()?;
        with(self.slots, self.place, of_number(&self.like, &moved)?)
    }

    /// How far the aim is off after so many steps; none where that is no input, or the aim is not met.
    fn gap(&mut self, steps: i64) -> Option<Number> {
        self.moves = self.moves.saturating_add(1);
        if self.moves > MOVES {
            return None;
        }
        let input = self.input(steps)?;
        match self.trials.slots(&input) {
            Ended::NoInput(_) => None,
            _ => self.aim.gap(&self.trials.sights),
        }
    }

    /// Two points between which the aim turns, from one point on.
    fn bracket(&mut self, start: Point) -> Option<(Point, Point)> {
        let (mut near, mut before) = (start.clone(), None::<Point>);
        for stride in [1_i64, 10, 1_000, 100_000] {
            for towards in [1_i64, -1] {
                let steps = start.0.saturating_add(stride.saturating_mul(towards));
                let Some(gap) = self.gap(steps) else { continue };
                if turns(&gap, &start.1) {
                    return Some((start, (steps, gap)));
                }
                if gap != start.1 {
                    before = Some((steps, gap));
                    break;
                }
            }
            if before.is_some() {
                break;
            }
        }
        let mut other = before?;
        for _ in 0..24 {
            if other.1.abs() < near.1.abs() {
                std::mem::swap(&mut near, &mut other);
            }
            let guess = secant(&near, &other)?;
            let found = self.nearest_input(near.0, guess)?;
            if turns(&found.1, &near.1) {
                return Some((near, found));
            }
            if found.0 == near.0 || found.1 == near.1 {
                let further = near.0.saturating_add(guess.saturating_sub(near.0).saturating_mul(2));
                let found = self.nearest_input(near.0, further)?;
                if turns(&found.1, &near.1) {
                    return Some((near, found));
                }
                if found.0 == near.0 {
                    return None;
                }
                other = std::mem::replace(&mut near, found);
                continue;
            }
            other = std::mem::replace(&mut near, found);
        }
        None
    }

    /// The point that is wanted, or one nearer to where it is known to be an input.
    fn nearest_input(&mut self, known: i64, wanted: i64) -> Option<Point> {
        let mut steps = wanted;
        for _ in 0..12 {
            if let Some(gap) = self.gap(steps) {
                return Some((steps, gap));
            }
            let half = steps.saturating_sub(known) / 2;
            if half == 0 {
                return None;
            }
            steps = known.saturating_add(half);
        }
        None
    }

    /// Brings two points, between which the aim turns, next to each other, or one of them to where it is met.
    fn narrow(&mut self, mut low: Point, mut high: Point) -> (Point, Point) {
        let mut by_halves = false;
        while low.0.abs_diff(high.0) > 1 && !low.1.is_zero() && !high.1.is_zero() {
            let middle = low.0.saturating_add(high.0.saturating_sub(low.0) / 2);
            let guess = secant(&low, &high).filter(|guess| {
                let (from, to) = (low.0.min(high.0), low.0.max(high.0));
                !by_halves && *guess > from && *guess < to
            });
            by_halves = !by_halves;
            let steps = guess.unwrap_or(middle);
            let Some(gap) = self.gap(steps) else { break };
            if turns(&gap, &low.1) {
                high = (steps, gap);
            } else {
                low = (steps, gap);
            }
        }
        (low, high)
    }

    /// What lies around a point at which the aim is met; `rises` is the direction in which it grows, as far as that is known.
    fn around(&mut self, equal: i64, direction: i64) -> Option<Crossing> {
        let mut crossing = Crossing { equal: vec![self.input(equal)?], ..Crossing::default() };
        for direction in [direction, direction.saturating_neg()] {
            let Some(beyond) = self.first_beyond(equal, direction) else { continue };
            let last = beyond.0.saturating_sub(direction);
            if last != equal {
                crossing.equal.extend(self.input(last));
            }
            let side = if beyond.1.is_negative() { &mut crossing.below } else { &mut crossing.above };
            if side.is_none() {
                *side = self.input(beyond.0);
            }
        }
        Some(crossing)
    }

    /// The first point in a direction at which the aim is no longer met.
    fn first_beyond(&mut self, equal: i64, direction: i64) -> Option<Point> {
        self.moves = self.moves.min(MOVES.saturating_sub(24));
        let (mut still, mut stride) = (equal, 1_i64);
        let mut beyond = loop {
            let steps = still.saturating_add(stride.saturating_mul(direction));
            let gap = self.gap(steps)?;
            if !gap.is_zero() {
                break (steps, gap);
            }
            still = steps;
            stride = stride.saturating_mul(8);
        };
        while beyond.0.abs_diff(still) > 1 {
            let middle = still.saturating_add(beyond.0.saturating_sub(still) / 2);
            let gap = self.gap(middle)?;
            if gap.is_zero() {
                still = middle;
            } else {
                beyond = (middle, gap);
            }
        }
        Some(beyond)
    }
}

/// Whether the aim is met at a point, or has turned since another.
fn turns(gap: &Number, before: &Number) -> bool {
    gap.is_zero() || gap.is_negative() != before.is_negative()
}

/// Where the line through two points is zero, rounded to a step.
fn secant(one: &Point, other: &Point) -> Option<i64> {
    let rise = other.1.sub(&one.1).ok()?;
    let run = Number::from_i64(other.0.checked_sub(one.0)?);
    let back = one.1.mul(&run).ok()?.div(&rise).ok()?;
    let back = back.round_to(&Number::ONE, RoundingMode::HalfUp).ok()?.to_i64()?;
    one.0.checked_sub(back)
}
