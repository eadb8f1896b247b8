//! Why there is no quote: no edition is in force, editions disagree about the day, or the edition in force does not price the input.

use super::Edition;
use crate::eval::EvalError;
use crate::program::Period;
use crate::value::Date;

/// Why a [`Shelf`](super::Shelf) or a [`Book`](super::Book) gives no quote.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LiveError {
    /// There is no rule set of that name. The words name others: whose callers must not learn of them, has words of its own.
    #[error("there is no rule set `{rule_set}`: {}", in_its_place(.there, *.others))]
    NoRuleSet {
        /// The name.
        rule_set: String,
        /// Names that there are: up to three before it in the alphabet and three after it.
        there: Vec<String>,
        /// How many more there are.
        others: usize,
    },
    /// The customer has no contract, and the shelf names no base tariff.
    #[error("customer `{customer}` has no contract, and there is no base tariff")]
    NoContract {
        /// The key of the customer.
        customer: String,
    },
    /// No edition of the rule set was known on the day.
    #[error("no edition of `{rule_set}` was known on {known_on}")]
    NotKnown {
        /// The name of the rule set.
        rule_set: String,
        /// The day.
        known_on: Date,
    },
    /// No edition is in force on the day on which the input is priced.
    #[error("no edition of `{rule_set}`{} is in force on {day}: {}", known(.known_on), held(.priced))]
    NotInForce {
        /// The name of the rule set.
        rule_set: String,
        /// The day on which the input is priced.
        day: Date,
        /// As known on which day, where that was asked.
        known_on: Option<Date>,
        /// The days on which one is: none where the shelf has none.
        priced: Vec<Period>,
    },
    /// The edition that was asked for the day of the input names one on which another is in force; and the other names a day on which it
    /// is not in force itself. No edition prices the input then.
    #[error(
        "{asked} prices this on {day}, when {in_force} is in force; but {in_force} prices it on {its_day}, when it is not in force"
    )]
    Disagree {
        /// The edition that was asked for the day.
        asked: Edition,
        /// The day that it names.
        day: Date,
        /// The edition in force on that day.
        in_force: Edition,
        /// The day that this one names.
        its_day: Date,
    },
    /// The edition does not price the input: it refuses it, or does not take it as it was sent, or pricing fails.
    #[error("{edition}: {error}")]
    Pricing {
        /// The edition.
        edition: Edition,
        /// What it says.
        error: Box<EvalError>,
    },
}

fn known(known_on: &Option<Date>) -> String {
    known_on.map_or(String::new(), |day| format!(" that was known on {day}"))
}

/// What there is in the place of a rule set that there is not.
fn in_its_place(there: &[String], others: usize) -> String {
    let names: Vec<String> = there.iter().map(|name| format!("`{name}`")).collect();
    let among = if others > 0 { ", among others," } else { "" };
    match names.as_slice() {
        [] => "none has been published yet".to_string(),
        [only] => format!("there is{among} {only}"),
        [first @ .., last] => format!("there are{among} {} and {last}", first.join(", ")),
    }
}

/// The days that are priced.
fn held(priced: &[Period]) -> String {
    let days: Vec<String> = priced.iter().map(Period::to_string).collect();
    match days.is_empty() {
        true => "there is none".to_string(),
        false => format!("what happens {} is priced", days.join(" and ")),
    }
}

impl LiveError {
    /// What the edition in force says, where there is one.
    pub fn pricing(&self) -> Option<&EvalError> {
        match self {
            LiveError::Pricing { error, .. } => Some(error),
            _ => None,
        }
    }
}
