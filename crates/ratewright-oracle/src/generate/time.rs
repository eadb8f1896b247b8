//! Dates, times, instants, months and durations; calendars and windows.

use super::literals::ZONES;
use super::types::Ty;
use super::writer::{Level, Piece, Writer};

const MONTHS: &[&str] = &["January", "February", "March", "June", "July", "October", "November", "December"];
const WEEKDAYS: &[&str] = &["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

impl Writer<'_> {
    /// A zone: a name of one, or written out.
    fn zone(&mut self) -> String {
        if self.c.once_in(3)
            && let Some(name) = self.named(&Ty::Zone)
        {
            return name.text;
        }
        format!("\"{}\"", self.c.among("UTC", ZONES))
    }

    pub fn date_form(&mut self, depth: u32) -> Option<Piece> {
        match self.c.below(7) {
            0 => {
                self.has("date and days");
                let date = self.operand(&Ty::Date, depth, Level::Sum);
                let (sign, days) = (self.c.among("+", &["-"]), self.c.between(0, 40));
                Some(Piece::new(format!("{date} {sign} {days} day"), Level::Sum))
            }
            1 | 2 => {
                self.has("date and months");
                let date = self.operand(&Ty::Date, depth, Level::Sum);
                let sign = self.c.among("+", &["-"]);
                let months = self.operand(&Ty::Months, depth, Level::Product);
                Some(Piece::new(format!("{date} {sign} {months}"), Level::Sum))
            }
            3 => {
                self.has("part of a date");
                let function = self.c.among("start_of_month", &["end_of_month"]);
                Some(Piece::primary(format!("{function}({})", self.expr(&Ty::Date, depth).text)))
            }
            4 => {
                self.has("date of an instant");
                let (instant, zone) = (self.operand(&Ty::Instant, depth, Level::Sum), self.zone());
                Some(Piece::new(format!("date of {instant} in zone {zone}"), Level::Stages))
            }
            5 => {
                self.has("add_months_exactly");
                let (date, months) = (self.expr(&Ty::Date, depth).text, self.expr(&Ty::Months, depth).text);
                Some(Piece::primary(format!("add_months_exactly({date}, {months})")))
            }
            _ => {
                self.has("date_from");
                let (year, month, day) =
                    (self.c.among(2026, &[2024, 2027]), self.c.between(1, 12), self.c.between(1, 31));
                let day = if self.c.once_in(3) { self.expr(&Ty::Integer, depth).text } else { day.to_string() };
                Some(Piece::primary(format!("date_from({year}, {month}, {day})")))
            }
        }
    }

    pub fn time_form(&mut self, depth: u32) -> Option<Piece> {
        self.has("time of an instant");
        let (instant, zone) = (self.operand(&Ty::Instant, depth, Level::Sum), self.zone());
        Some(Piece::new(format!("time of {instant} in zone {zone}"), Level::Stages))
    }

    pub fn instant_form(&mut self, depth: u32) -> Option<Piece> {
        if self.c.once_in(2) {
            self.has("instant and duration");
            let instant = self.operand(&Ty::Instant, depth, Level::Sum);
            let (sign, by) = (self.c.among("+", &["-"]), self.duration());
            let by = self.operand(&by, depth, Level::Product);
            return Some(Piece::new(format!("{instant} {sign} {by}"), Level::Sum));
        }
        self.has("instant of");
        let (date, time, zone) =
            (self.operand(&Ty::Date, depth, Level::Sum), self.operand(&Ty::Time, depth, Level::Sum), self.zone());
        Some(Piece::new(format!("instant of {date} at {time} in zone {zone}"), Level::Stages))
    }

    pub fn months_form(&mut self, depth: u32) -> Option<Piece> {
        self.has("months arithmetic");
        if self.c.once_in(2) {
            let (left, right) =
                (self.operand(&Ty::Months, depth, Level::Sum), self.operand(&Ty::Months, depth, Level::Product));
            return Some(Piece::new(format!("{left} + {right}"), Level::Sum));
        }
        let (months, by) =
            (self.operand(&Ty::Months, depth, Level::Product), self.operand(&Ty::Integer, depth, Level::Of));
        Some(Piece::new(format!("{months} * {by}"), Level::Product))
    }

    /// A duration of some unit.
    pub fn duration(&mut self) -> Ty {
        let name = self.c.among("min", &["s", "h", "day"]).to_owned();
        Ty::Quantity(super::types::Unit { name, dimension: "duration".to_owned(), known: true })
    }

    pub fn duration_form(&mut self, depth: u32) -> Option<Piece> {
        match self.c.below(5) {
            0 => {
                self.has("difference of dates");
                let (left, right) =
                    (self.operand(&Ty::Date, depth, Level::Sum), self.operand(&Ty::Date, depth, Level::Product));
                Some(Piece::new(format!("{left} - {right}"), Level::Sum))
            }
            1 => {
                self.has("difference of instants");
                let (left, right) =
                    (self.operand(&Ty::Instant, depth, Level::Sum), self.operand(&Ty::Instant, depth, Level::Product));
                Some(Piece::new(format!("{left} - {right}"), Level::Sum))
            }
            2 | 3 => {
                self.has("days from");
                let (from, to) =
                    (self.operand(&Ty::Date, depth, Level::Sum), self.operand(&Ty::Date, depth, Level::Sum));
                let word = self.c.among("until", &["through"]);
                let count = self.c.among("", &["", " on 30/360"]);
                Some(Piece::new(format!("days from {from} {word} {to}{count}"), Level::Stages))
            }
            _ => {
                self.has("part of a date");
                Some(Piece::primary(format!("days_in_month({})", self.expr(&Ty::Date, depth).text)))
            }
        }
    }

    /// A calendar, and its text.
    pub fn calendar(&mut self) -> String {
        self.has("calendar");
        let name = self.fresh("calendar_");
        let mut days = Vec::new();
        for _ in 0..self.c.between(1, 3) {
            days.push(match self.c.below(5) {
                0 => {
                    let day = self.day();
                    self.landmark(&Ty::Date, super::writer::Landmark::Day(day));
                    day.to_string()
                }
                1 => {
                    let day = self.day();
                    let until = day.moved(self.c.between(1, 100) as i64);
                    self.landmark(&Ty::Date, super::writer::Landmark::Day(until));
                    format!("{day} through {until}")
                }
                2 => self.yearly_day(),
                3 => format!("{} through {}", self.yearly_day(), self.yearly_day()),
                _ => self.weekdays(),
            });
        }
        self.calendars.push(name.clone());
        format!("calendar {name} {{ {} }}\n", days.join(", "))
    }

    fn yearly_day(&mut self) -> String {
        let (day, month) = (self.c.among(1, &[25, 28, 15, 30]), self.c.among("January", MONTHS));
        format!("{} {month}", if month == "February" { day.min(28) } else { day })
    }

    fn weekdays(&mut self) -> String {
        let first = self.c.below(7);
        let day = |n: usize| WEEKDAYS.get(n).copied().unwrap_or("Sunday");
        if self.c.once_in(2) {
            day(first).to_owned()
        } else {
            format!("{} through {}", day(first.min(5)), day(first.min(5).saturating_add(1)))
        }
    }

    /// Windows, and their text.
    pub fn window(&mut self) -> String {
        self.has("windows");
        let (name, zone) = (self.fresh("windows_"), self.c.among("UTC", ZONES));
        let mut lines = String::new();
        for _ in 0..self.c.between(1, 2) {
            let days = if self.c.once_in(3) { "every day".to_owned() } else { self.weekdays() };
            let (from, until) = (self.time(), self.time());
            lines.push_str(&format!("  {days} {from} until {until}"));
            if self.c.once_in(3)
                && let Some(calendar) = self.c.one_of(&self.calendars).cloned()
            {
                self.has("windows with calendars");
                self.used.insert(calendar.clone());
                lines.push_str(&format!(" {} on {calendar}", self.c.among("except", &["only"])));
            }
            lines.push('\n');
        }
        self.windows.push(name.clone());
        format!("windows {name} in zone \"{zone}\" {{\n{lines}}}\n")
    }
}
