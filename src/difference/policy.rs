//! What a new edition may change without anybody asking: a file that people write, held against what changed and what it does to real inputs.
//!
//! JSON text → [`Policy`]; two rule sets, their `Difference` and a measured `Effect` → [`Violation`]s. A demand that is misspelt is an
//! error, for it is one that nobody makes. Where the file says nothing, the usual demands hold.

mod judging;
mod quantity;
mod reading;

use super::Kind;
use crate::source::Span;
use crate::value::{Currency, Number};
use std::collections::BTreeMap;

pub use judging::Violation;
pub use reading::PolicyError;

/// What may change. [`Policy::default`] has the usual demands, and so has the file `{}`.
///
/// ```
/// use ratewright::RuleSet;
/// use ratewright::difference::Policy;
///
/// let text = r#"
///     ruleset parcel { currency USD }
///     input { weight : mass in lb }
///     parameter rate = 2.50 USD per lb
///     charge BASE = rate * weight
/// "#;
/// let older = RuleSet::compile(text)?;
/// let newer = RuleSet::compile(&text.replace("2.50", "25.0"))?;
/// let violations = Policy::default().judge(&older, &newer, &older.difference(&newer), None);
/// assert_eq!(violations[0].words, "rate: 2.50 USD per lb → 25.00 USD per lb is up by 900 %, more than 10 %");
///
/// let accepted: Policy = r#"{"accepted": {"rate": "board decision of 3 May"}}"#.parse().unwrap();
/// assert!(accepted.judge(&older, &newer, &older.difference(&newer), None).is_empty());
///
/// let error = r#"{"rate_percents": 5}"#.parse::<Policy>().unwrap_err();
/// assert!(error.to_string().starts_with("the policy: `rate_percents` is not known; known are `rate_percent`"));
/// # Ok::<(), ratewright::Rejected>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// By how many percent a rate may move: a value of a parameter or table, a price or bound of tiers, a number in a formula or
    /// condition. 10.
    pub rate_percent: Number,
    /// By how many percent the rates of these items may move, by name: of a parameter that follows an index, for instance.
    pub rate_percent_of: BTreeMap<String, Number>,
    /// By how many percent the sum of all totals may move, in each currency: 5.
    pub impact_percent: Number,
    /// By how much the sum of all totals may move, in these currencies.
    pub impact_amount: BTreeMap<Currency, Number>,
    /// By how many percent the total of any one input may move: 25.
    pub quote_percent: Number,
    /// How many inputs may lose their price: none.
    pub unpriced: u64,
    /// Whether charges may come: with a reason.
    pub charges_added: Allowed,
    /// Whether charges may go, or get another code: no.
    pub charges_removed: Allowed,
    /// Whether formulas, conditions, windows and the like may be others: with a reason.
    pub formulas: Allowed,
    /// Whether keys of a table that had a row may lose it: no.
    pub rows_removed: Allowed,
    /// Whether tests may go: no. What a test expects may change with the prices.
    pub tests_removed: Allowed,
    /// Whether the type, unit or default of an input may be another, or callers have to send something else: no.
    pub inputs: Allowed,
    /// Whether a value of a parameter may change without a reason of its own: yes.
    pub parameters: Allowed,
    /// Items of which all changes are accepted, by name, with the reason.
    pub accepted: BTreeMap<String, String>,
}

/// Whether something may happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Allowed {
    /// It may: `"allowed"`.
    Always,
    /// Where the newer edition says why: a new `because` at the charge or value. `"with a reason"`.
    WithReason,
    /// It may not, unless it is accepted by name: `"forbidden"`.
    Never,
}

impl Default for Policy {
    fn default() -> Self {
        Policy {
            rate_percent: Number::from_i64(10),
            rate_percent_of: BTreeMap::new(),
            impact_percent: Number::from_i64(5),
            impact_amount: BTreeMap::new(),
            quote_percent: Number::from_i64(25),
            unpriced: 0,
            charges_added: Allowed::WithReason,
            charges_removed: Allowed::Never,
            formulas: Allowed::WithReason,
            rows_removed: Allowed::Never,
            tests_removed: Allowed::Never,
            inputs: Allowed::Never,
            parameters: Allowed::Always,
            accepted: BTreeMap::new(),
        }
    }
}

/// What a violation is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// The kind of item.
    pub kind: Kind,
    /// Its name.
    pub name: String,
    /// Its place in the older edition.
    pub before_place: Option<Span>,
    /// Its place in the newer edition.
    pub after_place: Option<Span>,
}
