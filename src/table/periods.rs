//! Editions of one thing in time: days that two of them claim, and days between two that none does.
//!
//! An edition is a name and the period in which it holds. What is found stands in the order of the days.

use crate::program::Period;
use crate::value::Date;

/// Two editions that follow each other, and what is wrong with the days where they meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seam {
    /// The place of the edition that begins first.
    pub before: usize,
    /// The place of the other one.
    pub after: usize,
    /// The days that both claim, or that none does.
    pub days: Period,
    /// Whether both claim them.
    pub overlap: bool,
}

/// The seams of the editions at which days are claimed twice or not at all. Each edition is compared with those that begin before it.
pub fn seams(editions: &[Period]) -> Vec<Seam> {
    let mut order: Vec<(usize, &Period)> = editions.iter().enumerate().collect();
    order.sort_by_key(|(at, period)| (period.from, *at));
    let mut found = Vec::new();
    // The edition that reaches furthest so far.
    let mut furthest: Option<(usize, Option<Date>)> = None;
    for (at, (after, period)) in order.iter().enumerate() {
        for (before, earlier) in order.iter().take(at) {
            let until = match (earlier.until, period.until) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            };
            if earlier.until.is_none_or(|end| period.from.is_none_or(|from| from < end)) {
                let days = Period { from: period.from, until };
                found.push(Seam { before: *before, after: *after, days, overlap: true });
            }
        }
        if let Some((before, Some(end))) = furthest
            && let Some(from) = period.from.filter(|from| *from > end)
        {
            let days = Period { from: Some(end), until: Some(from) };
            found.push(Seam { before, after: *after, days, overlap: false });
        }
        let further = match (furthest, period.until) {
            (None, _) | (Some((_, Some(_))), None) => true,
            (Some((_, None)), _) => false,
            (Some((_, Some(end))), Some(until)) => until > end,
        };
        if further {
            furthest = Some((*after, period.until));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn period(from: &str, until: &str) -> Period {
        Period { from: Date::parse(from), until: Date::parse(until) }
    }

    #[test]
    fn editions_that_touch_have_no_seam() {
        let touching = [period("2026-07-01", ""), period("", "2026-01-01"), period("2026-01-01", "2026-07-01")];
        assert!(seams(&touching).is_empty());
        assert!(seams(&[]).is_empty());
    }

    #[test]
    fn days_claimed_twice_or_not_at_all_are_found() {
        let editions = [
            period("2026-01-01", "2026-04-01"),
            period("2026-03-30", "2026-06-01"),
            period("2026-06-02", "2026-09-01"),
            period("2026-02-01", "2026-02-10"),
        ];
        let seam = |before, after, from, until, overlap| Seam { before, after, days: period(from, until), overlap };
        assert_eq!(
            seams(&editions),
            [
                seam(0, 3, "2026-02-01", "2026-02-10", true),
                seam(0, 1, "2026-03-30", "2026-04-01", true),
                seam(1, 2, "2026-06-01", "2026-06-02", false),
            ]
        );
        assert_eq!(seams(&[Period::default(), Period::default()]).len(), 1);
    }
}
