//! Numbers as text: the shortest decimal, or one with so many decimals at least, or the reduced fraction where no decimal ends.
//!
//! A number of the small lane is written on the stack, so that writing it into a formatter or a serializer allocates nothing.

use std::fmt;

use serde::{Serialize, Serializer};

use super::{Form, Lane, Number, Wide};
use crate::value::exact::Sent;

impl Number {
    /// The decimal with at least `min_decimals` decimals if the number terminates (`12.50`), else the reduced fraction (`1/3`).
    pub fn to_text(&self, min_decimals: u32) -> String {
        match self.short_text(min_decimals) {
            Some(text) => text.as_str().to_owned(),
            None => self.long_text(min_decimals as usize),
        }
    }

    /// What [`Number::to_text`] gives, to be written or serialised: numbers of the small lane without allocation.
    pub(crate) fn with_decimals(&self, min_decimals: u32) -> WithDecimals<'_> {
        WithDecimals { number: self, min_decimals }
    }

    /// The text of a number of the small lane, if it has no more decimals than a lane.
    #[inline]
    fn short_text(&self, min_decimals: u32) -> Option<ShortText> {
        let lane = self.lane()?;
        (min_decimals <= u32::from(Lane::MAX_SCALE)).then(|| ShortText::new(lane, min_decimals as u8))
    }

    fn long_text(&self, min_decimals: usize) -> String {
        let (digits, scale) = match &self.0 {
            Form::Small { mantissa, scale } => (mantissa.unsigned_abs().to_string(), usize::from(*scale)),
            Form::Wide(wide) => match &**wide {
                Wide::Decimal(decimal) => (decimal.mantissa().unsigned_abs().to_string(), decimal.scale() as usize),
                Wide::Fraction(fraction) => match fraction.decimal_parts() {
                    Some((mantissa, scale)) => (mantissa.magnitude().to_string(), scale as usize),
                    None => return fraction.to_string(),
                },
            },
        };
        let mut text = String::with_capacity(digits.len() + min_decimals + 3);
        if self.is_negative() {
            text.push('-');
        }
        let padded = format!("{digits:0>width$}", width = scale + 1);
        let (whole, decimals) = padded.split_at(padded.len() - scale);
        text.push_str(whole);
        if scale > 0 || min_decimals > 0 {
            text.push('.');
            text.push_str(decimals);
            text.extend(std::iter::repeat_n('0', min_decimals.saturating_sub(scale)));
        }
        text
    }
}

/// A number as text with at least so many decimals.
pub(crate) struct WithDecimals<'a> {
    number: &'a Number,
    min_decimals: u32,
}

impl WithDecimals<'_> {
    /// Appends the text.
    #[inline]
    pub(crate) fn append_to(&self, out: &mut Vec<u8>) {
        match self.number.short_text(self.min_decimals) {
            Some(text) => out.extend_from_slice(text.as_str().as_bytes()),
            None => out.extend_from_slice(self.number.long_text(self.min_decimals as usize).as_bytes()),
        }
    }

    /// Appends the text to a string.
    #[inline]
    pub(crate) fn push_to(&self, out: &mut String) {
        match self.number.short_text(self.min_decimals) {
            Some(text) => out.push_str(text.as_str()),
            None => out.push_str(&self.number.long_text(self.min_decimals as usize)),
        }
    }
}

impl fmt::Display for WithDecimals<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut pad = |text: &str| match text.strip_prefix('-') {
            Some(digits) => f.pad_integral(false, "", digits),
            None => f.pad_integral(true, "", text),
        };
        match self.number.short_text(self.min_decimals) {
            Some(text) => pad(text.as_str()),
            None => pad(&self.number.long_text(self.min_decimals as usize)),
        }
    }
}

/// As a string, so that no reader turns it into a binary float.
impl Serialize for WithDecimals<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.number.short_text(self.min_decimals) {
            Some(text) => serializer.serialize_str(text.as_str()),
            None => serializer.serialize_str(&self.number.long_text(self.min_decimals as usize)),
        }
    }
}

/// The text of a lane, on the stack: at most a sign, 19 digits, a point and 18 zeros after it.
struct ShortText {
    bytes: [u8; ShortText::ROOM],
    start: usize,
}

impl ShortText {
    const ROOM: usize = 40;

    /// Written from the last digit to the first.
    fn new(lane: Lane, min_decimals: u8) -> Self {
        let mut text = ShortText { bytes: [b'0'; Self::ROOM], start: Self::ROOM };
        let mut rest = lane.mantissa.unsigned_abs();
        let mut digit = || {
            let last = rest % 10;
            rest /= 10;
            (b'0' + last as u8, rest == 0)
        };
        text.start -= usize::from(min_decimals.saturating_sub(lane.scale)); // these are zeros already
        for _ in 0..lane.scale {
            text.put(digit().0);
        }
        if lane.scale.max(min_decimals) > 0 {
            text.put(b'.');
        }
        loop {
            let (digit, done) = digit();
            text.put(digit);
            if done {
                break;
            }
        }
        if lane.mantissa < 0 {
            text.put(b'-');
        }
        text
    }

    #[inline(always)]
    fn put(&mut self, byte: u8) {
        self.start = self.start.saturating_sub(1);
        if let Some(place) = self.bytes.get_mut(self.start) {
            *place = byte;
        }
    }

    #[inline]
    fn as_str(&self) -> &str {
        let written = self.bytes.get(self.start..).unwrap_or_default();
        std::str::from_utf8(written).unwrap_or_default() // it is ASCII
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.with_decimals(0).fmt(f)
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Number({})", self.to_text(0))
    }
}

/// As a string, so that no reader turns it into a binary float; by its digits where our own reader of inputs takes it.
impl Serialize for Number {
    #[inline]
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.serialize_or(serializer, |serializer| self.with_decimals(0).serialize(serializer))
    }
}

#[cfg(test)]
mod tests {
    use super::Number;

    #[test]
    fn whoever_is_written_to_gets_the_same_text() {
        let wide = Number::from_scaled(-12_345_678_901_234_567_890_123, 1);
        let third = Number::ratio(1, 3);
        for (number, decimals, text) in [
            (Number::from_scaled(1250, 2), 2, "12.50"),
            (Number::from_scaled(-5, 3), 0, "-0.005"),
            (wide, 2, "-1234567890123456789012.30"),
            (third, 2, "1/3"),
        ] {
            let number = number.unwrap_or_default();
            let (mut pushed, mut appended) = ("= ".to_owned(), b"= ".to_vec());
            number.with_decimals(decimals).push_to(&mut pushed);
            number.with_decimals(decimals).append_to(&mut appended);
            assert_eq!((pushed, appended), (format!("= {text}"), format!("= {text}").into_bytes()));
            assert_eq!(format!("{:>30}", number.with_decimals(decimals)), format!("{text:>30}"));
        }
    }
}
