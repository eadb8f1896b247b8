//! Sides of conditions that no input met so far: taken apart into what they are made of, and each part made to hold or not.

use super::aim::{Aim, cross};
use super::places::{at, places, with};
use super::search::{Search, Site, Start};
use super::thresholds::{Field, Thresholds};
use super::words;
use crate::eval::Edge;
use crate::program::{Comparison, Expr, ExprKind};
use crate::source::Span;
use crate::types::Type;
use crate::value::Value;
use std::collections::HashMap;

/// From how many starting points a side of a condition is looked for.
const STARTS: usize = 6;

/// How deep conditions are taken apart.
const DEEPEST: usize = 8;

/// How many values are tried at one place.
const TRIED: usize = 24;

impl Search<'_> {
    /// Looks for the sides of conditions that no kept input meets.
    pub(super) fn conditions(&mut self, known: &mut Thresholds, tick: &mut dyn FnMut(&Self)) {
        let mut exprs: HashMap<Span, Expr> = HashMap::new();
        self.program().parts(&mut |whole| {
            whole.walk(&mut |expr| {
                exprs.entry(expr.span()).or_insert_with(|| expr.clone());
            });
        });
        for (edge, what) in (0_u32..).zip(self.trials.plain.clone()) {
            let Edge::Condition(span, answer) = what else { continue };
            if !self.lacks(edge) {
                continue;
            }
            let Some(expr) = exprs.get(&span) else { continue };
            let other = if answer { edge.saturating_sub(1) } else { edge.saturating_add(1) };
            for start in self.starts_that_meet(other, &self.lacking_rules(edge)) {
                let Some(slots) = self.starts.get(start).map(|start| start.slots.clone()) else { continue };
                let wanted = Wanted { edge, expr, answer };
                if self.pursue(known, &slots, &wanted, (expr, answer), 0).is_some() && !self.lacks(edge) {
                    break;
                }
            }
            tick(self);
        }
    }

    /// Starting points that meet an edge, some first that exercise one of the rules.
    fn starts_that_meet(&self, edge: u32, rules: &[usize]) -> Vec<usize> {
        let starts = self.starts.iter().enumerate().filter(|(_, start)| start.edges.contains(&edge));
        let exercises = |start: &Start| start.rules.iter().any(|rule| rules.contains(rule));
        let (first, others): (Vec<_>, Vec<_>) = starts.partition(|(_, start)| exercises(start));
        let spread = |all: Vec<(usize, &Start)>| {
            let every = all.len().div_ceil(STARTS).max(1);
            all.into_iter().step_by(every).map(|(at, _)| at).collect::<Vec<_>>()
        };
        spread(first).into_iter().chain(spread(others)).collect()
    }

    /// Makes a part of a condition come out as wanted; the input, where it does.
    fn pursue(
        &mut self,
        known: &mut Thresholds,
        slots: &[Value],
        wanted: &Wanted<'_>,
        (part, answer): (&Expr, bool),
        depth: usize,
    ) -> Option<Vec<Value>> {
        if depth > DEEPEST {
            return None;
        }
        match &part.kind {
            ExprKind::Not(inner) => self.pursue(known, slots, wanted, (inner, !answer), depth + 1),
            ExprKind::And(a, b) | ExprKind::Or(a, b) => {
                if matches!(part.kind, ExprKind::And(..)) == answer {
                    let first = self.pursue(known, slots, wanted, (a, answer), depth + 1);
                    let first = first.unwrap_or_else(|| slots.to_vec());
                    if self.meets(&first, wanted) {
                        return Some(first);
                    }
                    let both = self.pursue(known, &first, wanted, (b, answer), depth + 1)?;
                    if self.meets(&both, wanted) {
                        return Some(both);
                    }
                    return self.pursue(known, &both, wanted, (a, answer), depth + 1);
                }
                let one = self.pursue(known, slots, wanted, (a, answer), depth + 1);
                one.filter(|one| self.meets(one, wanted))
                    .or_else(|| self.pursue(known, slots, wanted, (b, answer), depth + 1))
            }
            ExprKind::Definition(id) => {
                let value = self.program().definitions.get(id.0 as usize).map(|one| one.value.clone())?;
                self.pursue(known, slots, wanted, (&value, answer), depth + 1)
            }
            ExprKind::Call(id, _) => {
                let body = self.program().functions.get(id.0 as usize).map(|one| one.body.clone())?;
                self.pursue(known, slots, wanted, (&body, answer), depth + 1)
            }
            ExprKind::If(parts) => {
                let [condition, yes, no] = &**parts;
                let first = self.pursue(known, slots, wanted, (yes, answer), depth + 1);
                first.or_else(|| self.pursue(known, slots, wanted, (no, answer), depth + 1)).or_else(|| {
                    let other = self.pursue(known, slots, wanted, (condition, true), depth + 1);
                    other.or_else(|| self.pursue(known, slots, wanted, (condition, false), depth + 1))
                })
            }
            ExprKind::Quantified(_, _, body) => self
                .pursue(known, slots, wanted, (body, answer), depth + 1)
                .or_else(|| self.by_trying(slots, wanted, part)),
            ExprKind::Compare(how, a, b) => self
                .by_moving(known, slots, wanted, part.span(), (*how, answer))
                .or_else(|| self.by_matching(slots, wanted, (a, b)))
                .or_else(|| self.by_trying(slots, wanted, part)),
            ExprKind::InRange { .. } => self
                .by_moving(known, slots, wanted, part.span(), (Comparison::Is, answer))
                .or_else(|| self.by_trying(slots, wanted, part)),
            _ => self.by_trying(slots, wanted, part),
        }
    }

    fn meets(&mut self, slots: &[Value], wanted: &Wanted<'_>) -> bool {
        let program = self.trials.program();
        let side = if wanted.answer { "yes" } else { "no" };
        self.consider(slots, false, &|| format!("{}: {side}", words::of(program, wanted.expr.span())));
        self.trials.path.edges().contains(&wanted.edge)
    }

    /// Moves a field until the sides of a comparison turn. Where that alone does not do, the first input on a side that may.
    fn by_moving(
        &mut self,
        known: &mut Thresholds,
        slots: &[Value],
        wanted: &Wanted<'_>,
        span: Span,
        (how, answer): (Comparison, bool),
    ) -> Option<Vec<Value>> {
        self.trials.slots(slots);
        let mut codes: Vec<u32> = Vec::new();
        for (code, place, ..) in &self.trials.sights.compared {
            if *place == span && !codes.contains(code) {
                codes.push(*code);
            }
        }
        let mut nearest = None;
        for code in codes {
            for Field { place, step, .. } in self.fields_from(known, slots, Site::Compared(code)) {
                let aim = Aim::Compared(code);
                let Some(crossing) = cross(&mut self.trials, slots, &place, &aim, &step) else { continue };
                let (below, equal, above) = (crossing.below, crossing.equal.into_iter().next(), crossing.above);
                let order = match (how, answer) {
                    (Comparison::Less, true) | (Comparison::AtLeast, false) => [below, None, None],
                    (Comparison::AtMost, true) | (Comparison::Greater, false) => [equal, below, None],
                    (Comparison::Greater, true) | (Comparison::AtMost, false) => [above, None, None],
                    (Comparison::AtLeast, true) | (Comparison::Less, false) => [equal, above, None],
                    (Comparison::Is, true) | (Comparison::IsNot, false) => [equal, above, below],
                    (Comparison::Is, false) | (Comparison::IsNot, true) => [above, below, equal],
                };
                for input in order.into_iter().flatten() {
                    if self.meets(&input, wanted) {
                        return Some(input);
                    }
                    nearest.get_or_insert(input);
                }
            }
        }
        nearest
    }

    /// The fields that bear on a place in the rules, from an input that may be no starting point.
    fn fields_from(&mut self, known: &mut Thresholds, slots: &[Value], site: Site) -> Vec<Field> {
        match self.starts.iter().position(|start| start.slots == slots) {
            Some(start) => self.bearing(known, start, site),
            None => self.bearing_of(slots, site),
        }
    }

    /// Puts what the one side of a comparison is where the other comes from.
    fn by_matching(&mut self, slots: &[Value], wanted: &Wanted<'_>, (a, b): (&Expr, &Expr)) -> Option<Vec<Value>> {
        let constants: Vec<Value> = [a, b]
            .into_iter()
            .filter_map(|side| match &side.kind {
                ExprKind::Constant(value) => Some(value.clone()),
                _ => None,
            })
            .collect();
        for open in places(self.program(), slots) {
            if open.ty.present() != a.ty.present() && open.ty.present() != b.ty.present() {
                continue;
            }
            for value in &constants {
                if let Some(changed) = with(slots, &open.place, value.clone())
                    && self.meets(&changed, wanted)
                {
                    return Some(changed);
                }
            }
        }
        None
    }

    /// Tries other values in each place whose type occurs in a part of a condition.
    fn by_trying(&mut self, slots: &[Value], wanted: &Wanted<'_>, part: &Expr) -> Option<Vec<Value>> {
        let mut types: Vec<Type> = Vec::new();
        part.walk(&mut |expr| {
            if !types.contains(expr.ty.present()) {
                types.push(expr.ty.present().clone());
            }
        });
        for open in places(self.program(), slots) {
            if !types.contains(open.ty.present()) {
                continue;
            }
            for value in self.changes(&open, at(slots, &open.place)).into_iter().take(TRIED) {
                if let Some(changed) = with(slots, &open.place, value)
                    && self.meets(&changed, wanted)
                {
                    return Some(changed);
                }
            }
        }
        None
    }
}

/// A side of a condition that is looked for.
struct Wanted<'e> {
    edge: u32,
    expr: &'e Expr,
    answer: bool,
}
