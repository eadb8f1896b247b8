//! The small lane of a number: `mantissa / 10^scale` in one machine word, without allocation.
//!
//! Every function takes canonical values and answers a canonical value, or `None` where the result does not fit the lane;
//! the caller then computes the same result with big fractions. Nothing here rounds unless a rounding mode is given.
//!
//! Canonical: `|mantissa| <= i64::MAX`, `scale <= MAX_SCALE`, and the last digit of the mantissa is not a zero unless `scale` is 0.
//! No step can overflow an `i128`: a mantissa is below 2^63 and a power of ten of at most 18 digits is below 2^60.

use std::cmp::Ordering;

use super::rounding::RoundingMode;

/// The most decimals the lane carries.
pub(super) const MAX_SCALE: u32 = 18;

/// A decimal of the small lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Small {
    pub mantissa: i64,
    pub scale: u8,
}

const POWERS_OF_TEN: [i128; MAX_SCALE as usize + 1] = {
    let mut powers = [1; MAX_SCALE as usize + 1];
    let mut index = 1;
    #[allow(clippy::indexing_slicing)] // evaluated by the compiler
    while index < powers.len() {
        powers[index] = powers[index - 1] * 10;
        index += 1;
    }
    powers
};

/// `10^exponent` for an exponent up to `MAX_SCALE`.
#[inline]
fn power_of_ten(exponent: u32) -> Option<i128> {
    POWERS_OF_TEN.get(exponent as usize).copied()
}

/// The canonical form of `mantissa / 10^scale`, or `None` if it does not fit.
#[inline]
pub(super) fn canonical(mantissa: i128, scale: u32) -> Option<Small> {
    if let Ok(mut mantissa) = i64::try_from(mantissa) {
        let mut scale = scale;
        if mantissa == 0 {
            scale = 0;
        }
        while scale > 0 && mantissa % 10 == 0 {
            mantissa /= 10;
            scale -= 1;
        }
        return fit(i128::from(mantissa), scale);
    }
    let (mut mantissa, mut scale) = (mantissa, scale);
    while scale > 0 && mantissa % 10 == 0 {
        mantissa /= 10;
        scale -= 1;
    }
    fit(mantissa, scale)
}

#[inline]
fn fit(mantissa: i128, scale: u32) -> Option<Small> {
    let mantissa = i64::try_from(mantissa).ok().filter(|m| *m != i64::MIN)?;
    if scale > MAX_SCALE {
        return None;
    }
    Some(Small { mantissa, scale: scale as u8 })
}

/// Both mantissas over the larger of the two scales.
#[inline]
fn align(a: Small, b: Small) -> Option<(i128, i128, u32)> {
    let (a_mantissa, b_mantissa) = (i128::from(a.mantissa), i128::from(b.mantissa));
    match a.scale.cmp(&b.scale) {
        Ordering::Equal => Some((a_mantissa, b_mantissa, u32::from(a.scale))),
        Ordering::Less => {
            Some((a_mantissa * power_of_ten(u32::from(b.scale - a.scale))?, b_mantissa, u32::from(b.scale)))
        }
        Ordering::Greater => {
            Some((a_mantissa, b_mantissa * power_of_ten(u32::from(a.scale - b.scale))?, u32::from(a.scale)))
        }
    }
}

#[inline]
pub(super) fn add(a: Small, b: Small) -> Option<Small> {
    let (a, b, scale) = align(a, b)?;
    canonical(a + b, scale)
}

#[inline]
pub(super) fn sub(a: Small, b: Small) -> Option<Small> {
    let (a, b, scale) = align(a, b)?;
    canonical(a - b, scale)
}

#[inline]
pub(super) fn mul(a: Small, b: Small) -> Option<Small> {
    canonical(i128::from(a.mantissa) * i128::from(b.mantissa), u32::from(a.scale) + u32::from(b.scale))
}

/// The quotient where it terminates within the lane; `None` also for a zero divisor.
pub(super) fn div(a: Small, b: Small) -> Option<Small> {
    if b.mantissa == 0 {
        return None;
    }
    let divisor = b.mantissa.unsigned_abs();
    let twos = divisor.trailing_zeros();
    let (mut rest, mut fives) = (divisor >> twos, 0_u32);
    while rest % 5 == 0 {
        rest /= 5;
        fives += 1;
    }
    let rest = i64::try_from(rest).ok()?; // what else divides must divide the dividend
    if a.mantissa % rest != 0 {
        return None;
    }
    let numerator = i128::from(a.mantissa / rest) * i128::from(b.mantissa.signum());
    // numerator / (2^twos * 5^fives) = numerator * 2^(decimals - twos) * 5^(decimals - fives) / 10^decimals
    let decimals = twos.max(fives);
    let filled = numerator
        .checked_mul(2_i128.checked_pow(decimals - twos)?)?
        .checked_mul(5_i128.checked_pow(decimals - fives)?)?;
    let (scale, surplus) = (u32::from(a.scale) + decimals, u32::from(b.scale));
    if scale >= surplus {
        canonical(filled, scale - surplus)
    } else {
        canonical(filled.checked_mul(power_of_ten(surplus - scale)?)?, 0)
    }
}

#[inline]
pub(super) fn cmp(a: Small, b: Small) -> Option<Ordering> {
    let (a, b, _) = align(a, b)?;
    Some(a.cmp(&b))
}

/// The multiple of `|step|` that the mode chooses; `None` also for a zero step.
pub(super) fn round_to(value: Small, step: Small, mode: RoundingMode) -> Option<Small> {
    let (whole, divisor, _) = align(value, step)?;
    let divisor = divisor.abs();
    if divisor == 0 {
        return None;
    }
    let (quotient, remainder) = match (i64::try_from(whole), i64::try_from(divisor)) {
        (Ok(whole), Ok(divisor)) => (i128::from(whole / divisor), i128::from(whole % divisor)),
        _ => (whole / divisor, whole % divisor),
    };
    let negative = whole < 0;
    let away =
        remainder != 0 && mode.goes_away_from_zero(negative, quotient % 2 != 0, (2 * remainder.abs()).cmp(&divisor));
    let quotient = match (away, negative) {
        (false, _) => quotient,
        (true, false) => quotient + 1,
        (true, true) => quotient - 1,
    };
    canonical(quotient.checked_mul(i128::from(step.mantissa.unsigned_abs()))?, u32::from(step.scale))
}
