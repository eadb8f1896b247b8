//! What is wrong with the editions of a shelf: as data, and in words.

use super::Edition;
use crate::program::Period;
use std::fmt;

/// One thing that is wrong with the editions of a [`Shelf`](super::Shelf).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ShelfProblem {
    /// Two editions hold on the same days, and neither supersedes the other.
    Overlap {
        /// The one that begins first.
        before: Edition,
        /// The other one.
        after: Edition,
        /// The days that both hold.
        days: Period,
        /// That of the two which supersedes a version of which there is no edition here, where one does.
        astray: Option<Edition>,
    },
    /// No edition holds on days between two that do.
    Gap {
        /// The one that ends before.
        before: Edition,
        /// The one that begins after.
        after: Edition,
        /// The days that none holds.
        days: Period,
    },
    /// Two editions have one version.
    SameVersion {
        /// One of them.
        one: Edition,
        /// The other one.
        other: Edition,
    },
    /// Editions supersede each other in a circle.
    Circle {
        /// One of them.
        one: Edition,
        /// That which it supersedes.
        other: Edition,
    },
    /// An edition does not say on which day it prices an input, so that nobody knows which edition prices it.
    NotPricedOnADay {
        /// The edition.
        edition: Edition,
    },
    /// An edition was given as one of a rule set of which it is not.
    OfAnotherRuleSet {
        /// The edition.
        edition: Edition,
        /// The name of the rule set that was to be replaced.
        rule_set: String,
    },
    /// A contract names a rule set of which there is no edition.
    ContractWithoutRuleSet {
        /// The key of the customer.
        customer: String,
        /// The name of the rule set.
        rule_set: String,
    },
    /// There is no edition of the base tariff.
    NoBase {
        /// Its name.
        rule_set: String,
    },
}

impl fmt::Display for ShelfProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ShelfProblem::Overlap { before, after, days, astray } => {
                write!(f, "{before} and {after} both hold {days}: ")?;
                let replaced = astray.as_ref().and_then(|edition| Some((edition, &edition.supersedes()?.version)));
                match replaced {
                    Some((edition, version)) => write!(
                        f,
                        "{edition} supersedes \"{version}\", of which there is no edition; add that edition, or name the version that is replaced"
                    ),
                    None => f.write_str(
                        "end one before the other begins, or let the later say that it `supersedes` the earlier",
                    ),
                }
            }
            ShelfProblem::Gap { before, after, days } => write!(
                f,
                "no edition of `{}` holds {days}: {before} holds {}, and {after} {}; let one of them hold these days too, or add an edition for them",
                after.name(),
                before.effective(),
                after.effective()
            ),
            ShelfProblem::SameVersion { one, other } => {
                write!(
                    f,
                    "two editions are {one}: {} and {}; leave one of them out, or give it another version",
                    one.digest().short(),
                    other.digest().short()
                )
            }
            ShelfProblem::Circle { one, other } => {
                write!(
                    f,
                    "{one} supersedes {other}, and {other} supersedes {one}, itself or through others; take `supersedes` out of the one that was made first"
                )
            }
            ShelfProblem::NotPricedOnADay { edition } => write!(
                f,
                "{edition} does not say on which day an input is priced: write `priced on FIELD` in its braces, or let it hold always and be the only edition"
            ),
            ShelfProblem::OfAnotherRuleSet { edition, rule_set } => {
                write!(
                    f,
                    "{edition} is no edition of `{rule_set}`, whose editions it was given among: give it under its own name"
                )
            }
            ShelfProblem::ContractWithoutRuleSet { customer, rule_set } => {
                write!(
                    f,
                    "the contract of customer `{customer}` is `{rule_set}`, of which there is no edition; add an edition of it, or take the contract away first"
                )
            }
            ShelfProblem::NoBase { rule_set } => {
                write!(
                    f,
                    "the base tariff is `{rule_set}`, of which there is no edition; add an edition of it, or name another base tariff"
                )
            }
        }
    }
}

impl std::error::Error for ShelfProblem {}

/// Everything that is wrong with a shelf, at least one problem. It shows one line for each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShelfProblems {
    pub(super) all: Vec<ShelfProblem>,
}

impl ShelfProblems {
    /// The problems: those of rule sets by name and in the order of their days, then the others.
    pub fn all(&self) -> &[ShelfProblem] {
        &self.all
    }
}

impl fmt::Display for ShelfProblems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.all.iter().enumerate().try_for_each(|(index, problem)| {
            let line = if index > 0 { "\n" } else { "" };
            write!(f, "{line}{problem}")
        })
    }
}

impl std::error::Error for ShelfProblems {}
