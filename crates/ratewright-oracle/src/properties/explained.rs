//! What an explanation tells held against what the oracle tells: the value of each definition, and what each tier gave.

use super::Trial;
use crate::oracle::{Explained as Told, Named, ToldTier};
use ratewright::eval::Explanation;
use ratewright::eval::explain::{Explained, Step, Steps};
use std::collections::BTreeSet;

/// Both tell the same, of all that an explanation names.
pub fn same(trial: &mut Trial<'_>, explanation: &Explanation, told: &Told) -> Result<(), String> {
    if explanation.is_cut_short() {
        trial.count("explanations that are cut short");
        return Ok(());
    }
    // What a contract or an exception replaces has the same name, and stands behind it.
    let mut known = BTreeSet::new();
    for explained in explanation.definitions().iter().chain(explanation.charges().iter()) {
        let versions = told.named.get(explained.name).map(Vec::as_slice).unwrap_or_default();
        let versions = if known.insert(explained.name) { versions.get(..1).unwrap_or_default() } else { versions };
        let tiers = tiers_of(explained);
        let rows: BTreeSet<_> = explained.rows.iter().map(|row| (row.table.to_owned(), row.row)).collect();
        let same = |told: &Named| {
            let same_rows = told.rows.as_ref().is_none_or(|told| *told == rows);
            same_rows && told.tiers == tiers && same_value(explained.value, told)
        };
        if !versions.iter().any(same) {
            let engine = (explained.value, &tiers, &rows);
            return Err(format!("{}: engine {engine:?}; oracle {versions:?}", explained.name));
        }
        trial.count("values of definitions and charges");
        trial.count_many("tiers", tiers.len());
    }
    Ok(())
}

/// Whether a value is told as the oracle has it; a row of a table is told by its number.
fn same_value(engine: Option<&str>, told: &Named) -> bool {
    let row = engine.and_then(|words| words.strip_prefix("row ")?.split_once(" of "));
    match (row, &told.rows) {
        (Some((row, table)), Some(rows)) => row.parse().is_ok_and(|row| rows.contains(&(table.to_owned(), row))),
        _ => engine == told.value.as_deref(),
    }
}

/// What tiers gave within something, in a fixed order.
fn tiers_of(explained: Explained<'_>) -> Vec<ToldTier> {
    let mut found = Vec::new();
    gather(explained.parts, &mut found);
    found.sort();
    found
}

fn gather(steps: Steps<'_>, found: &mut Vec<ToldTier>) {
    for step in steps.iter() {
        found.extend(tier(step));
        gather(step.parts, found);
    }
}

/// The tier that a step tells of, if it tells of one: its label begins as no expression does.
fn tier(step: Step<'_>) -> Option<ToldTier> {
    let mut words = step.label.split(' ');
    let (first, second) = (words.next()?, words.next()?);
    let bounds =
        second == "to" && first.trim_start_matches(['≈', '-']).starts_with(|digit: char| digit.is_ascii_digit());
    if !(bounds || matches!(first, "from" | "over" | "under")) || !step.parts.is_empty() {
        return None;
    }
    let priced = step.notes.iter().next()?.to_owned();
    Some(ToldTier { label: step.label.to_owned(), priced, amount: step.value?.to_owned() })
}
