//! How deep an evaluation can go: a bound that is known before anything is priced, equal on every host.
//!
//! The depth of an expression is one more than that of its deepest part; a definition, charge, function or tiers adds its own.
//! There are no circles, so the depth is finite; the evaluator recurses no deeper than this.

use super::{Checker, Progress};
use crate::diagnostic::{Diagnostic, codes};
use crate::program::{Expr, ExprKind};
use crate::source::Span;
use crate::types::Type;
use std::collections::HashMap;

/// How deep an evaluation may go: nested expressions and definitions that build on each other.
pub const DEEPEST: u32 = 256;

/// How many fields a record or the input, columns a table, or names one definition may have.
pub const MOST_NAMES: usize = 10_000;

/// What has a depth of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Node {
    Definition(u32),
    Charge(u32),
    Function(u32),
    Tiers(u32),
}

/// Takes the fields of a type from the room; whether there was enough.
fn has_room(ty: &Type, room: &mut usize) -> bool {
    match ty {
        Type::Record(record) => match room.checked_sub(record.fields.len()) {
            Some(left) => {
                *room = left;
                record.fields.iter().all(|field| has_room(&field.ty, room))
            }
            None => false,
        },
        Type::List(inner) | Type::Optional(inner) => has_room(inner, room),
        _ => true,
    }
}

impl Checker<'_> {
    pub(super) fn check_depth(&mut self) {
        self.check_slots();
        if self.diagnostics.iter().any(|known| known.code == codes::CIRCLE) {
            return; // a circle has no depth, and is reported
        }
        let mut known = HashMap::new();
        let definitions = (0..self.definitions.len() as u32).map(Node::Definition);
        let nodes: Vec<Node> = definitions.chain((0..self.charges.len() as u32).map(Node::Charge)).collect();
        for node in nodes {
            if let Err(span) = self.node_depth(node, 0, &mut known) {
                self.report_depth(span);
                return;
            }
        }
    }

    /// Local names have numbers of 16 bits; a definition that binds more names than [`MOST_NAMES`] is refused.
    fn check_slots(&mut self) {
        let mut counts: Vec<(u16, Span)> = Vec::new();
        counts.extend(self.definitions.iter().filter_map(|d| match d {
            Progress::Done(d) => Some((d.locals, d.span)),
            _ => None,
        }));
        counts.extend(self.charges.iter().filter_map(|c| match c {
            Progress::Done(c) => Some((c.locals, c.span)),
            _ => None,
        }));
        counts.extend(self.functions.iter().filter_map(|f| match f {
            Progress::Done(f) => Some((f.locals, f.span)),
            _ => None,
        }));
        counts.extend(self.tiers.iter().filter_map(|t| match t {
            Progress::Done(t) => Some((t.locals, t.span)),
            _ => None,
        }));
        counts.extend(self.tests.iter().map(|test| (test.locals, test.span)));
        for (count, span) in counts {
            self.check_count(usize::from(count), span, "names in one definition");
        }
    }

    /// Refuses more of something than one place can hold.
    pub(super) fn check_count(&mut self, count: usize, span: Span, of: &str) {
        if count > MOST_NAMES {
            self.report(
                Diagnostic::error(codes::TOO_MANY, format!("more than {MOST_NAMES} {of}"), span, "too many")
                    .help("split it, or put the values into a table"),
            );
        }
    }

    /// Whether a type has at most [`MOST_NAMES`] fields, those of the records in it included; else says so. A record that holds the one before
    /// twice, and is held twice by the next, would double with every one of them.
    pub(super) fn check_fields_in_all(&mut self, ty: &Type, span: Span) -> bool {
        let mut room = MOST_NAMES;
        let fits = has_room(ty, &mut room);
        if !fits {
            let what = format!("more than {MOST_NAMES} fields in one record, those of the records in it included");
            self.report(
                Diagnostic::error(codes::TOO_MANY, what, span, "too many")
                    .help("hold what several records need beside them, and not in each"),
            );
        }
        fits
    }

    /// Says once that a chain is too long.
    pub(super) fn report_depth(&mut self, span: Span) {
        if self.diagnostics.iter().any(|known| known.code == codes::DEPTH) {
            return;
        }
        self.report(
            Diagnostic::error(
                codes::DEPTH,
                format!("more than {DEEPEST} definitions and expressions build on each other"),
                span,
                "at the end of this chain",
            )
            .help("compute long chains with `sum of … for each …` or `walk`"),
        );
    }

    /// The depth of a node; an error with its place where the chain to it is too long to follow.
    fn node_depth(&self, node: Node, above: u32, known: &mut HashMap<Node, u32>) -> Result<u32, Span> {
        if let Some(depth) = known.get(&node) {
            return Ok(*depth);
        }
        let mut roots: Vec<&Expr> = Vec::new();
        let span = match node {
            Node::Definition(index) => match self.definitions.get(index as usize) {
                Some(Progress::Done(definition)) => {
                    definition.parts(&mut |part| roots.push(part));
                    definition.span
                }
                _ => return Ok(0),
            },
            Node::Charge(index) => match self.charges.get(index as usize) {
                Some(Progress::Done(charge)) => {
                    charge.parts(&mut |part| roots.push(part));
                    charge.span
                }
                _ => return Ok(0),
            },
            Node::Function(index) => match self.functions.get(index as usize) {
                Some(Progress::Done(function)) => {
                    roots.push(&function.body);
                    function.span
                }
                _ => return Ok(0),
            },
            Node::Tiers(index) => match self.tiers.get(index as usize) {
                Some(Progress::Done(tiers)) => {
                    tiers.parts(&mut |part| roots.push(part));
                    tiers.span
                }
                _ => return Ok(0),
            },
        };
        let mut deepest = 0u32;
        for root in roots {
            deepest = deepest.max(self.expr_depth(root, above.saturating_add(1), span, known)?);
        }
        let depth = deepest.saturating_add(1);
        if depth > DEEPEST {
            return Err(span);
        }
        known.insert(node, depth);
        Ok(depth)
    }

    fn expr_depth(&self, expr: &Expr, above: u32, span: Span, known: &mut HashMap<Node, u32>) -> Result<u32, Span> {
        if above > DEEPEST {
            return Err(span);
        }
        let below = above.saturating_add(1);
        let mut deepest = 0u32;
        match &expr.kind {
            ExprKind::Definition(id) => deepest = self.node_depth(Node::Definition(id.0), below, known)?,
            ExprKind::Charge(id) | ExprKind::IsApplied(id) => {
                deepest = self.node_depth(Node::Charge(id.0), below, known)?
            }
            ExprKind::SumApplied(ids) => {
                for id in ids {
                    deepest = deepest.max(self.node_depth(Node::Charge(id.0), below, known)?);
                }
            }
            ExprKind::Call(id, _) => deepest = self.node_depth(Node::Function(id.0), below, known)?,
            ExprKind::Tiers(id, _) => deepest = self.node_depth(Node::Tiers(id.0), below, known)?,
            _ => {}
        }
        let mut found = Ok(deepest);
        expr.parts(&mut |part| {
            if let Ok(deepest) = found {
                found = self.expr_depth(part, below, span, known).map(|depth| depth.max(deepest));
            }
        });
        Ok(found?.saturating_add(1))
    }
}
