//! A number as decimal text in memory on the stack: amounts are written by the million.

use crate::value::Number;

/// The digits of a machine word, 18 decimals, a sign and a point fit well.
const LENGTH: usize = 48;

/// The most decimals that are written on the stack.
const MOST_DECIMALS: u32 = 20;

/// The decimal with at least so many decimals, or the reduced fraction, as [`Number::to_text`] gives it.
pub(super) enum DecimalText {
    /// The text lies at the end of the bytes, from `start` on.
    Short { bytes: [u8; LENGTH], start: usize },
    /// A number of many digits.
    Long(String),
}

impl DecimalText {
    #[inline]
    pub(super) fn of(number: &Number, min_decimals: u32) -> Self {
        match number.lane() {
            Some(lane) if min_decimals <= MOST_DECIMALS => {
                Self::short(lane.mantissa, u32::from(lane.scale), min_decimals)
            }
            _ => DecimalText::Long(number.to_text(min_decimals)),
        }
    }

    fn short(mantissa: i64, scale: u32, min_decimals: u32) -> Self {
        let mut bytes = [0; LENGTH];
        let mut start = LENGTH;
        let mut put = |byte: u8| {
            start = start.saturating_sub(1);
            if let Some(place) = bytes.get_mut(start) {
                *place = byte;
            }
        };
        (scale..min_decimals).for_each(|_| put(b'0'));
        let mut rest = mantissa.unsigned_abs();
        for _ in 0..scale {
            put(b'0' + (rest % 10) as u8);
            rest /= 10;
        }
        if scale.max(min_decimals) > 0 {
            put(b'.');
        }
        loop {
            put(b'0' + (rest % 10) as u8);
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        if mantissa < 0 {
            put(b'-');
        }
        DecimalText::Short { bytes, start }
    }

    #[inline]
    pub(super) fn as_str(&self) -> &str {
        match self {
            DecimalText::Short { bytes, start } => {
                bytes.get(*start..).and_then(|text| std::str::from_utf8(text).ok()).unwrap_or_default()
            }
            DecimalText::Long(text) => text,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn it_reads_as_to_text_does() {
        let mantissas = [0, 1, -1, 9, 10, -12, 1250, 99_999, i64::MAX, -i64::MAX, 1_000_000_007];
        for mantissa in mantissas {
            for scale in 0..=18 {
                let number = Number::from_scaled(i128::from(mantissa), scale).unwrap();
                for least in [0, 2, 3, 4, 20, 21] {
                    assert_eq!(DecimalText::of(&number, least).as_str(), number.to_text(least));
                }
            }
        }
        let third = Number::ratio(-1, 3).unwrap();
        assert_eq!(DecimalText::of(&third, 2).as_str(), "-1/3");
        let wide = Number::parse("123456789012345678901234567890.5").unwrap();
        assert_eq!(DecimalText::of(&wide, 2).as_str(), "123456789012345678901234567890.50");
        assert_eq!(DecimalText::of(&Number::parse("-0.05").unwrap(), 2).as_str(), "-0.05");
    }
}
