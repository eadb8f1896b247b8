//! Waivers as all runs together have used them: those of several files of findings → each once, its uses added up, its caps the least that any run had.
//!
//! Each run counts what it uses from nothing, and knows the caps of its own day alone.

use crate::figures::{amount, cases_of, grouped};
use ratewright::migrate::WaiverStanding;
use ratewright::quote::Money;
use ratewright::value::Number;
use ratewright_migration::findings::UsedWaiver;
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// A waiver that one run or several have used.
pub struct Together {
    /// What all of them used, with the least of its caps and the first of its last days.
    pub waiver: UsedWaiver,
    /// The caps that runs had where these are not the same: `9,999 and 110 cases`.
    pub other_caps: Option<String>,
    /// Whether more was used than can be added up.
    is_beyond_sums: bool,
    caps: (BTreeSet<Reverse<u64>>, BTreeSet<Reverse<Number>>),
}

/// Each waiver once, in the order in which they come; one whose caps are in two currencies is one in each.
pub fn together<'f>(runs: impl IntoIterator<Item = &'f UsedWaiver>) -> Vec<Together> {
    let mut all: Vec<Together> = Vec::new();
    for run in runs {
        let is_it =
            |one: &&mut Together| (&one.waiver.id, one.waiver.of_amount.currency) == (&run.id, run.of_amount.currency);
        match all.iter_mut().find(is_it) {
            Some(one) => one.add(run),
            None => all.push(Together::of(run)),
        }
    }
    all.iter_mut().for_each(Together::settle);
    all
}

impl Together {
    fn of(run: &UsedWaiver) -> Together {
        let caps = (BTreeSet::from([Reverse(run.of_cases)]), BTreeSet::from([Reverse(run.of_amount.amount.clone())]));
        Together { waiver: run.clone(), other_caps: None, is_beyond_sums: false, caps }
    }

    fn add(&mut self, run: &UsedWaiver) {
        let own = &mut self.waiver;
        own.cases = own.cases.saturating_add(run.cases);
        own.expires = own.expires.min(run.expires);
        own.standing = match (own.standing, run.standing) {
            (WaiverStanding::Expired, _) | (_, WaiverStanding::Expired) => WaiverStanding::Expired,
            (WaiverStanding::UsedUp, _) | (_, WaiverStanding::UsedUp) => WaiverStanding::UsedUp,
            _ => WaiverStanding::Open,
        };
        match (&mut own.amount, &run.amount) {
            (Some(sum), Some(more)) => match sum.amount.add(&more.amount) {
                Ok(all) => sum.amount = all,
                Err(_) => self.is_beyond_sums = true,
            },
            (none, more) => *none = none.take().or_else(|| more.clone()),
        }
        self.caps.0.insert(Reverse(run.of_cases));
        self.caps.1.insert(Reverse(run.of_amount.amount.clone()));
    }

    /// The least caps hold.
    fn settle(&mut self) {
        let currency = self.waiver.of_amount.currency;
        if let (Some(Reverse(cases)), Some(Reverse(least))) = (self.caps.0.last(), self.caps.1.last()) {
            (self.waiver.of_cases, self.waiver.of_amount.amount) = (*cases, least.clone());
        }
        let cases = self.caps.0.iter().map(|Reverse(cases)| grouped(*cases)).collect::<Vec<_>>();
        let amounts = self.caps.1.iter().map(|Reverse(one)| amount(&Money::new(one.clone(), currency)));
        let amounts = amounts.collect::<Vec<_>>();
        let several = |caps: &[String], what: &str| (caps.len() > 1).then(|| format!("{}{what}", caps.join(" and ")));
        let caps: Vec<String> = [several(&cases, " cases"), several(&amounts, "")].into_iter().flatten().collect();
        self.other_caps = (!caps.is_empty()).then(|| caps.join(", "));
        let is_full = self.waiver.cases >= self.waiver.of_cases || self.passes_its_amount();
        if is_full && self.waiver.standing == WaiverStanding::Open {
            self.waiver.standing = WaiverStanding::UsedUp;
        }
    }

    fn passes_its_amount(&self) -> bool {
        let used = self.waiver.amount.as_ref().map(|used| &used.amount);
        self.is_beyond_sums || used.is_some_and(|used| *used > self.waiver.of_amount.amount)
    }

    /// What runs have used together beyond its caps: `6 cases by W-3 in these runs together, which holds for 5`.
    pub fn beyond(&self) -> Option<String> {
        let UsedWaiver { id, cases, of_cases, amount: used, of_amount, .. } = &self.waiver;
        let least = if self.other_caps.is_some() { ", the least of its caps in these runs" } else { "" };
        let words =
            |what: &str, cap: &str| format!("{what} by {id} in these runs together, which holds for {cap}{least}");
        if cases > of_cases {
            return Some(words(&cases_of(*cases), &grouped(*of_cases)));
        }
        match used {
            _ if self.is_beyond_sums => Some(format!("more by {id} in these runs together than can be added up")),
            Some(used) if self.passes_its_amount() => Some(words(&amount(used), &amount(of_amount))),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn run(cases: u64, of_cases: u64, amount: &str, of_amount: &str) -> UsedWaiver {
        let text = format!(
            r#"{{"id": "W-1", "owner": "Ann", "reason": "old", "expires": "2026-12-31", "standing": "open", "cases": {cases}, "of_cases": {of_cases},
            "amount": "{amount}", "of_amount": "{of_amount}"}}"#
        );
        serde_json::from_str(&text).unwrap()
    }

    #[test]
    fn uses_add_up_and_the_least_caps_hold() {
        let told = |runs: &[UsedWaiver]| {
            let all = together(runs);
            let one = |one: &Together| {
                let UsedWaiver { cases, of_cases, standing, .. } = &one.waiver;
                let used = one.waiver.amount.as_ref().map(amount).unwrap_or_default();
                (
                    format!("{cases} of {of_cases}, {used} of {}, {standing:?}", one.waiver.of_amount),
                    one.beyond(),
                    one.other_caps.clone(),
                )
            };
            all.iter().map(one).collect::<Vec<_>>()
        };
        let (some, more) = (run(148, 9_999, "3000.00 USD", "9000.00 USD"), run(106, 110, "1716.97 USD", "9000.00 USD"));
        assert_eq!(
            told(std::slice::from_ref(&some)),
            [("148 of 9999, 3,000.00 USD of 9000.00 USD, Open".to_owned(), None, None)]
        );
        let beyond =
            "254 cases by W-1 in these runs together, which holds for 110, the least of its caps in these runs";
        let both = "254 of 110, 4,716.97 USD of 9000.00 USD, UsedUp".to_owned();
        let caps = Some("9,999 and 110 cases".to_owned());
        for runs in [[some.clone(), more.clone()], [more, some.clone()]] {
            assert_eq!(told(&runs), [(both.clone(), Some(beyond.to_owned()), caps.clone())]);
        }
        // 3,000 and 1,500 dollars pass a cap of 4,000.
        let beyond = "4,500.00 USD by W-1 in these runs together, which holds for 4,000.00 USD, the least of its caps in these runs";
        let both = "149 of 9999, 4,500.00 USD of 4000.00 USD, UsedUp".to_owned();
        let caps = Some("9,000.00 USD and 4,000.00 USD".to_owned());
        assert_eq!(
            told(&[some.clone(), run(1, 9_999, "1500.00 USD", "4000.00 USD")]),
            [(both, Some(beyond.to_owned()), caps)]
        );
        // Caps in two currencies are two.
        assert_eq!(told(&[some, run(1, 9_999, "15.00 EUR", "40.00 EUR")]).len(), 2);
    }
}
