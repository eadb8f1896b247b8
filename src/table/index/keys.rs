//! The keys of one look-up, and which of them choose among the rows that match.

use crate::table::{HitPolicy, Role, Table};
use crate::value::Value;

/// The keys of one look-up.
#[derive(Clone, Copy)]
pub(in crate::table) struct Keys<'a> {
    pub(in crate::table) given: Given<'a>,
    /// The day for `valid` columns.
    pub(in crate::table) day: Option<&'a Value>,
    /// Whether a level of choice may stop at its best branch that has rows.
    pub(in crate::table) choose: Choose,
}

/// The keys as the caller holds them, in the order of the key columns.
#[derive(Clone, Copy)]
pub(in crate::table) enum Given<'a> {
    All(&'a [Value]),
    Some(&'a [Option<Value>]),
}

/// Which levels choose.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::table) enum Choose {
    /// None: every row that is a candidate.
    Nothing,
    /// Breaks, next rows and prefixes.
    Closest,
    /// Every column, from the left.
    MostSpecific,
}

impl Choose {
    /// What a hit policy chooses by itself.
    pub(in crate::table) fn of(policy: &HitPolicy) -> Choose {
        if *policy == HitPolicy::MostSpecific { Choose::MostSpecific } else { Choose::Closest }
    }

    pub(in crate::table) fn at(self, role: Role) -> bool {
        match self {
            Choose::Nothing => false,
            Choose::Closest => matches!(role, Role::Break | Role::NextRow | Role::LongestPrefix),
            Choose::MostSpecific => !matches!(role, Role::Valid | Role::Value),
        }
    }
}

impl<'a> Keys<'a> {
    /// The key at a place among the keys (`None` is the day), where one is given.
    pub(super) fn at(&self, place: Option<u16>) -> Option<&'a Value> {
        let Some(place) = place else { return self.day };
        match self.given {
            Given::All(keys) => keys.get(place as usize),
            Given::Some(keys) => keys.get(place as usize)?.as_ref(),
        }
    }

    /// The columns of the keys with their positions and the keys given for them.
    pub(in crate::table) fn columns(self, table: &'a Table) -> impl Iterator<Item = (usize, Role, Option<&'a Value>)> {
        places(table).map(move |(at, role, place)| (at, role, self.at(place)))
    }
}

/// The columns that are no values: where they stand, and the place of their keys among the keys; `None` for `valid`.
pub(super) fn places(table: &Table) -> impl Iterator<Item = (usize, Role, Option<u16>)> {
    let columns = table.columns.iter().enumerate().filter(|(_, column)| column.role != Role::Value);
    columns.scan(0, |next: &mut u16, (at, column)| {
        let place = (column.role != Role::Valid).then_some(*next);
        *next = next.saturating_add(u16::from(place.is_some()));
        Some((at, column.role, place))
    })
}
