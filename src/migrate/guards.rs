//! Written limits on what runs: what was counted in a window of time → step back and why, go on, or not enough is known.
//!
//! Who calls it decides how long a window is, gathers what is counted, and does what comes of it. What is bad whatever comes after it trips at once; rates
//! trip as soon as no number of good cases up to the wanted one could bring them down again.

use super::bucket::Share;
use super::fields::{Fields, read};
use super::judgement::{exceeds, number};
use super::plan::{Plan, Stage, StagesError};
use super::policy::PolicyError;
use super::stage::Stages;
use crate::quote::Money;
use crate::value::{Currency, Number};
use serde::Serialize;
use std::collections::BTreeMap;
use std::str::FromStr;

/// The limits of a window. [`Guards::default`] lets no mismatch pass, and 0.1 % of errors and of drops; amounts and latency have no limit of their own there.
///
/// ```
/// use ratewright::migrate::{Guards, Step, Window};
///
/// let guards: Guards = r#"{"cases_at_least": 200, "unexplained": 2, "amount": {"USD": "100"}}"#.parse()?;
/// let quiet = Window {
///     cases: 5_000, offered: 5_000, dropped: Some(0), differed: Some(vec![]), largest: Some(vec![]), ..Window::default()
/// };
/// assert_eq!(guards.step(&quiet), Step::Continue);
/// let Step::StepBack(trips) = guards.step(&Window { unexplained: 3, ..quiet.clone() }) else { panic!() };
/// assert_eq!(trips[0].words, "3 unexplained mismatches, and 2 are allowed");
/// let few = Window { cases: 7, offered: 7, ..quiet };
/// assert!(matches!(guards.step(&few), Step::NotEnough(_)));
/// # Ok::<(), ratewright::migrate::PolicyError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Guards {
    /// Below how many cases a window says nothing good: 100.
    pub cases_at_least: u64,
    /// How many unexplained mismatches are allowed: 0.
    pub unexplained: u64,
    /// How much may differ in mismatches in all, without signs, by currency. Where there is any limit, nothing may differ in a currency without one.
    pub amount: BTreeMap<Currency, Number>,
    /// How much may differ in one case; in a currency without a limit nothing, as above.
    pub amount_of_one: BTreeMap<Currency, Number>,
    /// How many of the cases may end in an error of the candidate: 0.1 %.
    pub errors_at_most: Share,
    /// How long the slowest hundredth of calls may take at least, in microseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p99_microseconds: Option<u64>,
    /// How many of what was offered may be dropped: 0.1 %.
    pub drops_at_most: Share,
    /// To which stage it goes back: [`Stage::Shadow`], or [`Stage::Off`].
    pub back_to: Stage,
}

impl Default for Guards {
    fn default() -> Self {
        let tenth = Share::of_millionths(1_000);
        Guards {
            cases_at_least: 100,
            unexplained: 0,
            amount: BTreeMap::new(),
            amount_of_one: BTreeMap::new(),
            errors_at_most: tenth,
            p99_microseconds: None,
            drops_at_most: tenth,
            back_to: Stage::Shadow,
        }
    }
}

/// What was counted in a window. What is `None` nobody has counted: that is never a success where a limit is about it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Window {
    /// Cases that were compared, those that ended in an error among them.
    pub cases: u64,
    /// Unexplained mismatches.
    pub unexplained: u64,
    /// How much differed in them in all, without signs, in each currency.
    pub differed: Option<Vec<Money>>,
    /// The most that differed in one case.
    pub largest: Option<Vec<Money>>,
    /// Cases that ended in an error of the candidate: a panic, a limit, no answer.
    pub errors: u64,
    /// Calls in which the candidate had a part, compared or not: errors are a part of them, or of `cases` where those are more.
    pub asked: u64,
    /// The slowest hundredth of calls took at least so long; none where nobody has measured it.
    pub p99_microseconds: Option<u64>,
    /// Cases that were offered for comparison.
    pub offered: u64,
    /// How many of them were dropped.
    pub dropped: Option<u64>,
}

/// Which guard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Guard {
    /// Unexplained mismatches.
    Unexplained,
    /// How much differed in all.
    Amount,
    /// How much differed in one case.
    AmountOfOne,
    /// Errors of the candidate.
    Errors,
    /// Latency.
    Latency,
    /// Drops.
    Drops,
}

/// A limit that was passed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Trip {
    /// Which.
    pub guard: Guard,
    /// What was found and what is allowed.
    pub words: String,
}

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// All limits are kept, and enough was seen to say so.
    Continue,
    /// No limit was passed, and not enough is known to go forward: why.
    NotEnough(Vec<String>),
    /// Limits were passed: go back a step, and why.
    StepBack(Vec<Trip>),
}

impl Guards {
    /// What to do after a window.
    pub fn step(&self, window: &Window) -> Step {
        let mut trips = Vec::new();
        let mut trip = |guard, words: String| trips.push(Trip { guard, words });
        if window.unexplained > self.unexplained {
            let (found, most) = (number(window.unexplained), number(self.unexplained));
            let mismatches = if window.unexplained == 1 { "mismatch" } else { "mismatches" };
            let are = if self.unexplained == 1 { "is" } else { "are" };
            trip(Guard::Unexplained, format!("{found} unexplained {mismatches}, and {most} {are} allowed"));
        }
        for (guard, found, limits, what) in [
            (Guard::Amount, &window.differed, &self.amount, "in all"),
            (Guard::AmountOfOne, &window.largest, &self.amount_of_one, "in one case"),
        ] {
            for money in found.iter().flatten().filter(|money| !limits.is_empty() && !money.amount.is_zero()) {
                match limits.get(&money.currency) {
                    Some(most) if money.amount.abs() > *most => {
                        let most = Money { amount: most.clone(), currency: money.currency };
                        trip(guard, format!("{money} differ {what}, and {most} are allowed"));
                    }
                    Some(_) => {}
                    None => {
                        trip(guard, format!("{money} differ {what}, and no limit is written for {}", money.currency))
                    }
                }
            }
        }
        for (guard, found, of, most, what) in self.rates(window) {
            if exceeds(found, of.max(self.cases_at_least), most.millionths()) {
                trip(guard, format!("{} of {} cases {what}, and {most} may", number(found), number(of)));
            }
        }
        if let (Some(found), Some(most)) = (window.p99_microseconds, self.p99_microseconds)
            && window.cases.max(window.asked) >= self.cases_at_least
            && found > most
        {
            trip(Guard::Latency, format!("the slowest hundredth of calls takes {found} µs, and {most} µs are allowed"));
        }
        if !trips.is_empty() {
            return Step::StepBack(trips);
        }
        let missing = self.missing(window);
        if missing.is_empty() { Step::Continue } else { Step::NotEnough(missing) }
    }

    /// The stages to go back to from those that run: as they are, but in the stage [`back_to`](Guards::back_to) and without trusted charges. None where those
    /// that run give the candidate no more than that already.
    ///
    /// # Errors
    /// They cannot be made of those that run.
    pub fn back_from(&self, running: &Stages) -> Result<Option<Stages>, StagesError> {
        let back_to = self.back_to.min(Stage::Shadow);
        let back = Stages::new(Plan { stage: back_to, trusted: Vec::new(), ..running.plan().clone() })?;
        Ok(Some(back).filter(|back| running.stage() != Stage::Off && back != running))
    }

    /// What is a part of what, and how large it may be.
    fn rates(&self, window: &Window) -> [(Guard, u64, u64, Share, &'static str); 2] {
        let asked = window.asked.max(window.cases);
        let dropped = window.dropped.unwrap_or_default();
        [
            (Guard::Errors, window.errors, asked, self.errors_at_most, "ended in an error"),
            (Guard::Drops, dropped, window.offered, self.drops_at_most, "were dropped"),
        ]
    }

    /// What is not known that would have to be.
    fn missing(&self, window: &Window) -> Vec<String> {
        let mut missing = Vec::new();
        let wanted = self.cases_at_least.max(1);
        if window.cases < wanted {
            missing.push(format!("{} of {} cases were compared", number(window.cases), number(wanted)));
        }
        if window.offered < window.cases {
            missing.push("nobody has counted what was offered for comparison".to_owned());
        }
        if self.p99_microseconds.is_some() && window.p99_microseconds.is_none() {
            missing.push("nobody has measured how long calls take".to_owned());
        }
        if window.dropped.is_none() && self.drops_at_most != Share::ALL {
            missing.push("nobody has counted what was dropped".to_owned());
        }
        for (found, limits, what) in
            [(&window.differed, &self.amount, "in all"), (&window.largest, &self.amount_of_one, "in one case")]
        {
            if found.is_none() && !limits.is_empty() {
                missing.push(format!("nobody has added up how much differs {what}"));
            }
        }
        for (_, found, of, most, what) in self.rates(window) {
            if exceeds(found, of, most.millionths()) {
                missing.push(format!(
                    "{} of {} cases {what}: too few cases to say how often that happens",
                    number(found),
                    number(of)
                ));
            }
        }
        missing
    }
}

const FIELDS: [&str; 8] = [
    "cases_at_least",
    "unexplained",
    "amount",
    "amount_of_one",
    "errors_at_most",
    "p99_microseconds",
    "drops_at_most",
    "back_to",
];

const COUNT: &str = "it must be a whole number from 0";
const PART: &str = "it must be a percentage in quotes, such as \"0.1%\"";
const BACK: &str = "it must be \"shadow\" or \"off\"";
const AMOUNTS: &str = "it must be amounts in quotes by currency, such as {\"USD\": \"100\"}";

impl FromStr for Guards {
    type Err = PolicyError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        read_guards(text).map_err(|words| PolicyError(format!("the guards: {words}")))
    }
}

fn read_guards(text: &str) -> Result<Guards, String> {
    let mut fields = Fields::of_text(text, &FIELDS)?;
    let mut guards = Guards::default();
    guards.cases_at_least = fields.optional("cases_at_least", COUNT)?.unwrap_or(guards.cases_at_least);
    guards.unexplained = fields.optional("unexplained", COUNT)?.unwrap_or(guards.unexplained);
    guards.p99_microseconds = fields.optional("p99_microseconds", COUNT)?;
    guards.errors_at_most = fields.said("errors_at_most", PART)?.unwrap_or(guards.errors_at_most);
    guards.drops_at_most = fields.said("drops_at_most", PART)?.unwrap_or(guards.drops_at_most);
    guards.back_to = fields.said("back_to", BACK)?.unwrap_or(guards.back_to);
    if !matches!(guards.back_to, Stage::Off | Stage::Shadow) {
        return Err(format!("`back_to`: {BACK}, where old code prices everything, and it is `{}`", guards.back_to));
    }
    for (name, own) in [("amount", &mut guards.amount), ("amount_of_one", &mut guards.amount_of_one)] {
        let Some(value) = fields.raw(name) else { continue };
        *own = read(value, name, AMOUNTS)?;
        if own.values().any(Number::is_negative) {
            return Err(format!("`{name}`: an amount is below zero"));
        }
    }
    Ok(guards)
}
