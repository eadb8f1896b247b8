//! Days of the calendar as whole numbers: 0 is 1970-01-01. Year, month and day in, day number out, and back.
//!
//! Only days from 0001-01-01 through 9999-12-31 exist.

/// A day, counted from 1970-01-01.
pub(crate) type Day = i64;

/// The first and the last day.
const FIRST: Day = -719_162;
const LAST: Day = 2_932_896;

/// The day, where there is one.
pub(crate) fn existing(day: Day) -> Option<Day> {
    (FIRST..=LAST).contains(&day).then_some(day)
}

/// Whether a year has a 29 February.
fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// How many days a month has.
pub(crate) fn days_of_month(year: i64, month: i64) -> i64 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if is_leap(year) => 29,
        2 => 28,
        _ => 31,
    }
}

/// The days of all years before `year`, from year 1 on.
fn days_before_year(year: i64) -> i64 {
    let years = year - 1;
    years * 365 + years.div_euclid(4) - years.div_euclid(100) + years.div_euclid(400)
}

/// The day of a year, month and day of the month.
pub(crate) fn day(year: i64, month: i64, day_of_month: i64) -> Option<Day> {
    if !(1..=9999).contains(&year)
        || !(1..=12).contains(&month)
        || !(1..=days_of_month(year, month)).contains(&day_of_month)
    {
        return None;
    }
    let months: i64 = (1..month).map(|before| days_of_month(year, before)).sum();
    Some(FIRST + days_before_year(year) + months + day_of_month - 1)
}

/// The year, month and day of the month of a day.
pub(crate) fn parts(day: Day) -> (i64, i64, i64) {
    let mut year = (day - FIRST) / 366 + 1;
    while FIRST + days_before_year(year + 1) <= day {
        year += 1;
    }
    let mut rest = day - FIRST - days_before_year(year);
    let mut month = 1;
    while rest >= days_of_month(year, month) {
        rest -= days_of_month(year, month);
        month += 1;
    }
    (year, month, rest + 1)
}

/// 1 for Monday to 7 for Sunday; 1970-01-01 was a Thursday.
pub(crate) fn weekday(day: Day) -> i64 {
    (day + 3).rem_euclid(7) + 1
}

/// The same day of a later month, or its last day; and whether it is the same.
pub(crate) fn add_months(from: Day, months: i64) -> Option<(Day, bool)> {
    let (year, month, wanted) = parts(from);
    let count = year * 12 + month - 1 + months;
    let (year, month) = (count.div_euclid(12), count.rem_euclid(12) + 1);
    let found = wanted.min(days_of_month(year, month));
    Some((day(year, month, found)?, found == wanted))
}

/// How many whole months lie between two days, counted from the first: negative where the second is earlier.
pub(crate) fn months_between(from: Day, to: Day) -> i64 {
    let ((year, month, first), (later_year, later_month, last)) = (parts(from), parts(to));
    let months = (later_year - year) * 12 + later_month - month;
    if months > 0 && last < first.min(days_of_month(later_year, later_month)) {
        months - 1
    } else if months < 0 && last > first.min(days_of_month(later_year, later_month)) {
        months + 1
    } else {
        months
    }
}

/// Days by 30E/360: a 31st counts as the 30th.
pub(crate) fn days_30_360(from: Day, to: Day) -> i64 {
    let ((year, month, first), (later_year, later_month, last)) = (parts(from), parts(to));
    (later_year - year) * 360 + (later_month - month) * 30 + last.min(30) - first.min(30)
}

/// `2026-01-05`
pub(crate) fn shown(day: Day) -> String {
    let (year, month, day) = parts(day);
    format!("{year:04}-{month:02}-{day:02}")
}

/// The day that `2026-01-05` denotes.
pub(crate) fn read(text: &str) -> Option<Day> {
    let fields: Vec<&str> = text.split('-').collect();
    let [year, month, of_month] = fields.as_slice() else { return None };
    let digits = |part: &str, width: usize| {
        (part.len() == width && part.bytes().all(|byte| byte.is_ascii_digit())).then(|| part.parse().ok())?
    };
    day(digits(year, 4)?, digits(month, 2)?, digits(of_month, 2)?)
}

/// The seconds of `08:00` or `08:00:30` since midnight.
pub(crate) fn read_time(text: &str) -> Option<i64> {
    let fields: Vec<&str> = text.split(':').collect();
    let number = |part: &str, end: i64| {
        let digits = part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| part.parse::<i64>().ok())?.filter(|value| *value < end)
    };
    match fields.as_slice() {
        [hour, minute] => Some(number(hour, 24)? * 3600 + number(minute, 60)? * 60),
        [hour, minute, second] => Some(number(hour, 24)? * 3600 + number(minute, 60)? * 60 + number(second, 60)?),
        _ => None,
    }
}

/// `08:00`, or `08:00:30` where there are seconds.
pub(crate) fn shown_time(seconds: i64) -> String {
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if second == 0 { format!("{hour:02}:{minute:02}") } else { format!("{hour:02}:{minute:02}:{second:02}") }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn every_day_comes_back_and_follows_the_one_before() {
        assert_eq!((day(1, 1, 1), day(1970, 1, 1), day(9999, 12, 31)), (Some(FIRST), Some(0), Some(LAST)));
        let mut before = FIRST;
        for year in 1..=2400 {
            for month in 1..=12 {
                for of_month in 1..=days_of_month(year, month) {
                    let found = day(year, month, of_month).unwrap();
                    assert!(found == FIRST || found == before + 1);
                    assert_eq!(parts(found), (year, month, of_month));
                    before = found;
                }
            }
        }
        assert_eq!(weekday(read("2026-02-15").unwrap()), 7);
    }
}
