//! Goes through the rules and asks of every condition, where it stands, whether it can hold and whether it can fail.
//!
//! What is known at a place are its premises: the conditions around it, and the opposite of those that come before it. Branches
//! that are said to be dead are not looked into.

use super::conditions::{Conditions, Formula, all, not};
use super::decide::Budget;
use super::words::Place;
use crate::diagnostic::Diagnostic;
use crate::program::{
    Charge, ChargeAmount, ChargeGroup, Each, Exception, Expr, ExprKind as K, GroupOption, GroupPolicy, Notice, Program,
    TierRows, Walk, WalkStep,
};
use crate::source::{SourceMap, Span};
use crate::value::Value;
use std::rc::Rc;

/// Something that is known to hold at a place.
#[derive(Debug, Clone)]
pub(super) struct Premise {
    pub(super) formula: Rc<Formula>,
    /// The condition, or the alternative without one.
    pub(super) span: Span,
    /// It is the opposite of an alternative that comes before.
    pub(super) before: bool,
}

/// What is known of a condition at its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Never,
    Always,
    Open,
}

/// A walk through a program.
pub(super) struct Walker<'p> {
    pub(super) program: &'p Program,
    pub(super) sources: &'p SourceMap,
    pub(super) conditions: Conditions<'p>,
    pub(super) budget: Budget,
    pub(super) premises: Vec<Premise>,
    pub(super) diagnostics: Vec<Diagnostic>,
    /// That no refusal holds.
    pub(super) not_refused: Vec<Rc<Formula>>,
}

impl<'p> Walker<'p> {
    pub(super) fn new(program: &'p Program, sources: &'p SourceMap) -> Self {
        Walker {
            program,
            sources,
            conditions: Conditions::new(program),
            budget: Budget::new(),
            premises: Vec::new(),
            diagnostics: Vec::new(),
            not_refused: Vec::new(),
        }
    }

    /// All conditions of the program.
    pub(super) fn program(&mut self) {
        let program = self.program;
        self.refusals(&program.refusals);
        program.priced_on.iter().for_each(|expr| self.root(expr));
        for definition in &program.definitions {
            self.root(&definition.value);
            self.exceptions(&definition.exceptions, &definition.name);
        }
        program.functions.iter().for_each(|function| self.root(&function.body));
        for tiers in &program.tiers {
            if let TierRows::Each { list, .. } = &tiers.rows {
                self.root(list);
            }
        }
        for charge in &program.charges {
            self.charge(charge);
        }
        program.total.iter().for_each(|stage| self.root(&stage.bound));
        for flag in &program.flags {
            self.conditions.forget_locals();
            self.check(&flag.when, &Place::Flag(&flag.code));
        }
    }

    fn root(&mut self, expr: &'p Expr) {
        self.conditions.forget_locals();
        self.visit(expr);
    }

    /// The first refusal that holds is the one that is told.
    fn refusals(&mut self, refusals: &'p [Notice]) {
        for refusal in refusals {
            self.conditions.forget_locals();
            self.check(&refusal.when, &Place::Refusal(&refusal.code));
            let formula = not(self.conditions.formula(&refusal.when));
            self.not_refused.push(formula.clone());
            self.premises.push(Premise { formula, span: refusal.when.span(), before: true });
        }
        self.premises.clear();
    }

    fn charge(&mut self, charge: &'p Charge) {
        let removed = |when: &Expr| matches!(when.kind, K::Constant(Value::YesNo(false)));
        if charge.when.as_ref().is_some_and(removed) {
            return;
        }
        self.conditions.forget_locals();
        self.premises.clear();
        let mut bound = Vec::new();
        if let Some(each) = &charge.each {
            self.enter(each, &mut bound);
        }
        let verdict = charge.when.as_ref().map(|when| (when, self.checked(when, &Place::Charge(&charge.code))));
        if !matches!(verdict, Some((_, (Verdict::Never, _)))) {
            if let Some((when, (_, formula))) = verdict {
                self.premises.push(Premise { formula, span: when.span(), before: false });
            }
            match &charge.amount {
                ChargeAmount::Expr(amount) => self.visit(amount),
                ChargeAmount::Group(group) => {
                    let ChargeGroup { policy, options, stages } = &**group;
                    self.options(*policy, options);
                    for stage in stages {
                        stage.parts(&mut |part| self.visit(part));
                    }
                }
            }
            self.exceptions(&charge.exceptions, &charge.code);
        }
        self.premises.clear();
        self.leave(bound);
    }

    fn options(&mut self, policy: GroupPolicy, options: &'p [GroupOption]) {
        let depth = self.premises.len();
        for option in options {
            let place = Place::Option(&option.code);
            let verdict = match &option.when {
                Some(when) => self.check(when, &place),
                None => self.check_reached(option, &place),
            };
            let around = self.premises.len();
            if verdict != Verdict::Never {
                if let Some(when) = &option.when {
                    self.assume(when, false);
                }
                self.visit(&option.amount);
                self.premises.truncate(around);
            }
            if policy == GroupPolicy::First && verdict != Verdict::Never {
                let formula = match &option.when {
                    Some(when) => not(self.conditions.formula(when)),
                    None => Rc::new(Formula::Known(false)),
                };
                let span = option.when.as_ref().map_or(option.span, |when| when.span());
                self.premises.push(Premise { formula, span, before: true });
            }
        }
        self.premises.truncate(depth);
    }

    /// An option without a condition is chosen wherever those before it are not.
    fn check_reached(&mut self, option: &GroupOption, place: &Place<'_>) -> Verdict {
        let anything = Rc::new(Formula::Known(true));
        if self.premises.iter().any(|premise| premise.before) && self.is_never(&anything) {
            self.report_never(&anything, option.span, place);
            return Verdict::Never;
        }
        Verdict::Open
    }

    /// The exceptions to one thing: each by itself, and which of them can hold together.
    fn exceptions(&mut self, exceptions: &'p [Exception], to: &str) {
        if exceptions.is_empty() {
            return;
        }
        let mut open = Vec::new();
        for exception in exceptions {
            let verdict = self.check(&exception.when, &Place::Exception(&exception.name));
            if verdict == Verdict::Never {
                continue;
            }
            open.push((exception, self.conditions.formula(&exception.when)));
            let depth = self.premises.len();
            self.assume(&exception.when, false);
            self.visit(&exception.value);
            self.exceptions(&exception.exceptions, &exception.name);
            self.premises.truncate(depth);
        }
        for (at, (second, later)) in open.iter().enumerate() {
            for (first, earlier) in open.iter().take(at) {
                self.together((first, earlier), (second, later), to);
            }
        }
    }

    fn together(
        &mut self,
        (first, earlier): (&Exception, &Rc<Formula>),
        (second, later): (&Exception, &Rc<Formula>),
        to: &str,
    ) {
        let mut both = self.known();
        both.extend([earlier.clone(), later.clone()]);
        if self.conditions.never(&both, None, &mut self.budget) {
            return;
        }
        let mut shown = both.clone();
        shown.extend(self.not_refused.iter().cloned());
        if let Some(mut example) = self.conditions.example(&shown, &mut self.budget) {
            let asked = self.conditions.asked(&both, &mut self.budget);
            example.retain(|(subject, _)| asked.contains(subject));
            self.report_together(first, second, to, Some(&example));
            return;
        }
        let implies = |walker: &mut Self, one: &Rc<Formula>, other: &Rc<Formula>| {
            let mut formulas = walker.known();
            formulas.extend([one.clone(), not(other.clone())]);
            walker.conditions.never(&formulas, None, &mut walker.budget)
        };
        if implies(self, later, earlier) {
            self.report_together(first, second, to, None);
        } else if implies(self, earlier, later) {
            self.report_together(second, first, to, None);
        }
    }

    /// The formulas of the premises.
    pub(super) fn known(&self) -> Vec<Rc<Formula>> {
        self.premises.iter().map(|premise| premise.formula.clone()).collect()
    }

    fn assume(&mut self, condition: &'p Expr, before: bool) {
        let formula = self.conditions.formula(condition);
        let formula = if before { not(formula) } else { formula };
        self.premises.push(Premise { formula, span: condition.span(), before });
    }

    /// Whether the formula never holds here. Of what follows from the premises alone nothing is said.
    fn is_never(&mut self, formula: &Rc<Formula>) -> bool {
        if self.budget.is_spent() {
            return false;
        }
        let mut formulas = vec![formula.clone()];
        formulas.extend(self.known());
        self.conditions.never(&formulas, None, &mut self.budget)
    }

    /// Looks at a condition: at what stands in it, whether it can hold, whether it can fail, and whether each alternative in it can hold.
    fn check(&mut self, condition: &'p Expr, place: &Place<'_>) -> Verdict {
        self.checked(condition, place).0
    }

    /// The same, with the condition's formula.
    fn checked(&mut self, condition: &'p Expr, place: &Place<'_>) -> (Verdict, Rc<Formula>) {
        self.visit(condition);
        let formula = self.conditions.formula(condition);
        if matches!(condition.kind, K::Constant(_)) {
            return (Verdict::Open, formula); // somebody's switch
        }
        (self.verdict(condition, &formula, place), formula)
    }

    fn verdict(&mut self, condition: &'p Expr, formula: &Rc<Formula>, place: &Place<'_>) -> Verdict {
        if self.is_never(formula) {
            self.report_never(formula, condition.span(), place);
            return Verdict::Never;
        }
        if asks_for_presence(condition) {
            self.alternatives(condition);
            return Verdict::Open; // what is asked about may only be used where it was asked for
        }
        let opposite = not(formula.clone());
        if matches!(place, Place::Branch(_)) {
            if self.is_never(&opposite) {
                self.report_always(&opposite, condition.span(), place);
                return Verdict::Always;
            }
        } else if !self.budget.is_spent() {
            // That the last of several alternatives takes all that is left is as it should be.
            let premises = self.premises.clone();
            self.premises.retain(|premise| !premise.before);
            let always = self.is_never(&opposite);
            if always {
                self.report_always(&opposite, condition.span(), place);
            }
            self.premises = premises;
            if always {
                return Verdict::Always;
            }
        }
        self.alternatives(condition);
        Verdict::Open
    }

    /// The alternatives of an `or` that never hold.
    fn alternatives(&mut self, condition: &'p Expr) {
        match &condition.kind {
            K::Or(left, right) => {
                for part in [left, right] {
                    let formula = self.conditions.formula(part);
                    if self.is_never(&formula) {
                        self.report_never(&formula, part.span(), &Place::Part);
                    } else {
                        self.alternatives(part);
                    }
                }
            }
            K::And(left, right) => {
                self.alternatives(left);
                self.alternatives(right);
            }
            K::Not(inner) => self.alternatives(inner),
            _ => {}
        }
    }

    /// Looks at the conditions within an expression.
    fn visit(&mut self, expr: &'p Expr) {
        match &expr.kind {
            K::If(parts) => {
                let [condition, yes, no] = &**parts;
                self.branches(condition, yes, no)
            }
            K::Aggregate { each, body, .. } | K::Group(each, body) => self.within(each, |walker| walker.visit(body)),
            K::The { each, by, .. } => self.within(each, |walker| walker.visit(by)),
            K::CountEach(each) => self.within(each, |_| {}),
            K::Quantified(_, each, body) => self.within(each, |walker| {
                walker.check(body, &Place::Filter);
            }),
            K::Walk(walk) => self.walk(walk),
            _ => expr.parts(&mut |part| self.visit(part)),
        }
    }

    fn branches(&mut self, condition: &'p Expr, yes: &'p Expr, no: &'p Expr) {
        let verdict = self.check(condition, &Place::Branch(no.span()));
        let depth = self.premises.len();
        if verdict != Verdict::Never {
            self.assume(condition, false);
            self.visit(yes);
            self.premises.truncate(depth);
        }
        if verdict != Verdict::Always {
            if verdict == Verdict::Open {
                self.assume(condition, true);
            }
            self.visit(no);
            self.premises.truncate(depth);
        }
    }

    fn within(&mut self, each: &'p Each, inside: impl FnOnce(&mut Self)) {
        let depth = self.premises.len();
        let mut bound = Vec::new();
        self.enter(each, &mut bound);
        inside(self);
        self.leave(bound);
        self.premises.truncate(depth);
    }

    fn enter(&mut self, each: &'p Each, bound: &mut Vec<(u16, super::conditions::Binding<'p>)>) {
        each.binders.iter().for_each(|(_, list)| self.visit(list));
        for (slot, list) in &each.binders {
            bound.push((*slot, self.conditions.bind(*slot, Some(list))));
        }
        if let Some(filter) = &each.filter {
            self.check(filter, &Place::Filter);
            self.assume(filter, false);
        }
        each.sort.iter().for_each(|(key, _)| self.visit(key));
    }

    fn leave(&mut self, bound: Vec<(u16, super::conditions::Binding<'p>)>) {
        for (slot, before) in bound.into_iter().rev() {
            self.conditions.unbind(slot, before);
        }
    }

    fn walk(&mut self, walk: &'p Walk) {
        walk.state.iter().for_each(|(_, first)| self.visit(first));
        self.within(&walk.each, |walker| {
            let mut bound = Vec::new();
            for (slot, _) in &walk.state {
                bound.push((*slot, walker.conditions.bind(*slot, None)));
            }
            for step in &walk.steps {
                match step {
                    WalkStep::Let(slot, value) => {
                        walker.visit(value);
                        bound.push((*slot, walker.conditions.bind(*slot, None)));
                    }
                    WalkStep::Next(_, value) => walker.visit(value),
                    WalkStep::Keep(row, when) => {
                        let depth = walker.premises.len();
                        if let Some(when) = when {
                            walker.check(when, &Place::Filter);
                            walker.assume(when, false);
                        }
                        walker.visit(row);
                        walker.premises.truncate(depth);
                    }
                }
            }
            walker.leave(bound);
        });
    }

    /// Whether the conditions, and the premises among these that are kept, can hold together: the premises that matter.
    pub(super) fn reasons(&mut self, formula: &Rc<Formula>) -> Vec<Premise> {
        let mut kept = self.premises.clone();
        if kept.len() > MOST_REASONS {
            return kept;
        }
        let mut at = 0;
        while at < kept.len() {
            let others = kept.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, premise)| &premise.formula);
            let formulas: Vec<Rc<Formula>> = std::iter::once(formula).chain(others).cloned().collect();
            if self.conditions.never(&formulas, None, &mut self.budget) {
                kept.remove(at);
            } else {
                at = at.saturating_add(1);
            }
        }
        kept
    }

    /// The subjects whose declarations matter for it that the formula never holds under the premises.
    pub(super) fn declarations(&mut self, formula: &Rc<Formula>, reasons: &[Premise]) -> Vec<u32> {
        let formulas: Vec<Rc<Formula>> =
            std::iter::once(formula).chain(reasons.iter().map(|premise| &premise.formula)).cloned().collect();
        let asked = self.conditions.asked(&formulas, &mut self.budget);
        let formulas = [all(formulas)];
        let matters = |subject: &u32| {
            let known = self.conditions.subjects.get(*subject as usize);
            known.is_some_and(|subject| subject.declared.is_some())
                && !self.conditions.never(&formulas, Some(*subject), &mut self.budget)
        };
        asked.into_iter().filter(matters).collect()
    }
}

/// Whether the condition asks whether something is given or applied.
fn asks_for_presence(condition: &Expr) -> bool {
    let mut asks = false;
    condition.walk(&mut |part| asks |= matches!(part.kind, K::IsGiven(_) | K::IsApplied(_)));
    asks
}

/// Of how many premises the ones that matter are looked for.
const MOST_REASONS: usize = 40;
