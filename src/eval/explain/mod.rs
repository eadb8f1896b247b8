//! Why a quote is what it is: every charge, definition and output down to inputs, parameters, table rows and roundings.
//!
//! A [`Tracer`] watches an evaluation and becomes an [`Explanation`], plain data that needs no program to be read. What is
//! computed once is explained once, and referred to by name. The addends of a charge add up to its amount exactly.

mod addends;
mod build;
mod steps;
mod text;
mod tracer;
mod uses;

use crate::value::Number;
use serde::Serialize;

pub use tracer::Tracer;

/// How a quote came about.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// The name of the rule set.
    pub ruleset: String,
    /// Its version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The charges that were computed, applied or not, in the order of the rules.
    pub charges: Vec<Explained>,
    /// The definitions and outputs that were computed, in the order of the rules.
    pub definitions: Vec<Explained>,
    /// The bounds on totals that were looked at, flags and refusals, in the order of the rules.
    pub notices: Vec<Explained>,
    /// Whether there was more to tell than an explanation may hold.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub cut_short: bool,
}

/// The explanation of something with a name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Explained {
    /// The code of a charge, the name of a definition.
    pub name: String,
    /// Its label.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Its value as people write it; absent for a charge that does not apply.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Where it is declared: `parcel.rules:41`.
    pub place: String,
    /// The amount of a charge in its unit, which the addends add up to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<Number>,
    /// What adds up to the amount of a charge.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub addends: Vec<Addend>,
    /// The table rows that were used for it, directly or through definitions.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rows: Vec<UsedRow>,
    /// How it was computed.
    pub parts: Vec<Step>,
}

/// A part of a charge's amount.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Addend {
    /// What it is: a term of a sum, a stage, a tier, a rounding.
    pub label: String,
    /// Its amount in the unit of the charge.
    pub amount: Number,
    /// The amount as people write it.
    pub shown: String,
}

/// A table row that was used.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct UsedRow {
    /// The table.
    pub table: String,
    /// The row's number, from 1.
    pub row: u32,
    /// Its place: `rates.csv:17`.
    pub place: String,
}

/// One step of a computation, with the steps that it rests on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Step {
    /// What was computed, in the words of the rules.
    pub label: String,
    /// Its value as people write it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// What is known about it: the row of a table, the reason of a parameter, the difference of a rounding.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// Where it is explained, if it has a name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub see: Option<Reference>,
    /// What it rests on.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Step>,
}

/// A reference to something explained under its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reference {
    /// A charge, by its code.
    Charge(String),
    /// A definition, by its name.
    Definition(String),
}

impl Explanation {
    /// The explanation of the charge with a code.
    pub fn charge(&self, code: &str) -> Option<&Explained> {
        self.charges.iter().find(|charge| charge.name == code)
    }

    /// The explanation of the definition or output with a name.
    pub fn definition(&self, name: &str) -> Option<&Explained> {
        self.definitions.iter().find(|definition| definition.name == name)
    }

    /// The explanation that a reference leads to.
    pub fn see(&self, reference: &Reference) -> Option<&Explained> {
        match reference {
            Reference::Charge(code) => self.charge(code),
            Reference::Definition(name) => self.definition(name),
        }
    }
}
