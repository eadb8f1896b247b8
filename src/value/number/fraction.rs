//! The wide lane of a number: a reduced fraction of two big integers.
//!
//! Holds what the small lane cannot: long decimals and quotients that do not terminate. Invariant: the denominator is positive and
//! shares no factor with the numerator. The bound on size is checked by `Number`, after reduction.

use std::cmp::Ordering;

use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{One, Signed, ToPrimitive, Zero};

use super::lane::Lane;
use super::rounding::RoundingMode;

/// A reduced fraction.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Fraction {
    numerator: BigInt,
    denominator: BigInt,
}

impl Fraction {
    /// The reduced fraction; `None` for a zero denominator.
    pub fn new(numerator: BigInt, denominator: BigInt) -> Option<Self> {
        if denominator.is_zero() {
            return None;
        }
        let common = numerator.gcd(&denominator);
        let (mut numerator, mut denominator) = (numerator, denominator);
        if !common.is_one() {
            numerator /= &common;
            denominator /= &common;
        }
        if denominator.is_negative() {
            numerator = -numerator;
            denominator = -denominator;
        }
        Some(Self { numerator, denominator })
    }

    pub fn integer(value: BigInt) -> Self {
        Self { numerator: value, denominator: BigInt::one() }
    }

    /// `mantissa / 10^scale`.
    pub fn decimal(mantissa: BigInt, scale: u32) -> Self {
        let denominator = power(10, scale);
        Self::new(mantissa, denominator).unwrap_or_else(|| Self::integer(BigInt::zero()))
    }

    pub fn numerator(&self) -> &BigInt {
        &self.numerator
    }

    pub fn denominator(&self) -> &BigInt {
        &self.denominator
    }

    /// The bits of the longer of numerator and denominator.
    pub fn bits(&self) -> u64 {
        self.numerator.bits().max(self.denominator.bits())
    }

    pub fn add(&self, other: &Self) -> Option<Self> {
        Self::new(
            &self.numerator * &other.denominator + &other.numerator * &self.denominator,
            &self.denominator * &other.denominator,
        )
    }

    pub fn sub(&self, other: &Self) -> Option<Self> {
        Self::new(
            &self.numerator * &other.denominator - &other.numerator * &self.denominator,
            &self.denominator * &other.denominator,
        )
    }

    pub fn mul(&self, other: &Self) -> Option<Self> {
        Self::new(&self.numerator * &other.numerator, &self.denominator * &other.denominator)
    }

    pub fn div(&self, other: &Self) -> Option<Self> {
        Self::new(&self.numerator * &other.denominator, &self.denominator * &other.numerator)
    }

    pub fn neg(&self) -> Self {
        Self { numerator: -&self.numerator, denominator: self.denominator.clone() }
    }

    pub fn order(&self, other: &Self) -> Ordering {
        (&self.numerator * &other.denominator).cmp(&(&other.numerator * &self.denominator))
    }

    /// The multiple of `|step|` that the mode chooses; `None` for a zero step.
    pub fn round_to(&self, step: &Self, mode: RoundingMode) -> Option<Self> {
        let whole = &self.numerator * &step.denominator;
        let divisor = (&self.denominator * &step.numerator).abs();
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
        Self::new(quotient * step.numerator.abs(), step.denominator.clone())
    }

    /// The decimal mantissa and the fewest decimals, if the fraction terminates.
    pub fn decimal_parts(&self) -> Option<(BigInt, u32)> {
        let twos = self.denominator.trailing_zeros().unwrap_or(0);
        let mut rest = &self.denominator >> twos;
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
        Some((&self.numerator * (power(10, scale) / &self.denominator), scale))
    }

    /// The same value in the small lane, if it fits there.
    pub fn to_lane(&self) -> Option<Lane> {
        // In the small lane the reduced denominator divides 10^18 and the numerator is below 2^63.
        self.denominator.to_u64()?;
        self.numerator.to_i64()?;
        let (mantissa, scale) = self.decimal_parts()?;
        Lane::fitting(mantissa.to_i128()?, scale)
    }
}

/// `base^exponent`.
pub(super) fn power(base: u32, exponent: u32) -> BigInt {
    num_traits::pow(BigInt::from(base), exponent as usize)
}
