//! Open hours: whether an instant lies in them, and an interval split at their edges.
//!
//! A line opens on each of its days when the clock of the zone first shows the opening time, and closes when it first shows
//! the closing time (on the next day, where that is not after the opening). So on a day of 23 or 25 hours windows that touch
//! still touch. All periods are half-open. Before the first instant and after the last one there is a clock, too: a period that opens
//! or closes there holds the instants that there are.

use super::Observer;
use super::evaluator::Evaluator;
use super::failure::{Failure, Outcome};
use crate::program::code::Reg;
use crate::program::{Calendar, CalendarDays, CalendarId, WindowLine, Windows, WindowsId};
use crate::value::{Date, Instant, Value, Zone};

impl Calendar {
    /// Whether the day is one of its days.
    pub fn contains(&self, date: Date) -> bool {
        self.days.iter().any(|days| match days {
            CalendarDays::Dates(from, through) => *from <= date && date <= *through,
            CalendarDays::Yearly(from, through) => within_circle((date.month(), date.day()), *from, *through),
            CalendarDays::Weekdays(from, through) => within_circle(date.weekday(), *from, *through),
        })
    }
}

/// Whether `at` lies from `from` through `through`, where the latter may lie before the former: past the end of the circle.
fn within_circle<T: PartialOrd>(at: T, from: T, through: T) -> bool {
    if from <= through { from <= at && at <= through } else { from <= at || at <= through }
}

impl WindowLine {
    /// Whether it opens on the day.
    fn opens_on(&self, date: Date, calendars: &[Calendar]) -> bool {
        let within = |id: CalendarId| calendars.get(id.0 as usize).is_some_and(|calendar| calendar.contains(date));
        (self.days.is_empty() || self.days.iter().any(|(from, through)| within_circle(date.weekday(), *from, *through)))
            && !self.except.is_some_and(within)
            && self.only.is_none_or(within)
    }

    /// When it opens and closes, if it opens on the day and holds an instant.
    fn period_on(&self, date: Date, calendars: &[Calendar], zone: &Zone) -> Option<Period> {
        if !self.opens_on(date, calendars) {
            return None;
        }
        let closing_day = if self.until <= self.from { date.add_days(1) } else { Some(date) };
        let opens = Instant::from_civil(date, self.from, zone);
        let closes = closing_day.and_then(|day| Instant::from_civil(day, self.until, zone));
        match (opens, closes) {
            (None, None) => None,
            (Some(opens), Some(closes)) if opens >= closes => None,
            (opens, closes) => Some(Period { opens, closes }),
        }
    }
}

/// From when until when a line is open; `None` is before the first instant, or after the last one.
#[derive(Clone, Copy)]
struct Period {
    opens: Option<Instant>,
    closes: Option<Instant>,
}

impl Period {
    fn contains(self, at: Instant) -> bool {
        self.opens.is_none_or(|opens| opens <= at) && self.closes.is_none_or(|closes| at < closes)
    }

    /// The part of it within an interval, where there is one.
    fn within(self, start: Instant, end: Instant) -> Option<(Instant, Instant)> {
        let opens = self.opens.map_or(start, |opens| opens.max(start));
        let closes = self.closes.map_or(end, |closes| closes.min(end));
        (opens < closes).then_some((opens, closes))
    }
}

/// Whether the instant lies in one of the lines.
pub(super) fn is_open(lines: &[WindowLine], calendars: &[Calendar], zone: &Zone, at: Instant) -> bool {
    let today = at.to_date(zone);
    [-1, 0, 1].into_iter().filter_map(|days| today.add_days(days)).any(|day| {
        lines.iter().filter_map(|line| line.period_on(day, calendars, zone)).any(|period| period.contains(at))
    })
}

/// One piece of a split interval: start, end, and whether it lies in the windows.
pub(super) type Piece = (Instant, Instant, bool);

/// The longest pieces of the interval that lie wholly in or wholly out of the lines, in order; `each_day` is called for every
/// day visited, with how many periods were found before it.
pub(super) fn split(
    lines: &[WindowLine],
    calendars: &[Calendar],
    zone: &Zone,
    (start, end): (Instant, Instant),
    mut each_day: impl FnMut(usize) -> Outcome<()>,
) -> Outcome<Vec<Piece>> {
    let mut open: Vec<(Instant, Instant)> = Vec::new();
    let first = start.to_date(zone);
    let last = end.to_date(zone);
    for days in -1..=first.days_until(last) + 1 {
        each_day(open.len())?;
        let Some(day) = first.add_days(days) else { continue };
        let periods = lines.iter().filter_map(|line| line.period_on(day, calendars, zone));
        open.extend(periods.filter_map(|period| period.within(start, end)));
    }
    open.sort();
    let mut pieces: Vec<Piece> = Vec::new();
    let mut at = start;
    for (opens, closes) in open {
        match pieces.last_mut() {
            // It touches or overlaps the open piece before it.
            Some((_, end, true)) if opens <= *end => *end = closes.max(*end),
            _ => {
                if at < opens {
                    pieces.push((at, opens, false));
                }
                pieces.push((opens, closes, true));
            }
        }
        at = at.max(closes);
    }
    if at < end {
        pieces.push((at, end, false));
    }
    Ok(pieces)
}

impl<'p, O: Observer<'p>> Evaluator<'p, '_, O> {
    fn windows(&self, id: WindowsId) -> Outcome<&'p Windows> {
        self.program.windows.get(id.0 as usize).ok_or_else(|| Failure::mismatch("windows"))
    }

    pub(super) fn within_windows(&mut self, instant: Reg, id: WindowsId, zone: Reg) -> Outcome<Value> {
        self.step()?;
        let windows = self.windows(id)?;
        let instant = self.instant(instant)?;
        let zone = self.zone(zone)?;
        Ok(Value::YesNo(is_open(&windows.lines, &self.program.calendars, &zone, instant)))
    }

    /// `split a until b by peak`: records {start, end, length in seconds, inside}; none where the interval is empty.
    pub(super) fn split(&mut self, start: Reg, end: Reg, id: WindowsId, zone: Reg) -> Outcome<Value> {
        let windows = self.windows(id)?;
        let start = self.instant(start)?;
        let end = self.instant(end)?;
        if end < start {
            return Err(Failure::input(format!("the interval ends before it starts: {start} until {end}")));
        }
        let zone = self.zone(zone)?;
        let pieces = split(&windows.lines, &self.program.calendars, &zone, (start, end), |found| {
            self.check_length(found)?;
            self.step()
        })?;
        self.check_length(pieces.len())?;
        Ok(Value::list(pieces.into_iter().map(|(start, end, inside)| {
            let length = start.seconds_until(end);
            Value::record([Value::Instant(start), Value::Instant(end), Value::Number(length), Value::YesNo(inside)])
        })))
    }
}
