//! What all compared cases come to: counts by kind and by charge, exact sums per currency, the first and the largest of each.
//!
//! Cases are told in their order, so that the first is the first. A tally is stored and read again as it was. All sums are exact; one that
//! no number can hold is an error, and never another sum.

use crate::recorded::{Case, Cause, Flaw};
use ratewright::migrate::{About, Comparison, Difference, Kind, Verdict};
use ratewright::quote::Money;
use ratewright::value::Number;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// So many charges are counted apart, and all others under [`OTHERS`].
const MOST_CHARGES: usize = 10_000;

/// The name of all charges beyond those that are counted apart.
pub const OTHERS: &str = "all other charges";

/// What cases came to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tally {
    /// The cases that were compared.
    pub compared: u64,
    /// Those in which nothing differs.
    #[serde(rename = "match")]
    pub matches: u64,
    /// Those in which something differs by no more than is written.
    pub within_tolerance: u64,
    /// Those in which something differs as somebody has agreed to.
    pub waived: u64,
    /// Those that differ.
    #[serde(rename = "mismatch")]
    pub mismatches: u64,
    /// What the rules charge more in all that both sides answered, whatever the verdict.
    pub more: Vec<Money>,
    /// Those that one side did not answer: what the other charges is no difference of prices, and stands apart.
    #[serde(default, skip_serializing_if = "Unanswered::is_none")]
    pub unanswered: Unanswered,
    /// Mismatches by kind of difference. A total that differs by what charges differ by is not counted beside them.
    pub kinds: BTreeMap<Kind, Counted>,
    /// Mismatches by charge, or `total` or `whole answer`, and kind of difference. Of 10,000 charges on, all others are one.
    pub charges: BTreeMap<String, BTreeMap<Kind, Counted>>,
    /// What could not be compared, by its cause.
    pub not_compared: BTreeMap<Cause, Flawed>,
}

/// Cases that one side did not answer, and what the other charges in them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unanswered {
    /// How many cases there are.
    pub cases: u64,
    /// What the legacy side charges where the candidate failed.
    pub legacy: Vec<Money>,
    /// What the candidate charges where the legacy side failed.
    pub candidate: Vec<Money>,
}

/// Mismatches that are counted together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counted {
    /// How many cases there are.
    pub cases: u64,
    /// The differences in each currency.
    pub sums: Vec<Sum>,
    /// The first.
    pub first: Example,
}

/// Differences in one currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sum {
    /// What the rules charge more in all: negative where they charge less.
    pub more: Money,
    /// The same without signs.
    pub without_signs: Money,
    /// The largest; of equals the first.
    pub largest: Example,
}

/// One difference, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// The line of the case.
    pub line: u64,
    /// The id of its request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// What differs.
    pub difference: Difference,
}

/// Records that could not be compared for one cause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Flawed {
    /// How many there are.
    pub records: u64,
    /// The first.
    pub first: Flaw,
}

/// A sum that no number can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a sum of differences has more digits than any number can have")]
pub struct TooLarge;

impl Tally {
    /// Takes in a case that was compared, after waivers.
    ///
    /// # Errors
    /// A sum is too large: it is left at what it was, and all else is counted.
    pub fn compared(&mut self, case: &Case, comparison: &Comparison) -> Result<(), TooLarge> {
        plus_one(&mut self.compared);
        let of_verdict = match comparison.verdict() {
            Verdict::Match => &mut self.matches,
            Verdict::WithinTolerance => &mut self.within_tolerance,
            Verdict::Waived => &mut self.waived,
            Verdict::Mismatch => &mut self.mismatches,
        };
        plus_one(of_verdict);
        let mut outcome = match comparison.differences.iter().any(|one| one.kind == Kind::Error) {
            true => self.unanswered.add(&comparison.more),
            false => add_all(&mut self.more, &comparison.more),
        };
        let example_of =
            |difference: &Difference| Example { line: case.line, id: case.id.clone(), difference: difference.clone() };
        let that_count = || comparison.that_count().map(|(_, difference)| difference);
        for (place, difference) in that_count().enumerate() {
            let example = || example_of(difference);
            let of_kind = self.kinds.entry(difference.kind);
            let counted = of_kind.or_insert_with(|| Counted { cases: 0, sums: Vec::new(), first: example() });
            let is_again = that_count().take(place).any(|before| before.kind == difference.kind);
            outcome = counted.add(difference, !is_again, example).and(outcome);
        }
        let mismatches = || comparison.mismatches();
        for (place, difference) in mismatches().enumerate() {
            let example = || example_of(difference);
            let filed = |difference: &Difference| {
                let named = name(difference);
                let has_room = self.charges.len() < MOST_CHARGES || self.charges.contains_key(&named);
                if has_room { named } else { OTHERS.to_owned() }
            };
            let named = filed(difference);
            let is_again =
                mismatches().take(place).any(|before| before.kind == difference.kind && filed(before) == named);
            let of_charge = self.charges.entry(named).or_default().entry(difference.kind);
            let counted = of_charge.or_insert_with(|| Counted { cases: 0, sums: Vec::new(), first: example() });
            outcome = counted.add(difference, !is_again, example).and(outcome);
        }
        outcome
    }

    /// Takes in a record that could not be compared.
    pub fn flawed(&mut self, flaw: Flaw) {
        let of_cause = self.not_compared.entry(flaw.cause);
        plus_one(&mut of_cause.or_insert(Flawed { records: 0, first: flaw }).records);
    }

    /// How many records could not be compared.
    pub fn flaws(&self) -> u64 {
        self.not_compared.values().fold(0, |sum, flawed| sum.saturating_add(flawed.records))
    }
}

impl Unanswered {
    fn is_none(&self) -> bool {
        self.cases == 0
    }

    /// One more case, by what the rules charge more in it: less, where the candidate failed.
    fn add(&mut self, more: &[Money]) -> Result<(), TooLarge> {
        plus_one(&mut self.cases);
        let (less, more): (Vec<Money>, Vec<Money>) = more.iter().cloned().partition(|money| money.amount.is_negative());
        let charged: Vec<Money> = less.into_iter().map(|money| Money { amount: money.amount.neg(), ..money }).collect();
        add_all(&mut self.legacy, &charged).and(add_all(&mut self.candidate, &more))
    }
}

impl Counted {
    fn add(
        &mut self,
        difference: &Difference,
        is_new_case: bool,
        example: impl Fn() -> Example,
    ) -> Result<(), TooLarge> {
        if is_new_case {
            plus_one(&mut self.cases);
        }
        // What one side charges where the other failed is counted apart.
        let changes = difference.changes().filter(|_| difference.kind != Kind::Error);
        let mut outcome = Ok(());
        for change in changes {
            let Money { amount, currency } = change;
            let size = amount.abs();
            match self.sums.iter_mut().find(|sum| sum.more.currency == currency) {
                Some(sum) => {
                    match (plus(&sum.more.amount, &amount), plus(&sum.without_signs.amount, &size)) {
                        (Ok(more), Ok(without_signs)) => {
                            (sum.more.amount, sum.without_signs.amount) = (more, without_signs);
                        }
                        _ => outcome = Err(TooLarge),
                    }
                    let largest = sum.largest.difference.changes().filter(|before| before.currency == currency);
                    if largest.map(|before| before.amount.abs()).max().is_none_or(|before| size > before) {
                        sum.largest = example();
                    }
                }
                None => self.sums.push(Sum {
                    more: Money { amount, currency },
                    without_signs: Money { amount: size, currency },
                    largest: example(),
                }),
            }
        }
        outcome
    }
}

/// What a difference is filed under.
fn name(difference: &Difference) -> String {
    match difference.about {
        About::Charge => difference.charges.join(" + "),
        About::Total => "total".to_owned(),
        About::Answer => "whole answer".to_owned(),
    }
}

/// Adds each to the sum of its currency; one that no number can hold is left at what it was.
fn add_all(sums: &mut Vec<Money>, more: &[Money]) -> Result<(), TooLarge> {
    let mut outcome = Ok(());
    for money in more {
        match sums.iter_mut().find(|sum| sum.currency == money.currency) {
            Some(sum) => match plus(&sum.amount, &money.amount) {
                Ok(amount) => sum.amount = amount,
                Err(error) => outcome = Err(error),
            },
            None => sums.push(money.clone()),
        }
    }
    outcome
}

fn plus_one(count: &mut u64) {
    *count = count.saturating_add(1);
}

fn plus(sum: &Number, more: &Number) -> Result<Number, TooLarge> {
    sum.add(more).map_err(|_| TooLarge)
}
