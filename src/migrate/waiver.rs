//! Differences that somebody has agreed to, for a time: a waiver is written with an owner, a reason, a last day and caps.
//!
//! Comparison + waivers + what was used of them + the day → the comparison with its waived differences. What is written never changes;
//! what was used stands apart and is stored by whoever stores comparisons. A waiver whose day is over or whose caps are reached waives nothing:
//! the difference is a mismatch again, and says why.

use super::comparing::sum_of_differences;
use super::comparison::{About, Comparison, Difference, Kind, Verdict, WaiverNote};
use crate::quote::Money;
use crate::value::{Date, Number};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A difference that is agreed to: what it covers, who answers for it, and how far it goes.
///
/// ```
/// use ratewright::{migrate::{ComparisonMemory, Measure, Prices, WaiverUses, Waivers}, value::Date};
///
/// let waivers: Waivers = serde_json::from_str(r#"[{
///     "id": "W-7", "owner": "Dana Reyes", "reason": "old code truncates the fuel surcharge",
///     "expires": "2026-12-31", "charges": ["FUEL"], "kinds": ["amount"], "cases": 1000, "amount": "10.00 USD"
/// }]"#)?;
/// let (legacy, candidate) = (Prices::new().line("FUEL", "1.11 USD".parse()?), Prices::new().line("FUEL", "1.12 USD".parse()?));
/// let mut found = Measure::exact().compare(&mut ComparisonMemory::default(), &legacy, &candidate);
/// let mut uses = WaiverUses::default();
/// waivers.apply(&mut uses, &mut found, Date::new(2026, 11, 23).unwrap());
/// assert_eq!(found.to_string(), "waived: FUEL: 1.12 USD instead of 1.11 USD, +0.01 USD (waived by W-7)");
/// assert_eq!(uses.of("W-7").map(|used| used.cases), Some(1));
///
/// let mut later = Measure::exact().compare(&mut ComparisonMemory::default(), &legacy, &candidate);
/// waivers.apply(&mut uses, &mut later, Date::new(2027, 1, 1).unwrap());
/// assert_eq!(later.to_string(), "mismatch: FUEL: 1.12 USD instead of 1.11 USD, +0.01 USD (waiver W-7 has expired)");
///
/// let nobody = r#"[{"id": "W-8", "reason": "rounding", "expires": "2026-12-31", "charges": ["FUEL"], "kinds": ["amount"], "cases": 1, "amount": "1 USD"}]"#;
/// let error = serde_json::from_str::<Waivers>(nobody).unwrap_err().to_string();
/// assert!(error.starts_with("waiver `W-8` has no owner"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Written")]
pub struct Waiver {
    /// What it is called in reports.
    pub id: String,
    /// Who answers for it.
    pub owner: String,
    /// Why the difference is right, or borne.
    pub reason: String,
    /// The last day on which it holds.
    pub expires: Date,
    /// The charges that it covers; of a group of charges it must cover all.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub charges: BTreeSet<String>,
    /// Whether it covers differences of totals that no charge shows. A total that differs by what waived charges differ by needs none.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub totals: bool,
    /// The kinds of difference that it covers.
    pub kinds: BTreeSet<Kind>,
    /// For how many comparisons it holds at most.
    pub cases: u64,
    /// Up to which amount it holds: the differences added up, without their signs. Differences in another currency it does not cover.
    pub amount: Money,
}

/// A waiver as it is written: what is missing is said in words.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    id: Option<String>,
    owner: Option<String>,
    reason: Option<String>,
    expires: Option<Date>,
    #[serde(default)]
    charges: BTreeSet<String>,
    #[serde(default)]
    totals: bool,
    #[serde(default)]
    kinds: BTreeSet<Kind>,
    cases: Option<u64>,
    amount: Option<Money>,
}

/// Why a waiver cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("waiver {named}{problem}")]
pub struct WaiverProblem {
    named: String,
    problem: &'static str,
}

impl WaiverProblem {
    fn of(id: &str, problem: &'static str) -> Self {
        WaiverProblem { named: format!("`{id}` "), problem }
    }
}

impl TryFrom<Written> for Waiver {
    type Error = WaiverProblem;

    fn try_from(written: Written) -> Result<Self, Self::Error> {
        let said = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
        let no_id =
            WaiverProblem { named: String::new(), problem: "without an id: give each one, such as \"id\": \"W-7\"" };
        let id = said(written.id).ok_or(no_id)?;
        let problem = |problem| WaiverProblem::of(&id, problem);
        let waiver = Waiver {
            owner: said(written.owner).ok_or(problem("has no owner: write who answers for it"))?,
            reason: said(written.reason).ok_or(problem("has no reason: write why the difference is right, or borne"))?,
            expires: written.expires.ok_or(problem(
                "does not expire: write the last day on which it holds, such as \"expires\": \"2026-12-31\"",
            ))?,
            cases: written.cases.ok_or(problem("has no cap: write for how many cases it holds at most"))?,
            amount: written.amount.ok_or(problem(
                "has no cap on its amount: write up to which sum of differences it holds, such as \"amount\": \"100.00 USD\"",
            ))?,
            charges: written.charges,
            totals: written.totals,
            kinds: written.kinds,
            id: id.clone(),
        };
        waiver.check()?;
        Ok(waiver)
    }
}

impl Waiver {
    /// Whether what is written can be used.
    fn check(&self) -> Result<(), WaiverProblem> {
        let of_charges = [Kind::Missing, Kind::Extra, Kind::Amount, Kind::Currency, Kind::Order];
        let problem = if self.id.trim().is_empty() {
            "without an id: give each one, such as \"id\": \"W-7\""
        } else if self.owner.trim().is_empty() {
            "has no owner: write who answers for it"
        } else if self.reason.trim().is_empty() {
            "has no reason: write why the difference is right, or borne"
        } else if self.kinds.is_empty() {
            "covers nothing: name the kinds of difference, such as \"kinds\": [\"amount\"]"
        } else if self.charges.is_empty() && !self.totals && self.kinds.iter().any(|kind| of_charges.contains(kind)) {
            "covers every charge: name those that it is about, such as \"charges\": [\"FUEL\"]"
        } else if self.cases == 0 {
            "holds for no case: write for how many it holds"
        } else if self.amount.amount.is_negative() {
            "has a cap below zero: write the sum of differences without their signs"
        } else {
            return Ok(());
        };
        Err(WaiverProblem::of(&self.id, problem))
    }

    /// Whether a difference is of a kind and of charges that it is written for.
    fn is_about(&self, difference: &Difference) -> bool {
        let charges = match difference.about {
            About::Total => self.totals,
            About::Answer => difference.charges.iter().all(|charge| self.charges.contains(charge)),
            About::Charge => {
                !difference.charges.is_empty() && difference.charges.iter().all(|charge| self.charges.contains(charge))
            }
        };
        let in_currency = difference.changes().all(|change| change.currency == self.amount.currency);
        charges && in_currency && self.kinds.contains(&difference.kind)
    }
}

/// All waivers that are in use.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Waiver>", into = "Vec<Waiver>")]
pub struct Waivers {
    all: Vec<Waiver>,
}

/// What was used of each waiver so far: to be stored beside what was compared.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WaiverUses {
    used: BTreeMap<String, Used>,
}

/// What was used of a waiver.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Used {
    /// The comparisons that it waived something of.
    pub cases: u64,
    /// The differences that it waived, added up without their signs.
    pub amount: Money,
}

/// Whether a waiver still waives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WaiverStanding {
    /// It does.
    Open,
    /// Its last day is over.
    Expired,
    /// Its cases or its amount are used up.
    UsedUp,
}

impl WaiverUses {
    /// What was used of the waiver with an id.
    pub fn of(&self, id: &str) -> Option<&Used> {
        self.used.get(id)
    }

    /// What the waiver would have used with one more case of an amount, where it has as much left.
    fn with(&self, waiver: &Waiver, amount: &Number) -> Option<Used> {
        let currency = waiver.amount.currency;
        let (cases, before) = match self.of(&waiver.id) {
            Some(used) if used.amount.currency == currency => (used.cases, used.amount.amount.clone()),
            Some(_) => return None, // what was used cannot be held against a cap in another currency
            None => (0, Number::ZERO),
        };
        let (cases, amount) = (cases.checked_add(1)?, before.add(amount).ok()?);
        (cases <= waiver.cases && amount <= waiver.amount.amount)
            .then_some(Used { cases, amount: Money { amount, currency } })
    }
}

impl Waivers {
    /// These waivers; the first that covers a difference waives it.
    ///
    /// # Errors
    /// One has no owner, reason or cap, covers everything, or has the id of another.
    pub fn new(all: Vec<Waiver>) -> Result<Waivers, WaiverProblem> {
        let mut ids = BTreeSet::new();
        for waiver in &all {
            waiver.check()?;
            if !ids.insert(waiver.id.as_str()) {
                return Err(WaiverProblem::of(&waiver.id, "is there twice: give each an id of its own"));
            }
        }
        Ok(Waivers { all })
    }

    /// Each, in the order written.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Waiver> {
        self.all.iter()
    }

    /// Whether the waiver with an id still waives on a day; none where there is no such waiver.
    pub fn standing(&self, id: &str, uses: &WaiverUses, on: Date) -> Option<WaiverStanding> {
        let waiver = self.all.iter().find(|waiver| waiver.id == id)?;
        Some(match uses.with(waiver, &Number::ZERO) {
            _ if on > waiver.expires => WaiverStanding::Expired,
            Some(_) => WaiverStanding::Open,
            None => WaiverStanding::UsedUp,
        })
    }

    /// Waives the mismatches of a comparison that a waiver covers on a day, and counts them. All that one waiver covers of a comparison
    /// is one case, and is waived together or not at all. Costs nothing where nothing is a mismatch.
    pub fn apply(&self, uses: &mut WaiverUses, comparison: &mut Comparison, on: Date) {
        if comparison.mismatches().next().is_none() {
            return;
        }
        for waiver in &self.all {
            let is_open =
                |difference: &Difference| difference.verdict == Verdict::Mismatch && waiver.is_about(difference);
            let changes = comparison.differences.iter().filter(|one| is_open(one)).flat_map(Difference::changes);
            let amount =
                changes.map(|change| change.amount.abs()).try_fold(Number::ZERO, |sum, one| sum.add(&one).ok());
            if !comparison.differences.iter().any(is_open) {
                continue;
            }
            let used = amount.and_then(|amount| uses.with(waiver, &amount));
            let note = match &used {
                _ if on > waiver.expires => WaiverNote::Expired(waiver.id.clone()),
                Some(_) => WaiverNote::Covered(waiver.id.clone()),
                None => WaiverNote::UsedUp(waiver.id.clone()),
            };
            let covered = matches!(note, WaiverNote::Covered(_));
            for difference in comparison.differences.iter_mut().filter(|one| is_open(one)) {
                difference.waiver = Some(note.clone());
                if covered {
                    difference.verdict = Verdict::Waived;
                }
            }
            if let Some(used) = used.filter(|_| covered) {
                uses.used.insert(waiver.id.clone(), used);
            }
        }
        waive_totals(comparison);
    }
}

/// Waives a total that differs by exactly what waived and tolerated charges differ by.
fn waive_totals(comparison: &mut Comparison) {
    let settled = |one: &&Difference| matches!(one.verdict, Verdict::WithinTolerance | Verdict::Waived);
    let waived = |one: &&Difference| one.about == About::Charge && one.verdict == Verdict::Waived;
    let Some(note) = comparison.differences.iter().find(waived).and_then(|one| one.waiver.clone()) else { return };
    let explained: Vec<bool> = comparison
        .differences
        .iter()
        .map(|one| {
            let Some(total) = one.difference.as_ref().filter(|_| one.about == About::Total) else { return false };
            let sum = sum_of_differences(comparison.differences.iter().filter(settled), total.currency);
            sum.is_ok_and(|sum| sum == total.amount)
        })
        .collect();
    for (difference, explained) in comparison.differences.iter_mut().zip(explained) {
        if explained && difference.verdict == Verdict::Mismatch {
            (difference.verdict, difference.waiver) = (Verdict::Waived, Some(note.clone()));
        }
    }
}

impl TryFrom<Vec<Waiver>> for Waivers {
    type Error = WaiverProblem;

    fn try_from(all: Vec<Waiver>) -> Result<Self, Self::Error> {
        Waivers::new(all)
    }
}

impl From<Waivers> for Vec<Waiver> {
    fn from(waivers: Waivers) -> Self {
        waivers.all
    }
}
