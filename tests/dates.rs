//! Dates, times of day, instants and zones: leap days, month ends, 30/360, and the days when clocks change.
//!
//! Calendar days are held against a count of days kept here; the offsets of London and Los Angeles in 2026 are those of the
//! published rules (EU: last Sundays of March and October at 01:00 UTC; US: second Sunday of March, first of November, 02:00 local).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use ratewright::value::{Date, Instant, Number, TimeOfDay, Zone, zone_database_version};

fn date(text: &str) -> Date {
    Date::parse(text).unwrap_or_else(|| panic!("no date {text}"))
}

fn instant(text: &str) -> Instant {
    Instant::parse(text).unwrap_or_else(|| panic!("no instant {text}"))
}

fn at(day: &str, time: &str, zone: &str) -> String {
    let zone = Zone::named(zone).expect("a zone");
    Instant::from_civil(date(day), TimeOfDay::parse(time).unwrap(), &zone).expect("within bounds").to_string()
}

#[test]
fn dates_that_do_not_exist_are_refused() {
    for text in [
        "2026-02-30",
        "2026-02-29",
        "2100-02-29",
        "1900-02-29",
        "2026-04-31",
        "2026-13-01",
        "2026-00-10",
        "2026-01-00",
        "0000-01-01",
        "2026-1-05",
        "2026-01-5",
        "26-01-05",
        "20260105",
        "2026/01/05",
        "2026-01-05 ",
        " 2026-01-05",
        "2026-01-05T00:00",
        "-026-01-05",
        "2026-01-0٥",
        "2026-01-0:",
        "2026-0/-05",
        "20:6-01-05",
        "202:-01-05",
        "",
        "+2026-01-05",
        "12026-01-05",
    ] {
        assert_eq!(Date::parse(text), None, "{text:?}");
    }
    assert_eq!(Date::new(2026, 2, 30), None);
    assert_eq!(Date::new(0, 1, 1), None);
    assert_eq!(Date::new(10_000, 1, 1), None);
    assert_eq!(Date::new(2026, 200, 1), None);
    for text in ["2024-02-29", "2000-02-29", "2026-12-31", "0001-01-01", "9999-12-31"] {
        assert_eq!(date(text).to_string(), text);
    }
}

/// Walks through the whole calendar, counting year, month, day and weekday by hand.
#[test]
fn every_day_of_the_calendar() {
    let lengths = |year: i16| {
        let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
        [31, if leap { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    };
    let (mut day_number, mut weekday) = (Date::MIN.day_number(), 1); // 0001-01-01 was a Monday
    for year in 1..=9999_i16 {
        let in_full = (1896..=2104).contains(&year);
        for (month, length) in (1..).zip(lengths(year)) {
            for day in 1..=length {
                // all of two centuries, and the turns of the months of all others
                if in_full || day == 1 || day == length {
                    let date = Date::new(year, month, day).expect("a day");
                    assert_eq!(date.day_number(), day_number, "{date}");
                    assert_eq!((date.year(), date.month(), date.day()), (year, month, day));
                    assert_eq!((date.weekday(), date.days_in_month()), (weekday, length), "{date}");
                }
                day_number += 1;
                weekday = weekday % 7 + 1;
            }
            assert_eq!(Date::new(year, month, length + 1), None);
        }
    }
    assert_eq!(day_number - 1, Date::MAX.day_number());
    assert_eq!(date("1970-01-01").day_number(), 0);
}

#[test]
fn days_and_weekdays() {
    assert_eq!(date("2026-11-22").weekday(), 7);
    assert_eq!(date("2026-01-05").weekday(), 1);
    assert_eq!(date("2026-01-01").days_until(date("2027-01-01")), 365);
    assert_eq!(date("2024-01-01").days_until(date("2025-01-01")), 366);
    assert_eq!(date("2026-03-01").days_until(date("2026-02-28")), -1);
    assert_eq!(date("2024-02-28").add_days(1), Some(date("2024-02-29")));
    assert_eq!(date("2026-02-28").add_days(1), Some(date("2026-03-01")));
    assert_eq!(date("2026-03-01").add_days(-1), Some(date("2026-02-28")));
    assert_eq!(Date::MAX.add_days(1), None);
    assert_eq!(Date::MIN.add_days(-1), None);
    assert_eq!(date("2026-01-01").add_days(i64::MAX), None);
    assert_eq!(date("2024-02-10").start_of_month(), date("2024-02-01"));
    assert_eq!(date("2024-02-10").end_of_month(), date("2024-02-29"));
    assert_eq!(date("9999-12-31").end_of_month(), Date::MAX);
}

#[test]
fn months_are_clamped_to_the_end_of_the_month() {
    for (from, months, to) in [
        ("2026-01-31", 1, "2026-02-28"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2026-01-31", 2, "2026-03-31"),
        ("2026-01-31", 3, "2026-04-30"),
        ("2026-03-31", -1, "2026-02-28"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-02-29", 48, "2028-02-29"),
        ("2024-02-29", -12, "2023-02-28"),
        ("2026-11-30", 3, "2027-02-28"),
        ("2026-01-15", 0, "2026-01-15"),
    ] {
        assert_eq!(date(from).add_months(months), Some(date(to)), "{from} + {months} months");
    }
    assert_eq!(date("9999-12-01").add_months(1), None);
    assert_eq!(date("0001-01-31").add_months(-1), None);
    assert_eq!(date("2026-01-31").add_months(i32::MAX), None);
    assert_eq!(date("2026-01-31").add_months(i32::MIN), None);
}

#[test]
fn months_added_exactly_ask_for_the_day() {
    assert_eq!(date("2026-01-31").add_months_exactly(1), None);
    assert_eq!(date("2026-01-31").add_months_exactly(2), Some(date("2026-03-31")));
    assert_eq!(date("2024-02-29").add_months_exactly(12), None);
    assert_eq!(date("2024-02-29").add_months_exactly(48), Some(date("2028-02-29")));
    assert_eq!(date("2026-02-28").add_months_exactly(1), Some(date("2026-03-28")));
}

#[test]
fn whole_months_between() {
    for (from, to, months) in [
        ("2026-01-15", "2026-02-14", 0),
        ("2026-01-15", "2026-02-15", 1),
        ("2026-01-31", "2026-02-28", 1), // the month's end stands for the 31st
        ("2026-01-31", "2026-03-30", 1),
        ("2026-01-31", "2026-03-31", 2),
        ("2024-02-29", "2025-02-28", 12),
        ("2026-01-15", "2027-01-14", 11),
        ("2026-01-15", "2026-01-15", 0),
        ("2026-02-15", "2026-01-15", -1),
        ("2026-02-15", "2026-01-16", 0),
        ("2026-03-31", "2026-02-28", -1),
        ("0001-01-01", "9999-12-31", 9999 * 12 - 1),
    ] {
        assert_eq!(date(from).months_between(date(to)), months, "{from} to {to}");
    }
}

/// 30E/360 by hand: 360 (Y2 - Y1) + 30 (M2 - M1) + (D2 - D1), each day 31 read as 30.
#[test]
fn days_of_thirty_day_months() {
    for (from, to, days) in [
        ("2007-01-15", "2007-01-30", 15),
        ("2007-01-15", "2007-02-15", 30),
        ("2007-09-30", "2008-03-31", 180),
        ("2007-09-30", "2007-10-31", 30),
        ("2007-09-30", "2008-09-30", 360),
        ("2007-01-31", "2007-02-28", 28),
        ("2008-02-29", "2009-02-28", 359),
        ("2006-08-31", "2007-02-28", 178),
        ("2007-02-28", "2007-03-31", 32),
        ("2026-03-31", "2026-03-30", 0),
        ("2026-03-01", "2026-01-01", -60),
    ] {
        assert_eq!(date(from).days_30_360(date(to)), days, "{from} to {to}");
    }
}

#[test]
fn times_of_day() {
    for (text, hour, minute, second) in
        [("00:00", 0, 0, 0), ("08:00", 8, 0, 0), ("08:00:30", 8, 0, 30), ("23:59:59", 23, 59, 59)]
    {
        let time = TimeOfDay::parse(text).expect("a time");
        assert_eq!((time.hour(), time.minute(), time.second()), (hour, minute, second));
        assert_eq!(time.to_string(), text);
    }
    for text in ["24:00", "8:00", "08:60", "08:00:60", "08", "08:0", "0800", "08:00:3", "08:00:30.5", "", "-8:00"] {
        assert_eq!(TimeOfDay::parse(text), None, "{text:?}");
    }
    assert_eq!(TimeOfDay::parse_end("24:00"), Some(TimeOfDay::MIDNIGHT));
    assert_eq!(TimeOfDay::parse_end("20:00"), TimeOfDay::parse("20:00"));
    assert_eq!(TimeOfDay::parse_end("24:01"), None);
    let said = serde_json::from_str::<Date>("5").unwrap_err().to_string();
    assert!(said.contains("expected a date such as 2026-01-05"), "{said}");
    assert_eq!(serde_json::from_str::<TimeOfDay>("\"08:30\"").ok(), TimeOfDay::parse("08:30"));
    assert!(serde_json::from_str::<TimeOfDay>("\"24:00\"").is_err());
    assert_eq!(TimeOfDay::from_seconds(86_399), TimeOfDay::parse("23:59:59"));
    assert_eq!(TimeOfDay::from_seconds(86_400), None);
}

#[test]
fn instants_in_rfc_3339() {
    for (text, shown) in [
        ("2026-03-03T19:59:40Z", "2026-03-03T19:59:40Z"),
        ("2026-03-03T19:59:40+01:00", "2026-03-03T18:59:40Z"),
        ("2026-03-03T19:59:40-05:30", "2026-03-04T01:29:40Z"),
        ("2026-03-03T19:59:40.250Z", "2026-03-03T19:59:40.25Z"),
        ("2026-03-03T19:59:40.123456789-00:00", "2026-03-03T19:59:40.123456789Z"),
        ("1969-12-31T23:59:59.5Z", "1969-12-31T23:59:59.5Z"),
        ("2026-01-01T00:00:00+14:00", "2025-12-31T10:00:00Z"),
        ("0001-01-03T00:00:00Z", "0001-01-03T00:00:00Z"),
    ] {
        assert_eq!(instant(text).to_string(), shown, "{text}");
        assert_eq!(instant(shown), instant(text), "{text}");
    }
    for text in [
        "2026-03-03T19:59:40",
        "2026-03-03 19:59:40Z",
        "2026-03-03T19:59Z",
        "2026-02-30T00:00:00Z",
        "2026-03-03T24:00:00Z",
        "2026-03-03T19:59:60Z",
        "2026-03-03t19:59:40z",
        "2026-03-03T19:59:40.Z",
        "2026-03-03T19:59:40.1234567890Z",
        "2026-03-03T19:59:40+1:00",
        "2026-03-03T19:59:40+01:00:00",
        "2026-03-03T19:59:40+24:00",
        "2026-03-03T19:59:40ZZ",
        "2026-03-03T19:59:40Z[UTC]",
        "2026-03-03",
        "",
        "0001-01-02T23:59:59Z",
        "9999-12-31T23:59:59Z",
        "é026-03-03T19:59:40Z",
    ] {
        assert_eq!(Instant::parse(text), None, "{text:?}");
    }
}

#[test]
fn seconds_between_instants_are_exact() {
    let (start, end) = (instant("2026-03-03T19:59:40Z"), instant("2026-03-03T20:00:00.25Z"));
    assert_eq!(start.seconds_until(end).to_string(), "20.25");
    assert_eq!(end.seconds_until(start).to_string(), "-20.25");
    assert_eq!(start.add_seconds(&Number::parse("20.25").unwrap()), Some(end));
    assert_eq!(end.add_seconds(&Number::parse("-20.25").unwrap()), Some(start));
    assert_eq!(start.add_seconds(&Number::ratio(1, 3).unwrap()), None); // not a whole number of nanoseconds
    assert_eq!(start.add_seconds(&Number::parse("0.0000000001").unwrap()), None);
    assert_eq!(start.add_seconds(&Number::parse("1000000000000000000000000000000").unwrap()), None);
    let whole_calendar = instant("0001-01-03T00:00:00Z").seconds_until(instant("9999-12-30T22:00:00Z"));
    assert_eq!(whole_calendar.to_string(), (3_652_055_i64 * 86_400 + 79_200).to_string()); // Python: date(9999,12,30) - date(1,1,3)
}

#[test]
fn clocks_put_forward() {
    // London: 2026-03-29 01:00Z, 01:00 becomes 02:00
    assert_eq!(at("2026-03-29", "00:59:59", "Europe/London"), "2026-03-29T00:59:59Z");
    assert_eq!(at("2026-03-29", "01:00", "Europe/London"), "2026-03-29T01:00:00Z"); // in the gap: the instant just after
    assert_eq!(at("2026-03-29", "01:30", "Europe/London"), "2026-03-29T01:00:00Z");
    assert_eq!(at("2026-03-29", "01:59:59", "Europe/London"), "2026-03-29T01:00:00Z");
    assert_eq!(at("2026-03-29", "02:00", "Europe/London"), "2026-03-29T01:00:00Z");
    assert_eq!(at("2026-03-29", "02:00:01", "Europe/London"), "2026-03-29T01:00:01Z");
    // Los Angeles: 2026-03-08 10:00Z, 02:00 becomes 03:00
    assert_eq!(at("2026-03-08", "01:59:59", "America/Los_Angeles"), "2026-03-08T09:59:59Z");
    assert_eq!(at("2026-03-08", "02:30", "America/Los_Angeles"), "2026-03-08T10:00:00Z");
    assert_eq!(at("2026-03-08", "03:00", "America/Los_Angeles"), "2026-03-08T10:00:00Z");
    // a year that only the rule for all years to come covers
    assert_eq!(at("2090-03-26", "01:30", "Europe/London"), "2090-03-26T01:00:00Z");
    // Samoa skipped 30 December 2011: its first instant after is the midnight that begins the 31st, UTC+14
    assert_eq!(at("2011-12-30", "12:00", "Pacific/Apia"), "2011-12-30T10:00:00Z");
}

#[test]
fn clocks_put_back() {
    // London: 2026-10-25 01:00Z, 02:00 becomes 01:00, so 01:30 comes twice; the earlier is 00:30Z
    assert_eq!(at("2026-10-25", "00:59:59", "Europe/London"), "2026-10-24T23:59:59Z");
    assert_eq!(at("2026-10-25", "01:00", "Europe/London"), "2026-10-25T00:00:00Z");
    assert_eq!(at("2026-10-25", "01:30", "Europe/London"), "2026-10-25T00:30:00Z");
    assert_eq!(at("2026-10-25", "02:00", "Europe/London"), "2026-10-25T02:00:00Z");
    // Los Angeles: 2026-11-01 09:00Z, 02:00 becomes 01:00
    assert_eq!(at("2026-11-01", "01:30", "America/Los_Angeles"), "2026-11-01T08:30:00Z");
    assert_eq!(at("2026-11-01", "02:00", "America/Los_Angeles"), "2026-11-01T10:00:00Z");
}

#[test]
fn the_calendar_and_clock_of_a_zone() {
    for (text, zone, day, time) in [
        ("2026-03-29T00:59:59Z", "Europe/London", "2026-03-29", "00:59:59"),
        ("2026-03-29T01:00:00Z", "Europe/London", "2026-03-29", "02:00"),
        ("2026-10-25T00:30:00Z", "Europe/London", "2026-10-25", "01:30"),
        ("2026-10-25T01:30:00Z", "Europe/London", "2026-10-25", "01:30"),
        ("2026-03-08T09:59:59Z", "America/Los_Angeles", "2026-03-08", "01:59:59"),
        ("2026-03-08T10:00:00Z", "America/Los_Angeles", "2026-03-08", "03:00"),
        ("2026-11-01T08:59:59Z", "America/Los_Angeles", "2026-11-01", "01:59:59"),
        ("2026-11-01T09:00:00Z", "America/Los_Angeles", "2026-11-01", "01:00"),
        ("2026-01-01T02:00:00Z", "America/Los_Angeles", "2025-12-31", "18:00"),
        ("2026-01-01T18:45:00.999Z", "Asia/Kathmandu", "2026-01-02", "00:30"),
        ("1969-12-31T23:59:59.5Z", "UTC", "1969-12-31", "23:59:59"),
        ("9999-12-30T22:00:00Z", "Pacific/Kiritimati", "9999-12-31", "12:00"),
        ("0001-01-03T00:00:00Z", "America/Los_Angeles", "0001-01-02", "16:07:02"), // local mean time
    ] {
        let zone = Zone::named(zone).expect("a zone");
        assert_eq!(instant(text).to_date(&zone).to_string(), day, "{text}");
        assert_eq!(instant(text).to_time(&zone).to_string(), time, "{text}");
    }
}

#[test]
fn zones_by_name() {
    for name in ["Europe/London", "US/Pacific", "GB", "Etc/GMT+5", "Zulu"] {
        assert_eq!(Zone::named(name).map(|zone| zone.name().to_owned()), Some(name.to_owned()));
    }
    assert_eq!(Zone::named("UTC"), Some(Zone::utc()));
    assert_ne!(Zone::named("Europe/London"), Zone::named("Europe/Lisbon"));
    assert!(Zone::named("Europe/Lisbon") < Zone::named("Europe/London"));
    assert_eq!(format!("{:<8}|", Zone::utc()), "UTC     |");
    for name in ["Europe/Londn", "", "GMT+25", "Etc/Unknown", "../etc/passwd", "utc", "europe/london", "EUROPE/LONDON"]
    {
        assert_eq!(Zone::named(name), None, "{name:?}");
    }
    let version = zone_database_version();
    assert!(version.len() == 5 && version.starts_with("20"), "{version}");
}
