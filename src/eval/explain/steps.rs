//! The steps of expressions: which parts are worth a line.

use super::addends::expressions;
use super::build::{Builder, is_path};
use super::tracer::{Item, Noted, Traced};
use super::tree::{Chain, Node as StepNode, Range};
use super::words::{self, shorten};
use crate::eval::{Node, show};
use crate::program::{Arithmetic, Expr, ExprKind as K};
use crate::source::Span;
use crate::types::TableId;

/// How many of the rows that a look-up found are told in full.
const SHOWN_ROWS: usize = 6;

/// The longest words about a row that came close, in characters.
const LONGEST_NOTE: usize = 90;

impl<'p> Builder<'p> {
    /// The steps of an expression.
    pub(super) fn expr_steps(&mut self, node: Traced<'_, 'p>, expr: &'p Expr) -> Chain {
        match &expr.kind {
            K::Constant(_) | K::Template(_) => Chain::default(),
            K::Input(slot) => {
                let label = self.program.inputs.get(*slot as usize).map_or("", |input| &input.name);
                let label = self.tree.say(label);
                let value = node.value.map(|value| self.shown(value, &expr.ty));
                let mut notes = self.tree.no_notes();
                self.tree.note(&mut notes, |text| text.push_str("input"));
                self.tree.step(StepNode { label, value, notes, ..StepNode::default() })
            }
            // Units that met within a product: the product is what comes out with them settled.
            K::Scale(inner, _) if inner.ty == expr.ty => {
                let steps = self.parts(node);
                if let (Some(at), Some(value)) = (steps.only(), node.value) {
                    let value = self.shown(value, &expr.ty);
                    if let Some(step) = self.tree.node_mut(at) {
                        step.value = Some(value);
                    }
                }
                steps
            }
            K::Scale(..) | K::Definition(_) | K::Charge(_) => self.parts(node),
            _ if is_path(expr) => self.step(node, expr, Range::default(), Chain::default()),
            K::Parameter(..) => {
                let dated = node.items.into_iter().find_map(|item| match item {
                    Item::Note(Noted::DatedValue(id, index)) => Some((*id, *index)),
                    _ => None,
                });
                let notes = dated.map(|(id, index)| self.dated_notes(id, index)).unwrap_or_default();
                let parts = self.parts(node);
                self.step(node, expr, notes, parts)
            }
            K::Column(..) | K::Field(..) => self.access_steps(node, expr),
            K::Lookup { .. } => {
                let notes = self.look_up_notes(node);
                let parts = self.parts(node);
                self.step(node, expr, notes, parts)
            }
            K::Arithmetic(Arithmetic::Add | Arithmetic::Subtract, ..) => {
                let parts = self.terms(node, Chain::default());
                self.step(node, expr, Range::default(), parts)
            }
            K::If(parts) => {
                let [condition, ..] = &**parts;
                self.if_steps(node, expr, condition)
            }
            K::Stages(..) => {
                let parts = self.parts_in(node, &expr.ty);
                self.step(node, expr, Range::default(), parts)
            }
            K::Tiers(_, arguments) => {
                let parts = self.parts_of_tiers(node, arguments.len());
                self.step(node, expr, Range::default(), parts)
            }
            _ => {
                let parts = self.parts(node);
                self.step(node, expr, Range::default(), parts)
            }
        }
    }

    /// A step with its words and its value.
    fn step(&mut self, node: Traced<'_, 'p>, expr: &'p Expr, notes: Range, parts: Chain) -> Chain {
        let label = self.words(expr.span());
        let value = node.value.map(|value| self.shown(value, &expr.ty));
        self.tree.step(StepNode { label, value, notes, parts, ..StepNode::default() })
    }

    /// `if billed > 5 lb (yes)`: what the condition rests on, then the branch taken.
    fn if_steps(&mut self, node: Traced<'_, 'p>, expr: &'p Expr, condition: &'p Expr) -> Chain {
        let answer = node.items.into_iter().find_map(|item| match item {
            Item::Note(Noted::Condition(answer)) => Some(*answer),
            _ => None,
        });
        let mut parts = Chain::default();
        for (index, (child, child_expr)) in expressions(node).enumerate() {
            let steps = self.expr_steps(child, child_expr);
            let only = steps.only().filter(|_| index == 0).and_then(|at| self.tree.node(at));
            let steps = match only {
                Some(step) if step.see.is_none() && !step.parts.is_empty() => step.parts,
                _ => steps,
            };
            parts = self.tree.join(parts, steps);
        }
        let words = self.program.sources.text(condition.span());
        let label = self.tree.write(|text| {
            text.push_str("if ");
            words::write(text, words);
            text.push_str(if answer == Some(true) { " (yes)" } else { " (no)" });
        });
        let value = node.value.map(|value| self.shown(value, &expr.ty));
        self.tree.step(StepNode { label, value, parts, ..StepNode::default() })
    }

    /// `base_rate[service, zone].price`: the look-up and the access in one step.
    fn access_steps(&mut self, node: Traced<'_, 'p>, expr: &'p Expr) -> Chain {
        let inner = expressions(node).next();
        let (notes, parts) = match inner {
            Some((inner, looked_up)) if matches!(looked_up.kind, K::Lookup { .. }) => {
                (self.look_up_notes(inner), self.parts(inner))
            }
            _ => (Range::default(), self.parts(node)),
        };
        self.step(node, expr, notes, parts)
    }

    /// The rows that a look-up found, each once, or that it found none.
    fn look_up_notes(&mut self, node: Traced<'_, 'p>) -> Range {
        let mut notes = self.tree.no_notes();
        let mut lines = Vec::new();
        let program = self.program;
        for item in node.items {
            match item {
                Item::Note(Noted::Row(table, row)) => {
                    let line = self.row_line(*table, *row);
                    if lines.contains(&line) {
                        continue;
                    }
                    lines.push(line);
                    if lines.len() <= SHOWN_ROWS {
                        self.row_notes(&mut notes, *table, *row);
                    }
                }
                Item::Note(Noted::NoRow(table)) => {
                    let name = program.tables.get(table.0 as usize).map_or("", |table| table.name.as_str());
                    self.tree.note(&mut notes, |text| show::put(text, format_args!("no row of {name} matches")));
                }
                Item::Note(Noted::Nearest(row)) => {
                    let words = format!("nearest: {row}");
                    self.tree.note(&mut notes, |text| text.push_str(&shorten(&words, LONGEST_NOTE)));
                }
                _ => {}
            }
        }
        if lines.len() > SHOWN_ROWS {
            let more = lines.len() - SHOWN_ROWS;
            self.tree.note(&mut notes, |text| show::put(text, format_args!("… {more} more rows")));
        }
        notes
    }

    /// The line of a row; the cells of one line of a crosstab are rows of their own.
    fn row_line(&self, table: TableId, row: u32) -> Option<Span> {
        self.program.tables.get(table.0 as usize)?.row_span(row)
    }

    /// The terms of a sum, flat, behind those before.
    fn terms(&mut self, node: Traced<'_, 'p>, mut terms: Chain) -> Chain {
        for item in node.items {
            let Item::Node(child) = item else { continue };
            match child.node {
                Some(Node::Expr(term))
                    if matches!(term.kind, K::Arithmetic(Arithmetic::Add | Arithmetic::Subtract, ..)) =>
                {
                    terms = self.terms(child, terms);
                }
                _ => {
                    let steps = self.steps(child);
                    terms = self.tree.join(terms, steps);
                }
            }
        }
        terms
    }

    /// The arguments of tiers, then what each tier gave; their rates and bounds are said there.
    fn parts_of_tiers(&mut self, node: Traced<'_, 'p>, arguments: usize) -> Chain {
        let mut parts = Chain::default();
        let mut seen = 0;
        for item in node.items {
            let steps = match item {
                Item::Node(child) if seen < arguments => {
                    seen += 1;
                    self.steps(child)
                }
                Item::Node(_) => continue,
                Item::Note(note) => self.noted(note),
            };
            parts = self.tree.join(parts, steps);
        }
        parts
    }
}
