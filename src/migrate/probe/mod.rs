//! Inputs at the boundaries of rules, for old code to answer: edition → probes.
//!
//! Traffic never reaches some rules, and seldom comes to lie on a boundary. A [`Prober`] looks for inputs that do: it begins with the tests
//! of the rule set and with cases that it is given, changes one field at a time, and moves fields along until a comparison turns, also
//! where what is compared was computed. Who watches is the evaluator that prices: what a probe is said to meet it has met.
//!
//! Invariant: each probe is an input that the rules answer, and meets exactly the edges that it names. The same edition and the same cases
//! give the same probes.

mod aim;
mod changes;
mod conditions;
mod keys;
mod places;
mod pools;
mod report;
mod rows;
mod search;
mod thresholds;
mod trial;
mod words;

pub use report::{LeftOut, Probe, Probes, RuleProbed, Unreached};

use super::judgement::Gate;
use super::{Evidence, Facts, Policy, Readiness, Stratum, Tracing};
use crate::eval::path::bit;
use crate::eval::{Edge, EvalError};
use crate::types::TableId;
use crate::value::{Date, Value};
use search::Search;
use std::collections::BTreeSet;
use thresholds::Thresholds;

/// How often what was found is looked at anew.
const ROUNDS: usize = 6;

/// How far a search has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// How many inputs were tried.
    pub tried: u64,
    /// How many are kept.
    pub probes: usize,
}

/// Looks for probes of an edition.
///
/// ```
/// use ratewright::{RuleSet, live::Edition, migrate::{Prober, Tracing}};
///
/// let edition = Edition::new(RuleSet::compile(r#"
///     ruleset parcel "Parcels" { currency USD }
///     input { weight : mass in lb from 0 lb through 150 lb }
///     charge BASE = 2 USD per lb * weight
///     charge HEAVY = 31 USD when weight > 50 lb
/// "#)?);
/// let probes = Prober::new(&Tracing::new(&edition)).probes(&mut |_| {});
/// assert_eq!((probes.edges_met(), probes.edges()), (3, 3));
/// let inputs: Vec<&str> = probes.probes.iter().map(|probe| probe.input.as_str()).collect();
/// for weight in [49, 50, 51] {
///     assert!(inputs.contains(&format!(r#"{{"weight":"{weight} lb"}}"#).as_str()), "{inputs:?}");
/// }
/// # Ok::<(), ratewright::Rejected>(())
/// ```
#[derive(Debug, Clone)]
pub struct Prober {
    tracing: Tracing,
    rules: BTreeSet<usize>,
    like: Vec<Vec<Value>>,
    rows_per_table: usize,
    cases_per_rule: usize,
    changes: usize,
}

impl Prober {
    /// For all rules of an edition, up to 1,000 rows of each table.
    pub fn new(tracing: &Tracing) -> Prober {
        let rules = (0..tracing.edges().rules()).filter(|rule| tracing.edges().is_used(*rule)).collect();
        Prober {
            tracing: tracing.clone(),
            rules,
            like: Vec::new(),
            rows_per_table: 1000,
            cases_per_rule: 0,
            changes: 500,
        }
    }

    /// Takes a recorded input, in JSON, as a starting point: a search goes further from inputs as they really are.
    ///
    /// # Errors
    /// Where it is no input of the rules.
    pub fn like(&mut self, input: &str) -> Result<(), EvalError> {
        let rules = self.tracing.edition().rules();
        self.like.push(rules.read_json_in(&mut rules.context(), input)?.to_vec());
        Ok(())
    }

    /// Looks only for edges of these rules, by their places in `Edition::rule_digests`; those of before that are not among them are left out.
    pub fn only(&mut self, rules: impl IntoIterator<Item = usize>) {
        let wanted: BTreeSet<usize> = rules.into_iter().collect();
        self.rules.retain(|rule| wanted.contains(rule));
    }

    /// Looks only for edges of rules that lack evidence by a policy on a day: too few distinct cases, and not all edges met by probes; or a bound,
    /// the value that is in force that day, or as many rows as the policy wants, that no case came to.
    pub fn lacking(&mut self, evidence: &Evidence, policy: &Policy, today: Date) {
        let known = evidence.carry_over(&self.tracing);
        let facts = Facts::new(today, self.tracing.edition());
        let judgement = policy.judge(&known, &facts);
        let has_cases = |rule: usize| {
            let reasons = judgement.rules.get(rule).map_or(&[][..], |rule| &rule.reasons);
            let mut asked = reasons.iter().filter(|reason| matches!(reason.gate, Gate::Cases | Gate::Numbers));
            asked.clone().count() > 0 && asked.all(|reason| reason.readiness == Readiness::Ready)
        };
        let has_edges = |rule: usize| {
            known.rules().get(rule).is_some_and(|rule| {
                let met = rule.strata.of(Stratum::Probe);
                policy.edges_with_approver && met.cases > 0 && met.edges.count() >= rule.edges
            })
        };
        let is_compared = |rule: usize| known.rules().get(rule).is_none_or(|rule| rule.compared);
        self.rules.retain(|rule| is_compared(*rule) && !has_cases(*rule) && !has_edges(*rule));
    }

    /// How many rows of each table are looked for: the first and last ones, those at which breaks begin and end, and of the others a
    /// sample that is spread evenly. What is left out is listed.
    pub fn rows_per_table(&mut self, rows: usize) {
        self.rows_per_table = rows.max(2);
    }

    /// How many probes should exercise each rule at least: none beyond the edges, where nothing is said.
    pub fn cases_per_rule(&mut self, cases: usize) {
        self.cases_per_rule = cases;
    }

    /// Up to how many single numbers and comparisons of the rules are changed, to look for inputs that tell the change: 500, where nothing
    /// is said. Each costs compiling the rules. None is, where not all rules are looked at.
    pub fn changes(&mut self, changes: usize) {
        self.changes = changes;
    }

    /// The rules whose edges are looked for, by their places in `Edition::rule_digests`.
    pub fn rules(&self) -> impl Iterator<Item = usize> + '_ {
        self.rules.iter().copied()
    }

    /// Looks for probes; `progress` is told from time to time how far that has come. It takes some ten microseconds for each input that is
    /// tried, and tries some thousands to hundred thousands.
    pub fn probes(&self, progress: &mut dyn FnMut(Progress)) -> Probes {
        let (wanted, left_out) = self.wanted();
        let mut search = Search::new(&self.tracing, wanted);
        let mut tick = |search: &Search<'_>| {
            progress(Progress { tried: search.trials.count, probes: search.kept.len() });
        };
        let mut known = Thresholds::default();
        search.begin(self.like.clone());
        for _ in 0..ROUNDS {
            let before = (search.starts.len(), search.kept.len());
            search.widen(&mut tick);
            search.thresholds(&mut known, &mut tick);
            search.conditions(&mut known, &mut tick);
            search.rows(&mut known, &mut tick);
            if (search.starts.len(), search.kept.len()) == before {
                break;
            }
        }
        search.fewer();
        let used = (0..self.tracing.edges().rules()).filter(|rule| self.tracing.edges().is_used(*rule)).count();
        let changes = if used == self.rules.len() { self.changes } else { 0 };
        let told = search.changes_of_rules(changes, &mut tick);
        search.more_cases(&self.rules, self.cases_per_rule, &mut tick);
        report::report(search, &known, &told, &self.rules, left_out)
    }

    /// The edges that are looked for, and the rows that are left out.
    fn wanted(&self) -> (Vec<u64>, Vec<LeftOut>) {
        let (edges, program) = (self.tracing.edges(), self.tracing.edition().rules().program());
        let plain = edges.plain_edges();
        let mut wanted = vec![0_u64; edges.pairs().div_ceil(64)];
        let mut left_out = Vec::new();
        let chosen: Vec<BTreeSet<u32>> =
            program.tables.iter().map(|table| keys::chosen(table, self.rows_per_table)).collect();
        for edge in 0..edges.len() as u32 {
            let takes = match edges.edge(program, &plain, edge) {
                Some(Edge::Row(table, row) | Edge::RowEnd(table, row)) => {
                    chosen.get(table.0 as usize).is_some_and(|rows| rows.contains(&row))
                }
                Some(_) => true,
                None => false,
            };
            if takes {
                edges.owners(program, edge, |pair, rule, _, _| {
                    if self.rules.contains(&(rule as usize)) {
                        search::set(&mut wanted, pair as u32);
                    }
                });
            }
        }
        for (at, (table, rows)) in (0..).zip(program.tables.iter().zip(&chosen)) {
            let mut wants_any = false;
            if let Some(first) = edges.row(TableId(at), 0) {
                edges.owners(program, first, |pair, _, _, _| wants_any = bit(&wanted, pair));
            }
            let left = table.len().saturating_sub(rows.len());
            if wants_any && left > 0 {
                left_out.push(LeftOut { table: table.name.clone(), rows: table.len(), left_out: left });
            }
        }
        (wanted, left_out)
    }
}
