//! What changed in meaning between two editions of a rule set: two compiled programs in, a [`Difference`] as plain data out.
//!
//! Order, layout, comments and units that mean the same are no change. A changed formula is told by its smallest changed part, a
//! table by the keys that answer otherwise, a parameter by its periods; what only depends on a change is told apart from it.
//! Invariant: where there is no [`Change`] of meaning, every input gets the same charges, totals and refusals from both.

mod affected;
mod callers;
mod comparison;
pub mod effect;
mod form;
mod item;
mod names;
mod order;
mod parameters;
pub mod policy;
mod reading;
mod renamed;
mod retest;
mod tables;
#[cfg(test)]
mod tests;
mod words;

pub use affected::Affected;
pub(crate) use callers::is_narrower;
pub use comparison::compare;
pub use policy::{Allowed, Policy, PolicyError, Violation};
pub use retest::{Edition as TestEdition, Retest, Retested, Verdict};
pub use tables::{BoxChange, TableChange, ValueChange};

use crate::rule_set::RuleSet;
use crate::source::Span;
use std::fmt;

/// What can change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// The header: version, period, rounding, currency.
    Header,
    /// A field of the input.
    Input,
    /// An enumeration.
    Enumeration,
    /// A record type.
    Record,
    /// A declared unit.
    Unit,
    /// A parameter.
    Parameter,
    /// A table.
    Table,
    /// Tiers.
    Tiers,
    /// A calendar.
    Calendar,
    /// Windows.
    Windows,
    /// A function.
    Function,
    /// A function of the embedding program.
    HostFunction,
    /// A let.
    Let,
    /// A charge.
    Charge,
    /// A bound on a total.
    Total,
    /// An output.
    Output,
    /// A flag.
    Flag,
    /// A refusal.
    Refusal,
}

impl Kind {
    /// Its word, for one and for many.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Kind::Header => ("header", "headers"),
            Kind::Input => ("input", "inputs"),
            Kind::Enumeration => ("enum", "enums"),
            Kind::Record => ("record", "records"),
            Kind::Unit => ("unit", "units"),
            Kind::Parameter => ("parameter", "parameters"),
            Kind::Table => ("table", "tables"),
            Kind::Tiers => ("tiers", "tiers"),
            Kind::Calendar => ("calendar", "calendars"),
            Kind::Windows => ("windows", "windows"),
            Kind::Function => ("function", "functions"),
            Kind::HostFunction => ("host function", "host functions"),
            Kind::Let => ("let", "lets"),
            Kind::Charge => ("charge", "charges"),
            Kind::Total => ("total", "totals"),
            Kind::Output => ("output", "outputs"),
            Kind::Flag => ("flag", "flags"),
            Kind::Refusal => ("refusal", "refusals"),
        }
    }

    /// Whether a caller sees its name, so that a new name is a change for him.
    fn is_seen(self) -> bool {
        matches!(self, Kind::Input | Kind::Charge | Kind::Total | Kind::Output | Kind::Flag | Kind::Refusal)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words().0)
    }
}

/// What changed between two editions of a rule set.
#[derive(Debug, Clone, Default)]
pub struct Difference {
    /// Name and version of the older edition.
    pub before: EditionName,
    /// Name and version of the newer edition.
    pub after: EditionName,
    /// What changed, by kind and then in the order of the rules.
    pub changes: Vec<Change>,
    /// What did not change itself and depends on something that did.
    pub affected: Vec<Affected>,
    /// Items that are the same and stand elsewhere among the others.
    pub moved: Vec<(Kind, String)>,
    /// What is the same, by kind.
    pub same: Vec<(Kind, usize)>,
    /// The rows of the tables that are the same.
    pub same_rows: usize,
}

/// What an edition is called.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EditionName {
    /// The dotted name.
    pub name: String,
    /// The title.
    pub title: String,
    /// The version.
    pub version: Option<String>,
}

/// How an item changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum How {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It is another.
    Changed,
    /// It has another name, the older one here, and is the same in all else.
    Renamed(String),
}

/// An item that changed.
#[derive(Debug, Clone)]
pub struct Change {
    /// What it is.
    pub kind: Kind,
    /// Its name in the newer edition; of what is gone, in the older.
    pub name: String,
    /// Its label.
    pub label: Option<String>,
    /// How it changed.
    pub how: How,
    /// Whether a price, a refusal or the form of the input or the quote can depend on it. Of what is only words, none does.
    pub meaning: bool,
    /// What exactly changed.
    pub details: Vec<Detail>,
    /// The keys of a table that answer otherwise.
    pub table: Option<TableChange>,
    /// What a caller who sends inputs for the older edition runs into.
    pub breaks: Option<String>,
    /// Its place in the older edition.
    pub before_place: Option<Span>,
    /// Its place in the newer edition.
    pub after_place: Option<Span>,
}

/// One thing that changed about an item.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Detail {
    /// What it is about: `when`, `amount`, `from 2026-04-01`; empty where the item says it.
    pub aspect: String,
    /// What it stands in, outer before inner: `tier up to 10 GiB`.
    pub within: Vec<String>,
    /// The older text or value; absent where there was none.
    pub before: Option<String>,
    /// The newer text or value; absent where there is none.
    pub after: Option<String>,
    /// The place of the older text.
    pub before_place: Option<Span>,
    /// The place of the newer text.
    pub after_place: Option<Span>,
    /// The reason that the newer edition gives.
    pub because: Option<String>,
    /// No price depends on it: a label, a reason.
    pub words: bool,
}

impl Difference {
    /// Whether some input may be priced otherwise, or read otherwise.
    pub fn changes_meaning(&self) -> bool {
        self.changes.iter().any(|change| change.meaning)
    }
}

impl RuleSet {
    /// What changed in meaning from this edition of a rule set to a newer one. The prices of real inputs are compared by
    /// [`effect::Effect`], the tests of both by [`RuleSet::retest`].
    ///
    /// Cost: reads both programs once; tables take the steps of their diagrams.
    ///
    /// ```
    /// use ratewright::RuleSet;
    ///
    /// let older = RuleSet::compile(r#"
    ///     ruleset parcel { currency USD }
    ///     input { weight : mass in lb }
    ///     parameter rate = 2.50 USD per lb
    ///     charge BASE = rate * weight
    ///     charge HEAVY = 5 USD when weight > 50 lb
    /// "#)?;
    /// let newer = RuleSet::compile(r#"
    ///     ruleset parcel { currency USD }
    ///     input { weight : mass in lb }
    ///     charge HEAVY = 5 USD when weight > 960 oz     # 60 lb
    ///     charge BASE = weight * rate                   # moved, and turned around
    ///     parameter rate = 2.75 USD per lb
    /// "#)?;
    /// let difference = older.difference(&newer);
    /// let rate = &difference.changes[0].details[0];
    /// assert_eq!((rate.before.as_deref(), rate.after.as_deref()), (Some("2.50 USD per lb"), Some("2.75 USD per lb")));
    /// let heavy = &difference.changes[1].details[0];
    /// assert_eq!((heavy.before.as_deref(), heavy.after.as_deref()), (Some("50 lb"), Some("960 oz")));
    /// assert_eq!(difference.changes.len(), 2);
    /// assert_eq!(difference.affected[0].items, [(ratewright::difference::Kind::Charge, "BASE".to_string())]);
    /// # Ok::<(), ratewright::Rejected>(())
    /// ```
    pub fn difference(&self, newer: &RuleSet) -> Difference {
        compare(self.program(), newer.program())
    }
}
