//! By what an input is priced: the name of a rule set or the key of a customer, and as it was known on which day.

use crate::value::Date;

/// What a [`Shelf`](super::Shelf) or a [`Book`](super::Book) prices an input by. Where a rule set is meant, its name will do.
///
/// ```
/// use ratewright::{live::Choice, value::Date};
///
/// let by_name: Choice = "freight.parcel".into();
/// assert_eq!(by_name, Choice::rule_set("freight.parcel"));
/// let reproduced = Choice::customer("ACME").as_known_on(Date::parse("2026-04-01").unwrap());
/// assert_ne!(reproduced, Choice::customer("ACME"));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Choice<'c> {
    pub(super) of: Of<'c>,
    pub(super) known_on: Option<Date>,
}

/// Whose editions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Of<'c> {
    RuleSet(&'c str),
    Customer(&'c str),
}

impl<'c> Choice<'c> {
    /// The rule set of a name.
    pub fn rule_set(name: &'c str) -> Self {
        Choice { of: Of::RuleSet(name), known_on: None }
    }

    /// The contract of a customer; the base tariff where the shelf says so.
    pub fn customer(key: &'c str) -> Self {
        Choice { of: Of::Customer(key), known_on: None }
    }

    /// As it was known on a day: without the editions that were published later.
    pub fn as_known_on(self, day: Date) -> Self {
        Choice { known_on: Some(day), ..self }
    }
}

impl<'c> From<&'c str> for Choice<'c> {
    fn from(name: &'c str) -> Self {
        Choice::rule_set(name)
    }
}

impl<'c> From<&'c String> for Choice<'c> {
    fn from(name: &'c String) -> Self {
        Choice::rule_set(name)
    }
}
