//! Why two answers differ: guesses that are tried, not asserted.
//!
//! Input, legacy answer and rule set → what was changed so that the difference vanished. The candidate is priced again with one factor
//! changed, in its input or in its rules, and compared anew: a factor explains a difference where exactly that difference is gone and no
//! other has come or changed. Of the factors that do, the most specific is the guess, and all others are listed.
//!
//! Pricing again goes through the doors that everybody has: an input as JSON, a rule set compiled from its texts with one place changed.

mod earlier;
mod figures;
mod finder;
mod follows;
pub(in crate::migrate) mod inputs;
mod learned;
mod lines;
mod retyped;
mod rules;
mod search;
mod slips;
mod stages;
mod trials;
mod typed;

pub use finder::CauseFinder;
pub use follows::Follows;
pub use learned::{Learned, Plan, Searched};

use super::cluster::FieldValues;
use super::comparison::{About, Comparison, Difference, Kind};
use crate::digest::{Digest, RuleDigest};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Why two answers differ: from the most specific, which explains least by chance, to the least.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// A quantity is in another unit on one side. Tried: each quantity times the factors between pounds and kilograms, ounces and pounds,
    /// inches and centimetres, feet and inches, metres and feet, and 10, 100 and 1000; where factors of several kinds explain it, none is
    /// specific.
    UnitSlip,
    /// A day or a zone is off. Tried: each date a day earlier and later, each instant and time by up to 14 whole hours and by 24.
    DateShift,
    /// A value that lies on a boundary falls on the other side. Tried: each quantity a millionth less and more, each whole number one less and
    /// more, where another way through the rules is taken then; and each comparison with the boundary on its other side.
    BoundarySide,
    /// A discount comes before a minimum, or after it. Tried: each two stages that follow each other the other way round.
    OrderOfStages,
    /// The rules keep an amount up, or down, and old code does not. Tried: each `minimum` and `maximum` of a charge, of an option, of a named value
    /// and of a total left out.
    ExtraBound,
    /// Amounts are rounded another way, or elsewhere. Tried: each other mode where a charge is booked and where the rules round; no rounding
    /// there; parts of a sum, and named amounts, rounded before they are used; charges not rounded before others use them; totals
    /// rounded instead of charges.
    Rounding,
    /// Another edition was used, or another value in time. Tried: each other edition of the book; each day on which a dated value or row
    /// changes, and the one before, where other rows or values are used then and the same charges apply; each dated table and parameter
    /// as on another day, and all else on the day of the case.
    OtherEdition,
    /// Another row was used. Tried: each other member, and each text that a table knows, where other rows are used then.
    WrongRow,
    /// The candidate lacks a charge. Tried: each condition of a charge that does not apply as met. Else the line is named, and which condition of
    /// the rules does not hold.
    MissingSurcharge,
    /// The candidate charges too much: a line is named, and when the rules charge it. Tried, where only a total says so: each charge left out.
    ExtraSurcharge,
    /// A number is mistyped in the rules, or was in old code. Tried, where nothing else explains a charge: each number of which it is computed,
    /// as that one, one slip of typing away, with which it would be what old code says.
    MistypedRate,
    /// Nothing that was tried explains it.
    Unexplained,
}

/// A factor that makes a difference vanish.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Factor {
    /// What kind of cause it is.
    pub cause: Cause,
    /// What was changed, in words: `with weight a millionth more than 150 lb`. Where nothing was tried, what the rules say of a line: `PEAK, which the
    /// rules charge when shipped is within summer`.
    pub tried: String,
    /// Whether the candidate was priced again with something changed; not of a line that one side lacks, since the difference is always gone when it is
    /// added or taken away.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub is_tried: bool,
    /// The field of the input that was changed, as it is sent; none where rules or lines were.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// The differences that are gone then, by their places in the comparison.
    pub explains: Vec<u32>,
    /// Whether it says something by itself; not where factors of other kinds do the same for the same field.
    pub specific: bool,
}

fn yes() -> bool {
    true
}

/// Serde asks for a reference.
fn is_yes(is_so: &bool) -> bool {
    *is_so
}

/// `it vanishes with weight a millionth more than 150 lb`, or `PEAK, which the rules charge when shipped is within summer`
impl fmt::Display for Factor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let vanishes = if self.is_tried { "it vanishes " } else { "" };
        write!(f, "{vanishes}{}", self.tried)
    }
}

/// Why one case differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The comparison that was to be explained.
    pub comparison: Comparison,
    /// The guess: one factor, or several that explain a part each. None where nothing explains anything.
    pub guess: Vec<Factor>,
    /// All other factors that explain something.
    pub others: Vec<Factor>,
    /// Whether the guess leaves a difference unexplained.
    pub incomplete: bool,
    /// The charges that differ only because others do, whatever the cause of these is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub follows: Vec<Follows>,
    /// The rules of the candidate by which the charges that differ came about: the charges and the tables of the rows that they used.
    pub rules: Vec<RuleDigest>,
    /// How often the candidate was priced again.
    pub tries: u32,
    /// What the fields of the input say, for what cases have in common.
    #[serde(default)]
    pub fields: FieldValues,
}

impl Finding {
    /// The causes of the guess, and [`Cause::Unexplained`] where it leaves something.
    pub fn causes(&self) -> Vec<Cause> {
        let mut causes: Vec<Cause> = self.guess.iter().map(|evidence| evidence.cause).collect();
        causes.extend(self.incomplete.then_some(Cause::Unexplained));
        causes.sort_unstable();
        causes.dedup();
        causes
    }

    /// Each cause that explains all differences, by whatever factor.
    pub(super) fn whole_causes(&self) -> Vec<Cause> {
        let all = self.comparison.that_count().count();
        let whole = self.guess.iter().chain(&self.others).filter(|one| one.explains.len() >= all && one.specific);
        let mut causes: Vec<Cause> = whole.map(|evidence| evidence.cause).collect();
        causes.sort_unstable();
        causes.dedup();
        causes
    }

    /// What differs, charge by charge, with its kind.
    pub(super) fn charges(&self) -> Vec<(String, Kind)> {
        alike(&self.comparison)
    }

    /// The digests of the rules.
    pub(super) fn digests(&self) -> Vec<Digest> {
        self.rules.iter().map(|rule| rule.digest).collect()
    }
}

/// What cases of one kind have in common: what differs, charge by charge, with its kind.
fn alike(comparison: &Comparison) -> Vec<(String, Kind)> {
    let named = |one: &Difference| match one.about {
        About::Total => "total".to_owned(),
        About::Answer if one.charges.is_empty() => "whole answer".to_owned(),
        _ => one.charges.join(" + "),
    };
    let mut charges: Vec<_> = comparison.that_count().map(|(_, one)| (named(one), one.kind)).collect();
    charges.sort_unstable();
    charges.dedup();
    charges
}

impl Cause {
    /// Its words.
    pub fn words(self) -> &'static str {
        match self {
            Cause::UnitSlip => "unit slip",
            Cause::DateShift => "date or zone shift",
            Cause::BoundarySide => "boundary on the other side",
            Cause::OrderOfStages => "order of discount and minimum",
            Cause::ExtraBound => "extra minimum or maximum",
            Cause::Rounding => "rounding mode or moment",
            Cause::OtherEdition => "other edition",
            Cause::WrongRow => "wrong row",
            Cause::MissingSurcharge => "missing surcharge",
            Cause::ExtraSurcharge => "extra surcharge",
            Cause::MistypedRate => "mistyped rate",
            Cause::Unexplained => "unexplained",
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words())
    }
}

/// `boundary on the other side: it vanishes with weight a millionth more than 150 lb`
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, evidence) in self.guess.iter().enumerate() {
            let and = if position == 0 { "" } else { "; " };
            write!(f, "{and}{}: {evidence}", evidence.cause)?;
        }
        match (self.guess.is_empty(), self.incomplete) {
            (true, _) => f.write_str("unexplained"),
            (false, true) => f.write_str("; the rest is unexplained"),
            (false, false) => Ok(()),
        }
    }
}
