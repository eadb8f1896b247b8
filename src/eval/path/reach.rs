//! What rules refer to: the edges that belong to each, the rules that bear on each line, the inputs that any rule reads.

mod unused;

use super::edges::{APPLIES, DOES_NOT_APPLY, EQUAL, EXACTLY, Edges, NO, SpanMap, TIER, TIER_BOUND, YES};
use crate::program::{
    Charge, ChargeAmount, DefinitionId, Exception, Expr, ExprKind, Notice, Program, RoundTo, Stage, StageKind,
    TierRows, TotalStage,
};
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;
pub(super) use unused::{bearing_on_nothing_but, unused};

/// What a rule is made of.
pub(super) enum Root<'p> {
    Charge(&'p Charge),
    Exception(&'p Exception),
    /// A table or parameter: its edges are its values.
    Values,
    Total(&'p TotalStage),
    Rounding(&'p RoundTo),
    Output(DefinitionId),
    Notice(&'p Notice),
}

/// The numbers of the edges that were met.
#[derive(Default)]
pub(super) struct Found {
    pub(super) conditions: SpanMap,
    pub(super) equals: SpanMap,
    pub(super) tiers: SpanMap,
    /// Of bounds the first edge, and whether each books a line of its own, and so has an edge more.
    pub(super) bounds: SpanMap<(u32, bool)>,
    pub(super) count: u32,
}

impl Found {
    pub(super) fn next(&mut self) -> u32 {
        let next = self.count;
        self.count = next.saturating_add(1);
        next
    }
}

/// Goes through the rules and numbers their edges.
pub(super) struct Gathering<'p> {
    program: &'p Program,
    compared: HashSet<Span>,
    pub(super) found: Found,
}

/// Is told of each edge of a rule: its number, kind, place, and whether it stands in the rule itself.
type Tell<'t> = dyn FnMut(u32, u64, Span, bool) + 't;

/// What has a name and is no rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Named {
    Definition(u32),
    Function(u32),
    Tiers(u32),
}

impl<'p> Gathering<'p> {
    pub(super) fn new(program: &'p Program, compared: HashSet<Span>) -> Self {
        Gathering { program, compared, found: Found::default() }
    }

    /// The edges of a rule, each once. What its condition refers to is its own as that is: it decides whether the rule applies, also where it does not.
    pub(super) fn edges_of(&mut self, root: &Root<'p>, tell: &mut Tell<'_>) {
        let mut told = HashSet::new();
        let mut once = |edge, kind, span, own| {
            if told.insert(edge) {
                tell(edge, kind, span, own);
            }
        };
        let (mut named, mut seen) = (Vec::new(), HashSet::new());
        whens(root).for_each(|when| self.condition(when.span(), true, &mut once));
        if let Some(when) = condition_of(root) {
            self.expression(when, true, &mut once, &mut named);
        }
        self.all_named(true, &mut once, &mut named, &mut seen);
        for part in own_parts(root) {
            self.expression(part, true, &mut once, &mut named);
        }
        match root {
            Root::Total(stage) => self.bound((stage.span, true), true, &mut once),
            Root::Charge(Charge { amount: ChargeAmount::Group(group), .. }) => {
                bounds_of(&group.stages).for_each(|bound| self.bound(bound, true, &mut once));
            }
            _ => {}
        }
        if let Root::Output(id) = root {
            named.push(Named::Definition(id.0));
        }
        self.all_named(false, &mut once, &mut named, &mut seen);
    }

    /// What is referred to, and what that refers to; `own` where it decides whether the rule applies.
    fn all_named(&mut self, own: bool, tell: &mut Tell<'_>, named: &mut Vec<Named>, seen: &mut HashSet<Named>) {
        while let Some(name) = named.pop() {
            if seen.insert(name) {
                self.named(name, own, tell, named);
            }
        }
    }

    fn named(&mut self, name: Named, own: bool, tell: &mut Tell<'_>, named: &mut Vec<Named>) {
        if let Named::Tiers(id) = name
            && let Some(tiers) = self.program.tiers.get(id as usize)
        {
            let rows = match &tiers.rows {
                TierRows::Written(rows) => rows.as_slice(),
                TierRows::Each { tier, .. } => std::slice::from_ref(&**tier),
            };
            for tier in rows {
                let first = match self.found.tiers.get(&tier.span) {
                    Some(first) => *first,
                    None => {
                        let first = self.found.next();
                        self.found.next();
                        self.found.tiers.insert(tier.span, first);
                        first
                    }
                };
                tell(first, TIER, tier.span, own);
                if tier.bound.is_some() {
                    tell(first.saturating_add(1), TIER_BOUND, tier.span, own);
                }
            }
        }
        for part in parts_of(self.program, name) {
            self.expression(part, own, tell, named);
        }
    }

    fn expression(&mut self, whole: &'p Expr, own: bool, tell: &mut Tell<'_>, named: &mut Vec<Named>) {
        whole.walk(&mut |expr| {
            refers_to(expr, named);
            match &expr.kind {
                ExprKind::If(parts) => {
                    let [condition, ..] = &**parts;
                    self.condition(condition.span(), own, tell);
                }
                ExprKind::Compare(..) | ExprKind::InRange { .. } if self.compared.contains(&expr.span()) => {
                    let next = self.found.count;
                    let edge = *self.found.equals.entry(expr.span()).or_insert(next);
                    if edge == next {
                        self.found.next();
                    }
                    tell(edge, EQUAL, expr.span(), own);
                }
                ExprKind::Stages(_, stages) => bounds_of(stages).for_each(|bound| self.bound(bound, own, tell)),
                _ => {}
            }
        });
    }

    fn condition(&mut self, span: Span, own: bool, tell: &mut Tell<'_>) {
        let next = self.found.count;
        let no = *self.found.conditions.entry(span).or_insert(next);
        if no == next {
            self.found.next();
            self.found.next();
        }
        tell(no, NO, span, own);
        tell(no.saturating_add(1), YES, span, own);
    }

    /// A bound of an amount: where it applies, and where it does not. Where the amount is exactly that, both come to the same, which shows nothing but
    /// whether a line of nothing is booked: an edge of those with a line.
    fn bound(&mut self, (span, has_line): (Span, bool), own: bool, tell: &mut Tell<'_>) {
        let next = self.found.count;
        let (first, _) = *self.found.bounds.entry(span).or_insert((next, has_line));
        let kinds = [APPLIES, DOES_NOT_APPLY, EXACTLY].into_iter().take(if has_line { 3 } else { 2 });
        for (edge, kind) in (first..).zip(kinds) {
            if edge == self.found.count {
                self.found.next();
            }
            tell(edge, kind, span, own);
        }
    }
}

/// The places of the bounds among stages, and whether each books a line of its own.
fn bounds_of(stages: &[Stage]) -> impl Iterator<Item = (Span, bool)> + '_ {
    stages.iter().filter_map(|stage| match &stage.kind {
        StageKind::Minimum(_, line) | StageKind::Maximum(_, line) => Some((stage.span, line.is_some())),
        _ => None,
    })
}

fn refers_to(expr: &Expr, named: &mut Vec<Named>) {
    match &expr.kind {
        ExprKind::Definition(id) => named.push(Named::Definition(id.0)),
        ExprKind::Call(id, _) => named.push(Named::Function(id.0)),
        ExprKind::Tiers(id, _) => named.push(Named::Tiers(id.0)),
        _ => {}
    }
}

/// The expressions of something that has a name; of a definition without its exceptions, which are rules.
fn parts_of(program: &Program, name: Named) -> Vec<&Expr> {
    let mut parts = Vec::new();
    match name {
        Named::Definition(id) => parts.extend(program.definitions.get(id as usize).map(|definition| &definition.value)),
        Named::Function(id) => parts.extend(program.functions.get(id as usize).map(|function| &function.body)),
        Named::Tiers(id) => {
            program.tiers.get(id as usize).iter().for_each(|tiers| tiers.parts(&mut |part| parts.push(part)));
        }
    }
    parts
}

/// The condition that decides whether a rule applies.
fn condition_of<'p>(root: &Root<'p>) -> Option<&'p Expr> {
    match root {
        Root::Charge(charge) => charge.when.as_ref(),
        Root::Exception(exception) => Some(&exception.when),
        Root::Notice(notice) => Some(&notice.when),
        Root::Values | Root::Total(_) | Root::Rounding(_) | Root::Output(_) => None,
    }
}

/// The condition of a rule, and those of its options.
fn whens<'p>(root: &Root<'p>) -> impl Iterator<Item = &'p Expr> {
    let options = match root {
        Root::Charge(Charge { amount: ChargeAmount::Group(group), .. }) => &*group.options,
        _ => &[],
    };
    condition_of(root).into_iter().chain(options.iter().filter_map(|option| option.when.as_ref()))
}

/// The expressions that stand in a rule, without those of its exceptions.
fn own_parts<'p>(root: &Root<'p>) -> Vec<&'p Expr> {
    let mut parts = Vec::new();
    match root {
        Root::Charge(charge) => {
            charge.parts(&mut |part| parts.push(part));
            let mut exceptional = Vec::new();
            charge.exceptions.iter().for_each(|exception| exception_parts(exception, true, &mut exceptional));
            parts.truncate(parts.len().saturating_sub(exceptional.len())); // they come last
        }
        Root::Exception(exception) => exception_parts(exception, false, &mut parts),
        Root::Total(stage) => parts.push(&stage.bound),
        Root::Rounding(round) => round.parts(&mut |part| parts.push(part)),
        Root::Notice(notice) => {
            parts.push(&notice.when);
            notice.message.parts(&mut |part| parts.push(part));
        }
        Root::Values | Root::Output(_) => {}
    }
    parts
}

fn exception_parts<'p>(exception: &'p Exception, nested: bool, parts: &mut Vec<&'p Expr>) {
    parts.extend([&exception.when, &exception.value]);
    exception.because.iter().for_each(|because| because.parts(&mut |part| parts.push(part)));
    if nested {
        exception.exceptions.iter().for_each(|inner| exception_parts(inner, true, parts));
    }
}

/// The codes of lines, each with the rules that bear on its amount, ascending by code.
pub(super) fn lines(program: &Program, edges: &Edges) -> Vec<(Arc<str>, Box<[u32]>)> {
    let mut lines: BTreeMap<Arc<str>, BTreeSet<u32>> = BTreeMap::new();
    for (id, charge) in (0..).zip(&program.charges).filter(|(_, charge)| charge.listed) {
        let mut parts = Vec::new();
        charge.parts(&mut |part| parts.push(part));
        let mut bearing = bearing(program, edges, parts);
        bearing.insert(edges.charge(id));
        exception_rules(&charge.exceptions, edges, &mut bearing);
        for code in std::iter::once(&charge.code).chain(bound_codes(charge)) {
            lines.entry(code.clone()).or_default().extend(&bearing);
        }
    }
    for (index, stage) in program.total.iter().enumerate() {
        let mut bearing = bearing(program, edges, vec![&stage.bound]);
        bearing.insert(edges.total_stage(index));
        lines.entry(stage.code.clone()).or_default().extend(bearing);
    }
    if let (Some(_), Some(rule)) = (&program.round_total, edges.always().next()) {
        lines.entry(Arc::from(crate::eval::ROUNDING_CODE)).or_default().insert(rule);
    }
    lines.into_iter().map(|(code, rules)| (code, rules.into_iter().collect())).collect()
}

/// The codes of lines that the bounds of a charge book.
fn bound_codes(charge: &Charge) -> impl Iterator<Item = &Arc<str>> {
    let stages: &[Stage] = match &charge.amount {
        ChargeAmount::Expr(amount) => match &amount.kind {
            ExprKind::Stages(_, stages) => stages,
            _ => &[],
        },
        ChargeAmount::Group(group) => &group.stages,
    };
    stages.iter().filter_map(|stage| match &stage.kind {
        StageKind::Minimum(_, line) | StageKind::Maximum(_, line) => line.as_ref().map(|line| &line.code),
        _ => None,
    })
}

fn exception_rules(all: &[Exception], edges: &Edges, rules: &mut BTreeSet<u32>) {
    for exception in all {
        rules.extend(edges.exception(exception.span));
        exception_rules(&exception.exceptions, edges, rules);
    }
}

/// The tables, parameters and exceptions that expressions refer to, directly or not, but not through charges.
fn bearing<'p>(program: &'p Program, edges: &Edges, parts: Vec<&'p Expr>) -> BTreeSet<u32> {
    let (mut rules, mut seen, mut named) = (BTreeSet::new(), HashSet::new(), Vec::new());
    let mut waiting = parts;
    loop {
        for whole in waiting.drain(..) {
            whole.walk(&mut |expr| {
                refers_to(expr, &mut named);
                match &expr.kind {
                    ExprKind::Parameter(id, _) => drop(rules.insert(edges.parameter(*id))),
                    ExprKind::Lookup { table, .. } => drop(rules.insert(edges.table(*table))),
                    _ => {}
                }
            });
        }
        let Some(name) = named.pop() else { return rules };
        if !seen.insert(name) {
            continue;
        }
        waiting = parts_of(program, name);
        if let Named::Definition(id) = name
            && let Some(definition) = program.definitions.get(id as usize)
        {
            definition.exceptions.iter().for_each(|exception| exception_parts(exception, true, &mut waiting));
            exception_rules(&definition.exceptions, edges, &mut rules);
        }
    }
}

/// The slots of the input that some rule reads.
pub(crate) fn fields_read(program: &Program) -> impl Iterator<Item = u16> + use<> {
    let mut slots = BTreeSet::new();
    program.parts(&mut |whole| {
        whole.walk(&mut |expr| {
            if let ExprKind::Input(slot) = expr.kind {
                slots.insert(slot);
            }
        });
    });
    slots.into_iter()
}
