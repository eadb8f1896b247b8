//! A number while something is computed: in the small lane as long as it fits, without looking for its shortest form.

use super::failure::Outcome;
use crate::value::number::Lane;
use crate::value::{Number, RoundingMode};
use std::cmp::Ordering;

/// A number. Two that are equal may be written with more or fewer decimals: compare them with [`Num::compare`].
#[derive(Debug, Clone)]
pub(super) enum Num {
    /// In the small lane.
    Small(Lane),
    /// One that may not fit there.
    Wide(Number),
}

impl Num {
    pub(super) const ZERO: Num = Num::Small(Lane::ZERO);

    /// The number in its shortest form.
    pub(super) fn to_number(&self) -> Number {
        match self {
            Num::Small(lane) => Number::from_lane(*lane),
            Num::Wide(number) => number.clone(),
        }
    }

    #[inline(always)]
    fn with(
        &self,
        other: &Num,
        small: impl FnOnce(Lane, Lane) -> Option<Lane>,
        wide: impl FnOnce(&Number, &Number) -> Result<Number, crate::value::NumberError>,
    ) -> Outcome<Num> {
        if let (Num::Small(a), Num::Small(b)) = (self, other)
            && let Some(result) = small(*a, *b)
        {
            return Ok(Num::Small(result));
        }
        Ok(Num::from(wide(&self.to_number(), &other.to_number())?))
    }

    #[inline]
    pub(super) fn add(&self, other: &Num) -> Outcome<Num> {
        self.with(other, Lane::add, Number::add)
    }

    #[inline]
    pub(super) fn sub(&self, other: &Num) -> Outcome<Num> {
        self.with(other, Lane::sub, Number::sub)
    }

    #[inline]
    pub(super) fn mul(&self, other: &Num) -> Outcome<Num> {
        self.with(other, Lane::mul, Number::mul)
    }

    #[inline]
    pub(super) fn div(&self, other: &Num) -> Outcome<Num> {
        self.with(other, Lane::div, Number::div)
    }

    /// The larger of two; of equals, this one.
    pub(super) fn larger(&self, other: &Num) -> Num {
        if other.compare(self) == Ordering::Greater { other.clone() } else { self.clone() }
    }

    /// The smaller of two; of equals, this one.
    pub(super) fn smaller(&self, other: &Num) -> Num {
        if other.compare(self) == Ordering::Less { other.clone() } else { self.clone() }
    }

    /// The multiple of `|step|` that the mode chooses.
    #[inline]
    pub(super) fn round_to(&self, step: &Num, mode: RoundingMode) -> Outcome<Num> {
        self.with(step, |value, step| value.round_to(step, mode), |value, step| value.round_to(step, mode))
    }

    pub(super) fn neg(&self) -> Num {
        match self {
            Num::Small(lane) => Num::Small(lane.neg()),
            Num::Wide(number) => Num::Wide(number.neg()),
        }
    }

    #[inline]
    pub(super) fn compare(&self, other: &Num) -> Ordering {
        match (self, other) {
            (Num::Small(a), Num::Small(b)) => a.compare(*b),
            _ => self.to_number().cmp(&other.to_number()),
        }
    }

    /// -1, 0 or 1.
    #[inline]
    fn sign(&self) -> Ordering {
        match self {
            Num::Small(lane) => lane.mantissa.cmp(&0),
            Num::Wide(number) => number.cmp(&Number::ZERO),
        }
    }

    #[inline]
    pub(super) fn is_zero(&self) -> bool {
        self.sign() == Ordering::Equal
    }

    #[inline]
    pub(super) fn is_negative(&self) -> bool {
        self.sign() == Ordering::Less
    }

    #[inline]
    pub(super) fn is_positive(&self) -> bool {
        self.sign() == Ordering::Greater
    }
}

impl From<Number> for Num {
    #[inline]
    fn from(number: Number) -> Num {
        match number.lane() {
            Some(lane) => Num::Small(lane),
            None => Num::Wide(number),
        }
    }
}
