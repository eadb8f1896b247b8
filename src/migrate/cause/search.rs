//! The search for one case: what is tried, in which order, and when it ends.
//!
//! Case and plan → everything that explains something, as far as it must be tried. What was learned before ends a search only where it would say
//! the same beside all that was not tried: a factor of units says something by itself only where no factor of another kind does the same.

use super::learned::Plan;
use super::slips::{Known, Slip};
use super::trials::{Case, Explained, Trial, Trials};
use super::typed::{Mistyped, Sought};
use super::{Cause, Factor};
use std::collections::BTreeSet;

/// What a search found.
pub(super) struct Found {
    /// What may be tried first in other cases.
    pub(super) explained: Vec<Explained>,
    pub(super) mistyped: Vec<Factor>,
    /// The slips of typing in these, which other cases are tried with.
    pub(super) slips: Vec<Slip>,
    /// How often the candidate was priced again.
    pub(super) tries: u32,
}

/// One search.
pub(super) struct Search<'s, 'c> {
    trials: &'s mut Trials,
    case: &'s Case<'c>,
    tried: BTreeSet<Trial>,
    tries: u32,
    found: Vec<Explained>,
}

impl<'s, 'c> Search<'s, 'c> {
    pub(super) fn of(trials: &'s mut Trials, case: &'s Case<'c>) -> Self {
        Search { trials, case, tried: BTreeSet::new(), tries: 0, found: Vec::new() }
    }

    /// Everything that explains something, in a fixed order.
    pub(super) fn found(mut self, plan: &Plan) -> Found {
        self.attempt((0..self.case.before.differences.len()).map(Trial::Line));
        if let Some(first) = &plan.first {
            self.attempt(first.iter().cloned());
            self.attempt_rivals();
        }
        if plan.first.is_none() || !self.is_found() {
            let all = self.trials.all(self.case.before);
            self.attempt(all);
        }
        self.tell_families_apart();
        self.found.sort_by(|one, other| one.trial.cmp(&other.trial));
        let (mistyped, slips) = self.mistyped(&plan.slips);
        Found { explained: self.found, mistyped, slips, tries: self.tries }
    }

    /// Numbers that are mistyped: as in cases before, and for what nothing else explains, as this case leads to.
    fn mistyped(&mut self, known: &Known) -> (Vec<Factor>, Vec<Slip>) {
        let mut explained: BTreeSet<u32> = self.found.iter().flat_map(|one| &one.evidence.explains).copied().collect();
        let (mut factors, mut slips, mut by_slips) = (Vec::new(), Vec::new(), BTreeSet::<u32>::new());
        for (place, _) in self.case.before.that_count() {
            if by_slips.contains(&place) {
                continue;
            }
            let sought = Sought { place, known, leads: !explained.contains(&place) };
            for Mistyped { slip, tried, explains } in self.trials.mistyped(self.case, &sought, &mut self.tries) {
                explained.extend(&explains);
                by_slips.extend(&explains);
                slips.push(slip);
                let cause = Cause::MistypedRate;
                factors.push(Factor { cause, tried, is_tried: true, field: None, explains, specific: true });
            }
        }
        (factors, slips)
    }

    fn attempt(&mut self, trials: impl IntoIterator<Item = Trial>) {
        for trial in trials {
            if !self.tried.contains(&trial) {
                self.found.extend(self.trials.attempt(&trial, self.case, &mut self.tries));
                self.tried.insert(trial);
            }
        }
    }

    /// Tries the factors of other families on each field for which one that was learned explains everything: until one does, since then neither
    /// says anything.
    fn attempt_rivals(&mut self) {
        let whole = self.found.iter().filter(|one| self.is_whole(one));
        let families: BTreeSet<(usize, usize)> = whole.filter_map(|one| one.family).collect();
        for (leaf, family) in families {
            for rival in self.trials.of_other_families(leaf, family) {
                let has_rival = |one: &Explained| one.family.is_some_and(|(at, other)| at == leaf && other != family);
                if self.found.iter().any(has_rival) {
                    break;
                }
                self.attempt([rival]);
            }
        }
        self.tell_families_apart();
    }

    /// Where factors of several families do the same for one field, none of them says anything.
    fn tell_families_apart(&mut self) {
        let families: BTreeSet<(usize, usize)> = self.found.iter().filter_map(|one| one.family).collect();
        for one in &mut self.found {
            if let Some((leaf, family)) = one.family {
                one.evidence.specific = !families.iter().any(|(other, another)| *other == leaf && *another != family);
            }
        }
    }

    fn is_whole(&self, one: &Explained) -> bool {
        one.evidence.explains.len() >= self.case.before.that_count().count()
    }

    /// Whether something says why. A line that is added or taken away explains whatever is missing or extra: it says nothing against another
    /// cause.
    fn is_found(&self) -> bool {
        let says = |one: &&Explained| one.evidence.specific && one.evidence.cause < Cause::MissingSurcharge;
        self.found.iter().filter(says).any(|one| self.is_whole(one))
    }
}
