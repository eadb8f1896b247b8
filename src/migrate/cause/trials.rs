//! The trials of one case: one factor changed, priced again, compared again, and what that explains.
//!
//! What is compiled anew is compiled once, when it is first tried, and shared by all finders that were cloned.

use super::follows::Settable;
use super::inputs::{Change, Leaf, changed, changes, leaves};
use super::lines::with_line;
use super::retyped::Retyped;
use super::rules::{Variation, Variations};
use super::stages::lines_of;
use super::{Cause, Factor};
use crate::eval::Explanation;
use crate::live::Edition;
use crate::migrate::answer::{Answer, Said};
use crate::migrate::comparing::ComparisonMemory;
use crate::migrate::comparison::{About, Comparison, Difference};
use crate::migrate::measure::Measure;
use crate::quote::Quote;
use crate::rule_set::{Context, RuleSet};
use crate::value::{Number, Value};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

/// In how many charges that do not differ by themselves a cause is looked for, where only a sum of charges or the total differs.
const MOST_CHARGES: usize = 64;

/// One factor.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Trial {
    /// The answer itself with a line added or taken away, by the place of the difference.
    Line(usize),
    /// A field of the input, and its change.
    Field(usize, usize),
    /// Another edition.
    Edition(usize),
    /// A changed rule set: what concerns all charges.
    All(usize),
    /// A changed rule set: what concerns one charge, and which one.
    Charge(String, usize),
}

/// What a trial explained.
pub(super) struct Explained {
    pub(super) trial: Trial,
    pub(super) evidence: Factor,
    /// Which field by which family of factors, of a unit slip.
    pub(super) family: Option<(usize, usize)>,
}

/// One case that is explained.
pub(super) struct Case<'a> {
    pub(super) input: &'a str,
    pub(super) legacy: &'a Answer,
    pub(super) candidate: &'a Answer,
    pub(super) slots: Vec<Value>,
    pub(super) explanation: Option<&'a Explanation>,
    pub(super) before: &'a Comparison,
}

/// All that can be tried, and the memory of trials.
pub(super) struct Trials {
    pub(super) measure: Measure,
    rules: RuleSet,
    leaves: Arc<[Leaf]>,
    /// The changes of each field.
    changes: Arc<[Vec<Change>]>,
    varied: Arc<Varied>,
    editions: Arc<[Variation]>,
    pub(super) retyped: Retyped,
    settable: Arc<OnceLock<Settable>>,
    memory: ComparisonMemory,
    contexts: [Context; 2],
    quote: Quote,
}

/// Rule sets with one factor changed: for all charges together, and for each by its code.
struct Varied {
    all: OnceLock<Vec<Variation>>,
    charges: BTreeMap<String, OnceLock<Vec<Variation>>>,
}

impl Clone for Trials {
    fn clone(&self) -> Self {
        Trials {
            measure: self.measure.clone(),
            rules: self.rules.clone(),
            leaves: self.leaves.clone(),
            changes: self.changes.clone(),
            varied: self.varied.clone(),
            editions: self.editions.clone(),
            retyped: self.retyped.clone(),
            settable: self.settable.clone(),
            memory: ComparisonMemory::default(),
            contexts: Default::default(),
            quote: Quote::default(),
        }
    }
}

impl Trials {
    pub(super) fn new(edition: &Edition, measure: Measure) -> Self {
        let program = edition.rules().program();
        let leaves = leaves(program);
        let changes = leaves.iter().map(|leaf| changes(program, leaf)).collect();
        let listed = program.charges.iter().filter(|charge| charge.listed);
        let charges = listed.map(|charge| (charge.code.to_string(), OnceLock::new())).collect();
        Trials {
            measure,
            rules: edition.rules().clone(),
            leaves: leaves.into(),
            changes,
            varied: Arc::new(Varied { all: OnceLock::new(), charges }),
            editions: Arc::default(),
            retyped: Retyped::of(edition.rules()),
            settable: Arc::default(),
            memory: ComparisonMemory::default(),
            contexts: Default::default(),
            quote: Quote::default(),
        }
    }

    pub(super) fn set_editions(&mut self, editions: Vec<Variation>) {
        self.editions = editions.into();
    }

    /// Every factor that is worth trying.
    pub(super) fn all(&self, comparison: &Comparison) -> BTreeSet<Trial> {
        let mut trials: BTreeSet<Trial> = (0..comparison.differences.len()).map(Trial::Line).collect();
        for (leaf, changes) in self.changes.iter().enumerate() {
            trials.extend((0..changes.len()).map(|change| Trial::Field(leaf, change)));
        }
        trials.extend((0..self.editions.len()).map(Trial::Edition));
        trials.extend((0..self.of_all().len()).map(Trial::All));
        for code in self.charges_to_vary(comparison) {
            let count = self.of_charge(&code).len();
            trials.extend((0..count).map(|place| Trial::Charge(code.clone(), place)));
        }
        trials
    }

    /// The factors of units of all other families, for a field.
    pub(super) fn of_other_families(&self, leaf: usize, family: usize) -> Vec<Trial> {
        let changes = self.changes.get(leaf).into_iter().flatten().enumerate();
        let others =
            changes.filter(|(_, change)| matches!(change, Change::Times { family: other, .. } if *other != family));
        others.map(|(change, _)| Trial::Field(leaf, change)).collect()
    }

    /// Compiles what is tried for such a case; whether there was anything left to compile.
    pub(super) fn prepare(&self, comparison: &Comparison) -> bool {
        let mut has_compiled = self.varied.all.get().is_none() || self.settable.get().is_none();
        self.of_all();
        self.settable();
        for code in self.charges_to_vary(comparison) {
            has_compiled |= self.varied.charges.get(&code).is_some_and(|known| known.get().is_none());
            self.of_charge(&code);
        }
        has_compiled
    }

    /// The charges whose rules may be the cause: those that differ; all, where only a total or an answer differs.
    fn charges_to_vary(&self, comparison: &Comparison) -> Vec<String> {
        let charges = self.rules.program().charges.iter().filter(|charge| charge.listed);
        let counts = || comparison.that_count().map(|(_, one)| one);
        let alone = counts().all(|one| one.about == About::Charge);
        let differs = |code: &str| counts().any(|one| one.charges.iter().any(|charge| charge == code));
        let concerned = charges.filter(|charge| !alone || differs(&charge.code) || lines_of(charge).any(differs));
        concerned.map(|charge| charge.code.to_string()).take(MOST_CHARGES).collect()
    }

    /// The rules in which charges can be set.
    pub(super) fn settable(&self) -> Arc<OnceLock<Settable>> {
        self.settable.get_or_init(|| Settable::of(&self.rules));
        self.settable.clone()
    }

    fn of_all(&self) -> &[Variation] {
        self.varied.all.get_or_init(|| {
            let mut variations = Variations::of(&self.rules);
            variations.of_all();
            variations.finish()
        })
    }

    fn of_charge(&self, code: &str) -> &[Variation] {
        let Some(known) = self.varied.charges.get(code) else { return &[] };
        known.get_or_init(|| {
            let mut variations = Variations::of(&self.rules);
            let charges = self.rules.program().charges.iter();
            charges
                .filter(|charge| charge.listed && *charge.code == *code)
                .for_each(|charge| variations.of_charge(charge));
            variations.finish()
        })
    }

    /// Changes one factor; gives what that explains, if it does.
    pub(super) fn attempt(&mut self, trial: &Trial, case: &Case<'_>, tries: &mut u32) -> Option<Explained> {
        let mut count = || *tries = tries.saturating_add(1);
        let mut field = None;
        let (cause, tried, explains, family) = match trial {
            Trial::Line(place) => {
                let difference = case.before.differences.get(*place)?;
                // Nothing is priced for it.
                let (cause, tried, answer) = with_line(self.rules.program(), case, difference)?;
                let after = self.measure.compare(&mut self.memory, case.legacy, &answer);
                (cause, tried, gone(case.before, &after)?, None)
            }
            Trial::Field(leaf, change) => {
                let (leaves, all) = (self.leaves.clone(), self.changes.clone());
                let (place, leaf, change) = (*leaf, leaves.get(*leaf)?, all.get(*leaf)?.get(*change)?);
                let (input, was) = changed(self.rules.program(), &case.slots, leaf, change)?;
                count();
                let rules = self.rules.clone();
                let explains = self.priced(&rules, 0, &input, case)?;
                if !is_another_way(change, &rules, &input, case, &explains) {
                    return None;
                }
                let family = match change {
                    Change::Times { family, .. } => Some((place, *family)),
                    _ => None,
                };
                field = Some(leaf.sent.clone());
                (change.cause(), change.words(rules.program(), leaf, &was), explains, family)
            }
            Trial::Edition(_) | Trial::All(_) | Trial::Charge(..) => {
                let (cause, words, rules) = self.variation(trial)?;
                count();
                (cause, words, self.priced(&rules, 1, case.input, case)?, None)
            }
        };
        let is_tried = !matches!(trial, Trial::Line(_));
        let evidence = Factor { cause, tried, is_tried, field, explains, specific: true };
        Some(Explained { trial: trial.clone(), evidence, family })
    }

    fn variation(&self, trial: &Trial) -> Option<(Cause, String, RuleSet)> {
        let variation = match trial {
            Trial::Edition(place) => self.editions.get(*place),
            Trial::All(place) => self.of_all().get(*place),
            Trial::Charge(code, place) => self.of_charge(code).get(*place),
            Trial::Line(_) | Trial::Field(..) => None,
        }?;
        Some((variation.cause, variation.words.clone(), variation.rules.clone()))
    }

    /// What is explained by what a rule set says to an input.
    pub(super) fn priced(&mut self, rules: &RuleSet, context: usize, input: &str, case: &Case<'_>) -> Option<Vec<u32>> {
        let after = self.compared(rules, context, input, case);
        gone(case.before, &after)
    }

    /// How what a rule set says to an input differs from what old code says to the case.
    pub(super) fn compared(&mut self, rules: &RuleSet, context: usize, input: &str, case: &Case<'_>) -> Comparison {
        let Some(context) = self.contexts.get_mut(context) else { return case.before.clone() };
        let priced = rules.quote_json_into(context, input, &mut self.quote);
        let said = priced.as_ref().map_or_else(Said::from, |()| Said::from(&self.quote));
        self.measure.compare(&mut self.memory, case.legacy, said)
    }
}

/// Which differences are gone after a change; none where another one came or changed.
fn gone(before: &Comparison, after: &Comparison) -> Option<Vec<u32>> {
    let same = |one: &Difference, other: &Difference| {
        (one.about, &one.charges, one.item, &one.difference)
            == (other.about, &other.charges, other.item, &other.difference)
    };
    let of_total = |one: &Difference| one.about == About::Total;
    let is_new = |one: &&Difference| !before.differences.iter().any(|other| same(one, other));
    // The total of what is left differs by what is left: it may change where something is left.
    let left = after.mismatches().any(|one| !of_total(one));
    if after.mismatches().any(|one| is_new(&one) && !(left && of_total(one))) {
        return None;
    }
    let gone = before.that_count().filter(|(_, one)| !after.mismatches().any(|other| same(one, other)));
    let explained: Vec<u32> = gone.map(|(place, _)| place).collect();
    (!explained.is_empty()).then_some(explained)
}

/// Whether the rules go another way with a changed field, where only that says something: a quantity that is changed by a little should lie
/// on a boundary, and not on the half of a cent; another key should find another row, and another day another row or value.
fn is_another_way(change: &Change, rules: &RuleSet, input: &str, case: &Case<'_>, explains: &[u32]) -> bool {
    if !matches!(change, Change::Nudge { .. } | Change::To(_) | Change::Day(_)) {
        return true;
    }
    let after = rules.explain_json(input);
    let (after, before_quote) = match (&after, case.explanation) {
        (Ok((_, after)), Some(before)) => (after, before),
        _ => return true, // one of them refuses
    };
    if rows(after) != rows(before_quote) {
        return true;
    }
    if matches!(change, Change::To(_)) {
        return false;
    }
    // A charge that comes or goes with the day, and nothing else does, is one for a season.
    if matches!(change, Change::Day(_)) {
        return applied(after) == applied(before_quote);
    }
    // Steps and tiers that are started have no rows: there the jump is more than a rounding can be.
    let explained = explains.iter().filter_map(|place| case.before.differences.get(*place as usize));
    let more_than_rounding = explained.flat_map(Difference::changes).any(|change| {
        let two = change.currency.minor_unit().mul(&Number::from_i64(2));
        two.is_ok_and(|two| change.amount.abs() >= two)
    });
    applied(after) != applied(before_quote) || more_than_rounding
}

/// The rows that an explanation tells of.
fn rows(explanation: &Explanation) -> Vec<(String, u32)> {
    let all = explanation.charges().iter().chain(explanation.definitions().iter());
    all.flat_map(|one| one.rows.iter()).map(|row| (row.table.to_owned(), row.row)).collect()
}

/// The charges that apply.
fn applied(explanation: &Explanation) -> Vec<String> {
    explanation.charges().iter().filter(|one| one.value.is_some()).map(|one| one.name.to_owned()).collect()
}
