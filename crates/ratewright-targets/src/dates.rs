//! Days and hours that nobody chose, held against a calendar that is counted here day by day.

use ratewright::value::{Date, Instant, TimeOfDay, Zone};

/// Days since 0000-03-01 of a proleptic Gregorian date, by the lengths of years and months alone.
fn day_number(year: i64, month: i64, day: i64) -> i64 {
    // A year is taken to begin in March, so that the day that leaps is its last.
    let (years, months) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let lengths = [31, 30, 31, 30, 31, 31, 30, 31, 30, 31, 31, 28];
    let before: i64 = lengths.iter().take(usize::try_from(months).unwrap_or_default()).sum();
    years * 365 + years.div_euclid(4) - years.div_euclid(100) + years.div_euclid(400) + before + day - 1
}

fn length(year: i64, month: i64) -> i64 {
    let (next_year, next) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
    day_number(next_year, next, 1) - day_number(year, month, 1)
}

fn parts(date: Date) -> (i64, i64, i64) {
    (date.year().into(), date.month().into(), date.day().into())
}

fn number_of(date: Date) -> i64 {
    let (year, month, day) = parts(date);
    day_number(year, month, day)
}

/// Texts are dates exactly where the calendar has such a day; adding days and months and counting between dates is what the calendar says.
pub fn civil(bytes: &[u8]) {
    if let Some(date) = std::str::from_utf8(bytes).ok().and_then(Date::parse) {
        assert_eq!(Date::parse(&date.to_string()), Some(date), "written, it is another day");
    }
    let mut bytes = bytes.iter().copied();
    let mut two = || Some(i64::from(bytes.next()?) * 256 + i64::from(bytes.next()?));
    let (Some(year), Some(month), Some(day), Some(days), Some(months)) = (two(), two(), two(), two(), two()) else {
        return;
    };
    let (year, month, day) = (year % 10_001, month % 14, day % 33);
    let is_one = (1..=9_999).contains(&year) && (1..=12).contains(&month) && day >= 1 && day <= length(year, month);
    let narrow = |number: i64| u8::try_from(number).unwrap_or_default();
    let date = Date::new(i16::try_from(year).unwrap_or_default(), narrow(month), narrow(day));
    assert_eq!(date.is_some(), is_one, "{year}-{month}-{day}");
    let Some(date) = date else { return };
    assert_eq!(parts(date), (year, month, day));
    // 2000-03-01 was a Wednesday.
    let weekday = (number_of(date) - day_number(2000, 3, 1) + 2).rem_euclid(7) + 1;
    assert_eq!(i64::from(date.weekday()), weekday, "{date}");
    assert_eq!(i64::from(date.days_in_month()), length(year, month), "{date}");
    days_later(date, days - 32_768);
    months_later(date, months - 32_768);
}

fn days_later(date: Date, days: i64) {
    let number = number_of(date) + days;
    let is_in_calendar = number >= day_number(1, 1, 1) && number <= day_number(9_999, 12, 31);
    let later = date.add_days(days);
    assert_eq!(later.is_some(), is_in_calendar, "{date} + {days} days");
    if let Some(later) = later {
        assert_eq!(number_of(later), number, "{date} + {days} days");
        assert_eq!(date.days_until(later), days, "{date} until {later}");
    }
}

fn months_later(date: Date, months: i64) {
    let (year, month, day) = parts(date);
    let index = year * 12 + month - 1 + months;
    let (year, month) = (index.div_euclid(12), index.rem_euclid(12) + 1);
    let later = date.add_months(i32::try_from(months).unwrap_or_default());
    assert_eq!(later.is_some(), (1..=9_999).contains(&year), "{date} + {months} months");
    if let Some(later) = later {
        assert_eq!(parts(later), (year, month, day.min(length(year, month))), "{date} + {months} months");
        let is_exact = day <= length(year, month);
        let exactly = date.add_months_exactly(i32::try_from(months).unwrap_or_default());
        assert_eq!(exactly.is_some(), is_exact, "{date} + {months} months exactly");
    }
}

const ZONES: &[&str] = &[
    "UTC",
    "Europe/London",
    "America/New_York",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Africa/Casablanca",
    "America/St_Johns",
];

/// An instant in a zone is a day and a time of that zone, and these give back that instant or the other one that the clocks showed so; a text is an
/// instant exactly where it is written as one.
pub fn zoned(bytes: &[u8]) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        if let Some(instant) = Instant::parse(text) {
            assert_eq!(Instant::parse(&instant.to_string()), Some(instant), "written, it is another instant");
        }
        let _ = (TimeOfDay::parse(text), TimeOfDay::parse_end(text), Zone::named(text));
    }
    let Some((head, _)) = bytes.split_first_chunk::<9>() else { return };
    let [which, seconds @ ..] = *head;
    let Some(zone) = ZONES.get(usize::from(which) % ZONES.len()).and_then(|name| Zone::named(name)) else { return };
    // From the year 1 to the year 9999.
    let seconds = i64::from_le_bytes(seconds).rem_euclid(315_537_897_600) - 62_135_596_800;
    let Some(instant) = Instant::from_unix_nanoseconds(i128::from(seconds) * 1_000_000_000) else { return };
    let (date, time) = (instant.to_date(&zone), instant.to_time(&zone));
    let Some(back) = Instant::from_civil(date, time, &zone) else { return };
    let apart = (back.unix_nanoseconds() - instant.unix_nanoseconds()) / 1_000_000_000;
    assert_eq!((back.to_date(&zone), back.to_time(&zone)), (date, time), "{instant} in {zone:?} and back is {back}");
    assert!(apart.abs() <= 24 * 3_600, "{instant} in {zone:?} and back is {back}, {apart} seconds away");
}
