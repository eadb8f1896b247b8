//! Exact numbers: every rational number up to a bound, with nothing lost but by a written rounding.
//!
//! Two forms carry a value. The small one (`lane.rs`) is a decimal in one machine word and does not allocate; the wide one
//! (`fraction.rs`) is a reduced fraction of big integers. A value that fits the small lane is always there, so equal numbers have
//! one form, are `==`, and hash alike; and no result, error or text depends on the form a value came through.

mod fraction;
mod lane;
mod rounding;
mod text;
mod writing;

use std::borrow::Cow;
use std::cmp::Ordering;
use std::sync::Arc;

use num_bigint::BigInt;
use num_traits::{One, Signed, ToPrimitive};
use rust_decimal::Decimal;

use fraction::Fraction;
pub(crate) use lane::Lane;
pub use rounding::RoundingMode;
pub use text::{MAX_EXPONENT, ParseNumberError};

/// The most bits of the numerator or the denominator of a reduced number. A result beyond is [`NumberError::Overflow`].
pub const MAX_BITS: u64 = 1024;

/// The most digits of a number in text, leading zeros included.
pub const MAX_DIGITS: usize = 100;

/// Why an operation has no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum NumberError {
    /// The reduced result has a numerator or denominator of more than [`MAX_BITS`] bits.
    #[error("the number is too large or too finely divided")]
    Overflow,
    /// The divisor, or the step of a rounding, is zero.
    #[error("division by zero")]
    DivisionByZero,
}

/// An exact rational number.
///
/// Operations either give the exact result or an error: there is no silent rounding, no infinity, no NaN and no negative zero.
///
/// ```
/// use ratewright::value::{Number, RoundingMode};
///
/// let third = Number::ONE.div(&Number::from_i64(3))?;
/// let rate = Number::parse("0.015")?;
/// let product = third.mul(&rate)?;
/// assert_eq!(product, Number::parse("0.005")?);
///
/// let cent = Number::parse("0.01")?;
/// assert_eq!(product.round_to(&cent, RoundingMode::HalfUp)?.to_text(2), "0.01");
/// assert_eq!(third.to_string(), "1/3");
/// assert_eq!(Number::parse("12.50")?.to_string(), "12.5");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Number(Form);

#[derive(Clone, PartialEq, Eq, Hash)]
enum Form {
    /// `mantissa / 10^scale` with the fewest decimals, within the bounds of [`Lane`]. (Not a `Lane` itself: so a number takes 16 bytes.)
    Small { mantissa: i64, scale: u8 },
    /// Everything that does not fit the small lane.
    Wide(Arc<Fraction>),
}

impl Number {
    /// 0
    pub const ZERO: Number = Self::small(Lane::ZERO);
    /// 1
    pub const ONE: Number = Self::small(Lane::ONE);

    /// The integer. Does not allocate, save for `i64::MIN`.
    pub fn from_i64(value: i64) -> Self {
        Self::from_i128(i128::from(value))
    }

    /// The integer.
    pub fn from_i128(value: i128) -> Self {
        match Lane::fitting(value, 0) {
            Some(lane) => Self::small(lane),
            None => Self::wide(Fraction::integer(BigInt::from(value))),
        }
    }

    /// `numerator / denominator`; `None` for a zero denominator.
    pub fn ratio(numerator: i64, denominator: i64) -> Option<Self> {
        Self::from_i64(numerator).div(&Self::from_i64(denominator)).ok()
    }

    /// `mantissa / 10^scale`, for a scale up to 300; `None` beyond.
    pub fn from_scaled(mantissa: i128, scale: u32) -> Option<Self> {
        if let Some(lane) = Lane::fitting(mantissa, scale) {
            return Some(Self::from_lane(lane));
        }
        (scale <= 300).then(|| Self::reduced(Fraction::decimal(BigInt::from(mantissa), scale)))
    }

    /// The same number; a `Decimal` always fits.
    pub fn from_decimal(value: Decimal) -> Self {
        let (mantissa, scale) = (value.mantissa(), value.scale());
        match i64::try_from(mantissa) {
            Ok(mantissa) if scale <= u32::from(Lane::MAX_SCALE) && mantissa != i64::MIN => {
                Self::from_lane(Lane { mantissa, scale: scale as u8 })
            }
            _ => Self::from_scaled(mantissa, scale).unwrap_or_default(),
        }
    }

    /// The same number as a `Decimal`, or `None` if it does not fit one exactly (1/3, more than 28 decimals, above 2^96).
    pub fn to_decimal(&self) -> Option<Decimal> {
        match &self.0 {
            Form::Small { mantissa, scale } => {
                Decimal::try_from_i128_with_scale(i128::from(*mantissa), u32::from(*scale)).ok()
            }
            Form::Wide(fraction) => {
                let (mantissa, scale) = fraction.decimal_parts()?;
                Decimal::try_from_i128_with_scale(mantissa.to_i128()?, scale).ok()
            }
        }
    }

    /// The exact sum.
    pub fn add(&self, other: &Number) -> Result<Number, NumberError> {
        if let (Some(a), Some(b)) = (self.lane(), other.lane())
            && let Some(sum) = a.add(b)
        {
            return Ok(Self::from_lane(sum));
        }
        Self::bounded(self.to_fraction().add(&other.to_fraction()))
    }

    /// The exact difference.
    pub fn sub(&self, other: &Number) -> Result<Number, NumberError> {
        if let (Some(a), Some(b)) = (self.lane(), other.lane())
            && let Some(difference) = a.sub(b)
        {
            return Ok(Self::from_lane(difference));
        }
        Self::bounded(self.to_fraction().sub(&other.to_fraction()))
    }

    /// The exact product.
    pub fn mul(&self, other: &Number) -> Result<Number, NumberError> {
        if let (Some(a), Some(b)) = (self.lane(), other.lane())
            && let Some(product) = a.mul(b)
        {
            return Ok(Self::from_lane(product));
        }
        Self::bounded(self.to_fraction().mul(&other.to_fraction()))
    }

    /// The exact quotient; one that does not terminate stays a fraction.
    pub fn div(&self, other: &Number) -> Result<Number, NumberError> {
        if other.is_zero() {
            return Err(NumberError::DivisionByZero);
        }
        if let (Some(a), Some(b)) = (self.lane(), other.lane())
            && let Some(quotient) = a.div(b)
        {
            return Ok(Self::from_lane(quotient));
        }
        Self::bounded(self.to_fraction().div(&other.to_fraction()))
    }

    /// What is left of the number after taking the whole multiples of `divisor` toward minus infinity: it has the divisor's sign.
    pub fn remainder(&self, divisor: &Number) -> Result<Number, NumberError> {
        let multiples = self.div(divisor)?.round_to(&Number::ONE, RoundingMode::Floor)?;
        self.sub(&multiples.mul(divisor)?)
    }

    /// The number with the other sign.
    pub fn neg(&self) -> Number {
        match &self.0 {
            Form::Small { mantissa, scale } => Number(Form::Small { mantissa: -mantissa, scale: *scale }),
            Form::Wide(fraction) => Self::wide(fraction.neg()),
        }
    }

    /// The number without its sign.
    pub fn abs(&self) -> Number {
        if self.is_negative() { self.neg() } else { self.clone() }
    }

    /// Whether it is 0.
    #[inline]
    pub fn is_zero(&self) -> bool {
        matches!(&self.0, Form::Small { mantissa: 0, .. })
    }

    /// Whether it is below 0.
    #[inline]
    pub fn is_negative(&self) -> bool {
        match &self.0 {
            Form::Small { mantissa, .. } => *mantissa < 0,
            Form::Wide(fraction) => fraction.numerator().is_negative(),
        }
    }

    /// Whether it is above 0.
    #[inline]
    pub fn is_positive(&self) -> bool {
        match &self.0 {
            Form::Small { mantissa, .. } => *mantissa > 0,
            Form::Wide(fraction) => fraction.numerator().is_positive(),
        }
    }

    /// Whether it is a whole number.
    pub fn is_integer(&self) -> bool {
        match &self.0 {
            Form::Small { scale, .. } => *scale == 0,
            Form::Wide(fraction) => fraction.denominator().is_one(),
        }
    }

    /// The whole number, if it is one that fits.
    pub fn to_i64(&self) -> Option<i64> {
        match &self.0 {
            Form::Small { mantissa, scale: 0 } => Some(*mantissa),
            Form::Small { .. } => None,
            Form::Wide(fraction) if fraction.denominator().is_one() => fraction.numerator().to_i64(),
            Form::Wide(_) => None,
        }
    }

    /// The whole number, if it is one that fits.
    pub fn to_i128(&self) -> Option<i128> {
        match &self.0 {
            Form::Small { .. } => self.to_i64().map(i128::from),
            Form::Wide(fraction) if fraction.denominator().is_one() => fraction.numerator().to_i128(),
            Form::Wide(_) => None,
        }
    }

    /// The multiple of `|step|` that the mode chooses. A zero step is [`NumberError::DivisionByZero`].
    pub fn round_to(&self, step: &Number, mode: RoundingMode) -> Result<Number, NumberError> {
        if step.is_zero() {
            return Err(NumberError::DivisionByZero);
        }
        if let (Some(value), Some(unit)) = (self.lane(), step.lane())
            && let Some(rounded) = value.round_to(unit, mode)
        {
            return Ok(Self::from_lane(rounded));
        }
        Self::bounded(self.to_fraction().round_to(&step.to_fraction(), mode))
    }

    /// Whether the number can be written as a decimal: 1/8 can, 1/3 cannot.
    pub fn terminates(&self) -> bool {
        match &self.0 {
            Form::Small { .. } => true,
            Form::Wide(fraction) => fraction.decimal_parts().is_some(),
        }
    }

    /// The number in the small lane, if it fits there.
    #[inline(always)]
    pub(crate) fn lane(&self) -> Option<Lane> {
        match &self.0 {
            Form::Small { mantissa, scale } => Some(Lane { mantissa: *mantissa, scale: *scale }),
            Form::Wide(_) => None,
        }
    }

    /// The same number.
    #[inline]
    pub(crate) fn from_lane(lane: Lane) -> Number {
        Self::small(lane.canonical())
    }

    /// A lane that is known to have the fewest decimals.
    #[inline(always)]
    const fn small(canonical: Lane) -> Self {
        Number(Form::Small { mantissa: canonical.mantissa, scale: canonical.scale })
    }

    /// A fraction that is known not to fit the small lane.
    fn wide(fraction: Fraction) -> Self {
        Number(Form::Wide(Arc::new(fraction)))
    }

    /// A fraction within the bound, in the lane where it belongs.
    fn reduced(fraction: Fraction) -> Self {
        match fraction.to_lane() {
            Some(lane) => Self::from_lane(lane),
            None => Self::wide(fraction),
        }
    }

    /// The result of an operation on fractions; `None` stands for a division by zero.
    fn bounded(result: Option<Fraction>) -> Result<Self, NumberError> {
        let fraction = result.ok_or(NumberError::DivisionByZero)?;
        if fraction.bits() > MAX_BITS {
            return Err(NumberError::Overflow);
        }
        Ok(Self::reduced(fraction))
    }

    fn to_fraction(&self) -> Cow<'_, Fraction> {
        match &self.0 {
            Form::Small { mantissa, scale } => {
                Cow::Owned(Fraction::decimal(BigInt::from(*mantissa), u32::from(*scale)))
            }
            Form::Wide(fraction) => Cow::Borrowed(fraction),
        }
    }
}

impl Default for Number {
    fn default() -> Self {
        Self::ZERO
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        if let (Some(a), Some(b)) = (self.lane(), other.lane()) {
            return a.compare(b);
        }
        self.to_fraction().order(&other.to_fraction())
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl From<i64> for Number {
    fn from(value: i64) -> Self {
        Self::from_i64(value)
    }
}

impl From<Decimal> for Number {
    fn from(value: Decimal) -> Self {
        Self::from_decimal(value)
    }
}
