//! A quote: charges line by line, totals, outputs and flags, as plain data.
//!
//! In JSON, an amount of money is `{"amount": "12.50", "currency": "USD"}` with at least the currency's digits, a quantity
//! `{"value": "3", "unit": "lb"}`, a plain number a string, a date or instant ISO 8601, a member of an enumeration its name. No
//! number passes through a binary float. The charges of one currency add up to its total.

mod text;
mod wire;

use crate::value::{Currency, Number};
use serde::Serialize;
use std::sync::Arc;

/// What a rule set makes of an input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Quote {
    /// The name of the rule set.
    pub ruleset: String,
    /// Its version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The lines, in the order of the rules.
    pub charges: Vec<ChargeLine>,
    /// The total of each currency, in the order in which the currencies occur; of the rule set's own where there is no line.
    pub totals: Vec<Money>,
    /// Named outputs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub outputs: Vec<OutputValue>,
    /// The flags that were raised.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<Flag>,
}

/// One line of a quote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChargeLine {
    /// The code of the charge, or of the bound that booked the line.
    #[serde(serialize_with = "wire::shared")]
    pub code: Arc<str>,
    /// Its label for people; of an exception, where one replaced the amount.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "wire::shared_option")]
    pub label: Option<Arc<str>>,
    /// The booked amount.
    pub amount: Money,
    /// How much of something is charged for, where the rules show it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quantity: Option<Quantity>,
    /// The price of one, where the rules show it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit_price: Option<Quantity>,
    /// The tiers that it consists of, or the option that was chosen.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub breakdown: Vec<BreakdownLine>,
    /// Its tags.
    #[serde(skip_serializing_if = "Vec::is_empty", serialize_with = "wire::shared_list")]
    pub tags: Vec<Arc<str>>,
    /// Why it is charged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The index in its list, from 0, of the element that a charge `for each` is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item: Option<usize>,
}

/// A part of a line: of a tier, or of the chosen option of a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BreakdownLine {
    /// The code of an option.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "wire::shared_option")]
    pub code: Option<Arc<str>>,
    /// The tier, `0 to 10240 GiB`, or the option's label.
    pub label: String,
    /// How much lies in the tier.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quantity: Option<Quantity>,
    /// The rate of the tier.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate: Option<Quantity>,
    /// What that amounts to, before stages of the charge.
    pub amount: Money,
}

/// An amount of money.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Money {
    /// How much of the currency.
    pub amount: Number,
    /// The currency.
    pub currency: Currency,
}

/// A number with its unit: `3 lb`, `0.085 USD per GiB`, `18.5 %`; the unit is empty for a plain number.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Quantity {
    /// The number.
    pub value: Number,
    /// The unit, as rules write it.
    pub unit: String,
}

/// A named output.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OutputValue {
    /// Its name.
    pub name: String,
    /// Its label.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Its value.
    pub value: Data,
}

/// A value that needs no rule set to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Data {
    /// A plain number.
    Number(Number),
    /// Money.
    Money(Money),
    /// A quantity, a rate or a percent.
    Quantity(Quantity),
    /// Yes or no.
    YesNo(bool),
    /// A text; also a date, a time, an instant, a member of an enumeration and the like, as rules write them.
    Text(String),
    /// Named fields, in order.
    Record(Vec<(String, Data)>),
    /// A list.
    List(Vec<Data>),
    /// An optional value that there is not.
    Absent,
}

/// A flag that was raised.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Flag {
    /// Its code.
    #[serde(serialize_with = "wire::shared")]
    pub code: Arc<str>,
    /// Its message.
    pub message: String,
}

impl ChargeLine {
    /// A line with nothing but an amount.
    pub fn new(code: Arc<str>, label: Option<Arc<str>>, amount: Money) -> Self {
        ChargeLine {
            code,
            label,
            amount,
            quantity: None,
            unit_price: None,
            breakdown: Vec::new(),
            tags: Vec::new(),
            reason: None,
            item: None,
        }
    }
}

impl Quote {
    /// The lines with a code.
    pub fn lines<'q>(&'q self, code: &'q str) -> impl Iterator<Item = &'q ChargeLine> {
        self.charges.iter().filter(move |line| &*line.code == code)
    }

    /// The total in a currency.
    pub fn total(&self, currency: Currency) -> Option<&Number> {
        self.totals.iter().find(|total| total.currency == currency).map(|total| &total.amount)
    }

    /// The output with a name.
    pub fn output(&self, name: &str) -> Option<&Data> {
        self.outputs.iter().find(|output| output.name == name).map(|output| &output.value)
    }
}
