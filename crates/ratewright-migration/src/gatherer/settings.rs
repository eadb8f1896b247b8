//! How cases are gathered, and how much room and time that may take: what a program says of it, and what counts where it says nothing.

use crate::redacting::Checking;
use ratewright::live::Edition;
use ratewright::migrate::{Counting, Measure, Policy, Redaction, RedactionKey, Waivers};
use ratewright::value::{Currency, Number};
use std::collections::BTreeMap;
use std::time::Duration;

/// How it is gathered: what differs, what is agreed to, what is enough, and what must not be kept.
#[derive(Debug, Clone)]
pub struct Gathering {
    /// How answers are compared, as the migration does: causes are looked for by it.
    pub measure: Measure,
    /// Differences that somebody has agreed to.
    pub waivers: Waivers,
    /// What is enough evidence, for what is wanted.
    pub policy: Policy,
    /// What is taken out of an input, and of words about it, before anything is kept.
    pub redaction: Redaction,
    /// Makes its tokens.
    pub key: RedactionKey,
    /// Up to how many distinct cases are told apart for each rule and stratum. Where nothing is said, 16,384, or as many as the policy asks for.
    pub distinct_per_rule: Option<u64>,
    /// Of how much money each draw stands for, by currency: a policy that limits the part of the money that may differ needs it. Money in other currencies
    /// is not drawn; none is where nothing is said.
    pub intervals: BTreeMap<Currency, Number>,
    /// The editions that are to price, as far as they are known: a path of the redaction that leads to no input of one of them is refused. Of others no inputs and
    /// words are kept then. None where nothing is said.
    pub editions: Vec<Edition>,
}

impl Gathering {
    /// As usual: compared exactly, without waivers, by the usual policy, and nothing taken out.
    pub fn usual(key: RedactionKey) -> Gathering {
        let (measure, waivers, policy) = (Measure::exact(), Waivers::default(), Policy::default());
        let (distinct_per_rule, intervals) = (None, BTreeMap::new());
        let (redaction, editions) = (Redaction::default(), Vec::new());
        Gathering { measure, waivers, policy, redaction, key, distinct_per_rule, intervals, editions }
    }

    /// How evidence is counted.
    pub(super) fn counting(&self) -> Counting {
        let usual = Counting::default();
        let Policy { distinct_cases_per_rule, distinct_cases_of_high_revenue, distinct_cases, .. } = self.policy;
        let asked = distinct_cases_per_rule.max(distinct_cases_of_high_revenue);
        let distinct_per_rule = self.distinct_per_rule.unwrap_or_else(|| usual.distinct_per_rule.max(asked));
        Counting {
            distinct_per_rule,
            // The cases of one rule are cases of the release.
            distinct: usual.distinct.max(distinct_cases).max(distinct_per_rule),
            intervals: self.intervals.clone(),
            measure: self.measure.clone(),
            ..usual
        }
    }

    /// What of it makes no sense, if so.
    pub(super) fn wrong(&self) -> Option<String> {
        let no_draw = self.intervals.iter().find(|(_, interval)| !interval.is_positive());
        if let Some((currency, interval)) = no_draw {
            return Some(format!("each draw of money stands for {interval} {currency}: write how much, such as 100"));
        }
        Checking::new(self.redaction.clone(), &self.editions).err()
    }
}

/// How much may wait, and how much time gathering may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GathererLimits {
    /// So many cases that wait; a quarter of them are for mismatches alone. 4,096 where nothing is said.
    pub waiting: usize,
    /// So many bytes of them. 16 MiB where nothing is said.
    pub waiting_bytes: usize,
    /// How often the thread looks. Each 20 milliseconds where nothing is said.
    pub every: Duration,
    /// How much of one core gathering may take, in thousandths. 50 where nothing is said: 5 %. What is compiled to look for causes, once for each
    /// charge of an edition that differs, is not counted: it takes one core for that time.
    pub share: u32,
    /// How often files are written. Each five minutes where nothing is said: so much a program loses that is killed.
    pub written_every: Duration,
    /// So long a change of stages waits, at most, for the evidence that the log takes down with it. A second where nothing is said.
    pub evidence_within: Duration,
    /// So many cases of each cluster are kept. 20 where nothing is said.
    pub sample: usize,
    /// So many classes are known. 4,096 where nothing is said.
    pub classes: usize,
    /// A class is wanted until so many of its cases were gathered, whatever its rules lack. 30 where nothing is said.
    pub cases_of_a_class: u64,
}

impl Default for GathererLimits {
    fn default() -> Self {
        GathererLimits {
            waiting: 4_096,
            waiting_bytes: 16 << 20,
            every: Duration::from_millis(20),
            share: 50,
            written_every: Duration::from_secs(300),
            evidence_within: Duration::from_secs(1),
            sample: 20,
            classes: 4_096,
            cases_of_a_class: 30,
        }
    }
}
