//! What a release must show before it may take over: a file that people write, with the usual demands where it says nothing.
//!
//! JSON text → [`Policy`]; evidence and facts are held against it by [`Policy::judge`]. A field that is not known is an error, for a demand that
//! is misspelt is one that nobody makes.

use super::Stratum;
use super::bounds::Confidence;
use super::bucket::Share;
use super::fields::Fields;
use serde::Serialize;
use std::str::FromStr;

/// What is demanded. [`Policy::default`] has the usual demands, and so has the file `{}`.
///
/// ```
/// use ratewright::migrate::Policy;
///
/// let policy: Policy = r#"{"distinct_cases_per_rule": 500, "drops_at_most": "0.05%"}"#.parse()?;
/// assert_eq!((policy.distinct_cases_per_rule, policy.distinct_cases), (500, 300_000));
///
/// let error = r#"{"distinct_case_per_rule": 500}"#.parse::<Policy>().unwrap_err();
/// assert_eq!(error.to_string(), "the policy: `distinct_case_per_rule` is not known; did you mean `distinct_cases_per_rule`?");
/// # Ok::<(), ratewright::migrate::PolicyError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Policy {
    /// How many distinct cases each rule needs in one stratum: 300, which shows that it differs in less than 1 % at 95 %.
    pub distinct_cases_per_rule: u64,
    /// How many a rule needs that much money passes through: 3,000, which shows less than 0.1 %.
    pub distinct_cases_of_high_revenue: u64,
    /// Which part of the money the charges of high revenue make up, the largest first: 80 %.
    pub high_revenue: Share,
    /// Whether a rule of lower revenue may have all of its edges met in one stratum, and somebody named who approves of it, instead of so
    /// many cases: yes.
    pub edges_with_approver: bool,
    /// How many distinct cases the release needs in one stratum: 300,000.
    pub distinct_cases: u64,
    /// The strata in which cases count for these numbers, each by itself: traffic and replay. Mismatches count in all.
    pub strata: Vec<Stratum>,
    /// How sure bounds are to be, in millionths: 95 %.
    pub confidence: Share,
    /// Whether they are to hold for all rules at once: no.
    pub jointly: bool,
    /// Which part of its rows each table must have seen, of its values each parameter, of its tiers each rule that is computed of some, in
    /// whatever strata; none where nothing is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rows_at_least: Option<Share>,
    /// The most that the watched bound on a rule's rate of mismatches may be; none where nothing is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate_at_most: Option<Share>,
    /// The most that the watched bound on the part of the money that differs may be, in each currency of the release; none where nothing is
    /// said. It needs evidence whose money was drawn, by [`Counting::intervals`](super::Counting::intervals).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub money_rate_at_most: Option<Share>,
    /// The most of what was offered for comparison that may have been dropped: 0.1 %.
    pub drops_at_most: Share,
    /// For how many days both sides ran beside each other: 30, for one cycle of bills.
    pub shadow_days: u32,
    /// How many ends of months lay in them: 1.
    pub shadow_month_ends: u32,
    /// On how many days of them another edition of the tariff came into force: 1.
    pub shadow_effective_dates: u32,
    /// How much the comparison may add to the slowest hundredth of calls, in microseconds: 5.
    pub p99_microseconds: u64,
    /// How many days ago going back was last practised, at most: 7.
    pub drill_days: u32,
    /// How many seconds that took, at most: 60.
    pub drill_seconds: u64,
}

impl Default for Policy {
    fn default() -> Self {
        Policy {
            distinct_cases_per_rule: 300,
            distinct_cases_of_high_revenue: 3_000,
            high_revenue: Share::of_millionths(800_000),
            edges_with_approver: true,
            distinct_cases: 300_000,
            strata: vec![Stratum::Traffic, Stratum::Replay],
            confidence: Share::of_millionths(950_000),
            jointly: false,
            rows_at_least: None,
            rate_at_most: None,
            money_rate_at_most: None,
            drops_at_most: Share::of_millionths(1_000),
            shadow_days: 30,
            shadow_month_ends: 1,
            shadow_effective_dates: 1,
            p99_microseconds: 5,
            drill_days: 7,
            drill_seconds: 60,
        }
    }
}

/// Why a text is no policy, or no guards.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct PolicyError(pub(super) String);

const FIELDS: [&str; 18] = [
    "distinct_cases_per_rule",
    "distinct_cases_of_high_revenue",
    "high_revenue",
    "edges_with_approver",
    "distinct_cases",
    "strata",
    "confidence",
    "jointly",
    "rows_at_least",
    "rate_at_most",
    "money_rate_at_most",
    "drops_at_most",
    "shadow_days",
    "shadow_month_ends",
    "shadow_effective_dates",
    "p99_microseconds",
    "drill_days",
    "drill_seconds",
];

const COUNT: &str = "it must be a whole number from 0";
const PART: &str = "it must be a percentage in quotes, such as \"0.1%\"";
const ANSWER: &str = "it must be `true` or `false`";
const STRATA: &str = "it must be a list of `traffic`, `adaptive`, `probe` and `replay`";

impl FromStr for Policy {
    type Err = PolicyError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        read(text).map_err(|words| PolicyError(format!("the policy: {words}")))
    }
}

fn read(text: &str) -> Result<Policy, String> {
    let mut fields = Fields::of_text(text, &FIELDS)?;
    let mut policy = Policy::default();
    let counts = [
        ("distinct_cases_per_rule", &mut policy.distinct_cases_per_rule),
        ("distinct_cases_of_high_revenue", &mut policy.distinct_cases_of_high_revenue),
        ("distinct_cases", &mut policy.distinct_cases),
        ("p99_microseconds", &mut policy.p99_microseconds),
        ("drill_seconds", &mut policy.drill_seconds),
    ];
    for (name, own) in counts {
        *own = fields.optional(name, COUNT)?.unwrap_or(*own);
    }
    let days = [
        ("shadow_days", &mut policy.shadow_days),
        ("shadow_month_ends", &mut policy.shadow_month_ends),
        ("shadow_effective_dates", &mut policy.shadow_effective_dates),
        ("drill_days", &mut policy.drill_days),
    ];
    for (name, own) in days {
        *own = fields.optional(name, COUNT)?.unwrap_or(*own);
    }
    let parts = [
        ("high_revenue", &mut policy.high_revenue),
        ("confidence", &mut policy.confidence),
        ("drops_at_most", &mut policy.drops_at_most),
    ];
    for (name, own) in parts {
        *own = fields.said(name, PART)?.unwrap_or(*own);
    }
    policy.rows_at_least = fields.said("rows_at_least", PART)?;
    policy.money_rate_at_most = fields.said("money_rate_at_most", PART)?;
    policy.rate_at_most = fields.said("rate_at_most", PART)?;
    policy.edges_with_approver = fields.optional("edges_with_approver", ANSWER)?.unwrap_or(policy.edges_with_approver);
    policy.jointly = fields.optional("jointly", ANSWER)?.unwrap_or(policy.jointly);
    policy.strata = fields.optional("strata", STRATA)?.unwrap_or(policy.strata);
    if policy.strata.is_empty() {
        return Err(format!("`strata`: {STRATA}, and it is empty"));
    }
    if Confidence::of_millionths(policy.confidence.millionths()).is_none() {
        return Err("`confidence`: it must lie between 0% and 100%".to_owned());
    }
    Ok(policy)
}

impl Policy {
    /// How sure each of so many statements is to be.
    pub(super) fn sure_of_each(&self, statements: usize) -> Confidence {
        let one = Confidence::of_millionths(self.confidence.millionths()).unwrap_or(Confidence::USUAL);
        if self.jointly { one.for_each_of(statements as u64) } else { one }
    }
}
