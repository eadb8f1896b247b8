//! The steps of expressions: which parts are worth a line.

use super::Step;
use super::addends::expressions;
use super::build::{Builder, is_path, shorten};
use super::tracer::{Item, Noted, Traced};
use crate::program::{Arithmetic, Expr, ExprKind as K};
use crate::source::Span;
use crate::types::TableId;

/// How many of the rows that a look-up found are told in full.
const SHOWN_ROWS: usize = 6;

/// The longest words about a row that came close, in characters.
const LONGEST_NOTE: usize = 90;

impl<'p> Builder<'p> {
    /// The steps of an expression.
    pub(super) fn expr_steps(&mut self, node: &Traced<'p>, expr: &'p Expr) -> Vec<Step> {
        match &expr.kind {
            K::Constant(_) | K::Template(_) => Vec::new(),
            K::Input(slot) => {
                let name = self.program.inputs.get(*slot as usize).map_or_else(String::new, |input| input.name.clone());
                vec![Step { label: name, notes: vec!["input".to_string()], ..self.bare(node, expr) }]
            }
            // Units that met within a product: the product is what comes out with them settled.
            K::Scale(inner, _) if inner.ty == expr.ty => {
                let mut steps = self.parts(node);
                if let ([step], Some(value)) = (steps.as_mut_slice(), &node.value) {
                    step.value = Some(self.shown(value, &expr.ty));
                }
                steps
            }
            K::Scale(..) | K::Definition(_) | K::Charge(_) => self.parts(node),
            _ if is_path(expr) => vec![self.bare(node, expr)],
            K::Parameter(..) => {
                let notes = node.items.iter().find_map(|item| match item {
                    Item::Note(Noted::DatedValue(id, index)) => Some(self.dated_notes(*id, *index)),
                    _ => None,
                });
                let parts = self.parts(node);
                vec![Step { notes: notes.unwrap_or_default(), parts, ..self.bare(node, expr) }]
            }
            K::Column(..) | K::Field(..) => self.access_steps(node, expr),
            K::Lookup { .. } => {
                let notes = self.look_up_notes(node);
                let parts = self.parts(node);
                vec![Step { notes, parts, ..self.bare(node, expr) }]
            }
            K::Arithmetic(Arithmetic::Add | Arithmetic::Subtract, ..) => {
                let mut parts = Vec::new();
                self.terms(node, &mut parts);
                vec![Step { parts, ..self.bare(node, expr) }]
            }
            K::If(condition, ..) => self.if_steps(node, expr, condition),
            K::Stages(..) => {
                let parts = self.with_amounts(expr.ty.clone(), |builder| builder.parts(node));
                vec![Step { parts, ..self.bare(node, expr) }]
            }
            K::Tiers(_, arguments) => {
                let parts = self.parts_of_tiers(node, arguments.len());
                vec![Step { parts, ..self.bare(node, expr) }]
            }
            _ => {
                let parts = self.parts(node);
                vec![Step { parts, ..self.bare(node, expr) }]
            }
        }
    }

    /// `if billed > 5 lb (yes)`: what the condition rests on, then the branch taken.
    fn if_steps(&mut self, node: &Traced<'p>, expr: &'p Expr, condition: &'p Expr) -> Vec<Step> {
        let answer = node.items.iter().find_map(|item| match item {
            Item::Note(Noted::Condition(answer)) => Some(*answer),
            _ => None,
        });
        let mut parts = Vec::new();
        for (index, (child, child_expr)) in expressions(node).enumerate() {
            let mut steps = self.expr_steps(child, child_expr);
            match steps.as_mut_slice() {
                [step] if index == 0 && step.see.is_none() && !step.parts.is_empty() => parts.append(&mut step.parts),
                _ => parts.append(&mut steps),
            }
        }
        let answer = if answer == Some(true) { "yes" } else { "no" };
        vec![Step { label: format!("if {} ({answer})", self.words(condition.span)), parts, ..self.bare(node, expr) }]
    }

    /// A step with nothing but its words and its value.
    fn bare(&self, node: &Traced<'p>, expr: &'p Expr) -> Step {
        let value = node.value.as_ref().map(|value| self.shown(value, &expr.ty));
        Step { label: self.words(expr.span), value, ..Step::default() }
    }

    /// `base_rate[service, zone].price`: the look-up and the access in one step.
    fn access_steps(&mut self, node: &Traced<'p>, expr: &'p Expr) -> Vec<Step> {
        let inner = expressions(node).next();
        let (notes, parts) = match inner {
            Some((inner, looked_up)) if matches!(looked_up.kind, K::Lookup { .. }) => {
                (self.look_up_notes(inner), self.parts(inner))
            }
            _ => (Vec::new(), self.parts(node)),
        };
        vec![Step { notes, parts, ..self.bare(node, expr) }]
    }

    /// The rows that a look-up found, each once, or that it found none.
    fn look_up_notes(&self, node: &Traced<'p>) -> Vec<String> {
        let mut notes: Vec<String> = Vec::new();
        let mut lines = Vec::new();
        for item in &node.items {
            match item {
                Item::Note(Noted::Row(table, row)) => {
                    let line = self.row_line(*table, *row);
                    if lines.contains(&line) {
                        continue;
                    }
                    lines.push(line);
                    if lines.len() <= SHOWN_ROWS {
                        notes.extend(self.row_notes(*table, *row));
                    }
                }
                Item::Note(Noted::NoRow(table)) => {
                    let name = self.program.tables.get(table.0 as usize).map_or("", |table| table.name.as_str());
                    notes.push(format!("no row of {name} matches"));
                }
                Item::Note(Noted::Nearest(row)) => notes.push(shorten(&format!("nearest: {row}"), LONGEST_NOTE)),
                _ => {}
            }
        }
        if lines.len() > SHOWN_ROWS {
            notes.push(format!("… {} more rows", lines.len() - SHOWN_ROWS));
        }
        notes
    }

    /// The line of a row; the cells of one line of a crosstab are rows of their own.
    fn row_line(&self, table: TableId, row: u32) -> Option<Span> {
        self.program.tables.get(table.0 as usize)?.row_span(row)
    }

    /// The terms of a sum, flat.
    fn terms(&mut self, node: &Traced<'p>, terms: &mut Vec<Step>) {
        for item in &node.items {
            let Item::Node(child) = item else { continue };
            match child.node {
                Some(crate::eval::Node::Expr(term))
                    if matches!(term.kind, K::Arithmetic(Arithmetic::Add | Arithmetic::Subtract, ..)) =>
                {
                    self.terms(child, terms);
                }
                _ => terms.append(&mut self.steps(child)),
            }
        }
    }

    /// The arguments of tiers, then what each tier gave; their rates and bounds are said there.
    fn parts_of_tiers(&mut self, node: &Traced<'p>, arguments: usize) -> Vec<Step> {
        let mut parts = Vec::new();
        let mut seen = 0;
        for item in &node.items {
            match item {
                Item::Node(child) if seen < arguments => {
                    seen += 1;
                    parts.append(&mut self.steps(child));
                }
                Item::Node(_) => {}
                Item::Note(note) => parts.extend(self.noted(note)),
            }
        }
        parts
    }
}
