//! Dates, times of day, instants and time zones, over jiff, whose types stay inside.
//!
//! A date is a day of the proleptic Gregorian calendar, of the years 1 through 9999, without a zone. An instant is a point of time;
//! only a stated zone turns one into the other. There is no clock here: nothing reads today's date.

mod day_number;
mod instant;
mod time_of_day;
mod zone;

use std::fmt;

use jiff::civil;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::exact::Sent;
pub use instant::Instant;
pub use time_of_day::TimeOfDay;
pub use zone::{Zone, zone_database_version};

/// A day of the calendar, from 0001-01-01 through 9999-12-31.
///
/// ```
/// use ratewright::value::Date;
///
/// let january_31 = Date::parse("2026-01-31").ok_or("no such day")?;
/// assert_eq!(january_31.add_months(1).map(|day| day.to_string()), Some("2026-02-28".to_owned()));
/// assert_eq!(january_31.add_months_exactly(1), None); // there is no 2026-02-31
/// assert_eq!(january_31.days_until(Date::new(2026, 3, 1).ok_or("no such day")?), 29);
/// assert_eq!(Date::parse("2026-02-30"), None);
/// # Ok::<(), &'static str>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Date {
    /// Days since 1970-01-01.
    day_number: i32,
}

impl Date {
    /// 0001-01-01
    pub const MIN: Date = Date { day_number: -719_162 };
    /// 9999-12-31
    pub const MAX: Date = Date { day_number: 2_932_896 };

    /// The day, if there is such a day in the years 1 through 9999.
    pub fn new(year: i16, month: u8, day: u8) -> Option<Self> {
        let day_number = day_number::from_calendar(u32::try_from(year).ok()?, month.into(), day.into())?;
        Some(Self { day_number })
    }

    /// Reads `2026-01-05`, with exactly these ten characters' form.
    pub fn parse(text: &str) -> Option<Self> {
        let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = *text.as_bytes() else { return None };
        let year = two_digits(y1, y2)? * 100 + two_digits(y3, y4)?;
        let (month, day) = (two_digits(m1, m2)?, two_digits(d1, d2)?);
        let day_number = day_number::from_calendar(year.into(), month.into(), day.into())?;
        Some(Self { day_number })
    }

    /// The year, 1 through 9999.
    pub fn year(self) -> i16 {
        self.calendar().0.cast_signed()
    }

    /// The month, 1 through 12.
    pub fn month(self) -> u8 {
        self.calendar().1
    }

    /// The day of the month, 1 through 31.
    pub fn day(self) -> u8 {
        self.calendar().2
    }

    /// The day of the week by ISO 8601: 1 is Monday, 7 is Sunday.
    pub fn weekday(self) -> u8 {
        self.to_civil().weekday().to_monday_one_offset().unsigned_abs()
    }

    /// Days since 1970-01-01.
    #[inline]
    pub fn day_number(self) -> i32 {
        self.day_number
    }

    /// The day with this number; `None` outside the calendar.
    #[inline]
    pub(crate) fn from_day_number(day_number: i32) -> Option<Self> {
        Self { day_number }.within_calendar()
    }

    /// The day so many days later, or earlier if negative; `None` outside the calendar.
    pub fn add_days(self, days: i64) -> Option<Self> {
        let day_number = i64::from(self.day_number).checked_add(days)?;
        Self { day_number: i32::try_from(day_number).ok()? }.within_calendar()
    }

    /// The same day so many months later, or the last day of that month where it is shorter (2026-01-31 + 1 month is 2026-02-28).
    pub fn add_months(self, months: i32) -> Option<Self> {
        let span = jiff::Span::new().try_months(months).ok()?;
        Self::from_civil(self.to_civil().checked_add(span).ok()?)
    }

    /// The same day so many months later; `None` where that month has no such day.
    pub fn add_months_exactly(self, months: i32) -> Option<Self> {
        self.add_months(months).filter(|date| date.day() == self.day())
    }

    /// The days from this date until `other`, which is not counted; negative if it lies before.
    pub fn days_until(self, other: Date) -> i64 {
        i64::from(other.day_number) - i64::from(self.day_number)
    }

    /// The days until `other` where every month has 30 days and a year 360.
    ///
    /// The convention is 30E/360 ("Eurobond basis", 2006 ISDA Definitions § 4.16(g)): with each date's day 31 taken as 30,
    /// `360 × (Y2 − Y1) + 30 × (M2 − M1) + (D2 − D1)`. The end of February is not adjusted.
    pub fn days_30_360(self, other: Date) -> i64 {
        let days = |date: Date| {
            let (year, month, day) = date.calendar();
            i64::from(year) * 360 + i64::from(month) * 30 + i64::from(day.min(30))
        };
        days(other) - days(self)
    }

    /// The first day of its month.
    pub fn start_of_month(self) -> Self {
        Self { day_number: self.day_number - i32::from(self.day()) + 1 }
    }

    /// The last day of its month.
    pub fn end_of_month(self) -> Self {
        Self { day_number: self.day_number - i32::from(self.day()) + i32::from(self.days_in_month()) }
    }

    /// The days of its month, 28 through 31.
    pub fn days_in_month(self) -> u8 {
        let (year, month, _) = self.calendar();
        day_number::days_in_month(year.into(), month.into()) as u8
    }

    /// The whole calendar months until `other`: the most months that can be added, clamped to the month's end, without passing it.
    /// Negative, and rounded toward zero alike, if it lies before.
    pub fn months_between(self, other: Date) -> i32 {
        let months_of = |date: Date| {
            let (year, month, _) = date.calendar();
            i32::from(year) * 12 + i32::from(month)
        };
        let months = months_of(other) - months_of(self);
        let passes = |months| {
            self.add_months(months).is_none_or(|reached| match months.signum() {
                1 => reached > other,
                -1 => reached < other,
                _ => false,
            })
        };
        if passes(months) { months - months.signum() } else { months }
    }

    #[inline]
    fn within_calendar(self) -> Option<Self> {
        (Self::MIN..=Self::MAX).contains(&self).then_some(self)
    }

    fn from_civil(date: civil::Date) -> Option<Self> {
        Self::new(date.year(), date.month().unsigned_abs(), date.day().unsigned_abs())
    }

    fn to_civil(self) -> civil::Date {
        // Every day of this calendar is one of jiff's, which is wider.
        let (year, month, day) = self.calendar();
        civil::Date::new(year.cast_signed(), month.cast_signed(), day.cast_signed()).unwrap_or_default()
    }

    /// Year, month and day.
    #[inline]
    fn calendar(self) -> (u16, u8, u8) {
        day_number::to_calendar(self.day_number)
    }
}

/// The value of two ASCII digits.
fn two_digits(tens: u8, ones: u8) -> Option<u16> {
    (tens.is_ascii_digit() && ones.is_ascii_digit()).then(|| u16::from(tens - b'0') * 10 + u16::from(ones - b'0'))
}

impl Date {
    /// The text, ten ASCII characters.
    #[inline]
    fn text(self) -> [u8; 10] {
        let (year, month, day) = self.calendar();
        let [[y1, y2], [y3, y4]] = [year / 100, year % 100].map(|part| digits(part as u8));
        let [[m1, m2], [d1, d2]] = [month, day].map(digits);
        [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2]
    }
}

/// The two digits of a number below 100.
fn digits(number: u8) -> [u8; 2] {
    [b'0'.wrapping_add(number / 10), b'0'.wrapping_add(number % 10)]
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(std::str::from_utf8(&self.text()).map_err(|_| fmt::Error)?)
    }
}

impl Serialize for Date {
    #[inline]
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.serialize_or(serializer, |serializer| {
            serializer.serialize_str(std::str::from_utf8(&self.text()).map_err(serde::ser::Error::custom)?)
        })
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(DateVisitor)
    }
}

struct DateVisitor;

impl serde::de::Visitor<'_> for DateVisitor {
    type Value = Date;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a date such as 2026-01-05")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Date, E> {
        Date::parse(text).ok_or_else(|| E::custom("not a date such as 2026-01-05"))
    }
}
