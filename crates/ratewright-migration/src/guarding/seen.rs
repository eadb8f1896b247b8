//! What is counted in a window: comparisons as they come → cases, mismatches, errors and the money that differs.
//!
//! A case in which the candidate gives no answer is an error, which has a limit of its own, and no mismatch beside: old code has answered it. What
//! cannot be added up exactly is unknown from there on.

use ratewright::migrate::{Comparison, Kind, Stated, Verdict};
use ratewright::quote::Money;
use ratewright::value::{Currency, Number};
use std::collections::BTreeMap;

type Amounts = BTreeMap<Currency, Number>;

/// What was counted of comparisons.
#[derive(Debug, Default)]
pub(super) struct Seen {
    pub(super) cases: u64,
    pub(super) unexplained: u64,
    pub(super) errors: u64,
    /// Calls that old code answered since the candidate failed or was left alone.
    pub(super) stood_in: u64,
    differed: Amounts,
    largest: Amounts,
    is_beyond_sums: bool,
}

impl Seen {
    /// Counts a case, after waivers.
    pub(super) fn add(&mut self, comparison: &Comparison) {
        self.cases = self.cases.saturating_add(1);
        if comparison.verdict() != Verdict::Mismatch {
            return;
        }
        let fails =
            comparison.mismatches().any(|one| one.kind == Kind::Error && matches!(one.candidate, Stated::Failed(_)));
        if fails {
            self.errors = self.errors.saturating_add(1);
            return;
        }
        self.unexplained = self.unexplained.saturating_add(1);
        let mut of_case = Amounts::new();
        let added = comparison.changes().iter().all(|change| add(&mut of_case, change.currency, &change.amount.abs()));
        let summed = of_case.iter().all(|(currency, amount)| add(&mut self.differed, *currency, amount));
        self.is_beyond_sums |= !(added && summed);
        for (currency, amount) in of_case {
            let largest = self.largest.entry(currency).or_insert(Number::ZERO);
            if amount > *largest {
                *largest = amount;
            }
        }
    }

    /// How much differed in all and in one case; none where it could not be added up.
    pub(super) fn amounts(&self) -> Option<(Vec<Money>, Vec<Money>)> {
        let list = |amounts: &Amounts| {
            let each = amounts.iter().map(|(currency, amount)| Money { amount: amount.clone(), currency: *currency });
            each.collect()
        };
        (!self.is_beyond_sums).then(|| (list(&self.differed), list(&self.largest)))
    }
}

/// Adds an amount, if that can be done exactly.
fn add(sums: &mut Amounts, currency: Currency, amount: &Number) -> bool {
    let sum = sums.entry(currency).or_insert(Number::ZERO);
    match sum.add(amount) {
        Ok(added) => {
            *sum = added;
            true
        }
        Err(_) => false,
    }
}
