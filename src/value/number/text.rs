//! Numbers from text: what is accepted from rule files, tables and inputs.
//!
//! Reading is strict and exact: no blank, no thousands separator, no `.5` or `5.`, no exponent but in JSON, and no digit is ever
//! dropped. A short decimal is read in one pass over its bytes; whatever else there is goes a longer way, to the same number.

use std::fmt;
use std::str::FromStr;

use num_bigint::BigInt;
use num_traits::Zero;
use serde::{Deserialize, Deserializer};

use super::fraction::{Fraction, power};
use super::{Lane, MAX_BITS, MAX_DIGITS, Number};

/// Why a text is not a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum ParseNumberError {
    /// Not of the form that is accepted here.
    #[error("not a number")]
    NotANumber,
    /// More than [`MAX_DIGITS`] digits.
    #[error("a number has at most {MAX_DIGITS} digits")]
    TooManyDigits,
    /// An exponent beyond ±[`MAX_EXPONENT`].
    #[error("an exponent is at most {MAX_EXPONENT}, up or down")]
    ExponentOutOfRange,
    /// The second part of a fraction is zero.
    #[error("the denominator is zero")]
    ZeroDenominator,
    /// A numerator or denominator of more than [`MAX_BITS`] bits.
    #[error("the number is too large or too finely divided")]
    OutOfRange,
}

/// The largest exponent of a JSON number, up or down.
pub const MAX_EXPONENT: i32 = 100;

/// How the digits of one notation may be written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Notation {
    Plain,
    Literal,
    Json,
}

impl Number {
    /// Reads `12`, `-12.50`, `+0.5`: an optional sign, digits, and optionally a point with digits after it.
    ///
    /// At most [`MAX_DIGITS`] digits, leading zeros included.
    pub fn parse(text: &str) -> Result<Self, ParseNumberError> {
        parse_decimal(text, Notation::Plain)
    }

    /// As [`Number::parse`], and a `_` may stand between two digits: `10_240`.
    pub fn parse_literal(text: &str) -> Result<Self, ParseNumberError> {
        parse_decimal(text, Notation::Literal)
    }

    /// Reads a JSON number: no leading zeros, no plus sign, and an exponent of up to ±[`MAX_EXPONENT`].
    pub fn parse_json(text: &str) -> Result<Self, ParseNumberError> {
        parse_decimal(text, Notation::Json)
    }

    /// Reads what `Display` writes: a decimal as [`Number::parse`] takes it, or two integers as in `1/3`.
    pub fn parse_exact(text: &str) -> Result<Self, ParseNumberError> {
        if let Some(number) = Self::parse_short(text) {
            return Ok(number);
        }
        // A result of many operations may have more digits than a person may write, so the bound here is that of a number.
        let (numerator, denominator) = text.split_once('/').unwrap_or((text, "1"));
        if numerator.len().max(denominator.len()) > 2 * MAX_BITS as usize {
            return Err(ParseNumberError::OutOfRange);
        }
        let is_fraction = text.contains('/');
        if is_fraction && (numerator.contains('.') || !denominator.bytes().all(|byte| byte.is_ascii_digit())) {
            return Err(ParseNumberError::NotANumber);
        }
        let numerator = parse_unbounded(numerator)?;
        let denominator = parse_unbounded(denominator)?;
        let fraction = numerator.div(&denominator).ok_or(ParseNumberError::ZeroDenominator)?;
        if fraction.bits() > MAX_BITS {
            return Err(ParseNumberError::OutOfRange);
        }
        Ok(Self::reduced(fraction))
    }

    /// As [`Number::parse`], [`Number::parse_literal`] and [`Number::parse_json`] for a short text; `None` says nothing about the text.
    #[inline]
    pub(crate) fn parse_short(text: &str) -> Option<Self> {
        parse_short(text).map(Self::small)
    }

    /// A hundredth of [`Number::parse_short`].
    #[inline]
    pub(crate) fn parse_short_hundredths(text: &str) -> Option<Self> {
        let Lane { mantissa, scale } = parse_short(text)?;
        let lane = Lane { mantissa, scale: scale.saturating_add(2) };
        (lane.scale <= Lane::MAX_SCALE).then(|| Self::from_lane(lane))
    }

    /// The number that the float's shortest round-trip text denotes: 0.1 gives 1/10. `None` for NaN, the infinities, and
    /// magnitudes beyond 10^±100.
    pub fn from_f64_shortest(value: f64) -> Option<Self> {
        if !value.is_finite() {
            return None;
        }
        Self::parse_json(&format!("{value:e}")).ok()
    }
}

/// The parts of a number in text.
struct Digits<'a> {
    negative: bool,
    whole: &'a str,
    decimals: &'a str,
    exponent: i32,
}

/// A short decimal in the plainest form, which every notation takes, with the fewest decimals: `-12.50`. `None` says nothing about
/// the text.
#[inline(always)]
fn parse_short(text: &str) -> Option<Lane> {
    let (negative, unsigned) = match text.as_bytes() {
        [b'-', unsigned @ ..] => (true, unsigned),
        unsigned => (false, unsigned),
    };
    match unsigned {
        [] | [b'0', b'0'..=b'9', ..] => return None, // JSON has no leading zeros
        _ if unsigned.len() > 19 => return None,     // 19 digits are below 2^64
        _ => {}
    }
    let (whole, rest) = leading_digits(0, unsigned);
    let (magnitude, scale) = match rest {
        [] => (whole, 0),
        [b'.', decimals @ ..] if rest.len() < unsigned.len() && !decimals.is_empty() => {
            let mut decimals = decimals;
            while let [before @ .., b'0'] = decimals {
                decimals = before;
            }
            let (magnitude, rest) = leading_digits(whole, decimals);
            if !rest.is_empty() {
                return None;
            }
            (magnitude, decimals.len() as u8)
        }
        _ => return None,
    };
    let mantissa = i64::try_from(magnitude).ok()?;
    Some(Lane { mantissa: if negative { mantissa.wrapping_neg() } else { mantissa }, scale })
}

/// Appends the digits that a text begins with, and gives the rest of it. At most 19 digits, so nothing wraps.
#[inline(always)]
fn leading_digits(mut number: u64, mut text: &[u8]) -> (u64, &[u8]) {
    while let [byte, rest @ ..] = text {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            break;
        }
        number = number.wrapping_mul(10).wrapping_add(u64::from(digit));
        text = rest;
    }
    (number, text)
}

fn parse_decimal(text: &str, notation: Notation) -> Result<Number, ParseNumberError> {
    if let Some(number) = Number::parse_short(text) {
        return Ok(number);
    }
    let digits = split(text, notation)?;
    let bytes = || digits.whole.bytes().chain(digits.decimals.bytes()).filter(u8::is_ascii_digit);
    let length = bytes().count();
    if length > MAX_DIGITS {
        return Err(ParseNumberError::TooManyDigits);
    }
    let decimals = digits.decimals.bytes().filter(u8::is_ascii_digit).count() as i32;
    let scale = decimals - digits.exponent;
    if length <= 38 {
        let magnitude = bytes().fold(0_i128, |number, byte| number * 10 + i128::from(byte - b'0')); // below 10^38
        let power = 10_i128.checked_pow(scale.min(0).unsigned_abs());
        let mantissa = power.and_then(|power| magnitude.checked_mul(if digits.negative { -power } else { power }));
        if let Some(number) = mantissa.and_then(|mantissa| Number::from_scaled(mantissa, scale.max(0).unsigned_abs())) {
            return Ok(number);
        }
    }
    let joined: String = bytes().map(char::from).collect();
    let mantissa = joined.parse::<BigInt>().unwrap_or_else(|_| BigInt::zero());
    let mantissa = if digits.negative { -mantissa } else { mantissa };
    Ok(Number::reduced(match u32::try_from(scale) {
        Ok(scale) => Fraction::decimal(mantissa, scale),
        Err(_) => Fraction::integer(mantissa * power(10, scale.unsigned_abs())),
    }))
}

fn split(text: &str, notation: Notation) -> Result<Digits<'_>, ParseNumberError> {
    const WRONG: ParseNumberError = ParseNumberError::NotANumber;
    let (negative, unsigned) = match (text.strip_prefix('-'), text.strip_prefix('+')) {
        (Some(rest), _) => (true, rest),
        (None, Some(rest)) if notation != Notation::Json => (false, rest),
        (None, Some(_)) => return Err(WRONG),
        (None, None) => (false, text),
    };
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) if notation == Notation::Json => (mantissa, parse_exponent(exponent)?),
        Some(_) => return Err(WRONG),
        None => (unsigned, 0),
    };
    let (whole, decimals) = match mantissa.split_once('.') {
        Some((_, "")) => return Err(WRONG),
        Some((whole, decimals)) => (whole, decimals),
        None => (mantissa, ""),
    };
    let underscores = notation == Notation::Literal;
    if !are_digits(whole, underscores) || !(decimals.is_empty() || are_digits(decimals, underscores)) {
        return Err(WRONG);
    }
    if notation == Notation::Json && whole.len() > 1 && whole.starts_with('0') {
        return Err(WRONG);
    }
    Ok(Digits { negative, whole, decimals, exponent })
}

/// One digit or more, with single or repeated `_` between two digits where they are allowed.
fn are_digits(text: &str, underscores: bool) -> bool {
    let ends_are_digits = [text.bytes().next(), text.bytes().next_back()]
        .into_iter()
        .all(|end| end.is_some_and(|byte| byte.is_ascii_digit()));
    ends_are_digits && text.bytes().all(|byte| byte.is_ascii_digit() || (underscores && byte == b'_'))
}

fn parse_exponent(text: &str) -> Result<i32, ParseNumberError> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if !are_digits(digits, false) {
        return Err(ParseNumberError::NotANumber);
    }
    let magnitude = digits.parse::<i32>().ok().filter(|magnitude| *magnitude <= MAX_EXPONENT);
    let magnitude = magnitude.ok_or(ParseNumberError::ExponentOutOfRange)?;
    Ok(if text.starts_with('-') { -magnitude } else { magnitude })
}

fn parse_unbounded(text: &str) -> Result<Fraction, ParseNumberError> {
    let digits = split(text, Notation::Plain)?;
    let joined = format!("{}{}", digits.whole, digits.decimals);
    let mantissa = joined.parse::<BigInt>().map_err(|_| ParseNumberError::NotANumber)?;
    let scale = digits.decimals.len() as u32;
    Ok(Fraction::decimal(if digits.negative { -mantissa } else { mantissa }, scale))
}

impl FromStr for Number {
    type Err = ParseNumberError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

/// From a string as `Display` writes it, or from an integer; a binary float is refused.
impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NumberVisitor)
    }
}

struct NumberVisitor;

impl serde::de::Visitor<'_> for NumberVisitor {
    type Value = Number;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number as a string (\"12.50\", \"1/3\") or an integer")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Number, E> {
        Number::parse_exact(text).map_err(E::custom)
    }

    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<Number, E> {
        Ok(Number::from_i64(value))
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Number, E> {
        Ok(Number::from_i128(i128::from(value)))
    }
}
