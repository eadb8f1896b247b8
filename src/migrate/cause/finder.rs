//! Why one case differs, from the case to the guess: it is priced and explained, searched, and of all that explains it the guess is chosen.
//!
//! The guess is the most specific factor that explains everything; or else those together that explain most.

use super::Finding;
use super::learned::{Learned, Plan, Searched};
use super::rules::{Variation, on_every_day};
use super::search::{Found, Search};
use super::trials::{Case, Trials};
use super::{Cause, Factor};
use crate::digest::{RuleDigest, RuleKind};
use crate::eval::Explanation;
use crate::live::Edition;
use crate::migrate::answer::{Answer, Said};
use crate::migrate::cluster::{FieldValues, InputFields};
use crate::migrate::comparing::ComparisonMemory;
use crate::migrate::comparison::{Comparison, Verdict};
use crate::migrate::measure::Measure;
use crate::quote::Quote;
use crate::rule_set::Context;
use crate::value::Value;
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// Finds why a rule set answers otherwise than old code. It is one thread's and used for many cases; its clones, for other threads, share
/// what it compiles.
///
/// ```
/// use ratewright::{RuleSet, live::Edition, migrate::{CauseFinder, Measure, Prices, cause::Cause}};
///
/// let rules = RuleSet::compile(r#"
///     ruleset parcel "Parcels" { currency USD }
///     input { weight : mass in lb }
///     charge BASE = 2.50 USD per lb * weight
///     charge HEAVY = 31 USD when weight > 50 lb
/// "#)?;
/// let mut finder = CauseFinder::new(&Edition::new(rules), Measure::exact());
/// let legacy = Prices::new().line("BASE", "125.00 USD".parse()?).line("HEAVY", "31.00 USD".parse()?);
/// let finding = finder.find(r#"{"weight": 50}"#, &legacy.into());
/// assert_eq!(finding.causes(), [Cause::BoundarySide]);
/// assert_eq!(
///     finding.to_string(),
///     "boundary on the other side: it vanishes with weight a millionth more than 50 lb"
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct CauseFinder {
    edition: Edition,
    fields: InputFields,
    trials: Trials,
    learned: Learned,
}

impl CauseFinder {
    /// A finder for an edition, which compares as the measure says.
    pub fn new(edition: &Edition, measure: Measure) -> Self {
        let (fields, trials) = (InputFields::of(edition.rules()), Trials::new(edition, measure));
        CauseFinder { edition: edition.clone(), fields, trials, learned: Learned::default() }
    }

    /// Tries these editions of the rule set too: those of a shelf, for instance.
    pub fn with_editions<'e>(mut self, editions: impl IntoIterator<Item = &'e Edition>) -> Self {
        let others = editions.into_iter().filter(|other| **other != self.edition);
        let editions = others.map(|other| Variation {
            cause: Cause::OtherEdition,
            words: format!("with {other}"),
            rules: on_every_day(other.rules()),
        });
        self.trials.set_editions(editions.collect());
        self
    }

    /// Compiles what is tried for a case that differs so: the rule set anew for each factor in the rules that concern it. Whether anything was
    /// compiled: this and every clone have it then. A program that gives searches a share of its time spends this once beside it.
    pub fn prepare(&self, comparison: &Comparison) -> bool {
        comparison.verdict() == Verdict::Mismatch && self.trials.prepare(comparison)
    }

    /// Why the legacy answer to an input in JSON differs from what the edition says. Nothing is tried where it does not differ. Costs some
    /// hundred quotes for a case of a new kind, and compiles the rule set anew for each factor in the rules, once.
    pub fn find(&mut self, input: &str, legacy: &Answer) -> Finding {
        let quote = self.edition.rules().quote_json(input);
        let comparison = self.trials.measure.compare(&mut ComparisonMemory::default(), legacy, &quote);
        self.find_in(input, legacy, comparison)
    }

    /// The same for a comparison of the two that was made before, of which waivers may cover something: what is waived or tolerated needs no
    /// cause.
    pub fn find_in(&mut self, input: &str, legacy: &Answer, comparison: Comparison) -> Finding {
        // Each case is taken in before the next is planned.
        let plan = self.learned.plan(&comparison).unwrap_or_else(|| Plan::of(super::alike(&comparison)));
        let searched = self.search(input, legacy, comparison, plan);
        self.learned.take(&searched);
        searched.finding
    }

    /// Why a case differs that was planned by what several finders have [`Learned`] together.
    pub fn search(&mut self, input: &str, legacy: &Answer, comparison: Comparison, plan: Plan) -> Searched {
        let rules = self.edition.rules().clone();
        let (mut context, mut quote) = (Context::default(), Quote::default());
        let explained = rules.explain_json_into(&mut context, input, &mut quote);
        let said = explained.as_ref().map_or_else(Said::from, |_| Said::from(&quote));
        let (guess, others) = (Vec::new(), Vec::new());
        let (follows, rules_of, fields) = (Vec::new(), Vec::new(), FieldValues::default());
        let mut finding =
            Finding { comparison, guess, others, incomplete: false, follows, rules: rules_of, tries: 0, fields };
        let candidate = said.to_answer();
        let (mut explained_by, mut mistyped_as) = (BTreeSet::new(), Vec::new());
        if finding.comparison.verdict() == Verdict::Mismatch {
            let explanation = explained.as_ref().ok();
            finding.rules = self.rules_of(&finding.comparison, explanation);
            let slots = rules.read_json_in(&mut context, input).map(<[Value]>::to_vec).unwrap_or_default();
            finding.fields = self.fields.of_slots(&slots);
            let case = Case { input, legacy, candidate: &candidate, slots, explanation, before: &finding.comparison };
            let Found { explained, mistyped, slips, tries } = Search::of(&mut self.trials, &case).found(&plan);
            (finding.tries, mistyped_as) = (tries, slips);
            finding.follows = self.trials.follows(&case, &mut finding.tries);
            explained_by.extend(explained.iter().map(|one| one.trial.clone()));
            choose(explained.into_iter().map(|one| one.evidence).chain(mistyped).collect(), &mut finding);
        }
        Searched { finding, candidate, explanation: explained.ok(), kind: plan.kind, explained_by, slips: mistyped_as }
    }

    /// The digests of the charges that differ, and of the tables whose rows they used.
    fn rules_of(&self, comparison: &Comparison, explanation: Option<&Explanation>) -> Vec<RuleDigest> {
        let charges: BTreeSet<&str> =
            comparison.that_count().flat_map(|(_, one)| &one.charges).map(String::as_str).collect();
        let mut tables: BTreeSet<String> = BTreeSet::new();
        for charge in explanation.iter().flat_map(|explanation| explanation.charges().iter()) {
            if charges.contains(charge.name) {
                tables.extend(charge.rows.iter().map(|row| row.table.to_owned()));
            }
        }
        let fired = self.edition.rule_digests().iter().filter(|rule| match rule.kind {
            RuleKind::Charge => charges.contains(rule.name.as_str()),
            RuleKind::Table => tables.contains(&rule.name),
            _ => false,
        });
        fired.cloned().collect()
    }
}

/// Takes the most specific factor that explains everything; or else the one that explains most, and so on for the rest.
fn choose(mut factors: Vec<Factor>, finding: &mut Finding) {
    factors.sort_by_key(|factor| {
        // A missing line is only named where its charge, as if its condition held, is not the same.
        let is_named = factor.cause == Cause::MissingSurcharge && !factor.is_tried;
        (Reverse(factor.explains.len()), !factor.specific, factor.cause, is_named)
    });
    let mut left: BTreeSet<u32> = finding.comparison.that_count().map(|(place, _)| place).collect();
    let mut said = BTreeSet::new();
    for evidence in factors {
        let new = evidence.explains.iter().any(|place| left.contains(place));
        evidence.explains.iter().for_each(|place| {
            left.remove(place);
        });
        match new {
            true => finding.guess.push(evidence),
            false if said.insert(evidence.tried.clone()) => finding.others.push(evidence),
            false => {}
        }
    }
    finding.incomplete = !left.is_empty();
}
