//! A time on the clock of a day, to the second, from 00:00:00 through 23:59:59.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::two_digits;
use crate::value::exact::Sent;

/// A time of day to the second, without a date or zone. Ordered from midnight on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TimeOfDay {
    /// Seconds since midnight, below 86 400.
    seconds: u32,
}

impl TimeOfDay {
    /// 00:00
    pub const MIDNIGHT: TimeOfDay = TimeOfDay { seconds: 0 };

    /// The time, if there is such a time; 24:00 and leap seconds are not.
    pub fn new(hour: u8, minute: u8, second: u8) -> Option<Self> {
        (hour < 24 && minute < 60 && second < 60)
            .then(|| Self { seconds: (u32::from(hour) * 60 + u32::from(minute)) * 60 + u32::from(second) })
    }

    /// Reads `08:00` or `08:00:30`.
    pub fn parse(text: &str) -> Option<Self> {
        let (hour, minute, second) = match *text.as_bytes() {
            [h1, h2, b':', m1, m2] => (two_digits(h1, h2)?, two_digits(m1, m2)?, 0),
            [h1, h2, b':', m1, m2, b':', s1, s2] => (two_digits(h1, h2)?, two_digits(m1, m2)?, two_digits(s1, s2)?),
            _ => return None,
        };
        Self::new(u8::try_from(hour).ok()?, u8::try_from(minute).ok()?, u8::try_from(second).ok()?)
    }

    /// As [`TimeOfDay::parse`], for the end of a window: `24:00` is 00:00, the midnight that ends the day.
    pub fn parse_end(text: &str) -> Option<Self> {
        match text {
            "24:00" | "24:00:00" => Some(Self::MIDNIGHT),
            _ => Self::parse(text),
        }
    }

    /// The time so many seconds after midnight, if that is within the day.
    pub fn from_seconds(seconds: u32) -> Option<Self> {
        (seconds < 86_400).then_some(Self { seconds })
    }

    /// Seconds since midnight.
    pub fn seconds(self) -> u32 {
        self.seconds
    }

    /// The hour, 0 through 23.
    pub fn hour(self) -> u8 {
        (self.seconds / 3600) as u8
    }

    /// The minute, 0 through 59.
    pub fn minute(self) -> u8 {
        (self.seconds / 60 % 60) as u8
    }

    /// The second, 0 through 59.
    pub fn second(self) -> u8 {
        (self.seconds % 60) as u8
    }
}

/// `08:00`, and `08:00:30` where there are seconds.
impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.hour(), self.minute())?;
        match self.second() {
            0 => Ok(()),
            second => write!(f, ":{second:02}"),
        }
    }
}

impl Serialize for TimeOfDay {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.serialize_or(serializer, |serializer| serializer.collect_str(self))
    }
}

impl<'de> Deserialize<'de> for TimeOfDay {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("not a time of day such as 08:00"))
    }
}
