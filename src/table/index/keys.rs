//! Where the keys of a table stand among the keys of a look-up, and which of them choose among the rows that match.

use crate::table::{HitPolicy, Role, Table};

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
    #[inline]
    pub(in crate::table) fn of(policy: &HitPolicy) -> Choose {
        if *policy == HitPolicy::MostSpecific { Choose::MostSpecific } else { Choose::Closest }
    }

    #[inline]
    pub(in crate::table) fn at(self, role: Role) -> bool {
        match self {
            Choose::Nothing => false,
            Choose::Closest => matches!(role, Role::Break | Role::NextRow | Role::LongestPrefix),
            Choose::MostSpecific => !matches!(role, Role::Valid | Role::Value),
        }
    }
}

/// The columns that are no values: where they stand, and the place of their keys among the keys; `None` for `valid`.
pub(in crate::table) fn places(table: &Table) -> impl Iterator<Item = (usize, Role, Option<u16>)> {
    let columns = table.columns.iter().enumerate().filter(|(_, column)| column.role != Role::Value);
    columns.scan(0, |next: &mut u16, (at, column)| {
        let place = (column.role != Role::Valid).then_some(*next);
        *next = next.saturating_add(u16::from(place.is_some()));
        Some((at, column.role, place))
    })
}
