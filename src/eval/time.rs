//! Dates and instants: arithmetic, counts of days, and what a clock in a zone shows.

use super::evaluator::Evaluator;
use super::failure::{Failure, Outcome};
use super::{ErrorKind, Observer};
use crate::program::code::Reg;
use crate::program::{CalendarId, DateArithmetic};
use crate::value::{Instant, Number, Value, Zone};

impl<'p, O: Observer<'p>> Evaluator<'p, '_, O> {
    pub(super) fn date_arithmetic(&mut self, operation: DateArithmetic, left: Reg, right: Reg) -> Outcome<Value> {
        let left = self.value(left);
        let right = self.value(right);
        match (operation, left, right) {
            (DateArithmetic::AddDays, Value::Date(date), Value::Number(days)) => {
                let whole =
                    days.to_i64().ok_or_else(|| Failure::input(format!("{days} is not a whole number of days")))?;
                date.add_days(whole).map(Value::Date).ok_or_else(out_of_calendar)
            }
            (DateArithmetic::AddMonths, Value::Date(date), Value::Months(months)) => {
                date.add_months(months).map(Value::Date).ok_or_else(out_of_calendar)
            }
            (DateArithmetic::DaysBetween, Value::Date(left), Value::Date(right)) => {
                Ok(Value::Number(Number::from_i64(right.days_until(left))))
            }
            (DateArithmetic::AddSeconds, Value::Instant(instant), Value::Number(seconds)) => {
                if seconds.mul(&Number::from_i64(1_000_000_000))?.is_integer() {
                    return instant.add_seconds(&seconds).map(Value::Instant).ok_or_else(out_of_calendar);
                }
                Err(Failure::input(format!("{seconds} s is not a whole number of nanoseconds")))
            }
            (DateArithmetic::SecondsBetween, Value::Instant(left), Value::Instant(right)) => {
                Ok(Value::Number(right.seconds_until(left)))
            }
            (DateArithmetic::SumMonths, Value::Months(left), Value::Months(right)) => {
                left.checked_add(right).map(Value::Months).ok_or_else(out_of_calendar)
            }
            (DateArithmetic::TimesMonths, Value::Months(months), Value::Number(times))
            | (DateArithmetic::TimesMonths, Value::Number(times), Value::Months(months)) => {
                let months = times.mul(&Number::from_i64(months.into()))?.to_i64();
                let months = months.and_then(|months| i32::try_from(months).ok());
                months.map(Value::Months).ok_or_else(out_of_calendar)
            }
            _ => Err(Failure::mismatch("dates")),
        }
    }

    pub(super) fn days(&mut self, from: Reg, to: Reg, inclusive: bool, thirty_360: bool) -> Outcome<Value> {
        let from = self.date(from)?;
        let to = self.date(to)?;
        let days = if thirty_360 { from.days_30_360(to) } else { from.days_until(to) };
        Ok(Value::Number(Number::from_i64(days + i64::from(inclusive))))
    }

    pub(super) fn within_calendar(&mut self, date: Reg, id: CalendarId) -> Outcome<Value> {
        let date = self.date(date)?;
        match self.program.calendars.get(id.0 as usize) {
            Some(calendar) => Ok(Value::YesNo(calendar.contains(date))),
            None => Err(Failure::mismatch("a calendar")),
        }
    }

    pub(super) fn date_of(&mut self, instant: Reg, zone: Reg) -> Outcome<Value> {
        let instant = self.instant(instant)?;
        Ok(Value::Date(instant.to_date(&self.zone(zone)?)))
    }

    pub(super) fn time_of(&mut self, instant: Reg, zone: Reg) -> Outcome<Value> {
        let instant = self.instant(instant)?;
        Ok(Value::Time(instant.to_time(&self.zone(zone)?)))
    }

    pub(super) fn instant_of(&mut self, date: Reg, time: Reg, zone: Reg) -> Outcome<Value> {
        let date = self.date(date)?;
        let Value::Time(time) = self.value(time) else { return Err(Failure::mismatch("a time")) };
        let zone = self.zone(zone)?;
        Instant::from_civil(date, time, &zone).map(Value::Instant).ok_or_else(out_of_calendar)
    }

    /// An instant.
    pub(super) fn instant(&self, reg: Reg) -> Outcome<Instant> {
        match self.value(reg) {
            Value::Instant(instant) => Ok(instant),
            _ => Err(Failure::mismatch("an instant")),
        }
    }

    /// A zone; a literal of one may still be its name.
    pub(super) fn zone(&self, reg: Reg) -> Outcome<Zone> {
        match self.value(reg) {
            Value::Zone(zone) => Ok(zone),
            Value::Text(name) => {
                Zone::named(&name).ok_or_else(|| Failure::input(format!("there is no time zone \"{name}\"")))
            }
            _ => Err(Failure::mismatch("a time zone")),
        }
    }
}

/// A date or instant outside the years 1 through 9999, or finer than a nanosecond.
#[cold]
pub(super) fn out_of_calendar() -> Failure {
    Failure::new(ErrorKind::Overflow, "the date or instant lies outside the calendar")
}
