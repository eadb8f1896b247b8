//! In what cases are alike: values of their fields → how often each came, while they are few, and the least and the most of those with an order.
//!
//! Bounded whatever comes. Counts do not depend on the order of cases, nor on how they were shared out before they were joined: a field has
//! its counts, or more different values than are kept, and which of the two, all cases together decide.

use super::values::{FieldName, FieldValues, Said};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How many different values of a field are counted of cases that agree, and how many days.
const OF_AGREEING: Most = Most { values: 32, days: 500 };

/// How many different values are kept of a cluster.
const OF_CLUSTER: Most = Most { values: 4, days: 4 };

/// Of so many charges it is known which values the cases have that agree: those whose names come first.
const MOST_CHARGES: usize = 400;

/// How many different values are counted.
#[derive(Clone, Copy)]
struct Most {
    values: usize,
    days: usize,
}

/// In what cases are alike.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Alike {
    /// How many cases there are.
    pub(super) cases: u64,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) fields: Vec<OfField>,
}

/// What one field says in cases.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OfField {
    pub(super) name: FieldName,
    /// In how many cases it has a value.
    pub(super) told: u64,
    /// The values by their order, each with its cases; none where there are too many.
    counts: Vec<(Said, u64)>,
    /// Whether there are too many different ones.
    pub(super) is_many: bool,
    /// In how many cases its value has an order, and the least and the most of these.
    ordered: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    range: Option<(Said, Said)>,
}

impl Alike {
    /// A case of a cluster.
    pub(super) fn add(&mut self, fields: &FieldValues) {
        self.count(fields, OF_CLUSTER);
    }

    /// Those of another part of a cluster.
    pub(super) fn join(&mut self, other: Alike) {
        self.take_in(other, OF_CLUSTER);
    }

    fn count(&mut self, fields: &FieldValues, most: Most) {
        self.cases = self.cases.saturating_add(1);
        // Also a field without a value has its place, so that places do not depend on which case came first.
        for (place, (name, said)) in fields.all().enumerate() {
            let of_field = self.of(place, name);
            let Some(said) = said else { continue };
            of_field.told = of_field.told.saturating_add(1);
            of_field.count(said, 1, most);
            if said.is_ordered() {
                of_field.ordered = of_field.ordered.saturating_add(1);
                of_field.widen(said);
            }
        }
    }

    fn take_in(&mut self, other: Alike, most: Most) {
        self.cases = self.cases.saturating_add(other.cases);
        for (place, more) in other.fields.into_iter().enumerate() {
            let own = self.of(place, &more.name);
            own.told = own.told.saturating_add(more.told);
            own.ordered = own.ordered.saturating_add(more.ordered);
            if more.is_many {
                own.let_go();
            }
            more.counts.iter().for_each(|(said, cases)| own.count(said, *cases, most));
            more.range.iter().flat_map(|(from, through)| [from, through]).for_each(|said| own.widen(said));
        }
    }

    /// What is known of a field, most often at the place where it stood before.
    fn of(&mut self, place: usize, name: &FieldName) -> &mut OfField {
        let is_there = self.fields.get(place).is_some_and(|own| own.name == *name);
        let at = match is_there {
            true => place,
            false => self.fields.iter().position(|own| own.name == *name).unwrap_or(self.fields.len()),
        };
        if at >= self.fields.len() {
            let counts = Vec::new();
            self.fields.push(OfField { name: name.clone(), told: 0, counts, is_many: false, ordered: 0, range: None });
        }
        // The place is one of them.
        let last = self.fields.len().saturating_sub(1);
        #[expect(clippy::indexing_slicing, reason = "a field was pushed where there was none")]
        &mut self.fields[at.min(last)]
    }
}

impl OfField {
    fn count(&mut self, said: &Said, cases: u64, most: Most) {
        if self.is_many {
            return;
        }
        match self.counts.binary_search_by(|(own, _)| own.cmp(said)) {
            Ok(at) => {
                if let Some((_, own)) = self.counts.get_mut(at) {
                    *own = own.saturating_add(cases);
                }
            }
            Err(at) => self.counts.insert(at, (said.clone(), cases)),
        }
        // No value sorts before a day, so that this depends on the values and not on their order.
        let is_of_days = matches!(self.counts.last(), Some((Said::Date(_), _)));
        let room = if is_of_days { most.days } else { most.values };
        if self.counts.len() > room {
            self.let_go();
        }
    }

    /// There are too many different values.
    fn let_go(&mut self) {
        (self.is_many, self.counts) = (true, Vec::new());
    }

    fn widen(&mut self, said: &Said) {
        match &mut self.range {
            Some((from, _)) if said < from => *from = said.clone(),
            Some((_, through)) if said > through => *through = said.clone(),
            Some(_) => {}
            None => self.range = Some((said.clone(), said.clone())),
        }
    }

    /// The values of all cases; none where they are too many.
    pub(super) fn values(&self) -> Option<impl Iterator<Item = &Said>> {
        (!self.is_many).then(|| self.counts.iter().map(|(said, _)| said))
    }

    /// The least and the most, where the values of all cases have an order.
    pub(super) fn range(&self) -> Option<&(Said, Said)> {
        self.range.as_ref().filter(|_| self.ordered == self.told)
    }

    /// In how many cases the value lies between two; none where nobody counted.
    pub(super) fn between(&self, from: &Said, through: &Said) -> Option<u64> {
        let is_between = |said: &Said| from <= said && said <= through;
        match (self.is_many, &self.range) {
            (false, _) => {
                let within = self.counts.iter().filter(|(said, _)| is_between(said));
                Some(within.fold(0, |sum, (_, cases)| sum.saturating_add(*cases)))
            }
            (true, Some((least, most))) if from.is_ordered() && (through < least || from > most) => Some(0),
            (true, _) => None,
        }
    }
}

/// In what the cases are alike that agree: all of them, and those with each charge.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Agreeing {
    all: Alike,
    of_charges: BTreeMap<String, Alike>,
}

impl Agreeing {
    pub(super) fn is_none(&self) -> bool {
        self.all.cases == 0
    }

    /// A case that agrees, and its charges.
    pub(super) fn add<'c>(&mut self, fields: &FieldValues, charges: impl IntoIterator<Item = &'c str>) {
        self.all.count(fields, OF_AGREEING);
        for charge in charges {
            if let Some(alike) = self.of(charge) {
                alike.count(fields, OF_AGREEING);
            }
        }
    }

    pub(super) fn join(&mut self, other: Agreeing) {
        self.all.take_in(other.all, OF_AGREEING);
        for (charge, more) in other.of_charges {
            if let Some(alike) = self.of(&charge) {
                alike.take_in(more, OF_AGREEING);
            }
        }
    }

    /// What is known of a charge; none where there are too many before it.
    fn of(&mut self, charge: &str) -> Option<&mut Alike> {
        if !self.of_charges.contains_key(charge) {
            self.of_charges.insert(charge.to_owned(), Alike::default());
            if self.of_charges.len() > MOST_CHARGES {
                self.of_charges.pop_last();
            }
        }
        self.of_charges.get_mut(charge)
    }

    /// The cases that agree beside which those of a cluster stand: those with one of the charges that differ in it, the fewest; or else all.
    pub(super) fn beside<'c>(&'c self, charges: impl Iterator<Item = &'c str>) -> (Option<&'c str>, &'c Alike) {
        let known = charges.filter_map(|charge| self.of_charges.get_key_value(charge));
        match known.min_by_key(|(_, alike)| alike.cases) {
            Some((charge, alike)) => (Some(charge), alike),
            None => (None, &self.all),
        }
    }
}
