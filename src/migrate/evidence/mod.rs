//! What is known of each rule: compared cases → counts per rule and stratum, keyed by the digests of the rules.
//!
//! One [`Evidence`] is gathered by one thread; several are [merged](Evidence::merge), in any order, to the same. Where a rule is mended, its own
//! evidence starts anew and that of all others is [carried over](Evidence::carry_over). A file of it is checked when it is read.
//!
//! Invariant: a distinct case is never counted twice, and strata are never added up.

mod counts;
mod recording;
mod written;

pub use counts::{Bounds, Counts, Distinct, Money, MoneyBounds, Stratum};
pub use recording::Case;
pub use written::EvidenceError;

use super::{Measure, Tracing};
use crate::digest::{Digest, RuleDigest, RuleKind};
use crate::eval::path::{SIGNATURE, is_entry};
use crate::program::Period;
use crate::value::{Currency, Date, Number};
use recording::Memory;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap, HashSet};

/// What is counted exactly, and how money is drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counting {
    /// Up to how many distinct cases are told apart for each rule and stratum: 16,384 where nothing is said, which takes 9 to 18 bytes each.
    pub distinct_per_rule: u64,
    /// Up to how many are, for each stratum of the release: 1,048,576.
    pub distinct: u64,
    /// Up to how many edges are told apart, for each rule and stratum: 65,536.
    pub edges_per_rule: u64,
    /// Of how much money each draw stands for, by currency; money in others is not drawn. None where nothing is said.
    #[serde(default)]
    pub intervals: BTreeMap<Currency, Number>,
    /// How the cases were compared: exactly, where nothing is said. It says of which rules nothing is known, since nothing compares them.
    pub measure: Measure,
}

impl Default for Counting {
    fn default() -> Self {
        let (intervals, measure) = (BTreeMap::new(), Measure::exact());
        Counting { distinct_per_rule: 1 << 14, distinct: 1 << 20, edges_per_rule: 1 << 16, intervals, measure }
    }
}

/// What was counted in each stratum.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Strata([Counts; 4]);

impl Strata {
    /// What was counted in one.
    pub fn of(&self, stratum: Stratum) -> &Counts {
        let [traffic, adaptive, probe, replay] = &self.0;
        match stratum {
            Stratum::Traffic => traffic,
            Stratum::Adaptive => adaptive,
            Stratum::Probe => probe,
            Stratum::Replay => replay,
        }
    }

    fn of_mut(&mut self, stratum: Stratum) -> &mut Counts {
        let [traffic, adaptive, probe, replay] = &mut self.0;
        match stratum {
            Stratum::Traffic => traffic,
            Stratum::Adaptive => adaptive,
            Stratum::Probe => probe,
            Stratum::Replay => replay,
        }
    }

    /// Each with its counts.
    pub fn iter(&self) -> impl Iterator<Item = (Stratum, &Counts)> {
        Stratum::ALL.into_iter().map(|stratum| (stratum, self.of(stratum)))
    }

    fn merge(&mut self, other: &Strata, limits: (u64, u64)) {
        self.0.iter_mut().zip(&other.0).for_each(|(own, more)| own.merge(more, limits));
    }
}

/// What is known of one rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleEvidence {
    /// The rule: its digest is what the evidence is of; kind and name are for people, and tell rules of one digest apart.
    pub rule: RuleDigest,
    /// How many edges it has.
    pub edges: u64,
    /// Whether some quote may exercise it: not a charge that another one replaces, a table or a parameter to which nothing refers.
    pub used: bool,
    /// Whether comparing answers can tell that it is wrong: not an output or a flag, which no answer states, nor a charge that the measure
    /// leaves out, nor what bears on such alone. Of a rule that is not compared no cases are counted.
    pub compared: bool,
    /// How many entries of the sheet it has: rows of a table, values of a parameter, tiers of which others are computed.
    pub entries: u64,
    /// What tells the edges apart at which a `minimum` or `maximum` of it applies, and at which it does not.
    bounds: Vec<u64>,
    /// When each value of a parameter is in force, and what tells the edge that it was used from the others.
    values: Vec<(Period, u64)>,
    /// What was counted.
    pub strata: Strata,
}

impl RuleEvidence {
    /// Whether each `minimum` and `maximum` of the rule, also in lets and functions that it refers to, was seen to apply and not to apply, in
    /// whatever strata.
    pub fn has_seen_its_bounds(&self) -> bool {
        self.bounds.iter().all(|id| self.has_met(*id))
    }

    /// When the value of a parameter is in force that is in force on a day, where no case of any stratum came to it.
    pub fn unseen_in_force(&self, day: Date) -> Option<Period> {
        let (period, id) = self.values.iter().find(|(period, _)| period.contains(day))?;
        (!self.has_met(*id)).then_some(*period)
    }

    /// How many of its entries cases of some stratum came to; none where more edges were met than are told apart, so that nobody knows.
    pub fn entries_met(&self) -> Option<u64> {
        if self.strata.iter().any(|(_, counts)| counts.edges.is_full()) {
            return None;
        }
        let known = self.strata.iter().flat_map(|(_, counts)| counts.edges.known());
        Some(known.filter(|id| is_entry(*id)).collect::<HashSet<u64>>().len() as u64)
    }

    fn has_met(&self, id: u64) -> bool {
        self.strata.iter().any(|(_, counts)| counts.edges.has(id))
    }
}

/// What is known of an edition and of each of its rules.
///
/// ```
/// use ratewright::migrate::{
///     Answer, Case, ComparisonMemory, Counting, Evidence, Measure, Path, Prices, Stratum, Tracing,
/// };
/// use ratewright::{Quote, RuleSet, live::Edition};
///
/// let edition = Edition::new(RuleSet::compile(r#"
///     ruleset parcel "Parcels" { currency USD }
///     input { weight : mass in lb }
///     charge BASE = 2 USD per lb * weight
///     charge HEAVY = 3 USD when weight > 70 lb
/// "#)?);
/// let tracing = Tracing::new(&edition);
/// let mut evidence = Evidence::new(&tracing, Counting::default());
/// let (mut context, mut quote, mut path) = (edition.context(), Quote::default(), Path::default());
/// for weight in [10, 20, 10] {
///     let input = format!(r#"{{"weight": {weight}}}"#);
///     tracing.quote_json_into(&mut context, &input, &mut quote, &mut path)?;
///     let legacy = Prices::new().line("BASE", format!("{} USD", 2 * weight).parse()?);
///     let comparison = Measure::exact().compare(&mut ComparisonMemory::default(), &Answer::from(legacy), &quote);
///     evidence.record(&tracing, Case { stratum: Stratum::Traffic, path: &path, quote: Some(&quote), comparison: &comparison });
/// }
/// let base = evidence.rules()[0].strata.of(Stratum::Traffic);
/// assert_eq!((base.cases, base.distinct.count(), base.unexplained), (3, 2, 0));
/// let heavy = evidence.rules()[1].strata.of(Stratum::Traffic);
/// assert_eq!((heavy.cases, heavy.edges.count()), (0, 1)); // seen not to apply, and nothing else
/// assert_eq!(Evidence::from_json(&evidence.to_json())?, evidence);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Evidence {
    name: String,
    edition: Digest,
    signature: String,
    counting: Counting,
    rules: Vec<RuleEvidence>,
    release: Strata,
    /// Mismatches that no rule could be made answerable for, by stratum.
    unattributed: [u64; 4],
    memory: Memory,
}

/// Why two pieces of evidence cannot be put together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MergeError {
    /// They are of different rules.
    #[error("the evidence is of edition {0} and of edition {1}: carry the older one over first")]
    Editions(String, String),
    /// They were counted in different ways.
    #[error(
        "the evidence was counted in different ways: the limits of distinct cases or the intervals of money differ"
    )]
    Counting,
    /// Their cases were compared in different ways.
    #[error(
        "the evidence was gathered by different measures: what is left out, stands for what or is tolerated differs; gather anew by one measure"
    )]
    Measures,
}

impl Evidence {
    /// Nothing is known yet of an edition.
    pub fn new(tracing: &Tracing, counting: Counting) -> Evidence {
        let edition = tracing.edition();
        let left_out = |code: &str| counting.measure.ignores(code);
        let nothing_but = tracing.edges().bearing_on_nothing_but(edition.rules().program(), &left_out);
        let compared = |at: usize, rule: &RuleDigest| match rule.kind {
            RuleKind::Output | RuleKind::Flag => false,
            RuleKind::Charge | RuleKind::Total if left_out(&rule.name) => false,
            _ => u32::try_from(at).is_ok_and(|at| !nothing_but.contains(&at)),
        };
        let mut bounds = tracing.edges().sides_of_bounds(edition.rules().program());
        let mut values = tracing.edges().values_in_force(edition.rules().program());
        let rule = |(at, rule): (usize, &RuleDigest)| RuleEvidence {
            compared: compared(at, rule),
            rule: rule.clone(),
            edges: tracing.edges().of_rule(at),
            used: tracing.edges().is_used(at),
            entries: tracing.edges().entries_of_rule(at),
            bounds: bounds.remove(&(at as u32)).unwrap_or_default(),
            values: values.remove(&(at as u32)).unwrap_or_default(),
            strata: Strata::default(),
        };
        Evidence {
            name: edition.name().to_owned(),
            edition: edition.digest(),
            signature: format!("{SIGNATURE} {:016x}", tracing.edges().fields_signature()),
            rules: edition.rule_digests().iter().enumerate().map(rule).collect(),
            counting,
            release: Strata::default(),
            unattributed: [0; 4],
            memory: Memory::default(),
        }
    }

    /// The name of its rule set.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The edition that it is of.
    pub fn edition(&self) -> Digest {
        self.edition
    }

    /// How it was counted.
    pub fn counting(&self) -> &Counting {
        &self.counting
    }

    /// Tells more distinct cases apart from now on: up to the limits of another way of counting, where they are higher. Whether that is how all of it
    /// is counted then, or with higher limits; nothing is changed where the measure, the intervals of money or the limit of edges differ.
    ///
    /// Where a limit was reached, what is known stays as a least number: a case that comes again is not taken for a new one.
    pub fn raise_limits(&mut self, to: &Counting) -> bool {
        let own = &mut self.counting;
        if (&own.measure, &own.intervals, own.edges_per_rule) != (&to.measure, &to.intervals, to.edges_per_rule) {
            return false;
        }
        own.distinct_per_rule = own.distinct_per_rule.max(to.distinct_per_rule);
        own.distinct = own.distinct.max(to.distinct);
        let (of_rule, of_all) = (own.distinct_per_rule, own.distinct);
        self.rules
            .iter_mut()
            .for_each(|rule| rule.strata.0.iter_mut().for_each(|counts| counts.distinct.raise(of_rule)));
        self.release.0.iter_mut().for_each(|counts| counts.distinct.raise(of_all));
        true
    }

    /// What is known of each rule, in the order of `Edition::rule_digests`.
    pub fn rules(&self) -> &[RuleEvidence] {
        &self.rules
    }

    /// What is known of whole cases: each counts once, with the worst of its differences and the totals of its quote.
    pub fn release(&self) -> &Strata {
        &self.release
    }

    /// How many mismatches of a stratum no rule could be made answerable for, such as a line that only the legacy side has and no rule books.
    pub fn unattributed(&self, stratum: Stratum) -> u64 {
        self.unattributed.get(stratum as usize).copied().unwrap_or_default()
    }

    /// Adds what others have gathered of the same edition: other threads, an earlier run. In whatever order evidence is put together, it is
    /// the same. A case that both have recorded counts twice among the cases, and once among the distinct ones.
    ///
    /// # Errors
    /// It is of another edition, or was compared or counted in another way; nothing is changed then.
    pub fn merge(&mut self, other: &Evidence) -> Result<(), MergeError> {
        if self.edition != other.edition || self.signature != other.signature || !self.has_the_rules_of(other) {
            return Err(MergeError::Editions(self.edition.short(), other.edition.short()));
        }
        if self.counting.measure != other.counting.measure {
            return Err(MergeError::Measures);
        }
        if self.counting != other.counting {
            return Err(MergeError::Counting);
        }
        let limits = (self.counting.distinct_per_rule, self.counting.edges_per_rule);
        for (own, more) in self.rules.iter_mut().zip(&other.rules) {
            own.strata.merge(&more.strata, limits);
        }
        self.release.merge(&other.release, (self.counting.distinct, u64::MAX));
        self.unattributed.iter_mut().zip(other.unattributed).for_each(|(own, more)| *own = own.saturating_add(more));
        Ok(())
    }

    fn has_the_rules_of(&self, other: &Evidence) -> bool {
        let same = |(one, two): (&RuleEvidence, &RuleEvidence)| {
            (&one.rule, one.edges, one.entries, &one.bounds, &one.values)
                == (&two.rule, two.edges, two.entries, &two.bounds, &two.values)
        };
        self.rules.len() == other.rules.len() && self.rules.iter().zip(&other.rules).all(same)
    }

    /// The evidence as far as it is of another edition too: of each rule that the other has with the same digest, kind and name, or with the
    /// same digest where in both only one rule has it. What is known of whole cases starts anew, for no whole case was priced by the other edition.
    ///
    /// Of edges, those are kept whose words are the same. Where rules of the other edition read other fields of the input, distinct cases so
    /// far count as a least number: an input that comes again is not taken for a new one.
    pub fn carry_over(&self, to: &Tracing) -> Evidence {
        let mut carried = Evidence::new(to, self.counting.clone());
        let other_inputs = carried.signature != self.signature;
        let known: HashMap<(RuleKind, &str, Digest), &RuleEvidence> =
            self.rules.iter().map(|known| (key(&known.rule), known)).collect();
        let (alone, alone_there) = (alone(&self.rules), alone(&carried.rules));
        let found: Vec<Option<&RuleEvidence>> = carried
            .rules
            .iter()
            .map(|wanted| {
                let renamed = || {
                    let old = *alone.get(&wanted.rule.digest)?;
                    let both = alone_there.contains_key(&wanted.rule.digest) && old.rule.kind == wanted.rule.kind;
                    both.then_some(old)
                };
                known.get(&key(&wanted.rule)).copied().or_else(renamed)
            })
            .collect();
        drop(alone_there);
        for ((at, own), old) in (0..).zip(&mut carried.rules).zip(found) {
            let Some(old) = old.filter(|_| own.compared) else { continue };
            own.strata = old.strata.clone();
            let ids = to.edges().ids_of(to.edition().rules().program(), at);
            for counts in &mut own.strata.0 {
                counts.edges.retain(&ids);
                if other_inputs {
                    counts.distinct.forget();
                }
            }
        }
        carried
    }
}

fn key(rule: &RuleDigest) -> (RuleKind, &str, Digest) {
    (rule.kind, &rule.name, rule.digest)
}

/// The rules whose digest no other rule has.
fn alone(rules: &[RuleEvidence]) -> HashMap<Digest, &RuleEvidence> {
    let mut found: HashMap<Digest, (usize, &RuleEvidence)> = HashMap::new();
    for rule in rules {
        let (count, _) = found.entry(rule.rule.digest).or_insert((0, rule));
        *count = count.saturating_add(1);
    }
    found.into_iter().filter(|(_, (count, _))| *count == 1).map(|(digest, (_, rule))| (digest, rule)).collect()
}

/// What is told apart in memory alone makes no difference.
impl PartialEq for Evidence {
    fn eq(&self, other: &Self) -> bool {
        (&self.name, self.edition, &self.signature, &self.counting)
            == (&other.name, other.edition, &other.signature, &other.counting)
            && (&self.rules, &self.release, self.unattributed) == (&other.rules, &other.release, other.unattributed)
    }
}

impl Eq for Evidence {}
