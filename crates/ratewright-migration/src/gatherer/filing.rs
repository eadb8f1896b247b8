//! Mismatches filed by their cause: a case that differs → its cluster, with what may be stored of it.
//!
//! Invariant: each mismatch is in a cluster; one whose cause cannot be looked for is in one that nobody can explain.

use super::gathered::{Gathered, Taken};
use crate::redacting::Storable;
use ratewright::migrate::{CauseFinder, Comparison, Difference, Finding, KeptCase, Stated, Verdict};
use ratewright::value::Date;
use std::panic::{AssertUnwindSafe, catch_unwind};

impl Gathered {
    /// Compiles what the cause of a case is looked for by; whether anything was compiled: once for each charge of an edition.
    pub(super) fn prepare(&mut self, case: &Taken) -> bool {
        let (Some(edition), Verdict::Mismatch) = (&case.edition, case.comparison.verdict()) else { return false };
        let at = self.edition(edition);
        let Some((unused, _)) = self.finders(at) else { return false };
        // What panics is no preparation: its time is that of the case.
        catch_unwind(AssertUnwindSafe(|| unused.prepare(&case.comparison))).unwrap_or(false)
    }

    /// What looks for causes in an edition.
    fn finders(&mut self, at: usize) -> Option<&mut (CauseFinder, CauseFinder)> {
        let measure = self.how.measure.clone();
        let running = self.running(at)?;
        let finder = || CauseFinder::new(running.tracing.edition(), measure);
        Some(running.finders.get_or_insert_with(|| {
            let unused = finder();
            (unused.clone(), unused)
        }))
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
        let (unused, finder) = self.finders(at)?;
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
    Finding { comparison, guess: Vec::new(), others: Vec::new(), incomplete: true, rules: Vec::new(), tries: 0 }
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
