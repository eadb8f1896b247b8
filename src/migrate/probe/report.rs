//! What a search came to: probes, what they meet of each rule, and what none was found for, with why.

use super::changes::Told;
use super::places::{Open, at, number, of_number, places, with};
use super::search::{Search, Site, pairs, set};
use super::thresholds::Thresholds;
use super::trial::Ended;
use super::words;
use crate::digest::{Digest, RuleDigest};
use crate::eval::path::bit;
use crate::eval::{AtBound, Edge, Path};
use crate::input::wire;
use crate::program::{ExprKind, Program};
use crate::quote::Quote;
use crate::value::{Number, Value};
use serde::Serialize;
use std::collections::BTreeSet;

/// How many inputs are tried for one rule that lacks cases.
const TRIED: usize = 20_000;

/// An input for old code to answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Probe {
    /// A name that is the same for the same input: `probe-` and twelve digits of the SHA-256 of its JSON.
    pub id: String,
    /// The input in JSON; fields that have their default are left out.
    pub input: String,
    /// What it is for.
    pub purpose: String,
    /// The edges that it meets, in words.
    pub meets: Vec<String>,
    /// The rules that it exercises, as places in `Edition::rule_digests`.
    pub rules: Vec<usize>,
    /// The edges, as places in [`super::super::Edges`].
    pub edges: Vec<u32>,
}

/// An edge that no probe meets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unreached {
    /// The edge, in words.
    pub edge: String,
    /// Where it stands.
    pub place: String,
    /// Why, as far as the search knows.
    pub why: String,
}

/// What probes meet of a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuleProbed {
    /// The rule.
    #[serde(flatten)]
    pub rule: RuleDigest,
    /// How many edges it has.
    pub edges: u64,
    /// How many of them are met.
    pub met: u64,
    /// How many belong to rows that were left out and are not met.
    pub left_out: u64,
    /// How many probes exercise it.
    pub probes: u64,
    /// The edges that were looked for and are not met.
    pub unreached: Vec<Unreached>,
}

/// A table of which not all rows were looked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LeftOut {
    /// Its name.
    pub table: String,
    /// How many rows it has.
    pub rows: usize,
    /// How many of them were left out.
    pub left_out: usize,
}

/// The probes of an edition.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Probes {
    /// The probes, in the order in which they were found.
    pub probes: Vec<Probe>,
    /// The rules whose edges were looked for.
    pub rules: Vec<RuleProbed>,
    /// Tables of which not all rows were looked for.
    pub left_out: Vec<LeftOut>,
    /// How many inputs were tried.
    pub tried: u64,
    /// How many single numbers and comparisons of the rules were changed, one at a time.
    pub changes: u64,
    /// Of these, those that change the answer to no probe: the place in the rules, and both texts.
    pub untold: Vec<String>,
    /// Why nothing could be tried at all, where that is so.
    pub problem: Option<String>,
    edges: u64,
    met: u64,
}

impl Probes {
    /// How many edges were looked for; one that belongs to several rules counts for each.
    pub fn edges(&self) -> u64 {
        self.edges
    }

    /// How many of them some probe meets.
    pub fn edges_met(&self) -> u64 {
        self.met
    }

    /// The rules that no probe exercises.
    pub fn not_exercised(&self) -> impl Iterator<Item = &RuleProbed> {
        self.rules.iter().filter(|rule| rule.probes == 0)
    }
}

impl Search<'_> {
    /// Leaves out kept inputs whose edges others meet as well, the last ones first; those at thresholds stay.
    pub(super) fn fewer(&mut self) {
        let mut meets = vec![0_u32; self.tracing.edges().pairs()];
        for pair in self.kept.iter().flat_map(|kept| &kept.pairs) {
            meets.get_mut(*pair as usize).into_iter().for_each(|count| *count = count.saturating_add(1));
        }
        let mut stays = vec![true; self.kept.len()];
        for (at, kept) in self.kept.iter().enumerate().rev() {
            let needed = |pair: &u32| bit(&self.wanted, *pair as usize) && meets.get(*pair as usize) == Some(&1);
            if kept.stays || kept.pairs.iter().any(needed) {
                continue;
            }
            for pair in &kept.pairs {
                meets.get_mut(*pair as usize).into_iter().for_each(|count| *count = count.saturating_sub(1));
            }
            if let Some(stays) = stays.get_mut(at) {
                *stays = false;
            }
        }
        let mut stays = stays.into_iter();
        self.kept.retain(|_| stays.next().unwrap_or(true));
    }

    /// Adds inputs until each rule is exercised by so many.
    pub(super) fn more_cases(&mut self, rules: &BTreeSet<usize>, wanted: usize, tick: &mut dyn FnMut(&Self)) {
        for rule in rules {
            let mut have = self.kept.iter().filter(|kept| kept.rules.contains(rule)).count();
            let mut tried = 0_usize;
            let from: Vec<Vec<Value>> =
                self.kept.iter().filter(|kept| kept.rules.contains(rule)).map(|kept| kept.slots.clone()).collect();
            'rule: for slots in from {
                for open in places(self.program(), &slots) {
                    let now = at(&slots, &open.place);
                    for value in self.changes(&open, now).into_iter().chain(self.spread(&open, now, wanted)) {
                        if have >= wanted || tried >= TRIED {
                            break 'rule;
                        }
                        tried = tried.saturating_add(1);
                        let Some(changed) = with(&slots, &open.place, value) else { continue };
                        let ended = self.trials.slots(&changed);
                        if ended == Ended::Answered && self.trials.path.has_rule(*rule) {
                            let (program, before) = (self.trials.program(), self.kept.len());
                            self.take(ended, true, &|| {
                                format!("with {}", words::place(program, &changed, &open.place))
                            });
                            have = have.saturating_add(self.kept.len().saturating_sub(before));
                        }
                    }
                }
                tick(self);
            }
        }
    }

    /// Values further and further away from what stands at a place, where it is a number.
    fn spread(&self, open: &Open<'_>, now: Option<&Value>, wanted: usize) -> Vec<Value> {
        let Some((now, own)) = now.and_then(|now| Some((now, number(now)?))) else { return Vec::new() };
        let step = self.pools.step(open.ty);
        let far = (1..=wanted as i64).flat_map(|far| {
            let by = Number::from_i64(far.saturating_mul(far.saturating_add(6))).mul(&step).ok();
            by.into_iter().flat_map(|by| [own.add(&by), own.sub(&by)]).flatten().collect::<Vec<_>>()
        });
        far.filter_map(|moved| of_number(now, &moved)).collect()
    }

    /// Why an edge was not met.
    fn why(&self, known: &Thresholds, number: u32, edge: Edge) -> String {
        if let Some(words) = self.failed.get(&number) {
            return format!("each input that meets it ends in an error: {words}");
        }
        let met = |edge: Option<u32>| edge.is_some_and(|edge| self.wants(edge) && !self.lacks(edge));
        let edges = self.tracing.edges();
        let why = match edge {
            Edge::Condition(span, answer) if met(edges.condition(span, !answer)) => {
                format!("it is {} for every input that was tried", if answer { "no" } else { "yes" })
            }
            Edge::Equal(span) | Edge::Bound(span, AtBound::Exactly) if known.without_point.contains(&span) => {
                "one side passes the other between two steps of the inputs".to_owned()
            }
            Edge::Equal(_) => "no input was found that brings both sides together".to_owned(),
            Edge::Bound(span, AtBound::Applies) if met(edges.bound(span, AtBound::DoesNotApply)) => {
                "it does not apply for any input that was tried".to_owned()
            }
            Edge::Bound(span, AtBound::DoesNotApply) if met(edges.bound(span, AtBound::Applies)) => {
                "it applies for every input that was tried".to_owned()
            }
            Edge::Bound(span, AtBound::Exactly) if self.by_site.contains_key(&Site::Bound(span)) => {
                "no input was found that gives exactly this amount".to_owned()
            }
            Edge::TierBound(span) if met(edges.tier(span, false)) => {
                "no input was found that gives this quantity".to_owned()
            }
            Edge::Row(table, _) if self.by_site.contains_key(&Site::Table(table)) => {
                "no input was found with these keys, or another row is taken for them".to_owned()
            }
            Edge::RowEnd(table, row) if met(edges.row(table, row)) => {
                "no input was found that gives a key at an end of it".to_owned()
            }
            Edge::RowEnd(table, _) if self.by_site.contains_key(&Site::Table(table)) => {
                "no input was found that takes the row".to_owned()
            }
            Edge::Dated(parameter, _) if self.by_site.contains_key(&Site::Parameter(parameter.0)) => {
                "no input was found that asks for it on such a day".to_owned()
            }
            _ => "no input was found that comes to it".to_owned(),
        };
        match self.program().hosts.first() {
            Some(host) => format!("{why}; the rules ask the program around them for `{}`", host.name),
            None => why,
        }
    }
}

/// The input in JSON.
pub(super) fn json(program: &Program, slots: &[Value]) -> String {
    let mut object = serde_json::Map::new();
    for (field, value) in program.inputs.iter().zip(slots) {
        // What has its default is not sent: so the default is compared as well.
        let is_default = match field.default.as_ref().map(|default| &default.kind) {
            Some(ExprKind::Constant(default)) => default == value,
            Some(ExprKind::List(elements)) => elements.is_empty() && value.as_list().is_some_and(<[Value]>::is_empty),
            _ => false,
        };
        if !value.is_absent() && !is_default {
            object.insert(field.wire.clone(), wire::json(program, &field.ty, value));
        }
    }
    serde_json::Value::Object(object).to_string()
}

/// Puts together what was found.
pub(super) fn report(
    search: Search<'_>,
    known: &Thresholds,
    told: &Told,
    rules: &BTreeSet<usize>,
    left_out: Vec<LeftOut>,
) -> Probes {
    let (program, tracing) = (search.program(), search.tracing);
    let edges = tracing.edges();
    let plain = &search.trials.plain;
    let mut met = vec![0_u64; edges.pairs().div_ceil(64)];
    let mut exercised = vec![0_u64; edges.rules()];
    let mut found = Probes { left_out, tried: search.trials.count, ..Probes::default() };
    let (mut context, mut quote, mut path) = (tracing.edition().context(), Quote::default(), Path::default());
    let mut explained = BTreeSet::new();
    for kept in &search.kept {
        // What is said of a probe is said of its text, as whoever answers and compares it reads it.
        let input = json(program, &kept.slots);
        let outcome = tracing.quote_json_into(&mut context, &input, &mut quote, &mut path);
        if outcome.is_err_and(|error| error.kind != crate::eval::ErrorKind::Refused) {
            continue;
        }
        pairs(tracing, &path).into_iter().for_each(|pair| set(&mut met, pair));
        for rule in path.rules() {
            exercised.get_mut(rule).into_iter().for_each(|count| *count = count.saturating_add(1));
        }
        let mut meets = Vec::new();
        for edge in path.edges().iter().filter(|edge| search.wants(**edge)) {
            if explained.insert(*edge) {
                meets.extend(edges.edge(program, plain, *edge).map(|edge| words::edge(program, edge)));
            }
        }
        let digits = Digest::of_bytes(input.as_bytes()).to_string();
        let id = format!("probe-{}", digits.rsplit(':').next().and_then(|digits| digits.get(..12)).unwrap_or_default());
        let (rules, edges) = (path.rules().collect(), path.edges().to_vec());
        found.probes.push(Probe { id, input, purpose: kept.why.clone(), meets, rules, edges });
    }
    let mut all: Vec<RuleProbed> = tracing
        .edition()
        .rule_digests()
        .iter()
        .enumerate()
        .map(|(at, rule)| RuleProbed {
            rule: rule.clone(),
            edges: edges.of_rule(at),
            met: 0,
            left_out: 0,
            probes: exercised.get(at).copied().unwrap_or_default(),
            unreached: Vec::new(),
        })
        .collect();
    for edge in 0..edges.len() as u32 {
        let Some(what) = edges.edge(program, plain, edge) else { continue };
        edges.owners(program, edge, |pair, rule, _, _| {
            let (wanted, is_met) = (bit(&search.wanted, pair), bit(&met, pair));
            found.edges = found.edges.saturating_add(u64::from(wanted));
            found.met = found.met.saturating_add(u64::from(wanted && is_met));
            let Some(rule) = all.get_mut(rule as usize) else { return };
            match (is_met, wanted) {
                (true, _) => rule.met = rule.met.saturating_add(1),
                (false, true) => rule.unreached.push(Unreached {
                    edge: words::edge(program, what),
                    place: words::line(program, what),
                    why: search.why(known, edge, what),
                }),
                (false, false) => rule.left_out = rule.left_out.saturating_add(1),
            }
        });
    }
    found.changes = told.tried;
    found.untold = told
        .untold
        .iter()
        .map(|change| {
            let (text, line) = (program.sources.text(change.span), program.sources.line_of(change.span));
            format!("{line}: `{text}` or `{}`", change.instead)
        })
        .collect();
    found.rules = all.into_iter().enumerate().filter(|(at, _)| rules.contains(at)).map(|(_, rule)| rule).collect();
    if found.probes.is_empty() {
        let error = search.failed.into_values().min();
        found.problem = error.or(search.problem);
    }
    found
}
