//! Numbers as text: what is accepted from rule files, tables and inputs, and how a number is written.
//!
//! Reading is strict and exact: no blank, no thousands separator, no `.5` or `5.`, no exponent but in JSON, and no digit is ever
//! dropped. Writing gives the shortest decimal, or the reduced fraction where no decimal ends.

use std::fmt::{self, Write};
use std::str::FromStr;

use num_bigint::BigInt;
use num_traits::{One, Zero};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::fraction::{Fraction, power};
use super::{Form, Lane, MAX_BITS, MAX_DIGITS, Number};

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
        // A result of many operations may have more digits than a person may write, so the bound here is that of a number.
        let (numerator, denominator) = text.split_once('/').unwrap_or((text, "1"));
        if numerator.len().max(denominator.len()) > 2 * MAX_BITS as usize {
            return Err(ParseNumberError::OutOfRange);
        }
        let numerator = parse_unbounded(numerator)?;
        if text.contains('/') && (!numerator.denominator().is_one() || !denominator.bytes().all(|b| b.is_ascii_digit()))
        {
            return Err(ParseNumberError::NotANumber);
        }
        let denominator = parse_unbounded(denominator)?;
        let fraction = numerator.div(&denominator).ok_or(ParseNumberError::ZeroDenominator)?;
        if fraction.bits() > MAX_BITS {
            return Err(ParseNumberError::OutOfRange);
        }
        Ok(Self::reduced(fraction))
    }

    /// The number that the float's shortest round-trip text denotes: 0.1 gives 1/10. `None` for NaN, the infinities, and
    /// magnitudes beyond 10^±100.
    pub fn from_f64_shortest(value: f64) -> Option<Self> {
        if !value.is_finite() {
            return None;
        }
        Self::parse_json(&format!("{value:e}")).ok()
    }

    /// The decimal with at least `min_decimals` decimals if the number terminates (`12.50`), else the reduced fraction (`1/3`).
    pub fn to_text(&self, min_decimals: u32) -> String {
        let (digits, scale, negative) = match &self.0 {
            Form::Small { mantissa, scale } => {
                return small_text(*mantissa, usize::from(*scale), min_decimals as usize);
            }
            Form::Wide(fraction) => match fraction.decimal_parts() {
                Some((mantissa, scale)) => (mantissa.magnitude().to_string(), scale, self.is_negative()),
                None => return format!("{}/{}", fraction.numerator(), fraction.denominator()),
            },
        };
        let scale_length = scale as usize;
        let mut text = String::with_capacity(digits.len() + min_decimals as usize + 3);
        if negative {
            text.push('-');
        }
        let padded = format!("{digits:0>width$}", width = scale_length + 1);
        let (whole, decimals) = padded.split_at(padded.len() - scale_length);
        text.push_str(whole);
        if scale_length > 0 || min_decimals > 0 {
            text.push('.');
            text.push_str(decimals);
            text.extend(std::iter::repeat_n('0', (min_decimals as usize).saturating_sub(scale_length)));
        }
        text
    }
}

/// `mantissa / 10^scale` with at least `min_decimals` decimals, in one allocation where they are few.
fn small_text(mantissa: i64, scale: usize, min_decimals: usize) -> String {
    let mut text = String::with_capacity(24);
    let power = 10_u64.pow(scale as u32); // a scale of the small lane is 18 at most
    let (whole, decimals) = (mantissa.unsigned_abs() / power, mantissa.unsigned_abs() % power);
    let sign = if mantissa < 0 { "-" } else { "" };
    let written = match (scale, min_decimals) {
        (0, 0) => write!(text, "{sign}{whole}"),
        (0, _) => write!(text, "{sign}{whole}."),
        _ => write!(text, "{sign}{whole}.{decimals:0scale$}"),
    };
    debug_assert!(written.is_ok(), "a String takes every text");
    text.extend(std::iter::repeat_n('0', min_decimals.saturating_sub(scale)));
    text
}

/// The parts of a number in text.
struct Digits<'a> {
    negative: bool,
    whole: &'a str,
    decimals: &'a str,
    exponent: i32,
}

/// A short decimal in the plainest form, which every notation takes: `-12.50`. `None` says nothing about the text.
fn parse_plain(text: &str) -> Option<Lane> {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (whole, decimals) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
    let leading_zero = whole.len() > 1 && whole.starts_with('0');
    if whole.is_empty() || decimals.is_empty() || leading_zero || unsigned.len() > 17 {
        return None;
    }
    let mut mantissa = 0_i64;
    for byte in whole.bytes().chain(decimals.bytes()) {
        let digit = byte.is_ascii_digit().then(|| i64::from(byte - b'0'))?;
        mantissa = mantissa * 10 + digit;
    }
    let mantissa = if text.len() > unsigned.len() { -mantissa } else { mantissa };
    Lane::fitting(i128::from(mantissa), decimals.len() as u32)
}

fn parse_decimal(text: &str, notation: Notation) -> Result<Number, ParseNumberError> {
    if let Some(lane) = parse_plain(text) {
        return Ok(Number::from_lane(lane));
    }
    let digits = split(text, notation)?;
    if digits.whole.len() + digits.decimals.len() > 2 * MAX_DIGITS {
        return Err(ParseNumberError::TooManyDigits);
    }
    let mut joined = String::with_capacity(digits.whole.len() + digits.decimals.len());
    joined.extend(digits.whole.chars().chain(digits.decimals.chars()).filter(char::is_ascii_digit));
    if joined.len() > MAX_DIGITS {
        return Err(ParseNumberError::TooManyDigits);
    }
    let decimals = digits.decimals.bytes().filter(u8::is_ascii_digit).count() as i32;
    Ok(assemble(digits.negative, &joined, decimals - digits.exponent))
}

/// `±digits / 10^scale`, where a negative scale multiplies.
fn assemble(negative: bool, digits: &str, scale: i32) -> Number {
    if let (Ok(mantissa), Ok(scale)) = (digits.parse::<i64>(), u32::try_from(scale))
        && let Some(lane) = Lane::fitting(i128::from(if negative { -mantissa } else { mantissa }), scale)
    {
        return Number::from_lane(lane);
    }
    let mantissa = digits.parse::<BigInt>().unwrap_or_else(|_| BigInt::zero());
    let mantissa = if negative { -mantissa } else { mantissa };
    Number::reduced(match u32::try_from(scale) {
        Ok(scale) => Fraction::decimal(mantissa, scale),
        Err(_) => Fraction::integer(mantissa * power(10, scale.unsigned_abs())),
    })
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

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.to_text(0);
        match text.strip_prefix('-') {
            Some(digits) => f.pad_integral(false, "", digits),
            None => f.pad_integral(true, "", &text),
        }
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Number({})", self.to_text(0))
    }
}

/// As a string, so that no reader turns it into a binary float.
impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
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
