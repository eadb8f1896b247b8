//! Properties of what the evaluator computes without a program, against oracles of their own.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use super::allocate::allocate;
use super::windows::{is_open, split};
use crate::program::{Calendar, CalendarDays, CalendarId, Remainder, WindowLine};
use crate::value::{Date, Instant, Number, RoundingMode, TimeOfDay, Zone};
use proptest::prelude::*;

fn cents(cents: i64) -> Number {
    Number::from_scaled(i128::from(cents), 2).unwrap()
}

fn modes() -> impl Strategy<Value = RoundingMode> {
    prop::sample::select(RoundingMode::ALL.to_vec())
}

/// Largest remainders over whole cents, computed in integers alone.
fn largest_remainders(amount: i64, weights: &[i64]) -> Vec<i64> {
    let total: i64 = weights.iter().sum();
    let sign = amount.signum();
    let mut parts: Vec<i64> = weights.iter().map(|w| amount.abs() * w / total).collect();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by_key(|i| (std::cmp::Reverse(amount.abs() * weights[*i] % total), *i));
    let left = amount.abs() - parts.iter().sum::<i64>();
    for i in order.into_iter().take(usize::try_from(left).unwrap()) {
        parts[i] += 1;
    }
    parts.into_iter().map(|part| part * sign).collect()
}

proptest! {
    #[test]
    fn parts_of_an_allocation_add_up(
        amount in -100_000i64..100_000,
        thousandths in 0i64..10,
        weights in prop::collection::vec(0i64..1000, 1..12),
        mode in modes(),
        remainder in prop::sample::select(vec![Remainder::First, Remainder::Last, Remainder::Largest]),
    ) {
        prop_assume!(weights.iter().any(|w| *w > 0));
        let amount = cents(amount).add(&Number::from_scaled(i128::from(thousandths), 3).unwrap()).unwrap();
        let weights: Vec<Number> = weights.into_iter().map(Number::from_i64).collect();
        let parts = allocate(&amount, &weights, &cents(1), mode, remainder).unwrap();
        let sum = parts.iter().fold(Number::ZERO, |sum, part| sum.add(part).unwrap());
        prop_assert_eq!(sum, amount);
        prop_assert_eq!(parts.len(), weights.len());
    }

    #[test]
    fn largest_remainders_agree_with_integers(amount in -10_000i64..10_000, weights in prop::collection::vec(0i64..100, 1..10)) {
        prop_assume!(weights.iter().any(|w| *w > 0));
        let numbers: Vec<Number> = weights.iter().copied().map(Number::from_i64).collect();
        let parts = allocate(&cents(amount), &numbers, &cents(1), RoundingMode::HalfUp, Remainder::Largest).unwrap();
        let expected: Vec<Number> = largest_remainders(amount, &weights).into_iter().map(cents).collect();
        prop_assert_eq!(parts, expected);
    }
}

/// A line of open hours from minutes of the day.
fn line(days: Vec<(u8, u8)>, from: u32, until: u32, except: bool) -> WindowLine {
    let time = |minutes: u32| TimeOfDay::from_seconds(minutes * 60).unwrap();
    WindowLine { days, from: time(from), until: time(until), except: except.then_some(CalendarId(0)), only: None }
}

fn lines() -> impl Strategy<Value = Vec<WindowLine>> {
    let days = prop_oneof![Just(vec![]), (1u8..=7, 1u8..=7).prop_map(|range| vec![range])];
    let line = (days, 0u32..24, 0u32..24, any::<bool>())
        .prop_map(|(days, from, until, except)| line(days, from * 60, until * 60, except));
    prop::collection::vec(line, 0..4)
}

/// Whether the clock on the wall, read at the instant, shows a time within a line: independent of instants of opening and
/// closing, and right wherever an hour is not shown twice and no line begins or ends within a gap.
fn shown_open(lines: &[WindowLine], holiday: Date, zone: &Zone, at: Instant) -> bool {
    let (today, now) = (at.to_date(zone), at.to_time(zone));
    let opens_on = |line: &WindowLine, day: Date| {
        let weekday = day.weekday();
        let in_days = line.days.is_empty()
            || line.days.iter().any(|&(a, b)| {
                (0..7)
                    .map(|k| (a - 1 + k) % 7 + 1)
                    .scan(false, |done, d| {
                        if *done {
                            return None;
                        }
                        *done = d == b;
                        Some(d)
                    })
                    .any(|d| d == weekday)
            });
        in_days && !(line.except.is_some() && day == holiday)
    };
    let yesterday = today.add_days(-1).unwrap();
    lines.iter().any(|line| {
        if line.from < line.until {
            opens_on(line, today) && line.from <= now && now < line.until
        } else {
            (opens_on(line, today) && line.from <= now) || (opens_on(line, yesterday) && now < line.until)
        }
    })
}

/// Around both changes of the clock in 2026: in London on 29 March and 25 October, in Los Angeles on 8 March and 1 November.
fn starts() -> impl Strategy<Value = (Zone, Instant)> {
    let zones = prop::sample::select(vec![
        ("Europe/London", "2026-03-27"),
        ("Europe/London", "2026-10-23"),
        ("America/Los_Angeles", "2026-03-06"),
        ("America/Los_Angeles", "2026-10-30"),
    ]);
    (zones, 0i64..5000).prop_map(|((zone, day), minutes)| {
        let start = Instant::parse(&format!("{day}T00:00:00Z")).unwrap();
        (Zone::named(zone).unwrap(), start.add_seconds(&Number::from_i64(minutes * 60)).unwrap())
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(ProptestConfig::default().cases / 4))]

    #[test]
    fn pieces_of_a_split_fill_the_interval_and_agree_with_membership(
        (zone, start) in starts(),
        minutes in 0i64..6000,
        lines in lines(),
        holiday in 0i64..4,
    ) {
        let end = start.add_seconds(&Number::from_i64(minutes * 60)).unwrap();
        let holiday = start.to_date(&zone).add_days(holiday).unwrap();
        let calendars = [Calendar { name: "holidays".to_string(), days: vec![CalendarDays::Dates(holiday, holiday)] }];
        let pieces = split(&lines, &calendars, &zone, (start, end), |_| Ok(())).unwrap();
        let mut at = start;
        for (index, (from, until, inside)) in pieces.iter().enumerate() {
            prop_assert_eq!(*from, at);
            prop_assert!(from < until);
            prop_assert!(index == 0 || pieces[index - 1].2 != *inside, "pieces are the longest");
            at = *until;
        }
        prop_assert_eq!(at, end);
        for minute in 0..minutes {
            let now = start.add_seconds(&Number::from_i64(minute * 60)).unwrap();
            let piece = pieces.iter().find(|(from, until, _)| *from <= now && now < *until).unwrap();
            prop_assert_eq!(piece.2, is_open(&lines, &calendars, &zone, now), "{}", now);
            // Where the clock shows an hour twice or skips one, the wall's clock alone does not decide.
            let hour = Number::from_i64(3600);
            let regular = |i: Instant| i.to_time(&zone).seconds() == (now.to_time(&zone).seconds() + 3600) % 86_400;
            let twice = now.to_time(&zone).hour() < 3;
            if !twice && regular(now.add_seconds(&hour).unwrap()) {
                prop_assert_eq!(piece.2, shown_open(&lines, holiday, &zone, now), "{} in {}", now, zone);
            }
        }
    }
}

#[test]
fn a_day_of_25_hours_is_filled_by_windows_that_touch() {
    let zone = Zone::named("America/Los_Angeles").unwrap();
    let instant = |text: &str| Instant::parse(text).unwrap();
    let night = [line(vec![], 0, 6 * 60, false)];
    // 1 November 2026 in Los Angeles: the night from 00:00 until 06:00 lasts seven hours.
    let day = (instant("2026-11-01T07:00:00Z"), instant("2026-11-02T08:00:00Z"));
    let pieces = split(&night, &[], &zone, day, |_| Ok(())).unwrap();
    let hours: Vec<(String, bool)> = pieces
        .iter()
        .map(|(from, until, inside)| {
            (from.seconds_until(*until).div(&Number::from_i64(3600)).unwrap().to_string(), *inside)
        })
        .collect();
    assert_eq!(hours, [("7".to_string(), true), ("18".to_string(), false)]);
}

#[test]
fn windows_that_close_after_the_last_instant_are_open_until_then() {
    let instant = |text: &str| Instant::parse(text).unwrap();
    // The last second of all is 07:00 of the last day in Tokyo, and 17:00 of the day before it in New York.
    let (before, last) = (instant("9999-12-30T16:00:00Z"), instant("9999-12-30T22:00:00Z"));
    for (zone, from, until) in [("Asia/Tokyo", 23, 8), ("America/New_York", 8, 20)] {
        let (zone, hours) = (Zone::named(zone).unwrap(), [line(vec![], from * 60, until * 60, false)]);
        assert!(is_open(&hours, &[], &zone, before) && is_open(&hours, &[], &zone, last), "{zone}");
        let pieces = split(&hours, &[], &zone, (before, last), |_| Ok(())).unwrap();
        assert_eq!(pieces, [(before, last, true)], "{zone}");
    }
}

#[test]
fn windows_that_open_before_the_first_instant_are_open_from_it_on() {
    let instant = |text: &str| Instant::parse(text).unwrap();
    let (first, after) = (instant("0001-01-03T00:00:00Z"), instant("0001-01-03T02:00:00Z"));
    // It is about 09:19 in Tokyo and about 19:04 of the day before in New York, by the clocks of the places themselves.
    for (zone, from, until) in [("Asia/Tokyo", 9, 17), ("America/New_York", 19, 23)] {
        let (zone, hours) = (Zone::named(zone).unwrap(), [line(vec![], from * 60, until * 60, false)]);
        assert!(is_open(&hours, &[], &zone, first), "{zone}");
        let pieces = split(&hours, &[], &zone, (first, after), |_| Ok(())).unwrap();
        assert_eq!(pieces, [(first, after, true)], "{zone}");
    }
}
