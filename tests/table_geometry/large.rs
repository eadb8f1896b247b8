//! The same of tables whose keys are too many to look at: at points that are drawn from all of them, and beside the ends of rows.

use super::oracle::{Meaning, accepts, contains, meaning, values, winners_at};
use super::random::{KeyColumn, LARGE, Random, Sample, sample};
use super::{ALL, Outcome, ensure, inside, look_up, said, setting, shown};
use ratewright::table::{Domain, HitPolicy, Table};
use ratewright::value::Value;
use std::collections::HashSet;

const POINTS: usize = 60;

#[test]
fn every_finding_is_what_points_of_a_large_world_say() {
    let (tables, first) = (setting("RATEWRIGHT_TABLES", 2_000) / 40, setting("RATEWRIGHT_TABLES_SEED", 1));
    let (mut missing, mut several, mut changed) = (0, 0, 0);
    for seed in first..first + tables {
        let sample = sample(seed, &LARGE);
        match check(&sample, &mut Random(seed)) {
            Ok(seen) => {
                missing += seen.missing;
                several += seen.several;
                changed += seen.changed;
            }
            Err(why) => panic!("seed {seed}: {why}\n{}", shown(&sample)),
        }
    }
    let enough = tables as usize / 8;
    assert!(missing > enough && several > enough && changed > enough, "{missing} {several} {changed}");
}

/// At how many points was what.
#[derive(Default)]
struct Seen {
    missing: usize,
    several: usize,
    changed: usize,
}

fn check(sample: &Sample, random: &mut Random) -> Result<Seen, String> {
    let (table, newer) = (&sample.table, &sample.newer);
    let keys: Vec<Vec<Value>> = sample.columns.iter().map(KeyColumn::keys).collect();
    let columns: Vec<usize> = (0..keys.len()).collect();
    let domains: Vec<Domain> = sample.columns.iter().map(|column| column.domain.clone()).collect();
    let analysis = table.analyse(&domains, ALL);
    let difference = table.difference(newer, &domains, ALL);
    ensure(analysis.decided && difference.decided && !analysis.more_gaps, || "not decided".into())?;
    let overlaps: HashSet<(u32, u32)> =
        analysis.overlaps.iter().map(|overlap| (overlap.first, overlap.second)).collect();
    let never: HashSet<u32> = analysis.never.iter().map(|never| never.row).collect();
    let inside: Vec<Vec<bool>> = columns.iter().map(|c| inside(table, *c, &domains[*c], &keys[*c])).collect();
    let rows: Vec<u32> = (0..table.matchable() as u32).filter(|row| says_something(table, &keys, *row)).collect();
    let mut seen = Seen::default();
    for _ in 0..POINTS {
        let at = point(table, &keys, random);
        let key: Vec<Value> = at.iter().zip(&keys).map(|(at, keys)| keys[*at].clone()).collect();
        let possible =
            at.iter().enumerate().all(|(c, at)| inside[c][*at] || !matches!(domains[c], Domain::Between(..)));
        let found = winners_at(table, &columns, &key);
        look_up(table, &columns, &key, found.clone())?;
        if !possible {
            continue;
        }
        ensure(found.iter().all(|row| !never.contains(row)), || format!("{found:?} at {key:?}, and never {never:?}"))?;
        if matches!(table.policy, HitPolicy::Unique | HitPolicy::Any | HitPolicy::MostSpecific) {
            seen.several += usize::from(found.len() > 1);
            let pairs =
                found.iter().enumerate().flat_map(|(at, second)| found[..at].iter().map(|first| (*first, *second)));
            let missed = pairs.into_iter().find(|pair| !overlaps.contains(pair));
            ensure(missed.is_none(), || format!("{missed:?} overlap at {key:?}"))?;
        }
        let named = rows.iter().any(|row| has_open_keys(table, &domains, *row, &key));
        let looked_at = at.iter().enumerate().all(|(column, at)| inside[column][*at]);
        let told = analysis.gaps.iter().filter(|gap| contains(&gap.region, &key)).count();
        let wanted = found.is_empty() && named && looked_at;
        seen.missing += usize::from(wanted);
        let fits = told < 2 && (found.is_empty() || told == 0) && (!wanted || told == 1);
        ensure(fits, || format!("{key:?} lies in {told} gaps, wanted {wanted}"))?;
        seen.changed += usize::from(changed(table, newer, &columns, &difference, &key)?);
    }
    Ok(seen)
}

/// A point anywhere, or where a row says something in each column but perhaps one.
fn point(table: &Table, keys: &[Vec<Value>], random: &mut Random) -> Vec<usize> {
    let anywhere = |random: &mut Random| keys.iter().map(|keys| random.below(keys.len())).collect::<Vec<usize>>();
    let mut at = anywhere(random);
    if table.matchable() == 0 || random.once_in(4) {
        return at;
    }
    let row = random.below(table.matchable()) as u32;
    let free = random.below(2 * keys.len());
    for (column, at) in at.iter_mut().enumerate().filter(|(column, _)| *column != free) {
        let cell = table.cell(row, column as u16).unwrap();
        let fits: Vec<usize> = (0..keys[column].len())
            .filter(|key| accepts(table.columns[column].role, cell, &keys[column][*key]))
            .collect();
        if let (Some(first), Some(last)) = (fits.first(), fits.last()) {
            // Its ends, just past them, or between.
            let chosen =
                [*first, first.saturating_sub(1), *last, (last + 1).min(keys[column].len() - 1), *random.one_of(&fits)];
            *at = *random.one_of(&chosen);
        }
    }
    at
}

/// Whether the row accepts some key in every column.
fn says_something(table: &Table, keys: &[Vec<Value>], row: u32) -> bool {
    let says = |(column, keys): (usize, &Vec<Value>)| {
        let cell = table.cell(row, column as u16).unwrap();
        keys.iter().any(|key| accepts(table.columns[column].role, cell, key))
    };
    keys.iter().enumerate().all(says)
}

/// Whether the row accepts the keys of the open columns.
fn has_open_keys(table: &Table, domains: &[Domain], row: u32, key: &[Value]) -> bool {
    let accepts = |(column, key): (usize, &Value)| {
        let cell = table.cell(row, column as u16).unwrap();
        domains[column] != Domain::Named
            || matches!(key, Value::Absent)
            || accepts(table.columns[column].role, cell, key)
    };
    key.iter().enumerate().all(accepts)
}

/// Whether the tables differ at the key; and whether that is what was told.
fn changed(
    old: &Table,
    new: &Table,
    columns: &[usize],
    difference: &ratewright::table::difference::TableDifference,
    key: &[Value],
) -> Result<bool, String> {
    let at = |table: &Table| meaning(table, &winners_at(table, columns, key));
    let (before, after) = (at(old), at(new));
    if before == Meaning::Conflict && after == Meaning::Conflict {
        return Ok(false);
    }
    let told: Vec<_> = difference.changed.iter().filter(|changed| contains(&changed.region, key)).collect();
    let right = match told.as_slice() {
        [] => before == after,
        [one] => before != after && (said(old, &one.before), said(new, &one.after)) == (before.clone(), after.clone()),
        _ => false,
    };
    let check: Outcome =
        ensure(right, || format!("{key:?}: {before:?} to {after:?}, told {told:?}, {:?}", values(old, 0)));
    check.map(|()| before != after)
}
