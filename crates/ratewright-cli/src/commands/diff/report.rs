//! What all renderings of a comparison say alike: headings, places, percentages, counts.

use super::held::Held;
use super::measure::Measured;
use crate::figures::{self, grouped};
use crate::load;
use crate::terminal;
use ratewright::RuleSet;
use ratewright::difference::effect::{CLASSES, Sum};
use ratewright::difference::{
    Change, Detail, Difference, How, Kind, Retest, Retested, TableChange, TestEdition, ValueChange, Verdict,
};
use ratewright::quote::Money;
use ratewright::source::Span;
use ratewright::value::Number;
use std::path::Path;

/// One of the two rule sets.
#[derive(Clone, Copy)]
pub struct Edition<'a> {
    pub path: &'a Path,
    pub rules: &'a RuleSet,
}

impl Edition<'_> {
    /// `rules/parcel.rules:31`
    pub fn line_of(&self, span: Span) -> String {
        load::line_of(self.path, self.rules, span)
    }
}

/// Everything that was found out.
pub struct Report<'a> {
    pub old: Edition<'a>,
    pub new: Edition<'a>,
    pub difference: &'a Difference,
    pub retest: Retest,
    pub measured: Option<&'a Measured>,
    /// The policy, where one is given.
    pub held: Option<&'a Held>,
    /// Whether long lists are shown whole.
    pub all: bool,
}

impl Report<'_> {
    /// `Parcels: 2026.1 → 2026.2`
    pub fn title(&self) -> String {
        let (before, after) = (&self.difference.before, &self.difference.after);
        let name = if after.title.is_empty() { &after.name } else { &after.title };
        let version = |version: &Option<String>| version.clone().unwrap_or_else(|| "no version".to_owned());
        match before.version == after.version {
            true => name.clone(),
            false => format!("{name}, {} → {}", version(&before.version), version(&after.version)),
        }
    }

    /// `3 changes in meaning, 2 in words only`, or what was proved to be the same.
    pub fn summary(&self) -> String {
        let changes = self.changes(true).count();
        let words = self.changes(false).count();
        if changes > 0 {
            let mut text = terminal::count(changes, "change in meaning", "changes in meaning");
            if words > 0 {
                text.push_str(&format!(", {words} in words only"));
            }
            return text;
        }
        let mut same: Vec<String> = Vec::new();
        for (kind, count) in self.difference.same.iter().filter(|(kind, _)| *kind != Kind::Header) {
            let (one, many) = kind.words();
            let mut words = format!("{} {}", grouped(*count), if *count == 1 { one } else { many });
            if *kind == Kind::Table {
                words.push_str(&format!(" with {} proved equal", rows(self.difference.same_rows)));
            }
            same.push(words);
        }
        let mut text = format!("no change in meaning ({}", same.join(", "));
        let also = [
            (words, "in words only"),
            (self.renamed().count(), "renamed"),
            (self.difference.moved.len(), "only moved"),
        ];
        let also: Vec<String> = also
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, what)| format!("{} {what}", terminal::count(*count, "item", "items")))
            .collect();
        if !also.is_empty() {
            text.push_str("; ");
            text.push_str(&also.join(", "));
        }
        text.push(')');
        text
    }

    /// The changes of meaning, or those in words alone.
    pub fn changes(&self, meaning: bool) -> impl Iterator<Item = &Change> {
        let all = self.difference.changes.iter();
        all.filter(move |change| change.meaning == meaning && (meaning || !matches!(change.how, How::Renamed(_))))
    }

    /// Items whose new name nobody sees in a quote.
    pub fn renamed(&self) -> impl Iterator<Item = (&Change, &str)> {
        self.difference.changes.iter().filter(|change| !change.meaning).filter_map(|change| match &change.how {
            How::Renamed(was) => Some((change, was.as_str())),
            _ => None,
        })
    }

    /// `old.rules:12 → new.rules:14`
    pub fn places(&self, before: Option<Span>, after: Option<Span>) -> String {
        let shown = |edition: &Edition<'_>, span: Option<Span>| span.map(|span| edition.line_of(span));
        match (shown(&self.old, before), shown(&self.new, after)) {
            (Some(before), Some(after)) => format!("{before} → {after}"),
            (Some(one), None) | (None, Some(one)) => one,
            (None, None) => String::new(),
        }
    }

    /// The tests that pass on one edition's rules and not on the other's.
    pub fn tests_that_change(&self) -> impl Iterator<Item = &Retested> {
        self.retest.tests.iter().filter(|test| test.changes())
    }

    /// Where a test stands.
    pub fn place_of_test(&self, test: &Retested) -> String {
        match test.edition {
            TestEdition::Older => self.old.line_of(test.place),
            TestEdition::Newer => self.new.line_of(test.place),
        }
    }
}

/// `charge BASE "Transportation"`
pub fn heading(change: &Change) -> String {
    let label = change.label.as_ref().map(|label| format!(" \"{label}\"")).unwrap_or_default();
    match change.kind {
        Kind::Header => "header".to_owned(),
        kind => format!("{kind} {}{label}", change.name),
    }
}

/// `added`, `removed`, `renamed from X`; nothing for what is another.
pub fn how(change: &Change) -> String {
    match &change.how {
        How::Added => "added".to_owned(),
        How::Removed => "removed".to_owned(),
        How::Changed => String::new(),
        How::Renamed(was) => format!("renamed from {was}, otherwise the same"),
    }
}

/// `when, option SIZE`
pub fn aspect(detail: &Detail) -> String {
    let mut parts: Vec<&str> = detail.within.iter().map(String::as_str).collect();
    if !detail.aspect.is_empty() && (parts.is_empty() || !parts.iter().any(|part| part.starts_with(&*detail.aspect))) {
        parts.insert(0, &detail.aspect);
    }
    parts.join(", ")
}

fn rows(count: usize) -> String {
    if count == 1 { "1 row".to_owned() } else { format!("{} rows", grouped(count)) }
}

/// What a table is said to have changed, in one line.
pub fn table_summary(table: &TableChange) -> String {
    let (before, after) = table.rows;
    let all = match before == after {
        true => rows(before),
        false => format!("{}, now {}", rows(before), grouped(after)),
    };
    if !table.decided {
        let (gone, come) = table.rows_apart;
        if table.reordered {
            return format!("too large to compare key by key: the same rows in another order ({all})");
        }
        return format!(
            "too large to compare key by key: {} only in the older edition, {} only in the newer ({all})",
            rows(gone),
            grouped(come)
        );
    }
    let ranges = if table.boxes.len() == 1 { "range of keys answers" } else { "ranges of keys answer" };
    let mut text = format!("{} {ranges} otherwise, of {all}", grouped(table.boxes.len()));
    let mut parts: Vec<(Number, &ValueChange)> = Vec::new();
    for value in table.boxes.iter().flat_map(|one| &one.values) {
        parts.extend(value.part().map(|part| (part, value)));
    }
    parts.sort_by(|(a, _), (b, _)| a.cmp(b));
    if let (Some((low, _)), Some((high, _)), true) = (parts.first(), parts.last(), parts.len() > 1) {
        match low == high {
            true => text.push_str(&format!("; all {}", percent(low))),
            false => text.push_str(&format!("; {} to {}", percent(low), percent(high))),
        }
    }
    text
}

/// The box with the largest change in parts.
pub fn largest_box(table: &TableChange) -> Option<&ratewright::difference::BoxChange> {
    let size = |one: &&ratewright::difference::BoxChange| {
        one.values.iter().filter_map(ValueChange::part).map(|part| part.abs()).max()
    };
    table.boxes.iter().filter(|one| size(one).is_some()).max_by_key(size)
}

/// `zone A, weight 500 until 1000 lb`
pub fn keys(one: &ratewright::difference::BoxChange) -> String {
    let keys: Vec<String> = one
        .keys
        .iter()
        .map(|(name, keys)| if name == "valid" { keys.clone() } else { format!("{name} {keys}") })
        .collect();
    if keys.is_empty() { "all keys".to_owned() } else { keys.join(", ") }
}

/// `price 42.10 USD → 43.00 USD`; the column is left out where the table has one.
pub fn value(value: &ValueChange, alone: bool) -> String {
    let column = if alone || value.column.is_empty() { String::new() } else { format!("{} ", value.column) };
    let part = value.part().map(|part| format!(" ({})", percent(&part))).unwrap_or_default();
    format!("{column}{} → {}{part}", value.before, value.after)
}

/// `passes`, `fails: expected total is 5.00 USD, found 5.20 USD`, `does not apply: …`
pub fn verdict(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Passed => "passes".to_owned(),
        Verdict::Failed(failures) => {
            let one = |failure: &ratewright::testing::Failure| {
                let difference = failure.difference.as_ref().map(|by| format!(" ({by})")).unwrap_or_default();
                format!("expected {}, found {}{difference}", failure.expected, failure.found)
            };
            format!("fails: {}", failures.iter().map(one).collect::<Vec<_>>().join("; "))
        }
        Verdict::DoesNotApply(why) => format!("does not apply: {why}"),
    }
}

/// A part of one as a percentage for reading: `+2.14%`.
pub fn percent(part: &Number) -> String {
    let text = figures::percent(part);
    if text.starts_with('-') || text == "0%" { text } else { format!("+{text}") }
}

/// An amount of a sum's currency, with its digits.
pub fn amount(sum: &Sum, amount: &Number) -> String {
    Money { amount: amount.clone(), currency: sum.currency }.to_string()
}

/// `+1.50 USD (+2.14%)`
pub fn by_how_much(sum: &Sum) -> String {
    let difference = sum.difference();
    let sign = if difference.is_positive() { "+" } else { "" };
    let part = sum.part().filter(|_| !difference.is_zero()).map(|part| format!(" ({})", percent(&part)));
    format!("{sign}{}{}", amount(sum, &difference), part.unwrap_or_default())
}

/// The class of change with a number: `-5% until -2%`.
pub fn class(at: usize) -> String {
    let bound = |at: usize| CLASSES.get(at).copied();
    match (at.checked_sub(1).and_then(bound), bound(at)) {
        (None, Some(high)) => format!("under {high}%"),
        (Some(low), None) => format!("from +{low}%"),
        (Some("-1"), Some("1")) => "-1% until +1%".to_owned(),
        (Some(low), Some(high)) if low.starts_with('-') => format!("{low}% until {high}%"),
        (Some(low), Some(high)) => format!("+{low}% until +{high}%"),
        (None, None) => String::new(),
    }
}
