//! The trials of one case: each factor changed, priced again, compared again, and what of it explains what.
//!
//! For the first cases of a kind everything is tried. When some cases that differ in the same charges have been searched thoroughly, what
//! explained them is tried first, and nothing else where it explains the case: a million mismatches are not each searched anew.

use super::inputs::{Change, Leaf, changed, changes, leaves};
use super::rules::{Variation, Variations, on_every_day};
use super::{Cause, Factor, Finding};
use crate::digest::{RuleDigest, RuleKind};
use crate::eval::Explanation;
use crate::live::Edition;
use crate::migrate::answer::{Answer, Said};
use crate::migrate::comparing::ComparisonMemory;
use crate::migrate::comparison::{About, Comparison, Difference, Kind, Stated, Verdict};
use crate::migrate::measure::Measure;
use crate::quote::Money;
use crate::rule_set::RuleSet;
use crate::value::Value;
use std::collections::{BTreeMap, BTreeSet};

/// So many cases of a kind are searched for every factor.
const THOROUGH: u32 = 64;

/// In how many charges that do not differ by themselves a cause is looked for, where only a sum of charges or the total differs.
const MOST_CHARGES: usize = 64;

/// Finds why a rule set answers otherwise than old code. It keeps what it compiles, so one is made for each edition and thread, and used for
/// many cases.
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
pub struct CauseFinder {
    edition: Edition,
    measure: Measure,
    memory: ComparisonMemory,
    leaves: Vec<Leaf>,
    /// The changes of each field.
    changes: Vec<Vec<Change>>,
    /// Rule sets with one factor changed: for all charges together, and for each that differed so far, by its code.
    variations: BTreeMap<String, Vec<Variation>>,
    /// What explained cases that differ in the same charges, and how many were searched.
    learned: BTreeMap<Vec<(String, Kind)>, Learned>,
}

/// How many cases were searched, and what explained them.
#[derive(Default, Clone)]
struct Learned {
    searched: u32,
    trials: BTreeSet<Trial>,
}

/// One factor.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Trial {
    /// The answer itself with a line added or taken away, by the place of the difference.
    Line(usize),
    /// A field of the input, and its change.
    Field(usize, usize),
    /// A changed rule set: of which charge, and which one.
    Rules(String, usize),
}

/// What a trial explained.
struct Explained {
    trial: Trial,
    evidence: Factor,
    /// Which field by which family of factors, of a unit slip.
    family: Option<(usize, usize)>,
}

impl CauseFinder {
    /// A finder for an edition, which compares as the measure says.
    pub fn new(edition: &Edition, measure: Measure) -> Self {
        let program = edition.rules().program();
        let leaves = leaves(program);
        let changes = leaves.iter().map(|leaf| changes(program, leaf)).collect();
        CauseFinder {
            edition: edition.clone(),
            measure,
            memory: ComparisonMemory::default(),
            leaves,
            changes,
            variations: BTreeMap::new(),
            learned: BTreeMap::new(),
        }
    }

    /// Tries these editions of the rule set too: those of a shelf, for instance.
    pub fn with_editions<'e>(mut self, editions: impl IntoIterator<Item = &'e Edition>) -> Self {
        let others = editions.into_iter().filter(|other| **other != self.edition);
        let editions = others.map(|other| Variation {
            cause: Cause::OtherEdition,
            words: format!("with {other}"),
            rules: on_every_day(other.rules()),
        });
        self.variations.insert(EDITIONS.to_owned(), editions.collect());
        self
    }

    /// Why the legacy answer to an input in JSON differs from what the edition says. Nothing is tried where it does not differ. Costs some
    /// hundred quotes for a case of a new kind, and compiles the rule set anew for each factor in the rules, once.
    pub fn find(&mut self, input: &str, legacy: &Answer) -> Finding {
        self.explain(input, legacy, None)
    }

    /// The same for a comparison of the two that was made before, of which waivers may cover something: what is waived or tolerated needs no
    /// cause.
    pub fn find_in(&mut self, input: &str, legacy: &Answer, comparison: Comparison) -> Finding {
        self.explain(input, legacy, Some(comparison))
    }

    fn explain(&mut self, input: &str, legacy: &Answer, comparison: Option<Comparison>) -> Finding {
        let rules = self.edition.rules().clone();
        let candidate = rules.explain_json(input);
        let quote = candidate.as_ref().map(|(quote, _)| quote);
        let said = quote.map_or_else(Said::from, Said::from);
        let comparison = comparison.unwrap_or_else(|| self.measure.compare(&mut self.memory, legacy, said));
        let (guess, others) = (Vec::new(), Vec::new());
        let mut finding = Finding { comparison, guess, others, incomplete: false, rules: Vec::new(), tries: 0 };
        if finding.comparison.verdict() != Verdict::Mismatch {
            return finding;
        }
        let explanation = candidate.as_ref().ok().map(|(_, explanation)| explanation);
        finding.rules = self.rules_of(&finding.comparison, explanation);
        let slots = rules.read_json_in(&mut rules.context(), input).map(<[Value]>::to_vec).unwrap_or_default();
        let case = Case { input, legacy, candidate: said.to_answer(), slots, explanation };
        self.search(&case, &mut finding);
        finding
    }

    fn search(&mut self, case: &Case<'_>, finding: &mut Finding) {
        let key = finding.charges();
        let Learned { searched, trials: learned } = self.learned.get(&key).cloned().unwrap_or_default();
        let whole = finding.comparison.that_count().count();
        if searched >= THOROUGH {
            let explained = self.try_all(learned.into_iter().collect(), case, finding);
            if explained.iter().any(|one| one.evidence.explains.len() >= whole) {
                return choose(explained, finding);
            }
        }
        let trials = self.trials(finding);
        let explained = self.try_all(trials, case, finding);
        let learned = self.learned.entry(key).or_default();
        learned.searched = learned.searched.saturating_add(1);
        learned.trials.extend(explained.iter().map(|one| one.trial.clone()));
        choose(explained, finding);
    }

    /// Every factor that is worth trying.
    fn trials(&mut self, finding: &Finding) -> Vec<Trial> {
        let mut trials: Vec<Trial> = (0..finding.comparison.differences.len()).map(Trial::Line).collect();
        for (leaf, changes) in self.changes.iter().enumerate() {
            trials.extend((0..changes.len()).map(|change| Trial::Field(leaf, change)));
        }
        let mut codes = vec![ALL.to_owned(), EDITIONS.to_owned()];
        codes.extend(self.charges_to_vary(&finding.comparison));
        for code in codes {
            let count = self.variations_of(&code).len();
            trials.extend((0..count).map(|place| Trial::Rules(code.clone(), place)));
        }
        trials
    }

    /// The charges whose rules may be the cause: those that differ; all, where only a total or an answer differs.
    fn charges_to_vary(&self, comparison: &Comparison) -> Vec<String> {
        let charges = self.edition.rules().program().charges.iter().filter(|charge| charge.listed);
        let alone = comparison.differences.iter().all(|one| one.about == About::Charge || one.about == About::Total)
            && comparison.differences.iter().any(|one| one.about == About::Charge);
        let differs =
            |code: &str| comparison.differences.iter().any(|one| one.charges.iter().any(|charge| charge == code));
        let codes = charges.map(|charge| charge.code.to_string()).filter(|code| !alone || differs(code));
        codes.take(MOST_CHARGES).collect()
    }

    fn variations_of(&mut self, code: &str) -> &[Variation] {
        let edition = &self.edition;
        self.variations.entry(code.to_owned()).or_insert_with(|| {
            let mut variations = Variations::of(edition.rules());
            match code {
                ALL => variations.of_all(),
                EDITIONS => {}
                code => {
                    let charges = edition.rules().program().charges.iter();
                    charges
                        .filter(|charge| charge.listed && *charge.code == *code)
                        .for_each(|charge| variations.of_charge(charge));
                }
            }
            variations.finish()
        })
    }

    fn try_all(&mut self, trials: Vec<Trial>, case: &Case<'_>, finding: &mut Finding) -> Vec<Explained> {
        let mut found = Vec::new();
        for trial in trials {
            let Some((evidence, family)) = self.attempt(&trial, case, finding) else { continue };
            found.push(Explained { trial, evidence, family });
        }
        // Where factors of several families do the same for one field, none of them says anything.
        let families: BTreeSet<(usize, usize)> = found.iter().filter_map(|one| one.family).collect();
        for one in &mut found {
            if let Some((leaf, family)) = one.family {
                one.evidence.specific = !families.iter().any(|(other, another)| *other == leaf && *another != family);
            }
        }
        found
    }

    /// Changes one factor; gives what that explains, if it does.
    fn attempt(
        &mut self,
        trial: &Trial,
        case: &Case<'_>,
        finding: &mut Finding,
    ) -> Option<(Factor, Option<(usize, usize)>)> {
        let before = finding.comparison.clone();
        let rules = self.edition.rules().clone();
        match trial {
            Trial::Line(place) => {
                let (cause, tried, answer) = with_line(before.differences.get(*place)?, &case.candidate)?;
                finding.tries = finding.tries.saturating_add(1);
                let explains = self.explained(case, &before, Said::from(&answer))?;
                Some((Factor { cause, tried, explains, specific: true }, None))
            }
            Trial::Field(leaf, change) => {
                let (leaf, place) = (self.leaves.get(*leaf)?, *leaf);
                let change = self.changes.get(place)?.get(*change)?.clone();
                let (input, was) = changed(rules.program(), &case.slots, leaf, &change)?;
                let tried = change.words(rules.program(), leaf, &was);
                finding.tries = finding.tries.saturating_add(1);
                let quote = rules.quote_json(&input);
                let explains = self.explained(case, &before, Said::from(&quote))?;
                if !is_another_way(&change, &rules, &input, case, &before, &explains) {
                    return None;
                }
                let family = match change {
                    Change::Times { family, .. } => Some((place, family)),
                    _ => None,
                };
                Some((Factor { cause: change.cause(), tried, explains, specific: true }, family))
            }
            Trial::Rules(code, place) => {
                let variation = self.variations.get(code)?.get(*place)?;
                let (cause, tried) = (variation.cause, variation.words.clone());
                let quote = variation.rules.quote_json(case.input);
                finding.tries = finding.tries.saturating_add(1);
                let explains = self.explained(case, &before, Said::from(&quote))?;
                Some((Factor { cause, tried, explains, specific: true }, None))
            }
        }
    }

    /// Which differences are gone with another answer of the candidate; none where another one came or changed.
    fn explained(&mut self, case: &Case<'_>, before: &Comparison, candidate: Said<'_>) -> Option<Vec<u32>> {
        let after = self.measure.compare(&mut self.memory, case.legacy, candidate);
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

    /// The digests of the charges that differ, and of the tables whose rows they used.
    fn rules_of(&self, comparison: &Comparison, explanation: Option<&Explanation>) -> Vec<RuleDigest> {
        let charges: BTreeSet<&str> =
            comparison.differences.iter().flat_map(|one| &one.charges).map(String::as_str).collect();
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

/// The names under which rule sets are kept that concern no single charge. No code of a charge has a blank.
const ALL: &str = " all";
const EDITIONS: &str = " editions";

/// One case that is explained.
struct Case<'a> {
    input: &'a str,
    legacy: &'a Answer,
    candidate: Answer,
    slots: Vec<Value>,
    explanation: Option<&'a Explanation>,
}

/// Takes the most specific factor that explains everything; or else the one that explains most, and so on for the rest.
fn choose(mut explained: Vec<Explained>, finding: &mut Finding) {
    explained.sort_by_key(|one| {
        let Factor { cause, explains, specific, .. } = &one.evidence;
        (std::cmp::Reverse(explains.len()), !*specific, *cause)
    });
    let mut left: BTreeSet<u32> = finding.comparison.that_count().map(|(place, _)| place).collect();
    let mut said = BTreeSet::new();
    for Explained { evidence, .. } in explained {
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

/// The candidate's answer with a missing line added, or with the lines of a charge taken away.
fn with_line(difference: &Difference, candidate: &Answer) -> Option<(Cause, String, Answer)> {
    let Answer::Priced(prices) = candidate else { return None };
    let (change, mut prices) = (difference.difference.clone()?, prices.clone());
    let names = difference.charges.join(" + ");
    let (cause, tried) = match (difference.kind, &difference.legacy, difference.about) {
        (Kind::Missing, Stated::Amount(money), About::Charge) => {
            let code = difference.charges.first()?.clone();
            prices.lines.push(crate::migrate::answer::Line {
                charge: code,
                amount: money.clone(),
                item: difference.item,
            });
            (Cause::MissingSurcharge, format!("with {names} of {money} added"))
        }
        (Kind::Extra, _, About::Charge) => {
            prices.lines.retain(|line| {
                !(difference.charges.contains(&line.charge)
                    && line.amount.currency == change.currency
                    && (difference.item.is_none() || line.item == difference.item))
            });
            (Cause::ExtraSurcharge, format!("with {names} left out"))
        }
        _ => return None,
    };
    for total in prices.totals.iter_mut().filter(|total| total.currency == change.currency) {
        *total = Money { amount: total.amount.sub(&change.amount).ok()?, currency: total.currency };
    }
    Some((cause, tried, Answer::Priced(prices)))
}

/// Whether the rules go another way with a changed field, where only that says something: a quantity that is changed by a little should lie
/// on a boundary, and not on the half of a cent; another key should find another row.
fn is_another_way(
    change: &Change,
    rules: &RuleSet,
    input: &str,
    case: &Case<'_>,
    before: &Comparison,
    explains: &[u32],
) -> bool {
    if !matches!(change, Change::Nudge { .. } | Change::To(_)) {
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
    // Steps and tiers that are started have no rows: there the jump is more than a rounding can be.
    let explained = explains.iter().filter_map(|place| before.differences.get(*place as usize));
    let more_than_rounding = explained.flat_map(Difference::changes).any(|change| {
        let two = change.currency.minor_unit().mul(&crate::value::Number::from_i64(2));
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
