//! Periods, days and hours in the author's words.

use crate::program::{CalendarDays, CalendarId, WindowLine};
use crate::table::interval::Cut;
use crate::types::Type;
use crate::value::{Number, Value};

const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

fn weekday(day: u8) -> &'static str {
    WEEKDAYS.get(usize::from(day).saturating_sub(1)).copied().unwrap_or("?")
}

/// `25 December`, `1 June through 30 September`, `Monday through Friday`, `2026-04-03`.
pub(super) fn days(days: &CalendarDays) -> String {
    let yearly = |(month, day): (u8, u8)| {
        format!("{day} {}", MONTHS.get(usize::from(month).saturating_sub(1)).copied().unwrap_or("?"))
    };
    match days {
        CalendarDays::Dates(from, to) if from == to => from.to_string(),
        CalendarDays::Dates(from, to) => format!("{from} through {to}"),
        CalendarDays::Yearly(from, to) if from == to => yearly(*from),
        CalendarDays::Yearly(from, to) => format!("{} through {}", yearly(*from), yearly(*to)),
        CalendarDays::Weekdays(from, to) => weekdays(*from, *to),
    }
}

fn weekdays(from: u8, to: u8) -> String {
    if from == to { weekday(from).to_string() } else { format!("{} through {}", weekday(from), weekday(to)) }
}

/// `Monday through Friday 08:00 until 20:00 except on holidays`
pub(super) fn window(line: &WindowLine, calendar: &dyn Fn(CalendarId) -> String) -> String {
    let days: Vec<String> = line.days.iter().map(|(from, to)| weekdays(*from, *to)).collect();
    let days = if days.is_empty() { "every day".to_string() } else { days.join(", ") };
    let mut text = format!("{days} {} until {}", line.from, line.until);
    if let Some(id) = line.except {
        text.push_str(&format!(" except on {}", calendar(id)));
    }
    if let Some(id) = line.only {
        text.push_str(&format!(" only on {}", calendar(id)));
    }
    text
}

/// A stretch between two cuts: `500 until 1000 lb`, `from 500 lb`, `over 2 up to 5 lb`; of days and whole numbers, which have a
/// next one, `1 through 3`; `any` for all; nothing where no whole number or day lies between.
pub(super) fn stretch(low: &Cut, high: &Cut, ty: &Type, show: &dyn Fn(&Value) -> String) -> Option<String> {
    let low = whole_after(low, ty).unwrap_or_else(|| low.clone());
    let high = whole_before(high, ty).unwrap_or_else(|| high.clone());
    let both = |words: &str, low: &Value, high: &Value| {
        let (low, high) = (show(low), show(high));
        // The unit is said once.
        let unit = |text: &str| text.split_once(' ').map(|(_, unit)| unit.to_string());
        match unit(&low).filter(|one| unit(&high).as_ref() == Some(one)) {
            Some(one) => format!("{} {words} {high}", low.trim_end_matches(&one).trim_end()),
            None => format!("{low} {words} {high}"),
        }
    };
    if low >= high {
        return None;
    }
    Some(match (&low, &high) {
        (Cut::Start, Cut::End) => "any".to_string(),
        (Cut::At(low, false), Cut::At(high, true)) if low == high => show(low),
        (Cut::At(low, false), Cut::At(high, false)) => both("until", low, high),
        (Cut::At(low, false), Cut::At(high, true)) => both("through", low, high),
        (Cut::At(low, true), Cut::At(high, true)) => format!("over {}", both("up to", low, high)),
        (Cut::At(low, true), Cut::At(high, false)) => format!("over {}", both("until", low, high)),
        (Cut::At(low, false), high) => format!("from {}{}", show(low), beyond(high, "up to", show)),
        (Cut::At(low, true), high) => format!("over {}{}", show(low), beyond(high, "up to", show)),
        (Cut::Start, Cut::At(high, true)) => format!("up to {}", show(high)),
        (Cut::Start, Cut::At(high, false)) => format!("under {}", show(high)),
        (low, high) => [beyond(low, "after", show), beyond(high, "up to", show)].concat().trim_start().to_string(),
    })
}

/// An end at which all texts that start with one lie before it, as a last resort: those of a whole column are told together.
fn beyond(cut: &Cut, word: &str, show: &dyn Fn(&Value) -> String) -> String {
    match cut {
        Cut::Beyond(prefix) => format!(" {word} {}…", show(&Value::Text(prefix.clone()))),
        Cut::At(value, true) => format!(" {word} {}", show(value)),
        Cut::At(value, false) => format!(" until {}", show(value)),
        Cut::Start | Cut::End => String::new(),
    }
}

/// The cut just before the first whole number or day after a cut.
fn whole_after(cut: &Cut, ty: &Type) -> Option<Cut> {
    match (cut, ty) {
        (Cut::At(value, true), Type::Integer | Type::Date) => Some(Cut::At(step(value, 1)?, false)),
        _ => None,
    }
}

/// The cut just after the last whole number or day before a cut.
fn whole_before(cut: &Cut, ty: &Type) -> Option<Cut> {
    match (cut, ty) {
        (Cut::At(value, false), Type::Integer | Type::Date) => Some(Cut::At(step(value, -1)?, true)),
        _ => None,
    }
}

fn step(value: &Value, by: i64) -> Option<Value> {
    match value {
        Value::Number(number) if number.is_integer() => number.add(&Number::from_i64(by)).ok().map(Value::Number),
        Value::Date(day) => day.add_days(by).map(Value::Date),
        _ => None,
    }
}
