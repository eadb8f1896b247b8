//! Why there is no quote: no edition is in force, editions disagree about the day, or the edition in force does not price the input.

use super::Edition;
use crate::eval::EvalError;
use crate::value::Date;

/// Why a [`Shelf`](super::Shelf) or a [`Book`](super::Book) gives no quote.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LiveError {
    /// There is no rule set of that name.
    #[error("there is no rule set `{rule_set}`")]
    NoRuleSet {
        /// The name.
        rule_set: String,
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
    #[error("no edition of `{rule_set}`{} is in force on {day}", known(.known_on))]
    NotInForce {
        /// The name of the rule set.
        rule_set: String,
        /// The day on which the input is priced.
        day: Date,
        /// As known on which day, where that was asked.
        known_on: Option<Date>,
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

impl LiveError {
    /// What the edition in force says, where there is one.
    pub fn pricing(&self) -> Option<&EvalError> {
        match self {
            LiveError::Pricing { error, .. } => Some(error),
            _ => None,
        }
    }
}
