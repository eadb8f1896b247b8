//! The numbers of the sheet among the edges: bounds, values that are in force from a day on, and entries: rows, tiers and values, which are
//! numbers each. Edges → what tells them apart, by rule.

use super::super::signature;
use super::{DATED, Edges, ROW, TIER};
use crate::eval::AtBound;
use crate::program::{ParameterId, Period, Program};
use std::collections::HashMap;

/// What tells an edge of a rule from its others: [`signature::of_words`], of which the lowest bit says whether it is an entry of the sheet.
pub(super) fn identity(kind: u64, words: &str, occurrence: u64) -> u64 {
    of_kind(kind, signature::of_words(kind, words, occurrence))
}

fn of_kind(kind: u64, id: u64) -> u64 {
    like(u64::from(matches!(kind, ROW | TIER | DATED)), id)
}

/// Another identity, of an edge that is an entry where the first one is.
pub(super) fn like(one: u64, id: u64) -> u64 {
    id & !1 | one & 1
}

/// Whether an edge is that a row, a tier or a value was used, by its identity.
pub(crate) fn is_entry(id: u64) -> bool {
    id & 1 == 1
}

impl Edges {
    /// How many rows of a table, values of a parameter or tiers a rule has.
    pub(crate) fn entries_of_rule(&self, rule: usize) -> u64 {
        self.entries.get(rule).copied().unwrap_or_default()
    }

    /// Of each rule to which a `minimum` or `maximum` belongs, what tells the edges apart at which that applies, and at which it does not.
    pub(crate) fn sides_of_bounds(&self, program: &Program) -> HashMap<u32, Vec<u64>> {
        let mut sides: HashMap<u32, Vec<u64>> = HashMap::new();
        for span in self.bounds.keys() {
            let both = [AtBound::Applies, AtBound::DoesNotApply].into_iter().filter_map(|side| self.bound(*span, side));
            both.for_each(|edge| {
                self.owners(program, edge, |_, rule, _, id| sides.entry(rule).or_default().push(id()))
            });
        }
        sides.values_mut().for_each(|ids| ids.sort_unstable());
        sides
    }

    /// Of each parameter, when each of its values is in force, and what tells the edge that it was used from the others.
    pub(crate) fn values_in_force(&self, program: &Program) -> HashMap<u32, Vec<(Period, u64)>> {
        let mut all: HashMap<u32, Vec<(Period, u64)>> = HashMap::new();
        for (parameter, number) in program.parameters.iter().zip(0_u32..) {
            for (at, value) in parameter.values.iter().enumerate() {
                let Some(edge) = self.dated(ParameterId(number), at) else { continue };
                self.owners(program, edge, |_, rule, _, id| all.entry(rule).or_default().push((value.period, id())));
            }
        }
        all
    }
}
