//! Points of time, to the nanosecond, and their way to and from the calendar of a zone.

use std::fmt;

use jiff::Timestamp;
use jiff::civil;
use jiff::tz::AmbiguousOffset;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Date, TimeOfDay, Zone};
use crate::value::exact::Sent;
use crate::value::number::Number;

/// A point of time, from 0001-01-03T00:00:00Z through 9999-12-30T22:00:00.999999999Z, so that it has a [`Date`] in every zone.
/// Leap seconds do not exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Instant {
    timestamp: Timestamp,
}

const NANOSECONDS: i64 = 1_000_000_000;

/// 0001-01-03T00:00:00Z
const FIRST_SECOND: i64 = -719_160 * 86_400;

impl Instant {
    /// Reads RFC 3339: `2026-03-03T19:59:40Z`, `2026-03-03T19:59:40.5+01:00`; seconds with at most nine decimals, no blanks.
    pub fn parse(text: &str) -> Option<Self> {
        let (date, rest) = text.split_at_checked(10)?;
        let (clock, rest) = rest.strip_prefix('T')?.split_at_checked(8)?;
        let (date, clock) = (Date::parse(date)?, TimeOfDay::parse(clock)?);
        let (nanoseconds, zone) = split_fraction(rest)?;
        let seconds = i64::from(date.day_number()) * 86_400 + i64::from(clock.seconds()) - parse_offset(zone)?;
        Self::within_bounds(Timestamp::new(seconds, nanoseconds).ok()?)
    }

    /// The instant so many nanoseconds after 1970-01-01T00:00:00Z.
    pub fn from_unix_nanoseconds(nanoseconds: i128) -> Option<Self> {
        Self::within_bounds(Timestamp::from_nanosecond(nanoseconds).ok()?)
    }

    /// Nanoseconds since 1970-01-01T00:00:00Z.
    pub fn unix_nanoseconds(self) -> i128 {
        self.timestamp.as_nanosecond()
    }

    /// The instant so many seconds later; `None` if that is not a whole number of nanoseconds or lies outside the calendar.
    pub fn add_seconds(self, seconds: &Number) -> Option<Self> {
        let nanoseconds = seconds.mul(&Number::from_i64(NANOSECONDS)).ok()?.to_i128()?;
        Self::from_unix_nanoseconds(self.unix_nanoseconds().checked_add(nanoseconds)?)
    }

    /// The seconds from this instant until `other`; negative if it lies before.
    pub fn seconds_until(self, other: Instant) -> Number {
        Number::from_scaled(other.unix_nanoseconds() - self.unix_nanoseconds(), 9).unwrap_or_default()
    }

    /// The date on the calendar of a zone.
    pub fn to_date(self, zone: &Zone) -> Date {
        // The bounds of an instant keep it a day away from the calendar's ends, and no zone is that far from UTC.
        Date::from_civil(zone.rules().to_datetime(self.timestamp).date()).unwrap_or(Date::MAX)
    }

    /// The time on the clock of a zone, with parts of a second dropped.
    pub fn to_time(self, zone: &Zone) -> TimeOfDay {
        let time = zone.rules().to_datetime(self.timestamp).time();
        let part = i8::unsigned_abs;
        TimeOfDay::new(part(time.hour()), part(time.minute()), part(time.second())).unwrap_or_default()
    }

    /// The instant when a zone's calendar and clock show this date and time; `None` outside the bounds of an instant.
    ///
    /// Where the clock was put forward over that time, the first instant after the gap: in London, 01:30 on 2026-03-29 is 01:00Z,
    /// when the clock shows 02:00. Where it was put back and shows the time twice, the earlier of the two.
    pub fn from_civil(date: Date, time: TimeOfDay, zone: &Zone) -> Option<Self> {
        let part = |value: u8| i8::try_from(value).ok();
        let clock = civil::Time::new(part(time.hour())?, part(time.minute())?, part(time.second())?, 0).ok()?;
        let shown = zone.rules().to_ambiguous_timestamp(date.to_civil().to_datetime(clock));
        let timestamp = match shown.offset() {
            AmbiguousOffset::Gap { .. } => {
                // Read with the offset after the gap, the time lies before the clock was moved.
                let before = shown.earlier().ok()?;
                zone.rules().following(before).next()?.timestamp()
            }
            AmbiguousOffset::Unambiguous { .. } | AmbiguousOffset::Fold { .. } => shown.earlier().ok()?,
        };
        Self::within_bounds(timestamp)
    }

    fn within_bounds(timestamp: Timestamp) -> Option<Self> {
        (timestamp.as_second() >= FIRST_SECOND).then_some(Self { timestamp })
    }
}

/// `.25Z` is 250 000 000 and `Z`; at most nine decimals.
fn split_fraction(text: &str) -> Option<(i32, &str)> {
    let Some(fraction) = text.strip_prefix('.') else { return Some((0, text)) };
    let length = fraction.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, rest) = fraction.split_at_checked(length)?;
    if !(1..=9).contains(&length) {
        return None;
    }
    Some((format!("{digits:0<9}").parse().ok()?, rest))
}

/// The seconds east of UTC of `Z`, `+01:00`, `-05:30`.
fn parse_offset(text: &str) -> Option<i64> {
    if text == "Z" {
        return Some(0);
    }
    let (sign, clock) = match (text.strip_prefix('+'), text.strip_prefix('-')) {
        (Some(clock), _) => (1, clock),
        (None, Some(clock)) => (-1, clock),
        (None, None) => return None,
    };
    let clock = TimeOfDay::parse(clock).filter(|_| clock.len() == 5)?;
    Some(sign * i64::from(clock.seconds()))
}

/// RFC 3339 in UTC: `2026-03-03T19:59:40Z`, with as many decimals as there are.
impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.timestamp)
    }
}

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.serialize_or(serializer, |serializer| serializer.collect_str(self))
    }
}

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("not an instant such as 2026-03-03T19:59:40Z"))
    }
}
