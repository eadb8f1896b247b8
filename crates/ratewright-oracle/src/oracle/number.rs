//! Exact numbers: fractions of whole numbers of any length, read from digits, rounded, and written for people.
//!
//! Nothing here knows what a number counts. Values go in and out as reduced fractions; only [`rounded`] loses anything.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Signed, Zero};
use ratewright::value::RoundingMode;

/// A number as rules compute with it.
pub(crate) type Rational = BigRational;

/// The largest numerator and denominator of a number, in bits.
const BITS: u64 = 1024;

/// A whole number.
pub(crate) fn whole(value: i64) -> Rational {
    Rational::from_integer(BigInt::from(value))
}

/// So many parts of so many.
pub(crate) fn parts(above: i64, below: i64) -> Rational {
    Rational::new(BigInt::from(above), BigInt::from(below))
}

/// Ten to the power of `exponent`.
pub(crate) fn power_of_ten(exponent: u32) -> BigInt {
    num_traits::pow(BigInt::from(10), exponent as usize)
}

/// The number that digits with an optional sign and point denote; a point stands between digits.
pub(crate) fn decimal(text: &str) -> Option<Rational> {
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (before, after) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !all_digits(before) || (digits.contains('.') && !all_digits(after)) {
        return None;
    }
    let mantissa: BigInt = format!("{before}{after}").parse().ok()?;
    let value = Rational::new(mantissa, power_of_ten(u32::try_from(after.len()).ok()?));
    Some(if negative { -value } else { value })
}

/// A decimal, or the quotient of two whole numbers.
pub(crate) fn decimal_or_fraction(text: &str) -> Option<Rational> {
    let Some((above, below)) = text.split_once('/') else { return decimal(text) };
    if above.contains('.') || below.contains(['.', '-']) {
        return None;
    }
    let below = decimal(below)?;
    (!below.is_zero()).then(|| decimal(above).map(|above| above / below))?
}

/// Whether a number is within the size that the language allows.
pub(crate) fn fits(value: &Rational) -> bool {
    value.numer().bits() <= BITS && value.denom().bits() <= BITS
}

/// The multiple of `step` that a mode of rounding chooses.
pub(crate) fn rounded(value: &Rational, step: &Rational, mode: RoundingMode) -> Rational {
    let steps = value / step;
    let (size, half) = (steps.abs(), parts(1, 2));
    let below = size.floor();
    let rest = &size - &below;
    let odd = below.numer().bit(0);
    let away = match mode {
        RoundingMode::HalfUp => rest >= half,
        RoundingMode::HalfDown => rest > half,
        RoundingMode::HalfEven => rest > half || (rest == half && odd),
        RoundingMode::Up => !rest.is_zero(),
        RoundingMode::Down => false,
        RoundingMode::Ceiling => !rest.is_zero() && steps.is_positive(),
        RoundingMode::Floor => !rest.is_zero() && steps.is_negative(),
    };
    let size = if away { below + Rational::one() } else { below };
    let steps = if steps.is_negative() { -size } else { size };
    steps * step
}

/// How many decimals a number needs to be written out; `None` where no decimal ends it.
fn decimals(value: &Rational) -> Option<u32> {
    let mut below = value.denom().clone();
    let (two, five) = (BigInt::from(2), BigInt::from(5));
    let (mut twos, mut fives) = (0_u32, 0_u32);
    while (&below % &two).is_zero() {
        below /= &two;
        twos = twos.saturating_add(1);
    }
    while (&below % &five).is_zero() {
        below /= &five;
        fives = fives.saturating_add(1);
    }
    below.is_one().then_some(twos.max(fives))
}

/// The digits of a number that `places` decimals end.
fn digits(value: &Rational, places: u32) -> String {
    let scaled = (value * Rational::from_integer(power_of_ten(places))).to_integer();
    let sign = if scaled.is_negative() { "-" } else { "" };
    let digits = scaled.abs().to_string();
    let width = (places as usize).saturating_add(1);
    let digits = format!("{digits:0>width$}");
    let (before, after) = digits.split_at(digits.len().saturating_sub(places as usize));
    if after.is_empty() { format!("{sign}{before}") } else { format!("{sign}{before}.{after}") }
}

/// The number for people, with at least so many decimals; what no decimal ends has six after `≈`.
pub(crate) fn shown(value: &Rational, least: u32) -> String {
    match decimals(value) {
        Some(places) => digits(value, places.max(least)),
        None => {
            let step = Rational::new(BigInt::one(), power_of_ten(6));
            format!("≈{}", digits(&rounded(value, &step, RoundingMode::HalfUp), 6))
        }
    }
}

/// The number as it is sent: its digits, or the reduced fraction where no decimal ends it.
pub(crate) fn wire(value: &Rational) -> String {
    if decimals(value).is_some() { shown(value, 0) } else { value.to_string() }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn numbers_are_read_and_written_to_the_last_digit() {
        for (text, least, expected) in [
            ("0.085", 0, "0.085"),
            ("12.50", 2, "12.50"),
            ("-0.1", 2, "-0.10"),
            ("1/3", 2, "≈0.333333"),
            ("-2/3", 0, "≈-0.666667"),
        ] {
            assert_eq!(shown(&decimal_or_fraction(text).unwrap(), least), expected);
        }
        for text in ["", ".5", "1.", "1,000", " 1", "1e3", "1/0", "--1", "1/-3"] {
            assert_eq!(decimal_or_fraction(text), None, "{text}");
        }
    }

    #[test]
    fn halves_go_where_the_mode_says() {
        let round = |text: &str, mode| shown(&rounded(&decimal(text).unwrap(), &whole(1), mode), 0);
        for (mode, expected) in [
            (RoundingMode::HalfUp, ["3", "-3", "2", "-2"]),
            (RoundingMode::HalfEven, ["2", "-2", "2", "-2"]),
            (RoundingMode::HalfDown, ["2", "-2", "2", "-2"]),
            (RoundingMode::Up, ["3", "-3", "3", "-3"]),
            (RoundingMode::Down, ["2", "-2", "2", "-2"]),
            (RoundingMode::Ceiling, ["3", "-2", "3", "-2"]),
            (RoundingMode::Floor, ["2", "-3", "2", "-3"]),
        ] {
            assert_eq!(["2.5", "-2.5", "2.1", "-2.1"].map(|text| round(text, mode)), expected, "{mode:?}");
        }
    }
}
