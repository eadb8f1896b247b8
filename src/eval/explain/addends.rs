//! What adds up to the amount of a charge: terms of sums, stages, tiers, roundings.

use super::build::Builder;
use super::tracer::{Item, Noted, Traced};
use super::tree::{AddendNode, Passage};
use super::words;
use crate::eval::{Node, show};
use crate::program::{Aggregate, Arithmetic, Expr, ExprKind as K};
use crate::value::{Number, Value};

impl<'p> Builder<'p> {
    /// The addends of one line of a charge: of its amount, its stages and its booking.
    pub(super) fn line_addends(&mut self, line: Traced<'_, 'p>) {
        let mut amount: Option<Number> = None;
        let winner = line.items.into_iter().find_map(|item| match item {
            Item::Note(Noted::Winner(index)) => Some(*index),
            _ => None,
        });
        let mut options = 0;
        let mut items = line.items;
        while let Some(item) = items.next() {
            match item {
                Item::Node(node) => match node.node {
                    Some(Node::Element(_)) if node.value.is_some() => self.line_addends(node),
                    Some(Node::Expr(expr)) if amount.is_none() && items.decided().is_none() && expr.ty.is_numeric() => {
                        amount = number(node);
                        self.expr_addends(node, expr);
                    }
                    Some(Node::Exception(exception)) => {
                        amount = number(node);
                        let name = &exception.name;
                        self.addend(amount.clone(), |text| show::put(text, format_args!("exception {name}")));
                    }
                    Some(Node::Option(option)) => {
                        if winner == Some(options) {
                            amount = number(node);
                            self.addend(amount.clone(), |text| text.push_str(&option.code));
                        }
                        options += 1;
                    }
                    Some(Node::Stage(stage)) => {
                        let after = number(node);
                        let words = self.program.sources.text(stage.span);
                        let added = difference(amount.as_ref(), after.as_ref());
                        self.addend(added, |text| words::write(text, words));
                        amount = after;
                    }
                    _ => {}
                },
                Item::Note(Noted::Booked(before, after)) => {
                    self.addend(difference(Some(before), Some(after)), |text| text.push_str("rounded when booked"));
                    // The quantity and price that a line shows come after its amount.
                    return;
                }
                Item::Note(_) => {}
            }
        }
    }

    fn expr_addends(&mut self, node: Traced<'_, 'p>, expr: &'p Expr) {
        let start = self.tree.addends.len();
        let words = self.program.sources.text(expr.span());
        let parts: Vec<(Traced<'_, 'p>, &'p Expr)> = expressions(node).collect();
        match (&expr.kind, parts.as_slice()) {
            (K::Arithmetic(Arithmetic::Add, ..), [(left, l), (right, r)]) => {
                self.expr_addends(*left, l);
                self.expr_addends(*right, r);
            }
            (K::Arithmetic(Arithmetic::Subtract, ..), [(left, l), (right, r)]) => {
                self.expr_addends(*left, l);
                let from = self.tree.addends.len();
                self.expr_addends(*right, r);
                self.change(from, Number::neg);
            }
            (K::Negate(_), [(value, v)]) => {
                self.expr_addends(*value, v);
                self.change(start, Number::neg);
            }
            (K::Scale(_, factor), [(value, v)]) => {
                self.expr_addends(*value, v);
                self.change(start, |amount| amount.mul(factor).unwrap_or_default());
            }
            (K::If(..), [_, (branch, b)]) => self.expr_addends(*branch, b),
            (K::Stages(..), [(_, v), ..]) if v.ty.is_numeric() => self.line_addends(node),
            (K::Aggregate { kind: Aggregate::Sum, .. }, _) => self.element_addends(node),
            (K::AggregateValues(Aggregate::Sum, _), parts) => {
                for (part, expr) in parts {
                    self.expr_addends(*part, expr);
                }
            }
            (K::Tiers(..), _) => self.tier_addends(node),
            (K::SumApplied(ids), _) => {
                for id in ids {
                    let code = self.charge_code(*id);
                    self.addend(self.amount_of(*id), |text| text.push_str(code));
                }
            }
            _ => self.addend(number(node), |text| words::write(text, words)),
        }
        // Whatever could not be taken apart is one addend.
        let addends = self.tree.addends.get(start..).unwrap_or_default();
        let sum = addends.iter().try_fold(Number::ZERO, |sum, addend| sum.add(&addend.amount));
        if let Some(value) = number(node)
            && sum.as_ref() != Ok(&value)
        {
            self.tree.addends.truncate(start);
            self.addend(Some(value), |text| words::write(text, words));
        }
    }

    /// What a charge that was computed amounts to.
    fn amount_of(&self, id: crate::program::ChargeId) -> Option<Number> {
        let behind = self.charge_amounts.partition_point(|(other, _)| *other <= id);
        let (found, amount) = self.charge_amounts.get(behind.checked_sub(1)?)?;
        (*found == id).then(|| amount.clone())
    }

    /// Changes the amounts of the addends from one on.
    fn change(&mut self, from: usize, change: impl Fn(&Number) -> Number) {
        self.tree.addends.iter_mut().skip(from).for_each(|addend| addend.amount = change(&addend.amount));
    }

    fn element_addends(&mut self, node: Traced<'_, 'p>) {
        for item in node.items {
            let Item::Node(element @ Traced { node: Some(Node::Element(index)), value: Some(_), .. }) = item else {
                continue;
            };
            if let Some((body, expr)) = expressions(element).last() {
                let words = self.program.sources.text(expr.span());
                self.addend(number(body), |text| {
                    show::put(text, format_args!("[{}] ", index + 1));
                    words::write(text, words);
                });
            }
        }
    }

    fn tier_addends(&mut self, node: Traced<'_, 'p>) {
        for item in node.items {
            if let Item::Note(Noted::Tier(_, line)) = item {
                let (program, inputs) = (self.program, self.inputs);
                self.addend(Some(line.amount.clone()), |text| {
                    text.push_str(&show::tier_label(program, inputs, line));
                });
            }
        }
    }

    /// Adds an addend, unless it is nothing.
    fn addend(&mut self, amount: Option<Number>, label: impl FnOnce(&mut String)) {
        if let Some(amount) = amount.filter(|amount| !amount.is_zero()) {
            let label = self.tree.write(label);
            self.tree.addends.push(AddendNode { label, amount, shown: Passage::default() });
        }
    }
}

/// The expressions directly in a node.
pub(super) fn expressions<'t, 'p>(node: Traced<'t, 'p>) -> impl Iterator<Item = (Traced<'t, 'p>, &'p Expr)> {
    node.items.filter_map(|item| match item {
        Item::Node(child) => match child.node {
            Some(Node::Expr(expr)) => Some((child, expr)),
            _ => None,
        },
        Item::Note(_) => None,
    })
}

fn number(node: Traced<'_, '_>) -> Option<Number> {
    node.value.and_then(Value::as_number).cloned()
}

fn difference(before: Option<&Number>, after: Option<&Number>) -> Option<Number> {
    after?.sub(before?).ok()
}
