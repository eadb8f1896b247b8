//! What a comparison says: whether two answers match, and each difference with its kind and its exact amount.
//!
//! It is made by [`Measure::compare`](super::Measure::compare), changed by waivers alone, and stored in reports. A comparison of
//! answers that match is empty and owns no memory. The signed difference is always what the candidate charges more.

use crate::quote::Money;
use crate::value::{Currency, Number};
use serde::{Deserialize, Serialize};
use std::fmt;

/// How a comparison ends, from the best to the worst; that of a whole comparison is the worst of its differences.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Nothing differs.
    #[default]
    Match,
    /// Amounts differ, and no more than is written.
    WithinTolerance,
    /// It differs as somebody has agreed to, for a time.
    Waived,
    /// It differs.
    Mismatch,
}

/// What kind of difference it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The candidate lacks what the legacy side charges.
    Missing,
    /// The candidate charges what the legacy side does not.
    Extra,
    /// The amounts differ.
    Amount,
    /// The lines come in another order.
    Order,
    /// The amounts are in different currencies.
    Currency,
    /// One side refuses what the other prices.
    RefusalAgainstAmount,
    /// Both refuse, by different codes.
    Refusals,
    /// A side does not answer.
    Error,
}

/// What a difference is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// A charge, or a group of charges for which one legacy line stands.
    Charge,
    /// The total in a currency.
    Total,
    /// The whole answer.
    Answer,
}

/// What one side states where the two differ.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stated {
    /// Nothing.
    #[default]
    Nothing,
    /// An amount.
    Amount(Money),
    /// That it refuses.
    Refused {
        /// The code.
        code: String,
        /// Why.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        words: String,
    },
    /// Nothing, since it failed: what happened.
    Failed(String),
}

/// One difference between two answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Difference {
    /// What it is about.
    pub about: About,
    /// What kind it is.
    pub kind: Kind,
    /// The charges whose sum it is about, by the candidate's codes; the legacy code where no charge stands for it. None where it is not
    /// about charges.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub charges: Vec<String>,
    /// The element of a list, from 0, where both sides state elements.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<u32>,
    /// What the legacy side states.
    pub legacy: Stated,
    /// What the candidate states.
    pub candidate: Stated,
    /// What the candidate charges more, if that can be said in one currency: negative where it charges less.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub difference: Option<Money>,
    /// Whether it is tolerated, waived, or a mismatch; never [`Verdict::Match`].
    pub verdict: Verdict,
    /// What a waiver says of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiver: Option<WaiverNote>,
}

/// What a waiver says of a difference that it was written for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WaiverNote {
    /// The waiver with this id covers it.
    Covered(String),
    /// The one with this id would, but has expired.
    Expired(String),
    /// The one with this id would, but its cases or its amount are used up.
    UsedUp(String),
}

/// What comes of comparing two answers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Comparison {
    /// Each difference, also those within a tolerance: of charges by their codes, then of order, then of totals.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub differences: Vec<Difference>,
    /// What the candidate charges more in all, in each currency in which that is not nothing: by the totals where both sides state
    /// them, else by the lines. What is ignored does not count.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub more: Vec<Money>,
}

impl Comparison {
    /// How it ends: the worst of its differences.
    pub fn verdict(&self) -> Verdict {
        self.differences.iter().map(|difference| difference.verdict).max().unwrap_or_default()
    }

    /// How the comparison of one charge ends, alone or in a group.
    pub fn verdict_of(&self, charge: &str) -> Verdict {
        let about = self.differences.iter().filter(|difference| match difference.about {
            About::Charge => difference.charges.iter().any(|code| code == charge),
            About::Answer => difference.kind != Kind::Order || difference.charges.iter().any(|code| code == charge),
            About::Total => false,
        });
        about.map(|difference| difference.verdict).max().unwrap_or_default()
    }

    /// Whether nothing differs.
    pub fn is_match(&self) -> bool {
        self.differences.is_empty()
    }

    /// The differences that count as mismatches.
    pub fn mismatches(&self) -> impl Iterator<Item = &Difference> + Clone {
        self.differences.iter().filter(|difference| difference.verdict == Verdict::Mismatch)
    }

    /// The mismatches that say something by themselves, with their places: those of charges and whole answers; those of totals where there
    /// are no others, since a total differs by what charges differ by.
    pub fn that_count(&self) -> impl Iterator<Item = (u32, &Difference)> + Clone {
        let of_charges = self.mismatches().any(|one| one.about != About::Total);
        let numbered = (0_u32..).zip(&self.differences).filter(|(_, one)| one.verdict == Verdict::Mismatch);
        numbered.filter(move |(_, one)| !of_charges || one.about != About::Total)
    }

    /// By how much the candidate charges more in what counts as a mismatch, charge by charge and in each currency.
    pub fn changes(&self) -> Vec<Money> {
        self.that_count().flat_map(|(_, one)| one.changes()).collect()
    }

    /// The differences that a written tolerance allows, which are counted apart from matches.
    pub fn tolerated(&self) -> impl Iterator<Item = &Difference> + Clone {
        self.differences.iter().filter(|difference| difference.verdict == Verdict::WithinTolerance)
    }

    /// What the candidate charges more in a currency.
    pub fn more_in(&self, currency: Currency) -> Number {
        let found = self.more.iter().find(|money| money.currency == currency);
        found.map_or(Number::ZERO, |money| money.amount.clone())
    }
}

impl Difference {
    /// The exact amounts by which the candidate charges more, one for each currency that it is about.
    pub fn changes(&self) -> impl Iterator<Item = Money> + '_ {
        let sides = [(&self.candidate, false), (&self.legacy, true)];
        let each = sides.into_iter().filter_map(|(stated, negative)| match stated {
            Stated::Amount(Money { amount, currency }) if self.difference.is_none() => {
                Some(Money { amount: if negative { amount.neg() } else { amount.clone() }, currency: *currency })
            }
            _ => None,
        });
        self.difference.iter().cloned().chain(each)
    }
}

impl Kind {
    /// Its words, as waivers and reports name it.
    pub fn words(self) -> &'static str {
        match self {
            Kind::Missing => "missing",
            Kind::Extra => "extra",
            Kind::Amount => "amount",
            Kind::Order => "order",
            Kind::Currency => "currency",
            Kind::RefusalAgainstAmount => "refusal against amount",
            Kind::Refusals => "two refusals",
            Kind::Error => "error",
        }
    }

    /// All kinds.
    pub const ALL: [Kind; 8] = [
        Kind::Missing,
        Kind::Extra,
        Kind::Amount,
        Kind::Order,
        Kind::Currency,
        Kind::RefusalAgainstAmount,
        Kind::Refusals,
        Kind::Error,
    ];
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words())
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Verdict::Match => "match",
            Verdict::WithinTolerance => "within tolerance",
            Verdict::Waived => "waived",
            Verdict::Mismatch => "mismatch",
        })
    }
}

impl fmt::Display for Stated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Stated::Nothing => f.write_str("nothing"),
            Stated::Amount(money) => money.fmt(f),
            Stated::Refused { code, words } if words.is_empty() => write!(f, "refused ({code})"),
            Stated::Refused { code, words } => write!(f, "refused ({code}: {words})"),
            Stated::Failed(words) => write!(f, "failed ({words})"),
        }
    }
}

/// `BASE: 10.01 USD instead of 10.00 USD, +0.01 USD`
impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.about {
            About::Charge => f.write_str(&self.charges.join(" + "))?,
            About::Total => f.write_str("total")?,
            About::Answer => f.write_str("whole answer")?,
        }
        if let Some(item) = self.item {
            write!(f, " of element {}", u64::from(item) + 1)?;
        }
        match self.kind {
            Kind::Missing => write!(f, ": missing, instead of {}", self.legacy)?,
            Kind::Extra => write!(f, ": {}, which the old code does not charge", self.candidate)?,
            Kind::Order => write!(f, ": {} comes at another place among the lines", self.charges.join(" + "))?,
            _ => write!(f, ": {} instead of {}", self.candidate, self.legacy)?,
        }
        if let Some(difference) = &self.difference {
            let sign = if difference.amount.is_negative() { "" } else { "+" };
            write!(f, ", {sign}{difference}")?;
        }
        match (&self.waiver, self.verdict) {
            (Some(WaiverNote::Covered(id)), _) => write!(f, " (waived by {id})"),
            (Some(WaiverNote::Expired(id)), _) => write!(f, " (waiver {id} has expired)"),
            (Some(WaiverNote::UsedUp(id)), _) => write!(f, " (waiver {id} is used up)"),
            (None, Verdict::WithinTolerance) => f.write_str(" (within tolerance)"),
            (None, _) => Ok(()),
        }
    }
}

/// `match`, or the verdict and each difference: `mismatch: FUEL: missing, instead of 1.20 USD, -1.20 USD; total: …`
impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.verdict().fmt(f)?;
        for (position, difference) in self.differences.iter().enumerate() {
            write!(f, "{} {difference}", if position == 0 { ":" } else { ";" })?;
        }
        Ok(())
    }
}
