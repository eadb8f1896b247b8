//! How evidence is counted: what the command line says of distinct cases and of draws of money → what the library counts by.
//!
//! Evidence that was counted in another way cannot be put together, so that nothing is guessed here: what is not written as it must be is an error.

use super::Replay;
use crate::outcome::{Failure, Result};
use ratewright::migrate::Counting;
use ratewright::value::{Currency, Number};

/// The usual way, but for what is named.
pub fn counting(arguments: &Replay) -> Result<Counting> {
    let mut counting = Counting::default();
    if let Some(limit) = arguments.distinct_per_rule {
        counting.distinct_per_rule = limit;
        // The cases of one rule are cases of the release.
        counting.distinct = counting.distinct.max(limit);
    }
    for text in &arguments.intervals {
        let wrong = |why: &str| Failure::usage(format!("`--intervals {text}`: {why}"));
        let how = || wrong("write a currency and how much of it each draw stands for, such as `USD=100`");
        let (currency, amount) = text.split_once('=').ok_or_else(how)?;
        let currency: Currency = currency.parse().map_err(|_| how())?;
        let interval = amount.parse::<Number>().ok().filter(Number::is_positive).ok_or_else(how)?;
        if counting.intervals.insert(currency, interval).is_some() {
            return Err(wrong(&format!("{currency} is named twice")));
        }
    }
    Ok(counting)
}
