//! Mismatches filed by their cause: a case that differs → its cluster, with what may be stored of it.
//!
//! Invariant: each mismatch is in a cluster; one whose cause cannot be looked for is in one that nobody can explain.

use super::gathered::{Gathered, Taken};
use crate::redacting::Storable;
use ratewright::digest::Digest;
use ratewright::live::Edition;
use ratewright::migrate::cluster::FieldValues;
use ratewright::migrate::{CauseFinder, Comparison, Difference, Finding, KeptCase, Stated, Verdict};
use ratewright::value::Date;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Of so many editions what causes are looked for by stays compiled.
const FINDERS: usize = 8;

/// So many other editions are tried for the cause, those met last.
const OTHERS: usize = 8;

/// What looks for causes in an edition.
pub(super) struct Finders {
    /// One that was never used, with all that was compiled.
    unused: CauseFinder,
    /// The one that searches.
    finder: CauseFinder,
    /// The other editions that it tries.
    others: Vec<Digest>,
    /// When it was used last.
    used: u64,
}

impl Gathered {
    /// Compiles what the cause of a case is looked for by. Whether anything was compiled for the first time: once for each charge of an edition.
    pub(super) fn prepare(&mut self, case: &Taken) -> bool {
        let (Some(edition), Verdict::Mismatch) = (&case.edition, case.comparison.verdict()) else { return false };
        if !self.has_room_for(edition.digest()) {
            return false;
        }
        let at = self.edition(edition);
        let was_there = self.running(at).is_some_and(|running| running.finders.is_some());
        #[cfg(test)]
        let panics = self.panics_preparing;
        let Some(finders) = self.finders(at) else { return false };
        let prepared = catch_unwind(AssertUnwindSafe(|| {
            #[cfg(test)]
            assert!(!panics, "what is compiled");
            finders.unused.prepare(&case.comparison)
        }));
        // What panics is no preparation: its time is that of the case.
        let Ok(compiled) = prepared else {
            self.unprepared = self.unprepared.saturating_add(1);
            return false;
        };
        (compiled || !was_there) && !self.let_go.contains(&edition.digest())
    }

    /// What looks for causes in an edition, among the others that are known too.
    fn finders(&mut self, at: usize) -> Option<&mut Finders> {
        let others = self.others(at);
        self.make_room_for_finders(at);
        self.used = self.used.saturating_add(1);
        let (measure, used) = (self.how.measure.clone(), self.used);
        let running = self.running(at)?;
        let known: Vec<Digest> = others.iter().map(Edition::digest).collect();
        if running.finders.as_ref().is_none_or(|finders| finders.others != known) {
            let unused = match running.finders.take() {
                Some(finders) => finders.unused,
                None => CauseFinder::new(running.tracing.edition(), measure),
            };
            let unused = unused.with_editions(&others);
            running.finders = Some(Finders { finder: unused.clone(), unused, others: known, used });
        }
        let finders = running.finders.as_mut()?;
        finders.used = used;
        Some(finders)
    }

    /// The editions of the same rule set that are known beside one: those that were named, and those that were met.
    fn others(&self, at: usize) -> Vec<Edition> {
        let Some(own) = self.kept.editions.get(at) else { return Vec::new() };
        let met = self.running.iter().map(|one| one.tracing.edition());
        let mut others: Vec<Edition> = Vec::new();
        for other in self.how.editions.iter().chain(met) {
            let is_other = other.name() == own.rules.name && other.digest() != own.rules.edition;
            if is_other && !others.iter().any(|known| known.digest() == other.digest()) {
                others.push(other.clone());
            }
        }
        others.drain(..others.len().saturating_sub(OTHERS));
        others
    }

    /// Lets go of what was used longest ago, where another edition needs finders and there are enough.
    fn make_room_for_finders(&mut self, at: usize) {
        if self.running(at).is_none_or(|running| running.finders.is_some()) {
            return;
        }
        while self.running.iter().filter(|one| one.finders.is_some()).count() >= FINDERS {
            let used = |finders: &Finders| finders.used;
            let with = self.running.iter_mut().filter(|one| one.finders.is_some());
            let Some(oldest) = with.min_by_key(|one| one.finders.as_ref().map(used)) else { return };
            oldest.finders = None;
            self.let_go.insert(oldest.tracing.edition().digest());
        }
    }

    /// Looks for the cause of a mismatch, and files it: among what nobody can explain, where that cannot be done.
    pub(super) fn file(
        &mut self,
        at: usize,
        case: &Taken,
        comparison: Comparison,
        (number, id, day): (u64, Option<String>, Option<Date>),
        storable: &Storable,
    ) {
        let Some((legacy, candidate)) = &case.answers else { return };
        let finding = match self.find(at, case) {
            Some(finding) => storable.finding(Finding { comparison, ..finding }),
            None => unexplained(comparison),
        };
        let explained = || {
            let edition = case.edition.as_ref()?;
            let explained = catch_unwind(AssertUnwindSafe(|| edition.explain_json(&case.input).ok()));
            let (_, explanation) = explained.ok().flatten()?;
            Some(storable.explanation(&explanation.to_text(), edition.rules()))
        };
        let kept = || {
            let (legacy, candidate) = (storable.answer(legacy), storable.answer(candidate));
            let (input, redacted) = (storable.input().to_owned(), storable.paths());
            KeptCase { input, legacy, candidate, explanation: explained(), redacted }
        };
        let key = id.unwrap_or_else(|| format!("case {number}"));
        if let Some(own) = self.kept.editions.get_mut(at) {
            own.sums(case.stratum).clusters.add(&finding, &key, number, day, kept);
        }
    }

    /// The cause of a case; none where nothing can be said of it: no edition priced it, or its host answers otherwise than it did, or not at all.
    fn find(&mut self, at: usize, case: &Taken) -> Option<Finding> {
        case.edition.as_ref()?;
        let (legacy, _) = case.answers.as_ref()?;
        // What cannot be compiled is no reason to lose the case, which is counted already.
        catch_unwind(AssertUnwindSafe(|| self.finders(at).is_some())).ok().filter(|made| *made)?;
        let Finders { unused, finder, .. } = self.running(at)?.finders.as_mut()?;
        // It prices other inputs too, at which the host may panic.
        let found = catch_unwind(AssertUnwindSafe(|| finder.find(&case.input, legacy)));
        if found.is_err() {
            // What was compiled is kept.
            *finder = unused.clone();
        }
        found.ok().filter(|found| is_same(&found.comparison, &case.comparison))
    }
}

/// Of which nobody knows the cause.
fn unexplained(comparison: Comparison) -> Finding {
    let (guess, others, follows, rules) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    Finding { comparison, guess, others, incomplete: true, follows, rules, tries: 0, fields: FieldValues::default() }
}

/// Whether two comparisons say the same: what was tried for one says something of the other. Words of a failure may be others.
fn is_same(one: &Comparison, other: &Comparison) -> bool {
    let is_stated = |one: &Stated, other: &Stated| match (one, other) {
        (Stated::Refused { code, .. }, Stated::Refused { code: other, .. }) => code == other,
        (Stated::Failed(_), Stated::Failed(_)) => true,
        _ => one == other,
    };
    let alike = |(one, other): (&Difference, &Difference)| {
        (one.about, one.kind, &one.charges, one.item) == (other.about, other.kind, &other.charges, other.item)
            && is_stated(&one.legacy, &other.legacy)
            && is_stated(&one.candidate, &other.candidate)
    };
    one.differences.len() == other.differences.len() && one.differences.iter().zip(&other.differences).all(alike)
}
