//! Exact numbers: every rational number up to a bound, with nothing lost but by a written rounding.
//!
//! Three forms carry a value. The small lane (`lane.rs`) is a decimal in one machine word and does not allocate; a longer decimal
//! (`decimal.rs`) has 128 bits; a reduced fraction (`fraction.rs`) takes what does not terminate, and what is longer still. A value
//! is always in the first of the three that it fits, so equal numbers have one form, are `==`, and hash alike; and no result, error
//! or text depends on the form a value came through.

mod decimal;
mod fraction;
mod lane;
mod rounding;
mod text;
mod writing;

use std::cmp::Ordering;
use std::sync::Arc;

use num_bigint::BigInt;
use rust_decimal::Decimal;

pub use super::exact::{ExactDecimal, exact_decimal};
use decimal::WideDecimal;
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
    Wide(Arc<Wide>),
}

#[derive(Clone, PartialEq, Eq, Hash)]
enum Wide {
    Decimal(WideDecimal),
    /// What does not fit a decimal.
    Fraction(Fraction),
}

impl Number {
    /// 0
    pub const ZERO: Number = Self::small(Lane::ZERO);
    /// 1
    pub const ONE: Number = Self::small(Lane::ONE);

    /// The integer. Does not allocate, save for `i64::MIN`.
    #[inline]
    pub fn from_i64(value: i64) -> Self {
        match value {
            i64::MIN => Self::from_i128(value.into()),
            _ => Self::small(Lane { mantissa: value, scale: 0 }),
        }
    }

    /// The integer.
    pub fn from_i128(value: i128) -> Self {
        Self::from_scaled(value, 0).unwrap_or_default()
    }

    /// `numerator / denominator`; `None` for a zero denominator.
    pub fn ratio(numerator: i64, denominator: i64) -> Option<Self> {
        Self::from_i64(numerator).div(&Self::from_i64(denominator)).ok()
    }

    /// `mantissa / 10^scale`, for a scale up to 300; `None` beyond.
    #[inline]
    pub fn from_scaled(mantissa: i128, scale: u32) -> Option<Self> {
        match i64::try_from(mantissa) {
            Ok(mantissa) if scale <= u32::from(Lane::MAX_SCALE) && mantissa != i64::MIN => {
                Some(Self::from_lane(Lane { mantissa, scale: scale as u8 }))
            }
            _ => Self::from_long(mantissa, scale),
        }
    }

    /// A number that does not fit the small lane, or not as it stands.
    fn from_long(mantissa: i128, scale: u32) -> Option<Self> {
        if let Some(decimal) = WideDecimal::new(mantissa, scale) {
            return Some(Self::from_decimal_form(decimal));
        }
        (scale <= 300).then(|| Self::reduced(Fraction::decimal(BigInt::from(mantissa), scale)))
    }

    /// The same number; a `Decimal` always fits.
    pub fn from_decimal(value: Decimal) -> Self {
        Self::from_scaled(value.mantissa(), value.scale()).unwrap_or_default()
    }

    /// The same number as a `Decimal`, or `None` if it does not fit one exactly (1/3, more than 28 decimals, above 2^96).
    pub fn to_decimal(&self) -> Option<Decimal> {
        match &self.0 {
            Form::Small { mantissa, scale } => {
                Decimal::try_from_i128_with_scale(i128::from(*mantissa), u32::from(*scale)).ok()
            }
            Form::Wide(wide) => match **wide {
                Wide::Decimal(decimal) => Decimal::try_from_i128_with_scale(decimal.mantissa(), decimal.scale()).ok(),
                Wide::Fraction(_) => None, // a `Decimal` fits 128 bits
            },
        }
    }

    /// The exact sum.
    pub fn add(&self, other: &Number) -> Result<Number, NumberError> {
        if let (Some(a), Some(b)) = (self.lane(), other.lane())
            && let Some(sum) = a.add(b)
        {
            return Ok(Self::from_lane(sum));
        }
        self.wide(other, WideDecimal::add, Fraction::add)
    }

    /// The exact difference.
    pub fn sub(&self, other: &Number) -> Result<Number, NumberError> {
        if let (Some(a), Some(b)) = (self.lane(), other.lane())
            && let Some(difference) = a.sub(b)
        {
            return Ok(Self::from_lane(difference));
        }
        self.wide(other, WideDecimal::sub, Fraction::sub)
    }

    /// The exact product.
    pub fn mul(&self, other: &Number) -> Result<Number, NumberError> {
        if let (Some(a), Some(b)) = (self.lane(), other.lane())
            && let Some(product) = a.mul(b)
        {
            return Ok(Self::from_lane(product));
        }
        self.wide(other, WideDecimal::mul, Fraction::mul)
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
        if let (Some(a), Some(b)) = (self.decimal_form(), other.decimal_form())
            && let Some(quotient) = Fraction::quotient(a, b)
        {
            return Ok(Self::reduced(quotient));
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
            Form::Wide(wide) => match &**wide {
                Wide::Decimal(decimal) => Self::from_decimal_form(decimal.neg()),
                Wide::Fraction(fraction) => Self::reduced(fraction.neg()),
            },
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
            Form::Wide(wide) => wide.is_negative(),
        }
    }

    /// Whether it is above 0.
    #[inline]
    pub fn is_positive(&self) -> bool {
        match &self.0 {
            Form::Small { mantissa, .. } => *mantissa > 0,
            Form::Wide(wide) => !wide.is_negative(), // zero is small
        }
    }

    /// Whether it is a whole number.
    pub fn is_integer(&self) -> bool {
        match &self.0 {
            Form::Small { scale, .. } => *scale == 0,
            Form::Wide(wide) => match &**wide {
                Wide::Decimal(decimal) => decimal.scale() == 0,
                Wide::Fraction(fraction) => fraction.is_integer(),
            },
        }
    }

    /// The whole number, if it is one that fits.
    pub fn to_i64(&self) -> Option<i64> {
        match &self.0 {
            Form::Small { mantissa, scale: 0 } => Some(*mantissa),
            Form::Small { .. } => None,
            Form::Wide(_) => self.to_i128().and_then(|whole| i64::try_from(whole).ok()), // i64::MIN
        }
    }

    /// The whole number, if it is one that fits.
    pub fn to_i128(&self) -> Option<i128> {
        match &self.0 {
            Form::Small { .. } => self.to_i64().map(i128::from),
            Form::Wide(wide) => match &**wide {
                Wide::Decimal(decimal) => (decimal.scale() == 0).then(|| decimal.mantissa()),
                Wide::Fraction(fraction) => fraction.to_i128(),
            },
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
        self.wide(step, |a, b| a.round_to(b, mode), |a, b| a.round_to(b, mode))
    }

    /// Whether the number can be written as a decimal: 1/8 can, 1/3 cannot.
    pub fn terminates(&self) -> bool {
        match &self.0 {
            Form::Small { .. } => true,
            Form::Wide(wide) => match &**wide {
                Wide::Decimal(_) => true,
                Wide::Fraction(fraction) => fraction.decimal_parts().is_some(),
            },
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

    /// The number of a lane that was a number's own, which has the fewest decimals.
    #[inline(always)]
    pub(in crate::value) fn from_sent(lane: Lane) -> Number {
        Self::small(lane)
    }

    /// A lane that is known to have the fewest decimals.
    #[inline(always)]
    const fn small(canonical: Lane) -> Self {
        Number(Form::Small { mantissa: canonical.mantissa, scale: canonical.scale })
    }

    /// The same number, in the small lane if it fits there.
    fn from_decimal_form(decimal: WideDecimal) -> Self {
        match decimal.to_lane() {
            Some(lane) => Self::small(lane),
            None => Number(Form::Wide(Arc::new(Wide::Decimal(decimal)))),
        }
    }

    /// A fraction within the bound, in the form where it belongs.
    fn reduced(fraction: Fraction) -> Self {
        match fraction.to_wide_decimal() {
            Some(decimal) => Self::from_decimal_form(decimal),
            None => Number(Form::Wide(Arc::new(Wide::Fraction(fraction)))),
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

    /// An operation where the small lane does not do: with decimals if both are decimals and the result is one, else with fractions.
    #[cold]
    fn wide(
        &self,
        other: &Number,
        of_decimals: impl Fn(WideDecimal, WideDecimal) -> Option<WideDecimal>,
        of_fractions: impl Fn(&Fraction, &Fraction) -> Option<Fraction>,
    ) -> Result<Number, NumberError> {
        if let (Some(a), Some(b)) = (self.decimal_form(), other.decimal_form())
            && let Some(result) = of_decimals(a, b)
        {
            return Ok(Self::from_decimal_form(result));
        }
        Self::bounded(of_fractions(&self.to_fraction(), &other.to_fraction()))
    }

    fn decimal_form(&self) -> Option<WideDecimal> {
        match &self.0 {
            Form::Small { mantissa, scale } => Some(Lane { mantissa: *mantissa, scale: *scale }.into()),
            Form::Wide(wide) => match **wide {
                Wide::Decimal(decimal) => Some(decimal),
                Wide::Fraction(_) => None,
            },
        }
    }

    fn to_fraction(&self) -> Fraction {
        match &self.0 {
            Form::Small { mantissa, scale } => WideDecimal::from(Lane { mantissa: *mantissa, scale: *scale }).into(),
            Form::Wide(wide) => match &**wide {
                Wide::Decimal(decimal) => (*decimal).into(),
                Wide::Fraction(fraction) => fraction.clone(),
            },
        }
    }
}

impl Wide {
    fn is_negative(&self) -> bool {
        match self {
            Wide::Decimal(decimal) => decimal.mantissa() < 0,
            Wide::Fraction(fraction) => fraction.is_negative(),
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
        match (self.decimal_form(), other.decimal_form()) {
            (Some(a), Some(b)) => a.compare(b),
            _ => self.to_fraction().order(&other.to_fraction()),
        }
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
