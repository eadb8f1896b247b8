//! Points in time and the time zones of the IANA database, as `chrono-tz` has it: another copy than the engine's.
//!
//! A point is a number of seconds since 1970-01-01T00:00:00Z; what a clock on the wall shows is a number of seconds since then, too.

use super::civil::{self, Day};
use super::number::{Rational, power_of_ten, whole};
use chrono::offset::LocalResult;
use chrono::{DateTime, Offset, TimeZone};
use chrono_tz::Tz;
use num_traits::{ToPrimitive, Zero};

const DAY: i64 = 86_400;

/// Whether there is a zone of this name.
pub(crate) fn exists(name: &str) -> bool {
    name.parse::<Tz>().is_ok()
}

/// Whether a moment has a day of the calendar in every zone: from 0001-01-03T00:00:00Z until 9999-12-30T22:00:01Z.
pub(crate) fn has_day_everywhere(seconds: &Rational) -> bool {
    let at = |year, month, day, time| civil::day(year, month, day).map(|day| whole(clock(day, time)));
    let (first, end) = (at(1, 1, 3, 0), at(9999, 12, 30, 22 * 3600 + 1));
    first.is_some_and(|first| *seconds >= first) && end.is_some_and(|end| *seconds < end)
}

/// How much later a moment is than the same one of a year of which the zones are known: `chrono-tz` has them until 2099, and the rules
/// of the last years go on. A year has the calendar of one of the 28 from 2060 on: the same weekdays, and 29 February or none.
fn beyond_known(moment: i64) -> i64 {
    let (year, ..) = civil::parts(day_and_time(moment).0);
    if year < 2090 {
        return 0;
    }
    let first = |year| civil::day(year, 1, 1).unwrap_or(0);
    let same = |known: &i64| {
        (first(year) - first(*known)) % 7 == 0 && first(year + 1) - first(year) == first(known + 1) - first(*known)
    };
    // The last year of the calendar has no next one; it is like 2066, and so is the night after it, in which windows of its last day close.
    let (year, known) = if year >= 9999 { (9999, 2066) } else { (year, (2060..2088).find(same).unwrap_or(2060)) };
    (first(year) - first(known)) * DAY
}

/// What the clocks of a zone show at a moment.
pub(crate) fn local(moment: i64, zone: &str) -> Option<i64> {
    let zone: Tz = zone.parse().ok()?;
    let utc = DateTime::from_timestamp(moment - beyond_known(moment), 0)?.naive_utc();
    Some(moment + i64::from(zone.offset_from_utc_datetime(&utc).fix().local_minus_utc()))
}

/// The moment at which the clocks of a zone show this: the first of two, and the end of a gap that they skip.
pub(crate) fn moment(shown: i64, zone: &str) -> Option<i64> {
    let named: Tz = zone.parse().ok()?;
    let later = beyond_known(shown);
    if later != 0 {
        return moment(shown - later, zone).map(|moment| moment + later);
    }
    let naive = DateTime::from_timestamp(shown, 0)?.naive_utc();
    match named.from_local_datetime(&naive) {
        LocalResult::Single(moment) => Some(moment.timestamp()),
        LocalResult::Ambiguous(first, second) => Some(first.timestamp().min(second.timestamp())),
        LocalResult::None => {
            let (mut before, mut after) = (shown - 2 * DAY, shown + 2 * DAY);
            while after - before > 1 {
                let middle = before + (after - before) / 2;
                if local(middle, zone)? > shown { after = middle } else { before = middle }
            }
            Some(after)
        }
    }
}

/// The day and the seconds since midnight that a clock shows.
pub(crate) fn day_and_time(shown: i64) -> (Day, i64) {
    (shown.div_euclid(DAY), shown.rem_euclid(DAY))
}

/// What a clock shows on a day, so many seconds after midnight.
pub(crate) fn clock(day: Day, time: i64) -> i64 {
    day * DAY + time
}

/// `2026-03-03T19:59:40Z`, with the decimals of the second where there are some.
pub(crate) fn shown(seconds: &Rational) -> String {
    let whole_seconds = seconds.floor();
    let (day, time) = day_and_time(whole_seconds.to_i64().unwrap_or(0));
    let (hour, minute, second) = (time / 3600, time / 60 % 60, time % 60);
    let mut text = format!("{}T{hour:02}:{minute:02}:{second:02}", civil::shown(day));
    let rest = seconds - whole_seconds;
    if !rest.is_zero() {
        let nanoseconds = (rest * Rational::from_integer(power_of_ten(9))).to_integer();
        text.push_str(format!(".{nanoseconds:0>9}").trim_end_matches('0'));
    }
    text + "Z"
}

/// The moment that `2026-03-03T20:59:40+01:00` denotes; a text without an offset denotes none.
pub(crate) fn read(text: &str) -> Option<Rational> {
    let (date, rest) = text.split_once('T')?;
    let end = rest.find(['Z', '+', '-'])?;
    let (time, offset) = rest.split_at_checked(end)?;
    let (time, part) = time.split_once('.').unwrap_or((time, ""));
    let seconds = clock(civil::read(date)?, civil::read_time(time)?);
    let away = match offset.strip_prefix('+').or(offset.strip_prefix('-')) {
        Some(away) => civil::read_time(away)? * if offset.starts_with('-') { -1 } else { 1 },
        None if offset == "Z" => 0,
        None => return None,
    };
    let part = if part.is_empty() { whole(0) } else { super::number::decimal(&format!("0.{part}"))? };
    Some(whole(seconds - away) + part).filter(has_day_everywhere)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_night_after_the_last_day_has_moments_too() {
        let after = civil::day(9999, 12, 31).unwrap() + 1;
        assert_eq!(moment(clock(after, 2 * 3600), "Europe/London"), Some(clock(after, 2 * 3600)));
        assert_eq!(moment(clock(after, 2 * 3600), "America/New_York"), Some(clock(after, 7 * 3600)));
        assert_eq!(local(clock(after, 7 * 3600), "America/New_York"), Some(clock(after, 2 * 3600)));
    }
}
