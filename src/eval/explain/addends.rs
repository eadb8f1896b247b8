//! What adds up to the amount of a charge: terms of sums, stages, tiers, roundings.

use super::Addend;
use super::build::Builder;
use super::tracer::{Item, Noted, Traced};
use crate::eval::{Node, show};
use crate::program::{Aggregate, Arithmetic, Expr, ExprKind as K};
use crate::value::{Number, Value};

impl<'p> Builder<'p> {
    /// The addends of one line of a charge: of its amount, its stages and its booking.
    pub(super) fn line_addends(&self, line: &Traced<'p>, addends: &mut Vec<Addend>) {
        let mut amount: Option<Number> = None;
        let winner = line.items.iter().find_map(|item| match item {
            Item::Note(Noted::Winner(index)) => Some(*index),
            _ => None,
        });
        let mut options = 0;
        let is_condition = |index: usize| matches!(line.items.get(index + 1), Some(Item::Note(Noted::Condition(..))));
        for (index, item) in line.items.iter().enumerate() {
            match item {
                Item::Node(node) => match &node.node {
                    Some(Node::Element(_)) if node.value.is_some() => self.line_addends(node, addends),
                    Some(Node::Expr(expr)) if amount.is_none() && !is_condition(index) && expr.ty.is_numeric() => {
                        amount = number(node);
                        self.expr_addends(node, expr, addends);
                    }
                    Some(Node::Exception(exception)) => {
                        amount = number(node);
                        push(addends, format!("exception {}", exception.name), amount.clone());
                    }
                    Some(Node::Option(option)) => {
                        if winner == Some(options) {
                            amount = number(node);
                            push(addends, option.code.to_string(), amount.clone());
                        }
                        options += 1;
                    }
                    Some(Node::Stage(stage)) => {
                        let after = number(node);
                        push(addends, self.words(stage.span), difference(amount.as_ref(), after.as_ref()));
                        amount = after;
                    }
                    _ => {}
                },
                Item::Note(Noted::Booked(before, after)) => {
                    push(addends, "rounded when booked".to_string(), difference(Some(before), Some(after)));
                    // The quantity and price that a line shows come after its amount.
                    return;
                }
                Item::Note(_) => {}
            }
        }
    }

    fn expr_addends(&self, node: &Traced<'p>, expr: &'p Expr, addends: &mut Vec<Addend>) {
        let start = addends.len();
        let parts: Vec<(&Traced<'p>, &'p Expr)> = expressions(node).collect();
        match (&expr.kind, parts.as_slice()) {
            (K::Arithmetic(Arithmetic::Add, ..), [(left, l), (right, r)]) => {
                self.expr_addends(left, l, addends);
                self.expr_addends(right, r, addends);
            }
            (K::Arithmetic(Arithmetic::Subtract, ..), [(left, l), (right, r)]) => {
                self.expr_addends(left, l, addends);
                let from = addends.len();
                self.expr_addends(right, r, addends);
                addends.iter_mut().skip(from).for_each(|addend| addend.amount = addend.amount.neg());
            }
            (K::Negate(_), [(value, v)]) => {
                self.expr_addends(value, v, addends);
                addends.iter_mut().skip(start).for_each(|addend| addend.amount = addend.amount.neg());
            }
            (K::Scale(_, factor), [(value, v)]) => {
                self.expr_addends(value, v, addends);
                for addend in addends.iter_mut().skip(start) {
                    addend.amount = addend.amount.mul(factor).unwrap_or_default();
                }
            }
            (K::If(..), [_, (branch, b)]) => self.expr_addends(branch, b, addends),
            (K::Stages(..), [(_, v), ..]) if v.ty.is_numeric() => self.line_addends(node, addends),
            (K::Aggregate { kind: Aggregate::Sum, .. }, _) => self.element_addends(node, addends),
            (K::AggregateValues(Aggregate::Sum, _), parts) => {
                for (part, expr) in parts {
                    self.expr_addends(part, expr, addends);
                }
            }
            (K::Tiers(..), _) => self.tier_addends(node, addends),
            (K::SumApplied(ids), _) => {
                for id in ids {
                    let amount = self.charge_amounts.get(id).cloned();
                    push(addends, self.charge_code(*id), amount);
                }
            }
            _ => push(addends, self.words(expr.span), number(node)),
        }
        // Whatever could not be taken apart is one addend.
        let sum = addends.iter().skip(start).try_fold(Number::ZERO, |sum, addend| sum.add(&addend.amount));
        if let Some(value) = number(node)
            && sum != Ok(value.clone())
        {
            addends.truncate(start);
            push(addends, self.words(expr.span), Some(value));
        }
    }

    fn element_addends(&self, node: &Traced<'p>, addends: &mut Vec<Addend>) {
        for item in &node.items {
            let Item::Node(element @ Traced { node: Some(Node::Element(index)), value: Some(_), .. }) = item else {
                continue;
            };
            if let Some((body, expr)) = expressions(element).last() {
                push(addends, format!("[{}] {}", index + 1, self.words(expr.span)), number(body));
            }
        }
    }

    fn tier_addends(&self, node: &Traced<'p>, addends: &mut Vec<Addend>) {
        for item in &node.items {
            if let Item::Note(Noted::Tier(_, line)) = item {
                let label = show::tier_label(self.program, self.inputs, line);
                push(addends, label, Some(line.amount.clone()));
            }
        }
    }
}

/// The expressions directly in a node.
pub(super) fn expressions<'t, 'p>(node: &'t Traced<'p>) -> impl Iterator<Item = (&'t Traced<'p>, &'p Expr)> {
    node.items.iter().filter_map(|item| match item {
        Item::Node(child) => match child.node {
            Some(Node::Expr(expr)) => Some((child, expr)),
            _ => None,
        },
        Item::Note(_) => None,
    })
}

fn number(node: &Traced<'_>) -> Option<Number> {
    node.value.as_ref().and_then(Value::as_number).cloned()
}

fn difference(before: Option<&Number>, after: Option<&Number>) -> Option<Number> {
    after?.sub(before?).ok()
}

/// Adds an addend, unless it is nothing.
fn push(addends: &mut Vec<Addend>, label: String, amount: Option<Number>) {
    if let Some(amount) = amount.filter(|amount| !amount.is_zero()) {
        addends.push(Addend { label, amount, shown: String::new() });
    }
}
