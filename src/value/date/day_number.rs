//! Days of the proleptic Gregorian calendar as numbers: year, month and day ↔ days since 1970-01-01, for the years 1 through 9999.
//!
//! The formulas are `days_from_civil` and `civil_from_days` of Howard Hinnant ("chrono-Compatible Low-Level Date Algorithms", 2013).
//! They count years from March on, so that a leap day is the last of its year, and days from 0000-03-01. A few multiplications do
//! what a calendar library does in more general ways; the tests hold every day of the calendar against jiff.

/// 1970-01-01 as days since 0000-03-01.
const EPOCH: u32 = 719_468;

/// The days of 400 years.
const CYCLE: u32 = 146_097;

/// The days since 1970-01-01, if there is such a day.
#[inline]
pub(super) fn from_calendar(year: u32, month: u32, day: u32) -> Option<i32> {
    if !(1..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=days_in_month(year, month)).contains(&day) {
        return None;
    }
    let (year, months_from_march) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let day_of_year = (153 * months_from_march + 2) / 5 + day - 1;
    let days = 365 * year + year / 4 - year / 100 + year / 400 + day_of_year;
    Some(days.cast_signed() - EPOCH.cast_signed())
}

/// The year, month and day of a day number of the calendar.
#[inline]
pub(super) fn to_calendar(day_number: i32) -> (u16, u8, u8) {
    let days = day_number.saturating_add_unsigned(EPOCH).unsigned_abs();
    let (cycles, day_of_cycle) = (days / CYCLE, days % CYCLE);
    let year_of_cycle = (day_of_cycle - day_of_cycle / 1_460 + day_of_cycle / 36_524 - day_of_cycle / 146_096) / 365;
    let day_of_year = day_of_cycle + year_of_cycle / 100 - (365 * year_of_cycle + year_of_cycle / 4);
    let months_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year + 1 - (153 * months_from_march + 2) / 5;
    let (years, month) = if months_from_march < 10 { (0, months_from_march + 3) } else { (1, months_from_march - 9) };
    ((cycles * 400 + year_of_cycle + years) as u16, month as u8, day as u8)
}

/// The days of a month, 28 through 31.
#[inline]
pub(super) fn days_in_month(year: u32, month: u32) -> u32 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
    use super::*;
    use crate::value::Date;
    use jiff::civil;

    #[test]
    fn every_day_of_the_calendar_is_jiffs() {
        let mut day_number = -civil::date(1970, 1, 1).since(civil::date(1, 1, 1)).unwrap().get_days();
        for (year, month) in (1..=9999).flat_map(|year| (1..=12).map(move |month| (year, month))) {
            for day in 1..=civil::date(year, month, 1).days_in_month() {
                let (found_year, found_month, found_day) = to_calendar(day_number);
                assert_eq!((found_year.cast_signed(), found_month, found_day), (year, month as u8, day as u8));
                assert_eq!(from_calendar(year as u32, month as u32, day as u32), Some(day_number));
                if day_number % 29 == 0 {
                    let expected = civil::date(year, month, day);
                    let (date, text) = (Date::new(year, month as u8, day as u8).unwrap(), expected.to_string());
                    assert_eq!(date.weekday(), expected.weekday().to_monday_one_offset() as u8, "{date}");
                    assert_eq!(date.days_in_month(), expected.days_in_month() as u8, "{date}");
                    assert_eq!((date.to_string(), Date::parse(&text)), (text, Some(date)));
                }
                day_number += 1;
            }
        }
        assert_eq!(day_number, Date::MAX.day_number() + 1);
    }

    #[test]
    fn there_are_no_other_days() {
        for year in [0, 1, 4, 100, 1900, 2000, 2023, 2024, 9999] {
            for month in 0..=13 {
                for day in 0..=33 {
                    let exists = year > 0 && civil::Date::new(year, month, day).is_ok();
                    let (month, day) = (month.unsigned_abs(), day.unsigned_abs());
                    assert_eq!(Date::new(year, month, day).is_some(), exists, "{year}-{month}-{day}");
                    assert_eq!(Date::parse(&format!("{year:04}-{month:02}-{day:02}")).is_some(), exists);
                }
            }
        }
        for year in [i16::MIN, -1, 10_000, i16::MAX] {
            assert_eq!(Date::new(year, 1, 1), None);
        }
        assert_eq!(Date::new(2026, 255, 255), None);
    }
}
