//! One cluster while it is gathered: what is read of it, and by what the largest case and the sample were chosen.
//!
//! Counts and sums do not depend on the order in which cases come; the first case is that with the smallest place, the largest the first of
//! the largest, the sample those with the smallest digests, of equal digests the earlier.

use super::alike::Alike;
use super::values::FieldValues;
use super::{Cluster, ClusterKey, Difference, Example, Following};
use crate::digest::Digest;
use crate::migrate::cause::Follows;
use crate::quote::Money;
use crate::value::{Date, Number};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// A cluster with what it was chosen by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Gathered {
    pub(super) cluster: Cluster,
    /// In what its cases are alike.
    pub(super) alike: Alike,
    /// The largest difference of a case, in minor units.
    pub(super) largest: Number,
    /// The digests of the sample, in its order.
    pub(super) digests: Vec<Digest>,
}

/// By what it is decided whether a case is kept.
#[derive(Clone, Copy)]
pub(super) struct Rank<'a> {
    pub(super) sequence: u64,
    /// Its largest difference in minor units.
    pub(super) largest: &'a Number,
    pub(super) digest: Digest,
}

impl Gathered {
    pub(super) fn new(key: ClusterKey) -> Self {
        let cluster = Cluster {
            key,
            cases: 0,
            differences: Vec::new(),
            days: BTreeMap::new(),
            explained_by: BTreeMap::new(),
            follows: Vec::new(),
            shared: Vec::new(),
            shared_in_family: Vec::new(),
            first: None,
            largest: None,
            sample: Vec::new(),
        };
        Gathered { cluster, alike: Alike::default(), largest: Number::ZERO, digests: Vec::new() }
    }

    /// How many bytes its examples have: the texts of them.
    pub(super) fn bytes(&self) -> usize {
        let Cluster { first, largest, sample, .. } = &self.cluster;
        let of = |example: &Example| {
            let explanation = example.explanation.as_ref().map_or(0, String::len);
            example.input.len().saturating_add(explanation)
        };
        first.iter().chain(largest).chain(sample).map(of).fold(0, usize::saturating_add)
    }

    /// Counts a case.
    pub(super) fn count(&mut self, day: Option<Date>, changes: &[Money], fields: &FieldValues) {
        self.alike.add(fields);
        let cluster = &mut self.cluster;
        cluster.cases = cluster.cases.saturating_add(1);
        Difference::add_to(&mut cluster.differences, changes);
        if let Some(day) = day {
            let day = cluster.days.entry(day).or_default();
            day.cases = day.cases.saturating_add(1);
            Difference::add_to(&mut day.differences, changes);
        }
    }

    /// Counts that a charge follows from others, in so many cases.
    pub(super) fn follows(&mut self, follows: Follows, cases: u64) {
        let all = &mut self.cluster.follows;
        match all.binary_search_by(|own| own.follows.cmp(&follows)) {
            Ok(at) => all.iter_mut().skip(at).take(1).for_each(|own| own.cases = own.cases.saturating_add(cases)),
            Err(at) => all.insert(at, Following { follows, cases }),
        }
    }

    fn is_first(&self, sequence: u64) -> bool {
        self.cluster.first.as_ref().is_none_or(|first| sequence < first.sequence)
    }

    fn is_largest(&self, sequence: u64, size: &Number) -> bool {
        let before = self.cluster.largest.as_ref().map(|largest| (&self.largest, Reverse(largest.sequence)));
        before.is_none_or(|before| (size, Reverse(sequence)) > before)
    }

    /// The places of the sample: digests, and of equal ones the places of their cases.
    fn sampled(&self) -> impl DoubleEndedIterator<Item = (Digest, u64)> + '_ {
        self.digests.iter().copied().zip(self.cluster.sample.iter().map(|example| example.sequence))
    }

    fn is_sampled(&self, place: (Digest, u64), sampled: usize) -> bool {
        sampled > 0 && (self.digests.len() < sampled || self.sampled().next_back().is_some_and(|last| place < last))
    }

    /// Whether a case of this rank is to be kept.
    pub(super) fn wants(&self, rank: Rank<'_>, sampled: usize) -> bool {
        self.is_first(rank.sequence)
            || self.is_largest(rank.sequence, rank.largest)
            || self.is_sampled((rank.digest, rank.sequence), sampled)
    }

    pub(super) fn keep(&mut self, example: Example, rank: Rank<'_>, sampled: usize) {
        if self.is_first(rank.sequence) {
            self.cluster.first = Some(example.clone());
        }
        if self.is_largest(rank.sequence, rank.largest) {
            (self.cluster.largest, self.largest) = (Some(example.clone()), rank.largest.clone());
        }
        self.sample(rank.digest, example, sampled);
    }

    fn sample(&mut self, digest: Digest, example: Example, sampled: usize) {
        let place = (digest, example.sequence);
        if self.is_sampled(place, sampled) {
            let at = self.sampled().take_while(|other| *other < place).count();
            self.digests.insert(at, digest);
            self.cluster.sample.insert(at, example);
            self.digests.truncate(sampled);
            self.cluster.sample.truncate(sampled);
        }
    }

    /// Takes in another, as if its cases had been counted here.
    pub(super) fn join(&mut self, other: Gathered, sampled: usize) {
        let Gathered { cluster: other, alike, largest, digests } = other;
        self.alike.join(alike);
        let cluster = &mut self.cluster;
        cluster.cases = cluster.cases.saturating_add(other.cases);
        other.differences.iter().for_each(|more| Difference::join_to(&mut cluster.differences, more));
        for (day, more) in other.days {
            let day = cluster.days.entry(day).or_default();
            day.cases = day.cases.saturating_add(more.cases);
            more.differences.iter().for_each(|more| Difference::join_to(&mut day.differences, more));
        }
        for (cause, count) in other.explained_by {
            let own = cluster.explained_by.entry(cause).or_default();
            *own = own.saturating_add(count);
        }
        other.follows.into_iter().for_each(|more| self.follows(more.follows, more.cases));
        if let Some(first) = other.first.filter(|first| self.is_first(first.sequence)) {
            self.cluster.first = Some(first);
        }
        if let Some(case) = other.largest.filter(|case| self.is_largest(case.sequence, &largest)) {
            (self.cluster.largest, self.largest) = (Some(case), largest);
        }
        for (digest, example) in digests.into_iter().zip(other.sample) {
            self.sample(digest, example, sampled);
        }
    }
}

/// An amount without its sign in minor units of its currency.
pub(super) fn minor_units(money: &Money) -> Option<Number> {
    money.amount.abs().div(&money.currency.minor_unit()).ok()
}

/// The digits before the point.
pub(super) fn size(minor_units: &Number) -> u32 {
    let (mut digits, mut bound) = (0_u32, Number::ONE);
    while *minor_units >= bound && digits < 60 {
        digits = digits.saturating_add(1);
        let Ok(next) = bound.mul(&Number::from_i64(10)) else { break };
        bound = next;
    }
    digits
}
