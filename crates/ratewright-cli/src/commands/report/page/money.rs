//! Money on the page: differences in time, stacked by cause, and by cause in all; a chart for each currency and each file of findings.
//!
//! What rises and what falls are drawn apart, so that no difference hides another. The figures stand in a table below.

use super::super::families::{Family, families};
use super::super::model::{Found, Report};
use super::super::words::{self, short};
use crate::figures::{amount, cases_of, grouped, signed};
use crate::render::chart::{Bar, bars};
use crate::render::markup::escaped;
use crate::render::stacked::{Series, Stacked};
use ratewright::migrate::cluster::Difference;
use ratewright::quote::Money;
use ratewright::value::{Currency, Date, Number};
use std::collections::BTreeSet;
use std::fmt::Write;

/// How many causes have a colour of their own; the rest are one series.
const OWN: usize = 7;
/// How many bars there are.
const BARS: usize = 20;
/// Up to how many days columns are days, weeks, and months; then they are years.
const DAYS: i64 = 62;
const WEEKS: i64 = 434;
const MONTHS: i64 = 5_500;
/// From how many columns on those are left out in which there is nothing.
const COLUMNS: usize = 200;

/// All charts.
pub fn money(report: &Report, page: &mut String) {
    if report.found.iter().all(|found| currencies(found).is_empty()) {
        return;
    }
    page.push_str("<section id=\"money\">\n<h2>Difference in money</h2>\n");
    for told in report.found.iter().filter_map(words::beyond_sums) {
        let _ = writeln!(page, "<p class=\"note\"><strong>{}.</strong></p>", words::capital(&told));
    }
    let several = report.found.len() > 1;
    for found in &report.found {
        for currency in currencies(found) {
            let file = if several {
                format!(", {} ({})", found.findings.stratum, found.path.display())
            } else {
                format!(" in {}", found.findings.stratum)
            };
            let _ = writeln!(page, "<h3>{} {}</h3>", currency.code(), escaped(file.trim_start_matches(", ")));
            in_time(report, found, currency, page);
            by_cluster(report, found, currency, page);
        }
    }
    page.push_str("</section>\n");
}

/// The currencies in which something differs.
fn currencies(found: &Found) -> Vec<Currency> {
    let findings = &found.findings;
    let of_days = findings.days.values().flat_map(|day| &day.differences);
    let all = findings.clusters.iter().flat_map(|cluster| &cluster.differences).chain(of_days);
    let mut currencies: Vec<Currency> =
        all.filter(|one| one.absolute.amount.is_positive()).map(|one| one.signed.currency).collect();
    currencies.sort_unstable_by_key(|currency| currency.code());
    currencies.dedup();
    currencies
}

/// What the days of a chart are put together to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Span {
    Day,
    Week,
    Month,
    Year,
}

impl Span {
    fn of(first: Date, last: Date) -> Span {
        match first.days_until(last) {
            days if days <= DAYS => Span::Day,
            days if days <= WEEKS => Span::Week,
            days if days <= MONTHS => Span::Month,
            _ => Span::Year,
        }
    }

    /// The first day of the column in which a day lies.
    fn start(self, day: Date) -> Date {
        match self {
            Span::Day => day,
            Span::Week => day.add_days(1_i64.saturating_sub(i64::from(day.weekday()))).unwrap_or(day),
            Span::Month => day.start_of_month(),
            Span::Year => Date::new(day.year(), 1, 1).unwrap_or(day),
        }
    }

    fn next(self, day: Date) -> Option<Date> {
        match self {
            Span::Day => day.add_days(1),
            Span::Week => day.add_days(7),
            Span::Month => day.add_months(1),
            Span::Year => day.add_months(12),
        }
    }

    /// The first days of all columns from one day to another; where a year is far off by mistake, of those alone in which there is something.
    fn starts<'d>(self, first: Date, last: Date, days: impl Iterator<Item = &'d Date>) -> Vec<Date> {
        let next = |day: &Date| self.next(*day).filter(|next| *next <= last);
        let all: Vec<Date> = std::iter::successors(Some(self.start(first)), next).take(COLUMNS).collect();
        if all.len() < COLUMNS {
            return all;
        }
        let filled: BTreeSet<Date> = days.map(|day| self.start(*day)).collect();
        filled.into_iter().collect()
    }

    fn name(self, day: Date) -> String {
        let text = day.to_string();
        match self {
            Span::Month => text.get(..7).unwrap_or(&text).to_owned(),
            Span::Year => text.get(..4).unwrap_or(&text).to_owned(),
            Span::Day | Span::Week => text,
        }
    }

    fn words(self) -> &'static str {
        match self {
            Span::Day => "by day",
            Span::Week => "by week, from its Monday",
            Span::Month => "by month",
            Span::Year => "by year",
        }
    }
}

/// What rises and what falls, from their sum with and without signs.
fn up_and_down(differences: &[Difference], currency: Currency) -> (Number, Number) {
    let Some(one) = differences.iter().find(|one| one.signed.currency == currency) else { return Default::default() };
    let half = |sum: Result<Number, _>| sum.and_then(|sum| sum.div(&Number::from_i64(2))).unwrap_or_default();
    let (signed, absolute) = (&one.signed.amount, &one.absolute.amount);
    (half(absolute.add(signed)), half(absolute.sub(signed)))
}

fn add(sum: &mut (Number, Number), more: &(Number, Number)) {
    let plus = |sum: &Number, more: &Number| sum.add(more).unwrap_or_else(|_| sum.clone());
    *sum = (plus(&sum.0, &more.0), plus(&sum.1, &more.1));
}

fn in_time(report: &Report, found: &Found, currency: Currency, page: &mut String) {
    let days = &found.findings.days;
    let (Some(first), Some(last)) = (days.keys().next(), days.keys().next_back()) else {
        page.push_str("<p class=\"none\">No case has a time, so that nothing can be drawn in time.</p>\n");
        return;
    };
    let span = Span::of(*first, *last);
    let starts = span.starts(*first, *last, days.keys());
    let columns: Vec<String> = starts.iter().map(|day| span.name(*day)).collect();
    let place = |day: Date| starts.partition_point(|start| *start <= day).saturating_sub(1);
    let ranked = ranked(found, currency);
    let mut series: Vec<Series> = Vec::new();
    for (rank, family) in ranked.iter().enumerate() {
        if rank <= OWN {
            let (short, name) = match (rank < OWN, family.clusters.first()) {
                (true, Some(cluster)) => {
                    let about = short(&words::labelled(report, cluster), 120);
                    (family.name(), format!("{}: {about}", family.name()))
                }
                _ => {
                    let rest = format!("{} that differ by less", grouped(ranked.len().saturating_sub(OWN)));
                    (rest.clone(), rest)
                }
            };
            series.push(Series { name, short, parts: vec![Default::default(); columns.len()] });
        }
        let Some(own) = series.get_mut(rank.min(OWN)) else { continue };
        for (day, told) in family.clusters.iter().flat_map(|cluster| &cluster.days) {
            if let Some(sum) = own.parts.get_mut(place(*day)) {
                add(sum, &up_and_down(&told.differences, currency));
            }
        }
    }
    let title = format!(
        "What the rules charge more (above the line) and less (below), in {}, {}",
        currency.code(),
        span.words()
    );
    Stacked { title: &title, columns: &columns, series: &series, currency }.write(page);
    table(found, currency, &columns, &place, page);
    let undated = found.findings.undated;
    if undated > 0 {
        let _ = writeln!(page, "<p class=\"none\">{} without a time are not in it.</p>", cases_of(undated));
    }
}

/// The causes that differ in a currency, those with the most money first.
fn ranked(found: &Found, currency: Currency) -> Vec<Family<'_>> {
    let absolute =
        |family: &Family<'_>| family.in_currency(currency).map(|one| one.absolute.amount).unwrap_or_default();
    let mut ranked = families(found);
    ranked.retain(|family| family.in_currency(currency).is_some());
    ranked.sort_by_cached_key(|family| (std::cmp::Reverse(absolute(family)), family.numbers.first().copied()));
    ranked
}

/// The figures of the columns.
fn table(found: &Found, currency: Currency, columns: &[String], place: &dyn Fn(Date) -> usize, page: &mut String) {
    let mut sums = vec![(0_u64, 0_u64, (Number::ZERO, Number::ZERO)); columns.len()];
    for (day, told) in &found.findings.days {
        if let Some((cases, mismatches, sum)) = sums.get_mut(place(*day)) {
            *cases = cases.saturating_add(told.cases);
            *mismatches = mismatches.saturating_add(told.mismatches);
            add(sum, &up_and_down(&told.differences, currency));
        }
    }
    page.push_str(
        "<details><summary>The same in figures</summary>\n<div class=\"wide\"><table><thead><tr><th scope=\"col\">from</th>\
         <th scope=\"col\" class=\"number\">compared</th><th scope=\"col\" class=\"number\">differ</th>\
         <th scope=\"col\" class=\"number\">more</th><th scope=\"col\" class=\"number\">less</th></tr></thead><tbody>\n",
    );
    let of = |number: Number| amount(&Money::new(number, currency));
    for (column, (cases, mismatches, (up, down))) in columns.iter().zip(sums) {
        let _ = writeln!(
            page,
            "<tr><th scope=\"row\">{column}</th><td class=\"number\">{}</td><td class=\"number\">{}</td><td class=\"number\">{}</td>\
             <td class=\"number\">{}</td></tr>",
            grouped(cases),
            grouped(mismatches),
            of(up),
            of(down)
        );
    }
    page.push_str("</tbody></table></div>\n</details>\n");
}

/// The charges that differ: `Fuel surcharge, Over 50 lb`.
fn charges(report: &Report, family: &Family<'_>) -> String {
    if family.clusters.first().is_some_and(|cluster| cluster.key.is_others()) {
        return "all others".to_owned();
    }
    let charges = family.clusters.first().into_iter().flat_map(|cluster| &cluster.key.charges);
    charges.map(|(charge, _)| words::label_of(report, charge)).collect::<Vec<_>>().join(", ")
}

fn by_cluster(report: &Report, found: &Found, currency: Currency, page: &mut String) {
    let ranked = ranked(found, currency);
    let bar = |family: &Family<'_>| {
        let one = family.in_currency(currency)?;
        let hidden = one.signed.amount.abs() != one.absolute.amount;
        // What fits beside the bar: the larger sum where signs hide it, else the cause.
        let more = match hidden {
            true => format!(" ({} without signs)", amount(&one.absolute)),
            false => format!(", {}", short(&family.cause(), 40)),
        };
        Some(Bar {
            name: format!("{}: {}", family.numbers.first().copied().unwrap_or_default(), charges(report, family)),
            length: one.signed.amount.clone(),
            words: format!("{}{more}", signed(&one.signed)),
        })
    };
    let drawn: Vec<Bar> = ranked.iter().take(BARS).filter_map(bar).collect();
    bars(
        &format!(
            "What the rules charge more or less in {}, by cause, with the number of its first cluster",
            currency.code()
        ),
        &drawn,
        page,
    );
    let more = ranked.len().saturating_sub(BARS);
    if more > 0 {
        let _ = writeln!(page, "<p class=\"none\">{} that differ by less stand below.</p>", grouped(more));
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    #[test]
    fn long_times_are_drawn_in_weeks_and_months() {
        let day = |text: &str| Date::parse(text).unwrap();
        assert_eq!(Span::of(day("2026-01-01"), day("2026-02-20")), Span::Day);
        assert_eq!(Span::of(day("2026-01-01"), day("2026-12-31")), Span::Week);
        assert_eq!(Span::of(day("2024-01-01"), day("2026-12-31")), Span::Month);
        let slip = [day("0206-03-04"), day("2026-03-04"), day("2026-05-06")];
        let (first, last) = (slip[0], slip[2]);
        assert_eq!(Span::of(first, last), Span::Year);
        assert_eq!(Span::Year.starts(first, last, slip.iter()), [day("0206-01-01"), day("2026-01-01")]);
        let days = [day("2026-01-30"), day("2026-03-01")];
        let months = ["2026-01-01", "2026-02-01", "2026-03-01"].map(day);
        assert_eq!(Span::Month.starts(days[0], days[1], days.iter()), months);
        // The first of January 2026 is a Thursday.
        assert_eq!(Span::Week.start(day("2026-01-01")), day("2025-12-29"));
        assert_eq!(Span::Month.name(day("2026-03-01")), "2026-03");
    }

    #[test]
    fn what_rises_and_what_falls_are_told_apart() {
        let differences: Vec<Difference> =
            serde_json::from_str(r#"[{"signed": "-1.00 USD", "absolute": "5.00 USD"}]"#).unwrap();
        let usd = differences.first().map(|one| one.signed.currency).unwrap();
        assert_eq!(up_and_down(&differences, usd), (Number::from_i64(2), Number::from_i64(3)));
    }
}
