//! Two editions of a table: brought to the same columns, then compared box by box through their diagrams.
//!
//! A key that one edition lacks accepts anything there; members of enumerations are matched by name, quantities by what they mean.
//! Only values that both editions have are compared; the columns themselves are compared by their declaration.

mod alignment;
mod collected;

use super::names::Names;
use super::{Detail, words};
use crate::eval::show;
use crate::program::Program;
use crate::source::Span;
use crate::table::analysis::{Effort, Stretch};
use crate::table::difference::Outcome;
use crate::table::interval::Cut;
use crate::table::texts;
use crate::table::{Cell, Collect, Default as Miss, Domain, HitPolicy, Role, Table};
use crate::types::Type;
use crate::value::{Number, Value};
use alignment::{Common, Members, common, conversion, rebuilt};
use collected::{counts, takes_rows};
use std::collections::HashMap;

/// What changed between two editions of a table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TableChange {
    /// The boxes of keys that answer otherwise, in no particular order; no two have a key in common.
    pub boxes: Vec<BoxChange>,
    /// How many rows the older table has, and how many the newer.
    pub rows: (usize, usize),
    /// Whether every key was looked at. Where not, only rows were compared, and `boxes` is empty.
    pub decided: bool,
    /// Where not every key was looked at: how many rows only one of the tables has, older and newer.
    pub rows_apart: (usize, usize),
    /// Where not every key was looked at: whether the rows are the same and stand in another order, which may mean something.
    pub reordered: bool,
}

/// Keys at which a table answers otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoxChange {
    /// The key columns that matter, in their order: name and keys, as in `weight` and `500 until 1000 lb`.
    pub keys: Vec<(String, String)>,
    /// The values that changed; one without a name where a whole row came or went.
    pub values: Vec<ValueChange>,
    /// The row of the older table.
    pub before_place: Option<Span>,
    /// The row of the newer table.
    pub after_place: Option<Span>,
}

/// A value in a box, before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueChange {
    /// The column; empty for a row as a whole.
    pub column: String,
    /// The older value: `42.10 USD per cwt`, `no row`.
    pub before: String,
    /// The newer value.
    pub after: String,
    /// Both as numbers of one unit, where they are: for sorting, percentages and colours.
    pub numbers: Option<(Number, Number)>,
}

impl ValueChange {
    /// The change as a part of the older value, where that is not zero: 0.021 is up by 2.1%.
    pub fn part(&self) -> Option<Number> {
        let (before, after) = self.numbers.as_ref()?;
        after.sub(before).ok()?.div(&before.abs()).ok()
    }
}

/// One side of a comparison.
#[derive(Clone, Copy)]
pub(super) struct Edition<'p> {
    pub program: &'p Program,
    pub names: &'p Names,
    pub table: &'p Table,
}

/// What differs in the declarations: hit policy and columns.
pub(super) fn declarations(
    old: Edition<'_>,
    new: Edition<'_>,
    type_words: &dyn Fn(Edition<'_>, &Type) -> String,
) -> Vec<Detail> {
    let mut details = Vec::new();
    let mut differ = |aspect: String, before: Option<String>, after: Option<String>, words: bool| {
        if before != after {
            let (before_place, after_place) = (Some(old.table.span), Some(new.table.span));
            details.push(Detail { aspect, before, after, before_place, after_place, words, ..Detail::default() });
        }
    };
    differ("hit policy".into(), Some(policy(old.table)), Some(policy(new.table)), false);
    let miss = |table: &Table| match &table.default {
        Miss::Error => ("an error".to_string(), None),
        Miss::Row => ("a row".to_string(), None),
        Miss::Refuse(code, message, _) => (format!("refuse {code:?}"), Some(format!("{message:?}"))),
    };
    let (before, after) = (miss(old.table), miss(new.table));
    differ("otherwise".into(), Some(before.0), Some(after.0), false);
    if before.1.is_some() && after.1.is_some() {
        differ("otherwise, message".into(), before.1, after.1, true);
    }
    let (before, after) = (reasons(old.table), reasons(new.table));
    if before != after {
        differ(
            "reasons of rows".into(),
            Some(format!("{} with one", count_rows(before.values().sum()))),
            Some(format!("{}, some with another", count_rows(after.values().sum()))),
            true,
        );
    }
    for column in &old.table.columns {
        let newer = new.table.columns.iter().find(|other| other.name == column.name);
        let kind = if column.role == Role::Value { "value" } else { "key" };
        let aspect = format!("{kind} {}", column.name);
        let Some(newer) = newer else {
            differ(aspect, Some(type_words(old, &column.ty)), None, false);
            continue;
        };
        differ(format!("{aspect}, match"), Some(role(column.role).into()), Some(role(newer.role).into()), false);
        let same_kind = conversion(old, new, &newer.ty, &column.ty).is_some();
        differ(aspect, Some(type_words(old, &column.ty)), Some(type_words(new, &newer.ty)), same_kind);
    }
    for column in &new.table.columns {
        if old.table.columns.iter().all(|other| other.name != column.name) {
            let kind = if column.role == Role::Value { "value" } else { "key" };
            differ(format!("{kind} {}", column.name), None, Some(type_words(new, &column.ty)), false);
        }
    }
    details
}

/// The boxes that answer otherwise; `None` where the keys of the two cannot be brought together.
pub(super) fn compare(old: Edition<'_>, new: Edition<'_>) -> Option<TableChange> {
    let columns = common(old, new)?;
    let members = Members::of(old, new);
    let mut older = rebuilt(old, &columns, &|column| column.old, &members, old)?;
    let mut newer = rebuilt(new, &columns, &|column| column.new, &members, old)?;
    let collect = |table: &Table| matches!(table.policy, HitPolicy::Collect(_));
    if collect(&older) && collect(&newer) && (takes_rows(old) || takes_rows(new)) {
        older.policy = HitPolicy::Collect(Collect::List);
        newer.policy = older.policy.clone();
    }
    // What is refused otherwise is told once, and not for each key that finds no row.
    if matches!((&older.default, &newer.default), (Miss::Refuse(..), Miss::Refuse(..))) {
        newer.default = older.default.clone();
    }
    let found = older.difference_collected(&newer, &domains(old, new, &columns, &members), Effort::default());
    let mut change = TableChange {
        boxes: Vec::new(),
        rows: (old.table.matchable(), new.table.matchable()),
        decided: found.decided,
        rows_apart: (0, 0),
        reordered: false,
    };
    if !found.decided {
        change.rows_apart = rows_apart(&older, &newer);
        let in_order = (0..older.len() as u32).all(|row| older.cells(row).eq(newer.cells(row)));
        let by_order = matches!(old.table.policy, HitPolicy::First | HitPolicy::Priority(..) | HitPolicy::Collect(_));
        change.reordered = change.rows_apart == (0, 0) && by_order && !in_order;
        return Some(change);
    }
    let sides = Sides { old, new, older: &older, newer: &newer, columns: &columns, members: &members };
    change.boxes = found.changed.iter().filter_map(|one| sides.words(one)).collect();
    Some(change)
}

/// Which keys each column can have: those of an enumeration that either edition knows.
fn domains(old: Edition<'_>, new: Edition<'_>, columns: &[Common], members: &Members) -> Vec<Domain> {
    let keys = columns.iter().filter(|column| column.role != Role::Value);
    let domain = |column: &Common| {
        let in_old = column.old.and_then(|at| Some((old, &old.table.columns.get(at)?.ty)));
        let in_new = || column.new.and_then(|at| Some((new, &new.table.columns.get(at)?.ty)));
        let (edition, ty) = in_old.or_else(in_new)?;
        Some(Domain::of(column.role, ty, members.count(edition, ty)))
    };
    keys.map(|column| domain(column).unwrap_or(Domain::Named)).collect()
}

/// The reasons of rows, and how many rows have each.
fn reasons(table: &Table) -> HashMap<&str, usize> {
    let mut reasons: HashMap<&str, usize> = HashMap::new();
    for row in 0..table.len() as u32 {
        if let Some(reason) = table.rows.because(row) {
            let count = reasons.entry(reason).or_default();
            *count = count.saturating_add(1);
        }
    }
    reasons
}

fn count_rows(count: usize) -> String {
    if count == 1 { "1 row".to_string() } else { format!("{count} rows") }
}

fn policy(table: &Table) -> String {
    match &table.policy {
        HitPolicy::Unique => "unique".to_string(),
        HitPolicy::First => "first".to_string(),
        HitPolicy::Any => "any".to_string(),
        HitPolicy::Priority(highest, column) => {
            let name = table.columns.get(usize::from(*column)).map_or("", |column| column.name.as_str());
            format!("priority {} {name}", if *highest { "highest" } else { "lowest" })
        }
        HitPolicy::MostSpecific => "most specific".to_string(),
        HitPolicy::Collect(how) => format!("collect {}", format!("{how:?}").to_lowercase()),
    }
}

fn role(role: Role) -> &'static str {
    match role {
        Role::Exact => "equal",
        Role::Range => "by range",
        Role::Break => "by break",
        Role::NextRow => "by next row",
        Role::LongestPrefix => "by longest prefix",
        Role::Valid => "valid",
        Role::Value => "value",
    }
}

/// How many rows only one of two tables has.
fn rows_apart(older: &Table, newer: &Table) -> (usize, usize) {
    let mut known: HashMap<Vec<&Cell>, i64> = HashMap::new();
    for (table, step) in [(older, 1), (newer, -1)] {
        for row in 0..table.len() as u32 {
            let count = known.entry(table.cells(row).collect()).or_default();
            *count = count.saturating_add(step);
        }
    }
    let sum = |sign: i64| known.values().map(|count| count.saturating_mul(sign).max(0) as usize).sum();
    (sum(1), sum(-1))
}

/// Both editions of a table, and what is common to them.
struct Sides<'a> {
    old: Edition<'a>,
    new: Edition<'a>,
    older: &'a Table,
    newer: &'a Table,
    columns: &'a [Common],
    members: &'a Members,
}

impl Sides<'_> {
    /// The change in words; nothing where no key can lie, such as between two whole numbers.
    fn words(&self, changed: &crate::table::difference::Changed) -> Option<BoxChange> {
        let place = |table: &Table, outcome: &Outcome| match outcome {
            Outcome::Row(row) => table.rows.span(*row),
            Outcome::Rows(rows) | Outcome::Conflict(rows) | Outcome::Collected(_, rows) => {
                rows.first().and_then(|row| table.rows.span(*row))
            }
            Outcome::Nothing | Outcome::Refused => None,
        };
        let keys = self.columns.iter().zip(&changed.region).filter_map(|(column, stretches)| {
            let stretches = stretches.as_ref()?;
            Some((column.name.clone(), self.key(column, stretches)))
        });
        let keys: Vec<(String, String)> = keys.collect();
        if keys.iter().any(|(_, words)| words.is_empty()) {
            return None;
        }
        Some(BoxChange {
            keys,
            values: self.values(&changed.before, &changed.after),
            before_place: place(self.older, &changed.before),
            after_place: place(self.newer, &changed.after),
        })
    }

    /// The keys of a column: `A, B`, `500 lb until 1000 lb`, `from 2026-04-01 through 2026-12-31`.
    fn key(&self, common: &Common, stretches: &[Stretch]) -> String {
        let (edition, at) = match common.old {
            Some(at) => (self.old, at),
            None => (self.new, common.new.unwrap_or_default()),
        };
        let Some(column) = edition.table.columns.get(at) else { return String::new() };
        let members = match column.ty.present() {
            Type::Enum(id) => self.members.names.get(&edition.names.member(*id, 0).0).cloned().unwrap_or_default(),
            Type::YesNo => vec!["no".to_string(), "yes".to_string()],
            _ => Vec::new(),
        };
        let show = |value: &Value| show::plain(edition.program, &[], value, &column.ty);
        let mut words: Vec<String> = Vec::new();
        let between = stretches.iter().filter_map(|stretch| match stretch {
            Stretch::Between(low, high) => Some((low.clone(), high.clone())),
            Stretch::Absent => None,
        });
        let texts = texts::described(&between.collect::<Vec<_>>(), common.role == Role::LongestPrefix, &show);
        for stretch in stretches {
            match stretch {
                Stretch::Absent => words.push("not given".to_string()),
                Stretch::Between(..) if texts.is_some() => {}
                Stretch::Between(low, high) if members.is_empty() => {
                    words.extend(words::stretch(low, high, column.ty.present(), &show));
                }
                Stretch::Between(low, high) => {
                    let within = |at: &usize| {
                        let value = match column.ty.present() {
                            Type::YesNo => Value::YesNo(*at == 1),
                            _ => Value::Member(*at as u32),
                        };
                        *low <= Cut::At(value.clone(), false) && Cut::At(value, true) <= *high
                    };
                    let places = (0..members.len()).filter(within);
                    let before = words.len();
                    words.extend(places.filter_map(|at| members.get(at).cloned()));
                    if words.len() == before {
                        words.push("any other".to_string());
                    }
                }
            }
        }
        words.extend(texts.into_iter().flatten());
        words.join(", ")
    }

    fn values(&self, before: &Outcome, after: &Outcome) -> Vec<ValueChange> {
        if let (Outcome::Collected(older, _), Outcome::Collected(newer, _), false) = (before, after, self.one_counts())
        {
            return self.collected(older, newer);
        }
        let (Outcome::Row(old), Outcome::Row(new)) = (before, after) else {
            let change = ValueChange {
                column: String::new(),
                before: self.outcome(self.old, self.older, before),
                after: self.outcome(self.new, self.newer, after),
                numbers: None,
            };
            return vec![change];
        };
        let columns = self.columns.iter().enumerate().filter(|(_, column)| column.role == Role::Value);
        let mut values = Vec::new();
        for (at, common) in columns {
            let (before, after) = (self.older.value(*old, at as u16), self.newer.value(*new, at as u16));
            if before == after {
                continue;
            }
            let numbers = match (&before, &after) {
                (Some(Value::Number(before)), Some(Value::Number(after))) => Some((before.clone(), after.clone())),
                _ => None,
            };
            values.push(ValueChange {
                column: common.name.clone(),
                before: shown(self.old, common.old, *old),
                after: shown(self.new, common.new, *new),
                numbers,
            });
        }
        values
    }

    /// What a table finds, as a whole.
    fn outcome(&self, edition: Edition<'_>, table: &Table, outcome: &Outcome) -> String {
        let row = |row: &u32| {
            let values = edition.table.columns.iter().enumerate().filter(|(_, column)| column.role == Role::Value);
            values.map(|(at, _)| shown(edition, Some(at), *row)).collect::<Vec<_>>().join(", ")
        };
        let rows = |rows: &[u32]| rows.iter().map(row).collect::<Vec<_>>().join("; ");
        match outcome {
            Outcome::Nothing => "no row".to_string(),
            Outcome::Refused => match &table.default {
                Miss::Refuse(code, message, _) => format!("refused, {code}: {message}"),
                _ => "refused".to_string(),
            },
            Outcome::Row(one) => row(one),
            Outcome::Rows(all) if all.is_empty() => "nothing".to_string(),
            Outcome::Rows(all) => rows(all),
            Outcome::Collected(_, all) if counts(table) => count_rows(all.len()),
            Outcome::Collected(values, _) => self.come_to(table, values).join(", "),
            Outcome::Conflict(all) => format!("several rows: {}", rows(all)),
        }
    }
}

fn shown(edition: Edition<'_>, column: Option<usize>, row: u32) -> String {
    let Some(at) = column else { return String::new() };
    match (edition.table.value(row, at as u16), edition.table.columns.get(at)) {
        (Some(value), Some(column)) => show::plain(edition.program, &[], &value, &column.ty),
        _ => String::new(),
    }
}
