//! Gaps, overlaps, dead rows, idle columns and differences of random tables, held against every key of a small world.
//!
//! Each seed is a table with one to four columns of any kind, any hit policy, and a newer version of it (`random.rs`). What its rows mean at every key
//! is worked out cell by cell from the words of the grammar (`oracle.rs`); what `Table::analyse`, `Table::difference` and
//! `Table::look_up` say must be exactly that. By default 2 000 tables are drawn; the long run is
//! `RATEWRIGHT_TABLES=100000 cargo test --release --test table_geometry`,
//! and `RATEWRIGHT_TABLES_SEED` takes other tables. A failure prints the seed and the table.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unreachable)]

mod large;
mod oracle;
mod random;

use oracle::{World, between, contains, meaning, winners_at};
use random::{KeyColumn, SMALL, Sample, sample};
use ratewright::table::analysis::{Analysis, Effort};
use ratewright::table::difference::{self, TableDifference};
use ratewright::table::interval::Cut;
use ratewright::table::{Cell, Collect, Domain, Found, HitPolicy, Near, Role, Table};
use ratewright::types::Type;
use ratewright::value::Value;
use std::collections::{BTreeMap, BTreeSet};

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().expect("a whole number"))
}

/// Enough for every table here: all findings are told.
const ALL: Effort = Effort { steps: 50_000_000, findings: usize::MAX / 16, hints: true };

#[test]
fn every_finding_is_what_every_key_says() {
    let (tables, first) = (setting("RATEWRIGHT_TABLES", 2_000), setting("RATEWRIGHT_TABLES_SEED", 1));
    let mut seen = Seen::default();
    let mut wrong = Vec::new();
    for seed in first..first + tables {
        let sample = sample(seed, &SMALL);
        if let Err(why) = check(&sample, &mut seen) {
            wrong.push((seed, why));
        }
    }
    if let Some((seed, why)) = wrong.first() {
        let seeds: Vec<u64> = wrong.iter().map(|(seed, _)| *seed).take(20).collect();
        panic!("{} of {tables} tables, {seeds:?}; seed {seed}: {why}\n{}", wrong.len(), shown(&sample(*seed, &SMALL)));
    }
    // A generator that makes nothing worth finding would agree with anything.
    let enough = tables / 50;
    assert!(seen.gaps > enough && seen.overlaps > enough && seen.never > enough && seen.changed > enough, "{seen:?}");
    assert!(
        seen.complete > enough && seen.idle > enough && seen.unchanged > enough && seen.joinable > enough,
        "{seen:?}"
    );
}

/// How many of the tables had what.
#[derive(Debug, Default)]
struct Seen {
    keys: usize,
    gaps: u64,
    complete: u64,
    overlaps: u64,
    never: u64,
    idle: u64,
    joinable: u64,
    changed: u64,
    unchanged: u64,
}

type Outcome = Result<(), String>;

fn ensure(holds: bool, why: impl FnOnce() -> String) -> Outcome {
    if holds { Ok(()) } else { Err(why()) }
}

fn check(sample: &Sample, seen: &mut Seen) -> Outcome {
    let keys: Vec<Vec<Value>> = sample.columns.iter().map(KeyColumn::keys).collect();
    let world = World::new(&sample.table, keys.clone());
    let domains: Vec<Domain> = sample.columns.iter().map(|column| column.domain.clone()).collect();
    let analysis = sample.table.analyse(&domains, ALL);
    ensure(analysis.decided, || "not decided".into())?;
    let possible: Vec<Vec<bool>> =
        sample.columns.iter().zip(&keys).map(|(column, keys)| possible(column, keys)).collect();
    let all: Vec<Vec<usize>> = world.all().collect();
    let may = |at: &[usize]| at.iter().enumerate().all(|(column, key)| possible[column][*key]);
    let within: Vec<&Vec<usize>> = all.iter().filter(|at| may(at)).collect();
    seen.keys += all.len();
    look_ups(&world, &all)?;
    nearest(&world, &all)?;
    gaps(sample, &world, &all, &analysis)?;
    overlaps(&world, &within, &analysis)?;
    never(&world, &within, &analysis)?;
    idle(&world, &within, &possible, &analysis)?;
    joinable(&world, &analysis)?;
    seen.gaps += u64::from(!analysis.gaps.is_empty());
    seen.complete += u64::from(analysis.gaps.is_empty() && sample.table.matchable() > 1);
    seen.overlaps += u64::from(!analysis.overlaps.is_empty());
    seen.never += u64::from(!analysis.never.is_empty());
    seen.idle += u64::from(!analysis.idle.is_empty());
    seen.joinable += u64::from(!analysis.joinable.is_empty());
    let newer = World::new(&sample.newer, keys);
    match difference(&world, &newer, &domains, &within)? {
        true => seen.changed += 1,
        false => seen.unchanged += 1,
    }
    Ok(())
}

/// Which keys a column can have at all: where its domain is said, those in it, and no key.
fn possible(column: &KeyColumn, keys: &[Value]) -> Vec<bool> {
    let lies = |key: &Value| match &column.domain {
        Domain::Between(low, high) => matches!(key, Value::Absent) || between(low, high, key),
        Domain::Reach | Domain::Named => true,
    };
    keys.iter().map(lies).collect()
}

/// An indexed look-up finds what is left of the rows.
fn look_ups(world: &World, all: &[Vec<usize>]) -> Outcome {
    all.iter().try_for_each(|at| look_up(world.table, &world.columns, &world.key(at), world.winners(at)))
}

fn look_up(table: &Table, columns: &[usize], key: &[Value], rows: Vec<u32>) -> Outcome {
    let is_day = |(column, _): &(&usize, &Value)| table.columns[**column].role == Role::Valid;
    let day = columns.iter().zip(key).find(is_day);
    let keys: Vec<Value> = columns.iter().zip(key).filter(|at| !is_day(at)).map(|(_, key)| key.clone()).collect();
    let otherwise = matches!(table.default, ratewright::table::Default::Row);
    let refuses = matches!(table.default, ratewright::table::Default::Refuse(..));
    let wanted = match (&table.policy, rows.as_slice()) {
        (HitPolicy::Collect(_), []) if otherwise => Found::Rows(vec![table.matchable() as u32]),
        (HitPolicy::Collect(_), []) if refuses => Found::Nothing,
        (HitPolicy::Collect(_), _) => Found::Rows(rows),
        (_, []) if otherwise => Found::Row(table.matchable() as u32),
        (_, []) => Found::Nothing,
        (_, [row]) => Found::Row(*row),
        (HitPolicy::Any, [first, others @ ..]) => {
            let first_values = oracle::values(table, *first);
            match others.iter().find(|row| oracle::values(table, **row) != first_values) {
                Some(other) => Found::Several(*first, *other),
                None => Found::Row(*first),
            }
        }
        (_, [first, second, ..]) => Found::Several(*first, *second),
    };
    let found = table.look_up(&keys, day.and_then(|(_, key)| key.as_date()));
    ensure(found == wanted, || format!("look-up of {key:?}: {found:?}, and it is {wanted:?}"))
}

/// The rows that are named where none matches fail in the columns that are named, and no row fails in fewer.
fn nearest(world: &World, all: &[Vec<usize>]) -> Outcome {
    let table = world.table;
    let missed = all.iter().filter(|at| world.candidates(at) == 0 && table.matchable() > 0);
    for at in missed.step_by(40) {
        let key = world.key(at);
        let day = world.columns.iter().zip(&key).find(|(column, _)| table.columns[**column].role == Role::Valid);
        let keys = world.columns.iter().zip(&key).filter(|(column, _)| table.columns[**column].role != Role::Valid);
        let keys: Vec<Value> = keys.map(|(_, key)| key.clone()).collect();
        let near = table.nearest(&keys, day.and_then(|(_, key)| key.as_date()));
        let failing = |row: u32| -> Vec<u16> {
            let fails = |place: &usize| world.accepting(*place, at[*place]) & (1 << row) == 0;
            (0..at.len()).filter(fails).map(|place| world.columns[place] as u16).collect()
        };
        let fewest = (0..table.matchable() as u32).map(|row| failing(row).len()).min();
        let right = |near: &Near| near.columns == failing(near.row) && Some(near.columns.len()) == fewest;
        let holds = (1..=3).contains(&near.len()) && near.iter().all(right);
        ensure(holds, || format!("nearest to {key:?}: {near:?}, and the least is {fewest:?}"))?;
        if fewest == Some(1) {
            closest(world, at, &near, &failing)?;
        }
    }
    Ok(())
}

/// Of the rows that one cell keeps from matching, those are named that begin or end next to the key; of a hole both, and first.
fn closest(world: &World, at: &[usize], near: &[Near], failing: &dyn Fn(u32) -> Vec<u16>) -> Outcome {
    // A cell that accepts nothing lies as far away as its ends, which keys do not show.
    let rows = 0..world.table.matchable() as u32;
    let says_something = |row: u32| {
        let some =
            |keys: &[Value], place: usize| (0..keys.len()).any(|key| world.accepting(place, key) & (1 << row) != 0);
        world.keys.iter().enumerate().all(|(place, keys)| some(keys, place))
    };
    if !rows.clone().all(says_something) {
        return Ok(());
    }
    let mut holes = Vec::new();
    for (place, column) in world.columns.iter().enumerate() {
        let key = &world.keys[place][at[place]];
        let accepts = |row: u32, key: usize| world.accepting(place, key) & (1 << row) != 0;
        if !matches!(key, Value::Number(_) | Value::Date(_) | Value::Time(_)) {
            continue;
        }
        // How many keys further down, and up, a row accepts one.
        let below = |row: u32| (0..at[place]).rev().find(|key| accepts(row, *key)).map(|key| at[place] - key);
        let above =
            |row: u32| (at[place]..world.keys[place].len()).find(|key| accepts(row, *key)).map(|key| key - at[place]);
        let alone = rows.clone().filter(|row| failing(*row) == [*column as u16]);
        let (lower, upper): (Vec<u32>, Vec<u32>) =
            alone.filter(|row| below(*row).is_some() != above(*row).is_some()).partition(|row| below(*row).is_some());
        for Near { row, .. } in near.iter().filter(|near| near.columns == [*column as u16]) {
            // An end that is included and one that is not are as near, and lie one key apart.
            let nearer = |other: &&u32| match (lower.contains(row), upper.contains(row)) {
                (true, _) => lower.contains(other) && below(**other) < below(*row).map(|far| far - 1),
                (_, true) => upper.contains(other) && above(**other) < above(*row).map(|far| far - 1),
                _ => false,
            };
            let missed = lower.iter().chain(&upper).find(nearer);
            ensure(missed.is_none(), || format!("{near:?} are named, and {missed:?} is nearer to {key:?}"))?;
        }
        if !lower.is_empty() && !upper.is_empty() {
            holes.push((*column as u16, lower, upper));
        }
    }
    // Texts have holes as well, which are not looked for here.
    let is_text = |near: &Near| matches!(world.table.columns[usize::from(near.columns[0])].ty, Type::Text);
    let is_hole = match near {
        [below, above, ..] if below.columns == above.columns => {
            let sides = |(column, lower, upper): &(u16, Vec<u32>, Vec<u32>)| {
                below.columns == [*column] && !upper.contains(&below.row) && !lower.contains(&above.row)
            };
            is_text(below) || holes.iter().any(sides)
        }
        _ => false,
    };
    ensure(holes.is_empty() || is_hole, || format!("{near:?} are named, and the holes are {holes:?}"))
}

/// The keys at which gaps are looked for in a column that says which those are. `keys` are those of its world.
fn inside(table: &Table, column: usize, domain: &Domain, keys: &[Value]) -> Vec<bool> {
    let role = table.columns[column].role;
    let cells = || table.distinct(column as u16).iter().filter(|cell| !matches!(cell, Cell::Any));
    // A cell that accepts no key reaches nowhere.
    let says = |(low, high): &(Cut, Cut)| keys.iter().any(|key| between(low, high, key));
    let reach: Vec<(Cut, Cut)> = match domain {
        Domain::Reach => cells().map(|cell| ends(role, cell)).filter(says).collect(),
        Domain::Between(..) | Domain::Named => Vec::new(),
    };
    let lies = |key: &Value| match (domain, key) {
        (_, Value::Absent) | (Domain::Named, _) => true,
        (Domain::Between(low, high), _) => between(low, high, key),
        // From the lowest to the highest end of the cells.
        (Domain::Reach, _) => {
            let begun = reach.iter().any(|(low, _)| between(low, &Cut::End, key));
            reach.is_empty() || (begun && reach.iter().any(|(_, high)| between(&Cut::Start, high, key)))
        }
    };
    keys.iter().map(lies).collect()
}

/// The ends of what a cell accepts.
fn ends(role: Role, cell: &Cell) -> (Cut, Cut) {
    let at = |value: &Value, after| Cut::At(value.clone(), after);
    match (cell, role) {
        (Cell::Value(value), Role::Break) => (at(value, false), Cut::End),
        (Cell::Value(value), Role::NextRow) => (Cut::Start, at(value, true)),
        (Cell::Value(value), _) => (at(value, false), at(value, true)),
        (Cell::Range(ends), _) => (
            ends.low.as_ref().map_or(Cut::Start, |(low, included)| at(low, !included)),
            ends.high.as_ref().map_or(Cut::End, |(high, included)| at(high, *included)),
        ),
        (Cell::Period(period), _) => (
            period.from.map_or(Cut::Start, |from| at(&Value::Date(from), false)),
            period.until.map_or(Cut::End, |until| at(&Value::Date(until), false)),
        ),
        other => panic!("{other:?}"),
    }
}

/// The gaps are the keys that no row accepts, of those that are looked at: where a column is open, such as one of texts, only
/// keys that some row has there are missed.
fn gaps(sample: &Sample, world: &World, all: &[Vec<usize>], analysis: &Analysis) -> Outcome {
    ensure(!analysis.more_gaps, || "not all gaps".into())?;
    let domain = |place: usize| &sample.columns[place].domain;
    let open: Vec<usize> = (0..sample.columns.len()).filter(|place| *domain(*place) == Domain::Named).collect();
    let inside: Vec<Vec<bool>> = (0..sample.columns.len())
        .map(|place| inside(world.table, world.columns[place], domain(place), &world.keys[place]))
        .collect();
    // A row that says nothing in some column is as good as none.
    let says = |row: &usize| {
        (0..world.keys.len())
            .all(|place| (0..world.keys[place].len()).any(|key| world.accepting(place, key) & (1 << row) != 0))
    };
    let everything = (0..world.table.matchable()).filter(says).fold(0_u64, |rows, row| rows | 1 << row);
    let mut shown = vec![false; analysis.gaps.len()];
    for at in all.iter().filter(|_| everything != 0) {
        let known = open.iter().filter(|place| !matches!(world.keys[**place][at[**place]], Value::Absent));
        let named = known.fold(everything, |rows, place| rows & world.accepting(*place, at[*place]));
        let looked_at = at.iter().enumerate().all(|(place, key)| inside[place][*key]);
        let missed = world.candidates(at) == 0;
        let wanted = missed && looked_at && named != 0;
        let key = world.key(at);
        let told: Vec<usize> = (0..shown.len()).filter(|gap| contains(&analysis.gaps[*gap].region, &key)).collect();
        // A gap may reach beyond what is looked at, in columns whose keys it does not name.
        let fits = told.len() < 2 && (missed || told.is_empty()) && (!wanted || told.len() == 1);
        ensure(fits, || format!("gap told {} wanted {wanted} at {key:?}: {:?}", told.len(), analysis.gaps))?;
        told.iter().filter(|_| wanted).for_each(|gap| shown[*gap] = true);
    }
    let needless = shown.iter().position(|shown| !shown).map(|gap| &analysis.gaps[gap]);
    ensure(needless.is_none() || everything == 0, || format!("needless gap {needless:?}"))?;
    for gap in &analysis.gaps {
        let at: Vec<Value> =
            gap.at.iter().zip(&world.keys).map(|(key, keys)| key.clone().unwrap_or(keys[0].clone())).collect();
        ensure(contains(&gap.region, &at), || format!("{at:?} is not in its gap {gap:?}"))?;
        ensure(winners_at(world.table, &world.columns, &at).is_empty(), || format!("a row matches at {gap:?}"))?;
    }
    Ok(())
}

fn overlaps(world: &World, within: &[&Vec<usize>], analysis: &Analysis) -> Outcome {
    let counts = matches!(world.table.policy, HitPolicy::Unique | HitPolicy::Any | HitPolicy::MostSpecific);
    let mut wanted = BTreeMap::new();
    for at in within.iter().filter(|_| counts) {
        let rows = world.winners(at);
        for (place, second) in rows.iter().enumerate() {
            for first in &rows[..place] {
                let agree = oracle::values(world.table, *first) == oracle::values(world.table, *second);
                wanted.insert((*second, *first), agree);
            }
        }
    }
    let told: BTreeMap<(u32, u32), bool> =
        analysis.overlaps.iter().map(|overlap| ((overlap.second, overlap.first), overlap.agree)).collect();
    ensure(told == wanted && told.len() == analysis.overlaps.len(), || {
        format!("overlaps {told:?}, and they are {wanted:?}")
    })?;
    for overlap in &analysis.overlaps {
        // Where it does not matter which key is given in a column, each of them shows it.
        for place in 0..2 {
            let key = |(key, keys): (&Option<Value>, &Vec<Value>)| {
                let keys: Vec<&Value> = keys.iter().filter(|key| !matches!(key, Value::Absent)).collect();
                key.clone().unwrap_or(keys[place * (keys.len() - 1)].clone())
            };
            let at: Vec<Value> = overlap.at.iter().zip(&world.keys).map(key).collect();
            let rows = winners_at(world.table, &world.columns, &at);
            ensure(rows.contains(&overlap.first) && rows.contains(&overlap.second), || {
                format!("{overlap:?} is not shown by {at:?}: {rows:?}")
            })?;
        }
    }
    Ok(())
}

fn never(world: &World, within: &[&Vec<usize>], analysis: &Analysis) -> Outcome {
    let collects = matches!(world.table.policy, HitPolicy::Collect(_));
    let mut found = BTreeSet::new();
    let mut instead: Vec<BTreeSet<u32>> = vec![BTreeSet::new(); world.table.matchable()];
    for at in within.iter().filter(|_| !collects) {
        let rows = world.winners(at);
        let candidates = world.candidates(at);
        for row in (0..world.table.matchable()).filter(|row| candidates & (1 << row) != 0) {
            instead[row].extend(&rows);
        }
        found.extend(rows);
    }
    let wanted: Vec<u32> =
        (0..world.table.matchable() as u32).filter(|row| !collects && !found.contains(row)).collect();
    let told: Vec<u32> = analysis.never.iter().map(|never| never.row).collect();
    ensure(told == wanted, || format!("never found {told:?}, and it is {wanted:?}"))?;
    for never in &analysis.never {
        let instead = &instead[never.row as usize];
        let by: BTreeSet<u32> = never.by.iter().copied().collect();
        ensure(by.is_subset(instead) && by.is_empty() == instead.is_empty(), || {
            format!("{never:?}, and it is {instead:?}")
        })?;
    }
    Ok(())
}

/// A column is idle where another key in it never changes what is found.
fn idle(world: &World, within: &[&Vec<usize>], possible: &[Vec<bool>], analysis: &Analysis) -> Outcome {
    let table = world.table;
    let meanings: BTreeMap<&Vec<usize>, oracle::Meaning> =
        within.iter().map(|at| (*at, conflicting(table, &world.winners(at)))).collect();
    let mut wanted = Vec::new();
    for (place, column) in world.columns.iter().enumerate() {
        let says = table.distinct(*column as u16).iter().any(|cell| *cell != Cell::Any);
        let first = possible[place].iter().position(|possible| *possible);
        let same = |at: &&Vec<usize>| {
            let mut other = (*at).clone();
            other[place] = first.unwrap();
            meanings[*at] == meanings[&other]
        };
        if table.matchable() > 1 && says && within.iter().all(same) {
            wanted.push(*column);
        }
    }
    // A world without any key says nothing.
    let told = &analysis.idle;
    ensure(*told == wanted || within.is_empty(), || format!("idle {told:?}, and it is {wanted:?}"))
}

/// As the meaning; rows that conflict are different from others that do and have other values.
fn conflicting(table: &Table, rows: &[u32]) -> oracle::Meaning {
    match meaning(table, rows) {
        oracle::Meaning::Conflict => {
            let mut all: Vec<Vec<Value>> = rows.iter().map(|row| oracle::values(table, *row)).collect();
            all.sort();
            oracle::Meaning::Many(all)
        }
        other => other,
    }
}

/// Two rows that could be one have the same values and keys but for one column, and there one begins as the other ends.
fn joinable(world: &World, analysis: &Analysis) -> Outcome {
    for pair in &analysis.joinable {
        let place = world.columns.iter().position(|column| *column == pair.column).unwrap();
        let same = (0..world.table.columns.len() as u16)
            .filter(|column| usize::from(*column) != pair.column)
            .all(|column| world.table.cell(pair.first, column) == world.table.cell(pair.second, column));
        let takes = |row: u32| -> Vec<usize> {
            let keys = 0..world.keys[place].len();
            keys.filter(|key| world.accepting(place, *key) & (1 << row) != 0).collect()
        };
        let both: BTreeSet<usize> = takes(pair.first).into_iter().chain(takes(pair.second)).collect();
        let apart = both.len() == takes(pair.first).len() + takes(pair.second).len();
        // Of lists, two may name one key.
        let touch = apart || world.table.columns[pair.column].role == Role::Exact;
        ensure(pair.first < pair.second && same && touch, || format!("{pair:?}"))?;
    }
    Ok(())
}

/// Whether anything changed; where, and from what to what, is what the rows say, and where they are added up, what they come to.
fn difference(old: &World, new: &World, domains: &[Domain], all: &[&Vec<usize>]) -> Result<bool, String> {
    let collected = old.table.difference_collected(new.table, domains, ALL);
    differs(old, new, all, &collected, oracle::collected)?;
    differs(old, new, all, &old.table.difference(new.table, domains, ALL), meaning)
}

fn differs(
    old: &World,
    new: &World,
    all: &[&Vec<usize>],
    difference: &TableDifference,
    meaning: fn(&Table, &[u32]) -> oracle::Meaning,
) -> Result<bool, String> {
    ensure(difference.decided, || "the difference is not decided".into())?;
    let mut any = false;
    for at in all {
        let key = old.key(at);
        let (rows, new_rows) = (old.winners(at), new.winners(at));
        let (before, after) = (meaning(old.table, &rows), meaning(new.table, &new_rows));
        let told: Vec<_> = difference.changed.iter().filter(|changed| contains(&changed.region, &key)).collect();
        ensure(told.len() < 2, || format!("{key:?} changed twice: {told:?}"))?;
        if before == oracle::Meaning::Conflict && after == oracle::Meaning::Conflict {
            // Both fail; whether with the same words is nothing that a caller could rely on.
            continue;
        }
        any |= before != after;
        ensure((before != after) == (told.len() == 1), || {
            format!("{key:?}: {before:?} to {after:?}, and told is {told:?}")
        })?;
        for changed in told {
            let said = (said(old.table, &changed.before), said(new.table, &changed.after));
            ensure(said == (before.clone(), after.clone()), || {
                format!("{key:?}: {before:?} to {after:?}, and told is {said:?}")
            })?;
        }
    }
    ensure(any || difference.changed.is_empty() || has_conflicts(old, new, all), || {
        format!("nothing changed, and told is {:?}", difference.changed)
    })?;
    Ok(any)
}

fn has_conflicts(old: &World, new: &World, all: &[&Vec<usize>]) -> bool {
    let conflict = |world: &World, at: &[usize]| meaning(world.table, &world.winners(at)) == oracle::Meaning::Conflict;
    all.iter().any(|at| conflict(old, at) && conflict(new, at))
}

/// What an outcome says to a caller.
fn said(table: &Table, outcome: &difference::Outcome) -> oracle::Meaning {
    use difference::Outcome as O;
    match outcome {
        O::Nothing => oracle::Meaning::Nothing,
        O::Refused => meaning(table, &[]),
        O::Row(row) => oracle::Meaning::Values(oracle::values(table, *row)),
        O::Rows(rows) => meaning(table, rows),
        O::Collected(values, _) => match table.policy {
            HitPolicy::Collect(Collect::Count) => oracle::Meaning::Count(values[0].clone()),
            _ => oracle::Meaning::Collected(values.clone()),
        },
        O::Conflict(_) => oracle::Meaning::Conflict,
    }
}

/// A table for people.
fn shown(sample: &Sample) -> String {
    let mut text = format!("{:?} {:?}\n", sample.table.policy, sample.table.default);
    for column in &sample.columns {
        text.push_str(&format!("{column:?}\n"));
    }
    for table in [&sample.table, &sample.newer] {
        for row in 0..table.len() as u32 {
            text.push_str(&format!("{row}: {}\n", table.cells(row).map(short).collect::<Vec<_>>().join(" | ")));
        }
        text.push('\n');
    }
    text
}

fn short(cell: &Cell) -> String {
    match cell {
        Cell::Range(ends) => {
            let end = |end: &Option<(Value, bool)>| {
                end.as_ref()
                    .map_or("..".to_string(), |(v, included)| format!("{v:?}{}", if *included { "=" } else { "" }))
            };
            format!("{} to {}", end(&ends.low), end(&ends.high))
        }
        cell => format!("{cell:?}"),
    }
}
