//! The day on which waivers must hold and releases are judged: that of `--day`, or today in UTC.

use crate::outcome::{Failure, Result};
use ratewright::value::Date;
use ratewright_sources::{Clock, SystemClock};

/// The day that is named, or today.
pub fn named_or_today(named: Option<&str>) -> Result<Date> {
    if let Some(text) = named {
        let wrong = || Failure::usage(format!("`--day {text}` needs a date such as 2026-12-31"));
        return Date::parse(text).ok_or_else(wrong);
    }
    let now = SystemClock::default().now().to_string();
    let today = now.get(..10).and_then(Date::parse);
    today.ok_or_else(|| Failure::Internal(format!("the clock of this machine says `{now}`: name a `--day`")))
}
