//! What was found so far: inputs that meet something new, and those of them that are kept as probes.
//!
//! An input is kept where it is answered and meets a wanted edge that no kept one meets, or where it stands beside a threshold. Others that
//! meet something new are starting points of later searches only, also those that end in an error.

use super::places::{Open, places, sample, with};
use super::pools::Pools;
use super::trial::{Ended, Trials};
use crate::eval::path::{Path, bit};
use crate::migrate::Tracing;
use crate::program::Program;
use crate::source::Span;
use crate::types::{TableId, Type};
use crate::value::Value;
use std::collections::{HashMap, HashSet};

/// How many starting points are remembered for a place in the rules.
const STARTS: usize = 16;

/// How many values are tried at one place of an input.
const TRIED: usize = 60;

/// From how many starting points single fields are changed.
const WIDELY: usize = 48;

/// A place in the rules where something is decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Site {
    Compared(u32),
    Tier(Span),
    Bound(Span),
    Table(TableId),
    Parameter(u32),
}

/// An input that meets something that none before it met.
#[derive(Debug, Clone)]
pub(super) struct Start {
    pub(super) slots: Vec<Value>,
    pub(super) edges: Vec<u32>,
    pub(super) rules: Vec<usize>,
}

/// An input that is kept.
#[derive(Debug, Clone)]
pub(super) struct Kept {
    pub(super) slots: Vec<Value>,
    /// The edges that it meets, each with a rule that it counts for, as `Edges::owners` numbers them.
    pub(super) pairs: Vec<u32>,
    pub(super) rules: Vec<usize>,
    pub(super) why: String,
    /// It stands at a threshold or beside one, and stays whatever others meet.
    pub(super) stays: bool,
}

/// A search for probes.
pub(super) struct Search<'t> {
    pub(super) trials: Trials<'t>,
    pub(super) pools: Pools<'t>,
    pub(super) tracing: &'t Tracing,
    /// The edges that are looked for, each with a rule that it belongs to.
    pub(super) wanted: Vec<u64>,
    /// Those that a kept input meets.
    pub(super) met: Vec<u64>,
    /// Those that any input met.
    known: Vec<u64>,
    pub(super) starts: Vec<Start>,
    pub(super) kept: Vec<Kept>,
    /// The kept inputs, with their places.
    inputs: HashMap<Vec<Value>, usize>,
    /// Edges that were met on the way to an error only, with its words.
    pub(super) failed: HashMap<u32, String>,
    /// The last problem of values that were no input.
    pub(super) problem: Option<String>,
    /// The starting points of each place in the rules, and these in the order in which they were found.
    pub(super) by_site: HashMap<Site, Vec<usize>>,
    rules_by_site: HashMap<Site, HashSet<usize>>,
    pub(super) sites: Vec<Site>,
    /// The value of a key of a table, and inputs for which it is looked up.
    pub(super) by_key: HashMap<(TableId, usize, Value), usize>,
    widened: usize,
}

impl<'t> Search<'t> {
    pub(super) fn new(tracing: &'t Tracing, wanted: Vec<u64>) -> Self {
        let trials = Trials::new(tracing);
        let words = tracing.edges().pairs().div_ceil(64);
        Search {
            pools: Pools::new(trials.program()),
            trials,
            tracing,
            wanted,
            met: vec![0; words],
            known: vec![0; words],
            starts: Vec::new(),
            kept: Vec::new(),
            inputs: HashMap::new(),
            failed: HashMap::new(),
            problem: None,
            by_site: HashMap::new(),
            rules_by_site: HashMap::new(),
            sites: Vec::new(),
            by_key: HashMap::new(),
            widened: 0,
        }
    }

    pub(super) fn program(&self) -> &'t Program {
        self.trials.program()
    }

    /// Whether an edge is looked for, and for some rule of its own no kept input meets it.
    pub(super) fn lacks(&self, edge: u32) -> bool {
        !self.lacking_rules(edge).is_empty()
    }

    /// The rules for which an edge is looked for, and no kept input meets it.
    pub(super) fn lacking_rules(&self, edge: u32) -> Vec<usize> {
        let mut rules = Vec::new();
        self.tracing.edges().owners(self.program(), edge, |pair, rule, _, _| {
            if bit(&self.wanted, pair) && !bit(&self.met, pair) {
                rules.push(rule as usize);
            }
        });
        rules
    }

    /// Whether an edge is looked for.
    pub(super) fn wants(&self, edge: u32) -> bool {
        let mut wants = false;
        self.tracing.edges().owners(self.program(), edge, |pair, _, _, _| wants |= bit(&self.wanted, pair));
        wants
    }

    /// Tries slots; whether that met something new.
    pub(super) fn consider(&mut self, slots: &[Value], stays: bool, why: &dyn Fn() -> String) -> bool {
        let ended = self.trials.slots(slots);
        self.take(ended, stays, why)
    }

    /// Takes in the last trial; whether it met something new.
    pub(super) fn take(&mut self, ended: Ended, stays: bool, why: &dyn Fn() -> String) -> bool {
        let edges = self.trials.path.edges();
        let failed = match ended {
            Ended::NoInput(problem) => {
                self.problem = Some(problem);
                return false;
            }
            Ended::Failed(words) => Some(words),
            Ended::Answered => None,
        };
        let pairs = pairs(self.tracing, &self.trials.path);
        let is_new = match &failed {
            Some(_) => edges.iter().any(|edge| !self.failed.contains_key(edge)),
            None => pairs.iter().any(|pair| !bit(&self.known, *pair as usize)),
        };
        if let Some(words) = &failed {
            for edge in edges {
                self.failed.entry(*edge).or_insert_with(|| words.clone());
            }
        } else {
            pairs.iter().for_each(|pair| set(&mut self.known, *pair));
            let lacks = |pair: &u32| bit(&self.wanted, *pair as usize) && !bit(&self.met, *pair as usize);
            let meets = pairs.iter().any(lacks);
            let before = self.inputs.get(&self.trials.slots).and_then(|at| self.kept.get_mut(*at));
            if let Some(kept) = before {
                if stays && !kept.stays {
                    (kept.stays, kept.why) = (true, why());
                }
            } else if meets || stays {
                pairs.iter().for_each(|pair| set(&mut self.met, *pair));
                self.inputs.insert(self.trials.slots.clone(), self.kept.len());
                self.kept.push(Kept {
                    slots: self.trials.slots.clone(),
                    pairs,
                    rules: self.trials.path.rules().collect(),
                    why: why(),
                    stays,
                });
            }
        }
        if is_new || self.shows_something() {
            self.start();
        }
        is_new
    }

    /// Whether the last trial came to a place in the rules to which none came before.
    fn shows_something(&self) -> bool {
        let sights = &self.trials.sights;
        sights.compared.iter().any(|(code, ..)| !self.by_site.contains_key(&Site::Compared(*code)))
            || sights.measured.iter().any(|(tier, ..)| !self.by_site.contains_key(&Site::Tier(*tier)))
            || sights.bounded.iter().any(|(bound, ..)| !self.by_site.contains_key(&Site::Bound(*bound)))
            || sights.looked_up.iter().any(|(table, ..)| !self.by_site.contains_key(&Site::Table(*table)))
            || sights.asked_on.iter().any(|(id, _)| !self.by_site.contains_key(&Site::Parameter(id.0)))
    }

    /// Makes the last trial a starting point.
    fn start(&mut self) {
        let number = self.starts.len();
        let rules: Vec<usize> = self.trials.path.rules().collect();
        let sights = &self.trials.sights;
        let compared = sights.compared.iter().map(|(code, ..)| Site::Compared(*code));
        let tiers = sights.measured.iter().map(|(tier, ..)| Site::Tier(*tier));
        let bounds = sights.bounded.iter().map(|(bound, ..)| Site::Bound(*bound));
        let tables = sights.looked_up.iter().map(|(table, ..)| Site::Table(*table));
        let parameters = sights.asked_on.iter().map(|(parameter, _)| Site::Parameter(parameter.0));
        for site in compared.chain(tiers).chain(bounds).chain(tables).chain(parameters) {
            let known = self.by_site.entry(site).or_default();
            if known.is_empty() {
                self.sites.push(site);
            }
            if known.last() == Some(&number) {
                continue;
            }
            let exercised = self.rules_by_site.entry(site).or_default();
            let before = exercised.len();
            exercised.extend(rules.iter().copied());
            if known.len() < STARTS || (exercised.len() > before && known.len() < STARTS * 4) {
                known.push(number);
            }
        }
        for (table, keys, _) in &sights.looked_up {
            for (at, key) in keys.iter().enumerate() {
                self.by_key.entry((*table, at, key.clone())).or_insert(number);
            }
        }
        self.starts.push(Start { slots: self.trials.slots.clone(), edges: self.trials.path.edges().to_vec(), rules });
    }

    /// Begins with the inputs of the rule set's own tests, those given, and one made up.
    pub(super) fn begin(&mut self, like: Vec<Vec<Value>>) {
        let names: Vec<String> = self.program().tests.iter().map(|test| test.name.clone()).collect();
        for (given, name) in self.pools.tests().into_iter().zip(names) {
            let ended = self.trials.given(given);
            self.take(ended, false, &|| format!("as in the test \"{name}\""));
        }
        for slots in like {
            self.consider(&slots, false, &|| "as in a case that was given".to_owned());
        }
        if let Some(given) = self.made_up() {
            let ended = self.trials.given(given);
            self.take(ended, false, &|| "an input with nothing special".to_owned());
        }
    }

    /// An input of defaults and of values that the rules speak of; none where a field can only come from elsewhere.
    fn made_up(&self) -> Option<Vec<(usize, Value)>> {
        let mut given = Vec::new();
        for (slot, field) in self.program().inputs.iter().enumerate() {
            if field.default.is_none() && !matches!(field.ty, Type::Optional(_)) {
                given.push((slot, sample(self.program(), &self.pools, &field.ty, &field.domain)?));
            }
        }
        Some(given)
    }

    /// Changes single fields of the starting points that were not yet changed, as long as that leads to new ones.
    pub(super) fn widen(&mut self, tick: &mut dyn FnMut(&Self)) {
        let end = self.widened.saturating_add(WIDELY);
        while self.widened < self.starts.len().min(end) {
            let slots = self.starts.get(self.widened).map(|start| start.slots.clone()).unwrap_or_default();
            self.widened = self.widened.saturating_add(1);
            for open in places(self.program(), &slots) {
                for value in self.changes(&open, super::places::at(&slots, &open.place)) {
                    if let Some(changed) = with(&slots, &open.place, value) {
                        let program = self.trials.program();
                        let words = || super::words::place(program, &changed, &open.place);
                        self.consider(&changed, false, &|| format!("with {}", words()));
                    }
                }
            }
            tick(self);
        }
    }

    /// What is put at a place instead of what stands there.
    pub(super) fn changes(&self, open: &Open<'_>, now: Option<&Value>) -> Vec<Value> {
        let mut values = Vec::new();
        if let (Type::Optional(_), Some(now)) = (open.ty, now) {
            if now.is_absent() {
                values.extend(sample(self.program(), &self.pools, open.ty.present(), open.domain));
            } else {
                values.push(Value::Absent);
            }
        }
        match (open.ty.present(), now) {
            (Type::List(element), Some(Value::List(elements))) => {
                let one =
                    elements.first().cloned().or_else(|| sample(self.program(), &self.pools, element, open.domain));
                values.push(Value::list([]));
                values.extend(one.iter().map(|one| Value::list([one.clone()])));
                for more in [2_usize, 3] {
                    let new = one.iter().cycle().take(more.saturating_sub(elements.len())).cloned();
                    values.push(Value::list(elements.iter().cloned().chain(new)));
                }
            }
            (Type::Record(_), Some(_)) => {}
            (ty, _) => {
                let ends = [&open.domain.low, &open.domain.high].into_iter().flatten().filter(|(_, own)| *own);
                values.extend(ends.map(|(end, _)| end.clone()));
                values.extend(self.pools.tried(ty, TRIED));
            }
        }
        values.retain(|value| Some(value) != now);
        values
    }
}

/// The edges of a path, each with a rule that it counts for: its own, or one that refers to where it stands and was exercised.
pub(super) fn pairs(tracing: &Tracing, path: &Path) -> Vec<u32> {
    let program = tracing.edition().rules().program();
    let mut pairs = Vec::new();
    for edge in path.edges() {
        tracing.edges().owners(program, *edge, |pair, rule, own, _| {
            if own || path.has_rule(rule as usize) {
                pairs.push(pair as u32);
            }
        });
    }
    pairs
}

/// Sets a bit.
pub(super) fn set(words: &mut [u64], at: u32) {
    if let Some(word) = words.get_mut(at as usize / 64) {
        *word |= 1 << (at % 64);
    }
}
