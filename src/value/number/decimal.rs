//! The decimal form of a number that is too long for the small lane: `mantissa / 10^scale`, checked in 128 bits.
//!
//! Every operation answers the exact result with the fewest decimals, or `None` where a step of it does not fit; the caller then
//! computes the same result with fractions. Only `round_to` rounds.
//!
//! Invariant: `mantissa` is not `i128::MIN`, `scale <= MAX_SCALE`, and the last digit is not a zero unless `scale` is 0.

use std::cmp::Ordering;

use super::lane::Lane;
use super::rounding::RoundingMode;

/// A decimal that fits 128 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct WideDecimal {
    mantissa: i128,
    scale: u8,
}

impl WideDecimal {
    /// `10^38` is the largest power of ten below `2^127`.
    const MAX_SCALE: u32 = 38;

    /// `mantissa / 10^scale`; `None` if it does not fit.
    pub fn new(mantissa: i128, scale: u32) -> Option<Self> {
        let (mut mantissa, mut scale) = (mantissa, if mantissa == 0 { 0 } else { scale });
        while scale > 0 && mantissa & 1 == 0 && mantissa % 10 == 0 {
            mantissa /= 10;
            scale -= 1;
        }
        (mantissa != i128::MIN && scale <= Self::MAX_SCALE).then_some(Self { mantissa, scale: scale as u8 })
    }

    pub fn mantissa(self) -> i128 {
        self.mantissa
    }

    pub fn scale(self) -> u32 {
        u32::from(self.scale)
    }

    /// The same number in the small lane, if it fits there.
    pub fn to_lane(self) -> Option<Lane> {
        let mantissa = i64::try_from(self.mantissa).ok().filter(|mantissa| *mantissa != i64::MIN)?;
        (self.scale <= Lane::MAX_SCALE).then_some(Lane { mantissa, scale: self.scale })
    }

    pub fn add(self, other: Self) -> Option<Self> {
        let (a, b, scale) = self.aligned(other)?;
        Self::new(a.checked_add(b)?, scale)
    }

    pub fn sub(self, other: Self) -> Option<Self> {
        self.add(other.neg())
    }

    pub fn mul(self, other: Self) -> Option<Self> {
        Self::new(self.mantissa.checked_mul(other.mantissa)?, self.scale() + other.scale())
    }

    pub fn neg(self) -> Self {
        Self { mantissa: self.mantissa.wrapping_neg(), scale: self.scale } // never wraps: it is not i128::MIN
    }

    pub fn compare(self, other: Self) -> Ordering {
        match self.aligned(other) {
            Some((a, b, _)) => a.cmp(&b),
            // The one of the smaller scale is beyond 128 bits at the other's scale, so its sign decides.
            None if self.scale < other.scale => self.mantissa.cmp(&0),
            None => 0.cmp(&other.mantissa),
        }
    }

    /// The multiple of `|step|` that the mode chooses; `None` also for a zero step.
    pub fn round_to(self, step: Self, mode: RoundingMode) -> Option<Self> {
        let unit = Self { mantissa: step.mantissa.wrapping_abs(), scale: step.scale };
        let (whole, divisor, _) = self.aligned(unit)?;
        let (quotient, remainder) = match (i64::try_from(whole), i64::try_from(divisor)) {
            (Ok(whole), Ok(divisor)) => (whole.checked_div(divisor)?.into(), whole.checked_rem(divisor)?.into()),
            _ => (whole.checked_div(divisor)?, whole.checked_rem(divisor)?),
        };
        let remainder: i128 = remainder;
        let half = remainder.unsigned_abs().cmp(&(divisor.unsigned_abs() - remainder.unsigned_abs()));
        let away = remainder != 0 && mode.goes_away_from_zero(whole < 0, quotient & 1 == 1, half);
        let multiples = if away { quotient.checked_add(whole.signum())? } else { quotient };
        Self::new(multiples.checked_mul(unit.mantissa)?, unit.scale())
    }

    /// Both mantissas over the larger of the two scales, where they fit.
    fn aligned(self, other: Self) -> Option<(i128, i128, u32)> {
        let filled = |by: Self, scale: u8| by.mantissa.checked_mul(10_i128.checked_pow(u32::from(scale - by.scale))?);
        match self.scale.cmp(&other.scale) {
            Ordering::Equal => Some((self.mantissa, other.mantissa, self.scale())),
            Ordering::Less => Some((filled(self, other.scale)?, other.mantissa, other.scale())),
            Ordering::Greater => Some((self.mantissa, filled(other, self.scale)?, self.scale())),
        }
    }
}

impl From<Lane> for WideDecimal {
    fn from(lane: Lane) -> Self {
        let Lane { mantissa, scale } = lane.canonical();
        Self { mantissa: mantissa.into(), scale }
    }
}

/// What is left of a divisor without its factors 2 and 5, and how many of them it has; `None` for 0.
pub(super) fn without_twos_and_fives(divisor: u128) -> Option<(u128, u32, u32)> {
    if divisor == 0 {
        return None;
    }
    let twos = divisor.trailing_zeros();
    let (mut rest, mut fives) = (divisor >> twos, 0);
    while rest > u128::from(u64::MAX) && rest.is_multiple_of(5) {
        rest /= 5;
        fives += 1;
    }
    if let Ok(mut rest) = u64::try_from(rest) {
        while rest.is_multiple_of(5) {
            rest /= 5;
            fives += 1;
        }
        return Some((rest.into(), twos, fives));
    }
    Some((rest, twos, fives))
}
