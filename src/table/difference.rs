//! What changed between two tables with the same keys: the regions of keys where they answer differently.
//!
//! Both tables become diagrams over the same axes in one arena, their outcomes the values found; where the two are one reference
//! the tables mean the same, whatever the order and layout of their rows. Elsewhere only the parts that differ are looked at.

use super::analysis::{Effort, Region, restricted, stretches};
use super::axis::Domain;
use super::concerned::concerned;
use super::diagram::{Arena, Memo, Ref, spans};
use super::sweep::{Sets, Space, Sweep};
use super::{Collect, Default, HitPolicy, Role, Table};
use crate::value::{Number, Value};
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

/// What changed between two tables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableDifference {
    /// The regions with different answers, no two of them with keys in common.
    pub changed: Vec<Changed>,
    /// Whether everything was looked at; where not, nothing is known.
    pub decided: bool,
}

/// Keys at which the answer changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// The keys.
    pub region: Region,
    /// What the older table finds.
    pub before: Outcome,
    /// What the newer table finds.
    pub after: Outcome,
}

/// What a table finds at some keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// No row, and so an error.
    Nothing,
    /// No row, and so the refusal of the table's `otherwise`.
    Refused,
    /// This row, or another with the same values.
    Row(u32),
    /// These rows, of a table that collects.
    Rows(Vec<u32>),
    /// What rows come to in a table that adds up, finds the least or the greatest, or counts: a value for each column of values,
    /// or the number of rows; and the rows.
    Collected(Vec<Value>, Vec<u32>),
    /// Rows between which the hit policy cannot decide, and so an error.
    Conflict(Vec<u32>),
}

impl Table {
    /// The keys at which `newer` answers differently, of those that the domains let be. Both have the same columns in the same
    /// order, with the same types and units, and the members of an enumeration have the same numbers in both. A table that collects
    /// answers with its rows.
    pub fn difference(&self, newer: &Table, domains: &[Domain], effort: Effort) -> TableDifference {
        self.differing(newer, domains, effort, false)
    }

    /// As [`Table::difference`], where a table that adds up, finds the least or the greatest, or counts, answers with what its rows
    /// come to: other rows with the same sum are no change.
    pub fn difference_collected(&self, newer: &Table, domains: &[Domain], effort: Effort) -> TableDifference {
        self.differing(newer, domains, effort, true)
    }

    fn differing(&self, newer: &Table, domains: &[Domain], effort: Effort, collected: bool) -> TableDifference {
        let undecided = TableDifference { changed: Vec::new(), decided: false };
        let Some(space) = Space::new(&[self, newer], domains) else { return undecided };
        let mut arena = Arena::default();
        let [rows, new_rows] = concerned(&space, self, newer);
        let old = Sweep::diagram_of(self, 0, rows, &space, &mut arena, effort.steps);
        let Some((old, old_sets)) = old else { return undecided };
        let new = Sweep::diagram_of(newer, 1, new_rows, &space, &mut arena, effort.steps);
        let Some((new, new_sets)) = new else { return undecided };
        let mut outcomes = Outcomes { collected, ..Outcomes::default() };
        let mut meaning = |side: usize, table: &Table, sets: &Sets, root| {
            arena.map(root, &mut Memo::default(), &mut |set| outcomes.number(side, table, sets.rows(set)))
        };
        let (old, new) = (meaning(0, self, &old_sets, old), meaning(1, newer, &new_sets, new));
        let mut pairs: Vec<(Ref, Ref)> = vec![(Ref::NOTHING, Ref::NOTHING)];
        let mut known: HashMap<(Ref, Ref), u32> = HashMap::new();
        let root = arena.combine(old, new, &mut Memo::default(), &mut |old, new| {
            if old == new {
                return Some(Ref::NOTHING);
            }
            old.as_outcome()?;
            new.as_outcome()?;
            let number = *known.entry((old, new)).or_insert_with(|| {
                pairs.push((old, new));
                pairs.len().saturating_sub(1) as u32
            });
            Some(Ref::outcome(number))
        });
        let root = restricted(&space, &mut arena, root, &mut Memo::default());
        let mut boxes = Boxes { space: &space, arena: &arena, path: Vec::new(), found: Vec::new() };
        boxes.from(root);
        let found = boxes.found;
        let changed = found.into_iter().filter_map(|(region, number)| {
            let (old, new) = pairs.get(number as usize)?;
            let outcome = |side: usize, number: Ref| outcomes.shown.get(&(side, number.as_outcome()?)).cloned();
            Some(Changed { region, before: outcome(0, *old)?, after: outcome(1, *new)? })
        });
        TableDifference { changed: changed.collect(), decided: true }
    }
}

/// The regions that a diagram of differences leads to.
struct Boxes<'a> {
    space: &'a Space<'a>,
    arena: &'a Arena,
    path: Vec<(u16, Vec<Range<u32>>)>,
    found: Vec<(Region, u32)>,
}

impl Boxes<'_> {
    fn from(&mut self, place: Ref) {
        if let Some(number) = place.as_outcome() {
            if place != Ref::NOTHING {
                self.found.push((self.region(), number));
            }
            return;
        }
        let Some((level, edges)) = self.arena.get(place) else { return };
        // Slabs that lead to one place are one region, wherever they lie.
        let mut groups: Vec<(Ref, Vec<Range<u32>>)> = Vec::new();
        let mut places: HashMap<Ref, usize> = HashMap::new();
        for (span, to) in spans(edges).filter(|(_, to)| *to != Ref::NOTHING) {
            let at = *places.entry(to).or_insert_with(|| {
                groups.push((to, Vec::new()));
                groups.len().saturating_sub(1)
            });
            groups.get_mut(at).into_iter().for_each(|(_, spans)| spans.push(span.clone()));
        }
        for (to, spans) in groups {
            self.path.push((level, spans));
            self.from(to);
            self.path.pop();
        }
    }

    fn region(&self) -> Region {
        let mut region = vec![None; self.space.levels.len()];
        for (level, spans) in &self.path {
            if let Some(level) = self.space.levels.get(*level as usize)
                && let Some(keys) = region.get_mut(level.key)
            {
                *keys = Some(spans.iter().flat_map(|span| stretches(&level.axis, span)).collect());
            }
        }
        region
    }
}

/// What tables find, by number: sets of rows that mean the same have one number, whichever table they are of.
#[derive(Debug, Default)]
pub(super) struct Outcomes {
    known: HashMap<Meaning, u32>,
    /// The numbers of single rows, by the numbers of their cells in the value columns.
    rows: Memo<(usize, Vec<u32>), u32>,
    /// Whether rows that are added up mean what they come to, and not each row.
    collected: bool,
    /// What is shown for a number of the older (0) and the newer table (1).
    shown: HashMap<(usize, u32), Outcome>,
}

/// What matters of an outcome.
#[derive(Debug, PartialEq, Eq, Hash)]
enum Meaning {
    Nothing,
    Refused(Arc<str>, Arc<str>),
    Values(Vec<Option<Value>>),
    Rows(Vec<Vec<Option<Value>>>),
    Collected(Vec<Value>),
    Count(usize),
    Conflict(Vec<Vec<Option<Value>>>),
}

impl Outcomes {
    /// The number of what the table finds where these rows match.
    pub(super) fn number(&mut self, side: usize, table: &Table, rows: &[u32]) -> Ref {
        let cells = match rows {
            [row] => value_columns(table).filter_map(|column| table.cell_id(*row, column)).collect(),
            _ => Vec::new(),
        };
        if let Some(known) = self.rows.get(&(side, cells.clone())) {
            return Ref::outcome(*known);
        }
        let collected = if self.collected { collected(table, rows) } else { None };
        let (meaning, shown) = collected.unwrap_or_else(|| outcome(table, rows));
        let next = self.known.len() as u32;
        let number = *self.known.entry(meaning).or_insert(next);
        self.shown.entry((side, number)).or_insert(shown);
        if !cells.is_empty() {
            self.rows.insert((side, cells), number);
        }
        Ref::outcome(number)
    }
}

fn value_columns(table: &Table) -> impl Iterator<Item = u16> {
    (0..).zip(&table.columns).filter(|(_, column)| column.role == Role::Value).map(|(column, _)| column)
}

/// What rows come to; `None` where the table lists them or does not collect, where no row is no value, and where numbers grow too large.
fn collected(table: &Table, rows: &[u32]) -> Option<(Meaning, Outcome)> {
    let otherwise = [table.matchable() as u32];
    let rows = match (&table.default, rows) {
        (Default::Row, []) => &otherwise,
        _ => rows,
    };
    let HitPolicy::Collect(how) = table.policy else { return None };
    match (how, &table.default, rows) {
        (Collect::List, ..) | (_, Default::Refuse(..), []) => return None,
        (Collect::Count, ..) => {
            let count = Value::Number(Number::from_i64(i64::try_from(rows.len()).ok()?));
            return Some((Meaning::Count(rows.len()), Outcome::Collected(vec![count], rows.to_vec())));
        }
        (_, _, []) => return Some((Meaning::Nothing, Outcome::Nothing)),
        _ => {}
    }
    let column = |column: u16| {
        let mut values = rows.iter().filter_map(|row| table.value(*row, column));
        match how {
            Collect::Min => values.min(),
            Collect::Max => values.max(),
            _ => values
                .try_fold(Number::ZERO, |sum, value| match value {
                    Value::Number(number) => sum.add(&number).ok(),
                    _ => None,
                })
                .map(Value::Number),
        }
    };
    let values: Vec<Value> = value_columns(table).map(column).collect::<Option<_>>()?;
    Some((Meaning::Collected(values.clone()), Outcome::Collected(values, rows.to_vec())))
}

fn outcome(table: &Table, rows: &[u32]) -> (Meaning, Outcome) {
    let collects = matches!(table.policy, HitPolicy::Collect(_));
    let otherwise = [table.matchable() as u32];
    let rows = match (&table.default, rows) {
        (Default::Row, []) => &otherwise,
        (Default::Refuse(code, message, _), []) => {
            return (Meaning::Refused(code.clone(), message.clone()), Outcome::Refused);
        }
        (Default::Error, []) if !collects => return (Meaning::Nothing, Outcome::Nothing),
        _ => rows,
    };
    let values =
        |row: &u32| value_columns(table).map(|column| table.value(*row, column)).collect::<Vec<Option<Value>>>();
    let mut all: Vec<_> = rows.iter().map(values).collect();
    // Only a list shows the order of its rows.
    if table.policy != HitPolicy::Collect(Collect::List) {
        all.sort();
    }
    match (&table.policy, rows) {
        (HitPolicy::Collect(_), _) => (Meaning::Rows(all), Outcome::Rows(rows.to_vec())),
        (_, [row]) => (Meaning::Values(values(row)), Outcome::Row(*row)),
        (HitPolicy::Any, [row, others @ ..]) if others.iter().all(|other| table.agree(*row, *other)) => {
            (Meaning::Values(values(row)), Outcome::Row(*row))
        }
        _ => (Meaning::Conflict(all), Outcome::Conflict(rows.to_vec())),
    }
}
