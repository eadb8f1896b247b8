//! The small lane of a number: `mantissa / 10^scale` in two machine words, without allocation.
//!
//! Every operation answers the exact result, or `None` where it does not fit; `Number` then computes the same result in its wide
//! forms. Only `round_to` rounds. A sum or a product first tries 64 bits and, where that overflows, the same formula with 128 bits in a
//! function of its own, so that the usual way stays short.
//!
//! Invariant: `|mantissa| <= i64::MAX` (so it can change its sign) and `scale <= MAX_SCALE`. Hence no 128-bit step can overflow: a
//! mantissa is below 2^63, a power of ten of at most 18 digits below 2^60. A lane may end in zeros: 4.10 is 410/10² or 41/10¹.

use std::cmp::Ordering;

use super::rounding::RoundingMode;

#[cfg(test)]
mod tests;

/// A decimal that fits 64 bits: `mantissa / 10^scale`, not necessarily with the fewest decimals.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lane {
    /// The digits as a whole number, never `i64::MIN`.
    pub(crate) mantissa: i64,
    /// How many of the digits stand after the point, at most [`Lane::MAX_SCALE`].
    pub(crate) scale: u8,
}

const POWERS_OF_TEN: [i64; Lane::MAX_SCALE as usize + 1] = {
    let mut powers = [1; Lane::MAX_SCALE as usize + 1];
    let mut index = 1;
    #[allow(clippy::indexing_slicing)] // evaluated by the compiler
    while index < powers.len() {
        powers[index] = powers[index - 1] * 10;
        index += 1;
    }
    powers
};

/// `10^exponent`; `None` above [`Lane::MAX_SCALE`].
#[inline(always)]
fn power_of_ten(exponent: u8) -> Option<i64> {
    POWERS_OF_TEN.get(usize::from(exponent)).copied()
}

/// For each power of ten `d` up to 10^18: `m = ⌊2^(63+l) / d⌋ + 1` and `l`, the bits of `d - 1`. For every `n < 2^63` the quotient
/// `⌊n / d⌋` is `n * m / 2^(63+l)` (Granlund and Montgomery, "Division by Invariant Integers using Multiplication", 1994).
const RECIPROCALS: [(u64, u32); Lane::MAX_SCALE as usize + 1] = {
    let mut reciprocals = [(0, 0); Lane::MAX_SCALE as usize + 1];
    let mut index = 0;
    #[allow(clippy::indexing_slicing)] // evaluated by the compiler
    while index < reciprocals.len() {
        let divisor = POWERS_OF_TEN[index] as u128;
        let bits = 128 - (divisor - 1).leading_zeros();
        reciprocals[index] = (((1 << (63 + bits)) / divisor + 1) as u64, bits);
        index += 1;
    }
    reciprocals
};

/// The quotient of a number below 2^63 by `10^exponent`, and that power.
#[inline(always)]
fn over_power_of_ten(number: u64, exponent: u8) -> Option<(u64, u64)> {
    let (reciprocal, bits) = RECIPROCALS.get(usize::from(exponent)).copied()?;
    let quotient = (u128::from(number) * u128::from(reciprocal)) >> (63 + bits);
    Some((quotient as u64, power_of_ten(exponent)?.unsigned_abs()))
}

impl Lane {
    pub(crate) const ZERO: Lane = Lane { mantissa: 0, scale: 0 };
    pub(crate) const ONE: Lane = Lane { mantissa: 1, scale: 0 };
    /// The most decimals of a lane.
    pub(crate) const MAX_SCALE: u8 = 18;

    /// The exact sum.
    #[inline(always)]
    pub(crate) fn add(self, other: Lane) -> Option<Lane> {
        match self.short_add(other) {
            None => self.add_in_128_bits(other),
            sum => sum,
        }
    }

    /// The exact difference.
    #[inline(always)]
    pub(crate) fn sub(self, other: Lane) -> Option<Lane> {
        self.add(other.neg())
    }

    /// The exact product.
    #[inline(always)]
    pub(crate) fn mul(self, other: Lane) -> Option<Lane> {
        match self.short_mul(other) {
            None => self.mul_in_128_bits(other),
            product => product,
        }
    }

    /// The exact sum, where 64 bits suffice on the way: without a call, for a loop that goes another way otherwise.
    #[inline(always)]
    pub(crate) fn short_add(self, other: Lane) -> Option<Lane> {
        let (a, b, scale) = self.aligned(other)?;
        let mantissa = a.checked_add(b)?;
        (mantissa != i64::MIN).then_some(Lane { mantissa, scale })
    }

    /// As [`Lane::short_add`], the difference.
    #[inline(always)]
    pub(crate) fn short_sub(self, other: Lane) -> Option<Lane> {
        self.short_add(other.neg())
    }

    /// As [`Lane::short_add`], the product.
    #[inline(always)]
    pub(crate) fn short_mul(self, other: Lane) -> Option<Lane> {
        let scale = self.scale.wrapping_add(other.scale); // at most 36
        let mantissa = self.mantissa.checked_mul(other.mantissa)?;
        (mantissa != i64::MIN && scale <= Self::MAX_SCALE).then_some(Lane { mantissa, scale })
    }

    /// The exact quotient; `None` also where it does not terminate, and for a zero divisor.
    pub(crate) fn div(self, other: Lane) -> Option<Lane> {
        let divisor = other.mantissa.unsigned_abs();
        if divisor == 0 {
            return None;
        }
        let twos = divisor.trailing_zeros();
        let (mut rest, mut fives) = (divisor >> twos, 0_u32);
        while rest % 5 == 0 {
            rest /= 5;
            fives += 1;
        }
        let rest = i64::try_from(rest).ok()?; // what else divides must divide the dividend
        if self.mantissa % rest != 0 {
            return None;
        }
        // numerator / (2^twos * 5^fives) = numerator * 2^(decimals - twos) * 5^(decimals - fives) / 10^decimals
        let numerator = i128::from(self.mantissa / rest) * i128::from(other.mantissa.signum());
        let decimals = twos.max(fives);
        let filled = numerator
            .checked_mul(2_i128.checked_pow(decimals - twos)?)?
            .checked_mul(5_i128.checked_pow(decimals - fives)?)?;
        let (scale, surplus) = (u32::from(self.scale) + decimals, u32::from(other.scale));
        match scale.checked_sub(surplus) {
            Some(scale) => Self::fitting(filled, scale),
            None => Self::fitting(filled.checked_mul(10_i128.checked_pow(surplus - scale)?)?, 0),
        }
    }

    /// The lane with the other sign.
    #[inline(always)]
    pub(crate) fn neg(self) -> Lane {
        Lane { mantissa: self.mantissa.wrapping_neg(), scale: self.scale } // never wraps: the mantissa is not i64::MIN
    }

    /// The order by size, whatever the scales.
    #[inline(always)]
    pub(crate) fn compare(self, other: Lane) -> Ordering {
        match self.aligned(other) {
            Some((a, b, _)) => a.cmp(&b),
            // The one of the smaller scale is beyond 64 bits at the other's scale, so its sign decides.
            None if self.scale < other.scale => self.mantissa.cmp(&0),
            None => 0.cmp(&other.mantissa),
        }
    }

    /// The multiple of `|step|` that the mode chooses, with the scale of the step; `None` also for a zero step.
    #[inline]
    pub(crate) fn round_to(self, step: Lane, mode: RoundingMode) -> Option<Lane> {
        let unit = Lane { mantissa: step.mantissa.wrapping_abs(), scale: step.scale };
        let (whole, divisor, quotient) = match self.scale.checked_sub(step.scale) {
            // To so many decimals: the usual case.
            Some(decimals) if unit.mantissa == 1 => {
                let (quotient, divisor) = over_power_of_ten(self.mantissa.unsigned_abs(), decimals)?;
                (self.mantissa, divisor, quotient)
            }
            _ => {
                let (whole, divisor, _) = self.aligned(unit)?;
                (whole, divisor.unsigned_abs(), whole.unsigned_abs().checked_div(divisor.unsigned_abs())?)
            }
        };
        let remainder = whole.unsigned_abs().wrapping_sub(quotient.wrapping_mul(divisor)); // below the divisor
        let half = remainder.cmp(&divisor.wrapping_sub(remainder));
        let away = remainder != 0 && mode.goes_away_from_zero(whole < 0, quotient & 1 == 1, half);
        let magnitude = quotient.checked_add(u64::from(away))?.checked_mul(unit.mantissa.unsigned_abs())?;
        let mantissa = i64::try_from(magnitude).ok()?;
        Some(Lane { mantissa: if whole < 0 { -mantissa } else { mantissa }, scale: unit.scale })
    }

    /// The same number with the fewest decimals: equal numbers become the same two words.
    #[inline]
    pub(crate) fn canonical(self) -> Lane {
        let Lane { mut mantissa, mut scale } = self;
        if mantissa == 0 {
            return Self::ZERO;
        }
        while scale > 0 && mantissa % 10 == 0 {
            mantissa /= 10;
            scale -= 1;
        }
        Lane { mantissa, scale }
    }

    /// `mantissa / 10^scale` with as few trailing zeros dropped as make it fit; `None` if it does not fit at all.
    pub(super) fn fitting(mantissa: i128, scale: u32) -> Option<Lane> {
        let (mut mantissa, mut scale) = (mantissa, if mantissa == 0 { 0 } else { scale });
        loop {
            if scale <= u32::from(Self::MAX_SCALE)
                && let Ok(mantissa) = i64::try_from(mantissa)
                && mantissa != i64::MIN
            {
                return Some(Lane { mantissa, scale: scale as u8 });
            }
            if scale == 0 || mantissa % 10 != 0 {
                return None;
            }
            mantissa /= 10;
            scale -= 1;
        }
    }

    /// Both mantissas over the larger of the two scales, where they fit.
    #[inline(always)]
    fn aligned(self, other: Lane) -> Option<(i64, i64, u8)> {
        match self.scale.cmp(&other.scale) {
            Ordering::Equal => Some((self.mantissa, other.mantissa, self.scale)),
            Ordering::Less => {
                let filled = self.mantissa.checked_mul(power_of_ten(other.scale - self.scale)?)?;
                Some((filled, other.mantissa, other.scale))
            }
            Ordering::Greater => {
                let filled = other.mantissa.checked_mul(power_of_ten(self.scale - other.scale)?)?;
                Some((self.mantissa, filled, self.scale))
            }
        }
    }

    /// As `aligned`, where they need not fit.
    fn aligned_in_128_bits(self, other: Lane) -> Option<(i128, i128, u8)> {
        let scale = self.scale.max(other.scale);
        let filled = |lane: Lane| Some(i128::from(lane.mantissa) * i128::from(power_of_ten(scale - lane.scale)?));
        Some((filled(self)?, filled(other)?, scale))
    }

    #[cold]
    #[inline(never)]
    fn add_in_128_bits(self, other: Lane) -> Option<Lane> {
        let (a, b, scale) = self.aligned_in_128_bits(other)?;
        Self::fitting(a + b, u32::from(scale))
    }

    #[cold]
    #[inline(never)]
    fn mul_in_128_bits(self, other: Lane) -> Option<Lane> {
        let mantissa = i128::from(self.mantissa) * i128::from(other.mantissa);
        Self::fitting(mantissa, u32::from(self.scale) + u32::from(other.scale))
    }
}
