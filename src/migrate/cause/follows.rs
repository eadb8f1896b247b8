//! What differs only because something else does: fuel is a percentage of the line haul, and where that is wrong, so is fuel.
//!
//! Tried, not asserted: the rules are compiled once more, with an optional amount of the input in the place of each charge. Those of a case that differ
//! are set to what old code says, beginning with those that no other is computed of; what agrees then follows from them. It is so whatever
//! the cause of the first is, and also where nothing explains it.
//!
//! Not set are charges of several options, charges for each element of a list, those whose bounds book lines, and those of other files than the rule set's own.

use super::rules::compiled;
use super::stages::lines_of;
use super::trials::{Case, Trials};
use crate::migrate::answer::Line;
use crate::migrate::comparison::{About, Difference, Kind, Stated};
use crate::program::{Charge, ChargeAmount, Expr, ExprKind, Program};
use crate::quote::Money;
use crate::rule_set::RuleSet;
use crate::source::Span;
use crate::types::Base;
use crate::value::Number;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A charge that differs only because others do.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Follows {
    /// The charge; several joined by ` + ` where one line of old code stands for them.
    pub charge: String,
    /// Those with which it agrees as soon as they are as old code says.
    pub from: Vec<String>,
}

/// Rules in which charges can be set.
pub(super) struct Settable {
    /// None where they do not compile.
    rules: Option<RuleSet>,
    charges: BTreeSet<String>,
    /// The charges of which each is computed, or which decide about it, by way of others too.
    uses: BTreeMap<String, BTreeSet<String>>,
}

impl Settable {
    pub(super) fn of(rules: &RuleSet) -> Settable {
        let program = rules.program();
        let (mut edits, mut fields, mut charges) = (Vec::new(), Vec::new(), BTreeSet::new());
        for charge in program.charges.iter().filter(|charge| charge.listed) {
            let (Some(Base::Money(currency)), Some(whole)) =
                (program.units.currency(&charge.unit), whole(program, charge))
            else {
                continue;
            };
            let (code, name) = (charge.code.to_string(), name(&charge.code));
            let around = |span: Span, word: &str| {
                let at = |place: u32| Span::new(span.file, place, place);
                [(at(span.start), format!("({name} {word} (")), (at(span.end), "))".to_owned())]
            };
            edits.extend(around(whole, "otherwise"));
            edits.extend(charge.when.iter().flat_map(|when| around(when.span(), "is given or")));
            fields.push(format!("{name} : {currency}?"));
            charges.insert(code);
        }
        let file = program.name_span.file;
        let end = program.sources.file(file).and_then(|file| u32::try_from(file.text.len()).ok()).unwrap_or_default();
        edits.push((Span::new(file, end, end), format!("\ninput {{ {} }}\n", fields.join(", "))));
        let rules = if charges.is_empty() { None } else { compiled(rules, edits) };
        Settable { rules, charges, uses: uses(program) }
    }

    /// Of which charges those of a difference are computed.
    fn used_by(&self, difference: &Difference) -> BTreeSet<&String> {
        difference.charges.iter().filter_map(|code| self.uses.get(code)).flatten().collect()
    }
}

impl Trials {
    /// The charges that differ only because others do.
    pub(super) fn follows(&mut self, case: &Case<'_>, tries: &mut u32) -> Vec<Follows> {
        let differences = case.before.that_count().map(|(_, one)| one);
        let mut differing: Vec<&Difference> = differences.filter(|one| one.about == About::Charge).collect();
        if differing.len() < 2 {
            return Vec::new();
        }
        let settable = self.settable();
        let Some((settable, rules)) = settable.get().and_then(|one| Some((one, one.rules.as_ref()?))) else {
            return Vec::new();
        };
        differing.sort_by_key(|one| settable.used_by(one).len());
        let (mut set, mut follows): (Vec<Line>, Vec<Follows>) = Default::default();
        for one in differing {
            let used = settable.used_by(one);
            let from: Vec<String> =
                set.iter().map(|line| &line.charge).filter(|code| used.contains(code)).cloned().collect();
            if !from.is_empty() {
                *tries = tries.saturating_add(1);
                let Some(input) = with_amounts(case.input, &set) else { return follows };
                let after = self.compared(rules, 1, &input, case);
                let is_left = |other: &Difference| {
                    other.about == About::Answer
                        || (other.about, &other.charges, other.item) == (one.about, &one.charges, one.item)
                };
                if !after.mismatches().any(is_left) {
                    follows.push(Follows { charge: one.charges.join(" + "), from });
                    continue;
                }
            }
            set.extend(line(one).filter(|line| settable.charges.contains(&line.charge)));
        }
        follows
    }
}

/// What old code says of one charge.
fn line(difference: &Difference) -> Option<Line> {
    let ([charge], None) = (difference.charges.as_slice(), difference.item) else { return None };
    let amount = match (difference.kind, &difference.legacy) {
        (Kind::Amount | Kind::Missing, Stated::Amount(money)) => money.clone(),
        (Kind::Extra, _) => Money { amount: Number::ZERO, currency: difference.difference.as_ref()?.currency },
        _ => return None,
    };
    Some(Line { charge: charge.clone(), amount, item: None })
}

/// An input, which is an object in JSON, with amounts of charges.
fn with_amounts(input: &str, set: &[Line]) -> Option<String> {
    let fields = input.trim_end().strip_suffix('}')?;
    let comma = if fields.trim_end().ends_with('{') { "" } else { "," };
    let amounts = set.iter().map(|line| format!("\"{}\": \"{}\"", name(&line.charge), line.amount));
    Some(format!("{fields}{comma} {}}}", amounts.collect::<Vec<_>>().join(", ")))
}

/// The field that sets a charge.
fn name(code: &str) -> String {
    format!("old_code_says_{code}")
}

/// A charge's amount with its stages, where nothing else stands between; none where it cannot be set.
fn whole(program: &Program, charge: &Charge) -> Option<Span> {
    let ChargeAmount::Expr(amount) = &charge.amount else { return None };
    let is_alone = program.charges.iter().filter(|other| other.listed && other.code == charge.code).count() == 1;
    if !is_alone || charge.each.is_some() || lines_of(charge).next().is_some() {
        return None;
    }
    let mut whole = amount.span();
    if let ExprKind::Stages(inner, stages) = &amount.kind {
        whole = inner.span();
        for stage in stages {
            let between = program.sources.text(Span::new(whole.file, whole.end, stage.span.start));
            if stage.span.start < whole.end || !between.trim().is_empty() {
                return None;
            }
            whole.end = stage.span.end;
        }
    }
    (whole.file == program.name_span.file).then_some(whole)
}

/// The charges that each charge needs, by way of named values, functions, tiers and other charges.
fn uses(program: &Program) -> BTreeMap<String, BTreeSet<String>> {
    let all = program.charges.iter().filter(|charge| charge.listed);
    let needs = |charge: &Charge| {
        let mut needs = Needs { program, found: BTreeSet::new(), entered: BTreeSet::new() };
        charge.parts(&mut |part| needs.within(part));
        needs.found
    };
    all.map(|charge| (charge.code.to_string(), needs(charge))).collect()
}

struct Needs<'p> {
    program: &'p Program,
    found: BTreeSet<String>,
    /// The places whose parts were looked through.
    entered: BTreeSet<Span>,
}

impl<'p> Needs<'p> {
    fn within(&mut self, expr: &'p Expr) {
        let program = self.program;
        match &expr.kind {
            ExprKind::Charge(id) | ExprKind::IsApplied(id) => self.charge(id.0),
            ExprKind::SumApplied(ids) => ids.iter().for_each(|id| self.charge(id.0)),
            ExprKind::Definition(id) => {
                if let Some(one) = program.definitions.get(id.0 as usize).filter(|one| self.entered.insert(one.span)) {
                    one.parts(&mut |part| self.within(part));
                }
            }
            ExprKind::Call(id, _) => {
                if let Some(one) = program.functions.get(id.0 as usize).filter(|one| self.entered.insert(one.span)) {
                    self.within(&one.body);
                }
            }
            ExprKind::Tiers(id, _) => {
                if let Some(one) = program.tiers.get(id.0 as usize).filter(|one| self.entered.insert(one.span)) {
                    one.parts(&mut |part| self.within(part));
                }
            }
            _ => {}
        }
        expr.parts(&mut |part| self.within(part));
    }

    fn charge(&mut self, id: u32) {
        let Some(charge) = self.program.charges.get(id as usize) else { return };
        if self.entered.insert(charge.span) {
            self.found.insert(charge.code.to_string());
            charge.parts(&mut |part| self.within(part));
        }
    }
}
