//! What cases came to day by day: how many were compared, how many differ, and by how much.
//!
//! The day of a case is the date part of its time, as it was written: that of the place where it was asked. Sums are those of clusters: of
//! mismatches, charge by charge, those of totals where no charge differs.

use ratewright::migrate::cluster::Difference;
use ratewright::migrate::{Comparison, Verdict};
use ratewright::value::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One day.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Day {
    /// How many cases were compared.
    pub cases: u64,
    /// How many of them differ, neither tolerated nor waived.
    pub mismatches: u64,
    /// By how much they do, in each currency.
    pub differences: Vec<Difference>,
}

/// All days.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Days {
    /// Those of which something is known.
    pub days: BTreeMap<Date, Day>,
    /// How many cases were compared of which no day is known.
    pub undated: u64,
}

/// The day of a time such as `2026-11-23T10:15:00-06:00`, `2026-11-23 10:15` or `2026-11-23`; none where it begins with no date.
pub fn day_of(time: &str) -> Option<Date> {
    let (date, rest) = time.trim_start().split_at_checked(10)?;
    let ends = rest.chars().next().is_none_or(|next| next == 'T' || next.is_whitespace());
    Date::parse(date).filter(|_| ends)
}

impl Days {
    /// Takes in a case that was compared, after waivers.
    pub fn add(&mut self, day: Option<Date>, comparison: &Comparison) {
        let Some(day) = day else {
            self.undated = self.undated.saturating_add(1);
            return;
        };
        let day = self.days.entry(day).or_default();
        day.cases = day.cases.saturating_add(1);
        if comparison.verdict() == Verdict::Mismatch {
            day.mismatches = day.mismatches.saturating_add(1);
            Difference::add_to(&mut day.differences, &comparison.changes());
        }
    }
}
