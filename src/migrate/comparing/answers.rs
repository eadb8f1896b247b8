//! Answers of which not both are prices: refusals and failures → one difference for each currency in which a side charges, or one in all.

use super::super::answer::{Said, Sort};
use super::super::comparison::{About, Comparison, Difference, Kind, Stated, Verdict};
use super::sums_of;
use crate::quote::Money;

/// The difference of answers of which not both are prices.
pub(super) fn answers(legacy: (Said<'_>, Sort<'_>), candidate: (Said<'_>, Sort<'_>)) -> Comparison {
    let kind = match (&legacy.1, &candidate.1) {
        (Sort::Failed(_), _) | (_, Sort::Failed(_)) => Kind::Error,
        (Sort::Refused(..), Sort::Refused(..)) => Kind::Refusals,
        _ => Kind::RefusalAgainstAmount,
    };
    let sums = [sums_of(legacy.0), sums_of(candidate.0)];
    let [Ok(there), Ok(here)] = sums else {
        return Comparison {
            differences: vec![of_answer(kind, stated(&legacy.1), stated(&candidate.1))],
            more: Vec::new(),
        };
    };
    let mut found = Comparison::default();
    for (money, is_legacy) in
        there.into_iter().map(|money| (money, true)).chain(here.into_iter().map(|money| (money, false)))
    {
        let charged = Stated::Amount(money.clone());
        let more =
            Money { amount: if is_legacy { money.amount.neg() } else { money.amount }, currency: money.currency };
        let (one, other) = match is_legacy {
            true => (charged, stated(&candidate.1)),
            false => (stated(&legacy.1), charged),
        };
        if !more.amount.is_zero() {
            found.more.push(more.clone());
        }
        found.differences.push(Difference { difference: Some(more), ..of_answer(kind, one, other) });
    }
    if found.differences.is_empty() {
        found.differences.push(of_answer(kind, stated(&legacy.1), stated(&candidate.1)));
    }
    found
}

fn stated(sort: &Sort<'_>) -> Stated {
    match sort {
        Sort::Priced => Stated::Nothing,
        Sort::Refused(code, words) => Stated::Refused { code: (*code).to_owned(), words: (*words).to_owned() },
        Sort::Failed(words) => Stated::Failed(words.to_string()),
    }
}

/// A mismatch of whole answers.
pub(super) fn of_answer(kind: Kind, legacy: Stated, candidate: Stated) -> Difference {
    Difference {
        about: About::Answer,
        kind,
        charges: Vec::new(),
        item: None,
        legacy,
        candidate,
        difference: None,
        verdict: Verdict::Mismatch,
        waiver: None,
    }
}
