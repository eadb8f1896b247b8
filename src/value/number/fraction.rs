//! The widest form of a number: a reduced fraction, in 128 bits where it fits them, else of two big integers.
//!
//! Holds what no decimal form can: quotients that do not terminate, and very long decimals. Invariant: the denominator is positive
//! and shares no factor with the numerator, and a fraction that fits `Short` is always there, so equal fractions have one form. The
//! bound on size is checked by `Number`, after reduction.

use std::cmp::Ordering;
use std::fmt;

use num_bigint::{BigInt, BigUint};
use num_integer::Integer;
use num_traits::{One, Signed, ToPrimitive, Zero};

use super::decimal::{WideDecimal, without_twos_and_fives};
use super::rounding::RoundingMode;

/// A reduced fraction.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Fraction {
    /// Neither part is `i128::MIN`.
    Short {
        numerator: i128,
        denominator: i128,
    },
    Long {
        numerator: BigInt,
        denominator: BigInt,
    },
}

use Fraction::{Long, Short};

impl Fraction {
    /// The reduced fraction; `None` for a zero denominator.
    pub fn new(numerator: BigInt, denominator: BigInt) -> Option<Self> {
        if let (Some(numerator), Some(denominator)) = (numerator.to_i128(), denominator.to_i128())
            && let Some(short) = Self::short(numerator, denominator)
        {
            return Some(short);
        }
        if denominator.is_zero() {
            return None;
        }
        let common = BigInt::from(common_factor_of_long(numerator.magnitude(), denominator.magnitude()));
        let common = if denominator.is_negative() { -common } else { common };
        let (numerator, denominator) = (numerator / &common, denominator / &common);
        match (numerator.to_i128(), denominator.to_i128()) {
            (Some(numerator), Some(denominator)) if numerator != i128::MIN => Some(Short { numerator, denominator }),
            _ => Some(Long { numerator, denominator }),
        }
    }

    /// The reduced fraction of two machine numbers; `None` for a zero denominator, and where 128 bits do not do.
    fn short(numerator: i128, denominator: i128) -> Option<Self> {
        let (magnitude, divisor) = (numerator.unsigned_abs(), denominator.unsigned_abs());
        let common = common_factor(magnitude, divisor);
        let reduced = |part: u128| i128::try_from(part.checked_div(common)?).ok();
        let (magnitude, divisor) = (reduced(magnitude)?, reduced(divisor).filter(|divisor| *divisor != 0)?);
        let negative = (numerator < 0) != (denominator < 0);
        Some(Short { numerator: if negative { -magnitude } else { magnitude }, denominator: divisor })
    }

    /// `a / b`, where 128 bits do; `None` also for a zero divisor.
    pub fn quotient(a: WideDecimal, b: WideDecimal) -> Option<Self> {
        let filled = |mantissa: i128, decimals: u32| mantissa.checked_mul(10_i128.checked_pow(decimals)?);
        Self::short(
            filled(a.mantissa(), b.scale().saturating_sub(a.scale()))?,
            filled(b.mantissa(), a.scale().saturating_sub(b.scale()))?,
        )
    }

    pub fn integer(value: BigInt) -> Self {
        Self::new(value, BigInt::one()).unwrap_or(Short { numerator: 0, denominator: 1 })
    }

    /// `mantissa / 10^scale`.
    pub fn decimal(mantissa: BigInt, scale: u32) -> Self {
        Self::new(mantissa, power(10, scale)).unwrap_or(Short { numerator: 0, denominator: 1 })
    }

    pub fn is_integer(&self) -> bool {
        match self {
            Short { denominator, .. } => *denominator == 1,
            Long { denominator, .. } => denominator.is_one(),
        }
    }

    pub fn is_negative(&self) -> bool {
        match self {
            Short { numerator, .. } => *numerator < 0,
            Long { numerator, .. } => numerator.is_negative(),
        }
    }

    /// The whole number, if it is one that fits.
    pub fn to_i128(&self) -> Option<i128> {
        match self {
            Short { numerator, denominator: 1 } => Some(*numerator),
            Long { numerator, denominator } if denominator.is_one() => numerator.to_i128(),
            _ => None,
        }
    }

    /// The most bits of numerator and denominator, which for short ones is not looked at closely.
    pub fn bits(&self) -> u64 {
        match self {
            Short { .. } => 127,
            Long { numerator, denominator } => numerator.bits().max(denominator.bits()),
        }
    }

    pub fn add(&self, other: &Self) -> Option<Self> {
        if let (Short { numerator: a, denominator: b }, Short { numerator: c, denominator: d }) = (self, other)
            && let Some(sum) = short_sum((*a, *b), (*c, *d))
        {
            return Some(sum);
        }
        let ((a, b), (c, d)) = (self.parts(), other.parts());
        Self::new(a * &d + c * &b, b * d)
    }

    pub fn sub(&self, other: &Self) -> Option<Self> {
        self.add(&other.neg())
    }

    pub fn mul(&self, other: &Self) -> Option<Self> {
        if let (Short { numerator: a, denominator: b }, Short { numerator: c, denominator: d }) = (self, other)
            && let (Some(numerator), Some(denominator)) = (a.checked_mul(*c), b.checked_mul(*d))
            && let Some(product) = Self::short(numerator, denominator)
        {
            return Some(product);
        }
        let ((a, b), (c, d)) = (self.parts(), other.parts());
        Self::new(a * c, b * d)
    }

    /// `None` for a zero divisor.
    pub fn div(&self, other: &Self) -> Option<Self> {
        if let (Short { numerator: a, denominator: b }, Short { numerator: c, denominator: d }) = (self, other)
            && let (Some(numerator), Some(denominator)) = (a.checked_mul(*d), b.checked_mul(*c))
            && let Some(quotient) = Self::short(numerator, denominator)
        {
            return Some(quotient);
        }
        let ((a, b), (c, d)) = (self.parts(), other.parts());
        Self::new(a * d, b * c)
    }

    pub fn neg(&self) -> Self {
        match self {
            Short { numerator, denominator } => Short { numerator: -numerator, denominator: *denominator },
            Long { numerator, denominator } => Long { numerator: -numerator, denominator: denominator.clone() },
        }
    }

    pub fn order(&self, other: &Self) -> Ordering {
        if let (Short { numerator: a, denominator: b }, Short { numerator: c, denominator: d }) = (self, other)
            && let (Some(left), Some(right)) = (a.checked_mul(*d), c.checked_mul(*b))
        {
            return left.cmp(&right);
        }
        let ((a, b), (c, d)) = (self.parts(), other.parts());
        (a * d).cmp(&(c * b))
    }

    /// The multiple of `|step|` that the mode chooses; `None` for a zero step.
    pub fn round_to(&self, step: &Self, mode: RoundingMode) -> Option<Self> {
        if let (Short { numerator: a, denominator: b }, Short { numerator: c, denominator: d }) = (self, step)
            && let Some(rounded) = short_rounded((*a, *b), (*c, *d), mode)
        {
            return Some(rounded);
        }
        let ((a, b), (c, d)) = (self.parts(), step.parts());
        let (whole, divisor) = (a * &d, (b * &c).abs());
        if divisor.is_zero() {
            return None;
        }
        let (mut quotient, remainder) = whole.div_rem(&divisor); // toward zero
        let negative = whole.is_negative();
        if !remainder.is_zero()
            && mode.goes_away_from_zero(negative, quotient.is_odd(), (remainder.abs() * BigInt::from(2)).cmp(&divisor))
        {
            quotient += if negative { -1 } else { 1 };
        }
        Self::new(quotient * c.abs(), d)
    }

    /// The decimal mantissa and the fewest decimals, if the fraction terminates.
    pub fn decimal_parts(&self) -> Option<(BigInt, u32)> {
        if let Short { denominator, .. } = self
            && without_twos_and_fives(denominator.unsigned_abs())?.0 != 1
        {
            return None;
        }
        let (numerator, denominator) = self.parts();
        let twos = denominator.trailing_zeros().unwrap_or(0);
        let mut rest = &denominator >> twos;
        let (five, mut fives) = (BigInt::from(5), 0_u64);
        while !rest.is_one() {
            let (quotient, remainder) = rest.div_rem(&five);
            if !remainder.is_zero() {
                return None;
            }
            rest = quotient;
            fives += 1;
        }
        let scale = u32::try_from(twos.max(fives)).ok()?;
        Some((numerator * (power(10, scale) / denominator), scale))
    }

    /// The same number as a decimal, if it fits one.
    pub fn to_wide_decimal(&self) -> Option<WideDecimal> {
        // A decimal's reduced denominator divides 10^38, and its numerator is below 2^127: it is short.
        let Short { numerator, denominator } = self else { return None };
        let (rest, twos, fives) = without_twos_and_fives(denominator.unsigned_abs())?;
        let scale = twos.max(fives);
        if rest != 1 {
            return None;
        }
        let filled = numerator.checked_mul(2_i128.checked_pow(scale - twos)?)?;
        WideDecimal::new(filled.checked_mul(5_i128.checked_pow(scale - fives)?)?, scale)
    }

    fn parts(&self) -> (BigInt, BigInt) {
        match self {
            Short { numerator, denominator } => (BigInt::from(*numerator), BigInt::from(*denominator)),
            Long { numerator, denominator } => (numerator.clone(), denominator.clone()),
        }
    }
}

/// The greatest common factor, by halving and differences (Stein), in 64 bits as soon as they do; of 0 and a number it is the number.
fn common_factor(a: u128, b: u128) -> u128 {
    if a == 0 || b == 0 {
        return a | b;
    }
    let twos = (a | b).trailing_zeros();
    let (mut a, mut b) = (a >> a.trailing_zeros(), b >> b.trailing_zeros());
    let odd = loop {
        if let (Ok(a), Ok(b)) = (u64::try_from(a), u64::try_from(b)) {
            break u128::from(common_factor_of_odd(a, b));
        }
        let difference = a.abs_diff(b);
        b = a.min(b);
        if difference == 0 {
            break b;
        }
        a = difference >> difference.trailing_zeros();
    };
    odd << twos
}

fn common_factor_of_odd(mut a: u64, mut b: u64) -> u64 {
    loop {
        let difference = a.abs_diff(b);
        b = a.min(b);
        if difference == 0 {
            return b;
        }
        a = difference >> difference.trailing_zeros();
    }
}

/// The same of big integers: by remainders (Euclid) until 128 bits do.
fn common_factor_of_long(a: &BigUint, b: &BigUint) -> BigUint {
    let (mut a, mut b) = (a.clone(), b.clone());
    while !b.is_zero() {
        if let (Some(a), Some(b)) = (a.to_u128(), b.to_u128()) {
            return BigUint::from(common_factor(a, b));
        }
        (a, b) = (b.clone(), a % b);
    }
    a
}

/// A numerator and a denominator in 128 bits.
type Parts = (i128, i128);

/// `a/b + c/d`, where 128 bits do.
fn short_sum((a, b): Parts, (c, d): Parts) -> Option<Fraction> {
    if b == d {
        return Fraction::short(a.checked_add(c)?, b);
    }
    Fraction::short(a.checked_mul(d)?.checked_add(c.checked_mul(b)?)?, b.checked_mul(d)?)
}

/// `a/b` rounded to a multiple of `|c/d|`, where 128 bits do.
fn short_rounded((a, b): Parts, (c, d): Parts, mode: RoundingMode) -> Option<Fraction> {
    let (whole, divisor) = (a.checked_mul(d)?, b.checked_mul(c)?.checked_abs()?);
    let (quotient, remainder) = (whole.checked_div(divisor)?, whole.checked_rem(divisor)?.unsigned_abs());
    let half = remainder.cmp(&(divisor.unsigned_abs() - remainder));
    let away = remainder != 0 && mode.goes_away_from_zero(whole < 0, quotient & 1 == 1, half);
    let multiples = if away { quotient.checked_add(whole.signum())? } else { quotient };
    Fraction::short(multiples.checked_mul(c.checked_abs()?)?, d)
}

impl From<WideDecimal> for Fraction {
    fn from(decimal: WideDecimal) -> Self {
        let short = 10_i128.checked_pow(decimal.scale()).and_then(|power| Self::short(decimal.mantissa(), power));
        short.unwrap_or_else(|| Self::decimal(BigInt::from(decimal.mantissa()), decimal.scale()))
    }
}

/// `1/3`
impl fmt::Display for Fraction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Short { numerator, denominator } => write!(f, "{numerator}/{denominator}"),
            Long { numerator, denominator } => write!(f, "{numerator}/{denominator}"),
        }
    }
}

/// `base^exponent`.
pub(super) fn power(base: u32, exponent: u32) -> BigInt {
    num_traits::pow(BigInt::from(base), exponent as usize)
}
