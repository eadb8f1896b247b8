//! Days of a period, dates and times in a zone, calendars, windows of the week, and increments.

use super::civil::{self, Day};
use super::literal::day;
use super::number::whole;
use super::pricing::{Pricing, Scope};
use super::value::{Answer, Problems, Value};
use super::zone;
use num_traits::{Signed, ToPrimitive};
use ratewright::syntax::ast::{CalendarDays, WindowLine};

fn mistaken(what: &str) -> Problems {
    Problems::mistaken(what)
}

fn overflow() -> Problems {
    Problems::failed("overflow")
}

impl Pricing<'_> {
    /// A moment within the calendar.
    pub(crate) fn moment(&self, seconds: super::number::Rational) -> Answer<Value> {
        if !(&seconds * whole(1_000_000_000)).is_integer() {
            return Err(Problems::failed("input not accepted"));
        }
        if zone::has_day_everywhere(&seconds) { Ok(Value::Instant(seconds)) } else { Err(overflow()) }
    }

    /// `days from a until b`
    pub(crate) fn days(&self, from: &Value, to: &Value, inclusive: bool, thirty_360: bool) -> Answer<Value> {
        let (Value::Date(from), Value::Date(to)) = (from, to) else { return Err(mistaken("days between no dates")) };
        let days = if thirty_360 { civil::days_30_360(*from, *to) } else { to - from };
        Ok(Value::of_unit(whole(days + i64::from(inclusive)), "day"))
    }

    fn clock_of(&self, instant: &Value, place: &Value) -> Answer<(Day, i64)> {
        let (Value::Instant(seconds), Some(zone)) = (instant, zone_name(place)) else {
            return Err(mistaken("an instant and a zone were expected"));
        };
        let moment = seconds.floor().to_i64().ok_or_else(overflow)?;
        let (date, time) = zone::day_and_time(zone::local(moment, zone).ok_or_else(overflow)?);
        Ok((civil::existing(date).ok_or_else(overflow)?, time))
    }

    pub(crate) fn date_of(&self, instant: &Value, zone: &Value) -> Answer<Value> {
        self.clock_of(instant, zone).map(|(date, _)| Value::Date(date))
    }

    pub(crate) fn time_of(&self, instant: &Value, zone: &Value) -> Answer<Value> {
        self.clock_of(instant, zone).map(|(_, time)| Value::Time(time))
    }

    /// `instant of d at t in zone z`
    pub(crate) fn instant_of(&self, date: &Value, time: &Value, zone: &Value) -> Answer<Value> {
        let (Value::Date(date), Value::Time(time), Some(zone)) = (date, time, zone_name(zone)) else {
            return Err(mistaken("a date, a time and a zone were expected"));
        };
        let moment = zone::moment(zone::clock(*date, *time), zone).ok_or_else(overflow)?;
        self.moment(whole(moment))
    }

    /// `x is within w`: a date in a calendar, an instant in windows.
    pub(crate) fn within(&self, value: &Value, name: &str) -> Answer<bool> {
        match value {
            Value::Date(date) => Ok(self.in_calendar(*date, name)),
            Value::Instant(seconds) => {
                let (moment, zone) = (seconds.floor().to_i64().ok_or_else(overflow)?, self.zone_of(name)?);
                let (date, _) = zone::day_and_time(zone::local(moment, &zone).ok_or_else(overflow)?);
                let open = self.openings(name, &zone, date - 1, date + 1)?;
                Ok(open.iter().any(|(from, until)| *seconds >= whole(*from) && *seconds < whole(*until)))
            }
            _ => Err(mistaken("what is neither a date nor an instant lies within nothing")),
        }
    }

    fn in_calendar(&self, date: Day, name: &str) -> bool {
        let days = self.rules.calendars.get(name).map(Vec::as_slice).unwrap_or_default();
        let (_, month, of_month) = civil::parts(date);
        days.iter().any(|days| match days {
            CalendarDays::Dates(first, last) => (day(first)..=day(last)).contains(&date),
            CalendarDays::Yearly(first, last) => {
                let number = |(month, day): (u8, u8)| i64::from(month) * 100 + i64::from(day);
                between_around(month * 100 + of_month, number(*first), number(*last))
            }
            CalendarDays::Weekdays(first, last) => {
                between_around(civil::weekday(date), i64::from(*first), i64::from(*last))
            }
        })
    }

    /// The zone of windows: a text, or an input.
    fn zone_of(&self, windows: &str) -> Answer<String> {
        let Some((zone, _)) = self.rules.windows.get(windows) else {
            return Err(mistaken("there are no such windows"));
        };
        let zone = self.value(zone, &Scope::default())?;
        zone_name(&zone).map(str::to_string).ok_or_else(|| mistaken("windows in no zone"))
    }

    /// From when until when windows are open that open on the days `first` through `last`.
    fn openings(&self, name: &str, zone: &str, first: Day, last: Day) -> Answer<Vec<(i64, i64)>> {
        let lines = self.rules.windows.get(name).map(|(_, lines)| lines.as_slice()).unwrap_or_default();
        let mut open = Vec::new();
        for date in first..=last {
            for line in lines.iter().filter(|line| self.opens_on(line, date)) {
                let (from, until) = (i64::from(line.from.seconds()), i64::from(line.until.seconds()));
                let end = if until <= from { date + 1 } else { date };
                let at = |date, time| zone::moment(zone::clock(date, time), zone).ok_or_else(overflow);
                open.push((at(date, from)?, at(end, until)?));
            }
        }
        Ok(open)
    }

    fn opens_on(&self, line: &WindowLine, date: Day) -> bool {
        let weekday = civil::weekday(date);
        let on_day = line.days.is_empty()
            || line.days.iter().any(|(first, last)| between_around(weekday, i64::from(*first), i64::from(*last)));
        let excepted = line.except.as_ref().is_some_and(|calendar| self.in_calendar(date, &calendar.text));
        on_day && !excepted && line.only.as_ref().is_none_or(|calendar| self.in_calendar(date, &calendar.text))
    }

    /// `split a until b by w`: pieces that lie wholly inside or wholly outside the windows.
    pub(crate) fn split(&self, from: &Value, to: &Value, windows: &str) -> Answer<Value> {
        let (Value::Instant(from), Value::Instant(to)) = (from, to) else {
            return Err(mistaken("no instants are split"));
        };
        if from > to {
            return Err(Problems::failed("input not accepted"));
        }
        if from == to {
            return Ok(Value::List(Vec::new()));
        }
        let zone = self.zone_of(windows)?;
        let local = |moment: &super::number::Rational| {
            zone::local(moment.floor().to_i64()?, &zone).map(|shown| zone::day_and_time(shown).0)
        };
        let (first, last) = (local(from).ok_or_else(overflow)?, local(to).ok_or_else(overflow)?);
        // The stretches in which they are open, none of which touches another.
        let mut openings = self.openings(windows, &zone, first - 1, last + 1)?;
        openings.sort_unstable();
        let mut open: Vec<(i64, i64)> = Vec::new();
        for (opens, closes) in openings {
            match open.last_mut() {
                Some((_, end)) if opens <= *end => *end = closes.max(*end),
                _ if opens < closes => open.push((opens, closes)),
                _ => {}
            }
        }
        let inside = |moment: &super::number::Rational| {
            let begun = open.partition_point(|(opens, _)| *moment >= whole(*opens));
            begun.checked_sub(1).and_then(|last| open.get(last)).is_some_and(|(_, closes)| *moment < whole(*closes))
        };
        let mut cuts = vec![from.clone()];
        for bound in open.iter().flat_map(|(opens, closes)| [*opens, *closes]) {
            let bound = whole(bound);
            if bound > *from && bound < *to {
                cuts.push(bound);
            }
        }
        if cuts.len() > 100_000 {
            return Err(Problems::failed("limit reached"));
        }
        cuts.push(to.clone());
        let pieces = cuts.iter().zip(cuts.iter().skip(1)).map(|(start, end)| {
            Value::Record(vec![
                ("start".to_string(), Value::Instant(start.clone())),
                ("end".to_string(), Value::Instant(end.clone())),
                ("length".to_string(), Value::of_unit(end - start, "s")),
                ("inside".to_string(), Value::YesNo(inside(start))),
            ])
        });
        Ok(Value::List(pieces.collect()))
    }

    /// `increments of x first a then b`: the last one whole.
    pub(crate) fn increments(&self, of: &Value, first: &Value, then: &Value) -> Answer<Value> {
        let (Value::Number(of, unit), Value::Number(..), Value::Number(..)) = (of, first, then) else {
            return Err(mistaken("increments of no quantity"));
        };
        let mut start = whole(0);
        let mut found = Vec::new();
        while start < *of {
            let length =
                self.like(if found.is_empty() { first } else { then }.clone(), &Value::Number(whole(0), unit.clone()))?;
            let Value::Number(size, _) = &length else { return Err(mistaken("an increment that is no number")) };
            if !size.is_positive() {
                return Err(Problems::failed("division by zero"));
            }
            let begins = Value::Number(start.clone(), unit.clone());
            start += size;
            found.push(Value::Record(vec![("start".to_string(), begins), ("length".to_string(), length)]));
            if found.len() > 100_000 {
                return Err(Problems::failed("limit reached"));
            }
        }
        Ok(Value::List(found))
    }
}

fn zone_name(value: &Value) -> Option<&str> {
    match value {
        Value::Text(name) | Value::Zone(name) => Some(name),
        _ => None,
    }
}

/// Whether a value lies between two ends, both included, that may go around.
fn between_around(value: i64, first: i64, last: i64) -> bool {
    if first <= last { (first..=last).contains(&value) } else { value >= first || value <= last }
}
